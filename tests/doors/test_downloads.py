"""Reports as files: the same guard as pages, and never cached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from factories import make_target
from kpi.audit.actions import SYSTEM
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.reporting import actions
from support import NOW


@pytest.fixture
def report_id(store: Store, app: object) -> int:
    with store.write() as session:
        make_target(session)
        return actions.draft(session, Period.month(2026, 9), by=SYSTEM, now=NOW).id


@pytest.mark.parametrize(("suffix", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!DOCTYPE")])
def test_a_maker_of_reports_gets_the_draft(
    sign_in: Callable[[str], FlaskClient], report_id: int, suffix: str, begins: bytes
) -> None:
    answer = sign_in("reviewer").get(f"/files/reports/{report_id}.{suffix}")
    assert answer.status_code == 200
    assert answer.data.startswith(begins)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"] or "max-age=0" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("login", ["leader", "officer", "auditor"])
def test_a_draft_is_not_for_everybody(
    store: Store, sign_in: Callable[[str], FlaskClient], report_id: int, login: str
) -> None:
    client = sign_in(login)
    assert client.get(f"/files/reports/{report_id}.docx").status_code == 404
    with store.write() as session:
        actions.issue(session, report_id, by=SYSTEM, now=NOW)
    assert client.get(f"/files/reports/{report_id}.docx").status_code == 200


def test_an_unknown_format_is_refused(sign_in: Callable[[str], FlaskClient], report_id: int) -> None:
    assert sign_in("reviewer").get(f"/files/reports/{report_id}.exe").status_code == 422


def test_a_stranger_gets_nothing(client: FlaskClient, report_id: int) -> None:
    assert client.get(f"/files/reports/{report_id}.docx").status_code == 401
