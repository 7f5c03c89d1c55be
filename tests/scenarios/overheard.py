"""A conversation whose replies are kept as they pass, and the world that it is played in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.conversation.messages import Act, Message
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.state import State
from tests.contract.owed import Clock

_UNASKED: Final = frozenset({"news", "home"})  # what surfaces ask by themselves


@dataclass(slots=True)
class Overheard:
    """A conversation whose replies are kept as they pass, save those that are nobody's step.

    These are what a surface asks by itself: news, a card in its newest state, the form of a button.
    """

    router: Router
    replies: list[Reply] = field(default_factory=list)

    def reply(self, message: Message) -> Reply:
        """The reply to a message, for a surface without a loop."""
        return self._kept(message, self.router.reply(message))

    async def converse(self, message: Message) -> Reply:
        """The reply to a message, for a surface with a loop."""
        return self._kept(message, await self.router(message))

    def _kept(self, message: Message, reply: Reply) -> Reply:
        unasked = message.deed is not None and message.deed.act in _UNASKED
        shown_again = message.press is not None and message.press.act is Act.SHOW
        is_form = reply.kind is ReplyKind.NOTE and reply.private and any(each.has_form for each in reply.actions)
        if not (unasked or shown_again or is_form):
            self.replies.append(reply)
        return reply


@dataclass(slots=True)
class World:
    """Where a scenario is played: who answers, what is remembered, and a time that goes on by a minute a step."""

    overheard: Overheard
    state: State
    clock: Clock

    def pass_a_minute(self) -> None:
        """Time goes on."""
        self.clock.pass_(minutes=1)

    @property
    def last(self) -> Reply:
        """The last reply."""
        return self.overheard.replies[-1]


__all__ = ["Overheard", "World"]
