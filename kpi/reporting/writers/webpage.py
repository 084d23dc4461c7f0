"""The report as one self-contained page, for reading on screen and for printing."""

from __future__ import annotations

from html import escape
from typing import Any

from kpi.reporting.writers.colours import LIGHTS

STYLE = """
body{max-width:60rem;margin:0 auto;padding:2rem 1.5rem;color:#1c2733;background:#fff;
font:17px/1.9 FangSong,"仿宋_GB2312",STFangsong,"Noto Serif CJK SC","Noto Sans CJK SC",serif}
header{text-align:center;border-bottom:2px solid #b3261e;padding-bottom:.8rem;margin-bottom:1.6rem}
header .mast{margin:0;color:#b3261e;font-size:1.7rem;font-weight:700;font-family:SimSun,"Noto Serif CJK SC",serif}
header .line{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap}
h1{text-align:center;font-size:1.5rem;margin:1rem 0}
h2{font:700 1.15rem SimHei,"Noto Sans CJK SC",sans-serif;margin:1.6rem 0 .4rem}
h3{font:600 1.05rem KaiTi,"Noto Serif CJK SC",serif;margin:1rem 0 .2rem}
p{text-indent:2em;margin:.2rem 0}
.demo{text-indent:0;padding:.5rem .8rem;background:#fff3cd;border:1px solid #d9b44a;text-align:center}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.4rem 0 1.2rem;
font:14px/1.5 "Microsoft YaHei","Noto Sans CJK SC",sans-serif}
caption{font-weight:700;text-align:left;padding:.4rem 0}
th,td{border:1px solid #9aa7b2;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#eef2f6}
td.n{text-align:right;white-space:nowrap}
.light{font-weight:700;white-space:nowrap}
@media print{body{padding:0;font-size:14px}table{font-size:10px}}
""" + "".join(f".{light}{{color:{ink}}}" for light, (ink, _paper) in LIGHTS.items())


def write(content: dict[str, Any]) -> bytes:
    """UTF-8 HTML; every text is escaped."""
    parts = [
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(content['masthead'])} {escape(content['issue'])}</title><style>{STYLE}</style></head><body>",
        _demo(content),
        f'<header><p class="mast" style="text-indent:0">{escape(content["masthead"])}</p>',
        f"<div>{escape(content['issue'])}</div>",
        f'<div class="line"><span>{escape(content["organ"])}</span>',
        f"<span>{escape(content['date'])}</span></div></header>",
        f"<h1>{escape(content['title'])}</h1>",
        *(_section(section) for section in content["sections"]),
        _plain_table(content["summary"]),
        _target_table(content["targets"]),
        _plain_table(content["silent"]),
        _demo(content),
        "</body></html>",
    ]
    return "".join(parts).encode()


def _demo(content: dict[str, Any]) -> str:
    return f'<p class="demo">{escape(content["demo_note"])}</p>' if content["demo_note"] else ""


def _section(section: dict[str, Any]) -> str:
    body = "".join(
        (f"<h3>{escape(part['heading'])}</h3>" if part["heading"] else "")
        + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in part["paragraphs"])
        for part in section["parts"]
    )
    return f"<h2>{escape(section['heading'])}</h2>{body}"


def _head(table: dict[str, Any]) -> str:
    cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table["head"])
    return f'<div class="scroll"><table><caption>{escape(table["caption"])}</caption><thead><tr>{cells}</tr></thead>'


def _plain_table(table: dict[str, Any]) -> str:
    rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in table["rows"])
    return f"{_head(table)}<tbody>{rows}</tbody></table></div>"


def _cell(cell: str | int) -> str:
    return f'<td class="n">{cell}</td>' if isinstance(cell, int) else f"<td>{escape(cell)}</td>"


def _target_table(table: dict[str, Any]) -> str:
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in row["cells"][:8])
        + f'<td class="light {escape(row["light"])}">{escape(row["cells"][8])}</td>'
        + f"<td>{escape(row['cells'][9])}</td></tr>"
        for row in table["rows"]
    )
    return f"{_head(table)}<tbody>{rows}</tbody></table></div>"
