"""Cards: what they say, that Teams takes them whatever a policy says, and that no text becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.teams.cards import LARGEST, Buttons, View, card, post, question_card, size
from bot.channels.teams.elements import harmless, shortened
from bot.conversation.reply import Action, Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict

DAY: Final = date(2026, 11, 2)
VIEW: Final = View(DAY, "29:ines")
QUOTE: Final = Quote(
    text="You **may** praise our products when every reader can tell that you work here.",
    plain="You may praise our products when every reader can tell that you work here.",
    policy="disclosure",
    title="Disclosure policy",
    version="2.0",
    effective=date(2026, 9, 1),
    section="say-who",
    heading="Say who you work for",
    verdict=Verdict.YES_IF,
    inferred=False,
)
PERSON: Final = Person(
    "lead", "Social media lead", "Mon–Fri", (("email", "social@example.com"), ("channel", "#social"))
)
ANSWER: Final = Reply(
    ReplyKind.ANSWER,
    QUOTE.text,
    id="r1",
    question="may I praise our blender?",
    verdict=Verdict.YES_IF,
    inferred=True,
    conditions=("the post itself names your employer",),
    quotes=(QUOTE, replace(QUOTE, plain="Another rule.")),
    sources=("16 CFR 255.5",),
    person=PERSON,
)
MAIL: Final = "mailto:social@example.com?subject=Can%20I%20post%20this%3F&body=may%20I%20praise%20our%20blender%3F"
EVIL: Final = "[click](https://evil.example.com) **bold** _it_ <at>Everyone</at> `x` {{DATE(2026-01-01T00:00:00Z)}} # h"


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    """Microsoft's own schema of version 1.5."""
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8")
    read = json.loads(text)
    return jsonschema.validators.validator_for(read)(read)


