"""Cases in Slack: sent with consent, claimed, answered, reassigned and reopened on cards that change in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.channels.slack.who import HOME
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind
from bot.ports import Desk, Profile
from tests.platform.slack.client import SlackClient, buttons, told
from tests.platform.slack.house import TEAM, Served
from tests.platform.slack.standin import Answer, Call

Stamp = Callable[[], str]
QUESTION = "A reporter wrote to me, can I answer?"
WORKSPACE = f"slack:{TEAM}"
FORM = Action("reassign", "case-1", "Reassign", choices=Field("Who?", options=(("care", "Customer care"),)))
HERE_IS_THE_FORM = Reply(ReplyKind.NOTE, "", actions=(FORM,), private=True)
CASE = Reply(ReplyKind.CASE, "As it is now.", head=Head("Case 1", "🔷", "neutral"))
LONG = tuple((f"contact_{number}", f"Contact number {number}") for number in range(100))
CARD = Reply(
    ReplyKind.CASE,
    "Look at it.",
    actions=(
        Action("claim", "case-1", "Claim"),
        Action("reassign", "case-1", "Reassign", choices=Field("Who?", options=LONG)),
    ),
)


def _named(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The buttons of a message by their words."""
    return {each["text"]["text"]: each for each in buttons(blocks).values()}


async def _pressed(served: Served, client: SlackClient, button: Mapping[str, Any], where: Call, **more: Any) -> None:
    """A press on a button of a written message, with a trigger that opens a modal."""
    channel, ts = where.body["channel"], str(where.answer.get("ts") or where.body.get("ts"))
    await client.press(button, channel, ts, trigger_id=await served.trigger(), **more)
    await served.settle()


async def _filled(served: Served, client: SlackClient, words: str = "", choice: str = "") -> dict[str, Any]:
    """The modal that was opened last, filled in and sent; what Slack was answered."""
    view = served.standin.called("views.open", "views.update")[-1].answer["view"]
    values: dict[str, Any] = {}
    if any(block["block_id"] == "words" for block in view["blocks"]):
        values["words"] = {"words": {"type": "plain_text_input", "value": words or None}}
    if choice:
        values["choices"] = {"choices": {"type": "static_select", "selected_option": {"value": choice}}}
    answer = await client.interact({"type": "view_submission", "view": {**view, "state": {"values": values}}})
    await served.settle()
    assert answer.status_code == 200
    return dict(answer.json()) if answer.text else {}


async def _deliver(served: Served) -> None:
    """Send what is owed, as the worker does: cards first, then their changes."""
    for delivery in sorted(served.state.jobs.owed.values(), key=lambda each: bool(each.edits)):
        served.sent[delivery.id] = await served.surface.send(delivery, served.sent.get(delivery.edits, ""))
        del served.state.jobs.owed[delivery.id]


async def _staffed(served: Served) -> SlackClient:
    """Noor works for the Center of Excellence, whose cases come to the channel."""
    noor = served.emulator.noor
    person = served.state.people.meet(WORKSPACE, noor, Profile("Noor Example", "noor@example.com"), served.now())
    served.state.staff.grant(person.id, "coe")
    for contact in ("communications", "coe_lead"):
        served.state.desks.put(WORKSPACE, Desk(contact, WORKSPACE, served.emulator.launches), served.now())
    return served.client(noor)


async def _asked(served: Served) -> Call:
    """A question of Ines in the direct messages: the consent card below its answer."""
    chat = await served.chat()
    ts = await served.says(QUESTION, chat)
    await served.client().message(chat, QUESTION, ts)
    await served.settle()
    answer = served.standin.written[-1]
    await _pressed(served, served.client(), _named(answer.body["blocks"])["Ask a person"], answer, thread=ts)
    return served.standin.written[-1]


