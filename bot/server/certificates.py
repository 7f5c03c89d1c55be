"""Where certificates are shown to whoever knows their address, and where what was taken back is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

import bot.channels.web
from bot.conversation.learn.certification.academy import PLACES, Issuer, Registrar
from bot.ports.certificates import Certificate
from lessons.certification import Level
from lessons.certification.progress import criteria
from lessons.credentials import Award, State, StatusList, award_of, sign_status_list, status_list_url, verify
from lessons.credentials.badge import badge_of, badge_png, badge_svg
from lessons.credentials.certificate import certificate_pdf
from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Colour
from lessons.credentials.signature import TYPE, open_signed
from lessons.credentials.wording import day
from lessons.errors import CredentialError

FILES: Final = {
    "badge.svg": "image/svg+xml",
    "badge.png": "image/png",
    "certificate.pdf": "application/pdf",
    "credential.jwt": f"application/{TYPE}",
}
"""What can be downloaded of a certificate, and its kind."""

_STYLES: Final = {
    "house.css": Path(bot.channels.web.__file__).parent / "static" / "house.css",
    "page.css": Path(__file__).parent / "templates" / "certificates.css",
}
"""The colours and type of the web chat, which is there whether it is served or not, and what these pages add."""
_GUARDED: Final = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
_KEPT: Final = timedelta(minutes=5)
"""For how long a revocation list is signed once, and may be kept by whoever fetched it."""
_LASTS: Final = timedelta(days=1)
"""For how long a revocation list says that it is fresh."""


def certificate_routes(registrar: Registrar, fonts: Fonts, clock: Callable[[], datetime]) -> list[Route]:
    """The pages of certificates and levels, what can be downloaded, and the signed list of what was taken back.

    ``clock`` gives the moment, aware.
    """
    pages, listed = _Pages(registrar, fonts, clock), _Revoked(registrar, clock)
    return [
        Route("/verify/{id}", pages.certificate),
        Route("/verify/{id}/{file}", pages.file),
        Route("/levels/{id}", pages.level),
        Route("/certificates/revoked", listed.answer),
        *(Route(f"/certificates/{name}", partial(_style, path)) for name, path in _STYLES.items()),
    ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page says of a certificate."""

    award: Award
    state: State
    issued: str
    expires: str
    revoked: str
    did: str


