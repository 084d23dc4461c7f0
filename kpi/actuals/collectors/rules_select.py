"""Whether a text is one SELECT and nothing else. Pure."""

from __future__ import annotations

import re

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t

_QUOTED_OR_COMMENT = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[\w+\]|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1", re.DOTALL
)
_CHANGES = re.compile(
    r"\b(insert|update|delete|merge|replace\s+into|upsert|into|create|alter|drop|truncate|grant|revoke|attach|detach"
    r"|pragma|call|exec|execute|do|copy|vacuum|reindex|analyze|lock|set|begin|commit|rollback|savepoint|declare"
    r"|load_extension|readfile|writefile|pg_read_file|pg_read_binary_file|pg_ls_dir|lo_import|lo_export|dblink\w*"
    r"|pg_sleep\w*|pg_terminate_backend|pg_cancel_backend|set_config|nextval|setval|xp_cmdshell|load_file|outfile"
    r"|dumpfile|benchmark)\b",
    re.IGNORECASE,
)
LONGEST = 10_000


def select_only(written: str) -> str:
    """The query without its closing semicolon; BadInput when it could do anything but read.

    A word inside quotation marks or a comment is not a command; quotation marks that do not close are refused,
    since what stands after them would be read differently here and there.
    """
    query = written.strip().rstrip(";").strip()
    if len(query) > LONGEST:
        raise _refuse(t("最多{n}个字符", n=LONGEST))
    bare = _QUOTED_OR_COMMENT.sub(" ", query)
    if "\\'" in query or '\\"' in query or "/*!" in query:
        raise _refuse(t("不能用反斜杠转义引号，也不能用 /*! 注释"))
    if any(sign in bare for sign in ("'", '"', "`", "/*", "*/", "$$", "\x00")):
        raise _refuse(t("引号或注释没有成对"))
    if ";" in bare:
        raise _refuse(t("只能有一条语句，不能含分号"))
    if not re.match(r"\s*(select|with)\b", bare, re.IGNORECASE):
        raise _refuse(t("须以 SELECT 或 WITH 开头"))
    found = _CHANGES.search(bare)
    if found:
        raise _refuse(t("只能读取，不能使用“{word}”", word=found[0].upper()))
    return query


def _refuse(reason: str) -> BadInput:
    return BadInput.of(Problem(reason, t("查询语句")))
