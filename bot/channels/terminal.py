"""The terminal as a surface: a conversation with history and choices, and replies as plain or coloured text."""

from __future__ import annotations

import secrets
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.conversation.messages import LOCAL, Act, Message, Press
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Reader, Verdict

CHOOSE: Final = "Type the number that fits."
"""What is said below options where they can be chosen."""

_WELCOME: Final = (
    "Clearpost. Tell me what you would like to post, or what happened.\n"
    "After a reply, y or n says whether it helped; quit or Ctrl+D ends."
)
_NOTHING_TO_CHOOSE: Final = "There is nothing to choose here. Ask me in words."
_NOTHING_TO_RATE: Final = "There is no answer to rate yet. Ask me something first."

_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})
_ENDS: Final = frozenset({"q", "quit", "exit"})

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN = "1", "2", "31", "32", "33", "36"
_VERDICTS: Final = {
    Verdict.YES: ("✔ YES", _GREEN),
    Verdict.YES_IF: ("✔ YES, IF", _GREEN),
    Verdict.ASK_FIRST: ("✋ ASK FIRST", _YELLOW),
    Verdict.NO: ("✘ NO", _RED),
}
_HEADS: Final = {
    ReplyKind.HAND_OVER: ("? NOT SURE: ASK A PERSON", _YELLOW),
    ReplyKind.CLARIFY: ("? ONE QUESTION FIRST", _CYAN),
}
_CONDITIONS: Final = {
    Verdict.YES_IF: "All of this must be true:",
    Verdict.ASK_FIRST: "Have this ready when you ask:",
}
_BAR: Final = "│ "


@dataclass(frozen=True, slots=True)
class Look:
    """How replies are shown: characters a line, with ANSI colours or without, and what is said below options."""

    width: int = 88
    colour: bool = False
    choose: str = CHOOSE


def converse(
    reply_to: Callable[[Message], Reply], clock: Callable[[], datetime], reader: Reader, look: Look | None = None
) -> None:
    """Talk until the end of the input."""
    look = look or Look()
    thread = secrets.token_urlsafe(12)
    last: Reply | None = None
    _enable_history()
    print(_WELCOME)
    while True:
        try:
            typed = input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if typed.lower() in _ENDS:
            return
        message = _message(typed, last, thread, clock(), reader)
        if isinstance(message, str):
            print(f"\n{message}")
        elif message:
            reply = reply_to(message)
            print(f"\n{render(reply, look, typed=message.text)}")
            last = last if reply.kind is ReplyKind.THANKS else reply  # a rated reply may be rated again


def render(reply: Reply, look: Look | None = None, *, typed: str = "") -> str:
    """A reply as wrapped text with its options numbered, without a line end.

    ``typed`` is the question as it came: where another one was understood, that one is shown.
    """
    blocks = _Blocks(look or Look())
    return "\n\n".join(block for block in blocks.of(reply, typed) if block)


def _message(  # noqa: PLR0911 - one return for each thing that can be typed
    typed: str, last: Reply | None, thread: str, at: datetime, reader: Reader
) -> Message | str | None:
    """What was typed: an option, a rating of the last reply, or words; a string where it can be none of these."""
    if not typed:
        return None
    said = Message("terminal", LOCAL, thread, thread, at, reader=reader)
    if last and last.options:
        option = _option(typed.lower(), last.options)
        if option is not None:
            return replace(said, press=Press(last.id, Act.CHOOSE, option))
        if typed.isdecimal() or typed.lower() in _YES | _NO:
            return f"Type a number from 1 to {len(last.options)}, or ask something else."
    elif typed.isdecimal():
        return _NOTHING_TO_CHOOSE
    elif typed.lower() in _YES | _NO:
        if last is None or not last.id:
            return _NOTHING_TO_RATE
        return replace(said, press=Press(last.id, Act.HELPED if typed.lower() in _YES else Act.NOT_HELPED))
    return replace(said, text=typed)


