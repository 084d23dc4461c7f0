"""Running the service: the web server, the scheduler, or both."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

import click

from kpi.config import Settings
from kpi.core.errors import BadInput, Unavailable
from kpi.core.text import t

PATIENCE = 15
"""Seconds that a process has to stop before it is killed."""

PATIENCE_OF_REQUESTS = 10
"""Seconds that requests under way have to end when the web server stops."""


@click.command(help="启动网页服务（gunicorn）。")
def serve() -> None:
    from kpi.cli.door import opened

    with opened() as (settings, _store):
        _check_port(settings)
    os.execve(sys.executable, web_server(settings), environment())  # noqa: S606 - our own interpreter


@click.command(help="启动定时任务进程；可开多个，同时只有一个在工作。")
def jobs() -> None:
    from kpi.cli.door import opened
    from kpi.jobs import runner

    with opened() as (settings, store):
        runner.run(store, settings)


@click.command(help="初始化后同时启动网页服务和定时任务；Ctrl-C 一并停止。")
def run() -> None:
    from kpi.cli.data import prepare
    from kpi.cli.door import opened

    with opened(current=False) as (settings, store):
        _check_port(settings)
        prepare(settings, store)
    _keep_running([web_server(settings), [sys.executable, "-m", "kpi.cli", "jobs"]], settings)


def _check_port(settings: Settings) -> None:
    """Told before anything starts, in better words than the web server has."""
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        what: dict[str, object] = {"host": settings.host, "port": settings.port}
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise BadInput(t("KPI_HOST：“{host}”不是本机的地址，通常为 127.0.0.1 或 0.0.0.0", **what)) from None
        what["reason"] = os.strerror(error.errno)
        raise Unavailable(
            t("不能在 {host}:{port} 上启动（{reason}）。请停止占用它的程序，或用 KPI_PORT 换一个端口。", **what)
        ) from None


def web_server(settings: Settings) -> list[str]:
    """The command of the web server; loaded once, and shared by its workers."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        f"--bind={settings.host}:{settings.port}",
        f"--workers={settings.workers}",
        "--threads=4",
        "--timeout=120",
        f"--graceful-timeout={PATIENCE_OF_REQUESTS}",
        "--config=python:kpi.web.workers",
        "--preload",  # nothing opens a connection before they part
        "--no-control-socket",
        "--log-level=warning",
    ]


def environment() -> dict[str, str]:
    """Threads share two heaps: with one each, what one of them gave back is of no use to the others."""
    return {"MALLOC_ARENA_MAX": "2", **os.environ}


def _keep_running(commands: Sequence[Sequence[str]], settings: Settings) -> None:
    """Start the processes, wait until told to stop or for the end of one of them, then stop all.

    The signals only leave a note: an exception between the start of a process and the note of it would leave it behind.
    """
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: told.append(number))
    children = [
        subprocess.Popen(command, start_new_session=True, env=environment())  # noqa: S603 - our own
        for command in commands
    ]
    _announce(settings)
    while not told and all(child.poll() is None for child in children):
        time.sleep(0.3)
    click.echo(t("正在停止……") if told else t("有进程意外退出，正在停止其余进程。"), err=not told)
    _stop(children)
    sys.exit(0 if told and all(child.returncode in (0, -signal.SIGTERM) for child in children) else 1)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _announce(settings: Settings) -> None:
    click.echo("")
    click.echo(t("指标监测已启动： http://{host}:{port}", host=settings.host, port=settings.port))
    if settings.demo:
        click.echo(t("演示账号：officer / reviewer / leader / admin / auditor，密码均为 demo2026-kpi"))
    click.echo(t("按 Ctrl-C 停止。"))
