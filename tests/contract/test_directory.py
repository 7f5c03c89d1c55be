"""The people as their identity provider lists them: what ``Directory`` promises, on every kind of database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from bot.ports import Profile, Row
from bot.ports.directory import Directory, Listed
from bot.state.directory import SqlDirectory, listings
from tests.contract.stores import NOW, Database

ACME, GLOBEX = "slack:T1", "slack:T2"
INES, OLU = "ines@example.com", "olu@example.com"
TODAY = NOW.date()


@pytest.fixture
def directory(database: Database) -> Directory:
    """A directory of a database in which Ines and Olu are listed in one organisation, and Ines in another."""
    listings.create(database.engine, checkfirst=True)
    database.state.roster.upsert(ACME, [Row(INES, "Ines", unit="toys"), Row(OLU, "Olu", track="coe")], NOW)
    database.state.roster.upsert(GLOBEX, [Row(INES, "Ines", unit="toys")], NOW)
    return SqlDirectory(database.engine)


def named(directory: Directory, email: str, organisation: str = ACME) -> Listed:
    """Somebody by address."""
    found = directory.look_up(organisation, "email", email, TODAY)
    assert found is not None
    return found


def test_who_was_not_linked_is_called_by_the_address(directory: Directory) -> None:
    """A person whom the identity provider did not list yet is found by the address as a user name."""
    found = named(directory, "Ines@Example.com ")
    assert (found.user_name, found.external, found.left, found.linked) == (INES, "", None, False)
    assert directory.look_up(ACME, "user_name", INES.upper(), TODAY) == found
    assert directory.find(ACME, found.person.id, TODAY) == found
    assert directory.look_up(ACME, "external", "", TODAY) is None


def test_names_of_the_identity_provider(directory: Directory) -> None:
    """A linked person is found by its names, as it writes them, and no longer by the address as a user name."""
    ines = named(directory, INES).person.id
    assert directory.link(ACME, ines, "Ines.E@corp.example.com", "Id-1")
    found = named(directory, INES)
    assert (found.user_name, found.external, found.linked) == ("Ines.E@corp.example.com", "Id-1", True)
    assert directory.look_up(ACME, "user_name", "ines.e@CORP.example.com", TODAY) == found
    assert directory.look_up(ACME, "external", "Id-1", TODAY) == found
    assert directory.look_up(ACME, "external", "id-1", TODAY) is None
    assert directory.look_up(ACME, "user_name", INES, TODAY) is None
    assert directory.link(ACME, ines, "ines", "")
    assert directory.look_up(ACME, "external", "Id-1", TODAY) is None
    directory.unlink(ACME, ines)
    assert named(directory, INES).user_name == INES


def test_a_name_is_one_persons(directory: Directory) -> None:
    """A user name or an id that somebody has is nobody else's, in one organisation; another one may have it, too."""
    ines, olu = named(directory, INES).person.id, named(directory, OLU).person.id
    assert directory.link(ACME, ines, "ines", "1")
    assert not directory.link(ACME, olu, "INES", "2")
    assert not directory.link(ACME, olu, "olu", "1")
    assert not named(directory, OLU).linked
    assert directory.link(ACME, olu, "olu")
    assert directory.link(GLOBEX, named(directory, INES, GLOBEX).person.id, "ines", "1")


def test_another_organisation_is_out_of_reach(directory: Directory) -> None:
    """By no method is somebody of another organisation found or changed."""
    ines = named(directory, INES).person.id
    assert directory.link(ACME, ines, "ines", "1")
    assert directory.find(GLOBEX, ines, TODAY) is None
    assert directory.look_up(GLOBEX, "external", "1", TODAY) is None
    assert ines not in [each.person.id for each in directory.members(GLOBEX, "unit", "toys", TODAY)]
    assert directory.those(GLOBEX, [ines], TODAY) == []
    assert not directory.link(GLOBEX, ines, "mine", "1")
    assert not directory.readdress(GLOBEX, ines, "other@example.com")
    directory.unlink(GLOBEX, ines)
    assert named(directory, INES).linked
    assert [each.person.organisation for each in directory.page(GLOBEX, 0, 10, TODAY)] == [GLOBEX]


