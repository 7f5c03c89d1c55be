"""The values of triage: kinds, actions, and what becomes of a text. All of them are frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from knowledge.models import Outcome, Priority


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
    """The one question that decides between kinds; each option is a kind and its words on a button."""

    question: str
    options: tuple[tuple[Kind, str], ...]


@dataclass(frozen=True, slots=True)
class Triaged:
    """What becomes of a text.

    ``outcome`` is ``answer``, ``clarify`` where a ``doubt`` is left, or ``out_of_scope`` where there is nothing to
    sort; then ``kind`` is ``None``. While a doubt is left, ``priority``, ``do`` and ``do_not`` are those
    of the more serious kind and ``kind`` is the likeliest. ``contact`` is a contact's id. ``confidence`` is the
    calibrated probability, 0 to 1, of the kind. ``holding_reply`` may be posted as it stands; empty where nothing may.
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


__all__ = ["SERIOUS", "Action", "Doubt", "Drift", "Kind", "Step", "Triaged"]
