"""What the facade over all repositories does, on both databases."""

from __future__ import annotations

from sqlalchemy import text

from bot.state import writing
from tests.contract.stores import NOW, Database


def test_a_state_that_can_be_read_is_well(database: Database) -> None:
    """The health of a state that works is ``ok``."""
    assert database.open().health() == "ok"


def test_a_state_that_cannot_be_read_says_so(database: Database) -> None:
    """Without its tables a state is not well, and says why in one line."""
    opened = database.open()
    with writing(database.engine) as connection:
        connection.execute(text("DROP TABLE turns"))
    health = opened.health()
    assert health.startswith("the state cannot be read: ") and "turns" in health and "\n" not in health


def test_a_young_state_forgets_nothing(database: Database) -> None:
    """Where nothing is too old, nothing is deleted, and every kind that is looked at is named."""
    assert database.open().forget_old(NOW) == {
        "turns": 0,
        "replies": 0,
        "threads": 0,
        "escalations": 0,
        "precedents": 0,
        "events": 0,
        "tokens": 0,
    }
