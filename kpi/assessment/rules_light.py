"""The lights and the settings that turn a gap into one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from kpi.assessment.rules_bands import Band, first_match, problems_of
from kpi.core.errors import BadInput, Problem
from kpi.core.quantity import parse_number, plain
from kpi.core.text import current_language, t

ENGINE_VERSION = "2"
"""Raised whenever the same facts and settings would give another light."""


class Light(StrEnum):
    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    OFF_TRACK = "off_track"
    WAIVED = "waived"
    NOT_ASSESSABLE = "not_assessable"

    @property
    def label(self) -> str:
        return _labels(current_language())[self]

    @property
    def shape(self) -> str:
        """A sign that tells the lights apart without colour."""
        return _SHAPES[self]

    @property
    def colour(self) -> str:
        """The key of a colour: green, amber, red, apart or none."""
        return _COLOURS[self]

    @property
    def is_judged(self) -> bool:
        """Whether it counts in the share on track."""
        return self in _ORDER


_SHAPES = {
    Light.ACHIEVED: "★",
    Light.ON_TRACK: "●",
    Light.BEHIND: "▲",
    Light.OFF_TRACK: "■",
    Light.WAIVED: "◆",
    Light.NOT_ASSESSABLE: "○",
}
_COLOURS = {
    Light.ACHIEVED: "green",
    Light.ON_TRACK: "green",
    Light.BEHIND: "amber",
    Light.OFF_TRACK: "red",
    Light.WAIVED: "apart",
    Light.NOT_ASSESSABLE: "none",
}
_LIGHTS = {light.value: light for light in Light}
_ORDER = (Light.ACHIEVED, Light.ON_TRACK, Light.BEHIND, Light.OFF_TRACK)


@cache
def _labels(_language: str) -> dict[Light, str]:
    """Once for each language: every sentence about a light ends with one."""
    return {
        Light.ACHIEVED: t("已完成"),
        Light.ON_TRACK: t("正常"),
        Light.BEHIND: t("滞后"),
        Light.OFF_TRACK: t("严重滞后"),
        Light.WAIVED: t("已调整/豁免"),
        Light.NOT_ASSESSABLE: t("无法评价"),
    }


class Family(StrEnum):
    """In what the distance to the plan is measured."""

    POINTS = "points_below_plan"  # points of the way from the start to the target
    RELATIVE = "relative_shortfall"  # per cent of what is due by now

    @property
    def label(self) -> str:
        return t("落后计划的百分点") if self is Family.POINTS else t("低于计划的百分比")


def three_bands(behind_up_to: Decimal) -> tuple[Band, ...]:
    """No shortfall is on track, up to so much is behind, more is off track."""
    zero = Decimal(0)
    return (
        Band(Light.ON_TRACK, None, zero, high_in=True),
        Band(Light.BEHIND, zero, behind_up_to, high_in=True),
        Band(Light.OFF_TRACK, behind_up_to, None),
    )


@dataclass(frozen=True)
class LightRules:
    """The settings of a plan, or of one target that overrides them; stored with every result by their version.

    `bands` read the gap: above zero is behind the plan, below zero ahead of it. `strikes` periods behind in a row are
    off track (0: never); limits that are held are judged over `pooled_years` statistical years together.
    """

    family: Family = Family.POINTS
    bands: tuple[Band, ...] = three_bands(Decimal(10))
    stage_grace_days: int = 30
    hold_tolerance_percent: Decimal = Decimal(5)
    band_width_percent: Decimal = Decimal(10)
    strikes: int = 0
    pooled_years: int = 1

    def light_of(self, gap: Decimal) -> tuple[Light, Band]:
        """The light of a gap and the band it fell into. Settings that passed `check` answer for every number."""
        band = first_match(self.bands, gap)
        if band is None:
            raise BadInput.of(Problem(t("亮灯规则对{gap}没有规定", gap=plain(gap)), t("亮灯规则")))
        return _LIGHTS[band.outcome], band

    def check(self) -> None:
        """BadInput naming every hole, overlap and impossible setting."""
        field = t("亮灯规则")
        problems = [Problem(reason, field) for reason in problems_of(self.bands)]
        if any(band.outcome not in _ORDER[1:] for band in self.bands):
            problems.append(Problem(t("分档只能是正常、滞后或严重滞后"), field))
        elif not problems and not self._gets_worse():
            problems.append(Problem(t("差距越大，亮灯不应越好"), field))
        if self.stage_grace_days < 0:
            problems.append(Problem(t("宽限天数不能为负"), t("宽限天数")))
        if not 0 <= self.hold_tolerance_percent < 100:
            problems.append(Problem(t("容许偏差应在0到100之间"), t("容许偏差")))
        if not 0 < self.band_width_percent < 100:
            problems.append(Problem(t("“左右”的幅度应在0到100之间"), t("左右幅度")))
        if self.strikes and not 2 <= self.strikes <= 12:
            problems.append(Problem(t("连续滞后的期数应在2到12之间，0为不升级"), t("连续滞后升级")))
        if not 1 <= self.pooled_years <= 5:
            problems.append(Problem(t("合并的年数应在1到5之间"), t("合并年数")))
        if problems:
            raise BadInput.of(*problems)

    def _gets_worse(self) -> bool:
        by_place = sorted(self.bands, key=lambda band: (band.low is not None, band.low or Decimal(0), not band.low_in))
        ranks = [_ORDER.index(Light(band.outcome)) for band in by_place]
        return ranks == sorted(ranks)

    def as_json(self) -> dict[str, Any]:
        """Settings that came later are written only where they are used: older versions keep their names."""
        later = {"strikes": (self.strikes, 0), "pooled_years": (self.pooled_years, 1)}
        return {
            "family": self.family.value,
            "bands": [_band_as_json(band) for band in self.bands],
            "stage_grace_days": self.stage_grace_days,
            "hold_tolerance_percent": plain(self.hold_tolerance_percent),
            "band_width_percent": plain(self.band_width_percent),
            **{name: value for name, (value, usual) in later.items() if value != usual},
        }

    @classmethod
    def from_json(cls, written: dict[str, Any] | None) -> LightRules:
        """What `as_json` wrote; missing settings take the usual values. BadInput for anything that fails `check`."""
        if not written:
            return USUAL
        usual = cls()
        try:
            rules = cls(
                Family(written.get("family", usual.family)),
                tuple(_band_from_json(band) for band in written["bands"]) if "bands" in written else usual.bands,
                int(written.get("stage_grace_days", usual.stage_grace_days)),
                parse_number(written.get("hold_tolerance_percent", usual.hold_tolerance_percent)),
                parse_number(written.get("band_width_percent", usual.band_width_percent)),
                int(written.get("strikes", usual.strikes)),
                int(written.get("pooled_years", usual.pooled_years)),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadInput.of(Problem(t("看不懂这组亮灯规则"), t("亮灯规则"))) from None
        rules.check()
        return rules

    @cached_property
    def version(self) -> str:
        """Equal settings have an equal version; it names the engine too."""
        written = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return f"{ENGINE_VERSION}-{hashlib.sha256(written.encode()).hexdigest()[:12]}"

    @property
    def number_line(self) -> str:
        """The bands as a person reads them: 正常 (−∞, 0] · 滞后 (0, 10] · 严重滞后 (10, +∞)."""
        return " · ".join(f"{Light(band.outcome).label} {band}" for band in self.bands)


def _band_as_json(band: Band) -> dict[str, Any]:
    return {
        "light": str(band.outcome),
        "low": None if band.low is None else plain(band.low),
        "high": None if band.high is None else plain(band.high),
        "low_in": band.low_in,
        "high_in": band.high_in,
    }


def _band_from_json(written: dict[str, Any]) -> Band:
    def edge(name: str) -> Decimal | None:
        found = written.get(name)
        return None if found is None else parse_number(found)

    light = Light(written["light"])
    return Band(light, edge("low"), edge("high"), bool(written.get("low_in")), bool(written.get("high_in")))


USUAL = LightRules()
