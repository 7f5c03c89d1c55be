"""Where Clearpost is installed, where it can write, and what it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack team or enterprise, a Teams tenant, or this machine.

    ``organisation`` is the company that it belongs to: people of one organisation are joined by e-mail.
    """

    id: str
    surface: str
    name: str
    organisation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation that the bot can write to: ``kind`` is ``personal``, ``group`` or ``channel``.

    ``account`` is whose personal chat it is. ``reference`` is what the platform needs to write there, as plain JSON.
    """

    id: str
    kind: str
    reference: Mapping[str, object]
    account: str = ""


class Workspaces(Protocol):
    """Where Clearpost is installed. For upkeep: ``all`` lists every workspace."""

    def add(self, workspace: str, surface: str, name: str, at: datetime) -> Workspace:
        """Remember a workspace, or its new name; one that was removed comes back."""
        ...

    def remove(self, workspace: str, at: datetime) -> None:
        """The app was uninstalled: forget the installation and the places, cancel what is owed there."""
        ...

    def find(self, workspace: str) -> Workspace | None:
        """A workspace where the app is installed."""
        ...

    def all(self) -> Sequence[Workspace]:
        """Every workspace where the app is installed, oldest first."""
        ...


class Places(Protocol):
    """Conversations that the bot can write to."""

    def keep(self, workspace: str, place: Place, at: datetime) -> None:
        """Remember a place, or its new reference."""
        ...

    def personal(self, workspace: str, account: str) -> Place | None:
        """The personal chat with an account, the newest where there are several."""
        ...

    def find(self, workspace: str, place: str) -> Place | None:
        """One place by its id."""
        ...

    def drop(self, workspace: str, place: str) -> None:
        """Forget a place that the bot was removed from."""
        ...


class Inbox(Protocol):
    """Which events were seen, so that one that comes twice is worked on once, in whichever process."""

    def first(self, surface: str, event: str, at: datetime) -> bool:
        """Remember an event; ``False`` where it was seen before."""
        ...


class Installations(Protocol):
    """The platforms' leave to act, encrypted at rest. ``key`` names one within a surface."""

    def put(self, surface: str, key: str, workspace: str, secret: str, at: datetime) -> None:
        """Keep an installation, in place of an earlier one of that key."""
        ...

    def get(self, surface: str, key: str) -> str | None:
        """The installation of a key, decrypted; ``None`` where there is none.

        Raises:
            StateError: where no key of the settings opens it.
        """
        ...

    def delete(self, surface: str, key: str) -> None:
        """Forget an installation."""
        ...


class Once(Protocol):
    """Tokens that are good for one use within their time (the ``state`` of OAuth)."""

    def issue(self, purpose: str, token: str, until: datetime) -> None:
        """Remember a token."""
        ...

    def consume(self, purpose: str, token: str, at: datetime) -> bool:
        """Whether the token is good now; it never is again."""
        ...


__all__ = ["Inbox", "Installations", "Once", "Place", "Places", "Workspace", "Workspaces"]
