"""The Typer application that the commands register with, and what they share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

app: Final = typer.Typer(
    name="clearpost",
    help='Answers "can I post this?" from your social-media policies, with the sentence that the answer rests on.',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Take the options that come before the command."""
    del debug  # bot.cli.main looks for it itself, since it must know before anything is parsed


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


__all__ = ["ProgressBar", "app", "options", "progress_bar", "tell"]
