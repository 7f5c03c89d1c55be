"""The Slack surface: its routes, Socket Mode, and messages that are owed.

HTTP and Socket Mode end in the same listeners: verified, acknowledged at once, worked on in the background.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute, Route

from bot.channels.background import Background
from bot.channels.failure import log_unexpected
from bot.channels.slack.addresses import Addresses
from bot.channels.slack.calls import NETWORK, Clients, code
from bot.channels.slack.deliver import Deliveries
from bot.channels.slack.desk import Converse, Desk, Ports
from bot.channels.slack.gate import MALFORMED, Gate
from bot.channels.slack.grants import Books, Grants, InstalledGrants, OneGrant
from bot.channels.slack.group import Group
from bot.channels.slack.listeners import buttons, commands, deeds, home, lifecycle, mentions, messages, shortcuts
from bot.channels.slack.lookups import Lookups
from bot.channels.slack.oauth import OAuthPages
from bot.channels.slack.who import CALLS, GRANT, where_of
from bot.conversation.reply import Person
from bot.errors import SurfaceError
from bot.ports import Audit, Delivery, Desks, Inbox, Installations, Jobs, Once, People, Records, Staff, Workspaces
from bot.ports.introductions import Found

EVENTS: Final = "/slack/events"

_NOT_INSTALLED: Final = "Clearpost is not installed here any more. Ask your Slack administrator to install it again."
_CONNECT: Final = 30  # seconds for Socket Mode to connect


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """The settings of Slack; empty where one is not set.

    One workspace needs ``bot_token``; several need ``client_id``, ``client_secret`` and ``public_url`` instead.
    ``signing_secret`` opens the HTTP endpoint, ``app_token`` Socket Mode. ``allowed`` are the ids of teams and
    enterprises that may install the app; none means any that Slack lets. ``coe_group`` is the user group whose members
    work for the Center of Excellence.
    """

    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    public_url: str = ""
    allowed: tuple[str, ...] = ()
    api_url: str = "https://slack.com/api/"
    coe_group: str = ""


@dataclass(frozen=True, slots=True)
class SlackParts:
    """What the surface is made of. ``contact`` is whom the Home tab names; ``clock`` is aware, in UTC."""

    config: SlackConfig
    converse: Converse
    records: Records
    people: People
    workspaces: Workspaces
    inbox: Inbox
    installations: Installations
    once: Once
    jobs: Jobs
    audit: Audit
    clock: Callable[[], datetime]
    background: Background
    examples: Sequence[str]
    contact: Callable[[], Person | None]
    staff: Staff
    desks: Desks


class SlackSurface:
    """Slack. Implements ``Channel`` for what is owed, and ``AddressBook``.

    ``start`` comes before the first request, ``close`` after the last background work, with ``stop`` between them.
    """

    def __init__(
        self,
        app: AsyncApp,
        grants: Grants,
        deliveries: Deliveries,
        clients: Clients,
        lookups: Lookups,
        routes: Sequence[BaseRoute],
        addresses: Addresses,
        app_token: str,
        group: Group | None = None,
    ) -> None:
        self.routes = tuple(routes)
        self._app = app
        self._grants = grants
        self._deliveries = deliveries
        self._clients = clients
        self._lookups = lookups
        self._addresses = addresses
        self._app_token = app_token
        self._group = group
        self._socket: SocketModeClient | None = None

    async def start(self) -> None:
        """Ask Slack whose bot token it is; read the user group and connect Socket Mode where they are set.

        Raises:
            SurfaceError: where Slack refuses a token, or cannot be reached for Socket Mode.
        """
        if isinstance(self._grants, OneGrant):
            await _identify(self._grants)
        self._addresses.start()
        if self._group is not None:
            self._group.start()
        if self._app_token:
            web = AsyncWebClient(base_url=self._clients.api_url)
            handler = AsyncSocketModeHandler(self._app, self._app_token, web_client=web)
            self._socket = handler.client
            await _connect(handler.client)
            structlog.get_logger(__name__).info("slack_socket_connected")

    async def stop(self) -> None:
        """Take nothing new by Socket Mode; what was acknowledged is not done yet."""
        if self._socket is not None:
            await self._socket.close()  # type: ignore[no-untyped-call] # the SDK annotates no results here
            self._socket = None
        if self._group is not None:
            await self._group.stop()

    async def close(self) -> None:
        """Close the connections to Slack, once the background work is done."""
        await self._clients.close()
        self._lookups.close()

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send a delivery, or change a message; see ``Channel``."""
        return await self._deliveries.send(delivery, message)

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery; see ``Channel``."""
        return await self._deliveries.find(delivery)

    def look_up(self, workspace: str, email: str) -> Found | None:
        """The account of an e-mail address; see ``AddressBook``."""
        return self._addresses.look_up(workspace, email)


def slack_surface(parts: SlackParts) -> SlackSurface:
    """The surface, ready to start."""
    config = parts.config
    clients, lookups = Clients(config.api_url), Lookups()
    books = Books(
        installations=parts.installations,
        workspaces=parts.workspaces,
        people=parts.people,
        jobs=parts.jobs,
        audit=parts.audit,
        clock=parts.clock,
        lookups=lookups,
    )
    routes: list[BaseRoute] = []
    grants: Grants
    if config.client_id:
        web = AsyncWebClient(base_url=config.api_url)
        rotator = AsyncTokenRotator(client_id=config.client_id, client_secret=config.client_secret, client=web)
        grants = installed = InstalledGrants(rotator, clients, books, frozenset(config.allowed))
        pages = OAuthPages(
            web,
            installed,
            parts.once,
            parts.clock,
            lookups,
            client_id=config.client_id,
            client_secret=config.client_secret,
            public_url=config.public_url,
        )
        routes += pages.routes
    else:
        grants = OneGrant(config.bot_token, clients, books)
    app = _app(config, grants, clients)
    desk = Desk(_ports(parts), lookups)
    _listen(app, desk, grants)
    if config.signing_secret:
        routes.append(Route(EVENTS, Gate(app, config.signing_secret, parts.clock).receive, methods=["POST"]))
    deliveries = Deliveries(grants, clients, parts.clock)
    group = None
    if config.coe_group:
        group = Group(config.coe_group, desk, grants, clients, parts.workspaces, parts.staff)
    addresses = Addresses(grants, clients)
    return SlackSurface(app, grants, deliveries, clients, lookups, routes, addresses, config.app_token, group)


def _ports(parts: SlackParts) -> Ports:
    return Ports(
        parts.converse,
        parts.records,
        parts.people,
        parts.inbox,
        parts.audit,
        parts.clock,
        parts.background,
        tuple(parts.examples),
        parts.contact,
        parts.desks,
    )


def _app(config: SlackConfig, grants: Grants, clients: Clients) -> AsyncApp:
    async def authorize(context: AsyncBoltContext) -> AuthorizeResult | None:
        where = where_of(context)
        grant = await grants.find(where)
        if grant is None:
            log = structlog.get_logger(__name__)
            log.warning("slack_unknown_workspace", team=where.team, enterprise=where.enterprise)
            return None
        context[GRANT], context[CALLS] = grant, clients.api(grant.token)
        return AuthorizeResult(
            enterprise_id=where.enterprise,
            team_id=where.team,
            bot_id=grant.bot,
            bot_user_id=grant.bot_user,
            bot_token=grant.token,
        )

    app = AsyncApp(
        name="clearpost",
        client=AsyncWebClient(base_url=config.api_url),
        authorize=authorize,  # type: ignore[arg-type] # None is what it returns where the app is not installed
        request_verification_enabled=False,  # the gate did it, before anything was parsed
        ssl_check_enabled=False,  # it would answer before the signature counts
        process_before_response=True,  # listeners only hand on, so that they are done when the answer goes out
        raise_error_for_unhandled_request=True,
        user_facing_authorize_error_message=_NOT_INSTALLED,
    )
    app.error(_on_error)
    return app


def _listen(app: AsyncApp, desk: Desk, grants: Grants) -> None:
    for feature in (messages, mentions, commands, shortcuts, buttons, deeds, home):
        feature.register(app, desk)
    lifecycle.register(app, desk, grants)


async def _on_error(error: Exception, body: dict[str, object]) -> BoltResponse:
    """What nobody listens to is acknowledged, so that Slack does not send it again; what is malformed is refused."""
    if isinstance(error, BoltUnhandledRequestError):
        event = body.get("event")
        kind = event.get("type") if isinstance(event, dict) else body.get("type")
        structlog.get_logger(__name__).info("slack_ignored", type=str(kind)[:60])
        return BoltResponse(status=200, body="")
    log_unexpected("slack_request_failed", error)
    return BoltResponse(status=400 if isinstance(error, MALFORMED) else 500, body="")


async def _identify(grants: OneGrant) -> None:
    try:
        grant = await grants.identify()
    except SlackApiError as error:
        raise SurfaceError(
            f"Slack refuses CLEARPOST_SLACK_BOT_TOKEN ({code(error)}); copy the Bot User OAuth Token again"
        ) from error
    except NETWORK as error:  # asked again with the first request
        structlog.get_logger(__name__).warning("slack_out_of_reach", error=type(error).__name__)
    else:
        structlog.get_logger(__name__).info("slack_ready", workspace=grant.workspace)


async def _connect(socket: SocketModeClient) -> None:
    """Connect, or say why not: left to itself the SDK tries for ever, with a token that is refused, too."""
    try:
        socket.wss_uri = await socket.issue_new_wss_url()
        await asyncio.wait_for(socket.connect(), _CONNECT)  # type: ignore[no-untyped-call] # as above
    except SlackApiError as error:
        await socket.close()  # type: ignore[no-untyped-call]
        raise SurfaceError(
            f"Slack refuses CLEARPOST_SLACK_APP_TOKEN ({code(error)}); make an app-level token with the scope "
            "connections:write and set it"
        ) from error
    except NETWORK as error:
        await socket.close()  # type: ignore[no-untyped-call]
        raise SurfaceError("Slack cannot be reached for Socket Mode; check the network, then start again") from error


__all__ = ["EVENTS", "SlackConfig", "SlackParts", "SlackSurface", "slack_surface"]
