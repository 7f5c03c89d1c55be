"""Meets the people whom only the company's list names, so that lessons reach them before they ever wrote.

A platform is asked for exactly the e-mail address of the list, in the workspaces of the same organisation alone, and
what it tells has to be that very address: nobody is guessed. Whom it does not know is asked for again after a week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import DeliveryError, TryLaterError
from bot.ports import Learners, People, Workspace, Workspaces
from bot.ports.introductions import AddressBook, Introductions, Unmet

MOST: Final = 30
WITHIN: Final = timedelta(minutes=1)
"""All processes together ask a workspace at most so often within so long: Slack lets an app look up fifty addresses a
minute (docs.slack.dev, users.lookupByEmail, tier 3)."""

AGAIN: Final = timedelta(days=7)
"""For how long an address that is unknown is not asked for again."""

_IN_HAND: Final = timedelta(minutes=10)
"""For how long somebody belongs to the process that took them; where it dies, another one asks for them after that."""
_NOT_INSTALLED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lobby:
    """The ports of introductions; ``books`` by surface. ``closed`` is until when a workspace is not to be asked.

    A round takes a while, so the moment is asked for: whoever looks at somebody's lessons while they are being met has
    to find that it is to be done again since.
    """

    workspaces: Workspaces
    people: People
    learners: Learners
    introductions: Introductions
    books: Mapping[str, AddressBook]
    clock: Callable[[], datetime]
    closed: dict[str, datetime] = field(default_factory=dict)


def introduce(lobby: Lobby) -> int:
    """Ask for some of those whom nobody has met; how many were found."""
    return sum(_ask(lobby, each) for each in lobby.workspaces.all() if _is_open(lobby, each))


def _is_open(lobby: Lobby, workspace: Workspace) -> bool:
    until = lobby.closed.get(workspace.id)
    return workspace.surface in lobby.books and (until is None or until <= lobby.clock())


def _ask(lobby: Lobby, workspace: Workspace) -> int:
    at = lobby.clock()
    unmet = lobby.introductions.take(workspace.id, at, MOST, WITHIN, at + _IN_HAND)
    found: list[str] = []
    unknown: list[str] = []
    try:
        for each in unmet:
            (found if _meet(lobby, workspace, each) else unknown).append(each.person)
    except DeliveryError as error:
        pause = timedelta(seconds=error.after) if isinstance(error, TryLaterError) else _NOT_INSTALLED
        lobby.closed[workspace.id] = lobby.clock() + pause
        structlog.get_logger(__name__).info("introductions_paused", workspace=workspace.id, reason=str(error))
    if unknown:
        lobby.introductions.put_off(workspace.id, unknown, at + AGAIN)
    if found:
        structlog.get_logger(__name__).info("people_introduced", workspace=workspace.id, people=len(found))
    return len(found)


def _meet(lobby: Lobby, workspace: Workspace, unmet: Unmet) -> bool:
    found = lobby.books[workspace.surface].look_up(workspace.id, unmet.email)
    if found is None or found.profile.email.strip().lower() != unmet.email:
        return False
    person = lobby.people.meet(workspace.id, found.account, found.profile, lobby.clock())
    lobby.learners.look_again(lobby.clock(), [person.id])
    return True


__all__ = ["AGAIN", "MOST", "WITHIN", "Lobby", "introduce"]
