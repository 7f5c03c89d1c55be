"""What a reply becomes in Block Kit: the words, the limits, and nothing that Slack could take for markup."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack.blocks import MOST_BLOCKS, MOST_CHARACTERS, Card, Rendered, note, render, size
from bot.channels.slack.elements import MOST_LABEL
from bot.conversation.ask import to_reply
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict
from tests.fakes.answers import ANSWER, CLARIFY, HAND_OVER, FakeAnswers

TODAY = date(2026, 11, 2)
CONTACTS = FakeAnswers().contacts
ANSWERED = to_reply(replace(ANSWER, question="A reporter wrote to me"), "r1", CONTACTS)
CLARIFYING = to_reply(CLARIFY, "r2", CONTACTS)
HANDED_OVER = to_reply(HAND_OVER, "r3", CONTACTS)

TEXT = st.text(max_size=200) | st.text(alphabet='<>&"\\\n*_~`@! ab', max_size=400)
LONG = TEXT | st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=20), st.integers(1, 3_000))
QUOTES = st.builds(
    Quote,
    text=LONG,
    plain=LONG,
    policy=TEXT,
    title=TEXT,
    version=st.text(max_size=20),
    effective=st.none() | st.dates(),
    section=TEXT,
    heading=TEXT,
    verdict=st.sampled_from(Verdict),
    inferred=st.booleans(),
)
PEOPLE = st.builds(
    Person,
    id=st.just("press"),
    name=TEXT,
    hours=TEXT,
    reach=st.lists(st.tuples(st.sampled_from(["email", "phone", "channel", "fax"]), LONG), max_size=8).map(tuple),
)
REPLIES = st.builds(
    Reply,
    kind=st.sampled_from(ReplyKind),
    text=LONG,
    id=st.sampled_from(["", "r1"]),
    question=LONG,
    verdict=st.none() | st.sampled_from(Verdict),
    inferred=st.booleans(),
    conditions=st.lists(LONG, max_size=40).map(tuple),
    quotes=st.lists(QUOTES, max_size=5).map(tuple),
    sources=st.lists(LONG, max_size=8).map(tuple),
    options=st.lists(st.builds(Option, LONG, TEXT, TEXT), max_size=40).map(tuple),
    person=st.none() | PEOPLE,
    examples=st.lists(LONG, max_size=8).map(tuple),
)
CARDS = st.builds(
    Card,
    reply=REPLIES,
    today=st.just(TODAY),
    asked=LONG,
    typed=TEXT,
    chose=LONG,
    share=st.sampled_from(["", "Share in thread"]),
    thanks=st.none() | REPLIES,
    person=st.none() | REPLIES,
    shared_by=st.sampled_from(["", "U1"]),
)


def _all(node: object) -> Iterator[Mapping[str, Any]]:
    """Every object in a tree of blocks."""
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _all(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _all(value)


def _words(message: Rendered) -> list[str]:
    return [each["text"] for each in _all(message.blocks) if isinstance(each.get("text"), str)]


def _actions(message: Rendered) -> list[str]:
    return [each["action_id"] for each in _all(message.blocks) if "action_id" in each]


@pytest.mark.parametrize("kind", [ReplyKind.ANSWER, ReplyKind.HAND_OVER, ReplyKind.CLARIFY])
def test_everything_too_long_at_once(kind: ReplyKind) -> None:
    """A reply of which every part is far too long fits, and its first options stay."""
    endless = "🙋" * 6_000
    quote = Quote(endless, endless, "p", endless, endless, TODAY, "s", endless, Verdict.NO, inferred=True)
    reply = Reply(
        kind,
        endless,
        id="r" * 16,
        question=endless,
        conditions=(endless,) * 30,
        quotes=(quote,) * 6,
        sources=(endless,) * 6,
        options=(Option(endless, "p", "s"),) * 20 if kind is ReplyKind.CLARIFY else (),
        person=Person("x", endless, endless, (("email", f"{endless}@example.com"), ("channel", endless))),
        examples=(endless,) * 6,
    )
    thanks, person = replace(reply, kind=ReplyKind.THANKS), replace(reply, kind=ReplyKind.PERSON)
    card = Card(reply, TODAY, endless, endless, endless, "Share", thanks, person)
    message = render(card)
    assert len(message.blocks) <= MOST_BLOCKS and size(message.blocks) <= MOST_CHARACTERS
    chosen = [each for each in _all(list(message.blocks)) if str(each.get("action_id", "")).startswith("choose_")]
    assert len(chosen) == (8 if kind is ReplyKind.CLARIFY else 0)


@given(CARDS)
@settings(max_examples=150, deadline=None)
def test_any_reply_fits(card: Card) -> None:
    """Whatever the policy's length, a message keeps Slack's limits: blocks, characters, labels, no empty text."""
    message = render(card)
    assert len(message.blocks) <= MOST_BLOCKS
    assert size(message.blocks) <= MOST_CHARACTERS
    assert len(message.text) <= 40_000
    for each in _all(message.blocks):
        if each.get("type") == "button":
            assert 0 < len(each["text"]["text"]) <= MOST_LABEL
            assert len(each.get("value", "")) <= 2_000 and len(each.get("url", "")) <= 3_000
        if each.get("type") in ("text", "plain_text", "link"):
            assert 0 < len(each["text"]) <= 3_000
        if each.get("type") == "actions":
            names = [element["action_id"] for element in each["elements"]]
            assert 0 < len(names) <= 25 and len(set(names)) == len(names)


@given(CARDS)
@settings(max_examples=80, deadline=None)
def test_no_words_become_markup(card: Card) -> None:
    """No text of a policy or a person stands where Slack reads mentions and links, in blocks or in the fallback."""
    message = render(card)
    assert all(each.get("type") != "mrkdwn" for each in _all(message.blocks))
    assert "<" not in message.text and ">" not in message.text


@given(st.text(min_size=1, max_size=8_000).filter(lambda text: text.strip()))
@settings(max_examples=60, deadline=None)
def test_a_quote_is_verbatim(text: str) -> None:
    """The pieces of a quote together are its own characters; where it is cut short, the card says so."""
    quoted = replace(ANSWERED.quotes[0], text=text, plain=text)
    message = render(Card(replace(ANSWERED, quotes=(quoted,)), TODAY))
    pieces = [each["elements"][0]["text"] for each in _all(message.blocks) if each.get("type") == "rich_text_quote"]
    shown = "".join(pieces)
    if shown.endswith(" […]") and not text.strip().endswith(" […]"):
        assert text.strip().startswith(shown.removesuffix(" […]"))
        assert any("Only the beginning" in each for each in _words(message))
    else:
        assert shown == text.strip()


def test_a_long_quote_is_split_over_blocks() -> None:
    """A quote longer than a block goes on in the next one."""
    text = "Every word counts here. " * 250
    message = render(Card(replace(ANSWERED, quotes=(replace(ANSWERED.quotes[0], text=text, plain=text),)), TODAY))
    pieces = [each["elements"][0]["text"] for each in _all(message.blocks) if each.get("type") == "rich_text_quote"]
    assert len(pieces) == 3 and "".join(pieces) == text.strip()


def test_the_verdict_comes_first() -> None:
    """An answer begins with its verdict, as a word and an emoji, and names policy, section, version and date."""
    message = render(Card(ANSWERED, TODAY, share="Share in thread"))
    assert message.blocks[0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": "✋ Ask first", "emoji": True},
    }
    told = " ".join(_words(message))
    assert told.count("Pass every question of a reporter to Communications.") == 2
    assert "Journalists and analysts, section “A reporter asks”, version 1.0, in force since 1 September 2026" in told
    assert "Have this ready when you ask" in told and "the name of the outlet" in told
    assert "Corporate communications" in told and "Mon–Fri 07:00–20:00 (UTC)" in told and "press@example.com" in told
    assert _actions(message) == ["person", "helped", "not_helped", "share"]


def test_the_fallback_says_the_same() -> None:
    """The plain text holds the verdict, the quote with its source, the conditions and whom to ask."""
    text = render(Card(ANSWERED, TODAY)).text
    assert text.startswith("Ask first. ")
    for part in ("“Pass every question", "version 1.0", "the name of the outlet", "Ask Corporate communications"):
        assert part in text


def test_options_become_buttons() -> None:
    """Each option of a question that decides is a button with the reply's id and its number, and nothing else."""
    message = render(Card(CLARIFYING, TODAY))
    buttons = [each for each in _all(message.blocks) if each.get("type") == "button"]
    assert [(each["text"]["text"], each.get("value")) for each in buttons[:2]] == [
        ("Our company", "r2:0"),
        ("My hobby", "r2:1"),
    ]
    assert "helped" not in _actions(message)


