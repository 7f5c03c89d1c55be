"""The message extension "Ask Clearpost"."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.teams.app import Pace
from bot.channels.teams.port import BlockedError
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Field, Reply, ReplyKind
from bot.errors import StateError
from tests.fakes.answers import CLARIFY, OUT_OF_SCOPE
from tests.unit.bot.teams.scene import (
    INES,
    OMAR,
    THREAD,
    WORKSPACE,
    Scene,
    activity,
    chat_of,
    hello,
    member_of,
    scene,
)

PAYLOAD = {"id": "1700", "body": {"contentType": "html", "content": "<p>Can we show&nbsp;the <b>new</b> blender?</p>"}}


async def fetched(teams: Scene, payload: object) -> Mapping[str, Any]:
    """The form for a message."""
    value = {"commandId": "ask", "commandContext": "message", "messagePayload": payload}
    response = await teams.arrive(activity("invoke", where="channel", name="composeExtension/fetchTask", value=value))
    assert response.status_code == 200
    return dict(response.json()["task"])


async def submitted(teams: Scene, account: str = INES, payload: object = PAYLOAD, **data: Any) -> Mapping[str, Any]:
    """What a press in the dialog is answered with."""
    value = {"commandId": "ask", "data": data, "messagePayload": payload}
    sent = activity("invoke", account, "channel", name="composeExtension/submitAction", value=value)
    response = await teams.arrive(sent)
    assert response.status_code == 200
    return dict(response.json()["task"])


async def test_form_shows_the_message() -> None:
    """The form shows the message's words, as plain text, and takes a question about it or none."""
    async with scene() as teams:
        task = await fetched(teams, PAYLOAD)
    assert task["type"] == "continue" and task["value"]["title"] == "Ask Clearpost"
    (message, field, _hint) = task["value"]["card"]["content"]["body"]
    assert "Can we show the new blender?" in json.dumps(message)
    assert field["id"] == "question" and field["isMultiline"] and "isRequired" not in field


@pytest.mark.parametrize("payload", [None, {}, {"body": {"content": ""}}, {"body": "text"}, "no payload", [1]])
async def test_form_without_a_message_is_empty(payload: object) -> None:
    """From the compose box, or for a message without words, the form takes a question, and needs one."""
    async with scene() as teams:
        task = await fetched(teams, payload)
    assert task["value"]["card"]["content"]["body"][0]["isRequired"]


async def test_answer_is_shown_in_the_dialog_alone() -> None:
    """The answer is a card in the dialog; nothing is written to any chat."""
    async with scene() as teams:
        task = await submitted(teams, verb="ask", question=" Can we show it? ")
    card = json.dumps(task["value"]["card"]["content"])
    assert task["type"] == "continue" and "Ask first" in card
    assert "Action.Execute" not in card and "refresh" not in card and not teams.transport.sent
    (message,) = teams.messages
    assert THREAD in message.thread and INES in message.thread
    assert (message.text, message.quoted, message.place) == ("Can we show it?", "Can we show the new blender?", "")


async def test_buttons_work_in_the_dialog() -> None:
    """Options and feedback are submitted and answered in the dialog."""
    async with scene({"q": CLARIFY}) as teams:
        await submitted(teams, payload=None, verb="ask", question="q")
        chosen = await submitted(teams, verb="choose", reply="r1", option=0)
        rated = await submitted(teams, verb="helped", reply="r2")
    assert "Ask first" in json.dumps(chosen) and "You chose: Our company" in json.dumps(chosen)
    assert "Thank you, good to know." in json.dumps(rated)


async def test_somebody_elses_dialog() -> None:
    """Another account's reply is refused in the dialog, too."""
    async with scene() as teams:
        await submitted(teams, verb="ask", question="q")
        assert "belong to the person who asked" in json.dumps(await submitted(teams, OMAR, verb="helped", reply="r1"))
        assert not teams.state.records.memory.feedback


async def test_state_out_of_order_is_said() -> None:
    """Where the state cannot be read, the dialog says to try again."""
    async with scene() as teams:

        def broken(_workspace: str, _reply: str) -> None:
            raise StateError("the disk is full")

        teams.state.records.reply = broken  # type: ignore[method-assign, assignment] # a state that is out of order
        shown = json.dumps(await submitted(teams, verb="helped", reply="r1"))
    assert "That did not work" in shown and "disk" not in shown


async def test_examples_are_only_shown() -> None:
    """A dialog cannot type for the person, so examples are text there."""
    async with scene({"lunch?": OUT_OF_SCOPE}) as teams:
        card = json.dumps(await submitted(teams, payload=None, verb="ask", question="lunch?"))
    assert "imBack" not in card and "A journalist wrote to me" in card


async def test_empty_question_shows_the_form_again() -> None:
    """Without words, and without a message, there is nothing to ask."""
    async with scene() as teams:
        task = await submitted(teams, payload=None, verb="ask", question="   ")
    assert task["value"]["card"]["content"]["body"][0]["id"] == "question" and not teams.messages


