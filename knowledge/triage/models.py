"""The values of triage: kinds, actions, and what becomes of a text. All of them are frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from knowledge.models import Outcome, Priority

NONE: Final = "none"
"""How charts, labels and buttons write that there is nothing to do."""


class Kind(StrEnum):
    """What sort of thing was said about the company."""

    PRAISE = "praise"
    QUESTION = "question"
    COMPLAINT = "complaint"
    MISINFORMATION = "misinformation"
    RANT = "rant"
    TROLL = "troll"
    SAFETY = "safety"
    LEGAL_THREAT = "legal_threat"
    PRIVACY_SECURITY = "privacy_security"
    IMPERSONATION = "impersonation"
    PRESS = "press"
    EMPLOYEE_MISCONDUCT = "employee_misconduct"
    CRISIS = "crisis"
    THREAT_SELF_HARM = "threat_self_harm"
    SPAM = "spam"


SERIOUS: Final = frozenset(
    {Kind.SAFETY, Kind.LEGAL_THREAT, Kind.PRIVACY_SECURITY, Kind.THREAT_SELF_HARM, Kind.CRISIS, Kind.PRESS}
)
"""The kinds that may not be missed: they have a second check that rather asks than lets one pass."""

PASSED_OVER: Final = frozenset({Priority.NORMAL, Priority.NONE})
"""The priorities with which a serious kind counts as missed."""


class Action(StrEnum):
    """What the company does about it."""

    THANK = "thank"
    ANSWER = "answer"
    RESOLVE = "resolve"
    CORRECT = "correct"
    MONITOR = "monitor"
    ESCALATE = "escalate"
    IGNORE = "ignore"


class Drift(StrEnum):
    """Which way a text leans."""

    ASK = "ask"  # may I post this?
    TRIAGE = "triage"  # somebody said this about us, what now?
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the chart that was passed: its question and the answer that led on."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """The one question that decides between kinds; each option is a kind (``None``: nothing to do) and its button."""

    question: str
    options: tuple[tuple[Kind | None, str], ...]


@dataclass(frozen=True, slots=True)
class Triaged:
    """What becomes of a text.

    ``outcome`` is ``answer``, ``clarify`` where a ``doubt`` is left, ``out_of_scope`` where there is nothing to do, or
    ``hand_over`` where it could not be read; in the last two ``kind`` is ``None``. While a doubt is left, ``action``,
    ``priority``, ``do`` and ``do_not`` are those of the more serious kind, ``kind`` is the likeliest (``None`` where
    that is nothing), and ``path`` ends before the question that is open. ``contact`` is a contact's id.
    ``confidence`` is the calibrated probability, 0 to 1, of the kind. ``holding_reply`` may be posted as it stands;
    empty where nothing may. ``passage`` is the one of a long text that made it serious; empty where the whole did.
    """

    text: str
    kind: Kind | None
    label: str
    action: Action
    priority: Priority
    contact: str | None
    path: tuple[Step, ...]
    do: tuple[str, ...]
    do_not: tuple[str, ...]
    holding_reply: str
    confidence: float
    outcome: Outcome
    doubt: Doubt | None = None
    passage: str = ""


__all__ = ["NONE", "PASSED_OVER", "SERIOUS", "Action", "Doubt", "Drift", "Kind", "Step", "Triaged"]
