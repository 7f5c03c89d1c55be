"""Decides what a message is and which handler answers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.conversation import ask
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.small_talk import small_talk
from bot.ports import Answers, Records


class Router:
    """The conversation: one message in, one reply out. Handlers block, so they run in a thread of their own."""

    def __init__(
        self,
        answers: Answers,
        records: Records,
        new_id: Callable[[], str],
        memory: timedelta,
        region: str | None = None,
    ) -> None:
        """``memory`` is how long a follow-up belongs to its thread, ``region`` that of readers who name none."""
        self._answers = answers
        self._records = records
        self._new_id = new_id
        self._memory = memory
        self._region = region

    async def __call__(self, message: Message) -> Reply:
        """The reply to a message."""
        return await asyncio.to_thread(self.reply, message)

    def reply(self, message: Message) -> Reply:
        """The reply to a message, for callers without an event loop."""
        if self._region and not message.reader.region:
            message = replace(message, reader=replace(message.reader, region=self._region))
        if message.feedback:
            self._records.add_feedback(message.feedback.reply, message.feedback.helped, message.at)
            return Reply(kind=ReplyKind.THANKS, text=_thanks(message.feedback.helped))
        if message.choice:
            return ask.choose(message.choice, message, self._new_id(), self._answers)
        return small_talk(message.text) or ask.ask(message, self._new_id(), self._answers, self._records, self._memory)


def _thanks(helped: bool) -> str:
    if helped:
        return "Thank you, good to know."
    return "Thank you. It is noted that this did not help. Please ask a person before you post."


__all__ = ["Router"]
