"""What every ``Roster`` must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from bot.errors import StateError
from bot.ports import Change, Profile, Row
from bot.state import reading
from bot.state.tables import people
from tests.contract.school import INES, ORG, School, in_memory, opened
from tests.contract.stores import DAY, MINUTE, NOW, Database

HIRED, LEFT = date(2026, 9, 1), date(2026, 12, 31)
WHOLE: Final = Row(
    *("ines@example.com", "Ines Example", "employees", "de", "toys", HIRED, LEFT),
    time_zone="Europe/Berlin",
    locale="de-DE",
)
FIELDS: Final = ("name", "track", "region", "unit", "hired", "left", "time_zone", "locale")

_EMAILS: Final = st.sampled_from(("a@example.com", "B@example.com", "b@example.com ", "c@example.com"))
_WORDS: Final = st.sampled_from((None, "", "x", "y\x00 日本"))
_DAYS: Final = st.sampled_from((None, "", HIRED, NOW.date(), LEFT))
ROWS: Final = st.lists(
    st.builds(Row, _EMAILS, _WORDS, _WORDS, _WORDS, _WORDS, hired=_DAYS, left=_DAYS, time_zone=_WORDS, locale=_WORDS),
    max_size=12,
)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    """A company without people: the fake, and each kind of database."""
    if request.param == "memory":
        yield in_memory()
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield opened(database)
    database.close()


def test_a_new_person_is_written_down_whole(school: School) -> None:
    """Everything that a row says is known of the person, who is found when they are met under that address."""
    assert school.listed(WHOLE) == [Change("ines@example.com", "new", FIELDS)]
    met = school.people.meet(ORG, "U1", Profile(email="INES@example.com"), NOW)
    assert met.profile == Profile("Ines Example", "ines@example.com", "Europe/Berlin", "de-DE")
    assert (met.track, met.region, met.unit, met.hire_date) == ("employees", "de", "toys", HIRED)
    school.learners.enrol(NOW)
    found = school.learners.find(met.id)
    assert found is not None and found.left == LEFT and found.person == met


def test_who_was_met_before_is_the_same_person(school: School) -> None:
    """A row about somebody who was met changes that person, and makes no other."""
    met = school.people.meet(ORG, "U1", Profile("Ines", "ines@example.com"), NOW)
    assert school.listed(Row(" Ines@Example.com", track="coe", hired=HIRED)) == [
        Change("ines@example.com", "changed", ("track", "hired"))
    ]
    found = school.people.find(ORG, "U1")
    assert found is not None and (found.id, found.track, found.hire_date) == (met.id, "coe", HIRED)


def test_the_same_again_changes_nothing(school: School) -> None:
    """A list that was imported already is the same the second time."""
    school.listed(WHOLE)
    assert school.listed(WHOLE) == [Change("ines@example.com", "same")]


def test_what_a_row_does_not_say_stays(school: School) -> None:
    """Nothing said leaves it as it is, empty takes it back."""
    school.listed(WHOLE)
    assert school.listed(Row("ines@example.com")) == [Change("ines@example.com", "same")]
    back = Row("ines@example.com", region="", unit="", hired="", left="")
    assert school.listed(back) == [Change("ines@example.com", "changed", ("region", "unit", "hired", "left"))]
    met = school.people.meet(ORG, "U1", Profile(email="ines@example.com"), NOW)
    assert (met.track, met.region, met.unit, met.hire_date) == ("employees", "", "", None)


def test_a_platform_knows_a_name_better(school: School) -> None:
    """Of who was met a list only fills in the name, zone and language that the platform does not tell."""
    school.listed(INES)
    school.people.meet(ORG, "U1", Profile("Ines E.", "ines@example.com"), NOW)
    said = Row("ines@example.com", "Ines Other", time_zone="Europe/Berlin", locale="")
    assert school.listed(said) == [Change("ines@example.com", "changed", ("time_zone",))]
    found = school.people.find(ORG, "U1")
    assert found is not None and found.profile == Profile("Ines E.", "ines@example.com", "Europe/Berlin")


def test_who_was_never_met_is_renamed_by_the_list(school: School) -> None:
    """As long as no platform told a name the list's newest one counts; an empty one does not take it back."""
    school.listed(INES)
    assert school.listed(Row("ines@example.com", "Ines Newname"))[0].fields == ("name",)
    assert school.listed(Row("ines@example.com", ""))[0].what == "same"
    assert school.people.meet(ORG, "U1", Profile(email="ines@example.com"), NOW).profile.name == "Ines Newname"


def test_who_leaves_is_told_apart(school: School) -> None:
    """A row by which somebody known leaves says so; a new one who has left already is new, and never taught."""
    school.listed(INES)
    kim = Row("kim@example.com", "Kim", "coe", left=NOW.date())
    changes = school.listed(Row("ines@example.com", left=NOW.date()), kim)
    assert [(each.what, each.fields[-1]) for each in changes] == [("left", "left"), ("new", "left")]
    assert school.learners.enrol(NOW) == 0 and school.due() == []


