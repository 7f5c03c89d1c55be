"""One run with cases: open them, let their clocks ring while workers are killed, and count the reminders."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, Select, func, select

from bot.conversation.escalate import owed
from bot.conversation.escalate.clocks import start
from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.ports import Desk, Entry, Escalation, Event, Party, Post, Profile, Stage
from bot.state import State, migrate, open_engine, reading
from bot.state.tables import attempts, audit, deliveries, entries, escalations
from knowledge.contacts import LAST_RESORT
from knowledge.models import Priority
from tests.recovery.crew import Crew
from tests.recovery.provider import Provider
from tests.recovery.watcher import OPENING, START, office

_WORKSPACE: Final = "slack:W1"
_ASKER: Final = Party(_WORKSPACE, "U-asker", "D1", "", "Ines Example")
_OWNER: Final = Party(_WORKSPACE, "U-owner", "", "", "Omar Example")
_CHANNEL: Final = "C1"
_RINGS: Final = 2  # of each case: half-way, and at the end
_CLAIMED: Final = 3  # every so-many-th case is claimed: its owner is reminded, not the channel
_ANY_MOMENT: Final = 0.15  # seconds by which a kill is put off at random
_SPEED: Final = 50.0


@dataclass(frozen=True, slots=True)
class ClocksResult:
    """What came of a run.

    ``deliveries`` are the reminders that had to come, two for each of ``cases``. ``lost`` never reached the provider:
    because no clock rang, or nothing was owed, or it was not sent. ``doubled`` counts rings and reminders too many.
    ``stale`` are cards that do not show the newest state. ``unkept`` counts entries without a line in the audit, or
    lines without an entry, or where the audit is broken. ``cut`` is how many sends were open when a worker was
    killed, ``busy`` how many kills came while a clock was due.
    """

    backend: str
    cases: int
    deliveries: int
    kills: int
    lost: int
    doubled: int
    ambiguous: int
    stale: int
    unkept: int
    cut: int
    busy: int
    seconds: float


def run_clocks(
    url: str, folder: Path, *, cases: int, kills: int, speed: float = _SPEED, limit: float = 600.0
) -> ClocksResult:
    """Let the clocks of so many cases ring while workers are killed so many times.

    As ``run`` does: one worker on SQLite, two on PostgreSQL, which watch the same clocks. ``speed`` is how many times
    faster than the machine's the time of the run goes.
    """
    engine = open_engine(url)
    provider = Provider(folder / "provider.db")
    try:
        return _Clocks(engine, url, folder, provider, speed, limit).go(cases, kills)
    finally:
        provider.close()
        engine.dispose()


class _Clocks:
    def __init__(self, engine: Engine, url: str, folder: Path, provider: Provider, speed: float, limit: float) -> None:
        self._engine = engine
        self._provider = provider
        self._together = 1 if engine.dialect.name == "sqlite" else 2
        self._arguments = (url, str(folder / "provider.db"))
        self._folder = folder
        self._speed = speed
        self._limit = limit
        self._cut = self._busy = 0

    def go(self, cases: int, kills: int) -> ClocksResult:
        began = time.monotonic()
        migrate(self._engine)
        self._open(cases)
        arguments = (*self._arguments, repr(time.time()), str(self._speed))
        crew = Crew("tests.recovery.watcher", arguments, self._folder, self._limit)
        rings = cases * _RINGS
        with crew.together(self._together) as workers:
            for kill in range(1, kills + 1):
                crew.until(lambda due=kill * rings // (kills + 1): self._rung() >= due)  # type: ignore[misc]
                time.sleep(random.uniform(0, _ANY_MOMENT))
                victim = workers.pop(0)
                before = self._rung()
                victim.kill()
                self._cut += self._open_sends(victim.name)
                self._busy += before < rings
                workers.append(crew.start())
            crew.until(lambda: self._rung() >= rings and not self._unfinished())
        return self._counted(cases, kills, time.monotonic() - began)

    def _open(self, number: int) -> None:
        state = State(self._engine)
        whole = office(state)
        state.workspaces.add(_WORKSPACE, "slack", "Example", START)
        for party in (_ASKER, _OWNER):
            state.people.meet(_WORKSPACE, party.account, Profile(party.name), START)
        state.desks.put(_WORKSPACE, Desk(LAST_RESORT, _WORKSPACE, _CHANNEL), START)
        for each in range(number):
            at = START + OPENING * each / number
            claimed = each % _CLAIMED == 0
            stage = Stage.CLAIMED if claimed else Stage.OPEN
            contact = whole.contact(LAST_RESORT)
            assert contact is not None
            case = Escalation(
                id=f"case-{each}",
                number=0,
                organisation=_WORKSPACE,
                asker=_ASKER,
                question=f"What about number {each}?",
                found=to_json(Reply(ReplyKind.NOTE, "")),
                contact=LAST_RESORT,
                priority=Priority.URGENT,
                opened=at,
                stage=stage,
                owner=_OWNER if claimed else None,
                clock=start(whole.times, stage, Priority.URGENT, contact, at),
            )
            entry = Entry(Event.OPENED, at, _ASKER, after=LAST_RESORT)
            posts = [Post(f"case:{case.id}:card", _WORKSPACE, _CHANNEL)]
            state.escalations.open(
                case,
                entry,
                posts,
                lambda kept, said=entry, cards=posts, when=at: owed.first_cards(  # type: ignore[misc]
                    whole, kept, [said], cards, when
                ),
            )

    def _counted(self, cases: int, kills: int, seconds: float) -> ClocksResult:
        rung, reminders, states = self._entries(Event.REMINDED), self._reminders(), self._states()
        times = self._provider.times()
        every = [f"case-{each}" for each in range(cases)]
        owed_for = Counter(each.split(":")[1] for each in reminders)
        lost = sum(max(0, rung[each] - owed_for[each]) for each in every)
        lost += cases * _RINGS - self._rung()
        lost += sum(not times[each] and states[each] != "ambiguous" for each in reminders)
        doubled = sum(max(0, max(rung[each], owed_for[each]) - _RINGS) for each in every)
        doubled += sum(max(0, times[each] - 1) for each, edits in self._first_sends().items() if not edits)
        return ClocksResult(
            backend=self._engine.dialect.name,
            cases=cases,
            deliveries=cases * _RINGS,
            kills=kills,
            lost=lost,
            doubled=doubled,
            ambiguous=sum(state == "ambiguous" for state in states.values()),
            stale=self._stale(),
            unkept=self._unkept(),
            cut=self._cut,
            busy=self._busy,
            seconds=seconds,
        )

    def _rung(self) -> int:
        """How far all clocks are; where nobody looked until both rings were due, one reminder is for both."""
        return self._one(select(func.coalesce(func.sum(escalations.c.clock_rung), 0)))

    def _entries(self, event: Event) -> Counter[str]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(entries.c.escalation).where(entries.c.event == event.value))
            return Counter(rows.scalars())

    def _reminders(self) -> list[str]:
        with reading(self._engine) as connection:
            return list(connection.execute(select(deliveries.c.id).where(deliveries.c.kind == "reminder")).scalars())

    def _first_sends(self) -> dict[str, str]:
        """What every delivery edits: to edit twice does no harm, so only the others are counted."""
        with reading(self._engine) as connection:
            return dict(connection.execute(select(deliveries.c.id, deliveries.c.edits)).all())

    def _states(self) -> dict[str, str]:
        with reading(self._engine) as connection:
            return dict(connection.execute(select(deliveries.c.id, deliveries.c.state)).all())

    def _stale(self) -> int:
        """Cards whose last edit was not sent, or was sent before an older one."""
        newest = select(deliveries.c.edits, func.max(deliveries.c.revision).label("last"))
        of_each = newest.where(deliveries.c.edits != "").group_by(deliveries.c.edits).subquery()
        its = (of_each.c.edits == deliveries.c.edits, of_each.c.last == deliveries.c.revision)
        with reading(self._engine) as connection:
            rows = connection.execute(select(deliveries.c.state).join(of_each, its[0] & its[1])).scalars().all()
        return sum(state != "sent" for state in rows)

    def _unkept(self) -> int:
        """How far the audit is from telling each entry once, with the places where it is broken."""
        with reading(self._engine) as connection:
            said = Counter(connection.execute(select(entries.c.escalation)).scalars())
            told = Counter(connection.execute(select(audit.c.subject)).scalars())
            versions: dict[str, int] = dict(connection.execute(select(escalations.c.id, escalations.c.version)).all())
        off = sum(abs(said[each] - told[each]) + abs(said[each] - version) for each, version in versions.items())
        return off + len(State(self._engine).audit.verify())

    def _unfinished(self) -> bool:
        waiting = select(deliveries.c.id).where(deliveries.c.ended.is_(None)).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(waiting).first() is not None

    def _open_sends(self, executor: str) -> int:
        theirs = (attempts.c.state == "intent", attempts.c.executor == executor)
        return self._one(select(func.count()).select_from(attempts).where(*theirs))

    def _one(self, query: Select[int]) -> int:
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()


__all__ = ["ClocksResult", "run_clocks"]
