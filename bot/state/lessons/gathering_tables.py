"""The tables of brown bags and notes. A ``person`` is an id of the people table."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, Table

from bot.state.columns import ROW, Utc, Words, metadata, party

gatherings: Final = Table(
    "gatherings",
    metadata,
    Column("id", Words, primary_key=True),  # unguessable, and unique among all organisations
    Column("organisation", Words, nullable=False),
    *party("host"),
    Column("title", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("where", Words, nullable=False),
    Column("zone", Words, nullable=False),
    Column("changed", Utc, nullable=False),
    Column("phase", Words, nullable=False),  # draft planned reminded over cancelled
    Column("next", Utc),  # when something has to be done about it; null where nothing has
    Column("replay", Words, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("place", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "organisation", "begins"),
    Index(None, "next"),
)
guests: Final = Table(
    "guests",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("gathering", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("workspace", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("coming", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("useful", Boolean),
    Index(None, "person"),
)
notes: Final = Table(
    "notes",
    metadata,
    Column("id", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    *party("author"),
    Column("title", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "organisation", "at"),
)
remarks: Final = Table(
    "remarks",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("organisation", Words, nullable=False),
    Column("note", Words, nullable=False),
    *party("author"),
    Column("at", Utc, nullable=False),
    Column("words", Words, nullable=False),
    Index(None, "organisation", "note"),
)

__all__ = ["gatherings", "guests", "notes", "remarks"]
