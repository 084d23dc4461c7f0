"""The `kpi` command and how its errors are told."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from kpi.cli.words import Formatter, what_is_wrong
from kpi.core.errors import BadInput, KpiError
from kpi.core.text import t

COMMANDS = {
    "setup": "data",
    "run": "serving",
    "serve": "serving",
    "jobs": "serving",
    "documents": "documents",
    "extract": "documents",
    "report": "reporting",
    "assess": "assessing",
    "conformance": "assessing",
    "demo": "data",
    "people": "people",
}
"""Command → the module of this room that holds it, loaded when it is asked for: the scheduler needs no Word writer."""


click.Context.formatter_class = Formatter


class Told(click.Group):
    """Errors become a sentence and exit code 2 (bad input, a wrong call) or 1, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"kpi.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            click.echo(what_is_wrong(error), err=True)
            sys.exit(2)
        except BadInput as error:
            for problem in error.problems or [error.message]:
                click.echo(str(problem), err=True)
            sys.exit(2)
        except KpiError as error:
            click.echo(error.message, err=True)
            sys.exit(1)
        except BrokenPipeError:
            raise
        except OSError as error:  # no such folder, no right, no space: the system's own words name the file
            click.echo(t("不能读写文件：{reason}", reason=error), err=True)
            sys.exit(1)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpi-monitor")
def main() -> None:
    """指标监测：从政策文件到亮灯和月报。"""
