"""The door of the conversation: so many messages at once, and a word to whoever cannot be let in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind

_BUSY: Final = (
    "So many people are asking just now that I could not get to your question. It is not answered; please ask again "
    "in a minute."
)


class Intake:
    """Passes messages on while fewer than ``most`` are in work; others are told at once, so that nobody waits in vain.

    One for all surfaces of a server, used within one event loop.
    """

    def __init__(self, converse: Callable[[Message], Awaitable[Reply]], most: int) -> None:
        self._converse = converse
        self._most = most
        self.in_work = 0
        self.turned_away = 0

    async def __call__(self, message: Message) -> Reply:
        """The reply to a message."""
        if self.in_work >= self._most:
            self.turned_away += 1
            return Reply(kind=ReplyKind.BUSY, text=_BUSY)
        self.in_work += 1
        try:
            return await self._converse(message)
        finally:
            self.in_work -= 1


__all__ = ["Intake"]
