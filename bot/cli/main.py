"""Runs a command; an error is one line that says what to do, a traceback only with ``--debug``."""

from __future__ import annotations

import io
import os
import sys

import typer

from bot.cli import (  # noqa: F401 - importing a module registers its commands
    ask,
    audit,
    certificates,
    content,
    gaps,
    index,
    lessons,
    measure,
    model,
    people,
    people_import,
    precedents,
    programme,
    report,
    serve,
    triage,
    upkeep,
    who,
)
from bot.cli.app import app, tell
from bot.errors import BotError
from knowledge.errors import KnowledgeError, QuestionError
from lessons.errors import LessonsError


def main() -> None:
    """Run ``clearpost`` and leave with 0, 1 for a failure or 2 for misuse."""
    debug = "--debug" in sys.argv[1:2]
    _never_fail_at_a_character()
    try:
        status = app(standalone_mode=False) or 0
        sys.stdout.flush()  # here, where a reader that left can be told from a failure
        sys.exit(status)
    except typer.TyperException as error:
        tell(f"clearpost: {_one_line(error.format_message()).rstrip('.')}; see 'clearpost --help'")
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        tell("clearpost: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output left, as `head` does
        sys.exit(0)
    except (BotError, KnowledgeError, LessonsError) as error:
        if debug:
            raise
        tell(f"clearpost: {_one_line(str(error))}")
        sys.exit(2 if isinstance(error, QuestionError) else 1)
    except Exception as error:  # the last line of defence: users never see a traceback
        if debug:
            raise
        what = _one_line(f"{type(error).__name__}: {error}")
        tell(f"clearpost: unexpected {what}; run it again with 'clearpost --debug …' and report it")
        sys.exit(1)


def _never_fail_at_a_character() -> None:
    """Show a question mark for what a terminal or its input cannot hold, rather than fail at it."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _one_line(text: str) -> str:
    return " ".join(text.split())


__all__ = ["main"]
