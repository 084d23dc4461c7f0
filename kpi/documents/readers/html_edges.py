"""What stands around an article: cut off at its two ends, never in its middle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi.documents.readers.html_lines import Line
from kpi.documents.rules import split_clauses

_GAP = r"[\s\[\]【】()（）|｜/、]*"
_FONT_SIZE = re.compile(
    rf"[【\[(（]?\s*(?<!文)(?:字体|字号)(?:大小)?\s*[:：]?{_GAP}"
    rf"(?:(?:超大|特大)?{_GAP}大{_GAP}中{_GAP}小|小{_GAP}中{_GAP}大)(?:\s*[】\])）])?"
)
_TOOLS = re.compile(
    r"(?:[【\[]?(?:打印|打印本页|打印正文|我要打印|关闭|关闭窗口|关闭本页|关闭页面|收藏|我要收藏|加入收藏|返回|返回顶部|返回首页|返回上一页"
    r"|朗读|保存|我要纠错|纠错|微信|微博|新浪微博|QQ空间|朋友圈|复制链接|首页|登录|注册|无障碍|无障碍浏览|长者模式|繁体|简体|English)[】\]]?[\s|｜>·/]*)+"
)
_FURNITURE = re.compile(
    r"(?:分享(?:到|至)?(?:[:：].*)?|扫一扫.*|.*扫描?二维码.*|当前页二维码|.{0,6}(?:当前|所在|现在)(?:的)?位置\s*[:：>].*"
    r"|(?:首页\s*[>》/»].*)|(?:浏览|访问|点击|阅读)(?:次数|量|数|率)?\s*[:：]?\s*\d*\s*次?|上一[篇条]\s*[:：].*|下一[篇条]\s*[:：].*"
    r"|相关(?:阅读|文章|链接|新闻|信息|解读|文件)\s*[:：]?|(?:责任编辑|责编|编辑|审核|校对)\s*[:：].{0,20}|文件预览|附件下载|政策咨询"
    r"|网站地图|联系我们|隐私(?:声明|保护|政策)|关于我们|使用帮助|网站声明)"
)
_FOOTER = re.compile(
    r".*(?:版权所有|ICP\s*备|公网安备|网站标识码|All Rights Reserved|Copyright).*"
    r"|(?:主办|承办|主管|协办|技术支持|维护)(?:单位)?\s*[:：].*|(?:地址|邮编|邮政编码|电话|传真)\s*[:：].*",
    re.IGNORECASE,
)
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
    head = [line for line in kept[:first] if not _is_furniture(line) and not _is_link(line)]
    tail = [
        line for line in kept[last + 1 :] if not _is_furniture(line) and not _is_footer(line) and not _is_menu(line)
    ]
    return [*head, *kept[first : last + 1], *tail]


def _is_prose(line: Line) -> bool:
    if _is_link(line) or _is_footer(line) or _is_furniture(line):
        return False
    return len(line.text) >= SHORTEST_PROSE or "。" in line.text or " | " in line.text or _is_clause(line)


def _is_clause(line: Line) -> bool:
    return any(clause.level for clause in split_clauses(line.text))


def _is_link(line: Line) -> bool:
    return line.linked > 0.9 and len(line.text) <= LONGEST_FURNITURE


def _is_menu(line: Line) -> bool:
    """A link that is no attachment."""
    return _is_link(line) and not re.search(r"附件|\.(?:docx?|pdf|xlsx?|wps|zip)\b", line.text, re.IGNORECASE)


def _is_furniture(line: Line) -> bool:
    if len(line.text) > LONGEST_FURNITURE:
        return False
    return bool(_TOOLS.fullmatch(line.text) or _FURNITURE.fullmatch(line.text))


def _is_footer(line: Line) -> bool:
    return len(line.text) <= LONGEST_FURNITURE * 2 and bool(_FOOTER.fullmatch(line.text))
