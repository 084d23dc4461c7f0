"""The entry grid: due rows become grid rows, what was typed becomes entries, problems find their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.actuals.actions_cells import ENTRY_FIELDS
from kpi.actuals.rules import Entry, IndicatorFacts
from kpi.actuals.sheets import SheetRow
from kpi.assessment.rules_numbers import show_period
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Period, month_name
from kpi.core.quantity import Kind, parse_number, show_number, show_quantity
from kpi.core.text import t
from kpi.operations.actions import Preview
from kpi.readmodel.checks import Checked
from kpi.readmodel.due import DueRow, DueState
from kpi.readmodel.due_expected import Expectation

_NOT_DIGITS = re.compile(r"\D+")

TYPED = ("main", "bottom", "note", "jump_reason", "cause", "measure", "expected_on")
"""The columns a person types into; everything else comes from the server."""

SHAPES = {
    DueState.OVERDUE: "■",
    DueState.RETURNED: "▲",
    DueState.AWAITING: "○",
    DueState.DRAFT: "◐",
    DueState.SUBMITTED: "◆",
    DueState.REPORTED: "●",
    DueState.NOT_DUE: "·",
}
COLOURS = {
    DueState.OVERDUE: "red",
    DueState.RETURNED: "amber",
    DueState.AWAITING: "plain",
    DueState.DRAFT: "plain",
    DueState.SUBMITTED: "apart",
    DueState.REPORTED: "green",
    DueState.NOT_DUE: "none",
}


def mode_of(facts: IndicatorFacts) -> str:
    """What the first column takes: a value, a numerator (with its denominator beside it), or a day."""
    if facts.kind is Kind.MILESTONE:
        return "stage"
    return "parts" if facts.has_parts else "value"


def grid_row(row: DueRow, expected: Sequence[Expectation], today: date) -> dict[str, Any]:
    """One row of the grid, as plain JSON; `saved` is what the server holds of the typed columns."""
    facts, typed = row.facts, typed_of(row)
    first = expected[0] if expected else None
    return {
        "key": row.key,
        "revision": row.cell.revision,
        "mode": mode_of(facts),
        "code": row.duty.code,
        "name": facts.name,
        "target": first.code if first else None,
        "unit": facts.unit,
        "unit_name": row.duty.unit_name,
        "reporter": row.duty.reporter_name,
        "period": show_period(row.period, Period.containing(today)),
        "due": t("{month}{day}日", month=month_name(row.due_on.month), day=row.due_on.day),
        "state": row.state.value,
        "state_label": state_label(row, today),
        "state_shape": SHAPES[row.state],
        "state_colour": "red" if row.late else COLOURS[row.state],
        "return_reason": row.return_reason,
        "last": _last(row),
        "last_tip": row.last.period.label if row.last else t("以前没有数值"),
        "plan": _plan(first, facts),
        "plan_tip": _plan_tip(expected),
        "in_force": "" if row.in_force is None else show_quantity(row.in_force, facts.unit, facts.places),
        "hints": _hints(row),
        **typed,
        "saved": typed,
        "result": _result(row),
        "light": None,
        "problems": {},
        "asks": bool(typed["cause"] or typed["measure"] or typed["expected_on"]),
    }


def state_label(row: DueRow, today: date) -> str:
    """逾期3天, 草稿（逾期）, 已退回, 待报, 更正待审."""
    if row.state is DueState.OVERDUE:
        return t("逾期{n}天", n=-row.days_left(today))
    if row.late:
        return t("{state}（逾期）", state=row.state.label)
    if row.cell.approved is not None and row.cell.open is not None:
        return t("更正·{state}", state=row.state.label)
    return row.state.label


def _last(row: DueRow) -> str:
    if row.last is None:
        return "—"
    if mode_of(row.facts) == "stage":
        return t("已完成") if row.last.value >= row.duty.stages else t("未完成")
    return show_quantity(row.last.value, row.facts.unit, row.facts.places)


def _plan(first: Expectation | None, facts: IndicatorFacts) -> str:
    if first is None:
        return "—"
    if mode_of(facts) == "stage":
        return t("{month}{day}日前", month=month_name(first.deadline.month), day=first.deadline.day)
    return first.demand if first.expected is None else show_quantity(first.expected, facts.unit)


def _plan_tip(expected: Sequence[Expectation]) -> str:
    return "\n".join(
        t("{name}：{deadline}前{demand}", name=each.name, deadline=each.deadline.isoformat(), demand=each.demand)
        for each in expected
    )


def _hints(row: DueRow) -> dict[str, str]:
    """What an empty cell says, and what a full one is."""
    match mode_of(row.facts):
        case "stage":
            return {"main": t("完成日期/未完成"), "bottom": ""}
        case "parts":
            return {"main": row.duty.numerator or t("分子"), "bottom": row.duty.denominator or t("分母")}
        case _:
            return {"main": row.facts.unit, "bottom": ""}


def typed_of(row: DueRow) -> dict[str, str]:
    """What stands in the cell, as somebody would have typed it."""
    shown = row.shown
    if shown is None:
        return dict.fromkeys(TYPED, "")
    main, bottom = _written(shown.value), ""
    if mode_of(row.facts) == "stage":
        not_yet = t("未完成") if shown.value == 0 else ""
        main = shown.happened_on.isoformat() if shown.happened_on else not_yet
    elif row.facts.has_parts:
        whole = shown.numerator is None and shown.value is not None
        main = f"{_written(shown.value)}{row.facts.unit}" if whole else _written(shown.numerator)
        bottom = _written(shown.denominator)
    words = {name: getattr(shown, name) for name in ("note", "jump_reason", "cause", "measure")}
    return {
        "main": main,
        "bottom": bottom,
        **words,
        "expected_on": shown.expected_on.isoformat() if shown.expected_on else "",
    }


def _written(number: Decimal | None) -> str:
    return "" if number is None else show_number(number)


def _result(row: DueRow) -> str:
    """The value worked out, where it is not what was typed."""
    shown = row.shown
    if shown is None or not row.facts.has_parts:
        return ""
    return "" if shown.value is None else show_quantity(shown.value, row.facts.unit, row.facts.places)


# --- from the grid ------------------------------------------------------------------------------------------------


@dataclass
class Read:
    """A row of the grid understood: the entry, and what could not be read, by column."""

    entry: Entry
    unreadable: dict[str, str] = field(default_factory=dict)


def cell_of(key: str) -> tuple[int, int, Period]:
    """Indicator, unit and period of a row's key; BadInput for anything else."""
    indicator, _, rest = key.partition(".")
    unit, _, period = rest.partition(".")
    if not (indicator.isdecimal() and unit.isdecimal()):
        raise BadInput.of(Problem(t("看不懂这一行，请刷新页面后重试")))
    return int(indicator), int(unit), Period.parse(period)


