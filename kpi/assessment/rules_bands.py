"""Bands on a number line: ordered, first match wins; holes and overlaps can be found before they hurt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise

from kpi.core.quantity import plain
from kpi.core.text import t


@dataclass(frozen=True)
class Band:
    """From `low` to `high` (None: without end), each end included or not, and what a number in it means."""

    outcome: str
    low: Decimal | None = None
    high: Decimal | None = None
    low_in: bool = False
    high_in: bool = False

    def holds(self, number: Decimal) -> bool:
        low, high = self.low, self.high
        above = low is None or number > low or (self.low_in and number == low)
        return above and (high is None or number < high or (self.high_in and number == high))

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))

    @cached_property
    def edge(self) -> str:
        """The edge that a reader compares with: ≤10, or >10 for a band without an upper end."""
        if self.high is not None:
            return ("≤" if self.high_in else "<") + plain(self.high)
        return "" if self.low is None else ("≥" if self.low_in else ">") + plain(self.low)

    @cached_property
    def written(self) -> str:
        """(0, 10]."""
        low = "(−∞" if self.low is None else ("[" if self.low_in else "(") + plain(self.low)
        high = "+∞)" if self.high is None else plain(self.high) + ("]" if self.high_in else ")")
        return f"{low}, {high}"

    def __str__(self) -> str:
        return self.written


def first_match(bands: Sequence[Band], number: Decimal) -> Band | None:
    """The first band that holds the number; None where the rule set has a hole."""
    for band in bands:
        if band.holds(number):
            return band
    return None


def outcome_of(bands: Sequence[Band], piece: Band) -> str | None:
    """What every number of `piece` means when it means one thing only; None where part of it falls into a hole
    or into bands of different outcome."""
    probes = [probe for probe in _probes([*bands, piece]) if piece.holds(probe)]
    found = {band.outcome if band else None for band in (first_match(bands, probe) for probe in probes)}
    return found.pop() if len(found) == 1 else None


def condition_of(bands: Sequence[Band], piece: Band) -> str | None:
    """Whose condition `piece` is, in a table that is read from the top: the band with the same end, or ends.

    "At least 75" is the band that begins at 75, though better bands lie above it; None when no band has that end.
    """
    for band in bands:
        low = piece.low is None or (piece.low == band.low and (piece.high is not None or piece.low_in == band.low_in))
        high = piece.high is None or (
            piece.high == band.high and (piece.low is not None or piece.high_in == band.high_in)
        )
        if low and high and (piece.low, piece.high) != (None, None):
            return band.outcome
    return None


def _probes(bands: Sequence[Band]) -> list[Decimal]:
    """Every edge, a number between each two neighbours and one beyond each end: nothing else can differ."""
    edges = sorted({edge for band in bands for edge in (band.low, band.high) if edge is not None})
    if not edges:
        return [Decimal(0)]
    between = [(left + right) / 2 for left, right in pairwise(edges)]
    return sorted([edges[0] - 1, *edges, *between, edges[-1] + 1])


@dataclass(frozen=True, slots=True)
class Condition:
    """One of several ordered rules: what it comes to, and which facts it needs to be so."""

    outcome: str
    needs: Mapping[str, bool]


def first_true(conditions: Sequence[Condition], facts: Mapping[str, bool]) -> str | None:
    """The outcome of the first rule whose needs are all met; a fact nobody knows meets none."""
    for condition in conditions:
        if all(facts.get(name) is needed for name, needed in condition.needs.items()):
            return condition.outcome
    return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the number line in which every number means the same: one outcome, none (a hole) or several."""

    piece: Band
    outcomes: tuple[str, ...]


def number_line(bands: Sequence[Band]) -> list[Stretch]:
    """The whole line from left to right, as the bands lay it out; neighbours differ."""
    found: list[Stretch] = []
    for piece in _pieces(bands):
        probe = next(probe for probe in _probes([*bands, piece]) if piece.holds(probe))
        here = Stretch(piece, tuple(band.outcome for band in bands if band.holds(probe)))
        if found and found[-1].outcomes == here.outcomes:
            found[-1] = Stretch(_joined(found[-1].piece, piece), here.outcomes)
        else:
            found.append(here)
    return found


def _joined(left: Band, right: Band) -> Band:
    return Band("", left.low, right.high, left.low_in, right.high_in)


def holes(bands: Sequence[Band]) -> Iterator[Band]:
    """The stretches of the number line that no band holds."""
    return (stretch.piece for stretch in number_line(bands) if not stretch.outcomes)


def overlaps(bands: Sequence[Band]) -> Iterator[tuple[Band, Band]]:
    """Pairs of bands that hold a common number."""
    for first, second in combinations(bands, 2):
        if any(first.holds(probe) and second.holds(probe) for probe in _probes(bands)):
            yield first, second


def _pieces(bands: Sequence[Band]) -> Iterator[Band]:
    """The number line cut at every edge: points and open stretches in order."""
    edges = sorted({edge for band in bands for edge in (band.low, band.high) if edge is not None})
    left: Decimal | None = None
    for edge in edges:
        yield Band("", left, edge)
        yield Band("", edge, edge, low_in=True, high_in=True)
        left = edge
    yield Band("", left, None)


def problems_of(bands: Sequence[Band]) -> list[str]:
    """What is wrong with a set of bands, in words; empty when every number has exactly one meaning."""
    if not bands:
        return [t("没有分档")]
    found = [t("分档{band}是空的", band=band) for band in bands if band.is_empty]
    found += [t("{piece}没有对应的亮灯", piece=piece) for piece in holes(bands)]
    found += [t("分档{first}与{second}重叠", first=first, second=second) for first, second in overlaps(bands)]
    return found
