"""The conformance suite: published cases run through the product's own functions, so that anybody can check them.

A case is `{id, method, input, expected, tolerance}`. Its method's adapter (`conformance_methods.py`) translates the
published notation; every number is worked out by the rules of this room.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

from kpi.assessment.conformance_methods import METHODS
from kpi.core.errors import BadInput, Problem
from kpi.core.text import t


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one case. `passed` is None for a case without an expectation."""

    id: str
    method: str
    got: Any
    expected: Any
    passed: bool | None
    problem: str = ""

    @property
    def line(self) -> str:
        """pass ID  got …  expected …"""
        word = {True: "pass", False: "FAIL", None: "----"}[self.passed]
        got = self.problem or written(self.got)
        return f"{word}  {self.id}  got {got}  expected {written(self.expected)}"

    @property
    def emitted(self) -> str:
        """One line of jsonl without a judgement."""
        result = {"id": self.id, "result": self.got}
        return written(result | {"problem": self.problem} if self.problem else result)


def read_cases(content: str | bytes) -> list[dict[str, Any]]:
    """The cases of a JSON file (a list, or an object with `cases`); BadInput naming what is wrong."""
    try:
        found = json.loads(content)
    except ValueError as error:
        raise BadInput.of(Problem(t("不是JSON文件：{error}", error=error))) from None
    cases = found.get("cases") if isinstance(found, dict) else found
    if not isinstance(cases, list):
        raise BadInput.of(Problem(t("文件里没有案例列表")))
    for row, case in enumerate(cases, start=1):
        if not isinstance(case, dict) or not {"id", "method", "input"} <= set(case):
            raise BadInput.of(Problem(t("案例需要有 id、method、input"), row=row))
    return cases


def own_suite() -> list[dict[str, Any]]:
    """The cases that come with the product, so that an installation can be checked."""
    return read_cases(resources.files("kpi.assessment").joinpath("conformance_suite.json").read_bytes())


def run(cases: Iterable[Mapping[str, Any]], today: date) -> list[Outcome]:
    """Every case in order; one that breaks is a failure with its reason, never the end of the run."""
    return [run_case(case, today) for case in cases]


def run_case(case: Mapping[str, Any], today: date) -> Outcome:
    name, method, expected = str(case["id"]), str(case["method"]), case.get("expected")
    adapter = METHODS.get(method)
    if adapter is None:
        return Outcome(name, method, None, expected, False, t("没有这种方法"))
    got = None
    try:
        got = plain_json(adapter(case["input"], case, today))
        passed = None if expected is None else agrees(got, expected, _tolerance(case))
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError, AttributeError, BadInput) as error:
        return Outcome(name, method, got, expected, False, f"{type(error).__name__}: {error}")
    return Outcome(name, method, got, expected, passed)


def _tolerance(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """A bare number is an absolute one; nothing said is exact."""
    given = case.get("tolerance") or {}
    return {"type": "absolute", "value": given} if _is_number(given) else given


def agrees(got: Any, expected: Any, tolerance: Mapping[str, Any]) -> bool:
    """Whether everything that is expected came out; more may have."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            key in got and agrees(got[key], each, tolerance) for key, each in expected.items()
        )
    if isinstance(expected, list):
        same_length = isinstance(got, list) and len(got) == len(expected)
        return same_length and all(agrees(one, other, tolerance) for one, other in zip(got, expected, strict=True))
    if _is_number(expected) and _is_number(got):
        return _is_near(float(got), float(expected), tolerance)
    return type(got) is type(expected) and bool(got == expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_near(got: float, expected: float, tolerance: Mapping[str, Any]) -> bool:
    allowed = float(tolerance.get("value", 0.0))
    if tolerance.get("type") == "relative":
        allowed *= abs(expected)
    elif tolerance.get("type") != "absolute":
        allowed = 0.0
    return abs(got - expected) <= allowed or got == expected


def plain_json(value: Any) -> Any:
    """Values as JSON has them: numbers of exact decimals, words of enumerations, no infinities."""
    if isinstance(value, Mapping):
        return {str(key): plain_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, str) else value


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def summary(outcomes: Sequence[Outcome]) -> str:
    """186 cases in 40 methods: 186 passed, 0 failed."""
    counts = Counter(outcome.passed for outcome in outcomes)
    return t(
        "共{total}例、{methods}种方法：通过{passed}，未通过{failed}，未判断{open}",
        total=len(outcomes),
        methods=len({outcome.method for outcome in outcomes}),
        passed=counts[True],
        failed=counts[False],
        open=counts[None],
    )
