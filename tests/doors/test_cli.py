"""The `kpi` command, each call a process of its own as in a shell: nothing is loaded that it did not ask for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLAN = """青禾市卫生健康委员会2026年工作要点
一、急救
（一）健全网络。新建急救分站10家，孕产妇死亡率控制在10/10万以下。
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def kpi(tmp_path: Path) -> Run:
    """Runs a command in a folder of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KPI_")}
    given = {"KPI_VAR": str(tmp_path / "var"), "KPI_DEMO": "false", "KPI_PASSWORD_COST": "low"}

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kpi.cli", *words]
        path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])])
        environment = kept | given | settings | {"PYTHONPATH": path}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    return run


def test_first_start_without_the_demonstration(kpi: Run, tmp_path: Path) -> None:
    refused = kpi("assess")
    assert (refused.returncode, "kpi setup" in refused.stderr) == (1, True)
    assert "首个管理员：admin" in kpi("setup").stdout
    assert kpi("setup").stdout == ""
    assert "新初始密码" in kpi("people", "reset-password", "admin").stdout
    assert "还没有在用的计划" in kpi("report", "2026-10").stderr

    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    imported = kpi("documents", "import", "plan.txt", "plan.txt")
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "已导入，候选指标2项" in imported.stdout
    assert "此前已导入" in imported.stdout


def test_reading_without_a_database(kpi: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    done = kpi("extract", "plan.txt", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "新建急救分站数" in done.stdout
    assert not (tmp_path / "var").exists()


def test_exit_codes_of_reading(kpi: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    some = kpi("extract", "empty.txt", "/proc/self/mem", "plan.txt", "--format", "jsonl")
    assert (some.returncode, len(some.stdout.splitlines())) == (3, 2)
    assert "empty.txt：文件：文件是空的" in some.stderr
    assert "mem：不能读写文件" in some.stderr
    none = kpi("extract", "empty.txt", "--out", "found.txt")
    assert (none.returncode, none.stdout, (tmp_path / "found.txt").exists()) == (2, "", False)
    assert "3 有文件读不了" in kpi("extract", "--help").stdout


def test_folders_and_patterns_stand_for_their_files(kpi: Run, tmp_path: Path) -> None:
    below = tmp_path / "plans" / "2026"
    below.mkdir(parents=True)
    for name in ("a.txt", "2026/b.html", "2026/~$b.docx", ".hidden.txt", "notes.log"):
        (tmp_path / "plans" / name).write_text(PLAN, encoding="utf-8")
    for named in (["plans"], ["plans/*.txt", "plans/2026/b.*"]):
        done = kpi("extract", *named, "--format", "table")
        assert (done.returncode, done.stderr) == (0, "")
        assert [line.split()[0] for line in done.stdout.splitlines()[1:-1]].count("a.txt") == 2
        assert "b.html" in done.stdout
    (tmp_path / "bare").mkdir()
    assert "没有可读的文件" in kpi("extract", "bare").stderr
    assert kpi("extract", "plans/*.pdf").stderr == "没有文件“plans/*.pdf”。\n"


def test_a_wrong_call_is_told_in_words(kpi: Run) -> None:
    for words, said in (
        (["extract"], "缺少 文件…。用法见 kpi extract --help。\n"),
        (["extract", "x", "--form"], "没有选项 --form。用法见 kpi extract --help。\n"),
        (
            ["extract", "x", "--format", "xml"],
            "--format 只能是：jsonl、csv、table、xlsx。用法见 kpi extract --help。\n",
        ),
        (["documents", "read"], "没有这个命令，可用：import。用法见 kpi documents --help。\n"),
    ):
        done = kpi(*words)
        assert (done.returncode, done.stderr) == (2, said)
    assert kpi("report", "--help").stdout.startswith("用法：kpi report [选项]")


def in_shell(kpi_arguments: str, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it, with pipes."""
    path = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = f"{sys.executable} -m kpi.cli {kpi_arguments}"
    return subprocess.run(["bash", "-c", command], cwd=folder, env=path, text=True, timeout=120, **more)


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(
        PLAN + "".join(f"{n}.新建第{n}所学校{n}家。\n" for n in range(1, 3000)), encoding="utf-8"
    )
    done = in_shell("extract plan.txt --format jsonl | head -c 100", tmp_path, capture_output=True)
    assert (len(done.stdout.encode()), done.stderr) == (100, "")


