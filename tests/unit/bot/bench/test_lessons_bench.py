"""``clearpost bench lessons``: the platform keeps its limits, the crowd is spread, and a small run comes out clean."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.bench.fake_limits import Bucket, FakeChannel, FakePlatform, session
from bot.bench.lessons import Size, crowd, measure_lessons
from bot.errors import TryLaterError
from bot.ports import Delivery
from bot.settings import Settings
from knowledge.encoder import SentenceEncoder
from tests.contract.stores import NOW

ONE = Delivery("lesson:p1:one", "slack:T0BENCH", "p1", "lesson", "{}", NOW)


def test_a_bucket_gives_its_rate_and_no_more() -> None:
    """A second's worth at once, then one each fraction of one; who is too early is told for how long."""
    at = 0.0
    bucket = Bucket(10, lambda: at)
    assert [bucket.take() for _ in range(10)] == [0.0] * 10
    assert bucket.take() == pytest.approx(0.1)
    at = 0.1
    assert bucket.take() == 0.0 and bucket.take() > 0
    at = 60.0
    assert sum(bucket.take() == 0.0 for _ in range(20)) == 10


async def test_the_platform_takes_remembers_and_refuses() -> None:
    """What it took can be found; one more to the same person within a second is refused, and counted."""
    with FakePlatform(100) as platform:
        async with session() as calls:
            channel = FakeChannel(calls, platform.address)
            assert await channel.find(ONE) is None
            assert await channel.send(ONE) == ONE.id
            assert await channel.find(ONE) == ONE.id
            with pytest.raises(TryLaterError) as refused:
                await channel.send(ONE)
        assert refused.value.after == 1.0
        assert platform.refused == 1 and platform.taken == Counter({ONE.id: 1})


async def test_a_platform_that_is_pressed_refuses_what_is_too_much() -> None:
    """Of 30 at once, at 10 a second, it takes about ten."""
    with FakePlatform(10) as platform:
        async with session() as calls:
            channel = FakeChannel(calls, platform.address)
            many = [Delivery(f"d{n}", ONE.workspace, f"p{n}", "lesson", "{}", NOW) for n in range(30)]
            ended = await asyncio.gather(*(channel.send(each) for each in many), return_exceptions=True)
    refused = sum(isinstance(each, TryLaterError) for each in ended)
    assert refused == platform.refused and len(platform.taken) == 30 - refused
    assert 10 <= len(platform.taken) < 30


def test_the_crowd_is_on_three_tracks_in_twelve_zones() -> None:
    """Each track in each zone, as evenly as it goes."""
    spread = Counter((each.track, each.time_zone) for each in crowd(360))
    assert set(spread.values()) == {10}
    assert len({track for track, _ in spread}) == 3 and len({zone for _, zone in spread}) == 12


def test_a_small_run_loses_and_doubles_nothing(
    small_encoder: SentenceEncoder, sample_index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Everybody gets one lesson, though a worker is killed; the platform has nothing to refuse."""
    settings = Settings(data=tmp_path)
    sample_index_at = settings.index
    sample_index_at.parent.mkdir(parents=True, exist_ok=True)
    sample_index_at.write_bytes(sample_index.read_bytes())
    monkeypatch.setattr("bot.wiring.ensure_index", lambda *_: None)
    told: list[str] = []
    (line,) = measure_lessons(settings, small_encoder, [Size(120, 50)], told.append, backends=["sqlite"])
    assert (line.backend, line.workers, line.people, line.rate) == ("sqlite", 1, 120, 50)
    assert (line.lost, line.doubled, line.rate_limited) == (0, 0, 0)
    assert line.plan_s > 0 and line.rss_mb > 0 and 0 < line.share_of_limit < 1.5
    assert any("kill -9" in each for each in told)


def test_without_a_database_at_hand_it_says_so(
    small_encoder: SentenceEncoder, sample_index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nothing can start PostgreSQL, its lines are left out and standard error says how to get them."""

    def missing(name: str) -> None:
        raise ImportError(name)

    settings = Settings(data=tmp_path)
    settings.index.write_bytes(sample_index.read_bytes())
    monkeypatch.setattr("bot.wiring.ensure_index", lambda *_: None)
    monkeypatch.setattr("importlib.import_module", missing)
    told: list[str] = []
    assert not list(measure_lessons(settings, small_encoder, [Size(120, 50)], told.append, backends=["postgresql"]))
    assert any("--postgres URL" in each for each in told)
