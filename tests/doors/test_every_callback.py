"""Role × callback over HTTP, as somebody would try it who writes requests by hand. A change of rights is a change of
this page; a callback that is missing here fails the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from callbacks import call, notice, on_server, outputs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.db.store import Store
from support import csrf_of

SignIn = Callable[[str], FlaskClient]

OPEN_TO = {
    "officer reviewer leader admin auditor": """
        account-facts.id > account-facts.children
        account-language.value > account-reload.href
        compare-query.data > compare-plan.data
        documents-list.id > documents-list.children
        ledger-chosen.data > ledger-file.data
        ledger-query.data > ledger-plan.data
        overview-query.data > overview-plan.data
        password-save.n_clicks > password-current.value
        sessions-end.n_clicks > sessions-end.disabled
        report-changed.data > report-list.children
        report-form.id > report-form.children
        review-document.data > review-decision.value
        review-document.data > review-head.children
        review-document.data > review-picks.data
        review-selected.data > review-form.children
        target-asked.data > target-sheet.children
        token-make.n_clicks > token-shown.children
        tokens-changed.data > token-list.children
        url.pathname > menu.children
        {"id":["ALL"],"type":"review-compare"}.n_clicks > review-edits.opened
        {"revoke":["ALL"]}.n_clicks > tokens-changed.data
    """,
    "officer reviewer": """
        entry-discard-confirm.n_clicks > entry-discard-dialog.opened
        entry-doomed.data > entry-discard-dialog.opened
        entry-grid.cellValueChanged > entry-checks.data
        entry-outgoing.data > entry-answer.data
        entry-query.data > entry-grid.rowData
        entry-start.data > entry-month.data
        entry-template.n_clicks > entry-download.data
        entry-upload.contents > entry-results.children
        {"id":["ALL"],"type":"entry-marked"}.n_clicks > entry-download.data
    """,
    "reviewer": """
        edit-asked.data > edit-page.children
        edit-last-year.n_clicks > {"field":"season-0","type":"edit"}.value
        edit-more-points.n_clicks > edit-points.children
        edit-save.n_clicks > edit-reload.data
        edit-undo.n_clicks > edit-reload.data
        documents-upload.contents > url.pathname
        review-accept.n_clicks > review-reload.data
        review-mark.n_clicks > review-reload.data
        review-plan-create.n_clicks > {"field":"plan_id","type":"accept"}.data
        review-plan-open.n_clicks > review-plan-modal.opened
        review-reject.n_clicks > review-reload.data
        review-undo.n_clicks > review-reload.data
        {"field":["ALL"],"type":"edit"}.value > edit-preview.children
        waiting-asked.data > waiting-reload.data
        waiting-reload.data > waiting-list.children
        waiting-return-go.n_clicks > waiting-reload.data
        {"field":"indicator_id","type":"accept"}.searchValue > {"field":"indicator_id","type":"accept"}.data
        {"field":"kind","type":"accept"}.value > {"field":"judged_as","type":"accept"}.placeholder
    """,
    "reviewer admin": """
        issue-confirm.n_clicks > issue-dialog.opened
        report-make.n_clicks > report-changed.data
        report-month.value > report-cut-off.value
        {"issue":["ALL"]}.n_clicks > issue-dialog.opened
    """,
    "admin": """
        catalog-indicator.data > catalog-modal.opened
        catalog-reload.data > catalog-units.rowData
        catalog-save.n_clicks > catalog-modal.opened
        catalog-unit-save.n_clicks > catalog-unit-modal.opened
        catalog-unit.data > catalog-unit-modal.opened
        catalog-words.value > catalog-indicators.rowData
        catalog-duty.data > duty-modal.opened
        duty-save.n_clicks > duty-modal.opened
        duty-words.value > duty-grid.rowData
        history-page.value > history-table.children
        plan-rules-asked.data > plan-rules-page.children
        plan-rules-save.n_clicks > plan-rules-reload.data
        plan-rules-undo.n_clicks > plan-rules-reload.data
        {"field":["ALL"],"type":"edit"}.value > plan-rules-preview.children
        jobs-changed.data > scheduler-box.children
        people-search.value > people-list.children
        person-new.n_clicks > person-dialog.opened
        person-save.n_clicks > person-dialog.opened
        reset-confirm.n_clicks > reset-dialog.opened
        source-cron.value > source-cron-words.children
        source-delete.n_clicks > source-dialog.opened
        source-kind.value > {"kind-box":["ALL"]}.style
        source-new.n_clicks > source-dialog.opened
        source-save.n_clicks > source-dialog.opened
        source-try.n_clicks > trial-box.children
        {"edit":["ALL"]}.n_clicks > source-dialog.opened
        {"id":["ALL"],"type":"catalog-plan"}.value > catalog-reload.data
        {"person-edit":["ALL"]}.n_clicks > person-dialog.opened
        {"person-reset":["ALL"]}.n_clicks > reset-dialog.opened
        {"person-unlock":["ALL"]}.n_clicks > people-changed.data
        {"run":["ALL"]}.n_clicks > jobs-changed.data
        {"run-detail":["ALL"]}.n_clicks > run-detail.opened
    """,
    "auditor": """
        trail-action.id > trail-action.data
        trail-export.n_clicks > trail-file.data
        trail-who.value > trail-table.children
    """,
}
"""Roles → the callbacks, each by its first input and its first output, that only they may call."""

OWN_ACCOUNT = {
    "account-facts.id > account-facts.children",
    "account-language.value > account-reload.href",
    "password-save.n_clicks > password-current.value",
    "sessions-end.n_clicks > sessions-end.disabled",
    "token-make.n_clicks > token-shown.children",
    "tokens-changed.data > token-list.children",
    "url.pathname > menu.children",
    '{"revoke":["ALL"]}.n_clicks > tokens-changed.data',
}
DRAWING = "_pages_location.pathname > _pages_content.children"
"""Dash's own: it draws the page of an address, without data."""

