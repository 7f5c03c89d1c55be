"""The conversation: what is typed becomes a message, and what comes back is shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.channels.terminal.cases import actions_of
from bot.channels.terminal.forms import fill_in
from bot.channels.terminal.look import Look
from bot.channels.terminal.render import render
from bot.conversation.messages import LOCAL, Act, Deed, Message, Press
from bot.conversation.reply import Action, Option, Reply, ReplyKind
from knowledge.models import Reader

_WELCOME: Final = (
    "Clearpost. Tell me what you would like to post, or what happened.\n"
    "After a reply, y or n says whether it helped, p asks a person; quit or Ctrl+D ends."
)
_NOTHING_TO_CHOOSE: Final = "There is nothing to choose here. Ask me in words."
_NOTHING_TO_RATE: Final = "There is no answer to rate yet. Ask me something first."
_NOTHING_TO_SEND: Final = "There is no question to pass on yet. Ask me something first."
_NOTHING_DONE: Final = "Nothing was done."

_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})
_PERSON: Final = frozenset({"p", "person"})
_ENDS: Final = frozenset({"q", "quit", "exit"})
_NEWS: Final = "news"  # the act by which a surface without deliveries asks what came back
_TITLES: Final = {ReplyKind.CASE: "News of your case:", ReplyKind.QUEUE: "News of your cases:"}
_BESIDE: Final = "a"  # before the numbers of an answer that came, which may stand beside those of the last reply
_MOST_DIGITS: Final = 4
_REFUSED: Final = frozenset({ReplyKind.ERROR, ReplyKind.BUSY})


def converse(
    reply_to: Callable[[Message], Reply],
    clock: Callable[[], datetime],
    reader: Reader,
    look: Look | None = None,
    account: str = "",
) -> None:
    """Talk until the end of the input. ``account`` names who talks, for answers that come back another day."""
    thread = secrets.token_urlsafe(12)
    chat = _Chat(reply_to, clock, Message("terminal", LOCAL, account or thread, thread, clock(), reader=reader), look)
    _enable_history()
    print(_WELCOME)
    while True:
        chat.look_for_news()
        try:
            typed = input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if typed.lower() in _ENDS:
            return
        if typed:
            chat.take(typed)


class _Chat:
    """One conversation: the last reply and the last answer that came, whose numbers can be typed."""

    def __init__(
        self,
        reply_to: Callable[[Message], Reply],
        clock: Callable[[], datetime],
        said: Message,
        look: Look | None,
    ) -> None:
        self._reply_to = reply_to
        self._clock = clock
        self._said = said
        self._look = look or Look()
        self._last: Reply | None = None
        self._news: Reply | None = None  # as it came, so that it is shown once
        self._beside: Reply | None = None  # the same, while something can be done about it

    def look_for_news(self) -> None:
        """Show what came back meanwhile, once."""
        reply = self._reply_to(replace(self._said, at=self._clock(), deed=Deed(_NEWS, "")))
        title = _TITLES.get(reply.kind)
        if title and reply != self._news and any((reply.head, reply.text, reply.asked, reply.said, reply.items)):
            self._news = self._beside = reply
            print(f"\n{title}\n\n{render(reply, self._look, lead=_BESIDE)}")

    def take(self, typed: str) -> None:
        """Do what was typed."""
        meant = _meant(typed, self._last, self._beside)
        if isinstance(meant, Action):
            self._do(meant, beside=typed.lower().startswith(_BESIDE))
        elif isinstance(meant, Press):
            self._pressed(self._ask(replace(self._said, press=meant)))
        elif meant:
            print(f"\n{meant}")
        else:
            self._last = self._ask(replace(self._said, text=typed))
            print(f"\n{render(self._last, self._look, typed=typed)}")

    def _do(self, action: Action, *, beside: bool) -> None:
        deed = fill_in(action, self._look)
        if deed is None:
            print(f"\n{_NOTHING_DONE}")
            return
        reply = self._ask(replace(self._said, deed=deed))
        print(f"\n{render(reply, self._look)}")
        card = self._beside if beside else self._last
        private = card is not None and card.private
        if reply.kind in _REFUSED or (reply.kind is ReplyKind.NOTE and not private and not actions_of(reply)):
            return  # the card stays, and what can be done about it
        if beside:
            self._beside = None
        self._last = reply

    def _pressed(self, reply: Reply) -> None:
        print(f"\n{render(reply, self._look)}")
        if reply.kind is not ReplyKind.THANKS and reply.kind not in _REFUSED:  # a rated reply may be rated again
            self._last = reply

    def _ask(self, message: Message) -> Reply:
        return self._reply_to(replace(message, at=self._clock()))


def _meant(  # noqa: PLR0911 - one return for each thing that can be typed
    typed: str, last: Reply | None, news: Reply | None
) -> Press | Action | str | None:
    """What was typed: an option, something to do, a rating; a string where it can be none of these, else words."""
    word = typed.lower()
    if news and word.startswith(_BESIDE) and word[1:].isdecimal():
        return _action(word[1:], actions_of(news)) or _NOTHING_TO_CHOOSE
    options, actions = (last.options, actions_of(last)) if last else ((), ())
    if last and (options or actions):
        number = _number(word, (*options, *actions))
        if number is not None:
            return Press(last.id, Act.CHOOSE, number) if number < len(options) else actions[number - len(options)]
        if typed.isdecimal() or (word in _YES | _NO and not _can_be_rated(last)):
            return f"Type a number from 1 to {len(options) + len(actions)}, or ask something else."
    elif typed.isdecimal():
        return _NOTHING_TO_CHOOSE
    if word in _YES | _NO:
        if last is None or not last.id:
            return _NOTHING_TO_RATE
        return Press(last.id, Act.HELPED if word in _YES else Act.NOT_HELPED)
    if word in _PERSON:
        return Press(last.id, Act.PERSON) if last and last.id else _NOTHING_TO_SEND
    return None


def _can_be_rated(last: Reply) -> bool:
    return bool(last.id) and not last.options


def _action(number: str, actions: tuple[Action, ...]) -> Action | None:
    at = _counted(number, len(actions))
    return None if at is None else actions[at]


def _counted(number: str, most: int) -> int | None:
    """Which one of so many, from 0, a number names."""
    at = int(number) if len(number) <= _MOST_DIGITS else 0
    return at - 1 if 1 <= at <= most else None


def _number(word: str, offered: tuple[Option | Action, ...]) -> int | None:
    """Which one, from 0, a number names, or the only one that begins with the "yes" or "no" that was typed."""
    if word.isdecimal():
        return _counted(word, len(offered))
    wanted = "yes" if word in _YES else "no" if word in _NO else None
    fitting = [
        number
        for number, each in enumerate(offered)
        if wanted and each.label.lower().split(",")[0].split(" ")[0] == wanted
    ]
    return fitting[0] if len(fitting) == 1 else None


def _enable_history() -> None:
    try:
        import readline  # noqa: PLC0415 - not on every system
    except ImportError:  # Windows has none; typing works without it
        return
    readline.set_history_length(100)


__all__ = ["converse"]
