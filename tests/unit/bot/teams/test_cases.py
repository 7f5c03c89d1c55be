"""Cases as cards: their order, their forms, that any of them fits, and that no words of theirs become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.teams.cards import LARGEST, Buttons, View, card, post, size
from bot.channels.teams.cases import is_line, line
from bot.channels.teams.deeds import deed_of
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field, Head, Item, Listing, Reply, ReplyKind, Said
from tests.unit.bot.teams.test_cards import ANSWER, DAY, EVIL, PERSON, QUOTE, VIEW, elements, schema, texts

NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHARED: Final = View(DAY)
CLAIM: Final = Action("claim", "case-1", "Claim", style="primary")
REPLY: Final = Action(
    "answer",
    "case-1",
    "Answer",
    words=Field("Your answer", hint="What they may do", value="So far", most=3000),
    title="Answer case 17",
    submit="Send",
)
REASSIGN: Final = Action(
    "reassign",
    "case-1",
    "Reassign",
    words=Field("A word to them", required=False, most=100),
    choices=Field("Who should take it?", options=(("legal", "Legal"), ("press,de", "Press")), value="press,de"),
)
TOPICS: Final = Action(
    "crisis", "x", "Topics", choices=Field("Which?", (("a,b", "A"), ("c%2C", "C")), "c%2C", several=True)
)
CASE: Final = Reply(
    ReplyKind.CASE,
    "A reminder: nobody has answered yet.",
    head=Head("Case 17 · Urgent", "🚨", "bad"),
    notice="A recall is under way.",
    facts=(("Status", "not claimed yet"), ("With", "Product safety")),
    asked="My kettle burned my hand",
    said=(Said("Ines Example", NOON, "It happened twice."),),
    lists=(Listing("Do", ("Answer within the hour",), "good"), Listing("Do not", ("Delete the comment",), "bad")),
    copy="We are sorry, and look into it.",
    quotes=(QUOTE,),
    items=(Item("18 · High", "A second case", (CLAIM,)),),
    person=PERSON,
    notes=("I had answered “no”.",),
    actions=(CLAIM, REPLY, REASSIGN),
)


def drawn(*actions: Action, buttons: Buttons = Buttons.CHAT, private: bool = False) -> Mapping[str, Any]:
    """A card with nothing but actions."""
    return card(Reply(ReplyKind.CASE, "x", actions=actions, private=private), View(DAY, "", buttons))


def of(shown: object, kind: str) -> list[Mapping[str, Any]]:
    """The elements of a type."""
    return [each for each in elements(shown) if each.get("type") == kind]


def test_order_of_a_case() -> None:
    """Notice, head, text, facts, asked, said, lists, what may be posted, rule, rows, person, notes, buttons."""
    shown = texts(card(CASE, SHARED))
    wanted = [
        "A recall is under way.",
        "🚨 Case 17 · Urgent",
        "A reminder: nobody has answered yet.",
        "Status: ",
        "not claimed yet",
        "With: ",
        "Product safety",
        "“My kettle burned my hand”",
        "Ines Example",
        "{{DATE(2026-11-02T12:00:00Z, SHORT)}} {{TIME(2026-11-02T12:00:00Z)}}",
        "It happened twice.",
        "✅ Do",
        "•",
        "Answer within the hour",
        "⛔ Do not",
        "•",
        "Delete the comment",
        "You may post this as it stands",
        "We are sorry, and look into it.",
        f"“{QUOTE.plain}”",
        "18 · High",
        "A second case",
        "Claim",
        "🙋 Ask Social media lead",
        "I had answered “no”.",
        "Claim",
        "Answer",
    ]
    at = -1
    for words in wanted:
        at = shown.index(words, at + 1)


@pytest.mark.parametrize("words", ["“It leaked.” So they say.", '"It leaked."'])
def test_quotation_marks_are_not_doubled(words: str) -> None:
    """A post that came with its quotation marks is shown with those alone."""
    assert words in texts(card(Reply(ReplyKind.CASE, "", asked=words), SHARED))


def test_notice_stands_above_an_answer() -> None:
    """A crisis is said above the verdict of an answer, in a style that is seen."""
    first, second = card(replace(ANSWER, notice="A recall is under way."), VIEW)["body"][:2]  # type: ignore[index] # a list
    assert first["style"] == "attention" and texts(first) == ["A recall is under way."]
    assert texts(second) == ["☑️ Yes, if"]


def test_time_is_told_in_utc() -> None:
    """Times go out in UTC, whatever zone they came in; Teams shows them in the reader's own."""
    at = datetime(2026, 11, 2, 1, tzinfo=timezone(timedelta(hours=2)))
    shown = card(Reply(ReplyKind.CASE, "", said=(Said("Omar", at, "hello"),)), SHARED)
    assert "{{DATE(2026-11-01T23:00:00Z, SHORT)}} {{TIME(2026-11-01T23:00:00Z)}}" in texts(shown)


