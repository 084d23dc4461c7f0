"""Reading: the overview and one target, as read models and as the callbacks that pages run."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench import web
from bench.figures import Figure, timed
from bench.ground import Ground
from bench.workload import LAST_MONTH, NOW, PASSWORD
from kpi.config import Settings
from kpi.core import clock
from kpi.core.clock import business_date
from kpi.readmodel.board import overview
from kpi.readmodel.scope import Wanted
from kpi.readmodel.target import target_sheet

RUNS, WARM = 60, 12
TODAY = business_date(NOW)
COUNTED = """
SELECT t.lead_id, a.light, count(*) FROM target t
JOIN assessment a ON a.target_id = t.id AND a.unit_id = t.unit_id AND a.plan_id = 1 AND a.superseded_at IS NULL
WHERE a.period = '{month}' AND t.plan_id = 1 AND t.state = 'watched' GROUP BY t.lead_id, a.light
"""
SERIES = """
SELECT a.period, a.value, s.light, s.expected FROM actual a
JOIN assessment s ON s.unit_id = a.unit_id AND s.period = a.period AND s.superseded_at IS NULL AND s.target_id = 4
WHERE a.indicator_id = 4 AND a.unit_id = 1 AND a.state = 'approved' AND a.superseded_at IS NULL ORDER BY a.period
"""


def measure_overview(ground: Ground) -> Iterator[Figure]:
    store, _ = ground.usual

    def read() -> None:
        with store.read() as session:
            board = overview(session, Wanted(), TODAY)
            assert board is not None and board.scope.month == LAST_MONTH

    raw = _raw(ground, COUNTED.format(month=LAST_MONTH))
    ours = timed(read, RUNS, WARM, ground.cpu)
    least = "counting the lights by department, one query"
    yield Figure("overview, server time", ground.product, "ms", ours, raw, least, 10)
    ours = timed(_callback(ground, "/", "overview-board"), RUNS, WARM, ground.cpu)
    yield Figure("overview, the page's callback", ground.product, "ms", ours, raw, least, None)


def measure_target(ground: Ground) -> Iterator[Figure]:
    store, ledger = ground.usual

    def read() -> None:
        with store.read() as session:
            sheet = target_sheet(session, "BENCH-00004", TODAY)
            assert len(sheet.months) == len(ledger.shape.months) + 1

    raw = _raw(ground, SERIES)
    ours = timed(read, RUNS, WARM, ground.cpu)
    least = "the series and its lights, one query"
    yield Figure("one target, server time", ground.product, "ms", ours, raw, least, 8)


def _raw(ground: Ground, query: str) -> float:
    connection = ground.driver(ground.usual[0])
    cursor = connection.cursor()

    def run() -> None:
        cursor.execute(query)
        assert cursor.fetchall()

    found = timed(run, RUNS, WARM).usual
    connection.close()
    return found


def _callback(ground: Ground, path: str, output: str) -> Any:
    """A function that sends the page's main callback through the whole application, guard and all."""
    os.environ.pop("KPI_CLOCK", None)
    from wsgi import build

    url = ground.usual[0].url.render_as_string(hide_password=False)
    folder = Path(tempfile.mkdtemp(prefix="kpi-bench-web-"))
    app = build(Settings(var=folder, database_url=url, clock=NOW, password_cost="low", demo=False))
    client = app.test_client()
    send = sender(client)
    web.sign_in(send, "leader", PASSWORD)
    send("GET", path, None, None)
    page = web.Page(send, client.get("/_dash-dependencies").get_json(), path)
    (callback,) = [each for each in page.first_callbacks() if f"{output}." in each["output"]]

    def run() -> None:
        assert page.run(callback) is not None

    clock.start_at(NOW)
    return run


def sender(client: FlaskClient) -> web.Send:
    """Requests to an application in this process."""

    def send(method: str, path: str, json: dict[str, Any] | None, form: dict[str, str] | None) -> tuple[int, str]:
        headers = {"Accept": "text/html" if json is None else "application/json"}
        cookie = client.get_cookie("_csrf_token")
        if json is not None and cookie is not None:
            headers["X-CSRFToken"] = cookie.value
        answer = client.open(path, method=method, json=json, data=form, headers=headers)
        return answer.status_code, re.sub(r"\s+$", "", answer.text)

    return send
