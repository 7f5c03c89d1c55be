"""Brown bags and notes: what colleagues teach one another, from the plan to the thanks, and found again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from bot.conversation.learn.gatherings import attending, notes, planning
from bot.conversation.learn.gatherings.calendar import calendar_file
from bot.conversation.learn.gatherings.evidence import evidence
from bot.conversation.learn.gatherings.hall import Hall
from bot.conversation.learn.gatherings.watch import attend
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Reply

_Doing = Callable[[Hall, Message, Deed], Reply]

_DOINGS: Final[dict[str, _Doing]] = {
    "bags": lambda hall, message, _deed: attending.listed(hall, message),
    "bag": attending.look,
    "bag_plan": lambda hall, message, deed: planning.plan(
        hall, message, deed.words, planning.form_minutes(deed), deed.on
    ),
    "bag_announce": planning.announce,
    "bag_cancel": planning.call_off,
    "bag_rsvp": attending.answer,
    "bag_useful": attending.rate,
    "bag_replay": planning.add_replay,
    "notes": lambda hall, message, _deed: notes.listed(hall, message),
    "note": notes.look,
    "note_post": lambda hall, message, deed: notes.post(hall, message, deed.words),
    "note_add": notes.annotate,
    "note_drop": notes.drop,
}

DEEDS: Final = MappingProxyType(_DOINGS)
"""What is done by the act of a button."""


def do(hall: Hall, message: Message, deed: Deed) -> Reply:
    """The reply to one of the ``DEEDS``."""
    return DEEDS[deed.act](hall, message, deed)


def brown_bags(hall: Hall, message: Message, words: str = "") -> Reply:
    """The reply to "brown bags", and to "brown bag …", which plans one."""
    return planning.plan(hall, message, words) if words else attending.listed(hall, message)


def offered(hall: Hall, message: Message) -> Reply:
    """The reply to "brown bag" alone: the form."""
    return planning.offered(hall, message)


def noted(hall: Hall, message: Message, words: str = "") -> Reply:
    """The reply to "notes", and to "note …", which posts one."""
    return notes.post(hall, message, words) if words else notes.listed(hall, message)


__all__ = ["DEEDS", "Hall", "attend", "brown_bags", "calendar_file", "do", "evidence", "noted", "offered"]
