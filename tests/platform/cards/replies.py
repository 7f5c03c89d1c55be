"""One reply of every kind: real texts of the default pack, passed through the real conversation.

Only the search is left out, so that the pictures need no model: which section answers a question stands below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.conversation.intake import Intake
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Message, Press
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from bot.conversation.welcome import welcome
from knowledge.answer import _NOT_OURS, _NOT_SURE
from knowledge.contacts import Contacts, read_contacts
from knowledge.documents.blocks import plain
from knowledge.documents.folder import read_folder
from knowledge.models import Answer, Choice, Citation, Outcome, Policy, Reader, Section
from knowledge.pack import DEFAULT_PACK
from tests.fakes.records import MemoryRecords
from tests.fakes.state import MemoryPeople

TODAY: Final = date(2026, 11, 2)
_NOON: Final = datetime(2026, 11, 2, 9, 41, tzinfo=UTC)
_SAID: Final = Message("slack", "slack:T1", "U1", thread="t1", at=_NOON)

_YES: Final = "Can I tell my followers that our new app is out?"
_PARTY: Final = "May I post a photo of my colleagues from the party?"
_REPORTER: Final = "A reporter wrote to me on LinkedIn about our layoffs. May I answer?"
_HEADSET: Final = "They let me keep the headset, only said be nice. Can I review it?"
_OUTAGE: Final = "Our servers are down and a blogger asks me why. What can I say?"
_PRINTER: Final = "the printer on floor 3 says paper jam"

_FOUND: Final[Mapping[str, tuple[Outcome, tuple[str, ...]]]] = {
    _YES: (Outcome.ANSWER, ("announced-product-talk",)),
    _PARTY: (Outcome.CLARIFY, ("colleagues-photo-agreed", "colleagues-photo-not-agreed")),
    f"{_PARTY} And on TikTok?": (Outcome.ANSWER, ("colleagues-photo-agreed",)),
    _REPORTER: (Outcome.ANSWER, ("press-asks-about-company",)),
    _HEADSET: (Outcome.ANSWER, ("free-product-only-praise", "paid-expert-call-on-us")),
    _OUTAGE: (Outcome.HAND_OVER, ("press-asks-about-company", "service-outage-questions")),
    _PRINTER: (Outcome.OUT_OF_SCOPE, ()),
}


class PackAnswers:
    """Implements ``Answers`` with the default pack's own sections."""

    def __init__(self) -> None:
        self._sections = {
            section.id: (policy, section)
            for policy in read_folder(DEFAULT_PACK / "policies").policies
            for section in policy.sections
        }
        self._contacts, _ = read_contacts(DEFAULT_PACK / "contacts.yml")

    @property
    def contacts(self) -> Contacts:
        """The contacts of the default pack."""
        return self._contacts

    def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
        """What is known to answer a question."""
        outcome, names = _FOUND[question]
        return self._answer(question, outcome, names)

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """The answer of a section."""
        return self._answer(question, Outcome.ANSWER, (section,))

    def _answer(self, question: str, outcome: Outcome, names: tuple[str, ...]) -> Answer:
        found = [self._sections[name] for name in names]
        if not found:
            return Answer(question, outcome, None, False, _NOT_OURS, (), (), None, 0.1)
        policy, section = found[0]
        contact = self._contacts.for_question(section.ask, policy.owner)
        answer = Answer(
            question=question,
            outcome=outcome,
            verdict=None,
            inferred=False,
            summary="",
            conditions=(),
            citations=tuple(_citation(*each) for each in found),
            contact=contact,
            confidence=0.9,
        )
        if outcome is Outcome.CLARIFY:
            assert section.fact is not None
            choices = tuple(Choice(each.fact.when, of.id, each.id) for of, each in found if each.fact)
            return replace(answer, summary=section.fact.question, choices=choices)
        if outcome is Outcome.HAND_OVER:
            person = self._contacts.get(contact)
            return replace(answer, summary=_NOT_SURE.format(person.name if person else ""))
        return replace(
            answer,
            verdict=section.verdict,
            summary=plain(section.sentences[0].of(policy.text)),
            conditions=section.conditions,
            sources=section.sources,
        )


def _citation(policy: Policy, section: Section) -> Citation:
    span = section.sentences[0]
    return Citation(
        policy=policy.id,
        title=policy.title,
        version=policy.version,
        effective=policy.effective,
        section=section.id,
        heading=section.heading,
        quote=span.of(policy.text),
        file=policy.file,
        start=span.start,
        end=span.end,
        verdict=section.verdict,
        inferred=section.inferred,
        score=0.9,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A reply and what came before it: the words typed or the option chosen. ``reply`` may be about an earlier one."""

    typed: str
    reply: Reply
    chose: str = ""


@dataclass(slots=True)
class _Talk:
    """A conversation with Clearpost, one thread for all of it."""

    router: Router
    minute: int = field(default=0)

    def says(self, text: str) -> Said:
        return Said(text, self._reply(replace(_SAID, at=self._at(), text=text)))

    def presses(self, below: Said, act: Act, option: int = 0) -> Said:
        button = Press(below.reply.id, act, option)
        reply = self._reply(replace(_SAID, at=self._at(), press=button))
        chose = below.reply.options[option].label if act is Act.CHOOSE else ""
        return Said(below.typed, reply, chose)

    def _reply(self, message: Message) -> Reply:
        return self.router.reply(message)

    def _at(self) -> datetime:
        self.minute += 1
        return _NOON + timedelta(minutes=self.minute)


def every_kind() -> dict[str, Said]:
    """A reply of every kind and state, by name."""
    numbers = iter(range(1_000))
    router = Router(PackAnswers(), MemoryRecords(), MemoryPeople(), lambda: f"r{next(numbers)}", timedelta(hours=1))
    talk = _Talk(router)
    said = {name: talk.says(text) for name, text in _TYPED.items()}
    said["yes_if"] = talk.presses(said["clarify"], Act.CHOOSE, 0)
    said["chose_no"] = talk.presses(said["clarify"], Act.CHOOSE, 1)
    said["helped"] = talk.presses(said["yes_if"], Act.HELPED)
    said["not_helped"] = talk.presses(said["no"], Act.NOT_HELPED)
    said["person"] = talk.presses(said["ask_first"], Act.PERSON)
    said["error"] = talk.presses(Said("", replace(said["yes"].reply, id="forgotten")), Act.HELPED)
    said["welcome"] = Said("", from_json(welcome("slack:T1", "U1", _NOON).body))
    said["busy"] = Said(_YES, _turned_away(router, replace(_SAID, text=_YES)))
    said["inferred"] = replace(said["yes"], reply=replace(said["yes"].reply, inferred=True))
    return said


def _turned_away(router: Router, message: Message) -> Reply:
    """What the door says while nobody else can be let in; in a thread, since playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, _knock(router, message)).result()


async def _knock(router: Router, message: Message) -> Reply:
    return await Intake(router, 0)(message)


_TYPED: Final = {
    "yes": _YES,
    "ask_first": _REPORTER,
    "no": _HEADSET,
    "hand_over": _OUTAGE,
    "out_of_scope": _PRINTER,
    "hello": "hello",
    "clarify": _PARTY,
}

__all__ = ["TODAY", "PackAnswers", "Said", "every_kind"]
