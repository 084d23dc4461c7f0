"""Parts of the people page and of one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboards.libraries import Component, dmc, html
from kpi.accounts.rules import Role
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.text import t
from kpi.readmodel.people import PersonLine, TokenLine


def moment(instant: datetime | None) -> str:
    return instant.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M") if instant else "—"


def role_choices() -> list[dict[str, str]]:
    return [{"value": role.value, "label": role.label} for role in Role]


def people_table(lines: Sequence[PersonLine]) -> Component:
    if not lines:
        return dmc.Alert(t("没有符合条件的账号，请放宽筛选或新建人员。"), title=t("没有找到"), color="gray")
    head = [
        dmc.TableTh(t("姓名")),
        dmc.TableTh(t("角色和单位")),
        dmc.TableTh(t("状态")),
        dmc.TableTh(t("最近登录"), visibleFrom="sm"),
        dmc.TableTh(t("操作")),
    ]
    return dmc.Table(
        [
            dmc.TableCaption(t("共{n}人", n=len(lines))),
            dmc.TableThead(dmc.TableTr(head)),
            dmc.TableTbody([_row(line) for line in lines]),
        ],
        striped=True,
        verticalSpacing="xs",
        horizontalSpacing=6,  # four columns fit a phone in English, too
    )


def _row(line: PersonLine) -> Component:
    cells = [
        dmc.TableTd([html.Div(line.name), dmc.Text(line.login, size="xs", c="dimmed")]),
        dmc.TableTd([html.Div(line.role.label, className="whole-words"), dmc.Text(line.unit, size="xs", c="dimmed")]),
        dmc.TableTd(dmc.Group(_states(line), gap=4)),
        dmc.TableTd(moment(line.last_sign_in_at), visibleFrom="sm"),
        dmc.TableTd(_buttons(line)),
    ]
    return dmc.TableTr(cells)


def _states(line: PersonLine) -> list[Component]:
    def mark(words: str, colour: str) -> Component:
        return dmc.Badge(words, className=f"light light-{colour}", variant="outline")

    marks = [mark(t("✓ 启用"), "green") if line.active else mark(t("■ 停用"), "none")]
    if line.locked_until:
        marks.append(mark(t("✕ 已锁定"), "red"))
    if line.must_change_password and line.active:
        marks.append(mark(t("△ 待改初始密码"), "amber"))
    if line.demo:
        marks.append(dmc.Badge(t("演示"), color="yellow", className="demo-badge"))
    return marks


def _buttons(line: PersonLine) -> Component:
    def button(text: str, key: str) -> Component:
        return dmc.Button(
            text,
            id={"person-" + key: line.account_id},
            size="compact-xs",
            variant="subtle",
            **{"aria-label": f"{text} {line.name}"},
        )

    buttons = [button(t("编辑"), "edit"), button(t("重设密码"), "reset")]
    if line.locked_until:
        buttons.append(button(t("解锁"), "unlock"))
    return dmc.Group(buttons, gap=4)


def person_form(line: PersonLine | None, units: Sequence[tuple[int, str]]) -> Component:
    """The form, empty for a new person; the login of an existing one stays."""
    return dmc.Stack(
        [
            dmc.TextInput(
                id="person-login",
                label=t("登录名"),
                value=line.login if line else "",
                disabled=line is not None,
                required=line is None,
                description=t("登录时使用，建立后不能更改") if line is None else None,
            ),
            dmc.TextInput(id="person-name", label=t("姓名"), value=line.name if line else "", required=True),
            dmc.Select(
                id="person-role",
                label=t("角色"),
                data=role_choices(),
                value=line.role.value if line else Role.OFFICER.value,
                allowDeselect=False,
            ),
            dmc.Select(
                id="person-unit",
                label=t("单位"),
                description=t("统计人员只能填报本单位及下级；审核人员留空则不限单位"),
                data=[{"value": str(unit_id), "label": name} for unit_id, name in units],
                value=str(line.unit_id) if line and line.unit_id else None,
                searchable=True,
                clearable=True,
                nothingFoundMessage=t("没有这样的单位"),
            ),
            dmc.Switch(
                id="person-active",
                label=t("启用（停用后不能登录，历史记录保留）"),
                checked=line.active if line else True,
                style={} if line else {"display": "none"},
            ),
        ]
    )


def initial_password(name: str, login: str, password: str) -> Component:
    """Shown once: nothing can show it again."""
    return dmc.Stack(
        [
            dmc.Text(t("{name}（{login}）的初始密码：", name=name, login=login)),
            dmc.Code(password, block=True, id="initial-password", className="select-all"),
            dmc.Alert(
                t("只显示这一次，关闭后无法再查看。请当面或通过可靠渠道告知本人，首次登录时须修改。"), color="yellow"
            ),
        ]
    )


def token_list(lines: Sequence[TokenLine]) -> Component:
    if not lines:
        return dmc.Text(t("还没有令牌。供其他程序读取数据时使用，不需要则不必建立。"), size="sm", c="dimmed")
    words = {"live": (t("✓ 有效"), "green"), "expired": (t("■ 已过期"), "none"), "revoked": (t("■ 已撤销"), "none")}
    rows = []
    for line in lines:
        text, colour = words[line.state]
        revoke = dmc.Button(
            t("撤销"),
            id={"revoke": line.token_id},
            size="compact-xs",
            variant="subtle",
            color="red",
            **{"aria-label": t("撤销 {name}", name=line.name)},
        )
        cells = [
            dmc.TableTd(line.name),
            dmc.TableTd(dmc.Badge(text, className=f"light light-{colour}", variant="outline")),
            dmc.TableTd(t("只读") if line.reads_only else t("可写入")),
            dmc.TableTd(moment(line.created_at)),
            dmc.TableTd(moment(line.last_used_at) if line.last_used_at else t("从未")),
            dmc.TableTd(moment(line.expires_at)),
            dmc.TableTd(revoke if line.state == "live" else ""),
        ]
        rows.append(dmc.TableTr(cells))
    titles = [t("用途"), t("状态"), t("权限"), t("建立"), t("最近使用"), t("到期"), ""]
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(text) for text in titles]))
    return dmc.TableScrollContainer(dmc.Table([head, dmc.TableTbody(rows)], striped=True), minWidth=560)


def new_token(token: str) -> Component:
    return dmc.Alert(
        [
            html.P(t("新令牌（只显示这一次，请立即存入使用它的程序）：")),
            dmc.Code(token, block=True, id="new-token", className="select-all"),
        ],
        title=t("令牌已建立"),
        color="green",
    )
