"""The worker, whole, on both databases: what is owed goes out once, at its time, and not faster than allowed."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from dbos import DBOS
from sqlalchemy import column, table, update

from bot.errors import StateError, TryLaterError, UndeliverableError
from bot.jobs import Ledger, Limits, Pace, Rate, Watch, Worker
from bot.ports import Channel, Delivery
from bot.state import State, writing
from tests.contract.owed import CARD, EDIT, FAST, FREE, ONE, REMINDER, U, W, meet, row, tries, until
from tests.contract.stores import Database
from tests.fakes.channel import MemoryChannel
from tests.postgres import Postgres

WorkerMaker = Callable[..., Worker]


def now() -> datetime:
    """The real time: DBOS has a clock of its own."""
    return datetime.now(UTC)


def due(delivery: Delivery, **parts: float) -> Delivery:
    """A delivery that is due in so many ``seconds``, now where none are said."""
    return replace(delivery, due=now() + timedelta(**parts))


@pytest.fixture
async def make_worker(database: Database) -> AsyncIterator[WorkerMaker]:
    """Makes workers over the database, where ``U1`` was met; those that run still are stopped after the test."""
    meet(database.engine)
    made: list[Worker] = []

    def make(channels: Mapping[str, Channel], limits: Limits = FREE, pace: Pace = FAST, **more: object) -> Worker:
        made.append(Worker(database.engine, channels, now, limits, pace, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        await each.stop(5)


async def test_what_is_owed_goes_out_once(database: Database, make_worker: WorkerMaker) -> None:
    """Planned twice, before and after the worker starts, a delivery is sent once, and the ledger names the message."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel})
    assert worker.health() == "the worker is not running"
    worker.plan([due(ONE), due(REMINDER, hours=1)])
    await worker.start()
    await until(lambda: row(database.engine).state == "sent")
    assert worker.plan([due(ONE)]) == 0
    assert worker.health() == "ok"
    await worker.stop(5)
    assert channel.ids == [ONE.id]
    assert row(database.engine).message == f"message of {ONE.id}"
    assert row(database.engine, REMINDER.id).state == "planned"
    assert worker.counts().sent == 1 and worker.counts().planned == 1


async def test_workers_follow_one_another(database: Database, make_worker: WorkerMaker) -> None:
    """A process can start and stop workers again and again; nothing of an earlier one is left."""
    channel = MemoryChannel()
    for number in range(3):
        worker = make_worker({"slack": channel})
        await worker.start()
        worker.plan([due(replace(ONE, id=f"d{number}"))])
        await until(lambda: len(channel.sent) == number + 1)  # noqa: B023 - called in this turn of the loop
        await worker.stop(5)
        left = [thread.name for thread in threading.enumerate() if thread.name.startswith(("clearpost", "dbos"))]
        assert left == []
    assert channel.ids == ["d0", "d1", "d2"]


