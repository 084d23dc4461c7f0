"""What the command-line library says of itself, in our language: headings of help, and what is wrong with a call."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kpi.core.text import t


def _said(words: str) -> str:
    own = {
        "Options": t("选项"),
        "Commands": t("命令"),
        "[OPTIONS]": t("[选项]"),
        "COMMAND": t("命令"),
        "[ARGS]...": t("[参数]…"),
        "Show this message and exit.": t("显示本说明。"),
        "Show the version and exit.": t("显示版本。"),
    }
    return own.get(words, words)


class Formatter(click.HelpFormatter):
    """Help pages with headings and standing phrases of our own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, " ".join(map(_said, args.split())), t("用法：") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_said(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(first, _said(second)) for first, second in rows], col_max, col_spacing)


def what_is_wrong(error: click.UsageError) -> str:
    """The mistake in a call and where to read how it is done."""
    command = error.ctx.command_path if error.ctx else "kpi"
    return t("{mistake}用法见 {command} --help。", mistake=_mistake(error), command=command)


def _mistake(error: click.UsageError) -> str:
    name = _name_of(error)
    if isinstance(error, click.NoSuchOption):
        return t("没有选项 {name}。", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return t("缺少 {name}。", name=name)
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        return t("{name} 只能是：{choices}。", name=name, choices="、".join(map(str, error.param.type.choices)))
    if isinstance(error, click.BadParameter):
        return t("{name} 不对：{reason} ", name=name, reason=error.message)
    if error.ctx and isinstance(error.ctx.command, click.Group):
        return t("没有这个命令，可用：{known}。", known="、".join(error.ctx.command.list_commands(error.ctx)))
    return f"{error.message} "


def _name_of(error: click.UsageError) -> str:
    param = error.param if isinstance(error, click.BadParameter) else None
    if param is None:
        return ""
    return param.opts[-1] if isinstance(param, click.Option) else param.metavar or param.human_readable_name
