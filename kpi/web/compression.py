"""Answers travel compressed: the scripts of the pages are 8 MB, and 2 MB of gzip."""

from __future__ import annotations

import re

from flask import Flask, Request
from flask_compress import Compress
from flask_compress.flask_compress import DictCache

_FINGERPRINT = re.compile(r"\.v[\w-]+m\w+(?=\.)")


def install(app: Flask) -> None:
    """Scripts and styles are compressed once and kept; data is compressed as it goes out.

    Pages are left alone: they carry the CSRF token, and the length of a compressed secret tells of it.
    """
    app.config.update(COMPRESS_ALGORITHM=["gzip"], COMPRESS_STREAMS=False)
    app.config.update(COMPRESS_MIMETYPES=["application/json"])
    Compress(app)
    app.config.update(COMPRESS_MIMETYPES=["text/javascript", "application/javascript", "text/css"])
    app.config.update(COMPRESS_CACHE_BACKEND=DictCache, COMPRESS_CACHE_KEY=_file)
    app.extensions["kpi_compressed"] = Compress(app).cache


def _file(request: Request) -> str:
    """Whatever fingerprint is asked for, Dash serves the one file: nobody fills the memory with names."""
    return _FINGERPRINT.sub("", request.path)
