"""Routing: the entry that fits best, and nobody left alone when it is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.contacts import (
    LAST_RESORT,
    Absence,
    Contact,
    Contacts,
    Hours,
    Need,
    Override,
    Rotation,
    is_absent,
    route,
)
from knowledge.errors import ContentError

AT: Final = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
HOURS: Final = Hours(("mon", "tue", "wed", "thu", "fri"), "08:00", "18:00", "UTC")
LEAD: Final = Contact(LAST_RESORT, "Lead", (), ("worldwide",), ("en",), HOURS, None, {"channel": "#lead"}, 1)
LEGAL: Final = replace(LEAD, id="legal", languages=("en", "de", "fr"), backup="privacy")
PRIVACY: Final = replace(LEAD, id="privacy", backup=LAST_RESORT)
FAMILY: Final = (
    LEAD,
    LEGAL,
    PRIVACY,
    replace(LEGAL, id="legal_eu", stands_in_for="legal", regions=("eu",), backup=None),
    replace(LEGAL, id="legal_de", stands_in_for="legal", regions=("de", "at", "CH"), languages=("de",), backup=None),
    replace(LEGAL, id="legal_by", stands_in_for="legal", regions=("de-by",), backup="legal_de"),
    replace(LEGAL, id="legal_shops", stands_in_for="legal", units=("Retail",), backup=None),
    replace(LEGAL, id="legal_shops_us", stands_in_for="legal", regions=("us",), units=("retail",), backup=None),
    replace(LEGAL, id="legal_fr", stands_in_for="legal", languages=("fr",), backup=None),
)
AWAY: Final = (Absence(date(2026, 12, 21), date(2026, 12, 31)),)


def _away(contacts: tuple[Contact, ...], *identifiers: str) -> Contacts:
    return Contacts(tuple(replace(each, absent=AWAY) if each.id in identifiers else each for each in contacts))


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need("legal"), "legal"),
        (Need("legal", region="br"), "legal"),
        (Need("legal", region="fr"), "legal_eu"),
        (Need("legal", region="eu"), "legal_eu"),
        (Need("legal", region="DE"), "legal_de"),
        (Need("legal", region="ch"), "legal_de"),
        (Need("legal", region="de-by"), "legal_by"),
        (Need("legal", region="de-hh"), "legal_de"),
        (Need("legal", region="de", language="en"), "legal_de"),
        (Need("legal", unit="retail"), "legal_shops"),
        (Need("legal", unit="banking"), "legal"),
        (Need("legal", region="us", unit="RETAIL"), "legal_shops_us"),
        (Need("legal", region="us"), "legal"),
        (Need("legal", region="de", unit="retail"), "legal_de"),
        (Need("legal", language="fr"), "legal_fr"),
        (Need("legal", language="de"), "legal"),
        (Need("legal", language="pt"), "legal"),
        (Need("legal", region="br", unit="retail", language="fr"), "legal_shops"),
        (Need("legal_de", region="us"), "legal_de"),
        (Need("privacy", region="de"), "privacy"),
    ],
)
def test_the_closest_entry_takes_it(need: Need, expected: str) -> None:
    """Region before unit before language, the narrower before the wider; who asks for an entry by its id gets it."""
    routed = route(Contacts(FAMILY), need, AT)
    assert (routed.contact.id, routed.member, routed.passed_over) == (expected, None, ())


def test_of_equals_the_one_that_was_named() -> None:
    """An entry that fits no better takes nothing away, and of two stand-ins the first one written is taken."""
    twin = replace(LEGAL, id="twin", stands_in_for="legal")
    assert route(Contacts((LEAD, twin, LEGAL)), Need("legal", language="fr"), AT).contact.id == "legal"
    german = [replace(twin, id=name, regions=("de",)) for name in ("first", "second")]
    assert route(Contacts((LEAD, LEGAL, *german)), Need("legal", "de"), AT).contact.id == "first"


def test_of_those_who_speak_the_language_the_one_that_is_open() -> None:
    """Two that fit alike take turns by their hours; where both are closed, the one that was named waits."""
    east = replace(LEGAL, id="east", stands_in_for="legal", hours=Hours(LEGAL.hours.days, "00:00", "08:00", "UTC"))
    west = replace(LEGAL, hours=Hours(LEGAL.hours.days, "08:00", "18:00", "UTC"))
    contacts = Contacts((LEAD, west, east))
    for hour, language, expected in ((3, "en", "east"), (10, "en", "legal"), (20, "en", "legal"), (3, None, "legal")):
        at = datetime(2026, 11, 4, hour, tzinfo=UTC)
        assert route(contacts, Need("legal", language=language), at).contact.id == expected


def test_a_contact_that_does_not_exist_swallows_nothing() -> None:
    """The last resort takes the case, and it is said why."""
    routed = route(Contacts(FAMILY), Need("nobody"), AT)
    assert (routed.contact.id, routed.passed_over) == (LAST_RESORT, (("nobody", "is no contact"),))


def test_who_is_absent_is_passed_over_for_the_backup() -> None:
    """It is said until when, in the words in which it is shown."""
    routed = route(_away(FAMILY, "legal"), Need("legal"), AT)
    assert (routed.contact.id, routed.passed_over) == ("privacy", (("legal", "absent until 31 December"),))


def test_a_backup_may_be_absent_or_unknown_too() -> None:
    """The line goes on to the last resort, with a reason for each who was passed over."""
    routed = route(_away(FAMILY, "legal", "privacy"), Need("legal"), AT)
    assert routed.contact.id == LAST_RESORT
    assert [identifier for identifier, _ in routed.passed_over] == ["legal", "privacy"]
    gone = Contacts((LEAD, replace(LEGAL, backup="gone", absent=AWAY)))
    assert route(gone, Need("legal"), AT).passed_over[1:] == (("gone", "is no contact"),)


def test_who_stands_in_is_backed_by_whom_it_stands_for() -> None:
    """Unless it names a backup of its own."""
    assert route(_away(FAMILY, "legal_shops"), Need("legal", unit="retail"), AT).contact.id == "legal"
    assert route(_away(FAMILY, "legal_by"), Need("legal", "de-by"), AT).contact.id == "legal_de"


def test_a_backup_is_routed_as_closely_as_the_first_choice() -> None:
    """A German case whose team is away goes to the German entry of the backup."""
    privacy_de = replace(PRIVACY, id="privacy_de", stands_in_for="privacy", regions=("de",))
    contacts = Contacts((*_away((LEAD, LEGAL, PRIVACY), "legal"), privacy_de))
    assert route(contacts, Need("legal", "de"), AT).contact.id == "privacy_de"


def test_closed_doors_pass_nobody_over() -> None:
    """At night, on Sunday and on a public holiday the clock waits."""
    contacts = Contacts((LEAD, replace(LEGAL, holidays="DE")))
    for at in (AT.replace(hour=3), datetime(2026, 11, 1, 12, tzinfo=UTC), AT.replace(day=25)):
        assert route(contacts, Need("legal"), at).contact.id == "legal"


def test_everybody_absent_is_the_last_resort_all_the_same() -> None:
    """Somebody has to find the case when they are back; who takes it was not passed over."""
    everybody = _away(FAMILY, *(each.id for each in FAMILY))
    routed = route(everybody, Need("legal"), AT)
    assert (routed.contact.id, routed.member) == (LAST_RESORT, None)
    assert LAST_RESORT not in dict(routed.passed_over) and "legal" in dict(routed.passed_over)


def test_the_last_resort_may_have_a_backup() -> None:
    """Before a case waits for somebody who is away, their backup takes it."""
    contacts = Contacts((replace(LEAD, backup="legal", absent=AWAY), LEGAL))
    routed = route(contacts, Need(LAST_RESORT), AT)
    assert (routed.contact.id, [each for each, _ in routed.passed_over]) == ("legal", [LAST_RESORT])


def test_circles_end() -> None:
    """Backups that go round, and an entry that stands in for itself, are asked once each."""
    one, two = replace(LEGAL, id="one", backup="two"), replace(LEGAL, id="two", backup="one")
    itself = replace(LEGAL, id="itself", backup="itself", stands_in_for="itself")
    contacts = _away((LEAD, one, two, itself), "one", "two", "itself")
    assert route(contacts, Need("one"), AT).contact.id == LAST_RESORT
    assert [each for each, _ in route(contacts, Need("itself"), AT).passed_over] == ["itself"]


def test_a_pack_without_a_last_resort_still_finds_somebody() -> None:
    """The first of the file is better than nobody; nobody at all is an error that says what to do."""
    assert route(Contacts((LEGAL, PRIVACY)), Need("nobody"), AT).contact.id == "legal"
    with pytest.raises(ContentError, match="add 'coe_lead'"):
        route(Contacts(()), Need("legal"), AT)


def test_the_person_on_duty_is_named() -> None:
    """The one whose week it is, at the moment of the case."""
    rotation = Rotation(("ines@example.com", "omar@example.com"), date(2026, 12, 14))
    contacts = Contacts((LEAD, replace(LEGAL, rotation=rotation)))
    assert route(contacts, Need("legal"), AT).member == "omar@example.com"
    assert route(contacts, Need("legal"), AT.replace(day=20)).member == "ines@example.com"


def test_an_absence_ends_where_somebody_is_back() -> None:
    """Absences that follow one another are one; a day in another year has its year."""
    nobody = Override(date(2027, 1, 1), date(2027, 1, 3), None)
    rotation = Rotation(("ines@example.com",), date(2026, 11, 2), (nobody,))
    contacts = Contacts((LEAD, replace(LEGAL, absent=AWAY, rotation=rotation, backup=None)))
    assert route(contacts, Need("legal"), AT).passed_over == (("legal", "absent until 3 January 2027"),)


@st.composite
def _any_contacts(draw: st.DrawFn) -> Contacts:
    """Any graph of backups and stand-ins between some contacts, sound or not, any of them away."""
    names = [LAST_RESORT, "a", "b", "c", "d"]
    targets = st.sampled_from([None, "gone", *names])
    return Contacts(
        tuple(
            replace(
                LEGAL,
                id=name,
                backup=draw(targets),
                stands_in_for=draw(targets),
                regions=draw(st.sampled_from([("worldwide",), ("de",), ("eu",)])),
                absent=draw(st.sampled_from([(), AWAY])),
            )
            for name in names
        )
    )


@given(
    contacts=_any_contacts(),
    named=st.sampled_from([LAST_RESORT, "a", "b", "gone"]),
    region=st.sampled_from([None, "de"]),
)
@settings(max_examples=500, deadline=None)
def test_every_case_finds_somebody(contacts: Contacts, named: str, region: str | None) -> None:
    """Whatever the file says, routing ends with a contact that is there, or else with the last resort."""
    routed = route(contacts, Need(named, region), AT)
    passed = [identifier for identifier, _ in routed.passed_over]
    assert len(passed) == len(set(passed)) and routed.contact.id not in passed
    assert routed.contact.id == LAST_RESORT or not is_absent(routed.contact, AT)
