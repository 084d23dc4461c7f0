"""Rows of a table of indicators → drafts: name, unit, baseline, target, nature."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from kpi.core.quantity import Change
from kpi.extraction import names
from kpi.extraction.candidates import LONGEST_EVIDENCE, Baseline, Draft, Nature
from kpi.extraction.columns import Column, Role, columns_of, looks_like_header, role_of
from kpi.extraction.deadlines import Horizon, moments
from kpi.extraction.numerals import SCALES
from kpi.extraction.phrases import decide, peel
from kpi.extraction.quantities import Quantity, quantities
from kpi.extraction.tables import Cell, Table
from kpi.extraction.words import UNITS_OF_THINGS, any_of

_UNITS = any_of(UNITS_OF_THINGS)
_UNIT = re.compile(
    rf"(?:单位：?)?(?P<scale>万亿|千万|百万|十万|万|亿|千|百)?(?P<unit>%|‰|个?百分点|(?:1|人|例|人次)?/(?:10|十)万(?:人)?|(?:{_UNITS})(?:/[一-龥\d]{{1,6}})?)"
)
_NAME_UNIT = re.compile(r"[（\[【](?P<inner>[^（）\[\]【】]{1,12})[）\]】]$")
_NOTHING = re.compile(r"^(?:[-—–/\\*·.]+|无|空)$")
_WORDS_FOR_VALUE = re.compile(
    r"(?:(?:持续|保持|稳定|逐步|不断|进一步|达到|完成|基本|不低于|低于|高于|与|稳步|继续|稳中|明显|有所|按|全部|优于|符合|力争|控制在)[^\d]{0,14})$"
)
_MOVED = re.compile(r"(?P<down>降低|下降|减少|削减|压减)(?:率|幅度|比例)?$|(?P<up>提高|增长|提升)(?:率|幅度|速度)?$")
_NATURE = re.compile(r"(?P<bound>约束)|(?P<expect>预期|指导|引导)")
_NATURE_CELL = re.compile(r"^(?:约束性?|预期性?|指导性?|引导性?|约束性指标|预期性指标)$")
_INDEX = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[）)])[.、．]?$")
_MARK = re.compile(
    r"^(?:\d{1,3}[.、．]|[（(]\d{1,2}[）)]|[①-⑳]|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]{1,3}、|[-—*·●◆★▲]+)+(?!\d)"
)
LONGEST_CATEGORY = 16
_NUMBERED = re.compile(r"^(?:（\d{1,2}）|\d{1,2}[.、])(?!\d)")
_OF_WHICH = re.compile(r"^(?:其\s*中|#|——|--|-)[：:]?")
_REMARK = re.compile("(?<=.)（[^（）]{2,16}）$")
_BRACKETS = re.compile(r"^[\[〔【（(](.+)[\]〕】）)]$")


Prose = tuple[Cell, date | None]
"""A cell that holds sentences, with the deadline its row gives."""


@dataclass
class Row:
    """A row taken apart: texts for the name, and its value cells in column order.

    `parent` is the row above that names the measure for a group of 其中.
    """

    name: Cell
    cells: list[Cell | None] = field(default_factory=list)
    unit: str = ""
    nature: Nature | None = None
    due: date | None = None
    category: str = ""
    parent: Cell | None = None


@dataclass(frozen=True)
class Measure:
    """Name and unit of a row, kept for the 其中 rows below it."""

    name: str
    unit: str
    scale: Decimal = Decimal(1)


def read_table(plain: str, table: Table, horizon: Horizon, due: date | None) -> tuple[list[Draft], list[Prose]]:
    """The drafts of a table with places in the document, and the cells of prose to be read as paragraphs."""
    heads = [cell.text for cell in table.header]
    if not looks_like_header(heads):
        return [], _all_prose(table, horizon)
    columns = columns_of(heads, horizon)
    rows, prose = _aligned(table, columns, horizon) if table.aligned else _typed(table, columns)
    drafts: list[Draft] = []
    above: Measure | None = None
    rows = _told_apart(rows)
    for at, row in enumerate(rows):
        if row.parent:
            above = measure_of(row.parent.text)
        measure = _measure(row, above)
        made = list(_drafts(plain, row, measure, columns, horizon, due, at))
        drafts.extend(made)
        if not _OF_WHICH.match(row.name.text):
            above = measure
    return drafts, [(cell, due) for cell, due in prose if cell.text]


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


# ------------------------------------------------------------------ rows by position


def _aligned(table: Table, columns: Sequence[Column], horizon: Horizon) -> tuple[list[Row], list[Prose]]:
    rows: list[Row] = []
    prose: list[Prose] = []
    name_at = next((at for at, column in enumerate(columns) if column.role is Role.NAME), 0)
    shift = Cell("", 0, 0)
    category = ""
    for cells in table.rows:
        category = _category(cells) or category
        if len(cells) != len(columns):
            typed = _typed_rows(cells, columns)
            rows.extend(typed)
            prose.extend([] if typed else [(cell, None) for cell in cells])
            continue
        name = cells[name_at]
        if not name.text and _OF_WHICH.match(cells[max(0, name_at - 1)].text or ""):
            name = cells[name_at - 1]
        if not name.text or looks_like_header([cell.text for cell in cells]):
            continue
        row = Row(name if name.text else shift, category=category)
        for cell, column in zip(cells, columns, strict=True):
            _place(row, cell, column, horizon)
        told = [cell for cell in row.cells if cell and value_of(cell.text) is None and len(cell.text) > 4]
        due = due_of_row(table.header, cells, horizon)
        prose.extend((cell, due) for cell in (told if told or any(row.cells) else cells))
        rows.append(row)
    return rows, prose


def _category(cells: Sequence[Cell]) -> str:
    """The text of a row that only heads the rows below it, else ""."""
    told = [cell.text for cell in cells if cell.text]
    heads = len(told) == 1 and len(told[0]) <= LONGEST_CATEGORY and value_of(told[0]) is None
    return told[0] if heads else ""


def due_of_row(header: Sequence[Cell], cells: Sequence[Cell], horizon: Horizon) -> date | None:
    """The deadline in the column that is headed 完成时限."""
    for head, cell in zip(header, cells, strict=False):
        if role_of(head.text) is Role.DUE:
            dates = moments(cell.text, horizon)
            return dates[-1].due if dates else None
    return None


def _place(row: Row, cell: Cell, column: Column, horizon: Horizon) -> None:
    if column.role in {Role.BASE, Role.TARGET, Role.GROWTH}:
        row.cells.append(cell if cell.text else None)
    elif column.role is Role.UNIT:
        row.unit = cell.text
    elif column.role is Role.NATURE or _NATURE_CELL.match(cell.text):
        row.nature = _nature(cell.text)
    elif column.role is Role.DUE:
        dates = moments(cell.text, horizon)
        row.due = dates[-1].due if dates else None
    elif column.role is Role.CATEGORY:
        row.category = cell.text


def _nature(text: str) -> Nature | None:
    found = _NATURE.search(text)
    if not found:
        return None
    return Nature.BINDING if found["bound"] else Nature.EXPECTED


# ------------------------------------------------------------------ rows by the look of their cells


def _typed(table: Table, columns: Sequence[Column]) -> tuple[list[Row], list[Prose]]:
    rows: list[Row] = []
    if len(table.rows) == 1:
        return _typed_rows(table.rows[0], columns), []
    waiting: list[Cell] = []
    for cells in table.rows:
        if not any(_kind(cell.text) in "VW" for cell in cells):
            waiting = (waiting + [cell for cell in cells if _kind(cell.text) == "N"])[-3:]
            continue
        if waiting and _NUMBERED.match(waiting[-1].text) and not _NUMBERED.match(cells[0].text):
            above, first = waiting[-1], cells[0]
            cells = [Cell(above.text + first.text, above.start, first.end), *cells[1:]]
        made = _typed_rows(cells, columns)
        if not made and waiting:
            made = _typed_rows([waiting[-1], *cells], columns)
        waiting = []
        rows.extend(made)
    return rows, []


def _kind(text: str) -> str:
    """V a value, W words or a dash in a value's place, U a unit, P a nature, N a name."""
    if _NOTHING.match(text):
        return "W"
    if _NATURE_CELL.match(text):
        return "P"
    if _UNIT.fullmatch(text):
        return "U"
    if value_of(text) is not None:
        return "V"
    if _WORDS_FOR_VALUE.match(text) and not names.has_head(text):
        return "W"
    return "N"


