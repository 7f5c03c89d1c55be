"""Who showed what: every implementation keeps it alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import select

from bot.ports import Person
from bot.ports.certificates import Attempt, Attestation, Certificate, Certificates, Lacking, Proof
from bot.state import State, reading, writing
from bot.state.lessons.certificate_tables import SHOWN, certificates
from bot.state.lessons.certificates import SqlCertificates
from bot.state.lessons.merge import unite
from tests.contract.school import ORG, MemoryBooks, School, in_database
from tests.contract.stores import DAY, NOW, Database
from tests.fakes.certificates import MemoryCertificates
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, MemoryRoster, RosteredPeople

LEVEL: Final = "employees-white"
YEAR: Final = timedelta(days=365)


class Office:
    """A school with what is certified in it."""

    def __init__(self, school: School, kept: Certificates) -> None:
        self.school = school
        self.kept = kept

    def give(self, person: Person, name: str, place: int, at: datetime = NOW, level: str = LEVEL) -> Certificate:
        """Award a certificate."""
        awarded = self.kept.award(certificate(person, name, place, at, level))
        assert awarded is not None
        return awarded


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """Nobody and nothing yet, in memory and in each database."""
    if request.param == "memory":
        people, jobs = RosteredPeople(), MemoryJobs()
        learners = MemoryLearners(people, jobs)
        school = School(people, learners, MemoryRoster(people, learners), MemoryBooks(jobs))
        yield Office(school, MemoryCertificates(learners))
        return
    for database in _databases(request):
        state = database.open()
        yield Office(in_database(state), SqlCertificates(state.engine))


@pytest.fixture
def filled(database: Database) -> tuple[State, Person]:
    """A database in which Ines showed all there is to show."""
    state = database.open()
    office = Office(in_database(state), SqlCertificates(state.engine))
    ines = office.school.join("ines")
    office.give(ines, "one", 7)
    office.kept.begin(attempt(ines))
    office.kept.prove(Proof("bag:1", ines.id, "brown_bag", "The cake", NOW, "host"))
    office.kept.attest(Attestation(ines.id, "disclosure", "3.1", NOW, "f00d"))
    return state, ines


def certificate(person: Person, name: str, place: int, at: datetime = NOW, level: str = LEVEL) -> Certificate:
    """A certificate for a year."""
    return Certificate(name, ORG, person.id, level, at, at + YEAR, place, f"token-{name}")


def attempt(person: Person, number: int = 1, at: datetime = NOW) -> Attempt:
    """An attempt with two questions."""
    return Attempt(person.id, LEVEL, number, at, ("key", "cake"))


def test_a_certificate_is_kept_and_found(office: Office) -> None:
    """It is found by its id, listed for its holder and the organisation, and its place is taken."""
    ines, noor = office.school.join("ines"), office.school.join("noor")
    first = office.give(ines, "one", 7)
    second = office.give(noor, "two", 9, NOW + DAY)
    assert office.kept.find("one") == first and office.kept.find("three") is None
    assert list(office.kept.held(ines.id)) == [first]
    assert list(office.kept.every(ORG)) == [first, second] and list(office.kept.every("slack:T2")) == []
    assert set(office.kept.places()) == {7, 9} and not office.kept.revoked_places()


def test_a_second_press_awards_nothing_new(office: Office) -> None:
    """On the same day the same level comes back; another day, another level or a revoked one is awarded anew."""
    ines = office.school.join("ines")
    first = office.give(ines, "one", 1)
    assert office.give(ines, "two", 2, NOW + timedelta(minutes=1)) == first
    assert office.give(ines, "three", 3, NOW + DAY).id == "three"
    assert office.give(ines, "four", 4, level="employees-yellow").id == "four"
    office.kept.revoke("one", NOW, "cli", "mistaken")
    assert office.give(ines, "five", 5).id == "five"


def test_a_place_belongs_to_one(office: Office) -> None:
    """Where the place was taken meanwhile nothing is kept."""
    ines, noor = office.school.join("ines"), office.school.join("noor")
    office.give(ines, "one", 7)
    assert office.kept.award(certificate(noor, "two", 7)) is None
    assert office.kept.find("two") is None


def test_what_is_revoked_stays_revoked(office: Office) -> None:
    """It is taken back once, with who and why, and its place is on the list."""
    ines = office.school.join("ines")
    office.give(ines, "one", 7)
    office.give(ines, "two", 8, NOW + DAY)
    assert office.kept.revoke("one", NOW + DAY, "cli", "lent to somebody")
    assert not office.kept.revoke("one", NOW + 2 * DAY, "root", "again") and not office.kept.revoke("no", NOW, "", "")
    found = office.kept.find("one")
    assert found is not None
    assert (found.revoked, found.revoked_by, found.reason) == (NOW + DAY, "cli", "lent to somebody")
    assert set(office.kept.revoked_places()) == {7}


def test_the_first_word_on_praise_counts(office: Office) -> None:
    """Only the holder says whether colleagues are told, once, and not of what was revoked."""
    ines, noor = office.school.join("ines"), office.school.join("noor")
    office.give(ines, "one", 7)
    assert office.kept.say_praise(noor.id, "one", agreed=True) is None
    said = office.kept.say_praise(ines.id, "one", agreed=False)
    again = office.kept.say_praise(ines.id, "one", agreed=True)
    assert said is not None and again is not None and (said.praise, again.praise) == (False, False)
    office.kept.revoke("one", NOW, "cli", "")
    assert office.kept.say_praise(ines.id, "one", agreed=True) is None


def test_an_exam_is_sat_once_at_a_time(office: Office) -> None:
    """An open attempt comes back until it is scored; then the next one has the next number."""
    ines = office.school.join("ines")
    first = office.kept.begin(attempt(ines))
    assert office.kept.begin(replace(attempt(ines, at=NOW + DAY), items=("other",))) == first
    assert office.kept.finish(ines.id, LEVEL, 1, NOW + DAY, 1, passed=False)
    assert not office.kept.finish(ines.id, LEVEL, 1, NOW + DAY, 2, passed=True)
    assert office.kept.begin(attempt(ines, at=NOW + 2 * DAY)).number == 2
    done, open_one = office.kept.attempts(ines.id)
    assert (done.ended, done.right, done.passed) == (NOW + DAY, 1, False)
    assert (open_one.ended, open_one.items) == (None, ("key", "cake"))


def test_the_first_answer_counts(office: Office) -> None:
    """An answer is kept for a question of the open attempt; a second one, a stray one or a late one is not."""
    ines = office.school.join("ines")
    office.kept.begin(attempt(ines))
    office.kept.answer(ines.id, LEVEL, 1, "key", (0, 2))
    office.kept.answer(ines.id, LEVEL, 1, "key", (1,))
    after = office.kept.answer(ines.id, LEVEL, 1, "stray", (1,))
    assert after is not None and dict(after.answers) == {"key": (0, 2)}
    assert office.kept.answer(ines.id, LEVEL, 2, "key", (0,)) is None
    office.kept.finish(ines.id, LEVEL, 1, NOW, 0, passed=False)
    assert office.kept.answer(ines.id, LEVEL, 1, "cake", (0,)) is None
    assert [dict(each.answers) for each in office.kept.attempts(ines.id)] == [{"key": (0, 2)}]


def test_evidence_and_attestations_are_kept_once(office: Office) -> None:
    """The same deed counts once, and a version of a policy is confirmed once; another version is another."""
    ines, noor = office.school.join("ines"), office.school.join("noor")
    deed = Proof("bag:1", ines.id, "brown_bag", "The cake", NOW, "host")
    assert office.kept.prove(deed) and not office.kept.prove(replace(deed, about="Something else"))
    assert office.kept.prove(replace(deed, id="bag:2", at=NOW - DAY))
    assert [each.id for each in office.kept.proofs(ines.id)] == ["bag:2", "bag:1"]
    read = Attestation(ines.id, "disclosure", "3.1", NOW, "f00d")
    assert office.kept.attest(read) and not office.kept.attest(replace(read, line="beef"))
    assert office.kept.attest(replace(read, version="3.2", at=NOW + DAY))
    assert [(each.version, each.line) for each in office.kept.attestations(ines.id)] == [
        ("3.1", "f00d"),
        ("3.2", "f00d"),
    ]
    assert not office.kept.proofs(noor.id) and not office.kept.attestations(noor.id)


def test_who_lacks_a_level_is_found_page_by_page(office: Office) -> None:
    """Who never had it, or whose last one ends in time, on that track; whoever holds a later one is left out."""
    names = {office.school.join(name).id: name for name in ("ines", "noor", "olu", "pat")}
    by_name = {name: person for person, name in names.items()}
    person = {name: office.school.people.find(ORG, name) for name in by_name}
    assert all(person.values())
    office.school.join("boss", track="executives")
    for name, place, since in (("noor", 1, NOW - YEAR), ("olu", 2, NOW - YEAR), ("olu", 3, NOW), ("pat", 4, NOW)):
        holder = person[name]
        assert holder is not None
        office.give(holder, f"{name}-{place}", place, since)
    office.kept.revoke("pat-4", NOW, "cli", "")
    found = office.kept.lacking("employees", LEVEL, NOW, NOW + DAY)
    assert {names[each.person]: each.expires for each in found} == {"ines": None, "noor": NOW, "pat": None}
    pages: list[Lacking] = []
    while page := office.kept.lacking("employees", LEVEL, NOW, NOW + DAY, pages[-1].person if pages else "", 2):
        pages += page
    assert pages == list(found)
    assert [names[each.person] for each in office.kept.lacking("employees", LEVEL, NOW - DAY, NOW + DAY)] == ["noor"]


def test_who_is_silent_about_a_policy_is_found(office: Office) -> None:
    """Learners who have not confirmed this version, and nobody who left."""
    ines, noor, olu = (office.school.join(name) for name in ("ines", "noor", "olu"))
    office.kept.attest(Attestation(ines.id, "disclosure", "3.1", NOW, ""))
    office.kept.attest(Attestation(noor.id, "disclosure", "3.0", NOW, ""))
    assert set(office.kept.silent("disclosure", "3.1", NOW)) == {noor.id, olu.id}
    first = office.kept.silent("disclosure", "3.1", NOW, most=1)
    assert len(first) == 1 and set(office.kept.silent("disclosure", "3.1", NOW, first[0])) == {noor.id, olu.id} - set(
        first
    )


def test_what_somebody_showed_is_told_and_forgotten(filled: tuple[State, Person]) -> None:
    """An export holds all of it; afterwards nothing names them, and a revoked place stays revoked and taken."""
    state, ines = filled
    kept = SqlCertificates(state.engine)
    kept.revoke("one", NOW, "cli", "lent")
    told = state.subjects.export(ORG, "ines@example.com")
    assert told is not None
    assert [each["level"] for each in told["certificates"]] == [LEVEL] and told["exams"][0]["items"] == ["key", "cake"]
    assert (told["evidence"][0]["about"], told["attestations"][0]["version"]) == ("The cake", "3.1")
    counts = state.subjects.forget(ORG, "ines@example.com", NOW, "root")
    assert counts is not None and [counts[name] for name in ("certificates", "exams", "evidence", "attestations")] == [
        1,
        1,
        1,
        1,
    ]
    with reading(state.engine) as connection:
        rows = [row for table in (*SHOWN, certificates) for row in connection.execute(select(table))]
    assert len(rows) == 1 and not {ines.id, "one", "token-one", "cli"} & set(rows[0])
    assert kept.find("one") is None and kept.find("forgotten-7") is None and not kept.every(ORG)
    assert set(kept.places()) == {7} == set(kept.revoked_places())


def test_what_two_showed_becomes_what_one_did(filled: tuple[State, Person]) -> None:
    """Where two people are one, certificates, evidence and attempts are theirs, and a policy is confirmed once."""
    state, ines = filled
    office = Office(in_database(state), SqlCertificates(state.engine))
    noor = office.school.join("noor")
    office.kept.begin(attempt(noor))
    office.kept.attest(Attestation(noor.id, "disclosure", "3.1", NOW, "beef"))
    with writing(state.engine) as connection:
        unite(connection, ines.id, noor.id)
    assert [each.id for each in office.kept.held(noor.id)] == ["one"] and not office.kept.held(ines.id)
    assert sorted(each.number for each in office.kept.attempts(noor.id)) == [1, 2]
    assert [each.line for each in office.kept.attestations(noor.id)] == ["beef"]
    assert [each.id for each in office.kept.proofs(noor.id)] == ["bag:1"] and not office.kept.attestations(ines.id)


def _databases(request: pytest.FixtureRequest) -> Iterator[Database]:
    folder = request.getfixturevalue("tmp_path")
    sqlite = f"sqlite:///{folder / 'data' / 'state.db'}"
    database = Database(request.getfixturevalue("postgres_url") if request.param == "postgresql" else sqlite)
    yield database
    database.close()
