"""What who asked does with their own case: add to it, say whether the answer helped, reopen it, take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import (
    REOPENED_WITHIN,
    add_action,
    asked_by,
    case_card,
    own_actions,
    own_card,
    told_to,
)
from bot.conversation.escalate.clocks import start
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.queue import own_items
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
        if case is None or not _reported(office, case, party):
            return Reply(ReplyKind.ERROR, _NOT_YOURS)
        decided = _DEEDS[deed.act](office, message, deed, party, case)
        if isinstance(decided, Reply):
            return decided
        if change(office, case, decided, message.at):
            return _said(office, deed, decided.after, party)
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
    if case is None or not _reported(office, case, party):
        return Reply(ReplyKind.ERROR, _NOT_YOURS)
    entries = office.escalations.entries(case.organisation, case.id)
    return replace(own_card(office, case, entries, party), private=True)


def news(office: Office, message: Message) -> Reply:
    """What waits for somebody whom nobody can write to first: an answer, or a question back; else an empty note."""
    party = office.party(message)
    organisation = office.escalations.organisation(message.workspace)
    for case in office.escalations.of(organisation, party.workspace, party.account, party.person):
        entries = office.escalations.entries(case.organisation, case.id)
        if case.stage is Stage.ANSWERED or (case.stage is Stage.CLAIMED and entries[-1].event is Event.ASKED_BACK):
            return own_card(office, case, entries, party)
    return Reply(ReplyKind.NOTE, "")


def _add(office: Office, message: Message, deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage in (Stage.ANSWERED, Stage.CLOSED):
        return Reply(ReplyKind.ERROR, "This case is over. If it is not settled, reopen it.")
    if not deed.words.strip():
        return Reply(ReplyKind.NOTE, "", actions=(add_action(case, "Add something"),), private=True)
    entry = Entry(Event.ADDED, message.at, party, words=deed.words.strip())
    waited = case.clock is not None and case.clock.next is None
    clock = _clock(office, case, case.stage, message) if waited else case.clock
    after = replace(case, clock=clock, version=case.version + 1)
    who = "Somebody" if case.confidential else party.name or "Somebody"  # as on the card, which does not name them
    return Step(after, entry, owed=_to_owner(office, after, entry, f"{who} added something."))


def _reopen(office: Office, message: Message, deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage not in (Stage.ANSWERED, Stage.CLOSED):
        return Reply(ReplyKind.NOTE, "It is open already.", private=True)
    if case.ended and message.at - case.ended > REOPENED_WITHIN:
        return Reply(ReplyKind.ERROR, _LATE)
    stays = office.owner(case) is not None
    stage = Stage.CLAIMED if stays else Stage.OPEN
    owner = case.owner if stays else None
    entry = Entry(Event.REOPENED, message.at, party, case.stage, stage, deed.words.strip())
    reopened = replace(case, stage=stage, owner=owner, ended=None, version=case.version + 1)
    after = replace(reopened, clock=_clock(office, reopened, stage, message))
    return Step(after, entry, owed=_to_owner(office, after, entry, "It did not help yet: the case is open again."))


def _solved(_office: Office, message: Message, _deed: Deed, party: Party, case: Escalation) -> Step | Reply:
    if case.stage is not Stage.ANSWERED:
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


def _reported(office: Office, case: Escalation, party: Party) -> bool:
    return any(
        (each.workspace, each.account) == (party.workspace, party.account)
        or (each.person and each.person == party.person)
        for each in office.escalations.reporters(case.organisation, case.id)
    )


def _clock(office: Office, case: Escalation, stage: Stage, message: Message) -> Clock | None:
    contact = office.contact(case.contact)
    return start(office.times, stage, case.priority, contact, message.at) if contact else None


_DEEDS: Final[dict[str, _Decide]] = {"add": _add, "reopen": _reopen, "solved": _solved, "withdraw": _withdraw}
DEEDS: Final[Sequence[str]] = tuple(_DEEDS)
"""What who asked can do."""

__all__ = ["DEEDS", "mine", "news", "own", "see"]
