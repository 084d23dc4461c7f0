"""Who may do what: the role × action matrix, scopes, and the strength of passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from kpi.core.errors import Forbidden, Problem
from kpi.core.text import t


class Role(StrEnum):
    OFFICER = "officer"
    REVIEWER = "reviewer"
    LEADER = "leader"
    ADMIN = "admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return {
            "officer": t("统计人员"),
            "reviewer": t("审核人员"),
            "leader": t("领导"),
            "admin": t("管理员"),
            "auditor": t("审计人员"),
        }[self.value]


class Action(StrEnum):
    """Everything a door can let a person do. A page, callback, endpoint or download names exactly one."""

    SEE_BOARD = "see_board"  # overview, ledger, target page, documents, issued reports
    ENTER_ACTUALS = "enter_actuals"  # entry grid, template, upload
    APPROVE_ACTUALS = "approve_actuals"
    REVIEW_DOCUMENTS = "review_documents"  # import, candidates, targets, baselines
    MAKE_REPORTS = "make_reports"  # draft and issue
    RUN_JOBS = "run_jobs"  # sources, schedules, run now
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CATALOG = "manage_catalog"  # indicators, org units, plans, rule settings
    READ_AUDIT = "read_audit"
    OWN_ACCOUNT = "own_account"  # password, language, own tokens


A = Action
MAY: dict[Role, frozenset[Action]] = {
    Role.OFFICER: frozenset({A.SEE_BOARD, A.ENTER_ACTUALS, A.OWN_ACCOUNT}),
    Role.REVIEWER: frozenset(
        {A.SEE_BOARD, A.ENTER_ACTUALS, A.APPROVE_ACTUALS, A.REVIEW_DOCUMENTS, A.MAKE_REPORTS, A.OWN_ACCOUNT}
    ),
    Role.LEADER: frozenset({A.SEE_BOARD, A.OWN_ACCOUNT}),
    Role.ADMIN: frozenset({A.SEE_BOARD, A.RUN_JOBS, A.MANAGE_PEOPLE, A.MANAGE_CATALOG, A.MAKE_REPORTS, A.OWN_ACCOUNT}),
    Role.AUDITOR: frozenset({A.SEE_BOARD, A.READ_AUDIT, A.OWN_ACCOUNT}),
}


READING = frozenset({A.SEE_BOARD, A.READ_AUDIT})
"""What a token that only reads is good for."""


@dataclass(frozen=True)
class Person:
    """The signed-in person as every action and read model is handed one.

    `units` are the ids this person may enter for: the own unit and everything below it; None means all units
    (reviewers and admins without a unit). Reading the board is for everybody signed in.
    """

    account_id: int
    login: str
    name: str
    role: Role
    unit_id: int | None = None
    units: frozenset[int] | None = field(default=frozenset())
    language: str = "zh"
    must_change_password: bool = False
    demo: bool = False
    reads_only: bool = False

    def may(self, action: Action) -> bool:
        return action in MAY[self.role]

    def may_for(self, unit_id: int | None) -> bool:
        """Whether a unit lies within this person's scope."""
        return self.units is None or unit_id in self.units


def require(person: Person, action: Action, unit_id: int | None = None) -> None:
    """The guard's rule. Raises Forbidden unless role (and scope, when a unit is named) allow it."""
    if person.must_change_password and action is not Action.OWN_ACCOUNT:
        raise Forbidden(t("请先修改初始密码，再继续使用。"))
    if person.reads_only and action not in READING:
        raise Forbidden(t("这个令牌只能读取；如需写入，请在“我的账号”新建允许写入的令牌。"))
    if not person.may(action):
        raise Forbidden(t("您的角色（{role}）不能进行此操作，如需权限请联系管理员。", role=person.role.label))
    if unit_id is not None and not person.may_for(unit_id):
        raise Forbidden(t("该单位不在您的填报或审核范围内，如需调整请联系管理员。"))


FAILURES_ALLOWED = 5
LOCK_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
_TELLING = 3  # a shorter login name stands in many a good password by chance
_TOO_COMMON = frozenset({"password12", "1234567890", "0123456789", "qwertyuiop", "administrator", "abcdefghij"})


def password_problems(password: str, login: str) -> list[Problem]:
    """Why a password is refused; empty when it is fine."""
    where = t("新密码")
    problems = []
    if len(password) < SHORTEST_PASSWORD:
        problems.append(Problem(t("至少{n}个字符", n=SHORTEST_PASSWORD), where))
    if len(password) > 200:
        problems.append(Problem(t("最多200个字符"), where))
    if len(login) >= _TELLING and login.lower() in password.lower():
        problems.append(Problem(t("不能包含登录名"), where))
    if len(set(password)) < 4 or password.lower() in _TOO_COMMON:
        problems.append(Problem(t("过于简单，请换一个"), where))
    return problems
