"""A conversation whose replies are kept as they pass, and the world that it is played in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.campus import Campus
from bot.conversation.learn.certification.remind import reminders
from bot.conversation.learn.gatherings import attend
from bot.conversation.learn.teach import teach
from bot.conversation.messages import Act, Message
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.state import State
from tests.contract.owed import Clock
from tests.scenarios.post import Post

_LOOKS: Final = timedelta(minutes=30)  # between two looks at what is due
_UNASKED: Final = frozenset({"news", "home", "learning"})  # what surfaces ask by themselves


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
    campus: Campus
    post: Post

    def pass_a_minute(self) -> None:
        """Time goes on."""
        self.clock.pass_(minutes=1)

    async def passing_until(self, moment: datetime) -> AsyncIterator[None]:
        """Time goes on to a moment, look by look; after each, what is due can be sent.

        Looks block, so that each is in a thread of its own: a surface's connections are served meanwhile.
        """
        while self.clock.now < moment:
            await asyncio.to_thread(self._look, moment)
            yield

    def wait_until(self, moment: datetime) -> None:
        """Time goes on to a moment, where nobody can be written to."""
        while self.clock.now < moment:
            self._look(moment)

    def _look(self, moment: datetime) -> None:
        """Time goes on to the next look at what is due, at most to a moment."""
        self.clock.now = min(moment, self.clock.now + _LOOKS)
        teach(self.campus.school, self.clock.now)
        attend(self.campus.hall, self.clock.now)
        reminders(self.campus.academy, self.clock.now)

    @property
    def last(self) -> Reply:
        """The last reply."""
        return self.overheard.replies[-1]


__all__ = ["Overheard", "World"]
