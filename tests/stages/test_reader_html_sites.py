# ruff: noqa: E501 - markup as pages have it
"""Invented pages in the layouts of the content systems that government sites run on: the article, whole and alone."""

from __future__ import annotations

import pytest

from kpi.documents.readers.registry import read
from kpi.documents.rules_facts import facts_of

ARTICLE = [
    "根据全市工作会议精神，结合实际，制定本要点，请各单位认真抓好落实。",
    "一、健全服务体系",
    "（一）二级以上综合医院设置老年医学科比例达到60%以上，新增安宁疗护床位40张。",
    "（二）孕产妇死亡率控制在9/10万以下，婴儿死亡率控制在3‰以下。",
    "1.新建急救站6家，其中山区不少于2家。",
]
ROWS = ["序号 | 指标 | 2025年 | 2026年", "1 | 床位（张） | 6.5 | 7", "2 | 健康素养水平（%） | 33 | 35"]
TITLE = "云岭市2026年卫生健康工作要点"
PARAGRAPHS = "\n".join(f"<p style='text-indent:2em'>　　{line}</p>" for line in ARTICLE)
TABLE = (
    "<table border=1>" + "".join(f"<tr><td>{row.replace(' | ', '</td><td>')}</td></tr>" for row in ROWS) + "</table>"
)
MENU = "<ul><li><a href='/'>网站首页</a></li><li><a href='/a'>政务公开</a></li><li><a href='/b'>规划计划</a></li></ul>"
FOOT = """<div><p>主办单位：云岭市卫生健康委员会　承办单位：云岭市卫生健康信息中心</p><p><a href='/m'>网站地图</a> | <a href='/c'>联系我们</a></p>
<p>备案号：云ICP备00000000号　网站标识码：0000000000</p><p>您是本站第<span>321</span>位访客</p><p>建议使用1366*768分辨率达到最佳浏览效果</p></div>"""


def page(body: str, head: str = "<meta charset='utf-8'>", title: str = f"{TITLE}_云岭市卫生健康委员会") -> str:
    return f"<html><head>{head}<title>{title}</title></head><body>{MENU}{body}{FOOT}</body></html>"


NESTED_TABLES = f"""<TABLE width=1000><TR><TD><A href=/>首页</A> | <A href=/a>机构设置</A></TD><TD>今天是</TD></TR></TABLE>
<TABLE><TR><TD width=200><TABLE><TR><TD>栏目导航</TD></TR><TR><TD><A href=/1>规划计划</A></TD></TR></TABLE></TD><TD>
<TABLE><TR><TD align=center><B>{TITLE}</B></TD></TR><TR><TD>作者：办公室　　发布日期：2026-02-20　　点击数：53</TD></TR>
<TR><TD>【字体：<A href=#>大</A> <A href=#>中</A> <A href=#>小</A>】【<A href=#>打印</A>】【 关闭 】</TD></TR>
<TR><TD>{"<BR>".join("&nbsp;&nbsp;&nbsp;&nbsp;" + line for line in ARTICLE)}</TD></TR><TR><TD>{TABLE}</TD></TR></TABLE></TD></TR></TABLE>"""

