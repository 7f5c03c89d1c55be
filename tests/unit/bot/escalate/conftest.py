"""A company with an asker in Slack, experts in Slack and Teams, and a conversation over a real state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import select

from bot.conversation.escalate.office import Office
from bot.conversation.kept import from_json
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply, ReplyKind
from bot.conversation.router import Router
from bot.ports import Delivery, Desk, Escalation, Profile
from bot.state import State, migrate, open_engine, reading
from bot.state.tables import deliveries
from knowledge.contacts import Contact, Contacts
from tests.fakes.answers import HAND_OVER, FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.triage import FakeTriage

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SLACK: Final = "slack:T1"
TEAMS: Final = "teams:tenant"
QUESTION: Final = "May I show the prototype at the fair?"

INES: Final = (SLACK, "U-ines")
"""Asks."""
OMAR: Final = (TEAMS, "omar")
"""Is of the Center of Excellence, in Teams."""
LENA: Final = (SLACK, "U-lena")
"""Leads it, in Slack."""
MAX: Final = (SLACK, "U-max")
"""Is a colleague of Ines'."""


class Listed(FakeAnswers):
    """Answers whose contacts are those of a test."""

    def __init__(self, *listed: Contact) -> None:
        super().__init__({QUESTION: HAND_OVER})
        self.listed = listed

    @property
    def contacts(self) -> Contacts:
        """The contacts of the test."""
        return Contacts(self.listed)


@dataclass
class Company:
    """Everybody talks through one router; ``now`` goes on by a minute with each message."""

    state: State
    answers: FakeAnswers = field(default_factory=lambda: FakeAnswers({QUESTION: HAND_OVER}))
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        """Meet everybody, and open the desks."""
        self.office: Office = office(self.state, self.answers)
        self.router = Router(self.office, campus(self.office), FakeTriage(), timedelta(hours=12))
        for workspace, surface in ((SLACK, "slack"), (TEAMS, "teams")):
            self.state.workspaces.add(workspace, surface, "Example", MONDAY)
        people = self.state.people
        for (workspace, account), name in ((INES, "Ines"), (OMAR, "Omar"), (LENA, "Lena"), (MAX, "Max")):
            people.meet(
                workspace,
                account,
                Profile(f"{name} Example", f"{name.lower()}@example.com", "Europe/Berlin", "en-GB"),
                MONDAY,
            )
        self.grant(OMAR, "coe")
        self.grant(LENA, "coe_lead")
        self.desk("coe_lead", TEAMS, "19:social")
        self.desk("communications", TEAMS, "19:press")

    def grant(self, who: tuple[str, str], role: str) -> None:
        """Give a role."""
        person = self.state.people.find(*who)
        assert person is not None
        self.state.staff.grant(person.id, role)

    def desk(self, contact: str, workspace: str, place: str) -> None:
        """Give a contact a channel."""
        organisation = self.office.escalations.organisation(workspace)
        self.state.desks.put(organisation, Desk(contact, workspace, place), MONDAY)

    def say(self, who: tuple[str, str], text: str, **more: str) -> Reply:
        """Say something."""
        return self.router.reply(self.message(who, text=text, **more))

    def do(self, who: tuple[str, str], act: str, on: str, words: str = "", choices: Sequence[str] = ()) -> Reply:
        """Press a button, perhaps with what its form took."""
        return self.router.reply(replace(self.message(who), deed=Deed(act, on, words, tuple(choices))))

    def press(self, who: tuple[str, str], action: Action, words: str = "", choices: Sequence[str] = ()) -> Reply:
        """Press the very button that was shown."""
        return self.do(who, action.act, action.on, words, choices or ((action.choice,) if action.choice else ()))

    def message(self, who: tuple[str, str], **more: str) -> Message:
        """A message of somebody, a minute after the last one."""
        self.now += timedelta(minutes=1)
        return Message("test", *who, thread=f"D-{who[1]}/1", at=self.now, **more)  # type: ignore[arg-type] # names of fields

    def ask_a_person(
        self, who: tuple[str, str] = INES, question: str = QUESTION, *choices: str, words: str = ""
    ) -> Reply:
        """Ask, and send the question to a person."""
        asked = self.say(who, question)
        return self.do(who, "send", asked.id, words, choices)

    @property
    def organisation(self) -> str:
        """The company."""
        return self.office.escalations.organisation(SLACK)

    def case(self, number: int = 1) -> Escalation:
        """A case by its number."""
        everything = self.state.escalations.since(self.organisation, MONDAY - timedelta(days=400))
        found = {each.number: each for each in (*everything, *self._closed())}
        return found[number]

    def _closed(self) -> Sequence[Escalation]:
        return self.state.escalations.of(self.organisation, *INES)

    def owed(self, kind: str = "") -> list[Delivery]:
        """What is owed, in the order in which it was planned, of one kind or all."""
        query = select(deliveries).order_by(deliveries.c.due, deliveries.c.id)
        with reading(self.state.engine) as connection:
            rows = connection.execute(query).all()
        found = [
            Delivery(r.id, r.workspace, r.account, r.kind, r.body, r.due, r.resend, r.place, r.thread, r.edits)
            for r in rows
        ]
        return [each for each in found if not kind or each.kind == kind]

    def shown(self, kind: str) -> list[Reply]:
        """The replies that are owed, of a kind."""
        return [from_json(each.body) for each in self.owed(kind)]

    def card(self) -> Reply:
        """The card of the newest case in its newest state, as its desk sees it."""
        return from_json(max(self.owed("case"), key=lambda each: (each.due, each.id)).body)

    def audit(self) -> list[Mapping[str, object]]:
        """The lines of the audit, of both workspaces, as they were added."""
        return [
            {"action": each.action, "actor": each.actor, **each.detail}
            for workspace in (SLACK, TEAMS)
            for each in self.state.audit.lines(workspace)
        ]


CompanyMaker = Callable[..., Company]


@pytest.fixture
def make_company(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Company]:
    """Companies over answers of one's own."""

    def make(**more: object) -> Company:
        engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('company') / 'state.db'}")
        migrate(engine)
        return Company(State(engine, (), (SLACK, TEAMS)), **more)  # type: ignore[arg-type] # names of fields

    return make


@pytest.fixture
def company(make_company: CompanyMaker) -> Company:
    """A company whose question nobody but a person can answer."""
    return make_company()


def labels(reply: Reply) -> list[str]:
    """The labels of a reply's buttons."""
    return [each.label for each in reply.actions]


def action(reply: Reply, label: str) -> Action:
    """The button with a label."""
    return next(each for each in reply.actions if each.label == label)


__all__ = [
    "INES",
    "LENA",
    "MAX",
    "MONDAY",
    "OMAR",
    "QUESTION",
    "SLACK",
    "TEAMS",
    "Company",
    "CompanyMaker",
    "Listed",
    "ReplyKind",
    "action",
    "labels",
]
