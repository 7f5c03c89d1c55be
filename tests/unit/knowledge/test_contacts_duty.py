"""Who is on duty, week by week, and when nobody is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest

from knowledge.contacts import Absence, Contact, Hours, Override, Rotation, is_absent, on_duty

INES: Final = "ines@example.com"
OMAR: Final = "omar@example.com"
GUEST: Final = "guest@example.com"
TEAM: Final = Contact(
    id="legal",
    name="Legal",
    topics=(),
    regions=("worldwide",),
    languages=("en",),
    hours=Hours(("mon",), "08:00", "18:00", "Europe/Berlin"),
    backup=None,
    reach={"channel": "#legal"},
    line=1,
)
TURNS: Final = replace(
    TEAM,
    rotation=Rotation(
        (INES, OMAR),
        date(2026, 11, 2),
        (
            Override(date(2026, 12, 21), date(2026, 12, 27), GUEST),
            Override(date(2026, 12, 28), date(2026, 12, 28), None),
        ),
    ),
)


def _noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def test_a_team_without_a_person_names_nobody() -> None:
    """Its channel is asked; that is no absence."""
    assert on_duty(TEAM, _noon("2026-11-02")) is None
    assert not is_absent(TEAM, _noon("2026-11-02"))


def test_a_fixed_person_is_always_on_duty() -> None:
    """Also while the door is closed: the clock waits, not the duty."""
    assert on_duty(replace(TEAM, person=INES), _noon("2026-11-08")) == INES


@pytest.mark.parametrize(
    ("day", "member"),
    [
        ("2026-11-01", None),
        ("2026-11-02", INES),
        ("2026-11-08", INES),
        ("2026-11-09", OMAR),
        ("2026-11-16", INES),
        ("2027-11-01", INES),
        ("2027-11-08", OMAR),
    ],
)
def test_members_take_weekly_turns(day: str, member: str | None) -> None:
    """From Monday to Sunday, in their order, for ever; before it begins nobody is named."""
    assert on_duty(TURNS, _noon(day)) == member
    assert not is_absent(TURNS, _noon(day))


def test_duty_is_handed_over_at_midnight_of_the_zone() -> None:
    """Sunday at 23:00 UTC is Monday in Berlin."""
    assert on_duty(TURNS, datetime(2026, 11, 8, 22, 59, tzinfo=UTC)) == INES
    assert on_duty(TURNS, datetime(2026, 11, 8, 23, 0, tzinfo=UTC)) == OMAR


def test_an_override_names_somebody_else() -> None:
    """From its first to its last day, also one who takes no turns."""
    days = ("2026-12-20", "2026-12-21", "2026-12-27")
    assert [on_duty(TURNS, _noon(day)) for day in days] == [INES, GUEST, GUEST]


def test_an_override_by_nobody_is_an_absence() -> None:
    """Then nobody is on duty, and the case goes on to the backup."""
    assert is_absent(TURNS, _noon("2026-12-28")) and on_duty(TURNS, _noon("2026-12-28")) is None
    assert not is_absent(TURNS, _noon("2026-12-27")) and not is_absent(TURNS, _noon("2026-12-29"))


def test_nobody_is_on_duty_in_an_absence() -> None:
    """Whole days, both ends included, in the contact's zone; neither a fixed person nor a turn is named then."""
    away = (Absence(date(2026, 11, 10), date(2026, 11, 11)),)
    for contact in (replace(TEAM, person=INES, absent=away), replace(TURNS, absent=away)):
        absent = [is_absent(contact, _noon(f"2026-11-{day:02}")) for day in (9, 10, 11, 12)]
        assert absent == [False, True, True, False]
        assert on_duty(contact, _noon("2026-11-10")) is None
    assert is_absent(replace(TEAM, absent=away), datetime(2026, 11, 9, 23, 30, tzinfo=UTC))


def test_a_public_holiday_is_no_absence() -> None:
    """The door is closed and the clock waits, but nobody else is asked."""
    assert not is_absent(replace(TEAM, holidays="DE"), _noon("2026-12-25"))
