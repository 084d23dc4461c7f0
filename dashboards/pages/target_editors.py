"""The editors of a target, one line each in EDITORS: form, reading, what would follow, saving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from dashboards.components.editing import Fields
from dashboards.components.editing_curve import curve_form, read_curve
from dashboards.components.editing_demand import (
    demand_form,
    duty_form,
    read_demand,
    read_duty,
    read_start,
    start_form,
)
from dashboards.components.editing_parts import (
    WaiverWish,
    parts_form,
    read_parts,
    read_waiver,
    sum_view,
    waiver_form,
)
from dashboards.components.editing_rules import own_rules_form, read_own_rules, typed_line
from dashboards.components.links import address
from dashboards.libraries import Component, dmc
from kpi.accounts.rules import Person
from kpi.core.clock import business_date
from kpi.core.text import t
from kpi.operations import actions_outlook as outlook
from kpi.operations import actions_targets as operations
from kpi.operations.actions_outlook import Outlook
from kpi.readmodel.target_editing import Editing, Seen


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants it, when and why; `seen` are the versions that were on the screen."""

    by: Person
    now: datetime
    reason: str
    seen: Seen

    def signed(self, seen: Any) -> dict[str, Any]:
        """What every action is told beside the change itself."""
        return {"reason": self.reason, "by": self.by, "now": self.now, "seen": seen}


@dataclass(frozen=True, slots=True)
class Editor:
    """`read` gives what is wanted (BadInput naming every field), `foresee` what would follow (None: no light moves),
    `save` makes it so. `sketch` draws what can be seen of a form that may still be wrong."""

    label: Callable[[], str]
    form: Callable[[Editing, datetime], Component]
    read: Callable[[Fields, Editing], Any]
    foresee: Callable[[Session, Editing, Any, Asking], Outlook | None]
    save: Callable[[Session, Editing, Any, Asking], object]
    sketch: Callable[[Fields, Editing], Component | None] = lambda _fields, _target: None


def _foresee_waiver(session: Session, target: Editing, wish: WaiverWish, asking: Asking) -> Outlook:
    if wish.lift:
        return outlook.without_waiver(session, target.id, asking.now)
    assert wish.starts_on is not None
    said = asking.reason.strip() or t("（理由）")
    return outlook.of_waiver(session, target.id, wish.starts_on, wish.ends_on, said, asking.by.name, asking.now)


def _save_waiver(session: Session, target: Editing, wish: WaiverWish, asking: Asking) -> object:
    signed = asking.signed(asking.seen.waiver)
    if wish.lift:
        return operations.lift_waiver(session, target.id, **signed)
    assert wish.starts_on is not None
    return operations.waive(session, target.id, starts_on=wish.starts_on, ends_on=wish.ends_on, **signed)


EDITORS: dict[str, Editor] = {
    "curve": Editor(
        label=lambda: t("计划进度"),
        form=lambda target, _now: curve_form(target),
        read=read_curve,
        foresee=lambda session, target, shape, asking: outlook.of_curve(session, target.id, shape, asking.now),
        save=lambda session, target, shape, asking: operations.set_curve(
            session, target.id, shape, **asking.signed(asking.seen.target)
        ),
    ),
    "demand": Editor(
        label=lambda: t("目标要求"),
        form=lambda target, _now: demand_form(target),
        read=read_demand,
        foresee=lambda session, target, changed, asking: outlook.of_demand(session, target.id, changed, asking.now),
        save=lambda session, target, changed, asking: operations.revise_target(
            session, target.id, **asking.signed(asking.seen.target), **changed
        ),
    ),
    "baseline": Editor(
        label=lambda: t("基线"),
        form=lambda target, _now: start_form(target),
        read=read_start,
        foresee=lambda session, target, start, asking: outlook.of_baseline(session, target.id, start, asking.now),
        save=lambda session, target, start, asking: operations.revise_baseline(
            session, target.id, start, **asking.signed(asking.seen.baseline)
        ),
    ),
    "rules": Editor(
        label=lambda: t("亮灯规则"),
        form=lambda target, _now: own_rules_form(target),
        read=lambda fields, _target: read_own_rules(fields),
        foresee=lambda session, target, rules, asking: outlook.of_rules(session, target.id, rules, asking.now),
        save=lambda session, target, rules, asking: operations.set_rules(
            session, target.plan_id, rules, target_id=target.id, **asking.signed(asking.seen.rules)
        ),
        sketch=lambda fields, _target: typed_line(fields),
    ),
    "waiver": Editor(
        label=lambda: t("豁免"),
        form=lambda target, now: waiver_form(target, business_date(now)),
        read=read_waiver,
        foresee=_foresee_waiver,
        save=_save_waiver,
    ),
    "parts": Editor(
        label=lambda: t("分解"),
        form=lambda target, _now: parts_form(target),
        read=read_parts,
        foresee=lambda session, target, parts, asking: outlook.of_parts(session, target.id, parts, asking.now),
        save=lambda session, target, parts, asking: operations.allocate(
            session, target.id, parts, **asking.signed(asking.seen.parts)
        ),
        sketch=lambda fields, target: sum_view(read_parts(fields, target), target),
    ),
    "duty": Editor(
        label=lambda: t("责任单位"),
        form=lambda target, _now: duty_form(target),
        read=read_duty,
        foresee=lambda _session, _target, _duty, _asking: None,
        save=lambda session, target, duty, asking: operations.set_lead(
            session, target.id, lead_id=duty[0], supporting_ids=duty[1], **asking.signed(asking.seen.duty)
        ),
    ),
}
"""In the order of the tabs; the keys stand in the address."""


def edit_address(code: str, key: str) -> str:
    return address(f"/targets/{quote(code)}/edit", what=key)


def edit_menu(code: str) -> Component:
    """The ways into the editors, for the target's own page."""
    items = [dmc.MenuItem(editor.label(), href=edit_address(code, key)) for key, editor in EDITORS.items()]
    button = dmc.Button(t("修改"), variant="default", size="xs", id="edit-menu")
    return dmc.Menu([dmc.MenuTarget(button), dmc.MenuDropdown(items)], position="bottom-start")