LAYOUTS = {
    "trs": (
        f"""<div>您所在的位置：<a href="/">首页</a>&nbsp;&gt;&nbsp;<a href="/g">规划计划</a></div><h2>{TITLE}</h2>
        <div><span>发布时间：2026-03-02</span><span>来源：云岭市卫生健康委员会</span><span>浏览量：<script>n()</script><em>3</em></span>
        <span>字号：【<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</span><span><a href="#">打印</a></span></div>
        <div class="TRS_Editor"><style>.TRS_Editor P{{margin:0}}</style>{PARAGRAPHS}{TABLE}<p>云岭市卫生健康委员会</p><p>2026年3月1日</p></div>
        <div>分享到：<a href="#">微信</a></div><div>【打印】【关闭】</div><div>上一篇：<a href="/x">开展义诊的通知</a></div><div>下一篇：没有了</div>""",
        [
            TITLE,
            "发布时间：2026-03-02来源：云岭市卫生健康委员会",
            *ARTICLE,
            *ROWS,
            "云岭市卫生健康委员会",
            "2026年3月1日",
        ],
    ),
    "ucap": (
        f"""<div><a>移动版</a><a>无障碍</a></div><div>当前位置：<a href="/">首页</a> &gt; <a>政策</a> &gt; 正文</div>
        <table><tr><td><b>索 引 号：</b></td><td>000000/2026-00012</td><td><b>发文字号：</b></td><td>云卫发〔2026〕12号</td></tr></table>
        <div id="UCAP-CONTENT"><p align="center"><strong>{TITLE}</strong></p>{PARAGRAPHS}{TABLE}</div>
        <div><h3>相关附件：</h3><ul><li><a href="/p.pdf">责任分工.pdf</a></li></ul></div><div>责任编辑：某某</div>
        <div>扫一扫在手机打开当前页</div><p>链接：<a href="/z">中国政府网</a> | <a href="/s">省政府</a></p>""",
        [
            "索 引 号： | 000000/2026-00012 | 发文字号： | 云卫发〔2026〕12号",
            TITLE,
            *ARTICLE,
            *ROWS,
            "相关附件：",
            "责任分工.pdf",
        ],
    ),
    "two containers": (
        f"""<h1>{TITLE}</h1><div>时间：2026年02月20日 &nbsp;点击：[<span>45</span>]</div>
        <div id="vsb_content_2"><div class="v_news_content">{PARAGRAPHS.replace("<p", "<div").replace("</p", "</div")}</div></div>
        <div id="vsb_content_3"><div>{TABLE}</div></div><ul><li>附件【<a href="a.docx">分工表.docx</a>】已下载<span>12</span>次</li></ul>
        <p>上一条：<a href=1>某通知</a></p><p>【<a href=1>关闭</a>】</p>""",
        [TITLE, "时间：2026年02月20日", *ARTICLE, *ROWS, "附件【分工表.docx】已下载12次"],
    ),
    "tables all the way down": (NESTED_TABLES, [TITLE, "作者：办公室　　发布日期：2026-02-20", *ARTICLE, *ROWS]),
    "pasted from a word processor": (
        f"""<h1>{TITLE}</h1><div id="zoom"><!--begin-->{
            "".join(
                f'<p><span lang="EN-US"><o:p></o:p></span><span>{line[:9]}</span><font>{line[9:]}</font></p>'
                for line in ARTICLE
            )
        }<!--end-->{
            TABLE
        }</div><div><p>手机扫一扫打开当前页</p></div><div><a href="#">打印本页</a> <a href="#">关闭窗口</a></div>""",
        [TITLE, *ARTICLE, *ROWS],
    ),
    "recommendations below": (
        f"""<main><article><h1>{TITLE}</h1><time>2026-01-20 09:00</time> 来源：云岭日报<button>A+</button><div>{PARAGRAPHS}{TABLE}</div></article>
        <section><h3>相关推荐</h3><ul><li><a href=/1>云岭市召开会议，部署全年重点任务，要求新建医院10家，新增床位500张，请各单位落实</a></li></ul></section></main>""",
        [TITLE, "2026-01-20 09:00 来源：云岭日报", *ARTICLE, *ROWS],
    ),
    "a hidden copy": (
        f"""<h2>{TITLE}</h2><div class="article-content">{PARAGRAPHS}{TABLE}</div>
        <div style="display: none"><h2>{TITLE}</h2><div class="article-content">{PARAGRAPHS}</div></div><p hidden>新建医院100家。</p>""",
        [TITLE, *ARTICLE, *ROWS],
    ),
    "words of every kind around it": (
        f"""<p>现在的位置： 首页 >> 通知公告 >> 正文</p><h3>{TITLE}</h3><p>【 字体大小： 小 中 大 】 【 打印 】 【 关闭 】</p>
        <p>来源：办公室  发布时间：2026-03-01 08:30  浏览次数：123 次  字号：大 中 小</p><div>{PARAGRAPHS}{TABLE}</div>
        <p>附件：<a href=a.xls>1.任务清单.xls</a></p><p>【打印正文】【推荐朋友】【返回顶部】</p><p>分享：</p><p>QQ空间 新浪微博 微信 </p>
        <p>相关链接：</p><p><a href=1>2025年工作要点</a></p><p>中国政府网　|　省政府　|　市政府</p><p>咨询电话：00000　举报电话：00000</p>""",
        [TITLE, "来源：办公室 发布时间：2026-03-01 08:30", *ARTICLE, *ROWS, "附件：1.任务清单.xls"],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_article_whole_and_alone(name: str) -> None:
    body, lines = LAYOUTS[name]
    text = read(page(body).encode(), "page.html").text
    assert text.split("\n") == lines
    assert (facts_of(text).title, facts_of(text).plan_year) == (TITLE, 2026)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_in_gb2312_says_the_same(name: str) -> None:
    body, lines = LAYOUTS[name]
    head = (
        "<script>"
        + "var menu = 1;" * 500
        + "</script><meta http-equiv=Content-Type content='text/html; charset=gb2312'>"
    )
    assert read(page(body, head).encode("gb18030"), "page.htm").text.split("\n") == lines


def test_a_long_cell_in_a_table_of_tasks_loses_none_of_the_others() -> None:
    long = "完善制度，健全机制。" * 150
    rows = (
        f"<tr><td>1</td><td>新建急救站6家。</td><td>10月底</td></tr><tr><td>2</td><td>{long}</td><td>12月底</td></tr>"
    )
    text = read(
        page(f"<table><tr><td>序号</td><td>任务</td><td>时限</td></tr>{rows}</table>").encode(), "page.html"
    ).text
    assert text.split("\n")[1:] == ["序号 | 任务 | 时限", "1 | 新建急救站6家。 | 10月底", f"2 | {long} | 12月底"]


def test_words_wrapped_in_the_source_are_put_together() -> None:
    text = read(page("<p>到2026\n年，床位数达到\n   35张。</p>").encode(), "page.html").text
    assert text.endswith("到2026年，床位数达到35张。")


def test_a_page_with_a_broken_sign_is_read_and_never_as_another_encoding() -> None:
    whole = page(PARAGRAPHS * 3).encode()
    at = whole.index("落实".encode())
    text = read(whole[: at + 1] + whole[at + 3 :], "page.html").text
    assert ARTICLE[2] in text
    assert text.count("�") <= 2
