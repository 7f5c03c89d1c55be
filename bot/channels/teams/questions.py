"""Words that somebody typed: answered in private, wherever they were typed."""

from __future__ import annotations

import asyncio
import contextlib
import html
from typing import Final

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams.desk import FAILED, Desk
from bot.channels.teams.incoming import Incoming
from bot.channels.teams.members import Members
from bot.channels.teams.port import BlockedError, Post
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import DeliveryError
from bot.ports import Turn

_IN_PRIVATE: Final = "I have answered you in our personal chat, {at}."
_ADD_ME: Final = (
    "{at}, I answer in private, and I cannot write to you yet. Please [add Clearpost]({link}) and ask me again, here "
    "or in our personal chat."
)
_NOT_NOW: Final = "{at}, something went wrong just now, and your question is not answered. Please ask me again."
_ASKED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.HAND_OVER})


class Questions:
    """``install_link`` leads to where a person adds the app."""

    def __init__(self, desk: Desk, members: Members, install_link: str) -> None:
        self._desk = desk
        self._members = members
        self._install_link = install_link

    async def answer(self, incoming: Incoming) -> None:
        """Answer a message, once however often Teams sends it."""
        try:
            if not await self._is_first(incoming):
                return
            await self._members.remember(incoming)
            await self._members.meet(incoming)  # first: what somebody may do hangs on who they are
            if incoming.scope == "personal":
                await self._in_chat(incoming, await self._reply(incoming))
            else:
                await self._among_others(incoming)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, say, in the state: nobody waits in silence
            log_unexpected("teams_question_failed", error)
            await self._sorry(incoming)

    async def _is_first(self, incoming: Incoming) -> bool:
        parts, event = self._desk.parts, f"{incoming.conversation} {incoming.id}"
        return not incoming.id or await asyncio.to_thread(parts.inbox.first, "teams", event, parts.clock())

    async def _in_chat(self, incoming: Incoming, reply: Reply) -> None:
        view = self._desk.view(incoming.sender, typed=incoming.text)
        try:
            await self._desk.write(incoming.reference, cards.post(reply, view))
        except BlockedError:
            await self._desk.lost(incoming.workspace, incoming.account)
        except DeliveryError as error:
            log_unexpected("teams_answer_lost", error)

    async def _among_others(self, incoming: Incoming) -> None:
        """The answer goes to the asker's own chat, and one line without the question to where others read along."""
        reply = await self._reply(incoming)
        shares = await self._desk.origin(incoming.workspace, incoming.thread, incoming.account) is not None

        def post(viewer: str) -> Post:
            return cards.post(reply, self._desk.view(viewer, typed=incoming.text, share=shares))

        try:
            chat = await self._desk.write_privately(incoming, post)
        except BlockedError:
            await self._line(incoming, _ADD_ME)
        except DeliveryError as error:
            log_unexpected("teams_answer_lost", error)
            await self._line(incoming, _NOT_NOW)
        else:
            await self._line(incoming, _IN_PRIVATE)
            await self._continue_in(chat, incoming, reply)

    async def _sorry(self, incoming: Incoming) -> None:
        if incoming.scope == "personal":
            post = cards.post(Reply(ReplyKind.ERROR, FAILED), self._desk.view(""))
            with contextlib.suppress(DeliveryError):
                await self._desk.write(incoming.reference, post)
        else:
            await self._line(incoming, _NOT_NOW)

    async def _reply(self, incoming: Incoming) -> Reply:
        work = self._desk.converse(incoming, incoming.thread, words=incoming.text, place=incoming.place)
        return await self._desk.typing(incoming.reference, work)

    async def _continue_in(self, chat: str, incoming: Incoming, reply: Reply) -> None:
        """Let a follow-up in the personal chat, where the answer stands now, be understood as one."""
        if reply.kind in _ASKED:
            turn = Turn(reply.question, self._desk.parts.clock())
            await asyncio.to_thread(self._desk.parts.records.add_turn, incoming.workspace, chat, turn)

    async def _line(self, incoming: Incoming, words: str) -> None:
        name = html.escape(incoming.sender_name or "there", quote=False)
        line = words.format(at=f"<at>{name}</at>", link=self._install_link)
        try:
            await self._desk.write(incoming.reference, Post(text=line, mention=(incoming.sender, name)))
        except DeliveryError as error:
            log_unexpected("teams_line_lost", error)


__all__ = ["Questions"]
