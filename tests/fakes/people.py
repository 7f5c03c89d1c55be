"""Who is who, who works for the Center of Excellence, and where its contacts answer: in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.ports import Day, Desk, Person, Profile


@dataclass(slots=True)
class Account:
    """An account that was met: whose it is, when, and whether it may be written to."""

    person: Person
    renewed: datetime
    reachable: bool = True


class MemoryPeople:
    """Implements ``People``; ``accounts`` is by workspace and account, for a test to look at or to fill."""

    def __init__(self, joined: Collection[str] = ()) -> None:
        self._joined = frozenset(joined)
        self.accounts: dict[tuple[str, str], Account] = {}

    def meet(self, workspace: str, account: str, profile: Profile, at: datetime) -> Person:
        """The person behind an account, made or joined by e-mail."""
        organisation = organisation_of(workspace, self._joined)
        told = replace(profile, email=profile.email.strip().lower())
        met = self.accounts.get((workspace, account))
        before = met.person if met else Person(f"p{len(self.accounts) + 1}", organisation, Profile())
        now = next((each for each in self._of(organisation) if told.email and each.profile.email == told.email), before)
        now = _united(now, before)
        now = replace(now, profile=_filled(told, now.profile))
        self.accounts[workspace, account] = Account(now, at, met.reachable if met else True)
        for each in self.accounts.values():
            if each.person.id == now.id:
                each.person = now
        return now

    def find(self, workspace: str, account: str) -> Person | None:
        """The person behind an account that was met."""
        met = self.accounts.get((workspace, account))
        return met.person if met else None

    def met_since(self, workspace: str, account: str, since: datetime) -> bool:
        """Whether the account's profile was renewed since a moment."""
        met = self.accounts.get((workspace, account))
        return met is not None and met.renewed >= since

    def set_reachable(self, workspace: str, account: str, *, reachable: bool) -> None:
        """Remember whether an account that was met may be written to."""
        met = self.accounts.get((workspace, account))
        if met is not None:
            met.reachable = reachable

    def is_reachable(self, workspace: str, account: str) -> bool:
        """Whether the bot may write to an account first."""
        met = self.accounts.get((workspace, account))
        return met is not None and met.reachable

    def _of(self, organisation: str) -> list[Person]:
        return [each.person for each in self.accounts.values() if each.person.organisation == organisation]


class MemoryStaff:
    """Implements ``Staff`` over people in memory; ``given`` holds (role, source) by the id of a person."""

    def __init__(self, people: MemoryPeople, joined: Collection[str] = ()) -> None:
        self._people = people
        self._joined = frozenset(joined)
        self.given: dict[str, list[tuple[str, str]]] = {}

    def grant(self, person: str, role: str, source: str = "") -> None:
        """Give a role."""
        met = self._all(person)
        if met and (role, source) not in self.given.setdefault(person, []):
            self.given[person].append((role, source))
            self._show(person, tuple(dict.fromkeys((*met[0][1].person.roles, role))))

    def revoke(self, person: str, role: str, source: str = "") -> None:
        """Take back a role that was given by that source."""
        if (role, source) not in self.given.get(person, []):
            return
        self.given[person].remove((role, source))
        if role not in {each for each, _ in self.given[person]}:
            roles = self._all(person)[0][1].person.roles
            self._show(person, tuple(each for each in roles if each != role))

    def synchronise(self, workspace: str, accounts: Collection[str], role: str, source: str) -> int:
        """Make a group's accounts the only ones that hold a role by that source."""
        organisation = organisation_of(workspace, self._joined)
        members = (self._people.find(workspace, account) for account in accounts)
        wanted = {each.id for each in members if each}
        holders = {each.id for each in self._of(organisation) if (role, source) in self.given.get(each.id, [])}
        for person in wanted - holders:
            self.grant(person, role, source)
        for person in holders - wanted:
            self.revoke(person, role, source)
        return len(wanted ^ holders)

    def with_role(self, organisation: str, *roles: str) -> Sequence[Person]:
        """The people of an organisation with one of these roles; by name."""
        found = {each.id: each for each in self._of(organisation) if set(roles) & set(each.roles)}
        return sorted(found.values(), key=lambda each: (each.profile.name.casefold(), each.id))

    def by_email(self, organisation: str, email: str) -> Person | None:
        """The person with an e-mail address."""
        address = email.strip().lower()
        return next((each for each in self._of(organisation) if address and each.profile.email == address), None)

    def accounts(self, person: str) -> Sequence[tuple[str, str]]:
        """The accounts of a person that may be written to, the one met last first."""
        met = [(each.renewed, key) for key, each in self._all(person) if each.reachable]
        return [key for _, key in sorted(sorted(met, key=lambda each: each[1]), key=lambda each: each[0], reverse=True)]

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
        """Write down what the company says of a person; who left is only known to ``MemoryRoster``."""
        for _, account in self._all(person):
            known = account.person
            account.person = replace(
                known,
                track=known.track if track is None else track,
                region=known.region if region is None else region,
                unit=known.unit if unit is None else unit,
                hire_date=known.hire_date if hired is None else hired or None,
            )

    def organisations(self) -> Sequence[str]:
        """Every organisation with somebody who holds a role."""
        return sorted({each.person.organisation for each in self._people.accounts.values() if each.person.roles})

    def _all(self, person: str) -> list[tuple[tuple[str, str], Account]]:
        return [(key, each) for key, each in self._people.accounts.items() if each.person.id == person]

    def _of(self, organisation: str) -> list[Person]:
        met = [each.person for each in self._people.accounts.values()]
        return [each for each in met if each.organisation == organisation]

    def _show(self, person: str, roles: tuple[str, ...]) -> None:
        for _, account in self._all(person):
            account.person = replace(account.person, roles=roles)


class MemoryDesks:
    """Implements ``Desks``; ``kept`` is by organisation and contact."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Desk] = {}

    def put(self, organisation: str, desk: Desk, at: datetime) -> None:
        """A contact answers in this channel from now on."""
        self.kept[organisation, desk.contact] = desk

    def find(self, organisation: str, contact: str) -> Desk | None:
        """The channel of a contact."""
        return self.kept.get((organisation, contact))

    def all(self, organisation: str) -> Sequence[Desk]:
        """Every channel, by contact."""
        mine = (desk for (whose, _), desk in self.kept.items() if whose == organisation)
        return sorted(mine, key=lambda desk: desk.contact)

    def drop(self, workspace: str, place: str | None = None) -> None:
        """A channel is gone, or every channel of a workspace."""
        gone = [key for key, desk in self.kept.items() if desk.workspace == workspace and place in (None, desk.place)]
        for key in gone:
            del self.kept[key]


def organisation_of(workspace: str, joined: Collection[str]) -> str:
    """The organisation of a workspace: one for all the joined ones, else its own."""
    return "company" if workspace in joined else workspace


def _united(person: Person, before: Person) -> Person:
    """A person with what was known of the one whom an account used to be."""
    if person.id == before.id:
        return person
    return replace(
        person,
        profile=_filled(person.profile, before.profile),
        track=person.track or before.track,
        region=person.region or before.region,
        unit=person.unit or before.unit,
        hire_date=person.hire_date or before.hire_date,
        roles=(*person.roles, *(role for role in before.roles if role not in person.roles)),
    )


def _filled(profile: Profile, older: Profile) -> Profile:
    """A profile, with an older one's words where it has none."""
    return Profile(*(getattr(profile, each.name) or getattr(older, each.name) for each in fields(Profile)))


__all__ = ["Account", "MemoryDesks", "MemoryPeople", "MemoryStaff", "organisation_of"]
