"""Tables with their rows in lines: cells between pipes, tabs, wide gaps, blanks or commas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpi.extraction.cells import Cell, Line, cells_of
from kpi.extraction.columns import Role, looks_like_header, role_of
from kpi.extraction.measures import measure_of
from kpi.extraction.rows import breaks_off
from kpi.extraction.tables import RULE, STOP, Table

_SECOND_ROLES = {Role.YEAR, Role.BASE, Role.TARGET, Role.GROWTH}
LONGEST_HEADER = 120
LONGEST_CATEGORY = 24
MOST_BREAKS = 5
MOST_ROWS = 400


def separated_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """The table that begins at a line of heads set apart by pipes, tabs, blanks or commas, or None."""
    start, end = lines[at]
    pipes = plain.count("|", start, end)
    if pipes >= 2 or (pipes and _is_header(cells_of(plain, lines[at], "|"))):
        return _piped(plain, lines, at)
    if plain.find("\t", start, end) >= 0:
        return _separated(plain, lines, at, "tab")
    if plain.find("  ", start, end) >= 0:
        return _separated(plain, lines, at, "gap")
    if end - start > LONGEST_HEADER:
        return None
    if " " in plain[start:end]:
        return _separated(plain, lines, at, "blank")
    return _separated(plain, lines, at, "comma")


def _is_header(cells: Sequence[Cell]) -> bool:
    return looks_like_header([cell.text for cell in cells])


def _separated(plain: str, lines: Sequence[Line], at: int, how: str) -> Table | None:
    cells = _whole_heads(plain, cells_of(plain, lines[at], how))
    if not _is_header(cells):
        return None
    rows, last = rows_below(plain, lines, at + 1, how, len(cells))
    header = _with_second(cells, rows)
    return Table(at, last, lines[at][0], header, rows, aligned=how in {"tab", "comma"}) if rows else None


def _whole_heads(plain: str, cells: list[Cell]) -> list[Cell]:
    """指　标 is one head, spread out to fill its column."""
    whole: list[Cell] = []
    for cell in cells:
        if whole and len(cell.text) == 1 == len(whole[-1].text) and "一" <= cell.text <= "龥":
            first = whole.pop()
            cell = Cell(first.text + cell.text, first.start, cell.end)
        whole.append(cell)
    return whole


def _piped(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """Rows between pipes up to the next header; without a header of its own they are to be read as prose."""
    header = cells_of(plain, lines[at], "|")
    known = _is_header(header)
    rows: list[list[Cell]] = []
    last = at + 1
    for first, after, row in _piped_rows(plain, lines, at):
        cells = cells_of(plain, row, "|")
        below = bool(rows) or not _is_second_head(header, cells)
        another = _is_header(cells) if known else _begins_table(cells)
        if below and another and [cell.text for cell in cells] != [cell.text for cell in header]:
            last = first
            break
        rows.append(cells)
        last = after
    header = _with_second(header, rows)
    return Table(at, last, lines[at][0], header, rows, aligned=True) if rows or last > at + 1 else None


def _begins_table(cells: Sequence[Cell]) -> bool:
    return _is_header(cells) or role_of(cells[0].text) is Role.NAME


def _piped_rows(plain: str, lines: Sequence[Line], at: int) -> Iterator[tuple[int, int, Line]]:
    """First line, line after and place of each row below a header, rows broken over several lines put together."""
    framed = plain[lines[at][0]] == "|" == plain[lines[at][1] - 1]
    place, blanks = at + 1, 0
    while place < len(lines) and blanks <= 1:
        start, end = lines[place]
        blanks = blanks + 1 if start == end else 0
        after = place + 1
        if not RULE.match(plain, start, end):
            after = _end_of_row(plain, lines, place, framed)
            if after == place:
                return
            yield place, after, (start, lines[after - 1][1])
        place = after


def _end_of_row(plain: str, lines: Sequence[Line], place: int, framed: bool) -> int:
    """The line after the row that begins in this line; this line itself when no row does."""
    start, end = lines[place]
    below = place + 1
    if "|" not in plain[start:end]:
        if below == len(lines) or end - start > LONGEST_CATEGORY or "|" not in plain[slice(*lines[below])]:
            return place
        goes_on = breaks_off(plain[start:end], cells_of(plain, lines[below], "|")[0].text)
        return below + 1 if goes_on else below
    if not framed or plain[end - 1] == "|":
        return below
    for after in range(below, min(len(lines), below + MOST_BREAKS)):
        first, last = lines[after]
        if first == last or plain[first] == "|":
            break
        if plain[last - 1] == "|":
            return after + 1
    return below


def _with_second(header: list[Cell], rows: list[list[Cell]]) -> list[Cell]:
    """The header with the row below it, taken from the rows, where that is its second line."""
    if rows and _is_second_head(header, rows[0]):
        return [_stacked(upper, lower) for upper, lower in zip(header, rows.pop(0), strict=True)]
    spread = _spread(header, [cell for cell in rows[0] if cell.text]) if rows else None
    if spread:
        rows.pop(0)
    return spread or header


def _spread(header: Sequence[Cell], below: Sequence[Cell]) -> list[Cell] | None:
    """Heads that lost their places, one for each column of values; the last 目标 has what is left: 2025年, 2030年."""
    roles = [role_of(cell.text) for cell in header]
    places: list[int] = []
    for at, role in enumerate(roles):
        if role in _SECOND_ROLES or (not header[at].text and places[-1:] == [at - 1]):
            places.append(at)
    targets = [at for at in places if roles[at] is Role.TARGET]
    left = len(below) - len(places)
    if not targets or left < 0 or not all(role_of(cell.text) in _SECOND_ROLES for cell in below):
        return None
    spread, heads = [], iter(below)
    for at, upper in enumerate(header):
        times = 0 if at not in places else 1 + left if at == targets[-1] else 1
        spread.extend([_stacked(upper, next(heads)) for _ in range(times)] or [upper])
    while len(spread) > len(header) and not spread[-1].text:
        spread.pop()
    return spread


def _is_second_head(heads: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Years below 目标值, while heads merged over both rows are said again or leave their place empty."""
    if len(heads) != len(below):
        return False
    own = [(upper, lower) for upper, lower in zip(heads, below, strict=True) if lower.text not in {"", upper.text}]
    return 0 < len(own) < len(heads) and all(
        role_of(lower.text) in _SECOND_ROLES and (not upper.text or role_of(upper.text) in _SECOND_ROLES)
        for upper, lower in own
    )


