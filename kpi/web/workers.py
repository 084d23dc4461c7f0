"""Hooks of gunicorn (`--config=python:kpi.web.workers`) around the moment when workers are split from what was loaded.

Loading makes next to no garbage: nobody looks for it until all is loaded, and never again in what workers then share,
for that would copy it into each of them.

No worker misses that it was told to stop. A new one still has the handlers of the process it was split from. They keep
a signal for a loop that only that process runs: one that came before the worker had set its own was forgotten, and
stopping took as long as requests are given. So the signals that stop a worker wait from before the split until its own
handlers are there.
"""

from __future__ import annotations

import gc
import os
import signal
from typing import Any

gc.disable()
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def when_ready(_server: Any) -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def pre_fork(_server: Any, _worker: Any) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)


def post_worker_init(_worker: Any) -> None:
    _let_through()


def _let_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


os.register_at_fork(after_in_parent=_let_through)
