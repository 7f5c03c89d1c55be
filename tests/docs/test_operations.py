"""What those who run Clearpost are told exists, and all of it is told: commands, settings, figures, log lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import Route
from typer.core import TyperCommand

from bot.bench import surfaces as bench
from bot.channels.background import Background
from bot.channels.slack.app import EVENTS
from bot.channels.slack.oauth import INSTALL, REDIRECT
from bot.cli import serve
from bot.conversation.intake import Intake
from bot.conversation.messages import Message
from bot.conversation.reply import Reply
from bot.jobs import SLACK, TEAMS, Limits, Worker, upkeep
from bot.server.app import House, server_app
from bot.server.metrics import Metrics
from bot.settings import Settings
from bot.state import Keep, State, migrate, open_engine
from bot.state.tables import metadata
from bot.wiring import _server
from tests.docs import readme

GUIDE: Final = readme.ROOT / "docs" / "operations.md"
GUIDES: Final = (GUIDE, readme.ROOT / "docs" / "install-slack.md", readme.ROOT / "docs" / "install-teams.md")
LEVELS: Final = ("debug", "info", "warning", "error")

_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
_NAMED: Final = re.compile(
    r"(?:^|(?<=[\s/(]))clearpost (?!LOGIN|OWNER|PASSWORD)((?:--debug )?[a-z][a-z-]*(?: [a-z][a-z-]*)?)", re.MULTILINE
)
_IN_CONTAINER: Final = re.compile(
    r"docker compose (?:run|exec) (?:--\S+(?: \./\S+)? )*(?:server|worker|migrate) (\S.*)"
)
_SETTING: Final = re.compile(r"\bCLEARPOST_[A-Z_]*[A-Z]\b")
_FIGURE: Final = re.compile(r"\bclearpost_(?:[a-z]+_)*[a-z]+\b")
_EVENT: Final = re.compile(r"(?:slack|teams|web|delivery|job)_[a-z_]+")
_NO_FIGURES: Final = frozenset({"clearpost_restored", "clearpost_thread", "clearpost_delivery"})
"""A database of an example, the web chat's cookie, the metadata of a Slack message."""

_NO_EVENTS: Final = frozenset({"slack_bolt", "slack_sdk"})
"""Packages."""

each_guide = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)


def pieces(path: Path) -> Iterator[str]:
    """What stands in a guide as code: whole blocks and words in a line."""
    for token in _MARKDOWN.parse(path.read_text("utf-8")):
        for each in (token, *(token.children or ())):
            if each.type in ("fence", "code_inline"):
                yield each.content


