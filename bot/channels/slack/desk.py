"""Everything that the listeners hand on: one event once, the conversation's reply shown where it belongs.

It runs after the acknowledgement, in the background. Whatever happens, the person hears something, and only once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels.background import Background
from bot.channels.failure import log_unexpected
from bot.channels.slack.blocks import Card, Rendered, note, render
from bot.channels.slack.calls import BAD_BLOCKS, NETWORK, NOT_THERE, code
from bot.channels.slack.grants import SURFACE
from bot.channels.slack.lookups import Lookups
from bot.channels.slack.text import cut
from bot.channels.slack.who import Asker, Spot
from bot.channels.words import SHARE
from bot.conversation.messages import Message
from bot.conversation.reply import Person, Reply, ReplyKind
from bot.errors import BotError
from bot.ports import Audit, Inbox, People, Profile, Records

Converse = Callable[[Message], Awaitable[Reply]]

SHARE_HERE: Final = "Share in channel"
"""The button below an answer to the slash command, which belongs to no thread."""

_LONGEST_ECHO: Final = 600  # characters of a question that is said again
_AT_ONCE: Final = 0.5  # seconds; an answer that takes longer is announced
_PROFILE: Final = timedelta(days=1)  # for which what Slack told of a person is not asked again
_WORKING: Final = "is looking it up…"
_LOOKING: Final = "🔎 Looking it up…"
_SORRY: Final = (
    "Something went wrong here, and your question is not answered. Please try again; if it happens again, ask your "
    "social media team directly."
)


@dataclass(frozen=True, slots=True)
class Ports:
    """What the desk needs of the world. ``contact`` is whom to ask where no answer names anybody."""

    converse: Converse
    records: Records
    people: People
    inbox: Inbox
    audit: Audit
    clock: Callable[[], datetime]
    background: Background
    examples: tuple[str, ...]
    contact: Callable[[], Person | None]


class Desk:
    """Takes what the listeners understood, asks the conversation, shows the reply."""

    def __init__(self, ports: Ports, lookups: Lookups) -> None:
        self.ports = ports
        self.lookups = lookups
        self._meeting: set[tuple[str, str]] = set()

    def take(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work in the background, if what it is about was not worked on before; ``key`` names that."""
        self.ports.background.start(self._take(key, work))

    async def _take(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        if await self.first(key):
            await work()

    async def first(self, key: str) -> bool:
        """Whether this is the first time that something is seen, in whichever process."""
        try:
            return await self.lookups(self.ports.inbox.first, SURFACE, key, self.ports.clock())
        except BotError as error:  # answering twice is better than not at all
            log_unexpected("slack_inbox_failed", error)
            return True

    async def answer(self, asker: Asker, text: str, spot: Spot, *, show_question: bool = False) -> None:
        """Answer a question; ``show_question`` where nobody sees it above the answer."""
        self.meet(asker)
        now = self.ports.clock()
        message = Message(SURFACE, asker.workspace, asker.account, spot.thread(asker.account), now, text or "help")
        reply, announced = await self.reply(asker, message, spot)
        asked = text if show_question else ""
        card = Card(reply, self.ports.clock().date(), asked=asked, typed=text, share=share_word(spot))
        await self.show(asker, spot, render(card), replace=announced)

    async def answer_in_chat(self, asker: Asker, text: str) -> None:
        """Answer in the direct messages a question that was asked elsewhere: it opens a thread there."""
        channel = await asker.api.open_chat(asker.account)
        root = await asker.api.post(channel, note(f"You asked: “{cut(text, _LONGEST_ECHO)}”"))
        await self.answer(asker, text, Spot(channel, root, personal=True))

    async def say(self, asker: Asker, reply: Reply, spot: Spot) -> None:
        """Say something that needs no answer."""
        await self.show(asker, spot, render(Card(reply, self.ports.clock().date())))

    async def reply(self, asker: Asker, message: Message, spot: Spot) -> tuple[Reply, bool]:
        """The conversation's reply, and whether a line in its place says that it takes a while."""
        work = asyncio.ensure_future(self._converse(message))
        try:
            done, _ = await asyncio.wait({work}, timeout=_AT_ONCE)
            if done:
                return work.result(), False
            announcing = asyncio.ensure_future(self._announce(asker, spot))
            reply = await work
            announced = await announcing
            if announced and not spot.response_url:
                await self._status(asker, spot, "")
            return reply, announced and bool(spot.response_url)
        finally:
            work.cancel()

    async def show(self, asker: Asker, spot: Spot, message: Rendered, *, replace: bool = False) -> None:
        """Show a message to the asker there, or in the direct messages where the bot cannot write there.

        Where Slack does not take its blocks, its plain words are shown.
        """
        try:
            await self._show(asker, spot, message, replace=replace)
        except SlackApiError as error:
            if code(error) not in BAD_BLOCKS or not message.blocks:
                raise
            log_unexpected("slack_blocks_refused", error)
            await self._show(asker, spot, Rendered(message.text, ()), replace=replace)

    async def _show(self, asker: Asker, spot: Spot, message: Rendered, *, replace: bool) -> None:
        api = asker.api
        try:
            if spot.response_url:
                if await api.respond(spot.response_url, message, replace=replace):
                    return
            elif spot.personal:
                await api.post(spot.channel, message, spot.root)
                return
            else:
                await api.post_ephemeral(spot.channel, asker.account, message, spot.root if spot.begun else "")
                return
        except SlackApiError as error:
            if code(error) not in NOT_THERE:
                raise
        await api.post(await api.open_chat(asker.account), message)

    def meet(self, asker: Asker) -> None:
        """Learn a person's name, e-mail and time zone from Slack, at most once a day, beside the answer."""
        who = (asker.workspace, asker.account)
        if who not in self._meeting:
            self._meeting.add(who)
            self.ports.background.start(self._meet(asker))

    async def _meet(self, asker: Asker) -> None:
        people, now = self.ports.people, self.ports.clock()
        try:
            if not await self.lookups(people.met_since, asker.workspace, asker.account, now - _PROFILE):
                profile = await self._profile(asker)
                if profile is not None:
                    await self.lookups(people.meet, asker.workspace, asker.account, profile, now)
        except BotError as error:
            log_unexpected("slack_person_not_met", error)
        finally:
            self._meeting.discard((asker.workspace, asker.account))

    async def _profile(self, asker: Asker) -> Profile | None:
        """What Slack tells of a person; ``None`` where it does not and something is known already."""
        try:
            user = await asker.api.user(asker.account)
        except (SlackApiError, *NETWORK):
            known = await self.lookups(self.ports.people.find, asker.workspace, asker.account)
            return None if known else Profile()
        told = user.get("profile") or {}
        name = str(told.get("real_name") or user.get("real_name") or "")
        return Profile(name, str(told.get("email") or ""), str(user.get("tz") or ""), str(user.get("locale") or ""))

    async def _converse(self, message: Message) -> Reply:
        try:
            return await self.ports.converse(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the person is told and nothing goes silent
            log_unexpected("slack_message_failed", error, workspace=message.workspace)
            return Reply(kind=ReplyKind.ERROR, text=_SORRY)

    async def _announce(self, asker: Asker, spot: Spot) -> bool:
        if spot.response_url:
            return await asker.api.respond(spot.response_url, note(_LOOKING))
        return await self._status(asker, spot, _WORKING)

    async def _status(self, asker: Asker, spot: Spot, status: str) -> bool:
        """Whether Slack shows the status below the thread; it is a courtesy, so a failure changes nothing."""
        if not spot.root:
            return False
        try:
            await asker.api.set_status(spot.channel, spot.root, status)
        except (SlackApiError, *NETWORK):
            structlog.get_logger(__name__).debug("slack_status_not_shown")
            return False
        return True


def share_word(spot: Spot) -> str:
    """The word on the button that makes an answer public; empty where nobody else is there."""
    if spot.personal or spot.channel.startswith("D"):
        return ""
    return SHARE if spot.root else SHARE_HERE


__all__ = ["SHARE_HERE", "Converse", "Desk", "Ports", "share_word"]
