"""The calendar files that the server gives out."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.server.events import event_routes


@pytest.fixture
def client() -> TestClient:
    """A server with one brown bag."""
    return TestClient(Starlette(routes=event_routes({"known-1_A": b"BEGIN:VCALENDAR"}.get)))


def test_a_known_one_is_a_file_for_calendars(client: TestClient) -> None:
    """The file comes as a calendar to be saved, and no cache or search engine keeps it."""
    found = client.get("/events/known-1_A.ics")
    assert (found.status_code, found.content) == (200, b"BEGIN:VCALENDAR")
    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    assert found.headers["content-disposition"] == 'attachment; filename="brown-bag.ics"'
    assert (found.headers["cache-control"], found.headers["x-robots-tag"]) == ("private, no-cache", "noindex")


@pytest.mark.parametrize("name", ["other.ics", f"{'x' * 65}.ics", "known-1_A", "..%2fknown-1_A.ics", ".ics"])
def test_anything_else_is_not_there(client: TestClient, name: str) -> None:
    """An unknown, endless or empty name is not found."""
    assert client.get(f"/events/{name}").status_code == 404
    assert client.post("/events/known-1_A.ics").status_code == 405
