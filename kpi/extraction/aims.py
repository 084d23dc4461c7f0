"""From the rows of a table to drafts: what each row aims at, where it stood, how it is to grow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpi.core.quantity import Change
from kpi.extraction import names
from kpi.extraction.candidates import LONGEST_EVIDENCE, Baseline, Draft
from kpi.extraction.cells import Cell
from kpi.extraction.columns import Column, Role, columns_of, looks_like_header
from kpi.extraction.deadlines import Horizon
from kpi.extraction.measures import BRACKETS, Measure, measure_of, unit_of, value_of
from kpi.extraction.phrases import decide, find_verb, peel
from kpi.extraction.quantities import Quantity
from kpi.extraction.rows import OF_WHICH, Row
from kpi.extraction.rows_by_look import rows_by_look
from kpi.extraction.rows_by_place import Prose, due_of_row, rows_by_place
from kpi.extraction.tables import Table
from kpi.extraction.turned import side_by_side

_GROWS = re.compile(r"增[长速幅]|下降|降低|减少")
_MOVED = re.compile(r"(?P<down>降低|下降|减少|削减|压减)(?:率|幅度|比例)?$|(?P<up>提高|增长|提升)(?:率|幅度|速度)?$")


def read_table(plain: str, table: Table, horizon: Horizon, due: date | None) -> tuple[list[Draft], list[Prose]]:
    """The drafts of a table with places in the document, and the cells of prose to be read as paragraphs."""
    parts = [_read(plain, part, horizon, due) for part in side_by_side(table)]
    return [draft for drafts, _ in parts for draft in drafts], [cell for _, prose in parts for cell in prose]


def _read(plain: str, table: Table, horizon: Horizon, due: date | None) -> tuple[list[Draft], list[Prose]]:
    heads = [cell.text for cell in table.header]
    if not looks_like_header(heads):
        return [], _all_prose(table, horizon)
    columns = _in_their_units(columns_of(heads, horizon), table.unit)
    rows, prose = rows_by_place(table, columns, horizon) if table.aligned else (rows_by_look(table, columns), [])
    drafts: list[Draft] = []
    above: Measure | None = None
    rows = _told_apart(rows)
    for at, row in enumerate(rows):
        if row.parent:
            above = measure_of(row.parent.text)
        measure = _measure(row, above)
        made = list(_drafts(plain, row, measure, columns, horizon, due, at))
        drafts.extend(made)
        if not OF_WHICH.match(row.name.text):
            above = measure
    return drafts, [(cell, due) for cell, due in prose if cell.text]


def _in_their_units(columns: Sequence[Column], unit: str) -> list[Column]:
    """Values are in the unit of their own head, of the head of the names, or of the table."""
    unit = next((column.unit for column in columns if column.role is Role.NAME and column.unit), unit)
    return [
        replace(column, unit=column.unit or unit) if column.role in {Role.BASE, Role.TARGET} else column
        for column in columns
    ]


def _told_apart(rows: list[Row]) -> list[Row]:
    """Rows of one name below different headings (在校生数 below 义务教育 and below 高中教育) take the heading's."""
    times = Counter(row.name.text for row in rows)
    return [
        replace(row, name=replace(row.name, text=row.category + row.name.text))
        if row.category and times[row.name.text] > 1
        else row
        for row in rows
    ]


def _all_prose(table: Table, horizon: Horizon) -> list[Prose]:
    lines = [table.header, *table.rows]
    return [(cell, due_of_row(table.header, cells, horizon)) for cells in lines for cell in cells if cell.text]


def _measure(row: Row, above: Measure | None) -> Measure:
    """The name without number and unit; a 其中 row completes its name from the row above."""
    text = row.name.text
    part = OF_WHICH.match(text)
    own = measure_of(text[part.end() :] if part else text)
    unit, scale, name = own.unit, own.scale, own.name
    if row.unit:
        unit, scale = unit_of(row.unit) or (row.unit, Decimal(1))
    if (part or row.parent) and above:
        unit, scale = (unit, scale) if unit else (above.unit, above.scale)
        if not names.has_head(name):
            name = name + names.rescope("", above.name)
    return Measure(name, unit, scale)


def _drafts(
    plain: str, row: Row, measure: Measure, columns: Sequence[Column], horizon: Horizon, due: date | None, group: int
) -> Iterator[Draft]:
    measured = [column for column in columns if column.role in {Role.BASE, Role.TARGET, Role.GROWTH}]
    pairs = list(zip(measured, row.cells, strict=False))
    baseline = _baseline(pairs, measure)
    aims = [(column, cell) for column, cell in pairs if column.role is Role.TARGET and cell and value_of(cell.text)]
    growth = [(column, cell) for column, cell in pairs if column.role is Role.GROWTH and cell and value_of(cell.text)]
    for column, cell in aims:
        draft = _draft(plain, row, measure.or_in(column.unit), cell, baseline, group if len(aims) > 1 else None)
        when = row.due or column.end_of_year
        yield replace(draft, due=when or due or horizon.due, due_from="表头" if when else "文件")
    last = row.due or due or horizon.due
    for column, cell in growth:
        if not aims:
            yield _grown(plain, row, measure, column, cell, last, baseline)
        elif _is_rate(column, cell.text):
            yield _yearly(plain, row, measure, cell, last)


