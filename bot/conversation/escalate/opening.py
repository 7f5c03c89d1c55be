"""Opening a case: what will be sent is shown first, one press sends it, and the same incident is not opened twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import due_line, moment, priority_name
from bot.conversation.escalate.clocks import start
from bot.conversation.escalate.crisis import proposal
from bot.conversation.escalate.links import links
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.own_cards import is_same, own_actions
from bot.conversation.escalate.targets import Target, target
from bot.conversation.kept import from_json, to_json
from bot.conversation.messages import LOCAL, Deed, Message
from bot.conversation.reply import Action, Field, Head, Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Entry, Escalation, Event, Party, Stage
from knowledge.contacts import LAST_RESORT, Contact
from knowledge.models import Priority, Reader
from knowledge.triage.models import Kind

CONFIDENTIAL: Final = "confidential"

_INCIDENTS: Final = frozenset(
    {Kind.SAFETY, Kind.CRISIS, Kind.PRIVACY_SECURITY, Kind.IMPERSONATION, Kind.MISINFORMATION}
)
"""Kinds of which many people tell the same story; of complaints, each is somebody's own."""

_ALIKE: Final = 0.65
_NEARLY_EQUAL: Final = 0.9
"""Cosines from which two reports tell of the same incident; ``docs/decisions/0012-cases.md`` has the figures."""

_WITHIN: Final = timedelta(hours=1)
_CONTEXT: Final = 3  # earlier questions of the thread that go along
_TRIES: Final = 30  # in a surge many press at the same moment, and each has to wait for its turn
_GONE: Final = "That is no longer in my memory, so I cannot send it. Please ask me once more."
_CONFIDENTIALLY: Final = "Send confidentially"
_HIDDEN: Final = "It goes confidentially: only whoever takes it can read it."
_LEAD_IN: Final = "Only this is sent, and nothing before you press."


def consent(office: Office, message: Message, original: Reply, memory: timedelta) -> Reply:
    """What would be sent, to whom and how soon they respond, with the button that sends it."""
    escalation = _drafted(office, message, original)
    goal = target(office, escalation, message.at)
    if goal is None:
        return _error("There is nobody in my list of contacts. Ask the person who runs Clearpost at your company.")
    if not goal.posts and message.workspace == LOCAL:
        return _person(goal.contact, original, office)
    escalation = _addressed(office, escalation, goal, message.at)
    earlier = _earlier(office, message, original, memory)
    note = Field("What should they know besides?", hint="A link, a date, who else is waiting", most=1500)
    return Reply(
        kind=ReplyKind.CONSENT,
        text=_LEAD_IN,
        head=Head(f"Send this to {goal.contact.name}?", "📨", "neutral"),
        facts=(
            ("To", goal.contact.name),
            ("From", _from(escalation.asker)),
            ("Priority", priority_name(escalation.priority)),
            *([("First response", f"by {moment(escalation.clock.due)}")] if escalation.clock else []),
        ),
        asked=escalation.question,
        notes=(
            *([f"Along goes what you asked before: {'; '.join(earlier)}"] if earlier else []),
            *(["Along goes what I had found."] if original.quotes else []),
            *([_HIDDEN] if escalation.confidential else []),
            *(f"Not to {office.contact_name(contact)}: {reason}." for contact, reason in goal.passed_over),
            "I bring you the answer."
            if goal.posts
            else "I cannot write to any of them yet: I keep it for them, and you get their address.",
        ),
        actions=(
            Action("send", original.id, _CONFIDENTIALLY if escalation.confidential else "Send", style="primary"),
            Action("send", original.id, "Add a note", words=note, title="Send with a note", submit="Send"),
            *([] if escalation.confidential else [Action("send", original.id, _CONFIDENTIALLY, choice=CONFIDENTIAL)]),
        ),
        private=True,
    )