async def test_two_workers_do_not_share_a_process(make_worker: WorkerMaker, database: Database) -> None:
    """The second one is refused, in one line, and the first goes on."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel})
    await worker.start()
    with pytest.raises(StateError) as refused:
        await make_worker({"slack": MemoryChannel()}).start()
    assert "\n" not in str(refused.value)
    with pytest.raises(StateError, match="already"):
        await worker.start()
    worker.plan([due(ONE)])
    await until(lambda: channel.ids == [ONE.id])


async def test_not_now_is_honoured(database: Database, make_worker: WorkerMaker) -> None:
    """A platform that asks for a pause is not asked again before it is over, and then nobody doubts what went out."""
    times: list[datetime] = []
    channel = MemoryChannel(troubles=[TryLaterError("slow down", 1.5)], before=lambda _: times.append(now()))
    worker = make_worker({"slack": channel})
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: row(database.engine).state == "sent")
    assert (times[1] - times[0]).total_seconds() >= 1.5
    assert len(times) == 2 and channel.asked == []
    assert tries(database.engine) == ["failed", "sent"]


async def test_what_can_never_be_delivered_is_tried_once(database: Database, make_worker: WorkerMaker) -> None:
    """It ends, with the reason."""
    channel = MemoryChannel(troubles=[UndeliverableError("the person blocked the bot")])
    worker = make_worker({"slack": channel})
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: row(database.engine).state == "undeliverable")
    await worker.stop(5)
    assert channel.begun == 1
    assert row(database.engine).problem == "the person blocked the bot"


async def test_nobody_is_written_to_against_their_will(database: Database, make_worker: WorkerMaker) -> None:
    """Of two accounts, only the one that may be written to gets its message; neither does a removed workspace."""
    meet(database.engine, "U2")
    meet(database.engine, U, workspace="slack:T2")
    state = State(database.engine)
    state.people.set_reachable(W, "U2", reachable=False)
    channel = MemoryChannel()
    worker = make_worker({"slack": channel})
    owed = [ONE, replace(ONE, id="blocked", account="U2"), replace(ONE, id="removed", workspace="slack:T2")]
    state.workspaces.remove("slack:T2", now())
    worker.plan(due(each) for each in owed)
    await worker.start()
    await until(lambda: channel.ids == [ONE.id])
    await until(lambda: row(database.engine, "removed").state == "cancelled")
    assert row(database.engine, "blocked").state == "planned"


async def test_a_workspace_is_not_written_to_faster_than_allowed(database: Database, make_worker: WorkerMaker) -> None:
    """Messages go out at the rate of their workspace, and one workspace does not wait for the other."""
    places, people = ("slack:T1", "slack:T2"), [f"U{n}" for n in range(11)]
    for place in places:
        meet(database.engine, *people, workspace=place)
    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, Limits(rates={"slack": Rate(messages=5)}))
    worker.plan(
        due(Delivery(f"{place}:{who}", place, who, "lesson", "{}", now())) for place in places for who in people
    )
    began = now()
    await worker.start()
    await until(lambda: len(channel.sent) == 22)
    assert (now() - began).total_seconds() > 2.0  # the eleventh of each, 0.2 s after one another
    order = [each.workspace for each in channel.sent]
    assert order.index("slack:T1") < 11 and order.index("slack:T2") < 11


async def test_a_stop_finishes_what_was_begun(database: Database, make_worker: WorkerMaker) -> None:
    """A message that is on its way arrives, and what was not begun waits for the next worker."""
    channel = MemoryChannel(hold=asyncio.Event())
    assert channel.hold is not None
    worker = make_worker({"slack": channel}, replace(FREE, at_once=1))
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: channel.begun)
    worker.plan([due(REMINDER)])
    stopping = asyncio.create_task(worker.stop(10))
    await asyncio.sleep(0.3)
    assert not stopping.done()
    channel.hold.set()
    await stopping
    assert channel.ids == [ONE.id] and row(database.engine).state == "sent"
    second = MemoryChannel()
    await make_worker({"slack": second}).start()
    await until(lambda: second.ids == [REMINDER.id])


async def test_a_stop_does_not_wait_for_ever(database: Database, make_worker: WorkerMaker) -> None:
    """What takes too long is cut off, looked for by the next worker, and sent where it did not go out."""
    channel = MemoryChannel(hold=asyncio.Event())
    worker = make_worker({"slack": channel})
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: channel.begun)
    async with asyncio.timeout(10):
        await worker.stop(0.2)
    assert row(database.engine).state == "planned" and tries(database.engine) == ["intent"]
    second = MemoryChannel()
    await make_worker({"slack": second}).start()
    await until(lambda: second.ids == [ONE.id])
    assert second.asked == [ONE.id]


async def test_work_that_was_lost_on_the_way_is_found(database: Database, make_worker: WorkerMaker) -> None:
    """Where a delivery is queued but nothing carries it, it is planned again."""
    ledger = Ledger(database.engine, now)
    ledger.plan([due(ONE)])
    assert ledger.queue_due(["slack"], 1, lambda _connection, _queued: None) == 1
    channel = MemoryChannel()
    await make_worker({"slack": channel}).start()
    await until(lambda: channel.ids == [ONE.id])
    assert row(database.engine).round == 2


async def test_work_that_was_claimed_and_never_begun_is_found(database: Database, make_worker: WorkerMaker) -> None:
    """Where the worker has a delivery in hand but does nothing about it for two checks, it is planned again."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, pace=replace(FAST, poll=5.0))
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: row(database.engine).state == "queued")
    schema = None if database.engine.dialect.name == "sqlite" else "dbos"
    names = ("workflow_uuid", "status", "executor_id")
    works = table("workflow_status", *(column(name) for name in names), schema=schema)
    claimed = update(works).where(works.c.workflow_uuid == ONE.id)
    with writing(database.engine) as connection:
        assert connection.execute(claimed.values(status="PENDING", executor_id=worker.executor)).rowcount == 1
    await until(lambda: channel.ids == [ONE.id])
    assert row(database.engine).round == 2


