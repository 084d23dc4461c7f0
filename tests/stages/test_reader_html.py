"""Invented pages in the manner of government sites: the article stays whole, what stands around it goes."""

from __future__ import annotations

import time

import pytest

from kpi.core.errors import BadInput
from kpi.documents.readers.registry import read

ARTICLE = """
<p>　　2026年，全区卫生健康工作要把重心放到基层，方便群众就近看病，按月公布进度。</p>
<p><strong>一、抓基层</strong></p>
<p>1.新建急救站6家，
   缩短急救反应时间。</p>
<p>2.培训骨干80名<br>3.改造门诊2个。</p>
"""
TABLE = """
<table border="1">
<tr><td rowspan="2">指标</td><td colspan="2">目标</td></tr>
<tr><td>2025年</td><td>2026年</td></tr>
<tr><td colspan="3">一、健康水平</td></tr>
<tr><td>每千人口<br>床位数（张）</td><td>6.5</td><td rowspan="2">7.0</td></tr>
<tr><td>每千人口医师数（人）</td><td></td></tr>
</table>
"""


def page(article: str = ARTICLE, head: str = "", before: str = "", after: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
    <title>青石区2026年卫生健康工作要点_规划计划_青石区政府门户</title>{head}<script>var a="新闻";</script></head>
    <body><form id="aspnetForm"><div class="top"><a href="/">首页</a> <a href="/a">政务公开</a></div>
    <div class="crumb">您当前的位置：<a href="/">首页</a> &gt; <a href="/a">规划计划</a></div>{before}
    <div id="wrap"><div class="box">{article}</div></div>
    <div>上一篇：<a href="/1">青石区召开工作会</a></div><div>下一篇：<a href="/2">青石区开展义诊</a></div>{after}
    <div class="foot"><p>主办单位：青石区人民政府　版权所有</p><p>某ICP备00000000号-1　网站标识码：0000000000</p></div>
    </form></body></html>"""


def text_of(markup: str, encoding: str = "utf-8", name: str = "page.html") -> str:
    return read(markup.encode(encoding), name).text


def lines(markup: str) -> list[str]:
    return text_of(markup).split("\n")


ARTICLE_LINES = [
    "2026年，全区卫生健康工作要把重心放到基层，方便群众就近看病，按月公布进度。",
    "一、抓基层",
    "1.新建急救站6家，缩短急救反应时间。",
    "2.培训骨干80名",
    "3.改造门诊2个。",
]


def test_article_stays_and_its_surroundings_go() -> None:
    assert lines(page()) == ["青石区2026年卫生健康工作要点", *ARTICLE_LINES]


def test_facts_above_the_article_are_kept() -> None:
    before = """<h1>青石区2026年卫生健康工作要点</h1><ul><li>发文字号：青卫〔2026〕7号</li><li>发布日期：2026-03-10</li>
    <li>【字号 <a>大</a> <a>中</a> <a>小</a>】</li><li><a>打印</a></li></ul>"""
    assert lines(page(before=before)) == [
        "青石区2026年卫生健康工作要点",
        "发文字号：青卫〔2026〕7号",
        "发布日期：2026-03-10",
        *ARTICLE_LINES,
    ]


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>【字号 大 中 小】</p>",
        "<p>字体：[大] [中] [小]</p>",
        "<p>分享到：<a>微信</a><a>微博</a></p>",
        "<p>【打印本页】【关闭窗口】</p>",
        "<p>浏览次数：1024</p>",
        "<p>扫一扫在手机打开当前页</p>",
        "<p>责任编辑：某某</p>",
        "<select><option>友情链接</option></select><script>alert(1)</script><style>p{}</style>",
    ],
)
def test_furniture_before_and_after_the_text_goes(furniture: str) -> None:
    assert lines(page(furniture + ARTICLE + furniture))[1:] == ARTICLE_LINES


def test_nothing_is_cut_from_the_middle() -> None:
    middle = "<p>电话：网上预约为主</p><p>打印</p><p><a href='/x'>青石区急救站名单</a></p><p>相关文件</p>"
    found = lines(page(ARTICLE + middle + "<p>4.做好总结，年底前全部完成。</p>"))
    assert found[-5:] == ["电话：网上预约为主", "打印", "青石区急救站名单", "相关文件", "4.做好总结，年底前全部完成。"]


def test_signature_date_and_attachments_at_the_end_stay() -> None:
    tail = "<p>青石区卫生健康委员会</p><p>2026年3月2日</p><p><a href='/f.docx'>附件：指标表.docx</a></p>"
    assert lines(page(ARTICLE + tail))[-3:] == ["青石区卫生健康委员会", "2026年3月2日", "附件：指标表.docx"]


def test_an_anchor_that_was_never_closed_is_no_menu() -> None:
    assert lines(page("<a name='top'>" + ARTICLE))[1:] == ARTICLE_LINES


def test_document_number_is_no_font_size() -> None:
    assert "发文字号：中卫〔2026〕7号" in text_of(page("<p>发文字号：中卫〔2026〕7号</p>" + ARTICLE))


def test_known_container_is_preferred() -> None:
    short = "<div id='zoom'><p>一、抓基层。新建急救站6家。</p></div>"
    after = "<div><p>本站内容由青石区人民政府办公室提供，未经许可不得转载。</p></div>"
    assert lines(page(short, after=""))[-1] == "一、抓基层。新建急救站6家。"
    assert text_of(page(short + "<p>" + "补充。" * 40 + "</p>", after=after)).count("补充。") == 40


def test_tables_keep_their_columns() -> None:
    assert lines(page(ARTICLE + TABLE))[-5:] == [
        "指标 | 目标 | 目标",
        "指标 | 2025年 | 2026年",
        "一、健康水平 |  |",
        "每千人口床位数（张） | 6.5 | 7.0",
        "每千人口医师数（人） |  | 7.0",
    ]


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    markup = page(f"<table><tr><td><table><tr><td>{ARTICLE}</td></tr></table></td><td>&nbsp;</td></tr></table>")
    assert lines(markup)[1:] == ARTICLE_LINES


def test_numbers_of_ordered_lists_are_written() -> None:
    markup = page(ARTICLE + "<ol start='4'><li>完善制度。</li><li>做好总结。</li></ol>")
    assert lines(markup)[-2:] == ["4.完善制度。", "5.做好总结。"]


def test_spaces_that_align_columns_stay() -> None:
    markup = page(ARTICLE + "<pre>指标    2025年   2026年\n床位    6.5      7.0</pre><p>甲&nbsp;&nbsp;&nbsp;乙。</p>")
    assert lines(markup)[-3:] == ["指标    2025年   2026年", "床位    6.5      7.0", "甲   乙。"]


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030"])
def test_gbk_by_its_meta_tag(declared: str) -> None:
    markup = page().replace('charset="utf-8"', f'http-equiv="Content-Type" content="text/html; charset={declared}"')
    assert text_of(markup, "gb18030").endswith(ARTICLE_LINES[-1])


def test_wrong_or_missing_charset_is_found_out() -> None:
    assert text_of(page().replace('charset="utf-8"', 'charset="gbk"'), "utf-8").endswith(ARTICLE_LINES[-1])
    assert text_of(page().replace('charset="utf-8"', 'charset="nonsense"'), "gb18030").endswith(ARTICLE_LINES[-1])
    assert text_of(page().replace('<meta charset="utf-8">', ""), "utf-16").endswith(ARTICLE_LINES[-1])


def test_xml_declaration_and_entities_do_no_harm() -> None:
    markup = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = text_of(markup + "<html><body><p>一、抓基层。</p><p>&x;</p></body></html>")
    assert "一、抓基层。" in text
    assert "root:" not in text


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(BadInput, match="没有文字"):
        text_of("<html><head></head><body><script>load()</script></body></html>")


def test_tags_that_were_never_closed_lose_no_text() -> None:
    assert "年底前完成。" in text_of("<p>一、抓基层。</p>" + "<font>" * 1_000 + "年底前完成。")


def test_endless_nesting_is_refused_not_cut_short() -> None:
    with pytest.raises(BadInput, match="已损坏"):
        text_of("<p>一、抓基层。</p>" + "<div>" * 20_000 + "年底前完成。")


@pytest.mark.parametrize(
    "markup",
    [
        "<table>" + "<tr><td rowspan='65000' colspan='65000'>甲</td><td>乙</td></tr>" * 500 + "</table>",
        "<ol>" + "<li>甲。" * 30_000,
        "<p>甲。" + "<a href='/'>甲</a>" * 50_000,
    ],
    ids=["spans", "list", "links"],
)
def test_hostile_pages_take_no_long_time(markup: str) -> None:
    begin = time.perf_counter()
    assert "甲" in text_of(markup)
    assert time.perf_counter() - begin < 4
