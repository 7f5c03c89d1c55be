"""A case as replies: the card of those who work on it, its forms, and short lines about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.kept import from_json
from bot.conversation.reply import Action, Field, Head, Quote, Reply, ReplyKind, Said
from bot.errors import StateError
from bot.ports import Entry, Escalation, Event, Stage
from knowledge.contacts.duty import on_duty
from knowledge.models import Priority

_EMOJI: Final = {Priority.URGENT: "🚨", Priority.HIGH: "🔶", Priority.NORMAL: "🔷", Priority.NONE: "▫️"}
_TONES: Final = {
    Priority.URGENT: "bad",
    Priority.HIGH: "careful",
    Priority.NORMAL: "conditional",
    Priority.NONE: "neutral",
}
_NAMES: Final = {Priority.URGENT: "Urgent", Priority.HIGH: "High", Priority.NORMAL: "Normal", Priority.NONE: "Low"}
_DONE: Final = {Stage.ANSWERED: "✅", Stage.CLOSED: "☑️"}
_SPOKEN: Final = frozenset({Event.ASKED_BACK, Event.ADDED, Event.ANSWERED, Event.REOPENED, Event.OPENED, Event.CLOSED})
"""What is said between who asked and those who work on it; the rest is said among the latter, or of another report."""

_HIDDEN: Final = "Confidential: only whoever claims it can read it, in their own chat."
_WAITS: Final = "waiting for whoever asked"
_MOST_SAID: Final = 12
_MOST_REPORTS: Final = 3  # of the same incident by others; in a surge they would push out all else


def priority_name(priority: Priority) -> str:
    """A priority as people read it."""
    return _NAMES[priority]


def case_title(escalation: Escalation) -> str:
    """The number and the priority of a case, as ``Case 17 · Normal priority`` or ``Case 17 · Urgent``."""
    name = _NAMES[escalation.priority]
    return f"Case {escalation.number} · {name if escalation.priority is Priority.URGENT else f'{name} priority'}"


def case_card(
    office: Office, escalation: Escalation, entries: Sequence[Entry], *, whole: bool = True, line: str = ""
) -> Reply:
    """The card of those who work on a case; ``whole`` shows the words of a confidential one, ``line`` says why now."""
    hidden = escalation.confidential and not whole
    found = None if hidden else _found(escalation)
    return Reply(
        kind=ReplyKind.CASE,
        text=line,
        head=_head(escalation),
        facts=tuple(_facts(office, escalation, entries, hidden=hidden)),
        asked="" if hidden else escalation.question,
        said=() if hidden else tuple(_shown(_thread(entries))),
        quotes=_quotes(found),
        notes=tuple(_notes(found, hidden=hidden)),
        actions=tuple(_actions(office, escalation, entries, hidden=hidden)),
    )


def passed_card(office: Office, escalation: Escalation) -> Reply:
    """What is left in the chat of somebody who may work on a case no more: neither its words nor its buttons."""
    return Reply(
        kind=ReplyKind.CASE,
        text="This case is no longer with you.",
        head=Head(f"Case {escalation.number}", "↪️", "neutral"),
        facts=(("With", office.contact_name(escalation.contact)),),
    )


def said(entries: Sequence[Entry]) -> tuple[Said, ...]:
    """What who asked and those who work on it said to each other, the last of it."""
    return tuple(_shown([each for each in entries if each.event in _SPOKEN and each.words.strip()]))


def stage_name(escalation: Escalation) -> str:
    """How far a case is, as people read it."""
    if escalation.stage is Stage.CLAIMED and escalation.owner:
        return f"claimed by {escalation.owner.name or 'a colleague'}"
    return {Stage.OPEN: "not claimed yet", Stage.CLAIMED: "claimed", Stage.ANSWERED: "answered"}.get(
        escalation.stage, "closed"
    )


def due_line(escalation: Escalation, now: datetime) -> str:
    """When the next step is due; empty where nothing is."""
    clock = escalation.clock
    if clock is None or escalation.stage not in (Stage.OPEN, Stage.CLAIMED):
        return ""
    if waits_for_asker(escalation):
        return _WAITS
    what = "first response" if escalation.stage is Stage.OPEN else "answer"
    if clock.due <= now:
        return f"{what} was due {moment(clock.due)}"
    return f"{what} due {moment(clock.due)}"


def due_fact(escalation: Escalation) -> Iterator[tuple[str, str]]:
    """The same as a fact of a card; none where nothing is due."""
    clock = escalation.clock
    if clock and escalation.stage in (Stage.OPEN, Stage.CLAIMED):
        yield "Due", _WAITS if waits_for_asker(escalation) else moment(clock.due)


def waits_for_asker(escalation: Escalation) -> bool:
    """Whether who asked was asked back and has not replied: the clock stands still."""
    return escalation.clock is not None and escalation.clock.next is None


def moment(at: datetime) -> str:
    """A moment as ``Mon 2 Nov, 14:30 UTC``; not by strftime, whose names follow the machine's locale."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{days[at.weekday()]} {at.day} {months[at.month - 1]}, {at:%H:%M} UTC"


def _head(escalation: Escalation) -> Head:
    if escalation.stage in _DONE:
        word = "Answered" if escalation.stage is Stage.ANSWERED else "Closed"
        return Head(f"Case {escalation.number} · {word}", _DONE[escalation.stage], "good")
    return Head(case_title(escalation), _EMOJI[escalation.priority], _TONES[escalation.priority])