async def _sent(served: Served) -> Call:
    """The card of a case of Ines in the channel."""
    consent = await _asked(served)
    await _pressed(served, served.client(), _named(consent.body["blocks"])["Send"], consent)
    await _deliver(served)
    return next(call for call in reversed(served.standin.written) if call.body["channel"] == served.emulator.launches)


async def _written(served: Served, reply: Reply, channel: str = "") -> Call:
    """A message of the bot with a scripted reply in it."""
    await served.surface.send(served.delivery(reply, place=channel or served.emulator.launches))
    return served.standin.written[-1]


async def test_consent_gives_way_to_what_was_sent(served: Served) -> None:
    """The consent stands below the answer; after one press the same message says that it is on its way."""
    await _staffed(served)
    consent = await _asked(served)
    assert served.state.jobs.owed == {} and "Only this is sent" in told(consent.body["blocks"])
    await _pressed(served, served.client(), _named(consent.body["blocks"])["Send"], consent)
    (update,) = served.standin.called("chat.update")
    assert update.body["ts"] == consent.answer["ts"] and "as case 1" in told(update.body["blocks"])
    (owed,) = served.state.jobs.owed.values()
    assert (owed.place, owed.account) == (served.emulator.launches, "")


async def test_a_note_goes_along(served: Served) -> None:
    """The button for a note opens its form at once and sends nothing; sent, the note is in the case."""
    await _staffed(served)
    consent = await _asked(served)
    heard = len(served.heard)
    await _pressed(served, served.client(), _named(consent.body["blocks"])["Add a note"], consent)
    assert len(served.heard) == heard and served.state.jobs.owed == {}
    assert (await _filled(served, served.client()))["response_action"] == "errors"
    assert await _filled(served, served.client(), "She calls again at five.") == {}
    assert served.heard[-1].deed and served.heard[-1].deed.words == "She calls again at five."
    await _deliver(served)
    assert "She calls again at five." in told(served.standin.written[-1].body["blocks"])


async def test_claim_and_answer(served: Served) -> None:
    """A case is claimed on its card and answered in a form; the card changes for everybody; the asker is answered."""
    noor = await _staffed(served)
    card = await _sent(served)
    assert QUESTION in told(card.body["blocks"]) and "not claimed yet" in told(card.body["blocks"])
    await _pressed(served, noor, _named(card.body["blocks"])["Claim"], card)
    update = served.standin.called("chat.update")[-1]
    assert (update.body["channel"], update.body["ts"]) == (served.emulator.launches, card.answer["ts"])
    assert "claimed by Noor Example" in told(update.body["blocks"])
    await _pressed(served, noor, _named(update.body["blocks"])["Answer"], card)
    view = served.standin.called("views.open")[-1]
    assert view.answer["ok"] and view.body["view"]["title"]["text"] == "Answer"
    await _filled(served, noor, "Pass her on to us <!here>, please.")
    assert "Case 1 · Answered" in told(served.standin.called("chat.update")[-1].body["blocks"])
    await _deliver(served)
    chat = await served.chat()
    reached = next(call for call in reversed(served.standin.written) if call.body["channel"] == chat)
    assert reached.method == "chat.postMessage" and reached.body["thread_ts"]
    words = told(reached.body["blocks"])
    assert "Noor Example" in words and QUESTION in words and "Pass her on to us <!here>, please." in words
    assert "<!here>" not in reached.body["text"]


async def test_reopen(served: Served) -> None:
    """Whoever asked says "not yet", with what is open, and the case is open again on its card."""
    noor = await _staffed(served)
    card = await _sent(served)
    await _pressed(served, noor, _named(card.body["blocks"])["Answer"], card)
    await _filled(served, noor, "Pass her on to us.")
    await _deliver(served)
    chat = await served.chat()
    reached = next(call for call in reversed(served.standin.written) if call.body["channel"] == chat)
    await _pressed(served, served.client(), _named(reached.body["blocks"])["Not yet"], reached)
    assert await _filled(served, served.client(), "To whom exactly?") == {}
    assert "is open again" in told(served.standin.called("chat.update")[-1].body["blocks"])
    await _deliver(served)
    renewed = next(
        call
        for call in reversed(served.standin.called("chat.update"))
        if call.body["channel"] == served.emulator.launches
    )
    assert renewed.body["ts"] == card.answer["ts"] and "To whom exactly?" in told(renewed.body["blocks"])


