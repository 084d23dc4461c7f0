"""Text cut where candidates begin and end, and grid rows read as somebody typed them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dashboards.components.document_review import Piece, pieces
from dashboards.components.entry import columns_of_problems, read_row
from kpi.actuals.rules import IndicatorFacts
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Frequency
from kpi.core.quantity import Kind


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [Piece(10, 20)]),
        ([(1, 12, 15)], [Piece(10, 12), Piece(12, 15, (1,)), Piece(15, 20)]),
        ([(1, 5, 13)], [Piece(10, 13, (1,)), Piece(13, 20)]),
        ([(1, 18, 25)], [Piece(10, 18), Piece(18, 20, (1,))]),
        ([(1, 10, 20), (2, 10, 20)], [Piece(10, 20, (1, 2))]),
        ([(1, 11, 15), (2, 13, 17)],
         [Piece(10, 11), Piece(11, 13, (1,)), Piece(13, 15, (1, 2)), Piece(15, 17, (2,)), Piece(17, 20)]),
        ([(1, 0, 10), (2, 20, 30)], [Piece(10, 20)]),
    ],
)  # fmt: skip
def test_pieces_cover_a_clause_once(spans: list[tuple[int, int, int]], expected: list[Piece]) -> None:
    assert pieces(10, 20, spans) == expected


COUNT = IndicatorFacts("急救站", Kind.COUNT, "家", Frequency.MONTH)
SHARE = IndicatorFacts("比例", Kind.RATIO, "%", Frequency.MONTH, has_parts=True, scale=Decimal(100))
STAGE = IndicatorFacts("中心", Kind.MILESTONE, "", Frequency.MONTH)


@pytest.mark.parametrize(
    ("facts", "typed", "found"),
    [
        (COUNT, {"main": "1,234"}, {"value": Decimal(1234)}),
        (COUNT, {"main": "１２家"}, {"value": Decimal(12)}),
        (COUNT, {"main": " "}, {"value": None}),
        (SHARE, {"main": "33", "bottom": "50"}, {"numerator": Decimal(33), "denominator": Decimal(50)}),
        (SHARE, {"main": "66%"}, {"value": Decimal(66), "numerator": None}),
        (SHARE, {"main": "66.5％"}, {"value": Decimal("66.5")}),
        (STAGE, {"main": "2026-10-08"}, {"happened_on": date(2026, 10, 8)}),
        (STAGE, {"main": "2026年10月8日"}, {"happened_on": date(2026, 10, 8)}),
        (STAGE, {"main": "20261008"}, {"happened_on": date(2026, 10, 8)}),
        (STAGE, {"main": "未完成"}, {"value": Decimal(0), "happened_on": None}),
    ],
)
def test_what_was_typed(facts: IndicatorFacts, typed: dict[str, str], found: dict[str, object]) -> None:
    read = read_row({"key": "3.4.2026-10", **typed}, facts)
    assert read.unreadable == {}
    assert {name: getattr(read.entry, name) for name in found} == found
    assert read.entry.key == (3, 4, "2026-10")


@pytest.mark.parametrize(
    ("facts", "typed", "column"),
    [
        (COUNT, {"main": "十来家"}, "main"),
        (SHARE, {"main": "3", "bottom": "x"}, "bottom"),
        (STAGE, {"main": "下月"}, "main"),
        (STAGE, {"main": "2026-13-01"}, "main"),
        (COUNT, {"main": "3", "expected_on": "年底"}, "expected_on"),
    ],
)
def test_what_can_not_be_read_names_its_column(facts: IndicatorFacts, typed: dict[str, str], column: str) -> None:
    assert list(read_row({"key": "3.4.2026-10", **typed}, facts).unreadable) == [column]


@pytest.mark.parametrize("key", ["", "3.4", "a.4.2026-10", "3.4.2026-13", "3..2026-10"])
def test_a_forged_key_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        read_row({"key": key, "main": "1"}, COUNT)


def test_problems_stand_at_their_cells() -> None:
    problems = [Problem("太大", "数值"), Problem("缺", "滞后原因"), Problem("没有指标"), Problem("别的", "数值")]
    assert columns_of_problems(problems, {"bottom": "不是数字"}) == {
        "bottom": "不是数字",
        "main": "太大；没有指标；别的",
        "cause": "缺",
    }
