"""Brown bags and who comes, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, delete, func, select, update

from bot.ports.gatherings import Decide, Gathering, Guest, Phase, Step
from bot.state.deliveries import plan_in
from bot.state.engine import reading, writing
from bot.state.lessons.gathering_tables import gatherings, guests
from bot.state.rows import insert_into, party_columns, party_of

_TABLE: Final = gatherings.c
_PLAIN: Final = ("title", "about", "begins", "ends", "where", "zone", "changed", "next", "replay", "sequence", "place")
_GUEST: Final = ("person", "workspace", "account", "coming", "at", "useful")
_COMING: Final = (
    select(func.count())
    .where(
        guests.c.organisation == _TABLE.organisation,
        guests.c.gathering == _TABLE.id,
        guests.c.coming,
        guests.c.person != _TABLE.host_person,
    )
    .correlate(gatherings)
    .scalar_subquery()
    .label("coming")
)
_AHEAD: Final = (Phase.PLANNED.value, Phase.REMINDED.value)


class SqlGatherings:
    """Implements ``Gatherings``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, gathering: Gathering) -> None:
        """Keep a new one; one whose id is known is left as it is."""
        row = _columns(gathering) | {"id": gathering.id, "organisation": gathering.organisation}
        with writing(self._engine) as connection:
            connection.execute(insert_into(connection, gatherings).values(row).on_conflict_do_nothing())

    def find(self, organisation: str, gathering: str) -> Gathering | None:
        """One of them."""
        with reading(self._engine) as connection:
            row = connection.execute(_one(organisation, gathering)).one_or_none()
        return None if row is None else _gathering(row)

    def by_link(self, gathering: str) -> Gathering | None:
        """One of whatever organisation, by its id."""
        with reading(self._engine) as connection:
            row = connection.execute(_all().where(_TABLE.id == gathering)).one_or_none()
        return None if row is None else _gathering(row)

    def guests(self, organisation: str, gathering: str) -> Sequence[Guest]:
        """Everybody who said whether they come, whoever said so first comes first."""
        with reading(self._engine) as connection:
            return _guests(connection, organisation, gathering)

    def change(self, organisation: str, gathering: str, decide: Decide) -> Gathering | None:
        """Make a step, all or nothing; two at once make theirs one after the other. As it is then."""
        its = (_TABLE.organisation == organisation, _TABLE.id == gathering)
        with writing(self._engine) as connection:
            # Locked first: only what is read after it is sure to count those who answered meanwhile.
            if connection.execute(select(_TABLE.id).where(*its).with_for_update()).first() is None:
                return None
            before = _gathering(connection.execute(_one(organisation, gathering)).one())
            step = decide(before, _guests(connection, organisation, gathering))
            if step is None:
                return before
            connection.execute(update(gatherings).where(*its).values(_columns(step.after, before.version + 1)))
            _keep(connection, before, step)
            return _gathering(connection.execute(_one(organisation, gathering)).one())

    def drop(self, organisation: str, gathering: str) -> None:
        """Forget a draft; one that was announced stays."""
        its = (_TABLE.organisation == organisation, _TABLE.id == gathering, _TABLE.phase == Phase.DRAFT.value)
        with writing(self._engine) as connection:
            connection.execute(delete(gatherings).where(*its))

    def upcoming(self, organisation: str, at: datetime, most: int) -> Sequence[Gathering]:
        """Those that were announced and are not over, the soonest first."""
        ahead = (_TABLE.organisation == organisation, _TABLE.phase.in_(_AHEAD), _TABLE.ends > at)
        return self._some(_all().where(*ahead).order_by(_TABLE.begins, _TABLE.id).limit(most))

    def replays(self, organisation: str, most: int) -> Sequence[Gathering]:
        """Those that are over and can be seen again, the newest first."""
        shown = (_TABLE.organisation == organisation, _TABLE.phase == Phase.OVER.value, _TABLE.replay != "")
        return self._some(_all().where(*shown).order_by(_TABLE.begins.desc(), _TABLE.id).limit(most))

    def hosted(self, organisation: str, person: str) -> Sequence[Gathering]:
        """Those of a host, the newest first."""
        theirs = (_TABLE.organisation == organisation, _TABLE.host_person == person)
        return self._some(_all().where(*theirs).order_by(_TABLE.begins.desc(), _TABLE.id))

    def answers(self, organisation: str, person: str) -> Mapping[str, bool]:
        """To which of them somebody said whether they come."""
        theirs = (guests.c.organisation == organisation, guests.c.person == person)
        with reading(self._engine) as connection:
            rows = connection.execute(select(guests.c.gathering, guests.c.coming).where(*theirs)).all()
        return {row.gathering: row.coming for row in rows}

    def ringing(self, at: datetime, most: int) -> Sequence[Gathering]:
        """Those about which something has to be done, of all organisations, the longest due first."""
        return self._some(ringing_statement(at, most))

    def _some(self, query: Select[Any]) -> Sequence[Gathering]:
        with reading(self._engine) as connection:
            return [_gathering(row) for row in connection.execute(query)]


def ringing_statement(at: datetime, most: int) -> Select[Any]:
    """Those about which something has to be done, by the index of when."""
    return _all().where(_TABLE.next <= at).order_by(_TABLE.next, _TABLE.id).limit(most)


def _all() -> Select[Any]:
    return select(gatherings, _COMING)


def _one(organisation: str, gathering: str) -> Select[Any]:
    return _all().where(_TABLE.organisation == organisation, _TABLE.id == gathering)


def _guests(connection: Connection, organisation: str, gathering: str) -> Sequence[Guest]:
    its = (guests.c.organisation == organisation, guests.c.gathering == gathering)
    query = select(*(guests.c[name] for name in _GUEST)).where(*its).order_by(guests.c.at, guests.c.person)
    return [Guest(**row) for row in connection.execute(query).mappings()]


def _keep(connection: Connection, before: Gathering, step: Step) -> None:
    """Keep the answers of a step, each in place of what the same person said before, and owe what follows."""
    key = {"organisation": before.organisation, "gathering": before.id}
    for guest in step.guests:
        said = {name: getattr(guest, name) for name in _GUEST}
        new = insert_into(connection, guests).values(key | said)
        connection.execute(new.on_conflict_do_update(index_elements=[*key, "person"], set_=said))
    plan_in(connection, step.owed)


def _columns(gathering: Gathering, version: int = 1) -> dict[str, Any]:
    """All of a gathering but what names it."""
    plain = {name: getattr(gathering, name) for name in _PLAIN}
    host = party_columns("host", gathering.host)
    return {**plain, **host, "phase": gathering.phase.value, "version": version}


def _gathering(row: Row[Any]) -> Gathering:
    plain = {name: getattr(row, name) for name in _PLAIN if name != "ends"}
    return Gathering(
        id=row.id,
        organisation=row.organisation,
        host=party_of(row, "host"),
        phase=Phase(row.phase),
        minutes=(row.ends - row.begins) // timedelta(minutes=1),
        version=row.version,
        coming=row.coming,
        **plain,
    )


__all__ = ["SqlGatherings", "ringing_statement"]
