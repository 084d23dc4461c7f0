"""The processes themselves: how soon the web server answers, and what it and the scheduler hold in memory."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bench import web
from bench.figures import Figure, Taken, timed
from bench.ground import Ground
from bench.workload import NOW, PASSWORD
from kpi.cli.serving import environment, web_server
from kpi.config import Settings

ROOT = Path(__file__).parent.parent
GUNICORN = ["-m", "gunicorn", "--workers=2", "--threads=4", "--no-control-socket", "--log-level=warning"]
LEAST_APP = """
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/healthz", view_func=lambda: {"state": "ok"})
"""


def measure_start(ground: Ground) -> Iterator[Figure]:
    ground.usual  # noqa: B018 - made before the clock runs
    runs = 3 if ground.quick else 5
    with _folder() as folder:
        ours = timed(lambda: _start_and_stop(_ours(ground, folder), folder), runs, 1)
        raw = timed(lambda: _start_and_stop(_least(folder), folder), runs, 1).usual
    yield Figure("cold start", ground.product, "s", ours, raw, "gunicorn with an empty Flask application", 3)


def measure_memory(ground: Ground) -> Iterator[Figure]:
    ground.usual  # noqa: B018
    with _folder() as folder:
        with _running(_ours(ground, folder), folder) as (process, url), _scheduler(ground, folder) as scheduler:
            _visit(url)
            time.sleep(2)
            parts = {"web": _pss(process.pid), "scheduler": _pss(scheduler.pid)}
        with _running(_least(folder), folder) as (process, url):
            for _ in range(10):
                requests.get(f"{url}/healthz", timeout=10)
            raw = _pss(process.pid)
    print(", ".join(f"{name} {size:.0f} MiB" for name, size in parts.items()))
    ours, least = Taken(sum(parts.values()), sum(parts.values())), "gunicorn, two workers, an empty Flask application"
    yield Figure("memory after ten pages (PSS)", ground.product, "MiB", ours, raw, least, 300)


# --- processes -----------------------------------------------------------------------------------------------------


Command = tuple[list[str], dict[str, str], Path]


def _environment(ground: Ground, folder: Path) -> dict[str, str]:
    url = ground.usual[0].url.render_as_string(hide_password=False)
    given = {"KPI_VAR": str(folder), "KPI_DATABASE_URL": url, "KPI_DEMO": "false", "KPI_CLOCK": NOW.isoformat()}
    return {**_plain(), **given, "KPI_PASSWORD_COST": "low", "PYTHONPATH": str(ROOT)}


def _plain() -> dict[str, str]:
    """As on a server, where compiled modules are kept: the first start, which compiles them, does not count."""
    return {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}


def _ours(ground: Ground, folder: Path) -> Command:
    """The web server as `kpi run` starts it."""
    words = [word if not word.startswith("--bind=") else "--bind=127.0.0.1:{port}" for word in web_server(Settings())]
    return words, _environment(ground, folder), ROOT


def _least(folder: Path) -> Command:
    (folder / "least.py").write_text(LEAST_APP, encoding="utf-8")
    return [sys.executable, *GUNICORN, "least:app", "--bind=127.0.0.1:{port}"], _plain(), folder


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kpi-bench-run-") as name:
        yield Path(name)


@contextmanager
def _running(command: Command, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Started, and answering."""
    words, environment, where = command
    port = _free_port()
    words = [word.replace("{port}", str(port)) for word in words]
    process = subprocess.Popen(words, env=environment | {"KPI_PORT": str(port)}, cwd=where, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@contextmanager
def _scheduler(ground: Ground, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "kpi.cli", "jobs"]
    process = subprocess.Popen(words, env=_environment(ground, folder), cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _start_and_stop(command: Command, folder: Path) -> None:
    with _running(command, folder):
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            if requests.get(url, timeout=60).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.01)
    raise RuntimeError(f"the server ended with {process.returncode}")


def _pss(pid: int) -> float:
    """Proportional memory of a process and its children, in MiB."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found[1]) / 1024 + sum(_pss(int(child)) for child in children)


# --- a visit ---------------------------------------------------------------------------------------------------------


def _visit(url: str) -> None:
    """Ten pages with their first callbacks, by two people, so that both workers get to see most of them."""
    from dashboards.app import PAGES

    paths = [page.path for page in PAGES if "<" not in page.path]
    for login in ("leader", "admin", "reviewer", "auditor"):
        send = _sender(url)
        web.sign_in(send, login, PASSWORD)
        for path in (paths * 2)[:10]:
            _open(send, path)


def _open(send: web.Send, path: str) -> None:
    import json

    status, _ = send("GET", path, None, None)
    assert status == 200, f"{path} was answered with {status}"
    page = web.Page(send, json.loads(send("GET", "/_dash-dependencies", None, None)[1]), path)
    for callback in page.first_callbacks():
        send("POST", "/_dash-update-component", page.body(callback), None)


def _sender(url: str) -> web.Send:
    visitor = requests.Session()

    def send(method: str, path: str, json: dict[str, Any] | None, form: dict[str, str] | None) -> tuple[int, str]:
        headers = {"Accept": "text/html" if json is None else "application/json", "Connection": "close"}
        token = visitor.cookies.get("_csrf_token")
        if json is not None and token is not None:
            headers["X-CSRFToken"] = token
        answer = visitor.request(
            method, url + path, json=json, data=form, headers=headers, allow_redirects=False, timeout=60
        )
        return answer.status_code, answer.text

    return send
