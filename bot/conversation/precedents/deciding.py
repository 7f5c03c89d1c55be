"""Deciding on a precedent: its owner approves, edits or refuses it, and its author hears of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.escalate.targets import Target
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.basis import basis
from bot.conversation.precedents.cards import (
    LONGEST,
    QUESTION,
    TERMS,
    approve_action,
    approver,
    card,
    day,
    edit_action,
    first_cards,
    goal_of,
    question_action,
    refuse_action,
    renewed_cards,
    told,
)
from bot.conversation.reply import Action, Reply, ReplyKind
from bot.ports import Delivery, Party, Person, Precedent, PrecedentState
from knowledge.models import Verdict

RENEWED_WITHIN: Final = timedelta(days=14)
"""How long before its last day a precedent is asked about again, and may be approved anew."""

_TRIES: Final = 5  # each is a race that somebody else won
_NOT_YOURS: Final = "Only the owner of the policy, or the social media lead, decides on a precedent."
_GONE: Final = "I do not know that precedent. It may have been deleted when its time was over."
_CHANGED: Final = "The section that it rests on has changed since that card. Read what it says today, then decide."
_BUSY: Final = "Several people decided on this at once. Please look at it and press again."
_COUNTS: Final = "It counts already. Refuse it, then offer the answer anew with other words."


@dataclass(frozen=True, slots=True)
class _Hand:
    """Who decides what, and when."""

    office: Office
    actor: Party
    deed: Deed
    at: datetime

    @property
    def words(self) -> str:
        return self.deed.words.strip()[:LONGEST]

    @property
    def choice(self) -> str:
        return self.deed.choices[0] if self.deed.choices else ""


def decide(office: Office, message: Message, deed: Deed) -> Reply:
    """Approve, edit or refuse a precedent, for somebody who may; its card in its new state."""
    organisation = office.escalations.organisation(message.workspace)
    person, hand = office.person(message), _Hand(office, office.party(message), deed, message.at)
    for _ in range(_TRIES):
        precedent = office.precedents.find(organisation, deed.on)
        if precedent is None:
            return Reply(ReplyKind.ERROR, _GONE if office.is_staff(person) else _NOT_YOURS)
        escalation = office.escalations.find(organisation, precedent.escalation)
        goal = goal_of(office, escalation, precedent.owner, message.at)
        if not _may_decide(office, person, precedent, goal):
            return Reply(ReplyKind.ERROR, _NOT_YOURS)
        decided = _DEEDS[deed.act](hand, precedent)
        if isinstance(decided, Reply):
            return decided
        after = replace(decided, version=precedent.version + 1)
        owed = _owed(hand, precedent, after, goal)
        if office.precedents.change(precedent, after, hand.actor, message.at, owed):
            is_new = after.basis != precedent.basis and after.state is not PrecedentState.APPROVED
            return card(office, after, line=_CHANGED if is_new else "")
    return Reply(ReplyKind.ERROR, _BUSY)


def _owed(hand: _Hand, before: Precedent, after: Precedent, goal: Target | None) -> list[Delivery]:
    """The cards in their new state, a card anew where it puts another question, and what its author hears."""
    owed = renewed_cards(hand.office, before, after, goal, hand.at)
    counted = before.state is PrecedentState.APPROVED
    if after.state is PrecedentState.QUESTIONED and counted:
        owed += first_cards(hand.office, after, goal, hand.at)
    if after.state in (PrecedentState.APPROVED, PrecedentState.REFUSED):
        reason = hand.words if after.state is PrecedentState.REFUSED else ""
        owed += told(hand.office, after, hand.at, reason, counted=counted)
    return owed


def _may_decide(office: Office, person: Person | None, precedent: Precedent, goal: Target | None) -> bool:
    """The owner, whoever stands in for them now, or a lead."""
    if office.is_lead(person) or office.owns(person, precedent.owner):
        return True
    return goal is not None and office.owns(person, goal.contact.id)


def _approve(hand: _Hand, precedent: Precedent) -> Precedent | Reply:
    if precedent.state is PrecedentState.REFUSED:
        return _over(hand, precedent)
    expires = precedent.expires
    if precedent.state is PrecedentState.APPROVED and expires and expires > (hand.at + RENEWED_WITHIN).date():
        return _over(hand, precedent)
    if hand.choice not in dict(TERMS):
        return _form(approve_action(precedent))
    rests_on = basis(hand.office.answers, precedent)
    if precedent.policy and rests_on != precedent.basis:  # nobody approves what rests on words that they never saw
        proposed = precedent.state is PrecedentState.PROPOSED
        state = PrecedentState.PROPOSED if proposed else PrecedentState.QUESTIONED
        return replace(precedent, state=state, basis=rests_on)
    approved = replace(
        precedent,
        state=PrecedentState.APPROVED,
        approver=hand.actor,
        decided=hand.at,
        expires=(hand.at + timedelta(days=int(hand.choice))).date(),
    )
    # a section that is gone cannot be rested on any more, nor can its end be noticed again
    return approved if rests_on else replace(approved, policy="", section="")


def _edit(hand: _Hand, precedent: Precedent) -> Precedent | Reply:
    if precedent.state is PrecedentState.REFUSED:
        return _over(hand, precedent)
    if precedent.state is PrecedentState.APPROVED:
        return _note(_COUNTS)
    if hand.choice == QUESTION:
        return replace(precedent, question=hand.words) if hand.words else _form(question_action(precedent))
    if not hand.words or hand.choice not in set(Verdict):
        return _form(edit_action(precedent))
    return replace(precedent, answer=hand.words, verdict=Verdict(hand.choice))


def _refuse(hand: _Hand, precedent: Precedent) -> Precedent | Reply:
    if precedent.state is PrecedentState.REFUSED:
        return _over(hand, precedent)
    if not hand.words:
        return _form(refuse_action(precedent))
    return replace(precedent, state=PrecedentState.REFUSED, approver=hand.actor, decided=hand.at, expires=None)


def _over(hand: _Hand, precedent: Precedent) -> Reply:
    who = approver(hand.office, precedent)
    if precedent.state is PrecedentState.APPROVED and precedent.expires:
        return _note(f"{who} approved it already; it counts until {day(precedent.expires)}.")
    return _note(f"{who} refused it already.")


def _form(action: Action) -> Reply:
    return Reply(ReplyKind.NOTE, "", actions=(action,), private=True)


def _note(text: str) -> Reply:
    return Reply(ReplyKind.NOTE, text, private=True)


_DEEDS: Final[dict[str, Callable[[_Hand, Precedent], Precedent | Reply]]] = {
    "approve": _approve,
    "edit": _edit,
    "refuse": _refuse,
}
DEEDS: Final[Sequence[str]] = tuple(_DEEDS)
"""What can be done with a precedent."""

__all__ = ["DEEDS", "RENEWED_WITHIN", "decide"]
