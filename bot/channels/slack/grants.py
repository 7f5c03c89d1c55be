"""Slack's leave to act: one bot token from the settings, or one for each workspace that installed the app.

A workspace of Clearpost is ``slack:<team>``, or ``slack:<enterprise>`` where the app was installed for a whole
Enterprise Grid organisation: its people move between its teams, and Slack gives them one id in all of them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.channels.failure import log_unexpected
from bot.channels.slack.calls import NETWORK, Clients, code
from bot.channels.slack.lookups import Lookups
from bot.conversation.welcome import welcome
from bot.errors import StateError
from bot.ports import Audit, Installations, Jobs, People, Profile, Workspaces

SURFACE: Final = "slack"

DEAD: Final = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Errors that say that a token is good for nothing any more."""

_FRESH: Final = timedelta(
    seconds=60
)  # for which an installation is not read again; a token lives at least an hour longer
_ROTATE: Final = 120  # minutes before its end in which a token is renewed; Slack gives it 12 hours


@dataclass(frozen=True, slots=True)
class Where:
    """What a request says about where it comes from. ``org``: the app is installed for the whole enterprise."""

    enterprise: str
    team: str
    org: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to act in a workspace, as the bot of these ids."""

    workspace: str
    token: str = field(repr=False)
    bot: str
    bot_user: str


class Grants(Protocol):
    """Where Clearpost may act."""

    async def find(self, where: Where) -> Grant | None:
        """The leave for a request; ``None`` where the app is not installed there."""
        ...

    async def of(self, workspace: str) -> Grant | None:
        """The leave for a workspace by its name."""
        ...

    async def remove(self, where: Where, at: datetime) -> None:
        """Slack took the leave back at a moment: forget it, unless it was given again since."""
        ...


@dataclass(frozen=True, slots=True)
class Books:
    """The ports that know of installations, with what is needed to use them."""

    installations: Installations
    workspaces: Workspaces
    people: People
    jobs: Jobs
    audit: Audit
    clock: Callable[[], datetime]
    lookups: Lookups


class OneGrant:
    """Implements ``Grants`` by one bot token from the settings; whose it is, Slack tells."""

    def __init__(self, token: str, clients: Clients, books: Books) -> None:
        self._token = token
        self._clients = clients
        self._books = books
        self._grant: Grant | None = None
        self._where = Where("", "", org=False)
        self._asked: datetime | None = None
        self._asking = asyncio.Lock()

    async def identify(self) -> Grant:
        """Ask Slack whose token it is, and remember that workspace.

        Raises:
            SlackApiError: where Slack refuses the token.
        """
        told = await self._clients.api(self._token).identity()
        org = bool(told.get("is_enterprise_install"))
        self._where = Where(str(told.get("enterprise_id") or ""), str(told.get("team_id") or ""), org)
        workspace = name_of(self._where)
        now = self._books.clock()
        await self._books.lookups(self._books.workspaces.add, workspace, SURFACE, str(told.get("team") or ""), now)
        self._grant = Grant(workspace, self._token, str(told.get("bot_id") or ""), str(told.get("user_id") or ""))
        return self._grant

    async def find(self, where: Where) -> Grant | None:
        """The leave, where the request comes from the token's own workspace."""
        grant = await self._known()
        if grant is None:
            return None
        own = self._where
        same = where.enterprise == own.enterprise if own.org else where.team == own.team
        return grant if same else None

    async def of(self, workspace: str) -> Grant | None:
        """The leave, where it is this workspace's."""
        grant = await self._known()
        return grant if grant and grant.workspace == workspace else None

    async def remove(self, where: Where, at: datetime) -> None:
        """The token is dead; a later request asks Slack again."""
        grant = await self.find(where)
        if grant is None:
            return
        self._grant, self._asked = None, self._books.clock()
        await self._books.lookups(_forget, self._books, grant.workspace, None, at)

    async def _known(self) -> Grant | None:
        """Whose token it is; asked at most once a minute where Slack did not tell."""
        async with self._asking:
            now = self._books.clock()
            if self._grant or (self._asked and now - self._asked < _FRESH):
                return self._grant
            self._asked = now
            try:
                return await self.identify()
            except SlackApiError as error:
                structlog.get_logger(__name__).error("slack_token_refused", error=code(error))
            except NETWORK as error:
                structlog.get_logger(__name__).warning("slack_out_of_reach", error=type(error).__name__)
            return None


