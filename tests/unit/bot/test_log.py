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


def test_lines_of_libraries_have_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A library's warning is an object, too, with its logger and the request; what is less serious is left out."""
    logging.getLogger().handlers.clear()
    configure("json", "info")
    with structlog.contextvars.bound_contextvars(request="r1"):
        logging.getLogger("library").info("chatter")
        logging.getLogger("library").warning("pool of %d is full", 3)
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    fields = json.loads(line)
    assert fields["event"] == "pool of 3 is full" and fields["level"] == "warning"
    assert (fields["logger"], fields["request"]) == ("library", "r1")


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
