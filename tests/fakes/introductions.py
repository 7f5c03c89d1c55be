"""Whom to ask for, what is taught, and an address book: in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.ports.curricula import Taught
from bot.ports.introductions import Found, Unmet
from tests.fakes.learners import MemoryLearners, RosteredPeople
from tests.fakes.people import organisation_of


class MemoryIntroductions:
    """Implements ``Introductions`` over people in memory; ``kept`` says when somebody was asked for and until when.

    Every account is taken for one of a workspace where the app is installed.
    """

    def __init__(self, people: RosteredPeople, joined: Collection[str] = ()) -> None:
        self._people = people
        self._joined = frozenset(joined)
        self.kept: dict[tuple[str, str], tuple[datetime, datetime]] = {}

    def take(self, workspace: str, at: datetime, most: int, within: timedelta, until: datetime) -> Sequence[Unmet]:
        """Learners whom no account is known of."""
        asked = [moment for (where, _), (moment, _) in self.kept.items() if where == workspace]
        room = max(0, most - sum(moment > at - within for moment in asked))
        met = {each.person.id for each in self._people.accounts.values()}
        organisation = organisation_of(workspace, self._joined)
        unmet = [
            (self.kept.get((workspace, each.id)), each)
            for each in self._people.known().values()
            if each.organisation == organisation and each.profile.email and each.track and each.id not in met
        ]
        here = [
            (kept, each) for kept, each in unmet if self._people.left.get(each.id, at.date() + timedelta(1)) > at.date()
        ]
        free = [(kept[0] if kept else None, each) for kept, each in here if kept is None or kept[1] <= at]
        free.sort(key=lambda each: (each[0] is not None, each[0] or at, each[1].id))
        taken = [Unmet(each.id, each.profile.email) for _, each in free[:room]]
        self.kept |= {(workspace, each.person): (at, until) for each in taken}
        return taken

    def put_off(self, workspace: str, people: Sequence[str], until: datetime) -> None:
        """Do not ask for these people again before a moment."""
        for person in people:
            if (workspace, person) in self.kept:
                self.kept[workspace, person] = (self.kept[workspace, person][0], until)


class MemoryCurricula:
    """Implements ``Curricula`` over learners in memory."""

    def __init__(self, learners: MemoryLearners) -> None:
        self._learners = learners
        self._taught: Taught | None = None

    def current(self) -> Taught | None:
        """What is taught."""
        return self._taught

    def take_up(self, fingerprint: str, at: datetime, known_since: datetime) -> bool:
        """Teach a curriculum from now on."""
        now = self._taught
        if now is not None and now.fingerprint == fingerprint and now.since > known_since:
            return False
        self._taught = Taught(fingerprint, at)
        for each in self._learners.enrolments.values():
            if each.next is not None:
                each.next = at
        return True


class MemoryAddressBook:
    """Implements ``AddressBook``: ``entries`` is by workspace and address, an error where it is to be raised.

    ``asked`` are the addresses that it was asked for, in order; ``takes`` is called meanwhile.
    """

    def __init__(self, entries: Mapping[tuple[str, str], Found | Exception]) -> None:
        self.entries = dict(entries)
        self.asked: list[tuple[str, str]] = []
        self.takes: Callable[[], object] = lambda: None

    def look_up(self, workspace: str, email: str) -> Found | None:
        """The account of an address."""
        self.asked.append((workspace, email))
        self.takes()
        entry = self.entries.get((workspace, email))
        if isinstance(entry, Exception):
            raise entry
        return entry


__all__ = ["MemoryAddressBook", "MemoryCurricula", "MemoryIntroductions"]
