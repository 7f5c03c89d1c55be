"""The ledger: which deliveries are owed, begun and ended. It is the truth; what carries the work is only transport.

A delivery is ``planned``, then ``queued`` by a sweep, then ``sent``, ``undeliverable``, ``ambiguous`` or ``cancelled``;
or planned again for later. Each time that it is queued is a round, and each round writes down that it is about to send
before it does: that line is what a crash leaves behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnClause,
    Connection,
    Engine,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from bot.jobs.edits import Prospect, drop_superseded, is_held, looked_up, prospect
from bot.ports import Delivery
from bot.state.deliveries import plan_in
from bot.state.engine import reading, writing
from bot.state.rows import insert_into
from bot.state.tables import accounts, attempts, deliveries, workspaces

End = Literal["sent", "undeliverable", "ambiguous", "cancelled"]
"""How a delivery can end."""

# Written into the statement: where it were a parameter, SQLite could not tell that the partial indexes apply.
_PLANNED: Final[ColumnClause[str]] = literal_column("'planned'")
_QUEUED: Final[ColumnClause[str]] = literal_column("'queued'")
_TABLE: Final = deliveries  # under a name that no argument has
_TARGET: Final = case((deliveries.c.place != "", deliveries.c.place), else_=deliveries.c.account)
_INSTALLED: Final = looked_up(workspaces.c.id == deliveries.c.workspace, workspaces.c.removed.is_(None))
_REACHABLE: Final = looked_up(
    accounts.c.workspace == deliveries.c.workspace,
    accounts.c.account == deliveries.c.account,
    accounts.c.reachable,
)
_SENT: Final = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("which"), deliveries.c.round == bindparam("turn"), deliveries.c.state == _QUEUED
    )
    .values(state="sent", ended=bindparam("moment"), message=bindparam("named"), problem=None)
)
_SENT_ATTEMPTS: Final = (
    update(attempts)
    .where(
        attempts.c.delivery == bindparam("which"),
        attempts.c.number <= bindparam("turn"),
        attempts.c.state == "intent",
    )
    .values(state="sent")
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery that is due and was taken up. ``round`` counts how often it was, from 1.

    ``target`` is the account that it goes to, or the channel. ``alone`` is true where it may not go with others.
    """

    id: str
    workspace: str
    target: str
    round: int
    alone: bool = False

    @property
    def work(self) -> str:
        """The name of the work that sends it; no two rounds share one."""
        return self.id if self.round == 1 else f"{self.id}#{self.round}"


@dataclass(frozen=True, slots=True)
class Begun:
    """A delivery that is about to be sent.

    ``unsure`` is true where an earlier attempt may have gone out. ``tries`` counts the earlier rounds of which
    nobody knows how they ended. ``message`` is the platform's name of the message that it changes, if any.
    """

    delivery: Delivery
    unsure: bool
    tries: int
    message: str = ""


