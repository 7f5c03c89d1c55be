"""Every card of triage, cases and lessons, as the conversation makes it, is one that Slack and Teams take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from bot.channels.slack.blocks import Card, render
from bot.channels.slack.elements import MOST_LABEL, fits
from bot.channels.teams.cards import LARGEST, Buttons, View, card, size
from bot.conversation.reply import Reply, ReplyKind
from tests.platform.cards.case_replies import CASES
from tests.platform.cards.case_talk import every_case
from tests.platform.cards.gathering_talk import every_gathering
from tests.platform.cards.lesson_talk import every_lesson
from tests.platform.cards.level_talk import every_level
from tests.platform.cards.replies import TODAY
from tests.platform.cards.scenes import slack_case_scenes

_LONGEST_TITLE = 24
_LONGEST_META = 3_000
_LONGEST_VALUE = 2_000


@cache
def replies() -> dict[str, Reply]:
    """All of them, and those of other tests."""
    played = every_case() | every_lesson() | every_level() | every_gathering()
    return {name: each.reply for name, each in played.items()} | {f"fixed {name}": each for name, each in CASES.items()}


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    """Microsoft's own schema of version 1.5."""
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8")
    read = json.loads(text)
    return jsonschema.validators.validator_for(read)(read)


def test_the_day_brings_every_sort() -> None:
    """The day that is played brings every kind of reply of triage and cases, and every form of theirs."""
    said = every_case().values()
    brought = {each.reply.kind for each in said}
    assert brought >= {ReplyKind.TRIAGE, ReplyKind.CONSENT, ReplyKind.CASE, ReplyKind.QUEUE, ReplyKind.NOTE}
    forms = {action.act for each in said for action in each.reply.actions if action.has_form}
    drawn = {each.form for each in said if each.form}
    assert drawn <= forms
    assert forms - drawn == {"ask_back", "close", "add", "edit", "refuse"}  # a field for words, like those drawn


def test_slack_takes_every_card() -> None:
    """Each message keeps Slack's limits, none of its text is markup, and its plain words are not empty."""
    for name, reply in replies().items():
        message = render(Card(reply, TODAY))
        assert fits(message.blocks) and message.text.strip(), name
        for each in _all(message.blocks):
            assert each.get("type") != "mrkdwn", name
            if each.get("type") == "button":
                assert 0 < len(each["text"]["text"]) <= MOST_LABEL and len(each["value"]) <= _LONGEST_VALUE, name


def test_slack_takes_every_form() -> None:
    """Each modal keeps Slack's limits."""
    views = [each.modal for each in slack_case_scenes(every_case() | every_lesson()).values() if each.modal]
    assert len(views) >= 8
    for view in views:
        assert 0 < len(view["title"]["text"]) <= _LONGEST_TITLE and 0 < len(view["submit"]["text"]) <= _LONGEST_TITLE
        assert len(view["private_metadata"]) <= _LONGEST_META
        assert [each["block_id"] for each in view["blocks"] if each["type"] == "input"]


@pytest.mark.parametrize("buttons", list(Buttons))
def test_teams_takes_every_card(schema: jsonschema.protocols.Validator, buttons: Buttons) -> None:
    """Each card keeps to the schema and is small enough, in a chat, in a dialog and without buttons."""
    for name, reply in replies().items():
        drawn = card(reply, View(TODAY, buttons=buttons))
        schema.validate(drawn)  # type: ignore[arg-type] # it is JSON
        assert size(drawn) <= LARGEST, name


def _all(node: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _all(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _all(value)
