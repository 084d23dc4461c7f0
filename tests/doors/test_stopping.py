"""Stopping at the worst moment: right after the start, when some of the processes do not listen yet, or by accident."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi.cli.serving import web_server
from kpi.config import Settings

SLOW_TO_BOOT = """
import os, time
def app(environ, start_response):
    start_response("200 OK", [])
    return [b""]
os.register_at_fork(after_in_child=lambda: time.sleep(0.5))
"""
"""An application whose workers are still booting when they are told to stop."""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_web_server_stopped_while_its_workers_boot(tmp_path: Path, told: signal.Signals) -> None:
    (tmp_path / "slow.py").write_text(SLOW_TO_BOOT, encoding="utf-8")
    words = [word.replace("wsgi:app", "slow:app") for word in web_server(Settings(port=_free_port()))]
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    with subprocess.Popen(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}) as server:
        while not _children(server.pid):
            time.sleep(0.01)
        server.send_signal(told)
        try:
            assert server.wait(timeout=8) == 0
        finally:
            server.kill()


@pytest.mark.parametrize("end", ["exit 0", "exit 3", "kill -9 $$"])
def test_a_process_that_ends_by_itself_stops_the_other_and_is_a_failure(tmp_path: Path, end: str) -> None:
    """Whoever supervises the service starts it again after a failure only."""
    words = (
        'import sys; from kpi.cli import serving as s; s._keep_running([["sleep", "60"], sys.argv[1:]], s.Settings())'
    )
    path = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", words, "sh", "-c", end]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, capture_output=True, timeout=20)
    assert (done.returncode, "意外退出" in done.stderr.decode()) == (1, True)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
