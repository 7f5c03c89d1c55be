"""What who asked does with their own case: add to it, say whether the answer helped, reopen it, take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import case_card, waits_for_asker
from bot.conversation.escalate.clocks import start
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.own_cards import (
    REOPENED_WITHIN,
    add_action,
    asked_by,
    closed_card,
    is_same,
    own_actions,
    own_card,
    told_to,
)
from bot.conversation.escalate.queue import own_items
from bot.conversation.escalate.targets import target
from bot.conversation.escalate.work import Step, change
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Head, Reply, ReplyKind
from bot.ports import Clock, Delivery, Entry, Escalation, Event, Party, Stage

_TRIES: Final = 5
_NOT_YOURS: Final = "I know no such case of yours. Write “my cases” to see those that you sent."
_BUSY: Final = "Somebody else changed this case at the same moment. Please press again."
_LATE: Final = "That was more than 14 days ago, so the case stays closed. Ask me again, and I open a new one."

_Decide = Callable[[Office, Message, Deed, Party, Escalation], "Step | Reply"]


def own(office: Office, message: Message, deed: Deed) -> Reply:
    """Do something with one's own case; the case as who asked sees it."""
    party = office.party(message)
    organisation = office.escalations.organisation(message.workspace)
    for _ in range(_TRIES):
        case = office.escalations.find(organisation, deed.on)
        known_as = _reporter(office, case, party) if case else None
        if case is None or known_as is None:
            return Reply(ReplyKind.ERROR, _NOT_YOURS)
        decided = _DEEDS[deed.act](office, message, deed, party, case)
        if isinstance(decided, Reply):
            return decided
        if change(office, case, decided, message.at):
            return _said(office, deed, decided.after, known_as)
    return Reply(ReplyKind.ERROR, _BUSY)


def mine(office: Office, message: Message) -> Reply:
    """The cases that somebody sent, newest first."""
    party = office.party(message)
    organisation = office.escalations.organisation(message.workspace)
    cases = office.escalations.of(organisation, party.workspace, party.account, party.person)
    return _cases(cases)


def see(office: Office, message: Message, deed: Deed) -> Reply:
    """One's own case in full."""
    party = office.party(message)
    case = office.escalations.find(office.escalations.organisation(message.workspace), deed.on)
    known_as = _reporter(office, case, party) if case else None
    if case is None or known_as is None:
        return Reply(ReplyKind.ERROR, _NOT_YOURS)
    entries = office.escalations.entries(case.organisation, case.id)
    return replace(own_card(office, case, entries, known_as), private=True)


def news(office: Office, message: Message) -> Reply:
    """What waits for somebody whom nobody can write to first: an answer, or a question back; else an empty note."""
    party = office.party(message)
    organisation = office.escalations.organisation(message.workspace)
    cases = office.escalations.of(organisation, party.workspace, party.account, party.person)
    for case in sorted(cases, key=lambda each: each.stage is Stage.CLOSED):  # what is answered, then what was closed
        if case.stage is Stage.OPEN or (case.stage is Stage.CLAIMED and not waits_for_asker(case)):
            continue
        known_as = _reporter(office, case, party) or party
        entries = office.escalations.entries(case.organisation, case.id)
        if case.stage is Stage.ANSWERED or (case.stage is Stage.CLAIMED and is_same(case.asker, known_as)):
            return own_card(office, case, entries, known_as)
        if case.stage is Stage.CLOSED and _was_closed_for_them(office, case, entries[-1], message):
            return closed_card(office, case, entries[-1], asked_by(case, entries, known_as))
    return Reply(ReplyKind.NOTE, "")


