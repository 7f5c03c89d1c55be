"""Presses on buttons: the card changes in place, for its asker alone, and only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.conversation.kept import from_json
from bot.conversation.reply import Reply, ReplyKind
from tests.platform.slack.client import buttons, told
from tests.platform.slack.house import TEAM, Served

Stamp = Callable[[], str]
WORKSPACE = f"slack:{TEAM}"
QUESTION = "A reporter wrote to me, can I answer?"


async def _asked(served: Served, question: str = QUESTION) -> tuple[str, str, dict[str, dict[str, Any]]]:
    """A question in the direct messages: the chat, the answer's timestamp and its buttons."""
    chat = await served.chat()
    await served.client().message(chat, question, await served.says(question, chat))
    await served.settle()
    answer = served.standin.written[-1]
    return chat, str(answer.answer["ts"]), buttons(answer.body["blocks"])


async def _mentioned(served: Served, stamp: Stamp) -> tuple[str, dict[str, dict[str, Any]]]:
    """A mention in a channel: its timestamp and the buttons of the answer."""
    channel = served.emulator.launches
    ts = await served.says(f"<@U0CLEARPOST> {QUESTION}", channel)
    await served.client().mention(channel, QUESTION, ts)
    await served.settle()
    return ts, buttons(served.standin.written[-1].body["blocks"])


async def test_helpful(served: Served) -> None:
    """A rating is kept, and the card shows the thanks in the place of the two buttons; the rest stays."""
    chat, ts, found = await _asked(served)
    answer = await served.client().press(found["helped"], chat, ts, thread="1.1")
    assert (answer.status_code, answer.text) == (200, "")
    await served.settle()
    (kept,) = served.state.records.memory.feedback.values()
    assert kept[0] is True
    (call,) = served.standin.called("chat.update")
    assert call.answer["ok"] and (call.body["channel"], call.body["ts"]) == (chat, ts)
    assert "Thank you, good to know." in told(call.body["blocks"]) and "Ask first" in told(call.body["blocks"])
    assert set(buttons(call.body["blocks"])) == {"person"}


async def test_asking_a_person(served: Served) -> None:
    """What would be sent is shown below the card, which stays as it is with what was pressed before."""
    chat, ts, found = await _asked(served)
    client = served.client()
    await client.press(found["not_helped"], chat, ts)
    await served.settle()
    await client.press(buttons(served.standin.written[-1].body["blocks"])["person"], chat, ts, thread="1.1")
    await served.settle()
    updated, shown = served.standin.called("chat.update")[-1], served.standin.written[-1]
    assert "did not help" in told(updated.body["blocks"])
    assert (shown.method, shown.body["thread_ts"]) == ("chat.postMessage", "1.1")
    assert "Send this to Corporate communications?" in told(shown.body["blocks"])


async def test_a_person_is_added_to_the_card(served: Served) -> None:
    """Where nothing can be sent the card tells whom to ask, beside the thanks, with a mail to write."""
    chat, ts, found = await _asked(served)
    client, kept = served.client(), served.state.records.reply(WORKSPACE, found["person"]["value"])
    assert kept is not None
    answered = from_json(kept.body)
    await client.press(found["not_helped"], chat, ts)
    await served.settle()
    asked = Reply(ReplyKind.PERSON, "They can decide this.", person=answered.person, about=answered)
    served.script.append(asked)
    await client.press(found["person"], chat, ts)
    await served.settle()
    last = served.standin.written[-1].body["blocks"]
    assert "did not help" in told(last) and "can decide this" in told(last) and set(buttons(last)) == {"mail"}


async def test_a_link_is_acknowledged(served: Served) -> None:
    """The button that opens a mail is acknowledged, and nothing else happens."""
    chat, ts, _ = await _asked(served)
    before = len(served.standin.calls)
    answer = await served.client().press({"action_id": "mail", "type": "button", "url": "mailto:x"}, chat, ts)
    await served.settle()
    assert (answer.status_code, len(served.standin.calls)) == (200, before)


async def test_choosing_an_option(served: Served) -> None:
    """The card of a question that decides becomes the answer, in its place, with what was chosen."""
    chat, ts, found = await _asked(served, "It is about a reporter")
    assert found["choose_0"]["text"]["text"] == "Our company"
    await served.client().press(found["choose_0"], chat, ts)
    await served.settle()
    assert served.answers.asked[-1].section == "journalists#press-asks"
    (call,) = served.standin.called("chat.update")
    assert call.body["ts"] == ts
    assert "Ask first" in told(call.body["blocks"]) and "You chose: Our company" in told(call.body["blocks"])
    assert "helped" in buttons(call.body["blocks"])


async def test_an_ephemeral_card_changes_in_place(served: Served, stamp: Stamp) -> None:
    """A card that the asker alone sees changes by its response address."""
    ts, found = await _mentioned(served, stamp)
    await served.client().press(found["helped"], served.emulator.launches, "1.1", ephemeral=True)
    await served.settle()
    (response,) = served.standin.responses
    assert response["replace_original"] and "Thank you, good to know." in told(response["blocks"])
    assert set(buttons(response["blocks"])) == {"person", "share"}
    assert served.heard[-1].thread == f"{served.emulator.launches}/{ts}/{served.emulator.ines}"


