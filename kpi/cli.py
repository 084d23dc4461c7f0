"""The `kpi` command."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """指标监测：从政策文件到亮灯和月报。"""
