"""A live site with the demonstration city, and a browser signed in to it.

`site` is a server of the test's own on a copy of the demo database (SQLite); its clock starts at NOW.
`visit(role)` gives a page signed in as that demo account; whatever leaves this machine fails the test.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from werkzeug.serving import make_server

from kpi.config import Settings
from kpi.db.store import Store
from kpi.operations import seeding
from kpi.reporting.demo import DEMO_LAST_MONTH, add_demo_reports
from support import DEMO_PASSWORD, DESKTOP, NOW, Server, Site
from wsgi import build

expect.set_options(timeout=20_000)  # two busy cores are slow, and a page that comes late is still right
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
            # The development server leaves a file open when a browser goes away in the middle of an answer.
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def demo_database(servers: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration city, loaded once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    server = servers["sqlite"]
    shutil.copy(server.folder / "template.db", path)
    store = Store(f"sqlite:///{path}")
    with store.write() as session:
        seeding.load_reference(session, NOW)
        seeding.load_demo(session, NOW)
        add_demo_reports(session, DEMO_LAST_MONTH, NOW)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copy(demo_database, tmp_path / "kpi.db")
    settings = Settings(var=tmp_path, clock=NOW, password_cost="low", demo=True)
    app = build(settings)
    web = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    store = Store(settings.store_url)
    yield Site(f"http://127.0.0.1:{web.server_port}", store, settings)
    web.shutdown()
    thread.join(timeout=10)
    web.server_close()
    store.close()
    app.extensions["kpi_store"].close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    flags.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`visit("officer", "/entry")`: a page signed in as that demo account, at that address."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def note(request: Request) -> None:  # looking on, not in between: that would switch the browser's cache off
        if not request.url.startswith((site.url, "data:", "blob:")):
            outside.append(request.url)

    def opened(login: str, path: str = "/", size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(viewport=size, locale="zh-CN", base_url=site.url)
        contexts.append(context)
        context.on("request", note)
        sign_in(context, login)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == []


def sign_in(context: BrowserContext, login: str) -> None:
    """As the form does, without drawing a page; the form itself is walked in the tests of the keyboard."""
    token = TOKEN.search(context.request.get("/sign-in").text())
    assert token is not None
    fields = {"login": login, "password": DEMO_PASSWORD, "csrf_token": token[1]}
    answer = context.request.post("/sign-in", form=fields, max_redirects=0)
    assert answer.status == 302, answer.text()
