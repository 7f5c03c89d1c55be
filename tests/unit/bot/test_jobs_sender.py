"""One round of a delivery: what is sent, what is looked up first, what is tried again and when."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.jobs import Ledger, Limits, Rate
from bot.jobs.ledger import Queued
from bot.jobs.sender import Sender
from bot.jobs.turns import Turns
from bot.ports import Delivery
from bot.state import migrate, open_engine
from tests.contract.owed import CARD, EDIT, ONE, REMINDER, Clock, meet, row, tries
from tests.contract.stores import NOW
from tests.fakes.channel import MemoryChannel

LIMITS = Limits(rates={"slack": Rate(messages=10_000)}, tries=3, first_wait=10, longest_wait=15)


@dataclass
class Desk:
    """A sender over a real ledger, whose rounds a test starts one by one."""

    engine: Engine
    clock: Clock
    ledger: Ledger
    channel: MemoryChannel
    sender: Sender

    def plan(self, delivery: Delivery = ONE) -> None:
        """Owe a delivery."""
        assert self.ledger.plan([delivery]) == 1

    def queue(self) -> Queued | None:
        """Take up what is due, where there is something."""
        taken: list[Queued] = []

        def take(_connection: object, queued: Sequence[Queued]) -> None:
            taken.extend(queued)

        self.ledger.queue_due(["slack"], 1, take)
        return taken[0] if taken else None

    async def round(self) -> bool:
        """One round, where something is due."""
        queued = self.queue()
        if queued is None:
            return False
        await asyncio.to_thread(self.sender.run, queued)
        return True

    def waits(self, delivery: Delivery = ONE) -> float:
        """For how many seconds a delivery is put off."""
        return float((row(self.engine, delivery.id).due - self.clock.now).total_seconds())

    async def crash(self) -> None:
        """A round that dies right after the message went out; its work is carried again."""
        queued = self.queue()
        assert queued is not None
        begun = await asyncio.to_thread(self.ledger.begin, queued, "dead")
        assert begun is not None
        self.channel.sent.append(begun.delivery)
        await asyncio.to_thread(self.sender.run, queued)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with one person to write to, and no jitter."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    meet(engine)
    clock = Clock()
    ledger, channel = Ledger(engine, clock), MemoryChannel()
    loop = asyncio.get_running_loop()
    yield Desk(
        engine, clock, ledger, channel, Sender(ledger, {"slack": channel}, LIMITS, clock, "x1", loop, lambda: 0.0)
    )
    engine.dispose()


async def test_a_delivery_is_sent_and_the_message_is_named(desk: Desk) -> None:
    """The ledger knows what the platform calls the message; nothing is looked up."""
    desk.plan()
    await desk.round()
    assert desk.channel.sent == [ONE] and desk.channel.asked == []
    assert row(desk.engine).message == f"message of {ONE.id}" and tries(desk.engine) == ["sent"]


async def test_a_message_that_is_out_is_not_sent_again(desk: Desk) -> None:
    """After a crash the platform is asked first, and its word counts."""
    desk.plan()
    await desk.crash()
    assert desk.channel.ids == [ONE.id] and desk.channel.asked == [ONE.id]
    assert row(desk.engine).state == "sent" and row(desk.engine).message == f"message of {ONE.id}"


async def test_a_message_that_is_not_out_is_sent(desk: Desk) -> None:
    """After a crash before the send, the platform knows nothing, and the message goes out."""
    desk.plan()
    queued = desk.queue()
    assert queued is not None
    desk.ledger.begin(queued, "dead")
    await asyncio.to_thread(desk.sender.run, queued)
    assert desk.channel.ids == [ONE.id] and desk.channel.asked == [ONE.id]


async def test_a_lesson_is_rather_ambiguous_than_doubled(desk: Desk) -> None:
    """Where the platform cannot tell, a lesson that may be out is not sent again, and is counted."""
    desk.channel.can_find = False
    desk.plan()
    await desk.crash()
    assert desk.channel.ids == [ONE.id]
    assert row(desk.engine).state == "ambiguous" and tries(desk.engine) == ["intent"]


async def test_a_reminder_is_rather_doubled_than_lost(desk: Desk) -> None:
    """Where the platform cannot tell, a reminder that may be out is sent again."""
    desk.channel.can_find = False
    desk.plan(REMINDER)
    await desk.crash()
    assert desk.channel.ids == [REMINDER.id, REMINDER.id]
    assert row(desk.engine, REMINDER.id).state == "sent"


async def test_a_failure_of_an_unknown_kind_is_looked_into(desk: Desk) -> None:
    """A connection that breaks after the message went out does not send it twice."""
    desk.channel.troubles, desk.channel.late = [ConnectionResetError("gone")], True
    desk.plan()
    await desk.round()
    assert row(desk.engine).state == "planned" and row(desk.engine).problem == "ConnectionResetError"
    desk.clock.pass_(seconds=10)
    await desk.round()
    assert desk.channel.ids == [ONE.id] and row(desk.engine).state == "sent"


async def test_failures_are_tried_again_ever_later_and_not_for_ever(desk: Desk) -> None:
    """The waits grow up to the longest; after the last try it is undeliverable, and says why."""
    desk.channel.troubles = [OSError("secret words")] * 9
    desk.plan()
    waits = []
    for _ in range(LIMITS.tries):
        assert await desk.round()
        waits.append(desk.waits())
        assert not await desk.round()
        desk.clock.pass_(seconds=15)
    assert waits[:2] == [10, 15]
    found = row(desk.engine)
    assert (found.state, found.problem) == ("undeliverable", "OSError, 3 times")
    assert desk.channel.begun == 3


async def test_a_send_that_hangs_is_given_up(desk: Desk) -> None:
    """No platform keeps a worker waiting for ever."""
    desk.channel.hold = asyncio.Event()
    hasty, loop = replace(LIMITS, patience=0.1), asyncio.get_running_loop()
    desk.sender = Sender(desk.ledger, {"slack": desk.channel}, hasty, desk.clock, "x1", loop, lambda: 0.0)
    desk.plan()
    async with asyncio.timeout(20):
        await desk.round()
    assert row(desk.engine).problem == "TimeoutError" and tries(desk.engine) == ["intent"]


async def test_not_now_costs_no_try(desk: Desk) -> None:
    """A platform that is busy for long does not make a delivery undeliverable, but is asked ever more rarely."""
    desk.channel.troubles = [TryLaterError("slow down", 2)] * 6
    desk.plan()
    waits = []
    for _ in range(6):
        assert await desk.round()
        waits.append(desk.waits())
        desk.clock.pass_(seconds=15)
    assert waits == [2, 2, 2, 10, 15, 15]
    assert await desk.round()
    assert row(desk.engine).state == "sent" and desk.channel.asked == []
    assert tries(desk.engine) == ["failed"] * 6 + ["sent"]


async def test_not_now_while_looking_leaves_it_open(desk: Desk) -> None:
    """Where even the look-up has to wait, what may be out still may be."""

    class Busy(MemoryChannel):
        async def find(self, delivery: Delivery) -> str | None:
            """Refuse the first time."""
            if not self.asked:
                self.asked.append(delivery.id)
                raise TryLaterError("slow down", 1)
            return await MemoryChannel.find(self, delivery)

    busy = Busy()
    sender = Sender(desk.ledger, {"slack": busy}, LIMITS, desk.clock, "x1", asyncio.get_running_loop(), lambda: 0.0)
    desk.channel, desk.sender = busy, sender
    desk.plan()
    await desk.crash()
    assert tries(desk.engine) == ["intent"]
    desk.clock.pass_(seconds=1)
    await desk.round()
    assert busy.ids == [ONE.id] and row(desk.engine).state == "sent"


async def test_a_send_whose_end_is_unknown_is_not_repeated_blindly(desk: Desk) -> None:
    """A channel may say itself that it does not know; the next round asks."""
    desk.channel.troubles, desk.channel.late = [UnknowableError("no answer")], True
    desk.plan()
    await desk.round()
    desk.clock.pass_(seconds=10)
    await desk.round()
    assert desk.channel.ids == [ONE.id] and row(desk.engine).state == "sent"


async def test_an_outage_of_the_network_costs_no_delivery(desk: Desk) -> None:
    """However often a channel cannot tell what became of a message, it is looked for and tried again."""
    desk.channel.troubles = [UnknowableError("no answer")] * 12
    desk.plan()
    for _ in range(13):
        assert await desk.round()
        desk.clock.pass_(seconds=15)
    assert desk.channel.ids == [ONE.id] and row(desk.engine).state == "sent"
    assert len(desk.channel.asked) == 12


async def test_what_can_never_be_delivered_ends(desk: Desk) -> None:
    """With the platform's reason, and with nothing left open."""
    desk.channel.troubles = [UndeliverableError("the channel is gone")]
    desk.plan()
    await desk.round()
    assert (row(desk.engine).state, row(desk.engine).problem) == ("undeliverable", "the channel is gone")
    assert tries(desk.engine) == ["failed"]


