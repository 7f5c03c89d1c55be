"""What the Teams surface is built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.background import Background
from bot.conversation.messages import Message
from bot.conversation.reply import Reply
from bot.ports import Audit, Desks, Inbox, People, Places, Records, Staff, Workspaces


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """The app that the surface speaks for.

    ``app_type`` is ``SingleTenant`` (with its ``app_tenant``) or ``MultiTenant``. ``tenants`` are the ids of those who
    may use it; none means any that added it. ``catalog_app_id`` is the app's id in the organisation's catalogue: with
    it the app can add itself for people. ``coe_team`` is the id (``19:…``) of the general channel of the team whose
    members work on cases. ``unauthenticated`` is for Microsoft's Playground on this machine alone, and goes with an
    empty ``app_id``.
    """

    app_id: str
    app_password: str
    app_type: str = "MultiTenant"
    app_tenant: str = ""
    tenants: tuple[str, ...] = ()
    catalog_app_id: str = ""
    coe_team: str = ""
    unauthenticated: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds.

    Teams gives up on a press after ten seconds and on a dialog after five. ``tries`` is how often an answer is sent
    where Teams asks to wait, ``first_wait`` how long at least the first time; it doubles, up to ``longest_wait``.
    """

    typing_after: float = 0.5
    typing_again: float = 4.0
    press: float = 6.0
    dialog: float = 3.0
    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30.0


@dataclass(frozen=True, slots=True)
class TeamsParts:
    """Everything that the surface uses; ``examples`` are the questions that a welcome offers."""

    config: TeamsConfig
    converse: Callable[[Message], Awaitable[Reply]]
    records: Records
    people: People
    workspaces: Workspaces
    places: Places
    inbox: Inbox
    audit: Audit
    staff: Staff
    desks: Desks
    clock: Callable[[], datetime]
    background: Background
    examples: Sequence[str] = ()
    pace: Pace = field(default_factory=Pace)


__all__ = ["Pace", "TeamsConfig", "TeamsParts"]
