"""Who showed what, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, Table, and_, exists, func, insert, or_, select, update

from bot.ports.certificates import Attempt, Attestation, Certificate, Lacking, Proof
from bot.state.engine import reading, writing
from bot.state.lessons.certificate_tables import attestations, certificates, evidence, exams
from bot.state.lessons.tables import learners
from bot.state.rows import insert_into, take_turns
from bot.state.tables import people

_CERTIFICATE: Final = tuple(column.name for column in certificates.columns)
_PROOF: Final = tuple(column.name for column in evidence.columns)
_ATTESTATION: Final = tuple(column.name for column in attestations.columns)
_IN_FORCE: Final = certificates.c.revoked.is_(None)


class SqlCertificates:
    """Implements ``Certificates``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def award(self, certificate: Certificate) -> Certificate | None:
        """Keep a certificate; one of the same day that the person still has comes back in its place."""
        its = (certificates.c.person == certificate.person, certificates.c.level == certificate.level, _IN_FORCE)
        with writing(self._engine) as connection:
            take_turns(connection, "certify", certificate.person)
            for row in connection.execute(select(certificates).where(*its)):
                if row.issued.date() == certificate.issued.date():
                    return _certificate_of(row)
            row_of = {name: getattr(certificate, name) for name in _CERTIFICATE}
            new = insert_into(connection, certificates).values(row_of).on_conflict_do_nothing()
            kept = connection.execute(new.returning(certificates.c.id)).first()
        return certificate if kept is not None else None

    def find(self, certificate: str) -> Certificate | None:
        """A certificate by its id alone; nothing of whoever was forgotten."""
        found = self._certificates(certificates.c.id == certificate, certificates.c.person != "")
        return found[0] if found else None

    def held(self, person: str) -> Sequence[Certificate]:
        """All that a person was awarded, oldest first."""
        return self._certificates(certificates.c.person == person)

    def every(self, organisation: str) -> Sequence[Certificate]:
        """All that an organisation's people were awarded, oldest first."""
        return self._certificates(certificates.c.organisation == organisation, certificates.c.person != "")

    def revoke(self, certificate: str, at: datetime, by: str, reason: str) -> bool:
        """Take a certificate back; false where there is none that is in force."""
        its = (certificates.c.id == certificate, certificates.c.person != "", _IN_FORCE)
        with writing(self._engine) as connection:
            gone = update(certificates).where(*its).values(revoked=at, revoked_by=by, reason=reason)
            return connection.execute(gone).rowcount == 1

    def places(self) -> Collection[int]:
        """The places that are taken on the list."""
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(certificates.c.place)).scalars())

    def revoked_places(self) -> Collection[int]:
        """The places of what was revoked."""
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(certificates.c.place).where(~_IN_FORCE)).scalars())

    def say_praise(self, person: str, certificate: str, *, agreed: bool) -> Certificate | None:
        """Keep whether colleagues may be told; the first word counts."""
        its = (certificates.c.id == certificate, certificates.c.person == person, _IN_FORCE)
        with writing(self._engine) as connection:
            unsaid = update(certificates).where(*its, certificates.c.praise.is_(None))
            connection.execute(unsaid.values(praise=agreed))
            row = connection.execute(select(certificates).where(*its)).one_or_none()
        return None if row is None else _certificate_of(row)

    def begin(self, attempt: Attempt) -> Attempt:
        """Keep a new attempt; the one that is open at this level comes back in its place."""
        its = (exams.c.person == attempt.person, exams.c.level == attempt.level)
        with writing(self._engine) as connection:
            take_turns(connection, "certify", attempt.person)
            row = connection.execute(select(exams).where(*its, exams.c.ended.is_(None)).limit(1)).first()
            if row is not None:
                return _attempt_of(row)
            last = connection.execute(select(func.max(exams.c.number)).where(*its)).scalar_one_or_none() or 0
            kept = replace(attempt, number=max(attempt.number, last + 1))
            connection.execute(insert(exams).values(_attempt_columns(kept)))
        return kept

    def answer(self, person: str, level: str, number: int, item: str, choices: tuple[int, ...]) -> Attempt | None:
        """Keep an answer to a question of an open attempt; the first one counts."""
        its = _attempt(person, level, number)
        with writing(self._engine) as connection:
            open_one = select(exams).where(*its, exams.c.ended.is_(None)).with_for_update()
            row = connection.execute(open_one).one_or_none()
            if row is None:
                return None
            attempt = _attempt_of(row)
            if item in attempt.items and item not in attempt.answers:
                attempt = replace(attempt, answers={**attempt.answers, item: choices})
                answers = {name: list(places) for name, places in attempt.answers.items()}
                connection.execute(update(exams).where(*its).values(answers=answers))
        return attempt

    def finish(self, person: str, level: str, number: int, at: datetime, right: int, *, passed: bool) -> bool:
        """Keep how an attempt went; false where that was kept before."""
        its = (*_attempt(person, level, number), exams.c.ended.is_(None))
        with writing(self._engine) as connection:
            over = update(exams).where(*its).values(ended=at, right=right, passed=passed)
            return connection.execute(over).rowcount == 1

    def attempts(self, person: str) -> Sequence[Attempt]:
        """The attempts of a person, oldest first."""
        query = select(exams).where(exams.c.person == person).order_by(exams.c.started, exams.c.level, exams.c.number)
        with reading(self._engine) as connection:
            return [_attempt_of(row) for row in connection.execute(query)]

    def prove(self, proof: Proof) -> bool:
        """Keep that something was done; false where its id is known."""
        return self._keep(evidence, {name: getattr(proof, name) for name in _PROOF})

    def proofs(self, person: str) -> Sequence[Proof]:
        """What a person did that counts, oldest first."""
        query = select(evidence).where(evidence.c.person == person).order_by(evidence.c.at, evidence.c.id)
        with reading(self._engine) as connection:
            return [Proof(**{name: getattr(row, name) for name in _PROOF}) for row in connection.execute(query)]

    def attest(self, attestation: Attestation) -> bool:
        """Keep that a policy was read; false where that version was confirmed before."""
        return self._keep(attestations, {name: getattr(attestation, name) for name in _ATTESTATION})

    def attestations(self, person: str) -> Sequence[Attestation]:
        """What a person confirmed to have read, oldest first."""
        table = attestations.c
        query = select(attestations).where(table.person == person).order_by(table.at, table.policy, table.version)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Attestation(**{name: getattr(row, name) for name in _ATTESTATION}) for row in rows]

    def lacking(
        self, track: str, level: str, enrolled: datetime, expiring: datetime, after: str = "", most: int = 500
    ) -> Sequence[Lacking]:
        """Learners of a track, by id from ``after`` on, who have no certificate of a level that lasts."""
        table = certificates.c
        last = select(table.person, func.max(table.expires).label("expires")).where(table.level == level, _IN_FORCE)
        ends = last.group_by(table.person).subquery()
        never = and_(ends.c.expires.is_(None), learners.c.enrolled <= enrolled)
        query = (
            select(people.c.id, ends.c.expires)
            .join_from(learners, people, people.c.id == learners.c.person)
            .outerjoin(ends, ends.c.person == people.c.id)
            .where(people.c.track == track, _taught(), people.c.id > after, or_(never, ends.c.expires <= expiring))
            .order_by(people.c.id)
            .limit(most)
        )
        with reading(self._engine) as connection:
            return [Lacking(row.id, row.expires) for row in connection.execute(query)]

    def silent(self, policy: str, version: str, at: datetime, after: str = "", most: int = 500) -> Sequence[str]:
        """The ids of learners, from ``after`` on, who have not confirmed a version."""
        table = attestations.c
        said = exists().where(table.person == people.c.id, table.policy == policy, table.version == version)
        here = or_(people.c.left.is_(None), people.c.left > at.date())
        query = select(people.c.id).join_from(learners, people, people.c.id == learners.c.person)
        query = query.where(people.c.track != "", here, people.c.id > after, ~said)
        with reading(self._engine) as connection:
            return connection.execute(query.order_by(people.c.id).limit(most)).scalars().all()

    def _certificates(self, *conditions: Any) -> Sequence[Certificate]:  # noqa: ANN401 - conditions
        query = select(certificates).where(*conditions).order_by(certificates.c.issued, certificates.c.id)
        with reading(self._engine) as connection:
            return [_certificate_of(row) for row in connection.execute(query)]

    def _keep(self, table: Table, row: dict[str, Any]) -> bool:
        """Keep a row; false where its key is known."""
        with writing(self._engine) as connection:
            new = insert_into(connection, table).values(row).on_conflict_do_nothing()
            return connection.execute(new.returning(table.c.person)).first() is not None


