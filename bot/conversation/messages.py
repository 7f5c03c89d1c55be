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
    person: audience, region.
    """

    surface: str
    workspace: str
    account: str
    thread: str
    at: datetime
    text: str = ""
    press: Press | None = None
    reader: Reader = field(default_factory=Reader)


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


__all__ = ["LOCAL", "Act", "Message", "Press"]
