"""The routes of SCIM."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from scim2_models import ForbiddenException, Meta, NotFoundException, Resource, ScimProvider
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import Audit, Roster
from bot.ports.directory import Directory
from bot.server.scim.call import Answer, Call, one, some
from bot.server.scim.config import ScimConfig
from bot.server.scim.gate import ROOT, Gate, Handler
from bot.server.scim.groups import Groups
from bot.server.scim.query import Page
from bot.server.scim.resources import described
from bot.server.scim.users import Users

_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def scim_routes(
    config: ScimConfig, roster: Roster, directory: Directory, audit: Audit, clock: Callable[[], datetime]
) -> list[Route]:
    """The routes below ``/scim/v2``; none where nobody has a token. ``clock`` gives the moment, aware."""
    if not config.tokens:
        return []
    gate = Gate(config, clock)
    users, groups = Users(config, roster, directory, audit), Groups(config, roster, directory, audit)
    told = _Description(described())
    table: list[tuple[str, Mapping[str, Handler]]] = [
        ("/Users", {"GET": users.list, "POST": users.add}),
        ("/Users/{id}", {"GET": users.get, "PUT": users.replace, "PATCH": users.patch, "DELETE": users.remove}),
        ("/Groups", {"GET": groups.list, "POST": groups.add}),
        ("/Groups/{id}", {"GET": groups.get, "PUT": groups.replace, "PATCH": groups.patch, "DELETE": groups.remove}),
        ("/ServiceProviderConfig", {"GET": told.config}),
        ("/ResourceTypes", {"GET": told.resource_types}),
        ("/ResourceTypes/{id}", {"GET": told.resource_type}),
        ("/Schemas", {"GET": told.schemas}),
        ("/Schemas/{id}", {"GET": told.schema}),
        ("", dict.fromkeys(_METHODS, _nothing)),
        ("/{id:path}", dict.fromkeys(_METHODS, _nothing)),
    ]
    return [Route(f"{ROOT}{path}", _endpoint(gate, handlers), methods=_METHODS) for path, handlers in table]


def _endpoint(gate: Gate, handlers: Mapping[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await gate.pass_on(request, handlers)

    return endpoint


def _nothing(_call: Call) -> Answer:
    raise NotFoundException(detail="there is nothing here; see /Users, /Groups, /Schemas and /ServiceProviderConfig")


class _Description:
    """What the service says of itself (RFC 7644, 4)."""

    def __init__(self, provider: ScimProvider) -> None:
        self._provider = provider

    def config(self, call: Call) -> Answer:
        """What it can do."""
        config = self._provider.config
        assert config, "it was described with one"
        meta = Meta(resource_type="ServiceProviderConfig", location=f"{call.base}/ServiceProviderConfig")
        return one(call, config.model_copy(update={"meta": meta}))

    def resource_types(self, call: Call) -> Answer:
        """Which kinds of resources it has."""
        return _all(call, "ResourceType", self._provider.resource_types)

    def resource_type(self, call: Call) -> Answer:
        """One kind of them."""
        return _one_of(call, "ResourceType", self._provider.resource_types)

    def schemas(self, call: Call) -> Answer:
        """What their attributes are."""
        return _all(call, "Schema", self._provider.schemas)

    def schema(self, call: Call) -> Answer:
        """Those of one kind or extension."""
        return _one_of(call, "Schema", self._provider.schemas)


def _all(call: Call, kind: str, found: Sequence[Resource[Any]]) -> Answer:
    """All of them: RFC 7644, 4 has no paging here, and refuses a filter."""
    if "filter" in call.query:
        raise ForbiddenException(detail="what the service says of itself cannot be filtered; read all of it")
    return some(call, [_placed(call, kind, each) for each in found], len(found), Page(1, len(found)))


def _one_of(call: Call, kind: str, found: Sequence[Resource[Any]]) -> Answer:
    match = next((each for each in found if str(each.id).casefold() == call.id.casefold()), None)
    return one(call, _placed(call, kind, match)) if match else _nothing(call)


def _placed(call: Call, kind: str, found: Resource[Any]) -> Resource[Any]:
    location = f"{call.base}/{kind}s/{found.id}"
    return found.model_copy(update={"meta": Meta(resource_type=kind, location=location)})


__all__ = ["scim_routes"]
