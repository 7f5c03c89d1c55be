"""Who of the people works for the Center of Excellence, and which channels its contacts answer in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.ports.people import Person
from bot.ports.roster import Day

STAFF: Final = "coe"
"""The role of whoever may work on escalations."""

LEAD: Final = "coe_lead"
"""The role of whoever may also declare a crisis and decide on precedents. Every other role is a contact's id."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A channel in which a contact answers."""

    contact: str
    workspace: str
    place: str


class Desks(Protocol):
    """The channels of an organisation's contacts."""

    def put(self, organisation: str, desk: Desk, at: datetime) -> None:
        """A contact answers in this channel from now on, and in no other."""
        ...

    def find(self, organisation: str, contact: str) -> Desk | None:
        """The channel of a contact."""
        ...

    def all(self, organisation: str) -> Sequence[Desk]:
        """Every channel, by contact."""
        ...

    def drop(self, workspace: str, place: str) -> None:
        """A channel is gone, or the bot was removed from it."""
        ...


class Staff(Protocol):
    """The people with a role."""

    def grant(self, person: str, role: str, source: str = "") -> None:
        """Give a role; ``source`` names the group that it comes from (``slack:S012``), empty where a person gave it."""
        ...

    def revoke(self, person: str, role: str, source: str = "") -> None:
        """Take back a role that was given by that source."""
        ...

    def synchronise(self, workspace: str, accounts: Collection[str], role: str, source: str) -> int:
        """Make a group's accounts of a workspace the only ones that hold a role by that source; how many changed."""
        ...

    def with_role(self, organisation: str, *roles: str) -> Sequence[Person]:
        """The people of an organisation with one of these roles, from whatever source; by name."""
        ...

    def by_email(self, organisation: str, email: str) -> Person | None:
        """The person with an e-mail address."""
        ...

    def accounts(self, person: str) -> Sequence[tuple[str, str]]:
        """The accounts (workspace, account) of a person that may be written to, the one met last first."""
        ...

    def describe(
        self,
        person: str,
        *,
        track: str | None = None,
        region: str | None = None,
        unit: str | None = None,
        hired: Day = None,
        left: Day = None,
        at: datetime | None = None,
    ) -> None:
        """Write down what the company says of a person: ``None`` leaves it as it is, empty takes it back.

        ``left`` is the first day on which they are no longer there. The programmes look at whoever changed again; what
        they owe is cancelled where that is of another track or after the person left: at once where ``at`` says when
        that was, else with the next enrolment.
        """
        ...

    def organisations(self) -> Sequence[str]:
        """For the digest: every organisation with staff."""
        ...


__all__ = ["LEAD", "STAFF", "Desk", "Desks", "Staff"]
