"""The conversation's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked in a thread, in full, and when."""

    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply that was given: to whom, in which thread, when, and the reply itself as JSON.

    ``helped`` is the asker's last word about it.
    """

    reply: str
    account: str
    thread: str
    at: datetime
    body: str
    helped: bool | None = None


class Records(Protocol):
    """The conversation's memory: the questions of a thread, the replies given, and whether they helped."""

    def add_turn(self, workspace: str, thread: str, turn: Turn) -> None:
        """Remember a question of a thread."""
        ...

    def turns(self, workspace: str, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        ...

    def keep_reply(self, workspace: str, kept: Kept) -> None:
        """Remember a reply, so that its buttons work and only for whom they were meant."""
        ...

    def reply(self, workspace: str, reply: str) -> Kept | None:
        """A reply that was given in this workspace; ``None`` where there is none, or it was forgotten."""
        ...

    def rate(self, workspace: str, reply: str, *, helped: bool, at: datetime) -> None:
        """Remember what the asker said of a kept reply; the last word counts. Outlives the reply itself."""
        ...

    def join_thread(self, workspace: str, thread: str, account: str, at: datetime) -> None:
        """Remember that an account began to talk with the bot in a thread that others can read, too."""
        ...

    def in_thread(self, workspace: str, thread: str, account: str) -> bool:
        """Whether this account talks with the bot in this thread."""
        ...


__all__ = ["Kept", "Records", "Turn"]