def elements(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object in a card."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from elements(each)
    elif isinstance(value, list):
        for each in value:
            yield from elements(each)


def texts(drawn: object) -> list[str]:
    """What is read on a card, from top to bottom, with its buttons."""
    return [str(each.get("text", each.get("title"))) for each in elements(drawn) if "text" in each or "title" in each]


def test_verdict_comes_first() -> None:
    """The first thing on a card is the verdict, as word and emoji, on a colour of its own."""
    drawn = card(ANSWER, VIEW)
    first = drawn["body"][0]  # type: ignore[index] # a list of elements
    assert first["style"] == "accent" and texts(first) == ["☑️ Yes, if"]


@pytest.mark.parametrize(
    ("verdict", "word", "style"),
    [
        (Verdict.YES, "✅ Yes", "good"),
        (Verdict.ASK_FIRST, "✋ Ask first", "warning"),
        (Verdict.NO, "⛔ No", "attention"),
    ],
)
def test_colour_of_a_verdict(verdict: Verdict, word: str, style: str) -> None:
    """Each verdict has its word, its sign and its colour."""
    first = card(replace(ANSWER, verdict=verdict), VIEW)["body"][0]  # type: ignore[index] # a list of elements
    assert (texts(first), first["style"]) == ([word], style)


def test_order_of_an_answer() -> None:
    """Verdict, quote with its source and legal basis, conditions, further rules, whom to ask, buttons."""
    assert texts(card(ANSWER, VIEW)) == [
        "☑️ Yes, if",
        "“You may praise our products when every reader can tell that you work here.”",
        "Disclosure policy, section “Say who you work for”, version 2.0, in force since 1 September 2026",
        "Legal basis: 16 CFR 255.5",
        "This verdict is inferred from the wording, not marked by its author.",
        "All of this must be true",
        "•",
        "the post itself names your employer",
        "More from our policies",
        "More from our policies",
        "“Another rule.”",
        "Disclosure policy, section “Say who you work for”, version 2.0, in force since 1 September 2026",
        "🙋 Ask Social media lead",
        "social@example.com  ·  #social",
        "Mon–Fri",
        f"[Write an e-mail]({MAIL})",
        "Ask a person",
        "👍 Helpful",
        "👎 Not helpful",
        "Refresh",
    ]


def test_hand_over_shows_the_nearest_rule_as_such() -> None:
    """A rule that may not fit is shown, and said to be the nearest; no verdict is."""
    drawn = texts(card(replace(ANSWER, kind=ReplyKind.HAND_OVER, verdict=None, text="I am not sure."), VIEW))
    assert drawn[:3] == [
        "🙋 Not sure: ask a person",
        "I am not sure.",
        "The nearest rule in our policies. It may not fit your case.",
    ]


def test_clarify_has_a_button_for_each_option() -> None:
    """Each option is a button of its own row, counted from 0; rules are behind a button."""
    asked = replace(ANSWER, kind=ReplyKind.CLARIFY, verdict=None, text="Is it public?", conditions=(), sources=())
    drawn = card(replace(asked, options=(Option("Yes", "p", "a"), Option("No", "p", "b"))), VIEW)
    buttons = [each for each in elements(drawn) if each.get("verb") == "choose"]
    assert [(each["title"], each["data"]) for each in buttons] == [
        ("Yes", {"reply": "r1", "option": 0}),
        ("No", {"reply": "r1", "option": 1}),
    ]
    assert "👍 Helpful" not in texts(drawn) and "Ask a person" in texts(drawn)


def test_long_options_wrap() -> None:
    """An option that a button would cut off stands in full beside a short button, which readers hear in full."""
    label = "Prices, customers, bids, costs, capacity, pay or hiring of ours"
    asked = Reply(
        ReplyKind.CLARIFY, "What is it about?", id="r1", options=(Option(label, "p", "a"), Option("No", "p", "b"))
    )
    rows = [each for each in elements(card(asked, VIEW)) if each.get("type") == "ColumnSet"]
    assert [texts(each) for each in rows] == [[label, "Choose"], ["No", "Choose"]]
    (action,) = [each for each in elements(rows[0]) if each.get("type") == "Action.Execute"]
    assert action["verb"] == "choose" and action["tooltip"].startswith("Prices, customers")


def test_refresh_is_for_the_asker_alone() -> None:
    """A card refreshes for the person who asked, and not where there is nothing to refresh."""
    assert card(ANSWER, VIEW)["refresh"] == {
        "action": {"type": "Action.Execute", "title": "Refresh", "verb": "show", "data": {"reply": "r1"}},
        "userIds": ["29:ines"],
    }
    for reply, view in (
        (replace(ANSWER, id=""), VIEW),
        (ANSWER, View(DAY)),
        (ANSWER, View(DAY, "29:ines", Buttons.DIALOG)),
    ):
        assert "refresh" not in card(reply, view)


def test_whom_to_ask_is_said_once() -> None:
    """A reply that only names a person says its text once, beside the name."""
    told = "Social media lead can help with this."
    shown = texts(card(Reply(ReplyKind.PERSON, told, question="who?", person=PERSON), VIEW))
    assert shown[:3] == ["🙋 Ask a person", told, "🙋 Ask Social media lead"]


def test_the_subject_of_a_mail_says_what_it_is_about() -> None:
    """What somebody saw is not a question whether it may be posted; of a case nobody knows which of the two it is."""
    saw = Reply(ReplyKind.TRIAGE, "", id="r1", question="Ugh!", person=PERSON, triaged_as="complaint")
    case = Reply(ReplyKind.NOTE, "Nobody was told.", person=PERSON)
    drawn = {
        "Something I saw about us": (saw, Reply(ReplyKind.PERSON, "", person=PERSON, about=saw)),
        "A question for you": (
            case,
            Reply(ReplyKind.PERSON, "", person=PERSON),
            Reply(ReplyKind.CLARIFY, "Which?", person=PERSON, actions=(Action("escalate", "r1", "Send it"),)),
        ),
        "Can I post this?": (ANSWER, Reply(ReplyKind.PERSON, "", person=PERSON, about=ANSWER)),
    }
    for subject, replies in drawn.items():
        for reply in replies:
            (link,) = [each for each in texts(card(reply, VIEW)) if "mailto:" in each]
            assert f"?subject={quote(subject, safe='')}" in link, reply.kind


def test_understood_is_repeated_only_where_it_differs() -> None:
    """The question in full is shown where another one was understood than was typed."""
    assert "Understood as" not in json.dumps(card(ANSWER, replace(VIEW, typed="May I praise our  blender?")))
    assert "Understood as: may I praise our blender?" in texts(card(ANSWER, replace(VIEW, typed="and blender?")))


def test_playground_examples_need_no_imback() -> None:
    """In the Playground, which stumbles over imBack, examples are plain submits."""
    reply = Reply(ReplyKind.WELCOME, "Hello", examples=("May I?",))
    (chat,) = [each["data"] for each in elements(card(reply, VIEW)) if each.get("type") == "Action.Submit"]
    assert chat == {"msteams": {"type": "imBack", "value": "May I?"}}
    drawn = card(reply, View(DAY, "", Buttons.PLAYGROUND))
    (plain,) = [each["data"] for each in elements(drawn) if each.get("type") == "Action.Submit"]
    assert plain == {"question": "May I?"}


def test_notification_says_the_verdict() -> None:
    """The line of a notification is the verdict and the rule, in plain words."""
    assert post(ANSWER, VIEW).summary == f"Yes, if: {QUOTE.plain}"


def test_spoken_and_fallback() -> None:
    """A card can be read aloud, and says what to do where it cannot be shown."""
    drawn = card(ANSWER, VIEW)
    assert str(drawn["speak"]).startswith(f"Yes, if. {QUOTE.plain}") and "update Teams" in str(drawn["fallbackText"])


def test_form_shows_the_message() -> None:
    """The form of the dialog shows the message that it is about, cut where it is long; its question may stay empty."""
    drawn = question_card("x" * 50_000)
    assert size(drawn) <= LARGEST and "xxx …" in json.dumps(drawn, ensure_ascii=False)
    (field,) = [each for each in elements(drawn) if each.get("type") == "Input.Text"]
    assert "isRequired" not in field and "value" not in field
    (alone,) = [each for each in elements(question_card("")) if each.get("type") == "Input.Text"]
    assert alone["isRequired"]


def test_harmless() -> None:
    """Control characters and the functions of cards are taken out; everything else stays."""
    assert harmless("a\x00b\u202e {{ DATE(x) }} {{x}} ü 🎉\n") == "ab {\u200b{ DATE(x) }} {{x}} ü 🎉\n"


def test_shortened() -> None:
    """Texts are cut between words where they can be, and never longer than allowed."""
    assert shortened("one two three", 9) == "one two …"
    assert shortened("x" * 30, 10) == "x" * 8 + " …"
    assert shortened("short", 5) == "short"
    assert shortened("x" * 30, 1) == shortened("x" * 30, 0) == " …"


def test_text_never_becomes_markup() -> None:
    """Texts of others stand where Markdown is not read: in text runs, titles and values."""
    person = Person("p", EVIL, EVIL, (("email", "a[b](c)@example.com"), ("channel", "https://x.example.com/[a](b) c")))
    evil = replace(QUOTE, plain=EVIL, title=EVIL, heading=EVIL, version=EVIL)
    reply = Reply(
        ReplyKind.ANSWER,
        EVIL,
        id="r1",
        question=EVIL,
        verdict=Verdict.NO,
        conditions=(EVIL,),
        quotes=(evil, evil),
        sources=(EVIL,),
        options=(Option(EVIL, "p", "s"),),
        person=person,
        examples=(EVIL,),
    )
    about = Reply(ReplyKind.PERSON, EVIL, person=person, question=EVIL, about=reply)
    for shown in (card(reply, replace(VIEW, typed="t")), card(about, VIEW), question_card(EVIL)):
        blocks = [each["text"] for each in elements(shown) if each.get("type") == "TextBlock"]
        links = [re.fullmatch(r"\[[A-Za-z -]+\]\((?:mailto:|https://x\.)[^()\[\] \\]*\)", each) for each in blocks]
        assert [
            each for each, link in zip(blocks, links, strict=True) if not link and re.search(r"[\[\]<>*_`#]", each)
        ] == []
        assert not [each for each in texts(shown) if "{{DATE" in each]


WORDS = st.text(max_size=6000)
LONG = st.one_of(WORDS, st.integers(1, 60_000).map(lambda count: "ü🎉" * count), st.just(EVIL * 500))
QUOTES = st.builds(
    Quote,
    text=WORDS,
    plain=LONG,
    policy=st.just("p"),
    title=LONG,
    version=WORDS,
    effective=st.none() | st.dates(),
    section=st.just("s"),
    heading=LONG,
    verdict=st.sampled_from(Verdict),
    inferred=st.booleans(),
)
PEOPLE = st.builds(
    Person,
    id=st.just("p"),
    name=LONG,
    hours=WORDS,
    reach=st.lists(
        st.tuples(st.sampled_from(["email", "channel", "phone", "pager"]), st.one_of(WORDS, st.emails())), max_size=9
    ).map(tuple),
)
REPLIES = st.builds(
    Reply,
    kind=st.sampled_from(ReplyKind),
    text=LONG,
    id=st.sampled_from(["", "r1"]),
    question=LONG,
    verdict=st.none() | st.sampled_from(Verdict),
    inferred=st.booleans(),
    conditions=st.lists(LONG, max_size=9).map(tuple),
    quotes=st.lists(QUOTES, max_size=8).map(tuple),
    sources=st.lists(LONG, max_size=9).map(tuple),
    options=st.lists(st.builds(Option, WORDS, st.just("p"), st.just("s")), max_size=9).map(tuple),
    person=st.none() | PEOPLE,
    examples=st.lists(WORDS, max_size=9).map(tuple),
)
SHOWN = st.one_of(REPLIES, st.builds(lambda reply, about: replace(reply, about=about), REPLIES, REPLIES))
VIEWS = st.builds(
    View,
    today=st.just(DAY),
    viewer=st.sampled_from(["", "29:ines"]),
    buttons=st.sampled_from(Buttons),
    typed=st.sampled_from(["", "typed"]),
    share=st.booleans(),
    note=st.sampled_from(["", "A note."]),
)


@settings(max_examples=60, deadline=None)
@given(SHOWN, VIEWS)
def test_any_reply_is_a_card_that_teams_takes(schema: jsonschema.protocols.Validator, reply: Reply, view: View) -> None:
    """Whatever the texts: valid by the official schema, small, wrapped everywhere, and without a fixed width."""
    drawn = card(reply, view)
    schema.validate(json.loads(json.dumps(drawn)))
    assert size(drawn) <= LARGEST
    assert len(post(reply, view).summary) <= 200
    for each in elements(drawn):
        assert each.get("type") != "TextBlock" or each["wrap"] is True
        assert each.get("width", "auto") in ("auto", "stretch") and not {"height", "minHeight"} & set(each)
    actions = drawn.get("actions", [])
    assert isinstance(actions, list) and len(actions) <= 6
    identifiers = [each["id"] for each in elements(drawn) if "id" in each]
    assert len(identifiers) == len(set(identifiers))


def test_form_is_a_card_that_teams_takes(schema: jsonschema.protocols.Validator) -> None:
    """The form of the dialog is valid, too."""
    for prefilled in ("may I?", ""):
        schema.validate(json.loads(json.dumps(question_card(prefilled))))
