"""A case as replies: the card of those who work on it, the one of who asked, and short lines about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.kept import from_json
from bot.conversation.reply import Action, Field, Head, Quote, Reply, ReplyKind, Said
from bot.errors import StateError
from bot.ports import Entry, Escalation, Event, Party, Stage
from knowledge.contacts.duty import on_duty
from knowledge.models import Priority

REOPENED_WITHIN: Final = timedelta(days=14)
"""For how long who asked may say that an answer did not help after all."""

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
_TOLD: Final = frozenset({Event.ANSWERED, Event.CLOSED})
_HIDDEN: Final = "Confidential: only whoever claims it can read it, in their own chat."
_WAITS: Final = "waiting for whoever asked"
_MOST_SAID: Final = 12


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
        facts=tuple(_facts(office, escalation, entries)),
        asked="" if hidden else escalation.question,
        said=() if hidden else tuple(_said(entries)),
        quotes=_quotes(found),
        notes=tuple(_notes(found, hidden=hidden)),
        actions=tuple(_actions(office, escalation, entries, hidden=hidden)),
    )


def asked_by(escalation: Escalation, entries: Sequence[Entry], party: Party) -> str:
    """What somebody themselves had said when they reported a case."""
    if _is(escalation.asker, party):
        return escalation.question
    joined = (each.words for each in entries if each.event is Event.JOINED and _is(each.actor, party))
    return next(joined, "")


def answer_card(office: Office, escalation: Escalation, entry: Entry, asked: str) -> Reply:
    """What reaches who asked: the answer, or a question back, with their own question quoted."""
    asks = entry.event is Event.ASKED_BACK
    who = f"{entry.actor.name or 'Somebody'}, {office.contact_name(escalation.contact)}"
    word = f"A question back, case {escalation.number}" if asks else f"The answer to case {escalation.number}"
    return Reply(
        kind=ReplyKind.CASE,
        text="",
        head=Head(word, "💬" if asks else "✉️", "careful" if asks else "good"),
        asked=asked,
        said=(Said(who, entry.at, entry.words),),
        actions=(add_action(escalation, "Reply"),) if asks else _verdicts_on(escalation),
    )


def closed_card(office: Office, escalation: Escalation, entry: Entry, asked: str) -> Reply:
    """What reaches who asked where a case was closed without an answer."""
    return Reply(
        kind=ReplyKind.CASE,
        text="It was closed without an answer. Reopen it within 14 days if that does not settle it for you.",
        head=Head(f"Case {escalation.number} is closed", "☑️", "neutral"),
        asked=asked,
        said=(Said(_who(office, escalation, entry.actor), entry.at, entry.words),) if entry.words else (),
        actions=(_not_yet(escalation, "Reopen"),),
    )


def own_card(office: Office, escalation: Escalation, entries: Sequence[Entry], party: Party) -> Reply:
    """A case as somebody who reported it sees it: what they said themselves, and what was said to everybody."""
    asked = asked_by(escalation, entries, party)
    said = _concerning(escalation, entries, party)
    last = next((each for each in reversed(said) if each.event in (Event.ANSWERED, Event.ASKED_BACK)), None)
    if last is not None and escalation.stage is not Stage.CLOSED:
        waits = entries[-1] is last or escalation.stage is Stage.ANSWERED
        if waits:
            return answer_card(office, escalation, last, asked)
    return Reply(
        kind=ReplyKind.CASE,
        text="",
        head=Head(f"Case {escalation.number}: {stage_name(escalation)}", "📮", "neutral"),
        facts=(("With", _with(office, escalation)), ("Sent", moment(escalation.opened))),
        asked=asked,
        said=tuple(_said(said)),
        actions=own_actions(escalation),
    )


def told_to(escalation: Escalation, entries: Sequence[Entry], party: Party) -> tuple[Said, ...]:
    """What was said in a case, as far as it concerns somebody who reported it."""
    return tuple(_said(_concerning(escalation, entries, party)))


def _concerning(escalation: Escalation, entries: Sequence[Entry], party: Party) -> Sequence[Entry]:
    if _is(escalation.asker, party):
        return entries
    return [each for each in entries if _is(each.actor, party) or each.event in _TOLD]


def own_actions(escalation: Escalation) -> tuple[Action, ...]:
    """What who asked can do with a case."""
    if escalation.stage is Stage.ANSWERED:
        return _verdicts_on(escalation)
    if escalation.stage is Stage.CLOSED:
        return (_not_yet(escalation, "Reopen"),)
    return (add_action(escalation, "Add something"), Action("withdraw", escalation.id, "No longer needed"))


def add_action(escalation: Escalation, label: str) -> Action:
    """The form in which who asked goes on."""
    return Action("add", escalation.id, label, words=Field("Your words"), style="primary", title=label, submit="Send")


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
    if clock.next is None:
        return _WAITS
    what = "first response" if escalation.stage is Stage.OPEN else "answer"
    if clock.due <= now:
        return f"{what} was due {moment(clock.due)}"
    return f"{what} due {moment(clock.due)}"


def due_fact(escalation: Escalation) -> Iterator[tuple[str, str]]:
    """The same as a fact of a card; none where nothing is due."""
    clock = escalation.clock
    if clock and escalation.stage in (Stage.OPEN, Stage.CLAIMED):
        yield "Due", _WAITS if clock.next is None else moment(clock.due)


def moment(at: datetime) -> str:
    """A moment as ``Mon 2 Nov, 14:30 UTC``; not by strftime, whose names follow the machine's locale."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{days[at.weekday()]} {at.day} {months[at.month - 1]}, {at:%H:%M} UTC"


