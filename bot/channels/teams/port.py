"""What the Teams surface needs of Microsoft's SDK: a handful of calls, in plain JSON.

So moving to the SDK's successor is the work of one module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.errors import SurfaceError, UndeliverableError
from bot.ports import Profile

Json = Mapping[str, object]
"""A JSON object, as it came or as it goes."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What is answered to a request: an HTTP status, and for an invoke its body."""

    status: int = 200
    body: Json | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One message to be written: a card, a line of text, or only the sign that somebody is typing.

    ``summary`` is what a notification shows. ``mention`` is the id and the name of the person whom ``text`` names.
    """

    text: str = ""
    card: Json | None = None
    summary: str = ""
    mention: tuple[str, str] | None = None
    typing: bool = False


class RefusedError(SurfaceError):
    """A request that is turned down with an HTTP ``status``; the message is for the log alone."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class BlockedError(UndeliverableError):
    """The person blocked or removed the app, or never added it: do not write to them."""


class Transport(Protocol):
    """Microsoft's side.

    A *reference* is a conversation reference as plain JSON (see ``references``). Every call that writes raises:

    - ``BlockedError``: the app is not there (any more);
    - ``UndeliverableError``: this message will never be taken;
    - ``TryLaterError``: not now;
    - ``UnknowableError``: the connection broke after the message may have gone out.
    """

    async def receive(
        self, authorization: str, activity: Json, handle: Callable[[Json], Awaitable[Reception]]
    ) -> Reception:
        """Verify who sent an activity and let it be handled; what is answered.

        Raises:
            RefusedError: it does not come from Microsoft (401), or that cannot be told now (503).
        """
        ...

    async def send(self, reference: Json, post: Post) -> str:
        """Continue a conversation with a message; its id."""
        ...

    async def update(self, reference: Json, message: str, post: Post) -> None:
        """Put something else in place of a message."""
        ...

    async def open(self, origin: Json, member: str) -> Json:
        """The reference of the personal chat with somebody who writes in the conversation ``origin``."""
        ...

    async def profile(self, reference: Json, member: str) -> Profile:
        """What Teams tells of a member of a conversation: name and e-mail."""
        ...

    async def members(self, reference: Json) -> Mapping[str, Profile]:
        """Everybody of a team, by account, and what Teams tells of them; guests of other tenants are left out."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...


__all__ = ["BlockedError", "Json", "Post", "Reception", "RefusedError", "Transport"]
