"""Something that somebody said about the company in; what to do, what not to do and who takes over out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
from knowledge.triage.models import NONE, Doubt, Kind, Triaged
from knowledge.triage.models import Action as Course

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
_READ_AT_ONCE: Final = 1000  # characters; of longer texts, cards show the beginning
_UNSURE: Final = "Do you want to know whether you may post something, or what to do about something that you saw?"
_NO: Final = re.compile(r"no\b", re.IGNORECASE)
_MAY_I: Final = "May I post this?"
_WHAT_NOW: Final = "I saw this: what now?"


def triage(message: Message, text: str, reply_id: str, office: Office, chart: Triage) -> Reply:
    """Sort a text. Blocking: it encodes it."""
    try:
        return to_reply(chart.triage(text, message.reader), reply_id, office.shown)
    except QuestionError as error:
        return Reply(kind=ReplyKind.ERROR, text=str(error), question=text)


def settle(message: Message, original: Reply, choice: str, reply_id: str, office: Office, chart: Triage) -> Reply:
    """Sort it after the question that decides was answered."""
    if choice not in {*Kind, NONE}:
        return Reply(kind=ReplyKind.ERROR, text="That is not one of the answers. Please press one of the buttons.")
    kind = None if choice == NONE else Kind(choice)
    try:
        return to_reply(chart.settle(original.question, kind, message.reader), reply_id, office.shown)
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


def to_reply(triaged: Triaged, reply_id: str, shown: Callable[[str], Person | None]) -> Reply:
    """A triaged text as a reply; ``shown`` looks up who takes over."""
    person = shown(triaged.contact or LAST_RESORT)
    reply = Reply(
        kind=ReplyKind.TRIAGE,
        text="",
        id=reply_id,
        question=_question(triaged),
        confidence=triaged.confidence,
        person=person,
        triaged_as=triaged.kind or "",
        priority=triaged.priority,
    )
    if triaged.outcome is Outcome.OUT_OF_SCOPE:
        head = Head("Nothing to do", "🍃", "neutral")
        return replace(reply, text=_NOTHING, head=head, actions=_to_a_person(reply_id, person))
    if triaged.doubt:
        return _asked(reply, triaged, triaged.doubt)
    if triaged.kind is None:  # it could not be read
        head = Head(triaged.label, "👀", _TONES[triaged.priority])
        rest = replace(triaged, do=triaged.do[1:])
        actions = _to_a_person(reply_id, person)
        return replace(reply, text=triaged.do[0], head=head, lists=tuple(_lists(rest)), actions=actions)
    return _told(reply, triaged, triaged.kind)


def _asked(reply: Reply, triaged: Triaged, doubt: Doubt) -> Reply:
    """The question that decides, with what to do if the answer is the more serious one."""
    first, lists = _first(triaged, doubt.options[0][0])
    settling = (Action("settle", reply.id, words, choice=kind or NONE) for kind, words in doubt.options)
    return replace(
        reply,
        text=f"{first} {doubt.question}".strip(),
        head=Head("One question first", "❓", _TONES[triaged.priority]),
        lists=lists,
        notes=(*([f"What makes me ask: “{triaged.passage}”"] if triaged.passage else []), _UNTIL_THEN),
        actions=(*settling, *_to_a_person(reply.id, reply.person)),
    )


def _told(reply: Reply, triaged: Triaged, kind: Kind) -> Reply:
    """What to do about a text whose kind is known."""
    first, lists = _first(triaged, kind)
    return replace(
        reply,
        text=first,
        head=Head(triaged.label, _EMOJI[kind], _TONES[triaged.priority]),
        facts=() if first else tuple(_facts(triaged, reply.person.name if reply.person else "")),
        lists=lists,
        copy=triaged.holding_reply,
        notes=tuple(_path(triaged)),
        actions=tuple(_actions(triaged, reply.id, reply.person)),
    )


def _first(triaged: Triaged, kind: Kind | None) -> tuple[str, tuple[Listing, ...]]:
    """What stands above all else, and the lists below: in danger of life it is the emergency services."""
    if kind is Kind.THREAT_SELF_HARM and triaged.do:
        return triaged.do[0], tuple(_lists(replace(triaged, do=triaged.do[1:])))
    return "", tuple(_lists(triaged))


def _question(triaged: Triaged) -> str:
    """What is sent on: of a long mail its beginning, after the passage that made it serious where that comes late."""
    late = triaged.passage not in triaged.text[:_READ_AT_ONCE]
    return f"“{triaged.passage}” …\n\n{triaged.text}" if late else triaged.text


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
    steps = [each for each in triaged.path if not _NO.match(each.answer)] or list(triaged.path[-1:])
    noes = len(triaged.path) - len(steps)
    if steps:
        before = f"{noes} questions answered with no, then: " if noes > 1 else ""
        way = " → ".join(f"{each.question} {each.answer}." for each in steps)
        yield f"The way through the chart: {before}{way}"


def _actions(triaged: Triaged, reply_id: str, person: Person | None) -> Iterator[Action]:
    danger = triaged.kind is Kind.THREAT_SELF_HARM  # the emergency services come first, never a button
    first = triaged.action in _TAKEN_OVER and not danger
    yield from _to_a_person(reply_id, person, "Then tell" if danger else "Send it to", style="primary" if first else "")


def _to_a_person(reply_id: str, person: Person | None, verb: str = "Send it to", style: str = "") -> tuple[Action, ...]:
    return (Action("escalate", reply_id, f"{verb} {person.name}", style=style),) if person else ()


__all__ = ["settle", "to_reply", "triage", "unclear"]
