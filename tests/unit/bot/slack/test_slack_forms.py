"""The form of an action as a modal: its fields, its limits, and the deed that it becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack.forms import form_view, missing, submitted, told_view
from bot.channels.slack.presses import Below
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field
from tests.unit.bot.slack.test_slack_cases import ACTIONS

BELOW = Below("C1", "12.34", "11.22", ephemeral=False, response_url="https://hooks.example.com/x", flags="a")
WORDS = Field("Your answer", hint="What they may do", most=3_000)
CONTACTS = Field("Who?", options=(("care", "Customer care"), ("press", "Communications")), value="press")
TOPICS = Field("Topics", options=(("all", "Everything"), ("press", "The press")), value="all", several=True)


def _submitted(view: Any, words: str | None = None, chosen: Any = None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if words is not None:
        values["words"] = {"words": {"type": "plain_text_input", "value": words}}
    if chosen is not None:
        values["choices"] = {"choices": chosen}
    return {**view, "state": {"values": values}}


def _element(view: Any, block: str) -> dict[str, Any]:
    return next(dict(each["element"]) for each in view["blocks"] if each["block_id"] == block)


def test_words_and_a_choice() -> None:
    """A form asks for words and for one of its options, and becomes a deed about its card."""
    action = Action(
        "reassign", "case-1", "Reassign", words=WORDS, choices=CONTACTS, title="Reassign", submit="Hand over"
    )
    view = form_view(action, BELOW)
    assert (view["title"]["text"], view["submit"]["text"]) == ("Reassign", "Hand over")
    assert _element(view, "words")["multiline"] and _element(view, "words")["placeholder"]["text"] == "What they may do"
    assert _element(view, "choices")["initial_option"]["value"] == "press"
    told = _submitted(view, "Please look", {"selected_option": {"value": "care"}})
    assert submitted(told) == (Deed("reassign", "case-1", "Please look", ("care",)), BELOW)


def test_several_choices() -> None:
    """Where several may be chosen there are boxes to tick, the first ones ticked; none chosen is none."""
    view = form_view(Action("crisis", "", "Declare", choices=TOPICS), BELOW)
    element = _element(view, "choices")
    assert element["type"] == "checkboxes" and [each["value"] for each in element["initial_options"]] == ["all"]
    chosen = {"selected_options": [{"value": "all"}, {"value": "press"}]}
    assert submitted(_submitted(view, chosen=chosen))[0].choices == ("all", "press")
    assert submitted(_submitted(view, chosen={"selected_options": []}))[0].choices == ()


def test_the_choice_of_an_action_comes_along() -> None:
    """What a button had chosen comes back where its form has no field for it."""
    view = form_view(Action("send", "r1", "Send", choice="confidential", words=WORDS), BELOW)
    assert submitted(_submitted(view, "x"))[0].choices == ("confidential",)


@pytest.mark.parametrize(("required", "words", "wrong"), [(True, "  \n", True), (True, "x", False), (False, "", False)])
def test_blank_words_are_none(required: bool, words: str, wrong: bool) -> None:
    """Slack takes blanks for words; the form says what is missing, where it is needed."""
    view = form_view(Action("answer", "x", "Answer", words=Field("Words", required=required)), BELOW)
    assert bool(missing(_submitted(view, words))) is wrong


def test_a_short_field_is_one_line() -> None:
    """A field for a few words is one line, and takes no more."""
    element = _element(form_view(Action("x", "y", "z", words=Field("Name", most=80)), BELOW), "words")
    assert not element["multiline"] and element["max_length"] == 80


def test_the_choice_comes_before_the_words() -> None:
    """What is chosen stands first; whoever opens a form types at once only where there is nothing to choose."""
    view = form_view(Action("x", "y", "z", words=WORDS, choices=CONTACTS), BELOW)
    assert [each["block_id"] for each in view["blocks"]] == ["choices", "words"]
    assert not _element(view, "words")["focus_on_load"]
    assert _element(form_view(Action("x", "y", "z", words=WORDS), BELOW), "words")["focus_on_load"]


def test_nothing_to_choose_from() -> None:
    """A form without anything to fill in says so, and cannot be sent."""
    view = form_view(Action("reassign", "x", "Reassign", choices=Field("Who?", options=(("", "nobody"),))), BELOW)
    assert "submit" not in view and "nothing to choose" in json.dumps(view["blocks"])


def test_what_is_believed_is_bounded() -> None:
    """Words, choices and their number are cut to what a form can hold, halves of characters taken out."""
    view = form_view(Action("x", "y", "z", words=WORDS, choices=TOPICS), BELOW)
    options = {"selected_options": [{"value": "v" * 900}] * 90}
    deed, _ = submitted(_submitted(view, "w" * 9_000 + "\0", options))
    assert len(deed.words) == 4_000 and len(deed.choices) == 50 and len(deed.choices[0]) == 200
    assert "\0" not in submitted(_submitted(view, "a\0b\ud800"))[0].words


@given(action=ACTIONS, lead=st.text(max_size=4_000), url=st.text(max_size=4_000))
@settings(max_examples=120, deadline=None)
def test_a_form_of_any_size(action: Action, lead: str, url: str) -> None:
    """Whatever a form asks, its modal keeps Slack's limits and knows its card."""
    below = Below("C1", "12.34", "", ephemeral=True, response_url=url, flags="")
    view = form_view(action, below, lead)
    assert len(view["title"]["text"]) <= 24 and len(view.get("private_metadata", "")) <= 3_000
    for block in view["blocks"]:
        element = block.get("element", {})
        if "max_length" in element:
            assert len(element.get("initial_value", "")) <= element["max_length"] <= 3_000
        options = element.get("options", [])
        assert len(options) <= 100 and len({each["value"] for each in options}) == len(options)
        assert all(0 < len(each["text"]["text"]) <= 75 and 0 < len(each["value"]) <= 150 for each in options)
    if "submit" in view:
        _, found = submitted(_submitted(view, "x"))
        assert found.channel == "C1" and found.response_url in (url, "")


def test_a_modal_that_only_tells() -> None:
    """It has nothing to send."""
    assert "submit" not in told_view("Clearpost", "Already claimed by Noor Example.")
