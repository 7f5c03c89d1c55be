"""The calendar files of brown bags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

_HEADERS: Final = {
    "cache-control": "private, no-cache",  # it may be moved, or called off
    "content-disposition": 'attachment; filename="brown-bag.ics"',
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_LONGEST: Final = 64  # characters of an id
_NONE: Final = "There is no such brown bag (any more). Write “brown bags” to Clearpost to see those that are planned.\n"


def event_routes(calendar_file: Callable[[str], bytes | None]) -> Sequence[BaseRoute]:
    """``/events/<id>.ics``; ``calendar_file`` makes one by the id, which is what keeps it from others."""

    async def show(request: Request) -> Response:
        identifier = str(request.path_params["gathering"])
        found = await run_in_threadpool(calendar_file, identifier) if len(identifier) <= _LONGEST else None
        if found is None:
            return PlainTextResponse(_NONE, 404, {"x-robots-tag": "noindex"})
        return Response(found, headers=_HEADERS, media_type="text/calendar; charset=utf-8")

    return (Route("/events/{gathering}.ics", show, methods=["GET"]),)


__all__ = ["event_routes"]
