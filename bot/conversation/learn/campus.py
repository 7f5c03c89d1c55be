"""All that concerns learning in one place: lessons, what colleagues teach one another, certification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.conversation.commands import Command, Order
from bot.conversation.learn import answering, gatherings, library, new_hire, overview, placement
from bot.conversation.learn.cards import CHECK
from bot.conversation.learn.certification import attest, awarding, certify, examine, reading, showing
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.rules import heed
from bot.conversation.learn.gatherings import Hall
from bot.conversation.learn.school import School
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Reply


@dataclass(frozen=True, slots=True)
class Campus:
    """The ports of learning."""

    school: School
    hall: Hall
    academy: Academy


Doing = Callable[[Campus, Message, Deed], Reply]
_Obeying = Callable[[Campus, Message, str], Reply]


def _taught(then: Callable[[School, Message, Deed], Reply]) -> Doing:
    """Done with a lesson; on this machine, where nothing comes by itself, the card leads to what comes next."""
    return lambda campus, message, deed: new_hire.with_next(message, then(campus.school, message, deed))


def _switched(then: Callable[[Academy, Message, Deed], Reply]) -> Doing:
    """Done with a switch of the overview, which leads to what comes next as a lesson does."""
    return lambda campus, message, deed: new_hire.with_next(message, then(campus.academy, message, deed))


def _certified(then: Callable[[Academy, Message, Deed], Reply]) -> Doing:
    return lambda campus, message, deed: then(campus.academy, message, deed)


_DOINGS: Final[dict[str, Doing]] = {
    CHECK: _taught(answering.answer),
    "later": _taught(answering.put_off),
    "lesson": _taught(answering.read),
    "lesson_ask": lambda campus, message, deed: answering.ask_about(
        campus.school, message, deed, heed(campus.academy, message)
    ),
    "pause": _switched(overview.pause),
    "weekly": _switched(overview.choose_weekly),
    "lessons": lambda campus, message, _deed: overview.overview(campus.academy, message),
    overview.HOME: lambda campus, message, _deed: overview.home(campus.academy, message),
    "library": lambda campus, message, deed: library.library(campus.school, message, campus.hall, deed),
    new_hire.ACT: lambda campus, message, _deed: new_hire.play(campus.school, message),
    placement.START: lambda campus, message, _deed: placement.start(campus.school, message),
    placement.ANSWER: lambda campus, message, deed: placement.answer(campus.school, message, deed),
    certify.LEVEL: lambda campus, message, deed: certify.look(campus.academy, message, deed),
    certify.CERTIFY: _certified(certify.take),
    certify.EXAM: _certified(examine.start),
    examine.ANSWER: _certified(examine.answer),
    awarding.PRAISE: _certified(certify.praise),
    attest.ATTEST: _certified(attest.attest),
    attest.READ: _certified(reading.read),
    **dict.fromkeys(gatherings.DEEDS, lambda campus, message, deed: gatherings.do(campus.hall, message, deed)),
}

DEEDS: Final[Mapping[str, Doing]] = MappingProxyType(_DOINGS)
"""What is done by the act of a button."""

_ORDERS: Final[dict[Order, _Obeying]] = {
    Order.LESSONS: lambda campus, message, _words: overview.overview(campus.academy, message),
    Order.LESSON: lambda campus, message, words: library.find(campus.school, message, words, campus.hall),
    Order.LIBRARY: lambda campus, message, _words: library.library(campus.school, message, campus.hall),
    Order.PLACEMENT: lambda campus, message, _words: placement.start(campus.school, message),
    Order.NEW_HIRE: lambda campus, message, _words: new_hire.play(campus.school, message),
    Order.LEVEL: lambda campus, message, _words: certify.my_level(campus.academy, message),
    Order.CERTIFICATES: lambda campus, message, words: showing.certificates_of(campus.academy, message, words),
    Order.CONFIRM: lambda campus, message, _words: attest.to_confirm(campus.academy, message),
    Order.BROWN_BAGS: lambda campus, message, _words: gatherings.brown_bags(campus.hall, message),
    Order.BROWN_BAG_FORM: lambda campus, message, _words: gatherings.offered(campus.hall, message),
    Order.BROWN_BAG: lambda campus, message, words: gatherings.brown_bags(campus.hall, message, words),
    Order.NOTES: lambda campus, message, _words: gatherings.noted(campus.hall, message),
    Order.NOTE: lambda campus, message, words: gatherings.noted(campus.hall, message, words),
}


def obey(campus: Campus, message: Message, order: Command) -> Reply | None:
    """The reply to an order that is about learning; ``None`` where it is about something else."""
    obeying = _ORDERS.get(order.order)
    return obeying(campus, message, order.words) if obeying else None


__all__ = ["DEEDS", "Campus", "Doing", "obey"]
