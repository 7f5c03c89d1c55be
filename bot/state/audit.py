"""What was done by whom, in SQL; lines are only added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from bot.state.engine import reading, writing
from bot.state.tables import audit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Somebody did something to something at a moment."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


class SqlAudit:
    """Implements ``Audit``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, workspace: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Add a line. ``detail`` holds no words of a question."""
        line = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": dict(detail)}
        with writing(self._engine) as connection:
            connection.execute(insert(audit).values(workspace=workspace, **line))

    def lines(self, workspace: str) -> Sequence[AuditLine]:
        """The lines of a workspace, in the order in which they were added."""
        query = select(audit).where(audit.c.workspace == workspace).order_by(audit.c.id)
        with reading(self._engine) as connection:
            return [
                AuditLine(row.at, row.actor, row.action, row.subject, row.detail) for row in connection.execute(query)
            ]


__all__ = ["AuditLine", "SqlAudit"]
