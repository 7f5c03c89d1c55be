"""Questions a precedent when the section that it rests on changes, and asks before it ends whether it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.precedents.basis import has_changed
from bot.conversation.precedents.cards import first_cards, goal_of
from bot.conversation.precedents.deciding import RENEWED_WITHIN
from bot.ports import Precedent, PrecedentState

_CLOCK: Final = "clock"
"""Who acts in the audit where nobody does."""


def question(office: Office, precedent: Precedent, at: datetime) -> bool:
    """Let a precedent count no longer until its owner decides again; ``False`` where somebody else was faster."""
    after = replace(precedent, state=PrecedentState.QUESTIONED, version=precedent.version + 1)
    escalation = office.escalations.find(precedent.organisation, precedent.escalation)
    goal = goal_of(office, escalation, precedent.owner, at)
    return office.precedents.change(precedent, after, _CLOCK, at, first_cards(office, after, goal, at))


def question_stale(office: Office, at: datetime) -> int:
    """Once a day: question what rests on a changed section, ask about what ends soon; how many precedents."""
    today, asked = at.date(), 0
    for organisation in office.precedents.organisations():
        for precedent in office.precedents.approved(organisation, today):
            if has_changed(office.answers, precedent):
                asked += question(office, precedent, at)
            elif precedent.expires and precedent.expires <= (at + RENEWED_WITHIN).date():
                asked += _ask_again(office, precedent, at)
    return asked


def _ask_again(office: Office, precedent: Precedent, at: datetime) -> bool:
    """Ask its owner whether it shall count on; owed once for each last day."""
    escalation = office.escalations.find(precedent.organisation, precedent.escalation)
    goal = goal_of(office, escalation, precedent.owner, at)
    return office.jobs.plan(first_cards(office, precedent, goal, at, expiring=True)) > 0


__all__ = ["question", "question_stale"]
