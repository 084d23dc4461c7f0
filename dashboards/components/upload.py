"""A place to drop a file, refused in the browser already when it is too large."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from dashboards.libraries import Component, dcc, dmc, html
from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.web import guard


def upload_zone(upload_id: str, label: str, hint: str = "", *, slim: bool = False) -> Component:
    """`upload_id` is a dcc.Upload: read its `contents` with `bytes_of`, and set them back to None.

    It takes files of any kind: one refused by the browser alone would vanish without a word.
    """
    limit = guard.settings().upload_limit_mb
    inside: list[Any] = [dmc.Button(label, variant="default", size="compact-md" if slim else "md")]
    if hint:
        inside.append(html.Div(hint, className="hint"))
    return html.Div(
        dcc.Upload(html.Div(inside, className="" if slim else "upload-zone"), id=upload_id),
        className="upload-slim" if slim else "upload-wide",
        **{
            "data-limit": str(limit * 1024 * 1024),
            "data-label": label,
            "data-title": t("文件过大"),
            "data-refusal": t("单个文件不能超过{limit}MB。请压缩其中的图片，或拆成几个文件后再上传。", limit=limit),
        },
    )


def bytes_of(contents: str) -> bytes:
    """What dcc.Upload hands over, decoded; an empty file gives nothing."""
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except binascii.Error:
        raise BadInput(t("文件没有完整传上来，请重新选择。")) from None
