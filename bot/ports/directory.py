"""The people of an organisation as its identity provider knows them, and what it calls them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from bot.ports.people import Person

Key = Literal["user_name", "external", "email"]
"""What one of the listed people is looked up by; each is unique in an organisation."""

Field = Literal["track", "unit"]
"""What a group of the identity provider may say of its members."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person with what their identity provider calls them.

    ``user_name`` is their e-mail address where it did not say. ``external`` is the provider's own id, empty where it
    did not say. ``left`` is the first day on which they are no longer there. ``linked`` is whether the identity
    provider lists them; the others are known from elsewhere.
    """

    person: Person
    user_name: str
    external: str = ""
    left: date | None = None
    linked: bool = False


class Directory(Protocol):
    """The people with an e-mail address. Who left is among them only as long as the identity provider lists them.

    ``today`` is the day on which it is asked.
    """

    def find(self, organisation: str, person: str, today: date) -> Listed | None:
        """One of the people, by id."""
        ...

    def those(self, organisation: str, people: Collection[str], today: date) -> Sequence[Listed]:
        """Those of the people who have one of these ids."""
        ...

    def look_up(self, organisation: str, key: Key, value: str, today: date) -> Listed | None:
        """One of the people; a user name and an e-mail address are found in whatever case."""
        ...

    def count(self, organisation: str, today: date) -> int:
        """How many there are."""
        ...

    def page(self, organisation: str, skip: int, most: int, today: date) -> Sequence[Listed]:
        """Some of them, in an order that stays."""
        ...

    def members(self, organisation: str, field: Field, value: str, today: date) -> Sequence[Listed]:
        """Those on a track or in a unit."""
        ...

    def link(self, organisation: str, person: str, user_name: str, external: str = "") -> bool:
        """The identity provider lists a person by these names from now on; not where somebody else has one of them."""
        ...

    def unlink(self, organisation: str, person: str) -> None:
        """The identity provider no longer lists a person."""
        ...

    def readdress(self, organisation: str, person: str, email: str) -> bool:
        """A person has another e-mail address now; not where it is somebody else's."""
        ...


__all__ = ["Directory", "Field", "Key", "Listed"]
