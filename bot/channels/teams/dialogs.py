"""The message extension "Ask Clearpost": a dialog about somebody's message, seen by its asker alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams import elements as make
from bot.channels.teams.deeds import LONGEST_WORDS, deed_of
from bot.channels.teams.desk import Desk, label_of
from bot.channels.teams.incoming import Incoming, mapping, press_of
from bot.channels.teams.members import Members
from bot.channels.teams.port import Post, Reception
from bot.channels.teams.quoted import quoted_words
from bot.channels.teams.references import member, text
from bot.channels.teams.view import Buttons, View
from bot.conversation.messages import Deed, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import DeliveryError, StateError

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_TITLE: Final = "Ask Clearpost"
_SLOW: Final = "This takes me a moment. I send the answer to our personal chat."
_LONGEST_QUOTED: Final = 8000  # characters
_NO_CHAT: Final = (
    "In Teams I cannot write to you yet. Add Clearpost as an app of your own first, so that the answer reaches you."
)
_UNKNOWN: Final = "This button is not one of mine. Please ask again."


class Dialogs:
    """Answers ``composeExtension/fetchTask`` and ``composeExtension/submitAction``."""

    def __init__(self, desk: Desk, members: Members) -> None:
        self._desk = desk
        self._members = members

    async def open(self, incoming: Incoming) -> Reception:
        """The form: the message, and what to ask about it."""
        return _show(cards.question_card(_quoted(incoming)))

    async def submit(self, incoming: Incoming) -> Reception:
        """The answer to the form, or to a button below an answer."""
        data = mapping(member(incoming.activity, "value", "data"))
        button, deed = press_of(data.get("verb"), data), deed_of(data.get("verb"), data)
        if data.get("verb") == "ask":
            question, quoted = text(data, "question").strip()[:LONGEST_WORDS], _quoted(incoming)
            if not question and not quoted:
                return _show(cards.question_card(""))
            work = asyncio.create_task(self._asked(incoming, question, quoted))
        elif button is not None:
            work = asyncio.create_task(self._pressed(incoming, button, text(data, "chose")))
        elif deed is not None and len(deed.words) <= LONGEST_WORDS:
            work = asyncio.create_task(self._done(incoming, deed))
        else:
            return _say(_UNKNOWN)
        done, _ = await asyncio.wait({work}, timeout=self._desk.parts.pace.dialog)
        if not done:
            self._desk.parts.background.start(self._later(work, incoming))
            return _say(_SLOW)
        reply, view = work.result()
        return _show(cards.card(reply, view))

    async def _asked(self, incoming: Incoming, question: str, quoted: str) -> tuple[Reply, View]:
        await self._meet(incoming)
        reply = await self._desk.converse(incoming, _thread(incoming), words=question, quoted=quoted)
        return reply, self._desk.view("", Buttons.DIALOG, question)

    async def _pressed(self, incoming: Incoming, button: Press, chose: str) -> tuple[Reply, View]:
        kept = await self._desk.own_reply(incoming, button.reply)
        reply = await self._desk.converse(incoming, _thread(incoming), press=button)
        view = replace(self._desk.view("", Buttons.DIALOG), chose=label_of(kept, button) or chose)
        return await self._reachable(incoming, reply), view

    async def _done(self, incoming: Incoming, deed: Deed) -> tuple[Reply, View]:
        await self._meet(incoming)
        reply = await self._desk.converse(incoming, _thread(incoming), deed=deed)
        return await self._reachable(incoming, reply), self._desk.view("", Buttons.DIALOG)

    async def _reachable(self, incoming: Incoming, reply: Reply) -> Reply:
        """A consent as it is; where its answer could not be brought, with a line that says so before it is given."""
        if reply.kind is not ReplyKind.CONSENT or await self._desk.has_chat(incoming):
            return reply
        return replace(reply, notes=(*reply.notes, _NO_CHAT))

    async def _meet(self, incoming: Incoming) -> None:
        try:
            await self._members.meet(incoming)
        except StateError as error:  # the conversation meets the same, and says so
            log_unexpected("teams_activity_failed", error)

    async def _later(self, work: asyncio.Task[tuple[Reply, View]], incoming: Incoming) -> None:
        """An answer that took longer than a dialog may."""
        reply, view = await work

        def post(viewer: str) -> Post:
            return cards.post(reply, replace(self._desk.view(viewer, typed=view.typed), chose=view.chose))

        try:
            await self._desk.write_privately(incoming, post)
        except DeliveryError as error:
            log_unexpected("teams_answer_lost", error)


def _quoted(incoming: Incoming) -> str:
    """The words of the message that is asked about; empty where there is none."""
    return make.shortened(quoted_words(member(incoming.activity, "value", "messagePayload")), _LONGEST_QUOTED)


def _thread(incoming: Incoming) -> str:
    """Each message that is asked about is a thread of its own, and everybody's is their own."""
    message = text(incoming.activity, "value", "messagePayload", "id")
    return f"{incoming.account} asks in {incoming.conversation} about {message or 'something'}"


def _show(card: object) -> Reception:
    attachment = {"contentType": _CARD, "content": card}
    task = {"title": _TITLE, "height": "large", "width": "medium", "card": attachment}
    return Reception(200, {"task": {"type": "continue", "value": task}})


def _say(words: str) -> Reception:
    return Reception(200, {"task": {"type": "message", "value": words}})


__all__ = ["Dialogs"]
