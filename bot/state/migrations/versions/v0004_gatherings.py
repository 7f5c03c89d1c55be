"""Brown bags with their guests, and notes with what others added."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"

_MOMENT: Final = sa.DateTime(timezone=True)
_ROW: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "gatherings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        *_party("host"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("begins", _MOMENT, nullable=False),
        sa.Column("ends", _MOMENT, nullable=False),
        sa.Column("where", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("next", _MOMENT),
        sa.Column("replay", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gatherings"),
    )
    op.create_index("ix_gatherings_organisation_begins", "gatherings", ["organisation", "begins"])
    op.create_index("ix_gatherings_next", "gatherings", ["next"])
    op.create_table(
        "guests",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("gathering", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("coming", sa.Boolean, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("useful", sa.Boolean),
        sa.PrimaryKeyConstraint("organisation", "gathering", "person", name="pk_guests"),
    )
    op.create_index("ix_guests_person", "guests", ["person"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        *_party("author"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_organisation_at", "notes", ["organisation", "at"])
    op.create_table(
        "remarks",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        *_party("author"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
    )
    op.create_index("ix_remarks_organisation_note", "remarks", ["organisation", "note"])


def _party(prefix: str) -> list[sa.Column[str]]:
    names = ("workspace", "account", "thread", "person", "name")
    return [sa.Column(f"{prefix}_{name}", sa.Text, nullable=False) for name in names]
