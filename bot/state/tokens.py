"""Tokens that are good for one use, in SQL; only their hashes are kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Engine, delete

from bot.state.engine import writing
from bot.state.rows import insert_into
from bot.state.tables import tokens


class SqlOnce:
    """Implements ``Once``, for all processes that share the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def issue(self, purpose: str, token: str, until: datetime) -> None:
        """Remember a token, good until just before a moment."""
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, tokens)
                .values(purpose=purpose, hash=_hash(token), until=until)
                .on_conflict_do_update(index_elements=[tokens.c.purpose, tokens.c.hash], set_={"until": until})
            )

    def consume(self, purpose: str, token: str, at: datetime) -> bool:
        """Whether the token is good now; it never is again."""
        used = delete(tokens).where(tokens.c.purpose == purpose, tokens.c.hash == _hash(token))
        with writing(self._engine) as connection:
            until = connection.execute(used.returning(tokens.c.until)).scalar_one_or_none()
        return until is not None and at < until

    def forget(self, before: datetime) -> int:
        """Delete the tokens that expired before a moment; how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(tokens).where(tokens.c.until < before)).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


__all__ = ["SqlOnce"]
