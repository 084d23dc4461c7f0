"""What a page is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.libraries import Component
from kpi.accounts.rules import Action

if TYPE_CHECKING:
    from dashboards.guarded import Doors


@dataclass(frozen=True)
class Page:
    """`title` is a Chinese sentence of the catalogue; `menu` False keeps the page out of the navigation."""

    key: str
    path: str
    title: str
    action: Action
    layout: Callable[..., Component]
    register: Callable[[Doors], None]
    icon: str = "•"
    menu: bool = True
