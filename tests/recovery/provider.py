"""A messaging platform that outlives every worker: it takes messages, and can be asked for one by its delivery."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

from bot.errors import UnknowableError
from bot.ports import Delivery

_ON_THE_WAY = 0.02  # seconds that a request, and its answer, travel at most


class Provider:
    """What was sent, in a file of its own. It takes the same message twice, as a real platform does."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")  # processes are killed here, not machines
        self._connection.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, delivery TEXT)")
        self._connection.execute("CREATE INDEX IF NOT EXISTS by_delivery ON messages (delivery)")

    def take(self, delivery: str) -> str:
        """Take a message; its name."""
        taken = self._connection.execute("INSERT INTO messages (delivery) VALUES (?)", (delivery,))
        return str(taken.lastrowid)

    def find(self, delivery: str) -> str | None:
        """The name of the message of a delivery."""
        row = self._connection.execute("SELECT id FROM messages WHERE delivery = ?", (delivery,)).fetchone()
        return None if row is None else str(row[0])

    def count(self) -> int:
        """How many messages were taken."""
        return int(self._connection.execute("SELECT count(*) FROM messages").fetchone()[0])

    def times(self) -> Counter[str]:
        """How often each delivery was taken."""
        return Counter(delivery for (delivery,) in self._connection.execute("SELECT delivery FROM messages"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class ProviderChannel:
    """Implements ``Channel`` over a provider; ``can_find`` as Slack, or not as Teams."""

    def __init__(self, provider: Provider, *, can_find: bool) -> None:
        self._provider = provider
        self._can_find = can_find

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send, or change a message: either is counted. A process may die while the request travels, or its answer."""
        await asyncio.sleep(random.uniform(0, _ON_THE_WAY))
        name = self._provider.take(delivery.id)
        await asyncio.sleep(random.uniform(0, _ON_THE_WAY))
        return message or name

    async def find(self, delivery: Delivery) -> str | None:
        """Find what was sent."""
        await asyncio.sleep(random.uniform(0, _ON_THE_WAY))
        if not self._can_find:
            raise UnknowableError("this platform cannot tell what was sent")
        return self._provider.find(delivery.id)


__all__ = ["Provider", "ProviderChannel"]
