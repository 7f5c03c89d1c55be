"""Decides what a message is and which handler answers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.conversation import ask
from bot.conversation.kept import to_json
from bot.conversation.messages import LOCAL, Message
from bot.conversation.press import press
from bot.conversation.reply import Reply
from bot.conversation.small_talk import small_talk
from bot.ports import Answers, Kept, People, Records
from knowledge.models import Reader


class Router:
    """The conversation: one message in, one reply out. Handlers block, so they run in a thread of their own."""

    def __init__(
        self,
        answers: Answers,
        records: Records,
        people: People,
        new_id: Callable[[], str],
        memory: timedelta,
        region: str | None = None,
    ) -> None:
        """``memory`` is how long a follow-up belongs to its thread, ``region`` that of readers who have none."""
        self._answers = answers
        self._records = records
        self._people = people
        self._new_id = new_id
        self._memory = memory
        self._region = region

    async def __call__(self, message: Message) -> Reply:
        """The reply to a message."""
        return await asyncio.to_thread(self.reply, message)

    def reply(self, message: Message) -> Reply:
        """The reply to a message, for callers without an event loop; one with an id is kept for its buttons."""
        message = replace(message, reader=self._reader(message))
        reply = self._answer(message)
        if reply.id and not (message.press and reply.id == message.press.reply):
            kept = Kept(reply.id, message.account, message.thread, message.at, to_json(reply))
            self._records.keep_reply(message.workspace, kept)
        return reply

    def _answer(self, message: Message) -> Reply:
        if message.press:
            return press(message, message.press, self._new_id(), self._answers, self._records)
        return small_talk(message.text) or ask.ask(message, self._new_id(), self._answers, self._records, self._memory)

    def _reader(self, message: Message) -> Reader:
        """What is known of the asker: what the message says goes first, then the people table, then the setting."""
        reader = message.reader
        person = None if message.workspace == LOCAL else self._people.find(message.workspace, message.account)
        track, region = (person.track, person.region) if person else ("", "")
        return replace(
            reader,
            audience=reader.audience or track or None,
            region=reader.region or region or self._region,
        )


__all__ = ["Router"]
