"""How much a file may ask of the service."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Of the file, of what is packed inside it, of pages, of cells in sheets, of signs of text."""

    size: int = 20 * MEGABYTE
    expanded: int = 100 * MEGABYTE
    pages: int = 300
    cells: int = 200_000
    characters: int = 2_000_000