def contact_field(office: Office, escalation: Escalation) -> Field:
    """The contacts that a case can be given to."""
    options = tuple((each.id, each.name) for each in office.answers.contacts if each.id != escalation.contact)
    return Field("Who should take it?", options=options[:100])


def _is(one: Party, other: Party) -> bool:
    same_account = (one.workspace, one.account) == (other.workspace, other.account)
    return same_account or bool(one.person and one.person == other.person)


def _head(escalation: Escalation) -> Head:
    if escalation.stage in _DONE:
        word = "Answered" if escalation.stage is Stage.ANSWERED else "Closed"
        return Head(f"Case {escalation.number} · {word}", _DONE[escalation.stage], "good")
    return Head(case_title(escalation), _EMOJI[escalation.priority], _TONES[escalation.priority])


def _facts(office: Office, escalation: Escalation, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    yield "Status", stage_name(escalation)
    yield "With", _with(office, escalation)
    if not escalation.confidential:
        yield "Asked by", escalation.asker.name or "somebody who was not met yet"
    if escalation.kind:
        yield "Kind", escalation.kind.replace("_", " ")
    yield from due_fact(escalation)
    if escalation.reports > 1:
        yield "Reports", f"{escalation.reports}, the last one {moment(_last_report(entries, escalation))}"


def _with(office: Office, escalation: Escalation) -> str:
    contact = office.answers.contacts.get(escalation.contact)
    name = contact.name if contact else escalation.contact
    duty = on_duty(contact, escalation.opened) if contact and escalation.stage is Stage.OPEN else None
    return f"{name} (on duty: {duty})" if duty else name


def _last_report(entries: Sequence[Entry], escalation: Escalation) -> datetime:
    return next((each.at for each in reversed(entries) if each.event is Event.JOINED), escalation.opened)


def _said(entries: Sequence[Entry]) -> Iterator[Said]:
    spoken = [each for each in entries if each.event in _SPOKEN and each.words.strip()]
    for each in spoken[-_MOST_SAID:]:
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
    note = Field("A word to them", required=False, most=500)
    return Action(
        "reassign",
        escalation.id,
        "Reassign",
        words=note,
        choices=contact_field(office, escalation),
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


def _verdicts_on(escalation: Escalation) -> tuple[Action, ...]:
    return (Action("solved", escalation.id, "👍 That helped", style="primary"), _not_yet(escalation, "Not yet"))


def _not_yet(escalation: Escalation, label: str) -> Action:
    field = Field("What is still open?", required=False, most=1500)
    return Action("reopen", escalation.id, label, words=field, title="Not yet", submit="Send")


def _who(office: Office, escalation: Escalation, actor: Party) -> str:
    return f"{actor.name or 'Somebody'}, {office.contact_name(escalation.contact)}"


__all__ = [
    "REOPENED_WITHIN",
    "add_action",
    "answer_action",
    "answer_card",
    "ask_back_action",
    "asked_by",
    "case_card",
    "case_title",
    "close_action",
    "closed_card",
    "contact_field",
    "due_fact",
    "due_line",
    "moment",
    "own_actions",
    "own_card",
    "priority_action",
    "priority_name",
    "reassign_action",
    "stage_name",
    "told_to",
]
