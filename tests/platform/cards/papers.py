"""What people are handed besides cards: the page of a certificate, its badge, the PDF, and the charts of a report."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, Route
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.server.certificates import certificate_routes
from lessons.charts import Chart, Look, draw
from lessons.credentials.lettering import Fonts
from tests.platform.cards.course import ADDRESS
from tests.platform.cards.figures import one_year
from tests.platform.cards.level_talk import certified

_DESKTOP: Final = (1000, 480)
_PHONE: Final = (390, 844)
_NARROW: Final = 480  # CSS pixels of a chart and of a badge on their sheets
_DOTS: Final = 110  # an inch of the PDF
_SHEET: Final = """<!doctype html><meta charset="utf-8"><style>
body {{ display: flex; gap: 32px; align-items: flex-start; width: max-content; margin: 0; padding: 24px; }}
body {{ background: {0}; }}
img {{ width: {1}px; display: block; }}
</style>{2}"""
_GROUNDS: Final = {"light": "#ffffff", "dark": "#15191e"}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page: its address there, and how it is looked at."""

    path: str
    theme: str
    size: tuple[int, int]


class Papers:
    """The server of a company with two certificates, of which one was taken back; ``shots`` are its pages by name."""

    def __init__(self) -> None:
        course = certified()
        registrar = course.campus.academy.registrar
        first, *_ = course.campus.academy.certificates.every("slack:T1")
        again = course.presses(course.says("my level"), "Renew it")
        self._taken = dict(again.facts)["Show it"].rpartition("/")[2]
        registrar.certificates.revoke(self._taken, course.now, "U4", "a slip")
        self._kept = first.id
        routes = certificate_routes(registrar, Fonts(), lambda: first.issued + timedelta(days=30))
        self._client = TestClient(Starlette(routes=routes), base_url=ADDRESS)

    @property
    def shots(self) -> Mapping[str, Shot]:
        """Every page, in light and dark, and as a phone shows it."""
        pages = {"valid": self._kept, "revoked": self._taken, "unknown": "0123456789abcdef"}
        on_desktop = {
            f"certificate-{name}-{theme}": Shot(f"/verify/{which}", theme, _DESKTOP)
            for name, which in pages.items()
            for theme in _GROUNDS
        }
        level = {f"certificate-level-{theme}": Shot("/levels/employees-white", theme, _DESKTOP) for theme in _GROUNDS}
        return {**on_desktop, **level, "certificate-phone": Shot(f"/verify/{self._kept}", "light", _PHONE)}

    def file(self, name: str) -> bytes:
        """A file of the certificate that is in force."""
        answer = self._client.get(f"/verify/{self._kept}/{name}")
        answer.raise_for_status()
        return bytes(answer.content)

    def open(self, browser: Browser, shot: Shot) -> Page:
        """A page as the browser shows it, without a network; close it."""
        width, height = shot.size
        page = browser.new_page(
            color_scheme="dark" if shot.theme == "dark" else "light",
            viewport={"width": width, "height": height},
            device_scale_factor=1.25 if shot.size is _DESKTOP else 2,
        )
        page.route("**/*", self._answer)
        page.goto(f"{ADDRESS}{shot.path}")
        return page

    def _answer(self, route: Route) -> None:
        answer = self._client.get(route.request.url.removeprefix(ADDRESS))
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)


def take_papers(browser: Browser, folder: Path, only: str) -> Iterator[Path]:
    """Write every picture with ``only`` in its name into a folder."""
    papers = Papers()
    for name, shot in papers.shots.items():
        if only in name:
            page = papers.open(browser, shot)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            page.close()
            yield folder / f"{name}.png"
    if only in "certificate-badge":
        (folder / "certificate-badge.png").write_bytes(_halved(papers.file("badge.png")))
        yield folder / "certificate-badge.png"
    if only in "certificate-pdf":
        (folder / "certificate-pdf.png").write_bytes(_first_page(papers.file("certificate.pdf")))
        yield folder / "certificate-pdf.png"
    for theme in _GROUNDS:
        if only in f"report-charts-{theme}":
            charts = [draw(chart, one_year(), Look(theme)) for chart in Chart]
            yield _sheet(browser, folder / f"report-charts-{theme}.png", theme, charts)


def _sheet(browser: Browser, path: Path, theme: str, pictures: list[bytes]) -> Path:
    """Pictures beside each other."""
    drawn = "".join(f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in pictures)
    width = len(pictures) * (_NARROW + 32) + 16
    page = browser.new_page(viewport={"width": width, "height": 200}, device_scale_factor=1.25)
    page.set_content(_SHEET.format(_GROUNDS[theme], _NARROW, drawn))
    page.screenshot(path=path, full_page=True)
    page.close()
    return path


def _halved(picture: bytes) -> bytes:
    """A picture at half its size, its clear ground kept."""
    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(picture)) as opened:
        opened.reduce(2).quantize(128, Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _first_page(document: bytes) -> bytes:
    """The first page of a PDF as a picture."""
    import pypdfium2

    out = BytesIO()
    with pypdfium2.PdfDocument(document) as opened:
        opened[0].render(scale=_DOTS / 72).to_pil().save(out, "PNG")
    return out.getvalue()


__all__ = ["Papers", "Shot", "take_papers"]
