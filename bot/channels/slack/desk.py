"""Everything that the listeners hand on: one event once, the conversation's reply shown where it belongs.

It runs after the acknowledgement, in the background. Whatever happens, the person hears something, and only once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels.background import Background
from bot.channels.failure import log_unexpected
from bot.channels.slack.blocks import Card, Rendered, note, render
from bot.channels.slack.calls import BAD_BLOCKS, NETWORK, NOT_THERE, TOO_LATE, code
from bot.channels.slack.grants import SURFACE
from bot.channels.slack.lookups import Lookups
from bot.channels.slack.text import cut
from bot.channels.slack.views import home_view
from bot.channels.slack.who import HOME, Asker, Spot, is_personal
from bot.channels.words import SHARE
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Person, Reply, ReplyKind
from bot.errors import BotError
from bot.ports import Audit, Desks, Inbox, People, Profile, Records

Converse = Callable[[Message], Awaitable[Reply]]

SHARE_HERE: Final = "Share in channel"
"""The button below an answer to the slash command, which belongs to no thread."""

_QUEUE: Final = "home"
_LESSONS: Final = "learning"
"""The acts by which the Home tab asks what of a person's own it shows."""

_LONGEST_ECHO: Final = 600  # characters of a question that is said again
_AT_ONCE: Final = 0.5  # seconds; an answer that takes longer is announced
_INTRODUCTION: Final = 1.0  # second for which the first answer to a person waits for who they are
_PROFILE: Final = timedelta(days=1)  # for which what Slack told of a person is not asked again
_WORKING: Final = "is looking it up…"
_AGAIN: Final = "That took too long, so Slack did not open the form. Please press again."
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
    desks: Desks


class Desk:
    """Takes what the listeners understood, asks the conversation, shows the reply."""

    def __init__(self, ports: Ports, lookups: Lookups) -> None:
        self.ports = ports
        self.lookups = lookups
        self._meeting: dict[tuple[str, str], asyncio.Task[None]] = {}

    def take(self, key: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do some work in the background, if what it is about was not worked on before; ``key`` names that."""
        self.ports.background.start(self._take(key, work))

    async def _take(self, key: str, work: Callable[[], Awaitable[object]]) -> None:
        if await self.first(key):
            await work()

    async def first(self, key: str) -> bool:
        """Whether this is the first time that something is seen, in whichever process."""
        try:
            return await self.lookups(self.ports.inbox.first, SURFACE, key, self.ports.clock())
        except BotError as error:  # answering twice is better than not at all
            log_unexpected("slack_inbox_failed", error)
            return True

    async def answer(
        self, asker: Asker, text: str, spot: Spot, *, quoted: str = "", show_question: bool = False
    ) -> None:
        """Answer a question, perhaps about somebody's message; ``show_question`` where nobody sees it above."""
        await self._introduced(asker)
        message = Message(
            SURFACE,
            asker.workspace,
            asker.account,
            spot.thread(asker.account),
            self.ports.clock(),
            text if text or quoted else "help",
            quoted=quoted,
            place="" if spot.personal or is_personal(spot.channel) else spot.channel,
        )
        reply, announced = await self.reply(asker, message, spot)
        card = Card(reply, self.ports.clock().date(), typed="" if quoted else text, share=share_word(spot))
        if show_question:
            card = replace(card, asked=text, quoted=quoted)
        await self.show(asker, spot, render(card), replace=announced)

    async def answer_in_chat(self, asker: Asker, text: str, quoted: str = "") -> None:
        """Answer in the direct messages what was asked elsewhere: it opens a thread there."""
        channel = await asker.api.open_chat(asker.account)
        asked = [f"You asked: “{cut(text, _LONGEST_ECHO)}”"] if text or not quoted else []
        about = [f"About the message: “{cut(quoted, _LONGEST_ECHO)}”"] if quoted else []
        root = await asker.api.post(channel, note("\n".join([*asked, *about])))
        await self.answer(asker, text, Spot(channel, root, personal=True), quoted=quoted)

    async def say(self, asker: Asker, reply: Reply, spot: Spot) -> None:
        """Say something that needs no answer."""
        await self.show(asker, spot, render(Card(reply, self.ports.clock().date())))

    async def reply(self, asker: Asker, message: Message, spot: Spot) -> tuple[Reply, bool]:
        """The conversation's reply, and whether a line in its place says that it takes a while."""
        work = asyncio.ensure_future(self.converse(message))
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

        Where Slack does not take its blocks, its plain words are shown; where it has neither, nothing is.
        """
        if not message.text and not message.blocks:
            return
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

    async def opened(self, asker: Asker, trigger: str, view: Mapping[str, Any]) -> str | None:
        """The id of a modal that was opened; ``None`` where the time that Slack gives for it is over."""
        try:
            return await asker.api.open_view(trigger, view)
        except SlackApiError as error:
            if code(error) not in TOO_LATE:
                raise
            structlog.get_logger(__name__).warning("slack_form_too_late", error=code(error))
            return None

    async def open(self, asker: Asker, trigger: str, view: Mapping[str, Any], spot: Spot | None = None) -> None:
        """Open a modal; where it is too late whoever pressed is told so there, or else in the direct messages."""
        if await self.opened(asker, trigger, view) is None:
            await self.press_again(asker, spot)

    async def press_again(self, asker: Asker, spot: Spot | None = None) -> None:
        """Say that a form was not opened in time."""
        where = spot or Spot(await asker.api.open_chat(asker.account), personal=True)
        await self.say(asker, Reply(ReplyKind.NOTE, _AGAIN), where)

    async def waiting(self, asker: Asker, act: str = _QUEUE) -> Reply:
        """What waits for somebody: their queue or lessons, or a note, which is empty for whoever has none."""
        await self.met(asker)
        thread, now = Spot(HOME).thread(asker.account), self.ports.clock()
        message = Message(SURFACE, asker.workspace, asker.account, thread, now, deed=Deed(act, ""))
        return await self.converse(message)

    async def show_home(self, asker: Asker) -> None:
        """Show the Home tab, with what waits for whoever opens it."""
        lessons, waiting = await self.waiting(asker, _LESSONS), await self.waiting(asker)
        contact = await self.lookups(self.ports.contact)
        await asker.api.publish_home(asker.account, home_view(self.ports.examples, contact, waiting, lessons))

    def meet(self, asker: Asker) -> None:
        """Learn a person's name, e-mail and time zone from Slack, at most once a day, beside the answer."""
        self.ports.background.start(self.met(asker))

    async def met(self, asker: Asker) -> None:
        """The same, waited for: what comes next depends on who they are."""
        await asyncio.shield(self._meeting_with(asker))

    async def _introduced(self, asker: Asker) -> None:
        """Meet a person; whoever was never met is waited for a moment, as some words are for those with a role."""
        self.meet(asker)
        try:
            known = await self.lookups(self.ports.people.find, asker.workspace, asker.account)
        except BotError as error:  # the question is answered all the same
            log_unexpected("slack_person_not_met", error)
            return
        if known is None:
            await asyncio.wait({self._meeting_with(asker)}, timeout=_INTRODUCTION)

    def _meeting_with(self, asker: Asker) -> asyncio.Task[None]:
        who = (asker.workspace, asker.account)
        if who not in self._meeting:
            self._meeting[who] = asyncio.ensure_future(self._meet(asker))
        return self._meeting[who]

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
            self._meeting.pop((asker.workspace, asker.account), None)

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

    async def converse(self, message: Message) -> Reply:
        """The conversation's reply; where it fails, one that says so."""
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
