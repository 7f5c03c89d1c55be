"""A user group of Slack as the source of a role: whoever is in it works for the Center of Excellence."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels.failure import log_unexpected
from bot.channels.slack.calls import NETWORK, Clients, code
from bot.channels.slack.desk import Desk
from bot.channels.slack.grants import SURFACE, Grants
from bot.channels.slack.who import Asker
from bot.errors import BotError
from bot.ports import STAFF, Staff, Workspaces

_AGAIN: Final = 3_600.0  # seconds
_UNKNOWN: Final = "no_such_subteam"
_REMEDIES: Final = {
    _UNKNOWN: "set CLEARPOST_SLACK_COE_GROUP to the id of a user group that is in use (S…)",
    "missing_scope": "add the scope usergroups:read, then install the app again",
    "plan_upgrade_required": "user groups need a paid plan of Slack; give roles with `clearpost people grant`",
    "missing_argument": "an installation for a whole organisation has no groups; use `clearpost people grant`",
}
_ANY: Final = "roles stay as they were; it is read again in an hour; if that goes on, look at the network and the state"


class Group:
    """Reads a user group at the start and every hour, in every workspace where the app is installed."""

    def __init__(
        self, group: str, desk: Desk, grants: Grants, clients: Clients, workspaces: Workspaces, staff: Staff
    ) -> None:
        self._group = group
        self._desk = desk
        self._grants = grants
        self._clients = clients
        self._workspaces = workspaces
        self._staff = staff
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read it."""
        self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Read it no more."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
            self._keeping = None

    async def read(self) -> None:
        """Read it once. What fails is one line in the log; the roles stay as they were."""
        try:
            workspaces = [each.id for each in await self._desk.lookups(self._workspaces.all) if each.surface == SURFACE]
            found = [await self._read(workspace) for workspace in workspaces]
        except BotError as error:
            _warn(self._group, type(error).__name__)
            return
        if found and not any(found):
            _warn(self._group, _UNKNOWN)

    async def _keep(self) -> None:
        while True:
            try:
                await self.read()
            except Exception as error:  # noqa: BLE001 - whatever went wrong, an hour later it is tried again
                log_unexpected("slack_group_failed", error)
            await asyncio.sleep(_AGAIN)

    async def _read(self, workspace: str) -> bool:
        """Whether nothing speaks against the group being one of this workspace: it may be another one's."""
        grant = await self._grants.of(workspace)
        if grant is None:
            return True
        api = self._clients.api(grant.token)
        try:
            accounts = await api.group_members(self._group)
        except SlackApiError as error:
            if code(error) == _UNKNOWN:
                return False
            _warn(self._group, code(error), workspace)
            return True
        except NETWORK as error:
            _warn(self._group, type(error).__name__, workspace)
            return True
        for account in accounts:
            if await self._desk.lookups(self._desk.ports.people.find, workspace, account) is None:
                await self._desk.met(Asker(workspace, account, grant.bot_user, api))
        source = f"{SURFACE}:{self._group}"
        changed = await self._desk.lookups(self._staff.synchronise, workspace, accounts, STAFF, source)
        structlog.get_logger(__name__).info("slack_group_read", workspace=workspace, changed=changed)
        return True


def _warn(group: str, problem: str, workspace: str = "") -> None:
    told = {"workspace": workspace} if workspace else {}
    remedy = _REMEDIES.get(problem, _ANY)
    structlog.get_logger(__name__).warning("slack_group_not_read", group=group, error=problem, remedy=remedy, **told)


__all__ = ["Group"]
