"""One reply of every kind of answer: real texts of the default pack, passed through the real conversation.

Only the search is left out, so that the pictures need no model: which section answers a question stands below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

from bot.conversation.intake import Intake
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Message, Press
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from bot.conversation.welcome import welcome
from knowledge.models import Outcome
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.state import MemoryState
from tests.platform.cards.pack import Found, PackAnswers, PackTriage

TODAY: Final = date(2026, 11, 2)
MORNING: Final = datetime(2026, 11, 2, 9, 41, tzinfo=UTC)
SLACK: Final = "slack:T1"
MEMORY: Final = timedelta(hours=1)
ASKER: Final = "Ines Example"

YES: Final = "Can I tell my followers that our new app is out?"
OUTAGE: Final = "Our servers are down and a blogger asks me why. What can I say?"
_PARTY: Final = "May I post a photo of my colleagues from the party?"
_REPORTER: Final = "A reporter wrote to me on LinkedIn about our layoffs. May I answer?"
_HEADSET: Final = "They let me keep the headset, only said be nice. Can I review it?"
_PRINTER: Final = "the printer on floor 3 says paper jam"

FOUND: Final[Mapping[str, Found]] = {
    YES: (Outcome.ANSWER, ("announced-product-talk",)),
    _PARTY: (Outcome.CLARIFY, ("colleagues-photo-agreed", "colleagues-photo-not-agreed")),
    f"{_PARTY} And on TikTok?": (Outcome.ANSWER, ("colleagues-photo-agreed",)),
    _REPORTER: (Outcome.ANSWER, ("press-asks-about-company",)),
    _HEADSET: (Outcome.ANSWER, ("free-product-only-praise", "paid-expert-call-on-us")),
    OUTAGE: (Outcome.HAND_OVER, ("press-asks-about-company", "service-outage-questions")),
    _PRINTER: (Outcome.OUT_OF_SCOPE, ()),
}
"""Which sections answer what."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply and what came before it: the words typed or the option chosen. ``reply`` may be about an earlier one.

    ``who`` typed them. ``place`` is the channel where the reply is read; empty
    in the chat of ``who`` with Clearpost. ``form`` is the act of the action whose form is open.
    """

    typed: str
    reply: Reply
    chose: str = ""
    who: str = ASKER
    place: str = ""
    form: str = ""


@dataclass(slots=True)
class _Talk:
    """A conversation with Clearpost, one thread for all of it."""

    router: Router
    message: Message = field(default=Message("slack", SLACK, "U1", thread="t1", at=MORNING))

    def says(self, text: str) -> Said:
        return Said(text, self._reply(text=text))

    def presses(self, below: Said, act: Act, option: int = 0) -> Said:
        reply = self._reply(press=Press(below.reply.id, act, option))
        chose = below.reply.options[option].label if act is Act.CHOOSE else ""
        return Said(below.typed, reply, chose)

    def _reply(self, text: str = "", press: Press | None = None) -> Reply:
        self.message = replace(self.message, at=self.message.at + timedelta(minutes=1), text=text, press=press)
        return self.router.reply(self.message)


def every_kind() -> dict[str, Said]:
    """A reply of every kind and state of an answer, by name."""
    numbers = count()
    answers = PackAnswers(FOUND)
    of_the_company = office(MemoryState(), answers, new_id=lambda: f"r{next(numbers)}")
    router = Router(of_the_company, campus(of_the_company), PackTriage({}, answers.contacts), MEMORY)
    talk = _Talk(router)
    said = {name: talk.says(text) for name, text in _TYPED.items()}
    said["yes_if"] = talk.presses(said["clarify"], Act.CHOOSE, 0)
    said["chose_no"] = talk.presses(said["clarify"], Act.CHOOSE, 1)
    said["helped"] = talk.presses(said["yes_if"], Act.HELPED)
    said["not_helped"] = talk.presses(said["no"], Act.NOT_HELPED)
    said["error"] = talk.presses(Said("", replace(said["yes"].reply, id="forgotten")), Act.HELPED)
    said["welcome"] = Said("", from_json(welcome(SLACK, "U1", MORNING).body))
    said["busy"] = Said(YES, _turned_away(router, replace(talk.message, text=YES, press=None)))
    said["inferred"] = replace(said["yes"], reply=replace(said["yes"].reply, inferred=True))
    return said


def _turned_away(router: Router, message: Message) -> Reply:
    """What the door says while nobody else can be let in; in a thread, since playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, _knock(router, message)).result()


async def _knock(router: Router, message: Message) -> Reply:
    return await Intake(router, 0)(message)


_TYPED: Final = {
    "yes": YES,
    "ask_first": _REPORTER,
    "no": _HEADSET,
    "hand_over": OUTAGE,
    "out_of_scope": _PRINTER,
    "hello": "hello",
    "clarify": _PARTY,
    "person": "who is responsible for journalists?",
}

__all__ = ["ASKER", "FOUND", "MEMORY", "MORNING", "OUTAGE", "SLACK", "TODAY", "YES", "Said", "every_kind"]
