"""The JSON API: who may ask, what comes back, and that writing goes the way of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_actual, make_plan, make_target, make_unit
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.records import Account, ApiToken
from kpi.actuals.records import Actual, SourceKind
from kpi.assessment.actions import assess
from kpi.audit.actions import SYSTEM
from kpi.catalog.records import Indicator
from kpi.core import clock
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.reporting import actions as reporting
from support import NOW


@pytest.fixture
def ledger(store: Store, app: Flask) -> str:
    """One target led by the officers' department, with one approved value; its indicator's code."""
    with store.write() as session:
        lead = session.scalars(select(OrgUnit).where(OrgUnit.code == "D")).one()
        plan = make_plan(session, make_unit(session, "甲市", kind=UnitKind.REGION), code="PLAN", title="甲市要点")
        target = make_target(session, plan=plan, lead=lead, name="新建分站数")
        make_actual(session, target, "2026-09", Decimal("6"))
        assess(session, [target.id], NOW)
        return session.get_one(Indicator, target.indicator_id).code


def token(store: Store, login: str, *, reads_only: bool = False) -> dict[str, str]:
    with store.write() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        clear = tokens.make_token(session, account.id, "测试", NOW, reads_only=reads_only)
    return {"Authorization": f"Bearer {clear}"}


def unit_code(session: Session) -> str:
    return session.scalars(select(OrgUnit.code).where(OrgUnit.name == "甲市")).one()


READING = ["/overview", "/rollup", "/targets", "/actuals", "/reports", "/openapi.json"]


@pytest.mark.parametrize("path", [*READING, "/targets/X/assessments", "/targets/X/assessments/2026-09", "/reports/1"])
def test_nothing_without_a_valid_token(client: FlaskClient, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.is_json) == (401, True)


def test_a_session_cookie_opens_no_api(sign_in: Callable[[str], FlaskClient], ledger: str) -> None:
    assert sign_in("reviewer").get("/api/v1/targets").status_code == 401


@pytest.mark.parametrize("path", READING)
def test_every_role_reads(store: Store, client: FlaskClient, ledger: str, path: str) -> None:
    assert client.get(f"/api/v1{path}", headers=token(store, "leader")).status_code == 200


def test_targets_carry_exact_numbers_and_their_light(store: Store, client: FlaskClient, ledger: str) -> None:
    answer = client.get("/api/v1/targets", headers=token(store, "leader")).json
    (row,) = answer["data"]
    assert (row["name"], row["value"], row["light"], answer["month"]) == ("新建分站数", "6", "off_track", "2026-09")
    results = client.get(f"/api/v1/targets/{row['code']}/assessments", headers=token(store, "leader")).json["data"]
    september = next(each for each in results if each["period"] == "2026-09")
    assert september["operands"]["value"] == "6"
    assert "应完成8家" in september["reason"]


@pytest.mark.parametrize("by", ["departments", "districts", "chapters", "plans"])
def test_lights_rolled_up(store: Store, client: FlaskClient, ledger: str, by: str) -> None:
    answer = client.get(f"/api/v1/rollup?month=2026-09&by={by}", headers=token(store, "leader")).json
    assert answer["by"] == by and set(answer["units"]) == {"reported", "expected"}
    if by == "departments":
        (group,) = answer["data"]
        assert (group["key"], group["worst"], group["score"], group["rank"]) == ("D", "off_track", "0", 1)
        assert group["working"] == "(0×1) ÷ 1 = 0"
    assert client.get("/api/v1/rollup?by=moods", headers=token(store, "leader")).status_code == 422


def test_one_result_with_its_whole_working(store: Store, client: FlaskClient, ledger: str) -> None:
    headers = token(store, "leader")
    code = client.get("/api/v1/targets", headers=headers).json["data"][0]["code"]
    found = client.get(f"/api/v1/targets/{code}/assessments/2026-09?again=true", headers=headers).json["data"]
    assert found["light"] == "off_track" and found["rules"]["family"] == "points_below_plan"
    assert {"step": "差距", "formula": "(8 − 6) ÷ 12 × 100 = 16.7"} in found["working"]
    assert found["again"]["same"] is True
    assert {"operands", "rule", "rule_version", "cut_off"} <= found.keys()
    for wrong in ("2026-09?version=7", "2026-09?unit=NONE", "2001-01"):
        assert client.get(f"/api/v1/targets/{code}/assessments/{wrong}", headers=headers).status_code == 404
    assert client.get(f"/api/v1/targets/{code}/assessments/someday", headers=headers).status_code == 422


def test_the_overview_counts(store: Store, client: FlaskClient, ledger: str) -> None:
    data = client.get("/api/v1/overview?plan=PLAN&month=2026-09", headers=token(store, "leader")).json["data"]
    assert data["lights"]["off_track"] == 1
    assert data["departments"][0]["code"] == "D"


def body(store: Store, ledger: str, **more: object) -> dict[str, object]:
    with store.read() as session:
        return {"indicator": ledger, "unit": unit_code(session), "period": "2026-10", "value": 10, **more}


def test_a_value_is_written_by_the_same_action_as_the_page(store: Store, client: FlaskClient, ledger: str) -> None:
    headers = token(store, "officer")
    assert (
        client.post("/api/v1/actuals", json=body(store, ledger), headers=headers).json["data"]["state"] == "submitted"
    )
    with store.read() as session:
        actual = session.scalars(select(Actual).where(Actual.period == "2026-10")).one()
        assert (actual.value, actual.source_kind) == (10, SourceKind.API)
    listed = client.get("/api/v1/actuals?state=submitted&first=2026-10", headers=headers).json
    assert [row["value"] for row in listed["data"]] == ["10"]
    again = client.post("/api/v1/actuals", json=body(store, ledger, value=11), headers=headers)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"value": "十"}, 422, "value"),
        ({"value": True}, 422, "value"),
        ({"value": [1]}, 422, "value"),
        ({"value": "1e999999999"}, 422, "value"),
        ({"value": "-5"}, 422, "value"),
        ({"value": None}, 422, "value"),
        ({"numerator": 1, "denominator": 2}, 422, "numerator"),
        ({"happened_on": "2026-13-45"}, 422, "happened_on"),
        ({"note": "长" * 2001}, 422, "note"),
        ({"period": "2026-13"}, 422, "period"),
        ({"period": "2026-12"}, 422, "period"),
        ({"period": "2027-01"}, 422, "period"),
        ({"indicator": "NONE"}, 422, "indicator"),
        ({"indicator": ""}, 422, "indicator"),
        ({"unit": "NONE"}, 422, "unit"),
        ({"extra": 1}, 422, "extra"),
        ({"value": 2}, 422, "jump_reason"),
        ({"value": 2, "jump_reason": "更正"}, 422, "cause"),  # far behind: cause, measure and date are owed
    ],
)
def test_bad_values_are_refused_with_their_field_and_nothing_is_kept(
    store: Store, client: FlaskClient, ledger: str, change: dict[str, object], status: int, field: str
) -> None:
    answer = client.post("/api/v1/actuals", json=body(store, ledger, **change), headers=token(store, "officer"))
    assert answer.status_code == status
    problems = answer.json["error"]["problems"]
    assert problems
    assert field in {problem.get("field") for problem in problems}
    assert "pydantic" not in answer.text
    with store.read() as session:
        assert session.scalars(select(Actual.period)).all() == ["2026-09"]


@pytest.mark.parametrize("login", ["leader", "admin", "auditor"])
def test_who_may_not_enter_may_not_write(store: Store, client: FlaskClient, ledger: str, login: str) -> None:
    answer = client.post("/api/v1/actuals", json=body(store, ledger), headers=token(store, login))
    assert answer.status_code == 403


def test_drafts_of_reports_stay_inside(store: Store, client: FlaskClient, ledger: str) -> None:
    with store.write() as session:
        report = reporting.draft(session, Period.month(2026, 9), by=SYSTEM, now=NOW)
        report_id = report.id
    assert client.get(f"/api/v1/reports/{report_id}", headers=token(store, "leader")).status_code == 404
    content = client.get(f"/api/v1/reports/{report_id}", headers=token(store, "reviewer")).json["data"]
    assert "共纳入监测目标1项" in content["sections"][0]["parts"][0]["paragraphs"][0]


def test_the_api_describes_itself(store: Store, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json", headers=token(store, "leader")).json
    assert document["openapi"].startswith("3.")
    assert "post" in document["paths"]["/api/v1/actuals"]


@pytest.mark.parametrize("path", ["/nothing", "/targets/NONE/assessments", "/reports/999999"])
def test_what_is_not_there_is_told_in_json(store: Store, client: FlaskClient, ledger: str, path: str) -> None:
    answer = client.get(f"/api/v1{path}", headers=token(store, "leader"))
    assert (answer.status_code, answer.json["error"]["status"]) == (404, 404)


def test_a_token_that_only_reads_writes_nothing(client: FlaskClient, store: Store, ledger: str) -> None:
    headers = token(store, "officer", reads_only=True)
    assert client.get("/api/v1/targets", headers=headers).status_code == 200
    value = {"indicator": ledger, "unit": "D", "period": "2026-10", "value": 7}
    answer = client.post("/api/v1/actuals", json=value, headers=headers)
    assert (answer.status_code, "只能读取" in answer.json["error"]["message"]) == (403, True)


def test_the_last_use_of_a_token_is_known_to_the_hour(client: FlaskClient, store: Store) -> None:
    headers = token(store, "leader")
    seen = []
    for minutes in (0, 59, 61):
        clock.start_at(NOW + timedelta(minutes=minutes))
        client.get("/api/v1/reports", headers=headers)
        with store.read() as session:
            seen.append(session.scalars(select(ApiToken.last_used_at)).one())
    assert [round((each - NOW) / timedelta(minutes=1)) for each in seen] == [0, 0, 61]


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_object_is_told(client: FlaskClient, store: Store, ledger: str, sent: bytes) -> None:
    headers = token(store, "officer") | {"Content-Type": "application/json"}
    answer = client.post("/api/v1/actuals", data=sent, headers=headers)
    assert (answer.status_code, answer.json["error"]["message"]) == (422, "请求的内容有误。")


@pytest.mark.parametrize(
    ("query", "field"),
    [("targets?light=pink", "light"), ("actuals?indicator=NONE", "indicator"), ("actuals?unit=NONE", "unit")],
)
def test_a_filter_that_names_nothing_is_told(
    client: FlaskClient, store: Store, ledger: str, query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/{query}", headers=token(store, "leader"))
    assert (answer.status_code, answer.json["error"]["problems"][0]["field"]) == (422, field)