def send(office: Office, message: Message, deed: Deed, memory: timedelta) -> Reply:
    """Open the case of a kept reply, or join the one that tells of the same incident."""
    kept = office.records.reply(message.workspace, deed.on)
    if kept is None or kept.account != message.account:
        return _error(_GONE)
    try:
        original = from_json(kept.body)
    except StateError:  # kept by another version
        return _error(_GONE)
    draft = replace(_drafted(office, replace(message, thread=kept.thread), original), id=f"{deed.on}-case")
    known = office.escalations.find(draft.organisation, draft.id)
    if known is not None:
        return _sent(office, known, message.at, "You sent this before.")
    if CONFIDENTIAL in deed.choices:
        draft = replace(draft, confidential=True)
    goal = target(office, draft, message.at)
    if goal is None:
        return _error(_GONE)
    words = "\n".join([*_earlier(office, replace(message, thread=kept.thread), original, memory), deed.words.strip()])
    return _joined_or_opened(office, draft, goal, words.strip(), message.at)


def _joined_or_opened(office: Office, draft: Escalation, goal: Target, words: str, at: datetime) -> Reply:
    """Join the same incident or open a case; look again where somebody opened one meanwhile: it may be the same."""
    shared = bool(draft.kind) and not draft.confidential
    for _ in range(_TRIES):
        latest = office.escalations.latest(draft.organisation) if shared else None
        same = _same_incident(office, draft, at) if shared else None
        if same is not None:
            joined = _join(office, same, draft, words, at)
            if joined is not None:
                return joined
        opened = _open(office, draft, goal, words, at, latest)
        if opened is not None:
            return opened
    return _open(office, draft, goal, words, at, None) or _error(_GONE)


def _drafted(office: Office, message: Message, original: Reply) -> Escalation:
    """The case as it would be, without its contact's variant and its clock."""
    person, reader = office.person(message), message.reader
    kind = original.triaged_as
    language = person.profile.locale.partition("-")[0].lower() if person else ""
    return Escalation(
        id="",
        number=0,
        organisation=office.escalations.organisation(message.workspace),
        asker=office.party(message),
        question=original.question,
        found=to_json(replace(original, about=None, actions=(), person=None, notice="")),
        contact=original.person.id if original.person else LAST_RESORT,
        priority=original.priority or Priority.NORMAL,
        opened=message.at,
        kind=kind,
        region=_region(reader, person.region if person else ""),
        unit=person.unit if person else "",
        language=language,
        confidential=kind == Kind.EMPLOYEE_MISCONDUCT or (person is not None and person.track == "executives"),
    )


def _region(reader: Reader, own: str) -> str:
    return reader.region or own


def _addressed(office: Office, escalation: Escalation, goal: Target, at: datetime) -> Escalation:
    clock = start(office.times, Stage.OPEN, escalation.priority, goal.contact, at)
    return replace(escalation, contact=goal.contact.id, clock=clock)


def _open(
    office: Office, draft: Escalation, goal: Target, words: str, at: datetime, latest: int | None
) -> Reply | None:
    """Keep the case and owe its cards; ``None`` where there is a newer one than the latest that was known."""
    meant = draft.contact
    escalation = _addressed(office, draft, goal, at)
    why = "; ".join(f"{contact} {reason}" for contact, reason in goal.passed_over)
    entry = Entry(Event.OPENED, at, draft.asker, before=why and f"{meant}: {why}", after=goal.contact.id, words=words)
    # the number is given when it is kept, and the card says it: it is made from what was kept, and owed right after
    kept = office.escalations.open(
        escalation,
        entry,
        goal.posts,
        lambda numbered: owed.first_cards(office, numbered, [entry], goal.posts, at),
        latest,
    )
    if kept is None:
        return None
    return _sent(office, kept, at, "", reached=bool(goal.posts))


