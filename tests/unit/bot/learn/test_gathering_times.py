"""When a brown bag is: what hosts write, read in their own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.conversation.learn.gatherings.calendar import as_calendar
from bot.conversation.learn.gatherings.moments import read_when, said, span_said
from bot.conversation.learn.gatherings.sheet import read_sheet
from bot.ports import Party
from bot.ports.gatherings import Gathering, Phase

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("words", "day", "minutes"),
    [
        ("X on 3 December 14:00 for 30 minutes", "Thu 3 Dec 2026, 14:00", 30),
        ("X, Thursday 3pm for an hour in Room 4.11", "Thu 26 Nov 2026, 15:00", 60),
        ("X on Dec 3rd, 2026 at 2:30 pm - 3:15 pm, Kitchen", "Thu 3 Dec 2026, 14:30", 45),
        ("X tomorrow noon", "Mon 23 Nov 2026, 12:00", None),
        ("X today at 11", "Sun 22 Nov 2026, 11:00", None),
        ("X 2026-12-03 14:00", "Thu 3 Dec 2026, 14:00", None),
        ("X 3.12. 14:00 90 min", "Thu 3 Dec 2026, 14:00", 90),
        ("X on Friday the 4th of December at 9.30", "Fri 4 Dec 2026, 09:30", None),
        ("X 12:00–13:00 on 3 Dec", "Thu 3 Dec 2026, 12:00", 60),
        ("X on Sunday 10:00", "Sun 29 Nov 2026, 10:00", None),
        ("X 1 November 14:00", "Mon 1 Nov 2027, 14:00", None),
        ("X 3 December 14:00 half an hour", "Thu 3 Dec 2026, 14:00", 30),
        ("Black Friday and the May plan: top 10 at 9:15 on 3 December 14:00", "Thu 3 Dec 2026, 14:00", None),
    ],
)
def test_a_time_is_read(words: str, day: str, minutes: int | None) -> None:
    """Days and times are read in the ways in which people write them, in the host's time zone."""
    found = read_when(words, BERLIN, NOW)
    assert (said(found.begins, found.zone), found.minutes) == (f"{day} ({BERLIN})", minutes)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("X 14:00", "which day"),
        ("X on 3 December", "at what time"),
        ("X 3/12 14:00", "the month as a word"),
        ("X on 31 February 10:00", "no such day"),
        ("X on 3 December 25:00", "no such time"),
        ("X on 3 December 13 pm", "no such time"),
        ("X 28 March 2027 02:30", "skip 02:30"),
        ("X 21 November 2026 10:00", "over already"),
        ("X today 9:59", "over already"),
        ("X 1 March 2030 10:00", "more than a year away"),
        ("X 3 December 14:00 for 2 minutes", "between 5 minutes and 8 hours"),
        ("X 3 December 14:00 - 13:00", "between 5 minutes and 8 hours"),
    ],
)
def test_what_cannot_be_is_told(words: str, problem: str) -> None:
    """Whatever is missing, ambiguous, over or impossible is told in one line that says what to write."""
    with pytest.raises(ValueError, match=problem) as caught:
        read_when(words, BERLIN, NOW)
    assert "\n" not in str(caught.value)


def test_a_named_time_zone_counts() -> None:
    """A time zone in the words goes before the host's; an unknown one is no time zone but a place."""
    assert read_when("X 3 December 14:00 Europe/London", BERLIN, NOW).begins == datetime(2026, 12, 3, 14, tzinfo=UTC)
    found = read_when("X 3 December 14:00 Kitchen/Lounge", BERLIN, NOW)
    assert (found.zone, found.after) == (BERLIN, "Kitchen/Lounge")
    assert read_when("X 3 December 14:00", "Mars/Base", NOW).zone == "UTC"


def test_a_time_over_midnight_is_shown_whole() -> None:
    """From its beginning to its end, in whatever zone it is shown."""
    begins = datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert span_said(begins, 30, "Asia/Tokyo") == "Thu 3 Dec 2026, 22:00–22:30 (Asia/Tokyo)"


@given(
    st.datetimes(datetime(2026, 11, 23), datetime(2027, 12, 1)),  # noqa: DTZ001 - local times
    st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_what_is_said_is_read_again(local: datetime, zone: str) -> None:
    """A moment that is shown is understood as the same moment, in whatever time zone its reader is."""
    begins = local.replace(second=0, microsecond=0, tzinfo=UTC)
    told = said(begins, zone)
    found = read_when(f"Title, {told}", "Pacific/Auckland", NOW)
    assert said(found.begins, found.zone) == told  # the hour that comes twice in autumn is shown as one
    assert found.begins == begins or begins - found.begins <= timedelta(hours=1)


def read_or_refused(words: str) -> str:
    """The title that was read, or the line that says why not; whatever is read is in bounds."""
    try:
        sheet = read_sheet(words, BERLIN, NOW)
    except ValueError as error:
        return str(error)
    assert sheet.begins > NOW and 5 <= sheet.minutes <= 480 and len(sheet.title) <= 120
    return sheet.title


@given(st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(words: str) -> None:
    """No words break the reading: they are understood, with all in bounds, or refused in one line."""
    said_of_it = read_or_refused(words)
    assert said_of_it and "\n" not in said_of_it


@given(st.lists(st.sampled_from("Title: When: Where: 3 December 14:00 on at in 99 Friday noon for 30 min :".split())))
def test_whatever_is_written_in_lines_is_read_or_refused(words: list[str]) -> None:
    """Pieces of what hosts write, in whatever order, are understood or refused."""
    assert read_or_refused(" ".join(words)) and read_or_refused("\n".join(words))


def test_a_sheet_is_read_in_each_form() -> None:
    """Labels, bare lines and one line tell the same."""
    labelled = read_sheet("Title: Reading\nWhen: 3 December 14:00\nWhere: Canteen\nAbout: Two\ncases", BERLIN, NOW)
    bare = read_sheet("Reading\n3 December 14:00\nCanteen\nTwo cases", BERLIN, NOW)
    assert labelled == bare and (labelled.about, labelled.minutes) == ("Two cases", 30)
    line = read_sheet("“Reading” on 3 December 14:00 in Canteen", BERLIN, NOW, 45)
    assert (line.title, line.where, line.minutes, line.about) == ("Reading", "Canteen", 45, "")


@pytest.mark.parametrize("words", ["", "3 December 14:00", "Title:\nWhen: 3 December 14:00", "A\nB\nC", "x" * 130])
def test_a_sheet_lacks_something(words: str) -> None:
    """Without a title, or without a time, nothing is planned."""
    with pytest.raises(ValueError, match=r"title|which day"):
        read_sheet(words, BERLIN, NOW)


@given(
    *(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80) for _ in range(4)), st.sampled_from(Phase)
)
def test_a_calendar_file_holds_one_event_whatever_is_written(
    title: str, where: str, about: str, name: str, phase: Phase
) -> None:
    """Line breaks, commas and "END:VEVENT" in words neither end the event nor add another."""
    host = Party("w", "U1", "", "p1", f"{name}\r\nEND:VEVENT")
    bag = Gathering("id", "w", host, title, f"{about}\nBEGIN:VEVENT", NOW, 30, where, BERLIN, NOW, phase)
    (event,) = Calendar.from_ical(as_calendar(bag)).walk("VEVENT")
    assert str(event["summary"]) == title and event.decoded("dtstart") == NOW
    assert str(event.get("location", "")) == where
    assert str(event["status"]) == ("CANCELLED" if phase is Phase.CANCELLED else "CONFIRMED")
