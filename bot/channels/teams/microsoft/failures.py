"""What an HTTP status of Microsoft's means for a message that is to be sent."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from bot.channels.teams.port import BlockedError
from bot.errors import DeliveryError, TryLaterError, UndeliverableError, UnknowableError

_PASSING: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_GONE: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_LONGEST_WAIT: Final = 600.0


def failed_request(status: int, code: str, retry_after: str) -> DeliveryError:
    """The error of a status; ``code`` is Microsoft's word for it, ``retry_after`` a header that may be empty."""
    if status in _GONE:
        return BlockedError(f"Teams says {status} {code}: the app is not there, or was blocked; have it added again")
    if status in _PASSING:
        return TryLaterError(f"Teams says {status} {code}; try again", _wait(retry_after))
    return UndeliverableError(f"Teams says {status} {code}: it will not take this message")


def failed_connection(*, reached: bool) -> DeliveryError:
    """The error of a broken connection; ``reached`` where the other side may have taken the message."""
    if reached:
        return UnknowableError("the connection to Teams broke; whether the message arrived cannot be told")
    return TryLaterError("Teams cannot be reached; check the way to smba.trafficmanager.net", _wait(""))


def _wait(retry_after: str) -> float:
    """As long as Teams asks for, else a second; and a little more, or all that waited would come back at once."""
    asked = float(retry_after) if retry_after.isdecimal() else 1.0
    return min(asked, _LONGEST_WAIT) * (1 + secrets.randbelow(1000) / 1000)


__all__ = ["failed_connection", "failed_request"]