async def test_reassign(served: Served) -> None:
    """A case is given to another contact in a form with a list of them."""
    noor = await _staffed(served)
    card = await _sent(served)
    await _pressed(served, noor, _named(card.body["blocks"])["Reassign"], card)
    view = served.standin.called("views.open")[-1].answer["view"]
    options = next(block for block in view["blocks"] if block["block_id"] == "choices")["element"]["options"]
    assert {each["value"] for each in options} < {"coe_lead", "communications"}
    before = next(iter(served.state.escalations.unresolved(WORKSPACE))).contact
    await _filled(served, noor, choice=options[0]["value"])
    (case,) = served.state.escalations.unresolved(WORKSPACE)
    assert case.contact == options[0]["value"] != before


async def test_too_late_to_claim(served: Served) -> None:
    """Who presses second is told so alone, beside the card, which stays."""
    noor = await _staffed(served)
    card = await _sent(served)
    ines = served.state.people.find(WORKSPACE, served.emulator.ines)
    assert ines is not None
    served.state.staff.grant(ines.id, "coe")
    await _pressed(served, noor, _named(card.body["blocks"])["Claim"], card)
    updates = len(served.standin.called("chat.update"))
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    assert len(served.standin.called("chat.update")) == updates
    last = served.standin.written[-1]
    assert (last.method, last.body["user"]) == ("chat.postEphemeral", served.emulator.ines)
    assert "Already claimed by Noor Example" in last.body["text"]


async def test_only_for_staff(served: Served) -> None:
    """Whoever has no role is told so alone; nothing is changed."""
    await _staffed(served)
    card = await _sent(served)
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    last = served.standin.written[-1]
    assert last.method == "chat.postEphemeral" and "Only the Center of Excellence" in last.body["text"]
    (case,) = served.state.escalations.unresolved(WORKSPACE)
    assert case.owner is None


async def test_who_presses_is_known_before(served: Served) -> None:
    """Somebody who never wrote is met before what they press counts: their role hangs on their e-mail address."""
    await _staffed(served)
    card, people = await _sent(served), served.state.people
    del people.accounts[WORKSPACE, served.emulator.noor]
    elsewhere = people.meet(WORKSPACE, "U777", Profile("Noor Example", "noor@example.com"), served.now())
    served.state.staff.grant(elsewhere.id, "coe")
    await _pressed(served, served.client(served.emulator.noor), _named(card.body["blocks"])["Claim"], card)
    (case,) = served.state.escalations.unresolved(WORKSPACE)
    assert case.owner is not None and case.owner.person == elsewhere.id


async def test_the_place_of_a_press(served: Served) -> None:
    """A press on a card that others read tells its channel; one on a card of one's own does not."""
    card = await _written(served, CARD)
    served.script += [CASE, CASE, CASE]
    claim = _named(card.body["blocks"])["Claim"]
    await _pressed(served, served.client(), claim, card)
    await _pressed(served, served.client(), claim, card, ephemeral=True)
    await served.client().press(claim, await served.chat(), "1.1")
    await served.settle()
    assert [message.place for message in served.heard] == [served.emulator.launches, "", ""]


