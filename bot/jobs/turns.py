"""Who may write when: evenly spaced within a workspace, whoever asks, and again to each account or channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import Engine, text

from bot.jobs.limits import Rate
from bot.state.engine import writing

Reserve = Callable[[str, float], float]
"""Takes the next seconds of a workspace that nobody has; says in how many seconds they begin, never below 0."""

_LATE: Final = 0.25
"""So many seconds late, a turn keeps its rhythm: what comes after it may catch up. Platforms let one do that; what is
later begins anew."""
_MANY: Final = 1000  # accounts and channels whose last turn is remembered before the old ones are forgotten

# A row of ``tokens`` is until when something of a purpose is taken; upkeep deletes it once that is over, rightly.
_RESERVE: Final = text(
    """
    INSERT INTO tokens (purpose, hash, until)
    VALUES ('turns', :workspace, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (purpose, hash) DO UPDATE SET until = make_interval(secs => :seconds) + CASE
        WHEN tokens.until > clock_timestamp() - make_interval(secs => :late) THEN tokens.until
        ELSE clock_timestamp()
    END
    RETURNING extract(epoch FROM until - clock_timestamp())::float
    """
)


class Turns:
    """The turns of one process.

    Where others write to the same workspaces, ``shared`` is asked besides, in a thread: those are the turns of all.
    """

    def __init__(self, rates: Mapping[str, Rate], shared: Reserve | None = None) -> None:
        self._rates = rates
        self._shared = shared
        self._locks: dict[str, asyncio.Lock] = {}
        self._taken: dict[str, float] = {}
        self._next: dict[tuple[str, str], float] = {}

    async def take(self, workspace: str, *targets: str) -> float:
        """Wait for a turn for each of some accounts or channels; then how many seconds are between two of them.

        Raises:
            StateError: where the shared turns cannot be asked.
        """
        rate = self._rates[surface_of(workspace)]
        step = rate.seconds / rate.messages
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        while True:
            await asyncio.sleep(self._distance(workspace, targets))
            async with lock:
                if self._distance(workspace, targets) > 0:  # somebody else wrote to one of them meanwhile
                    continue
                wait = await self._reserve(workspace, step * len(targets))
                first = asyncio.get_running_loop().time() + wait + rate.spacing
                self._next |= {(workspace, target): first + at * step for at, target in enumerate(targets)}
                await asyncio.sleep(wait)
                return step

    def _distance(self, workspace: str, targets: Sequence[str]) -> float:
        """Seconds until all of some accounts or channels may be written to again."""
        now = asyncio.get_running_loop().time()
        if len(self._next) > _MANY:
            self._next = {key: at for key, at in self._next.items() if at > now}
        return max(0.0, *(self._next.get((workspace, target), now) - now for target in targets))

    async def _reserve(self, workspace: str, seconds: float) -> float:
        if self._shared is not None:
            return await asyncio.to_thread(self._shared, workspace, seconds)
        now = asyncio.get_running_loop().time()
        taken = self._taken.get(workspace, now)
        begins = taken if taken > now - _LATE else now
        self._taken[workspace] = begins + seconds
        return max(0.0, begins - now)


def shared_turns(engine: Engine) -> Reserve | None:
    """The turns of all workers on a PostgreSQL database; ``None`` on SQLite, where there is only one worker."""
    if engine.dialect.name == "sqlite":
        return None

    def reserve(workspace: str, seconds: float) -> float:
        with writing(engine) as connection:
            values = {"workspace": workspace, "seconds": seconds, "late": _LATE}
            until: float = connection.execute(_RESERVE, values).scalar_one()
        return max(0.0, until - seconds)

    return reserve


def surface_of(workspace: str) -> str:
    """The surface that a workspace belongs to: its id up to the first colon."""
    return workspace.partition(":")[0]


__all__ = ["Reserve", "Turns", "shared_turns", "surface_of"]
