"""The light as people see it: shape, word and colour together, never colour alone."""

from __future__ import annotations

from dashboards.libraries import Component, dmc, html
from kpi.assessment.rules import Light

COLOURS = {"green": "#1b7f4b", "amber": "#9a5b00", "red": "#b3261e", "apart": "#5b4a9e", "none": "#55636f"}
"""Each has a contrast of at least 4.5:1 on white."""


def light_badge(light: Light, size: str = "md") -> Component:
    """▲ 滞后, in the colour of the light."""
    return dmc.Badge(
        [html.Span(light.shape, className="light-shape", **{"aria-hidden": "true"}), light.label],
        className=f"light light-{light.colour}",
        variant="outline",
        size=size,
    )
