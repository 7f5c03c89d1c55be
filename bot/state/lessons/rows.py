"""Learners, sittings and answers out of rows, and into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row

from bot.ports import Graded, Learner, Sitting
from bot.state.lessons.tables import sittings
from bot.state.people import person_of

_SITTING: Final = tuple(column.name for column in sittings.columns)


def learner_of(row: Row[Any], accounts: Sequence[tuple[str, str]]) -> Learner:
    """A learner out of a row of people and learners."""
    return Learner(person_of(row), tuple(accounts), row.enrolled, row.paused_until, row.weekly, row.left)


def sitting_of(row: Row[Any]) -> Sitting:
    """A sitting out of a row."""
    return Sitting(**{name: getattr(row, name) for name in _SITTING})


def sitting_columns(sitting: Sitting) -> dict[str, Any]:
    """A sitting as columns."""
    return {name: getattr(sitting, name) for name in _SITTING}


def graded_of(row: Row[Any]) -> Graded:
    """An answer out of a row."""
    return Graded(
        *(row.person, row.lesson, row.version, row.check, row.at), tuple(row.choices), right=row.right, first=row.first
    )


def graded_columns(answer: Graded) -> dict[str, Any]:
    """An answer as columns."""
    names = ("person", "lesson", "version", "check", "at", "right", "first")
    return {name: getattr(answer, name) for name in names} | {"choices": list(answer.choices)}


__all__ = ["graded_columns", "graded_of", "learner_of", "sitting_columns", "sitting_of"]
