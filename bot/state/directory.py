"""The people as their identity provider lists them, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Engine, Index, Row, Select, Table, and_, delete, exists, func, or_, select
from sqlalchemy import update as change_rows

from bot.ports.directory import Field, Key, Listed
from bot.state.columns import Words, metadata
from bot.state.engine import reading, writing
from bot.state.people import person_of
from bot.state.rows import insert_into, take_turns
from bot.state.tables import people, storable

_SOME: Final = 500  # ids in one statement

listings: Final = Table(
    "listings",
    metadata,
    Column("person", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    Column("user_name", Words, nullable=False),  # as the identity provider writes it
    Column("user_key", Words, nullable=False),  # the same in lower case
    Column("external", Words),  # null where the identity provider has no id of its own
    Index("uq_listings_organisation_user_key", "organisation", "user_key", unique=True),
    Index("uq_listings_organisation_external", "organisation", "external", unique=True),
)

_L: Final = listings.c
_P: Final = people.c


class SqlDirectory:
    """Implements ``Directory``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, organisation: str, person: str, today: date) -> Listed | None:
        """One of the people, by id."""
        return self._one(_listed(organisation, today).where(_P.id == storable(person)))

    def those(self, organisation: str, people: Collection[str], today: date) -> Sequence[Listed]:
        """Those of the people who have one of these ids."""
        query = _listed(organisation, today)
        return [each for some in _chunks(people) for each in self._all(query.where(_P.id.in_(some)))]

    def look_up(self, organisation: str, key: Key, value: str, today: date) -> Listed | None:
        """One of the people; a user name and an e-mail address are found in whatever case."""
        query, wanted = _listed(organisation, today), storable(value.strip())
        if key == "external":
            return self._one(query.where(_L.external == wanted)) if wanted else None
        if key == "email":
            return self._one(query.where(_P.email == wanted.lower()))
        named = self._one(query.where(_L.user_key == wanted.lower()))
        return named or self._one(query.where(_P.email == wanted.lower(), _L.person.is_(None)))

    def count(self, organisation: str, today: date) -> int:
        """How many there are."""
        query = select(func.count()).select_from(_listed(organisation, today).subquery())
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def page(self, organisation: str, skip: int, most: int, today: date) -> Sequence[Listed]:
        """Some of them, by id."""
        return self._all(_listed(organisation, today).order_by(_P.id).offset(skip).limit(most))

    def members(self, organisation: str, field: Field, value: str, today: date) -> Sequence[Listed]:
        """Those on a track or in a unit, by id."""
        return self._all(_listed(organisation, today).where(people.c[field] == storable(value)).order_by(_P.id))

    def link(self, organisation: str, person: str, user_name: str, external: str = "") -> bool:
        """The identity provider lists a person by these names from now on; not where somebody else has one of them."""
        name = storable(user_name.strip())
        values = {"user_name": name, "user_key": name.lower(), "external": storable(external.strip()) or None}
        same = or_(_L.user_key == values["user_key"], _L.external == values["external"])
        others = and_(_L.organisation == organisation, same, _L.person != person)
        somebody = exists().where(_P.id == _L.person)
        with writing(self._engine) as connection:
            take_turns(connection, "people", organisation)
            connection.execute(delete(listings).where(others, ~somebody))  # whoever was forgotten, or is another now
            taken = connection.execute(select(_L.person).where(others).limit(1)).first()
            known = connection.execute(select(_P.id).where(_P.id == person, _P.organisation == organisation)).first()
            if taken is not None or known is None:
                return False
            row = insert_into(connection, listings).values(person=person, organisation=organisation, **values)
            connection.execute(row.on_conflict_do_update(index_elements=[_L.person], set_=values))
        return True

    def unlink(self, organisation: str, person: str) -> None:
        """The identity provider no longer lists a person."""
        with writing(self._engine) as connection:
            connection.execute(delete(listings).where(_L.organisation == organisation, _L.person == person))

    def readdress(self, organisation: str, person: str, email: str) -> bool:
        """A person has another e-mail address now; not where it is somebody else's."""
        address = storable(email.strip().lower())
        here = _P.organisation == organisation
        with writing(self._engine) as connection:
            take_turns(connection, "people", organisation)
            taken = select(_P.id).where(here, _P.email == address, _P.id != person)
            if not address or connection.execute(taken).first() is not None:
                return False
            done = change_rows(people).where(here, _P.id == person).values(email=address)
            return connection.execute(done).rowcount == 1

    def _one(self, query: Select[Any]) -> Listed | None:
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _of(row)

    def _all(self, query: Select[Any]) -> list[Listed]:
        with reading(self._engine) as connection:
            return [_of(row) for row in connection.execute(query)]


def _listed(organisation: str, today: date) -> Select[Any]:
    """The people with an address who are there, or whom the identity provider lists though they left."""
    its = and_(_L.person == _P.id, _L.organisation == _P.organisation)
    query = select(people, _L.user_name, _L.external).join_from(people, listings, its, isouter=True)
    return query.where(_P.organisation == organisation, _P.email.is_not(None), _is_shown(today))


def _is_shown(today: date) -> ColumnElement[bool]:
    return or_(_P.left.is_(None), _P.left > today, _L.person.is_not(None))


def _of(row: Row[Any]) -> Listed:
    return Listed(person_of(row), row.user_name or row.email, row.external or "", row.left, row.user_name is not None)


def _chunks(names: Iterable[str]) -> Iterable[Sequence[str]]:
    every = sorted({storable(each) for each in names})
    return (every[start : start + _SOME] for start in range(0, len(every), _SOME))


__all__ = ["SqlDirectory", "listings"]
