"""The company's list of its people, as it is imported from a file or kept right by its identity provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

Day = date | Literal[""] | None
"""A day that the company tells: ``None`` where it says nothing of it, empty where it takes it back."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the company says of one person, who is known by ``email``, in whatever case.

    ``None`` is nothing said: it stays as it is. Empty is taken back, save for ``name``, ``time_zone`` and ``locale``:
    of who was met these are the platform's word, and a list only fills what it leaves empty. ``hired`` is the first
    day, ``left`` the first day on which they are no longer there.
    """

    email: str
    name: str | None = None
    track: str | None = None
    region: str | None = None
    unit: str | None = None
    hired: Day = None
    left: Day = None
    time_zone: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a row did, or would do; ``fields`` are the names of the ``Row`` fields that differ.

    ``left`` is a change by which somebody known leaves.
    """

    email: str
    what: Literal["new", "changed", "same", "left"]
    fields: tuple[str, ...] = ()


class Roster(Protocol):
    """The people whom a company lists. Who is on it has no account until they are met under their e-mail address."""

    def upsert(
        self, organisation: str, rows: Sequence[Row], at: datetime, *, dry_run: bool = False
    ) -> Sequence[Change]:
        """Write down what is said of people, some at a time; what each row did, in their order.

        Of two rows with one e-mail address the later one counts where they differ. The programmes look again at
        whoever changed, and what they owe to who leaves, or is on another track now, is cancelled at once.
        A ``dry_run`` tells the same and changes nothing. To do it again after it broke off does no harm.

        Raises:
            ValueError: a row has no e-mail address; nothing was changed.
        """
        ...


__all__ = ["Change", "Day", "Roster", "Row"]
