"""The terminal as a surface: a conversation with history and choices, and replies as plain text."""

from __future__ import annotations

import secrets
import textwrap
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from bot.conversation.messages import Choose, Feedback, Message
from bot.conversation.reply import Quote, Reply, ReplyKind
from knowledge.models import Reader, Verdict

_WIDTH: Final = 96
_VERDICTS: Final = {
    Verdict.YES: "✔ YES",
    Verdict.YES_IF: "✔ YES, IF",
    Verdict.ASK_FIRST: "✋ ASK FIRST",
    Verdict.NO: "✘ NO",
}
_HEADS: Final = {
    ReplyKind.HAND_OVER: "? NOT SURE: ASK A PERSON",
    ReplyKind.CLARIFY: "? ONE QUESTION FIRST",
}
_WELCOME: Final = (
    "Clearpost. Tell me what you would like to post. 'y' or 'n' after a reply says whether it helped; Ctrl+D ends."
)


def converse(reply_to: Callable[[Message], Reply], clock: Callable[[], datetime], reader: Reader) -> None:
    """Talk until the end of the input."""
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
        if not typed:
            continue
        last = reply_to(_message(typed, last, thread, clock(), reader))
        print(f"\n{render(last)}")


def render(reply: Reply) -> str:
    """A reply as plain text, wrapped, with its choices numbered."""
    return "\n".join(_lines(reply))


def _message(typed: str, last: Reply | None, thread: str, at: datetime, reader: Reader) -> Message:
    """What was typed: the number of an option, y or n about the last reply, or words."""
    if last and typed.isdigit() and 1 <= int(typed) <= len(last.options):
        option = last.options[int(typed) - 1]
        choice = Choose(last.question, option.policy, option.section)
        return Message("terminal", thread, at, choice=choice, reader=reader)
    if last and last.id and typed.lower() in {"y", "n"}:
        return Message("terminal", thread, at, feedback=Feedback(last.id, typed.lower() == "y"), reader=reader)
    return Message("terminal", thread, at, text=typed, reader=reader)


def _lines(reply: Reply) -> Iterator[str]:
    head = _VERDICTS[reply.verdict] if reply.verdict else _HEADS.get(reply.kind)
    if head:
        yield head + ("  (inferred from the wording)" if reply.inferred else "")
    yield from _wrap(reply.text)
    for condition in reply.conditions:
        yield from _wrap(condition, "  ☐ ")
    for number, option in enumerate(reply.options, 1):
        yield from _wrap(option.label, f"  {number}) ")
    if reply.options:
        yield "Type the number that fits."
    if reply.quotes and reply.kind is not ReplyKind.CLARIFY:
        if reply.kind is ReplyKind.HAND_OVER:
            yield "What I found, none of it certain:"
        for quote in reply.quotes:
            yield from _quote(quote)
    if reply.sources:
        yield from _wrap(f"Behind it: {'; '.join(reply.sources)}")
    if reply.person:
        ways = ", ".join(f"{way} {address}" for way, address in reply.person.reach)
        yield from _wrap(f"Ask: {reply.person.name} ({ways}; {reply.person.hours})")
    if reply.examples:
        yield "Try for example:"
        for example in reply.examples:
            yield from _wrap(example, "  · ")


def _quote(quote: Quote) -> Iterator[str]:
    yield from _wrap(f"“{quote.plain}”", "  │ ")
    since = f", in force since {quote.effective.isoformat()}" if quote.effective else ""
    yield from _wrap(f"{quote.title}, “{quote.heading}”, version {quote.version}{since}", "  │ — ")


def _wrap(text: str, first: str = "") -> list[str]:
    following = "  │ " if "│" in first else " " * len(first)
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=following) or [first]


def _enable_history() -> None:
    try:
        import readline
    except ImportError:  # Windows has none; typing works without it
        return
    readline.set_history_length(100)


__all__ = ["converse", "render"]
