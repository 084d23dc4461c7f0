"""Downloads. Each names its action and goes through the same guard as pages."""

from __future__ import annotations

import io

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from kpi.accounts.rules import Action
from kpi.core import clock
from kpi.reporting import listing
from kpi.reporting.writers.registry import file_name, format_of
from kpi.web import guard

files = Blueprint("files", __name__, url_prefix="/files")


@files.get("/reports/<int(max=2147483647):report_id>.<suffix>")
@guard.guarded(Action.SEE_BOARD)
def report(report_id: int, suffix: str) -> ResponseReturnValue:
    """A monthly report as docx, xlsx or html; `?show` opens the page instead of saving it."""
    form = format_of(suffix)
    with guard.store().read() as session:
        content = listing.visible(session, report_id, guard.person()).content
    return send_file(
        io.BytesIO(form.write(content)),
        mimetype=form.media_type,
        as_attachment="show" not in request.args,
        download_name=file_name(content, form.suffix),
        last_modified=clock.now(),
        max_age=0,
    )
