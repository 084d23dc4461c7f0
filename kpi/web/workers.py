"""Hooks of gunicorn (`--config=python:kpi.web.workers`): no worker misses that it was told to stop.

A new worker still has the handlers of the process it was split from. They keep a signal for a loop that only that
process runs: one that came before the worker had set its own was forgotten, and stopping took as long as requests are
given. So the signals that stop a worker wait from before the split until its own handlers are there.
"""

from __future__ import annotations

import os
import signal
from typing import Any

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def pre_fork(_server: Any, _worker: Any) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)


def post_worker_init(_worker: Any) -> None:
    _let_through()


def _let_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


os.register_at_fork(after_in_parent=_let_through)
