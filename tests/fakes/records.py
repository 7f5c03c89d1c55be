"""Records in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Turn

_KEPT: Final = timedelta(days=30)


@dataclass(slots=True)
class Memory:
    """What outlives the records that were opened on it, as a file does."""

    turns: dict[str, list[Turn]] = field(default_factory=lambda: defaultdict(list))
    feedback: dict[str, tuple[bool, datetime]] = field(default_factory=dict)


class MemoryRecords:
    """Implements ``Records``."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()

    def add_turn(self, thread: str, turn: Turn) -> None:
        """Remember a question of a thread, and forget the ones that are too old."""
        for kept in self.memory.turns.values():
            kept[:] = [each for each in kept if each.at >= turn.at - _KEPT]
        self.memory.turns[thread].append(turn)

    def turns(self, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        return sorted((each for each in self.memory.turns[thread] if each.at >= since), key=lambda each: each.at)

    def add_feedback(self, reply: str, helped: bool, at: datetime) -> None:
        """Remember what a person said of a reply; the last word counts."""
        self.memory.feedback[reply] = (helped, at)

    def close(self) -> None:
        """Nothing to close."""


__all__ = ["Memory", "MemoryRecords"]
