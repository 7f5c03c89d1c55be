"""What the repositories share: inserts that yield to a row that is there, turns, organisations, and parties."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Party
from bot.state.columns import PARTY

_COMPANY: Final = "company"


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with the ON CONFLICT clauses that both databases have."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def organisation_of(workspace: str, joined: Collection[str]) -> str:
    """The organisation of a workspace: one for all the joined ones, else its own."""
    return _COMPANY if workspace in joined else workspace


def take_turns(connection: Connection, what: str, whose: str) -> None:
    """Wait until nobody else does such a thing for one organisation; until the end of the transaction."""
    if connection.dialect.name == "postgresql":  # a SQLite transaction that writes is the only one anyway
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('clearpost:' || :what || ':' || :whose, 0))"),
            {"what": what, "whose": whose},
        )


def party_columns(prefix: str, party: Party | None) -> dict[str, str | None]:
    """Somebody on a surface as columns; all null for nobody."""
    return {f"{prefix}_{name}": None if party is None else getattr(party, name) for name in PARTY}


def party_of(row: Row[Any], prefix: str) -> Party:
    """Somebody on a surface out of a row."""
    return Party(*(getattr(row, f"{prefix}_{name}") for name in PARTY))


def maybe_party_of(row: Row[Any], prefix: str) -> Party | None:
    """Somebody on a surface out of a row; ``None`` where its columns are null."""
    return None if getattr(row, f"{prefix}_workspace") is None else party_of(row, prefix)


__all__ = ["insert_into", "maybe_party_of", "organisation_of", "party_columns", "party_of", "take_turns"]
