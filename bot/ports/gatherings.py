"""What colleagues teach one another: brown-bag sessions with their guests, and notes with what others added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.ports.deliveries import Delivery
from bot.ports.escalations import Party


class Phase(StrEnum):
    """How far a brown bag is. A draft is seen by its host alone."""

    DRAFT = "draft"
    PLANNED = "planned"
    REMINDED = "reminded"  # whoever comes was reminded, or it was too late for that
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Gathering:
    """A brown-bag session.

    ``id`` is unguessable: its calendar file is read by whoever has the link. ``zone`` is the name of the time zone in
    which the host said when it is. ``changed`` is when anything of it was last said. ``next`` is when something has to
    be done about it; ``None`` where nothing has. ``replay`` is a link, empty where there is none. ``sequence`` counts
    what whoever comes has to hear of: another time, another place. ``place`` is the channel in which it was planned, as
    its host's surface names it; empty in a chat of two. ``version`` grows with every change. ``coming`` is how many
    said that they come, its host left out; it is counted when it is read.
    """

    id: str
    organisation: str
    host: Party
    title: str
    about: str
    begins: datetime
    minutes: int
    where: str
    zone: str
    changed: datetime
    phase: Phase = Phase.DRAFT
    next: datetime | None = None
    replay: str = ""
    sequence: int = 0
    place: str = ""
    version: int = 1
    coming: int = 0

    @property
    def ends(self) -> datetime:
        """When it ends."""
        return self.begins + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who said whether they come, and afterwards perhaps whether it was ``useful``."""

    person: str
    workspace: str
    account: str
    coming: bool
    at: datetime
    useful: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a gathering: its new state, guests whose answer is new, and what is owed by that."""

    after: Gathering
    guests: Sequence[Guest] = ()
    owed: Sequence[Delivery] = ()


Decide = Callable[[Gathering, Sequence[Guest]], Step | None]
"""Makes a step from what is known; ``None`` changes nothing. Called while others wait: it must not write."""


class Gatherings(Protocol):
    """Brown bags of an organisation. Nothing is reached without its organisation, save where a call says so."""

    def add(self, gathering: Gathering) -> None:
        """Keep a new one; one whose id is known is left as it is."""
        ...

    def find(self, organisation: str, gathering: str) -> Gathering | None:
        """One of them."""
        ...

    def by_link(self, gathering: str) -> Gathering | None:
        """For the calendar file: one of whatever organisation, by the id that its link holds."""
        ...

    def guests(self, organisation: str, gathering: str) -> Sequence[Guest]:
        """Everybody who said whether they come, whoever said so first comes first."""
        ...

    def change(self, organisation: str, gathering: str, decide: Decide) -> Gathering | None:
        """Make a step, all or nothing; two at once make theirs one after the other. As it is then.

        ``decide`` is called with the state of now. ``version`` is set to that of before plus 1, and ``coming`` is
        counted anew, whatever the step says of them. ``None`` where there is none of that id.
        """
        ...

    def drop(self, organisation: str, gathering: str) -> None:
        """Forget a draft; one that was announced stays."""
        ...

    def upcoming(self, organisation: str, at: datetime, most: int) -> Sequence[Gathering]:
        """Those that were announced and are not over, the soonest first; no cancelled ones."""
        ...

    def replays(self, organisation: str, most: int) -> Sequence[Gathering]:
        """Those that are over and can be seen again, the newest first."""
        ...

    def hosted(self, organisation: str, person: str) -> Sequence[Gathering]:
        """Those of a host, drafts and cancelled ones, too; the newest first."""
        ...

    def answers(self, organisation: str, person: str) -> Mapping[str, bool]:
        """To which of them somebody said whether they come."""
        ...

    def ringing(self, at: datetime, most: int) -> Sequence[Gathering]:
        """For the clock: those about which something has to be done, of all organisations, the longest due first."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody brought back from a conference or a course. ``link`` may be empty."""

    id: str
    organisation: str
    author: Party
    title: str
    words: str
    link: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody added to a note."""

    author: Party
    at: datetime
    words: str


class Notes(Protocol):
    """The notes of an organisation. Nothing is reached without its organisation."""

    def add(self, note: Note) -> None:
        """Keep a new one; one whose id is known is left as it is."""
        ...

    def find(self, organisation: str, note: str) -> Note | None:
        """One of them."""
        ...

    def newest(self, organisation: str, most: int) -> Sequence[Note]:
        """The newest first."""
        ...

    def of(self, organisation: str, person: str) -> Sequence[Note]:
        """Those of an author, the newest first."""
        ...

    def annotate(self, organisation: str, note: str, remark: Remark, owed: Sequence[Delivery]) -> bool:
        """Keep a remark and owe what follows from it, all or nothing; ``False`` where there is no such note."""
        ...

    def remarks(self, organisation: str, note: str) -> Sequence[Remark]:
        """What was added to a note, oldest first."""
        ...

    def drop(self, organisation: str, note: str) -> None:
        """Take a note down with its remarks."""
        ...


__all__ = ["Decide", "Gathering", "Gatherings", "Guest", "Note", "Notes", "Phase", "Remark", "Step"]
