"""The tables of who learns what. A ``person`` is an id of the people table."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Index, Table

from bot.state.columns import ROW, Utc, Words, metadata

learners: Final = Table(
    "learners",
    metadata,
    Column("person", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    Column("enrolled", Utc, nullable=False),
    Column("paused_until", Utc),
    Column("weekly", Boolean, nullable=False),
    Column("next", Utc),  # when to look at them again; null where nobody has to, because they left or are on no track
    Index(None, "next", "person"),  # both, because thousands are due at the same moment and come in order
)
sittings: Final = Table(
    "sittings",
    metadata,
    Column("id", Words, primary_key=True),  # of its delivery
    Column("person", Words, nullable=False),
    Column("lesson", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("programme", Words, nullable=False),
    Column("due", Utc, nullable=False),
    Column("check", Words, nullable=False),
    Column("opened", Utc),
    Column("ended", Utc),
    Index(None, "person", "due"),
)
graded: Final = Table(
    "graded",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("person", Words, nullable=False),
    Column("lesson", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("check", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Column("choices", JSON, nullable=False),  # a list of places of options, from 0
    Column("right", Boolean, nullable=False),
    Column("first", Boolean, nullable=False),
    Index(None, "person", "at"),
)
proofs: Final = Table(
    "proofs",
    metadata,
    Column("person", Words, primary_key=True),
    Column("section", Words, primary_key=True),  # as policy#section
    Column("at", Utc, nullable=False),
    Column("by", Words, nullable=False),  # question
)
introductions: Final = Table(
    "introductions",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("person", Words, primary_key=True, index=True),
    Column("asked", Utc, nullable=False),  # when this workspace was asked for them last
    Column("until", Utc, nullable=False),  # it is not asked again before
    Index(None, "workspace", "asked"),
)
curricula: Final = Table(
    "curricula",
    metadata,
    Column("fingerprint", Words, primary_key=True),  # of the one that is taught; there is no other row
    Column("since", Utc, nullable=False),
)

LEARNING: Final = (learners, sittings, graded, proofs, introductions)
"""Every table that belongs to one who learns, each with a column ``person``."""

__all__ = ["LEARNING", "curricula", "graded", "introductions", "learners", "proofs", "sittings"]