def test_who_left_is_there_as_long_as_listed(database: Database, directory: Directory) -> None:
    """Somebody who left is found only while the identity provider lists them; a day to come is no matter."""
    ines, olu = named(directory, INES).person.id, named(directory, OLU).person.id
    assert directory.link(ACME, ines, "ines")
    leaving = [Row(INES, left=TODAY), Row(OLU, left=TODAY + timedelta(days=1))]
    database.state.roster.upsert(ACME, leaving, NOW)
    assert named(directory, INES).left == TODAY
    assert directory.find(ACME, olu, TODAY) and not directory.find(ACME, olu, TODAY + timedelta(days=1))
    assert directory.count(ACME, TODAY) == 2
    directory.unlink(ACME, ines)
    assert directory.look_up(ACME, "email", INES, TODAY) is None
    assert directory.look_up(ACME, "email", INES, date.min) is not None
    assert [each.person.id for each in directory.page(ACME, 0, 10, TODAY)] == [olu]
    assert directory.members(ACME, "unit", "toys", TODAY) == []


def test_who_has_no_address_is_not_among_them(database: Database, directory: Directory) -> None:
    """Somebody whose platform tells no address cannot be kept by an identity provider."""
    met = database.state.people.meet(ACME, "U1", Profile("Pat"), NOW)
    assert directory.find(ACME, met.id, TODAY) is None and directory.count(ACME, TODAY) == 2


def test_pages_and_members(database: Database, directory: Directory) -> None:
    """Pages show everybody once; members are those of a unit or a track; an id finds whose it is."""
    database.state.roster.upsert(ACME, [Row(f"p{number}@example.com", unit="toys") for number in range(7)], NOW)
    pages = [directory.page(ACME, skip, 4, TODAY) for skip in (0, 4, 8, 12)]
    assert [len(each) for each in pages] == [4, 4, 1, 0] and directory.count(ACME, TODAY) == 9
    everybody = [each.person.id for page in pages for each in page]
    assert len(set(everybody)) == 9
    assert len(directory.members(ACME, "unit", "toys", TODAY)) == 8
    assert [each.person.profile.email for each in directory.members(ACME, "track", "coe", TODAY)] == [OLU]
    ines = named(directory, INES)
    among = [*(f"nobody{number}" for number in range(1200)), ines.person.id, ines.person.id, "\0"]
    assert directory.those(ACME, among, TODAY) == [ines]
    assert directory.those(GLOBEX, among, TODAY) == []


def test_another_address(directory: Directory) -> None:
    """An address changes in whatever case, to one that nobody has; who is found by it is the same person."""
    ines = named(directory, INES).person.id
    assert not directory.readdress(ACME, ines, OLU.upper())
    assert not directory.readdress(ACME, ines, " ")
    assert directory.readdress(ACME, ines, "Ines.New@example.com")
    assert named(directory, "ines.new@example.com").person.id == ines
    assert directory.look_up(ACME, "email", INES, TODAY) is None


def test_who_was_forgotten_blocks_nobody(database: Database, directory: Directory) -> None:
    """The names of somebody who was forgotten are free again, and an id that is nobody's is not linked."""
    ines, olu = named(directory, INES).person.id, named(directory, OLU).person.id
    assert directory.link(ACME, ines, "ines", "1")
    assert database.state.subjects.forget(ACME, INES, NOW)
    assert directory.find(ACME, ines, TODAY) is None
    assert directory.link(ACME, olu, "ines", "1")
    assert not directory.link(ACME, ines, "gone")


def test_one_of_many_gets_a_name(database: Database, directory: Directory) -> None:
    """Of several processes that give one user name to different people at once, one succeeds."""
    database.state.roster.upsert(ACME, [Row(f"p{number}@example.com") for number in range(6)], NOW)
    people = [named(directory, f"p{number}@example.com").person.id for number in range(6)]
    together = threading.Barrier(6, timeout=30)

    def link(person: str) -> bool:
        own = SqlDirectory(database.open().engine)
        together.wait()
        return own.link(ACME, person, "same", "7")

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(link, people)) == [False] * 5 + [True]
    assert directory.look_up(ACME, "user_name", "same", TODAY) is not None