def _facts(
    office: Office, escalation: Escalation, entries: Sequence[Entry], *, hidden: bool
) -> Iterator[tuple[str, str]]:
    yield "Status", stage_name(escalation)
    yield "With", with_whom(office, escalation)
    if not hidden:
        yield "Asked by", escalation.asker.name or "somebody who was not met yet"
    if escalation.kind:
        yield "Kind", escalation.kind.replace("_", " ")
    yield from due_fact(escalation)
    if escalation.reports > 1:
        yield "Reports", f"{escalation.reports}, the last one {moment(_last_report(entries, escalation))}"


def with_whom(office: Office, escalation: Escalation) -> str:
    """The contact that a case is with, and who is on duty there as long as nobody claimed it."""
    contact = office.answers.contacts.get(escalation.contact)
    name = contact.name if contact else escalation.contact
    duty = on_duty(contact, escalation.opened) if contact and escalation.stage is Stage.OPEN else None
    return f"{name} (on duty: {duty})" if duty else name


def _last_report(entries: Sequence[Entry], escalation: Escalation) -> datetime:
    return next((each.at for each in reversed(entries) if each.event is Event.JOINED), escalation.opened)


def _thread(entries: Sequence[Entry]) -> Sequence[Entry]:
    """What those who work on a case read: all that was said, the word of who handed it over, the last reports."""
    worded = [each for each in entries if each.words.strip()]
    reports = [each for each in worded if each.event is Event.JOINED][-_MOST_REPORTS:]
    return [each for each in worded if each.event in _SPOKEN or each.event is Event.REASSIGNED or each in reports]


def _shown(entries: Sequence[Entry]) -> Iterator[Said]:
    for each in entries[-_MOST_SAID:]:
        yield Said(each.actor.name or "Somebody", each.at, each.words)


def _found(escalation: Escalation) -> Reply | None:
    try:
        return from_json(escalation.found) if escalation.found else None
    except StateError:  # kept by another version; the question is what counts
        return None


def _quotes(found: Reply | None) -> tuple[Quote, ...]:
    return found.quotes[:1] if found else ()


def _notes(found: Reply | None, *, hidden: bool) -> Iterator[str]:
    if hidden:
        yield _HIDDEN
    if found is None:
        return
    if found.verdict:
        yield f"I had answered “{found.verdict.value.replace('_', ' ')}”, {found.confidence:.0%} sure."
    elif found.quotes:
        yield f"I gave no verdict. The nearest rule is quoted above; I was {found.confidence:.0%} sure of it."
    elif found.kind is ReplyKind.TRIAGE and found.head:
        yield f"I had sorted it as “{found.head.word.lower()}”, {found.confidence:.0%} sure."


def _actions(office: Office, escalation: Escalation, entries: Sequence[Entry], *, hidden: bool) -> Iterator[Action]:
    case, stage = escalation.id, escalation.stage
    if stage in (Stage.ANSWERED, Stage.CLOSED):
        if not escalation.confidential and any(each.event is Event.ANSWERED for each in entries):
            yield Action("offer", case, "Offer as precedent")
        return
    claimed = stage is Stage.CLAIMED
    if not claimed:
        yield Action("claim", case, "Claim", style="primary")
    if not hidden:  # nobody answers what they have not read
        yield answer_action(escalation, style="primary" if claimed else "")
        yield ask_back_action(escalation)
    yield reassign_action(office, escalation)
    yield priority_action(escalation)
    if claimed:
        yield Action("claim", case, "Take over", choice="over")
    yield close_action(escalation)


def answer_action(escalation: Escalation, style: str = "") -> Action:
    """The form that takes an answer."""
    hint = "What they may do, under which condition, and why"
    field = Field("Your answer, as it reaches who asked", hint=hint, most=3000)
    return Action("answer", escalation.id, "Answer", style=style, words=field, title="Answer", submit="Send")


def ask_back_action(escalation: Escalation) -> Action:
    """The form that takes a question back."""
    field = Field("What do you need to know?", most=1500)
    return Action("ask_back", escalation.id, "Ask back", words=field, title="Ask back", submit="Send")


def reassign_action(office: Office, escalation: Escalation) -> Action:
    """The form that gives a case to another contact."""
    options = tuple((each.id, each.name) for each in office.answers.contacts if each.id != escalation.contact)
    note = Field("A word to them", required=False, most=500)
    return Action(
        "reassign",
        escalation.id,
        "Reassign",
        words=note,
        choices=Field("Who should take it?", options=options[:100]),
        title="Reassign",
        submit="Hand over",
    )


def priority_action(escalation: Escalation) -> Action:
    """The form that changes a priority."""
    options = tuple((each.value, _NAMES[each]) for each in Priority)
    field = Field("How soon does somebody have to look?", options=options, value=escalation.priority.value)
    return Action("priority", escalation.id, "Priority", choices=field, title="Change priority", submit="Change")


def close_action(escalation: Escalation) -> Action:
    """The form that closes a case without an answer."""
    field = Field("Why? Who asked reads this.", hint="Settled by phone", most=500)
    return Action(
        "close", escalation.id, "Close", style="danger", words=field, title="Close without an answer", submit="Close"
    )


__all__ = [
    "answer_action",
    "ask_back_action",
    "case_card",
    "case_title",
    "close_action",
    "due_fact",
    "due_line",
    "moment",
    "passed_card",
    "priority_action",
    "priority_name",
    "reassign_action",
    "said",
    "stage_name",
    "waits_for_asker",
    "with_whom",
]
