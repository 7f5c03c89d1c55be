"""What the Center of Excellence adds to the policies: precedents, and the notice and caution of a crisis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.ports.deliveries import Delivery
from bot.ports.escalations import Party
from knowledge.models import Verdict


class PrecedentState(StrEnum):
    """How far a precedent is. Only an approved one answers; a questioned one waits for its owner again."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    QUESTIONED = "questioned"


@dataclass(frozen=True, slots=True)
class Precedent:
    """An expert's answer that may be used again.

    ``owner`` is the contact whose policy it rests on. ``policy``, ``section`` and ``basis`` are that section and a
    hash of its words when its owner was shown them last; empty where it rests on none. ``expires`` is the last day on
    which it counts. ``version`` grows with every change.
    """

    id: str
    organisation: str
    escalation: str
    question: str
    answer: str
    verdict: Verdict
    owner: str
    author: Party
    proposed: datetime
    state: PrecedentState = PrecedentState.PROPOSED
    approver: Party | None = None
    decided: datetime | None = None
    expires: date | None = None
    policy: str = ""
    section: str = ""
    basis: str = ""
    version: int = 1


class Precedents(Protocol):
    """The precedents of an organisation."""

    def propose(self, precedent: Precedent, owed: Sequence[Delivery]) -> bool:
        """Keep a new one and what is owed; ``False`` where its escalation has one that is not refused."""
        ...

    def change(self, before: Precedent, after: Precedent, actor: Party, at: datetime, owed: Sequence[Delivery]) -> bool:
        """Keep a change with a line in the audit and what is owed; ``False`` where somebody else was faster.

        The line is in the workspace of ``actor``, or in the author's where they have none: the clock acts nowhere.
        """
        ...

    def find(self, organisation: str, precedent: str) -> Precedent | None:
        """One precedent."""
        ...

    def approved(self, organisation: str, on: date) -> Sequence[Precedent]:
        """Those that count on a day."""
        ...

    def all(self, organisation: str) -> Sequence[Precedent]:
        """Every one, newest first."""
        ...

    def organisations(self) -> Sequence[str]:
        """For upkeep: every organisation with precedents."""
        ...


@dataclass(frozen=True, slots=True)
class Crisis:
    """A state of caution: ``notice`` heads every answer, and on ``policies`` nobody may post without asking.

    No policies named: all of them.
    """

    organisation: str
    notice: str
    policies: tuple[str, ...]
    contact: str
    since: datetime
    by: Party
    escalation: str = ""


class Crises(Protocol):
    """At most one crisis at a time for an organisation."""

    def declare(self, crisis: Crisis) -> None:
        """Begin, or change, the crisis; with a line in the audit."""
        ...

    def lift(self, organisation: str, by: Party, at: datetime) -> bool:
        """End it, with a line in the audit; ``False`` where there was none."""
        ...

    def current(self, organisation: str) -> Crisis | None:
        """The crisis of now."""
        ...


__all__ = ["Crises", "Crisis", "Precedent", "PrecedentState", "Precedents"]