def test_of_two_rows_the_later_one_counts(school: School) -> None:
    """One address twice in a list, in whatever case, is one person, told as new once."""
    changes = school.listed(INES, Row("INES@example.com", track="coe"), Row("ines@example.com"))
    assert [each.what for each in changes] == ["new", "changed", "same"]
    assert school.people.meet(ORG, "U1", Profile(email="ines@example.com"), NOW).track == "coe"


def test_another_organisation_has_its_own_people(school: School) -> None:
    """The same address in another organisation is somebody else, whom a list does not touch."""
    theirs = school.people.meet("slack:T9", "U1", Profile("Ines", "ines@example.com"), NOW)
    assert school.listed(INES)[0].what == "new"
    assert school.people.find("slack:T9", "U1") == theirs


def test_a_dry_run_changes_nothing(school: School) -> None:
    """It tells what the same list would do, rows with one address included, and leaves everything as it was."""
    ines = school.join("ines")
    school.owe(ines, "one")
    rows = (
        Row("ines@example.com", left=NOW.date()),
        Row("kim@example.com", "Kim", "coe"),
        Row("kim@example.com", track="partners"),
    )
    told = school.listed(*rows, dry_run=True)
    assert [each.what for each in told] == ["left", "new", "changed"]
    assert len(school.books.owed()) == 1 and school.due() == []
    assert school.learners.enrol(NOW) == 0
    assert school.listed(*rows) == told
    assert school.books.owed() == [] and school.learners.enrol(NOW) == 1


def test_a_row_without_an_address_stops_the_list(school: School) -> None:
    """Where one row names nobody none is written down, the last one included."""
    with pytest.raises(ValueError, match="a row has no e-mail address; leave it out"):
        school.listed(INES, Row("  "))
    assert school.learners.enrol(NOW) == 0 and school.listed() == []


def test_only_what_matters_to_lessons_makes_them_look(school: School) -> None:
    """Another unit leaves the next look as it is; another hire date, region or time zone makes it now."""
    school.listed(INES)
    school.learners.enrol(NOW)
    (ines,) = school.learners.looking(NOW, 1)
    for number, said in enumerate((Row(INES.email, hired=HIRED), Row(INES.email, region="de"))):
        seen = NOW + number * DAY
        school.owe(ines.person, f"l{number}", seen, seen + DAY)
        school.listed(Row(INES.email, unit=f"u{number}"), at=seen + MINUTE)
        assert school.due(seen + MINUTE) == []
        school.listed(said, at=seen + MINUTE)
        assert school.due(seen + MINUTE) == ["Ines Example"]
        assert len(school.books.owed()) == number + 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS)
def test_the_fake_does_what_a_database_does(tmp_path_factory: pytest.TempPathFactory, first: Any, second: Any) -> None:
    """Whatever lists say one after another, both tell the same changes, dry or not, and a repeat is never new."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('roster') / 'state.db'}")
    try:
        real, fake = opened(database), in_memory()
        for rows in (first, second):
            dry = real.listed(*rows, dry_run=True)
            assert dry == fake.listed(*rows, dry_run=True)
            assert dry == real.listed(*rows) == fake.listed(*rows)
            assert len(dry) == len(rows)
            assert not [each for each in real.listed(*rows) if each.what == "new"]
            fake.listed(*rows)
            assert real.learners.enrol(NOW) == fake.learners.enrol(NOW)
            assert sorted(_emails(real)) == sorted(_emails(fake))
    finally:
        database.close()


def test_a_list_that_broke_off_can_be_repeated(database: Database) -> None:
    """What was written before it broke off stays, each part whole; the repeat does the rest."""
    school = opened(database)
    state = database.open()
    rows = [Row(f"p{number}@example.com", f"p{number}", "coe") for number in range(1200)]
    begun: list[int] = []

    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO people"):
            begun.append(1)
            if len(begun) == 2:
                raise StateError("the machine stopped")

    event.listen(state.engine, "before_cursor_execute", break_off)
    with pytest.raises(StateError, match="the machine stopped"):
        state.roster.upsert(ORG, rows, NOW)
    some = _count(database)
    assert 0 < some < 1200
    again = school.listed(*rows)
    assert [each.what for each in again] == ["same"] * some + ["new"] * (1200 - some)
    assert _count(database) == 1200


def test_two_lists_at_once_make_nobody_twice(database: Database) -> None:
    """However many import the same list while its people are met, each address is one person."""
    both = (opened(database), opened(database))
    rows = [Row(f"p{number}@example.com", f"p{number}", "coe") for number in range(30)]

    def work(number: int) -> Sequence[Change]:
        school = both[number % 2]
        school.people.meet(ORG, f"U{number}", Profile(email=f"p{number}@example.com"), NOW)
        return school.listed(*rows)

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(work, range(6), timeout=60))
    assert _count(database) == 30
    assert sum(each.what == "new" for changes in told for each in changes) <= 30


def _emails(school: School) -> list[str]:
    return [each.person.profile.email for each in school.learners.looking(NOW, 100)]


def _count(database: Database) -> int:
    with reading(database.engine) as connection:
        return connection.execute(select(func.count()).select_from(people)).scalar_one()
