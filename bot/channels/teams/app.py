"""The Teams surface: ``POST /api/messages``, and messages that are owed to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.failure import log_unexpected
from bot.channels.teams.body import LARGEST, activity_of
from bot.channels.teams.deliver import Deliveries
from bot.channels.teams.desk import Desk
from bot.channels.teams.dialogs import Dialogs
from bot.channels.teams.incoming import Incoming, read
from bot.channels.teams.members import Members
from bot.channels.teams.microsoft.installs import GraphInstaller
from bot.channels.teams.microsoft.tokens import AppTokens
from bot.channels.teams.microsoft.transport import BotbuilderTransport, Cloud
from bot.channels.teams.parts import Pace, TeamsConfig, TeamsParts
from bot.channels.teams.port import Json, Reception, RefusedError
from bot.channels.teams.presses import Presses
from bot.channels.teams.questions import Questions
from bot.channels.teams.roster import Roster
from bot.errors import SettingsError
from bot.ports import Delivery

_HOME_OF_MULTI_TENANT: Final = "botframework.com"
_INSTALL: Final = "https://teams.microsoft.com/l/app/"


class TeamsSurface:
    """The routes, and the port ``Channel``. Built by ``teams_surface``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parts = parts = desk.parts
        self._transport = desk.transport
        self._members = Members(desk)
        link = _INSTALL + (parts.config.catalog_app_id or parts.config.app_id)
        self._questions = Questions(desk, self._members, link)
        self._presses = Presses(desk, self._members)
        self._deliveries = Deliveries(desk)
        self._dialogs = Dialogs(desk, self._members)
        self._roster = Roster(desk)
        self._tenants = frozenset(each.strip().lower() for each in parts.config.tenants)

    @property
    def routes(self) -> Sequence[Route]:
        """The messaging endpoint."""
        return [Route("/api/messages", self._messages, methods=["POST"])]

    async def start(self) -> None:
        """Begin to read the team that is the source of the role; nothing has to be connected first."""
        self._roster.start()

    async def stop(self) -> None:
        """Requests end with the server."""
        await self._roster.stop()

    async def close(self) -> None:
        """Close the connections to Teams, once the background work is done."""
        await self._roster.stop()  # a worker without a server is never stopped first
        await self._transport.close()

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send a delivery, or change the message that it edits; see ``Channel``."""
        return await self._deliveries.send(delivery, message)

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery; see ``Channel``."""
        return await self._deliveries.find(delivery)

    async def _messages(self, request: Request) -> Response:
        """One activity in; for an invoke its answer out, for all else only that it was taken."""
        log = structlog.get_logger(__name__)
        try:
            activity = await activity_of(request)
            answer = await self._transport.receive(request.headers.get("authorization", ""), activity, self._handle)
        except RefusedError as error:
            log.warning("teams_refused", status=error.status, reason=str(error))
            return Response(status_code=error.status)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the sender sees no traceback
            log_unexpected("teams_activity_failed", error)
            return Response(status_code=500)
        if answer.body is None:
            return Response(status_code=answer.status)
        return JSONResponse(dict(answer.body), answer.status)

    async def _handle(self, activity: Json) -> Reception:
        incoming = read(activity, unauthenticated=self._parts.config.unauthenticated)
        if self._tenants and incoming.tenant not in self._tenants:
            raise RefusedError(403, f"tenant {incoming.tenant[:60]} is not in CLEARPOST_TEAMS_TENANTS")
        if incoming.kind == "invoke":
            return await self._invoke(incoming)
        match incoming.kind:
            case "message":
                self._parts.background.start(self._questions.answer(incoming))
            case "installationUpdate":
                self._parts.background.start(self._members.installation(incoming))
            case "conversationUpdate":
                self._parts.background.start(self._members.conversation(incoming))
            case _:
                structlog.get_logger(__name__).debug("teams_ignored", kind=incoming.kind[:60])
        return Reception(200)

    async def _invoke(self, incoming: Incoming) -> Reception:
        match incoming.name:
            case "adaptiveCard/action":
                return await self._presses.press(incoming)
            case "composeExtension/fetchTask":
                return await self._dialogs.open(incoming)
            case "composeExtension/submitAction":
                return await self._dialogs.submit(incoming)
        structlog.get_logger(__name__).debug("teams_ignored", kind="invoke", name=incoming.name[:60])
        return Reception(501)


def teams_surface(parts: TeamsParts, cloud: Cloud | None = None) -> TeamsSurface:
    """The surface, with Microsoft's SDK behind it; ``cloud`` is where Microsoft's servers are.

    Raises:
        SettingsError: where the settings do not go together.
    """
    config, where = parts.config, cloud or Cloud()
    _check(config)
    tokens = None
    if not config.unauthenticated:
        home = config.app_tenant if config.app_type == "SingleTenant" else _HOME_OF_MULTI_TENANT
        tokens = AppTokens(config.app_id, config.app_password, where.login, home, parts.clock)
    installer = None
    if tokens is not None and config.catalog_app_id:
        installer = GraphInstaller(tokens, config.catalog_app_id, where.graph)
    transport = BotbuilderTransport(config.app_id, tokens, parts.clock, where)
    return TeamsSurface(Desk(parts, transport, installer))


def _check(config: TeamsConfig) -> None:
    if config.unauthenticated:
        if config.app_id:
            raise SettingsError("the Playground goes without an app id: unset CLEARPOST_TEAMS_APP_ID")
        return
    if not config.app_id or not config.app_password:
        raise SettingsError("set both CLEARPOST_TEAMS_APP_ID and CLEARPOST_TEAMS_APP_PASSWORD")
    if config.app_type not in ("SingleTenant", "MultiTenant"):
        raise SettingsError("the type of a Teams app is SingleTenant or MultiTenant")
    if config.app_type == "SingleTenant" and not config.app_tenant:
        raise SettingsError("set CLEARPOST_TEAMS_APP_TENANT to the tenant of the single-tenant app")


__all__ = ["LARGEST", "Pace", "TeamsConfig", "TeamsParts", "TeamsSurface", "teams_surface"]
