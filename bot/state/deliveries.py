"""Owes deliveries within a transaction of the caller's, so that a change and what follows from it are kept together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, func, select

from bot.ports import Delivery
from bot.state.rows import insert_into
from bot.state.tables import deliveries


def plan_in(connection: Connection, owed: Iterable[Delivery]) -> int:
    """Owe deliveries; one whose id is known is left as it is. Returns how many are new.

    Those that edit the same one are numbered in the order in which they are kept: whoever keeps a change has locked
    what it is a change of, so that is the order of the changes, whatever the clocks of two machines say.
    """
    planned = list(owed)
    if not planned:
        return 0
    revisions = _revisions(connection, {each.edits for each in planned if each.edits})
    rows = []
    for each in planned:
        revisions[each.edits] += bool(each.edits)
        rows.append(_row(each) | {"revision": revisions[each.edits]})
    rows.sort(key=lambda row: str(row["id"]))  # so that two who owe the same at once wait for each other in one order
    new = insert_into(connection, deliveries).on_conflict_do_nothing().returning(deliveries.c.id)
    return len(connection.execute(new, rows).all())


def _revisions(connection: Connection, targets: Collection[str]) -> Counter[str]:
    """How many times each delivery was edited so far."""
    if not targets:
        return Counter()
    last = select(deliveries.c.edits, func.max(deliveries.c.revision)).where(deliveries.c.edits.in_(targets))
    rows = connection.execute(last.group_by(deliveries.c.edits)).all()
    return Counter(dict(rows))


def _row(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "workspace": delivery.workspace,
        "account": delivery.account,
        "kind": delivery.kind,
        "body": delivery.body,
        "resend": delivery.resend,
        "due": delivery.due,
        "state": "planned",
        "round": 0,
        "place": delivery.place,
        "thread": delivery.thread,
        "edits": delivery.edits,
        "until": delivery.until,
    }


__all__ = ["plan_in"]