def test_a_long_option_is_read_in_full() -> None:
    """Where Slack would cut a button's words short, each option stands in full beside its button."""
    label = "Only if every one of the people in the picture agreed to it in writing before it was taken, and we kept it"
    message = render(Card(replace(CLARIFYING, options=(Option(label, "p", "s"), Option("No", "p", "t"))), TODAY))
    rows = [block for block in message.blocks if "accessory" in block]
    assert [row["text"]["text"] for row in rows] == [label, "No"]
    assert [row["accessory"]["value"] for row in rows] == ["r2:0", "r2:1"]
    assert all(row["accessory"]["accessibility_label"].startswith("Choose: ") for row in rows)
    assert len({row["block_id"] for row in rows}) == 2


def test_the_nearest_rule_is_called_so() -> None:
    """A hand-over shows its rule as the nearest one, not as an answer."""
    told = _words(render(Card(HANDED_OVER, TODAY)))
    assert "🙋 Not sure: ask a person" in told
    assert "The nearest rule in our policies. It may not fit your case." in told


@pytest.mark.parametrize(("helped", "text"), [(True, "Thank you, good to know."), (False, "Noted.")])
def test_thanks_take_the_place_of_feedback(helped: bool, text: str) -> None:
    """After a rating the two buttons are gone and the thanks stand there; the others stay."""
    card = Card(ANSWERED, TODAY, share="Share in thread", thanks=Reply(ReplyKind.THANKS, text))
    message = render(card)
    assert text in _words(message)
    assert _actions(message) == ["person", "share"]


