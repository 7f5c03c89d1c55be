"""What every ``People`` must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import func, select, update

from bot.ports import Person, Profile
from bot.state import reading, writing
from bot.state.tables import people
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store

INES = Profile("Ines Example", "ines@example.com", "Europe/Lisbon", "pt-PT")
SLACK, TEAMS = "slack:T1", "teams:1"


def test_whom_the_bot_meets_it_finds(state: Repositories) -> None:
    """A person who was met is found by the account, with what the platform told."""
    met = state.people.meet("w", "U1", INES, NOW)
    assert (met.profile, met.organisation, met.roles) == (INES, "w", ())
    assert state.people.find("w", "U1") == met
    assert state.people.find("w", "U2") is None


def test_who_is_met_again_is_the_same(state: Repositories) -> None:
    """The profile is renewed and the person stays; what the platform no longer tells stays, too."""
    first = state.people.meet("w", "U1", INES, NOW)
    again = state.people.meet("w", "U1", Profile(name="Ines Newname", locale="en"), NOW + DAY)
    assert again.id == first.id
    assert again.profile == Profile("Ines Newname", "ines@example.com", "Europe/Lisbon", "en")


def test_no_email_joins_nobody(state: Repositories) -> None:
    """Two accounts of which nothing is known are two people."""
    assert state.people.meet("w", "U1", Profile(), NOW).id != state.people.meet("w", "U2", Profile(), NOW).id


def test_one_email_is_one_person(store: Store) -> None:
    """Accounts of two platforms with one e-mail, in whatever case, are one person of a joined organisation."""
    state = store.open([SLACK, TEAMS])
    slack = state.people.meet(SLACK, "U1", INES, NOW)
    teams = state.people.meet(TEAMS, "A1", Profile("Ines E.", " INES@Example.com "), NOW + MINUTE)
    assert teams.id == slack.id and teams.organisation == slack.organisation
    assert state.people.find(SLACK, "U1") == teams
    assert teams.profile == Profile("Ines E.", "ines@example.com", "Europe/Lisbon", "pt-PT")


def test_strangers_are_not_joined(store: Store) -> None:
    """The same e-mail in another organisation is another person, also where some workspaces are joined."""
    state = store.open([SLACK, TEAMS])
    ours = state.people.meet(SLACK, "U1", INES, NOW)
    theirs = state.people.meet("slack:T9", "U1", INES, NOW)
    assert theirs.id != ours.id and theirs.organisation == "slack:T9"


def test_an_email_known_later_joins_then(store: Store) -> None:
    """An account that tells its e-mail later becomes the person of that e-mail; what both knew is kept."""
    state = store.open([SLACK, TEAMS])
    slack = state.people.meet(SLACK, "U1", Profile("Ines Example", "ines@example.com"), NOW)
    teams = state.people.meet(TEAMS, "A1", Profile(time_zone="Europe/Lisbon"), NOW)
    assert teams.id != slack.id
    joined = state.people.meet(TEAMS, "A1", Profile(email="ines@example.com"), NOW + DAY)
    assert joined.id == slack.id
    assert joined.profile == Profile("Ines Example", "ines@example.com", "Europe/Lisbon")
    assert state.people.find(SLACK, "U1") == joined


def test_who_is_alone_changes_their_email(state: Repositories) -> None:
    """A new e-mail that is nobody's is the same person's."""
    first = state.people.meet("w", "U1", INES, NOW)
    again = state.people.meet("w", "U1", Profile(email="ines.newname@example.com"), NOW + DAY)
    assert again.id == first.id and again.profile.email == "ines.newname@example.com"
    assert state.people.meet("w", "U2", INES, NOW + DAY).id != first.id


def test_when_a_profile_was_renewed_is_known(state: Repositories) -> None:
    """An account was met since the moment of its last meeting, and not since a later one."""
    state.people.meet("w", "U1", INES, NOW - DAY)
    state.people.meet("w", "U1", INES, NOW)
    assert state.people.met_since("w", "U1", NOW)
    assert not state.people.met_since("w", "U1", NOW + MINUTE)
    assert not state.people.met_since("w", "U2", NOW - DAY)


def test_who_does_not_want_to_be_written_to_is_left_alone(state: Repositories) -> None:
    """An account may be written to once it was met, until it takes that back; meeting it again changes nothing."""
    assert not state.people.is_reachable("w", "U1")
    state.people.meet("w", "U1", INES, NOW)
    assert state.people.is_reachable("w", "U1")
    state.people.set_reachable("w", "U1", reachable=False)
    state.people.meet("w", "U1", INES, NOW + DAY)
    assert not state.people.is_reachable("w", "U1")
    state.people.set_reachable("w", "U1", reachable=True)
    assert state.people.is_reachable("w", "U1")


def test_one_platform_may_be_quiet_alone(store: Store) -> None:
    """Who blocks the bot on one platform can still be reached on the other."""
    state = store.open([SLACK, TEAMS])
    state.people.meet(SLACK, "U1", INES, NOW)
    state.people.meet(TEAMS, "A1", INES, NOW)
    state.people.set_reachable(TEAMS, "A1", reachable=False)
    assert state.people.is_reachable(SLACK, "U1") and not state.people.is_reachable(TEAMS, "A1")


def test_of_whom_was_never_met_nothing_is_remembered(state: Repositories) -> None:
    """Leave to write is given by meeting: without it nobody becomes reachable, and nobody stays unreachable."""
    state.people.set_reachable("w", "U1", reachable=True)
    assert not state.people.is_reachable("w", "U1")
    state.people.set_reachable("w", "U1", reachable=False)
    state.people.meet("w", "U1", INES, NOW)
    assert state.people.is_reachable("w", "U1")


def test_nothing_that_the_company_said_is_lost(database: Database) -> None:
    """Of two people who turn out to be one, the e-mail's own facts stay, gaps are filled, and roles are united."""
    state = database.open([SLACK, TEAMS])
    slack = state.people.meet(SLACK, "U1", INES, NOW)
    teams = state.people.meet(TEAMS, "A1", Profile(), NOW)
    _know(database, slack, track="executives", roles=["reviewer"])
    _know(database, teams, track="employees", region="de", hire_date=date(2026, 9, 1), roles=["owner", "reviewer"])
    joined = state.people.meet(TEAMS, "A1", INES, NOW + DAY)
    assert (joined.id, joined.track, joined.region) == (slack.id, "executives", "de")
    assert (joined.hire_date, joined.roles) == (date(2026, 9, 1), ("reviewer", "owner"))
    assert _count(database) == 1