PAGES = {
    "officer": "/ /targets /targets/X /entry /documents /documents/1 /reports /account",
    "reviewer": "/ /targets /targets/X /targets/X/edit /entry /approvals /documents /documents/1 /reports /account",
    "leader": "/ /targets /targets/X /documents /documents/1 /reports /account",
    "admin": "/ /targets /targets/X /documents /documents/1 /reports /jobs /catalog /plans/X/rules /catalog/reporters"
    " /people /account",
    "auditor": "/ /targets /targets/X /documents /documents/1 /reports /audit /account",
}


def expected(role: str) -> set[str]:
    tables = [table for roles, table in OPEN_TO.items() if role in roles.split()]
    return {line.strip() for table in tables for line in table.strip().splitlines()}


def tried(client: FlaskClient) -> dict[str, str]:
    """What every callback says to a request without values, by name; the empty word where it is not refused."""
    token = csrf_of(client)
    answers = {name: call(client, each, {}, token) for name, each in on_server(client).items() if name != DRAWING}
    assert {answer.status_code for answer in answers.values()} <= {200, 204}
    said = {name: notice(answer) if answer.status_code == 200 else "" for name, answer in answers.items()}
    refused = {name: words for name, words in said.items() if "不能进行此操作" in words or "初始密码" in words}
    assert not any(outputs(answers[name]) for name in refused)  # a refusal carries nothing else along
    return {name: refused.get(name, "") for name in answers}


@pytest.mark.parametrize("role", list(Role))
def test_a_callback_answers_those_who_may_and_nobody_else(sign_in: SignIn, role: str) -> None:
    answered = {name for name, refusal in tried(sign_in(role)).items() if not refusal}
    assert answered == expected(role)


def test_an_initial_password_opens_the_own_account_only(store: Store, sign_in: SignIn) -> None:
    client = sign_in("admin")
    with store.write() as session:
        session.scalars(select(Account).where(Account.login == "admin")).one().must_change_password = True
    assert {name for name, refusal in tried(client).items() if not refusal} == OWN_ACCOUNT


def test_no_callback_answers_a_stranger(app: Flask, sign_in: SignIn) -> None:
    stranger = app.test_client()
    token = csrf_of(stranger)
    for name, each in on_server(sign_in("reviewer")).items():
        answer = call(stranger, each, {}, token)
        assert answer.status_code == 401, name
        assert set(answer.json) == {"error"}, name


def test_no_callback_answers_without_the_csrf_token(sign_in: SignIn) -> None:
    client = sign_in("reviewer")
    for name, each in on_server(client).items():
        for token in ("forged", csrf_of(sign_in("admin"))):
            assert call(client, each, {}, token).status_code == 400, name


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_drawn_for_those_who_may_open_it(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    drawing, token = on_server(client)[DRAWING], csrf_of(client)

    def drawn(path: str) -> str:
        values = {"_pages_location.pathname": path, "_pages_location.search": ""}
        answer = call(client, drawing, values, token)
        assert answer.status_code == 200
        return answer.text

    every = {path for paths in PAGES.values() for path in paths.split()}
    assert {path for path in every if "page-refused" not in drawn(path)} == set(PAGES[role].split())


ONE = {"output": "people-list.children", "outputs": {"id": "people-list", "property": "children"}}
GIVEN = {"id": "people-search", "property": "value"}


@pytest.mark.parametrize(
    "body",
    [
        "words",
        {},
        {"output": ["people-list.children"]},
        {"output": "gone-since-the-upgrade.children", "inputs": [], "outputs": {}},
        {"output": "people-list.children", "inputs": [GIVEN] * 3},
        ONE | {"inputs": [GIVEN]},
        ONE | {"inputs": [7, 7, 7]},
        ONE | {"inputs": [[7], GIVEN, GIVEN]},
        ONE | {"inputs": [GIVEN] * 3, "changedPropIds": ["people"]},
    ],
)
def test_what_no_page_sends_is_told_to_reload(sign_in: SignIn, body: object) -> None:
    client = sign_in("admin")
    answer = client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": csrf_of(client)})
    assert (answer.status_code, "请刷新" in answer.json["error"]["message"]) == (422, True)
