"""What every collector is handed and gives back, and how it turns outside values into words of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from kpi.actuals.rules_rows import IncomingRow, local_day
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Frequency, Period
from kpi.core.text import t

ROW_LIMIT = 50_000
BYTE_LIMIT = 20 * 1024 * 1024
SECRET_NAME = re.compile(r"KPI_SOURCE_[A-Z0-9_]+")
"""Only variables of this name are handed to a source, so that no other secret of the process can be asked for."""

FIELDS = ("indicator", "unit", "period", "value", "numerator", "denominator", "happened_on", "note")


def field_label(name: str) -> str:
    """One of FIELDS as people read it."""
    return {
        "indicator": t("指标编码"),
        "unit": t("单位编码"),
        "period": t("期间"),
        "value": t("完成值"),
        "numerator": t("分子"),
        "denominator": t("分母"),
        "happened_on": t("完成日期"),
        "note": t("说明"),
    }[name]


@dataclass(frozen=True)
class CollectContext:
    """What a collector may know and reach: the instant, and what the operator of the service allows."""

    now: datetime
    allowed_hosts: frozenset[str] = frozenset()
    allowed_folders: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    def secret(self, name: str) -> str:
        """The value of an environment variable meant for sources; BadInput when the name or the value is missing."""
        if not SECRET_NAME.fullmatch(name):
            raise BadInput.of(Problem(t("环境变量名须以 KPI_SOURCE_ 开头，只含大写字母、数字和下划线"), t("环境变量")))
        value = self.environ.get(name, "")
        if not value:
            raise BadInput.of(
                Problem(t("没有设置环境变量 {name}，请在运行服务的机器上设置后重启", name=name), t("环境变量"))
            )
        return value


@dataclass(frozen=True)
class Collected:
    """What a source gave: rows to be checked, and the parts of it that could not be read at all."""

    rows: list[IncomingRow]
    problems: list[Problem] = field(default_factory=list)


def row_of(
    number: int, item: Mapping[str, object], fixed: Mapping[str, str], now: datetime, origin: str = ""
) -> IncomingRow:
    """A row from values by our field names; `fixed` fills what the source does not say."""

    def pick(name: str) -> object:
        found = item.get(name)
        return fixed.get(name) if found is None or found == "" else found

    return IncomingRow(
        row=number,
        indicator=code_text(pick("indicator")),
        unit=code_text(pick("unit")),
        period=period_text(pick("period"), business_date(now)),
        value=number_as_shown(pick("value")),
        numerator=number_as_shown(pick("numerator")),
        denominator=number_as_shown(pick("denominator")),
        happened_on=pick("happened_on"),
        note=str(pick("note") or "").strip()[:500],
        origin=origin,
    )


def code_text(raw: object) -> str:
    """A code as text: spreadsheets give 1001.0 for 1001."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return "" if raw is None else str(raw).strip()


def number_as_shown(raw: object) -> object:
    """Binary floats as a spreadsheet shows them (15 digits): 0.1+0.2 is 0.3. Blank text is no value."""
    if isinstance(raw, float):
        return Decimal(format(raw, ".15g"))
    if isinstance(raw, str):
        return raw.strip() or None
    return raw


RELATIVE_PERIODS = {
    "last_month": (Frequency.MONTH, -1),
    "this_month": (Frequency.MONTH, 0),
    "last_quarter": (Frequency.QUARTER, -1),
    "last_half": (Frequency.HALF, -1),
    "this_year": (Frequency.YEAR, 0),
    "last_year": (Frequency.YEAR, -1),
}
"""Words a source's settings may use instead of a period, by the day of the run."""

_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_FORMS = re.compile(rf"(\d{{4}})[-/.年]?(0[1-9]|1[0-2])月?(?:[-/.]?{_DAY}日?)?(?:[ T]00:00.*)?")
_SHORT_MONTH_FORMS = re.compile(r"(\d{4})[-/.年]([1-9])(?:月(?:\d{1,2}日)?|[-/.]\d{1,2})?")
_YEAR_FORM = re.compile(r"(\d{4})年?(?:\.0)?")


def period_text(raw: object, today: date) -> str:
    """A period as we write it, from the forms found outside (202610, 2026年10月, 2026-10-31, a date cell).

    What is not recognised comes back unchanged, to be refused with its own words.
    """
    if isinstance(raw, date):
        day = local_day(raw) if isinstance(raw, datetime) else raw
        return f"{day.year}-{day.month:02d}"
    text = code_text(raw)
    if text in RELATIVE_PERIODS:
        frequency, back = RELATIVE_PERIODS[text]
        return str(Period.containing(today, frequency).next(back))
    if _YEAR_FORM.fullmatch(text):
        return text[:4]
    found = _MONTH_FORMS.fullmatch(text) or _SHORT_MONTH_FORMS.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}" if found else text


def fill_periods(text: str, now: datetime) -> str:
    """`{last_month}` and the like in an address or a query, replaced by the period's text."""
    for name in RELATIVE_PERIODS:
        if "{" + name + "}" in text:
            text = text.replace("{" + name + "}", period_text(name, business_date(now)))
    return text


def text_setting(settings: Mapping[str, Any], name: str, label: str) -> str:
    """A setting that must be there; BadInput naming it otherwise."""
    value = str(settings.get(name) or "").strip()
    if not value:
        raise BadInput.of(Problem(t("请填写"), label))
    return value


def mapping_setting(settings: Mapping[str, Any], name: str, label: str) -> dict[str, str]:
    """A setting of field → text pairs; blanks dropped, unknown fields refused."""
    given = settings.get(name) or {}
    if not isinstance(given, Mapping):
        raise BadInput.of(Problem(t("须为“字段=内容”的对照，每行一项"), label))
    unknown = [str(key) for key in given if key not in FIELDS]
    if unknown:
        names = t("、").join(unknown)
        known = t("、").join(FIELDS)  # by the names that are stored: these come from programs, not from the page
        raise BadInput.of(Problem(t("没有字段“{names}”，可用的有：{known}", names=names, known=known), label))
    return {key: str(text).strip() for key, text in given.items() if str(text or "").strip()}


def fields_of(settings: Mapping[str, Any], default: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Where each of our fields stands in the source, and the values that are the same for every row.

    Indicator, unit and period must come from one or the other, and there must be something to read.
    """
    fixed = mapping_setting(settings, "fixed", t("固定内容"))
    named = {**default, **mapping_setting(settings, "fields", t("字段对照"))}
    missing = [field_label(name) for name in ("indicator", "unit", "period") if name not in named and name not in fixed]
    if missing:
        names = t("、").join(missing)
        raise BadInput.of(Problem(t("没有指定{names}取自哪里，也没有固定内容", names=names), t("字段对照")))
    return named, fixed


def too_many(what: str) -> BadInput:
    return BadInput.of(Problem(t("超过{n}行，请缩小范围", n=ROW_LIMIT), what))
