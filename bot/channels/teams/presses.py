"""Buttons of cards in a chat: the card is put in place of by its new state, at once and for good.

What is for the eyes of whoever pressed alone leaves the card as it is: a line is shown to them, and what a line cannot
hold goes to their own chat.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams.cases import is_line, line
from bot.channels.teams.deeds import LESSON, LONGEST_WORDS, PRIVATE, QUEUE, deed_of
from bot.channels.teams.desk import FAILED, Desk, label_of
from bot.channels.teams.incoming import Incoming, mapping, press_of
from bot.channels.teams.members import Members
from bot.channels.teams.port import BlockedError, Json, Post, Reception
from bot.channels.teams.references import member, text
from bot.channels.teams.view import Buttons, View
from bot.conversation.messages import Act, Deed, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import DeliveryError

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_MESSAGE: Final = "application/vnd.microsoft.activity.message"
_ERROR: Final = "application/vnd.microsoft.error"

_UNKNOWN: Final = "This button is not one of mine."
_SLOW: Final = "One moment, I am still reading. The card changes as soon as I am done."
_TOO_LONG: Final = f"That is too long for me. Please shorten it to {LONGEST_WORDS:,} characters, and press once more."
_SHARES: Final = "{at} shares this answer."
_SHARED: Final = "Shared in the thread where you asked."
_NOT_SHARED: Final = "It could not be shared. Ask in the thread once more to get another try."
_SHARED_BEFORE: Final = "You have shared this before. If it is not in the thread, ask there once more."
_BELOW: Final = "One more step: look at the card below."
_ANSWERED: Final = "The answer stands below."
_IN_PRIVATE: Final = "I have sent it to our personal chat, where only you see it."
_NO_CHAT: Final = "I cannot write to you yet. Please add Clearpost as an app of your own, and press once more."
_LONGEST_CHOSE: Final = 200  # characters
_REFUSALS: Final = frozenset({ReplyKind.ERROR, ReplyKind.BUSY})
_LINES: Final = _REFUSALS | {ReplyKind.NOTE}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a press comes to: the card's new state, or a line for whoever pressed; ``told`` where they know already."""

    post: Post | None = None
    line: str = ""
    told: bool = False