def rows(path: Path, head: str) -> Iterator[list[str]]:
    """The cells of every row of the tables whose first column has this head, as Markdown."""
    lines = iter(path.read_text("utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {head} |"):
            next(lines)
            for row in lines:
                if not row.startswith("|"):
                    break
                yield [cell.strip() for cell in row.strip("|").split(" | ")]


def words(cell: str) -> list[str]:
    """The pieces of code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def commands() -> dict[str, TyperCommand]:
    """Every command by its words after ``clearpost``."""
    return {name.removeprefix("clearpost "): command for name, command in readme.every_command()}


@pytest.fixture(scope="module")
def logged() -> dict[str, set[str]]:
    """Every event that the code logs, with the levels that it is logged at."""
    found: dict[str, set[str]] = {}
    for file in (readme.ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (told := _told(node)):
                found.setdefault(told[0], set()).add(told[1])
    return found


@pytest.fixture
def measured(tmp_path: Path) -> set[str]:
    """The names of the figures that a server prints."""

    async def converse(_message: Message) -> Reply:
        raise AssertionError("nobody asks")

    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    worker = Worker(engine=engine, channels={}, clock=lambda: datetime.now(UTC))
    intake = Intake(converse, 1)
    metrics = Metrics(lambda: _server._gauges(intake, Background(), worker, State(engine)))
    metrics.saw_request("/", 200, 0.1)
    names = {_plain(family.name, family.type) for family in text_string_to_metric_families(metrics.text().decode())}
    engine.dispose()
    return {name for name in names if not name.endswith("_created")}


@each_guide
def test_commands_exist(path: Path, commands: dict[str, TyperCommand]) -> None:
    """Every command that is named anywhere in code exists, inside longer lines and containers, too."""
    wrong = [call for piece in pieces(path) for call in _calls(piece) if not _exists(call, commands)]
    assert wrong == []


@each_guide
def test_settings_exist(path: Path) -> None:
    """Every CLEARPOST_ variable that is named is a field of Settings."""
    named = set(_SETTING.findall(path.read_text("utf-8")))
    assert named, "a guide names settings"
    assert named - {f"CLEARPOST_{name.upper()}" for name in Settings.model_fields} == set()


@each_guide
def test_figures_exist(path: Path, measured: set[str]) -> None:
    """Every figure that is named is one that a server prints."""
    named = set(_FIGURE.findall(path.read_text("utf-8"))) - _NO_FIGURES
    parts = {f"{name}{end}" for name in measured for end in ("_bucket", "_count", "_sum")}
    assert named - measured - parts == set()


@each_guide
def test_log_lines_exist(path: Path, logged: dict[str, set[str]]) -> None:
    """Every event that is named is one that the code logs."""
    named = {piece for piece in pieces(path) if _EVENT.fullmatch(piece)}
    assert named - set(logged) - _NO_EVENTS == set()


def test_every_figure_is_explained(measured: set[str]) -> None:
    """No figure is missing in the operations guide, and each is explained once."""
    explained = [word for row in rows(GUIDE, "figure") for word in words(row[0])]
    assert sorted(explained) == sorted(measured)


def test_every_log_line_is_explained(logged: dict[str, set[str]]) -> None:
    """No event is missing in the operations guide, each is explained once, at a level that the code logs it at."""
    table = {word: row for row in rows(GUIDE, "log line") for word in words(row[0])}
    assert set(table) ^ set(logged) == set()
    assert {name: row[1] for name, row in table.items() if row[1] not in logged[name]} == {}
    assert all(row[2] for row in table.values())


def test_paths_of_the_proxy_exist() -> None:
    """The paths that the proxy lets in, and those that it keeps out, are routes of the server."""
    public = {word for row in rows(GUIDE, "path") for word in words(row[0])}
    assert public == {EVENTS, INSTALL, REDIRECT, "/api/messages"}
    probes = {word for row in rows(GUIDE, "address") for word in words(row[0])}
    assert probes == {"/healthz", "/readyz"}
    (locations,) = re.findall(r"location ~ (\S+) \{", GUIDE.read_text("utf-8"))
    served = public | _probes()
    assert {path for path in served if re.search(locations, path)} == public


def test_tables_of_the_state_exist() -> None:
    """The list of personal data names every table of the state but the workspaces, and none that is not there."""
    named = {word for row in rows(GUIDE, "what") if len(row) == 3 for word in words(row[1])}
    known = {table.name for table in metadata.sorted_tables}
    assert named & known == known - {"workspaces"}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (Keep().questions.days, "who talks in which thread | `turns`, `replies`, `threads` | {} days |"),
        (Keep().events.days, "| `events` | {} days |"),
        (upkeep.KEPT.days, "the words {} days after they ended"),
        (upkeep.WAITED.days, "it waits for them, up to {} days |"),
        (Limits().tries, "| `delivery_given_up` | error | the same, {} times;"),
        (SLACK.messages / SLACK.seconds, "{} messages a second to a Slack workspace"),
        (TEAMS.messages / TEAMS.seconds, "{} to a Teams tenant"),
        (serve._LAST_CONNECTIONS, "gives requests that are being answered {} seconds;"),
        (House.__dataclass_fields__["patience"].default, "finishes what it has acknowledged, for up to {} seconds;"),
        (_server._PATIENCE, "lets its worker finish what it is sending, for up to {} seconds,"),
    ],
)
def test_numbers_are_those_of_the_code(number: float, sentence: str) -> None:
    """How long things are kept, waited for and repeated is what the code does."""
    told = f"{number:g}".replace("8", "eight") if "given_up" in sentence else f"{number:g}"
    assert sentence.format(told) in GUIDE.read_text("utf-8")


def test_alerts_rest_on_figures(measured: set[str]) -> None:
    """The alerts are YAML that Prometheus can read, and each rests on a figure or on ``up``."""
    (block,) = [piece for piece in pieces(GUIDE) if piece.startswith("groups:")]
    alerts: list[dict[str, Any]] = yaml.safe_load(block)["groups"][0]["rules"]
    assert len({alert["alert"] for alert in alerts}) == len(alerts) == 4
    for alert in alerts:
        names = {name.removesuffix("_bucket") for name in _FIGURE.findall(alert["expr"])}
        assert names <= measured and (names or alert["expr"].startswith("up{"))


def test_the_bench_prints_what_the_guide_reads() -> None:
    """The figures of ``clearpost bench surfaces`` that the guide reads are those that it prints."""
    capacity = GUIDE.read_text("utf-8").partition("## Capacity")[2].partition("\n## ")[0].rpartition("```")[2]
    named = {word for word in words(capacity) if word.isidentifier() and word.islower()}
    printed = re.findall(r"``([a-z_0-9]+)``:", bench.measure_surfaces.__doc__ or "")
    assert named == set(printed) - {"events"}


@pytest.mark.parametrize(
    ("piece", "calls"),
    [
        ("clearpost migrate\nclearpost bench surfaces --json", ["migrate", "bench surfaces"]),
        ("ExecStart=/opt/clearpost/.venv/bin/clearpost serve", ["serve"]),
        ("docker compose exec server clearpost index", ["index", "index"]),
        ("docker compose run --rm --volume ./old:/old server copy-state sqlite:////old", ["copy-state"]),
        ("docker compose exec database pg_dump --username clearpost --format=custom clearpost", []),
        ('psql --command "CREATE ROLE clearpost LOGIN PASSWORD"', []),
    ],
)
def test_commands_would_be_found(piece: str, calls: list[str]) -> None:
    """The search for commands finds them where they hide, and takes nothing else for one."""
    assert list(_calls(piece)) == calls


def _calls(piece: str) -> Iterator[str]:
    for line in piece.splitlines():
        for match in _IN_CONTAINER.finditer(line):
            yield match[1].removeprefix("clearpost ").partition(" ")[0]
        yield from _NAMED.findall(line)


def _exists(call: str, commands: dict[str, TyperCommand]) -> bool:
    name = call.removeprefix("--debug ")
    return (
        name in commands or name.partition(" ")[0] in commands or any(each.startswith(f"{name} ") for each in commands)
    )


def _told(node: ast.Call) -> tuple[str, str] | None:
    """The event and the level of a call that logs."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    at = 1 if name == "log" else 0
    if name not in (*LEVELS, "log", "log_unexpected") or len(node.args) <= at:
        return None
    event = node.args[at]
    if not isinstance(event, ast.Constant) or not isinstance(event.value, str) or not event.value.isidentifier():
        return None
    return event.value, {"log_unexpected": "error", "log": "warning"}.get(name, name)


def _plain(name: str, kind: str) -> str:
    """The name of a family as it is queried: counters end in ``_total``."""
    return f"{name}_total" if kind == "counter" else name


def _probes() -> set[str]:
    """The paths of a server that has no surface."""
    house = House((), None, (), Background(), Metrics(dict), dict, lambda: None)
    return {route.path for route in server_app(house).routes if isinstance(route, Route)}
