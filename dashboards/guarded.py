"""The one way to register a callback: it names the action it needs, and nothing runs before the guard said yes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from dash import Dash, Input, Output, no_update, set_props
from dash.dependencies import DashDependency
from dash.exceptions import PreventUpdate

from kpi.accounts.rules import Action, Person
from kpi.config import Settings
from kpi.core import clock
from kpi.core.errors import BadInput, KpiError
from kpi.core.text import t
from kpi.db.store import Store
from kpi.web import guard

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """What a callback is handed first: who asks, when, and the store to open one session on."""

    person: Person
    now: datetime
    store: Store
    settings: Settings


class Doors:
    """Registers callbacks on the Dash app. A callback's first parameter is the `Door`."""

    def __init__(self, app: Dash, store: Store, settings: Settings) -> None:
        self._app, self._store, self._settings = app, store, settings

    def callback(
        self, action: Action, *dependencies: DashDependency | dict[str, Any], **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Like `app.callback(*dependencies, **options)`, guarded by `action`.

        A KpiError becomes a notice on the page (all its problems listed) and leaves the outputs as they are;
        anything else is logged and said in general words.
        """

        # Not PreventUpdate: its answer is empty, and the notice would be lost with it.
        unchanged = no_update if any(isinstance(one, Output | dict | list) for one in dependencies) else None

        def around(function: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(function)
            def checked(*args: Any, **kwargs: Any) -> Any:
                try:
                    person = guard.allow(action)
                    return function(Door(person, clock.now(), self._store, self._settings), *args, **kwargs)
                except KpiError as error:
                    notify_error(error)
                except PreventUpdate:
                    raise
                except Exception:
                    log.exception("callback %s failed", function.__qualname__)
                    notify(t("系统出错"), t("操作没有完成，内容没有保存。请稍后再试；如仍出现，请告知管理员。"), "red")
                return unchanged

            checked.guarded_by = action  # type: ignore[attr-defined]
            registered: Callable[..., Any] = self._app.callback(*dependencies, **options)(checked)
            return registered

        return around

    def in_browser(self, namespace_function: str, *dependencies: DashDependency, **options: Any) -> None:
        """A clientside callback that only moves things already on the page: `assets/*.js` holds the function."""
        from dash import ClientsideFunction

        self._app.clientside_callback(ClientsideFunction("kpi", namespace_function), *dependencies, **options)

    def asks_before_leaving(self, form: str) -> None:
        """What is typed in the form that the server draws into `form` is not left behind unasked."""
        self.in_browser("formDrawn", Output(form, "id"), Input(form, "children"), prevent_initial_call=True)


def notify(title: str, message: str, color: str = "green") -> None:
    """Show a notice from inside a callback."""
    notice = {
        "action": "show",
        "title": title,
        "message": message,
        "color": color,
        "autoClose": 12_000 if color == "red" else 5_000,
        "position": "top-right",
        "closeButtonProps": {"aria-label": t("关闭")},
    }
    set_props("notices", {"sendNotifications": [notice]})


def notify_error(error: KpiError) -> None:
    problems = error.problems if isinstance(error, BadInput) else ()
    message = t("；").join(str(problem) for problem in problems[:8]) or error.message
    if len(problems) > 8:
        message += t("；另有{n}处", n=len(problems) - 8)
    notify(t("请检查后再试") if isinstance(error, BadInput) else t("没有完成"), message, "red")


__all__ = ["Door", "Doors", "no_update", "notify", "notify_error"]
