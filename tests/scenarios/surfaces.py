"""Surfaces that scenarios are played on: each takes the steps as a person would and shows what a person would see."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Final, Protocol

from starlette.testclient import TestClient

from bot.channels.terminal import converse
from bot.channels.web.app import web_app
from knowledge.models import Reader
from tests.scenarios.on_slack import on_slack
from tests.scenarios.on_teams import on_teams
from tests.scenarios.overheard import Clock, Overheard
from tests.scenarios.scenario import Step


class Surface(Protocol):
    """Plays steps and returns what was shown."""

    def __call__(self, steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
        """What a person has seen at the end."""
        ...


def on_the_terminal(steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
    """Types the steps into ``clearpost chat``: words, numbers of options, y and n."""
    keys = _Keys(steps, overheard)
    shown = io.StringIO()
    before = sys.stdin
    sys.stdin = keys
    try:
        with contextlib.redirect_stdout(_Echo(shown, keys)):
            converse(overheard.reply, clock, Reader())
    finally:
        sys.stdin = before
    return shown.getvalue()


class _Keys(io.StringIO):
    """A standard input that is typed only when it is read, since the number of an option depends on the reply."""

    def __init__(self, steps: Sequence[Step], overheard: Overheard) -> None:
        super().__init__()
        self._steps = iter(steps)
        self._overheard = overheard
        self.typed = ""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # of text, as in io.StringIO
        """The next line, empty at the end."""
        step = next(self._steps, None)
        self.typed = f"{self._line(step)}\n" if step else ""
        return self.typed

    def _line(self, step: Step) -> str:
        if step.choose:
            labels = [option.label for option in self._overheard.replies[-1].options]
            return str(labels.index(step.choose) + 1)
        return step.say if step.say is not None else ("y" if step.helped else "n")


class _Echo(io.StringIO):
    """A standard output that shows what was typed, as a terminal does."""

    def __init__(self, shown: io.StringIO, keys: _Keys) -> None:
        super().__init__()
        self._shown = shown
        self._keys = keys

    def write(self, text: str, /) -> int:
        """Show text, after what was typed since."""
        self._shown.write(self._keys.typed + text)
        self._keys.typed = ""
        return len(text)


def on_the_web(steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
    """Sends the steps as a browser without JavaScript does: types into the page, presses the buttons that it shows."""
    web = TestClient(web_app(overheard.converse, clock))
    page = _read(web.get("/").text)
    seen: list[str] = []
    for step in steps:
        fields = {"text": step.say} if step.say is not None else page.press(step)
        response = web.post("/ask", data=fields)
        assert response.status_code == 200, response.text
        page = _read(response.text)
        seen.append(page.said())
    return "\n\n".join(seen) + "\n"


class _Page(HTMLParser):
    """The visible words of a page, a line for each block, and the fields that each button would send."""

    _BLOCKS: Final = frozenset(
        {"p", "h1", "h2", "li", "legend", "label", "blockquote", "figcaption", "summary", "button", "div"}
    )
    _UNSEEN: Final = frozenset({"script", "style", "svg", "head", "title", "noscript"})

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.buttons: list[tuple[str, dict[str, str]]] = []
        self._hidden: dict[str, str] = {}
        self._button: dict[str, str] | None = None
        self._unseen = 0
        self._in_log = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        values = {name: value or "" for name, value in attrs}
        if tag in self._UNSEEN:
            self._unseen += 1
        elif tag == "form":
            self._hidden = {}
        elif tag == "input" and values.get("type") == "hidden":
            self._hidden[values["name"]] = values.get("value", "")
        elif tag == "button":
            own = {values["name"]: values.get("value", "")} if "name" in values else {}
            self._button = {**self._hidden, **own}
            self.lines.append("[")
        elif tag == "input" and values.get("type") == "checkbox":
            self.lines[-1] += "☐ "
        elif tag == "article":
            self.lines.append("----")
        if tag in self._BLOCKS and tag != "button":
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in self._UNSEEN:
            self._unseen -= 1
        elif tag == "button" and self._button is not None:
            label = " ".join(self.lines[-1][1:].split())
            self.lines[-1] = f"[{label}]"
            self.buttons.append((label, self._button))
            self._button = None
            self.lines.append("")
        elif tag in self._BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Add words to the line."""
        if not self._unseen:
            self.lines[-1] += data

    def press(self, step: Step) -> dict[str, str]:
        """The fields that the button of a step sends."""
        label = step.choose or ("Yes, it helped" if step.helped else "No, it did not")
        return next(fields for shown, fields in self.buttons if shown == label)

    def said(self) -> str:
        """What was said and the reply to it: the page up to the field to type into."""
        lines = [line for line in (" ".join(each.split()) for each in self.lines) if line]
        article = lines.index("----")
        first = article - 1 if lines[article - 1].startswith("You: ") else article
        return "\n".join(_until_composer(lines[first:]))


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def _until_composer(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line == "Your question":
            return
        yield line


SURFACES: Final[dict[str, Surface]] = {
    "slack": on_slack,
    "teams": on_teams,
    "terminal": on_the_terminal,
    "web": on_the_web,
}

__all__ = ["SURFACES", "Surface", "on_the_terminal", "on_the_web"]
