"""What every ``Records`` must do, held against the fake and against the SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

import pytest

from bot.errors import StateError
from bot.ports import Records, Turn
from bot.state import SqliteRecords
from tests.fakes.records import Memory, MemoryRecords

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Closing(Records, Protocol):
    """Records that can be closed, as both can."""

    def close(self) -> None:
        """Close them."""


class Store:
    """One store that can be opened several times, at once or one after another."""

    def __init__(self, opener: Callable[[], Closing], feedback: Callable[[], Mapping[str, bool]]) -> None:
        self._opener = opener
        self._opened: list[Closing] = []
        self.feedback = feedback

    def open(self) -> Closing:
        """Open the store once more."""
        self._opened.append(self._opener())
        return self._opened[-1]

    def close(self) -> None:
        """Close everything that was opened."""
        for each in self._opened:
            each.close()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each implementation in turn."""
    if request.param == "memory":
        memory = Memory()
        made = Store(
            lambda: MemoryRecords(memory), lambda: {reply: helped for reply, (helped, _) in memory.feedback.items()}
        )
    else:
        path = tmp_path / "data" / "state.db"
        made = Store(lambda: SqliteRecords(path), lambda: _feedback_in(path))
    yield made
    made.close()


def test_a_thread_is_remembered_in_order(store: Store) -> None:
    """The questions of a thread come back oldest first, with their times, whatever order they came in."""
    records = store.open()
    later, earlier = Turn("and on TikTok?", NOW), Turn("May I?", NOW - MINUTE)
    records.add_turn("t1", later)
    records.add_turn("t1", earlier)
    assert list(records.turns("t1", NOW - 2 * MINUTE)) == [earlier, later]


def test_threads_are_kept_apart(store: Store) -> None:
    """Nobody sees the questions of another thread."""
    records = store.open()
    records.add_turn("t1", Turn("mine", NOW))
    assert list(records.turns("t2", NOW - MINUTE)) == []
    assert list(records.turns("T1", NOW - MINUTE)) == []


def test_since_is_inclusive(store: Store) -> None:
    """A question of that very moment counts, one before it does not."""
    records = store.open()
    records.add_turn("t1", Turn("before", NOW - timedelta(microseconds=1)))
    records.add_turn("t1", Turn("then", NOW))
    assert [turn.question for turn in records.turns("t1", NOW)] == ["then"]


def test_times_come_back_aware(store: Store) -> None:
    """A time in another zone is the same moment when it comes back, and it is aware."""
    records = store.open()
    at = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    records.add_turn("t1", Turn("May I?", at))
    (turn,) = records.turns("t1", NOW)
    assert turn.at == at and turn.at.tzinfo is not None


@pytest.mark.parametrize("text", ["", "Robert'); DROP TABLE turns;--", "päiväkirja 日本 🙂", "a\nb\x00c", "x" * 4000])
def test_any_text_is_kept_as_it_is(store: Store, text: str) -> None:
    """A question is data, whatever is in it; so is the name of a thread."""
    records = store.open()
    records.add_turn(text, Turn(text, NOW))
    assert [turn.question for turn in records.turns(text, NOW)] == [text]


def test_a_restart_forgets_nothing(store: Store) -> None:
    """What was said before a restart is there after it."""
    before = store.open()
    before.add_turn("t1", Turn("May I?", NOW))
    before.add_feedback("r1", True, NOW)
    before.close()
    assert [turn.question for turn in store.open().turns("t1", NOW)] == ["May I?"]
    assert store.feedback() == {"r1": True}


def test_two_at_once_see_each_other(store: Store) -> None:
    """Two processes on one store read what the other wrote."""
    one, two = store.open(), store.open()
    one.add_turn("t1", Turn("first", NOW))
    two.add_turn("t1", Turn("second", NOW + MINUTE))
    assert [turn.question for turn in one.turns("t1", NOW)] == ["first", "second"]
    assert [turn.question for turn in two.turns("t1", NOW)] == ["first", "second"]


def test_nothing_is_lost_between_two_that_write_at_once(store: Store) -> None:
    """Two processes with several threads each lose no question and fail at none."""
    both = (store.open(), store.open())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: both[n % 2].add_turn("t1", Turn(f"q{n}", NOW + n * MINUTE)), range(60)))
    assert [turn.question for turn in both[0].turns("t1", NOW)] == [f"q{n}" for n in range(60)]


def test_many_open_a_new_store_at_once(store: Store) -> None:
    """Several processes that start together on an empty folder all get to work."""
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: store.open(), range(6)))
    opened[0].add_turn("t1", Turn("May I?", NOW))
    assert all(len(each.turns("t1", NOW)) == 1 for each in opened)


def test_old_questions_are_forgotten(store: Store) -> None:
    """Questions of more than 30 days ago are deleted with the next one, in every thread; younger ones stay."""
    records = store.open()
    records.add_turn("old", Turn("forgotten", NOW - timedelta(days=30, seconds=1)))
    records.add_turn("young", Turn("kept", NOW - timedelta(days=29)))
    records.add_turn("new", Turn("new", NOW))
    long_ago = NOW - timedelta(days=365)
    assert list(records.turns("old", long_ago)) == []
    assert len(records.turns("young", long_ago)) == 1


def test_the_last_word_about_a_reply_counts(store: Store) -> None:
    """Who changes their mind about a reply is counted once, as they said last."""
    records = store.open()
    records.add_feedback("r1", True, NOW)
    records.add_feedback("r2", True, NOW)
    records.add_feedback("r1", False, NOW + MINUTE)
    assert store.feedback() == {"r1": False, "r2": True}


def test_a_forgotten_question_is_not_in_the_file(tmp_path: Path) -> None:
    """Deleting is real: no row of a forgotten question is left."""
    path = tmp_path / "state.db"
    records = SqliteRecords(path)
    records.add_turn("t1", Turn("secret", NOW - timedelta(days=31)))
    records.add_turn("t1", Turn("new", NOW))
    records.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT question FROM turns").fetchall() == [("new",)]


@pytest.mark.parametrize("kind", ["file in the way", "no database", "folder"])
def test_an_unusable_file_is_one_line(tmp_path: Path, kind: str) -> None:
    """Where the state cannot be opened, the error says so in one line and names the setting."""
    path = tmp_path / "data" / "state.db"
    if kind == "file in the way":
        path.parent.write_text("a file", "utf-8")
    elif kind == "no database":
        path.parent.mkdir()
        path.write_bytes(b"no database" * 1000)
    else:
        path.mkdir(parents=True)
    with pytest.raises(StateError, match="set CLEARPOST_DATA to a folder that can be written") as caught:
        SqliteRecords(path)
    assert "\n" not in str(caught.value)


def _feedback_in(path: Path) -> dict[str, bool]:
    with closing(sqlite3.connect(path)) as connection:
        return {reply: bool(helped) for reply, helped in connection.execute("SELECT reply, helped FROM feedback")}
