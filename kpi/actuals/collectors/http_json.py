"""Values from an HTTP endpoint that answers with JSON.

The address that was checked is the one connected to; no redirects, no proxies, limits on time and size.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from kpi.actuals.collectors.base import (
    BYTE_LIMIT,
    FIELDS,
    ROW_LIMIT,
    SECRET_NAME,
    CollectContext,
    Collected,
    fields_of,
    fill_periods,
    row_of,
    text_setting,
    too_many,
)
from kpi.actuals.collectors.rules_address import Endpoint, endpoint, may_connect
from kpi.core.errors import BadInput, Problem, TooLarge, Unavailable
from kpi.core.text import t

SECONDS = 30.0
DEFAULT_FIELDS = {name: name for name in FIELDS}

_PLACEHOLDER = re.compile(r"\{(KPI_SOURCE_[A-Z0-9_]+)\}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "upgrade"})


def check(settings: Mapping[str, Any], context: CollectContext) -> None:
    """BadInput naming the setting that is wrong; asks nobody."""
    endpoint(_url(settings, context), context.allowed_hosts)
    fields_of(settings, DEFAULT_FIELDS)
    _header_names(settings)


def collect(settings: Mapping[str, Any], context: CollectContext) -> Collected:
    """Every element of the list at `path` as a row."""
    asked = endpoint(_url(settings, context), context.allowed_hosts)
    named, fixed = fields_of(settings, DEFAULT_FIELDS)
    headers = {name: context.secret(variable) for name, variable in _header_names(settings).items()}
    asked = replace(asked, target=_with_secrets(asked.target, context))
    items = _items(_json(_get(asked, headers), asked), str(settings.get("path") or ""))
    rows = []
    for number, item in enumerate(items, 1):
        found = {ours: _walk(item, theirs) for ours, theirs in named.items()}
        rows.append(row_of(number, found, fixed, context.now))
    return Collected(rows)


def _url(settings: Mapping[str, Any], context: CollectContext) -> str:
    return fill_periods(text_setting(settings, "url", t("网址")), context.now)


def _with_secrets(target: str, context: CollectContext) -> str:
    """`{KPI_SOURCE_…}` in path or query replaced by that variable's content, escaped."""
    return _PLACEHOLDER.sub(lambda found: quote(context.secret(found[1]), safe=""), target)


def _header_names(settings: Mapping[str, Any]) -> dict[str, str]:
    """Header → name of the environment variable that holds its value."""
    given = settings.get("headers") or {}
    where = t("请求头")
    if not isinstance(given, Mapping):
        raise BadInput.of(Problem(t("须为“请求头=环境变量名”的对照，每行一项"), where))
    for name, variable in given.items():
        if not _HEADER_NAME.fullmatch(str(name)) or str(name).lower() in _OWN_HEADERS:
            raise BadInput.of(Problem(t("不能使用请求头“{name}”", name=str(name)[:60]), where))
        if not SECRET_NAME.fullmatch(str(variable)):
            raise BadInput.of(
                Problem(t("请求头的内容须写成环境变量名，以 KPI_SOURCE_ 开头，只含大写字母、数字和下划线"), where)
            )
    return {str(name): str(variable) for name, variable in given.items()}


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name means a second later."""

    def __init__(self, asked: Endpoint, address: str, seconds: float) -> None:
        super().__init__(asked.host, asked.port, timeout=seconds)
        self._asked, self._address = asked, address
        self.hung_up = False
        self._line: socket.socket | None = None  # http.client forgets its own once the answer has begun

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self._asked.port), self.timeout)
        if self._asked.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._asked.host)
        self._line = self.sock

    def hang_up(self) -> None:
        """Ends an answer that takes too long, however steadily it drips."""
        self.hung_up = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def _get(asked: Endpoint, secrets: Mapping[str, str]) -> bytes:
    """The body of the answer; Unavailable when there is none, with nothing secret in its words."""
    connection = _Pinned(asked, _address_of(asked), SECONDS / 3)
    hurry = threading.Timer(SECONDS, connection.hang_up)
    hurry.start()
    try:
        headers = {"Host": asked.shown, "Accept": "application/json", "Accept-Encoding": "identity", **secrets}
        connection.request("GET", asked.target, headers=headers)
        body = _body(connection.getresponse(), asked)
        if connection.hung_up:  # what was cut off reads like a short answer
            raise _too_slow(asked)
        return body
    except ssl.SSLError:
        raise Unavailable(t("与“{host}”的加密连接未能建立，请检查对方证书。", host=asked.shown)) from None
    except (OSError, http.client.HTTPException) as error:
        if connection.hung_up or isinstance(error, TimeoutError):
            raise _too_slow(asked) from None
        raise Unavailable(t("连接“{host}”失败，请检查网络或对方服务后重试。", host=asked.shown)) from None
    except ValueError:  # a header value with line ends or signs outside Latin-1; its text must not be shown
        raise BadInput.of(Problem(t("环境变量中的内容不能作为请求头，请检查换行或中文字符"), t("请求头"))) from None
    finally:
        hurry.cancel()
        connection.close()


def _address_of(asked: Endpoint) -> str:
    """The first address of the name; refused when any of its addresses may not be asked."""
    try:
        found = socket.getaddrinfo(asked.host, asked.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(t("找不到主机“{host}”，请检查网址或内网域名解析。", host=asked.shown)) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(may_connect(asked.host, address) for address in addresses):
        raise BadInput.of(
            Problem(t("主机“{host}”指向不允许访问的地址（本机、链路本地或组播地址）", host=asked.shown), t("网址"))
        )
    return addresses[0]


def _body(answer: http.client.HTTPResponse, asked: Endpoint) -> bytes:
    if 300 <= answer.status < 400:
        raise BadInput.of(Problem(t("对方要求跳转到另一个地址；为安全起见不跟随跳转，请直接填写最终地址"), t("网址")))
    if answer.status != 200:
        raise Unavailable(t("“{host}”返回错误（HTTP {status}）。", host=asked.shown, status=answer.status))
    body = answer.read(BYTE_LIMIT + 1)
    if len(body) > BYTE_LIMIT:
        raise TooLarge(t("“{host}”返回的内容超过{n}MB，请缩小范围。", host=asked.shown, n=BYTE_LIMIT // 1024**2))
    return body


def _too_slow(asked: Endpoint) -> Unavailable:
    return Unavailable(t("“{host}”在{n}秒内没有答完，请稍后再试。", host=asked.shown, n=int(SECONDS)))


def _json(body: bytes, asked: Endpoint) -> object:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise Unavailable(t("“{host}”返回的不是有效的 JSON（UTF-8）。", host=asked.shown)) from None


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _items(document: object, path: str) -> list[object]:
    found = _walk(document, path) if path.strip() else document
    where = t("数据路径")
    if found is None:
        raise BadInput.of(Problem(t("返回内容中没有“{path}”", path=path), where))
    if not isinstance(found, list):
        raise BadInput.of(Problem(t("“{path}”处不是列表，请指向逐行数据所在的列表", path=path or t("最外层")), where))
    if len(found) > ROW_LIMIT:
        raise too_many(where)
    return found


def _walk(document: object, path: str) -> object:
    """The value at a dotted path (data.items.0.code); None when there is none."""
    for step in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
