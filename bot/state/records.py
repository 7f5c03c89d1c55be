"""The records of one machine in one SQLite file, through sqlite-utils."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlite_utils import Database

from bot.errors import StateError
from bot.ports import Turn

_PATIENCE: Final = 30  # seconds for another process that writes
_KEPT: Final = timedelta(days=30)
"""Questions are personal; a thread is forgotten after this long, feedback (which holds no words) is kept."""


class SqliteRecords:
    """Implements ``Records``. Safe to share between threads and, with SQLite's own locks, between processes."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{path}.lock", timeout=_PATIENCE):  # SQLite itself does not wait while it switches to WAL
                self._database = _open(path)
        except (OSError, Timeout, sqlite3.Error) as error:
            raise StateError(
                f"'{path}' cannot be used ({error}); set CLEARPOST_DATA to a folder that can be written"
            ) from error
        self._lock = threading.Lock()

    def add_turn(self, thread: str, turn: Turn) -> None:
        """Remember a question of a thread, and forget the ones that are too old."""
        with self._lock:
            self._database.table("turns").delete_where("at < ?", [(turn.at - _KEPT).timestamp()])
            self._database.table("turns").insert(
                {"thread": thread, "question": turn.question, "at": turn.at.timestamp()}
            )

    def turns(self, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        with self._lock:
            rows = list(
                self._database.table("turns").rows_where(
                    "thread = ? AND at >= ?", [thread, since.timestamp()], order_by="at"
                )
            )
        return [Turn(row["question"], datetime.fromtimestamp(row["at"], UTC)) for row in rows]

    def add_feedback(self, reply: str, helped: bool, at: datetime) -> None:
        """Remember what a person said of a reply; the last word about a reply counts."""
        with self._lock:
            self._database.table("feedback").upsert(
                {"reply": reply, "helped": int(helped), "at": at.timestamp()}, pk="reply"
            )

    def health(self) -> str:
        """``ok`` where the file can be read, else what is wrong."""
        try:
            with self._lock:
                self._database.execute("SELECT count(*) FROM turns").fetchone()
        except sqlite3.Error as error:
            return str(error)
        return "ok"

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.conn.close()


def _open(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    database = Database(connection)
    database.table("turns").create(
        {"thread": str, "question": str, "at": float}, not_null={"thread", "question", "at"}, if_not_exists=True
    )
    database.table("turns").create_index(["thread", "at"], if_not_exists=True)
    database.table("feedback").create(
        {"reply": str, "helped": int, "at": float}, pk="reply", not_null={"helped", "at"}, if_not_exists=True
    )
    return database


__all__ = ["SqliteRecords"]
