"""Collectors against a server on the loopback, a database file and a folder: what they read, and what they refuse."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import create_engine

from kpi.actuals.collectors import base, folder, http_json, sql
from kpi.actuals.collectors.base import CollectContext
from kpi.actuals.collectors.registry import COLLECTORS
from kpi.actuals.records import CollectorKind
from kpi.actuals.rules_rows import IncomingRow
from kpi.core.errors import BadInput, KpiError, TooLarge, Unavailable

NOW = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
SECRET = "s3cret-key"


def test_every_kind_has_its_collector() -> None:
    assert set(COLLECTORS) == set(CollectorKind)


# --- http


class Web:
    """A server whose answers a test sets, and which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: self.send(handler, b"[]")
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, dict(self.headers)))
                web.answer(self)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @staticmethod
    def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def says(self, document: object, status: int = 200, **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answer = lambda handler: self.send(handler, body, status, **headers)


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def asking(web: Web, settings: Mapping[str, Any] | None = None, **environ: str) -> list[IncomingRow]:
    given = {"url": f"http://{web.host}/values", **(settings or {})}
    context = CollectContext(NOW, allowed_hosts=frozenset({web.host}), environ=environ)
    return http_json.collect(given, context).rows


def test_items_behind_a_path_become_rows(web: Web) -> None:
    web.says(
        b'{"data": {"items": [{"ind": {"code": "IND-0001"}, "dept": 1001, "month": "202610", "v": 93.20},'
        b' {"ind": {"code": "IND-0002"}, "month": "2026-10", "v": null, "num": 12, "den": "1,300"}]}}'
    )
    rows = asking(
        web,
        {
            "path": "data.items",
            "fields": {
                "indicator": "ind.code",
                "unit": "dept",
                "period": "month",
                "value": "v",
                "numerator": "num",
                "denominator": "den",
            },
            "fixed": {"unit": "CITY"},
        },
    )
    assert rows == [
        IncomingRow(1, "IND-0001", "1001", "2026-10", value=Decimal("93.20")),
        IncomingRow(2, "IND-0002", "CITY", "2026-10", numerator=12, denominator="1,300"),
    ]


def test_the_month_and_the_secret_are_filled_in(web: Web) -> None:
    web.says([])
    asking(
        web,
        {
            "url": f"http://{web.host}/v?m={{last_month}}&token={{KPI_SOURCE_KEY}}",
            "headers": {"Authorization": "KPI_SOURCE_AUTH"},
        },
        KPI_SOURCE_KEY="a b&c",
        KPI_SOURCE_AUTH=f"Bearer {SECRET}",
    )
    path, headers = web.asked[0]
    assert path == "/v?m=2026-10&token=a%20b%26c"
    assert headers["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(web: Web, status: int) -> None:
    web.says(b"", status, Location=f"http://{web.host}/elsewhere")
    with pytest.raises(BadInput, match="跳转"):
        asking(web)
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("answer", "status", "error", "words"),
    [
        (b"[]", 500, Unavailable, "HTTP 500"),
        (b"[]", 404, Unavailable, "HTTP 404"),
        (b"<html>", 200, Unavailable, "JSON"),
        (b'[{"value": NaN}]', 200, Unavailable, "JSON"),
        (b"[1" + b"1" * 5000 + b"]", 200, Unavailable, "JSON"),
        (b"[" * 100_000, 200, Unavailable, "JSON"),
        ("[]".encode("utf-16"), 200, Unavailable, "JSON"),
        (b'{"data": []}', 200, BadInput, "不是列表"),
        (b'{"items": {}}', 200, BadInput, "不是列表"),
    ],
)
def test_answers_that_are_no_list_of_values(
    web: Web, answer: bytes, status: int, error: type[KpiError], words: str
) -> None:
    web.says(answer, status)
    with pytest.raises(error, match=words):
        asking(web)


def test_a_path_that_leads_nowhere_is_named(web: Web) -> None:
    web.says({"data": {"rows": []}})
    with pytest.raises(BadInput, match=r"data\.items"):
        asking(web, {"path": "data.items"})


def test_items_that_are_no_objects_become_rows_to_be_refused(web: Web) -> None:
    web.says([1, "x", None, []])
    assert [(row.row, row.indicator, row.value) for row in asking(web)] == [(n, "", None) for n in (1, 2, 3, 4)]


def test_too_much_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_json, "BYTE_LIMIT", 1000)
    web.says(b"[" + b" " * 2000 + b"]")
    with pytest.raises(TooLarge):
        asking(web)


