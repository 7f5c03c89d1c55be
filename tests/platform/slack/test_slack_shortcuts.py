"""Modals that are opened too late, and messages without text: nobody presses in vain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platform.slack.client import told
from tests.platform.slack.house import Served
from tests.platform.slack.standin import Answer


def _late(code: str) -> Answer:
    return 200, {"ok": False, "error": code}, {}


async def _chosen(served: Served, message: dict[str, Any]) -> None:
    """The shortcut on a message in the channel."""
    payload = {"type": "message_action", "callback_id": "ask_about_message", "trigger_id": await served.trigger()}
    told_of = {"type": "message", "user": served.emulator.noor, "ts": "1700000000.000100", **message}
    await served.client().interact({**payload, "channel": {"id": served.emulator.launches}, "message": told_of})
    await served.settle()


async def _submitted(served: Served, question: str | None, quoted: str | None = None) -> dict[str, Any]:
    """The modal that was opened last, sent; what Slack was answered."""
    view = served.standin.called("views.open")[-1].body["view"]
    values: dict[str, Any] = {"question": {"question": {"value": question}}}
    if any(block["block_id"] == "quoted" for block in view["blocks"]):
        values["quoted"] = {"quoted": {"value": quoted}}
    sent = {"type": "view_submission", "view": {**view, "id": "V1", "state": {"values": values}}}
    answer = await served.client().interact(sent)
    await served.settle()
    return dict(answer.json()) if answer.text else {}


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_shortcut_that_came_too_late(served: Served, code: str) -> None:
    """Where Slack opens no modal any more, whoever chose the message is told there to press again."""
    served.standin.refuse["views.open"] = _late(code)
    await _chosen(served, {"text": "My kettle leaks."})
    (call,) = served.standin.written
    assert (call.method, call.body["user"]) == ("chat.postEphemeral", served.emulator.ines)
    assert "Please press again" in told(call.body["blocks"])


async def test_a_button_of_the_home_tab_that_came_too_late(served: Served) -> None:
    """The same of the global shortcut and of the Home tab, in the direct messages."""
    served.standin.refuse["views.open"] = _late("expired_trigger_id")
    await served.client().interact({"type": "shortcut", "callback_id": "ask_anywhere"})
    press = {"action_id": "ask", "value": "ask", "action_ts": "1", "type": "button", "block_id": "x"}
    view = {"type": "view", "view_id": "V1"}
    await served.client().interact({"type": "block_actions", "container": view, "actions": [press]})
    example = {**press, "action_id": "try_0", "value": "May I?", "action_ts": "2"}
    await served.client().interact({"type": "block_actions", "container": view, "actions": [example]})
    await served.settle()
    assert [call.method for call in served.standin.written] == ["chat.postMessage"] * 3
    assert {call.body["channel"] for call in served.standin.written} == {await served.chat()}


async def test_a_message_of_a_bot(served: Served) -> None:
    """A post that a listening tool brought in an attachment is read as if somebody had written it."""
    attachment = {"title": "Noor on Chirp", "text": "My kettle leaks &amp; nobody answers."}
    await _chosen(served, {"subtype": "bot_message", "bot_id": "B1", "text": "", "attachments": [attachment]})
    (opened,) = served.standin.called("views.open")
    shown = opened.body["view"]["blocks"][1]["element"]["initial_value"]
    assert shown == "Noor on Chirp\nMy kettle leaks & nobody answers."


async def test_a_message_with_a_file_alone(served: Served) -> None:
    """The modal says that it found no words; sent without any it asks for them, and nothing is answered."""
    await _chosen(served, {"text": "", "files": [{"id": "F1", "name": "IMG_1.jpg"}]})
    element = served.standin.called("views.open")[-1].body["view"]["blocks"][1]["element"]
    assert "initial_value" not in element and "I found no words" in element["placeholder"]["text"]
    answer = await _submitted(served, None, " ")
    assert (answer["response_action"], set(answer["errors"])) == ("errors", {"quoted"})
    assert served.heard == [] and served.standin.written == []
    await _submitted(served, None, "It shows a burnt kettle.")
    assert served.heard[-1].quoted == "It shows a burnt kettle."


async def test_a_question_of_blanks(served: Served) -> None:
    """Slack takes blanks for words; Clearpost asks for some."""
    await served.client().interact({"type": "shortcut", "callback_id": "ask_anywhere"})
    await served.settle()
    answer = await _submitted(served, "   ")
    assert (answer["response_action"], set(answer["errors"])) == ("errors", {"question"})
    assert served.heard == []
