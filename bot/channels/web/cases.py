"""What ``case.html`` shows of triage and cases: facts, what was said, lists, rows, and forms for what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from bot.channels.web.forms import LONGEST_WORDS
from bot.channels.words import cut, deciding, long_moment, passages, remaining, without_emoji
from bot.conversation.reply import Action, Field, Item, Listing, Reply, Said

_TONES: Final = {"good": "yes", "conditional": "yes-if", "careful": "ask-first", "bad": "no"}
_LONGEST: Final = 4000  # characters of what somebody said that are shown
_ONE_LINE: Final = 200  # characters up to which a field for words is a single line
_LISTED: Final = {"good": "check", "bad": "cross"}


@dataclass(frozen=True, slots=True)
class SaidView:
    """What somebody said; ``iso`` is the moment for machines, ``moment`` for people."""

    who: str
    iso: str
    moment: str
    words: str


@dataclass(frozen=True, slots=True)
class ListingView:
    """A list; ``tone`` is a class in CSS, ``icon`` a name in ``icons.html``."""

    title: str
    tone: str
    icon: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a form: ``long`` words have lines, ``most`` is what the server takes."""

    field: Field
    long: bool
    most: int


@dataclass(frozen=True, slots=True)
class ActionView:
    """A button, with its form where it has fields. ``label`` is without emoji: the page has icons of its own."""

    action: Action
    label: str
    words: FieldView | None
    choices: Field | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """A row with buttons; ``points`` take the place of its text where that is a list."""

    title: str
    text: str
    points: Sequence[str]
    actions: tuple[ActionView, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """The parts of a reply that triage and cases add; empty ones are left out.

    ``answers`` are the actions that answer the question that the reply asks, ``actions`` all others.
    """

    notice: str
    facts: tuple[tuple[str, str], ...]
    asked: str
    said: tuple[SaidView, ...]
    lists: tuple[ListingView, ...]
    copy: str
    items: tuple[ItemView, ...]
    notes: tuple[str, ...]
    answers: tuple[ActionView, ...]
    actions: tuple[ActionView, ...]
    private: bool


def case_view(reply: Reply) -> CaseView:
    """Those parts of a reply. However long they are, the page holds them: what people wrote is cut."""
    return CaseView(
        notice=reply.notice,
        facts=reply.facts,
        asked=cut(reply.asked.strip(), _LONGEST),
        said=tuple(map(_said, reply.said)),
        lists=tuple(_listing(each) for each in reply.lists if each.items),
        copy=reply.copy,
        items=tuple(map(_item, reply.items)),
        notes=reply.notes,
        answers=tuple(map(_action, deciding(reply))),
        actions=tuple(map(_action, remaining(reply))),
        private=reply.private,
    )


def tone(name: str) -> str:
    """The class in CSS of a head's or a list's tone."""
    return _TONES.get(name, "neutral")


def _said(said: Said) -> SaidView:
    iso = said.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return SaidView(said.who, iso, long_moment(said.at), cut(said.words.strip(), _LONGEST))


def _listing(listing: Listing) -> ListingView:
    return ListingView(listing.title, tone(listing.tone), _LISTED.get(listing.tone, "more"), listing.items)


def _item(item: Item) -> ItemView:
    told = passages(item.text)
    points = told[0].lines if [each.kind for each in told] == ["points"] else ()
    return ItemView(item.title, "" if points else item.text, points, tuple(map(_action, item.actions)))


def _action(action: Action) -> ActionView:
    words = action.words
    field = FieldView(words, words.most > _ONE_LINE, min(words.most, LONGEST_WORDS)) if words else None
    return ActionView(action, without_emoji(action.label), field, action.choices)


__all__ = [
    "ActionView",
    "CaseView",
    "FieldView",
    "ItemView",
    "ListingView",
    "SaidView",
    "case_view",
    "tone",
]