async def test_message_without_a_question() -> None:
    """Where nothing is asked, the message is passed on alone, for what to do about it."""
    async with scene(converse=hello) as teams:
        task = await submitted(teams, verb="ask", question="")
        (message,) = teams.messages
    assert task["type"] == "continue" and (message.text, message.quoted) == ("", "Can we show the new blender?")


async def test_long_message_is_cut() -> None:
    """However long a message is, what is passed on of it is bounded."""
    payload = {"id": "1", "body": {"contentType": "text", "content": "word " * 20_000}}
    async with scene(converse=hello) as teams:
        await submitted(teams, payload=payload, verb="ask")
        assert len(teams.messages[0].quoted) <= 8000


async def test_deed_in_the_dialog() -> None:
    """An action of a reply, with its form, is done in the dialog, by somebody who was met; its reply stands there."""

    async def converse(message: Message) -> Reply:
        if message.deed is None:
            actions = (Action("send", "r1", "Send", words=Field("A note"), submit="Send now"),)
            return Reply(ReplyKind.CONSENT, "Only this is sent.", actions=actions, private=True)
        return Reply(ReplyKind.NOTE, "On its way.")

    async with scene(converse=converse) as teams:
        shown = json.dumps(await submitted(teams, verb="ask", question="q"))
        task = await submitted(teams, verb="deed", act="send", on="r1", words=" please hurry ")
        assert teams.messages[1].deed == Deed("send", "r1", "please hurry")
        assert teams.messages[1].thread == teams.messages[0].thread
        assert teams.state.people.find(WORKSPACE, INES) is not None
        assert not teams.transport.sent
    assert "Send now" in shown and '"deed"' in shown and "Action.Execute" not in shown
    assert task["type"] == "continue" and "On its way." in json.dumps(task)


async def test_too_many_words_in_the_dialog() -> None:
    """A form that holds more than fits is refused before it is read."""
    async with scene(converse=hello) as teams:
        task = await submitted(teams, verb="deed", act="send", on="r1", words="x" * 4001)
    assert task["type"] == "message" and not teams.messages


@pytest.mark.parametrize("data", [{}, {"verb": "explode"}, {"verb": "helped"}, {"verb": {"a": 1}, "reply": "r1"}])
async def test_unknown_buttons(data: dict[str, Any]) -> None:
    """A submit that is none of ours is answered with a line."""
    async with scene() as teams:
        task = await submitted(teams, **data)
    assert task["type"] == "message" and not teams.messages


def slow(seconds: float) -> Any:
    """A conversation that takes its time."""

    async def converse(_message: Message) -> Reply:
        await asyncio.sleep(seconds)
        return Reply(ReplyKind.SMALL_TALK, "done at last")

    return converse


async def test_slow_answer_goes_to_the_personal_chat() -> None:
    """An answer that takes longer than a dialog may is sent to the asker's own chat, as the dialog says."""
    async with scene(converse=slow(0.2), pace=Pace(dialog=0.02)) as teams:
        task = await submitted(teams, verb="ask", question="q")
    assert task["type"] == "message" and "personal chat" in task["value"]
    assert "done at last" in json.dumps(teams.transport.messages(chat_of(INES))[0].card)


async def test_slow_answer_without_a_chat() -> None:
    """Where there is no chat to send it to, that is logged and nothing breaks."""
    async with scene(converse=slow(0.1), pace=Pace(dialog=0.01)) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        assert (await submitted(teams, verb="ask", question="q"))["type"] == "message"
    assert not teams.transport.sent


CONSENT = Reply(ReplyKind.CONSENT, "Only this is sent.", actions=(Action("send", "r1", "Send"),), private=True)


async def consents(_message: Message) -> Reply:
    """A conversation that asks for consent."""
    return CONSENT


async def test_consent_opens_the_chat_for_the_answer() -> None:
    """A case that is sent from a dialog is answered in the personal chat, so that one is there before it is sent."""
    async with scene(converse=consents) as teams:
        task = await submitted(teams, verb="deed", act="escalate", on="r1")
        assert "cannot write to you" not in json.dumps(task)
        place = teams.state.places.personal(WORKSPACE, INES)
        assert place is not None and place.id == chat_of(INES)


async def test_consent_of_somebody_without_a_chat() -> None:
    """Whoever cannot be written to reads so before they send anything, whichever button brought the consent."""
    async with scene(converse=consents) as teams:
        for data in ({"verb": "deed", "act": "escalate", "on": "r1"}, {"verb": "person", "reply": "r1"}):
            teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
            task = await submitted(teams, **data)
            assert "Add Clearpost as an app of your own" in json.dumps(task)
        assert teams.state.places.personal(WORKSPACE, INES) is None


async def test_message_of_a_bot() -> None:
    """The words of a card are read as if somebody had written them."""
    content = json.dumps({"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "My kettle leaks."}]})
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    async with scene() as teams:
        task = await fetched(teams, {"id": "1", "body": {"content": ""}, "attachments": [attachment]})
    assert "My kettle leaks." in json.dumps(task) and "What would you like to do with it?" in json.dumps(task)