def test_too_many_rows_are_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_json, "ROW_LIMIT", 3)
    web.says([{}] * 4)
    with pytest.raises(BadInput, match="超过"):
        asking(web)


def test_an_answer_that_drips_is_cut_off(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_json, "SECONDS", 0.6)
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not done.wait(0.1):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    web.answer = drip
    with pytest.raises(Unavailable, match="没有答完"):
        asking(web)
    done.set()


def test_nobody_listening_is_told(web: Web) -> None:
    context = CollectContext(NOW, allowed_hosts=frozenset({"127.0.0.1:1"}))
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        http_json.collect({"url": "http://127.0.0.1:1/"}, context)


def test_a_listed_name_that_points_at_this_machine_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    port = web.server.server_address[1]
    found = [(2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(http_json.socket, "getaddrinfo", lambda *_args, **_more: found)
    context = CollectContext(NOW, allowed_hosts=frozenset({f"data.local:{port}"}))
    with pytest.raises(BadInput, match="不允许访问的地址"):
        http_json.collect({"url": f"http://data.local:{port}/"}, context)
    assert web.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "KPI_SOURCE_A"},
        {"X Header": "KPI_SOURCE_A"},
        {"X\r\nY": "KPI_SOURCE_A"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "KPI_SECRET_KEY"},
        ["Authorization"],
    ],
)
def test_headers_hold_names_of_variables_only(web: Web, headers: object) -> None:
    with pytest.raises(BadInput) as caught:
        asking(web, {"headers": headers}, KPI_SOURCE_A="x", KPI_SECRET_KEY=SECRET)
    assert caught.value.problems[0].field == "请求头"
    assert web.asked == []


@pytest.mark.parametrize("content", [f"{SECRET}\r\nX-Other: 1", f"{SECRET}中文"])
def test_a_secret_that_is_no_header_is_not_shown(web: Web, content: str) -> None:
    with pytest.raises(BadInput) as caught:
        asking(web, {"headers": {"Authorization": "KPI_SOURCE_A"}}, KPI_SOURCE_A=content)
    assert SECRET not in caught.value.message


def test_a_missing_secret_is_named(web: Web) -> None:
    with pytest.raises(BadInput, match="KPI_SOURCE_A"):
        asking(web, {"headers": {"Authorization": "KPI_SOURCE_A"}})


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"url": ""}, "网址"),
        ({"url": "http://example.org/"}, "网址"),
        ({"fields": {"colour": "x"}}, "字段对照"),
        ({"fields": ["x"]}, "字段对照"),
        ({"fixed": {"colour": "x"}}, "固定内容"),
        ({"headers": {"Host": "KPI_SOURCE_A"}}, "请求头"),
    ],
)
def test_wrong_settings_are_found_without_asking_anybody(web: Web, settings: Mapping[str, Any], field: str) -> None:
    context = CollectContext(NOW, allowed_hosts=frozenset({web.host}))
    with pytest.raises(BadInput) as caught:
        http_json.check({"url": f"http://{web.host}/", **settings}, context)
    assert caught.value.problems[0].field == field
    assert web.asked == []


# --- sql


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'their.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE report (code TEXT, dept TEXT, ym TEXT, amount REAL, memo TEXT)")
        connection.exec_driver_sql(
            "INSERT INTO report VALUES ('IND-0001', 'CITY', '2026-10', 61.5, '12:30 50%'),"
            " ('IND-0002', 'CITY', '', 7, NULL)"
        )
    engine.dispose()
    return url


def querying(url: str, query: str, **settings: Any) -> list[IncomingRow]:
    context = CollectContext(NOW, environ={"KPI_SOURCE_HIS": url})
    return sql.collect({"url_env": "KPI_SOURCE_HIS", "query": query, **settings}, context).rows


