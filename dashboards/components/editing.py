"""What the editors share: fields that are found by name, and reading them back with every problem named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from dash import ALL

from dashboards.libraries import Component, dmc, html
from kpi.core.errors import BadInput, Problem
from kpi.core.quantity import parse_number, plain
from kpi.core.text import t

Word = TypeVar("Word", bound=StrEnum)


ALL_FIELDS = {"type": "edit", "field": ALL}
"""Every field of the form that is open."""


def field_id(name: str) -> dict[str, str]:
    return {"type": "edit", "field": name}


def text_field(name: str, label: str, value: Any = "", **more: Any) -> Component:
    written = "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
    return dmc.TextInput(id=field_id(name), label=label, value=written, **more)


def choice_field(name: str, label: str, words: Mapping[str, str], value: str | None, **more: Any) -> Component:
    data = [{"value": value, "label": label} for value, label in words.items()]
    return dmc.Select(id=field_id(name), label=label, data=data, value=value, **{"allowDeselect": False, **more})


def day_field(name: str, label: str, value: date | None, **more: Any) -> Component:
    written = value.isoformat() if value else None
    return dmc.DateInput(id=field_id(name), label=label, value=written, valueFormat="YYYY-MM-DD", **clearable(), **more)


def clearable() -> dict[str, Any]:
    return {"clearable": True, "clearButtonProps": {"aria-label": t("清空")}}


def either(name: str, label: str, words: Mapping[str, str], value: str) -> Component:
    """One of two or three, all of them in sight."""
    data = [{"value": value, "label": label} for value, label in words.items()]
    return html.Div(
        dmc.SegmentedControl(id=field_id(name), data=data, value=value, **{"aria-label": label}), className="wide"
    )


def hint(text: str) -> Component:
    return html.P(text, className="hint wide")


def reason_and_buttons(prefix: str) -> list[Component]:
    """What every form ends with: why, and the buttons `<prefix>-save` and `<prefix>-undo`."""
    reason = dmc.Textarea(
        id=f"{prefix}-reason",
        label=t("原因"),
        description=t("写进修订记录和审计，例如依据的文件。"),
        required=True,
        autosize=True,
        minRows=2,
        debounce=True,
    )
    save = dmc.Button(t("保存"), id=f"{prefix}-save", className="save-button")
    undo = dmc.Button(t("放弃修改"), id=f"{prefix}-undo", variant="default")
    return [html.Hr(className="thin"), reason, html.Div([save, undo], className="bar")]


def problem_list(error: BadInput) -> Component:
    """Every problem with its field and row, where somebody listening is told of it."""
    items = [html.Li(str(problem)) for problem in error.problems] or [html.Li(error.message)]
    return html.Div(html.Ul(items), className="callout tone-red", role="alert", id="edit-problems")


class Fields:
    """The fields of a form by name. What can not be read is collected, and told all at once by `done`."""

    def __init__(self, ids: Sequence[Mapping[str, str]], values: Sequence[Any]) -> None:
        self._values = {one["field"]: value for one, value in zip(ids, values, strict=True)}
        self._problems: list[Problem] = []

    def has(self, name: str) -> bool:
        return name in self._values

    def rows(self, name: str) -> list[int]:
        """The numbers n of the fields `name-n`, in order."""
        found = (key.rpartition("-") for key in self._values)
        return sorted(int(number) for stem, _, number in found if stem == name and number.isdecimal())

    def words(self, name: str) -> str:
        return str(self._values.get(name) or "").strip()

    def number(self, name: str, label: str, row: int | None = None) -> Decimal | None:
        """None for an empty field."""
        try:
            return parse_number(self.words(name), label, row) if self.words(name) else None
        except BadInput as error:
            self._problems += error.problems
            return None

    def whole(self, name: str, label: str) -> int:
        written = self.words(name)
        if not written.isdecimal() or len(written) > 6:
            self.wrong(t("请填写整数"), label)
            return 0
        return int(written)

    def day(self, name: str, label: str, row: int | None = None) -> date | None:
        """None for an empty field."""
        written = self.words(name)[:10]
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            self.wrong(t("请填写日期，如 2026-09-30"), label, row)
            return None

    def word(self, words: type[Word], name: str) -> Word | None:
        written = self.words(name)
        return words(written) if written in {word.value for word in words} else None

    def id(self, name: str) -> int | None:
        written = self.words(name)
        return int(written) if written.isdecimal() else None

    def ids(self, name: str) -> tuple[int, ...]:
        chosen = self._values.get(name)
        return tuple(int(one) for one in chosen if str(one).isdecimal()) if isinstance(chosen, list) else ()

    def wrong(self, reason: str, label: str, row: int | None = None) -> None:
        self._problems.append(Problem(reason, label, row))

    def done(self) -> None:
        if self._problems:
            raise BadInput.of(*self._problems)
