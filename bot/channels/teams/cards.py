"""A reply as an Adaptive Card 1.5: the verdict first, then what it rests on, then whom to ask and what to press."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Final

from bot.channels import words as said
from bot.channels.teams import elements as make
from bot.channels.teams.elements import Element
from bot.channels.teams.port import Post
from bot.conversation.messages import Act
from bot.conversation.reply import Person, Quote, Reply, ReplyKind

LARGEST: Final = 24 * 1024
"""Bytes of a card, as ASCII JSON. Teams refuses messages of 80 KB; a card of this size shows at once on a phone."""

_BUDGETS: Final = (3000, 1500, 700, 300, 120)  # characters of each text, tried in turn until the card fits
_MOST: Final = 6  # quotes, conditions, options, examples; a Teams card takes six buttons in a row
_STYLES: Final = {"good": "good", "careful": "warning", "bad": "attention", "neutral": "emphasis"}
_WAYS: Final = {"channel": "Channel", "email": "E-mail", "phone": "Phone"}
_LINKS: Final = {"email": "Write an e-mail", "phone": "Call", "channel": "Open the channel"}
_RATED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.HAND_OVER})
_FALLBACK: Final = "Clearpost has answered you. Please update Teams to see the card."


class Buttons(Enum):
    """Where a card is shown, which decides what its buttons can do."""

    CHAT = auto()
    PLAYGROUND = auto()
    DIALOG = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class View:
    """How a card is shown: on which day, to whom (an id that Teams refreshes for), with which buttons.

    ``typed`` is the question as it came, since only another reading of it is repeated. ``share`` adds the button that
    shows the answer to everybody in the thread where it was asked. ``note`` is a last line of ours.
    """

    today: date
    viewer: str = ""
    buttons: Buttons = Buttons.CHAT
    typed: str = ""
    share: bool = False
    note: str = ""


def post(reply: Reply, view: View) -> Post:
    """A reply as a message with a card."""
    return Post(card=card(reply, view), summary=summary(reply))


def card(reply: Reply, view: View) -> Element:
    """A reply as a card; long texts are cut until it fits."""
    drawn: Element = {}
    for budget in _BUDGETS:
        drawn = _card(reply, view, budget)
        if size(drawn) <= LARGEST:
            break
    return drawn


def size(drawn: Element) -> int:
    """The bytes of a card as it is sent."""
    return len(json.dumps(drawn))


def summary(reply: Reply) -> str:
    """One line for notifications and screen readers."""
    head = said.head(reply)
    line = " ".join((reply.quotes[0].plain if said.says_the_quote(reply) else reply.text).split())
    return make.shortened(make.harmless(f"{head.word}: {line}" if head else line), 200)


def question_card(prefilled: str) -> Element:
    """The dialog of "Ask Clearpost": the message's words, to be changed at will."""
    field: Element = {
        "type": "Input.Text",
        "id": "question",
        "label": "What would you like to ask?",
        "isMultiline": True,
        "isRequired": True,
        "errorMessage": "Say in a few words what you would like to post, or what happened.",
        "maxLength": 4000,
        "placeholder": "May I post this?",
    }
    if prefilled:
        field["value"] = make.shortened(make.harmless(prefilled), 4000)
    hint = "Only you see the answer. Change the words if they do not say what you mean."
    action: Element = {"type": "Action.Submit", "title": "Ask", "data": {"verb": "ask"}}
    line: Element = {"type": "TextBlock", "text": hint, "wrap": True, "isSubtle": True, "size": "Small"}
    return _whole([field, line], [action], hint)


def _card(reply: Reply, view: View, budget: int) -> Element:
    shown = reply.about or reply
    body = _body(shown, view, budget)
    if reply.about is not None:
        body.append(_added(reply, budget))
    if view.note:
        body.append(make.container([make.words(view.note)], "emphasis"))
    drawn = _whole(body, _actions(reply, shown, view), _spoken(shown, reply, budget))
    if shown.id and view.viewer and view.buttons is Buttons.CHAT:
        drawn["refresh"] = make.refresh(shown.id, view.viewer)
    return drawn


def _whole(body: list[Element], actions: list[Element], spoken: str) -> Element:
    drawn: Element = {
        "$schema": "https://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "en",
        "fallbackText": _FALLBACK,
        "speak": spoken,
        "body": body,
    }
    if actions:
        drawn["actions"] = actions
    return drawn


def _body(reply: Reply, view: View, budget: int) -> list[Element]:
    body: list[Element] = []
    head = said.head(reply)
    if head:
        body.append(make.container([make.heading(f"{head.emoji} {head.word}")], _STYLES[head.tone], bleed=True))
    understood = said.understood_as(reply, view.typed)
    if understood:
        asked = f"Understood as: {make.shortened(understood, min(budget, 400))}"
        body.append(make.words(asked, isSubtle=True, size="Small"))
    if not said.says_the_quote(reply):
        body.append(make.words(make.shortened(reply.text, budget)))
    body += _options(reply, view)
    body += _quotes(reply, view.today, budget)
    if reply.conditions:
        body.append(make.label(said.conditions_title(reply.verdict)))
        conditions = reply.conditions[:_MOST]
        body += [make.words(f"•  {make.shortened(each, min(budget, 500))}", spacing="Small") for each in conditions]
    body += _footnotes(reply, budget)
    if reply.person:
        body.append(make.container(_person(reply.person, reply.question, budget), spacing="Large"))
    body += _examples(reply, view)
    return body


