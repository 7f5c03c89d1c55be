"""Work that is done again and again."""

from __future__ import annotations

import threading
import time

import pytest

from bot.errors import StateError
from bot.jobs.ticker import Ticker


def test_it_begins_at_once_and_goes_on_until_it_is_stopped() -> None:
    """The first call does not wait, and no call comes after the stop."""
    calls: list[int] = []
    third = threading.Event()

    def work() -> None:
        calls.append(1)
        if len(calls) == 3:
            third.set()

    ticker = Ticker("sweep", 0.01, work)
    ticker.start()
    assert third.wait(10)
    ticker.stop(10)
    made = len(calls)
    assert not third.wait(0) or len(calls) == made


def test_a_failure_ends_one_call_and_is_told_until_one_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    """An expected error says what to do, an unexpected one only its kind; each is logged once, not at every call."""
    troubles: list[Exception | None] = [StateError("run 'clearpost migrate'")] * 2 + [ValueError("secret words"), None]
    problems: list[str] = []
    done = threading.Event()

    def work() -> None:
        problems.append(ticker.problem)
        if not troubles:
            done.set()
            return
        trouble = troubles.pop(0)
        if trouble is not None:
            raise trouble

    ticker = Ticker("sweep", 0.01, work)
    ticker.start()
    assert done.wait(10)
    ticker.stop(10)
    told = "sweep: run 'clearpost migrate'"
    assert problems[:5] == ["", told, told, "sweep: ValueError", ""]
    printed = "".join(capsys.readouterr())
    assert printed.count("clearpost migrate") == 1 and "secret" not in printed


def test_one_that_is_woken_does_not_wait() -> None:
    """A wake-up makes the next call at once, also one that comes in the middle of a call."""
    calls: list[int] = []
    called, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        calls.append(1)
        called.release()
        assert go_on.acquire(timeout=10)

    ticker = Ticker("sweep", 3600, work)
    ticker.start()
    assert called.acquire(timeout=10)
    ticker.wake()
    ticker.wake()
    go_on.release()
    assert called.acquire(timeout=10)
    go_on.release()
    assert not called.acquire(timeout=0.1)
    ticker.wake()
    assert called.acquire(timeout=10)
    go_on.release()
    ticker.stop(10)
    assert len(calls) == 3


def test_a_long_wait_ends_with_the_stop() -> None:
    """Nobody waits an hour for a ticker to end."""
    done = threading.Event()
    ticker = Ticker("digest", 3600, done.set)
    ticker.start()
    assert done.wait(10)
    began = time.monotonic()
    ticker.stop(30)
    assert time.monotonic() - began < 5


def test_one_that_never_began_can_be_stopped() -> None:
    """Nothing is waited for."""
    Ticker("sweep", 1, lambda: None).stop(1)