async def test_a_database_that_went_away_is_used_again(postgres: Postgres, postgres_url: str) -> None:
    """Every connection breaks, as when the server is started anew: the worker finds back to its work by itself."""
    database, channel = Database(postgres_url), MemoryChannel()
    meet(database.engine)
    worker = Worker(database.engine, {"slack": channel}, now, FREE, FAST)
    await worker.start()
    worker.plan([due(ONE)])
    await until(lambda: channel.ids == [ONE.id])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(others, (database.engine.url.database,))
    worker.plan([due(REMINDER)])
    await until(lambda: channel.ids == [ONE.id, REMINDER.id] and worker.health() == "ok")
    await worker.stop(5)
    database.close()


async def test_finished_work_is_forgotten(make_worker: WorkerMaker) -> None:
    """What was carried to its end does not pile up in DBOS."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, pace=replace(FAST, finished=0.0))
    worker.plan(due(replace(ONE, id=f"d{n}")) for n in range(5))
    await worker.start()
    await until(lambda: len(channel.sent) == 5)
    async with asyncio.timeout(20):
        while await asyncio.to_thread(DBOS.list_workflows):  # noqa: ASYNC110 - it happens in the database
            await asyncio.sleep(0.1)


async def test_upkeep_is_called_and_its_failure_is_told(make_worker: WorkerMaker) -> None:
    """What wiring registered is called when the worker starts; where it fails, health says so, and work goes on."""

    def fail() -> None:
        raise StateError("the disk is full")

    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, upkeep=fail)
    await worker.start()
    await until(lambda: worker.health() == "upkeep: the disk is full")
    worker.plan([due(ONE)])
    await until(lambda: channel.ids == [ONE.id])


async def test_a_channel_gets_its_card_and_the_changes(database: Database, make_worker: WorkerMaker) -> None:
    """A card goes into a channel that nobody has to be reachable for, and shows the last of its states."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel})
    card = due(CARD)
    worker.plan(
        [card, *(replace(due(EDIT), id=f"e{n}", due=card.due + timedelta(milliseconds=n)) for n in range(1, 4))]
    )
    await worker.start()
    await until(lambda: row(database.engine, "e3").state == "sent")
    await worker.stop(5)
    assert channel.ids == [CARD.id, "e3"] and channel.shown == {f"message of {CARD.id}": "e3"}
    assert [row(database.engine, f"e{n}").state for n in (1, 2)] == ["cancelled", "cancelled"]


