"""What the manuals say is so: commands, settings, rooms, roles, files, versions. Facts that can drift are compared."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest
from pydantic import SecretStr

from kpi.accounts.rules import MAY, Action, Role
from kpi.cli.main import main
from kpi.config import Settings
from kpi.extraction.rules import find
from kpi.web.app import VERSION

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
READMES = (ENGLISH, CHINESE)
PAGES = [*READMES, "CHANGELOG.md", "docs/extraction.md", "docs/assessment.md", "dashboards/assets/vendor/README.md"]

both = pytest.mark.parametrize("name", READMES)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_spans(name: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text(name))


def rows(name: str, first: str) -> dict[str, list[str]]:
    """Rows of the table whose first heading is `first` in English or Chinese: first cell → the others."""
    found: dict[str, list[str]] = {}
    for table in re.findall(r"(?:^\|.*\|\n)+", text(name), re.MULTILINE):
        head, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        if head[0] == first:
            found |= {line[0]: line[1:] for line in lines}
    return found


# --- commands -----------------------------------------------------------------------------------------------------


@both
def test_make_targets_are_the_ones_make_helps_with(name: str) -> None:
    offered = set(re.findall(r"^([a-z-]+):.*##", text("Makefile"), re.MULTILINE))
    told = {target for span in code_spans(name) for target in re.findall(r"^make ([a-z-]+)", span)}
    assert told == offered


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, with the words that lead to it."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, word))
        else:
            yield (*path, word)


@both
def test_every_kpi_command_is_told_and_every_one_told_exists(name: str) -> None:
    known = set(commands(main))
    told = set()
    for span in code_spans(name):
        words = tuple(re.sub(r"^(?:\.venv|env)/bin/", "", span).split())
        if len(words) > 1 and words[0] == "kpi":
            told.add(words[1:3] if words[1:3] in known else words[1:2])
    assert told == known


@both
def test_options_told_beside_a_command_are_its_options(name: str) -> None:
    for command, (does, *_) in rows(name, "command" if name == ENGLISH else "命令").items():
        asked = set(re.findall(r"--[a-z-]+", command + does))
        if asked:
            found = main.get_command(click.Context(main), command.strip("`").split()[1])
            assert found is not None
            assert asked <= {option for param in found.params for option in param.opts}


# --- settings -----------------------------------------------------------------------------------------------------


def written(default: object) -> str:
    """A default as one would write it into the environment."""
    match default:
        case SecretStr() | None | "":
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"


@both
def test_the_table_of_settings_is_the_settings(name: str) -> None:
    table = rows(name, "variable" if name == ENGLISH else "变量")
    fields = Settings.model_fields
    assert {row: cells[0] for row, cells in table.items()} == {
        f"`KPI_{field.upper()}`": written(info.default) for field, info in fields.items()
    }
    meanings = [cells[1] for cells in table.values()]
    assert all(meanings)
    if name == ENGLISH:
        assert meanings == [info.description for info in fields.values()]


@pytest.mark.parametrize("name", PAGES)
def test_every_variable_named_anywhere_is_a_setting(name: str) -> None:
    known = {f"KPI_{field.upper()}" for field in Settings.model_fields} | {"KPI_SOURCE_"}
    assert set(re.findall(r"\bKPI_[A-Z_]+", text(name))) <= known


# --- rooms and roles ----------------------------------------------------------------------------------------------


@both
def test_the_rooms_are_those_of_kpi_in_the_order_of_the_contract(name: str) -> None:
    drawn = re.search(r"^    core .*\n    .*? cli\b", text(name), re.MULTILINE)
    assert drawn
    contract = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    assert drawn[0].split() == [layer.removeprefix("kpi.") for layer in reversed(contract) if layer != "dashboards"]
    assert set(drawn[0].split()) == {path.parent.name for path in (ROOT / "kpi").glob("*/__init__.py")}


@both
def test_who_may_do_what(name: str) -> None:
    table = rows(name, "action" if name == ENGLISH else "权限")
    drawn = {re.findall(r"`(\w+)`", action)[0]: [bool(cell) for cell in cells] for action, cells in table.items()}
    assert drawn == {action.value: [action in MAY[role] for role in Role] for action in Action}


@both
def test_demo_sign_ins(name: str) -> None:
    city = tomllib.loads(text("seeds/demo/city.toml"))
    table = rows(name, "sign-in" if name == ENGLISH else "登录名")
    told = {login: cells[0].split()[0] for row, cells in table.items() for login in re.findall(r"`([\w-]+)`", row)}
    assert told == {account["login"]: account["role"] for account in city["account"]}
    assert f"`{city['password']}`" in text(name)


# --- the pages themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_are_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", text(name))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_files_of_the_project_that_are_named_exist(name: str) -> None:
    places = r"(?:kpi|dashboards|docs|tests|seeds|migrations|bench)/[\w./-]*\w(?:\.\w+|/)"
    named = [span for span in code_spans(name) if re.fullmatch(places, span)]
    assert [span for span in named if not (ROOT / span).exists()] == []


@both
def test_two_pictures_that_load_quickly(name: str) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text(name))
    assert len(pictures) == 2
    for picture in pictures:
        content = (ROOT / picture).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) <= 250_000


def test_both_languages_are_built_alike_and_lead_to_one_another() -> None:
    def shape(name: str) -> list[str]:
        """Marks that begin a block, without words: headings, table rows, list items, code, pictures."""
        lines = re.findall(r"^(#+ |\||- |\d+\. |```|!\[|    \S)", text(name), re.MULTILINE)
        return [line.strip()[:2] for line in lines]

    assert shape(ENGLISH) == shape(CHINESE)
    assert f"]({CHINESE})" in text(ENGLISH)
    assert f"]({ENGLISH})" in text(CHINESE)


def test_one_version() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    newest = re.search(r"^## (?!Unreleased)(\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert project["version"] == VERSION == newest[1]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in text("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in text("LICENSE")


# --- how a sentence becomes candidates ----------------------------------------------------------------------------

EXTRACTION = ROOT / "kpi" / "extraction"


def test_the_sentence_of_the_manual_gives_what_the_manual_says() -> None:
    manual = text("docs/extraction.md")
    (sentence,) = re.findall(r"^> (.+)$", manual, re.MULTILINE)
    (title,) = re.findall(r"it stands in (\S+):", manual)
    told = [[name, *cells] for name, cells in rows("docs/extraction.md", "name").items()]
    assert told == [
        [
            one.name,
            str(one.comparator),
            f"{one.value} {one.unit}",
            str(one.deadline),
            f"{one.baseline.value} ({one.baseline.date})" if one.baseline else "–",
        ]
        for one in find(sentence, title=title, plan_year=2026)
    ]


def test_every_module_that_reads_is_on_the_walk() -> None:
    """Actions and records are of the house, `candidates.py` is what comes out."""
    house = {"__init__.py", "actions.py", "actions_editions.py", "records.py", "candidates.py"}
    named = set(
        re.findall(r"`(\w+\.py)`", text("docs/extraction.md").replace("rows*.py", "rows.py`, `rows_by_look.py"))
    )
    assert {path.name for path in EXTRACTION.glob("*.py")} - house - named == set()


@pytest.mark.parametrize("name", ["words", "exclusions", "columns", "numerals"])
def test_every_table_of_the_grammar_says_what_it_is(name: str) -> None:
    body = ast.parse((EXTRACTION / f"{name}.py").read_text(encoding="utf-8")).body
    tables = [
        (line.targets[0].id, following)
        for line, following in pairwise(body)
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id.isupper()
    ]
    public = [(table, following) for table, following in tables if not table.startswith("_")]
    assert public
    assert [table for table, following in public if not isinstance(following, ast.Expr)] == []
