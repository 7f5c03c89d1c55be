"""What the conversation asks of the knowledge: answers, triage, contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from knowledge.contacts import Contacts, TopicSearch
from knowledge.models import Answer, Citation, Reader
from knowledge.triage.models import Drift, Kind, Triaged


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

    def owner(self, policy: str) -> str | None:
        """The contact that owns a policy in force today; ``None`` where there is none."""
        ...

    def policies(self) -> Sequence[tuple[str, str]]:
        """The id and title of every policy in force today, by title."""
        ...

    def citation(self, policy: str, section: str) -> Citation | None:
        """Where a section that is in force today stands, with its first sentence; ``None`` where there is none."""
        ...

    def in_force_since(self, policy: str, section: str) -> date | None:
        """The day since which a section says what it says today; ``None`` where it is not in force, or for ever."""
        ...

    def section_heading(self, policy: str, section: str) -> str | None:
        """The heading of a section that is in force today; ``None`` where there is none."""
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

    def settle(self, text: str, kind: Kind | None, reader: Reader) -> Triaged:
        """What becomes of it after the question that decides was answered with a kind; ``None`` for nothing to do."""
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

    def find(self, words: str) -> TopicSearch:
        """The contacts whose topics are near, best first, and the region that the words name."""
        ...


__all__ = ["Answers", "Directory", "Drift", "Likeness", "Triage"]
