"""Jobs in memory."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ports import Delivery


class MemoryJobs:
    """Implements ``Jobs``; ``owed`` is what is still owed and ``planned`` all that ever was, by id."""

    def __init__(self) -> None:
        self.planned: dict[str, Delivery] = {}
        self.owed: dict[str, Delivery] = {}

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Owe deliveries; one whose id is known is left as it is."""
        new = {each.id: each for each in reversed(list(deliveries)) if each.id not in self.planned}
        self.planned |= new
        self.owed |= new
        return len(new)

    def cancel(self, workspace: str, account: str, kind: str | None = None) -> int:
        """No longer owe what was not begun."""
        gone = [
            each.id
            for each in self.owed.values()
            if (each.workspace, each.account) == (workspace, account) and kind in (None, each.kind)
        ]
        for delivery in gone:
            del self.owed[delivery]
        return len(gone)


__all__ = ["MemoryJobs"]
