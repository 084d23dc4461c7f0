"""Rule sets: bands without holes or overlaps, their JSON and version; signs of the lights."""

import re
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import USUAL, Band, Family, Light, LightRules, three_bands
from kpi.assessment.rules_bands import condition_of, holes, outcome_of
from kpi.core.errors import BadInput

GREEN = Band(Light.ON_TRACK, None, D(0), high_in=True)
RED = Band(Light.OFF_TRACK, D(10), None)
WITH_A_HOLE = (GREEN, Band(Light.BEHIND, D(10), D(30), low_in=True, high_in=True), Band(Light.OFF_TRACK, D(30), None))


@pytest.mark.parametrize(
    ("gap", "light"),
    [("-20", "on_track"), ("0", "on_track"), ("0.1", "behind"), ("10", "behind"), ("10.1", "off_track")],
)
def test_usual_bands(gap, light):
    assert USUAL.light_of(D(gap))[0] is Light(light)


@pytest.mark.parametrize(
    ("gap", "light"),
    [("0", "on_track"), ("30", "behind"), ("30.1", "off_track"), ("50.1", "off_track")],
)
def test_bands_of_thirty(gap, light):
    rules = LightRules(Family.RELATIVE, three_bands(D(30)))
    rules.check()
    assert rules.light_of(D(gap))[0] is Light(light)


@pytest.mark.parametrize(
    ("bands", "word"),
    [
        (WITH_A_HOLE, "(0, 10)"),
        ((GREEN, Band(Light.BEHIND, D(0), D(10)), RED), "[10, 10]"),
        ((GREEN, Band(Light.BEHIND, D(0), D(10), low_in=True, high_in=True), RED), "重叠"),
        ((GREEN, Band(Light.BEHIND, D(0), D(20), high_in=True), RED), "重叠"),
        ((GREEN, Band(Light.BEHIND, D(0), D(10), high_in=True)), "(10, +∞)"),
        ((GREEN, Band(Light.BEHIND, D(5), D(0)), Band(Light.OFF_TRACK, D(0), None)), "空"),
        ((), "没有分档"),
        ((Band(Light.OFF_TRACK, None, D(0)), Band(Light.ON_TRACK, D(0), None, low_in=True)), "越好"),
        ((GREEN, Band(Light.ACHIEVED, D(0), None)), "分档只能"),
    ],
)
def test_rule_sets_that_do_not_cover_the_line_once_are_refused(bands, word):
    with pytest.raises(BadInput, match=re.escape(word)):
        LightRules(bands=bands).check()


def test_a_hole_is_reported_not_guessed():
    assert [str(hole) for hole in holes(WITH_A_HOLE)] == ["(0, 10)"]
    assert outcome_of(WITH_A_HOLE, Band("", D(0), D(10))) is None
    assert outcome_of(WITH_A_HOLE, Band("", D(30), None)) == Light.OFF_TRACK
    assert outcome_of(WITH_A_HOLE, Band("", D(20), D(40))) is None
    with pytest.raises(BadInput):
        LightRules(bands=WITH_A_HOLE).light_of(D(5))


@pytest.mark.parametrize(
    "setting", [{"stage_grace_days": -1}, {"hold_tolerance_percent": "100"}, {"band_width_percent": "0"}]
)
def test_impossible_settings_are_refused(setting):
    with pytest.raises(BadInput):
        LightRules.from_json(setting)


@pytest.mark.parametrize("written", [{"family": "moon"}, {"bands": [{"low": "1"}]}, {"bands": 3}, {"bands": ["x"]}])
def test_settings_nobody_can_read_are_refused(written):
    with pytest.raises(BadInput):
        LightRules.from_json(written)


def test_settings_survive_storage_and_keep_their_version():
    rules = LightRules(Family.RELATIVE, three_bands(D("12.5")), 15, D(3), D(8))
    again = LightRules.from_json(rules.as_json())
    assert again == rules
    assert again.version == rules.version != USUAL.version
    assert len(rules.version) <= 40
    assert LightRules.from_json(None) is USUAL
    assert LightRules.from_json({"stage_grace_days": 30}) == USUAL


def test_the_number_line_reads_as_the_bands_are():
    assert USUAL.number_line == "正常 (−∞, 0] · 滞后 (0, 10] · 严重滞后 (10, +∞)"


def test_no_two_lights_share_a_sign_or_a_word():
    assert len({light.shape for light in Light}) == len({light.label for light in Light}) == len(Light)
    assert [light.colour for light in Light] == ["green", "green", "amber", "red", "apart", "none"]


@pytest.mark.parametrize(
    ("piece", "light"),
    [
        (Band("", D(10), None, low_in=True), Light.BEHIND),
        (Band("", None, D(30), high_in=True), Light.BEHIND),
        (Band("", D(10), D(30)), Light.BEHIND),
        (Band("", None, D(30)), None),
        (Band("", D(20), None), None),
        (Band("", None, None), None),
    ],
)
def test_a_condition_is_that_of_the_band_with_its_ends(piece, light):
    assert condition_of(WITH_A_HOLE, piece) == light
