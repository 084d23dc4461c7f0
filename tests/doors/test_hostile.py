"""What an attacker would try: values of other departments, ways to other sites, texts that would be commands."""

from __future__ import annotations

import io
from decimal import Decimal
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_actual, make_indicator, make_plan, make_target, make_unit
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.records import Account
from kpi.actuals.records import Actual, ActualState
from kpi.actuals.sheets import SheetRow
from kpi.actuals.sheets_template import write_template
from kpi.assessment.actions import assess
from kpi.catalog.records import Indicator
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.readmodel.ledger import ledger
from kpi.readmodel.scope import Wanted
from kpi.reporting.writers import ledger as ledger_book
from support import NOW, PASSWORD, csrf_of

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "{=1+1}", '=HYPERLINK("http://evil.example")']


def token(store: Store, login: str) -> dict[str, str]:
    with store.write() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        return {"Authorization": f"Bearer {tokens.make_token(session, account.id, '测试', NOW)}"}


@pytest.fixture
def others(store: Store, app: Flask) -> dict[str, str]:
    """A target of a department that no officer belongs to, with a draft in October: the codes to name it by."""
    with store.write() as session:
        plan = make_plan(session, make_unit(session, "甲市", kind=UnitKind.REGION))
        target = make_target(session, plan=plan, lead=make_unit(session, "别处"))
        make_actual(session, target, "2026-10", Decimal(8), state=ActualState.DRAFT)
        assess(session, [target.id], NOW)
        unit = session.get_one(OrgUnit, target.unit_id)
        return {"indicator": session.get_one(Indicator, target.indicator_id).code, "unit": unit.code}


@pytest.mark.parametrize("period", ["2026-09", "2026-10"])
def test_an_officer_writes_nothing_of_another_department(
    store: Store, client: FlaskClient, others: dict[str, str], period: str
) -> None:
    sent = {**others, "period": period, "value": 9, "submit": False, "revision": None}
    answer = client.post("/api/v1/actuals", json=sent, headers=token(store, "officer"))
    assert answer.status_code in (403, 422)
    with store.read() as session:
        assert [(actual.period, actual.value) for actual in session.scalars(select(Actual))] == [("2026-10", 8)]


@pytest.mark.parametrize(("login", "seen"), [("officer", 0), ("leader", 0), ("auditor", 0), ("reviewer", 1)])
def test_drafts_are_for_those_who_enter_them(
    store: Store, client: FlaskClient, others: dict[str, str], login: str, seen: int
) -> None:
    listed = client.get(f"/api/v1/actuals?indicator={others['indicator']}", headers=token(store, login)).json["data"]
    assert len(listed) == seen


@pytest.mark.parametrize(
    "elsewhere",
    ["/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/%5cevil.example/..//"],
)
def test_no_sign_hides_a_way_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    given = {"login": "officer", "password": PASSWORD, "next": elsewhere, "csrf_token": csrf_of(client)}
    where = client.post("/sign-in", data=given).headers["Location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\", "/\t", "/\n"))


def has_formula(book: bytes) -> bool:
    with ZipFile(io.BytesIO(book)) as package:
        return any(b"<f>" in package.read(name) or b"<f " in package.read(name) for name in package.namelist())


@pytest.mark.parametrize("words", FORMULAS)
def test_words_stay_words_in_workbooks(session: Session, words: str) -> None:
    plan = make_plan(session, title=words)
    indicator = make_indicator(session, name=words)
    target = make_target(session, plan=plan, lead=make_unit(session, words), indicator=indicator, name=words)
    found = ledger(session, Wanted(), NOW.date())
    assert found is not None
    assert not has_formula(ledger_book.write(found, [target.code]))
    due = SheetRow("I", words, "U", words, Period.parse("2026-10"), NOW.date(), words, note=words, cause=words)
    assert not has_formula(write_template([due], words))
