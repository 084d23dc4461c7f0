"""Every error the service raises on purpose, on one page.

KpiError                 a person can read `message`; nothing was saved
├── BadInput             what came in can not be taken; `problems` names field, row and reason
│   └── TooLarge         over a limit of size
├── NotFound             no such thing, or none that this person may see
├── Forbidden            signed in, but not allowed
├── Conflict             somebody else changed it first; reload and try again
├── WrongState           the thing is not in a state that allows this
└── Unavailable          an outside system failed; trying again later can help
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kpi.core.text import t


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it is and why, in words a person can act on."""

    reason: str
    field: str | None = None
    row: int | None = None

    def as_dict(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        row = t("第{row}行 ", row=self.row) if self.row is not None else ""
        field = self.field + t("：") if self.field else ""
        return f"{row}{field}{self.reason}"


class KpiError(Exception):
    """Base of all; `status` is the HTTP status a door answers with."""

    status = 500
    try_again = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(KpiError):
    status = 422

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, *problems: Problem) -> BadInput:
        """One error out of its problems; the message joins them."""
        return cls(t("；").join(str(problem) for problem in problems), problems)


class TooLarge(BadInput):
    status = 413


class NotFound(KpiError):
    status = 404


class Forbidden(KpiError):
    status = 403


class Conflict(KpiError):
    status = 409
    try_again = True


class WrongState(KpiError):
    status = 409


class Unavailable(KpiError):
    status = 503
    try_again = True
