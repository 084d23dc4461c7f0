"""Which addresses this server may ask on an admin's behalf. Pure: names are looked up elsewhere."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t

PORTS = {"http": 80, "https": 443}

_METADATA = frozenset(
    ipaddress.ip_address(written)
    for written in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")
)
"""Where clouds answer with the machine's own credentials."""


_SECRET_WORD = re.compile(r"token|secret|passw|pwd|api_?key|app_?key|access_?key|signature|credential", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """A checked address, taken apart."""

    scheme: str
    host: str
    port: int
    target: str  # path and query

    @property
    def shown(self) -> str:
        """Host and port for messages: path and query may hold what is nobody's business."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def endpoint(url: str, allowed_hosts: frozenset[str]) -> Endpoint:
    """The address taken apart, when its host is listed; BadInput saying why not otherwise.

    A listed name stands for its scheme's usual port; any other port is listed as host:port.
    """
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise _refuse(t("网址中不能有空格、反斜杠或控制字符"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refuse(t("不是有效的网址")) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise _refuse(t("须以 http:// 或 https:// 开头并写明主机名"))
    if "@" in parts.netloc:
        raise _refuse(t("网址中不能写用户名或密码，请改用请求头和环境变量"))
    if not parts.hostname.isascii():
        raise _refuse(t("主机名只能用英文字母、数字、点和连字符"))
    found = Endpoint(parts.scheme, parts.hostname.rstrip("."), port or PORTS[parts.scheme], _target(parts))
    if found.shown.lower() not in allowed_hosts:
        raise _refuse(t("主机“{host}”不在允许名单中，请由运维人员加入配置 KPI_COLLECT_HOSTS 后再试", host=found.shown))
    return found


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    _check_no_secret(parts.query)
    if not (path + parts.query).isascii():
        raise _refuse(t("网址中的中文须先编码（%E4…的形式）"))
    return f"{path}?{parts.query}" if parts.query else path


def _check_no_secret(query: str) -> None:
    """An address is stored and shown; a key in it belongs into an environment variable."""
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value and _SECRET_WORD.search(name) and not value.startswith("{KPI_SOURCE_"):
            raise _refuse(
                t("参数“{name}”像是密钥，不能写在网址中；请存入环境变量，网址中写 {{KPI_SOURCE_名称}}", name=name)
            )


def may_connect(host: str, written_address: str) -> bool:
    """Whether an address a listed name was found at may be asked.

    Private addresses are the intranet itself. This machine only when it is named as such, so that a name
    elsewhere can not be pointed at it; link-local, metadata and multicast addresses never.
    """
    address = ipaddress.ip_address(written_address.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner is not None:
            return may_connect(host, str(inner))
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_loopback:
        return host == "localhost" or _names_loopback(host)
    return not address.is_reserved


def _names_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(reason: str) -> BadInput:
    return BadInput.of(Problem(reason, t("网址")))
