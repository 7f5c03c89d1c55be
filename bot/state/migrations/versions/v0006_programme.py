"""How far an organisation takes its programme, and what that costs."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "programme_settings",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("delivery", sa.Text),
        sa.Column("participants", sa.Text),
        sa.Column("measurement", sa.Text),
        sa.Column("budget_cents", sa.BigInteger),
        sa.Column("currency", sa.Text, nullable=False, server_default=""),
        sa.Column("records_key", sa.Text),
        sa.PrimaryKeyConstraint("organisation", name="pk_programme_settings"),
    )
