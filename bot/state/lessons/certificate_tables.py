"""The tables of who showed what. A ``person`` is an id of the people table."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table

from bot.state.columns import Utc, Words, metadata

certificates: Final = Table(
    "certificates",
    metadata,
    Column("id", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    Column("person", Words, nullable=False),  # empty once they were forgotten: the place on the list stays taken
    Column("level", Words, nullable=False),
    Column("issued", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("place", Integer, nullable=False, unique=True),  # on the revocation list
    Column("token", Words, nullable=False),
    Column("praise", Boolean),
    Column("revoked", Utc),
    Column("revoked_by", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Index(None, "person", "level"),
    Index(None, "organisation", "issued"),
)
exams: Final = Table(
    "exams",
    metadata,
    Column("person", Words, primary_key=True),
    Column("level", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started", Utc, nullable=False),
    Column("items", JSON, nullable=False),  # a list of ids
    Column("answers", JSON, nullable=False),  # places of options, from 0, by the id of the question
    Column("ended", Utc),
    Column("right", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
)
evidence: Final = Table(
    "evidence",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", Words, nullable=False),
    Index(None, "person", "at"),
)
attestations: Final = Table(
    "attestations",
    metadata,
    Column("person", Words, primary_key=True),
    Column("policy", Words, primary_key=True),
    Column("version", Words, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("line", Words, nullable=False),
)

SHOWN: Final = (exams, evidence, attestations)
"""Every table of what somebody showed, each with a column ``person``; certificates have a way of their own."""

__all__ = ["SHOWN", "attestations", "certificates", "evidence", "exams"]
