"""Buttons of cards in a chat: the card is put in place of by its new state, at once and for good."""

from __future__ import annotations

import asyncio
import html
from dataclasses import replace
from typing import Final

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams.cards import Buttons
from bot.channels.teams.desk import FAILED, Desk, label_of
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
_SHARES: Final = "{at} shares this answer."
_SHARED: Final = "Shared in the thread where you asked."
_NOT_SHARED: Final = "It could not be shared. Ask in the thread once more to get another try."
_SHARED_BEFORE: Final = "You have shared this before. If it is not in the thread, ask there once more."
_LONGEST_CHOSE: Final = 200  # characters
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
        work = asyncio.create_task(self._safely(incoming, button))
        done, _ = await asyncio.wait({work}, timeout=self._desk.parts.pace.press)
        if not done:
            self._desk.parts.background.start(self._later(work, incoming))
            return _answer(200, _MESSAGE, _SLOW)
        outcome = work.result()
        if isinstance(outcome, str):
            automatic = text(incoming.activity, "value", "trigger") == "automatic"  # nobody pressed: leave the card
            return _answer(404, _ERROR, _not_found(outcome)) if automatic else _answer(200, _MESSAGE, outcome)
        if button.act is not Act.SHOW and incoming.reply_to:
            self._desk.parts.background.start(self._desk.rewrite(incoming.reference, incoming.reply_to, outcome))
        return _answer(200, _CARD, outcome.card)

    async def _safely(self, incoming: Incoming, button: Press) -> Post | str:
        try:
            return await self._outcome(incoming, button)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, say, in the state: who pressed is told
            log_unexpected("teams_activity_failed", error)
            return FAILED

    async def _outcome(self, incoming: Incoming, button: Press) -> Post | str:
        """The card's new state, or a line where there is none."""
        kept = await self._desk.own_reply(incoming, button.reply)
        thread = kept.thread if kept else incoming.thread
        reply = await self._desk.converse(incoming, thread, press=button)
        if reply.kind in _REFUSALS and reply.about is None:
            return reply.text
        origin = await self._desk.origin(incoming.workspace, thread, incoming.account)
        view = self._desk.view(incoming.sender, share=origin is not None and button.act is not Act.SHARE)
        chose = text(incoming.activity, "value", "action", "data", "chose")[:_LONGEST_CHOSE]  # seen by the sender alone
        view = replace(view, chose=label_of(kept, button) or chose)
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
        name = html.escape(incoming.sender_name or "Somebody", quote=False)
        shared = cards.post(reply, self._desk.view("", Buttons.NONE))
        said = replace(shared, text=_SHARES.format(at=f"<at>{name}</at>"), mention=(incoming.sender, name))
        try:
            await self._desk.write(origin, said)
        except DeliveryError as error:
            log_unexpected("teams_share_failed", error)
            return _NOT_SHARED
        return ""

    async def _later(self, work: asyncio.Task[Post | str], incoming: Incoming) -> None:
        """What a press that took too long to be answered comes to."""
        outcome = await work
        if isinstance(outcome, str):
            await self._desk.write(incoming.reference, Post(text=outcome))
        elif incoming.reply_to:
            await self._desk.rewrite(incoming.reference, incoming.reply_to, outcome)


def _not_found(words: str) -> Json:
    return {"code": "NotFound", "message": words}


def _answer(status: int, kind: str, value: object) -> Reception:
    return Reception(200, {"statusCode": status, "type": kind, "value": value})


__all__ = ["Presses"]
