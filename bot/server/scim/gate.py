"""What every request of an identity provider passes: its token, its size, its shape; and how errors are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    InvalidSyntaxException,
    PayloadTooLargeException,
    SCIMException,
    UnauthorizedException,
)
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.failure import log_unexpected
from bot.errors import StateError
from bot.server.scim.call import Answer, Call
from bot.server.scim.config import ScimConfig

LARGEST_BODY: Final = 1_000_000
"""Bytes; some twenty thousand members of a group."""

ROOT: Final = "/scim/v2"
"""The path of the service."""

_MEDIA_TYPE: Final = "application/scim+json"
_DEEPEST: Final = 16  # values within values; those of SCIM are five at most
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})

Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets requests in, one by one."""

    config: ScimConfig
    clock: Callable[[], datetime]

    async def pass_on(self, request: Request, handlers: Mapping[str, Handler]) -> Response:
        """Answer a request by whichever handler is for its method; whoever has no token learns nothing else."""
        try:
            organisation = self._organisation(request)
            handler = handlers.get("GET" if request.method == "HEAD" else request.method)
            if handler is None:
                return _told(_refusal(405, "this cannot be done here"), {"Allow": ", ".join(sorted(handlers))})
            body = await _body(request) if request.method in _WITH_BODY else {}
            call = Call(
                organisation=organisation,
                at=self.clock(),
                base=self._base(request),
                id=request.path_params.get("id", ""),
                query=request.query_params,
                body=body,
            )
            return _answered(await run_in_threadpool(handler, call))
        except ClientDisconnect:
            raise
        except UnauthorizedException as error:
            return _told(error.to_error(), {"WWW-Authenticate": 'Bearer realm="scim"'})
        except (SCIMException, ValidationError) as error:
            return _told(_first_of(error))
        except StateError as error:
            structlog.get_logger(__name__).error("scim_state_failed", reason=str(error))
            return _told(_refusal(503, "this cannot be kept at the moment; try again later"), {"Retry-After": "60"})
        except Exception as error:  # noqa: BLE001 - the last net: an identity provider reads JSON, and no traceback
            log_unexpected("scim_failed", error)
            return _told(_refusal(500, "something went wrong here; it is noted, try again later"))

    def _organisation(self, request: Request) -> str:
        """Whose people the token of a request opens."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            reason = "no_token"
        else:
            organisation = self.config.organisation(token.strip())
            if organisation is not None:
                return organisation
            reason = "wrong_token"
        structlog.get_logger(__name__).warning("scim_refused", reason=reason)
        raise UnauthorizedException(
            detail="send 'Authorization: Bearer …' with the token that Clearpost's operator set"
        )

    def _base(self, request: Request) -> str:
        return f"{(self.config.address or str(request.base_url)).rstrip('/')}{ROOT}"


async def _body(request: Request) -> Mapping[str, Any]:
    """The object that is sent.

    Raises:
        PayloadTooLargeException: it is too large, which is seen before it is held.
        InvalidSyntaxException: it is no object of a sane shape.
    """
    declared = request.headers.get("content-length", "")
    too_large = PayloadTooLargeException(detail=f"this is too large; send at most {LARGEST_BODY:,} bytes at once")
    if declared.isdecimal() and int(declared[:12]) > LARGEST_BODY:
        raise too_large
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST_BODY:
            raise too_large
        pieces.append(piece)
    return _object(b"".join(pieces))


def _object(written: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(written.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InvalidSyntaxException(detail="the body is no JSON that can be read") from None
    if not isinstance(value, dict) or _is_too_deep(value):
        raise InvalidSyntaxException(detail="the body is no JSON object as SCIM knows it")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for each in level:
            inner += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        if not inner:
            return False
        level = inner
    return True


def _answered(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    headers = {"Location": answer.location} if answer.location else None
    return Response(_json(answer.body), answer.status, headers, _MEDIA_TYPE)


def _first_of(error: SCIMException | ValidationError) -> Error:
    """The first thing that is wrong, without what only the code has a name for."""
    cause = error if isinstance(error, ValidationError) else error.__cause__
    if isinstance(cause, ValidationError):
        told = Error.from_validation_errors(cause)[0]
        return told.model_copy(update={"status": _status(error, told)})
    return error.to_error() if isinstance(error, SCIMException) else _refusal(400, "the request cannot be read")


def _status(error: SCIMException | ValidationError, told: Error) -> int:
    return error.status if isinstance(error, SCIMException) else told.status or 400


def _refusal(status: int, detail: str) -> Error:
    return Error(status=status, detail=detail)


def _told(error: Error, headers: Mapping[str, str] | None = None) -> Response:
    body = error.model_dump(scim_ctx=Context.DEFAULT)
    return Response(_json(body), error.status or 400, dict(headers or {}), _MEDIA_TYPE)


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


__all__ = ["LARGEST_BODY", "ROOT", "Gate", "Handler"]
