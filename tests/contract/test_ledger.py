"""The ledger on both databases: what is taken up when, what a round leaves behind, what is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection, bindparam, text

from bot.errors import StateError
from bot.jobs.ledger import Ledger, Queued, due_statement
from bot.jobs.upkeep import KEPT, WAITED, cancel_hopeless, count, forget_words
from bot.state import State, writing
from bot.state.tables import Utc
from tests.contract.owed import CARD, EDIT, ONE, REMINDER, Belt, Clock, U, W, meet, queue, row, tries
from tests.contract.stores import DAY, MINUTE, NOW, Database


@pytest.fixture
def clock() -> Clock:
    """Time that stands still."""
    return Clock()


@pytest.fixture
def ledger(database: Database, clock: Clock) -> Ledger:
    """A ledger of a workspace with one person."""
    meet(database.engine)
    return Ledger(database.engine, clock)


def test_what_is_due_is_taken_up_once(database: Database, ledger: Ledger) -> None:
    """A sweep takes up what is due, oldest first; the next one finds nothing."""
    ledger.plan([ONE, replace(REMINDER, due=NOW - MINUTE), replace(ONE, id="later", due=NOW + MINUTE)])
    assert [each.id for each in queue(ledger)] == [REMINDER.id, ONE.id]
    assert queue(ledger) == []
    assert row(database.engine).state == "queued" and row(database.engine, "later").state == "planned"


def test_what_cannot_be_enqueued_stays_planned(database: Database, ledger: Ledger) -> None:
    """The state and the work change together: where enqueuing fails, nothing was taken up."""
    ledger.plan([ONE])

    def fail(_connection: Connection, _queued: Sequence[Queued]) -> None:
        raise StateError("the carrier is gone")

    with pytest.raises(StateError):
        ledger.queue_due(["slack"], 10, fail)
    assert row(database.engine).state == "planned"


def test_a_sweep_takes_no_more_than_asked(ledger: Ledger) -> None:
    """What is left over is taken by the next sweep."""
    ledger.plan(replace(ONE, id=f"d{n}") for n in range(5))
    assert [len(queue(ledger, 3)), len(queue(ledger, 3))] == [3, 2]


def test_sweeps_at_once_take_different_ones(database: Database, ledger: Ledger) -> None:
    """Workers that sweep at the same moment never take up the same delivery."""
    ledger.plan(replace(ONE, id=f"d{n}") for n in range(200))
    with ThreadPoolExecutor(8) as pool:
        taken = [each.id for batch in pool.map(lambda _: queue(ledger, 40), range(8)) for each in batch]
    assert len(taken) == len(set(taken))
    assert len(taken) + len(queue(ledger, 200)) == 200


def test_an_unreachable_account_is_passed_over(database: Database, ledger: Ledger) -> None:
    """Nobody is written to who took that leave back; the delivery waits for it."""
    ledger.plan([ONE])
    people = State(database.engine).people
    people.set_reachable(W, U, reachable=False)
    assert queue(ledger) == []
    people.set_reachable(W, U, reachable=True)
    assert [each.id for each in queue(ledger)] == [ONE.id]


def test_an_account_that_was_never_met_is_passed_over(ledger: Ledger) -> None:
    """Nobody is written to first whom the bot does not know."""
    ledger.plan([replace(ONE, account="U9")])
    assert queue(ledger) == []


def test_other_surfaces_are_left_to_others(database: Database, ledger: Ledger) -> None:
    """A worker without Teams takes up nothing that is owed there."""
    meet(database.engine, workspace="teams:t1")
    ledger.plan([replace(ONE, id="t", workspace="teams:t1"), ONE])
    assert [each.id for each in queue(ledger)] == [ONE.id]
    assert ledger.queue_due([], 10, Belt()) == 0


def test_a_channel_needs_nobody_to_be_reachable(database: Database, ledger: Ledger) -> None:
    """What goes into a channel is sent whoever took back the leave to write to them, and waits for its own turns."""
    State(database.engine).people.set_reachable(W, U, reachable=False)
    ledger.plan([CARD])
    (queued,) = queue(ledger)
    assert (queued.workspace, queued.target) == (W, "C1")
    assert [each.target for each in ledger.queued_after("", 10)] == ["C1"]
    begun = ledger.begin(queued, "x1")
    assert begun is not None and begun.delivery == CARD and begun.message == ""


def test_where_an_account_asked_is_kept(ledger: Ledger) -> None:
    """The thread of a delivery comes back as it was planned."""
    asked = replace(ONE, thread="D1/17.2/U1")
    ledger.plan([asked])
    begun = ledger.begin(queue(ledger)[0], "x1")
    assert begun is not None and begun.delivery == asked


@pytest.mark.parametrize("workspace", [W, "slack:T9"])
def test_a_channel_where_the_app_is_not_ends_at_once(database: Database, ledger: Ledger, workspace: str) -> None:
    """Removed or never installed: the ledger says so within a sweep, for somebody else has to get the card."""
    State(database.engine).workspaces.remove(W, NOW)
    ledger.plan([replace(CARD, workspace=workspace)])
    (queued,) = queue(ledger)
    assert ledger.begin(queued, "x1") is None
    found = row(database.engine, CARD.id)
    assert (found.state, found.problem) == ("cancelled", "the app is not installed in this workspace")


def test_cancelling_for_an_account_leaves_channels_alone(ledger: Ledger) -> None:
    """A person who goes takes no card out of a channel."""
    ledger.plan([ONE, CARD])
    assert ledger.cancel(W, U) == 1
    assert [each.id for each in queue(ledger)] == [CARD.id]


def test_a_round_begins_once_and_ends(database: Database, ledger: Ledger) -> None:
    """An attempt is written down before it is made; once it is sent, nothing begins again."""
    ledger.plan([ONE])
    (queued,) = queue(ledger)
    begun = ledger.begin(queued, "x1")
    assert begun is not None and begun.delivery == ONE and not begun.unsure and begun.tries == 0
    assert tries(database.engine) == ["intent"]
    ledger.end(queued, "sent", message="m1")
    assert tries(database.engine) == ["sent"]
    found = row(database.engine)
    assert (found.state, found.message, found.ended) == ("sent", "m1", NOW)
    assert ledger.begin(queued, "x1") is None


def test_an_attempt_that_was_left_open_is_unsure(ledger: Ledger) -> None:
    """Whoever carries on after a crash is told that the message may be out."""
    ledger.plan([ONE])
    (queued,) = queue(ledger)
    ledger.begin(queued, "x1")
    again = ledger.begin(queued, "x2")
    assert again is not None and again.unsure


def test_a_postponed_delivery_has_a_round_of_its_own(database: Database, ledger: Ledger, clock: Clock) -> None:
    """It is taken up when it is due again, under another name; the old round is over."""
    ledger.plan([ONE])
    (first,) = queue(ledger)
    ledger.begin(first, "x1")
    ledger.postpone(first, NOW + MINUTE, unsent=True, problem="slow down")
    assert queue(ledger) == []
    clock.pass_(minutes=1)
    (second,) = queue(ledger)
    assert first.work != second.work
    assert ledger.begin(first, "x1") is None
    begun = ledger.begin(second, "x1")
    assert begun is not None and not begun.unsure and begun.tries == 0
    assert tries(database.engine) == ["failed", "intent"]


def test_what_may_be_out_stays_unsure_in_later_rounds(ledger: Ledger) -> None:
    """A failure of an unknown kind leaves it open whether the message went out."""
    ledger.plan([ONE])
    (first,) = queue(ledger)
    ledger.begin(first, "x1")
    ledger.postpone(first, NOW, unsent=False)
    begun = ledger.begin(queue(ledger)[0], "x1")
    assert begun is not None and begun.unsure and begun.tries == 1


def test_what_may_be_out_is_looked_for_since_it_was_first_tried(ledger: Ledger, clock: Clock) -> None:
    """Being put off again and again does not narrow the search for a message."""
    ledger.plan([ONE])
    (first,) = queue(ledger)
    ledger.begin(first, "x1")
    ledger.postpone(first, NOW + 3 * DAY, unsent=False)
    clock.pass_(days=3)
    begun = ledger.begin(queue(ledger)[0], "x1")
    assert begun is not None and begun.delivery.due == NOW


def test_a_late_success_of_an_old_round_counts(database: Database, ledger: Ledger) -> None:
    """A worker that was thought dead sent it after all: the newer round finds that, and sends nothing."""
    ledger.plan([ONE])
    (first,) = queue(ledger)
    ledger.begin(first, "x1")
    ledger.postpone(first, NOW, unsent=False)
    (second,) = queue(ledger)
    ledger.end(first, "sent", message="m1")
    assert ledger.begin(second, "x2") is None
    assert row(database.engine).state == "sent"


def test_what_was_begun_cannot_be_cancelled(database: Database, ledger: Ledger) -> None:
    """What is queued can still be cancelled, what is being sent cannot."""
    ledger.plan([ONE, REMINDER])
    first, second = queue(ledger)
    ledger.begin(first, "x1")
    assert ledger.cancel(W, U) == 1
    assert ledger.begin(second, "x1") is None
    assert row(database.engine, first.id).state == "queued" and row(database.engine, second.id).state == "cancelled"


def test_cancelling_and_beginning_at_once_agree(database: Database, ledger: Ledger) -> None:
    """Of a cancel and a send that meet, one wins and the other knows it."""
    ledger.plan(replace(ONE, id=f"d{n}") for n in range(40))
    queued = queue(ledger)
    with ThreadPoolExecutor(8) as pool:
        beginning = [pool.submit(ledger.begin, each, "x1") for each in queued]
        cancelled = pool.submit(ledger.cancel, W, U).result()
        begun = sum(each.result() is not None for each in beginning)
    assert begun + cancelled == 40


def test_nothing_begins_in_a_removed_workspace(database: Database, ledger: Ledger) -> None:
    """What was queued when the app was removed is cancelled, and what was planned is, too."""
    ledger.plan([ONE, replace(REMINDER, due=NOW + DAY)])
    (queued,) = queue(ledger)
    State(database.engine).workspaces.remove(W, NOW)
    assert ledger.begin(queued, "x1") is None
    cancel_hopeless(database.engine, NOW)
    assert {row(database.engine, each.id).state for each in (ONE, REMINDER)} == {"cancelled"}
    assert tries(database.engine) == []


def test_a_delivery_planned_after_the_app_was_removed_is_cancelled(database: Database, ledger: Ledger) -> None:
    """Whoever plans for a workspace that is gone leaves nothing behind for ever."""
    State(database.engine).workspaces.remove(W, NOW)
    ledger.plan([ONE])
    assert queue(ledger) == []
    assert cancel_hopeless(database.engine, NOW) == 1


def test_nothing_begins_for_an_account_that_became_unreachable(database: Database, ledger: Ledger) -> None:
    """It waits, planned, as if it had not been taken up."""
    ledger.plan([ONE])
    (queued,) = queue(ledger)
    State(database.engine).people.set_reachable(W, U, reachable=False)
    assert ledger.begin(queued, "x1") is None
    assert row(database.engine).state == "planned" and tries(database.engine) == []


def test_an_unreachable_account_is_not_waited_for_for_ever(database: Database, ledger: Ledger) -> None:
    """After a month, what it was owed is cancelled; what others are owed is not, nor what goes into a channel."""
    meet(database.engine, "U2")
    ledger.plan([ONE, replace(ONE, id="other", account="U2"), CARD])
    State(database.engine).people.set_reachable(W, U, reachable=False)
    assert cancel_hopeless(database.engine, NOW + WAITED) == 0
    assert cancel_hopeless(database.engine, NOW + WAITED + MINUTE) == 1
    assert (row(database.engine).state, row(database.engine, "other").state) == ("cancelled", "planned")
    assert row(database.engine, CARD.id).state == "planned"


def test_words_are_forgotten_and_ids_are_not(database: Database, ledger: Ledger) -> None:
    """After 90 days only the id and the end are left, so that the same step is not sent again."""
    ledger.plan([ONE, REMINDER])
    first, second = queue(ledger)
    ledger.begin(first, "x1")
    ledger.end(first, "sent", message="m1")
    assert forget_words(database.engine, NOW + KEPT) == 0
    assert forget_words(database.engine, NOW + KEPT + MINUTE) == 1
    assert forget_words(database.engine, NOW + KEPT + MINUTE) == 0
    found = row(database.engine, first.id)
    assert (found.state, found.body, found.message) == ("sent", "", None)
    assert tries(database.engine, first.id) == []
    assert ledger.plan([ONE, REMINDER]) == 0
    assert row(database.engine, second.id).body == REMINDER.body


def test_many_words_are_forgotten(database: Database, ledger: Ledger) -> None:
    """It goes on until nothing old is left."""
    ledger.plan(replace(ONE, id=f"d{n}") for n in range(2100))
    ledger.cancel(W, U)
    assert forget_words(database.engine, NOW + 2 * KEPT) == 2100


def test_deliveries_are_counted(database: Database, ledger: Ledger, clock: Clock) -> None:
    """What is open is counted whenever it was planned, what ended as long as that is a day ago at most."""
    ledger.plan([ONE, replace(REMINDER, due=NOW + MINUTE), replace(ONE, id="tomorrow", due=NOW + DAY)])
    (queued,) = queue(ledger)
    counts = count(database.engine, NOW + 2 * MINUTE)
    assert (counts.planned, counts.queued, counts.oldest_due) == (2, 1, NOW + MINUTE)
    ledger.begin(queued, "x1")
    ledger.end(queued, "ambiguous", problem="cut off")
    assert count(database.engine, NOW).ambiguous == 1
    assert count(database.engine, NOW).oldest_due is None
    assert count(database.engine, NOW + DAY + MINUTE).ambiguous == 0


def test_queued_ones_are_listed_page_by_page(ledger: Ledger) -> None:
    """Each comes once, whatever the size of a page."""
    ledger.plan(replace(ONE, id=f"d{n}") for n in range(5))
    queue(ledger)
    first = ledger.queued_after("", 3)
    second = ledger.queued_after(first[-1].id, 3)
    assert [each.id for each in (*first, *second)] == [f"d{n}" for n in range(5)]


MANY = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 50000)
    INSERT INTO deliveries (id, workspace, account, kind, body, resend, due, state, round)
    SELECT :state || n, 'slack:T1', 'U1', 'lesson', '{}', false, :due, :state, 0 FROM numbers
"""


