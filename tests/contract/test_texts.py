"""Whatever people and platforms write is kept, in every store alike."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Kept, Place, Profile, Turn
from tests.contract.stores import NOW, Database, Repositories

SENSIBLE: Final = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)
ANYTHING: Final = st.text(st.characters(exclude_categories=()), max_size=60)
NUMBERS: Final = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)
JSON: Final = st.dictionaries(
    ANYTHING,
    st.recursive(
        st.none() | st.booleans() | NUMBERS | ANYTHING,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANYTHING, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=3,
)
MANY: Final = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(workspace=SENSIBLE, thread=SENSIBLE, account=SENSIBLE, text=SENSIBLE)
def test_a_text_comes_back_as_it_was(state: Repositories, workspace: str, thread: str, account: str, text: str) -> None:
    """Names and words come back character by character, in keys and in values."""
    state.records.add_turn(workspace, thread, Turn(text, NOW))
    assert state.records.turns(workspace, thread, NOW)[-1].question == text
    kept = Kept(thread, account, thread, NOW, text)
    state.records.keep_reply(workspace, kept)
    assert state.records.reply(workspace, thread) == kept
    state.records.join_thread(workspace, thread, account, NOW)
    assert state.records.in_thread(workspace, thread, account)
    assert state.people.meet(workspace, account, Profile(text), NOW) == state.people.find(workspace, account)
    state.installations.put(workspace, thread, account, text, NOW)
    assert state.installations.get(workspace, thread) == text


@MANY
@given(reference=JSON)
def test_json_comes_back_as_it_was(state: Repositories, reference: dict[str, Any]) -> None:
    """What a platform needs to write somewhere comes back as it gave it."""
    place = Place("c1", "personal", reference, "U1")
    state.places.keep("w", place, NOW)
    assert state.places.find("w", "c1") == place


@MANY
@given(text=ANYTHING)
def test_what_no_database_can_hold_is_replaced(database: Database, text: str) -> None:
    """NUL and halves of surrogate pairs become U+FFFD, on SQLite as on PostgreSQL; all else stays."""
    state = database.state
    state.records.add_turn("w", text, Turn(text, NOW))
    expected = "".join("\ufffd" if each == "\x00" or "\ud800" <= each <= "\udfff" else each for each in text)
    assert state.records.turns("w", text, NOW)[-1].question == expected
    assert state.people.meet("w", text, Profile(name=text), NOW).profile.name in {expected, ""}
    assert isinstance(state.inbox.first(text, text, NOW), bool)
    state.once.issue("oauth", text, NOW)
    assert not state.once.consume("oauth", text, NOW)
    state.audit.add("w", NOW, text, text, text, {text: text})
    line = state.audit.lines("w")[-1]
    assert (line.actor, line.detail) == (expected, {text: text})
