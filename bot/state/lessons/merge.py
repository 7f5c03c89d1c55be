"""What two people learned becomes what one did, where they turn out to be the same."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from bot.state.lessons.certificates import unite as unite_shown
from bot.state.lessons.gathering_subject import unite_gatherings
from bot.state.lessons.tables import graded, introductions, learners, proofs, sittings
from bot.state.rows import insert_into
from bot.state.tables import people


def unite(connection: Connection, before: str, person: str) -> None:
    """Give to a person what somebody whom they used to be has behind them, and nobody is any more.

    Both pauses count, and no weekly lesson for either is none for both; they were enrolled when the first one was.
    """
    both = select(learners).where(learners.c.person.in_((before, person))).order_by(learners.c.person)
    rows = {row.person: row for row in connection.execute(both.with_for_update())}
    old, new = rows.get(before), rows.get(person)
    if old is not None and new is None:
        theirs = select(people.c.organisation).where(people.c.id == person).scalar_subquery()
        moved_on = update(learners).where(learners.c.person == before)
        connection.execute(moved_on.values(person=person, organisation=theirs))
    elif old is not None and new is not None:
        pauses = [each for each in (old.paused_until, new.paused_until) if each is not None]
        values = {
            "enrolled": min(old.enrolled, new.enrolled),
            "paused_until": max(pauses, default=None),
            "weekly": old.weekly and new.weekly,
            "next": min((each for each in (old.next, new.next) if each is not None), default=None),
        }
        connection.execute(delete(learners).where(learners.c.person == before))
        connection.execute(update(learners).where(learners.c.person == person).values(values))
    for table in (sittings, graded):
        connection.execute(update(table).where(table.c.person == before).values(person=person))
    connection.execute(delete(introductions).where(introductions.c.person == before))
    known = connection.execute(select(proofs).where(proofs.c.person == before)).mappings().all()
    if known:
        moved = [{**row, "person": person} for row in known]
        added = insert_into(connection, proofs)
        last = {"at": added.excluded.at, "by": added.excluded.by}
        keys = [proofs.c.person, proofs.c.section]
        later = added.on_conflict_do_update(index_elements=keys, set_=last, where=proofs.c.at < added.excluded.at)
        connection.execute(later, moved)
        connection.execute(delete(proofs).where(proofs.c.person == before))
    unite_shown(connection, before, person)
    unite_gatherings(connection, before, person)


__all__ = ["unite"]
