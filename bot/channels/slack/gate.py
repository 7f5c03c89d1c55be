"""The door for Slack's requests: nothing is read before its size, nothing is parsed before its signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

LARGEST_BODY: Final = 1024 * 1024
"""Bytes of a request that are read; Slack's own largest ones are a tenth of it."""

MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What comes of a payload of no shape that Slack sends."""

_STALE: Final = 5 * 60  # seconds, by Slack's advice; an older request may be a replay
_MOST_FIELDS: Final = 100
_TYPES: Final = frozenset({"application/json", "application/x-www-form-urlencoded"})


class Gate:
    """The endpoint of events, commands and presses."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._clock = clock
        self._secret = signing_secret.encode()

    async def receive(self, request: Request) -> Response:
        """200 at once; 401 unsigned, stale or forged; 413, 415 or 400 where it cannot be a request of Slack."""
        if not self._recent(request):
            return _refused(request, 401, "stale")
        body = await _body(request)
        if body is None:
            return _refused(request, 413, "too_large")
        if not self._signed(body, request):
            return _refused(request, 401, "bad_signature")
        if _type(request) not in _TYPES:
            return _refused(request, 415, "content_type")
        try:
            return to_starlette_response(await self._app.async_dispatch(_parsed(request, body)))
        except MALFORMED:  # cut off, nested without end, or with values of types where Bolt looks for others
            return _refused(request, 400, "unreadable")

    def _recent(self, request: Request) -> bool:
        told = request.headers.get("x-slack-request-timestamp", "")
        if not (told.isascii() and told.isdecimal() and len(told) < 16):
            return False
        return abs(self._clock().timestamp() - int(told)) <= _STALE

    def _signed(self, body: bytes, request: Request) -> bool:
        """Whether the signature is Slack's; over the bytes as they came, where the SDK wants text."""
        stamp = request.headers.get("x-slack-request-timestamp", "").encode()
        signature = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        told = request.headers.get("x-slack-signature", "").encode()
        return hmac.compare_digest(b"v0=" + signature.encode(), told)


async def _body(request: Request) -> bytes | None:
    """The body; ``None`` where it is too large, which is seen before it is held."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _parsed(request: Request, body: bytes) -> AsyncBoltRequest:
    """The request for Bolt.

    Raises:
        One of ``MALFORMED``, where it is signed, but of no shape that Slack sends.
    """
    told = _payload(request, body.decode("utf-8"))
    if not isinstance(told, dict):
        raise TypeError("a payload is an object")
    headers: dict[str, str | Sequence[str]] = {
        name: value for name, value in request.headers.items() if name.startswith("x-slack-")
    }
    # This mode takes what is parsed already: Bolt's parsing of forms loses a command with "payload" in its text.
    return AsyncBoltRequest(body=told, headers=headers, mode="socket_mode")


def _payload(request: Request, body: str) -> object:
    """JSON, a form with JSON in its ``payload``, or a form."""
    if _type(request) == "application/json":
        return json.loads(body)
    fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _refused(request: Request, status: int, reason: str) -> Response:
    log = structlog.get_logger(__name__)
    log.warning("slack_request_refused", status=status, reason=reason, path=request.url.path)
    return PlainTextResponse(reason.replace("_", " "), status)


__all__ = ["LARGEST_BODY", "MALFORMED", "Gate"]