def read_row(typed: Mapping[str, Any], facts: IndicatorFacts) -> Read:
    """What was typed in one row as an entry. Never raises for what a person typed; see `unreadable`."""
    indicator_id, unit_id, period = cell_of(str(typed.get("key", "")))
    wrong: dict[str, str] = {}
    values = _read_values(typed, facts, wrong)
    expected_on = _day(typed, "expected_on", wrong)
    entry = Entry(
        indicator_id,
        unit_id,
        period,
        note=_words(typed, "note"),
        jump_reason=_words(typed, "jump_reason"),
        cause=_words(typed, "cause"),
        measure=_words(typed, "measure"),
        expected_on=expected_on,
        revision=typed.get("revision"),
        **values,
    )
    return Read(entry, wrong)


def _read_values(typed: Mapping[str, Any], facts: IndicatorFacts, wrong: dict[str, str]) -> dict[str, Any]:
    match mode_of(facts):
        case "stage":
            if _words(typed, "main") in {"0", "未", "否", t("未完成")}:
                return {"value": Decimal(0)}
            return {"happened_on": _day(typed, "main", wrong)}
        case "parts":
            written = _words(typed, "main")
            if facts.unit and written.endswith((facts.unit, "％" if facts.unit == "%" else facts.unit)):
                return {"value": _number(typed, "main", facts.unit, wrong)}
            return {
                "numerator": _number(typed, "main", "", wrong),
                "denominator": _number(typed, "bottom", "", wrong),
            }
        case _:
            return {"value": _number(typed, "main", facts.unit, wrong)}


