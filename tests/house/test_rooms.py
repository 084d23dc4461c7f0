"""The house of the design holds: what lint-imports can not say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.parent for path in (ROOT / "kpi").glob("*/__init__.py"))
FLOW = (
    "core db audit organisation accounts catalog documents extraction targets actuals assessment operations readmodel "
    "reporting jobs web cli"
).split()
DOORS = {"jobs", "web", "cli"}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def code(pattern: str) -> list[Path]:
    return sorted(path for path in ROOT.glob(pattern) if "_bundled" not in path.parts)


def test_the_rooms_are_the_flow_of_data() -> None:
    assert {room.name for room in ROOMS} == set(FLOW)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_has_a_card_and_nothing_else_in_its_init(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


@pytest.mark.parametrize("path", code("kpi/*/rules*.py"), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_rules_are_pure(path: Path) -> None:
    forbidden = ("sqlalchemy", "flask", "pandas", "requests", "dash", "os", "time", "kpi.config", "kpi.db")
    wrong = {name for name in imports(path) if name.split(".")[0] in forbidden or name.startswith(forbidden[-2:])}
    assert not wrong
    outside = r"\b(datetime\.now|date\.today|clock\.now|open|read_text|read_bytes)\("
    assert not re.search(outside, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", code("kpi/*/records.py"), ids=lambda p: p.parent.name)
def test_records_import_no_other_rooms_records(path: Path) -> None:
    own = f"kpi.{path.parent.name}."
    assert not {n for n in imports(path) if re.fullmatch(r"kpi\.\w+\.records", n) and not n.startswith(own)}


@pytest.mark.parametrize("path", code("kpi/*/actions*.py"), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_actions_know_no_door_and_no_environment(path: Path) -> None:
    found = imports(path)
    assert not {n for n in found if n.split(".")[0] in {"flask", "dash", "click", "os"}}
    assert "kpi.config" not in found or path.parent.name in DOORS


def test_commit_stands_in_the_store_only() -> None:
    places = [
        path.relative_to(ROOT).as_posix()
        for path in [*code("kpi/**/*.py"), *code("dashboards/**/*.py")]
        if re.search(r"\.commit\(", path.read_text(encoding="utf-8"))
    ]
    assert places == ["kpi/db/store.py"]


def test_kpi_never_imports_dashboards() -> None:
    assert not [p for p in code("kpi/**/*.py") if any(n.split(".")[0] == "dashboards" for n in imports(p))]


def test_the_contract_fails_when_broken(tmp_path: Path) -> None:
    """A check that can not fail is none: break the order in a copy and see it refused."""
    import shutil

    for name in ("kpi", "dashboards"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "assets", "_bundled")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "kpi/core/wrong.py").write_text("import kpi.db.base\n", encoding="utf-8")
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": "."})
    assert done.returncode == 1
    assert "kpi.core.wrong" in done.stdout


def test_no_pages_reach_for_other_hosts() -> None:
    found = []
    for path in [*code("dashboards/**/*.*"), *code("kpi/web/**/*.*")]:
        if path.suffix not in {".py", ".js", ".css", ".html"} or "vendor" in path.parts:
            continue
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8")):
            if host not in {"127.0.0.1", "localhost", "www.w3.org"}:
                found.append((path.name, host))
    assert not found
