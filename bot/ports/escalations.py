"""Cases that were handed to a person: who asked, who owns them, until when, and all that happened to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.ports.deliveries import Delivery
from knowledge.models import Priority


class Stage(StrEnum):
    """How far an escalation is."""

    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"


class Event(StrEnum):
    """What happened to an escalation; also the action of its line in the audit, after ``escalation_``."""

    OPENED = "opened"
    JOINED = "joined"  # the same incident was reported once more
    POSTED = "posted"  # a card went to somebody else, too
    CLAIMED = "claimed"
    ASKED_BACK = "asked_back"
    ADDED = "added"  # the asker added something
    ANSWERED = "answered"
    REASSIGNED = "reassigned"
    PRIORITY = "priority"
    CLOSED = "closed"
    REOPENED = "reopened"
    REMINDED = "reminded"
    PASSED_ON = "passed_on"  # the clock, an absence or a lost channel gave it to somebody else


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody on a surface: where they asked or pressed, and who that is.

    ``thread`` is the conversation in which they asked. ``person`` is their id among people, empty where they were
    never met (the web chat asks nobody who they are). ``name`` is what cards show.
    """

    workspace: str
    account: str
    thread: str = ""
    person: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """What is due next: the first response or the answer.

    ``began`` and ``due`` bound it; ``rung`` counts what was done of it: 1 reminded half-way, 2 reminded at the end,
    then once for each who was asked in turn. ``next`` is when it rings again; ``None`` where it stands still.
    """

    began: datetime
    due: datetime
    rung: int = 0
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """A question or a triage case that was handed to a contact.

    ``id`` is unguessable; ``number`` is what people call it, counted within the organisation. ``found`` is the reply
    that it began with, as JSON. ``kind`` is a triage kind or empty. ``contact`` is whom it is with now, ``owner`` who
    claimed it. ``reports`` counts how often the incident was reported. ``version`` grows with every change.
    """

    id: str
    number: int
    organisation: str
    asker: Party
    question: str
    found: str
    contact: str
    priority: Priority
    opened: datetime
    stage: Stage = Stage.OPEN
    kind: str = ""
    region: str = ""
    unit: str = ""
    language: str = ""
    confidential: bool = False
    owner: Party | None = None
    clock: Clock | None = None
    ended: datetime | None = None
    reports: int = 1
    version: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to an escalation. ``words`` is what was said: it is never part of the audit."""

    event: Event
    at: datetime
    actor: Party
    before: str = ""
    after: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A card of an escalation that is, or will be, in a channel or a chat: the delivery that sends it.

    ``whole`` is false where it hides the words of a confidential case.
    """

    delivery: str
    workspace: str
    place: str = ""
    account: str = ""
    whole: bool = True


class Escalations(Protocol):
    """Escalations of an organisation. Nothing is reached without its organisation, save by ``ringing`` and ``lost``."""

    def organisation(self, workspace: str) -> str:
        """The organisation that a workspace belongs to."""
        ...

    def open(
        self,
        escalation: Escalation,
        entry: Entry,
        posts: Sequence[Post],
        owed: Callable[[Escalation], Sequence[Delivery]],
        latest: int | None = None,
    ) -> Escalation | None:
        """Keep a new one with its entry, its cards and what is owed, in one transaction; with its number.

        ``latest`` is the highest number that the caller knew of: where there is a higher one meanwhile, nothing is
        kept and ``None`` returned, so that the caller can look whether that is the same.

        ``owed`` is called with the escalation once it has its number: its cards show that. Where one with this id is
        kept already, that one is returned and nothing is changed.
        """
        ...

    def change(
        self,
        before: Escalation,
        after: Escalation,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        owed: Sequence[Delivery] = (),
    ) -> bool:
        """Keep a change with its entries, new cards and what is owed, all or nothing, and a line each in the audit.

        ``False``, and nothing is kept, where ``before`` is no longer its state: somebody else was faster.
        ``after.version`` is set to that of ``before`` plus 1.
        """
        ...

    def latest(self, organisation: str) -> int:
        """The highest number of a case; 0 where there is none."""
        ...

    def find(self, organisation: str, escalation: str) -> Escalation | None:
        """One escalation."""
        ...

    def entries(self, organisation: str, escalation: str) -> Sequence[Entry]:
        """What happened to it, oldest first."""
        ...

    def posts(self, organisation: str, escalation: str) -> Sequence[Post]:
        """Its cards, oldest first."""
        ...

    def reporters(self, organisation: str, escalation: str) -> Sequence[Party]:
        """Everybody who reported it, the asker first; one for each account."""
        ...

    def report(self, before: Escalation, after: Escalation, entry: Entry, owed: Sequence[Delivery]) -> bool:
        """Keep that ``entry.actor`` reported the same incident; like ``change``."""
        ...

    def unresolved(self, organisation: str) -> Sequence[Escalation]:
        """Those that are open or claimed: the most urgent first, then by what is due first."""
        ...

    def since(self, organisation: str, at: datetime) -> Sequence[Escalation]:
        """Those that were opened, or reported again, since a moment and are not closed; newest first."""
        ...

    def of(self, organisation: str, workspace: str, account: str, person: str = "") -> Sequence[Escalation]:
        """Those that an account reported, or a person under any of their accounts; newest first, at most 50."""
        ...

    def ringing(self, at: datetime, most: int) -> Sequence[Escalation]:
        """For the clock: those whose clock rings, of all organisations, the most overdue first."""
        ...

    def lost(self, most: int) -> Sequence[tuple[Escalation, Post]]:
        """For the clock: unresolved ones with a card in a channel or chat that could not be delivered."""
        ...

    def forget_post(self, organisation: str, escalation: str, delivery: str) -> None:
        """A card is no more."""
        ...


__all__ = ["Clock", "Entry", "Escalation", "Escalations", "Event", "Party", "Post", "Stage"]
