"""What every request passes on its way in and every response on its way out: whose it is, and what it may load."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypedDict
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.failure import log_unexpected

COOKIE: Final = "clearpost_thread"
ACCOUNT: Final = "clearpost_account"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy: nothing is loaded from, sent to or framed by anybody else."""

_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_WAITS: Final = 60 * 24 * 60 * 60
"""Seconds that a browser is known again in which a case was sent: its answer comes back there, and may be reopened."""

_THREAD: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # what token_urlsafe(32) makes


class Guard:
    """Adds the headers, and turns whatever nobody expected into one log line and ``on_error``'s short page.

    Only the error's type and place are logged: its message may hold the question's words. ``Cache-Control`` is
    ``no-store`` where the app has not said otherwise.
    """

    def __init__(self, app: ASGIApp, on_error: Callable[[Request], Response]) -> None:
        self._app = app
        self._on_error = on_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:  # closed the page while sending: nobody is left to answer
            return
        except Exception as error:  # noqa: BLE001 - the last net: raised further, the server would log the message with the question
            log_unexpected("web_request_failed", error, path=scope["path"])
            if not started:
                await self._on_error(Request(scope))(scope, receive, send_with_headers)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose browser it is, and which conversation: the first has the account's name, "New chat" begins another."""

    account: str
    thread: str


def new_visitor() -> Visitor:
    """A browser that was never here."""
    name = _unguessable()
    return Visitor(name, name)


def visitor_of(request: Request) -> Visitor | None:
    """Who the request's cookies say it is; ``None`` where they hold nothing that we could have made."""
    thread, account = _token(request, COOKIE), _token(request, ACCOUNT)
    if not thread and not account:
        return None
    return Visitor(account or thread, thread or _unguessable())


def remember(response: Response, request: Request, visitor: Visitor, *, waits: bool = False) -> None:
    """Set the cookies that the browser lacks: for its session, not for scripts, not for requests from other sites.

    One that ``waits`` for an answer keeps its account for sixty days.
    """
    options: _Options = {"path": "/", "httponly": True, "samesite": "strict", "secure": request.url.scheme == "https"}
    if _token(request, COOKIE) != visitor.thread:
        response.set_cookie(COOKIE, visitor.thread, **options)
    if waits or _token(request, ACCOUNT) != visitor.account:
        response.set_cookie(ACCOUNT, visitor.account, max_age=_WAITS if waits else None, **options)


def begin_thread(visitor: Visitor) -> Visitor:
    """The same browser in a new conversation."""
    return replace(visitor, thread=_unguessable())


class _Options(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["strict"]
    secure: bool


def _token(request: Request, cookie: str) -> str:
    token = request.cookies.get(cookie, "")
    return token if _THREAD.fullmatch(token) else ""


def _unguessable() -> str:
    """A name that nobody can guess (256 random bits)."""
    return secrets.token_urlsafe(32)


def from_elsewhere(request: Request) -> bool:
    """True where a browser says, or cannot rule out, that another site made it send this request.

    ``Sec-Fetch-Site`` decides where it is sent. Where it is not (plain HTTP, old browsers), ``Origin`` does. Our own
    forms send ``Origin: null`` because of ``no-referrer``; those are told from a stranger's by the cookie, which is
    ``SameSite=Strict``. No header at all is no browser, and nothing that another site could misuse.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    if origin == "null":
        return visitor_of(request) is None
    try:
        return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    except ValueError:  # not even an address
        return True


__all__ = [
    "ACCOUNT",
    "COOKIE",
    "POLICY",
    "Guard",
    "Visitor",
    "begin_thread",
    "from_elsewhere",
    "new_visitor",
    "remember",
    "visitor_of",
]
