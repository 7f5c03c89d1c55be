"""Who learns what, when somebody left, and until when a message may go out."""

from __future__ import annotations

from typing import Final, Literal

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"

_MOMENT: Final = sa.DateTime(timezone=True)
_ROW: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Widen the people and deliveries of 0001, then make the tables of who learns what."""
    with op.batch_alter_table("people", recreate=_recreate()) as table:
        table.add_column(sa.Column("left", sa.Date))
        # said again, because what Alembic reads of SQLite's default it writes between parentheses
        table.alter_column("unit", existing_type=sa.Text, existing_nullable=False, server_default="")
    op.add_column("deliveries", sa.Column("until", _MOMENT))
    op.create_table(
        "learners",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("enrolled", _MOMENT, nullable=False),
        sa.Column("paused_until", _MOMENT),
        sa.Column("weekly", sa.Boolean, nullable=False),
        sa.Column("next", _MOMENT),
        sa.PrimaryKeyConstraint("person", name="pk_learners"),
    )
    op.create_index("ix_learners_next_person", "learners", ["next", "person"])
    op.create_table(
        "sittings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("opened", _MOMENT),
        sa.Column("ended", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
    )
    op.create_index("ix_sittings_person_due", "sittings", ["person", "due"])
    op.create_table(
        "graded",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_graded"),
    )
    op.create_index("ix_graded_person_at", "graded", ["person", "at"])
    op.create_table(
        "proofs",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person", "section", name="pk_proofs"),
    )


def _recreate() -> Literal["always", "never"]:
    """SQLite would write a column that is added behind the keys; made anew, a table is like one from the code."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