async def test_a_private_reply_beside_a_card(served: Served) -> None:
    """What is for one person's eyes comes as an ephemeral message; pressed there, it gives way to what comes."""
    card = await _written(served, CARD)
    private = Reply(ReplyKind.CASE, "For your eyes.", actions=(Action("claim", "case-1", "Claim"),), private=True)
    served.script += [private, Reply(ReplyKind.NOTE, "Well done."), Reply(ReplyKind.BUSY, "Too many at once.")]
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    shown = served.standin.written[-1]
    assert shown.method == "chat.postEphemeral" and served.standin.called("chat.update") == []
    claim = _named(shown.body["blocks"])["Claim"]
    await _pressed(served, served.client(), claim, card, ephemeral=True)
    assert served.standin.responses[-1]["replace_original"] and "Well done." in served.standin.responses[-1]["text"]
    await _pressed(served, served.client(), claim, card, ephemeral=True)
    assert not served.standin.responses[-1]["replace_original"]  # what went wrong can be tried again


async def test_a_form_that_the_button_could_not_hold(served: Served) -> None:
    """It is asked of the conversation, by a deed without words and choices, and opened with the press's trigger."""
    card = await _written(served, CARD)
    served.script += [HERE_IS_THE_FORM, CASE]
    await _pressed(served, served.client(), _named(card.body["blocks"])["Reassign"], card)
    assert served.heard[-1].deed == Deed("reassign", "case-1")
    (opened,) = served.standin.called("views.open")
    assert opened.answer["ok"] and served.standin.called("views.update") == []
    await _filled(served, served.client(), choice="care")
    assert served.heard[-1].deed == Deed("reassign", "case-1", choices=("care",))
    assert "As it is now." in told(served.standin.called("chat.update")[-1].body["blocks"])


async def test_a_form_that_takes_long(served: Served) -> None:
    """A modal is opened before Slack's three seconds are over, and becomes the form, or says why there is none."""
    card = await _written(served, CARD)
    reassign = _named(card.body["blocks"])["Reassign"]
    for late, said in (
        (HERE_IS_THE_FORM, "Who?"),
        (Reply(ReplyKind.ERROR, "This case is over."), "This case is over."),
    ):
        served.script += [1.2, late]
        await _pressed(served, served.client(), reassign, card)
        opened, updated = served.standin.called("views.open")[-1], served.standin.called("views.update")[-1]
        assert "One moment" in told(opened.body["view"]["blocks"]) and updated.answer["ok"]
        assert said in str(updated.body["view"]["blocks"])
    assert served.standin.called("chat.update", "chat.postEphemeral") == []


async def test_a_trigger_that_is_too_old(served: Served) -> None:
    """Where Slack opens no form any more, whoever pressed is asked to press again."""
    card = await _written(served, CARD)
    served.standin.refuse["views.open"] = (200, {"ok": False, "error": "expired_trigger_id"}, {})
    served.script.append(HERE_IS_THE_FORM)
    await _pressed(served, served.client(), _named(card.body["blocks"])["Reassign"], card)
    assert "press again" in served.standin.written[-1].body["text"]


async def test_a_button_that_turns_out_to_need_a_form(served: Served) -> None:
    """Where a plain button is answered by a form, the form opens."""
    card = await _written(served, CARD)
    served.script.append(HERE_IS_THE_FORM)
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    assert served.standin.called("views.open")[-1].answer["ok"]
    assert len(served.standin.written) == 1


async def test_the_card_is_gone(served: Served) -> None:
    """Where the card was deleted meanwhile, whoever pressed reads what came of it."""
    card = await _written(served, CARD)
    await served.delete(served.emulator.launches, str(card.answer["ts"]))
    served.script.append(CASE)
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    last = served.standin.written[-1]
    assert last.method == "chat.postEphemeral" and "As it is now." in last.body["text"]


@pytest.mark.parametrize("value", ["", "{}", '{"a":"claim"}', '{"a":["claim"],"o":"x"}', "x" * 2_000])
async def test_a_forged_button(served: Served, value: str) -> None:
    """A value that is none of ours is acknowledged, and nothing happens."""
    forged = {"action_id": "deed:0", "type": "button", "value": value}
    answer = await served.client().press(forged, served.emulator.launches, "1.1")
    await served.settle()
    assert answer.status_code == 200 and served.heard == [] and served.standin.written == []


