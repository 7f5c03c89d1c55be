"""What was done by whom, in SQL; lines are only added, and a line that was changed or taken away is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, Engine, RowMapping, select, text

from bot.errors import StateError
from bot.state.chain import BEGIN, add_line, line_hash
from bot.state.engine import reading, writing
from bot.state.tables import audit, audit_heads

_BATCH: Final = 1000  # rows that are held in memory


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Somebody did something to something at a moment."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the lines of a workspace are no longer what was written; ``number`` counts them from 1."""

    workspace: str
    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines of a workspace: how many are there, the hash of the last one, and where they are broken.

    Who notes ``lines`` and ``head`` elsewhere can tell later that nobody wrote the whole chain anew.
    """

    workspace: str
    lines: int
    head: str
    broken: tuple[Broken, ...] = ()


class SqlAudit:
    """Implements ``Audit``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, workspace: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Add a line. ``detail`` holds no words of a question."""
        with writing(self._engine) as connection:
            add_line(connection, workspace, at, actor, action, subject, detail)

    def lines(self, workspace: str) -> Sequence[AuditLine]:
        """The lines of a workspace, in the order in which they were added."""
        query = select(audit).where(audit.c.workspace == workspace).order_by(audit.c.number)
        with reading(self._engine) as connection:
            return [
                AuditLine(row.at, row.actor, row.action, row.subject, row.detail) for row in connection.execute(query)
            ]

    def workspaces(self) -> Sequence[str]:
        """For upkeep: every workspace in which something was written down."""
        with reading(self._engine) as connection:
            return connection.execute(select(audit_heads.c.workspace).order_by(audit_heads.c.workspace)).scalars().all()

    def verify(self) -> Sequence[Broken]:
        """For upkeep: where lines were changed or taken away, in any workspace; nothing where all is well."""
        return [broken for chain in self.chains() for broken in chain.broken]

    def chains(self) -> Sequence[Chain]:
        """For upkeep: the lines of every workspace, checked; by workspace."""
        with reading(self._engine) as connection:
            if connection.dialect.name == "postgresql":  # or the heads would be of another moment than the lines
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            heads = {row["workspace"]: row for row in connection.execute(select(audit_heads)).mappings()}
            chains = [
                _check(workspace, rows, heads.pop(workspace, None))
                for workspace, rows in groupby(_rows(connection), key=lambda row: str(row["workspace"]))
            ]
            chains += [_check(workspace, iter(()), head) for workspace, head in heads.items()]
        return sorted(chains, key=lambda chain: chain.workspace)


def _rows(connection: Connection) -> Iterator[RowMapping]:
    ordered = select(audit).order_by(audit.c.workspace, audit.c.number).execution_options(yield_per=_BATCH)
    try:
        yield from connection.execute(ordered).mappings()
    except (ValueError, TypeError) as error:  # of a moment or a detail
        raise StateError(f"a line of the audit was changed into what cannot be read ({error}); look for it") from error


def _check(workspace: str, rows: Iterator[RowMapping], head: RowMapping | None) -> Chain:
    broken: list[Broken] = []
    number, last, lines = 0, BEGIN, 0
    for row in rows:
        if row["number"] > number + 1:
            broken.append(Broken(workspace, number + 1, _missing(number + 1, row["number"] - 1)))
        elif line_hash(last, dict(row)) != row["hash"]:
            broken.append(Broken(workspace, row["number"], "the line was changed"))
        number, last, lines = row["number"], row["hash"], lines + 1
    if head is None:
        broken.append(Broken(workspace, number, "the record of the last line is missing"))
    elif head["number"] > number:
        broken.append(Broken(workspace, number + 1, f"{_missing(number + 1, head['number'])} at the end"))
    elif (head["number"], head["hash"]) != (number, last):
        broken.append(Broken(workspace, number, "the line is not the one that was recorded as the last"))
    return Chain(workspace, lines, last, tuple(broken))


def _missing(first: int, last: int) -> str:
    return f"line {first} is missing" if first == last else f"lines {first} to {last} are missing"


__all__ = ["AuditLine", "Broken", "Chain", "SqlAudit"]
