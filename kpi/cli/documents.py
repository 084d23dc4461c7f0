"""Importing documents, and reading targets out of files without a database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kpi.audit.actions import SYSTEM
from kpi.cli.door import opened
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

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group(help="政策文件。")
def documents() -> None:
    pass


@documents.command("import", help="导入文件并读出候选指标，供在网页上审核。")
@FILES
def import_files(files: Sequence[Path]) -> None:
    failed = 0
    with opened() as (settings, store):
        limits = Limits(size=settings.upload_limit_mb * 1024 * 1024)
        for path in files:
            try:
                prepared = documents_actions.prepare(path.read_bytes(), path.name, limits)
            except BadInput as error:
                click.echo(t("{label}：{words}", label=path.name, words=error.message), err=True)
                failed += 1
                continue
            with store.write() as session:
                done = documents_actions.import_prepared(session, prepared, by=SYSTEM, now=clock.now())
                found = extraction.find_candidates(session, done.document.id, by=SYSTEM, now=clock.now())
                title = done.document.title
            said = t("已导入，候选指标{n}项", n=len(found)) if done.created else t("此前已导入，未重复")
            click.echo(t("{name}：《{title}》{said}", name=path.name, title=title, said=said))
    sys.exit(2 if failed else 0)


@click.command(help="读出文件中的目标并打印；不需要数据库。有文件读不了时退出码为2。")
@FILES
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="table", help="输出格式")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入文件；默认打印到屏幕")
def extract(files: Sequence[Path], form: str, out: Path | None) -> None:
    if form in BINARY and out is None:
        raise BadInput(t("{form} 格式请用 --out 指定文件。", form=form))
    candidates: list[Candidate] = []
    failed = 0
    for number, path in enumerate(files, 1):
        if sys.stderr.isatty() and len(files) > 1:
            click.echo(f"[{number}/{len(files)}] {path.name}", err=True)
        try:
            candidates += find(read(path.read_bytes(), path.name).text, file=path.name)
        except BadInput as error:
            click.echo(t("{label}：{words}", label=path.name, words=error.message), err=True)
            failed += 1
    written = write_candidates(candidates, form)
    if out is None:
        sys.stdout.buffer.write(written)
        sys.stdout.flush()
    else:
        out.write_bytes(written)
    sys.exit(2 if failed else 0)
