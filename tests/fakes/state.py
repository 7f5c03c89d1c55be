"""The state in memory: a fake of each of its ports, and all of them as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.ports import Person, Place, Profile, Workspace
from tests.fakes.jobs import MemoryJobs
from tests.fakes.records import MemoryRecords


@dataclass(slots=True)
class _Account:
    person: Person
    renewed: datetime
    reachable: bool = True


class MemoryPeople:
    """Implements ``People``; ``accounts`` is by workspace and account, for a test to look at or to fill."""

    def __init__(self, joined: Collection[str] = ()) -> None:
        self._joined = frozenset(joined)
        self.accounts: dict[tuple[str, str], _Account] = {}

    def meet(self, workspace: str, account: str, profile: Profile, at: datetime) -> Person:
        """The person behind an account, made or joined by e-mail."""
        organisation = _organisation(workspace, self._joined)
        told = replace(profile, email=profile.email.strip().lower())
        met = self.accounts.get((workspace, account))
        before = met.person if met else Person(f"p{len(self.accounts) + 1}", organisation, Profile())
        now = next((each for each in self._of(organisation) if told.email and each.profile.email == told.email), before)
        now = _united(now, before)
        now = replace(now, profile=_filled(told, now.profile))
        self.accounts[workspace, account] = _Account(now, at, met.reachable if met else True)
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


class MemoryPlaces:
    """Implements ``Places``; ``kept`` is by workspace and place, with the moment of each."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[Place, datetime]] = {}

    def keep(self, workspace: str, place: Place, at: datetime) -> None:
        """Remember a place, or its new reference."""
        self.kept[workspace, place.id] = (place, at)

    def personal(self, workspace: str, account: str) -> Place | None:
        """The personal chat with an account, the newest where there are several."""
        chats = [
            (at, place)
            for (where, _), (place, at) in self.kept.items()
            if where == workspace and place.account == account and place.kind == "personal"
        ]
        return max(chats, key=lambda each: each[0])[1] if chats else None

    def find(self, workspace: str, place: str) -> Place | None:
        """One place by its id."""
        return self.kept.get((workspace, place), (None, None))[0]

    def drop(self, workspace: str, place: str) -> None:
        """Forget a place."""
        self.kept.pop((workspace, place), None)


class MemoryInstallations:
    """Implements ``Installations``, without encryption; ``kept`` is by surface and key: the workspace, the secret."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[str, str]] = {}

    def put(self, surface: str, key: str, workspace: str, secret: str, at: datetime) -> None:
        """Keep an installation, in place of an earlier one of that key."""
        self.kept[surface, key] = (workspace, secret)

    def get(self, surface: str, key: str) -> str | None:
        """The installation of a key."""
        return self.kept.get((surface, key), (None, None))[1]

    def delete(self, surface: str, key: str) -> None:
        """Forget an installation."""
        self.kept.pop((surface, key), None)


class MemoryWorkspaces:
    """Implements ``Workspaces``; there are no deliveries to cancel here."""

    def __init__(self, places: MemoryPlaces, installations: MemoryInstallations, joined: Collection[str] = ()) -> None:
        self._places = places
        self._installations = installations
        self._joined = frozenset(joined)
        self.kept: dict[str, Workspace] = {}

    def add(self, workspace: str, surface: str, name: str, at: datetime) -> Workspace:
        """Remember a workspace, or its new name."""
        known = self.kept.get(workspace)
        self.kept[workspace] = Workspace(
            id=workspace,
            surface=surface,
            name=name or (known.name if known else ""),
            organisation=_organisation(workspace, self._joined),
            since=known.since if known else at,
        )
        return self.kept[workspace]

    def remove(self, workspace: str, at: datetime) -> None:
        """Forget the installations and the places of a workspace."""
        self.kept.pop(workspace, None)
        for place in [place for where, place in self._places.kept if where == workspace]:
            self._places.drop(workspace, place)
        for surface, key in [key for key, (owner, _) in self._installations.kept.items() if owner == workspace]:
            self._installations.delete(surface, key)

    def find(self, workspace: str) -> Workspace | None:
        """A workspace where the app is installed."""
        return self.kept.get(workspace)

    def all(self) -> Sequence[Workspace]:
        """Every workspace where the app is installed, oldest first."""
        return sorted(self.kept.values(), key=lambda each: each.since)


class MemoryInbox:
    """Implements ``Inbox``."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], object] = {}

    def first(self, surface: str, event: str, at: datetime) -> bool:
        """Remember an event; ``False`` where it was seen before."""
        mine = object()
        return self.seen.setdefault((surface, event), mine) is mine


class MemoryOnce:
    """Implements ``Once``."""

    def __init__(self) -> None:
        self.issued: dict[tuple[str, str], datetime] = {}

    def issue(self, purpose: str, token: str, until: datetime) -> None:
        """Remember a token."""
        self.issued[purpose, token] = until

    def consume(self, purpose: str, token: str, at: datetime) -> bool:
        """Whether the token is good now; it never is again."""
        until = self.issued.pop((purpose, token), None)
        return until is not None and at < until


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit."""

    workspace: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


class MemoryAudit:
    """Implements ``Audit``; ``added`` holds the lines of every workspace."""

    def __init__(self) -> None:
        self.added: list[Line] = []

    def add(
        self, workspace: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Add a line."""
        self.added.append(Line(workspace, at, actor, action, subject, detail))

    def lines(self, workspace: str) -> Sequence[Line]:
        """The lines of a workspace."""
        return [each for each in self.added if each.workspace == workspace]


class MemoryState:
    """The same attributes as ``bot.state.State``."""

    def __init__(self, joined: Collection[str] = ()) -> None:
        self.records = MemoryRecords()
        self.people = MemoryPeople(joined)
        self.places = MemoryPlaces()
        self.installations = MemoryInstallations()
        self.workspaces = MemoryWorkspaces(self.places, self.installations, joined)
        self.inbox = MemoryInbox()
        self.once = MemoryOnce()
        self.audit = MemoryAudit()
        self.jobs = MemoryJobs()

    def health(self) -> str:
        """Memory does not fail."""
        return "ok"

    def close(self) -> None:
        """Nothing to close."""


def _organisation(workspace: str, joined: Collection[str]) -> str:
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
        hire_date=person.hire_date or before.hire_date,
        roles=(*person.roles, *(role for role in before.roles if role not in person.roles)),
    )


def _filled(profile: Profile, older: Profile) -> Profile:
    """A profile, with an older one's words where it has none."""
    return Profile(*(getattr(profile, each.name) or getattr(older, each.name) for each in fields(Profile)))


__all__ = [
    "Line",
    "MemoryAudit",
    "MemoryInbox",
    "MemoryInstallations",
    "MemoryOnce",
    "MemoryPeople",
    "MemoryPlaces",
    "MemoryState",
    "MemoryWorkspaces",
]
