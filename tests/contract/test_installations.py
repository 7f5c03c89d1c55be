"""How installations are encrypted at rest, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.errors import StateError
from bot.state import new_key, reading
from bot.state.tables import installations
from tests.contract.stores import KEY, NOW, Database

OTHER = new_key()
SECRET = "the words of a token"


def test_a_secret_is_not_in_the_database(database: Database) -> None:
    """No column of an installation holds its secret in the clear, and none the same secret alike twice."""
    kept = database.open().installations
    kept.put("slack", "k1", "slack:T1", SECRET, NOW)
    kept.put("slack", "k2", "slack:T1", SECRET, NOW)
    assert SECRET not in "".join(_secrets(database)) and len(set(_secrets(database))) == 2


def test_keys_are_exchanged_without_a_gap(database: Database) -> None:
    """A new first key opens what an older one kept; after rotating, the older key is needed no more."""
    database.open(keys=[KEY]).installations.put("slack", "k1", "slack:T1", SECRET, NOW)
    both = database.open(keys=[OTHER, KEY]).installations
    assert both.get("slack", "k1") == SECRET
    both.put("slack", "k2", "slack:T1", SECRET, NOW)
    assert both.rotate() == 2
    after = database.open(keys=[OTHER]).installations
    assert (after.get("slack", "k1"), after.get("slack", "k2")) == (SECRET, SECRET)


def test_what_no_key_opens_is_told(database: Database) -> None:
    """A lost key is an error that names the setting and the installation; rotating then changes nothing."""
    database.open(keys=[KEY]).installations.put("slack", "k1", "slack:T1", SECRET, NOW)
    database.open(keys=[OTHER]).installations.put("slack", "k0", "slack:T1", SECRET, NOW)
    before = _secrets(database)
    lost = database.open(keys=[OTHER]).installations
    for call in (lambda: lost.get("slack", "k1"), lost.rotate):
        with pytest.raises(StateError, match="no key of CLEARPOST_ENCRYPTION_KEYS opens the slack installation 'k1'"):
            call()
    assert _secrets(database) == before


def test_without_a_key_nothing_is_kept(database: Database) -> None:
    """Without keys the error says how to make one; that nothing is kept can be told without."""
    without = database.open(keys=[]).installations
    assert without.get("slack", "k1") is None
    for call in (lambda: without.put("slack", "k1", "slack:T1", SECRET, NOW), without.rotate):
        with pytest.raises(StateError, match="'clearpost new-key' and set CLEARPOST_ENCRYPTION_KEYS"):
            call()
    assert _secrets(database) == []


@pytest.mark.parametrize("key", ["no-key", "", "ключ", KEY[:-4]], ids=["word", "empty", "cyrillic", "cut short"])
def test_a_key_that_is_none_is_refused(database: Database, key: str) -> None:
    """What is no Fernet key is refused at once, without showing it."""
    with pytest.raises(StateError, match="CLEARPOST_ENCRYPTION_KEYS holds what is no key") as caught:
        database.open(keys=[KEY, key])
    assert not key or key not in str(caught.value)


def _secrets(database: Database) -> list[str]:
    with reading(database.engine) as connection:
        return list(connection.execute(select(installations.c.secret).order_by(installations.c.key)).scalars())
