"""What the repositories share: inserts that yield to a row that is there already, and whose organisation is whose."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_COMPANY: Final = "company"


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with the ON CONFLICT clauses that both databases have."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def organisation_of(workspace: str, joined: Collection[str]) -> str:
    """The organisation of a workspace: one for all the joined ones, else its own."""
    return _COMPANY if workspace in joined else workspace


__all__ = ["insert_into", "organisation_of"]
