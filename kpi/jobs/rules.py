"""When a job runs, said in words; and the claims that keep a period from being worked twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from apscheduler.triggers.cron import CronTrigger

from kpi.core.clock import BUSINESS_ZONE, business_date
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Period
from kpi.core.text import t
from kpi.reporting.rules import CUT_OFF_DAY

SHORTEST_GAP = timedelta(minutes=5)
_DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHOWN_AT_MOST = 6


@dataclass(frozen=True)
class Cron:
    """A schedule as the sets of minutes, hours, days, months and weekdays (Sunday is 0) it names."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def trigger(self) -> CronTrigger:
        """For the scheduler. Weekdays go by name, since it counts them from Monday and cron from Sunday."""
        return CronTrigger(
            minute=_list(self.minutes),
            hour=_list(self.hours),
            day=_list(self.days),
            month=_list(self.months),
            day_of_week=",".join(_DAY_NAMES[day] for day in self.weekdays),
            timezone=BUSINESS_ZONE,
        )

    def next_runs(self, after: datetime, count: int = 3) -> list[datetime]:
        """The next moments after an instant; fewer when there are none."""
        trigger, runs = self.trigger(), list[datetime]()
        moment: datetime | None = after.astimezone(BUSINESS_ZONE) + timedelta(microseconds=1)
        while len(runs) < count:
            moment = trigger.get_next_fire_time(None, moment)
            if moment is None:
                break
            runs.append(moment)
            moment += timedelta(microseconds=1)
        return runs

    @property
    def words(self) -> str:
        """每周一至周五 08:00, 每月5日、10日 06:30, 每天每15分钟."""
        return f"{self._days_in_words()} {self._times_in_words()}"

    def _days_in_words(self) -> str:
        months = "" if len(self.months) == 12 else t("{months}月", months=_joined(self.months))
        if len(self.days) < 31:
            days = t("{days}日", days=_joined(self.days))
            return t("每年{months}{days}", months=months, days=days) if months else t("每月{days}", days=days)
        if len(self.weekdays) < 7:
            return months + t("每周{days}", days=_weekdays_in_words(self.weekdays))
        return months + t("每天")

    def _times_in_words(self) -> str:
        if len(self.minutes) * len(self.hours) <= _SHOWN_AT_MOST:
            return t("、").join(f"{hour:02d}:{minute:02d}" for hour in self.hours for minute in self.minutes)
        step = _step(self.minutes, 60)
        if step:
            minutes = t("每{n}分钟", n=step)
        elif self.minutes == (0,):
            minutes = t("整点")
        else:
            minutes = t("第{minutes}分", minutes=_joined(self.minutes))
        if len(self.hours) == 24:
            return minutes if step else t("每小时{minutes}", minutes=minutes)
        if _step(self.hours, 24):
            return t("每{n}小时（{minutes}）", n=_step(self.hours, 24), minutes=minutes)
        return t("{hours}点（{minutes}）", hours=_joined(self.hours), minutes=minutes)


def cron(written: str) -> Cron:
    """Five fields: minute hour day month weekday, with *, lists, ranges and steps.

    BadInput says which field is wrong, that it would never run, or that it would run too often. Day of month and
    day of week can not both be limited: programs disagree on what that means.
    """
    parts = written.split()
    if len(parts) != 5:
        raise _refuse(t("须为5段：分 时 日 月 星期，例如 0 6 * * *（每天6点）"))
    found = Cron(
        _expand(parts[0], 0, 59, t("分")),
        _expand(parts[1], 0, 23, t("时")),
        _expand(parts[2], 1, 31, t("日")),
        _expand(parts[3], 1, 12, t("月"), _MONTH_NAMES),
        tuple(sorted({day % 7 for day in _expand(parts[4], 0, 7, t("星期"), _DAY_NAMES)})),
    )
    if len(found.days) < 31 and len(found.weekdays) < 7:
        raise _refuse(t("“日”和“星期”只能限定其中一个，另一个写 *"))
    _check_pace(found)
    return found


def _check_pace(found: Cron) -> None:
    if not found.next_runs(datetime(2026, 1, 1, tzinfo=BUSINESS_ZONE), 1):
        raise _refuse(t("这个日期不存在，任务永远不会运行"))
    day = [hour * 60 + minute for hour in found.hours for minute in found.minutes]
    gaps = [later - earlier for earlier, later in pairwise([*day, day[0] + 1440])]
    if min(gaps) * 60 < SHORTEST_GAP.total_seconds():
        raise _refuse(t("过于频繁：两次运行至少相隔{n}分钟", n=int(SHORTEST_GAP.total_seconds()) // 60))


def _expand(written: str, low: int, high: int, label: str, names: Sequence[str] = ()) -> tuple[int, ...]:
    found: set[int] = set()
    for part in written.lower().split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        else:
            begin = _one(first, names, low)
            end = _one(last, names, low) if dash else (high if slash else begin)
        if not (low <= begin <= end <= high) or (slash and not (step.isdecimal() and 0 < int(step) <= high)):
            raise _refuse(
                t("“{label}”一段有误：{part}（应在{low}到{high}之间）", label=label, part=part, low=low, high=high)
            )
        found.update(range(begin, end + 1, int(step) if slash else 1))
    return tuple(sorted(found))


def _one(written: str, names: Sequence[str], low: int) -> int:
    """A number or a name; -1 for anything else."""
    if written in names:
        return names.index(written) + low
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 2 else -1


def _refuse(reason: str) -> BadInput:
    return BadInput.of(Problem(reason, t("运行时间")))


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _joined(numbers: Sequence[int]) -> str:
    """1、3、5 or 1至5."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return t("{first}至{last}", first=numbers[0], last=numbers[-1])
    return t("、").join(map(str, numbers))


def _weekdays_in_words(weekdays: Sequence[int]) -> str:
    from_monday = sorted((day - 1) % 7 for day in weekdays)
    shown = [t("一 二 三 四 五 六 日").split()[day] for day in from_monday]
    if len(shown) > 2 and from_monday[-1] - from_monday[0] == len(shown) - 1:
        return t("{first}至周{last}", first=shown[0], last=shown[-1])
    return t("、").join(shown)


def _step(numbers: Sequence[int], whole: int) -> int:
    """n when the numbers are 0, n, 2n … of a whole that n divides; 0 otherwise."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 0
    return step if step and whole % step == 0 and tuple(numbers) == tuple(range(0, whole, step)) else 0


def moment_claim(due: datetime) -> str:
    """The claim of a run that was due at a moment: 2026-11-12T06:00."""
    return due.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%dT%H:%M")


def day_claim(now: datetime) -> str:
    return business_date(now).isoformat()


def month_to_report(today: date) -> Period:
    """The latest month whose cut-off has passed."""
    return Period.containing(today).next(-1 if today.day > CUT_OFF_DAY else -2)


def attempt_claim(claim: str, attempt: int) -> str:
    """The first attempt claims the period itself, later ones (after failures) 2026-11-12#2 and so on."""
    return claim if attempt == 1 else f"{claim}#{attempt}"


def last_due(trigger_of: Cron, since: datetime, now: datetime) -> datetime | None:
    """The latest moment in (since, now] at which the schedule was due; None when there was none."""
    found, moment = None, since
    while runs := trigger_of.next_runs(moment, 1):
        if runs[0] > now:
            break
        found = moment = runs[0]
    return found
