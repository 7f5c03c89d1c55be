"""Escalations and what the Center of Excellence does with them; the audit becomes a chain that can be verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"

_MOMENT: Final = sa.DateTime(timezone=True)
_ROW: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PARTY: Final = ("workspace", "account", "thread", "person", "name")
_BATCH: Final = 1000  # rows that are held in memory


def upgrade() -> None:
    """Widen the tables of 0001, make the new ones, then chain the lines of the audit that exist."""
    _widen()
    _make_escalations()
    _make_what_staff_keep()
    _chain_the_audit()


def _widen() -> None:
    with op.batch_alter_table("deliveries", recreate=_recreate()) as table:
        for name in ("place", "thread", "edits"):
            table.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
        table.create_index("ix_deliveries_edits", ["edits"])
    with op.batch_alter_table("people", recreate=_recreate()) as table:
        table.add_column(sa.Column("unit", sa.Text, nullable=False, server_default=""))


def _recreate() -> Literal["always", "never"]:
    """SQLite would write a column that is added behind the keys; made anew, a table is like one from the code."""
    return "always" if _is_sqlite() else "never"


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _party(prefix: str, *, nullable: bool = False) -> Iterator[sa.Column[str]]:
    for name in _PARTY:
        yield sa.Column(f"{prefix}_{name}", sa.Text, nullable=nullable)


def _make_escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        *_party("asker"),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("opened", _MOMENT, nullable=False),
        sa.Column("reported", _MOMENT, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("confidential", sa.Boolean, nullable=False),
        *_party("owner", nullable=True),
        sa.Column("clock_began", _MOMENT),
        sa.Column("clock_due", _MOMENT),
        sa.Column("clock_rung", sa.Integer),
        sa.Column("clock_next", _MOMENT),
        sa.Column("ended", _MOMENT),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_escalations"),
        sa.UniqueConstraint("organisation", "number", name="uq_escalations_organisation_number"),
    )
    op.create_index(
        "ix_escalations_clock_next_unresolved",
        "escalations",
        ["clock_next"],
        sqlite_where=sa.text("stage IN ('open', 'claimed')"),
        postgresql_where=sa.text("stage IN ('open', 'claimed')"),
    )
    op.create_index("ix_escalations_organisation_reported", "escalations", ["organisation", "reported"])
    op.create_index("ix_escalations_organisation_stage", "escalations", ["organisation", "stage"])
    op.create_table(
        "entries",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *_party("actor"),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    op.create_index("ix_entries_actor_workspace_actor_account", "entries", ["actor_workspace", "actor_account"])
    op.create_index("ix_entries_organisation_escalation", "entries", ["organisation", "escalation"])
    op.create_table(
        "posts",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("organisation", "escalation", "delivery", name="uq_posts_organisation_escalation_delivery"),
    )
    op.create_index("ix_posts_delivery", "posts", ["delivery"])
    op.create_table(
        "reporters",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reporters"),
        sa.UniqueConstraint(
            "organisation",
            "escalation",
            "workspace",
            "account",
            name="uq_reporters_organisation_escalation_workspace_account",
        ),
    )
    op.create_index("ix_reporters_person", "reporters", ["person"])
    op.create_index("ix_reporters_workspace_account", "reporters", ["workspace", "account"])


def _make_what_staff_keep() -> None:
    op.create_table(
        "desks",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "contact", name="pk_desks"),
    )
    op.create_index("ix_desks_workspace_place", "desks", ["workspace", "place"])
    op.create_table(
        "precedents",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        *_party("author"),
        sa.Column("proposed", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        *_party("approver", nullable=True),
        sa.Column("decided", _MOMENT),
        sa.Column("expires", sa.Date),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_precedents"),
    )
    op.create_index("ix_precedents_organisation_state", "precedents", ["organisation", "state"])
    op.create_index(
        "uq_precedents_organisation_escalation",
        "precedents",
        ["organisation", "escalation"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_table(
        "crises",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("policies", sa.JSON, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        *_party("by"),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_crises"),
    )


def _chain_the_audit() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_audit_heads"),
    )
    with op.batch_alter_table("audit", recreate=_recreate()) as table:
        table.add_column(sa.Column("number", sa.Integer))
        table.add_column(sa.Column("hash", sa.Text))
    _number_the_lines()
    with op.batch_alter_table("audit", recreate=_recreate()) as table:
        table.alter_column("number", existing_type=sa.Integer, nullable=False)
        table.alter_column("hash", existing_type=sa.Text, nullable=False)
        table.drop_index("ix_audit_workspace")
        table.create_unique_constraint("uq_audit_workspace_number", ["workspace", "number"])
    for statement in _ONLY_ADDED_SQLITE if _is_sqlite() else _ONLY_ADDED_POSTGRES:
        op.execute(statement)


def _number_the_lines() -> None:
    connection = op.get_bind()
    names = ("workspace", "actor", "action", "subject", "hash")
    audit = sa.table(
        "audit",
        sa.column("id", sa.BigInteger),
        sa.column("at", _MOMENT),
        sa.column("number", sa.Integer),
        sa.column("detail", sa.JSON),
        *(sa.column(name, sa.Text) for name in names),
    )
    heads: dict[str, tuple[int, str]] = {}
    last = 0
    while rows := connection.execute(
        sa.select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(_BATCH)
    ).all():
        for row in rows:
            number, before = heads.get(row.workspace, (0, ""))
            heads[row.workspace] = (number + 1, _hash(before, number + 1, row))
            values = dict(zip(("number", "hash"), heads[row.workspace], strict=True))
            connection.execute(sa.update(audit).where(audit.c.id == row.id).values(values))
        last = rows[-1].id
    table = sa.table("audit_heads", *(sa.column(name) for name in ("workspace", "number", "hash")))
    if heads:
        made = [{"workspace": name, "number": number, "hash": line} for name, (number, line) in heads.items()]
        connection.execute(sa.insert(table), made)


def _hash(before: str, number: int, row: Any) -> str:  # noqa: ANN401 - a row
    """The same as bot.state.chain.line_hash was when this was written."""
    at: datetime = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
    words = [row.workspace, number, row.actor, row.action, row.subject, row.detail]
    line = json.dumps([before, at.isoformat(timespec="microseconds"), *words], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


_ONLY_ADDED_SQLITE: Final = tuple(
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'lines of the audit are only added'); END"
    for verb in ("update", "delete")
)
_ONLY_ADDED_POSTGRES: Final = (
    (
        "CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'lines of the audit are only added'; END$$"
    ),
    (
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()"
    ),
)