def _words(typed: Mapping[str, Any], column: str) -> str:
    return str(typed.get(column) or "").strip()


def _number(typed: Mapping[str, Any], column: str, unit: str, wrong: dict[str, str]) -> Decimal | None:
    written = _words(typed, column).replace("％", "%")
    if unit and written.endswith(unit):
        written = written[: -len(unit)].strip()
    if not written:
        return None
    try:
        return parse_number(written)
    except BadInput as error:
        wrong[column] = error.problems[0].reason
        return None


def _day(typed: Mapping[str, Any], column: str, wrong: dict[str, str]) -> date | None:
    written = _words(typed, column)
    if not written:
        return None
    numbers = [part for part in _NOT_DIGITS.split(written) if part]
    if len(numbers) == 1 and len(numbers[0]) == 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    try:
        year, month, day = (int(part) for part in numbers)
        return date(year, month, day)
    except ValueError:
        wrong[column] = t("“{text}”不是日期，请写成 2026-10-31", text=written[:20])
        return None


def columns_of_problems(problems: Sequence[Problem], unreadable: Mapping[str, str]) -> dict[str, str]:
    """Reasons by grid column; what names no column stands at the value."""
    columns = {
        t("数值"): "main",
        t("分子"): "main",
        t("完成日期"): "main",
        t("分母"): "bottom",
        t("变动原因"): "jump_reason",
        t("滞后原因"): "cause",
        t("改进措施"): "measure",
        t("预计日期"): "expected_on",
        t("备注"): "note",
        t("期间"): "period",
    }
    found = dict(unreadable)
    for problem in problems:
        column = columns.get(problem.field or "", "main")
        if column not in unreadable:
            found[column] = found[column] + t("；") + problem.reason if column in found else problem.reason
    return found


def checked_row(key: str, read: Read, checked: Checked, facts: IndicatorFacts) -> dict[str, Any]:
    """What a check has to say about a row: problems by cell, the value worked out, the light that would follow."""
    result = (
        "" if checked.value is None or not facts.has_parts else show_quantity(checked.value, facts.unit, facts.places)
    )
    return {
        "key": key,
        "problems": columns_of_problems(checked.problems, read.unreadable),
        "result": result,
        "light": None if read.unreadable else light_cell(checked.preview),
        "asks": checked.preview.asks,
    }


def light_cell(preview: Preview) -> dict[str, str] | None:
    result = preview.result
    if result is None:
        return None
    light = result.light
    return {"shape": light.shape, "label": light.label, "colour": light.colour, "reason": result.reason}


# --- spreadsheets -------------------------------------------------------------------------------------------------


def sheet_row(row: DueRow) -> SheetRow:
    """One line of the template: what is due, and what stands there already."""
    shown = row.shown
    standing = {name: getattr(shown, name) for name in ENTRY_FIELDS} if shown is not None else {}
    if row.facts.kind is Kind.MILESTONE and shown is not None and shown.happened_on is not None:
        standing["value"] = None  # the day says it
    return SheetRow(
        indicator_code=row.duty.code,
        indicator=row.facts.name,
        unit_code=row.duty.unit_code,
        unit=row.duty.unit_name,
        period=row.period,
        due_on=row.due_on,
        measured_in=row.facts.unit,
        has_parts=row.facts.has_parts,
        is_milestone=row.facts.kind is Kind.MILESTONE,
        last=row.last.value if row.last else None,
        revision=row.cell.revision,
        **standing,
    )
