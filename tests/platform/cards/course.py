"""A company that learns, for the pictures: its people, and the real conversation over lessons, levels, and brown bags.

The lessons, levels and exams are those that Clearpost comes with; only what a model does is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.conversation.kept import from_json
from bot.conversation.learn.campus import Campus
from bot.conversation.learn.certification.academy import Academy, Issuer, PolicyNow, Registrar
from bot.conversation.learn.gatherings import Hall, evidence
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply
from bot.conversation.router import Router
from bot.ports import Person, Profile
from bot.ports.figures import DEFAULT_DIALS
from knowledge.documents import read_folder
from knowledge.pack import DEFAULT_PACK
from lessons.catalogue import DEFAULT_CURRICULUM, read_catalogue
from lessons.certification.banks import read_banks
from lessons.certification.levels_file import read_levels
from lessons.credentials import SigningKey
from lessons.dials import Dials
from lessons.models import Track
from tests.fakes.certificates import MemoryCertificates
from tests.fakes.gatherings import MemoryGatherings, MemoryNotes
from tests.fakes.office import office
from tests.fakes.school import school
from tests.fakes.state import MemoryState
from tests.platform.cards.pack import PackAnswers, PackTriage
from tests.platform.cards.replies import MEMORY, MORNING, SLACK, Said

INES: Final = "U1"
NOOR: Final = "U3"
BOARD: Final = "C-brown-bags"
ADDRESS: Final = "https://clearpost.example.com"
ORGANISATION: Final = "Example Works"
NAMES: Final = {INES: "Ines Example", NOOR: "Noor Example", "U4": "Lea Example", "U6": "Max Example"}

_KEY: Final = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
_ATTESTED: Final = ("disclosure",)
_SHORT: Final = 3  # letters of words that tell nothing


@dataclass(slots=True)
class Course:
    """``dials`` are those of the company. ``said`` holds what the pictures show, ``now`` when the last word fell."""

    dials: Dials = DEFAULT_DIALS
    state: MemoryState = field(default_factory=MemoryState)
    now: datetime = MORNING
    said: dict[str, Said] = field(default_factory=dict)
    campus: Campus = field(init=False)
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        """Open the house."""
        numbers = count(1)
        answers = PackAnswers()
        coe = office(self.state, answers, self.state.jobs, new_id=lambda: f"r{next(numbers)}")
        self.state.workspaces.add(SLACK, "slack", "Example", self.now)
        curriculum, flaws = read_catalogue(DEFAULT_CURRICULUM)
        assert not flaws
        taught = replace(school(coe, self.state.learners, curriculum), jobs=self.state.jobs, likeness=_Likeness())
        taught = replace(taught, dials=lambda _organisation: self.dials)
        bags, notes = MemoryGatherings(self.state.jobs), MemoryNotes(self.state.jobs)
        hall = Hall(taught, bags, notes, self.state.workspaces, self.state.audit, ((SLACK, BOARD),), ADDRESS)
        registrar = Registrar(
            certificates=MemoryCertificates(self.state.learners),
            audit=self.state.audit,
            curriculum=taught.curriculum,
            levels=lambda: read_levels(DEFAULT_CURRICULUM).levels,
            issuer=Issuer(_KEY, ORGANISATION, ADDRESS),
            draw=lambda most: next(numbers) * 7919 % most,
            new_id=lambda: sha256(str(next(numbers)).encode()).hexdigest()[:16],
        )
        academy = Academy(
            school=taught,
            registrar=registrar,
            banks=lambda: read_banks(DEFAULT_CURRICULUM).banks,
            policies=_policies,
            given=partial(evidence, bags, notes),
            attested=_ATTESTED,
            praise={SLACK: "C-well-done"},
        )
        self.campus = Campus(taught, hall, academy)
        self.router = Router(coe, self.campus, PackTriage({}, answers.contacts), MEMORY)

    def joins(self, account: str, track: Track = Track.EMPLOYEES, zone: str = "UTC") -> Person:
        """Somebody is met, on their first day on a track."""
        name = NAMES[account]
        profile = Profile(name, f"{name.partition(' ')[0].lower()}@example.com", zone, "en-GB")
        person = replace(
            self.state.people.meet(SLACK, account, profile, self.now), track=track.value, hire_date=self.now.date()
        )
        self.state.people.put(person)
        self.state.learners.enrol(self.now)
        return person

    def came(self, kind: str, account: str = "", place: str = "") -> Reply:
        """The newest message of a kind that is owed to somebody, or to a channel; what was owed before is gone."""
        owed = [
            each
            for each in self.state.jobs.owed.values()
            if (each.kind, each.account, each.place) == (kind, account, place)
        ]
        for each in owed:
            del self.state.jobs.owed[each.id]
        return from_json(owed[-1].body)

    def says(self, text: str, who: str = INES, place: str = "") -> Reply:
        """Somebody says something."""
        return self.router.reply(replace(self.message(who, place), text=text))

    def presses(
        self, below: Reply, label: str, *choices: str, words: str = "", who: str = INES, place: str = ""
    ) -> Reply:
        """Somebody presses a button, and sends its form where it has one."""
        action = _button(below, label)
        picked = tuple(value for value, name in action.choices.options if name in choices) if action.choices else ()
        chosen = picked or ((action.choice,) if action.choice else ())
        return self.does(Deed(action.act, action.on, words, chosen), who, place)

    def does(self, deed: Deed, who: str = INES, place: str = "") -> Reply:
        """Somebody does something."""
        return self.router.reply(replace(self.message(who, place), deed=deed))

    def shows(
        self, name: str, reply: Reply, typed: str = "", form: str = "", who: str = INES, place: str = ""
    ) -> Reply:
        """Keep a reply for its picture, with the words before it, the form of it that is open, and where it is read."""
        self.said[name] = Said(typed, reply, who=NAMES[who], place=place, form=form)
        return reply

    def message(self, who: str = INES, place: str = "") -> Message:
        """An empty message, a minute after the last one."""
        self.now += timedelta(minutes=1)
        return Message("slack", SLACK, who, f"D{who}/1.0/{who}", self.now, place=place)


class _Likeness:
    """Implements ``Likeness``: the share of the longer words of a text that another one has, too."""

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How alike a text is to each of the others."""
        wanted = _words(text)
        return [len(wanted & _words(each)) / len(wanted) for each in others]


def _words(text: str) -> set[str]:
    return {each for each in re.findall(r"\w+", text.casefold()) if len(each) > _SHORT}


def _button(below: Reply, label: str) -> Action:
    offered = (*below.actions, *(action for item in below.items for action in item.actions))
    return next(each for each in offered if each.label == label)


def _policies() -> Sequence[PolicyNow]:
    return tuple(map(PolicyNow.of, read_folder(DEFAULT_PACK / "policies").policies))


__all__ = ["ADDRESS", "BOARD", "INES", "NAMES", "NOOR", "ORGANISATION", "Course"]
