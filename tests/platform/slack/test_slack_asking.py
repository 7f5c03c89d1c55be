"""Every way to ask, against an emulated Slack: who sees the answer, where, and only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest

from bot.errors import StateError
from tests.platform.slack.client import buttons, told
from tests.platform.slack.house import ONE, Serve, Served
from tests.platform.slack.standin import Answer

Stamp = Callable[[], str]
QUESTION = "A reporter wrote to me, can I answer?"


async def test_by_direct_message(served: Served) -> None:
    """A direct message is answered in its own thread, with the verdict, the quote and no button to share."""
    chat = await served.chat()
    ts = await served.says(QUESTION, chat)
    answer = await served.client().message(chat, QUESTION, ts)
    assert (answer.status_code, answer.text) == (200, "")
    await served.settle()
    messages = (await served.read("conversations.replies", channel=chat, ts=ts))["messages"]
    assert [each["user"] for each in messages] == [served.emulator.ines, "U0CLEARPOST"]
    assert "Ask first" in told(messages[1]["blocks"]) and messages[1]["text"].startswith("Ask first.")
    assert set(buttons(messages[1]["blocks"])) == {"helped", "not_helped", "person"}


async def test_by_mention(served: Served) -> None:
    """A mention is answered to the asker alone, in the channel, with a button to share."""
    channel = served.emulator.launches
    ts = await served.says(f"<@U0CLEARPOST> {QUESTION}", channel)
    await served.client().mention(channel, QUESTION, ts)
    await served.settle()
    (call,) = served.standin.written
    assert (call.method, call.body["channel"], call.body["user"]) == (
        "chat.postEphemeral",
        channel,
        served.emulator.ines,
    )
    assert "thread_ts" not in call.body  # Slack would show nothing in a thread that has not begun
    assert buttons(call.body["blocks"])["share"]["text"]["text"] == "Share in thread"
    assert served.answers.asked[0].question == QUESTION
    public = (await served.read("conversations.history", channel=channel))["messages"]
    assert [each["user"] for each in public if each["ts"] >= ts] == [served.emulator.ines]


async def test_by_mention_in_a_thread(served: Served, stamp: Stamp) -> None:
    """In a thread, the answer is shown in the thread."""
    root = stamp()
    await served.client().mention(served.emulator.launches, QUESTION, stamp(), thread_ts=root)
    await served.settle()
    assert served.standin.written[0].body["thread_ts"] == root


async def test_by_command(served: Served) -> None:
    """The command is acknowledged with nothing and answered by its own address, with the question that nobody sees."""
    answer = await served.client().command(QUESTION)
    assert (answer.status_code, answer.text) == (200, "")
    await served.settle()
    (response,) = served.standin.responses
    assert response["response_type"] == "ephemeral" and response["replace_original"] is False
    assert f"You asked: “{QUESTION}”" in told(response["blocks"])
    assert buttons(response["blocks"])["share"]["text"]["text"] == "Share in channel"
    assert served.standin.written == []


@pytest.mark.parametrize("text", ["", "   ", "help"])
async def test_by_command_without_words(served: Served, text: str) -> None:
    """Without a question there is help, with questions to try."""
    await served.client().command(text)
    await served.settle()
    (response,) = served.standin.responses
    assert "Describe a post" in told(response["blocks"])
    assert "try_0" in buttons(response["blocks"])
    assert served.answers.asked == []


async def test_a_command_that_says_payload(served: Served) -> None:
    """A command is read whatever words are in it (Bolt's own parsing drops a form that holds the word "payload")."""
    await served.client().command("May I post the payload of our rocket?")
    await served.settle()
    assert served.answers.asked[0].question == "May I post the payload of our rocket?"


async def test_by_shortcut_on_a_message(served: Served) -> None:
    """The shortcut opens a modal with the message in it; the answer comes to the asker alone, where the message is."""
    channel = served.emulator.launches
    ts = await served.says("Is it true that you close the plant?", channel)
    client = served.client(served.emulator.noor)
    trigger = await served.trigger()
    message = {
        "type": "message",
        "user": served.emulator.ines,
        "ts": ts,
        "text": "Is it true that <@U1> &amp; co close?",
    }
    payload = {"type": "message_action", "callback_id": "ask_about_message", "trigger_id": trigger}
    answer = await client.interact(
        {**payload, "channel": {"id": channel}, "message": message, "response_url": f"{client.responses}/x"}
    )
    assert answer.status_code == 200
    await served.settle()
    (opened,) = served.standin.called("views.open")
    assert opened.answer["ok"]
    view = opened.answer["view"]
    assert [block["block_id"] for block in view["blocks"]] == ["question", "quoted"]
    assert view["blocks"][1]["element"]["initial_value"] == "Is it true that a colleague & co close?"
    state = {"question": {"question": {"value": "May I answer?"}}, "quoted": {"quoted": {"value": "Do you close?"}}}
    await client.interact({"type": "view_submission", "view": {**view, "state": {"values": state}}})
    await served.settle()
    assert served.answers.asked[0].question == "May I answer?\n\n“Do you close?”"
    (call,) = served.standin.written
    assert (call.method, call.body["channel"], call.body["user"]) == (
        "chat.postEphemeral",
        channel,
        served.emulator.noor,
    )


async def test_by_shortcut_anywhere(served: Served) -> None:
    """The global shortcut opens an empty modal; the answer opens a thread in the direct messages."""
    client = served.client()
    await client.interact({"type": "shortcut", "callback_id": "ask_anywhere", "trigger_id": await served.trigger()})
    await served.settle()
    view = served.standin.called("views.open")[0].body["view"]
    state = {"values": {"question": {"question": {"value": QUESTION}}}}
    answer = await client.interact({"type": "view_submission", "view": {**view, "id": "V1", "state": state}})
    assert answer.json()["response_action"] == "update"
    await served.settle()
    asked, answered = served.standin.written
    assert asked.body["text"] == f"You asked: “{QUESTION}”"
    assert answered.body["thread_ts"] == asked.answer["ts"]
    assert served.heard[0].thread == f"{asked.body['channel']}/{asked.answer['ts']}/{served.emulator.ines}"


async def test_from_the_home_tab(served: Served) -> None:
    """The Home tab explains, offers questions and names a person; its buttons open the modal."""
    client = served.client()
    await client.event({"type": "app_home_opened", "channel": "D1", "tab": "home", "event_ts": "1.2"})
    await served.settle()
    (published,) = served.standin.called("views.publish")
    assert published.answer["ok"] and published.body["user_id"] == served.emulator.ines
    blocks = published.body["view"]["blocks"]
    assert "Social media lead" in told(blocks) and "social@example.com" in told(blocks)
    found = buttons(blocks)
    for name, expected in (("ask", None), ("try_0", found["try_0"]["value"])):
        press = {**found[name], "action_ts": name}
        await client.interact(
            {"type": "block_actions", "container": {"type": "view", "view_id": "V1"}, "actions": [press]}
        )
        await served.settle()
        view = served.standin.called("views.open")[-1].body["view"]
        assert view["blocks"][0]["element"].get("initial_value") == expected


async def test_suggested_prompts(served: Served) -> None:
    """Whoever opens the direct messages is offered questions; without a thread, which Slack would ignore."""
    await served.client().event({"type": "app_home_opened", "channel": "D1", "tab": "messages", "event_ts": "1.2"})
    await served.settle()
    (call,) = served.standin.called("assistant.threads.setSuggestedPrompts")
    assert call.body["channel_id"] == "D1" and "thread_ts" not in call.body
    assert 1 <= len(call.body["prompts"]) <= 4 and all(
        set(each) == {"title", "message"} for each in call.body["prompts"]
    )


async def test_follow_up_in_a_thread(served: Served, stamp: Stamp) -> None:
    """Where the asker mentioned the bot, they go on without a mention, and what they asked before counts."""
    client, channel, root = served.client(), served.emulator.launches, stamp()
    await client.mention(channel, "May I post a photo of the new plant?", root)
    await served.settle()
    await client.message(channel, "and if my boss agrees?", stamp(), thread_ts=root)
    await served.settle()
    assert [message.thread for message in served.heard] == [f"{channel}/{root}/{served.emulator.ines}"] * 2
    assert "new plant" in served.answers.asked[1].question
    call = served.standin.written[-1]
    assert (call.method, call.body["thread_ts"]) == ("chat.postEphemeral", root)


async def test_others_in_the_thread_are_left_alone(served: Served, stamp: Stamp) -> None:
    """What others write there, what the asker writes to others, edits, joins and bots are no questions."""
    client, channel, root = served.client(), served.emulator.launches, stamp()
    await client.mention(channel, QUESTION, root)
    await served.settle()
    await served.client(served.emulator.noor).message(channel, "and me?", stamp(), thread_ts=root)
    await client.message(channel, "<@U1> what do you think?", stamp(), thread_ts=root)
    await client.message(channel, "<@U0CLEARPOST> again", stamp(), thread_ts=root)  # comes as a mention, too
    await client.message(channel, "elsewhere", stamp())
    await client.message(channel, "", stamp(), thread_ts=root, subtype="message_changed")
    await client.message(channel, "joined", stamp(), thread_ts=root, subtype="channel_join")
    await client.message(channel, "beep", stamp(), thread_ts=root, bot_id="B1")
    await served.client("U0CLEARPOST").message(channel, "my own", stamp(), thread_ts=root)
    await served.settle()
    assert len(served.heard) == len(served.standin.written) == 1
    assert len(served.state.inbox.seen) == 1


@pytest.mark.parametrize("more", [{"subtype": "file_share", "files": [{"id": "F1"}]}, {}])
async def test_without_words(served: Served, stamp: Stamp, more: dict[str, object]) -> None:
    """A file or a voice clip without words gets a friendly sentence."""
    chat = await served.chat()
    await served.client().message(chat, "", stamp(), **more)
    await served.settle()
    (call,) = served.standin.written
    assert "I can only read words" in call.body["text"]
    assert served.heard == []


async def test_a_file_with_words(served: Served, stamp: Stamp) -> None:
    """A picture with a question below it is a question."""
    await served.client().message(await served.chat(), QUESTION, stamp(), subtype="file_share", files=[{"id": "F1"}])
    await served.settle()
    assert served.answers.asked[0].question == QUESTION


async def test_where_the_bot_cannot_write(served: Served, stamp: Stamp) -> None:
    """Where Slack refuses the answer in the channel, it comes as a direct message."""
    served.standin.refuse["chat.postEphemeral"] = (200, {"ok": False, "error": "user_not_in_channel"}, {})
    await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    (call,) = served.standin.written
    assert call.method == "chat.postMessage" and call.body["channel"] == await served.chat()


async def test_an_answer_that_takes_longer(served: Served) -> None:
    """After half a second a direct message shows a status for a while; a command is told, then answered in place."""
    chat = await served.chat()
    ts = await served.says("Slowly, please", chat)
    await served.client().message(chat, "Slowly, please", ts)
    await served.settle()
    statuses = served.standin.called("assistant.threads.setStatus")
    assert [(call.body["thread_ts"], call.body["status"]) for call in statuses] == [(ts, "is looking it up…"), (ts, "")]
    await served.client().command("Slowly, please")
    await served.settle()
    first, second = served.standin.responses
    assert "Looking it up" in first["text"] and not first["replace_original"]
    assert "Ask first" in second["text"] and second["replace_original"]


async def test_a_quick_answer_is_not_announced(served: Served, stamp: Stamp) -> None:
    """Within half a second nothing but the answer is shown."""
    await served.client().message(await served.chat(), QUESTION, stamp())
    await served.settle()
    assert served.standin.called("assistant.threads.setStatus") == []


async def test_a_failure_is_told(served: Served, stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    """Where something breaks below, the person is told to try again, and no word of the question is logged."""
    await served.client().message(await served.chat(), "Fall over this secret", stamp())
    await served.settle()
    assert "Something went wrong here" in served.standin.written[0].body["text"]
    said = capsys.readouterr()
    assert "slack_message_failed" in said.out + said.err and "secret" not in said.out + said.err


async def test_blocks_that_slack_refuses(served: Served, stamp: Stamp) -> None:
    """Where Slack does not take the card, the same answer comes in plain words."""
    refused: Answer = (200, {"ok": False, "error": "invalid_blocks"}, {})
    answers = iter([refused, (200, {"ok": True, "ts": "1.1"}, {})])
    served.standin.scripted["chat.postMessage"] = lambda: next(answers)
    await served.client().message(await served.chat(), QUESTION, stamp())
    await served.settle()
    (call,) = served.standin.written
    assert call.body["text"].startswith("Ask first.") and "blocks" not in call.body


async def test_a_broken_state_is_told(served: Served, stamp: Stamp) -> None:
    """Where nothing can be looked up, whoever asks by mention or presses a button is told to try again."""
    client, channel = served.client(), served.emulator.launches
    await client.mention(channel, QUESTION, stamp())
    await served.settle()
    found = buttons(served.standin.written[-1].body["blocks"])

    def fail(*arguments: object, **named: object) -> NoReturn:
        raise StateError("the state cannot be read")

    for name in ("reply", "join_thread", "keep_reply"):
        setattr(served.state.records, name, fail)
    served.state.inbox.first = fail  # type: ignore[method-assign] # a state that fails
    await client.mention(channel, QUESTION, stamp())
    await client.press(found["helped"], channel, "1.1", ephemeral=True)
    await served.settle()
    assert "Something went wrong here" in served.standin.written[-1].body["text"]
    assert "Something went wrong here" in served.standin.responses[-1]["text"]


async def test_overload_is_told(serve: Serve, stamp: Stamp) -> None:
    """Whoever cannot be let in is told so, like any other answer."""
    served = await serve(most=0)
    await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.client().command(QUESTION)
    await served.settle()
    assert "Too busy just now" in served.standin.written[0].body["text"]
    assert "Too busy just now" in served.standin.responses[0]["text"]


async def test_strangers_are_not_answered(served: Served, stamp: Stamp) -> None:
    """A person of another company, in a channel that both share, gets no policy."""
    event = {
        "type": "app_mention",
        "channel": served.emulator.launches,
        "text": QUESTION,
        "ts": stamp(),
        "user_team": "T9",
    }
    await served.client().event(event, is_ext_shared_channel=True)
    await served.client().event({**event, "ts": stamp(), "user_team": "T000000001"}, is_ext_shared_channel=True)
    await served.settle()
    assert len(served.heard) == 1
    assert any("only to its own people" in call.body["text"] for call in served.standin.written)


async def test_people_are_met_once_a_day(served: Served, stamp: Stamp) -> None:
    """Name, e-mail and time zone are asked of Slack once; only the first answer waits for it, for a moment."""
    chat = await served.chat()
    for _ in range(3):
        await served.client().message(chat, QUESTION, stamp())
        await served.settle()
    assert len(served.standin.called("users.info")) == 1
    found = served.state.people.find("slack:T000000001", served.emulator.ines)
    assert found is not None and (found.profile.name, found.profile.email) == ("Ines Example", "ines@example.com")


async def test_a_missing_scope_is_named(serve: Serve, stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a scope the answer still comes; the log names the scope; the person is met without a profile."""
    served = await serve(replace(ONE, bot_token="xoxb-example-bare"))
    await served.client().message(await served.chat(), QUESTION, stamp())
    await served.settle()
    assert "Ask first" in served.standin.written[0].body["text"]
    said = capsys.readouterr()
    assert "slack_missing_scope" in said.out + said.err and "users:read" in said.out + said.err
    assert served.state.people.find("slack:T000000001", served.emulator.ines) is not None
