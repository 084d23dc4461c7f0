"""The `kpi` command and how its errors are told."""

from __future__ import annotations

import sys
from typing import Any

import click

from kpi.cli.assessing import assess, conformance
from kpi.cli.data import demo, setup
from kpi.cli.documents import documents, extract
from kpi.cli.people import people
from kpi.cli.reporting import report
from kpi.cli.serving import jobs, run, serve
from kpi.core.errors import BadInput, KpiError


class Told(click.Group):
    """Our own errors become a sentence and exit code 2 (bad input) or 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadInput as error:
            for problem in error.problems or [error.message]:
                click.echo(str(problem), err=True)
            sys.exit(2)
        except KpiError as error:
            click.echo(error.message, err=True)
            sys.exit(1)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpi-monitor")
def main() -> None:
    """指标监测：从政策文件到亮灯和月报。"""


for command in (setup, run, serve, jobs, documents, extract, report, assess, conformance, demo, people):
    main.add_command(command)
