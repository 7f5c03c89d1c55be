"""What every handler of brown bags and notes needs of the world, and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.learn.school import School
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Head, Reply, ReplyKind
from bot.ports import LEAD, STAFF, Audit, Party, Person, Workspaces
from bot.ports.gatherings import Gathering, Gatherings, Notes
from lessons.models import Track

SOMEBODY = "A colleague"
"""Whoever has no name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a brown bag is shown: pairs of a workspace and a channel, and the address of its calendar file.

    It is worked out before a step is made, as whoever makes one keeps others waiting.
    """

    boards: tuple[tuple[str, str], ...]
    link: str


@dataclass(frozen=True, slots=True)
class Hall:
    """The ports of what colleagues teach one another.

    ``boards`` are pairs of a workspace and a channel in which brown bags are announced. ``address`` is that of the
    server (``https://clearpost.example.com``), empty where it has none that others reach.
    """

    school: School
    gatherings: Gatherings
    notes: Notes
    workspaces: Workspaces
    audit: Audit
    boards: tuple[tuple[str, str], ...] = ()
    address: str = ""

    def shown(self, gathering: Gathering) -> Shown:
        """Where a brown bag is announced: in its company's channels, and in the one where it was planned."""
        theirs = [each for each in self.boards if self._organisation(each[0]) == gathering.organisation]
        own = [(gathering.host.workspace, gathering.place)] if gathering.place else []
        boards = tuple(each for each in dict.fromkeys((*theirs, *own)) if each[0] != LOCAL)
        return Shown(boards, f"{self.address.rstrip('/')}/events/{gathering.id}.ics" if self.address else "")

    def _organisation(self, workspace: str) -> str:
        found = self.workspaces.find(workspace)
        return found.organisation if found else ""


def party(message: Message, person: Person) -> Party:
    """Who sent a message, as brown bags and notes keep it."""
    return Party(message.workspace, message.account, message.thread, person.id, person.profile.name)


def is_colleague(person: Person) -> bool:
    """Whether somebody belongs to the company: what colleagues tell one another is not for partners."""
    return person.track != Track.PARTNERS


def is_staff(person: Person) -> bool:
    """Whether somebody may take down what others put up."""
    return bool({STAFF, LEAD} & set(person.roles))


def name_of(who: Party) -> str:
    """What somebody is called."""
    return who.name or SOMEBODY


def refusal(text: str) -> Reply:
    """Something cannot be done; for the eyes of whoever tried alone."""
    return Reply(ReplyKind.ERROR, text, head=Head("That did not work", "⚠️", "careful"), private=True)


FOR_COLLEAGUES = "Brown bags and notes are for colleagues within the company. Write “library” to see every lesson."
"""What partners hear."""

__all__ = ["FOR_COLLEAGUES", "SOMEBODY", "Hall", "Shown", "is_colleague", "is_staff", "name_of", "party", "refusal"]
