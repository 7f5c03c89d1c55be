"""The pages of certificates: what a verifier sees, what can be downloaded, and the list of what was taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.conversation.learn.certification.awarding import By, award
from bot.ports.certificates import Certificate
from bot.server.certificates import FILES, certificate_routes
from bot.state import State
from lessons.credentials import State as What
from lessons.credentials import new_signing_key, read_status_list, verify
from lessons.credentials.lettering import Fonts
from tests.fakes.academy import KEY, ORG, URL, WHITE, Hall
from tests.fakes.jobs import MemoryJobs

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@dataclass
class Desk:
    """A server with one certificate; ``now`` is the moment of the next request."""

    hall: Hall
    kept: Certificate
    now: datetime = NOW

    def __post_init__(self) -> None:
        """Serve it."""
        routes = certificate_routes(self.hall.academy.registrar, Fonts(), lambda: self.now)
        self.client = TestClient(Starlette(routes=routes))

    @property
    def page(self) -> str:
        """The page of the certificate."""
        return self.client.get(f"/verify/{self.kept.id}").text


@pytest.fixture
def desk(state: State) -> Iterator[Desk]:
    """Ines was certified."""
    hall = Hall(state, state.certificates, MemoryJobs())
    person = hall.join("ines", NOW)
    made = Desk(hall, award(hall.academy.registrar, person, WHITE, NOW, By("U1", ORG)))
    with made.client:
        yield made


def test_a_verifier_sees_what_they_need_and_no_more(desk: Desk) -> None:
    """Name, level, organisation, dates and what was done; never the address, the person's id or the workspace."""
    answer = desk.client.get(f"/verify/{desk.kept.id}")
    assert answer.status_code == 200
    for words in ("Ines Example", "Ready to post", "Example Works", "2 November 2026", "2 November 2027", "Valid."):
        assert words in answer.text
    for hidden in ("ines@example.com", desk.kept.person, ORG, "U1"):
        assert hidden not in answer.text
    assert answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    styles = re.findall(r'<link rel="stylesheet" href="\.\.(/[^"]+)"', answer.text)
    assert styles == ["/certificates/house.css", "/certificates/page.css"]
    assert all(desk.client.get(each).headers["content-type"].startswith("text/css") for each in styles)


def test_the_page_says_when_it_is_over(desk: Desk) -> None:
    """After its last day it is expired; what was revoked says so at once, without why, and gives nothing away."""
    desk.now = NOW + 365 * DAY
    assert "<strong>Valid.</strong>" in desk.page
    desk.now = NOW + 366 * DAY
    assert "<strong>Expired.</strong>" in desk.page and "certificate.pdf" in desk.page
    desk.hall.state.certificates.revoke(desk.kept.id, NOW + DAY, "cli", "lent to a neighbour")
    page = desk.page
    assert "<strong>Revoked.</strong>" in page and "3 November 2026" in page
    assert "neighbour" not in page and "certificate.pdf" not in page
    assert desk.client.get(f"/verify/{desk.kept.id}/certificate.pdf").status_code == 410
    assert desk.client.get(f"/verify/{desk.kept.id}/badge.svg").status_code == 200  # the page shows it


@pytest.mark.parametrize("name", FILES)
def test_every_download_carries_the_credential(desk: Desk, name: str) -> None:
    """Each file is of its kind and verifies by itself."""
    answer = desk.client.get(f"/verify/{desk.kept.id}/{name}")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, FILES[name])
    found = verify(answer.content, NOW, {KEY.did}, None)
    assert (found.state, found.award) == (What.VALID, desk.kept.id)


@pytest.mark.parametrize(
    "path", ["/verify/no-such-id", "/verify/no-such-id/badge.svg", "/verify/%00", "/verify/'--", "/levels/none"]
)
def test_what_is_not_there_is_said_kindly(desk: Desk, path: str) -> None:
    """A page that says what to do, with 404; nothing of the address comes back in it."""
    answer = desk.client.get(path)
    assert answer.status_code == 404 and "There is no such" in answer.text and "no-such-id" not in answer.text


def test_a_file_of_another_name_is_not_there(desk: Desk) -> None:
    """Nothing but the four files is given out."""
    for name in ("key.pem", "..%2f..%2fstate.db", "badge.gif"):
        assert desk.client.get(f"/verify/{desk.kept.id}/{name}").status_code == 404


def test_a_name_is_written_as_it_is(desk: Desk) -> None:
    """Markup in a name or in what was shown is text on the page."""
    person = desk.hall.join("<b>pat</b>", NOW)
    kept = award(desk.hall.academy.registrar, person, WHITE, NOW, By("cli", ORG, "<script>alert(1)</script>"))
    page = desk.client.get(f"/verify/{kept.id}").text
    assert "<script>" not in page and "&lt;script&gt;" in page and "<b>" not in page.lower()


def test_the_list_tells_what_was_taken_back(desk: Desk) -> None:
    """It is signed, may be kept for minutes, and shows a revocation at once."""
    first = desk.client.get("/certificates/revoked")
    assert first.headers["content-type"] == "application/vc+jwt" and first.headers["cache-control"].endswith("=300")
    before = read_status_list(first.content, {KEY.did}, NOW)
    assert not before.revoked and before.url == f"{URL}/certificates/revoked"
    desk.now = NOW + timedelta(minutes=1)
    assert desk.client.get("/certificates/revoked").content == first.content
    desk.hall.state.certificates.revoke(desk.kept.id, desk.now, "cli", "")
    after = read_status_list(desk.client.get("/certificates/revoked").content, {KEY.did}, desk.now)
    assert verify(desk.kept.token, desk.now, {KEY.did}, before).state is What.VALID
    assert verify(desk.kept.token, desk.now, {KEY.did}, after).state is What.REVOKED
    desk.now = NOW + DAY
    later = read_status_list(desk.client.get("/certificates/revoked").content, {KEY.did}, desk.now)
    assert later.issued == desk.now and later.revoked == after.revoked


def test_a_level_says_what_it_takes(desk: Desk) -> None:
    """The address that a certificate names as its achievement is a page."""
    page = desk.client.get(f"/levels/{WHITE.id}").text
    assert "Ready to post" in page and "finished 2 lessons" in page and "365 days" in page


def test_a_new_key_leaves_the_old_pages(desk: Desk) -> None:
    """What an earlier key of this installation signed is shown as valid still; without a key there is no list."""
    registrar = desk.hall.academy.registrar
    assert registrar.issuer is not None
    newer = replace(registrar, issuer=replace(registrar.issuer, key=new_signing_key()))
    nobody = replace(registrar, issuer=None)
    for each, listed in ((newer, 200), (nobody, 404)):
        client = TestClient(Starlette(routes=certificate_routes(each, Fonts(), lambda: NOW)))
        assert "<strong>Valid.</strong>" in client.get(f"/verify/{desk.kept.id}").text
        assert client.get("/certificates/revoked").status_code == listed
