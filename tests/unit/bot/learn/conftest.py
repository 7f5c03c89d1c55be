"""A company with a school, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.kept import from_json
from bot.conversation.learn.school import School
from bot.conversation.learn.teach import teach
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply
from bot.conversation.router import Router
from bot.ports import Delivery, Person, Profile
from tests.fakes.answers import FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, RosteredPeople
from tests.fakes.office import office
from tests.fakes.people import MemoryStaff
from tests.fakes.school import school
from tests.fakes.state import MemoryState
from tests.fakes.triage import FakeTriage

WORKSPACE: Final = "slack:T1"
MONDAY: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass
class Company:
    """Everything; ``now`` is the moment of the next message."""

    people: RosteredPeople = field(default_factory=RosteredPeople)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    answers: FakeAnswers = field(default_factory=FakeAnswers)
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        """Build it."""
        state = MemoryState()
        self.learners = MemoryLearners(self.people, self.jobs)
        self._place = replace(
            office(state, self.answers, self.jobs), people=self.people, staff=MemoryStaff(self.people)
        )
        self.school: School = school(self._place, self.learners)
        self.rebuild()

    def rebuild(self) -> None:
        """Let whoever writes and presses meet the school as it is now."""
        self.router = Router(self._place, campus(self._place, self.school), FakeTriage(), timedelta(hours=12))

    def hire(self, account: str = "U1", track: str = "employees", day: date | None = None) -> Person:
        """Somebody new, met on the platform."""
        person = self.people.meet(WORKSPACE, account, Profile(account, f"{account}@example.com"), self.now)
        person = replace(person, track=track, hire_date=day or MONDAY.date())
        self.people.put(person)
        return person

    def teach(self) -> int:
        """Look at who is due."""
        return teach(self.school, self.now)

    def delivery(self) -> Delivery:
        """The one message that is owed."""
        (owed,) = self.jobs.owed.values()
        return owed

    def card(self) -> Reply:
        """The card of the one message that is owed."""
        return from_json(self.delivery().body)

    def receive(self) -> Reply:
        """The one message that is owed comes; its card."""
        owed = self.delivery()
        del self.jobs.owed[owed.id]
        self.now = max(self.now, owed.due)
        return from_json(owed.body)

    def say(self, text: str, account: str = "U1", workspace: str = WORKSPACE) -> Reply:
        """Somebody writes."""
        return self.router.reply(Message("slack", workspace, account, "t", self.now, text=text))

    def do(
        self, action: Action, *choices: str, words: str = "", account: str = "U1", workspace: str = WORKSPACE
    ) -> Reply:
        """Somebody presses a button, or sends its form."""
        chosen = choices or ((action.choice,) if action.choice else ())
        deed = Deed(action.act, action.on, words, chosen)
        return self.router.reply(Message("slack", workspace, account, "t", self.now, deed=deed))


def button(reply: Reply, label: str) -> Action:
    """A button by its label."""
    actions = (*(each for item in reply.items for each in item.actions), *reply.actions)
    return next(each for each in actions if each.label == label)


def title(reply: Reply) -> str:
    """What stands at the head of a card; empty where nothing does."""
    return reply.head.word if reply.head else ""


@pytest.fixture
def company() -> Company:
    """A company on a Monday morning."""
    return Company()
