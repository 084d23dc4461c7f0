"""What a source may ask: addresses, queries, and how outside words become ours."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.actuals.collectors.base import CollectContext, fill_periods, number_as_shown, period_text
from kpi.actuals.collectors.rules_address import endpoint, may_connect
from kpi.actuals.collectors.rules_select import select_only
from kpi.core.errors import BadInput

HOSTS = frozenset({"data.hospital.local", "10.1.2.3:8080", "[fd12::5]:8443", "localhost", "127.0.0.1:9000"})


@pytest.mark.parametrize(
    ("url", "shown", "target"),
    [
        ("http://data.hospital.local/api?x=1", "data.hospital.local", "/api?x=1"),
        ("https://data.hospital.local", "data.hospital.local", "/"),
        ("HTTP://DATA.Hospital.local:80/a", "data.hospital.local", "/a"),
        ("http://data.hospital.local./a", "data.hospital.local", "/a"),
        ("http://10.1.2.3:8080/a", "10.1.2.3:8080", "/a"),
        ("https://[fd12::5]:8443/a", "[fd12::5]:8443", "/a"),
        ("http://data.hospital.local/a?token={KPI_SOURCE_KEY}", "data.hospital.local", "/a?token={KPI_SOURCE_KEY}"),
    ],
)
def test_listed_hosts_may_be_asked(url: str, shown: str, target: str) -> None:
    found = endpoint(url, HOSTS)
    assert (found.shown, found.target) == (shown, target)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "http://data.hospital.local.example.org/",
        "http://data.hospital.local:8080/",  # another port is another service
        "https://10.1.2.3/",
        "http://data.hospital.local@example.org/",
        "http://user:secret@data.hospital.local/",
        "http://example.org#@data.hospital.local/",
        "http://example.org\\@data.hospital.local/",
        "http://data.hospital.local /",
        "http://data.hospital.local/a\r\nX-Header: 1",
        "ftp://data.hospital.local/",
        "file:///etc/passwd",
        "//data.hospital.local/",
        "data.hospital.local",
        "http:///a",
        "http://[::1/",
        "http://data.hospital.local:99999/",
        "http://ｄata.hospital.local/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://data.hospital.local/a?token=abc123",
        "http://data.hospital.local/a?x=1&AppKey=abc123",
        "http://data.hospital.local/统计",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        endpoint(url, HOSTS)
    assert caught.value.problems[0].field == "网址"
    assert "secret" not in caught.value.message
    assert "abc123" not in caught.value.message


@pytest.mark.parametrize(
    ("host", "address", "allowed"),
    [
        ("data.local", "10.1.2.3", True),
        ("data.local", "172.16.0.9", True),
        ("data.local", "192.168.1.1", True),
        ("data.local", "100.64.1.1", True),
        ("data.local", "fd12::5", True),
        ("data.local", "8.8.8.8", True),
        ("localhost", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("data.local", "127.0.0.1", False),  # a listed name turned towards this machine
        ("data.local", "::1", False),
        ("data.local", "::ffff:127.0.0.1", False),
        ("data.local", "169.254.169.254", False),
        ("169.254.169.254", "169.254.169.254", False),
        ("data.local", "::ffff:169.254.169.254", False),
        ("data.local", "2002:a9fe:a9fe::1", False),
        ("data.local", "169.254.1.1", False),
        ("data.local", "100.100.100.200", False),
        ("data.local", "fd00:ec2::254", False),
        ("data.local", "fe80::1%eth0", False),
        ("data.local", "224.0.0.1", False),
        ("data.local", "ff02::1", False),
        ("data.local", "0.0.0.0", False),
        ("data.local", "::", False),
        ("data.local", "255.255.255.255", False),
        ("data.local", "240.0.0.1", False),
        ("data.local", "2002:a9fe:a9fe::", False),
        ("data.local", "2001:0:4136:e378:8000:63bf:5601:5601", False),
        ("data.local", "64:ff9b::a9fe:a9fe", False),
    ],
)
def test_addresses_behind_a_name(host: str, address: str, allowed: bool) -> None:
    assert may_connect(host, address) is allowed


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM b",
        "select a from b;",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "SELECT update_time, is_deleted FROM t_insert WHERE note = 'drop; delete'",
        'SELECT "update" FROM t -- delete\nWHERE 1 = 1',
        "SELECT /* insert into */ a FROM b",
        "SELECT replace(a, 'x', 'y') FROM b WHERE t::date = '2026-10-01' AND c LIKE '50%'",
        "SELECT 值 AS value FROM 月报 WHERE 说明 = '它''s'",
    ],
)
def test_reading_queries_pass(query: str) -> None:
    assert select_only(query) == query.rstrip(";")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "DELETE FROM b",
        "SELECT 1; DROP TABLE b",
        "SELECT 1;;SELECT 2",
        "WITH x AS (DELETE FROM b RETURNING *) SELECT * FROM x",
        "SELECT * INTO copy FROM b",
        "SELECT * FROM b FOR UPDATE",
        "EXPLAIN SELECT 1",
        "PRAGMA table_info(b)",
        "ATTACH 'x.db' AS x",
        "SELECT load_extension('x')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT a[lo_import('/etc/passwd')] FROM b",
        "SELECT 'open FROM b",
        "SELECT 1 /* open",
        "SELECT /*! 1; DROP TABLE b */ 1",
        "SELECT '\\'' ; DROP TABLE b; SELECT ' '",
        "SELECT /* /* */ 1 */ ; DROP TABLE b",
        "SELECT $$ ' $$; DROP TABLE b; SELECT $$ ' $$",
        "SELECT " + "a," * 6000 + "b FROM c",
    ],
)
def test_queries_that_could_change_something_are_refused(query: str) -> None:
    with pytest.raises(BadInput) as caught:
        select_only(query)
    assert caught.value.problems[0].field == "查询语句"


@pytest.mark.parametrize(
    ("raw", "period"),
    [
        ("2026-10", "2026-10"),
        ("202610", "2026-10"),
        (202610, "2026-10"),
        (202610.0, "2026-10"),
        ("2026/10", "2026-10"),
        ("2026.10", "2026-10"),
        ("2026年10月", "2026-10"),
        ("2026年3月", "2026-03"),
        ("2026-3", "2026-03"),
        ("2026-10-31", "2026-10"),
        ("20261031", "2026-10"),
        ("2026-10-31 00:00:00", "2026-10"),
        (date(2026, 10, 31), "2026-10"),
        (datetime(2026, 10, 31, tzinfo=UTC), "2026-10"),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), "2026-11"),  # midnight in Shanghai
        (2026, "2026"),
        (2026.0, "2026"),
        ("2026年", "2026"),
        ("2026Q3", "2026Q3"),
        ("last_month", "2026-10"),
        ("this_month", "2026-11"),
        ("last_quarter", "2026Q3"),
        ("last_half", "2026H1"),
        ("this_year", "2026"),
        ("last_year", "2025"),
        ("2026-13", "2026-13"),  # not recognised: left for the check, with its own words
        ("2026-00", "2026-00"),
        ("十月", "十月"),
        (None, ""),
    ],
)
def test_periods_found_outside(raw: object, period: str) -> None:
    assert period_text(raw, date(2026, 11, 12)) == period


def test_numbers_of_spreadsheets_are_what_they_show() -> None:
    assert number_as_shown(0.1 + 0.2) == Decimal("0.3")
    assert number_as_shown("  ") is None
    assert number_as_shown("1,234") == "1,234"


def test_periods_in_addresses_are_those_of_the_day() -> None:
    now = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # already November in Shanghai
    assert fill_periods("/a?month={last_month}&y={this_year}&z={other}", now) == "/a?month=2026-10&y=2026&z={other}"


@pytest.mark.parametrize("name", ["KPI_SECRET_KEY", "PATH", "KPI_SOURCE_", "kpi_source_a", "KPI_SOURCE_A B", ""])
def test_only_variables_meant_for_sources_are_handed_out(name: str) -> None:
    context = CollectContext(datetime(2026, 11, 12, tzinfo=UTC), environ={name: "content"})
    with pytest.raises(BadInput) as caught:
        context.secret(name)
    assert "content" not in caught.value.message
