"""Questions a precedent when the section that it rests on changes, and asks before it ends whether it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.escalate.targets import Target
from bot.conversation.escalate.watch import CLOCK
from bot.conversation.precedents.basis import basis, has_changed
from bot.conversation.precedents.cards import first_cards, goal_of
from bot.conversation.precedents.deciding import RENEWED_WITHIN
from bot.ports import Precedent, PrecedentState

_UNDECIDED: Final = (PrecedentState.PROPOSED, PrecedentState.QUESTIONED)


def question(office: Office, precedent: Precedent, at: datetime) -> bool:
    """Let a precedent count no longer until its owner decides again; ``False`` where somebody else was faster."""
    shown = basis(office.answers, precedent)
    after = replace(precedent, state=PrecedentState.QUESTIONED, basis=shown, version=precedent.version + 1)
    goal = _goal(office, precedent, at)
    return office.precedents.change(precedent, after, CLOCK, at, first_cards(office, after, goal, at))


def question_stale(office: Office, at: datetime) -> int:
    """Question what rests on a changed section, ask about what ends soon or is undecided; how many precedents."""
    asked = 0
    for organisation in office.precedents.organisations():
        for precedent in office.precedents.all(organisation):
            if precedent.state in _UNDECIDED:
                asked += _ask(office, precedent, at)
            elif precedent.state is PrecedentState.APPROVED and (precedent.expires or at.date()) >= at.date():
                asked += _look_at(office, precedent, at)
    return asked


def _look_at(office: Office, precedent: Precedent, at: datetime) -> bool:
    if has_changed(office.answers, precedent):
        return question(office, precedent, at)
    ends_soon = precedent.expires is not None and precedent.expires <= (at + RENEWED_WITHIN).date()
    return ends_soon and _ask(office, precedent, at)


def _ask(office: Office, precedent: Precedent, at: datetime) -> bool:
    """Ask its owner, once in each place for each question that it puts: whoever is its owner's now hears of it, too."""
    expiring = precedent.state is PrecedentState.APPROVED
    cards = first_cards(office, precedent, _goal(office, precedent, at), at, expiring=expiring)
    return office.jobs.plan(cards) > 0


def _goal(office: Office, precedent: Precedent, at: datetime) -> Target | None:
    escalation = office.escalations.find(precedent.organisation, precedent.escalation)
    return goal_of(office, escalation, precedent.owner, at)


__all__ = ["question", "question_stale"]
