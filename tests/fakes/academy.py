"""An academy over a state: two levels for employees, a bank of four questions, and a key that is always the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.conversation.learn.certification.academy import Academy, Issuer, PolicyNow, Registrar
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply
from bot.ports import Graded, Jobs, Person, Profile, Row, Sitting
from bot.ports.certificates import Certificates
from bot.state import State
from lessons.catalogue import Catalogue
from lessons.certification.banks import Bank, Item
from lessons.certification.levels import (
    Belt,
    EvidenceKind,
    EvidenceRule,
    ExamRule,
    Level,
    Levels,
    Look,
    Reminder,
    Scope,
)
from lessons.credentials import SigningKey
from lessons.dials import Dials, Setting
from lessons.models import Check, CheckKind, Lesson, Option, Track
from tests.fakes.answers import CITATION
from tests.fakes.office import office
from tests.fakes.school import CURRICULUM, SECTION, school

ORG: Final = "slack:T1"
URL: Final = "https://clearpost.example.com"
KEY: Final = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
POLICY: Final = PolicyNow(CITATION.policy, CITATION.title, "3.1", date(2026, 9, 1), "d1ge57")

WHITE: Final = Level(
    id="employees-white",
    name="Ready to post",
    summary="Knows what to say about work, and whom to ask.",
    track=Track.EMPLOYEES,
    belt=Belt.WHITE,
    lessons=Scope.ONBOARDING,
    exam=ExamRule("employees", 2, 100, 2),
    evidence=(),
    valid_days=365,
    renew_days=30,
    mandatory_within=60,
)
YELLOW: Final = Level(
    id="employees-yellow",
    name="Steady hand",
    summary="Has taught others.",
    track=Track.EMPLOYEES,
    belt=Belt.YELLOW,
    lessons=Scope.NONE,
    exam=None,
    evidence=(EvidenceRule("brown_bag", 2),),
    valid_days=730,
    renew_days=60,
)
LEVELS: Final = Levels(
    (WHITE, YELLOW),
    {Belt.WHITE: Look("White", Belt.WHITE), Belt.YELLOW: Look("Yellow", Belt.YELLOW)},
    {"brown_bag": EvidenceKind("brown_bag", "Give a brown-bag session")},
    (Reminder(14, "Two weeks left."), Reminder(1, "Tomorrow."), Reminder(-7, "A week late.")),
)


def question(name: str, kind: CheckKind = CheckKind.SINGLE) -> Item:
    """A question whose right options are those that begin with "Right"."""
    options = (
        Option(f"Right {name}", "Yes.", right=True),
        Option(f"Wrong {name}", "No.", right=False),
        Option(f"Right too {name}" if kind is CheckKind.MULTIPLE else f"Worse {name}", "", kind is CheckKind.MULTIPLE),
    )
    return Item(f"The scene of {name}.", Check(name, f"What about {name}?", kind, options), (SECTION,))


BANK: Final = Bank(
    id="employees",
    title="What would you do?",
    track=Track.EMPLOYEES,
    owner="coe_lead",
    version="1.0",
    reviewed=date(2026, 11, 1),
    items=(question("key"), question("cake", CheckKind.MULTIPLE), question("cup"), question("car", CheckKind.MULTIPLE)),
    file="exams/employees.md",
)


class Hall:
    """A state in which somebody goes for their levels; ``issuer``, ``dials`` and the rest of it can be changed."""

    def __init__(
        self, state: State, certificates: Certificates, jobs: Jobs, curriculum: Catalogue = CURRICULUM
    ) -> None:
        self.state = state
        self.place = office(state, jobs=jobs)
        self.curriculum = curriculum
        numbers = count(1)
        registrar = Registrar(
            certificates=certificates,
            audit=state.audit,
            curriculum=lambda: self.curriculum,
            levels=lambda: LEVELS,
            issuer=Issuer(KEY, "Example Works", URL),
            draw=lambda most: next(numbers) * 7919 % most,
            new_id=lambda: f"c{next(numbers)}",
        )
        self.dials = Dials(*(Setting.FORMAL,) * 4)
        taught = replace(
            school(self.place, state.learners),
            curriculum=lambda: self.curriculum,
            dials=lambda _organisation: self.dials,
        )
        self.academy = Academy(
            school=taught,
            registrar=registrar,
            banks=lambda: {BANK.id: BANK},
            policies=lambda: (POLICY,),
            given=lambda _organisation, _person: (),
            attested=(POLICY.id,),
            praise={ORG: "C1"},
        )

    def join(self, name: str, at: datetime, track: str = "employees") -> Person:
        """Somebody is listed, met in Slack under the account of their name, and enrolled."""
        email = f"{name}@example.com"
        self.state.roster.upsert(ORG, [Row(email, track=track)], at)
        person = self.state.people.meet(ORG, name, Profile(f"{name.title()} Example", email), at)
        self.state.learners.enrol(at)
        return person

    def read_all(self, person: Person, at: datetime) -> None:
        """Somebody finishes every lesson."""
        for lesson in self.curriculum.lessons.values():
            self.read(person, lesson, at)

    def read(self, person: Person, lesson: Lesson, at: datetime) -> None:
        """Somebody finishes a lesson."""
        sitting = Sitting(f"{person.id}:{lesson.id}:{at}", person.id, lesson.id, lesson.version, "", at)
        self.state.learners.begin(sitting)
        self.state.learners.grade(
            Graded(person.id, lesson.id, lesson.version, "post", at, (1,), right=True, first=True)
        )
        self.state.learners.end(person.id, sitting.id, at)


def said(name: str, at: datetime, deed: Deed | None = None) -> Message:
    """A message of somebody in Slack."""
    return Message("slack", ORG, name, "D1", at, deed=deed)


def pressed(action: Action, *choices: str) -> Deed:
    """A press on a button."""
    return Deed(action.act, action.on, choices=choices or ((action.choice,) if action.choice else ()))


def right_or_wrong(reply: Reply, *, right: bool) -> Deed:
    """The answer to the question of a card."""
    actions = reply.items[0].actions
    if actions[0].choices is not None:
        options: Sequence[tuple[str, str]] = actions[0].choices.options
        return pressed(actions[0], *(value for value, label in options if label.startswith("Right") is right))
    return pressed(next(each for each in actions if each.label.startswith("Right") is right))


def names(reply: Reply) -> list[str]:
    """The labels of a reply's buttons."""
    return [each.label for each in (*(a for item in reply.items for a in item.actions), *reply.actions)]


__all__ = [
    "BANK",
    "KEY",
    "LEVELS",
    "ORG",
    "POLICY",
    "URL",
    "WHITE",
    "YELLOW",
    "Hall",
    "names",
    "pressed",
    "question",
    "right_or_wrong",
    "said",
]
