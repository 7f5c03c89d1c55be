"""What every ``Inbox``, ``Once``, ``Installations`` and ``Audit`` must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.state import AuditLine, reading
from bot.state.tables import events, tokens
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store


def test_an_event_is_first_once(state: Repositories) -> None:
    """The same event of the same surface is first once."""
    assert state.inbox.first("slack", "Ev1", NOW)
    assert not state.inbox.first("slack", "Ev1", NOW + MINUTE)
    assert state.inbox.first("slack", "Ev2", NOW)
    assert state.inbox.first("teams", "Ev1", NOW)


def test_of_twenty_at_once_one_is_first(store: Store) -> None:
    """However many threads of two processes see an event at once, exactly one works on it, for each of 20 events."""
    both = (store.open().inbox, store.open().inbox)
    for event in range(20):
        with ThreadPoolExecutor(20) as pool:
            first = list(pool.map(lambda n, name=f"Ev{event}": both[n % 2].first("slack", name, NOW), range(20)))
        assert sum(first) == 1


def test_events_are_forgotten_after_a_week(database: Database) -> None:
    """An event of more than seven days ago is deleted, a younger one is still known."""
    opened = database.open()
    opened.inbox.first("slack", "old", NOW - 7 * DAY - MINUTE)
    opened.inbox.first("slack", "young", NOW - 7 * DAY)
    assert opened.forget_old(NOW)["events"] == 1
    with reading(database.engine) as connection:
        assert connection.execute(select(events.c.id)).scalars().all() == ["young"]


def test_a_token_is_good_once(state: Repositories) -> None:
    """A token is good for one use, for its own purpose."""
    state.once.issue("oauth", "secret", NOW + MINUTE)
    assert not state.once.consume("other", "secret", NOW)
    assert not state.once.consume("oauth", "forged", NOW)
    assert state.once.consume("oauth", "secret", NOW)
    assert not state.once.consume("oauth", "secret", NOW)


def test_a_token_is_good_in_its_time(state: Repositories) -> None:
    """A token is good until just before its end, and one that was tried too late is good no more."""
    state.once.issue("oauth", "secret", NOW)
    assert not state.once.consume("oauth", "secret", NOW)
    assert not state.once.consume("oauth", "secret", NOW - DAY)


def test_of_twenty_at_once_one_uses_a_token(store: Store) -> None:
    """However many threads of two processes use a token at once, it is good for exactly one."""
    both = (store.open().once, store.open().once)
    both[0].issue("oauth", "secret", NOW + MINUTE)
    with ThreadPoolExecutor(20) as pool:
        good = list(pool.map(lambda n: both[n % 2].consume("oauth", "secret", NOW), range(20)))
    assert sum(good) == 1


def test_only_a_hash_of_a_token_is_kept(database: Database) -> None:
    """Whoever reads the database cannot use the tokens in it; expired ones are deleted."""
    opened = database.open()
    opened.once.issue("oauth", "secret", NOW - MINUTE)
    opened.once.issue("oauth", "other", NOW + MINUTE)
    with reading(database.engine) as connection:
        rows = connection.execute(select(tokens)).all()
    assert len(rows) == 2 and not {"secret", "other"} & {value for row in rows for value in row}
    assert opened.forget_old(NOW)["tokens"] == 1
    assert opened.once.consume("oauth", "other", NOW)


def test_an_installation_is_kept_in_place_of_the_earlier(state: Repositories) -> None:
    """The last installation of a key counts; keys and surfaces are apart; a deleted one is gone."""
    state.installations.put("slack", "k", "slack:T1", "first", NOW)
    state.installations.put("slack", "k", "slack:T1", "päivä 日本 🙂", NOW + MINUTE)
    assert state.installations.get("slack", "k") == "päivä 日本 🙂"
    assert state.installations.get("slack", "K") is None and state.installations.get("teams", "k") is None
    state.installations.delete("slack", "k")
    assert state.installations.get("slack", "k") is None


def test_an_installation_that_moves_goes_with_its_workspace(state: Repositories) -> None:
    """An installation that is kept anew for another workspace is forgotten with that one."""
    state.installations.put("slack", "k", "slack:T1", "first", NOW)
    state.installations.put("slack", "k", "slack:T2", "second", NOW)
    state.workspaces.remove("slack:T1", NOW)
    assert state.installations.get("slack", "k") == "second"
    state.workspaces.remove("slack:T2", NOW)
    assert state.installations.get("slack", "k") is None


@pytest.mark.parametrize("detail", [{}, {"from": "planned", "n": 3, "list": [None, True]}])
def test_audit_lines_stand_in_their_order(database: Database, detail: dict[str, object]) -> None:
    """Lines of the audit are read in the order in which they were added, whole."""
    audit = database.open().audit
    audit.add("w", NOW, "U1", "installed", "slack:T1", detail)
    audit.add("w", NOW - DAY, "U1", "removed", "slack:T1", {})
    assert list(audit.lines("w")) == [
        AuditLine(NOW, "U1", "installed", "slack:T1", detail),
        AuditLine(NOW - DAY, "U1", "removed", "slack:T1", {}),
    ]