def draft_of_cell(plain: str, row: Row, measure: Measure, cell: Cell, due: date | None) -> Draft:
    """The draft of one cell with its measure, without baseline."""
    return replace(_draft(plain, row, measure, cell, None, None), due=due, due_from="表头" if row.due else "文件")


def _is_rate(column: Column, text: str) -> bool:
    """7%左右 beside a target is its yearly growth; 〔4.7〕 only repeats how far it goes in all."""
    read = value_of(text)
    rate = read is not None and (read[0].unit or column.unit) == "%"
    return rate and not BRACKETS.match(text)


def _yearly(plain: str, row: Row, measure: Measure, cell: Cell, due: date | None) -> Draft:
    grown = Measure(f"{measure.name}年均增长率", "%")
    return replace(draft_of_cell(plain, row, grown, cell, due), change=Change.INCREASE)


def _grown(
    plain: str, row: Row, measure: Measure, column: Column, cell: Cell, due: date | None, baseline: Baseline | None
) -> Draft:
    """What is to be added: 6 a year in a column 年均增长, 〔400〕 to a level; 〔25〕 of 新增就业 is a sum of years."""
    in_all = bool(BRACKETS.match(cell.text))
    rate = column.yearly or (measure.unit != "%" and _is_rate(column, cell.text))
    if rate and not in_all and not _GROWS.search(measure.name):
        return _yearly(plain, row, measure, cell, due)
    draft = draft_of_cell(plain, row, measure, cell, due)
    if baseline is None or draft.change:
        return draft
    level = in_all and not find_verb(measure.name) and measure.unit != "人次"
    return replace(draft, change=Change.INCREASE) if level else replace(draft, baseline=baseline)


def _baseline(pairs: Sequence[tuple[Column, Cell | None]], measure: Measure) -> Baseline | None:
    known = [(column, cell) for column, cell in pairs if column.role is Role.BASE and cell and value_of(cell.text)]
    if not known:
        return None
    column, cell = known[-1]
    read = value_of(cell.text) if cell else None
    if read is None or read[0].value is None:
        return None
    return Baseline(_scaled(read[0].value, read[0], measure.or_in(column.unit)) or read[0].value, column.end_of_year)


def _scaled(value: Decimal | None, quantity: Quantity, measure: Measure) -> Decimal | None:
    """The unit of the head counts only where the cell has none of its own."""
    if value is None or quantity.unit:
        return value
    scaled = value * measure.scale
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled


def _draft(plain: str, row: Row, measure: Measure, cell: Cell, baseline: Baseline | None, group: int | None) -> Draft:
    read = value_of(cell.text)
    assert read is not None
    quantity, text = read
    phrase = peel(text, 0, quantity.start)
    comparator, words = decide(quantity, phrase)
    unit = quantity.unit or measure.unit
    name = names.clean(measure.name) or measure.name
    start, end = _evidence(plain, row, cell)
    change = phrase.change or _change_of(measure.name)
    return Draft(
        name=name,
        kind=names.kind_of(name, unit, change is not None),
        comparator=comparator,
        comparator_text=words,
        value=_scaled(quantity.value, quantity, measure),
        low=_scaled(quantity.low, quantity, measure),
        high=_scaled(quantity.high, quantity, measure),
        unit=unit,
        start=start,
        end=end,
        at=cell.start,
        rule="表格",
        baseline=baseline if change is None else None,
        change=change,
        basis=phrase.basis,
        scope=names.scope_of(name),
        group=group,
        nature=row.nature,
    )


def _change_of(name: str) -> Change | None:
    """单位能耗降低 18: the name itself says that the number is a change."""
    found = _MOVED.search(name)
    if not found or name.endswith("率"):
        return None
    return Change.DECREASE if found["down"] else Change.INCREASE


def _evidence(plain: str, row: Row, cell: Cell) -> tuple[int, int]:
    """From the row's name to the cell; the cell alone when that is long."""
    places = [row.name, *(one for one in row.cells if one)]
    start, end = min(one.start for one in places), max(one.end for one in places)
    if end - start <= LONGEST_EVIDENCE:
        return start, end
    start, end = min(row.name.start, cell.start), max(row.name.end, cell.end)
    return (start, end) if end - start <= LONGEST_EVIDENCE else (cell.start, cell.end)
