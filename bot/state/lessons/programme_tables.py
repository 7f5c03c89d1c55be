"""The table of how far an organisation takes its programme."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Table

from bot.state.columns import Words, metadata

programme_settings: Final = Table(
    "programme_settings",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("content", Words),  # casual structured formal; null where nobody turned this dial, and so the others
    Column("delivery", Words),
    Column("participants", Words),
    Column("measurement", Words),
    Column("budget_cents", BigInteger),  # of a year; null where nobody entered it
    Column("currency", Words, nullable=False, server_default=""),
    Column("records_key", Words),  # in hex; null until learning records are first made
)

__all__ = ["programme_settings"]