def forget(connection: Connection, person: str) -> dict[str, int]:
    """Forget what somebody showed; how many of which kind.

    Of a certificate its place on the list is left: what was revoked stays so, and no other gets the place. An empty
    ``person`` is nobody.
    """
    if not person:
        return dict.fromkeys((exams.name, evidence.name, attestations.name, certificates.name), 0)
    counts = {
        table.name: connection.execute(table.delete().where(table.c.person == person)).rowcount
        for table in (exams, evidence, attestations)
    }
    table = certificates.c
    places = connection.execute(select(table.place).where(table.person == person)).scalars().all()
    nothing = dict.fromkeys(("organisation", "person", "level", "token", "revoked_by", "reason"), "")
    for place in places:
        blank = update(certificates).where(table.place == place)
        connection.execute(blank.values(id=f"forgotten-{place}", praise=None, **nothing))
    return {**counts, "certificates": len(places)}


def told(person: str) -> dict[str, Select[Any]]:
    """What is read of somebody who asks for what they showed and were given, oldest first."""
    return {
        "certificates": select(certificates)
        .where(certificates.c.person == (person or None))
        .order_by(certificates.c.issued),
        "exams": select(exams).where(exams.c.person == person).order_by(exams.c.started),
        "evidence": select(evidence).where(evidence.c.person == person).order_by(evidence.c.at),
        "attestations": select(attestations).where(attestations.c.person == person).order_by(attestations.c.at),
    }


