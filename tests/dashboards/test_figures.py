"""Charts are functions from rows to a plain figure: what they draw, without a browser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from dashboards.components.graph import graph
from dashboards.components.target_chart import target_figure
from factories import make_actual, make_indicator, make_target
from kpi.assessment.actions import assess
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.core.text import speaking
from kpi.readmodel.target import TargetSheet, target_sheet
from kpi.targets.rules import JudgedAs
from support import NOW


def sheet_of_deaths(session: Session, deaths: int, births: int) -> TargetSheet:
    indicator = make_indicator(
        session, kind=Kind.RATE, unit="/10万", direction=Direction.LESS, has_parts=True, scale=Decimal(100_000)
    )
    less = {"comparator": Comparator.AT_MOST, "judged_as": JudgedAs.HOLD, "direction": Direction.LESS}
    target = make_target(session, indicator=indicator, value=Decimal(10), **less)
    rate = Decimal(deaths) * 100_000 / births
    make_actual(session, target, "2026-10", rate, numerator=Decimal(deaths), denominator=Decimal(births))
    assess(session, [target.id], NOW)
    return target_sheet(session, target.code, date(2026, 11, 12))


@pytest.mark.parametrize(
    ("deaths", "births", "cut"),
    [(1, 10_000, [0, 30]), (1, 5_000, [0, 60]), (40, 400_000, None)],
    ids=["one death, up to 56", "one death of fewer, up to 111", "forty, up to 14"],
)
def test_the_interval_of_a_few_events_does_not_flatten_the_values(
    session: Session, deaths: int, births: int, cut: list[int] | None
) -> None:
    layout = target_figure(sheet_of_deaths(session, deaths, births))["layout"]
    assert layout["yaxis"].get("range") == cut


def test_months_are_labelled_as_months(session: Session) -> None:
    axis = target_figure(sheet_of_deaths(session, 1, 10_000))["layout"]["xaxis"]
    assert (axis["ticklabelmode"], axis["dtick"], axis["ticklabelstep"]) == ("period", "M1", 2)


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en")])
def test_dates_and_tools_of_a_chart_speak_the_readers_language(language: str, locale: str) -> None:
    with speaking(language):
        assert graph({"data": []})["props"]["config"]["locale"] == locale