def test_button_is_a_deed() -> None:
    """A press on an action without a form sends back what it does, to what, and its choice."""
    (button,) = of(drawn(replace(CLAIM, choice="over")), "Action.Execute")
    assert (button["title"], button["verb"], button["style"]) == ("Claim", "deed", "positive")
    assert deed_of(button["verb"], button["data"]) == Deed("claim", "case-1", "", ("over",))


def test_dialog_submits() -> None:
    """A dialog knows no Action.Execute: there the same data is submitted."""
    shown = drawn(CLAIM, REPLY, buttons=Buttons.DIALOG)
    assert not of(shown, "Action.Execute")
    plain, form = of(shown, "Action.Submit")
    assert deed_of(plain["data"]["verb"], plain["data"]) == Deed("claim", "case-1")
    typed = {**form["data"], "words": "hello"}
    assert deed_of(typed["verb"], typed) == Deed("answer", "case-1", "hello")


def test_card_without_buttons() -> None:
    """A card that is only shown has no buttons and no forms."""
    shown = card(CASE, View(DAY, "", Buttons.NONE))
    assert not [each for each in elements(shown) if str(each.get("type")).startswith(("Action.S", "Action.E", "Input"))]


def test_form_opens_in_the_card() -> None:
    """An action with fields opens a form with its title, its fields as they are, and its own button."""
    (opened,) = of(drawn(REPLY), "Action.ShowCard")
    (field,) = of(opened, "Input.Text")
    assert opened["title"] == "Answer" and texts(opened["card"])[0] == "Answer case 17"
    assert (field["id"], field["label"], field["value"]) == ("words", "Your answer", "So far")
    assert (field["placeholder"], field["maxLength"]) == ("What they may do", 3000)
    assert field["isMultiline"] and field["isRequired"] and field["errorMessage"]
    assert [each["title"] for each in opened["card"]["actions"]] == ["Send"]


def test_short_optional_field() -> None:
    """A field for a few words has one line, and one that is not required may stay empty."""
    (field,) = of(drawn(REASSIGN), "Input.Text")
    assert not field["isMultiline"] and "isRequired" not in field


def test_forms_of_a_card_do_not_mix() -> None:
    """Each form has inputs of its own, and its deed takes those alone."""
    shown = drawn(REPLY, REASSIGN)
    names = [each["id"] for each in elements(shown) if "id" in each]
    assert names == ["words", "choices2", "words2"]
    answer, reassign = [each["card"]["actions"][0]["data"] for each in of(shown, "Action.ShowCard")]
    typed = {"words": "one", "words2": "two", "choices2": "legal"}
    assert deed_of("deed", {**answer, **typed}) == Deed("answer", "case-1", "one")
    assert deed_of("deed", {**reassign, **typed}) == Deed("reassign", "case-1", "two", ("legal",))


