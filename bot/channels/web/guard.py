"""What every request passes on its way in and every response on its way out: whose it is, and what it may load."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.failure import log_unexpected

COOKIE: Final = "clearpost_thread"
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


def thread_of(request: Request) -> str | None:
    """The thread that the request's cookie names; ``None`` where there is none that we could have made."""
    token = request.cookies.get(COOKIE, "")
    return token if _THREAD.fullmatch(token) else None


def new_thread() -> str:
    """A thread's name that nobody can guess (256 random bits)."""
    return secrets.token_urlsafe(32)


def remember_thread(response: Response, request: Request, thread: str) -> None:
    """Set the cookie: for this browser session, not for scripts, not for requests from other sites."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, thread, path="/", httponly=True, samesite="strict", secure=secure)


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
        return thread_of(request) is None
    try:
        return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    except ValueError:  # not even an address
        return True


__all__ = [
    "COOKIE",
    "POLICY",
    "Guard",
    "from_elsewhere",
    "new_thread",
    "remember_thread",
    "thread_of",
]