def _stacked(upper: Cell, lower: Cell) -> Cell:
    """Two heads as one: 目标值 over 2030年 is 2030年目标值."""
    if lower.text in {"", upper.text}:
        return upper
    both = lower.text + upper.text
    return replace(lower, text=both if role_of(both) else lower.text)


def rows_below(plain: str, lines: Sequence[Line], at: int, how: str, width: int) -> tuple[list[list[Cell]], int]:
    rows: list[list[Cell]] = []
    last, blanks = at, 0
    for place in range(at, min(len(lines), at + MOST_ROWS)):
        start, end = lines[place]
        if start == end:
            blanks += 1
            if blanks > 1:
                break
            continue
        if STOP.search(plain, start, end) or end - start > 40 * max(width, 3):
            break
        cells = cells_of(plain, lines[place], how)
        if how == "comma" and len(cells) == 1:
            break
        blanks = 0
        if how == "gap" and len(cells) < width:
            cells = cells_of(plain, lines[place], "blank")
        rows.append(cells)
        last = place + 1
    while rows and not any(_says_number(cell) for cell in rows[-1]):
        rows.pop()
        last -= 1
    return rows, last


def _says_number(cell: Cell) -> bool:
    """A number, or the unit of one: the end of a name in the last line of a table."""
    return any(char.isdigit() for char in cell.text) or bool(measure_of(cell.text).unit)
