"""What Clearpost says, in words of its own; each surface renders it in its own manner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.models import Verdict


class ReplyKind(StrEnum):
    """What sort of reply it is; a surface chooses its layout by it."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    THANKS = "thanks"
    PERSON = "person"
    WELCOME = "welcome"
    BUSY = "busy"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim sentence of policy and where it stands.

    ``text`` is the source's own characters (Markdown, perhaps HTML): a surface that cannot show markup shows ``plain``.
    """

    text: str
    plain: str
    policy: str
    title: str
    version: str
    effective: date | None
    section: str
    heading: str
    verdict: Verdict
    inferred: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A button that answers a question that decides."""

    label: str
    policy: str
    section: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to ask: a contact as it is shown. ``reach`` holds pairs of a way (channel, email, phone) and its address."""

    id: str
    name: str
    hours: str
    reach: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply.

    ``id`` names it for feedback and is empty where feedback makes no sense. ``question`` is what was asked, in full
    where a follow-up was completed from its thread. ``text`` is one or two plain sentences. ``verdict`` is set for
    an answer alone. ``confidence`` is a probability, 0 to 1. ``examples`` are questions to try. ``about`` is the reply
    whose button was pressed, where this one only adds to it (thanks, whom to ask), so that a surface can show that one
    in its new state.
    """

    kind: ReplyKind
    text: str
    id: str = ""
    question: str = ""
    verdict: Verdict | None = None
    inferred: bool = False
    conditions: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    person: Person | None = None
    examples: tuple[str, ...] = ()
    confidence: float = 0.0
    about: Reply | None = None


__all__ = ["Option", "Person", "Quote", "Reply", "ReplyKind"]
