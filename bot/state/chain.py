"""The chain of the audit: each line's hash covers the line and the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from bot.state.columns import storable
from bot.state.rows import insert_into
from bot.state.tables import audit, audit_heads

BEGIN: Final = ""
"""What stands in place of a hash before the first line."""


def add_line(
    connection: Connection,
    workspace: str,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> None:
    """Add a line to the chain of a workspace, within a transaction that writes. The only way to write a line.

    Whoever adds a line to the same chain waits until this transaction ends. So let it be the last thing that a
    transaction does, and where it adds to several chains, in the order of their workspaces.
    """
    line = {"at": at, "actor": storable(actor), "action": action, "subject": storable(subject)}
    line |= {"workspace": storable(workspace), "detail": json.loads(json.dumps(dict(detail)))}
    chain = audit_heads.c.workspace == line["workspace"]
    begun = {"workspace": line["workspace"], "number": 0, "hash": BEGIN}
    connection.execute(insert_into(connection, audit_heads).values(begun).on_conflict_do_nothing())
    head = connection.execute(select(audit_heads).where(chain).with_for_update()).one()
    line["number"] = head.number + 1
    line["hash"] = line_hash(head.hash, line)
    connection.execute(insert(audit).values(line))
    connection.execute(update(audit_heads).where(chain).values(number=line["number"], hash=line["hash"]))


def line_hash(before: str, line: Mapping[str, Any]) -> str:
    """The hash of a line, in hex: SHA-256 of the hash before it and the line as JSON with sorted names."""
    words = [line[name] for name in ("workspace", "number", "actor", "action", "subject", "detail")]
    moment: datetime = line["at"]
    at = moment.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps([before, at, *words], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


__all__ = ["BEGIN", "add_line", "line_hash"]
