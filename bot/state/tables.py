"""The tables of what cannot be rebuilt. Alembic's migrations make them; this is what the repositories read and write.

Times are kept in UTC. A workspace or an organisation is part of every key that belongs to one, so that no query can
leave it out.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, Table, UniqueConstraint, text

from bot.state.columns import ROW, Utc, Words, metadata, party, storable

workspaces: Final = Table(
    "workspaces",
    metadata,
    Column("id", Words, primary_key=True),
    Column("surface", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("since", Utc, nullable=False),
    Column("removed", Utc),
)
people: Final = Table(
    "people",
    metadata,
    Column("id", Words, primary_key=True),
    Column("organisation", Words, nullable=False),
    Column("email", Words),  # lower case; null where it is not known
    Column("name", Words, nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("locale", Words, nullable=False),
    Column("track", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("hire_date", Date),
    Column("roles", JSON, nullable=False),  # a list of "role", or "role@source" where a group gives it
    Column("unit", Words, nullable=False, server_default=""),
    Column("left", Date),  # the first day on which they are no longer there
    UniqueConstraint("organisation", "email"),
)
accounts: Final = Table(
    "accounts",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("account", Words, primary_key=True),
    Column("person", Words, nullable=False, index=True),
    Column("renewed", Utc, nullable=False),
    Column("reachable", Boolean, nullable=False),
)
places: Final = Table(
    "places",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("reference", JSON, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "workspace", "account"),
)
threads: Final = Table(
    "threads",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("thread", Words, primary_key=True),
    Column("account", Words, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
turns: Final = Table(
    "turns",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("workspace", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("question", Words, nullable=False),
    Column("at", Utc, nullable=False, index=True),
    Index(None, "workspace", "thread", "at"),
)
replies: Final = Table(
    "replies",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("account", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
feedback: Final = Table(
    "feedback",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("reply", Words, primary_key=True),
    Column("helped", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)
events: Final = Table(
    "events",
    metadata,
    Column("surface", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
installations: Final = Table(
    "installations",
    metadata,
    Column("surface", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("workspace", Words, nullable=False, index=True),
    Column("secret", Words, nullable=False),  # encrypted
    Column("at", Utc, nullable=False),
)
tokens: Final = Table(
    "tokens",
    metadata,
    Column("purpose", Words, primary_key=True),
    Column("hash", Words, primary_key=True),
    Column("until", Utc, nullable=False, index=True),
)
deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("id", Words, primary_key=True),
    Column("workspace", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("resend", Boolean, nullable=False),
    Column("due", Utc, nullable=False),
    Column("state", Words, nullable=False),  # planned queued sent undeliverable ambiguous cancelled
    Column(
        "round", Integer, nullable=False
    ),  # how many times it was queued; names the work in progress and the attempt
    Column("ended", Utc),
    Column("message", Words),  # the platform's name of what was sent
    Column("problem", Words),
    Column("place", Words, nullable=False, server_default=""),  # the channel that it goes to, in place of an account
    Column("thread", Words, nullable=False, server_default=""),
    Column("edits", Words, nullable=False, server_default="", index=True),  # the delivery whose message it changes
    Column("revision", Integer, nullable=False, server_default="0"),  # counts those that edit the same one
    Column("until", Utc),  # the moment after which it is not sent any more
    Index(None, "workspace", "account"),
    Index(None, "ended"),
)
Index(
    "ix_deliveries_due_planned",
    deliveries.c.due,
    sqlite_where=deliveries.c.state == "planned",
    postgresql_where=deliveries.c.state == "planned",
)
Index(
    "ix_deliveries_id_queued",
    deliveries.c.id,
    sqlite_where=deliveries.c.state == "queued",
    postgresql_where=deliveries.c.state == "queued",
)
attempts: Final = Table(
    "attempts",
    metadata,
    Column("delivery", Words, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Words, nullable=False),  # intent sent failed
    Column("executor", Words, nullable=False),
    Column("at", Utc, nullable=False),
)
audit: Final = Table(
    "audit",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("workspace", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("number", Integer, nullable=False),  # from 1 in each workspace
    Column("hash", Words, nullable=False),  # of this line and the hash of the one before it
    UniqueConstraint("workspace", "number"),
)
audit_heads: Final = Table(
    "audit_heads",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("number", Integer, nullable=False),  # of the last line
    Column("hash", Words, nullable=False),
)
escalations: Final = Table(
    "escalations",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("number", Integer, nullable=False),
    *party("asker"),
    Column("question", Words, nullable=False),
    Column("found", Words, nullable=False),
    Column("contact", Words, nullable=False),
    Column("priority", Words, nullable=False),
    Column("opened", Utc, nullable=False),
    Column("reported", Utc, nullable=False),  # when it was opened, or reported last
    Column("stage", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("unit", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("confidential", Boolean, nullable=False),
    *party("owner", nullable=True),
    Column("clock_began", Utc),
    Column("clock_due", Utc),
    Column("clock_rung", Integer),
    Column("clock_next", Utc),
    Column("ended", Utc),
    Column("reports", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("organisation", "number"),
    Index(None, "organisation", "stage"),
    Index(None, "organisation", "reported"),
)
_UNRESOLVED: Final = text("stage IN ('open', 'claimed')")
Index(
    "ix_escalations_clock_next_unresolved",
    escalations.c.clock_next,
    sqlite_where=_UNRESOLVED,
    postgresql_where=_UNRESOLVED,
)
entries: Final = Table(
    "entries",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("organisation", Words, nullable=False),
    Column("escalation", Words, nullable=False),
    Column("event", Words, nullable=False),
    Column("at", Utc, nullable=False),
    *party("actor"),
    Column("before", Words, nullable=False),
    Column("after", Words, nullable=False),
    Column("words", Words, nullable=False),
    Index(None, "organisation", "escalation"),
    Index(None, "actor_workspace", "actor_account"),
)
posts: Final = Table(
    "posts",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("organisation", Words, nullable=False),
    Column("escalation", Words, nullable=False),
    Column("delivery", Words, nullable=False, index=True),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("whole", Boolean, nullable=False),
    UniqueConstraint("organisation", "escalation", "delivery"),
)
reporters: Final = Table(
    "reporters",
    metadata,
    Column("id", ROW, primary_key=True, autoincrement=True),
    Column("organisation", Words, nullable=False),
    Column("escalation", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("person", Words, nullable=False, index=True),
    Column("name", Words, nullable=False),
    UniqueConstraint("organisation", "escalation", "workspace", "account"),
    Index(None, "workspace", "account"),
)
desks: Final = Table(
    "desks",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("contact", Words, primary_key=True),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "workspace", "place"),
)
precedents: Final = Table(
    "precedents",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("escalation", Words, nullable=False),
    Column("question", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("owner", Words, nullable=False),
    *party("author"),
    Column("proposed", Utc, nullable=False),
    Column("state", Words, nullable=False),
    *party("approver", nullable=True),
    Column("decided", Utc),
    Column("expires", Date),
    Column("policy", Words, nullable=False),
    Column("section", Words, nullable=False),
    Column("basis", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "organisation", "state"),
)
_COUNTS: Final = text("state <> 'refused'")
Index(
    "uq_precedents_organisation_escalation",
    precedents.c.organisation,
    precedents.c.escalation,
    unique=True,
    sqlite_where=_COUNTS,
    postgresql_where=_COUNTS,
)
crises: Final = Table(
    "crises",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("notice", Words, nullable=False),
    Column("policies", JSON, nullable=False),
    Column("contact", Words, nullable=False),
    Column("since", Utc, nullable=False),
    *party("by"),
    Column("escalation", Words, nullable=False),
)

__all__ = [
    "Utc",
    "Words",
    "accounts",
    "attempts",
    "audit",
    "audit_heads",
    "crises",
    "deliveries",
    "desks",
    "entries",
    "escalations",
    "events",
    "feedback",
    "installations",
    "metadata",
    "people",
    "places",
    "posts",
    "precedents",
    "replies",
    "reporters",
    "storable",
    "threads",
    "tokens",
    "turns",
    "workspaces",
]
