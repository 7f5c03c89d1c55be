"""The worker: finds what is due, has it carried, sends it, and looks after what other workers left behind."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Engine

from bot.errors import StateError
from bot.jobs.carrier import Carrier
from bot.jobs.ledger import Ledger, Queued
from bot.jobs.limits import Limits, Pace
from bot.jobs.presence import Presence, presence
from bot.jobs.sender import Sender
from bot.jobs.ticker import Ticker
from bot.jobs.turns import Turns, shared_turns
from bot.jobs.upkeep import Counts, cancel_hopeless, count, forget_words
from bot.ports import Channel, Delivery

_PAGE: Final = 500
_BREATH: Final = 0.05  # seconds between two full batches, or who sends would hardly get a turn to write meanwhile
_AFTER_CUT_OFF: Final = 10  # seconds to write down what was cut off


@dataclass(frozen=True, slots=True)
class Watch:
    """Something to be looked after every so many ``seconds``, such as the clocks of what waits for an answer.

    ``work`` is called in a thread of its own, at once when the worker starts. What it raises ends that call alone; it
    is logged, and health shows it until a call succeeds. Every worker runs its watches: on PostgreSQL, where there may
    be several workers, the same work is done by several at once, and has to be right then, too (by deliveries whose
    ids tell that they were planned, and by rows that are changed only where they are as they were read).
    """

    name: str
    seconds: float
    work: Callable[[], object]


class Worker:
    """Sends what is owed; implements ``Jobs``. One at a time in a process.

    ``channels`` by surface. Their coroutines run on the event loop that ``start`` was called on. ``upkeep`` is called
    in a thread when the worker starts and once a day, ``watches`` as often as they say.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        pace: Pace | None = None,
        upkeep: Callable[[], object] = lambda: None,
        watches: Sequence[Watch] = (),
    ) -> None:
        self.executor = secrets.token_hex(8)
        self._engine = engine
        self._channels = channels
        self._clock = clock
        self._limits = limits or Limits()
        self._pace = pace or Pace()
        self._upkeep = upkeep
        self._watches = tuple(watches)
        self._ledger = Ledger(engine, clock)
        self._presence: Presence = presence(engine, self.executor)
        rates = {surface: self._limits.rates[surface] for surface in channels}
        self._carrier = Carrier(engine, self.executor, rates, self._limits, self._pace)
        self._sender: Sender | None = None
        self._tickers: Sequence[Ticker] = ()
        self._sweeper: Ticker | None = None
        self._missed: set[str] = set()

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Owe deliveries; one whose id is known is left as it is. Returns how many are new."""
        new = self._ledger.plan(deliveries)
        if new:
            self.nudge()
        return new

    def nudge(self) -> None:
        """Look for what is due now, not at the next sweep; from any thread, and of no effect where nothing runs.

        For who plans deliveries in a transaction of their own. It only saves time: a sweep finds everything.
        """
        sweeper = self._sweeper
        if sweeper is not None:
            sweeper.wake()

    def cancel(self, workspace: str, account: str, kind: str | None = None) -> int:
        """No longer owe what was not begun, of one kind or all. Returns how many."""
        return self._ledger.cancel(workspace, account, kind)

    def counts(self) -> Counts:
        """How many deliveries are in which state, for metrics."""
        return count(self._engine, self._clock())

    def health(self) -> str:
        """``ok``, or what is wrong, in one line."""
        if self._sender is None:
            return "the worker is not running"
        return "; ".join(ticker.problem for ticker in self._tickers if ticker.problem) or "ok"

    async def start(self) -> None:
        """Start to send.

        Raises:
            StateError: where another worker has the file, or the database or this Python cannot be used.
        """
        if self._sender is not None:
            raise StateError("the worker runs already; stop it before you start it again")
        loop = asyncio.get_running_loop()
        turns = Turns(self._limits.rates, shared_turns(self._engine))
        sender = Sender(self._ledger, self._channels, self._limits, self._clock, self.executor, loop, turns=turns)
        await asyncio.to_thread(self._open, sender)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more and finish what was begun; cut off what takes longer than so many seconds."""
        if self._sender is None:
            return
        sender, self._sender = self._sender, None
        sender.close()
        closing = asyncio.create_task(asyncio.to_thread(self._close, sender, seconds + _AFTER_CUT_OFF))
        done, _ = await asyncio.wait({closing}, timeout=seconds)
        if not done:
            sender.cut_off()
        await closing

    def _open(self, sender: Sender) -> None:
        self._presence.claim()
        try:
            self._carrier.open(sender.run)
        except StateError:
            self._presence.give_up()
            raise
        self._sender = sender
        pace = self._pace
        self._sweeper = Ticker("sweep", pace.sweep, self._sweep)
        self._tickers = (
            Ticker("watch", pace.watch, self._watch),
            self._sweeper,
            Ticker("check", pace.check, self._check),
            Ticker("upkeep", pace.upkeep, self._look_after),
            *(Ticker(each.name, each.seconds, each.work) for each in self._watches),
        )
        for ticker in self._tickers:
            ticker.start()

    def _close(self, sender: Sender, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for ticker in self._tickers:
            ticker.stop(0)
        for ticker in self._tickers:
            ticker.stop(max(0.0, deadline - time.monotonic()))
        self._carrier.pause()
        sender.wait(seconds)
        self._carrier.close()
        self._presence.give_up()

    def _sweep(self) -> None:
        """Queue everything that is due."""
        batch = self._pace.batch
        while self._sender is not None:
            if self._ledger.queue_due(self._channels, batch, self._carrier.enqueue) < batch:
                return
            time.sleep(_BREATH)

    def _watch(self) -> None:
        """Take over what dead workers had in hand."""
        self._presence.renew()
        for executor in self._carrier.others():
            taken = self._presence.bury(executor, partial(self._carrier.take_over, executor))
            if taken:
                structlog.get_logger(__name__).warning("took_over", executor=executor, deliveries=taken)

    def _check(self) -> None:
        """Plan again what is queued but nobody's work, and forget what was carried to its end."""
        queued, missed = self._queued(), set[str]()
        # Looked up after them: what is queued now was on its way before that, or has ended meanwhile.
        carried = self._carrier.carried([each.work for each in queued]) if queued else {}
        for each in queued:
            mine_but_not_begun = carried.get(each.work) == self.executor and not self._is_running(each.work)
            if each.work not in carried or (mine_but_not_begun and each.work in self._missed):
                self._ledger.put_back(each)
            elif mine_but_not_begun:
                missed.add(each.work)
        self._missed = missed
        self._carrier.forget_finished(self._clock() - timedelta(seconds=self._pace.finished))

    def _queued(self) -> list[Queued]:
        """Everything that is queued."""
        queued: list[Queued] = []
        while page := self._ledger.queued_after(queued[-1].id if queued else "", _PAGE):
            queued += page
        return queued

    def _is_running(self, work: str) -> bool:
        sender = self._sender
        return sender is None or sender.is_running(work)

    def _look_after(self) -> None:
        now = self._clock()
        cancel_hopeless(self._engine, now)
        forget_words(self._engine, now)
        self._upkeep()


__all__ = ["Watch", "Worker"]
