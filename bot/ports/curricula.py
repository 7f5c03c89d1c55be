"""Which curriculum is taught, for all processes that share the state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Taught:
    """The curriculum that is taught ``since`` a moment; its ``fingerprint`` is another one whenever it changes."""

    fingerprint: str
    since: datetime


class Curricula(Protocol):
    """The curriculum that learners are looked at by."""

    def current(self) -> Taught | None:
        """What is taught; ``None`` where nothing was yet."""
        ...

    def take_up(self, fingerprint: str, at: datetime, known_since: datetime) -> bool:
        """Teach a curriculum from now on, and look at every learner again, both or neither.

        Nothing happens, and ``False`` comes back, where it is the one that is taught already and others took it up
        after ``known_since``: they have looked again.
        """
        ...


__all__ = ["Curricula", "Taught"]