def test_the_person_is_added() -> None:
    """After "Ask a person" the card tells what to do and offers a mail with the question."""
    person = Reply(ReplyKind.PERSON, "They can decide this.", person=ANSWERED.person, about=ANSWERED)
    message = render(Card(ANSWERED, TODAY, person=person))
    assert "They can decide this." in _words(message)
    links = [each["url"] for each in _all(message.blocks) if each.get("action_id") == "mail"]
    assert links == ["mailto:press@example.com?subject=Can%20I%20post%20this%3F&body=A%20reporter%20wrote%20to%20me"]
    assert "person" not in _actions(message)


def test_what_is_shared_has_no_buttons() -> None:
    """A shared card names who shared it and what was asked, and none of its buttons are the asker's."""
    message = render(Card(ANSWERED, TODAY, asked="A reporter wrote to me", share="Share", shared_by="U1"))
    assert _actions(message) == []
    assert {"type": "user", "user_id": "U1"} in list(_all(message.blocks))
    assert any("A reporter wrote to me" in each for each in _words(message))


def test_small_talk_offers_questions() -> None:
    """Questions to try are buttons that carry the question."""
    message = render(Card(Reply(ReplyKind.SMALL_TALK, "Hello!", examples=("May I?", "Can I?")), TODAY))
    values = [each["value"] for each in _all(message.blocks) if each.get("type") == "button"]
    assert values == ["May I?", "Can I?"] and message.text == "Hello!"


def test_a_note_cannot_mention_anybody() -> None:
    """A line in small letters is escaped in the fallback and plain in its block."""
    message = note("<!channel> & co")
    assert message.text == "&lt;!channel&gt; &amp; co"
    assert json.loads(json.dumps(message.blocks))[0]["elements"][0]["type"] == "plain_text"
