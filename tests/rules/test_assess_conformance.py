"""The conformance suite: our own cases pass, and a wrong answer does not."""

import json
from datetime import date

import pytest

from kpi.assessment.conformance import agrees, own_suite, read_cases, run, run_case, summary
from kpi.assessment.conformance_methods import METHODS
from kpi.assessment.conformance_notation import piece
from kpi.core.errors import BadInput

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("case", own_suite(), ids=lambda case: case["id"])
def test_own_cases(case):
    outcome = run_case(case, TODAY)
    assert outcome.passed, outcome.line


def test_every_method_has_a_case_of_our_own():
    assert {case["method"] for case in own_suite()} == set(METHODS)


def test_ids_are_unique():
    ids = [case["id"] for case in own_suite()]
    assert len(set(ids)) == len(ids)


CASE = {"id": "x", "method": "percent_rounding", "input": {"target": 100, "actual": 115}}


@pytest.mark.parametrize(
    ("expected", "passed"),
    [({"percent_display": 115}, True), ({"percent_display": 114}, False), ({"other": 1}, False), (None, None)],
)
def test_a_wrong_answer_fails(expected, passed):
    assert run_case(CASE | {"expected": expected}, TODAY).passed is passed


@pytest.mark.parametrize(
    "case",
    [
        CASE | {"method": "astrology", "expected": {}},
        CASE | {"input": {"target": 100}, "expected": {}},
        CASE | {"input": {"target": "many", "actual": 1}, "expected": {}},
        CASE | {"input": None, "expected": {}},
    ],
)
def test_a_case_that_breaks_fails_with_a_reason_and_the_run_goes_on(case):
    outcomes = run([case, CASE | {"expected": {"percent_display": 115}}], TODAY)
    assert [outcome.passed for outcome in outcomes] == [False, True]
    assert outcomes[0].problem
    assert outcomes[0].line.startswith("FAIL")
    assert "通过1，未通过1" in summary(outcomes)


@pytest.mark.parametrize(
    ("got", "expected", "tolerance", "same"),
    [
        (1.0, 1, {"type": "exact"}, True),
        (1.001, 1, {"type": "exact"}, False),
        (1.001, 1, {"type": "absolute", "value": 0.01}, True),
        (102.0, 100, {"type": "relative", "value": 0.01}, False),
        (100.5, 100, {"type": "relative", "value": 0.01}, True),
        (True, 1, {"type": "exact"}, False),
        (None, 0, {"type": "exact"}, False),
        (None, None, {"type": "exact"}, True),
        ([1, 2], [1, 2, 3], {"type": "exact"}, False),
        ({"a": 1, "b": 2}, {"a": 1}, {"type": "exact"}, True),
        ({"a": 1}, {"a": 1, "b": 2}, {"type": "exact"}, False),
        ("red", "green", {"type": "absolute", "value": 9}, False),
    ],
)
def test_agreement(got, expected, tolerance, same):
    assert agrees(got, expected, tolerance) is same


def test_emitted_results_are_jsonl():
    outcome = run_case(CASE, TODAY)
    assert json.loads(outcome.emitted) == {"id": "x", "result": {"percent_display": 115}}


@pytest.mark.parametrize("content", ["", "{", "3", '{"cases": 1}', "[1]", '[{"id": "x"}]', b"[\xd6\xb8\xb1\xea]"])
def test_files_without_cases_are_refused(content):
    with pytest.raises(BadInput):
        read_cases(content)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        (30, "[30, 30]"),
        ("30", "[30, 30]"),
        ({"op": "=", "value": 30}, "[30, 30]"),
        ({"op": ">", "value": 30}, "(30, +∞)"),
        ({"op": "≥", "value": 30}, "[30, +∞)"),
        ({"op": "<", "value": -0.5}, "(−∞, -0.5)"),
        ({"op": "<=", "value": 30}, "(−∞, 30]"),
        ({"op": "strictly between", "low": 0, "high": 10}, "(0, 10)"),
        ({"op": "between", "low": 0, "high": 10}, "[0, 10]"),
        ({"low": 0, "high": 10}, "[0, 10]"),
        ({"op": "> and <=", "low": 0, "high": 10}, "(0, 10]"),
        ({"op": ">= and <", "low": 0, "high": 10}, "[0, 10)"),
        ("x > 30", "(30, +∞)"),
        ("30 < x", "(30, +∞)"),
        ("0 < gap ≤ 10", "(0, 10]"),
        ("gap >= -25 and gap < 0", "[-25, 0)"),
        ("<= 50%", "(−∞, 50]"),
        ("[0, 10)", "[0, 10)"),
        ("(-inf, 10]", "(−∞, 10]"),
    ],
)
def test_stretches_are_read_however_they_are_written(written, same):
    assert piece(written).written == same


@pytest.mark.parametrize(
    "written",
    [
        *("", "many", None, "1 2", "x <> 3", "a and b and c", "x > 1 and x > 2", "0 < x < "),
        *({"op": "about", "value": 3}, {"op": "near", "low": 1, "high": 2}, {"op": ">"}),
    ],
)
def test_what_is_no_stretch_is_refused(written):
    with pytest.raises((ValueError, TypeError, KeyError, ArithmeticError)):
        piece(written)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("wilson_proportion_ci", {"x": 5, "n": 4, "confidence": 0.95}),
        ("wilson_proportion_ci", {"x": -1, "n": 4, "confidence": 0.95}),
        ("wilson_proportion_ci", {"x": 1, "n": 4, "confidence": 0.5}),
        ("wilson_proportion_ci", {"x": 1, "n": 0, "confidence": 0.95}),
        ("byars_count_ci", {"x": -1, "confidence": 0.95}),
        ("phe_rate", {"numerator": 1, "denominator": 0}),
        ("phe_mean_t_ci", {"values": [1, None]}),
        ("phe_mean_t_ci", {"values": ["a"]}),
        ("funnel_ratio_significance", {"observed": 3, "expected_events": 0}),
        ("fingertips_trend_marker", {"value_type": "dsr", "years": []}),
        ("nhs_spc_assurance", {"lpl": 1, "mean": 2, "upl": 3, "target": 4, "improvement_direction": "sideways"}),
        ("time_proportional_expected_percent", {"state": "asleep"}),
        ("chinese_comparator", {"word": "大概率"}),
        ("status_rollup", {"rule": "majority", "children": ["red"]}),
        ("status_rollup", {"rule": "worst_wins", "children": ["mauve"]}),
        ("schedule_delta_band", {"progress_percent": 1, "expected_percent": 2, "bands": {"a": "sometimes"}}),
    ],
)
def test_input_that_has_no_answer_fails_with_its_reason(method, given):
    outcome = run_case({"id": "x", "method": method, "input": given, "expected": {}}, TODAY)
    assert outcome.passed is False
    assert outcome.problem


def test_a_tolerance_that_can_not_be_read_is_a_failure_too():
    outcome = run_case(CASE | {"expected": {"percent_display": 114}, "tolerance": "much"}, TODAY)
    assert outcome.passed is False
    assert outcome.problem


@pytest.mark.parametrize(("tolerance", "passed"), [(1, True), (0.5, False), (0, False)])
def test_a_bare_number_is_an_absolute_tolerance(tolerance, passed):
    outcome = run_case(CASE | {"expected": {"percent_display": 114}, "tolerance": tolerance}, TODAY)
    assert (outcome.passed, outcome.problem) == (passed, "")