def _option(typed: str, options: tuple[Option, ...]) -> int | None:
    """Which option, from 0, a number names, or the only one that begins with the "yes" or "no" that was typed."""
    if typed.isdecimal():
        return int(typed) - 1 if 1 <= int(typed) <= len(options) else None
    word = "yes" if typed in _YES else "no" if typed in _NO else None
    fitting = [
        number for number, each in enumerate(options) if word and each.label.lower().split(",")[0].split(" ")[0] == word
    ]
    return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Renders the parts of a reply; an empty string where there is none."""

    look: Look

    def of(self, reply: Reply, typed: str) -> Iterator[str]:
        quotes = reply.quotes if reply.kind is not ReplyKind.CLARIFY else ()
        yield self._head(reply, typed)
        if quotes and reply.kind is ReplyKind.ANSWER and _same(quotes[0].plain, reply.text):
            yield self._quote(quotes[0])  # the answer is the quote: it is said once
            quotes = quotes[1:]
            following = "See also:"
        else:
            yield self._wrap(reply.text)
            following = "" if reply.kind is ReplyKind.ANSWER else "What I found, none of it certain:"
        yield self._conditions(reply)
        yield self._options(reply)
        yield self._quotes(following, quotes)
        if reply.sources:
            yield self._paint(_DIM, self._wrap(f"Behind it: {'; '.join(reply.sources)}"))
        if reply.person:
            yield self._person(reply.person)
        if reply.examples:
            yield "\n".join(("Try for example:", *(self._wrap(each, "  · ") for each in reply.examples)))

    def _head(self, reply: Reply, typed: str) -> str:
        words, colour = _VERDICTS[reply.verdict] if reply.verdict else _HEADS.get(reply.kind, ("", ""))
        head = self._paint(f"{_BOLD};{colour}", words) if words else ""
        if head and reply.inferred:
            head += self._paint(_DIM, "  (inferred from the wording, not marked by its author)")
        if typed and reply.question and not _same(typed, reply.question):
            understood = self._paint(_DIM, self._wrap(f"Understood as: “{reply.question}”"))
            head = f"{understood}\n\n{head}" if head else understood
        return head

    def _conditions(self, reply: Reply) -> str:
        if not reply.conditions:
            return ""
        title = _CONDITIONS.get(reply.verdict, "Keep in mind:") if reply.verdict else "Keep in mind:"
        return "\n".join((title, *(self._wrap(each, "  ☐ ") for each in reply.conditions)))

    def _options(self, reply: Reply) -> str:
        if not reply.options:
            return ""
        lines = [self._wrap(option.label, f"  {number}) ") for number, option in enumerate(reply.options, 1)]
        return "\n".join((*lines, self._paint(_DIM, self._wrap(self.look.choose))))

    def _quotes(self, title: str, quotes: tuple[Quote, ...]) -> str:
        shown = f"\n{_BAR.rstrip()}\n".join(map(self._quote, quotes))
        return f"{title}\n{shown}" if title and shown else shown

    def _quote(self, quote: Quote) -> str:
        since = f", in force since {quote.effective.isoformat()}" if quote.effective else ""
        source = f"{quote.title}, “{quote.heading}”, version {quote.version}{since}"
        said = self._wrap(f"“{quote.plain}”", _BAR, _BAR)
        return f"{said}\n{self._paint(_DIM, self._wrap(source, f'{_BAR}— ', f'{_BAR}  '))}"

    def _person(self, person: Person) -> str:
        ways = " · ".join(address if way == "email" else f"{way} {address}" for way, address in person.reach)
        name = self._wrap(f"Ask: {person.name}")
        return f"{self._paint(_BOLD, name)}\n{self._wrap(f'{ways} · {person.hours}', '     ')}"

    def _wrap(self, text: str, first: str = "", following: str | None = None) -> str:
        """Wrapped lines; addresses stay whole, so that they can be copied, and no character steers the terminal."""
        indent = " " * len(first) if following is None else following
        lines = textwrap.wrap(
            _safe(text),
            self.look.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return "\n".join(lines) or first.rstrip()

    def _paint(self, colour: str, text: str) -> str:
        if not self.look.colour:
            return text
        return "\n".join(f"\033[{colour}m{line}\033[0m" for line in text.split("\n"))


def _same(one: str, other: str) -> bool:
    return _safe(one).casefold().split() == _safe(other).casefold().split()


def _safe(text: str) -> str:
    """The text without control characters."""
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)


def _enable_history() -> None:
    try:
        import readline  # noqa: PLC0415 - not on every system
    except ImportError:  # Windows has none; typing works without it
        return
    readline.set_history_length(100)


__all__ = ["CHOOSE", "Look", "converse", "render"]
