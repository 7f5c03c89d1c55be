"""The conversation's memory in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, and_, delete, insert, select

from bot.ports import Kept, Turn
from bot.state.engine import reading, writing
from bot.state.rows import insert_into
from bot.state.tables import feedback, replies, threads, turns


class SqlRecords:
    """Implements ``Records``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_turn(self, workspace: str, thread: str, turn: Turn) -> None:
        """Remember a question of a thread."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(turns).values(workspace=workspace, thread=thread, question=turn.question, at=turn.at)
            )

    def turns(self, workspace: str, thread: str, since: datetime) -> Sequence[Turn]:
        """The questions of a thread since a moment, oldest first."""
        query = (
            select(turns.c.question, turns.c.at)
            .where(turns.c.workspace == workspace, turns.c.thread == thread, turns.c.at >= since)
            .order_by(turns.c.at, turns.c.id)
        )
        with reading(self._engine) as connection:
            return [Turn(row.question, row.at) for row in connection.execute(query)]

    def keep_reply(self, workspace: str, kept: Kept) -> None:
        """Remember a reply, so that its buttons work and only for whom they were meant."""
        values = {"account": kept.account, "thread": kept.thread, "body": kept.body, "at": kept.at}
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, replies)
                .values(workspace=workspace, id=kept.reply, **values)
                .on_conflict_do_update(index_elements=[replies.c.workspace, replies.c.id], set_=values)
            )

    def reply(self, workspace: str, reply: str) -> Kept | None:
        """A reply that was given in this workspace, with the last word about it."""
        said = and_(feedback.c.workspace == replies.c.workspace, feedback.c.reply == replies.c.id)
        query = (
            select(replies, feedback.c.helped)
            .join_from(replies, feedback, said, isouter=True)
            .where(replies.c.workspace == workspace, replies.c.id == reply)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Kept(row.id, row.account, row.thread, row.at, row.body, row.helped)

    def rate(self, workspace: str, reply: str, *, helped: bool, at: datetime) -> None:
        """Remember what the asker said of a kept reply; the last word counts. Outlives the reply itself."""
        values = {"helped": helped, "at": at}
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, feedback)
                .values(workspace=workspace, reply=reply, **values)
                .on_conflict_do_update(index_elements=[feedback.c.workspace, feedback.c.reply], set_=values)
            )

    def join_thread(self, workspace: str, thread: str, account: str, at: datetime) -> None:
        """Remember that an account talks with the bot in a thread; who does so again is remembered longer."""
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, threads)
                .values(workspace=workspace, thread=thread, account=account, at=at)
                .on_conflict_do_update(
                    index_elements=[threads.c.workspace, threads.c.thread, threads.c.account], set_={"at": at}
                )
            )

    def in_thread(self, workspace: str, thread: str, account: str) -> bool:
        """Whether this account talks with the bot in this thread."""
        query = select(threads.c.at).where(
            threads.c.workspace == workspace, threads.c.thread == thread, threads.c.account == account
        )
        with reading(self._engine) as connection:
            return connection.execute(query).one_or_none() is not None

    def forget(self, before: datetime) -> dict[str, int]:
        """Delete the questions, replies and threads of before a moment, in every workspace; how many of each."""
        with writing(self._engine) as connection:
            return {
                table.name: connection.execute(delete(table).where(table.c.at < before)).rowcount
                for table in (turns, replies, threads)
            }


__all__ = ["SqlRecords"]
