"""Reads the body of a request as JSON, and no more of it than an activity can be."""

from __future__ import annotations

import json
from typing import Final

from starlette.requests import ClientDisconnect, Request

from bot.channels.teams.port import Json, RefusedError

LARGEST: Final = 1024 * 1024
"""Bytes of a body that are read; a larger one is answered with 413."""

_DRAINED: Final = 16 * LARGEST  # bytes that are thrown away, so that the sender hears the answer
_DEEPEST: Final = 64  # what botbuilder and the state are never made to walk through


async def activity_of(request: Request) -> Json:
    """The activity in a request.

    Raises:
        RefusedError: it is too large (413), not declared as JSON (415), or no JSON object of a sane shape (400).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "the body is not declared as JSON")
    body = await _bytes(request)
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "the body is no JSON") from error
    if not isinstance(read, dict):
        raise RefusedError(400, "the body is no JSON object")
    _check(read)
    return read


async def _bytes(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > _DRAINED:
        raise RefusedError(413, "the body is too large")
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= LARGEST:
                chunks.append(chunk)
            elif size > _DRAINED:
                break
    except ClientDisconnect as error:
        raise RefusedError(400, "the sender hung up") from error
    if size > LARGEST:
        raise RefusedError(413, "the body is too large")
    return b"".join(chunks)


def _check(read: object) -> None:
    """Refuse what is nested too deeply, and characters that no database keeps; without recursion."""
    left: list[tuple[object, int]] = [(read, 0)]
    while left:
        value, depth = left.pop()
        if depth > _DEEPEST:
            raise RefusedError(400, "the body is nested too deeply")
        if isinstance(value, dict):
            left += [(each, depth + 1) for pair in value.items() for each in pair]
        elif isinstance(value, list):
            left += [(each, depth + 1) for each in value]
        elif isinstance(value, str) and not _can_be_kept(value):
            raise RefusedError(400, "the body holds characters that are none")


def _can_be_kept(value: str) -> bool:
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


__all__ = ["LARGEST", "activity_of"]