def test_a_sweep_reads_only_what_is_due(database: Database, ledger: Ledger) -> None:
    """Among 100,000 deliveries, planned for later or sent long ago, the sweep goes by the index of what is planned."""
    with writing(database.engine) as connection:
        connection.execute(text(MANY).bindparams(bindparam("due", type_=Utc)), {"state": "planned", "due": NOW + DAY})
        connection.execute(text(MANY).bindparams(bindparam("due", type_=Utc)), {"state": "sent", "due": NOW - DAY})
    ledger.plan(replace(ONE, id=f"due{n}") for n in range(10))
    ledger.plan([CARD, replace(EDIT, id="edit", edits="nothing")])
    statement = due_statement(["slack"], 500, NOW)
    with database.engine.connect() as connection:
        sql = statement.compile(connection, compile_kwargs={"literal_binds": True}).string
        if database.engine.dialect.name == "sqlite":
            plan = [found.detail for found in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
            assert "SEARCH deliveries USING INDEX ix_deliveries_due_planned (due<?)" in plan, plan
            assert not any(step.startswith("SCAN deliveries") for step in plan), plan
            return
        connection.execute(text("ANALYZE"))
        plan = [line for (line,) in connection.execute(text(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}"))]
        connection.rollback()
    (step,) = [line for line in plan if "ix_deliveries_due_planned" in line]
    assert "rows=12.00" in step, plan
    assert not any("Seq Scan on deliveries" in line for line in plan), plan


def test_what_is_too_late_is_not_sent_any_more(database: Database, ledger: Ledger, clock: Clock) -> None:
    """A lesson that an outage held up past its hours is cancelled; one that is in time goes out."""
    ledger.plan([replace(ONE, until=NOW + MINUTE), replace(ONE, id="in time", until=NOW + 5 * MINUTE)])
    taken = {each.id: each for each in queue(ledger)}
    clock.pass_(minutes=2)
    assert ledger.begin(taken[ONE.id], "x1") is None
    assert row(database.engine).state == "cancelled"
    begun = ledger.begin(taken["in time"], "x1")
    assert begun is not None and begun.delivery.until == NOW + 5 * MINUTE


def test_what_may_have_gone_out_is_looked_up_however_late(database: Database, ledger: Ledger, clock: Clock) -> None:
    """Cancelling what a dead worker may have sent would let it come twice."""
    ledger.plan([replace(ONE, until=NOW + MINUTE)])
    (taken,) = queue(ledger)
    assert ledger.begin(taken, "x1") is not None
    ledger.put_back(taken)
    clock.pass_(minutes=2)
    begun = ledger.begin(queue(ledger)[0], "x2")
    assert begun is not None and begun.unsure
