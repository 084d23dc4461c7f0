"""The wheel installs and serves without the checkout: migrations, seeds, templates and assets are inside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel; its libraries are those of the tests' environment."""
    folder = tmp_path_factory.mktemp("wheel")
    bin_ = Path(sys.executable).parent
    run(bin_ / "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    run(bin_ / "uv", "pip", "install", "--quiet", "--no-deps", "--python", python, wheel, cwd=folder)
    # A path file is read in a site folder only, so the editable install in the libraries' folder stays without effect.
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "env" / "bin"


def run(*command: object, cwd: Path, **more: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("KPI_", "PYTHONPATH"))}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environment | more, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "KPI_VAR": str(tmp_path / "var"),
        "KPI_PORT": str(port),
        "LC_ALL": "C.UTF-8",
    }
    run(installed / "kpi", "setup", cwd=tmp_path, KPI_VAR=environment["KPI_VAR"])
    process = subprocess.Popen([str(installed / "kpi"), "serve"], cwd=tmp_path, env=environment)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)


def get(url: str) -> tuple[int, str]:
    """Status and body, as soon as the server answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"nothing answers at {url}")


def test_it_is_the_wheel_and_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import kpi, dashboards, wsgi; print(kpi.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where
    assert Path(where.strip()).parent.joinpath("_bundled", "migrations", "versions").is_dir()


def test_it_sets_itself_up_and_serves(served: str) -> None:
    assert get(f"{served}/healthz")[0] == 200
    status, page = get(f"{served}/sign-in")
    assert (status, "演示账号" in page) == (200, True)
    assert get(f"{served}/assets/kpi.js")[0] in (200, 401)
    assert get(f"{served}/static/door.css")[0] == 200
