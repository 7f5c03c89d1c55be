"""A press on a button that a reply's actions made, or its form: who may do what is looked up, nothing is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.conversation import ask, precedents, triage
from bot.conversation.escalate import asker, crisis, opening, queue, work
from bot.conversation.escalate.office import Office
from bot.conversation.kept import from_json
from bot.conversation.learn import campus
from bot.conversation.learn.certification.rules import heed
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Triage

_GONE: Final = "That is no longer in my memory, so its buttons do nothing. Please ask me once more."
_NOT_YOURS: Final = "These buttons belong to the person who asked. Ask me yourself, and you get your own answer."
_UNKNOWN: Final = "This button is not one of mine."


@dataclass(frozen=True, slots=True)
class Means:
    """What deeds are done with; ``memory`` is how long a thread's questions belong together."""

    office: Office
    chart: Triage
    memory: timedelta
    campus: campus.Campus


def do(message: Message, deed: Deed, means: Means) -> Reply:
    """The reply to a deed."""
    doing = _DOINGS.get(deed.act)
    return doing(message, deed, means) if doing else Reply(kind=ReplyKind.ERROR, text=_UNKNOWN)


def _escalate(message: Message, _deed: Deed, original: Reply, means: Means) -> Reply:
    return opening.consent(means.office, message, original, means.memory)


def _settle(message: Message, deed: Deed, original: Reply, means: Means) -> Reply:
    choice = deed.choices[0] if deed.choices else ""
    return triage.settle(message, original, choice, means.office.new_id(), means.office, means.chart)


def _triage(message: Message, _deed: Deed, original: Reply, means: Means) -> Reply:
    return triage.triage(message, original.question, means.office.new_id(), means.office, means.chart)


def _ask(message: Message, _deed: Deed, _original: Reply, means: Means) -> Reply:
    office = means.office
    told = heed(means.campus.academy, message)
    reply = ask.ask(message, office.new_id(), office.answers, office.records, means.memory, told)
    return precedents.apply(office, reply, message.workspace, message.at)


_OfReply = Callable[[Message, Deed, Reply, Means], Reply]
_Doing = Callable[[Message, Deed, Means], Reply]


def _of_a_reply(then: _OfReply) -> _Doing:
    """Done with a reply that was kept for who presses, in the thread in which it was given."""

    def doing(message: Message, deed: Deed, means: Means) -> Reply:
        kept = means.office.records.reply(message.workspace, deed.on)
        if kept is None:
            return Reply(kind=ReplyKind.ERROR, text=_GONE)
        if kept.account != message.account:
            return Reply(kind=ReplyKind.ERROR, text=_NOT_YOURS)
        try:
            original = from_json(kept.body)
        except StateError:  # kept by another version
            return Reply(kind=ReplyKind.ERROR, text=_GONE)
        return then(replace(message, thread=kept.thread, text=original.question), deed, original, means)

    return doing


def _of_learning(then: campus.Doing) -> _Doing:
    """Done with what concerns learning."""
    return lambda message, deed, means: then(means.campus, message, deed)


_DOINGS: Final[dict[str, _Doing]] = {
    "ask": _of_a_reply(_ask),
    "triage": _of_a_reply(_triage),
    "settle": _of_a_reply(_settle),
    "escalate": _of_a_reply(_escalate),
    "send": lambda message, deed, means: opening.send(means.office, message, deed, means.memory),
    "look": lambda message, deed, means: work.look(means.office, message, deed),
    "see": lambda message, deed, means: asker.see(means.office, message, deed),
    "home": lambda message, _deed, means: queue.home(means.office, message),
    "news": lambda message, _deed, means: asker.news(means.office, message),
    "crisis": lambda message, deed, means: crisis.declare(means.office, message, deed),
    "lift": lambda message, deed, means: crisis.lift(means.office, message, deed.on),
    **dict.fromkeys(work.DEEDS, lambda message, deed, means: work.work(means.office, message, deed)),
    **dict.fromkeys(asker.DEEDS, lambda message, deed, means: asker.own(means.office, message, deed)),
    "offer": lambda message, deed, means: precedents.offer(means.office, message, deed),
    **{act: _of_learning(learning) for act, learning in campus.DEEDS.items()},
    **dict.fromkeys(precedents.DEEDS, lambda message, deed, means: precedents.decide(means.office, message, deed)),
}

__all__ = ["Means", "do"]
