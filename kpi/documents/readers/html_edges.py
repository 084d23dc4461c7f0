"""What stands around an article: cut off at its two ends, never in its middle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi.documents.readers.html_lines import Line
from kpi.documents.rules import split_clauses
from kpi.documents.rules_facts import names_facts

_GAP = r"[\s\[\]【】()（）|｜/、]*"
_FONT_SIZE = re.compile(
    rf"[【\[(（]?\s*(?<!文)(?:字体|字号)(?:大小)?\s*[:：]?{_GAP}"
    rf"(?:(?:超大|特大)?{_GAP}大{_GAP}中{_GAP}小|小{_GAP}中{_GAP}大)(?:\s*[】\])）])?"
)
_TOOL = (
    "打印本页|打印正文|打印文章|我要打印|打印|关闭窗口|关闭本页|关闭页面|关闭|我要收藏|加入收藏|收藏|返回顶部|返回首页|返回上一页|返回|"
    "朗读|保存|下载|推荐朋友|推荐给好友|我要纠错|纠错|微信|新浪微博|微博|QQ空间|QQ|朋友圈|复制链接|网站首页|首页|登录|注册|"
    "无障碍浏览|无障碍|长者模式|适老化|移动版|手机版|繁体|简体|English"
)
_TOOLS = re.compile(rf"(?:[【\[]?\s*(?:{_TOOL})\s*[】\]]?[\s|｜>·/、]*)+")
_INLINE = re.compile(
    rf"(?:浏览|访问|点击|阅读)(?:次数|量|数|率)?\s*[:：]\s*[\[【]?\s*\d*\s*[】\]]?\s*次?|(?:[【\[]\s*(?:{_TOOL})\s*[】\]]|(?:打印|收藏|关闭)$)"
)
"""Tools in the line that says where and when a page was published."""
_FURNITURE = re.compile(
    r"(?:分享(?:到|至)?(?:[:：].*)?|.{0,6}扫一扫.*|.*扫描?二维码.*|当前页二维码"
    r"|(?:浏览|访问|点击|阅读)(?:次数|量|数|率)?\s*[:：]?\s*\d*\s*次?|[上下]一[篇条]\s*[:：].*"
    r"|(?:相关|热门|推荐|延伸)(?:阅读|文章|链接|新闻|信息|解读|文件|推荐|内容)\s*[:：]?|友情链接\s*[:：]?.*"
    r"|(?:责任编辑|责编|编辑|审核|校对)\s*[:：].{0,20}|文件预览|附件下载|政策咨询"
    r"|(?:栏目|信息|网站|快速)导航|网站地图|联系我们|隐私(?:声明|保护|政策)|关于我们|使用帮助|网站声明|您是.{0,6}第.{0,12}访客.*)"
)
_BREADCRUMB = re.compile(r".{0,6}(?:当前|所在|现在)(?:的)?位置\s*[:：>].*|(?:网站)?首页\s*[>》/»].*")
_FOOTER = re.compile(
    r".*(?:版权所有|ICP\s*备|公网安备|网站标识码|All Rights Reserved|Copyright).*"
    r"|(?:主办|承办|主管|协办|技术支持|维护)(?:单位)?\s*[:：].*|(?:地址|邮编|邮政编码|电话|传真)\s*[:：].*"
    r"|.{2,30}(?:主办|承办)(?:\s+.{2,30}(?:主办|承办|维护))*|(?:建议使用|本站支持).*",
    re.IGNORECASE,
)
_ATTACHMENT = re.compile(r"附件|\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)\b", re.IGNORECASE)
LONGEST_FURNITURE = 120
SHORTEST_PROSE = 40


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """The lines without furniture before the first and after the last line of prose."""
    cleaned = [
        replace(line, text=_FONT_SIZE.sub("", line.text).strip()) if len(line.text) < 300 else line for line in lines
    ]
    kept = [line for line in cleaned if line.text]
    prose = [index for index, line in enumerate(kept) if _is_prose(line)]
    first, last = (prose[0], prose[-1]) if prose else (len(kept), len(kept))
    return [*_head(kept[:first]), *kept[first : last + 1], *_tail(kept[last + 1 :])]


def _head(lines: Sequence[Line]) -> list[Line]:
    """Title and facts: what stands before the breadcrumb belongs to the site."""
    crumb = max((index for index, line in enumerate(lines) if _BREADCRUMB.fullmatch(line.text)), default=-1)
    tidied = (
        replace(line, text=_INLINE.sub(" ", line.text).strip())
        for line in lines[crumb + 1 :]
        if not (_is_furniture(line) or _is_link(line) or (line.is_row and line.linked > 0.5))
    )
    return [line for line in tidied if line.text]


def _tail(lines: Sequence[Line]) -> list[Line]:
    """Signature, date and attachments; behind the first tool or label of the site only attachments still belong."""
    end = next(
        (index for index, line in enumerate(lines) if _is_furniture(line) or _is_footer(line) or _is_menu(line)),
        len(lines),
    )
    return [*lines[:end], *(line for line in lines[end:] if _is_attachment(line))]


def _is_prose(line: Line) -> bool:
    if _is_link(line) or _is_footer(line) or _is_furniture(line) or (line.is_row and line.linked > 0.5):
        return False
    if line.is_row:
        return not names_facts(line.text)
    return len(line.text) >= SHORTEST_PROSE or "。" in line.text or _is_clause(line)


def _is_clause(line: Line) -> bool:
    return any(clause.level for clause in split_clauses(line.text))


def _is_link(line: Line) -> bool:
    return line.linked > 0.9 and len(line.text) <= LONGEST_FURNITURE


def _is_menu(line: Line) -> bool:
    """A link that is no attachment."""
    return _is_link(line) and not _is_attachment(line)


def _is_attachment(line: Line) -> bool:
    return line.linked > 0 and bool(_ATTACHMENT.search(line.text))


def _is_furniture(line: Line) -> bool:
    if len(line.text) > LONGEST_FURNITURE:
        return False
    return any(written.fullmatch(line.text) for written in (_TOOLS, _FURNITURE, _BREADCRUMB))


def _is_footer(line: Line) -> bool:
    return len(line.text) <= LONGEST_FURNITURE * 2 and bool(_FOOTER.fullmatch(line.text))
