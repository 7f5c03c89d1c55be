"""The audit: a chain of lines in which nothing can be changed or taken away without being found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, event, insert, select, text, update

from bot.errors import StateError
from bot.state import Broken, reading, writing
from bot.state.chain import line_hash
from bot.state.tables import audit, audit_heads
from tests.contract.stores import DAY, NOW, Database

DETAILS: list[dict[str, object]] = [
    {},
    {"from": "open", "to": "closed", "number": 3},
    {"list": [None, True, 1.5], "nested": {"ü": "日本"}, "odd": "\x00\ud800", "tuple": (1, 2)},
]


def test_an_untouched_audit_is_whole(database: Database) -> None:
    """Lines of every kind in two workspaces are found to be as they were written; each chain has its length."""
    state = database.open()
    _fill(database)
    assert list(state.audit.verify()) == []
    chains = state.audit.chains()
    assert [(each.workspace, each.lines, each.broken) for each in chains] == [("v", 3, ()), ("w", 3, ())]
    assert all(len(each.head) == 64 for each in chains) and chains[0].head != chains[1].head


def test_no_lines_are_no_mistake(database: Database) -> None:
    """An audit without lines is whole."""
    assert list(database.open().audit.verify()) == []
    assert list(database.open().audit.chains()) == []


def test_what_a_database_cannot_hold_is_kept_verifiable(database: Database) -> None:
    """A line whose actor, subject or moment is kept in another form than it was given is found to be whole."""
    at = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    state = database.open()
    state.audit.add("w", at, "U\x00\ud800", "installed", "\udfff日本", {})
    assert list(state.audit.verify()) == []


def test_the_database_refuses_to_change_a_line(database: Database) -> None:
    """Lines can only be added: the database itself refuses anything else."""
    _fill(database)
    changes = ["UPDATE audit SET actor = 'U2'", "DELETE FROM audit"]
    if database.engine.dialect.name == "postgresql":  # SQLite has no such statement
        changes.append("TRUNCATE audit")
    for change in changes:
        with (
            pytest.raises(StateError, match="lines of the audit are only added"),
            writing(database.engine) as connection,
        ):
            connection.execute(text(change))
    assert len(database.open().audit.lines("w")) == 3


@pytest.mark.parametrize(
    "change", [{"actor": "U9"}, {"action": "x"}, {"subject": "x"}, {"detail": {"a": 1}}, {"at": NOW + 9 * DAY}]
)
def test_a_changed_line_is_found(database: Database, change: dict[str, object]) -> None:
    """Whatever is changed in a line, first or last, that line is named and no other."""
    _fill(database)
    for number in (1, 2, 3):
        with _unguarded(database) as connection:
            connection.execute(update(audit).where(audit.c.workspace == "w", audit.c.number == number).values(change))
        expected = [Broken("w", each, "the line was changed") for each in range(1, number + 1)]
        assert list(database.open().audit.verify()) == expected


def test_a_line_that_moved_to_another_workspace_is_found(database: Database) -> None:
    """A line of one chain cannot stand at the end of another one."""
    _fill(database)
    with _unguarded(database) as connection:
        moved = {"workspace": "v", "number": 4}
        connection.execute(update(audit).where(audit.c.workspace == "w", audit.c.number == 3).values(moved))
    assert [(each.workspace, each.number) for each in database.open().audit.verify()] == [("v", 4), ("v", 4), ("w", 3)]


def test_swapped_lines_are_found(database: Database) -> None:
    """Two lines that change places, whole and with their hashes, are both named."""
    _fill(database)
    with _unguarded(database) as connection:
        for number, other in ((1, 9), (2, 1), (9, 2)):
            its = (audit.c.workspace == "w", audit.c.number == number)
            connection.execute(update(audit).where(*its).values(number=other))
    found = list(database.open().audit.verify())
    assert [each.number for each in found][:2] == [1, 2]
    assert {each.workspace for each in found} == {"w"}


def test_a_line_that_was_put_in_between_is_found(database: Database) -> None:
    """A forged line in the place of a true one, with a hash of its own that fits the one before it."""
    _fill(database)
    with _unguarded(database) as connection:
        its = audit.c.workspace == "w"
        first, second = connection.execute(select(audit).where(its).order_by(audit.c.number)).mappings().all()[:2]
        forged = dict(second) | {"actor": "U9"}
        forged["hash"] = line_hash(first["hash"], forged)
        connection.execute(update(audit).where(its, audit.c.number == 2).values(forged))
    assert list(database.open().audit.verify()) == [Broken("w", 3, "the line was changed")]


def test_a_missing_line_is_found(database: Database) -> None:
    """Lines that are missing at the beginning, in the middle or at the end are named."""
    _fill(database)
    expected = {
        1: "line 1 is missing",
        2: "lines 1 to 2 are missing",
        3: "lines 1 to 3 are missing at the end",
    }
    for number, problem in expected.items():
        _drop(database, number)
        assert list(database.open().audit.verify()) == [Broken("w", 1, problem)]


def test_a_gap_is_found(database: Database) -> None:
    """A gap in the middle is named with its first line, and one at the end besides."""
    _fill(database)
    _drop(database, 2)
    gap = Broken("w", 2, "line 2 is missing")
    assert list(database.open().audit.verify()) == [gap]
    database.open().audit.add("w", NOW, "U1", "did", "", {})
    _drop(database, 4)
    assert list(database.open().audit.verify()) == [gap, Broken("w", 4, "line 4 is missing at the end")]


def test_a_forged_line_is_found(database: Database) -> None:
    """A line that was put at the end without the chain is found twice: by its hash and by the record of the last."""
    _fill(database)
    forged = {"workspace": "w", "number": 4, "at": NOW, "actor": "U1", "action": "x", "subject": "", "detail": {}}
    with writing(database.engine) as connection:
        connection.execute(insert(audit).values(forged | {"hash": "0" * 64}))
    problems = [each.problem for each in database.open().audit.verify()]
    assert problems == ["the line was changed", "the line is not the one that was recorded as the last"]


def test_a_missing_record_of_the_last_line_is_found(database: Database) -> None:
    """Without the record of its last line a chain is not whole."""
    _fill(database)
    with writing(database.engine) as connection:
        connection.execute(delete(audit_heads).where(audit_heads.c.workspace == "w"))
    assert list(database.open().audit.verify()) == [Broken("w", 3, "the record of the last line is missing")]


@pytest.mark.parametrize("change", ["detail = 'none'", "at = 5", "at = 'yesterday'"])
def test_what_cannot_be_read_is_an_error(tmp_path: Path, change: str) -> None:
    """A line whose detail or moment is none any more, which SQLite alone can keep, is told as an error in one line."""
    database = Database(f"sqlite:///{tmp_path / 'state.db'}")
    _fill(database)
    with _unguarded(database) as connection:
        connection.execute(text(f"UPDATE audit SET {change} WHERE number = 2"))  # noqa: S608 - the test's own words
    with pytest.raises(StateError, match="a line of the audit was changed into what cannot be read"):
        database.open().audit.verify()
    database.close()


def test_twenty_at_once_make_one_chain(database: Database) -> None:
    """However many threads of two processes add lines at once, to two workspaces, each chain is whole."""
    both = (database.open().audit, database.open().audit)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: both[n % 2].add("vw"[n % 3 == 0], NOW, f"U{n}", "did", "", {"n": n}), range(60)))
    assert list(both[0].verify()) == []
    assert [each.lines for each in both[0].chains()] == [40, 20]


def test_who_reads_while_others_write_sees_one_moment(database: Database) -> None:
    """A line that is added in the middle of a verification is not seen by it, and nothing is found broken."""
    _fill(database)
    writer, reader = database.open(), database.open()
    added: list[str] = []

    def add(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "audit_heads" in statement and not added:
            added.append(statement)
            writer.audit.add("w", NOW, "U1", "did", "", {})

    event.listen(reader.engine, "after_cursor_execute", add)
    chains = reader.audit.chains()
    assert added
    assert [(each.lines, each.broken) for each in chains] == [(3, ()), (3, ())]
    assert [each.lines for each in reader.audit.chains()] == [3, 4]


def _fill(database: Database) -> None:
    state = database.open()
    for workspace in "vw":
        for number, detail in enumerate(DETAILS):
            state.audit.add(workspace, NOW + number * DAY, "U1", "did", "slack:T1", detail)


@contextmanager
def _unguarded(database: Database) -> Iterator[Connection]:
    """What whoever owns the database can do: take the guards away, and write what they like."""
    with writing(database.engine) as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_only_added ON audit"))
        yield connection


def _drop(database: Database, number: int) -> None:
    with _unguarded(database) as connection:
        connection.execute(delete(audit).where(audit.c.workspace == "w", audit.c.number == number))
    with reading(database.engine) as connection:
        assert connection.execute(select(audit.c.id).where(audit.c.workspace == "v")).first() is not None