async def test_a_message_is_changed(desk: Desk) -> None:
    """A delivery that edits another one changes that one's message, which keeps its name."""
    desk.plan(CARD)
    await desk.round()
    desk.plan(EDIT)
    await desk.round()
    name = f"message of {CARD.id}"
    assert desk.channel.ids == [CARD.id, EDIT.id] and desk.channel.shown == {name: EDIT.id}
    assert (row(desk.engine, EDIT.id).state, row(desk.engine, EDIT.id).message) == ("sent", name)


async def test_a_change_that_may_have_been_made_is_made_again(desk: Desk) -> None:
    """Nothing is looked up for it, and it is never ambiguous: to change a message twice does no harm."""
    desk.channel.can_find = False
    desk.plan(CARD)
    await desk.round()
    desk.plan(replace(EDIT, resend=False))
    await desk.crash()
    assert desk.channel.ids == [CARD.id, EDIT.id, EDIT.id] and desk.channel.asked == []
    assert row(desk.engine, EDIT.id).state == "sent"


async def test_a_change_that_fails_is_tried_again(desk: Desk) -> None:
    """As any delivery, as often as any."""
    desk.plan(CARD)
    await desk.round()
    desk.channel.troubles = [OSError("gone"), UnknowableError("no answer"), TryLaterError("slow down", 2)]
    desk.plan(EDIT)
    for _ in range(4):
        assert await desk.round()
        desk.clock.pass_(seconds=15)
    assert row(desk.engine, EDIT.id).state == "sent" and desk.channel.asked == []


