"""What every handler of the surface does alike: converse, write with patience, find a person's own chat."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from bot.channels.failure import log_unexpected
from bot.channels.teams.incoming import Incoming, origin_of
from bot.channels.teams.parts import TeamsParts
from bot.channels.teams.port import BlockedError, Json, Post, Transport
from bot.channels.teams.references import in_conversation, text, without_message
from bot.channels.teams.view import Buttons, View
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Deed, Message, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import DeliveryError, StateError, TryLaterError, UnknowableError
from bot.ports import Kept, Place

_T = TypeVar("_T")

_MOST_SIGNS: Final = 10  # a sign of typing lasts a few seconds; after so many something else is wrong
FAILED: Final = (
    "Something went wrong here, and your question is not answered. Please try again; if it happens again, ask your "
    "social media team directly."
)
"""What an asker is told where nothing better can be said."""


class Installer(Protocol):
    """Adds the app for a person."""

    async def install(self, tenant: str, account: str) -> bool:
        """Whether the app is there for this person now."""
        ...


class Desk:
    """The surface's parts, with Microsoft's side and, where it is allowed, the installer."""

    def __init__(self, parts: TeamsParts, transport: Transport, installer: Installer | None = None) -> None:
        self.parts = parts
        self.transport = transport
        self._installer = installer

    async def converse(
        self,
        incoming: Incoming,
        thread: str,
        *,
        words: str = "",
        quoted: str = "",
        press: Press | None = None,
        deed: Deed | None = None,
        place: str = "",
    ) -> Reply:
        """The reply to words, to a button or to a deed; whatever goes wrong below, there is one."""
        message = Message(
            surface="teams",
            workspace=incoming.workspace,
            account=incoming.account,
            thread=thread,
            at=self.parts.clock(),
            text=words,
            press=press,
            quoted=quoted,
            place=place,
            deed=deed,
        )
        try:
            return await self.parts.converse(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the person is told to try again
            log_unexpected("teams_message_failed", error)
            return Reply(ReplyKind.ERROR, FAILED)

    async def own_reply(self, incoming: Incoming, reply: str) -> Kept | None:
        """A reply that the sender of an activity was given; it may have been given in another thread."""
        try:
            kept = await asyncio.to_thread(self.parts.records.reply, incoming.workspace, reply)
        except StateError as error:  # the conversation meets the same, and says so
            log_unexpected("teams_activity_failed", error)
            return None
        return kept if kept and kept.account == incoming.account else None

    async def write(self, reference: Json, post: Post) -> str:
        """Send an answer that somebody waits for: with patience where Teams asks for it."""
        return await self._patiently(lambda: self.transport.send(reference, post))

    async def rewrite(self, reference: Json, message: str, post: Post) -> None:
        """Put something else in place of a message, with the same patience; a message that is gone stays gone."""
        try:
            await self._patiently(lambda: self.transport.update(reference, message, post))
        except DeliveryError as error:
            log_unexpected("teams_update_failed", error)

    async def typing(self, reference: Json, work: Awaitable[_T]) -> _T:
        """The result of some work; where it takes long, the person sees that somebody types."""
        signs = asyncio.create_task(self._signs(reference))
        try:
            return await work
        finally:
            signs.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await signs

    async def write_privately(self, incoming: Incoming, post: Callable[[str], Post]) -> str:
        """Write to a person's own chat, which is opened, or the app added there, if need be; the chat's id.

        ``post`` makes the message for the id that Teams knows the person by in that chat.

        Raises:
            DeliveryError: it cannot be done.
        """
        try:
            return await self._write_privately(incoming, post)
        except BlockedError:
            await self.lost(incoming.workspace, incoming.account)
            if self._installer is None or not await self._installer.install(incoming.tenant, incoming.account):
                raise
            return await self._write_privately(incoming, post)

    async def has_chat(self, incoming: Incoming) -> bool:
        """Whether a person's own chat is known, or could be opened just now."""
        try:
            await self.keep(incoming.workspace, await self._chat(incoming))
        except DeliveryError:
            return False
        return True

    async def lost(self, workspace: str, account: str) -> None:
        """Remember that a person took back the leave to write to them."""
        place = await asyncio.to_thread(self.parts.places.personal, workspace, account)
        if place is not None:
            await asyncio.to_thread(self.parts.places.drop, workspace, place.id)
        await asyncio.to_thread(self.parts.people.set_reachable, workspace, account, reachable=False)

    async def keep(self, workspace: str, place: Place) -> None:
        """Remember a place; nothing is written where it is known just so."""
        known = await asyncio.to_thread(self.parts.places.find, workspace, place.id)
        if known is None or known != place:
            await asyncio.to_thread(self.parts.places.keep, workspace, place, self.parts.clock())

    async def origin(self, workspace: str, thread: str, account: str) -> Json | None:
        """Where to write for everybody in the thread of a question; ``None`` for one that was asked in private."""
        conversation = origin_of(thread, account)
        if not conversation:
            return None
        place = await asyncio.to_thread(self.parts.places.find, workspace, without_message(conversation))
        if place is None:
            return None
        return in_conversation(place.reference, conversation, text(place.reference, "conversation", "conversationType"))

    def view(self, viewer: str, buttons: Buttons | None = None, typed: str = "", *, share: bool = False) -> View:
        """How a card is shown today; with the buttons of a chat unless others are named."""
        chat = Buttons.PLAYGROUND if self.parts.config.unauthenticated else Buttons.CHAT
        return View(self.parts.clock().date(), viewer, buttons or chat, typed, share)

    async def _write_privately(self, incoming: Incoming, post: Callable[[str], Post]) -> str:
        place = await self._chat(incoming)
        await self.write(place.reference, post(text(place.reference, "user", "id")))
        await self.keep(incoming.workspace, place)
        return place.id

    async def _chat(self, incoming: Incoming) -> Place:
        """A person's own chat, opened where it is not known."""
        place = await asyncio.to_thread(self.parts.places.personal, incoming.workspace, incoming.account)
        if place is not None:
            return place
        reference = await self._patiently(lambda: self.transport.open(incoming.reference, incoming.sender))
        return Place(text(reference, "conversation", "id"), "personal", reference, incoming.account)

    async def _signs(self, reference: Json) -> None:
        pace = self.parts.pace
        await asyncio.sleep(pace.typing_after)
        with contextlib.suppress(DeliveryError):
            for _ in range(_MOST_SIGNS):
                await self.transport.send(reference, Post(typing=True))
                await asyncio.sleep(pace.typing_again)

    async def _patiently(self, call: Callable[[], Awaitable[_T]]) -> _T:
        pace, wait = self.parts.pace, self.parts.pace.first_wait
        for _ in range(pace.tries - 1):
            try:
                return await call()
            except TryLaterError as error:
                await asyncio.sleep(min(max(error.after, wait), pace.longest_wait))
            except UnknowableError:  # somebody waits for it: rather twice than never
                await asyncio.sleep(wait)
            wait *= 2
        return await call()


def label_of(kept: Kept | None, button: Press) -> str:
    """The words of the option that was chosen; empty where none was."""
    if kept is None or button.act is not Act.CHOOSE:
        return ""
    try:
        options = from_json(kept.body).options
    except StateError:  # kept by another version; the conversation says so
        return ""
    return options[button.option].label if 0 <= button.option < len(options) else ""


__all__ = ["FAILED", "Desk", "Installer", "label_of"]