async def test_the_same_press_twice(served: Served) -> None:
    """A press that Slack sends again is done once."""
    card = await _written(served, CARD)
    served.script += [CASE, CASE]
    for _ in range(2):
        await served.client().press(
            _named(card.body["blocks"])["Claim"], served.emulator.launches, "1.1", stamp="1700000000.9"
        )
    await served.settle()
    assert len(served.heard) == 1


async def test_the_queue_on_the_home_tab(served: Served) -> None:
    """Staff see what waits on their Home tab, claim there, and see the tab change; what opens comes as a message."""
    noor = await _staffed(served)
    await _sent(served)
    await noor.event({"type": "app_home_opened", "channel": "D1", "tab": "home", "event_ts": "1.2"})
    await served.settle()
    home = served.standin.called("views.publish")[-1].body["view"]["blocks"]
    assert "Your queue" in told(home) and "Can I post this?" in told(home) and QUESTION in told(home)
    view = {"type": "view", "view_id": "V1"}
    press = {**_named(home)["Claim"], "action_ts": "1"}
    await noor.interact({"type": "block_actions", "container": view, "actions": [press]})
    await served.settle()
    changed = served.standin.called("views.publish")[-1].body["view"]["blocks"]
    assert "yours" in told(changed) and "Claim" not in _named(changed)
    press = {**_named(changed)["Open"], "action_ts": "2"}
    await noor.interact({"type": "block_actions", "container": view, "actions": [press]})
    await served.settle()
    last = served.standin.written[-1]
    assert last.method == "chat.postMessage" and QUESTION in told(last.body["blocks"])


async def test_claiming_from_a_queue(served: Served) -> None:
    """The queue stays and shows what is left; the claimed case comes below it."""
    item = Item("Case 1", "A row", (Action("claim", "case-1", "Claim"),))
    queue = Reply(ReplyKind.QUEUE, "", head=Head("Your queue", "🗂️", "neutral"), items=(item,))
    left = Reply(ReplyKind.NOTE, "No case is waiting for you.")
    chat = await served.chat()
    served.script += [queue, CASE, left]
    await served.client().message(chat, "queue", await served.says("queue", chat))
    await served.settle()
    shown = served.standin.written[-1]
    await _pressed(served, served.client(), _named(shown.body["blocks"])["Claim"], shown)
    below, renewed = served.standin.written[-2:]
    assert below.method == "chat.postMessage" and "As it is now." in told(below.body["blocks"])
    assert (renewed.method, renewed.body["ts"]) == ("chat.update", shown.answer["ts"])
    assert "No case is waiting" in told(renewed.body["blocks"])
    assert [message.deed.act for message in served.heard if message.deed] == ["claim", "home"]


async def test_a_changed_card_whose_blocks_are_refused(served: Served) -> None:
    """Where Slack does not take the blocks of a card's new state, its words take their place."""
    card = await _written(served, CARD)
    served.script += [CASE]
    answers: Iterator[Answer] = iter([(200, {"ok": False, "error": "invalid_blocks"}, {}), (200, {"ok": True}, {})])
    served.standin.scripted["chat.update"] = lambda: next(answers)
    await _pressed(served, served.client(), _named(card.body["blocks"])["Claim"], card)
    last = served.standin.called("chat.update")[-1]
    assert "As it is now." in last.body["text"] and last.body["blocks"] == []


async def test_a_form_on_the_home_tab(served: Served) -> None:
    """A form of a row on the Home tab knows that it belongs there."""
    item = Item("1", "A row", (Action("answer", "case-1", "Answer", words=Field("Your answer")),))
    queue, no_lessons = Reply(ReplyKind.QUEUE, "", items=(item,)), Reply(ReplyKind.NOTE, "")
    served.script += [no_lessons, queue, CASE, no_lessons, queue]
    client = served.client()
    await client.event({"type": "app_home_opened", "channel": "D1", "tab": "home", "event_ts": "1.2"})
    await served.settle()
    home = served.standin.called("views.publish")[-1].body["view"]["blocks"]
    press = {**_named(home)["Answer"], "action_ts": "1"}
    trigger = await served.trigger()
    told_by = {"type": "block_actions", "container": {"type": "view", "view_id": "V1"}, "actions": [press]}
    await client.interact({**told_by, "trigger_id": trigger})
    await served.settle()
    await _filled(served, client, "Yes.")
    acts = [message.deed.act for message in served.heard if message.deed]
    assert acts == ["learning", "home", "answer", "learning", "home"]
    assert len(served.standin.called("views.publish")) == 2 and served.standin.written == []


