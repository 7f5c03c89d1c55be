"""Escalations in memory."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.ports import Audit, Delivery, Entry, Escalation, Event, Jobs, Party, Post, Stage
from tests.fakes.people import MemoryPeople, organisation_of

_UNRESOLVED: Final = (Stage.OPEN, Stage.CLAIMED)
_MOST: Final = 50
_NEVER: Final = datetime.max.replace(tzinfo=UTC)

Key = tuple[str, str]
"""An organisation and an escalation."""


class MemoryEscalations:
    """Implements ``Escalations``; ``kept`` holds them. Deliveries in ``undelivered`` could not be delivered."""

    def __init__(self, people: MemoryPeople, jobs: Jobs, audit: Audit, joined: Collection[str] = ()) -> None:
        self._people = people
        self._jobs = jobs
        self._audit = audit
        self._joined = frozenset(joined)
        self._lock = threading.Lock()
        self._reported: dict[Key, datetime] = {}
        self._entries: dict[Key, list[Entry]] = defaultdict(list)
        self._posts: dict[Key, list[Post]] = defaultdict(list)
        self._reporters: dict[Key, list[Party]] = defaultdict(list)
        self.kept: dict[Key, Escalation] = {}
        self.undelivered: set[str] = set()

    def organisation(self, workspace: str) -> str:
        """The organisation that a workspace belongs to."""
        return organisation_of(workspace, self._joined)

    def open(
        self,
        escalation: Escalation,
        entry: Entry,
        posts: Sequence[Post],
        owed: Callable[[Escalation], Sequence[Delivery]],
        latest: int | None = None,
    ) -> Escalation | None:
        """Keep a new one; one whose id is known is returned as it is."""
        key = (escalation.organisation, escalation.id)
        with self._lock:
            if key in self.kept:
                return self.kept[key]
            number = 1 + max((each.number for (whose, _), each in self.kept.items() if whose == key[0]), default=0)
            if latest is not None and number - 1 > latest:
                return None
            opened = replace(escalation, number=number)
            deliveries = owed(opened)
            self.kept[key] = opened
            self._reported[key] = opened.opened
            self._reporters[key].append(opened.asker)
            self._keep(opened, [entry], posts, deliveries)
            return opened

    def latest(self, organisation: str) -> int:
        """The highest number of a case."""
        with self._lock:
            return max((each.number for (whose, _), each in self.kept.items() if whose == organisation), default=0)

    def change(
        self,
        before: Escalation,
        after: Escalation,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        owed: Sequence[Delivery] = (),
    ) -> bool:
        """Keep a change; ``False``, and nothing, where somebody else was faster."""
        with self._lock:
            if not self._renew(before, after):
                return False
            self._keep(before, entries, posts, owed)
            return True

    def find(self, organisation: str, escalation: str) -> Escalation | None:
        """One escalation."""
        return self.kept.get((organisation, escalation))

    def entries(self, organisation: str, escalation: str) -> Sequence[Entry]:
        """What happened to it, oldest first."""
        return list(self._entries.get((organisation, escalation), ()))

    def posts(self, organisation: str, escalation: str) -> Sequence[Post]:
        """Its cards, oldest first."""
        return list(self._posts.get((organisation, escalation), ()))

    def reporters(self, organisation: str, escalation: str) -> Sequence[Party]:
        """Everybody who reported it, the asker first."""
        return list(self._reporters.get((organisation, escalation), ()))

    def report(self, before: Escalation, after: Escalation, entry: Entry, owed: Sequence[Delivery]) -> bool:
        """Keep that ``entry.actor`` reported the same incident."""
        key = (before.organisation, before.id)
        with self._lock:
            if not self._renew(before, after):
                return False
            self._reported[key] = entry.at
            if all(_account(each) != _account(entry.actor) for each in self._reporters[key]):
                self._reporters[key].append(entry.actor)
            self._keep(before, [entry], (), owed)
            return True

    def unresolved(self, organisation: str) -> Sequence[Escalation]:
        """Those that are open or claimed: the most urgent first, then by what is due first."""
        waiting = [each for each in self._of(organisation) if each.stage in _UNRESOLVED]
        due = {each.id: each.clock.due if each.clock else _NEVER for each in waiting}
        return sorted(waiting, key=lambda each: (each.priority.rank, due[each.id], each.number))

    def since(self, organisation: str, at: datetime) -> Sequence[Escalation]:
        """Those that were opened, or reported again, since a moment and are not closed; newest first."""
        reported = {each.id: self._reported[organisation, each.id] for each in self._of(organisation)}
        recent = [each for each in self._of(organisation) if reported[each.id] >= at and each.stage != Stage.CLOSED]
        return sorted(recent, key=lambda each: (reported[each.id], each.number), reverse=True)

    def of(self, organisation: str, workspace: str, account: str, person: str = "") -> Sequence[Escalation]:
        """Those that an account reported, or a person under any of their accounts; newest first."""

        def is_theirs(party: Party) -> bool:
            known = self._people.find(*_account(party))
            persons = {party.person, known.id if known else ""}
            return _account(party) == (workspace, account) or bool(person and person in persons)

        mine = [each for each in self._of(organisation) if any(map(is_theirs, self.reporters(organisation, each.id)))]
        return sorted(mine, key=lambda each: (each.opened, each.number), reverse=True)[:_MOST]

    def ringing(self, at: datetime, most: int) -> Sequence[Escalation]:
        """Those whose clock rings, of all organisations, the most overdue first."""
        rings = [
            (each.clock.next, key)
            for key, each in self.kept.items()
            if each.stage in _UNRESOLVED and each.clock and each.clock.next and each.clock.next <= at
        ]
        return [self.kept[key] for _, key in sorted(rings)[:most]]

    def lost(self, most: int) -> Sequence[tuple[Escalation, Post]]:
        """Unresolved ones with a card that could not be delivered."""
        found = [
            (self.kept[key], post)
            for key, posts in self._posts.items()
            for post in posts
            if post.delivery in self.undelivered and self.kept[key].stage in _UNRESOLVED
        ]
        return sorted(found, key=lambda each: each[0].priority.rank)[:most]

    def forget_post(self, organisation: str, escalation: str, delivery: str) -> None:
        """A card is no more."""
        key = (organisation, escalation)
        if key in self._posts:
            self._posts[key] = [each for each in self._posts[key] if each.delivery != delivery]

    def _of(self, organisation: str) -> list[Escalation]:
        return [each for (whose, _), each in self.kept.items() if whose == organisation]

    def _renew(self, before: Escalation, after: Escalation) -> bool:
        key = (before.organisation, before.id)
        known = self.kept.get(key)
        if known is None or known.version != before.version:
            return False
        self.kept[key] = replace(after, organisation=key[0], id=key[1], number=known.number, version=known.version + 1)
        return True

    def _keep(
        self, before: Escalation, entries: Sequence[Entry], posts: Sequence[Post], owed: Sequence[Delivery]
    ) -> None:
        key = (before.organisation, before.id)
        self._entries[key] += entries
        known = {each.delivery for each in self._posts[key]}
        self._posts[key] += [each for each in posts if each.delivery not in known]
        self._jobs.plan(owed)
        for entry in entries:
            told = {"from": entry.before, "to": entry.after}
            if entry.event is Event.CLAIMED:
                told = {"from": before.owner.account if before.owner else "", "to": entry.actor.account}
            self._audit.add(
                entry.actor.workspace or before.asker.workspace,
                entry.at,
                entry.actor.account,
                f"escalation_{entry.event.value}",
                before.id,
                {**told, "number": before.number},
            )


def _account(party: Party) -> tuple[str, str]:
    return party.workspace, party.account


__all__ = ["MemoryEscalations"]