def _typed_rows(cells: Sequence[Cell], columns: Sequence[Column]) -> list[Row]:
    """Names, then values, then a nature: a row ends where names begin again."""
    width = max(1, sum(column.role in {Role.BASE, Role.TARGET, Role.GROWTH} for column in columns))
    indexed = any(column.role is Role.INDEX for column in columns)
    rows: list[Row] = []
    titles: list[Cell] = []
    values: list[Cell] = []
    unit, nature = "", None
    for at, cell in enumerate(cells):
        kind = _kind(cell.text)
        starts = not values and not unit
        if indexed and _INDEX.match(cell.text) and (starts or len(values) >= width) and _next_is_name(cells, at):
            kind = "I"
        if kind in "NI" and (values or nature):
            rows.extend(_close(titles, values, unit, nature, width))
            titles, values, unit, nature = [], [], "", None
        if kind == "N":
            titles.append(cell)
        elif kind in "VW" and titles:
            values.append(cell)
        elif kind == "U" and titles:
            unit = cell.text
        elif kind == "P":
            nature = _nature(cell.text)
    rows.extend(_close(titles, values, unit, nature, width))
    return rows


def _next_is_name(cells: Sequence[Cell], at: int) -> bool:
    return at + 1 < len(cells) and _kind(cells[at + 1].text) == "N"


