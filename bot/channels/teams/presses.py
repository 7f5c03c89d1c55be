"""Buttons of cards in a chat: the card is put in place of by its new state, at once and for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams.cards import Buttons
from bot.channels.teams.desk import Desk
from bot.channels.teams.incoming import Incoming, mapping, press_of
from bot.channels.teams.port import Json, Post, Reception
from bot.channels.teams.references import member, text
from bot.conversation.messages import Act, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import DeliveryError

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_MESSAGE: Final = "application/vnd.microsoft.activity.message"
_ERROR: Final = "application/vnd.microsoft.error"

_UNKNOWN: Final = "This button is not one of mine."
_SLOW: Final = "One moment, I am still reading. The card changes as soon as I am done."
_SHARED: Final = "Shared in the thread where you asked."
_NOT_SHARED: Final = "It could not be shared. Ask in the thread once more to get another try."
_SHARED_BEFORE: Final = "You have shared this before. If it is not in the thread, ask there once more."
_REFUSALS: Final = frozenset({ReplyKind.ERROR, ReplyKind.BUSY})


class Presses:
    """Answers ``adaptiveCard/action``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def press(self, incoming: Incoming) -> Reception:
        """The card after a press; a line instead where there is nothing to show."""
        action = mapping(member(incoming.activity, "value", "action"))
        button = press_of(action.get("verb"), action.get("data"))
        if button is None:
            return _answer(400, _ERROR, {"code": "BadRequest", "message": _UNKNOWN})
        thread = await self._thread(incoming, button)
        work = asyncio.create_task(self._desk.converse(incoming, thread, press=button))
        done, _ = await asyncio.wait({work}, timeout=self._desk.parts.pace.press)
        if not done:
            self._desk.parts.background.start(self._later(work, incoming, button, thread))
            return _answer(200, _MESSAGE, _SLOW)
        reply = work.result()
        if reply.kind in _REFUSALS and reply.about is None:
            return self._refused(incoming, reply)
        post = await self._post(incoming, button, thread, reply)
        if isinstance(post, str):
            return _answer(200, _MESSAGE, post)
        if button.act is not Act.SHOW and incoming.reply_to:
            self._desk.parts.background.start(self._desk.rewrite(incoming.reference, incoming.reply_to, post))
        return _answer(200, _CARD, post.card)

    async def _thread(self, incoming: Incoming, button: Press) -> str:
        """The thread that the reply was given in, which may be another one than where its card stands."""
        kept = await asyncio.to_thread(self._desk.parts.records.reply, incoming.workspace, button.reply)
        return kept.thread if kept and kept.account == incoming.account else incoming.thread

    async def _post(self, incoming: Incoming, button: Press, thread: str, reply: Reply) -> Post | str:
        """The card's new state, or a line where there is none."""
        origin = await self._desk.origin(incoming.workspace, thread, incoming.account)
        view = self._desk.view(incoming.sender, share=origin is not None and button.act is not Act.SHARE)
        if button.act is not Act.SHARE:
            return cards.post(reply, view)
        problem = await self._share(incoming, origin, reply)
        return problem or cards.post(reply, replace(view, note=_SHARED))

    async def _share(self, incoming: Incoming, origin: Json | None, reply: Reply) -> str:
        """Show an answer to everybody in the thread where it was asked, once; what went wrong, if anything."""
        parts, event = self._desk.parts, f"share {incoming.workspace} {reply.id}"
        if origin is None:
            return _NOT_SHARED
        if not await asyncio.to_thread(parts.inbox.first, "teams", event, parts.clock()):
            return _SHARED_BEFORE
        try:
            await self._desk.write(origin, cards.post(reply, self._desk.view("", Buttons.NONE)))
        except DeliveryError as error:
            log_unexpected("teams_share_failed", error)
            return _NOT_SHARED
        return ""

    def _refused(self, incoming: Incoming, reply: Reply) -> Reception:
        if text(incoming.activity, "value", "trigger") == "automatic":  # nobody pressed: leave the card as it is
            return _answer(404, _ERROR, {"code": "NotFound", "message": reply.text})
        return _answer(200, _MESSAGE, reply.text)

    async def _later(self, work: asyncio.Task[Reply], incoming: Incoming, button: Press, thread: str) -> None:
        """The new state of a card whose press took too long to be answered."""
        reply = await work
        if reply.kind in _REFUSALS and reply.about is None:
            await self._desk.write(incoming.reference, Post(text=reply.text))
            return
        post = await self._post(incoming, button, thread, reply)
        if isinstance(post, Post) and incoming.reply_to:
            await self._desk.rewrite(incoming.reference, incoming.reply_to, post)


def _answer(status: int, kind: str, value: object) -> Reception:
    return Reception(200, {"statusCode": status, "type": kind, "value": value})


__all__ = ["Presses"]