def test_rows_of_a_query(database: str) -> None:
    rows = querying(
        database,
        "SELECT code AS INDICATOR, dept AS unit, ym AS period, amount AS value, memo AS note FROM report "
        "WHERE memo IS NULL OR memo LIKE '%:30 50%' ORDER BY code",
        fixed={"period": "last_month"},
    )
    assert rows == [
        IncomingRow(1, "IND-0001", "CITY", "2026-10", value=Decimal("61.5"), note="12:30 50%"),
        IncomingRow(2, "IND-0002", "CITY", "2026-10", value=Decimal(7)),
    ]


def test_the_month_is_filled_into_a_query(database: str) -> None:
    fields = {"indicator": "code", "unit": "dept", "period": "ym"}
    rows = querying(database, "SELECT * FROM report WHERE ym = '{last_month}'", fields=fields)
    assert [row.indicator for row in rows] == ["IND-0001"]


def test_a_query_on_postgresql_is_read_only(servers: Mapping[str, Any]) -> None:
    server = servers["postgresql"]
    url = server.copy()
    try:
        rows = querying(url, "SELECT 'A' AS indicator, 'B' AS unit, '2026-10' AS period, 1.50::numeric AS value")
        assert rows == [IncomingRow(1, "A", "B", "2026-10", value=Decimal("1.50"))]
        with pytest.raises(Unavailable, match="查询失败"):
            querying(url, "SELECT \"nextval\"('account_id_seq') AS value")
    finally:
        server.drop(url)


def test_other_peoples_data_can_not_be_changed(database: str) -> None:
    with pytest.raises(BadInput):
        querying(database, "DELETE FROM report")
    assert (
        len(querying(database, "SELECT code AS indicator FROM report", fixed={"unit": "A", "period": "2026-10"})) == 2
    )


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("not a url", BadInput),
        ("nosuchdb://user:s3cret-key@host/x", BadInput),
        ("sqlite:////no/such/file.db", Unavailable),
        ("sqlite://", Unavailable),
        ("postgresql+psycopg://user:s3cret-key@127.0.0.1:1/x", Unavailable),
    ],
)
def test_an_address_that_does_not_work_is_not_shown(url: str, error: type[KpiError]) -> None:
    with pytest.raises(error) as caught:
        querying(url, "SELECT 1 AS value")
    assert SECRET not in caught.value.message
    assert "KPI_SOURCE_HIS" in caught.value.message


def test_the_databases_own_words_are_told_without_the_address(database: str) -> None:
    with pytest.raises(Unavailable) as caught:
        querying(database, "SELECT x FROM nowhere")
    assert "nowhere" in caught.value.message
    assert "their.db" not in caught.value.message


def test_a_query_that_does_not_end_is_stopped(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "SECONDS", 0.2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS value FROM n"
    with pytest.raises(Unavailable, match="查询失败"):
        querying(database, endless)


@pytest.mark.parametrize(
    "greedy",
    [
        "SELECT zeroblob(1000000) AS note",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40) SELECT hex(zeroblob(4000)) FROM n",
    ],
)
def test_a_query_that_makes_much_of_little_is_stopped(
    database: str, monkeypatch: pytest.MonkeyPatch, greedy: str
) -> None:
    monkeypatch.setattr(sql, "BYTE_LIMIT", 100_000)
    with pytest.raises((TooLarge, Unavailable), match=r"超过0MB|too big"):
        querying(database, greedy)


def test_too_many_rows_of_a_query(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "ROW_LIMIT", 1)
    with pytest.raises(BadInput, match="超过"):
        querying(database, "SELECT code AS indicator FROM report")


# --- folder

HEADER = "指标编码,单位编码,期间,完成值,分子,分母,说明\n"


def reading(inbox: Path, **settings: Any) -> base.Collected:
    context = CollectContext(NOW, allowed_folders=(inbox.parent,))
    return folder.collect({"folder": str(inbox), **settings}, context)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "allowed" / "inbox"
    made.mkdir(parents=True)
    return made


