"""What was learned from questions and answers, and who the people are: for the commands that look after both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.wiring._answers import now
from bot.wiring._office import office
from bot.wiring._state import state
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.gaps import Gap, Unhelpful
    from bot.ports import Precedent
    from bot.state import AuditLine as AuditLine  # noqa: PLC0414 - for the commands, which do not touch the state
    from bot.state import Chain as Chain  # noqa: PLC0414 - the same
    from bot.state import State as State  # noqa: PLC0414 - the same
    from bot.state.subjects import Who as Who  # noqa: PLC0414 - the same
    from knowledge.questions import Labelled


@dataclass(frozen=True, slots=True)
class Open:
    """What the policies leave open: questions that nobody could answer, sections that did not help."""

    gaps: Sequence[Gap]
    unhelpful: Sequence[Unhelpful]


def organisations(remembered: State) -> Sequence[str]:
    """Every organisation of this installation; that of the web chat and the terminal is among them."""
    from bot.conversation.messages import LOCAL

    found = {each.organisation for each in remembered.workspaces.all()}
    return sorted({*found, remembered.escalations.organisation(LOCAL), *remembered.staff.organisations()})


def gaps(settings: Settings, live: LiveAnswers, remembered: State, since: datetime, among: Sequence[str]) -> Open:
    """What some organisations asked since a moment and the policies leave open. Blocking: it encodes the questions."""
    from bot.conversation import gaps as learning
    from bot.state.gaps import SqlGaps
    from knowledge.index import Index

    kept = SqlGaps(remembered.engine, settings.joined_workspaces)
    index = Index.open(settings.index)
    owners = {each.id: each.owner for each in index.policies}
    index.close()
    asked = [each for organisation in among for each in kept.handed_over(organisation, since)]
    rated = [each for organisation in among for each in kept.rated(organisation, since)]
    return Open(learning.gaps(asked, owners, live.encode), learning.unhelpful(rated, owners))


def precedents(remembered: State, among: Sequence[str]) -> Sequence[Precedent]:
    """Every precedent of some organisations, newest first in each."""
    return [each for organisation in among for each in remembered.precedents.all(organisation)]


def precedent_questions(settings: Settings) -> tuple[Labelled, ...]:
    """The precedents that count today, as labelled questions of this installation; empty where there are none."""
    from bot.conversation.precedents import labelled_precedents

    remembered = state(settings)
    try:
        return labelled_precedents(
            each
            for organisation in remembered.precedents.organisations()
            for each in remembered.precedents.approved(organisation, now().date())
        )
    finally:
        remembered.close()


def renew_cards(
    settings: Settings, live: LiveAnswers, remembered: State, organisation: str, cases: Sequence[str]
) -> int:
    """Show cases as they are now on every card that was sent; how many cards are owed anew."""
    from bot.conversation.escalate.owed import renewed_cards

    whole, at = office(settings, live, remembered), now()
    owed = [
        each
        for case in cases
        for escalation in [remembered.escalations.find(organisation, case)]
        if escalation is not None
        for each in renewed_cards(
            whole,
            escalation,
            remembered.escalations.entries(organisation, case),
            remembered.escalations.posts(organisation, case),
            at,
        )
    ]
    return whole.jobs.plan(owed)


def forget_person(
    remembered: State, organisation: str, who: Who, actor: str
) -> tuple[dict[str, int], Sequence[str]] | None:
    """Forget a person; how many rows of which kind, and the cases whose cards have to be renewed.

    ``None`` where nobody is found.
    """
    cases = remembered.subjects.cases(organisation, who)
    counts = remembered.subjects.forget(organisation, who, now(), actor)
    return None if counts is None else (counts, cases)


def days_ago(days: int) -> datetime:
    """The moment so many days ago."""
    return now() - timedelta(days=days)


__all__ = [
    "Open",
    "days_ago",
    "forget_person",
    "gaps",
    "organisations",
    "precedent_questions",
    "precedents",
    "renew_cards",
]