def _sent(office: Office, escalation: Escalation, at: datetime, lead: str, *, reached: bool = True) -> Reply:
    name = office.contact_name(escalation.contact)
    due = due_line(escalation, at)
    if reached:
        told = f"Sent to {name} as case {escalation.number}" + (f"; {due}." if due else ".")
        rest = "I bring you the answer; write “my cases” to see how it stands."
    else:
        told = f"I keep this as case {escalation.number}, but {name} has no channel that I can write to."
        rest = "Please reach them yourself, too."
    return Reply(
        kind=ReplyKind.NOTE,
        text=" ".join(each for each in (lead, told, rest) if each),
        head=Head(
            "On its way" if reached else "Kept, but nobody was told",
            "📨" if reached else "⚠️",
            "good" if reached else "careful",
        ),
        person=None if reached else office.shown(escalation.contact),
        actions=own_actions(escalation),
    )


def _same_incident(office: Office, draft: Escalation, at: datetime) -> Escalation | None:
    """The case of the last hour that tells of the same incident: by a link, or by its words.

    A report that is more urgent than a case does not join it: it would wait as long as that.
    """
    recent = [
        each
        for each in office.escalations.since(draft.organisation, at - _WITHIN)
        if each.kind and not each.confidential and each.stage in (Stage.OPEN, Stage.CLAIMED)
        if each.priority.rank <= draft.priority.rank
    ]
    if not recent or not draft.kind:
        return None
    theirs = links(draft.question)
    linked = next((each for each in recent if theirs & links(each.question)), None)
    if linked is not None or theirs:
        return linked
    alike = office.likeness.alike(draft.question, [each.question for each in recent])
    best = max(range(len(recent)), key=lambda number: alike[number])
    an_incident = {draft.kind, recent[best].kind} & _INCIDENTS
    return recent[best] if alike[best] >= (_ALIKE if an_incident else _NEARLY_EQUAL) else None


def _join(office: Office, same: Escalation, draft: Escalation, words: str, at: datetime) -> Reply | None:
    """One report more of a case, once for each who reports it; ``None`` where it ended meanwhile."""
    told = f"{draft.question}\n{words}".strip()
    for _ in range(_TRIES):
        current = office.escalations.find(same.organisation, same.id)
        if current is None or current.stage not in (Stage.OPEN, Stage.CLAIMED):
            return None
        reporters = office.escalations.reporters(same.organisation, same.id)
        if any(is_same(each, draft.asker) for each in reporters):
            return _sent(office, current, at, "You sent this before.")
        entry = Entry(Event.JOINED, at, draft.asker, str(current.reports), str(current.reports + 1), told)
        after = replace(current, reports=current.reports + 1, version=current.version + 1)
        entries = [*office.escalations.entries(same.organisation, same.id), entry]
        posts = office.escalations.posts(same.organisation, same.id)
        deliveries = owed.renewed_cards(office, after, entries, posts, at)
        if after.reports >= office.surge:
            deliveries += proposal(office, after, at)
        if office.escalations.report(current, after, entry, deliveries):
            lead = f"{current.reports} of your colleagues reported the same."
            return _sent(office, after, at, lead if current.reports > 1 else "A colleague reported the same.")
    return None


def _earlier(office: Office, message: Message, original: Reply, memory: timedelta) -> list[str]:
    """What was asked in the thread before the reply that is sent, oldest first: what is said later was not shown."""
    kept = office.records.reply(message.workspace, original.id)
    at = kept.at if kept else message.at
    turns = [each for each in office.records.turns(message.workspace, message.thread, at - memory) if each.at <= at]
    told = [each.question for each in turns if each.question.strip() and each.question != original.question]
    return [f"“{each}”" for each in dict.fromkeys(told)][-_CONTEXT:]


def _from(asker: Party) -> str:
    return asker.name or "you; they see how to answer you, not more"


def _person(contact: Contact, original: Reply, office: Office) -> Reply:
    """Whom to write to, on a machine that reaches nobody: there the asker sends it themselves."""
    name = original.person.name if original.person else contact.name
    text = f"{name} can decide this. Send them your question as you asked it, with the picture or link if any."
    person = original.person or office.shown(contact.id)
    return Reply(ReplyKind.PERSON, text, question=original.question, person=person, about=original)


def _error(text: str) -> Reply:
    return Reply(kind=ReplyKind.ERROR, text=text)


__all__ = ["CONFIDENTIAL", "consent", "send"]
