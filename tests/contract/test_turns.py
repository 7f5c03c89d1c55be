"""Turns that several workers share over PostgreSQL: each begins where the one before it ends, whoever took that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.jobs import Rate
from bot.jobs.turns import Turns, shared_turns
from bot.state import open_engine


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A PostgreSQL database of this version."""
    made = open_engine(postgres_url)
    yield made
    made.dispose()


def test_what_is_taken_is_nobody_elses(engine: Engine) -> None:
    """Two that ask one after the other wait for each other; another workspace waits for nobody."""
    one, two = shared_turns(engine), shared_turns(engine)
    assert one is not None
    assert two is not None
    assert one("slack:T1", 30.0) == 0.0
    assert 25.0 < two("slack:T1", 5.0) <= 30.0
    assert 30.0 < one("slack:T1", 1.0) <= 35.0
    assert two("slack:T2", 30.0) == 0.0


async def test_what_nobody_took_in_time_is_over(engine: Engine) -> None:
    """After a rest the turns begin anew: nothing is made up for, so that no burst goes out."""
    reserve = shared_turns(engine)
    assert reserve is not None
    assert reserve("slack:T1", 0.1) == 0.0
    await asyncio.sleep(1.0)
    assert reserve("slack:T1", 30.0) == 0.0
    assert reserve("slack:T1", 0.1) > 29.0


async def test_two_workers_share_the_rate(engine: Engine) -> None:
    """Each with turns of its own process, they are together no faster than one alone."""
    rates = {"slack": Rate(messages=20)}
    workers = [Turns(rates, shared_turns(engine)) for _ in range(2)]
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(workers[n % 2].take("slack:T1", f"U{n}") for n in range(21)))
    assert asyncio.get_running_loop().time() - began > 0.9


def test_one_file_has_one_worker(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite there is nobody to share with."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('turns') / 'state.db'}")
    assert shared_turns(engine) is None
    engine.dispose()