async def test_sharing_in_the_thread(served: Served, stamp: Stamp) -> None:
    """The answer is shown to all in the thread of the question, with the name of who shared it and without buttons."""
    ts, found = await _mentioned(served, stamp)
    channel = served.emulator.launches
    await served.client().press(found["share"], channel, "1.1", ephemeral=True)
    await served.settle()
    shared = (await served.read("conversations.replies", channel=channel, ts=ts))["messages"][1]
    assert shared["user"] == "U0CLEARPOST" and buttons(shared["blocks"]) == {}
    assert shared["blocks"][1]["elements"][0]["elements"][0] == {"type": "user", "user_id": served.emulator.ines}
    assert QUESTION in told(shared["blocks"]) and "Ask first" in told(shared["blocks"])
    (response,) = served.standin.responses
    assert response["replace_original"] and "Shared" in response["text"]
    line = next(line for line in served.state.audit.added if line.action == "shared")
    assert (line.actor, line.detail) == (served.emulator.ines, {"channel": channel, "thread": ts})


async def test_sharing_twice(served: Served, stamp: Stamp) -> None:
    """The same button pressed twice shares once."""
    ts, found = await _mentioned(served, stamp)
    channel = served.emulator.launches
    for _ in range(2):
        await served.client().press(found["share"], channel, "1.1", ephemeral=True)
    await served.settle()
    assert len((await served.read("conversations.replies", channel=channel, ts=ts))["messages"]) == 2
    assert any("You shared this already" in response["text"] for response in served.standin.responses)


async def test_sharing_what_a_command_brought(served: Served) -> None:
    """An answer to the command is shared in the channel, also where the bot is no member."""
    await served.client().command(QUESTION)
    await served.settle()
    found = buttons(served.standin.responses[0]["blocks"])
    await served.client().press(found["share"], "C000000001", "1.1", ephemeral=True)
    await served.settle()
    shared, replaced = served.standin.responses[1:]
    assert shared["response_type"] == "in_channel" and not shared["replace_original"]
    assert buttons(shared["blocks"]) == {} and replaced["replace_original"]


async def test_sharing_where_the_bot_cannot_write(served: Served, stamp: Stamp) -> None:
    """Where neither way leads into the channel, the asker is told what to do."""
    _, found = await _mentioned(served, stamp)
    served.standin.refuse["chat.postMessage"] = (200, {"ok": False, "error": "not_in_channel"}, {})
    chat = await served.chat()
    await served.client().press(found["share"], chat, "1.1", ephemeral=True)
    await served.settle()
    assert "/invite @Clearpost" in served.standin.responses[-1]["text"]
    assert not [line for line in served.state.audit.added if line.action == "shared"]


@pytest.mark.parametrize("name", ["helped", "person", "share"])
async def test_somebody_elses_button(served: Served, stamp: Stamp, name: str) -> None:
    """A press by another person is refused, to them alone, and changes nothing."""
    _, found = await _mentioned(served, stamp)
    before = len(served.standin.written)
    noor = served.client(served.emulator.noor)
    await noor.press(found[name], served.emulator.launches, "1.1", ephemeral=True)
    await served.settle()
    (response,) = served.standin.responses
    assert "belong to the person who asked" in response["text"]
    assert (response["response_type"], response["replace_original"]) == ("ephemeral", False)
    assert len(served.standin.written) == before and served.state.records.memory.feedback == {}


async def test_a_button_that_is_forgotten(served: Served) -> None:
    """A card whose answer is no longer kept says so beside it."""
    chat, ts, found = await _asked(served)
    served.state.records.memory.replies.clear()
    await served.client().press(found["helped"], chat, ts)
    await served.settle()
    assert "no longer in my memory" in served.standin.written[-1].body["text"]
    assert served.standin.called("chat.update") == []


async def test_a_card_of_a_deleted_thread(served: Served) -> None:
    """Where the card is gone, its new state is shown as a message of its own."""
    chat, ts, found = await _asked(served)
    await served.delete(chat, ts)
    await served.client().press(found["helped"], chat, ts)
    await served.settle()
    assert served.standin.called("chat.update")[0].answer["error"] == "message_not_found"
    last = served.standin.written[-1]
    assert last.method == "chat.postMessage" and "Thank you, good to know." in told(last.body["blocks"])


async def test_an_expired_response_address(served: Served, stamp: Stamp) -> None:
    """Where the address of an ephemeral card is used up, the new state comes as a direct message."""
    _, found = await _mentioned(served, stamp)
    served.standin.gone.add("press")
    await served.client().press(found["helped"], served.emulator.launches, "1.1", ephemeral=True)
    await served.settle()
    assert "Thank you, good to know." in told(served.standin.written[-1].body["blocks"])


async def test_an_example_is_asked(served: Served) -> None:
    """A question to try is asked by its button, in the same thread."""
    chat, ts, found = await _asked(served, "hello")
    await served.client().press(found["try_1"], chat, ts, thread="100.1")
    await served.settle()
    last = served.standin.written[-1]
    assert last.body["thread_ts"] == "100.1" and served.answers.asked[-1].question == found["try_1"]["value"]
    assert f"You asked: “{found['try_1']['value']}”" in told(last.body["blocks"])


async def test_the_same_press_twice(served: Served) -> None:
    """A press that Slack sends again is worked on once."""
    chat, ts, found = await _asked(served)
    for _ in range(2):
        await served.client().press(found["helped"], chat, ts, stamp="1700000000.1")
    await served.settle()
    assert len(served.standin.called("chat.update")) == 1
