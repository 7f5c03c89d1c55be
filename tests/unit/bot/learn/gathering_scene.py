"""Ines hosts a brown bag, Noor and others come, Lea is of the Center of Excellence, Paul is a partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.conversation.kept import from_json
from bot.conversation.learn import gatherings
from bot.conversation.learn.gatherings import Hall
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply
from bot.ports import STAFF, Delivery, Profile
from bot.ports.gatherings import Gathering
from tests.fakes.gatherings import MemoryGatherings, MemoryNotes
from tests.fakes.learners import MemoryLearners, RosteredPeople
from tests.fakes.office import office
from tests.fakes.people import MemoryStaff
from tests.fakes.school import school
from tests.fakes.state import MemoryState

SLACK: Final = "slack:T1"
OTHER: Final = "slack:T2"
MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
LINE: Final = "Reading the room on 3 December 14:00 for 30 minutes in the canteen"
BEGINS: Final = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
BOARD: Final = (SLACK, "C-bags")
ADDRESS: Final = "https://clearpost.example.com"


class Scene:
    """``now`` is the moment of the next message; Berlin is where everybody but Kim is, who is in New York."""

    def __init__(self, boards: tuple[tuple[str, str], ...] = (BOARD, (OTHER, "C-theirs"))) -> None:
        self.now = MONDAY
        self.state = MemoryState()
        self.people = RosteredPeople()
        self.jobs = self.state.jobs
        staff = MemoryStaff(self.people)
        place = replace(office(self.state, jobs=self.jobs), people=self.people, staff=staff)
        for workspace in (SLACK, OTHER):
            self.state.workspaces.add(workspace, "slack", "Example", MONDAY)
        self.books = MemoryGatherings(self.jobs)
        self.notes = MemoryNotes(self.jobs)
        self.hall = Hall(
            school=school(place, MemoryLearners(self.people, self.jobs)),
            gatherings=self.books,
            notes=self.notes,
            workspaces=self.state.workspaces,
            audit=self.state.audit,
            boards=boards,
            address=ADDRESS,
        )
        for account in ("ines", "noor", "lea", "omar", "kim"):
            self.meet(account, "America/New_York" if account == "kim" else "Europe/Berlin")
        self.meet("paul", "Europe/Berlin", track="partners")
        self.meet("stranger", "Europe/Berlin", OTHER)
        lea = self.people.find(SLACK, "lea")
        assert lea is not None
        staff.grant(lea.id, STAFF)

    def meet(self, account: str, zone: str, workspace: str = SLACK, track: str = "employees") -> str:
        """Somebody is met and put on a track; their id."""
        name = account.capitalize()
        profile = Profile(f"{name} Example", f"{account}@{workspace[-2:].lower()}.example.com", zone)
        person = self.people.meet(workspace, account, profile, self.now)
        self.people.put(replace(person, track=track))
        return person.id

    def message(self, account: str, place: str = "", workspace: str = SLACK) -> Message:
        """A message of somebody."""
        return Message("slack", workspace, account, f"D-{account}", self.now, place=place)

    def plan(self, words: str = LINE, account: str = "ines", place: str = "") -> Reply:
        """Somebody writes "brown bag …"."""
        return gatherings.brown_bags(self.hall, self.message(account, place), words)

    def announced(self, words: str = LINE, account: str = "ines", place: str = "") -> Gathering:
        """Somebody writes "brown bag …" and presses "Announce"."""
        draft = self.plan(words, account, place)
        self.press(draft, "Announce", account, place=place)
        return self.bag(button(draft, "Announce").on)

    def press(
        self,
        reply: Reply,
        label: str,
        account: str,
        words: str = "",
        choices: tuple[str, ...] = (),
        place: str = "",
    ) -> Reply:
        """Somebody presses a button of a reply, or sends its form."""
        action = button(reply, label)
        return self.do(action.act, action.on, account, words, choices or tuple(filter(None, (action.choice,))), place)

    def do(
        self,
        act: str,
        on: str,
        account: str,
        words: str = "",
        choices: tuple[str, ...] = (),
        place: str = "",
        workspace: str = SLACK,
    ) -> Reply:
        """Somebody does something, whatever they were shown."""
        return gatherings.do(self.hall, self.message(account, place, workspace), Deed(act, on, words, choices))

    def come(self, bag: Gathering, *accounts: str) -> None:
        """Colleagues say that they come."""
        for each in accounts:
            self.do("bag_rsvp", bag.id, each, choices=("yes",))

    def attend(self, at: datetime) -> int:
        """The clock rings."""
        self.now = at
        return gatherings.attend(self.hall, at)

    def bag(self, identifier: str) -> Gathering:
        """A brown bag as it is now."""
        found = self.books.by_link(identifier)
        assert found is not None
        return found

    def sent(self) -> list[Delivery]:
        """What is owed goes out, in the order in which it was planned."""
        owed = sorted(self.jobs.owed.values(), key=lambda each: (each.due, each.id))
        self.jobs.owed.clear()
        return owed


def button(reply: Reply, label: str) -> Action:
    """A button by its label."""
    every = (*(each for item in reply.items for each in item.actions), *reply.actions)
    return next(each for each in every if each.label == label)


def labels(reply: Reply) -> list[str]:
    """What the buttons below a reply say."""
    return [each.label for each in reply.actions]


def fact(reply: Reply, name: str) -> str:
    """A fact of a reply; empty where it has none of that name."""
    return dict(reply.facts).get(name, "")


def shown(delivery: Delivery) -> Reply:
    """What a delivery shows."""
    return from_json(delivery.body)


__all__ = [
    "ADDRESS",
    "BEGINS",
    "BOARD",
    "LINE",
    "MINUTE",
    "MONDAY",
    "OTHER",
    "SLACK",
    "Scene",
    "button",
    "fact",
    "labels",
    "shown",
]
