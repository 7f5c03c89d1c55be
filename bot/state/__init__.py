"""What cannot be rebuilt: the questions of a thread and whether replies helped."""

from bot.state.records import SqliteRecords

__all__ = ["SqliteRecords"]
