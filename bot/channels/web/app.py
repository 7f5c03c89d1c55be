"""The routes of the web chat.

``GET /`` is the page, ``POST /ask`` takes a question, a choice or feedback, ``/healthz`` and ``/readyz`` are for the
machine that keeps the process alive. A press without JavaScript gets the page again with the reply in it; a fetch
gets the reply alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.web.guard import (
    Guard,
    from_elsewhere,
    log_unexpected,
    new_thread,
    remember_thread,
    thread_of,
)
from bot.channels.web.render import EXAMPLES, Pages, reply_view
from bot.conversation.messages import Choose, Feedback, Message
from bot.conversation.reply import Reply, ReplyKind

Converse = Callable[[Message], Awaitable[Reply]]

LARGEST_BODY: Final = 64 * 1024
"""Bytes of a request that are read; a larger one is answered with 413."""

_DRAINED: Final = 1024 * 1024  # bytes of a too large request that are thrown away, so that a browser hears the answer
_MOST_FIELDS: Final = 16
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
    health: Callable[[], Mapping[str, str]],
    clock: Callable[[], datetime],
    *,
    allowed_hosts: Sequence[str] = (),
    examples: Sequence[str] = EXAMPLES,
) -> Starlette:
    """The web chat as an ASGI app.

    ``converse`` answers one message. ``health`` names each part with its state; the app is ready where every state is
    ``ok``. ``clock`` tells the time, aware and in UTC. ``allowed_hosts`` are the host names to answer to; none means
    any. ``examples`` are the questions that the opening card offers.
    """
    web = _Web(converse, health, clock, Pages(examples))
    middleware = [Middleware(Guard, on_error=web.unexpected)]
    if allowed_hosts:
        hosts = list(allowed_hosts)
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False))
    return Starlette(
        routes=[
            Route("/", web.home),
            Route("/ask", web.ask, methods=["POST"]),
            Route("/ask", web.back, methods=["GET"]),
            Route("/healthz", web.alive),
            Route("/readyz", web.ready),
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
    health: Callable[[], Mapping[str, str]]
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
        said = fields.get("label", "") if message.choice else message.text
        try:
            reply = await self.converse(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the person is told to try again and sees no traceback
            log_unexpected("web_message_failed", error, path=request.url.path)
            response = self._show(request, _sorry(500), 500, said)
        else:
            response = self._show(request, reply, 200, said, message.text)
        if known is None:
            remember_thread(response, request, thread)
        return response

    async def alive(self, _request: Request) -> Response:
        """The process runs."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> Response:
        """Every part that an answer needs is ``ok`` (200), or not (503)."""
        try:
            parts = dict(await run_in_threadpool(self.health))
        except Exception as error:  # noqa: BLE001 - a probe that fails is an answer, too: not ready
            log_unexpected("web_health_failed", error)
            parts = {"health": "failed"}
        return JSONResponse(parts, 200 if all(state == "ok" for state in parts.values()) else 503)

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
    """The message that a form stands for: feedback, a choice, or words (none at all are words, too)."""
    if "helped" in fields:
        if fields["helped"] not in ("yes", "no") or not fields.get("reply"):
            raise HTTPException(400)
        return Message("web", thread, now, feedback=Feedback(fields["reply"], fields["helped"] == "yes"))
    if "policy" in fields or "section" in fields:
        if not all(fields.get(name) for name in ("policy", "section", "question")):
            raise HTTPException(400)
        return Message(
            "web", thread, now, choice=Choose(fields["question"], policy=fields["policy"], section=fields["section"])
        )
    return Message("web", thread, now, text=fields.get("text", ""))


def _sorry(status: int) -> Reply:
    return Reply(ReplyKind.ERROR, _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[500]))


def _base(request: Request) -> str:
    """The path that the app is mounted under, without a slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


__all__ = ["LARGEST_BODY", "Converse", "web_app"]