def test_choices_may_hold_commas() -> None:
    """Teams joins several choices by commas: a value with one comes back whole, chosen alone or with others."""
    (one,) = of(drawn(REASSIGN), "Input.ChoiceSet")
    (several,) = of(drawn(TOPICS), "Input.ChoiceSet")
    assert one["style"] == "compact" and several["style"] == "expanded" and several["isMultiSelect"]
    assert several["value"] == several["choices"][1]["value"] and one["value"] == one["choices"][1]["value"]
    (shown,) = of(drawn(REASSIGN), "Action.ShowCard")
    data = shown["card"]["actions"][0]["data"]
    assert deed_of("deed", {**data, "choices": one["value"]}) == Deed("reassign", "case-1", "", ("press,de",))
    (shown,) = of(drawn(TOPICS), "Action.ShowCard")
    data, ticked = shown["card"]["actions"][0]["data"], ",".join(each["value"] for each in several["choices"])
    assert deed_of("deed", {**data, "choices": ticked}) == Deed("crisis", "x", "", ("a,b", "c%2C"))
    assert deed_of("deed", {**data, "choices": ""}) == Deed("crisis", "x")


def test_private_card_is_marked() -> None:
    """The buttons of a card for one person alone say so, that it can be put in place of."""
    (button,) = of(drawn(CLAIM, private=True), "Action.Execute")
    assert button["data"]["private"] is True
    assert "private" not in of(drawn(CLAIM), "Action.Execute")[0]["data"]


def test_rows_of_buttons_fit_a_phone() -> None:
    """At most three buttons in a row, and no more letters than a phone shows; long labels stand beside their button."""
    rows = of(drawn(CLAIM, REPLY, REASSIGN, CLAIM, replace(CLAIM, label="Send confidentially")), "ActionSet")
    assert [[each["title"] for each in row["actions"]] for row in rows] == [
        ["Claim", "Answer", "Reassign"],
        ["Claim", "Send confidentially"],
    ]
    label = "Yes, somebody was hurt or is in danger now"
    shown = drawn(replace(CLAIM, label=label), replace(CLAIM, label="No"), replace(REPLY, label=label))
    assert texts(shown["body"])[1:8] == [label, "Choose", "No", "Choose", label, "Open", "Answer case 17"]
    (opened,) = of(shown, "Action.ShowCard")
    assert opened not in [each for column in of(shown, "Column") for each in elements(column)]  # too narrow for a form


def test_no_line_parts_the_first_row_from_the_head() -> None:
    """A line parts rows from one another, and the first from what stands above it, but not from the head alone."""
    rows = (Item("One", "a"), Item("Two", "b"))
    listed = Reply(ReplyKind.LESSON, "", head=Head("Brown bags", "🥪", "neutral"), items=rows)
    body = card(listed, VIEW)["body"]
    assert isinstance(body, list) and [each.get("separator", False) for each in body] == [False, False, True]
    told = card(replace(listed, text="Two of them."), VIEW)["body"]
    assert isinstance(told, list) and [each.get("separator", False) for each in told] == [False, False, True, True]


def test_case_has_its_own_buttons_alone() -> None:
    """Below a case there is no "Helpful" and no "Ask a person", and it is not refreshed; below an answer there is."""
    for kind in (ReplyKind.CASE, ReplyKind.CONSENT, ReplyKind.QUEUE, ReplyKind.NOTE, ReplyKind.TRIAGE):
        shown = card(replace(CASE, id="r1", kind=kind), VIEW)
        assert {each["verb"] for each in of(shown, "Action.Execute")} == {"deed"} and "refresh" not in shown
    verbs = {each["verb"] for each in of(card(replace(ANSWER, actions=(CLAIM,)), VIEW), "Action.Execute")}
    assert verbs == {"deed", "helped", "not_helped", "person", "show"}


def test_consent_shows_itself() -> None:
    """What is for one person alone is drawn itself, not the answer that it is about."""
    consent = Reply(ReplyKind.CONSENT, "Only this is sent.", about=ANSWER, private=True, actions=(CLAIM,))
    assert texts(card(consent, VIEW))[0] == "Only this is sent."


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(ReplyKind.NOTE, "Already claimed by Omar."), "Already claimed by Omar."),
        (Reply(ReplyKind.NOTE, "", head=Head("All clear", "🌤️", "good")), "All clear"),
        (Reply(ReplyKind.NOTE, ""), "Done."),
    ],
)
def test_what_a_line_can_say(reply: Reply, said: str) -> None:
    """A reply of mere words is a line: its text, else its head."""
    assert is_line(reply) and line(reply) == said


