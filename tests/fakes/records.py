"""Records in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.ports import Kept, Turn


@dataclass(slots=True)
class Memory:
    """What is remembered. Every key begins with the workspace."""

    turns: dict[tuple[str, str], list[Turn]] = field(default_factory=lambda: defaultdict(list))
    replies: dict[tuple[str, str], Kept] = field(default_factory=dict)
    feedback: dict[tuple[str, str], tuple[bool, datetime]] = field(default_factory=dict)
    threads: set[tuple[str, str, str]] = field(default_factory=set)


class MemoryRecords:
    """Implements ``Records``."""

    def __init__(self) -> None:
        self.memory = Memory()

    def add_turn(self, workspace: str, thread: str, turn: Turn) -> None:
        """Remember a question of a thread."""
        self.memory.turns[workspace, thread].append(turn)

    def turns(self, workspace: str, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        kept = self.memory.turns.get((workspace, thread), [])
        return sorted((each for each in kept if each.at >= since), key=lambda each: each.at)

    def keep_reply(self, workspace: str, kept: Kept) -> None:
        """Remember a reply."""
        self.memory.replies[workspace, kept.reply] = kept

    def reply(self, workspace: str, reply: str) -> Kept | None:
        """A reply that was given in this workspace, with the last word about it."""
        kept = self.memory.replies.get((workspace, reply))
        helped, _ = self.memory.feedback.get((workspace, reply), (None, None))
        return None if kept is None else replace(kept, helped=helped)

    def rate(self, workspace: str, reply: str, *, helped: bool, at: datetime) -> None:
        """Remember what the asker said of a reply; the last word counts."""
        self.memory.feedback[workspace, reply] = (helped, at)

    def join_thread(self, workspace: str, thread: str, account: str, at: datetime) -> None:
        """Remember that an account talks with the bot in a thread."""
        self.memory.threads.add((workspace, thread, account))

    def in_thread(self, workspace: str, thread: str, account: str) -> bool:
        """Whether this account talks with the bot in this thread."""
        return (workspace, thread, account) in self.memory.threads


__all__ = ["Memory", "MemoryRecords"]