class Ledger:
    """Deliveries and attempts in the state; implements ``Jobs``. Several threads and processes may share one database.

    Every call raises ``StateError`` where the database cannot be read or written.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Owe deliveries, all or none; one whose id is known is left as it is. Returns how many are new."""
        owed = list(deliveries)
        if not owed:
            return 0
        with writing(self._engine) as connection:
            return plan_in(connection, owed)

    def cancel(self, workspace: str, account: str, kind: str | None = None) -> int:
        """No longer owe what was not begun, of one kind or all. Returns how many."""
        table = deliveries.c
        theirs = [table.workspace == workspace, table.account == account]
        if kind is not None:
            theirs.append(table.kind == kind)
        begun = exists().where(attempts.c.delivery == table.id, attempts.c.number == table.round)
        with writing(self._engine) as connection:
            # Locked first: only the statement after it is sure to see an attempt that began meanwhile.
            open_ones = select(table.id).where(*theirs, table.state.in_(("planned", "queued"))).with_for_update()
            ids = connection.execute(open_ones).scalars().all()
            if not ids:
                return 0
            not_begun = or_(table.state == _PLANNED, and_(table.state == _QUEUED, ~begun))
            done = update(deliveries).where(*theirs, not_begun).values(state="cancelled", ended=self._clock())
            return connection.execute(done).rowcount

    def queue_due(
        self, surfaces: Iterable[str], most: int, enqueue: Callable[[Connection, Sequence[Queued]], None]
    ) -> int:
        """Take up what is due on some surfaces and enqueue it, in one transaction. Returns how many, at most ``most``.

        Accounts that may not be written to and workspaces that were removed are passed over. What goes into a channel
        of a workspace that was removed is taken up, to be ended: somebody else has to hear of it soon.
        """
        served = sorted(surfaces)
        if not served:
            return 0
        with writing(self._engine) as connection:
            now = self._clock()
            drop_superseded(connection, now)
            rows = connection.execute(due_statement(served, most, now)).all()
            taken = [Queued(row.id, row.workspace, row.target, row.round + 1, row.edits != "") for row in rows]
            if taken:
                theirs = _TABLE.c.id.in_([each.id for each in taken])
                again = {"state": "queued", "round": _TABLE.c.round + 1, "problem": None}
                connection.execute(update(_TABLE).where(theirs).values(again))
                enqueue(connection, taken)
        return len(taken)

    def begin(self, queued: Queued, executor: str) -> Begun | None:
        """Write down that a delivery is about to be sent; ``None`` where there is nothing to send any more."""
        return self.begin_all([queued], executor).get(queued.id)

    def begin_all(self, together: Sequence[Queued], executor: str) -> dict[str, Begun]:
        """Write down that some deliveries are about to be sent; by their ids, without those that are not to be sent."""
        begun: dict[str, Begun] = {}
        with writing(self._engine) as connection:
            found = _found(connection, together)
            tried = _tried(connection, found)
            for each in together:
                row = found.get(each.id)
                made = None if row is None else self._begun(connection, each, row, tried[each.id])
                if made is not None:
                    begun[each.id] = made
            if begun:
                intent = {"state": "intent", "executor": executor, "at": self._clock()}
                rows = [intent | {"delivery": each.id, "number": each.round} for each in together if each.id in begun]
                connection.execute(insert_into(connection, attempts).on_conflict_do_nothing(), rows)
        return begun

    def sent(self, messages: Sequence[tuple[Queued, str | None]]) -> None:
        """Deliveries were sent, each with the platform's name of what was."""
        if not messages:
            return
        now = self._clock()
        with writing(self._engine) as connection:
            rows = [
                {"which": each.id, "turn": each.round, "moment": now, "named": message} for each, message in messages
            ]
            connection.execute(_SENT, rows)
            connection.execute(_SENT_ATTEMPTS, [{"which": each["which"], "turn": each["turn"]} for each in rows])

    def end(self, queued: Queued, state: End, *, message: str | None = None, problem: str | None = None) -> None:
        """A delivery ended; ``message`` is the platform's name of what was sent, ``problem`` why nothing was."""
        with writing(self._engine) as connection:
            self._end(connection, queued, state, message=message, problem=problem)

    def postpone(self, queued: Queued, due: datetime, *, unsent: bool, problem: str | None = None) -> None:
        """Plan a queued delivery again; ``unsent`` where it is certain that no attempt so far went out."""
        with writing(self._engine) as connection:
            again = {"state": "planned", "due": due, "problem": problem}
            connection.execute(update(deliveries).where(_is(queued)).values(again))
            if unsent:
                _mark(connection, queued, "failed")

    def put_back(self, queued: Queued) -> None:
        """Plan a queued delivery again as it was, because nothing came of this round."""
        with writing(self._engine) as connection:
            self._put_back(connection, queued)

    def queued_after(self, last: str, most: int) -> Sequence[Queued]:
        """Deliveries that are queued, in the order of their ids, after one id."""
        table = deliveries.c
        page = (
            select(table.id, table.workspace, _TARGET, table.round)
            .where(table.state == _QUEUED, table.id > last)
            .order_by(table.id)
            .limit(most)
        )
        with reading(self._engine) as connection:
            return [Queued(*row) for row in connection.execute(page).all()]

    def _put_back(self, connection: Connection, queued: Queued) -> None:
        connection.execute(update(deliveries).where(_is(queued)).values(state="planned"))

    def _begun(self, connection: Connection, queued: Queued, found: Any, earlier: Sequence[Any]) -> Begun | None:  # noqa: ANN401 - rows
        """What is about to be sent; ``None`` where it is not, which is written down."""
        unknown = [each for each in earlier if each.state == "intent"]
        seen = Prospect()
        if found.known is None or found.removed is not None:
            self._end(connection, queued, "cancelled", problem="the app is not installed in this workspace")
        elif not found.place and not found.reachable:
            self._put_back(connection, queued)
        elif found.until is not None and found.until < self._clock() and not unknown:
            self._end(connection, queued, "cancelled", problem="it was too late for it")
        elif found.edits and (seen := prospect(connection, found)).problem:
            self._end(connection, queued, "cancelled", problem=seen.problem)
        elif found.edits and not seen.message:
            self._put_back(connection, queued)  # the sweep passes it over as long as it has to wait
        elif any(each.state == "sent" for each in earlier):
            self._end(connection, queued, "sent")
        else:
            return Begun(
                # Since when it may be out: being tried again has put off when it is due.
                delivery=_delivery(found, min([found.due, *(each.at for each in unknown)])),
                unsure=bool(unknown),
                tries=sum(each.number < queued.round for each in unknown),
                message=seen.message,
            )
        return None

    def _end(
        self,
        connection: Connection,
        queued: Queued,
        state: End,
        *,
        message: str | None = None,
        problem: str | None = None,
    ) -> None:
        values = {"state": state, "ended": self._clock(), "message": message, "problem": problem}
        connection.execute(update(deliveries).where(_is(queued)).values(values))
        if state in ("sent", "undeliverable"):
            _mark(connection, queued, "sent" if state == "sent" else "failed")