def _close(titles: list[Cell], values: list[Cell], unit: str, nature: Nature | None, width: int) -> list[Row]:
    if not titles or not values:
        return []
    count = len(values) // width if width and len(values) % width == 0 else 1
    if 1 < count <= len(titles):  # cells of several lines: all names, then column by column
        chosen = titles[-count:]
        parent = titles[-count - 1] if len(titles) > count and _OF_WHICH.match(chosen[0].text) else None
        return [
            Row(name, [values[column * count + at] for column in range(width)], unit, nature, parent=parent)
            for at, name in enumerate(chosen)
        ]
    title = titles[-1]
    if title.text.startswith("（") and len(titles) > 1:
        title = Cell(titles[-2].text + title.text, titles[-2].start, title.end)
    padded: list[Cell | None] = [*values[:width], *([None] * max(0, width - len(values)))]
    return [Row(title, padded, unit, nature)]


# ------------------------------------------------------------------ names, units, values


def _measure(row: Row, above: Measure | None) -> Measure:
    """The name without number and unit; a 其中 row completes its name from the row above."""
    text = row.name.text
    part = _OF_WHICH.match(text)
    own = measure_of(text[part.end() :] if part else text)
    unit, scale, name = own.unit, own.scale, own.name
    if row.unit:
        unit, scale = _unit(row.unit) or (row.unit, Decimal(1))
    if (part or row.parent) and above:
        unit, scale = (unit, scale) if unit else (above.unit, above.scale)
        if not names.has_head(name):
            name = name + names.rescope("", above.name)
    return Measure(name, unit, scale)


def measure_of(name: str) -> Measure:
    """A name taken apart: 2.入托率（每年，%） is 入托率 in %."""
    name = _MARK.sub("", name)
    found = _NAME_UNIT.search(name)
    known = _unit(found["inner"]) or _unit(re.split("[，、；]", found["inner"])[-1]) if found else None
    if found and known:
        return Measure(name[: found.start()], *known)
    return Measure(name, "")


def _unit(written: str) -> tuple[str, Decimal] | None:
    found = _UNIT.fullmatch(written.strip())
    if not found:
        return None
    unit = found["unit"]
    if unit.endswith(("/10万", "/十万", "/10万人", "/十万人")):
        unit = "/10万"
    return ("个百分点" if unit == "百分点" else unit), SCALES.get(found["scale"] or "", Decimal(1))


def value_of(text: str) -> tuple[Quantity, str] | None:
    """The one quantity of a cell that holds nothing else, with the text it was read from."""
    inner = _BRACKETS.match(text)
    text = _REMARK.sub("", inner[1] if inner else text)
    found = quantities(text)
    if not found:
        return None
    first = found[0]
    if text[first.end :].strip("。；，*①②③") or peel(text, 0, first.start).name_end > 0:
        return None
    return first, text


def _drafts(
    plain: str, row: Row, measure: Measure, columns: Sequence[Column], horizon: Horizon, due: date | None, group: int
) -> Iterator[Draft]:
    measured = [column for column in columns if column.role in {Role.BASE, Role.TARGET, Role.GROWTH}]
    pairs = list(zip(measured, row.cells, strict=False))
    baseline = _baseline(pairs, measure)
    aims = [(column, cell) for column, cell in pairs if column.role is Role.TARGET and cell and value_of(cell.text)]
    growth = [(column, cell) for column, cell in pairs if column.role is Role.GROWTH and cell and value_of(cell.text)]
    for column, cell in aims or growth:
        draft = _draft(plain, row, measure, cell, baseline, group if len(aims) > 1 else None)
        when = row.due or (column.end_of_year if column.role is Role.TARGET else None)
        yield replace(draft, due=when or due or horizon.due, due_from="表头" if when else "文件")
    for _, cell in growth if aims else []:
        if _yearly(cell.text):
            grown = Measure(f"{measure.name}年均增长率", "%")
            yield replace(draft_of_cell(plain, row, grown, cell, due or horizon.due), change=Change.INCREASE)


def draft_of_cell(plain: str, row: Row, measure: Measure, cell: Cell, due: date | None) -> Draft:
    """The draft of one cell with its measure, without baseline."""
    return replace(_draft(plain, row, measure, cell, None, None), due=due, due_from="表头" if row.due else "文件")


def _yearly(text: str) -> bool:
    """7%左右 beside a target is its yearly growth; 〔4.7〕 only repeats how far it goes in all."""
    read = value_of(text)
    return read is not None and read[0].unit == "%" and not _BRACKETS.match(text)


def _baseline(pairs: Sequence[tuple[Column, Cell | None]], measure: Measure) -> Baseline | None:
    known = [(column, cell) for column, cell in pairs if column.role is Role.BASE and cell and value_of(cell.text)]
    if not known:
        return None
    column, cell = known[-1]
    read = value_of(cell.text) if cell else None
    if read is None or read[0].value is None:
        return None
    return Baseline(_scaled(read[0].value, read[0], measure) or read[0].value, column.end_of_year)


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
