"""An indicator is changed only into one that can still be reported."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from factories import make_indicator
from kpi.audit.actions import SYSTEM
from kpi.catalog import actions as catalog
from kpi.catalog.rules import Accumulates
from kpi.core.errors import BadInput
from support import NOW


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"accumulates": Accumulates.RATIO}, "累计方式"),  # nobody could enter the parts it is made of
        ({"lag_days": -1}, "报送时限"),
        ({"year_start_month": 13}, "统计年度起始月"),
        ({"places": 7}, "小数位数"),
        ({"unit": "%"}, "unit"),
    ],
)
def test_what_would_stop_its_reporting_is_refused(session: Session, changed: dict[str, Any], field: str) -> None:
    indicator = make_indicator(session)
    with pytest.raises(BadInput) as refused:
        catalog.update(session, indicator.id, SYSTEM, NOW, **changed)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not session.is_modified(indicator)
    catalog.update(session, indicator.id, SYSTEM, NOW, accumulates=Accumulates.RATIO, has_parts=True)
