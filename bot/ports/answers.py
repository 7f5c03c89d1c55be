"""What the conversation asks of the knowledge: answers, triage, contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from knowledge.contacts import Contacts
from knowledge.models import Answer, Reader
from knowledge.triage.models import Kind, Triaged


class Drift(StrEnum):
    """Which way a text leans."""

    ASK = "ask"  # may I post this?
    TRIAGE = "triage"  # somebody said this about us, what now?
    UNCLEAR = "unclear"


class Answers(Protocol):
    """Answers questions from the policies."""

    @property
    def contacts(self) -> Contacts:
        """The contacts that answers name."""
        ...

    def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
        """The answer to a question; ``follow_up`` may take back the fact that an earlier answer rested on."""
        ...

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """The answer after one option of a question that decides was chosen."""
        ...

    def section_text(self, policy: str, section: str) -> str | None:
        """The words of a section that is in force today; ``None`` where there is none."""
        ...


class Triage(Protocol):
    """Sorts what was said about the company."""

    def triage(self, text: str, reader: Reader) -> Triaged:
        """What becomes of a text.

        Raises:
            QuestionError: where there is nothing in it, or far too much.
        """
        ...

    def settle(self, text: str, kind: Kind, reader: Reader) -> Triaged:
        """What becomes of it after the question that decides was answered with a kind."""
        ...

    def drift(self, text: str) -> Drift:
        """Whether a text asks for leave to post or tells what somebody said."""
        ...


class Likeness(Protocol):
    """How alike texts are."""

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """The cosine of a text with each of the others, -1 to 1."""
        ...


class Directory(Protocol):
    """Whom to ask about something, in free words."""

    def who(self, words: str, reader: Reader, at: datetime) -> tuple[str, float]:
        """The contact's id for some words, and how alike its topic is, 0 to 1; the last resort where none is."""
        ...


__all__ = ["Answers", "Directory", "Drift", "Likeness", "Triage"]
