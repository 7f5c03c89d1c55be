"""What every ``Staff`` and every ``Desks`` must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.ports import LEAD, STAFF, Desk, Person, Profile
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store

SLACK, TEAMS = "slack:T1", "teams:1"
GROUP = "slack:S012"


def test_a_role_is_given_and_taken_back(state: Repositories) -> None:
    """Who was given a role has it once, however often, until it is taken back."""
    ines = _meet(state, "Ines")
    for _ in range(2):
        state.staff.grant(ines.id, STAFF)
    assert _roles(state) == (STAFF,)
    for _ in range(2):
        state.staff.revoke(ines.id, STAFF)
    assert _roles(state) == ()


def test_a_role_of_two_sources_stays_until_both_take_it_back(state: Repositories) -> None:
    """A role that a person and a group gave is shown once, and stays while one of them gives it."""
    ines = _meet(state, "Ines")
    state.staff.grant(ines.id, STAFF)
    state.staff.grant(ines.id, STAFF, GROUP)
    state.staff.grant(ines.id, "legal", GROUP)
    assert _roles(state) == (STAFF, "legal")
    state.staff.revoke(ines.id, STAFF)
    assert sorted(_roles(state)) == [STAFF, "legal"]
    state.staff.revoke(ines.id, STAFF, GROUP)
    assert _roles(state) == ("legal",)


def test_nobody_is_given_nothing(state: Repositories) -> None:
    """A role for an id that nobody has is no mistake and gives nobody anything."""
    _meet(state, "Ines")
    state.staff.grant("unknown", STAFF)
    state.staff.revoke("unknown", STAFF)
    assert _roles(state) == ()
    assert not state.staff.organisations()


def test_a_group_is_the_only_source_of_its_roles(state: Repositories) -> None:
    """After a group was read its members have the role and nobody else by it; what was given by hand stays."""
    _, _, kim = (_meet(state, name) for name in ("Ines", "Noor", "Kim"))
    state.staff.grant(kim.id, STAFF)
    assert state.staff.synchronise(SLACK, ["Ines", "Noor", "Stranger"], STAFF, GROUP) == 2
    assert _names(state, STAFF) == ["Ines", "Kim", "Noor"]
    assert state.staff.synchronise(SLACK, ["Noor", "Kim"], STAFF, GROUP) == 2
    assert _names(state, STAFF) == ["Kim", "Noor"]
    assert state.staff.synchronise(SLACK, ["Noor", "Kim"], STAFF, GROUP) == 0
    assert state.staff.synchronise(SLACK, [], STAFF, GROUP) == 2
    assert _names(state, STAFF) == ["Kim"]
    assert not _roles(state) and _found(state, "Kim").roles == (STAFF,)


def test_who_is_met_later_gets_the_role_then(state: Repositories) -> None:
    """A member of a group who was never met gets the role when the group is read again."""
    assert state.staff.synchronise(SLACK, ["Ines"], STAFF, GROUP) == 0
    _meet(state, "Ines")
    assert state.staff.synchronise(SLACK, ["Ines"], STAFF, GROUP) == 1
    assert _roles(state) == (STAFF,)


def test_groups_do_not_take_from_each_other(state: Repositories) -> None:
    """A group takes back neither another group's role nor another role of its own members."""
    _meet(state, "Ines")
    state.staff.synchronise(SLACK, ["Ines"], STAFF, GROUP)
    state.staff.synchronise(SLACK, ["Ines"], LEAD, GROUP)
    state.staff.synchronise(SLACK, [], STAFF, "slack:S013")
    state.staff.synchronise(SLACK, [], LEAD, GROUP)
    assert _roles(state) == (STAFF,)


def test_a_large_group_is_read_whole(database: Database) -> None:
    """Also a group of more accounts than fit into one statement gives each its role."""
    state = database.open()
    for number in (0, 499, 500, 1200):
        _meet(state, f"U{number}")
    assert state.staff.synchronise(SLACK, [f"U{number}" for number in range(1300)], STAFF, GROUP) == 4


def test_roles_outlive_a_meeting(state: Repositories) -> None:
    """Meeting somebody again changes neither their roles nor where those come from."""
    ines = _meet(state, "Ines")
    state.staff.grant(ines.id, STAFF, GROUP)
    assert _meet(state, "Ines").roles == (STAFF,)
    state.staff.revoke(ines.id, STAFF, GROUP)
    assert _roles(state) == ()


def test_staff_are_found_by_role(state: Repositories) -> None:
    """Those who hold one of some roles come once each, by name; a role that begins alike is another role."""
    ines, noor, kim = (_meet(state, name) for name in ("Ines", "noor", "Kim"))
    state.staff.grant(ines.id, "legal")
    state.staff.grant(ines.id, "press", GROUP)
    state.staff.grant(noor.id, "legal", GROUP)
    state.staff.grant(kim.id, "legal_us")
    assert _names(state, "legal") == ["Ines", "noor"]
    assert _names(state, "legal", "press", "legal_us") == ["Ines", "Kim", "noor"]
    assert _names(state, "leg%") == _names(state, "unknown") == _names(state) == []


def test_roles_may_have_any_name(state: Repositories) -> None:
    """A contact's id is data, whatever is in it."""
    ines = _meet(state, "Ines")
    for role in ('a"b', "ü_%", "back\\slash"):
        state.staff.grant(ines.id, role)
        assert _names(state, role) == ["Ines"]


