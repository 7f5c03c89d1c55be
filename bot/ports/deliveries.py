"""Messages that are owed, and the surfaces that carry them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one account, or to a channel, at one time; ``id`` is the proof that it is sent once.

    ``body`` is a reply as JSON. ``resend`` tells what to do where a crash leaves it open whether the message went out
    and the platform cannot be asked: send it again (a reminder) or count it as ambiguous (a lesson).

    ``place`` is the channel that it goes to, in place of the account's own chat; ``account`` is empty then. ``thread``
    is the conversation that the account asked in: where nobody else reads that, the message goes there. ``edits`` is
    the id of a delivery whose message it takes the place of; of several that edit the same one, the newest counts.
    ``until`` is the moment after which it shall not go out any more: it is cancelled then.
    """

    id: str
    workspace: str
    account: str
    kind: str
    body: str
    due: datetime
    resend: bool = False
    place: str = ""
    thread: str = ""
    edits: str = ""
    until: datetime | None = None


class Jobs(Protocol):
    """Work that must not be lost."""

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Owe deliveries; one whose id is known is left as it is. Returns how many are new."""
        ...

    def cancel(self, workspace: str, account: str, kind: str | None = None) -> int:
        """No longer owe what was not begun, of one kind or all. Returns how many."""
        ...


class Channel(Protocol):
    """A surface that can write to a person or into a channel first."""

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send a delivery; the platform's name of the message.

        ``message`` is the name of the message to be changed, where the delivery edits one.

        Raises:
            UndeliverableError: it can never be delivered; do not try again.
            TryLaterError: it certainly did not go out, and may after so many seconds.
            UnknowableError: it may have gone out; look it up before it is sent again.
        """
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery that was sent already; ``None`` where there is none.

        Not asked for one that edits a message: to edit twice does no harm.

        Raises:
            UnknowableError: where this platform cannot tell.
        """
        ...


__all__ = ["Channel", "Delivery", "Jobs"]
