"""The kinds of columns, and what collects the tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData, Text
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


PARTY: Final = ("workspace", "account", "thread", "person", "name")
"""The fields of a ``Party``, each a column of its own."""

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=_NAMES)

ROW: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows by INTEGER PRIMARY KEY alone


def party(prefix: str, *, nullable: bool = False) -> list[Column[str]]:
    """The columns of somebody on a surface; all are null where there is nobody."""
    return [Column(f"{prefix}_{name}", Words, nullable=nullable) for name in PARTY]


__all__ = ["PARTY", "ROW", "Utc", "Words", "metadata", "party", "storable"]
