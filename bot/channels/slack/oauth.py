"""Installing by OAuth: the page with the button, the way back from Slack, and what it brings.

Slack's own part of this is in slack_bolt; here are the scopes, the one-time ``state`` and who may install.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.failure import log_unexpected
from bot.channels.slack.calls import NETWORK
from bot.channels.slack.grants import InstalledGrants
from bot.channels.slack.lookups import Lookups
from bot.errors import BotError
from bot.ports import Once

SCOPES: Final = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "mpim:history",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""What the app asks for; ``manifest.yml`` says why for each."""

INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"

_PURPOSE: Final = "slack_oauth"
_STATE_LIVES: Final = timedelta(minutes=10)
_BEHAVED: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src https:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class _States(AsyncOAuthStateStore):
    """The one-time ``state``, so that nobody is made to finish an installation that another person began."""

    def __init__(self, once: Once, clock: Callable[[], datetime], lookups: Lookups) -> None:
        self._once = once
        self._clock = clock
        self._lookups = lookups

    async def async_issue(self, *_args: object, **_named: object) -> str:
        """A new state."""
        state = secrets.token_urlsafe(24)
        await self._lookups(self._once.issue, _PURPOSE, state, self._clock() + _STATE_LIVES)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it is one of ours and was not used."""
        return await self._lookups(self._once.consume, _PURPOSE, state, self._clock())


class _NotAllowedError(BoltError):
    """The workspace is not in the list of those that may install."""


class _Store(AsyncInstallationStore):
    """What the flow saves to; everything else asks the grants."""

    def __init__(self, grants: InstalledGrants) -> None:
        self._grants = grants

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, if its workspace may have one."""
        if not self._grants.may_install(installation):
            team = installation.team_id or installation.enterprise_id or ""
            structlog.get_logger(__name__).warning("slack_install_refused", team=team)
            raise _NotAllowedError("this workspace is not in CLEARPOST_SLACK_WORKSPACES")
        try:
            await self._grants.save(installation)
        except BotError as error:
            log_unexpected("slack_install_not_saved", error)
            raise BoltError("the installation could not be saved") from error


class OAuthPages:
    """The two pages of an installation."""

    def __init__(
        self,
        client: AsyncWebClient,
        grants: InstalledGrants,
        once: Once,
        clock: Callable[[], datetime],
        lookups: Lookups,
        *,
        client_id: str,
        client_secret: str,
        public_url: str,
    ) -> None:
        settings = AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=SCOPES,
            user_scopes=(),
            redirect_uri=public_url.rstrip("/") + REDIRECT,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            authorization_url=urljoin(client.base_url, "/oauth/v2/authorize"),
            installation_store=_Store(grants),
            state_store=_States(once, clock, lookups),
            callback_options=AsyncCallbackOptions(success=_done, failure=_failed),
            state_expiration_seconds=int(_STATE_LIVES.total_seconds()),
        )
        self._flow = AsyncOAuthFlow(client=client, settings=settings)

    @property
    def routes(self) -> list[Route]:
        """Where Slack and the person who installs come."""
        return [Route(INSTALL, self._install, methods=["GET"]), Route(REDIRECT, self._finish, methods=["GET"])]

    async def _install(self, request: Request) -> Response:
        answer = await self._flow.handle_installation(to_async_bolt_request(request, b""))
        return _behaved(to_starlette_response(answer))

    async def _finish(self, request: Request) -> Response:
        try:
            answer = await self._flow.handle_callback(to_async_bolt_request(request, b""))
        except NETWORK as error:
            log_unexpected("slack_install_failed", error)
            return _behaved(PlainTextResponse("Slack cannot be reached. Please begin the installation again.", 503))
        return _behaved(to_starlette_response(answer))


async def _done(told: AsyncSuccessArgs) -> BoltResponse:
    return await told.default.success(told)


async def _failed(told: AsyncFailureArgs) -> BoltResponse:
    if isinstance(told.error, _NotAllowedError):
        told.reason, told.suggested_status_code = "this workspace may not install Clearpost", 403
    return await told.default.failure(told)


def _behaved(response: Response) -> Response:
    response.headers.update(_BEHAVED)
    return response


__all__ = ["INSTALL", "REDIRECT", "SCOPES", "OAuthPages"]
