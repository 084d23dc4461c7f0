"""One JSON object a line: the contract other programs read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kpi.extraction.candidates import Candidate


def write(candidates: Sequence[Candidate]) -> bytes:
    """One object per candidate in UTF-8, numbers exact, in the order of the text."""
    return "".join(json.dumps(one.as_dict(), ensure_ascii=False) + "\n" for one in candidates).encode()
