"""What triage and cases become in Block Kit: the order, the limits, the buttons that come back, and no markup."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack.blocks import MOST_BLOCKS, MOST_CHARACTERS, Card, Rendered, render, size
from bot.channels.slack.cases import LONGEST_NAME, pressed, value_of
from bot.channels.slack.elements import MOST_LABEL
from bot.conversation.ask import to_reply
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field, Head, Item, Listing, Option, Reply, ReplyKind, Said
from tests.fakes.answers import ANSWER, FakeAnswers

TODAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ANSWERED = to_reply(replace(ANSWER, question="A reporter wrote to me"), "r1", FakeAnswers().contacts)
ANSWERING = Action("answer", "case-1", "Answer", words=Field("Your answer", hint="What they may do"), submit="Send")
CASE = Reply(
    ReplyKind.CASE,
    "It is overdue.",
    head=Head("Case 12 · Urgent", "🚨", "bad"),
    notice="We are in a crisis.",
    facts=(("Status", "not claimed yet"), ("With", "Customer care")),
    asked="My kettle burned me",
    said=(Said("Ines Example", AT, "It was last night."), Said("Noor Example", AT, "Which kettle?")),
    lists=(Listing("Do", ("Say sorry",), "good"), Listing("Do not", ("Promise money",), "bad")),
    copy="We are sorry to hear that.",
    quotes=ANSWERED.quotes[:1],
    items=(Item("13 · High", "A row", (Action("claim", "case-13", "Claim", "primary"),)),),
    person=ANSWERED.person,
    notes=("I had answered “ask first”.",),
    actions=(Action("claim", "case-1", "Claim", style="primary", choice="over"), ANSWERING),
)

TEXT = st.text(max_size=200) | st.text(alphabet='<>&"\\\n*_~`@! ab', max_size=400)
LONG = TEXT | st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=20), st.integers(1, 3_000))
NAME = st.text(max_size=40)
FIELDS = st.builds(
    Field,
    label=TEXT,
    options=st.lists(st.tuples(NAME, TEXT), max_size=120).map(tuple),
    value=LONG,
    hint=TEXT,
    required=st.booleans(),
    several=st.booleans(),
    most=st.integers(1, 9_000),
)
ACTIONS = st.builds(
    Action,
    act=st.text(min_size=1, max_size=20),
    on=NAME,
    label=TEXT,
    style=st.sampled_from(["", "primary", "danger", "neon"]),
    choice=NAME,
    words=st.none() | FIELDS,
    choices=st.none() | FIELDS,
    title=TEXT,
    submit=TEXT,
)
MANY = st.lists(ACTIONS, max_size=14).map(tuple)
REPLIES = st.builds(
    Reply,
    kind=st.sampled_from(ReplyKind),
    text=LONG,
    id=st.sampled_from(["", "r1"]),
    head=st.none() | st.builds(Head, LONG, st.just("🚨"), st.just("bad")),
    notice=LONG,
    facts=st.lists(st.tuples(TEXT, LONG), max_size=40).map(tuple),
    asked=LONG,
    said=st.lists(st.builds(Said, TEXT, st.just(AT), LONG), max_size=30).map(tuple),
    lists=st.lists(st.builds(Listing, TEXT, st.lists(LONG, max_size=30).map(tuple), NAME), max_size=5).map(tuple),
    copy=LONG,
    items=st.lists(st.builds(Item, LONG, LONG, MANY), max_size=30).map(tuple),
    notes=st.lists(LONG, max_size=30).map(tuple),
    actions=MANY,
    private=st.booleans(),
)


def _all(node: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _all(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _all(value)


def _words(message: Rendered) -> list[str]:
    return [each["text"] for each in _all(message.blocks) if isinstance(each.get("text"), str)]


def _buttons(message: Rendered) -> list[Mapping[str, Any]]:
    return [each for each in _all(message.blocks) if each.get("type") == "button"]


def _keeps_the_limits(message: Rendered) -> None:
    assert len(message.blocks) <= MOST_BLOCKS and size(message.blocks) <= MOST_CHARACTERS
    assert len(message.text) <= 40_000 and "<" not in message.text
    ids = [each["block_id"] for each in message.blocks if "block_id" in each]
    assert len(set(ids)) == len(ids)
    for each in _all(message.blocks):
        assert each.get("type") != "mrkdwn"
        if each.get("type") == "button":
            assert 0 < len(each["text"]["text"]) <= MOST_LABEL and len(each.get("value", "")) <= 2_000
            assert each.get("style") in (None, "primary", "danger")
        if each.get("type") in ("text", "plain_text", "link"):
            assert 0 < len(each["text"]) <= 3_000
    names = [each["action_id"] for each in _all(message.blocks) if "action_id" in each]
    assert len(set(names)) == len(names)


def test_the_order() -> None:
    """Notice, head, text, facts, asked, said, lists, copy, quotes, items, person, notes, actions."""
    told = " | ".join(_words(render(Card(CASE, TODAY))))
    order = ["We are in a crisis.", "🚨 Case 12 · Urgent", "It is overdue.", "Status", "My kettle burned me"]
    order += ["It was last night.", "✅ Do", "Say sorry", "⛔ Do not", "You may post this as it stands"]
    order += [
        "We are sorry to hear that.",
        "Pass every question of a reporter",
        "13 · High",
        "Corporate communications",
    ]
    order += ["I had answered", "Answer"]
    places = [told.index(each) for each in order]
    assert places == sorted(places)
    assert "The nearest rule" not in told  # that is said of a hand-over, by its own words of a case


def test_the_fallback_says_the_same() -> None:
    """The plain words hold the notice, the facts, what was said and what to do."""
    text = render(Card(CASE, TODAY)).text
    for part in ("We are in a crisis.", "Status: not claimed yet", "“My kettle burned me”", "Do not: Promise money"):
        assert part in text
    assert "Noor Example, 2 November 2026, 09:30 UTC: “Which kettle?”" in text


def test_a_moment_is_told_by_the_readers_clock() -> None:
    """When something was said is a date that Slack shows in its reader's own time, with UTC where it cannot."""
    dates = [each for each in _all(render(Card(CASE, TODAY)).blocks) if each.get("type") == "date"]
    assert [each["timestamp"] for each in dates] == [int(AT.timestamp())] * 2
    assert dates[0]["fallback"] == "2 November 2026, 09:30 UTC"


