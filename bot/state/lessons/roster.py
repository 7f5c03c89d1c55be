"""The company's list of its people, in SQL."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, exists, insert, select
from sqlalchemy import Row as Found
from sqlalchemy import update as change_rows

from bot.ports import Change, Row
from bot.state.engine import reading, writing
from bot.state.lessons.owed import chunks
from bot.state.lessons.told import Told, heed
from bot.state.rows import take_turns
from bot.state.tables import accounts, people, storable

COLUMNS: Final = {
    "name": "name",
    "track": "track",
    "region": "region",
    "unit": "unit",
    "hired": "hire_date",
    "left": "left",
    "time_zone": "time_zone",
    "locale": "locale",
}
"""The column of each field of a row."""

_DAYS: Final = ("hired", "left")
_PLATFORMS: Final = ("name", "time_zone", "locale")  # a platform knows these better of whoever was met
_NOTHING: Final = Row("", *("",) * 4, None, None, "", "")


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class _Known:
    """A person with what is ``kept`` of them; ``before`` is what was, and ``None`` of whoever is new."""

    id: str
    met: bool
    before: Row | None
    kept: Row


class SqlRoster:
    """Implements ``Roster``."""

    def __init__(self, engine: Engine, new_id: Callable[[], str] = _new_id) -> None:
        self._engine = engine
        self._new_id = new_id

    def upsert(
        self, organisation: str, rows: Sequence[Row], at: datetime, *, dry_run: bool = False
    ) -> Sequence[Change]:
        """Write down what is said of people, some at a time, each time wholly or not at all.

        Raises:
            ValueError: a row has no e-mail address; nothing was changed.
        """
        clean = [replace(row, email=storable(row.email.strip().lower())) for row in rows]
        if not all(row.email for row in clean):
            raise ValueError("a row has no e-mail address; leave it out, nothing was changed")
        changes: list[Change] = []
        supposed: dict[str, _Known] = {}
        for some in chunks(clean):
            if dry_run:
                with reading(self._engine) as connection:
                    known = _load(connection, organisation, some) | supposed
                changes += [self._hear(known, row) for row in some]
                supposed = known
            else:
                with writing(self._engine) as connection:
                    take_turns(connection, "people", organisation)
                    known = _load(connection, organisation, some)
                    changes += [self._hear(known, row) for row in some]
                    _write(connection, organisation, list(known.values()), at)
        return changes

    def _hear(self, known: dict[str, _Known], row: Row) -> Change:
        """Take in what a row says."""
        person = known.get(row.email) or _Known(self._new_id(), met=False, before=None, kept=_NOTHING)
        after = _after(row, person)
        fields = tuple(name for name in COLUMNS if getattr(after, name) != getattr(person.kept, name))
        known[row.email] = replace(person, kept=after)
        if person.kept is _NOTHING:
            return Change(row.email, "new", fields)
        if "left" in fields and after.left:
            return Change(row.email, "left", fields)
        return Change(row.email, "changed" if fields else "same", fields)


def _after(row: Row, known: _Known) -> Row:
    """What is kept of a person once a row was heard."""
    values: dict[str, Any] = {}
    for name in COLUMNS:
        said, is_kept = getattr(row, name), getattr(known.kept, name)
        if said is None or (name in _PLATFORMS and (not said or (known.met and is_kept))):
            continue
        values[name] = (said or None) if name in _DAYS else storable(said)
    return replace(known.kept, email=row.email, **values)


def _load(connection: Connection, organisation: str, rows: Sequence[Row]) -> dict[str, _Known]:
    """The people who are known, by e-mail address; nobody else describes them now."""
    met = exists().where(accounts.c.person == people.c.id).label("met")
    query = select(people, met).where(
        people.c.organisation == organisation, people.c.email.in_({row.email for row in rows})
    )
    found = connection.execute(query.order_by(people.c.id).with_for_update(of=people))
    return {row.email: _known(row) for row in found}


def _known(found: Found[Any]) -> _Known:
    kept = Row(found.email, **{name: getattr(found, column) for name, column in COLUMNS.items()})
    return _Known(found.id, found.met, kept, kept)


def _write(connection: Connection, organisation: str, known: Sequence[_Known], at: datetime) -> None:
    added = [each for each in known if each.before is None]
    changed = sorted((each for each in known if each.before not in (None, each.kept)), key=lambda each: each.id)
    if added:
        empty = {"organisation": organisation, "roles": []}
        rows = [empty | {"id": each.id, "email": each.kept.email} | _columns(each.kept) for each in added]
        connection.execute(insert(people), rows)
    if changed:
        values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in COLUMNS.values()}
        rows = [
            {f"new_{column}": value for column, value in _columns(each.kept).items()} | {"who": each.id}
            for each in changed
        ]
        connection.execute(change_rows(people).where(people.c.id == bindparam("who")).values(values), rows)
        heed(connection, [Told(each.id, each.before, each.kept) for each in changed if each.before is not None], at)


def _columns(kept: Row) -> dict[str, Any]:
    return {column: getattr(kept, name) for name, column in COLUMNS.items()}


__all__ = ["COLUMNS", "SqlRoster"]