class InstalledGrants:
    """Implements ``Grants`` by what OAuth brought, kept encrypted in the state; renews tokens before they end."""

    def __init__(self, rotator: AsyncTokenRotator, clients: Clients, books: Books, allowed: frozenset[str]) -> None:
        """``allowed`` are the ids of teams and enterprises that may install the app; none means any."""
        self._rotator = rotator
        self._clients = clients
        self._books = books
        self._allowed = allowed
        self._cache: dict[str, tuple[datetime, Installation]] = {}
        self._renewing: dict[str, asyncio.Lock] = {}

    def may_install(self, installation: Installation) -> bool:
        """Whether this team or enterprise is among the allowed ones."""
        ids = {installation.team_id, installation.enterprise_id}
        return not self._allowed or bool(ids & self._allowed)

    async def save(self, installation: Installation) -> None:
        """Keep what OAuth brought."""
        await self._books.lookups(self._keep, installation, new=True)

    async def find(self, where: Where) -> Grant | None:
        """The leave of the team or of its enterprise; the one that the request names goes first."""
        for key in _keys(where):
            grant = await self._grant_of(key)
            if grant:
                return grant
        return None

    async def of(self, workspace: str) -> Grant | None:
        """The leave of a workspace."""
        name = workspace.removeprefix(f"{SURFACE}:")
        return await self._grant_of(f"org:{name}" if name.startswith("E") else f"team:{name}")

    async def remove(self, where: Where, at: datetime) -> None:
        """Forget the team's installation; where there is none, the enterprise's."""
        for key in _keys(where):
            installation = await self._books.lookups(self._read, key)
            if installation is None:
                continue
            of_all = key.startswith("org:") and (where.org or not where.team)
            if key.startswith("org:") and not of_all and await _alive(self._clients, installation.bot_token or ""):
                return  # one team of the enterprise is left, the others keep the app
            if int(installation.installed_at) <= at.timestamp():
                self._cache.pop(key, None)
                await self._books.lookups(_forget, self._books, _workspace(installation), key, at)
            return

    async def _grant_of(self, key: str) -> Grant | None:
        now = self._books.clock()
        read_at, installation = self._cache.get(key, (None, None))
        if installation is None or read_at is None or now - read_at > _FRESH:
            installation = await self._books.lookups(self._read, key)
            if installation is None:
                self._cache.pop(key, None)
                return None
            self._cache[key] = (now, installation)
        if not self.may_install(installation):
            return None
        installation = await self._renewed(key, installation)
        token, bot, user = installation.bot_token or "", installation.bot_id or "", installation.bot_user_id or ""
        return Grant(_workspace(installation), token, bot, user)

    async def _renewed(self, key: str, installation: Installation) -> Installation:
        """The installation with a token that is good for some time."""
        ends = installation.bot_token_expires_at
        if ends is None or ends > self._books.clock().timestamp() + _ROTATE * 60:
            return installation
        async with self._renewing.setdefault(key, asyncio.Lock()):
            latest = await self._books.lookups(self._read, key)
            if latest is not None and latest.bot_token != installation.bot_token:  # renewed while this one waited
                self._cache[key] = (self._books.clock(), latest)
                return latest
            return await self._renew(key, installation)

    async def _renew(self, key: str, installation: Installation) -> Installation:
        log = structlog.get_logger(__name__)
        try:
            renewed = await self._rotator.perform_token_rotation(
                installation=installation, minutes_before_expiration=_ROTATE
            )
        except (SlackTokenRotationError, *NETWORK) as error:
            latest = await self._books.lookups(self._read, key)  # another process may have used the refresh token
            if latest is not None and latest.bot_token != installation.bot_token:
                return latest
            log_unexpected("slack_token_not_renewed", error, workspace=_workspace(installation))
            return installation
        if renewed is None:
            return installation
        await self._books.lookups(self._keep, renewed, new=False)
        log.info("slack_token_renewed", workspace=_workspace(renewed))
        return renewed

    def _keep(self, installation: Installation, *, new: bool) -> None:
        now, workspace = self._books.clock(), _workspace(installation)
        key = (
            f"org:{installation.enterprise_id}"
            if installation.is_enterprise_install
            else f"team:{installation.team_id}"
        )
        if new:
            name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
            self._books.workspaces.add(workspace, SURFACE, name or "", now)
            scopes = ",".join(installation.bot_scopes or ())
            self._books.audit.add(workspace, now, installation.user_id, "installed", SURFACE, {"scopes": scopes})
        self._books.installations.put(SURFACE, key, workspace, json.dumps(vars(installation)), now)
        self._cache[key] = (now, installation)
        if new and installation.user_id:
            if self._books.people.find(workspace, installation.user_id) is None:
                self._books.people.meet(workspace, installation.user_id, Profile(), now)
            self._books.jobs.plan([welcome(workspace, installation.user_id, now)])

    def _read(self, key: str) -> Installation | None:
        try:
            secret = self._books.installations.get(SURFACE, key)
        except StateError as error:
            structlog.get_logger(__name__).error("slack_installation_unreadable", key=key, error=str(error))
            return None
        return Installation(**json.loads(secret)) if secret else None


def name_of(where: Where) -> str:
    """What Clearpost calls the workspace of an installation."""
    return f"{SURFACE}:{where.enterprise if where.org else where.team}"


def _keys(where: Where) -> list[str]:
    """The keys of installations that may cover a request, the likelier one first."""
    keys = [f"org:{where.enterprise}"] if where.enterprise else []
    if where.team:
        keys.insert(1 if where.org else 0, f"team:{where.team}")
    return keys


def _workspace(installation: Installation) -> str:
    where = Where(
        installation.enterprise_id or "", installation.team_id or "", org=bool(installation.is_enterprise_install)
    )
    return name_of(where)


def _forget(books: Books, workspace: str, key: str | None, at: datetime) -> None:
    if key:
        books.installations.delete(SURFACE, key)
    books.workspaces.remove(workspace, at)
    books.audit.add(workspace, books.clock(), SURFACE, "uninstalled", SURFACE, {})
    structlog.get_logger(__name__).info("slack_uninstalled", workspace=workspace)


async def _alive(clients: Clients, token: str) -> bool:
    """Whether Slack still takes a token; where it cannot be asked, its own news that the app is gone is believed."""
    try:
        await clients.api(token).identity()
    except SlackApiError as error:
        return code(error) not in DEAD
    except NETWORK:
        return False
    return True


__all__ = ["DEAD", "SURFACE", "Books", "Grant", "Grants", "InstalledGrants", "OneGrant", "Where", "name_of"]
