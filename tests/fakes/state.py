"""The state in memory: a fake of each of its ports, and all of them as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Place, Workspace
from tests.fakes.cases import MemoryEscalations
from tests.fakes.certificates import MemoryCertificates
from tests.fakes.gatherings import MemoryGatherings, MemoryNotes
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, MemoryRoster, RosteredPeople
from tests.fakes.learning import MemoryCrises, MemoryPrecedents
from tests.fakes.people import MemoryDesks, MemoryPeople, MemoryStaff, organisation_of
from tests.fakes.records import MemoryRecords


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

    def __init__(
        self,
        places: MemoryPlaces,
        installations: MemoryInstallations,
        joined: Collection[str] = (),
        desks: MemoryDesks | None = None,
    ) -> None:
        self._places = places
        self._installations = installations
        self._desks = desks or MemoryDesks()
        self._joined = frozenset(joined)
        self.kept: dict[str, Workspace] = {}

    def add(self, workspace: str, surface: str, name: str, at: datetime) -> Workspace:
        """Remember a workspace, or its new name."""
        known = self.kept.get(workspace)
        self.kept[workspace] = Workspace(
            id=workspace,
            surface=surface,
            name=name or (known.name if known else ""),
            organisation=organisation_of(workspace, self._joined),
            since=known.since if known else at,
        )
        return self.kept[workspace]

    def remove(self, workspace: str, at: datetime) -> None:
        """Forget the installations, the places and the desks of a workspace."""
        self.kept.pop(workspace, None)
        self._desks.drop(workspace)
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
        self.people = RosteredPeople(joined)
        self.places = MemoryPlaces()
        self.installations = MemoryInstallations()
        self.desks = MemoryDesks()
        self.workspaces = MemoryWorkspaces(self.places, self.installations, joined, self.desks)
        self.inbox = MemoryInbox()
        self.once = MemoryOnce()
        self.audit = MemoryAudit()
        self.jobs = MemoryJobs()
        self.staff = MemoryStaff(self.people, joined)
        self.escalations = MemoryEscalations(self.people, self.jobs, self.audit, joined)
        self.precedents = MemoryPrecedents(self.jobs, self.audit)
        self.crises = MemoryCrises(self.audit)
        self.learners = MemoryLearners(self.people, self.jobs)
        self.roster = MemoryRoster(self.people, self.learners)
        self.certificates = MemoryCertificates(self.learners)
        self.gatherings = MemoryGatherings(self.jobs)
        self.notes = MemoryNotes(self.jobs)

    def health(self) -> str:
        """Memory does not fail."""
        return "ok"

    def close(self) -> None:
        """Nothing to close."""


__all__ = [
    "Line",
    "MemoryAudit",
    "MemoryCrises",
    "MemoryDesks",
    "MemoryEscalations",
    "MemoryInbox",
    "MemoryInstallations",
    "MemoryOnce",
    "MemoryPeople",
    "MemoryPlaces",
    "MemoryPrecedents",
    "MemoryStaff",
    "MemoryState",
    "MemoryWorkspaces",
]