def unite(connection: Connection, before: str, person: str) -> None:
    """Give to a person what somebody whom they used to be showed; of two attempts with one number both are kept."""
    for table in (certificates, evidence):
        connection.execute(update(table).where(table.c.person == before).values(person=person))
    old = connection.execute(select(exams).where(exams.c.person == before).order_by(exams.c.number)).all()
    for row in old:
        its = (exams.c.person == person, exams.c.level == row.level)
        last = connection.execute(select(func.max(exams.c.number)).where(*its)).scalar_one_or_none() or 0
        moved = update(exams).where(*_attempt(before, row.level, row.number))
        connection.execute(moved.values(person=person, number=max(row.number, last + 1)))
    said = connection.execute(select(attestations).where(attestations.c.person == before)).mappings().all()
    for each in said:
        new = insert_into(connection, attestations).values({**each, "person": person}).on_conflict_do_nothing()
        connection.execute(new)
    connection.execute(attestations.delete().where(attestations.c.person == before))


def _taught() -> Any:  # noqa: ANN401 - a condition
    return learners.c.next.is_not(None)  # nobody looks at whoever left


def _attempt(person: str, level: str, number: int) -> tuple[Any, ...]:
    return (exams.c.person == person, exams.c.level == level, exams.c.number == number)


def _certificate_of(row: Row[Any]) -> Certificate:
    return Certificate(**{name: getattr(row, name) for name in _CERTIFICATE})


def _attempt_of(row: Row[Any]) -> Attempt:
    answers = {item: tuple(places) for item, places in row.answers.items()}
    return Attempt(
        *(row.person, row.level, row.number, row.started, tuple(row.items), answers, row.ended, row.right, row.passed)
    )


def _attempt_columns(attempt: Attempt) -> dict[str, Any]:
    names = ("person", "level", "number", "started", "ended", "right", "passed")
    answers = {item: list(places) for item, places in attempt.answers.items()}
    plain = {name: getattr(attempt, name) for name in names}
    return plain | {"items": list(attempt.items), "answers": answers}


__all__ = ["SqlCertificates", "forget", "told", "unite"]
