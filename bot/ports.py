"""What the conversation needs of the world; wiring passes the real thing, tests a fake that implements the port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge.contacts import Contacts
from knowledge.models import Answer, Reader


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked in a thread, in full, and when (aware, UTC)."""

    question: str
    at: datetime


class Answers(Protocol):
    """Answers questions from the policies. Both calls are blocking and safe to make from several threads."""

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


class Records(Protocol):
    """What must not be forgotten: the questions of a thread, and whether replies helped."""

    def add_turn(self, thread: str, turn: Turn) -> None:
        """Remember a question of a thread."""
        ...

    def turns(self, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        ...

    def add_feedback(self, reply: str, helped: bool, at: datetime) -> None:
        """Remember what a person said of a reply; the last word about a reply counts."""
        ...


__all__ = ["Answers", "Records", "Turn"]