def test_people_are_found_by_email(state: Repositories) -> None:
    """A person is found by their e-mail in whatever case, in their own organisation; nobody has no e-mail."""
    ines = state.people.meet(SLACK, "U1", Profile("Ines", "ines@example.com"), NOW)
    state.people.meet(SLACK, "U2", Profile("Noor"), NOW)
    assert state.staff.by_email(SLACK, " Ines@Example.com ") == ines
    assert state.staff.by_email(TEAMS, "ines@example.com") is None
    assert state.staff.by_email(SLACK, "") is None


def test_accounts_come_the_one_met_last_first(store: Store) -> None:
    """Of a person's accounts those that may be written to are found, the one that was met last first."""
    state = store.open((SLACK, TEAMS))
    profile = Profile("Ines", "ines@example.com")
    ines = state.people.meet(SLACK, "U1", profile, NOW)
    state.people.meet(TEAMS, "A1", profile, NOW + MINUTE)
    assert list(state.staff.accounts(ines.id)) == [(TEAMS, "A1"), (SLACK, "U1")]
    state.people.meet(SLACK, "U1", profile, NOW + DAY)
    assert list(state.staff.accounts(ines.id)) == [(SLACK, "U1"), (TEAMS, "A1")]
    state.people.set_reachable(SLACK, "U1", reachable=False)
    assert list(state.staff.accounts(ines.id)) == [(TEAMS, "A1")]
    assert list(state.staff.accounts("unknown")) == []


def test_organisations_with_staff_are_known(state: Repositories) -> None:
    """An organisation counts once somebody in it holds a role, and no longer where nobody does."""
    ines, theirs = _meet(state, "Ines"), state.people.meet("slack:T9", "U1", Profile("Noor"), NOW)
    state.people.meet("slack:T8", "U1", Profile("Kim"), NOW)
    state.staff.grant(ines.id, STAFF, GROUP)
    state.staff.grant(theirs.id, "legal")
    assert list(state.staff.organisations()) == [SLACK, "slack:T9"]
    state.staff.revoke(ines.id, STAFF, GROUP)
    assert list(state.staff.organisations()) == ["slack:T9"]


def test_one_who_becomes_another_keeps_the_sources(store: Store) -> None:
    """Of two people who turn out to be one the roles are united, and each source can still take back its own."""
    state = store.open((SLACK, TEAMS))
    slack = state.people.meet(SLACK, "U1", Profile("Ines", "ines@example.com"), NOW)
    teams = state.people.meet(TEAMS, "A1", Profile("Ines"), NOW)
    state.staff.grant(slack.id, "legal")
    state.staff.grant(teams.id, STAFF, GROUP)
    one = state.people.meet(TEAMS, "A1", Profile(email="ines@example.com"), NOW)
    assert (one.id, one.roles) == (slack.id, ("legal", STAFF))


def test_twenty_grants_at_once_lose_none(database: Database) -> None:
    """However many roles two processes give to one person at once, all of them are kept."""
    both = (database.open(), database.open())
    ines = _meet(both[0], "Ines")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: both[n % 2].staff.grant(ines.id, f"contact{n}"), range(20)))
    assert len(_roles(both[0])) == 20


def test_what_the_company_says_is_written_down(database: Database) -> None:
    """Track, region and unit of a person are set one at a time, and meeting them again changes none."""
    state = database.open()
    ines = _meet(state, "Ines")
    state.staff.describe(ines.id, track="executives")
    state.staff.describe(ines.id, region="de", unit="toys")
    state.staff.describe(ines.id)
    again = _meet(state, "Ines")
    assert (again.track, again.region, again.unit) == ("executives", "de", "toys")
    state.staff.describe(ines.id, unit="")
    assert _found(state).unit == ""


def test_a_contact_answers_in_one_channel(state: Repositories) -> None:
    """The last channel of a contact counts; contacts and organisations are apart."""
    state.desks.put("o", Desk("press", SLACK, "C1"), NOW)
    state.desks.put("o", Desk("legal", SLACK, "C1"), NOW)
    state.desks.put("o", Desk("legal", TEAMS, "19:x"), NOW)
    state.desks.put("p", Desk("legal", "slack:T9", "C9"), NOW)
    assert state.desks.find("o", "legal") == Desk("legal", TEAMS, "19:x")
    assert list(state.desks.all("o")) == [Desk("legal", TEAMS, "19:x"), Desk("press", SLACK, "C1")]
    assert state.desks.find("o", "unknown") is None and list(state.desks.all("q")) == []


def test_a_channel_that_is_gone_is_nobodys(state: Repositories) -> None:
    """Every contact that answered in a channel answers nowhere once that is gone, or its workspace is removed."""
    state.workspaces.add(SLACK, "slack", "Example", NOW)
    for contact, place in (("legal", "C1"), ("press", "C1"), ("people", "C2")):
        state.desks.put("o", Desk(contact, SLACK, place), NOW)
    state.desks.put("o", Desk("security", TEAMS, "C1"), NOW)
    state.desks.drop(SLACK, "C1")
    assert [each.contact for each in state.desks.all("o")] == ["people", "security"]
    state.workspaces.remove(SLACK, NOW)
    assert [each.contact for each in state.desks.all("o")] == ["security"]


def _meet(state: Repositories, name: str) -> Person:
    return state.people.meet(SLACK, name, Profile(name), NOW)


def _found(state: Repositories, name: str = "Ines") -> Person:
    person = state.people.find(SLACK, name)
    assert person is not None
    return person


def _roles(state: Repositories) -> tuple[str, ...]:
    return _found(state).roles


def _names(state: Repositories, *roles: str) -> list[str]:
    return [each.profile.name for each in state.staff.with_role(SLACK, *roles)]