def test_a_platform_cannot_change_what_the_company_said(database: Database) -> None:
    """Track, region, hire date and roles stay through every meeting."""
    state = database.open()
    met = state.people.meet("w", "U1", INES, NOW)
    _know(database, met, track="coe", region="us", hire_date=date(2020, 1, 2), roles=["owner"])
    again = state.people.meet("w", "U1", INES, NOW + DAY)
    assert (again.track, again.region, again.hire_date, again.roles) == ("coe", "us", date(2020, 1, 2), ("owner",))


def test_who_changed_to_another_persons_email_leaves_the_others_behind(database: Database) -> None:
    """Where one of two accounts turns out to be somebody else, the other account stays who it was."""
    state = database.open([SLACK, TEAMS])
    ines = state.people.meet(SLACK, "U1", INES, NOW)
    state.people.meet(TEAMS, "A1", INES, NOW)
    noor = state.people.meet(SLACK, "U2", Profile("Noor Example", "noor@example.com"), NOW)
    assert state.people.meet(TEAMS, "A1", Profile(email="noor@example.com"), NOW + DAY).id == noor.id
    found = state.people.find(SLACK, "U1")
    assert found is not None and (found.id, found.profile.email) == (ines.id, "ines@example.com")


def test_workspaces_may_be_joined_later_and_parted_again(database: Database) -> None:
    """People are joined when they are met after the setting changed, and parted likewise; what was said stays."""
    apart = database.open().people
    slack, teams = apart.meet(SLACK, "U1", INES, NOW), apart.meet(TEAMS, "A1", INES, NOW)
    _know(database, slack, track="coe")
    _know(database, teams, region="us")
    joined = database.open([SLACK, TEAMS]).people
    assert joined.find(SLACK, "U1") is None and not joined.met_since(SLACK, "U1", NOW)
    joined.meet(TEAMS, "A1", Profile(), NOW + DAY)
    both = joined.meet(SLACK, "U1", Profile(), NOW + DAY)
    assert joined.find(TEAMS, "A1") == both
    assert (both.track, both.region, both.profile, _count(database)) == ("coe", "us", INES, 1)
    apart = database.open().people
    assert apart.find(SLACK, "U1") is None
    parted = apart.meet(SLACK, "U1", INES, NOW + 2 * DAY)
    assert parted.id != both.id and (parted.organisation, parted.track, parted.region) == (SLACK, "coe", "us")


def test_twenty_who_meet_one_person_make_one_person(database: Database) -> None:
    """However many threads of two processes meet one e-mail at once, on several accounts: it is one person."""
    both = (database.open([SLACK, TEAMS]).people, database.open([SLACK, TEAMS]).people)
    with ThreadPoolExecutor(20) as pool:
        met = list(pool.map(lambda n: both[n % 2].meet((SLACK, TEAMS)[n % 2], f"U{n % 4}", INES, NOW), range(40)))
    assert len({each.id for each in met}) == 1
    assert _count(database) == 1


def test_twenty_who_meet_one_account_make_one_person(database: Database) -> None:
    """However many threads of two processes meet one account without an e-mail at once: it is one person."""
    both = (database.open().people, database.open().people)
    with ThreadPoolExecutor(20) as pool:
        met = list(pool.map(lambda n: both[n % 2].meet("w", "U1", Profile("Ines"), NOW), range(40)))
    assert len({each.id for each in met}) == 1
    assert _count(database) == 1


def _know(database: Database, person: Person, **facts: object) -> None:
    with writing(database.engine) as connection:
        connection.execute(update(people).where(people.c.id == person.id).values(facts))


def _count(database: Database) -> int:
    with reading(database.engine) as connection:
        return connection.execute(select(func.count()).select_from(people)).scalar_one()
