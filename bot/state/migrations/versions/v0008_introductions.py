"""Which platforms were asked for somebody on the company's list, and the curriculum that is taught."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "introductions",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", name="pk_introductions"),
    )
    op.create_index("ix_introductions_person", "introductions", ["person"])
    op.create_index("ix_introductions_workspace_asked", "introductions", ["workspace", "asked"])
    op.create_table(
        "curricula",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_curricula"),
    )