async def test_what_is_planned_here_does_not_wait_for_the_sweep(make_worker: WorkerMaker) -> None:
    """Who plans through the worker, or nudges it after planning otherwise, waits for no sweep; before it runs, too."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, pace=replace(FAST, sweep=3600.0))
    worker.nudge()
    await worker.start()
    worker.plan([due(ONE)])
    await until(lambda: channel.ids == [ONE.id])


async def test_a_nudge_is_for_who_plans_otherwise(database: Database, make_worker: WorkerMaker) -> None:
    """What was planned in a transaction of somebody's own goes out at once after a nudge."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, pace=replace(FAST, sweep=3600.0))
    await worker.start()
    await until(lambda: worker.health() == "ok")
    Ledger(database.engine, now).plan([due(ONE)])
    worker.nudge()
    await until(lambda: channel.ids == [ONE.id])


async def test_watches_are_called_again_and_again(make_worker: WorkerMaker) -> None:
    """At once and then at their own pace, each in a thread of its own; none after the stop."""
    calls: dict[str, list[str]] = {"clocks": [], "digest": []}

    def watch(name: str, seconds: float) -> Watch:
        return Watch(name, seconds, lambda: calls[name].append(threading.current_thread().name))

    worker = make_worker({}, watches=[watch("clocks", 0.05), watch("digest", 3600.0)])
    await worker.start()
    await until(lambda: len(calls["clocks"]) >= 3)
    await worker.stop(5)
    made = len(calls["clocks"])
    assert set(calls["clocks"]) == {"clearpost-clocks"} and calls["digest"] == ["clearpost-digest"]
    await asyncio.sleep(0.2)
    assert len(calls["clocks"]) == made


async def test_a_watch_that_fails_is_told_and_goes_on(make_worker: WorkerMaker) -> None:
    """Health says what is wrong until a call succeeds, and nothing else stands still for it."""
    troubles = [StateError("the state cannot be read"), ValueError("words of a question")]
    held = threading.Event()

    def work() -> None:
        if troubles:
            raise troubles.pop(0)
        held.wait(20)

    channel = MemoryChannel()
    worker = make_worker({"slack": channel}, watches=[Watch("clocks", 0.3, work)])
    await worker.start()
    await until(lambda: worker.health() == "clocks: the state cannot be read")
    await until(lambda: worker.health() == "clocks: ValueError")
    worker.plan([due(ONE)])
    await until(lambda: channel.ids == [ONE.id])
    held.set()
    await until(lambda: worker.health() == "ok")


async def test_a_worker_without_surfaces_looks_after_the_state(make_worker: WorkerMaker) -> None:
    """Where neither Slack nor Teams is set up, nothing is sent, and upkeep is done all the same."""
    called: list[str] = []
    worker = make_worker({}, upkeep=lambda: called.append("upkeep"))
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: called)
    assert worker.health() == "ok" and worker.counts().planned == 1


async def test_nothing_is_printed(make_worker: WorkerMaker, capfd: pytest.CaptureFixture[str]) -> None:
    """DBOS writes no lines of its own; what it warns of goes to our log."""
    channel = MemoryChannel()
    worker = make_worker({"slack": channel})
    worker.plan([due(ONE)])
    await worker.start()
    await until(lambda: channel.ids == [ONE.id])
    await worker.stop(5)
    assert capfd.readouterr() == ("", "")
    logging.getLogger("dbos").info("not worth a line")
    logging.getLogger("dbos").warning("queue %s is slow", "deliver-slack")
    said = "".join(capfd.readouterr())
    assert "queue deliver-slack is slow" in said and "not worth a line" not in said


async def test_a_database_that_cannot_be_used_is_told_in_one_line(database: Database, make_worker: WorkerMaker) -> None:
    """A worker that cannot start leaves nothing behind that keeps the next one from starting."""
    broken = make_worker(
        {"nowhere": MemoryChannel()}, replace(FREE, rates={"nowhere": Rate(messages=-1, seconds=0)}, at_once=-1)
    )
    with pytest.raises(StateError) as refused:
        await broken.start()
    assert "\n" not in str(refused.value)
    await make_worker({"slack": MemoryChannel()}).start()
