"""What identity providers call the people whom they list."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"


def upgrade() -> None:
    """Make the table of the listed people."""
    op.create_table(
        "listings",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("user_key", sa.Text, nullable=False),
        sa.Column("external", sa.Text),
        sa.PrimaryKeyConstraint("person", name="pk_listings"),
    )
    op.create_index("uq_listings_organisation_user_key", "listings", ["organisation", "user_key"], unique=True)
    op.create_index("uq_listings_organisation_external", "listings", ["organisation", "external"], unique=True)
