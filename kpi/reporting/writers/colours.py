"""The colours of the lights in every file, beside shape and word: ink, and the paper under it."""

from __future__ import annotations

LIGHTS = {
    "achieved": ("#1b7f4b", "#e8f5ee"),
    "on_track": ("#1b7f4b", "#e8f5ee"),
    "behind": ("#9a5b00", "#fdf3e1"),
    "off_track": ("#b3261e", "#fdecea"),
    "waived": ("#5b4a9e", "#f1eefb"),
    "not_assessable": ("#55636f", "#f1f4f6"),
}
