"""What the conversation and the surfaces need of the world; wiring passes the real thing, tests a fake of the port.

Every call is blocking and safe to make from several threads, save those of ``Channel``, which are asynchronous. Times
are aware, in UTC. Whatever belongs to a workspace is reached through its name alone: there is no call that reads
across workspaces, save those for upkeep, which say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from knowledge.contacts import Contacts
from knowledge.models import Answer, Reader


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked in a thread, in full, and when."""

    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply that was given: to whom, in which thread, when, and the reply itself as JSON.

    ``helped`` is the asker's last word about it.
    """

    reply: str
    account: str
    thread: str
    at: datetime
    body: str
    helped: bool | None = None


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

    ``track``, ``region``, ``hire_date`` and ``roles`` are the company's word, never the platform's.
    """

    id: str
    organisation: str
    profile: Profile
    track: str = ""
    region: str = ""
    hire_date: date | None = None
    roles: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one account at one time; ``id`` is the proof that it is sent once.

    ``body`` is a reply as JSON. ``resend`` tells what to do where a crash leaves it open whether the message went out
    and the platform cannot be asked: send it again (a reminder) or count it as ambiguous (a lesson).
    """

    id: str
    workspace: str
    account: str
    kind: str
    body: str
    due: datetime
    resend: bool = False


class Answers(Protocol):
    """Answers questions from the policies."""

    @property
    def contacts(self) -> Contacts:
        """The contacts that answers name."""
        ...

    def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
        """The answer to a question; ``follow_up`` may take back the fact that an earlier answer rested on."""
        ...

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """The answer after one option of a question that decides was chosen."""
        ...


class Records(Protocol):
    """The conversation's memory: the questions of a thread, the replies given, and whether they helped."""

    def add_turn(self, workspace: str, thread: str, turn: Turn) -> None:
        """Remember a question of a thread."""
        ...

    def turns(self, workspace: str, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        ...

    def keep_reply(self, workspace: str, kept: Kept) -> None:
        """Remember a reply, so that its buttons work and only for whom they were meant."""
        ...

    def reply(self, workspace: str, reply: str) -> Kept | None:
        """A reply that was given in this workspace; ``None`` where there is none, or it was forgotten."""
        ...

    def rate(self, workspace: str, reply: str, *, helped: bool, at: datetime) -> None:
        """Remember what the asker said of a kept reply; the last word counts. Outlives the reply itself."""
        ...

    def join_thread(self, workspace: str, thread: str, account: str, at: datetime) -> None:
        """Remember that an account began to talk with the bot in a thread that others can read, too."""
        ...

    def in_thread(self, workspace: str, thread: str, account: str) -> bool:
        """Whether this account talks with the bot in this thread."""
        ...


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


class Audit(Protocol):
    """What was done by whom; lines are only added."""

    def add(
        self, workspace: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Add a line. ``detail`` holds no words of a question."""
        ...


class Jobs(Protocol):
    """Work that must not be lost."""

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Owe deliveries; one whose id is known is left as it is. Returns how many are new."""
        ...

    def cancel(self, workspace: str, account: str, kind: str | None = None) -> int:
        """No longer owe what was not begun, of one kind or all. Returns how many."""
        ...


class Channel(Protocol):
    """A surface that can write to a person first."""

    async def send(self, delivery: Delivery) -> str:
        """Send a delivery; the platform's name of the message.

        Raises:
            UndeliverableError: it can never be delivered; do not try again.
            TryLaterError: it certainly did not go out, and may after so many seconds.
            UnknowableError: it may have gone out; look it up before it is sent again.
        """
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery that was sent already; ``None`` where there is none.

        Raises:
            UnknowableError: where this platform cannot tell.
        """
        ...


__all__ = [
    "Answers",
    "Audit",
    "Channel",
    "Delivery",
    "Inbox",
    "Installations",
    "Jobs",
    "Kept",
    "Once",
    "People",
    "Person",
    "Place",
    "Places",
    "Profile",
    "Records",
    "Turn",
    "Workspace",
    "Workspaces",
]
