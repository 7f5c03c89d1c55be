"""One request that was let in, and what is answered to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from scim2_models import Context, ListResponse, Resource

from bot.server.scim.query import Page, shown_attributes

ACTOR: Final = "scim"
"""Who acts in the audit where an identity provider does."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request of an identity provider: whose people it is about, when, and what it says.

    ``id`` is that of the resource in the path, ``base`` the address of the service without a slash at the end.
    """

    organisation: str
    at: datetime
    base: str
    id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a status, and JSON where there is any."""

    status: HTTPStatus = HTTPStatus.OK
    body: Mapping[str, Any] | None = None
    location: str = ""


def one(call: Call, resource: Resource[Any], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """A resource, as far as the request wants to see it."""
    body = resource.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=shown_attributes(call.query)
    )
    location = resource.meta.location if resource.meta and resource.meta.location else ""
    return Answer(status, body, location)


def some(call: Call, resources: Sequence[Resource[Any]], total: int, shown: Page) -> Answer:
    """Some resources of so many in all."""
    wanted = shown_attributes(call.query)
    rows = [each.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=wanted) for each in resources]
    body = {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": shown.start,
        "itemsPerPage": len(rows),
        "Resources": rows,
    }
    return Answer(body=body)


__all__ = ["ACTOR", "Answer", "Call", "one", "some"]
