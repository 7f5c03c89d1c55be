"""What a person says to Clearpost, whatever surface it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from knowledge.models import Reader


@dataclass(frozen=True, slots=True)
class Message:
    """Words typed, or a button pressed, by one person in one thread.

    ``thread`` is the surface's own name for the conversation, unguessable where others could name it. ``at`` is aware,
    in UTC. ``reader`` is what is known of the person: audience, region.
    """

    surface: str
    thread: str
    at: datetime
    text: str = ""
    choice: Choose | None = None
    feedback: Feedback | None = None
    reader: Reader = field(default_factory=Reader)


@dataclass(frozen=True, slots=True)
class Choose:
    """A press on one of the options of a question that decides; ``question`` is what was asked at first."""

    question: str
    policy: str
    section: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """A press on "this helped" or "it did not" below a reply."""

    reply: str
    helped: bool


__all__ = ["Choose", "Feedback", "Message"]
