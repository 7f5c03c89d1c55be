"""Notes and what others added to them, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Row, Select, delete, insert, select

from bot.ports import Delivery
from bot.ports.gatherings import Note, Remark
from bot.state.deliveries import plan_in
from bot.state.engine import reading, writing
from bot.state.lessons.gathering_tables import notes, remarks
from bot.state.rows import insert_into, party_columns, party_of

_PLAIN: Final = ("id", "organisation", "title", "words", "link", "at")


class SqlNotes:
    """Implements ``Notes``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, note: Note) -> None:
        """Keep a new one; one whose id is known is left as it is."""
        row = {name: getattr(note, name) for name in _PLAIN} | party_columns("author", note.author)
        with writing(self._engine) as connection:
            connection.execute(insert_into(connection, notes).values(row).on_conflict_do_nothing())

    def find(self, organisation: str, note: str) -> Note | None:
        """One of them."""
        return next(iter(self._some(_all(organisation).where(notes.c.id == note))), None)

    def newest(self, organisation: str, most: int) -> Sequence[Note]:
        """The newest first."""
        return self._some(_all(organisation).limit(most))

    def of(self, organisation: str, person: str) -> Sequence[Note]:
        """Those of an author, the newest first."""
        return self._some(_all(organisation).where(notes.c.author_person == person))

    def annotate(self, organisation: str, note: str, remark: Remark, owed: Sequence[Delivery]) -> bool:
        """Keep a remark and owe what follows from it; ``False`` where there is no such note."""
        row = {"organisation": organisation, "note": note, "at": remark.at, "words": remark.words}
        with writing(self._engine) as connection:
            its = select(notes.c.id).where(notes.c.organisation == organisation, notes.c.id == note)
            if connection.execute(its.with_for_update()).first() is None:
                return False
            connection.execute(insert(remarks).values(row | party_columns("author", remark.author)))
            plan_in(connection, owed)
        return True

    def remarks(self, organisation: str, note: str) -> Sequence[Remark]:
        """What was added to a note, oldest first."""
        query = select(remarks).where(*_its(organisation, note)).order_by(remarks.c.id)
        with reading(self._engine) as connection:
            return [Remark(party_of(row, "author"), row.at, row.words) for row in connection.execute(query)]

    def drop(self, organisation: str, note: str) -> None:
        """Take a note down with its remarks."""
        with writing(self._engine) as connection:
            connection.execute(delete(notes).where(notes.c.organisation == organisation, notes.c.id == note))
            connection.execute(delete(remarks).where(*_its(organisation, note)))

    def _some(self, query: Select[Any]) -> Sequence[Note]:
        with reading(self._engine) as connection:
            return [_note(row) for row in connection.execute(query)]


def _all(organisation: str) -> Select[Any]:
    return select(notes).where(notes.c.organisation == organisation).order_by(notes.c.at.desc(), notes.c.id)


def _its(organisation: str, note: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return remarks.c.organisation == organisation, remarks.c.note == note


def _note(row: Row[Any]) -> Note:
    return Note(author=party_of(row, "author"), **{name: getattr(row, name) for name in _PLAIN})


__all__ = ["SqlNotes"]