@pytest.mark.parametrize("more", [{"actions": (CLAIM,)}, {"asked": "x"}, {"person": PERSON}, {"text": "x" * 2000}])
def test_what_a_line_cannot_say(more: dict[str, Any]) -> None:
    """Buttons, a person, long words need a card."""
    assert not is_line(replace(Reply(ReplyKind.NOTE, "Done"), **more))


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("claim", {"act": "claim", "on": "c"}),
        (["deed"], {"act": "claim", "on": "c"}),
        ("deed", None),
        ("deed", {"on": "c"}),
        ("deed", {"act": "", "on": "c"}),
        ("deed", {"act": {"a": 1}, "on": "c"}),
        ("deed", {"act": "x" * 201, "on": "c"}),
        ("deed", {"act": "claim", "on": "x" * 201}),
        ("deed", {"act": "claim", "on": "c", "choice": "x" * 201}),
        ("deed", {"act": "claim", "on": "c", "several": True, "choices": ",".join(["a"] * 51)}),
    ],
)
def test_forged_deeds(verb: object, data: object) -> None:
    """What no card of ours sends is no deed."""
    assert deed_of(verb, data) is None


@pytest.mark.parametrize("form", [None, 5, {"a": 1}, "nine"])
def test_forged_form(form: object) -> None:
    """A form that is not there took no words."""
    assert deed_of("deed", {"act": "add", "on": "c", "form": form, "words1": "x"}) == Deed("add", "c")


def test_words_of_a_case_never_become_markup() -> None:
    """What people wrote stands in text runs, titles, labels and values alone, without functions and links."""
    action = Action(
        "a", "o", EVIL, words=Field(EVIL, value=EVIL, hint=EVIL), choices=Field(EVIL, (("v", EVIL),), several=True)
    )
    evil = Reply(
        ReplyKind.CASE,
        EVIL,
        head=Head(f"Case 17: claimed by {EVIL}", "", "neutral"),
        notice=EVIL,
        facts=((EVIL, EVIL),),
        asked=EVIL,
        said=(Said(EVIL, NOON, EVIL),),
        lists=(Listing(EVIL, (EVIL,), "good"),),
        copy=EVIL,
        items=(Item(EVIL, EVIL, (replace(action, words=None, choices=None),)),),
        notes=(EVIL,),
        actions=(replace(action, title=EVIL, submit=EVIL),),
    )
    shown = card(evil, VIEW)
    for each in of(shown, "TextBlock"):
        assert re.fullmatch(r"[\w ]+|\{\{DATE\([-\d:TZ]+, SHORT\)\}\} \{\{TIME\([-\d:TZ]+\)\}\}", each["text"])
    assert "{{DATE(2026-01-01" not in json.dumps(shown)
    (choice,) = [each for every in of(shown, "Input.ChoiceSet") for each in every["choices"]]
    assert "](" not in choice["title"] and "**" not in choice["title"]


