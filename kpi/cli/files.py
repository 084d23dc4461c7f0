"""Files named on the command line: single ones, folders and patterns; and what became of them, as an exit code."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.documents.readers.registry import READERS

FILES = click.argument("files", nargs=-1, required=True, metavar="文件…")
PARTLY = 3
NOTHING = 2


def files_in(named: Sequence[str]) -> list[Path]:
    """The files, a folder standing for all documents in and below it; BadInput where there is nothing."""
    return [path for name in named for path in _files_at(name)]


def _files_at(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        below = sorted(one for one in path.rglob("*") if one.suffix.lower() in READERS and not _is_working_copy(one))
        files = [one for one in below if one.is_file()]
        if not files:
            raise BadInput(t("文件夹“{name}”里没有可读的文件（{known}）。", name=name, known="、".join(READERS)))
        return files
    if path.exists():
        return [path]
    names = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    matched = [Path(one) for one in names if Path(one).is_file()]
    if not matched:
        raise BadInput(t("没有文件“{name}”。", name=name))
    return matched


def _is_working_copy(path: Path) -> bool:
    """~$plan.docx is Word's own note that plan.docx is open; names with a dot are hidden."""
    return path.name.startswith(("~$", "."))


def one_by_one(paths: Sequence[Path]) -> Iterator[Path]:
    """The paths, each told on the terminal when its turn comes."""
    for number, path in enumerate(paths, 1):
        if sys.stderr.isatty() and len(paths) > 1:
            click.echo(f"[{number}/{len(paths)}] {path.name}", err=True)
        yield path


def tell_failure(path: Path, error: Exception) -> None:
    reason = error.message if isinstance(error, BadInput) else t("不能读写文件：{reason}", reason=error)
    click.echo(t("{label}：{words}", label=path.name, words=reason), err=True)


def exit_code(paths: Sequence[Path], failed: int) -> int:
    """0 all were read, 3 some were not, 2 none was."""
    if not failed:
        return 0
    return PARTLY if failed < len(paths) else NOTHING