async def test_nothing_waits(served: Served) -> None:
    """Whoever has no role sees the Home tab as it always was."""
    await served.client().event({"type": "app_home_opened", "channel": "D1", "tab": "home", "event_ts": "1.2"})
    await served.settle()
    home = served.standin.called("views.publish")[-1].body["view"]["blocks"]
    assert home[0]["text"]["text"] == "Can I post this?"
    assert served.heard[-1].deed == Deed("home", "") and served.heard[-1].thread.startswith(f"{HOME}/")


async def test_words_tell_their_channel(served: Served, stamp: Stamp) -> None:
    """A command and a mention tell the channel that they were typed in; the direct messages are no channel."""
    noor = await _staffed(served)
    channel = served.emulator.launches
    await noor.command("desk communications", channel)
    await noor.mention(channel, "desk coe_lead", stamp())
    await noor.message(await served.chat(), "desk coe_lead", stamp())
    await noor.command("queue", "D000000009", "directmessage")
    await served.settle()
    assert sorted(message.place for message in served.heard) == ["", "", channel, channel]
    assert "answers in this channel from now on" in served.standin.responses[0]["text"]


async def test_a_message_without_a_question(served: Served) -> None:
    """Of a message alone the conversation gets the message apart, and the answer shows what it is about."""
    channel = served.emulator.launches
    ts = await served.says("Third parcel lost, thanks a lot!", channel)
    client = served.client(served.emulator.noor)
    message = {"type": "message", "user": served.emulator.ines, "ts": ts, "text": "Third parcel lost, thanks a lot!"}
    payload = {"type": "message_action", "callback_id": "ask_about_message", "trigger_id": await served.trigger()}
    await client.interact({**payload, "channel": {"id": channel}, "message": message, "response_url": "x"})
    await served.settle()
    view = served.standin.called("views.open")[-1].answer["view"]
    state = {"question": {"question": {"value": None}}, "quoted": {"quoted": {"value": message["text"]}}}
    await client.interact({"type": "view_submission", "view": {**view, "state": {"values": state}}})
    await served.settle()
    assert (served.heard[-1].text, served.heard[-1].quoted) == ("", "Third parcel lost, thanks a lot!")
    assert served.heard[-1].place == channel
    last = served.standin.written[-1]
    assert last.method == "chat.postEphemeral" and "About the message: “Third parcel lost" in told(last.body["blocks"])


async def test_an_answer_that_a_button_brought_can_be_shared(served: Served) -> None:
    """Where a button brings the answer to a mention, it stands in the card's place and can be shared in its thread."""
    channel = served.emulator.launches
    ts = await served.says("<@U0CLEARPOST> maybe: a reporter", channel)
    await served.client().mention(channel, "maybe: a reporter", ts)
    await served.settle()
    unclear = _named(served.standin.written[-1].body["blocks"])
    assert set(unclear) >= {"May I post this?", "I saw this: what now?", "Send it to Social media lead"}
    await served.client().press(unclear["May I post this?"], channel, "1.1", ephemeral=True)
    await served.settle()
    response = served.standin.responses[-1]
    assert response["replace_original"] and "Share in thread" in _named(response["blocks"])
    await served.client().press(_named(response["blocks"])["Share in thread"], channel, "1.1", ephemeral=True)
    await served.settle()
    assert served.standin.written[-1].body["thread_ts"] == ts
