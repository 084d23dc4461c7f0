"""The sentence of a kept light in the language of whoever reads it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text, cast

from kpi.assessment.records import Assessment
from kpi.assessment.rules_reason import Told, reason_of
from kpi.core.period import Period
from kpi.core.text import current_language

SAID = (
    *(Assessment.reason, Assessment.rule, Assessment.as_of, Assessment.period),
    cast(Assessment.operands, Text).label("operands"),
)
"""What `sentence_of` needs beside the light; the operands are parsed only where they are read."""


def sentence_of(kept: Any) -> str:
    """As it was stored, in Chinese; in another language made of what was stored with it. A result that was kept before
    its sentence could be made again keeps the Chinese one. Empty where there is no result."""
    if not kept.reason or current_language() == "zh":
        return kept.reason or ""
    operands = json.loads(kept.operands) if isinstance(kept.operands, str) else kept.operands
    try:
        return reason_of(Told(kept.light, kept.rule, operands, Period.parse(kept.period), kept.as_of))
    except KeyError:
        return str(kept.reason)
