"""When jobs run: what is accepted, how it reads, and which moments it means."""

from datetime import UTC, date, datetime

import pytest

from kpi.core.errors import BadInput
from kpi.jobs.rules import attempt_claim, cron, last_due, moment_claim, month_to_report

THURSDAY_9 = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.mark.parametrize(
    ("written", "words", "next_run"),
    [
        ("0 6 * * *", "每天 06:00", "2026-11-13T06:00"),
        ("0 9 * * *", "每天 09:00", "2026-11-13T09:00"),  # the present minute is not “next”
        ("*/15 * * * *", "每天 每15分钟", "2026-11-12T09:15"),
        ("10 * * * *", "每天 每小时第10分", "2026-11-12T09:10"),
        ("0 * * * *", "每天 每小时整点", "2026-11-12T10:00"),
        ("5 */2 * * *", "每天 每2小时（第5分）", "2026-11-12T10:05"),
        ("0 8-18 * * mon,wed", "每周一、三 8至18点（整点）", "2026-11-16T08:00"),
        ("30 8 * * 1-5", "每周一至周五 08:30", "2026-11-13T08:30"),
        ("0 6 * * 0", "每周日 06:00", "2026-11-15T06:00"),  # cron's Sunday, not the scheduler's Monday
        ("0 6 * * 7", "每周日 06:00", "2026-11-15T06:00"),
        ("0 6 * * 1", "每周一 06:00", "2026-11-16T06:00"),
        ("0 6 * * sat-7", "每周六、日 06:00", "2026-11-14T06:00"),
        ("0 2 5,10 * *", "每月5、10日 02:00", "2026-12-05T02:00"),
        ("0 9 1 3,9 *", "每年3、9月1日 09:00", "2027-03-01T09:00"),
        ("0  6  31 * *", "每月31日 06:00", "2026-12-31T06:00"),
        ("0 6 29 2 *", "每年2月29日 06:00", "2028-02-29T06:00"),
    ],
)
def test_a_schedule_reads_as_it_runs(written: str, words: str, next_run: str) -> None:
    found = cron(written)
    assert found.words == words
    assert moment_claim(found.next_runs(THURSDAY_9, 1)[0]) == next_run


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "须为5段"),
        ("0 6 * *", "须为5段"),
        ("0 0 6 * * *", "须为5段"),
        ("60 * * * *", "“分”"),
        ("0 24 * * *", "“时”"),
        ("0 6 0 * *", "“日”"),
        ("0 6 * 13 *", "“月”"),
        ("0 6 * * 8", "“星期”"),
        ("0 6 * * 5-1", "“星期”"),
        ("0 6 */0 * *", "“日”"),
        ("0 6 1- * *", "“日”"),
        ("０ 6 * * *", "“分”"),
        ("@daily", "须为5段"),
        ("0 6 1 * 1", "只能限定其中一个"),
        ("0 6 31 2 *", "永远不会运行"),
        ("* * * * *", "过于频繁"),
        ("*/2 * * * *", "过于频繁"),
        ("58,1 * * * *", "过于频繁"),
        ("0,58 0,23 * * *", "过于频繁"),  # 23:58 and midnight
    ],
)
def test_a_wrong_schedule_is_refused_with_its_reason(written: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        cron(written)
    assert reason in caught.value.problems[0].reason
    assert caught.value.problems[0].field == "运行时间"


def test_next_runs_are_counted_in_shanghai_time() -> None:
    runs = cron("0 6 * * *").next_runs(datetime(2026, 11, 12, 21, 59, tzinfo=UTC))
    assert [run.isoformat() for run in runs] == [
        "2026-11-13T06:00:00+08:00",
        "2026-11-14T06:00:00+08:00",
        "2026-11-15T06:00:00+08:00",
    ]


@pytest.mark.parametrize(
    ("since", "now", "due"),
    [
        ("2026-11-10T06:00", "2026-11-12T09:00", "2026-11-12T06:00"),  # several missed: the last one only
        ("2026-11-12T06:00", "2026-11-12T09:00", None),
        ("2026-11-12T05:59", "2026-11-12T06:00", "2026-11-12T06:00"),
    ],
)
def test_the_last_moment_due(since: str, now: str, due: str | None) -> None:
    zone = "+08:00"
    found = last_due(cron("0 6 * * *"), datetime.fromisoformat(since + zone), datetime.fromisoformat(now + zone))
    assert (moment_claim(found) if found else None) == due


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 10), "2026-09"),
        (date(2026, 11, 11), "2026-10"),
        (date(2027, 1, 11), "2026-12"),
        (date(2027, 1, 10), "2026-11"),
    ],
)
def test_a_month_is_reported_after_its_cut_off(today: date, month: str) -> None:
    assert str(month_to_report(today)) == month


def test_later_attempts_have_claims_of_their_own() -> None:
    assert [attempt_claim("2026-11-12", n) for n in (1, 2)] == ["2026-11-12", "2026-11-12#2"]