def test_what_may_be_posted_stands_by_itself() -> None:
    """A holding reply can be copied as it stands."""
    (block,) = [each for each in _all(render(Card(CASE, TODAY)).blocks) if each.get("type") == "rich_text_preformatted"]
    assert block["elements"] == [{"type": "text", "text": "We are sorry to hear that."}]


def test_an_action_is_a_button_that_comes_back() -> None:
    """A button carries its act, what it is done to, and its choice; its form comes back with it."""
    found = {each["text"]["text"]: each for each in _buttons(render(Card(CASE, TODAY)))}
    assert json.loads(found["Claim"]["value"]) == {"a": "claim", "o": "case-1", "c": "over"}
    assert found["Claim"]["style"] == "primary" and found["Claim"]["action_id"].startswith("deed:")
    claimed, answering = pressed(found["Claim"]["value"]), pressed(found["Answer"]["value"])
    assert claimed and claimed.deed == Deed("claim", "case-1", choices=("over",)) and not claimed.form
    assert answering and answering.form == ANSWERING and answering.deed == Deed("answer", "case-1")


def test_a_row_says_what_its_button_is_about() -> None:
    """In a list every button tells a screen reader which row it belongs to."""
    (claim,) = [each for each in _buttons(render(Card(CASE, TODAY))) if "accessibility_label" in each]
    assert claim["accessibility_label"] == "Claim: 13 · High"


def test_a_form_that_is_too_long_is_asked_for() -> None:
    """A form that fits into no button is told by the conversation once it is pressed; it is never just done."""
    contacts = tuple((f"contact_{number}", f"Contact number {number}") for number in range(100))
    action = Action("reassign", "case-1", "Reassign", choices=Field("Who?", options=contacts))
    found = pressed(value_of(action, 1_200))
    assert found and found.asks and found.form is None and found.deed == Deed("reassign", "case-1")


