"""The tables of what cannot be rebuilt. Alembic's migrations make them; this is what the repositories read and write.

Times are kept in UTC. A workspace is part of every key that belongs to one, so that no query can leave it out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - the base class's own type
        """From the database."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length. What a database cannot hold (NUL, halves of surrogate pairs) becomes U+FFFD in each."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's name
        """To the database."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Text as a database keeps it: U+FFFD in place of NUL, which PostgreSQL refuses, and of lone surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)


_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=_NAMES)

_ROW: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows by INTEGER PRIMARY KEY alone

workspaces: Final = Table(
    "workspaces",
    metadata,
    Column("id", Words, primary_key=True),
    Column("surface", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("since", Utc, nullable=False),
    Column("removed", Utc),
)
people: Final = Table(
    "people",
    metadata,
    Column("id", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    Column("email", Words),  # lower case; null where it is not known
    Column("name", Words, nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("locale", Words, nullable=False),
    Column("track", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("hire_date", Date),
    Column("roles", JSON, nullable=False),
    UniqueConstraint("organisation", "email"),
)
accounts: Final = Table(
    "accounts",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("account", Words, primary_key=True),
    Column("person", Words, nullable=False, index=True),
    Column("renewed", Utc, nullable=False),
    Column("reachable", Boolean, nullable=False),
)
places: Final = Table(
    "places",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("reference", JSON, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "workspace", "account"),
)
threads: Final = Table(
    "threads",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("thread", Words, primary_key=True),
    Column("account", Words, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
turns: Final = Table(
    "turns",
    metadata,
    Column("id", _ROW, primary_key=True, autoincrement=True),
    Column("workspace", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("question", Words, nullable=False),
    Column("at", Utc, nullable=False, index=True),
    Index(None, "workspace", "thread", "at"),
)
replies: Final = Table(
    "replies",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("account", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
feedback: Final = Table(
    "feedback",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("reply", Words, primary_key=True),
    Column("helped", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)
events: Final = Table(
    "events",
    metadata,
    Column("surface", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
installations: Final = Table(
    "installations",
    metadata,
    Column("surface", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("workspace", Words, nullable=False, index=True),
    Column("secret", Words, nullable=False),  # encrypted
    Column("at", Utc, nullable=False),
)
tokens: Final = Table(
    "tokens",
    metadata,
    Column("purpose", Words, primary_key=True),
    Column("hash", Words, primary_key=True),
    Column("until", Utc, nullable=False, index=True),
)
deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("id", Words, primary_key=True),
    Column("workspace", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("resend", Boolean, nullable=False),
    Column("due", Utc, nullable=False),
    Column("state", Words, nullable=False),  # planned queued sent undeliverable ambiguous cancelled
    Column(
        "round", Integer, nullable=False
    ),  # how many times it was queued; names the work in progress and the attempt
    Column("ended", Utc),
    Column("message", Words),  # the platform's name of what was sent
    Column("problem", Words),
    Index(None, "workspace", "account"),
    Index(None, "ended"),
)
Index(
    "ix_deliveries_due_planned",
    deliveries.c.due,
    sqlite_where=deliveries.c.state == "planned",
    postgresql_where=deliveries.c.state == "planned",
)
Index(
    "ix_deliveries_id_queued",
    deliveries.c.id,
    sqlite_where=deliveries.c.state == "queued",
    postgresql_where=deliveries.c.state == "queued",
)
attempts: Final = Table(
    "attempts",
    metadata,
    Column("delivery", Words, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Words, nullable=False),  # intent sent failed
    Column("executor", Words, nullable=False),
    Column("at", Utc, nullable=False),
)
audit: Final = Table(
    "audit",
    metadata,
    Column("id", _ROW, primary_key=True, autoincrement=True),
    Column("workspace", Words, nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("detail", JSON, nullable=False),
)

__all__ = [
    "Utc",
    "Words",
    "accounts",
    "attempts",
    "audit",
    "deliveries",
    "events",
    "feedback",
    "installations",
    "metadata",
    "people",
    "places",
    "replies",
    "storable",
    "threads",
    "tokens",
    "turns",
    "workspaces",
]
