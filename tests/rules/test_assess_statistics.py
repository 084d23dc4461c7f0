"""Intervals against numbers that others have published (PHEindicatormethods' test sheets) and textbook values."""

import pytest

from kpi.assessment.rules_statistics import (
    byar,
    exact_poisson,
    incomplete_beta,
    mean_interval,
    poisson_cdf,
    poisson_interval,
    poisson_tail,
    student_quantile,
    wilson,
)


@pytest.mark.parametrize(
    ("x", "n", "confidence", "low", "high"),
    [
        (65, 100, 0.95, 0.5525444329688797, 0.7363575175690247),
        (0.445, 1, 0.95, 0.04381744772058822, 0.9334621276979156),
        (1045, 5000, 0.998, 0.19179381799015244, 0.22731562902525818),
    ],
)
def test_wilson(x, n, confidence, low, high):
    assert wilson(x, n, confidence) == pytest.approx((low, high), rel=1e-8)


def test_wilson_of_none_and_all_stays_inside():
    assert wilson(0, 20).low == pytest.approx(0, abs=1e-15)
    assert wilson(20, 20).high == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("x", "confidence", "low", "high"),
    [
        (65, 0.95, 50.163187710459454, 82.84913854593984),
        (1, 0.95, 0.01307213290150435, 5.5637555824752605),
        (1045, 0.998, 947.9407035610374, 1148.806160988033),
    ],
)
def test_byar(x, confidence, low, high):
    assert byar(x, confidence) == pytest.approx((low, high), rel=1e-8)


@pytest.mark.parametrize(
    ("count", "confidence", "low", "high"),
    [
        (1, 0.95, 0.025317898, 5.571644585),
        (3, 0.998, 0.190533306, 13.06224507),
        (8, 0.95, 3.453831154, 15.76318696),
        (10, 0.998, 2.960519925, 24.13397235),
        (20, 0.95, 12.21651877, 30.88838097),
    ],
)
def test_exact_poisson(count, confidence, low, high):
    assert exact_poisson(count, confidence) == pytest.approx((low, high), rel=1e-4)


def test_exact_poisson_holds_what_defines_it():
    low, high = exact_poisson(7)
    assert poisson_tail(7, low) == pytest.approx(0.025, rel=1e-12)
    assert poisson_cdf(7, high) == pytest.approx(0.025, rel=1e-12)
    assert exact_poisson(0).low == 0
    assert exact_poisson(0).high == pytest.approx(3.688879454113936, rel=1e-12)  # −ln 0.025


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, (0.025317807984289897, 5.571643390938898)),
        (2, (0.2422092785439651, 7.224687667723963)),
        (20, (12.211428834875937, 30.889880369197066)),
        (9856, (78.26949058976757 * 123.45, 81.4300165427214 * 123.45)),
    ],
)
def test_exact_below_ten_and_byar_from_ten(count, expected):
    assert poisson_interval(count) == pytest.approx(expected, rel=1e-7)


def test_large_counts_do_not_underflow():
    assert exact_poisson(2000) == pytest.approx(tuple(byar(2000)), rel=1e-4)


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(0.95, 36.168325241336504, 71.24036475866352), (0.998, 18.216705294788838, 89.19198470521118)],
)
def test_mean_interval(confidence, low, high):
    values = [33.09375, 48.38596, 64.83495, 67.98475, 22.93556, 71.23587, 38.78465, 82.37927]
    assert mean_interval(values, confidence) == pytest.approx((low, high), rel=1e-8)


def test_one_value_has_no_interval():
    assert mean_interval([3.0]) is None


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.7062047364), (5, 2.5705818366), (30, 2.0422724563)])
def test_student(freedom, quantile):
    assert student_quantile(freedom, 0.95) == pytest.approx(quantile, rel=1e-9)


@pytest.mark.parametrize(("x", "value"), [(0, 0), (1, 1), (0.5, 0.5), (0.25, 0.15625)])
def test_incomplete_beta(x, value):
    assert incomplete_beta(x, 2, 2) == pytest.approx(value, abs=1e-14)
