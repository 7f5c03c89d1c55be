"""Something that somebody said about the company in; what to do, what not to do and who takes over out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.conversation.escalate.cards import priority_name
from bot.conversation.escalate.office import Office
from bot.conversation.messages import Message
from bot.conversation.reply import Action, Head, Listing, Person, Reply, ReplyKind
from bot.ports import Triage
from knowledge.contacts import LAST_RESORT
from knowledge.errors import QuestionError
from knowledge.models import Outcome, Priority
from knowledge.triage.models import Action as Course
from knowledge.triage.models import Kind, Triaged

_TONES: Final = {
    Priority.URGENT: "bad",
    Priority.HIGH: "careful",
    Priority.NORMAL: "conditional",
    Priority.NONE: "neutral",
}
_EMOJI: Final = {
    Kind.PRAISE: "💚",
    Kind.QUESTION: "❓",
    Kind.COMPLAINT: "🧰",
    Kind.MISINFORMATION: "📌",
    Kind.RANT: "🌩️",
    Kind.TROLL: "🪝",
    Kind.SAFETY: "🩹",
    Kind.LEGAL_THREAT: "⚖️",
    Kind.PRIVACY_SECURITY: "🔒",
    Kind.IMPERSONATION: "🎭",
    Kind.PRESS: "🎙️",
    Kind.EMPLOYEE_MISCONDUCT: "🧭",
    Kind.CRISIS: "🚨",
    Kind.THREAT_SELF_HARM: "🆘",
    Kind.SPAM: "🗑️",
}
_TAKEN_OVER: Final = frozenset({Course.RESOLVE, Course.CORRECT, Course.ESCALATE, Course.ANSWER})
_NOTHING: Final = "That looks like nothing that we have to act on. If it worries you all the same, send it to a person."
_UNTIL_THEN: Final = "Until you know, treat it as the more serious of the two."
_UNSURE: Final = "Do you want to know whether you may post something, or what to do about something that you saw?"
_MAY_I: Final = "May I post this?"
_WHAT_NOW: Final = "I saw this: what now?"


def triage(message: Message, text: str, reply_id: str, office: Office, chart: Triage) -> Reply:
    """Sort a text. Blocking: it encodes it."""
    try:
        return to_reply(chart.triage(text, message.reader), reply_id, office)
    except QuestionError as error:
        return Reply(kind=ReplyKind.ERROR, text=str(error), question=text)


def settle(message: Message, original: Reply, choice: str, reply_id: str, office: Office, chart: Triage) -> Reply:
    """Sort it after the question that decides was answered."""
    if choice not in set(Kind):
        return Reply(kind=ReplyKind.ERROR, text="That is not one of the answers. Please press one of the buttons.")
    try:
        return to_reply(chart.settle(original.question, Kind(choice), message.reader), reply_id, office)
    except QuestionError as error:
        return Reply(kind=ReplyKind.ERROR, text=str(error), question=original.question)


def unclear(message: Message, reply_id: str, office: Office) -> Reply:
    """The question whether somebody wants to post or saw something; with a person, as always."""
    lead = office.shown(LAST_RESORT)
    choices = (Action("ask", reply_id, _MAY_I), Action("triage", reply_id, _WHAT_NOW))
    return Reply(
        kind=ReplyKind.CLARIFY,
        text=_UNSURE,
        id=reply_id,
        question=message.text,
        person=lead,
        actions=(*choices, *_to_a_person(reply_id, lead)),
    )


def to_reply(triaged: Triaged, reply_id: str, office: Office) -> Reply:
    """A triaged text as a reply, with the person who takes over looked up."""
    person = office.shown(triaged.contact) if triaged.contact else None
    reply = Reply(
        kind=ReplyKind.TRIAGE,
        text="",
        id=reply_id,
        question=triaged.text,
        confidence=triaged.confidence,
        lists=tuple(_lists(triaged)),
        copy=triaged.holding_reply,
        person=person,
        triaged_as=triaged.kind or "",
        priority=triaged.priority,
    )
    if triaged.kind is None:
        head = Head("Nothing to do", "🍃", "neutral")
        lead = office.shown(LAST_RESORT)
        return replace(reply, text=_NOTHING, head=head, lists=(), person=lead, actions=_to_a_person(reply_id, lead))
    if triaged.outcome is Outcome.CLARIFY and triaged.doubt:
        actions = tuple(Action("settle", reply_id, words, choice=kind.value) for kind, words in triaged.doubt.options)
        head = Head("One question first", "❓", _TONES[triaged.priority])
        actions += _to_a_person(reply_id, person)
        reply = replace(reply, notes=(_UNTIL_THEN,))
        return replace(reply, text=triaged.doubt.question, head=head, actions=actions, copy="")
    head = Head(triaged.label, _EMOJI[triaged.kind], _TONES[triaged.priority])
    if triaged.kind is Kind.THREAT_SELF_HARM and triaged.do:  # the emergency services stand above all else
        rest = replace(triaged, do=triaged.do[1:])
        reply = replace(reply, text=triaged.do[0], lists=tuple(_lists(rest)))
    return replace(
        reply,
        head=head,
        facts=() if reply.text else tuple(_facts(triaged, person.name if person else "")),
        notes=tuple(_path(triaged)),
        actions=tuple(_actions(triaged, reply_id, person)),
    )


def _facts(triaged: Triaged, name: str) -> Iterator[tuple[str, str]]:
    if triaged.priority is not Priority.NONE:
        yield "Priority", priority_name(triaged.priority)
    if name and triaged.action in _TAKEN_OVER:
        yield "Who takes over", name


def _lists(triaged: Triaged) -> Iterator[Listing]:
    if triaged.do:
        yield Listing("Do", triaged.do, "good")
    if triaged.do_not:
        yield Listing("Do not", triaged.do_not, "bad")


def _path(triaged: Triaged) -> Iterator[str]:
    """How the chart was gone through, so that who asked learns it: what was said no to is only counted."""
    noes = sum(each.answer.startswith("No") for each in triaged.path[:-1])
    steps = [f"{each.question} {each.answer}." for each in triaged.path if not each.answer.startswith("No")]
    steps += [] if steps else [f"{each.question} {each.answer}." for each in triaged.path[-1:]]
    if steps:
        before = f"{noes} questions answered with no, then: " if noes > 1 else ""
        yield f"The way through the chart: {before}{' → '.join(steps)}"


def _actions(triaged: Triaged, reply_id: str, person: Person | None) -> Iterator[Action]:
    danger = triaged.kind is Kind.THREAT_SELF_HARM  # the emergency services come first, never a button
    first = triaged.action in _TAKEN_OVER and not danger
    yield from _to_a_person(reply_id, person, "Then tell" if danger else "Send it to", style="primary" if first else "")


def _to_a_person(reply_id: str, person: Person | None, verb: str = "Send it to", style: str = "") -> tuple[Action, ...]:
    return (Action("escalate", reply_id, f"{verb} {person.name}", style=style),) if person else ()


__all__ = ["settle", "to_reply", "triage", "unclear"]