IDS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=80)
LONG = st.one_of(st.text(max_size=200), st.integers(1, 2500).map(lambda count: "ü🎉" * count), st.just(EVIL * 30))
WORDS = st.one_of(st.text(max_size=200), LONG)
FIELDS = st.builds(
    Field,
    label=WORDS,
    options=st.just(()),
    value=LONG,
    hint=WORDS,
    required=st.booleans(),
    most=st.integers(1, 8000),
)
CHOICES = st.builds(
    Field,
    label=WORDS,
    options=st.lists(st.tuples(IDS, WORDS), min_size=1, max_size=60).map(tuple),
    value=IDS,
    required=st.booleans(),
    several=st.booleans(),
)
ACTIONS = st.builds(
    Action,
    act=IDS,
    on=IDS,
    label=WORDS,
    style=st.sampled_from(["", "primary", "danger"]),
    choice=st.sampled_from(["", "over"]),
    words=st.none() | FIELDS,
    choices=st.none() | CHOICES,
    title=WORDS,
    submit=st.sampled_from(["", "Send"]),
)
BUTTONS = st.builds(Action, act=IDS, on=IDS, label=st.sampled_from(["Claim", "Open"]))
CASES = st.builds(
    Reply,
    kind=st.sampled_from(ReplyKind),
    text=LONG,
    id=st.sampled_from(["", "r1"]),
    head=st.none() | st.builds(Head, word=st.just("Case"), emoji=st.just("🚨"), tone=st.just("bad")),
    notice=WORDS,
    facts=st.lists(st.tuples(WORDS, WORDS), max_size=15).map(tuple),
    asked=LONG,
    said=st.lists(st.builds(Said, WORDS, st.just(NOON), LONG), max_size=15).map(tuple),
    lists=st.lists(st.builds(Listing, WORDS, st.lists(LONG, max_size=15).map(tuple)), max_size=4).map(tuple),
    copy=LONG,
    quotes=st.just((QUOTE,) * 3),
    items=st.lists(st.builds(Item, WORDS, WORDS, st.lists(BUTTONS, max_size=4).map(tuple)), max_size=20).map(tuple),
    person=st.just(PERSON),
    notes=st.lists(WORDS, max_size=6).map(tuple),
    actions=st.lists(ACTIONS, max_size=9).map(tuple),
    private=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(CASES, st.sampled_from(Buttons))
def test_any_case_is_a_card_that_teams_takes(
    schema: jsonschema.protocols.Validator, reply: Reply, buttons: Buttons
) -> None:
    """Whatever the texts and however many: valid by the official schema, small, and no two inputs of one name."""
    shown = card(reply, View(DAY, "29:ines", buttons))
    schema.validate(json.loads(json.dumps(shown)))
    assert size(shown) <= LARGEST
    assert len(post(reply, VIEW).summary) <= 200
    for each in elements(shown):
        assert each.get("type") != "TextBlock" or each["wrap"] is True
    names = [each["id"] for each in elements(shown) if "id" in each]
    assert len(names) == len(set(names))
    for row in of(shown, "ActionSet"):
        assert len(row["actions"]) <= 6


def test_fifty_kilobytes_of_words() -> None:
    """A case of very long words is cut and keeps its head, its facts and its buttons."""
    long = "word " * 10_000
    shown = card(replace(CASE, asked=long, said=(Said("Ines", NOON, long),) * 12), SHARED)
    assert size(shown) <= LARGEST
    assert {"🚨 Case 17 · Urgent", "not claimed yet", "Claim", "Reassign"} <= set(texts(shown))


def test_prefilled_words_are_not_cut() -> None:
    """A text that is to be edited stands in its form whole, however long the rest of the card is."""
    value = "An answer of many words. " * 100
    action = replace(REPLY, words=Field("Your answer", value=value, most=4000))
    shown = card(replace(CASE, asked="word " * 10_000, actions=(action,)), SHARED)
    (field,) = [each for each in of(shown, "Input.Text") if each["id"] == "words"]
    assert field["value"] == value


def test_long_queue_says_how_many_are_left() -> None:
    """Of a long queue the first rows are shown, and the others counted."""
    items = tuple(Item(str(number), "text", (CLAIM,)) for number in range(30))
    shown = texts(card(Reply(ReplyKind.QUEUE, "", items=items), VIEW))
    assert "11" in shown and "12" not in shown and "… and 18 more" in shown


__all__ = ["schema"]


def test_answers_to_a_question_stand_below_it() -> None:
    """What decides is pressed right below the question, before what to do; whom to send it to stays at the end."""
    settle = tuple(Action("settle", "r1", label, choice=label) for label in ("Yes, hurt", "No, a joke"))
    asks = Reply(
        ReplyKind.TRIAGE,
        "Has anybody been hurt?",
        id="r1",
        lists=(Listing("Do", ("Keep it",), "good"),),
        actions=(*settle, Action("escalate", "r1", "Send it to Safety")),
    )
    told = json.dumps(card(asks, VIEW)["body"])
    order = [told.index(words) for words in ("Has anybody", "Yes, hurt", "No, a joke", "Keep it", "Send it to Safety")]
    assert order == sorted(order)
