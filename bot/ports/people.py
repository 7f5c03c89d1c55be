"""Who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells of a person; empty where it does not."""

    name: str = ""
    email: str = ""
    time_zone: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of an organisation, perhaps with an account on more than one platform.

    ``track``, ``region``, ``unit``, ``hire_date`` and ``roles`` are the company's word, never the platform's.
    """

    id: str
    organisation: str
    profile: Profile
    track: str = ""
    region: str = ""
    hire_date: date | None = None
    roles: tuple[str, ...] = ()
    unit: str = ""


class People(Protocol):
    """Who is who."""

    def meet(self, workspace: str, account: str, profile: Profile, at: datetime) -> Person:
        """The person behind an account, made or joined by e-mail within the organisation; the profile is renewed."""
        ...

    def find(self, workspace: str, account: str) -> Person | None:
        """The person behind an account that was met."""
        ...

    def met_since(self, workspace: str, account: str, since: datetime) -> bool:
        """Whether the account's profile was renewed since a moment."""
        ...

    def set_reachable(self, workspace: str, account: str, *, reachable: bool) -> None:
        """Remember that an account took back, or gave again, the leave to write to it."""
        ...

    def is_reachable(self, workspace: str, account: str) -> bool:
        """Whether the bot may write to an account first; an account that was never met may not be written to."""
        ...


__all__ = ["People", "Person", "Profile"]
