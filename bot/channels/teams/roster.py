"""A team of Teams as the source of a role: whoever is in it may work on cases, and no longer once they have left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog

from bot.channels.failure import log_unexpected
from bot.channels.teams.desk import Desk
from bot.errors import DeliveryError
from bot.ports import STAFF, Place

_EVERY: Final = 3600.0  # seconds
_REMEDY: Final = (
    "add Clearpost to the team, mention it once in its general channel, and compare CLEARPOST_TEAMS_COE_TEAM with the "
    "id in the link to that channel"
)


class Roster:
    """Reads the team of the settings when the server starts, and every hour."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parts = desk.parts
        self._team = desk.parts.config.coe_team
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, where a team is set."""
        if self._team and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep_reading())

    async def stop(self) -> None:
        """End; nothing is lost, as the whole team is read each time."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def read(self) -> None:
        """Make the members of the team the staff, in each tenant where it is known; say so where that fails."""
        log = structlog.get_logger(__name__)
        try:
            found = await asyncio.to_thread(self._places)
            if not found:
                log.warning("teams_coe_team_unknown", remedy=_REMEDY)
            for workspace, place in found:
                await self._synchronise(workspace, place)
        except DeliveryError as error:
            log.warning("teams_coe_team_unread", error=type(error).__name__, remedy=_REMEDY)
        except Exception as error:  # noqa: BLE001 - say, the state is away: the next hour tries again
            log_unexpected("teams_coe_team_failed", error)

    async def _keep_reading(self) -> None:
        while True:
            await self.read()
            await asyncio.sleep(_EVERY)

    def _places(self) -> list[tuple[str, Place]]:
        """The team, by workspace."""
        installed = [each.id for each in self._parts.workspaces.all() if each.surface == "teams"]
        found = [(each, self._parts.places.find(each, self._team)) for each in installed]
        return [(workspace, place) for workspace, place in found if place is not None]

    async def _synchronise(self, workspace: str, place: Place) -> None:
        roster = await self._desk.transport.members(place.reference)
        if not roster:  # a team has an owner: Teams told nothing, and nobody loses a role by that
            structlog.get_logger(__name__).warning("teams_coe_team_empty", remedy=_REMEDY)
            return
        people, now = self._parts.people, self._parts.clock()
        for account, profile in roster.items():
            if await asyncio.to_thread(people.find, workspace, account) is None:
                await asyncio.to_thread(people.meet, workspace, account, profile, now)
        source = f"teams:{self._team}"
        staff = self._parts.staff
        changed = await asyncio.to_thread(staff.synchronise, workspace, tuple(roster), STAFF, source)
        if changed:
            structlog.get_logger(__name__).info("teams_coe_team_read", members=len(roster), changed=changed)


__all__ = ["Roster"]
