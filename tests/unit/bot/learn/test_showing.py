"""Certificates that are shown: to staff who ask for somebody's, and one's own level where one's lessons are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.learn import overview
from bot.conversation.learn.certification.awarding import By, award
from bot.conversation.learn.certification.showing import certificates_of
from bot.conversation.reply import Reply, ReplyKind
from bot.ports import STAFF
from bot.ports.certificates import Certificate
from bot.state import State
from lessons.certification.levels import Level
from tests.fakes.academy import ORG, URL, WHITE, YELLOW, Hall, names, said
from tests.fakes.jobs import MemoryJobs

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@pytest.fixture
def hall(state: State) -> Hall:
    """Omar works for the Center of Excellence, Ines and Paolo do not."""
    made = Hall(state, state.certificates, MemoryJobs())
    state.staff.grant(made.join("omar", NOW, track="coe").id, STAFF)
    made.join("ines", NOW)
    made.join("paolo", NOW, track="partners")
    return made


def give(hall: Hall, name: str, level: Level, at: datetime = NOW) -> Certificate:
    """Somebody is given a level."""
    person = hall.state.people.find(ORG, name)
    assert person is not None
    return award(hall.academy.registrar, person, level, at, By("cli", ORG))


def looked_up(hall: Hall, email: str, by: str = "omar", at: datetime = NOW) -> Reply:
    """What somebody is told of the certificates behind an address."""
    return certificates_of(hall.academy, said(by, at), email)


def test_staff_see_what_somebody_holds(hall: Hall) -> None:
    """Newest first: in force with the page to look at, ended, taken back; for their eyes alone."""
    ended = give(hall, "paolo", WHITE, NOW - 400 * DAY)
    revoked = give(hall, "paolo", WHITE, NOW - 300 * DAY)
    hall.state.certificates.revoke(revoked.id, NOW - DAY, "cli", "a reason that is nobody's business")
    kept = give(hall, "paolo", YELLOW)
    reply = looked_up(hall, "Paolo@Example.com")
    assert reply.head is not None and reply.head.word == "Certificates of Paolo Example" and reply.private
    assert [(each.title, each.text) for each in reply.items] == [
        ("✓ Yellow: Steady hand", f"In force until 1 Nov 2028. {URL}/verify/{kept.id}"),
        ("✗ White: Ready to post", "Taken back on 1 Nov 2026."),
        ("○ White: Ready to post", f"Ended on 28 Sep 2026. {URL}/verify/{ended.id}"),
    ]


def test_nobody_else_sees_them(hall: Hall) -> None:
    """Whoever is no staff, or was never met, learns nothing, not even whether there is such a person."""
    give(hall, "paolo", WHITE)
    told = {looked_up(hall, email, by).text for email in ("paolo@example.com", "x@example.com") for by in ("ines", "?")}
    assert len(told) == 1 and "for the Center of Excellence" in told.pop()


def test_who_holds_none_and_who_is_not_known(hall: Hall) -> None:
    """Staff are told which of the two it is."""
    assert looked_up(hall, "ines@example.com").text == "Ines Example has no certificate."
    assert looked_up(hall, "x@example.com").text == "I know nobody with the address x@example.com."


def test_ones_own_level_stands_with_ones_lessons(hall: Hall) -> None:
    """The highest level in force, with its last day; nothing before one holds any, and nothing after its end."""
    assert "Level" not in dict(overview.overview(hall.academy, said("ines", NOW)).facts)
    give(hall, "ines", WHITE)
    shown = overview.overview(hall.academy, said("ines", NOW))
    assert dict(shown.facts)["Level"] == "⚪ White: Ready to post, until 2 Nov 2027"
    give(hall, "ines", YELLOW)
    shown = overview.overview(hall.academy, said("ines", NOW))
    assert dict(shown.facts)["Level"] == "🟡 Yellow: Steady hand, until 1 Nov 2028"
    assert "Level" not in dict(overview.overview(hall.academy, said("ines", NOW + 900 * DAY)).facts)


def test_the_page_of_a_persons_own(hall: Hall) -> None:
    """The same facts with what leads on; nothing for who is on no track, was never met, or has no levels to go for."""
    give(hall, "ines", WHITE)
    page = overview.home(hall.academy, said("ines", NOW))
    assert page.facts == overview.overview(hall.academy, said("ines", NOW)).facts
    assert names(page)[-3:] == ["My lessons", "My level", "All lessons"]
    assert names(overview.home(hall.academy, said("paolo", NOW)))[-2:] == ["My lessons", "All lessons"]
    hall.join("guest", NOW, track="")
    empty = Reply(ReplyKind.NOTE, "")
    assert [overview.home(hall.academy, said(name, NOW)) for name in ("guest", "nobody")] == [empty, empty]