def test_progress_is_told_on_a_terminal_only(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(PLAN, encoding="utf-8")
    terminal, there = os.openpty()
    done = in_shell("extract a.txt b.txt --format csv", tmp_path, stdout=subprocess.PIPE, stderr=there)
    os.close(there)
    assert os.read(terminal, 1000).decode().splitlines() == ["[1/2] a.txt", "[2/2] b.txt"]
    assert done.stdout.startswith("\ufefffile,clause,name")


def test_reading_a_string_wants_no_database_library(tmp_path: Path) -> None:
    lines = [
        "import sys",
        "from kpi.extraction.rules import find",
        "print(find('新建急救分站10家。')[0].value)",
        "print(sorted({'sqlalchemy', 'alembic', 'flask', 'dash', 'docx', 'lxml', 'pdfplumber'} & set(sys.modules)))",
    ]
    path = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=tmp_path, env=path, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("10\n[]\n", "")


def test_what_can_not_be_written_is_told(kpi: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    done = kpi("extract", "plan.txt", "--out", str(tmp_path / "nowhere" / "found.txt"))
    assert (done.returncode, "不能读写文件" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_bad_words_of_people_are_told(kpi: Run) -> None:
    kpi("setup")
    unknown = kpi("people", "add", "li", "--name", "甲", "--role", "officer", "--unit", "NONE")
    assert (unknown.returncode, unknown.stderr) == (2, "没有编码为“NONE”的单位。\n")
    assert (
        kpi("people", "add", "a", "--name", "甲", "--role", "leader").returncode == 0
    )  # an "a" in a password is no clue


def test_a_port_that_is_taken_is_told(kpi: Run) -> None:
    kpi("setup")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("serve", "run"):
            done = kpi(command, KPI_PORT=port)
            assert (done.returncode, f"127.0.0.1:{port}" in done.stderr, "KPI_PORT" in done.stderr) == (1, True, True)


def test_every_wrong_setting_is_told_in_words(kpi: Run) -> None:
    wrong = {"PORT": "80a", "WORKERS": "99", "HTTPS_ONLY": "ja", "CLOCK": "2026", "PASSWORD_COST": "hoch"}
    done = kpi("setup", **{f"KPI_{name}": given for name, given in wrong.items()})
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "KPI_PORT：“80a”不可用，应为 1 到 65535 的整数",
        "KPI_WORKERS：“99”不可用，应为 1 到 32 的整数",
        "KPI_HTTPS_ONLY：“ja”不可用，应为 true 或 false",
        "KPI_CLOCK：“2026”不可用，应为 带时区的时刻，如 2026-11-12T09:00+08:00",
        "KPI_PASSWORD_COST：“hoch”不可用，应为 normal 或 low",
    ]
    assert "应为 带时区的时刻" in kpi("setup", KPI_CLOCK="2026-11-12T09:00").stderr


def test_a_misspelt_setting_is_told_and_an_empty_one_is_the_usual(kpi: Run) -> None:
    done = kpi("setup", KPI_PROT="8060", KPI_SOURCE_PORT="1", KPI_PORT="", KPI_HTTPS_ONLY="")
    assert (done.returncode, done.stderr) == (0, "KPI_PROT 不是设置项，没有生效；是否应为 KPI_PORT？\n")


def test_an_address_that_is_none_of_this_machine_is_told(kpi: Run) -> None:
    kpi("setup")
    done = kpi("serve", KPI_HOST="nobody.invalid")
    assert (done.returncode, "nobody.invalid" in done.stderr, "KPI_HOST" in done.stderr) == (2, True, True)


def test_serving_wants_a_database_that_is_set_up(kpi: Run) -> None:
    refused = kpi("serve")
    assert (refused.returncode, "kpi setup" in refused.stderr) == (1, True)
