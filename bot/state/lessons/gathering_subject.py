"""What is known of somebody by brown bags and notes: told, forgotten, or made one with what another one did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, delete, select, update

from bot.state.columns import PARTY
from bot.state.lessons.gathering_tables import gatherings, guests, notes, remarks
from bot.state.rows import insert_into
from bot.state.subject import Subject

_NAMED: Final = ((gatherings, "host"), (notes, "author"), (remarks, "author"))
_AHEAD: Final = ("planned", "reminded")


def told_of_gatherings(subject: Subject) -> dict[str, Select[Any]]:
    """What belongs into an export: what somebody hosted, wrote and added, and to what they said that they come."""
    hosted = select(gatherings).where(subject.is_party(gatherings, "host")).order_by(gatherings.c.begins)
    return {
        "gatherings": hosted,
        "guests": select(guests).where(_is_guest(subject)).order_by(guests.c.at),
        "notes": select(notes).where(subject.is_party(notes, "author")).order_by(notes.c.at),
        "remarks": select(remarks).where(subject.is_party(remarks, "author")).order_by(remarks.c.id),
    }


def forget_gatherings(connection: Connection, subject: Subject, at: datetime) -> dict[str, int]:
    """Forget somebody; how many of which kind.

    Their answers, drafts and what they added to notes are gone. What they hosted or wrote stays for their colleagues
    without their name; what they would have hosted is called off, and the clock tells whoever wanted to come.
    """
    counts = {"guests": connection.execute(delete(guests).where(_is_guest(subject))).rowcount}
    hosted = subject.is_party(gatherings, "host")
    drafts = connection.execute(delete(gatherings).where(hosted, gatherings.c.phase == "draft")).rowcount
    ahead = update(gatherings).where(hosted, gatherings.c.phase.in_(_AHEAD))
    again = {"sequence": gatherings.c.sequence + 1, "version": gatherings.c.version + 1}
    connection.execute(ahead.values(phase="cancelled", next=at, changed=at, about="", **again))
    counts["gatherings"] = drafts + _unname(connection, gatherings, "host", subject)
    counts["notes"] = _unname(connection, notes, "author", subject)
    counts["remarks"] = connection.execute(delete(remarks).where(subject.is_party(remarks, "author"))).rowcount
    return counts


def unite_gatherings(connection: Connection, before: str, person: str) -> None:
    """Give to a person what somebody whom they used to be did; where both answered, what the person said counts."""
    for table, prefix in _NAMED:
        named = table.c[f"{prefix}_person"]
        connection.execute(update(table).where(named == before).values({named.name: person}))
    theirs = connection.execute(select(guests).where(guests.c.person == before)).mappings().all()
    if theirs:
        moved = [{**row, "person": person} for row in theirs]
        connection.execute(insert_into(connection, guests).on_conflict_do_nothing(), moved)
        connection.execute(delete(guests).where(guests.c.person == before))


def _is_guest(subject: Subject) -> Any:  # noqa: ANN401 - a condition
    if not subject.person:
        return subject.has(guests)
    return (guests.c.organisation == subject.organisation) & (guests.c.person == subject.person)


def _unname(connection: Connection, table: Table, prefix: str, subject: Subject) -> int:
    nobody = {f"{prefix}_{name}": "" for name in PARTY if name != "workspace"}
    return connection.execute(update(table).where(subject.is_party(table, prefix)).values(nobody)).rowcount


__all__ = ["forget_gatherings", "told_of_gatherings", "unite_gatherings"]
