"""What cannot be rebuilt: everything that the bot must not forget, in one database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from bot.errors import StateError
from bot.state.audit import AuditLine, Broken, Chain, SqlAudit
from bot.state.desks import SqlDesks
from bot.state.directory import SqlDirectory
from bot.state.engine import open_engine, reading, writing
from bot.state.escalations import SqlEscalations
from bot.state.inbox import SqlInbox
from bot.state.installations import SqlInstallations, new_key
from bot.state.learning import SqlCrises, SqlPrecedents
from bot.state.lessons.certificates import SqlCertificates
from bot.state.lessons.curricula import SqlCurricula
from bot.state.lessons.figures import SqlFigures
from bot.state.lessons.gatherings import SqlGatherings
from bot.state.lessons.introductions import SqlIntroductions
from bot.state.lessons.learners import SqlLearners
from bot.state.lessons.notes import SqlNotes
from bot.state.lessons.programme import SqlProgrammeSettings
from bot.state.lessons.roster import SqlRoster
from bot.state.migrate import check, migrate, pending
from bot.state.people import SqlPeople
from bot.state.places import SqlPlaces
from bot.state.records import SqlRecords
from bot.state.retention import Keep, forget_escalations, forget_precedents
from bot.state.staff import SqlStaff
from bot.state.subjects import SqlSubjects
from bot.state.tables import turns
from bot.state.tokens import SqlOnce
from bot.state.workspaces import SqlWorkspaces


class State:
    """The repositories over one database of this version, which belongs to whoever opened it until ``close``.

    ``encryption_keys`` are Fernet keys: the first encrypts, all decrypt. ``joined`` are the workspaces of one company.
    ``keep`` says how long each kind of record is kept.

    Raises:
        StateError: where a key is no Fernet key.
    """

    def __init__(
        self,
        engine: Engine,
        encryption_keys: Sequence[str] = (),
        joined: Collection[str] = (),
        keep: Keep | None = None,
    ) -> None:
        self.engine = engine
        self._keep = keep or Keep()
        self.records = SqlRecords(engine)
        self.people = SqlPeople(engine, joined)
        self.workspaces = SqlWorkspaces(engine, joined)
        self.places = SqlPlaces(engine)
        self.inbox = SqlInbox(engine)
        self.installations = SqlInstallations(engine, encryption_keys)
        self.once = SqlOnce(engine)
        self.escalations = SqlEscalations(engine, joined)
        self.staff = SqlStaff(engine, joined)
        self.desks = SqlDesks(engine)
        self.precedents = SqlPrecedents(engine)
        self.crises = SqlCrises(engine)
        self.learners = SqlLearners(engine, joined)
        self.curricula = SqlCurricula(engine)
        self.introductions = SqlIntroductions(engine, joined)
        self.certificates = SqlCertificates(engine)
        self.gatherings = SqlGatherings(engine)
        self.notes = SqlNotes(engine)
        self.directory = SqlDirectory(engine)
        self.roster = SqlRoster(engine)
        self.figures = SqlFigures(engine)
        self.programme = SqlProgrammeSettings(engine)
        self.subjects = SqlSubjects(engine, joined)
        self.audit = SqlAudit(engine)

    def health(self) -> str:
        """``ok`` where the state can be read, else what is wrong."""
        try:
            with reading(self.engine) as connection:
                connection.execute(select(turns.c.id).limit(1))
        except StateError as error:
            return str(error)
        return "ok"

    def forget_old(self, at: datetime) -> dict[str, int]:
        """Forget what is not kept for ever and is too old now, in every workspace; how many of which kind."""
        keep = self._keep
        return {
            **self.records.forget(at - keep.questions),
            "escalations": forget_escalations(self.engine, at - keep.escalations),
            "precedents": forget_precedents(self.engine, at - keep.precedents_after_expiry),
            "events": self.inbox.forget(at - keep.events),
            "tokens": self.once.forget(at),
        }

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()


__all__ = [
    "AuditLine",
    "Broken",
    "Chain",
    "Keep",
    "State",
    "check",
    "migrate",
    "new_key",
    "open_engine",
    "pending",
    "reading",
    "writing",
]
