"""Meeting people whom only the company's list names: a platform is asked for the account behind an e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.ports.people import Profile


@dataclass(frozen=True, slots=True)
class Unmet:
    """Somebody on the list of whom no account is known; ``person`` is the id of the people table."""

    person: str
    email: str


@dataclass(frozen=True, slots=True)
class Found:
    """The account behind an e-mail address, and what its platform tells of them."""

    account: str
    profile: Profile


class Introductions(Protocol):
    """Who is to be asked for, so that several processes together ask once, and not too fast."""

    def take(self, workspace: str, at: datetime, most: int, within: timedelta, until: datetime) -> Sequence[Unmet]:
        """Learners whom no account is known of, for whom to ask a workspace of their organisation now.

        Whoever was never asked for goes first. They are nobody else's until a moment, nor asked for again before it.
        All processes together take at most so many within a time.
        """
        ...

    def put_off(self, workspace: str, people: Sequence[str], until: datetime) -> None:
        """A workspace knows nobody by these people's addresses: do not ask it for them again before a moment."""
        ...


class AddressBook(Protocol):
    """A platform that can be asked for people. Blocking; called in a thread."""

    def look_up(self, workspace: str, email: str) -> Found | None:
        """The account of exactly this e-mail address in a workspace; ``None`` where it has none.

        Raises:
            UndeliverableError: Clearpost is not installed there.
            TryLaterError: the platform cannot be asked now.
        """
        ...


__all__ = ["AddressBook", "Found", "Introductions", "Unmet"]
