"""Who showed what: exams, evidence, certificates, and policies that were read."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"

_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "certificates",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("issued", _MOMENT, nullable=False),
        sa.Column("expires", _MOMENT, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("praise", sa.Boolean),
        sa.Column("revoked", _MOMENT),
        sa.Column("revoked_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("place", name="uq_certificates_place"),
    )
    op.create_index("ix_certificates_person_level", "certificates", ["person", "level"])
    op.create_index("ix_certificates_organisation_issued", "certificates", ["organisation", "issued"])
    op.create_table(
        "exams",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("ended", _MOMENT),
        sa.Column("right", sa.Integer, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person", "level", "number", name="pk_exams"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_person_at", "evidence", ["person", "at"])
    op.create_table(
        "attestations",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person", "policy", "version", name="pk_attestations"),
    )
