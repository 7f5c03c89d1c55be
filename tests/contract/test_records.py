"""What every ``Records`` must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import select

from bot.ports import Kept, Turn
from bot.state import reading
from bot.state.tables import feedback, replies, threads, turns
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store

KEPT = Kept("r1", "U1", "t1", NOW, '{"kind":"answer"}')


def test_a_thread_is_remembered_in_order(state: Repositories) -> None:
    """The questions of a thread come back oldest first, with their times, whatever order they came in."""
    later, earlier = Turn("and on TikTok?", NOW), Turn("May I?", NOW - MINUTE)
    state.records.add_turn("w", "t1", later)
    state.records.add_turn("w", "t1", earlier)
    assert list(state.records.turns("w", "t1", NOW - 2 * MINUTE)) == [earlier, later]


def test_questions_of_one_moment_keep_their_order(state: Repositories) -> None:
    """Questions of the same moment come back in the order in which they came in."""
    asked = [Turn(f"q{n}", NOW) for n in range(20)]
    for turn in asked:
        state.records.add_turn("w", "t1", turn)
    assert list(state.records.turns("w", "t1", NOW)) == asked


def test_threads_are_kept_apart(state: Repositories) -> None:
    """Nobody sees the questions of another thread, even if its name differs by its case alone."""
    state.records.add_turn("w", "t1", Turn("mine", NOW))
    assert list(state.records.turns("w", "t2", NOW - MINUTE)) == []
    assert list(state.records.turns("w", "T1", NOW - MINUTE)) == []


def test_since_is_inclusive(state: Repositories) -> None:
    """A question of that very moment counts, one of a microsecond before it does not."""
    state.records.add_turn("w", "t1", Turn("before", NOW - timedelta(microseconds=1)))
    state.records.add_turn("w", "t1", Turn("then", NOW))
    assert [turn.question for turn in state.records.turns("w", "t1", NOW)] == ["then"]


def test_times_come_back_in_utc(state: Repositories) -> None:
    """A time in another zone is the same moment when it comes back from a database, and it is in UTC."""
    at = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    state.records.add_turn("w", "t1", Turn("May I?", at))
    (turn,) = state.records.turns("w", "t1", NOW)
    assert turn.at == at and turn.at.tzinfo is not None


@pytest.mark.parametrize("text", ["", "Robert'); DROP TABLE turns;--", "päiväkirja 日本 🙂", "a\nb", "x" * 40_000])
def test_any_text_is_kept_as_it_is(state: Repositories, text: str) -> None:
    """A question is data, whatever is in it."""
    state.records.add_turn("w", "t1", Turn(text, NOW))
    assert [turn.question for turn in state.records.turns("w", "t1", NOW)] == [text]


def test_a_restart_forgets_nothing(store: Store) -> None:
    """What was said before a restart is there after it."""
    before = store.open()
    before.records.add_turn("w", "t1", Turn("May I?", NOW))
    before.records.keep_reply("w", KEPT)
    before.records.rate("w", "r1", helped=True, at=NOW)
    before.close()
    after = store.open()
    assert [turn.question for turn in after.records.turns("w", "t1", NOW)] == ["May I?"]
    assert after.records.reply("w", "r1") == replace(KEPT, helped=True)


def test_two_at_once_see_each_other(store: Store) -> None:
    """Two processes on one store read what the other wrote."""
    one, two = store.open().records, store.open().records
    one.add_turn("w", "t1", Turn("first", NOW))
    two.add_turn("w", "t1", Turn("second", NOW + MINUTE))
    assert [turn.question for turn in one.turns("w", "t1", NOW)] == ["first", "second"]
    assert [turn.question for turn in two.turns("w", "t1", NOW)] == ["first", "second"]


def test_nothing_is_lost_between_two_that_write_at_once(store: Store) -> None:
    """Two processes with several threads each lose no question and fail at none."""
    both = (store.open().records, store.open().records)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: both[n % 2].add_turn("w", "t1", Turn(f"q{n}", NOW + n * MINUTE)), range(60)))
    assert [turn.question for turn in both[0].turns("w", "t1", NOW)] == [f"q{n}" for n in range(60)]


def test_a_reply_is_kept_whole(state: Repositories) -> None:
    """A reply comes back as it was kept; nobody said anything of it yet."""
    state.records.keep_reply("w", KEPT)
    assert state.records.reply("w", "r1") == KEPT
    assert state.records.reply("w", "r2") is None


def test_a_reply_may_be_kept_again(state: Repositories) -> None:
    """The same reply kept again replaces the first, and what was said of it stays."""
    state.records.keep_reply("w", KEPT)
    state.records.rate("w", "r1", helped=False, at=NOW)
    newer = replace(KEPT, body="{}", at=NOW + MINUTE)
    state.records.keep_reply("w", newer)
    assert state.records.reply("w", "r1") == replace(newer, helped=False)


def test_the_last_word_about_a_reply_counts(state: Repositories) -> None:
    """Who changes their mind about a reply is counted as they said last."""
    state.records.keep_reply("w", KEPT)
    state.records.rate("w", "r1", helped=True, at=NOW)
    state.records.rate("w", "r1", helped=False, at=NOW + MINUTE)
    assert state.records.reply("w", "r1") == replace(KEPT, helped=False)


def test_who_joined_a_thread_is_known(state: Repositories) -> None:
    """An account is in a thread once it joined it, in that thread alone, and alone; twice is no mistake."""
    state.records.join_thread("w", "t1", "U1", NOW)
    state.records.join_thread("w", "t1", "U1", NOW + MINUTE)
    assert state.records.in_thread("w", "t1", "U1")
    assert not state.records.in_thread("w", "t1", "U2")
    assert not state.records.in_thread("w", "t2", "U1")


def test_old_words_are_forgotten_and_feedback_is_not(database: Database) -> None:
    """After more than 30 days no row is left of a question, a reply or a thread, in any workspace; feedback stays."""
    opened = database.open()
    for workspace, at in (("v", NOW - 30 * DAY - MINUTE), ("w", NOW - 30 * DAY), ("w", NOW)):
        name = at.isoformat()
        opened.records.add_turn(workspace, name, Turn("May I?", at))
        opened.records.keep_reply(workspace, Kept(name, "U1", name, at, "{}"))
        opened.records.join_thread(workspace, name, "U1", at)
        opened.records.rate(workspace, name, helped=True, at=at)
    forgotten = opened.forget_old(NOW)
    assert {table: forgotten[table] for table in ("turns", "replies", "threads")} == {
        "turns": 1,
        "replies": 1,
        "threads": 1,
    }
    with reading(database.engine) as connection:
        for table in (turns, replies, threads):
            assert connection.execute(select(table.c.workspace)).scalars().all() == ["w", "w"]
        assert len(connection.execute(select(feedback)).all()) == 3


def test_who_talks_on_stays_in_a_thread(database: Database) -> None:
    """A thread is remembered for 30 days after the last time that an account joined it."""
    opened = database.open()
    opened.records.join_thread("w", "t1", "U1", NOW - 40 * DAY)
    opened.records.join_thread("w", "t1", "U1", NOW - DAY)
    opened.forget_old(NOW)
    assert opened.records.in_thread("w", "t1", "U1")
