"""The conformance suite: our own cases pass, and a wrong answer does not."""

import json
from datetime import date

import pytest

from kpi.assessment.conformance import agrees, own_suite, read_cases, run, run_case, summary
from kpi.assessment.conformance_methods import METHODS
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


@pytest.mark.parametrize("text", ["", "{", "3", '{"cases": 1}', "[1]", '[{"id": "x"}]'])
def test_files_without_cases_are_refused(text):
    with pytest.raises(BadInput):
        read_cases(text)