async def test_a_change_of_a_message_that_is_gone_ends(desk: Desk) -> None:
    """Somebody deleted it: there is nothing to be changed any more."""
    desk.plan(CARD)
    await desk.round()
    desk.channel.troubles = [UndeliverableError("Slack will not deliver this: message_not_found")]
    desk.plan(EDIT)
    await desk.round()
    assert row(desk.engine, EDIT.id).state == "undeliverable"


async def test_a_cancelled_delivery_is_not_sent(desk: Desk) -> None:
    """Not even where it was queued already."""
    desk.plan()
    queued = desk.queue()
    assert queued is not None and desk.ledger.cancel(ONE.workspace, ONE.account) == 1
    await asyncio.to_thread(desk.sender.run, queued)
    assert desk.channel.begun == 0


async def test_nothing_begins_after_a_close(desk: Desk) -> None:
    """What was queued waits for another worker, as it was."""
    desk.plan()
    queued = desk.queue()
    assert queued is not None
    desk.sender.close()
    await asyncio.to_thread(desk.sender.run, queued)
    assert desk.channel.begun == 0
    assert (row(desk.engine).state, row(desk.engine).due) == ("planned", NOW)


async def test_no_words_are_logged(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What an error says may hold the words of the message: the log and the ledger get its kind."""
    desk.channel.troubles = [ValueError("secret words")]
    desk.plan(replace(ONE, body="secret body"))
    await desk.round()
    printed = capsys.readouterr()
    assert "ValueError" in printed.out + printed.err and "secret" not in printed.out + printed.err
    assert "secret" not in row(desk.engine).problem


async def test_turns_are_evenly_spaced() -> None:
    """A workspace gets one turn each fraction of its time, however many ask at once."""
    turns, times = Turns({"slack": Rate(messages=20)}), []

    async def take(account: str) -> None:
        await turns.take("slack:T1", account)
        times.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(take(f"U{n}") for n in range(5)))
    assert times[-1] - times[0] > 0.18  # four steps of 50 ms, less what a timer rounds


async def test_turns_of_one_account_keep_their_distance() -> None:
    """One person's messages are spaced by themselves, and do not hold up another's."""
    turns, times = Turns({"slack": Rate(messages=1000, spacing=0.1)}), []

    async def take(account: str) -> None:
        await turns.take("slack:T1", account)
        times.append((account, asyncio.get_running_loop().time()))

    await asyncio.gather(*(take(account) for account in ("U1", "U1", "U1", "U2")))
    theirs = [at for account, at in times if account == "U1"]
    assert all(later - earlier > 0.09 for earlier, later in itertools.pairwise(theirs))
    assert times[1][0] == "U2"
