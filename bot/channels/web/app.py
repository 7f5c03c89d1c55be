"""The routes of the web chat.

``GET /`` is the page, ``POST /ask`` takes a question, a choice, feedback or what is done with a case. A press without
JavaScript gets the page again with the reply in it; a fetch gets the reply alone. ``GET /news`` is what came back
meanwhile, ``GET /chart`` the triage chart.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Final

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
from bot.channels.web.forms import LARGEST_BODY, Fields, deed_of, first, press_of, read_fields
from bot.channels.web.guard import Guard, Visitor, begin_thread, from_elsewhere, new_visitor, remember, visitor_of
from bot.channels.web.render import EXAMPLES, NewsView, Pages, news_view, reply_view
from bot.conversation.messages import LOCAL, Deed, Message
from bot.conversation.reply import Reply, ReplyKind

Converse = Callable[[Message], Awaitable[Reply]]

Chart = Callable[[], str]
"""Draws the triage chart as SVG."""

_NEWS: Final = "news"  # the act by which a surface without deliveries asks what came back
_DESCRIBED: Final = re.compile(r"<desc\b[^>]*>([^<]+)</desc>")
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
    chart: Chart | None = None,
    teaches: bool = False,
) -> Starlette:
    """The web chat as an ASGI app.

    ``converse`` answers one message. ``clock`` tells the time, aware and in UTC. ``allowed_hosts`` are the host names
    to answer to; none means any. ``examples`` are the questions that the opening card offers. ``chart`` draws the
    triage chart; without it there is no page for that. ``teaches`` offers to play a new hire's first lessons.
    """
    web = _Web(converse, clock, Pages(examples, has_chart=chart is not None, teaches=teaches), chart)
    middleware = [Middleware(Guard, on_error=web.unexpected)]
    if allowed_hosts:
        hosts = list(allowed_hosts)
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False))
    return Starlette(
        routes=[
            Route("/", web.home),
            Route("/ask", web.ask, methods=["POST"]),
            Route("/ask", web.back, methods=["GET"]),
            Route("/news", web.news),
            *((Route("/chart", web.chart_page), Route("/chart.svg", web.drawing)) if chart else ()),
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
    chart: Chart | None = None

    async def home(self, request: Request) -> Response:
        """The chat page; ``?new`` begins a new thread."""
        known = visitor_of(request)
        if "new" in request.query_params:
            response: Response = RedirectResponse(_base(request) + "/", status_code=303)
            remember(response, request, begin_thread(known or new_visitor()))
            return response
        response = HTMLResponse(self.pages.page(_base(request), news=await self._news(known)))
        remember(response, request, known or new_visitor())
        return response

    async def news(self, request: Request) -> Response:
        """What came back meanwhile, for the script of the page; an empty reply where nothing did."""
        news = None if from_elsewhere(request) else await self._news(visitor_of(request))
        return HTMLResponse(self.pages.news(_base(request), news)) if news else Response(status_code=204)

    async def chart_page(self, request: Request) -> Response:
        """The triage chart, with room to look at it closely."""
        found = _DESCRIBED.search(await self._drawn())
        return HTMLResponse(self.pages.chart(_base(request), unescape(found[1]).strip() if found else ""))

    async def drawing(self, _request: Request) -> Response:
        """The triage chart as a picture."""
        return Response(await self._drawn(), media_type="image/svg+xml")

    async def back(self, request: Request) -> Response:
        """Someone loads ``/ask`` by its address: show the page."""
        return RedirectResponse(_base(request) + "/", status_code=303)

    async def ask(self, request: Request) -> Response:
        """One message in, one reply out."""
        if from_elsewhere(request):
            raise HTTPException(403)
        fields = await read_fields(request)
        visitor = visitor_of(request) or new_visitor()
        message = _message(fields, visitor, self.clock())
        said, done = _said(message, fields), False
        try:
            reply = await self.converse(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong below, the person is told to try again and sees no traceback
            log_unexpected("web_message_failed", error, path=request.url.path)
            response = self._show(request, _sorry(500), 500, said)
        else:
            news = None if _is_fetch(request) else await self._news(visitor_of(request))
            status = 503 if reply.kind is ReplyKind.BUSY else 200
            response = self._show(request, reply, status, said, message.text, news)
            done = message.deed is not None and reply.kind not in (ReplyKind.ERROR, ReplyKind.BUSY)
        remember(response, request, visitor, waits=done)
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

    def _show(
        self, request: Request, reply: Reply, status: int, said: str = "", typed: str = "", news: NewsView | None = None
    ) -> Response:
        view = reply_view(reply, self.clock().date(), typed)
        if _is_fetch(request):
            return HTMLResponse(self.pages.fragment(_base(request), view), status)
        return HTMLResponse(self.pages.page(_base(request), view, said, news), status)

    async def _news(self, visitor: Visitor | None) -> NewsView | None:
        """What came back for somebody who was here before; nothing where that cannot be told just now."""
        if visitor is None:
            return None
        now = self.clock()
        message = Message("web", LOCAL, visitor.account, visitor.thread, now, deed=Deed(_NEWS, ""))
        try:
            return news_view(await self.converse(message), now.date())
        except Exception as error:  # noqa: BLE001 - the page is of use without its news
            log_unexpected("web_news_failed", error)
            return None

    async def _drawn(self) -> str:
        return await asyncio.to_thread(self.chart) if self.chart else ""


def _message(fields: Fields, visitor: Visitor, now: datetime) -> Message:
    """The message that a form stands for: a deed, a press, or words (none at all are words, too).

    Whoever holds the cookies is the one who asked.
    """
    said = Message("web", LOCAL, visitor.account, visitor.thread, now)
    deed = deed_of(fields)
    if deed:
        return replace(said, deed=deed)
    press = press_of(fields)
    return replace(said, press=press) if press else replace(said, text=first(fields, "text"))


def _said(message: Message, fields: Fields) -> str:
    """What the page shows as said: the words, or those on the button."""
    words = message.deed.words if message.deed else message.text
    return words or (first(fields, "label") if message.deed or message.press else "")


def _is_fetch(request: Request) -> bool:
    return request.headers.get("x-requested-with") == "fetch"


def _sorry(status: int) -> Reply:
    return Reply(ReplyKind.ERROR, _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[500]))


def _base(request: Request) -> str:
    """The path that the app is mounted under, without a slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


__all__ = ["LARGEST_BODY", "Chart", "Converse", "web_app"]
