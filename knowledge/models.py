"""The values that the package passes around: policies in, answers out. All of them are frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What the policy says of a post, from the mildest to the strictest."""

    YES = "yes"
    YES_IF = "yes_if"
    ASK_FIRST = "ask_first"
    NO = "no"

    @property
    def strictness(self) -> int:
        """0 for ``yes`` up to 3 for ``no``."""
        return _STRICTNESS[self]

    @property
    def permits(self) -> bool:
        """True where the asker may go ahead alone."""
        return self in (Verdict.YES, Verdict.YES_IF)


_STRICTNESS: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Outcome(StrEnum):
    """What became of a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"
    OUT_OF_SCOPE = "out_of_scope"


class Priority(StrEnum):
    """How soon somebody has to look at a case, the most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for ``urgent`` up to 3 for ``none``."""
        return tuple(Priority).index(self)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a policy's source text; ``source[start:end]`` is its text, in characters."""

    start: int
    end: int

    def of(self, source: str) -> str:
        """The text itself."""
        return source[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Fact:
    """The one fact that decides between sections of a family, and the answer under which this one holds."""

    question: str
    when: str


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its text: one rule.

    ``path`` holds the headings above it, outermost first. ``passages`` are what is indexed, ``sentences`` what can
    be quoted; both are spans of the policy's text. ``inferred`` marks a verdict that was read out of the wording.
    ``certified`` are names of certification levels (a belt, or the id of a level): whoever has none of them is not
    permitted what the section permits.
    """

    id: str
    heading: str
    line: int
    path: tuple[str, ...]
    verdict: Verdict
    inferred: bool
    passages: tuple[Span, ...]
    sentences: tuple[Span, ...]
    conditions: tuple[str, ...] = ()
    ask: str | None = None
    sources: tuple[str, ...] = ()
    fact: Fact | None = None
    situations: tuple[str, ...] = ()
    certified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one policy file. ``text`` is the source that every span points into."""

    id: str
    title: str
    kind: str
    owner: str | None
    version: str
    effective: date | None
    review_by: date | None
    audience: tuple[str, ...]
    regions: tuple[str, ...]
    file: str
    text: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a verdict stands. ``quote`` is verbatim: it equals the source file's text from ``start`` to ``end``."""

    policy: str
    title: str
    version: str
    effective: date | None
    section: str
    heading: str
    quote: str
    file: str
    start: int
    end: int
    verdict: Verdict
    inferred: bool
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question that decides: its words and the section that holds if it is chosen."""

    label: str
    policy: str
    section: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    ``verdict`` is set for ``answer`` only. ``citations`` are best first and stand for ``hand_over`` too, as what was
    found but is not sure. ``contact`` is a contact's id. ``confidence`` is the calibrated probability, 0 to 1, that
    the verdict of the first citation answers the question. ``certified`` are the certification levels of which the
    asker must have one for the verdict to hold; who asks is not known here.
    """

    question: str
    outcome: Outcome
    verdict: Verdict | None
    inferred: bool
    summary: str
    conditions: tuple[str, ...]
    citations: tuple[Citation, ...]
    contact: str | None
    confidence: float
    sources: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    certified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom and as of when a question is asked; ``None`` leaves the filter out."""

    audience: str | None = None
    region: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in content: where it is and how to mend it. ``line`` counts from 1."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}. {self.remedy}"


__all__ = [
    "Answer",
    "Choice",
    "Citation",
    "Fact",
    "Outcome",
    "Policy",
    "Priority",
    "Problem",
    "Reader",
    "Section",
    "Span",
    "Verdict",
]