def _options(reply: Reply, view: View) -> list[Element]:
    if view.buttons is Buttons.NONE:
        return []
    button = make.submit if view.buttons is Buttons.DIALOG else make.execute
    options = enumerate(reply.options[:_MOST])
    return make.choices([button(make.shortened(each.label, 120), Act.CHOOSE, reply, at) for at, each in options])


def _quotes(reply: Reply, today: date, budget: int) -> list[Element]:
    leads = reply.kind in _RATED
    shown = [_quote(each, today, budget) for each in reply.quotes[:_MOST]]
    first, more = (shown[:1], shown[1:]) if leads else ([], shown)
    body: list[Element] = []
    if first and reply.kind is not ReplyKind.ANSWER:
        body.append({**make.label(said.NEAREST_RULE), "weight": "Default", "isSubtle": True, "size": "Small"})
    body += first
    if more:
        body += [make.reveal("More from our policies", "more"), make.hidden("more", more)]
    return body


def _quote(quoted: Quote, today: date, budget: int) -> Element:
    source = make.shortened(said.source_line(quoted, today), min(budget, 400))
    return make.container(
        [
            make.words(f"“{make.shortened(quoted.plain, budget)}”"),
            make.words(source, spacing="Small", isSubtle=True, size="Small"),
        ],
        "emphasis",
    )


def _footnotes(reply: Reply, budget: int) -> list[Element]:
    notes = [said.INFERRED] if reply.kind is ReplyKind.ANSWER and reply.inferred else []
    notes += [f"Source: {make.shortened(each, min(budget, 300))}" for each in reply.sources[:_MOST]]
    return [make.words(each, spacing="Small", isSubtle=True, size="Small") for each in notes]


def _person(person: Person, question: str, budget: int) -> list[Element]:
    items = [make.words(f"👤  {make.shortened(person.name, min(budget, 200))}", weight="Bolder")]
    if person.hours:
        hours = make.shortened(person.hours, min(budget, 200))
        items.append(make.words(hours, spacing="None", isSubtle=True, size="Small"))
    for way, address in person.reach[:_MOST]:
        name = make.shortened(f"{_WAYS.get(way, way.capitalize())}: {address}", min(budget, 300))
        items.append(make.words(name, spacing="Small"))
        goal = said.way_link(way, address, question)
        if goal and len(goal) <= budget * 2:
            items.append(make.link(_LINKS.get(way, "Open"), goal))
    return items


def _examples(reply: Reply, view: View) -> list[Element]:
    examples = reply.examples[:_MOST]
    if view.buttons in (Buttons.CHAT, Buttons.PLAYGROUND):
        button = make.say if view.buttons is Buttons.CHAT else make.send
        return make.choices([button(make.shortened(each, 200)) for each in examples])
    return [make.words(f"•  {make.shortened(each, 200)}", spacing="Small") for each in examples]


def _added(reply: Reply, budget: int) -> Element:
    """What a press added to the reply that is shown."""
    items = [make.words(make.shortened(reply.text, budget))]
    head = said.head(reply)
    if head:
        items.insert(0, make.heading(f"{head.emoji} {head.word}", "Medium"))
    if reply.person:
        items += _person(reply.person, reply.question, budget)
    return make.container(items, "accent", spacing="Large")


def _actions(reply: Reply, shown: Reply, view: View) -> list[Element]:
    if not shown.id or view.buttons is Buttons.NONE:
        return []
    button = make.submit if view.buttons is Buttons.DIALOG else make.execute
    actions = [] if reply.kind is ReplyKind.PERSON else [button(said.ASK_A_PERSON, Act.PERSON, shown)]
    if shown.kind in _RATED and reply.kind is not ReplyKind.THANKS:
        actions += [button(said.HELPED, Act.HELPED, shown), button(said.NOT_HELPED, Act.NOT_HELPED, shown)]
    if view.share and shown.kind is ReplyKind.ANSWER:
        actions.append(button(said.SHARE, Act.SHARE, shown))
    return actions


def _spoken(shown: Reply, reply: Reply, budget: int) -> str:
    """The whole reply as plain sentences, for Teams to read aloud."""
    head = said.head(shown)
    parts = [head.word if head else "", "" if said.says_the_quote(shown) else shown.text]
    parts += [each.label for each in shown.options[:_MOST]]
    parts += [shown.quotes[0].plain] if shown.quotes and shown.kind in _RATED else []
    parts += shown.conditions[:_MOST]
    parts += [f"Ask {shown.person.name}"] if shown.person else []
    parts += [reply.text] if reply is not shown else []
    sentences = (" ".join(each.split()).rstrip(".") for each in parts)
    return make.shortened(make.harmless(". ".join(each for each in sentences if each)) + ".", min(budget, 1500))


__all__ = ["LARGEST", "Buttons", "View", "card", "post", "question_card", "size", "summary"]
