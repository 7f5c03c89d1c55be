"""Log lines: to standard error, in the chosen form, from the chosen level on."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.log import configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging is as it was before, after each test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line on standard error, with event, level, time in UTC, fields and context."""
    configure("json", "info")
    with structlog.contextvars.bound_contextvars(request="r1"):
        structlog.get_logger().info("question_answered", outcome="answer", took_ms=12)
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    fields = json.loads(line)
    assert fields.pop("timestamp").endswith("Z")
    assert fields == {
        "event": "question_answered",
        "level": "info",
        "outcome": "answer",
        "took_ms": 12,
        "request": "r1",
    }


def test_lines_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The other form is read by people: no object, but event and fields."""
    configure("console", "info")
    structlog.get_logger().warning("index_damaged", path="index.db")
    printed = capsys.readouterr().err
    assert "index_damaged" in printed and "index.db" in printed and not printed.startswith("{")


@pytest.mark.parametrize(("level", "seen"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_less_serious_lines_are_left_out(capsys: pytest.CaptureFixture[str], level: str, seen: int) -> None:
    """Only lines of the level and above are written."""
    configure("json", level)
    log = structlog.get_logger()
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    assert len(capsys.readouterr().err.splitlines()) == seen


def test_other_packages_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Libraries that log in the standard way are heard when it matters, even at debug, and never on standard output."""
    logging.getLogger().handlers.clear()  # pytest has put its own there; restored by the fixture
    configure("json", "debug")
    other = logging.getLogger("some.library")
    other.info("chatter")
    other.warning("disk is nearly full")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "WARNING some.library: disk is nearly full\n"
