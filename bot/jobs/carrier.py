"""DBOS, held in one place: it carries a queued delivery to a worker's thread, once, and again after a crash.

DBOS is one for the whole process. It is pinned, because two things are asked of it that it keeps private: to take over
a dead worker's work, and what is in work here. It sends nothing anywhere: no conductor, no OpenTelemetry, no server.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, WorkflowStatus
from sqlalchemy import Connection, Engine

from bot.errors import StateError
from bot.jobs.crates import packed
from bot.jobs.ledger import Queued
from bot.jobs.limits import Limits, Pace, Rate
from bot.jobs.turns import surface_of

_NAME: Final = "clearpost"
# By default DBOS derives it from the source, and what another version queued would be stranded.
_VERSION: Final = "1"
_WORK: Final = "deliver"
_TOGETHER: Final = "deliver-together"
_CRATE: Final = "together:"  # before the name of the first of them
_ACTIVE: Final = ["ENQUEUED", "PENDING", "DELAYED"]
_OVER: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_POOL: Final = 20  # connections, besides those of the state
_BATCH: Final = 1000
_PAGE: Final = 500  # works that are looked for in one statement
_LAST_RECORDS: Final = 2.0  # seconds for DBOS to write down what ended last
_LOOK: Final = 0.05  # seconds between two looks at that
_LISTEN: Final = 0.2  # seconds between two looks at notifications, which nobody sends; DBOS waits for it when it stops

Work = Callable[..., None]
"""Sends the deliveries that it is called with, which are ``Queued``."""


class Carrier:
    """Carries deliveries by DBOS; only one may be open in a process."""

    _open: ClassVar[bool] = False

    def __init__(self, engine: Engine, executor: str, surfaces: Mapping[str, Rate], limits: Limits, pace: Pace) -> None:
        self._engine = engine
        self._executor = executor
        self._surfaces = surfaces
        self._limits = limits
        self._pace = pace
        self._client: DBOSClient | None = None
        self._dbos: DBOS | None = None

    def open(self, work: Work) -> None:
        """Start to carry: ``work`` is called in threads of its own, and again after a crash in the middle of it.

        Raises:
            StateError: where another one is open in this process, or the database cannot be used.
        """
        if Carrier._open:
            raise StateError("a worker runs in this process already; stop it before you start another")
        Carrier._open = True
        _forward_log()
        try:
            dbos = DBOS(config=self._config())
            _register(work)
            DBOS.listen_queues([_queue(surface) for surface in self._surfaces])
            DBOS.launch()
            self._dbos = dbos
            for surface in self._surfaces:
                self._register_queue(surface)
            self._client = DBOSClient(
                system_database_engine=self._engine,
                application_name=_NAME,
                serializer=DBOSPortableJSONSerializer(),
                lazy=True,
            )
        except Exception as error:  # DBOS raises what its database driver raises, of any kind
            self.close()
            raise StateError(f"the worker cannot start ({type(error).__name__}); check CLEARPOST_DATABASE") from error

    def pause(self) -> None:
        """Take up nothing more; what was taken up goes on. For good: the next thing to do is to close it."""
        if self._dbos is not None:
            for event in self._dbos.background_thread_stop_events:
                event.set()

    def close(self) -> None:
        """Stop; what is in hand and not done is carried again by the next worker."""
        self._client = None
        self.pause()
        self._wait_for_records()
        DBOS.destroy(destroy_registry=True)
        self._dbos = None
        Carrier._open = False

    def enqueue(self, connection: Connection, deliveries: Sequence[Queued]) -> None:
        """Carry deliveries as soon as the transaction of this connection is committed."""
        for each in packed(deliveries, lambda workspace: self._surfaces[surface_of(workspace)].together):
            if len(each) == 1:
                self._enqueue(connection, _WORK, each[0].work, each[0], *_plain(each[0]))
            else:
                name = f"{_CRATE}{each[0].work}"
                self._enqueue(connection, _TOGETHER, name, each[0], [list(_plain(one)) for one in each])

    def carried(self, works: Sequence[str]) -> dict[str, str]:
        """Which of these are on their way, each with the executor that has it in hand, empty where none has yet."""
        carried = self._together()
        alone = [each for each in works if each not in carried]
        for start in range(0, len(alone), _PAGE):
            some = alone[start : start + _PAGE]
            for found in DBOS.list_workflows(workflow_ids=some, status=_ACTIVE, load_input=False, load_output=False):
                carried[found.workflow_id] = _in_hands_of(found)
        return carried

    def _together(self) -> dict[str, str]:
        """What goes together and is on its way, each by itself, with who has it in hand."""
        carried: dict[str, str] = {}
        for found in DBOS.list_workflows(name=_TOGETHER, status=_ACTIVE, load_output=False):
            (deliveries,) = found.input["args"] if found.input else ([],)
            carried |= dict.fromkeys((Queued(*each).work for each in deliveries), _in_hands_of(found))
        return carried

    def _enqueue(self, connection: Connection, work: str, name: str, first: Queued, *arguments: object) -> None:
        if self._client is None:
            raise StateError("the worker was stopped")
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": work,
                "queue_name": _queue(surface_of(first.workspace)),
                "workflow_id": name,
                "app_version": _VERSION,
                "queue_partition_key": first.workspace,
            },
            *arguments,
        )

    def others(self) -> set[str]:
        """The other executors that have work in hand, alive or not."""
        found = DBOS.list_workflows(status="PENDING", name=[_WORK, _TOGETHER], load_input=False, load_output=False)
        return {each.executor_id for each in found if each.executor_id} - {self._executor}

    def take_over(self, executor: str) -> int:
        """Carry what a dead executor had in hand. Returns how many pieces of work that is."""
        return len(DBOS._recover_pending_workflows([executor]))  # noqa: SLF001 - no public call does it; DBOS is pinned

    def forget_finished(self, before: datetime) -> int:
        """Delete DBOS's own record of work that was over before a moment. Returns how much."""
        forgotten = 0
        while True:
            found = DBOS.list_workflows(
                status=_OVER,
                completed_before=before.isoformat(),
                limit=_BATCH,
                load_input=False,
                load_output=False,
            )
            if found:
                DBOS.delete_workflows([each.workflow_id for each in found])
            forgotten += len(found)
            if len(found) < _BATCH:
                return forgotten

    def _wait_for_records(self) -> None:
        """Let DBOS write down what ended just now. Its own way of waiting takes a second at least, always."""
        deadline = time.monotonic() + _LAST_RECORDS
        while self._dbos is not None and time.monotonic() < deadline:
            if not self._dbos._active_workflows_set.activeList():  # noqa: SLF001 - asks no database, which may be gone
                return
            time.sleep(_LOOK)

    def _config(self) -> DBOSConfig:
        return {
            "name": _NAME,
            "system_database_url": self._engine.url.render_as_string(hide_password=False),
            "sys_db_pool_size": _POOL,
            "application_version": _VERSION,
            "executor_id": self._executor,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": _LISTEN,
            "log_level": "WARNING",
        }

    def _register_queue(self, surface: str) -> None:
        DBOS.register_queue(
            _queue(surface),
            worker_concurrency=self._limits.at_once,
            partition_worker_concurrency=min(self._limits.at_once_here, self._limits.at_once),
            polling_interval_sec=self._pace.poll,
            on_conflict="always_update",
        )


def _register(work: Work) -> None:
    @DBOS.workflow(name=_WORK)
    def deliver(delivery: str, workspace: str, target: str, turn: int) -> None:
        work(Queued(delivery, workspace, target, turn))

    @DBOS.workflow(name=_TOGETHER)
    def deliver_together(deliveries: list[tuple[str, str, str, int]]) -> None:
        work(*(Queued(*each) for each in deliveries))


def _plain(queued: Queued) -> tuple[str, str, str, int]:
    return queued.id, queued.workspace, queued.target, queued.round


def _in_hands_of(found: WorkflowStatus) -> str:
    return found.executor_id or "" if found.status == "PENDING" else ""


def _queue(surface: str) -> str:
    return f"deliver-{surface}"


class _Forward(logging.Handler):
    """Hands DBOS's own log lines to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one line; what it says holds ids, never the words of a message."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger("dbos").log(record.levelno, "dbos", said=record.getMessage(), error=error)


def _forward_log() -> None:
    logger = logging.getLogger("dbos")
    if not any(isinstance(handler, _Forward) for handler in logger.handlers):
        logger.handlers = [_Forward(logging.WARNING)]  # DBOS adds a console handler where there is none
    logger.propagate = False


__all__ = ["Carrier"]