def _add(office: Office, message: Message, deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage in (Stage.ANSWERED, Stage.CLOSED):
        return Reply(ReplyKind.ERROR, "This case is over. If it is not settled, reopen it.")
    if not deed.words.strip():
        return Reply(ReplyKind.NOTE, "", actions=(add_action(case, "Add something"),), private=True)
    entry = Entry(Event.ADDED, message.at, party, words=deed.words.strip())
    if case.stage is Stage.CLAIMED and office.owner(case) is None:  # whoever had claimed it is gone
        return _offered_anew(office, case, replace(entry, before=case.stage, after=Stage.OPEN))
    clock = _clock(office, case, message.at) if waits_for_asker(case) else case.clock
    after = replace(case, clock=clock, version=case.version + 1)
    return Step(after, entry, owed=_to_owner(office, after, entry, f"{party.name or 'Somebody'} added something."))


def _reopen(office: Office, message: Message, deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage not in (Stage.ANSWERED, Stage.CLOSED):
        return Reply(ReplyKind.NOTE, "It is open already.", private=True)
    if case.ended and message.at - case.ended > REOPENED_WITHIN:
        return Reply(ReplyKind.ERROR, _LATE)
    stage = Stage.CLAIMED if office.owner(case) else Stage.OPEN
    entry = Entry(Event.REOPENED, message.at, party, case.stage, stage, deed.words.strip())
    reopened = replace(case, stage=stage, ended=None, version=case.version + 1)
    if stage is Stage.OPEN:
        return _offered_anew(office, reopened, entry)
    after = replace(reopened, clock=_clock(office, reopened, message.at))
    return Step(after, entry, owed=_to_owner(office, after, entry, "It did not help yet: the case is open again."))


def _offered_anew(office: Office, case: Escalation, entry: Entry) -> Step:
    """Nobody has the case any more: its contact gets a card of now, as a changed one far above tells nobody."""
    goal = target(office, case, entry.at)
    contact = goal.contact.id if goal else case.contact
    freed = replace(case, stage=Stage.OPEN, owner=None, contact=contact)
    return Step(replace(freed, clock=_clock(office, freed, entry.at)), entry, posts=goal.posts if goal else ())


def _solved(office: Office, message: Message, deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage in (Stage.OPEN, Stage.CLAIMED):  # "not yet" first, then they thought better of it
        return _withdraw(office, message, deed, party, case)
    if case.stage is Stage.CLOSED:
        return Reply(ReplyKind.NOTE, "Thank you, that is noted already.")
    after = replace(case, stage=Stage.CLOSED, clock=None)
    return Step(after, Entry(Event.CLOSED, message.at, party, case.stage, Stage.CLOSED))


def _withdraw(_office: Office, message: Message, _deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage in (Stage.ANSWERED, Stage.CLOSED):
        return Reply(ReplyKind.NOTE, "It is over already.")
    if case.reports > 1:
        return Reply(ReplyKind.NOTE, "Others reported the same, so the case goes on.")
    after = replace(case, stage=Stage.CLOSED, clock=None, ended=message.at)
    return Step(after, Entry(Event.CLOSED, message.at, party, case.stage, Stage.CLOSED, "No longer needed."))


def _to_owner(office: Office, case: Escalation, entry: Entry, line: str) -> tuple[Delivery, ...]:
    """Who claimed a case hears at once what its asker did; a card that changes in place tells nobody."""
    owner = office.owner(case)
    if owner is None:
        return ()
    entries = [*office.escalations.entries(case.organisation, case.id), entry]
    return tuple(owed.to_account(case, owner, "added", case_card(office, case, entries, line=line), entry.at))


def _said(office: Office, deed: Deed, case: Escalation, party: Party) -> Reply:
    """What came of it, on the card that was pressed: the answer stays to be read."""
    words = {
        "add": ("Added", "📮", "It is on the card of whoever works on it."),
        "reopen": (
            f"Case {case.number} is open again",
            "🔁",
            "They see what is still open. I bring you the answer.",
        ),
        "solved": ("Good to know", "👍", "Thank you. The case is closed; reopen it within 14 days if it comes back."),
        "withdraw": (f"Case {case.number} is closed", "☑️", "Nobody works on it any more."),
    }
    word, emoji, text = words[deed.act]
    entries = office.escalations.entries(case.organisation, case.id)
    said = told_to(case, entries, party)
    asked = asked_by(case, entries, party)
    return Reply(
        ReplyKind.CASE, text, head=Head(word, emoji, "good"), asked=asked, said=said, actions=own_actions(case)
    )


def _cases(cases: Sequence[Escalation]) -> Reply:
    """The list of one's own cases."""
    if not cases:
        return Reply(ReplyKind.NOTE, "You have sent no case.")
    return Reply(ReplyKind.QUEUE, "", head=Head("Your cases", "📮", "neutral"), items=own_items(cases))


def _reporter(office: Office, case: Escalation, party: Party) -> Party | None:
    """Who somebody is among those that reported a case; ``None`` where they did not.

    An account may have turned out to be somebody's since: then it is them, whoever it was then.
    """
    for each in office.escalations.reporters(case.organisation, case.id):
        if is_same(each, party):
            return each
        known = office.people.find(each.workspace, each.account) if party.person else None
        if known is not None and known.id == party.person:
            return each
    return None


def _was_closed_for_them(office: Office, case: Escalation, last: Entry, message: Message) -> bool:
    """Whether somebody who works on cases closed it, so lately that it can be reopened."""
    by_staff = last.event is Event.CLOSED and _reporter(office, case, last.actor) is None
    return by_staff and message.at - last.at <= REOPENED_WITHIN


def _clock(office: Office, case: Escalation, at: datetime) -> Clock | None:
    contact = office.contact(case.contact)
    return start(office.times, case.stage, case.priority, contact, at) if contact else None


_DEEDS: Final[dict[str, _Decide]] = {"add": _add, "reopen": _reopen, "solved": _solved, "withdraw": _withdraw}
DEEDS: Final[Sequence[str]] = tuple(_DEEDS)
"""What who asked can do."""

__all__ = ["DEEDS", "mine", "news", "own", "see"]
