"""What every request passes: an id for its log lines, its figures, and a last net for what nobody expected."""

from __future__ import annotations

import re
import secrets
import time
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.failure import log_unexpected
from bot.server.metrics import Metrics

_HEADER: Final = "x-request-id"
_USABLE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SORRY: Final = "Something went wrong here; it is noted. Please try again.\n"


class Requests:
    """ASGI middleware around the whole application.

    A proxy's ``X-Request-Id`` is taken over where it is harmless in a log; every line that is logged while the request
    is worked on, in the background, too, carries it.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        request = given if _USABLE.fullmatch(given) else secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request=request):
            await self._pass(scope, receive, send, request)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, request: str) -> None:
        began = time.perf_counter()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = request
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except ClientDisconnect:
            status = status or 499  # nobody is left to answer; the number is nginx's for it
        except Exception as error:  # noqa: BLE001 - raised further, the server would log the message, which may hold words of a question
            log_unexpected("request_failed", error, path=scope["path"])
            if not status:
                await PlainTextResponse(_SORRY, 500)(scope, receive, send_and_note)
        took = time.perf_counter() - began
        place = getattr(scope.get("route"), "path", "") or "other"  # never the path itself: anybody can invent those
        self._metrics.saw_request(place, status, took)
        structlog.get_logger(__name__).debug("request", path=scope["path"], status=status, ms=round(took * 1000, 1))


__all__ = ["Requests"]
