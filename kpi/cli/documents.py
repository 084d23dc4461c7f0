"""Importing documents, and reading targets out of files without a database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kpi.audit.actions import SYSTEM
from kpi.cli.door import opened
from kpi.cli.files import FILES, exit_code, files_in, one_by_one, tell_failure
from kpi.core import clock
from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.documents import actions as documents_actions
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.registry import read
from kpi.extraction import actions as extraction
from kpi.extraction.candidates import Candidate
from kpi.extraction.rules import find
from kpi.extraction.writers.registry import BINARY, WRITERS, write_candidates

EXIT_CODES = """\b
退出码：0 全部读完；3 有文件读不了，其余已读；2 没有一个文件读得了，或用法不对；1 不能读写文件。"""


@click.group(help="政策文件。")
def documents() -> None:
    pass


@documents.command("import", help=f"导入文件、文件夹或通配符所指的文件，读出候选指标，供在网页上审核。\n\n{EXIT_CODES}")
@FILES
def import_files(files: Sequence[str]) -> None:
    paths, failed = files_in(files), 0
    with opened() as (settings, store):
        limits = Limits(size=settings.upload_limit_mb * 1024 * 1024)
        for path in one_by_one(paths):
            try:
                prepared = documents_actions.prepare(path.read_bytes(), path.name, limits)
            except (BadInput, OSError) as error:
                tell_failure(path, error)
                failed += 1
                continue
            with store.write() as session:
                done = documents_actions.import_prepared(session, prepared, by=SYSTEM, now=clock.now())
                found = extraction.find_candidates(session, done.document.id, by=SYSTEM, now=clock.now())
                title = done.document.title
            said = t("已导入，候选指标{n}项", n=len(found)) if done.created else t("此前已导入，未重复")
            click.echo(t("{name}：《{title}》{said}", name=path.name, title=title, said=said))
    sys.exit(exit_code(paths, failed))


@click.command(help=f"读出文件、文件夹或通配符所指文件中的目标并打印；不需要数据库。\n\n{EXIT_CODES}")
@FILES
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="table", help="输出格式，默认 table")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写入文件；默认打印到屏幕")
def extract(files: Sequence[str], form: str, out: Path | None) -> None:
    if form in BINARY and out is None:
        raise BadInput(t("{form} 格式请用 --out 指定文件。", form=form))
    paths, failed = files_in(files), 0
    candidates: list[Candidate] = []
    for path in one_by_one(paths):
        try:
            candidates += find(read(path.read_bytes(), path.name).text, file=path.name)
        except (BadInput, OSError) as error:
            tell_failure(path, error)
            failed += 1
    if failed < len(paths):
        _write(write_candidates(candidates, form), out)
    sys.exit(exit_code(paths, failed))


def _write(written: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(written)
        sys.stdout.flush()
    else:
        out.write_bytes(written)
