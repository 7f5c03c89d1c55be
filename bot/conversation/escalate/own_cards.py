"""A case as those who reported it see it: what they said themselves, what was said to them, what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.conversation.escalate.cards import moment, said, stage_name, waits_for_asker, with_whom
from bot.conversation.escalate.office import Office
from bot.conversation.reply import Action, Field, Head, Reply, ReplyKind, Said
from bot.ports import Entry, Escalation, Event, Party, Stage

REOPENED_WITHIN: Final = timedelta(days=14)
"""For how long who asked may say that an answer did not help after all."""

_TO_ALL: Final = frozenset({Event.ANSWERED, Event.CLOSED})
"""What is said to everybody who reported a case; a question back goes to its asker alone."""


def asked_by(escalation: Escalation, entries: Sequence[Entry], party: Party) -> str:
    """What somebody themselves had said when they reported a case."""
    if is_same(escalation.asker, party):
        return escalation.question
    joined = (each.words for each in entries if each.event is Event.JOINED and is_same(each.actor, party))
    return next(joined, "")


def answer_card(office: Office, escalation: Escalation, entry: Entry, asked: str) -> Reply:
    """What reaches who asked: the answer, or a question back, with their own question quoted."""
    asks = entry.event is Event.ASKED_BACK
    word = f"A question back, case {escalation.number}" if asks else f"The answer to case {escalation.number}"
    return Reply(
        kind=ReplyKind.CASE,
        text="",
        head=Head(word, "💬" if asks else "✉️", "careful" if asks else "good"),
        asked=asked,
        said=(Said(_who(office, escalation, entry.actor), entry.at, entry.words),),
        actions=(add_action(escalation, "Reply"),) if asks else _verdicts_on(escalation),
    )


def closed_card(office: Office, escalation: Escalation, entry: Entry, asked: str) -> Reply:
    """What reaches who asked where a case was closed by those who work on it."""
    how = "It was closed." if entry.before == Stage.ANSWERED else "It was closed without an answer."
    return Reply(
        kind=ReplyKind.CASE,
        text=f"{how} Reopen it within 14 days if that does not settle it for you.",
        head=Head(f"Case {escalation.number} is closed", "☑️", "neutral"),
        asked=asked,
        said=(Said(_who(office, escalation, entry.actor), entry.at, entry.words),) if entry.words else (),
        actions=(_not_yet(escalation, "Reopen"),),
    )


def own_card(office: Office, escalation: Escalation, entries: Sequence[Entry], party: Party) -> Reply:
    """A case as somebody who reported it sees it: what they said themselves, and what was said to them."""
    asked = asked_by(escalation, entries, party)
    concerning = _concerning(escalation, entries, party)
    last = next((each for each in reversed(concerning) if each.event in (Event.ANSWERED, Event.ASKED_BACK)), None)
    if last is not None and _is_news(escalation, last):
        return answer_card(office, escalation, last, asked)
    return Reply(
        kind=ReplyKind.CASE,
        text="",
        head=Head(f"Case {escalation.number}: {stage_name(escalation)}", "📮", "neutral"),
        facts=(("With", with_whom(office, escalation)), ("Sent", moment(escalation.opened))),
        asked=asked,
        said=said(concerning),
        actions=own_actions(escalation),
    )


def told_to(escalation: Escalation, entries: Sequence[Entry], party: Party) -> tuple[Said, ...]:
    """What was said in a case, as far as it concerns somebody who reported it."""
    return said(_concerning(escalation, entries, party))


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


def is_same(one: Party, other: Party) -> bool:
    """Whether two are the same account, or the same person under two."""
    same_account = (one.workspace, one.account) == (other.workspace, other.account)
    return same_account or bool(one.person and one.person == other.person)


def _concerning(escalation: Escalation, entries: Sequence[Entry], party: Party) -> Sequence[Entry]:
    """Their own words, what was said to everybody, and to the asker what they were asked; never another's report."""
    heard = _TO_ALL | {Event.ASKED_BACK} if is_same(escalation.asker, party) else _TO_ALL
    return [each for each in entries if is_same(each.actor, party) or each.event in heard]


def _is_news(escalation: Escalation, last: Entry) -> bool:
    """Whether the last thing that was said to who asked waits for a word of theirs."""
    if last.event is Event.ASKED_BACK:
        return escalation.stage is Stage.CLAIMED and waits_for_asker(escalation)
    return escalation.stage is Stage.ANSWERED


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
    "answer_card",
    "asked_by",
    "closed_card",
    "is_same",
    "own_actions",
    "own_card",
    "told_to",
]
