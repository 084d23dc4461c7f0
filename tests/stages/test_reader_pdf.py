"""PDF files drawn here by hand, sign by sign, with a text layer but no font inside: places are all that counts."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pypdf
import pytest

from kpi.core.errors import BadInput, TooLarge
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.pdf_lines import PrintedLine, joined, tidy
from kpi.documents.readers.registry import read

WIDTH, HEIGHT, MARGIN, SIZE, LEADING = 595, 842, 90, 16, 28
PER_LINE = (WIDTH - 2 * MARGIN) // SIZE
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap end end"
)


@dataclass
class Sheet:
    """One page: text set at places, and ruled lines. All signs are as wide as they are high."""

    drawn: list[str] = field(default_factory=list)
    at: float = HEIGHT - 100
    picture: bool = False

    def put(self, text: str, x: float, y: float, size: float = SIZE) -> None:
        codes = "".join(f"{ord(sign):04X}" for sign in text)
        self.drawn.append(f"BT /F1 {size} Tf {x} {y} Td <{codes}> Tj ET")

    def paragraph(self, text: str, indent: int = 2) -> None:
        """Set as Word does it: first line indented, full lines, the last one as it ends."""
        first = PER_LINE - indent
        pieces = [text[:first], *(text[i : i + PER_LINE] for i in range(first, len(text), PER_LINE))]
        for number, piece in enumerate(pieces):
            self.put(piece, MARGIN + (indent * SIZE if number == 0 else 0), self.at)
            self.at -= LEADING

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[int], size: float = 10) -> None:
        height = 24
        top = self.at + 10
        edges = [MARGIN + sum(widths[:i]) for i in range(len(widths) + 1)]
        for i in range(len(rows) + 1):
            self.drawn.append(f"{edges[0]} {top - i * height} m {edges[-1]} {top - i * height} l S")
        for edge in edges:
            self.drawn.append(f"{edge} {top} m {edge} {top - len(rows) * height} l S")
        for i, row in enumerate(rows):
            for edge, text in zip(edges, row, strict=False):
                for line, piece in enumerate(text.split("\n")):
                    self.put(piece, edge + 3, top - i * height - 10 - line * 11, size)
        self.at = top - len(rows) * height - LEADING


def pdf(*sheets: Sheet) -> bytes:
    """The pages as a file: objects, then their places."""
    objects: list[bytes] = [b"", b""]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    unicode_map = add(_stream(TO_UNICODE))
    descendant = add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /Own /Flags 4 /Ascent 880 /Descent -120"
        b" /FontBBox [0 -120 1000 880] /ItalicAngle 0 /CapHeight 880 /StemV 80 >> >>"
    )
    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H"
        b" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (descendant, unicode_map)
    )
    image = add(
        _stream(
            b"\x00", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        )
    )
    kids = []
    for sheet in sheets:
        drawn = "\n".join(sheet.drawn) + (f"\nq {WIDTH} 0 0 {HEIGHT} 0 0 cm /I1 Do Q" if sheet.picture else "")
        content = add(_stream(drawn.encode()))
        resources = b"<< /Font << /F1 %d 0 R >> /XObject << /I1 %d 0 R >> >>" % (font, image)
        kids.append(
            add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources %b /Contents %d 0 R >>"
                % (WIDTH, HEIGHT, resources, content)
            )
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _file(objects)


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def lines(*sheets: Sheet) -> list[str]:
    return read(pdf(*sheets), "plan.pdf").text.split("\n")


LONG = (
    "（一）新建急救站。年内新建急救站8家以上，培训急救骨干120名，"
    "让居民在十分钟之内等到急救车，并把反应时间按月公布出来接受监督。"
)


def test_sentences_broken_over_lines_are_joined() -> None:
    sheet = Sheet()
    sheet.put("青石区2026年工作要点", 180, sheet.at + 50, 22)
    sheet.paragraph("一、抓基层")
    sheet.paragraph(LONG)
    sheet.paragraph("（二）按月公布。")
    assert lines(sheet) == ["青石区2026年工作要点", "一、抓基层", LONG, "（二）按月公布。"]


def test_a_paragraph_that_fills_its_last_line_still_ends() -> None:
    full = ("（一）" + "建站" * 60)[: 3 * PER_LINE - 2]
    sheet = Sheet()
    sheet.paragraph(full)
    sheet.paragraph("（二）按月公布。")
    assert lines(sheet) == [full, "（二）按月公布。"]


def test_blanks_around_digits_go_and_latin_words_keep_theirs() -> None:
    sheet = Sheet()
    sheet.put("截至 2026 年 10 月 31 日，达到 75.5 %；推广 Open Access 平台。", MARGIN, sheet.at, 10)
    assert lines(sheet) == ["截至2026年10月31日，达到75.5%；推广Open Access平台。"]


def test_tables_stand_between_the_paragraphs_and_are_said_once() -> None:
    sheet = Sheet()
    sheet.paragraph("主要指标如下。")
    sheet.table(
        [("指标", "2025 年", "2026 年"), ("每千人口\n床位数", "6.5", "7.0"), ("急救站", "6", "≥8")], (200, 80, 80)
    )
    sheet.paragraph("以上按月公布。")
    assert lines(sheet) == [
        "主要指标如下。",
        "指标 | 2025年 | 2026年",
        "每千人口床位数 | 6.5 | 7.0",
        "急救站 | 6 | ≥8",
        "以上按月公布。",
    ]


def test_cells_merged_over_rows_and_columns() -> None:
    sheet = Sheet()
    top, left, height = 700, MARGIN, 24
    for y, x0, x1 in [(0, 0, 300), (1, 0, 300), (2, 0, 300), (3, 100, 300), (4, 0, 300)]:
        sheet.drawn.append(f"{left + x0} {top - y * height} m {left + x1} {top - y * height} l S")
    for x, y0, y1 in [(0, 0, 4), (100, 0, 1), (200, 0, 1), (100, 2, 4), (200, 2, 4), (300, 0, 4)]:
        sheet.drawn.append(f"{left + x} {top - y0 * height} m {left + x} {top - y1 * height} l S")
    words = [(0, 0, "类别"), (100, 0, "指标"), (200, 0, "目标"), (0, 1, "一、能力"), (0, 2.5, "基层")]
    words += [(100, 2, "站"), (200, 2, "8"), (100, 3, "车"), (200, 3, "9")]
    for x, y, text in words:
        sheet.put(text, left + x + 4, top - y * height - 16, 10)
    assert lines(sheet) == ["类别 | 指标 | 目标", "一、能力 |  |", "基层 | 站 | 8", "基层 | 车 | 9"]


def test_columns_without_rules_keep_a_wide_gap() -> None:
    sheet = Sheet()
    for texts in (("指标", "2025年", "2026年"), ("床位", "6.5", "7.0")):
        for x, text in zip((90, 250, 400), texts, strict=True):
            sheet.put(text, x, sheet.at, 12)
        sheet.at -= LEADING
    assert lines(sheet) == ["指标   2025年   2026年", "床位   6.5   7.0"]


def set_in(sheet: Sheet, text: str, x: float, y: float, per_line: int) -> None:
    for at, start in enumerate(range(0, len(text), per_line)):
        sheet.put(text[start : start + per_line], x, y - at * 18, 10)


def test_two_columns_are_read_one_after_the_other_and_on_the_next_page() -> None:
    left, right, more = (
        "".join(f"（{mark}）新建第{n}座急救站{n}家并培训骨干；" for n in range(10, 25)) for mark in "甲乙丙"
    )
    first, second = Sheet(), Sheet()
    first.put("青石区2026年卫生健康工作要点（全文）", 110, 780, 20)
    set_in(first, left, 90, 700, 20)
    set_in(first, right, 310, 695, 20)
    set_in(second, more, 90, 700, 20)
    set_in(second, more, 310, 695, 20)
    text = "".join(lines(first, second))
    assert text == "青石区2026年卫生健康工作要点（全文）" + left + right + more + more


def test_a_table_goes_on_over_the_end_of_a_page() -> None:
    above, below = Sheet(), Sheet()
    widths = (40, 200, 80, 80)
    above.table([("序号", "指标", "2025年", "2026年"), ("1", "每千人口", "6.5", "7.0")], widths)
    below.table([("序号", "指标", "2025年", "2026年"), ("", "床位数", "", ""), ("2", "急救站", "6", "8")], widths)
    again = Sheet()
    again.table([("序号", "指标", "2025年", "2026年"), ("3", "救护车", "9", "12")], widths)
    assert lines(above, below, again) == [
        "序号 | 指标 | 2025年 | 2026年",
        "1 | 每千人口床位数 | 6.5 | 7.0",
        "2 | 急救站 | 6 | 8",
        "3 | 救护车 | 9 | 12",
    ]


def test_marks_of_footnotes_are_no_numbers() -> None:
    sheet = Sheet()
    sheet.put("婴儿死亡率", MARGIN, 700)
    sheet.put("1", MARGIN + 5 * SIZE, 706, 8)
    sheet.put("控制在3‰以内，绿地80万m", MARGIN + 6 * SIZE, 700)
    sheet.put("2", MARGIN + 20 * SIZE, 706, 8)
    assert lines(sheet) == ["婴儿死亡率控制在3‰以内，绿地80万m2"]


def framed(number: int, text: str, indent: int) -> Sheet:
    sheet = Sheet()
    sheet.put("青石区内部资料", 240, HEIGHT - 40, 10)
    sheet.put(f"— {number} —", 280, 40, 10)
    sheet.paragraph(text, indent)
    return sheet


def test_heads_feet_and_page_numbers_go_and_sentences_cross_pages() -> None:
    text = LONG.replace("。", "，", 1) + "没有完成的要说明原因。"
    cut = 2 * PER_LINE - 2
    sheets = [framed(1, text[:cut], 2), framed(2, text[cut:], 0), framed(3, "（二）培训。", 2)]
    assert lines(*sheets) == [text, "（二）培训。"]


def test_a_scan_is_refused_with_advice() -> None:
    with pytest.raises(BadInput, match=r"这是扫描件.*OCR"):
        lines(Sheet(picture=True), Sheet(picture=True))


def test_a_letterhead_picture_is_no_scan() -> None:
    sheet = Sheet(picture=True)
    sheet.paragraph(LONG)
    assert lines(sheet) == [LONG]


def test_a_page_without_anything_has_no_text() -> None:
    with pytest.raises(BadInput, match="没有文字"):
        lines(Sheet())


def test_locked_broken_and_too_long_files() -> None:
    sheet = Sheet()
    sheet.paragraph(LONG)
    whole = pdf(sheet)
    with pytest.raises(BadInput, match="密码"):
        read(_locked(whole, "secret"), "plan.pdf")
    assert read(_locked(whole, ""), "plan.pdf").text == LONG
    with pytest.raises(BadInput, match="已损坏"):
        read(whole[:300], "plan.pdf")
    with pytest.raises(TooLarge, match="2页"):
        read(pdf(*[Sheet()] * 3), "plan.pdf", Limits(pages=2))


def test_a_stream_that_unpacks_without_end_is_refused() -> None:
    sheet = Sheet()
    sheet.paragraph(LONG)
    packed = zlib.compress(b"BT ET " * 500_000)
    content = pdf(sheet).replace(
        b"%PDF-1.7\n", b"%PDF-1.7\n9 0 obj\n" + _stream(packed, b"/Filter /FlateDecode") + b"\n", 1
    )
    with pytest.raises(TooLarge, match="解压"):
        read(content, "plan.pdf", Limits(expanded=4_000_000))


def _locked(content: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("2026 年 3 月", "2026年3月"),
        ("提高 5 个百分点", "提高5个百分点"),
        ("7.5 ‰ 以下", "7.5‰以下"),
        ("17 / 10 万", "17/10万"),
        ("指标   2025年", "指标   2025年"),
        ("a b 甲 乙", "a b甲乙"),
    ],
)
def test_tidy(printed: str, text: str) -> None:
    assert tidy(printed) == text


def line(text: str, left: float = 90, right: float = 505, size: float = 16) -> PrintedLine:
    return PrintedLine(text, left, right, 0, size, 0.5)


@pytest.mark.parametrize(
    ("printed", "paragraphs"),
    [
        ([line("新建急救"), line("站8家。", right=200)], ["新建急救站8家。"]),
        ([line("新建急救站。", right=200), line("按月公布。")], ["新建急救站。", "按月公布。"]),
        ([line("新建急救站8家"), line("按月公布。", left=122)], ["新建急救站8家", "按月公布。"]),
        ([line("抓好下列工作："), line("1.建站。", right=200)], ["抓好下列工作：", "1.建站。"]),
        ([line("工作要点", size=22), line("今年的工作")], ["工作要点", "今年的工作"]),
        ([line("open"), line("access", right=200)], ["open access"]),
        ([line("实施三年行动（", right=400), line("2026-2028年）计划。")], ["实施三年行动（2026-2028年）计划。"]),
        ([line("云岭市规划"), line("一、主要指标")], ["云岭市规划", "一、主要指标"]),
        ([line("在二级以上医院和"), line("三、四级联动机构")], ["在二级以上医院和三、四级联动机构"]),
        ([], []),
    ],
)
def test_which_lines_go_on(printed: list[PrintedLine], paragraphs: list[str]) -> None:
    assert list(joined(printed)) == paragraphs
