"""What travels compressed, what does not, and that a browser need not fetch a script twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

ASK = {"Accept-Encoding": "gzip"}
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


@pytest.fixture
def leader(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("leader")


def test_scripts_shrink_to_a_third_and_stay_the_same(leader: FlaskClient) -> None:
    plain, packed = leader.get(PLOTLY), leader.get(PLOTLY, headers=ASK)
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) * 3 < len(plain.data)
    assert gzip.decompress(packed.data) == plain.data
    assert leader.get(PLOTLY, headers=ASK).data == packed.data


def test_a_script_known_to_the_browser_is_not_sent_again(leader: FlaskClient) -> None:
    known = leader.get(PLOTLY, headers=ASK).headers["ETag"]
    again = leader.get(PLOTLY, headers={**ASK, "If-None-Match": known})
    assert (again.status_code, again.data) == (304, b"")


def test_data_is_compressed_each_time_anew(leader: FlaskClient) -> None:
    first, second = (leader.get("/_dash-dependencies", headers=ASK) for _ in range(2))
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"


def test_other_fingerprints_are_no_other_files(leader: FlaskClient) -> None:
    kept = leader.application.extensions["kpi_compressed"].data
    for build in ("v1m1", "v2m2", "v3_3m3"):
        assert leader.get(f"/_dash-component-suites/dash/html/dash_html_components.{build}.min.js", headers=ASK).data
    assert len([name for name in kept if "dash_html_components" in name]) == 1


def test_pages_with_a_token_are_left_alone(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/sign-in", headers=ASK).headers