class Presses:
    """Answers ``adaptiveCard/action``."""

    def __init__(self, desk: Desk, members: Members) -> None:
        self._desk = desk
        self._members = members

    async def press(self, incoming: Incoming) -> Reception:
        """The card after a press; a line instead where there is nothing to show."""
        action = mapping(member(incoming.activity, "value", "action"))
        verb, data = action.get("verb"), action.get("data")
        button = press_of(verb, data)
        deed = deed_of(verb, data)
        if button is not None:
            doing = self._pressed(incoming, button)
        elif deed is not None:
            doing = self._done(incoming, deed)
        else:
            return _answer(400, _ERROR, {"code": "BadRequest", "message": _UNKNOWN})
        work = asyncio.create_task(_safely(doing))
        done, _ = await asyncio.wait({work}, timeout=self._desk.parts.pace.press)
        if not done:
            self._desk.parts.background.start(self._later(work, incoming))
            return _answer(200, _MESSAGE, _SLOW)
        outcome = work.result()
        if outcome.post is None:
            automatic = text(incoming.activity, "value", "trigger") == "automatic"  # nobody pressed: leave the card
            return _answer(404, _ERROR, _not_found(outcome.line)) if automatic else _answer(200, _MESSAGE, outcome.line)
        is_refresh = button is not None and button.act is Act.SHOW
        if incoming.reply_to and not is_refresh:
            self._desk.parts.background.start(self._desk.rewrite(incoming.reference, incoming.reply_to, outcome.post))
        return _answer(200, _CARD, outcome.post.card)

    async def _pressed(self, incoming: Incoming, button: Press) -> _Outcome:
        """The card's new state after a button of an answer."""
        kept = await self._desk.own_reply(incoming, button.reply)
        thread = kept.thread if kept else incoming.thread
        reply = await self._desk.converse(incoming, thread, press=button)
        if reply.private or (reply.kind in _LINES and reply.about is None):
            return await self._beside(incoming, reply)
        origin = await self._desk.origin(incoming.workspace, thread, incoming.account)
        view = self._desk.view(incoming.sender, share=origin is not None and button.act is not Act.SHARE)
        chose = text(incoming.activity, "value", "action", "data", "chose")[:_LONGEST_CHOSE]  # seen by the sender alone
        view = replace(view, chose=label_of(kept, button) or chose)
        if button.act is not Act.SHARE:
            return _Outcome(cards.post(reply, view))
        problem = await self._share(incoming, origin, reply)
        return _Outcome(line=problem) if problem else _Outcome(cards.post(reply, replace(view, note=_SHARED)))

    async def _done(self, incoming: Incoming, deed: Deed) -> _Outcome:
        """The card's new state after an action of a reply, for everybody who sees it."""
        if len(deed.words) > LONGEST_WORDS:
            return _Outcome(line=_TOO_LONG)
        await self._members.meet(incoming)
        reply = await self._desk.converse(incoming, incoming.thread, deed=deed, place=incoming.place)
        # The mark is only what the card claims: in a channel it counts for nothing.
        own = incoming.scope == "personal" and _is_marked(incoming, PRIVATE)
        stays = _is_marked(incoming, LESSON) and reply.kind is not ReplyKind.LESSON  # its check is still to come
        if stays or reply.private or reply.kind in _REFUSALS or (reply.kind is ReplyKind.NOTE and not own):
            return await self._beside(incoming, reply)
        if reply.kind is ReplyKind.CASE and incoming.scope == "personal" and _is_marked(incoming, QUEUE):
            return await self._below_queue(incoming, reply)
        return _Outcome(cards.post(reply, self._view(incoming)))

    async def _below_queue(self, incoming: Incoming, reply: Reply) -> _Outcome:
        """A case that something was done with from a queue: below it, and the queue shows what waits now."""
        await self._desk.write(incoming.reference, cards.post(reply, self._view(incoming)))
        waiting = await self._desk.converse(incoming, incoming.thread, deed=Deed("home", ""))
        if not waiting.text and not waiting.items:
            return _Outcome(line=_BELOW, told=True)
        return _Outcome(cards.post(waiting, self._view(incoming)))

    async def _beside(self, incoming: Incoming, reply: Reply) -> _Outcome:
        """A reply for whoever pressed alone; the card stays."""
        if is_line(reply):
            return _Outcome(line=line(reply))
        if incoming.scope == "personal":
            await self._desk.write(incoming.reference, cards.post(reply, self._view(incoming)))
            return _Outcome(line=_ANSWERED if reply.verdict or reply.quotes else _BELOW, told=True)
        try:
            await self._desk.write_privately(incoming, lambda viewer: cards.post(reply, self._desk.view(viewer)))
        except BlockedError:
            return _Outcome(line=_NO_CHAT)
        return _Outcome(line=_IN_PRIVATE, told=True)

    def _view(self, incoming: Incoming) -> View:
        """What several people see is refreshed for none of them."""
        return self._desk.view(incoming.sender if incoming.scope == "personal" else "")

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

    async def _later(self, work: asyncio.Task[_Outcome], incoming: Incoming) -> None:
        """What a press that took too long to be answered comes to."""
        outcome = await work
        if outcome.post is not None:
            if incoming.reply_to:
                await self._desk.rewrite(incoming.reference, incoming.reply_to, outcome.post)
        elif not outcome.told:
            await self._tell(incoming, cards.post(Reply(ReplyKind.NOTE, outcome.line), self._desk.view("")))

    async def _tell(self, incoming: Incoming, post: Post) -> None:
        """Write to whoever pressed, and to nobody else."""
        try:
            if incoming.scope == "personal":
                await self._desk.write(incoming.reference, post)
            else:
                await self._desk.write_privately(incoming, lambda _viewer: post)
        except DeliveryError as error:
            log_unexpected("teams_answer_lost", error)


def _is_marked(incoming: Incoming, name: str) -> bool:
    """Whether the button that was pressed carries a mark."""
    return member(incoming.activity, "value", "action", "data", name) is True


async def _safely(doing: Coroutine[Any, Any, _Outcome]) -> _Outcome:
    try:
        return await doing
    except Exception as error:  # noqa: BLE001 - whatever went wrong, say, in the state: who pressed is told
        log_unexpected("teams_activity_failed", error)
        return _Outcome(line=FAILED)


def _not_found(words: str) -> Json:
    return {"code": "NotFound", "message": words}


def _answer(status: int, kind: str, value: object) -> Reception:
    return Reception(200, {"statusCode": status, "type": kind, "value": value})


__all__ = ["Presses"]