class _Pages:
    """Everything here is looked up anew: what was revoked a second ago is shown so."""

    def __init__(self, registrar: Registrar, fonts: Fonts, clock: Callable[[], datetime]) -> None:
        self._registrar = registrar
        self._fonts = fonts
        self._clock = clock
        self._templates = Environment(loader=PackageLoader("bot.server"), autoescape=True, trim_blocks=True)

    async def certificate(self, request: Request) -> Response:
        """The page of a certificate; a friendly 404 where there is none."""
        return await run_in_threadpool(self._certificate, request.path_params["id"])

    async def file(self, request: Request) -> Response:
        """A file of a certificate; none of what was revoked."""
        return await run_in_threadpool(self._file, request.path_params["id"], request.path_params["file"])

    async def level(self, request: Request) -> Response:
        """What a level asks for: the address that a certificate names as its achievement."""
        return await run_in_threadpool(self._level, request.path_params["id"])

    def _certificate(self, identifier: str) -> Response:
        shown = self._find(identifier)
        if shown is None:
            return self._page("nothing.html", 404, what="certificate")
        files = () if shown.state is State.REVOKED else tuple(FILES)
        return self._page("certificate.html", 200, shown=shown, award=shown.award, State=State, files=files)

    def _file(self, identifier: str, name: str) -> Response:
        shown = self._find(identifier)
        if shown is None or name not in FILES:
            return self._page("nothing.html", 404, what="certificate")
        if shown.state is State.REVOKED and name != "badge.svg":
            return PlainTextResponse("This certificate was taken back.\n", 410, _GUARDED)
        kept = self._registrar.certificates.find(identifier)
        assert kept is not None  # it was found just now; certificates are never deleted, only forgotten
        try:
            data = self._draw(kept, shown.award, name)
        except CredentialError as error:
            return PlainTextResponse(f"This cannot be drawn: {error}.\n", 500, _GUARDED)
        shape = "inline" if name.startswith("badge") else "attachment"
        disposition = f'{shape}; filename="{shown.award.level_id}-{name}"'
        return Response(data, 200, {**_GUARDED, "Content-Disposition": disposition}, FILES[name])

    def _draw(self, kept: Certificate, award: Award, name: str) -> bytes:
        colour, fonts = self._colour(kept.level), self._fonts
        match name:
            case "badge.svg":
                return badge_svg(badge_of(award, colour), kept.token, fonts)
            case "badge.png":
                return badge_png(badge_of(award, colour), kept.token, fonts)
            case "certificate.pdf":
                return certificate_pdf(award, colour, kept.token, fonts)
            case _:
                return kept.token.encode("ascii")

    def _level(self, identifier: str) -> Response:
        levels = self._registrar.levels()
        level = levels.find(identifier)
        if level is None:
            return self._page("nothing.html", 404, what="level")
        asked = criteria(level, levels, self._registrar.curriculum())
        return self._page("level.html", 200, level=level, look=levels.look(level), asked=asked)

    def _find(self, identifier: str) -> _Shown | None:
        kept = self._registrar.certificates.find(identifier)
        if kept is None:
            return None
        try:
            award = award_of(kept.token)
            did = open_signed(kept.token).did  # it was kept here, so an older key of this installation is trusted, too
        except CredentialError:
            return None
        now = self._clock()
        state = State.REVOKED if kept.revoked else verify(kept.token, now, {did}, None).state
        revoked = day(kept.revoked) if kept.revoked else ""
        return _Shown(award, state, day(kept.issued), day(kept.expires), revoked, did)

    def _colour(self, identifier: str) -> Colour:
        levels = self._registrar.levels()
        level: Level | None = levels.find(identifier)
        return Colour(levels.look(level).colour.value) if level else Colour.WHITE

    def _page(self, template: str, status: int, **values: object) -> Response:
        issuer = self._registrar.issuer
        organisation = issuer.organisation if issuer else "Clearpost"
        text = self._templates.get_template(template).render(organisation=organisation, **values)
        return HTMLResponse(text, status, _GUARDED)


class _Revoked:
    """The list is signed anew where it is five minutes old, or more was revoked."""

    def __init__(self, registrar: Registrar, clock: Callable[[], datetime]) -> None:
        self._registrar = registrar
        self._clock = clock
        self._lock = threading.Lock()
        self._last: StatusList | None = None
        self._token = ""

    async def answer(self, _request: Request) -> Response:
        """The signed list."""
        return await run_in_threadpool(self._answer)

    def _answer(self) -> Response:
        issuer = self._registrar.issuer
        if issuer is None:
            return PlainTextResponse("No certificates are issued here.\n", 404, _GUARDED)
        headers = {"Cache-Control": f"public, max-age={_KEPT.seconds}", "Access-Control-Allow-Origin": "*"}
        return Response(self._signed(issuer), 200, headers, f"application/{TYPE}")

    def _signed(self, issuer: Issuer) -> str:
        now, revoked = self._clock(), frozenset(self._registrar.certificates.revoked_places())
        with self._lock:
            last = self._last
            if last is None or last.revoked != revoked or now - last.issued >= _KEPT:
                url = status_list_url(issuer.url)
                last = StatusList(url, issuer.key.did, revoked, now, now + _LASTS, PLACES)
                self._last, self._token = last, sign_status_list(last, issuer.key)
            return self._token


async def _style(path: Path, _request: Request) -> Response:
    return FileResponse(path, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


__all__ = ["FILES", "certificate_routes"]
