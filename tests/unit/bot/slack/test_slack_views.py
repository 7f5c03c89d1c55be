"""The modals and the Home tab, and who asks from where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.views import ask_view, asked, home_view, on_its_way
from bot.channels.slack.who import Spot, is_stranger, spot_of
from bot.conversation.reply import Action, Head, Item, Person, Reply, ReplyKind

BOSS = Person("lead", "Social media lead", "Mon 09:00–12:00", (("email", "social@example.com"),))


def _submitted(view: Any, question: str | None, quoted: str | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {"question": {"question": {"value": question}}}
    if quoted is not None:
        values["quoted"] = {"quoted": {"value": quoted}}
    return {**view, "state": {"values": values}}


def test_a_question_about_a_message() -> None:
    """The modal keeps where its answer belongs, and gives question and message back, each by itself."""
    spot = Spot("C1", "12.34", begun=True)
    view = ask_view(quoted="Do you close the plant?", spot=spot)
    assert asked(_submitted(view, " May I answer? ", "Do you close?")) == ("May I answer?", "Do you close?", spot)
    assert asked(_submitted(view, None, "Do you close?")) == ("", "Do you close?", spot)
    assert asked(_submitted(ask_view(), "May I?")) == ("May I?", "", None)
    assert asked(_submitted(ask_view(), None)) == ("", "", None)


def test_a_message_needs_no_question() -> None:
    """About a message the question may be left empty, and the form says what comes of that; else it may not."""
    about, bare = ask_view(quoted="Do you close the plant?")["blocks"], ask_view()["blocks"]
    assert [block["optional"] for block in about] == [True, True] and bare[0]["optional"] is False
    assert "Leave this empty to learn what to do" in about[0]["label"]["text"]


@given(question=st.text(max_size=4_000), quoted=st.none() | st.text(max_size=9_000))
def test_a_modal_of_any_size(question: str, quoted: str | None) -> None:
    """Whatever message it is opened on, the modal keeps Slack's limits."""
    view = ask_view(question, quoted)
    for block in view["blocks"]:
        element = block["element"]
        assert len(element.get("initial_value", "")) <= element["max_length"] <= 3_000
    assert len(view["private_metadata"]) <= 3_000 and len(view["title"]["text"]) <= 24


@given(questions=st.lists(st.text(min_size=1, max_size=500).filter(lambda text: text.strip()), max_size=9))
def test_a_home_tab_of_any_size(questions: list[str]) -> None:
    """Whatever the questions to try are, the Home tab keeps Slack's limits, with a person and without."""
    for contact in (None, BOSS):
        blocks = home_view(questions, contact)["blocks"]
        assert len(blocks) <= 100
        assert all(1 <= len(block["elements"]) <= 25 for block in blocks if block["type"] == "actions")


def test_a_home_tab_with_a_long_queue_and_many_lessons() -> None:
    """Both stand on it within Slack's limits, and no two blocks have one id."""
    row = Item("A title", "A line", (Action("look", "c1", "Open"), Action("claim", "c1", "Claim")))
    queue = Reply(ReplyKind.QUEUE, "", head=Head("Your queue", "🗂️", "neutral"), items=(row,) * 15, actions=row.actions)
    lessons = Reply(
        ReplyKind.LESSON, "…", head=Head("Your lessons", "🎒", "neutral"), items=(row,) * 5, actions=row.actions
    )
    blocks = home_view(["May I?"], BOSS, queue, lessons)["blocks"]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(blocks) <= 100 and len(ids) == len(set(ids)) >= 22


def test_on_its_way() -> None:
    """The modal says where the answer comes."""
    assert "direct messages" in str(on_its_way()["blocks"])


@pytest.mark.parametrize(
    "spot", [Spot("C1", "12.34", begun=True), Spot("D1", "1.2", begun=True, personal=True), Spot("C1")]
)
def test_a_thread_names_its_place(spot: Spot) -> None:
    """The name of a conversation leads back to its place."""
    assert spot_of(spot.thread("U1")) == spot


@pytest.mark.parametrize(
    ("shared", "event", "stranger"),
    [
        (True, {"user_team": "T9"}, True),
        (True, {"team": "T9"}, True),
        (True, {"user_team": "T1"}, False),
        (True, {"user_team": "E1"}, False),
        (True, {}, False),
        (False, {"user_team": "T9"}, False),
    ],
)
def test_strangers(shared: bool, event: dict[str, str], stranger: bool) -> None:
    """In a channel that two companies share, people of the other one are strangers."""
    body = {"is_ext_shared_channel": shared, "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}]}
    assert is_stranger(body, event) is stranger
