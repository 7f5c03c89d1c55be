"""The tables of version 0.2, and what version 0.1 kept in a SQLite file of its own shape.

Version 0.1 ran on one machine: all that it remembered belongs to the workspace ``local``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None

_LOCAL: Final = "local"
_SUFFIX: Final = "_of_0_1"
_BATCH: Final = 1000  # rows that are taken over at a time

_MOMENT: Final = sa.DateTime(timezone=True)
_ROW: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, then take over what version 0.1 kept."""
    kept = [name for name in ("turns", "feedback") if _is_of_0_1(name)]
    for name in kept:
        op.rename_table(name, name + _SUFFIX)
    _make_organisation()
    _make_conversation()
    _make_surfaces()
    _make_deliveries()
    for name in kept:
        _take_over(name)
        op.drop_table(name + _SUFFIX)


def _is_of_0_1(name: str) -> bool:
    inspector = sa.inspect(op.get_bind())
    return inspector.has_table(name) and "workspace" not in {column["name"] for column in inspector.get_columns(name)}


def _take_over(name: str) -> None:
    connection = op.get_bind()
    text = "question" if name == "turns" else "reply"
    new = sa.table(
        name, *(sa.column(each) for each in ("workspace", "thread", text, "helped")), sa.column("at", _MOMENT)
    )
    old = connection.execute(sa.text(f"SELECT * FROM {name}{_SUFFIX} ORDER BY rowid"))  # noqa: S608 - our own names
    for rows in old.mappings().partitions(_BATCH):
        connection.execute(sa.insert(new), [dict(_of_0_2(row)) for row in rows])


def _of_0_2(row: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - SQLAlchemy's own mapping
    yield "workspace", _LOCAL
    for name, value in row.items():
        if name == "at":  # seconds since 1970; SQLite keeps a moment without its zone
            yield name, datetime.fromtimestamp(value, UTC).replace(tzinfo=None)
        else:
            yield name, value


def _make_organisation() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("surface", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("removed", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("hire_date", sa.Date),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("organisation", "email", name="uq_people_organisation_email"),
    )
    op.create_table(
        "accounts",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("renewed", _MOMENT, nullable=False),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "account", name="pk_accounts"),
    )
    op.create_index("ix_accounts_person", "accounts", ["person"])
    op.create_table(
        "audit",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_workspace", "audit", ["workspace"])


def _make_conversation() -> None:
    op.create_table(
        "threads",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "thread", "account", name="pk_threads"),
    )
    op.create_index("ix_threads_at", "threads", ["at"])
    op.create_table(
        "turns",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index("ix_turns_workspace_thread_at", "turns", ["workspace", "thread", "at"])
    op.create_index("ix_turns_at", "turns", ["at"])
    op.create_table(
        "replies",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_replies"),
    )
    op.create_index("ix_replies_at", "replies", ["at"])
    op.create_table(
        "feedback",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("helped", sa.Boolean, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "reply", name="pk_feedback"),
    )


def _make_surfaces() -> None:
    op.create_table(
        "places",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("reference", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_places"),
    )
    op.create_index("ix_places_workspace_account", "places", ["workspace", "account"])
    op.create_table(
        "events",
        sa.Column("surface", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("surface", "id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "installations",
        sa.Column("surface", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("surface", "key", name="pk_installations"),
    )
    op.create_index("ix_installations_workspace", "installations", ["workspace"])
    op.create_table(
        "tokens",
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "hash", name="pk_tokens"),
    )
    op.create_index("ix_tokens_until", "tokens", ["until"])


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("resend", sa.Boolean, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("ended", _MOMENT),
        sa.Column("message", sa.Text),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_workspace_account", "deliveries", ["workspace", "account"])
    op.create_index("ix_deliveries_ended", "deliveries", ["ended"])
    for column, state in (("due", "planned"), ("id", "queued")):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_deliveries_{column}_{state}", "deliveries", [column], sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "attempts",
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("executor", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("delivery", "number", name="pk_attempts"),
    )
