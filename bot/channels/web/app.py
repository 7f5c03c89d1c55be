"""The routes of the web chat.

``GET /`` is the page, ``POST /ask`` takes a question, a choice or feedback. A press without JavaScript gets the page
again with the reply in it; a fetch gets the reply alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.failure import log_unexpected
from bot.channels.web.guard import (
    Guard,
    from_elsewhere,
    new_thread,
    remember_thread,
    thread_of,
)
from bot.channels.web.render import EXAMPLES, Pages, reply_view
from bot.conversation.messages import LOCAL, Act, Message, Press
from bot.conversation.reply import Reply, ReplyKind

Converse = Callable[[Message], Awaitable[Reply]]

LARGEST_BODY: Final = 64 * 1024
"""Bytes of a request that are read; a larger one is answered with 413."""

_DRAINED: Final = 1024 * 1024  # bytes of a too large request that are thrown away, so that a browser hears the answer
_MOST_FIELDS: Final = 16
_MOST_DIGITS: Final = 3
_HELPED: Final = {"yes": Act.HELPED, "no": Act.NOT_HELPED}
_FORM: Final = "application/x-www-form-urlencoded"
_WORDS: Final = {
    400: "This could not be read. Load the page again and ask once more.",
    403: "This came from another site, so it was not read. Open Clearpost itself and ask there.",
    404: "There is nothing at this address. You can ask your question here.",
    405: "This address cannot do that. You can ask your question here.",
    413: "That is too long for me to read. Send just the few sentences that matter.",
    415: "This could not be read: it was not sent as a form. Ask on the Clearpost page.",
    500: "Something went wrong here, and your question is not answered. Please try again; if it happens again, "
    "ask your social media team directly.",
}


def web_app(
    converse: Converse,
    clock: Callable[[], datetime],
    *,
    allowed_hosts: Sequence[str] = (),
    examples: Sequence[str] = EXAMPLES,
) -> Starlette:
    """The web chat as an ASGI app.

    ``converse`` answers one message. ``clock`` tells the time, aware and in UTC. ``allowed_hosts`` are the host names
    to answer to; none means any. ``examples`` are the questions that the opening card offers.
    """
    web = _Web(converse, clock, Pages(examples))
    middleware = [Middleware(Guard, on_error=web.unexpected)]
    if allowed_hosts:
        hosts = list(allowed_hosts)
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False))
    return Starlette(
        routes=[
            Route("/", web.home),
            Route("/ask", web.ask, methods=["POST"]),
            Route("/ask", web.back, methods=["GET"]),
            Mount("/static", _Static(directory=Path(__file__).parent / "static")),
        ],
        middleware=middleware,
        exception_handlers={HTTPException: web.refused},
    )


class _Static(StaticFiles):
    """Static files that a browser asks about each time, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; refusals in plain text, as nobody reads them."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            return PlainTextResponse(error.detail, error.status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


@dataclass(frozen=True, slots=True)
class _Web:
    """The endpoints, with what they need."""

    converse: Converse
    clock: Callable[[], datetime]
    pages: Pages

    async def home(self, request: Request) -> Response:
        """The chat page; ``?new`` begins a new thread."""
        if "new" in request.query_params:
            response: Response = RedirectResponse(_base(request) + "/", status_code=303)
            remember_thread(response, request, new_thread())
            return response
        response = HTMLResponse(self.pages.page(_base(request)))
        if thread_of(request) is None:
            remember_thread(response, request, new_thread())
        return response

    async def back(self, request: Request) -> Response:
        """Someone loads ``/ask`` by its address: show the page."""
        return RedirectResponse(_base(request) + "/", status_code=303)

    async def ask(self, request: Request) -> Response:
        """One message in, one reply out."""
        if from_elsewhere(request):
            raise HTTPException(403)
        fields = await _fields(request)
        known = thread_of(request)
        thread = known or new_thread()
        message = _message(fields, thread, self.clock())
        said = fields.get("label", "") if message.press else message.text
        try:
            reply = await self.converse(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the person is told to try again and sees no traceback
            log_unexpected("web_message_failed", error, path=request.url.path)
            response = self._show(request, _sorry(500), 500, said)
        else:
            response = self._show(request, reply, 503 if reply.kind is ReplyKind.BUSY else 200, said, message.text)
        if known is None:
            remember_thread(response, request, thread)
        return response

    async def refused(self, request: Request, error: Exception) -> Response:
        """A request that is turned down, in friendly words."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = self._show(request, _sorry(status), status)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    def unexpected(self, request: Request) -> Response:
        """What is shown where something failed outside of the conversation."""
        return self._show(request, _sorry(500), 500)

    def _show(self, request: Request, reply: Reply, status: int, said: str = "", typed: str = "") -> Response:
        view = reply_view(reply, self.clock().date(), typed)
        if request.headers.get("x-requested-with") == "fetch":
            return HTMLResponse(self.pages.fragment(_base(request), view), status)
        return HTMLResponse(self.pages.page(_base(request), view, said), status)


async def _fields(request: Request) -> dict[str, str]:
    r"""The fields of a form; the first of a name counts. Line ends are made ``\\n``, as forms send ``\\r\\n``."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415)
    body = await _body(request)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:  # no UTF-8, or more fields than any form of ours has
        raise HTTPException(400) from error
    return {name: value.replace("\r\n", "\n") for name, value in reversed(pairs)}


async def _body(request: Request) -> bytes:
    """The body, at most ``LARGEST_BODY`` bytes of it; Starlette's own limit would answer in plain text."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_BODY:
            chunks.append(chunk)
        elif size > _DRAINED:
            break
    if size > LARGEST_BODY:
        raise HTTPException(413)
    return b"".join(chunks)


def _message(fields: Mapping[str, str], thread: str, now: datetime) -> Message:
    """The message that a form stands for: a press, or words (none at all are words, too).

    Whoever holds the thread's cookie is the one who asked in it.
    """
    press = _press(fields)
    return Message("web", LOCAL, thread, thread, now, text="" if press else fields.get("text", ""), press=press)


def _press(fields: Mapping[str, str]) -> Press | None:
    """The button that was pressed: one of ``helped`` (yes or no) and ``option`` (a number), with its ``reply``."""
    if "helped" not in fields and "option" not in fields:
        return None
    reply, helped, option = (fields.get(name, "") for name in ("reply", "helped", "option"))
    if not reply:
        raise HTTPException(400)
    if helped in _HELPED:
        return Press(reply, _HELPED[helped])
    if not helped and option.isascii() and option.isdecimal() and len(option) <= _MOST_DIGITS:
        return Press(reply, Act.CHOOSE, int(option))
    raise HTTPException(400)


def _sorry(status: int) -> Reply:
    return Reply(ReplyKind.ERROR, _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[500]))


def _base(request: Request) -> str:
    """The path that the app is mounted under, without a slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


__all__ = ["LARGEST_BODY", "Converse", "web_app"]