def test_a_form_without_anything_required_stands_in_its_button() -> None:
    """Such a form would be done at once if it were asked for: so it is known before, even where room is scarce."""
    note = Action("send", "r1", "Add a note", words=Field("What should they know?", hint="A link", required=False))
    found = pressed(value_of(note, 200))
    assert found and found.form and found.form.words == note.words


@pytest.mark.parametrize("value", ["", "null", "[]", "{}", '{"a":"","o":""}', '{"a":1,"o":"x"}', "[" * 5_000])
def test_a_value_that_is_none_of_ours(value: str) -> None:
    """A forged or broken value is no press."""
    assert pressed(value) is None


@pytest.mark.parametrize("form", ['"x"', "[1]", '{"words":{"label":7}}', '{"act":{}}', '{"label":"x","nothing":1}'])
def test_a_form_that_is_none_of_ours(form: str) -> None:
    """A broken form in a button is no press, either, or at most one without that form's surprises."""
    found = pressed(f'{{"a":"claim","o":"x","f":{form}}}')
    assert found is None or (found.deed == Deed("claim", "x") and found.form and found.form.act == "claim")


def test_names_are_bounded() -> None:
    """An act, its object and its choice are believed up to a length."""
    for told in ({"a": "x" * 201, "o": ""}, {"a": "x", "o": "y" * 201}, {"a": "x", "o": "", "c": "z" * 201}):
        assert pressed(json.dumps(told)) is None
    assert len(value_of(Action("x" * 900, "y" * 900, "z", choice="c" * 900), 0)) < 3 * LONGEST_NAME + 40


def test_a_private_card_says_so() -> None:
    """The buttons of a card that one person alone sees carry that, and those of others do not."""
    ids = [
        block["block_id"] for block in render(Card(replace(CASE, private=True), TODAY)).blocks if "block_id" in block
    ]
    assert ids and all(each.endswith("-v") for each in ids)
    assert not any("v" in str(block.get("block_id", "")) for block in render(Card(CASE, TODAY)).blocks)


def test_a_notice_heads_an_answer() -> None:
    """In a crisis an answer begins with the notice, before its verdict."""
    told = _words(render(Card(replace(ANSWERED, notice="Do not post about the plant."), TODAY)))
    assert told[0] == "🚨 Do not post about the plant." and told[1] == "✋ Ask first"


def test_what_is_shared_has_no_actions() -> None:
    """What everybody reads has none of its asker's buttons."""
    assert _buttons(render(Card(CASE, TODAY, shared_by="U1"))) == []


def test_no_second_way_to_the_same_person() -> None:
    """A triage card with a button that sends it has no other one; where nothing is to do, a person can be asked."""
    triaged = Reply(ReplyKind.TRIAGE, "", id="r1", actions=(Action("escalate", "r1", "Send it"),))
    assert "person" not in [each["action_id"] for each in _buttons(render(Card(triaged, TODAY)))]
    unclear = replace(triaged, kind=ReplyKind.CLARIFY)
    assert "person" not in [each["action_id"] for each in _buttons(render(Card(unclear, TODAY)))]
    bare = render(Card(replace(triaged, actions=()), TODAY))
    assert [each["action_id"] for each in _buttons(bare)] == ["person"]


def test_the_message_is_named_where_nobody_sees_it() -> None:
    """What was asked about a message shows that message, once."""
    message = render(Card(Reply(ReplyKind.TRIAGE, "Well."), TODAY, quoted="Your kettle burned me"))
    assert "About the message: “Your kettle burned me”" in _words(message)
    twice = render(Card(Reply(ReplyKind.TRIAGE, "Well.", asked="Burned"), TODAY, quoted="Burned"))
    assert not any("About the message" in each for each in _words(twice))


