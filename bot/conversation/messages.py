"""What a person says to Clearpost, whatever surface it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from knowledge.models import Reader

LOCAL: Final = "local"
"""The workspace of surfaces that belong to this machine: the web chat and the terminal."""


@dataclass(frozen=True, slots=True)
class Message:
    """Words typed, or a button pressed, by one person in one thread.

    ``workspace`` is the border that no data crosses (``slack:T…``, ``teams:<tenant>``, ``local``). ``account`` is who
    speaks, as the surface names them inside of that workspace. ``thread`` is the surface's own name for the
    conversation, unguessable where others could name it. ``at`` is aware, in UTC. ``reader`` is what is known of the
    person: audience, region. ``quoted`` is somebody else's message that the words are about. ``place`` is the channel
    in which the words were typed, as the surface names it; empty in a chat of two. ``deed`` is a press on, or a form
    of, a reply that has ``actions``.
    """

    surface: str
    workspace: str
    account: str
    thread: str
    at: datetime
    text: str = ""
    press: Press | None = None
    reader: Reader = field(default_factory=Reader)
    quoted: str = ""
    place: str = ""
    deed: Deed | None = None


class Act(StrEnum):
    """What a button below a reply does."""

    CHOOSE = "choose"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    PERSON = "person"
    SHARE = "share"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a button below a reply; ``option`` counts the options of a question that decides, from 0."""

    reply: str
    act: Act
    option: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of a reply, done: ``act`` and ``on`` are those of the action, the rest is what its form took.

    Nothing of it is believed: who did it, and whether they may, is looked up.
    """

    act: str
    on: str
    words: str = ""
    choices: tuple[str, ...] = ()


__all__ = ["LOCAL", "Act", "Deed", "Message", "Press"]
