"""The Typer application that the commands register with, and what they share."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Final

import typer
from typer.core import TyperGroup

_ORDER: Final = (
    *("ask", "triage", "who", "chat", "serve", "worker", "init", "check-content", "triage-chart", "index", "model"),
    *("teams-package", "people", "lessons", "certificates", "programme", "report", "audit", "gaps", "precedents"),
    *("migrate", "copy-state", "new-key", "rotate-keys", "doctor", "evaluate", "calibrate", "bench"),
)
"""How the commands are listed: first what one does every day, then one's own content, then upkeep."""


class InOrder(TyperGroup):
    """Lists the commands in the order in which they are needed."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # typer's own context is private
        """The names of the commands."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


app: Final = typer.Typer(
    name="clearpost",
    help='Answers "can I post this?" from your social-media policies, with the sentence that the answer rests on.',
    epilog="Settings are read from CLEARPOST_… variables; 'clearpost doctor' checks the installation.",
    cls=InOrder,
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"clearpost {version('clearpost')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
    no_colour: Annotated[
        str | None, typer.Option("--no-colour-from-environment", envvar="NO_COLOR", hidden=True)
    ] = None,
) -> None:
    """Take the options that come before the command; show what there is where there is none."""
    del debug, show_version  # bot.cli.main looks for --debug itself: it must know before anything is parsed
    del no_colour  # in_colour reads it from the context
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


def in_colour(context: typer.Context) -> bool:
    """Whether to print in colour: to a terminal, where NO_COLOR is unset or empty (https://no-color.org)."""
    return sys.stdout.isatty() and not context.find_root().params.get("no_colour")


def print_json(value: object) -> None:
    """Print a value as JSON on one line, escaped where standard output cannot hold its characters."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a terminal that knows no UTF-8, or half a surrogate pair in the question
        line = json.dumps(value)
    print(line, flush=True)


def tell(line: str) -> None:
    """Print a line for the person at the terminal; standard output is kept for results."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def progress_bar(label: str) -> Iterator[ProgressBar]:
    """A progress bar on standard error, shown from the first step on; nothing where it is no terminal."""
    bar = ProgressBar(label)
    try:
        yield bar
    finally:
        bar.end()


class ProgressBar:
    """Draws ``done`` of ``total`` on one line."""

    _WIDTH: Final = 30

    def __init__(self, label: str) -> None:
        self._label = label
        self._drawn = False
        self._terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps are done."""
        if not self._terminal:
            if not self._drawn:
                tell(f"{self._label} ({total:,} texts)")
                self._drawn = True
            return
        filled = self._WIDTH * done // max(total, 1)
        bar = "█" * filled + "░" * (self._WIDTH - filled)
        print(f"\r{self._label} {bar} {done:,}/{total:,}", end="", file=sys.stderr, flush=True)
        self._drawn = True

    def end(self) -> None:
        """Leave the line."""
        if self._drawn and self._terminal:
            print(file=sys.stderr)


__all__ = ["InOrder", "ProgressBar", "app", "in_colour", "options", "print_json", "progress_bar", "tell"]
