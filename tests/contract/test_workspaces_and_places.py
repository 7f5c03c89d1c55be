"""What every ``Workspaces`` and every ``Places`` must do."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.ports import Place, Workspace
from bot.state import reading, writing
from bot.state.tables import deliveries
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store

CHAT = Place("c1", "personal", {"conversation": {"id": "c1"}, "n": [1, 2.5, None, True, "日本"]}, "U1")


def test_workspaces_are_listed_oldest_first(state: Repositories) -> None:
    """Every workspace is found and listed; each is an organisation of its own."""
    younger = state.workspaces.add("slack:T2", "slack", "Second", NOW + DAY)
    older = state.workspaces.add("teams:1", "teams", "First", NOW)
    assert older == Workspace("teams:1", "teams", "First", "teams:1", NOW)
    assert list(state.workspaces.all()) == [older, younger]
    assert state.workspaces.find("slack:T2") == younger
    assert state.workspaces.find("slack:T3") is None


def test_joined_workspaces_are_one_organisation(store: Store) -> None:
    """The workspaces that the settings join share an organisation, the others do not."""
    workspaces = store.open(["slack:T1", "teams:1"]).workspaces
    slack = workspaces.add("slack:T1", "slack", "Example", NOW)
    teams = workspaces.add("teams:1", "teams", "Example", NOW)
    other = workspaces.add("slack:T2", "slack", "Other", NOW)
    assert slack.organisation == teams.organisation != other.organisation


def test_a_workspace_is_renamed(state: Repositories) -> None:
    """A workspace that is added again has its new name, is as old as it was, and keeps its name where none is told."""
    state.workspaces.add("slack:T1", "slack", "Old", NOW)
    assert state.workspaces.add("slack:T1", "slack", "New", NOW + DAY).since == NOW
    assert state.workspaces.add("slack:T1", "slack", "", NOW + DAY).name == "New"
    assert [each.name for each in state.workspaces.all()] == ["New"]


def test_a_removed_workspace_is_gone_until_it_comes_back(state: Repositories) -> None:
    """A removed workspace is neither found nor listed; added again, it is as new."""
    state.workspaces.add("slack:T1", "slack", "Example", NOW)
    state.workspaces.remove("slack:T1", NOW + MINUTE)
    state.workspaces.remove("slack:T1", NOW + MINUTE)
    assert state.workspaces.find("slack:T1") is None and list(state.workspaces.all()) == []
    state.workspaces.add("slack:T1", "slack", "Example", NOW + DAY)
    assert [each.since for each in state.workspaces.all()] == [NOW + DAY]


def test_removing_forgets_installations_and_places(state: Repositories) -> None:
    """What the platform gave is forgotten with its workspace, also where that was never added; others keep theirs."""
    for workspace in ("slack:T1", "slack:T2"):
        state.installations.put("slack", f"bot:{workspace}", workspace, "secret", NOW)
        state.installations.put("slack", f"user:{workspace}", workspace, "secret", NOW)
        state.places.keep(workspace, CHAT, NOW)
    state.workspaces.remove("slack:T1", NOW)
    assert state.installations.get("slack", "bot:slack:T1") is None
    assert state.installations.get("slack", "user:slack:T1") is None
    assert state.places.find("slack:T1", "c1") is None
    assert state.installations.get("slack", "bot:slack:T2") == "secret"
    assert state.places.find("slack:T2", "c1") == CHAT


def test_removing_cancels_what_is_planned(database: Database) -> None:
    """What is owed in a removed workspace and was not begun is cancelled; what was sent stays as it is."""
    columns = {"account": "U1", "kind": "lesson", "body": "{}", "resend": False, "due": NOW, "round": 0}
    rows = [
        {"id": "d1", "workspace": "slack:T1", "state": "planned"},
        {"id": "d2", "workspace": "slack:T1", "state": "sent"},
        {"id": "d3", "workspace": "slack:T1", "state": "queued"},
        {"id": "d4", "workspace": "slack:T2", "state": "planned"},
    ]
    with writing(database.engine) as connection:
        connection.execute(insert(deliveries), [{**columns, **row} for row in rows])
    database.open().workspaces.remove("slack:T1", NOW + DAY)
    with reading(database.engine) as connection:
        left = {row.id: (row.state, row.ended) for row in connection.execute(select(deliveries))}
    assert left == {
        "d1": ("cancelled", NOW + DAY),
        "d2": ("sent", None),
        "d3": ("queued", None),
        "d4": ("planned", None),
    }


def test_a_place_is_kept_whole(state: Repositories) -> None:
    """A place comes back with its reference as it was."""
    state.places.keep("w", CHAT, NOW)
    assert state.places.find("w", "c1") == CHAT
    assert state.places.find("w", "c2") is None


def test_a_place_takes_its_new_reference(state: Repositories) -> None:
    """A place that is kept again has its new reference alone."""
    state.places.keep("w", CHAT, NOW)
    state.places.keep("w", Place("c1", "personal", {"url": "new"}, "U1"), NOW + MINUTE)
    assert state.places.find("w", "c1") == Place("c1", "personal", {"url": "new"}, "U1")


def test_the_newest_personal_chat_counts(state: Repositories) -> None:
    """The personal chat with an account is the one kept last, and never a channel or somebody else's."""
    state.places.keep("w", Place("new", "personal", {}, "U1"), NOW)
    state.places.keep("w", Place("old", "personal", {}, "U1"), NOW - DAY)
    state.places.keep("w", Place("channel", "channel", {}, "U1"), NOW + DAY)
    state.places.keep("w", Place("other", "personal", {}, "U2"), NOW + DAY)
    found = state.places.personal("w", "U1")
    assert found is not None and found.id == "new"
    assert state.places.personal("w", "U3") is None


def test_a_dropped_place_is_gone(state: Repositories) -> None:
    """The bot forgets a place that it was removed from, and no other."""
    state.places.keep("w", CHAT, NOW)
    state.places.keep("w", Place("c2", "channel", {}), NOW)
    state.places.drop("w", "c1")
    state.places.drop("w", "c1")
    assert state.places.find("w", "c1") is None and state.places.personal("w", "U1") is None
    assert state.places.find("w", "c2") is not None