def test_csv_in_both_encodings_and_xlsx(inbox: Path) -> None:
    line = "IND-0001,CITY,2026年10月,61.5,,,上月补报\n"
    (inbox / "1.csv").write_text(HEADER + line, encoding="utf-8-sig")
    (inbox / "2.CSV").write_bytes(("\n" + HEADER + ",,,,,,\n" + line).replace(",", "\t").encode("gb18030"))
    with xlsxwriter.Workbook(inbox / "3.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["期间", "指标编码", "单位编码", "完成值"])
        sheet.write_row(1, 0, [202610, "IND-0001", 1001, 0.1 + 0.2])
    found = reading(inbox)
    assert found.problems == []
    assert found.rows == [
        IncomingRow(2, "IND-0001", "CITY", "2026-10", value="61.5", note="上月补报", origin="1.csv"),
        IncomingRow(4, "IND-0001", "CITY", "2026-10", value="61.5", note="上月补报", origin="2.CSV"),
        IncomingRow(2, "IND-0001", "1001", "2026-10", value=Decimal("0.3"), origin="3.xlsx"),
    ]


def test_headers_may_be_mapped_and_files_chosen(inbox: Path) -> None:
    (inbox / "mine.csv").write_text("月份,数\n2026-10,5\n", encoding="utf-8")
    (inbox / "other.csv").write_text("月份,数\n2026-09,4\n", encoding="utf-8")
    found = reading(
        inbox,
        pattern="mine*",
        fields={"period": "月份", "value": "数"},
        fixed={"indicator": "IND-0001", "unit": "CITY"},
    )
    assert found.rows == [IncomingRow(2, "IND-0001", "CITY", "2026-10", value="5", origin="mine.csv")]


def test_a_broken_file_is_told_and_stops_no_other(inbox: Path) -> None:
    (inbox / "a.xlsx").write_bytes(b"no zip")
    (inbox / "b.csv").write_bytes(b"\xff\xfe\x00binary\x00")
    (inbox / "c.csv").write_text("", encoding="utf-8")
    (inbox / "d.csv").write_text(HEADER + 'IND-0001,"open\n', encoding="utf-8")
    (inbox / "e.csv").write_text(HEADER + "IND-0001,CITY,2026-10,1,,,\n", encoding="utf-8")
    found = reading(inbox)
    assert [row.origin for row in found.rows] == ["e.csv"]
    assert [problem.reason.partition("”")[0] for problem in found.problems] == [
        "文件“a.xlsx",
        "文件“b.csv",
        "文件“c.csv",
        "文件“d.csv",
    ]


def test_files_that_are_not_data_are_left_alone(inbox: Path) -> None:
    for name in (".hidden.csv", "~$book.xlsx", "notes.txt", "old.xls"):
        (inbox / name).write_text("x", encoding="utf-8")
    assert reading(inbox) == base.Collected([])


def test_links_that_lead_outside_are_not_read(inbox: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(HEADER + "IND-0001,CITY,2026-10,1,,,\n", encoding="utf-8")
    (inbox / "link.csv").symlink_to(outside)
    found = reading(inbox)
    assert found.rows == []
    assert "link.csv" in found.problems[0].reason


@pytest.mark.parametrize("written", ["/etc", "../outside", "inbox/../../outside", "inbox/leads_out", "\x00"])
def test_folders_outside_the_allowed_ones_are_refused(inbox: Path, tmp_path: Path, written: str) -> None:
    (tmp_path / "outside").mkdir()
    (inbox / "leads_out").symlink_to(tmp_path / "outside")
    context = CollectContext(NOW, allowed_folders=(inbox.parent,))
    with pytest.raises(BadInput) as caught:
        folder.check({"folder": written}, context)
    assert caught.value.problems[0].field == "文件夹"


def test_a_folder_may_be_named_from_the_allowed_one(inbox: Path) -> None:
    (inbox / "1.csv").write_text(HEADER + "IND-0001,CITY,2026-10,1,,,\n", encoding="utf-8")
    context = CollectContext(NOW, allowed_folders=(inbox.parent,))
    assert len(folder.collect({"folder": "inbox"}, context).rows) == 1


def test_a_folder_that_is_not_there_can_be_waited_for(inbox: Path) -> None:
    with pytest.raises(Unavailable):
        reading(inbox / "later")


def test_a_file_that_is_too_large_is_told(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "BYTE_LIMIT", 10)
    (inbox / "1.csv").write_text(HEADER, encoding="utf-8")
    assert len(reading(inbox).problems) == 1


@pytest.mark.parametrize("pattern", ["../*.csv", "a\\b"])
def test_a_pattern_is_a_name_not_a_path(inbox: Path, pattern: str) -> None:
    with pytest.raises(BadInput) as caught:
        reading(inbox, pattern=pattern)
    assert caught.value.problems[0].field == "文件名"
