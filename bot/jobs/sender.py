"""Sends one queued delivery and writes down how that ended."""

from __future__ import annotations

import asyncio
import concurrent.futures
import random
import threading
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import structlog

from bot.errors import DeliveryError, TryLaterError, UndeliverableError, UnknowableError
from bot.jobs.ledger import Begun, End, Ledger, Queued
from bot.jobs.limits import Limits
from bot.jobs.turns import Turns, surface_of
from bot.ports import Channel

_GRACE: Final = 30.0  # seconds that the loop may be late before a thread stops waiting for it
_JITTER: Final = 0.5  # of a wait, added to it, so that what failed together is not tried again together
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a delivery ended for good."""

    state: End
    message: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Later:
    """It is to be tried again in so many seconds; ``unsent`` where nothing went out for certain."""

    after: float
    unsent: bool
    problem: str


class Sender:
    """Sends deliveries through channels whose coroutines run on one event loop.

    ``run`` is called in threads of whatever carries the work: the ledger blocks them, never the loop. ``jitter`` gives
    numbers from 0 to 1. ``turns`` are those of this process alone where none are given.
    """

    def __init__(
        self,
        ledger: Ledger,
        channels: Mapping[str, Channel],
        limits: Limits,
        clock: Callable[[], datetime],
        executor: str,
        loop: asyncio.AbstractEventLoop,
        jitter: Callable[[], float] = random.random,
        turns: Turns | None = None,
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._limits = limits
        self._clock = clock
        self._executor = executor
        self._jitter = jitter
        self._turns = turns or Turns(limits.rates)
        self._turning = _Bridge(loop)
        self._sending = _Bridge(loop)
        self._closing = False
        self._running: set[str] = set()
        self._changed = threading.Condition()

    def run(self, *together: Queued) -> None:
        """Send deliveries of one workspace to as many targets, but those that ended meanwhile.

        Returns when the ledger knows how it went.

        Raises:
            StateError: where the ledger cannot be used; what has not ended stays queued, and what was begun stays open.
        """
        works = {each.work for each in together}
        with self._changed:
            self._running |= works
        try:
            self._run(together)
        finally:
            with self._changed:
                self._running -= works
                self._changed.notify_all()

    def is_running(self, work: str) -> bool:
        """Whether a round is being sent here, or waits for its turn."""
        with self._changed:
            return work in self._running

    def wait(self, seconds: float) -> bool:
        """Wait in a thread until nothing runs, for at most so long; whether nothing does."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _run(self, together: Sequence[Queued]) -> None:
        try:
            if self._closing:
                raise concurrent.futures.CancelledError
            turn = self._turns.take(together[0].workspace, *(each.target for each in together))
            step = self._turning.result(turn, self._longest)
        except concurrent.futures.CancelledError:
            for each in together:
                self._ledger.put_back(each)
            return
        begun = self._ledger.begin_all(together, self._executor)
        outcomes = self._outcomes([(each, begun[each.id]) for each in together if each.id in begun], step)
        sent = [(each, how.message) for each, how in outcomes if isinstance(how, _Ended) and how.state == "sent"]
        self._ledger.sent(sent)
        for each, how in outcomes:
            self._write_down(each, how)

    def _write_down(self, queued: Queued, outcome: _Ended | _Later) -> None:
        if isinstance(outcome, _Later):
            due = self._clock() + timedelta(seconds=outcome.after)
            self._ledger.postpone(queued, due, unsent=outcome.unsent, problem=outcome.problem)
        elif outcome.state != "sent":
            self._ledger.end(queued, outcome.state, message=outcome.message, problem=outcome.problem)

    def close(self) -> None:
        """Begin nothing more; what is being sent goes on."""
        self._closing = True
        self._turning.cancel()

    def cut_off(self) -> None:
        """Wait no longer for what is being sent. The next round looks into whether it went out."""
        self._sending.cancel()

    @property
    def _longest(self) -> float:
        return self._limits.patience + _GRACE

    def _outcomes(self, going: Sequence[tuple[Queued, Begun]], step: float) -> list[tuple[Queued, _Ended | _Later]]:
        """Send some deliveries, one every ``step`` seconds, and say how it went."""
        if not going:
            return []
        ended: dict[str, _Ended | _Later] = {}
        started: set[str] = set()
        try:
            self._sending.result(self._write_all(going, step, started, ended), self._longest + step * len(going))
        except (concurrent.futures.CancelledError, Exception) as error:  # noqa: BLE001 - as in ``_one``
            return [
                (each, ended.get(each.id) or self._broken_off(each, begun, error, started)) for each, begun in going
            ]
        return [(each, ended[each.id]) for each, _ in going]

    def _broken_off(
        self, queued: Queued, begun: Begun, error: BaseException, started: Collection[str]
    ) -> _Ended | _Later:
        """How a delivery goes on of which nothing was heard any more."""
        if queued.id not in started:
            return _Later(0.0, unsent=not begun.unsure, problem="it was not its turn yet when the worker stopped")
        if isinstance(error, concurrent.futures.CancelledError):
            return _Later(0.0, unsent=False, problem="cut off when the worker stopped")
        return self._failed(queued, begun, error)

    async def _write_all(
        self,
        going: Sequence[tuple[Queued, Begun]],
        step: float,
        started: set[str],
        ended: dict[str, _Ended | _Later],
    ) -> None:
        """Send some deliveries; who is ``started`` and how each ``ended`` is known at any moment."""

        async def one(place: int, queued: Queued, begun: Begun) -> None:
            await asyncio.sleep(place * step)
            started.add(queued.id)
            try:
                ended[queued.id] = await self._write(queued, begun)
            except Exception as error:  # noqa: BLE001 - whatever a platform's library raises, the delivery must not be lost
                ended[queued.id] = self._failed(queued, begun, error)

        await asyncio.gather(*(one(place, *each) for place, each in enumerate(going)))

    async def _write(self, queued: Queued, begun: Begun) -> _Ended | _Later:
        """Look for the message where an earlier attempt may have sent it; send it where there is none.

        To change a message twice does no harm, so nothing is looked for then.
        """
        channel, delivery, unsure = self._channels[surface_of(queued.workspace)], begun.delivery, begun.unsure
        try:
            async with asyncio.timeout(self._limits.patience):
                if unsure and not delivery.edits:
                    try:
                        message = await channel.find(delivery)
                    except UnknowableError as error:
                        if not delivery.resend:
                            return _Ended("ambiguous", problem=str(error))
                    else:
                        if message is not None:
                            return _Ended("sent", message)
                        unsure = False
                return _Ended("sent", await channel.send(delivery, begun.message))
        except UndeliverableError as error:
            return _Ended("undeliverable", problem=str(error))
        except TryLaterError as error:
            return self._later(queued, error, error.after, unsent=not unsure)
        except UnknowableError as error:  # the next round looks into it
            return self._later(queued, error, self._limits.first_wait, unsent=False)

    def _later(self, queued: Queued, error: DeliveryError, after: float, *, unsent: bool) -> _Later:
        """Not before the platform said; and ever later where it says so again and again, as long as an outage lasts."""
        often = queued.round - self._limits.tries
        after = max(after, self._limits.backoff(often) if often > 0 else 0.0)
        return _Later(self._jittered(after), unsent, str(error))

    def _failed(self, queued: Queued, begun: Begun, error: BaseException) -> _Ended | _Later:
        name, tries = type(error).__name__, begun.tries + 1  # no message: it may hold the words of the delivery
        log = structlog.get_logger(__name__).bind(delivery=queued.id, error=name, tries=tries)
        if tries >= self._limits.tries:
            log.error("delivery_given_up")
            return _Ended("undeliverable", problem=f"{name}, {tries} times")
        log.warning("delivery_failed")
        return _Later(self._jittered(self._limits.backoff(tries)), unsent=False, problem=name)

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 + _JITTER * self._jitter())


class _Bridge:
    """From threads to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: set[concurrent.futures.Future[Any]] = set()
        self._lock = threading.Lock()

    def result(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """What a coroutine returns or raises on the loop; ``CancelledError`` where it was cancelled."""
        try:
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the loop is closed
            work.close()
            raise
        with self._lock:
            self._waiting.add(future)
        try:
            return future.result(seconds)
        finally:
            future.cancel()
            with self._lock:
                self._waiting.discard(future)

    def cancel(self) -> None:
        """Cancel whatever is waited for."""
        with self._lock:
            waiting = tuple(self._waiting)
        for future in waiting:
            future.cancel()


__all__ = ["Sender"]