def due_statement(surfaces: Iterable[str], most: int, now: datetime) -> Select[Any]:
    """What a sweep takes up, oldest first; two sweeps at once take different rows."""
    table = deliveries.c
    return (
        select(table.id, table.workspace, _TARGET.label("target"), table.round, table.edits)
        .where(
            table.state == _PLANNED,
            table.due <= now,
            or_(table.place != "", and_(_INSTALLED, _REACHABLE)),
            ~is_held(),
            or_(*(table.workspace.startswith(f"{surface}:", autoescape=True) for surface in surfaces)),
        )
        .order_by(table.due)
        .limit(most)
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _is(queued: Queued) -> Any:  # noqa: ANN401 - a condition
    """This round of a delivery, as long as nothing else happened to it."""
    table = deliveries.c
    return and_(table.id == queued.id, table.round == queued.round, table.state == _QUEUED)


def _found(connection: Connection, together: Sequence[Queued]) -> dict[str, Any]:
    """These rounds of deliveries, as long as nothing else happened to them, by id; nobody else changes them now."""
    table, rounds = deliveries.c, {each.id: each.round for each in together}
    query = (
        select(deliveries, workspaces.c.id.label("known"), workspaces.c.removed, accounts.c.reachable)
        .outerjoin(workspaces, workspaces.c.id == table.workspace)
        .outerjoin(accounts, and_(accounts.c.workspace == table.workspace, accounts.c.account == table.account))
        .where(table.id.in_(sorted(rounds)), table.state == _QUEUED)
        .order_by(table.id)
        .with_for_update(of=deliveries)
    )
    return {row.id: row for row in connection.execute(query) if row.round == rounds[row.id]}


def _tried(connection: Connection, found: Collection[str]) -> dict[str, list[Any]]:
    """The earlier attempts of deliveries."""
    tried: dict[str, list[Any]] = defaultdict(list)
    if found:
        for row in connection.execute(select(attempts).where(attempts.c.delivery.in_(sorted(found)))):
            tried[row.delivery].append(row)
    return tried


def _mark(connection: Connection, queued: Queued, state: str) -> None:
    """Settle the attempts of a delivery that were open, up to this round."""
    upto = (attempts.c.delivery == queued.id, attempts.c.number <= queued.round, attempts.c.state == "intent")
    connection.execute(update(attempts).where(*upto).values(state=state))


def _delivery(row: Any, due: datetime) -> Delivery:  # noqa: ANN401 - a row
    return Delivery(
        *(row.id, row.workspace, row.account, row.kind, row.body, due, row.resend),
        place=row.place,
        thread=row.thread,
        edits=row.edits,
        until=row.until,
    )


__all__ = ["Begun", "End", "Ledger", "Queued", "due_statement"]
