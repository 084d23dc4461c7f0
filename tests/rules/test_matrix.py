"""Role × action: the whole matrix as a table. A change of rights is a change of this page."""

from __future__ import annotations

import pytest

from kpi.accounts.rules import Action, Person, Role, require
from kpi.core.errors import Forbidden

TABLE = """
                  officer reviewer leader admin auditor
see_board            x       x       x      x      x
enter_actuals        x       x       .      .      .
approve_actuals      .       x       .      .      .
review_documents     .       x       .      .      .
make_reports         .       x       .      x      .
run_jobs             .       .       .      x      .
manage_people        .       .       .      x      .
manage_catalog       .       .       .      x      .
read_audit           .       .       .      .      x
own_account          x       x       x      x      x
"""
HEAD, *LINES = TABLE.strip().splitlines()
CASES = [
    (Role(role), Action(line.split()[0]), mark == "x")
    for line in LINES
    for role, mark in zip(HEAD.split(), line.split()[1:], strict=True)
]


def person(role: Role, **more: object) -> Person:
    return Person(account_id=1, login="a", name="甲", role=role, **more)


def test_the_table_is_whole() -> None:
    assert {(role, action) for role, action, _ in CASES} == {(role, action) for role in Role for action in Action}


@pytest.mark.parametrize(("role", "action", "allowed"), CASES)
def test_matrix(role: Role, action: Action, allowed: bool) -> None:
    if allowed:
        require(person(role), action)
    else:
        with pytest.raises(Forbidden, match="角色"):
            require(person(role), action)


@pytest.mark.parametrize(
    ("units", "unit", "allowed"), [(frozenset({3}), 3, True), (frozenset({3}), 4, False), (None, 4, True)]
)
def test_scope(units: frozenset[int] | None, unit: int, allowed: bool) -> None:
    officer = person(Role.OFFICER, units=units)
    if allowed:
        require(officer, Action.ENTER_ACTUALS, unit)
    else:
        with pytest.raises(Forbidden, match="范围"):
            require(officer, Action.ENTER_ACTUALS, unit)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.OWN_ACCOUNT])
def test_an_initial_password_opens_nothing_but_its_change(action: Action) -> None:
    for role in Role:
        fresh = person(role, must_change_password=True)
        with pytest.raises(Forbidden):
            require(fresh, action)
        require(fresh, Action.OWN_ACCOUNT)