def test_fifty_kilobytes() -> None:
    """However long an answer is, its card fits and shows its beginning; the newest of a long thread is there."""
    endless = "Every word of it counts. " * 2_000
    thread = tuple(Said(f"Colleague {number}", AT, endless) for number in range(40))
    message = render(Card(replace(CASE, said=thread, asked=endless, copy=endless), TODAY))
    _keeps_the_limits(message)
    told = " ".join(_words(message))
    assert "Colleague 39" in told and "earlier" in told and "…" in told


@given(REPLIES)
@settings(max_examples=120, deadline=None)
def test_any_reply_fits(reply: Reply) -> None:
    """Whatever a case holds, its message keeps Slack's limits, and no words become markup."""
    _keeps_the_limits(render(Card(reply, TODAY)))


@given(ACTIONS, st.integers(0, 1_500))
@settings(max_examples=120, deadline=None)
def test_what_a_button_carries_comes_back(action: Action, most: int) -> None:
    """Whatever an action is, its button tells the deed, and its form where that fits."""
    value = value_of(action, most)
    found = pressed(value)
    assert len(value) <= 2_000 and found is not None
    assert (found.deed.act, found.deed.on) == (action.act, action.on)
    assert found.asks or found.form == (replace(action, style="") if action.has_form else None)


def test_everything_too_long_at_once() -> None:
    """A card of which every part is far too long fits, with the buttons of the card and of its first rows."""
    endless = "🙋" * 6_000
    form = Field(endless, tuple((f"value-{number}", "Customer care") for number in range(100)), hint=endless)
    actions = tuple(
        Action("reassign" * 3, "c" * 40, endless, "danger", "d" * 20, form, form, endless, endless) for _ in range(12)
    )
    reply = replace(
        ANSWERED,
        kind=ReplyKind.CLARIFY,
        text=endless,
        head=Head(endless, "🚨", "bad"),
        notice=endless,
        facts=((endless, endless),) * 30,
        asked=endless,
        said=(Said(endless, AT, endless),) * 30,
        lists=(Listing(endless, (endless,) * 30, "bad"),) * 3,
        copy=endless,
        options=(Option(endless, "p", "s"),) * 20,
        conditions=(endless,) * 30,
        items=(Item(endless, endless, actions),) * 30,
        notes=(endless,) * 30,
        actions=actions,
    )
    for kind in (ReplyKind.CLARIFY, ReplyKind.CASE):
        message = render(Card(replace(reply, kind=kind), TODAY, asked=endless, quoted=endless, share="Share"))
        _keeps_the_limits(message)
        rows = {str(each["action_id"]).removeprefix("deed:")[:-2] for each in _buttons(message)}
        assert {"1", "2"} <= rows


def test_what_slack_escapes_comes_back_as_it_went() -> None:
    """A button carries none of the characters that Slack escapes in its payloads, and its form is whole again."""
    asked = Action("reassign", "case-1", "R&D <now>", choices=Field("Who?", options=(("rd", "R&D <Ghent> & co"),)))
    value = value_of(asked, 1_200)
    assert not set("&<>") & set(value)
    found = pressed(value)
    assert found and found.form and found.form.choices == asked.choices and found.form.label == "R&D <now>"


def test_the_answers_to_a_question_stand_below_it() -> None:
    """What decides is pressed right below the question, before what to do; whom to send it to stays at the end."""
    settle = tuple(Action("settle", "r1", label, choice=label) for label in ("Yes, hurt", "No, a joke"))
    asks = Reply(
        ReplyKind.TRIAGE,
        "Has anybody been hurt?",
        id="r1",
        lists=(Listing("Do", ("Keep it",), "good"),),
        actions=(*settle, Action("escalate", "r1", "Send it to Safety")),
    )
    blocks = render(Card(asks, TODAY)).blocks
    told = json.dumps(blocks)
    order = [told.index(words) for words in ("Has anybody", "Yes, hurt", "No, a joke", "Keep it", "Send it to Safety")]
    assert order == sorted(order)
    names = [each["action_id"] for block in blocks for each in block.get("elements", ()) if "action_id" in each]
    assert len(names) == len(set(names)) == 3
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
