"""A reply as an Adaptive Card 1.5: the verdict first, then what it rests on, then whom to ask and what to press."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.channels import words as said
from bot.channels.teams import cases
from bot.channels.teams import elements as make
from bot.channels.teams.deeds import LESSON, LONGEST_WORDS, PRIVATE, QUEUE, Forms
from bot.channels.teams.elements import Element
from bot.channels.teams.port import Post
from bot.channels.teams.view import Buttons, View
from bot.conversation.messages import Act
from bot.conversation.reply import Person, Quote, Reply, ReplyKind

LARGEST: Final = 24 * 1024
"""Bytes of a card, as ASCII JSON. Teams refuses messages of 80 KB; a card of this size shows at once on a phone."""

_BUDGETS: Final = (3000, 1500, 700, 300, 120, 24, 10)  # characters of each text, tried in turn until the card fits
_MOST: Final = 6  # quotes, conditions, options, examples; a Teams card takes six buttons in a row
_STYLES: Final = {
    "good": "good",
    "conditional": "accent",
    "careful": "warning",
    "bad": "attention",
    "neutral": "emphasis",
}
_LINKS: Final = {"email": "Write an e-mail", "phone": "Call", "channel": "Open the channel"}
_RATED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.HAND_OVER, ReplyKind.TRIAGE})
_QUOTED: Final = _RATED | {ReplyKind.CONSENT, ReplyKind.CASE, ReplyKind.LESSON}
_SURE_TO_SHOW: Final = 30  # characters of a button's title that a phone shows
_MOST_ACTIONS: Final = 12
_LONGEST_CHOSE: Final = 120  # characters
_FALLBACK: Final = "Clearpost has answered you. Please update Teams to see the card."


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


def question_card(quoted: str) -> Element:
    """The dialog of "Ask Clearpost": the message, if there is one, and what to ask about it, if anything."""
    field: Element = {
        "type": "Input.Text",
        "id": "question",
        "label": "What would you like to do with it?" if quoted else "What would you like to ask?",
        "isMultiline": True,
        "maxLength": LONGEST_WORDS,
        "placeholder": "Leave this empty to learn what to do about the message." if quoted else "May I post this?",
    }
    if not quoted:
        field |= {
            "isRequired": True,
            "errorMessage": "Say in a few words what you would like to post, or what happened.",
        }
    message = [make.container([make.words(make.shortened(quoted, 2000))], "emphasis")] if quoted else []
    hint = "Only you see the answer."
    action: Element = {"type": "Action.Submit", "title": "Ask", "data": {"verb": "ask"}}
    line: Element = {"type": "TextBlock", "text": hint, "wrap": True, "isSubtle": True, "size": "Small"}
    return _whole([*message, field, line], [action], hint)


def _card(reply: Reply, view: View, budget: int) -> Element:
    shown = reply if reply.private else reply.about or reply
    forms = Forms(view.buttons, budget, _marks(shown))
    body = [*_opening(shown, view, budget), *forms.rows(said.deciding(shown))]
    body += [*cases.matter(shown, budget), *_rules(shown, view, budget)]
    body += cases.rows(shown.items, forms, budget, many=_is_library(shown), follow=len(body) > 1)
    if reply.kind is ReplyKind.PERSON:
        body.append(_whom_to_ask(reply, budget))
    elif shown.person:
        body.append(make.container(_person(shown.person, shown, budget), separator=True, spacing="ExtraLarge"))
    if reply is not shown and reply.kind is not ReplyKind.PERSON:
        body.append(make.words(make.shortened(reply.text, budget), isSubtle=True))
    body += _examples(shown, view, budget)
    body += cases.notes(shown.notes, budget)
    if view.note:
        body.append(make.container([make.words(view.note)], "emphasis"))
    body += forms.rows(said.remaining(shown)[:_MOST_ACTIONS], "Large")
    body += _buttons(reply, shown, view)
    drawn = _whole(body, [], _spoken(shown, reply, budget))
    if shown.id and view.viewer and view.buttons is Buttons.CHAT and cases.has_old_buttons(shown):
        drawn["refresh"] = make.refresh(_data(shown, view), view.viewer)
    return drawn


def _marks(reply: Reply) -> list[str]:
    """What the buttons of a card tell of it."""
    marks = {PRIVATE: reply.private, LESSON: reply.kind is ReplyKind.LESSON, QUEUE: reply.kind is ReplyKind.QUEUE}
    return [mark for mark, holds in marks.items() if holds]


def _is_library(reply: Reply) -> bool:
    """Whether a reply is a list of lessons."""
    actions = [action for each in reply.items for action in each.actions]
    one_each = len(actions) == len(reply.items) and not any(each.has_form for each in actions)
    return reply.kind is ReplyKind.LESSON and one_each


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


def _opening(reply: Reply, view: View, budget: int) -> list[Element]:
    """What it is at a glance: a notice if any, the head, what was understood, the text and its options."""
    body = cases.notice(reply.notice, budget)
    head = said.head(reply)
    if head:
        title = make.heading(f"{head.emoji} {head.word}".strip())
        body.append(make.container([title], _STYLES[head.tone], bleed=True, spacing="None" if body else "Medium"))
    understood = said.understood_as(reply, view.typed)
    if understood:
        body.append(make.small(f"Understood as: {make.shortened(understood, min(budget, 400))}"))
    if view.chose:
        body.append(make.small(f"You chose: {make.shortened(view.chose, min(budget, 200))}"))
    # where somebody is named the text stands beside the name, in a box of its own
    if reply.text and reply.kind is not ReplyKind.PERSON and not said.says_the_quote(reply):
        is_lesson = reply.kind is ReplyKind.LESSON
        body += cases.lesson(reply.text, budget) if is_lesson else [make.words(make.shortened(reply.text, budget))]
    return body + _options(reply, view, budget)


def _rules(reply: Reply, view: View, budget: int) -> list[Element]:
    """What policies say: the first quote, the conditions, and further quotes behind a press."""
    quotes = reply.quotes[:_MOST] if reply.kind in _QUOTED else ()
    body = _first(quotes[:1], reply, view.today, budget)
    if reply.kind is ReplyKind.ANSWER and reply.inferred:
        body.append(make.small(said.INFERRED))
    if reply.conditions:
        body.append(make.label(said.conditions_title(reply.verdict)))
        body += make.bullets([make.shortened(each, min(budget, 500)) for each in reply.conditions[:_MOST]])
    more = [_quote(each, view.today, budget) for each in quotes[1:]]
    if more:
        body += [make.reveal("More from our policies", "more"), make.hidden("more", more)]
    return body


def _options(reply: Reply, view: View, budget: int) -> list[Element]:
    """One below the other; a long label stands beside its button, so that a phone shows it whole."""
    if view.buttons is Buttons.NONE:
        return []
    button = make.submit if view.buttons is Buttons.DIALOG else make.execute
    labels = [make.shortened(each.label, min(budget, 120)) for each in reply.options[:_MOST]]
    data = _data(reply, view)
    actions = [button(label, Act.CHOOSE, {**data, "option": at}) for at, label in enumerate(labels)]
    if all(len(label) <= _SURE_TO_SHOW for label in labels):
        return [make.buttons([action]) for action in actions]
    return [make.choice(label, "Choose", action) for label, action in zip(labels, actions, strict=True)]


def _first(quotes: Sequence[Quote], reply: Reply, today: date, budget: int) -> list[Element]:
    """The quote that a reply rests on, with its legal basis."""
    basis = make.shortened("; ".join(reply.sources[:_MOST]), min(budget, 600))
    boxes = [_quote(each, today, budget, basis) for each in quotes]
    if not boxes or reply.kind is not ReplyKind.HAND_OVER:
        return boxes
    return [{**make.label(said.NEAREST_RULE), "weight": "Default", "isSubtle": True, "size": "Small"}, *boxes]


def _quote(quoted: Quote, today: date, budget: int, basis: str = "") -> Element:
    source = make.shortened(said.source_line(quoted, today), min(budget, 400))
    lines = [make.words(f"“{make.shortened(quoted.plain, budget)}”"), make.small(source)]
    return make.container([*lines, make.small(f"Legal basis: {basis}")] if basis else lines, "emphasis")


def _person(person: Person, reply: Reply, budget: int) -> list[Element]:
    """Whom to ask: the name, the addresses in one line, the hours, and a link for each way that has one."""
    items = [make.words(f"{said.ASK_EMOJI} Ask {make.shortened(person.name, min(budget, 200))}", weight="Bolder")]
    reach = person.reach[:_MOST]
    addresses = make.shortened("  ·  ".join(address for _, address in reach), min(budget, 600))
    hours = make.shortened(person.hours, min(budget, 200))
    items += [make.words(addresses, spacing="None")] if addresses else []
    items += [{**make.small(hours), "spacing": "None"}] if hours else []
    subject = said.mail_subject(reply)
    goals = [(way, said.way_link(way, address, subject, reply.question)) for way, address in reach]
    return items + [make.link(_LINKS.get(way, "Open"), goal) for way, goal in goals if goal and len(goal) <= budget * 2]


def _examples(reply: Reply, view: View, budget: int) -> list[Element]:
    examples = [make.shortened(each, min(budget, 200)) for each in reply.examples[:_MOST]]
    if not examples:
        return []
    title = make.small("You could ask")
    if view.buttons not in (Buttons.CHAT, Buttons.PLAYGROUND):
        return [title, *make.bullets(examples)]
    say = make.say if view.buttons is Buttons.CHAT else make.send
    return [title, *(make.pressable(each, say(each)) for each in examples)]


def _whom_to_ask(reply: Reply, budget: int) -> Element:
    """The contact once it was asked for, in place of the one that stood there."""
    person = _person(reply.person, reply, budget) if reply.person else []
    return make.container([make.words(make.shortened(reply.text, budget)), *person], "accent", spacing="Large")


def _buttons(reply: Reply, shown: Reply, view: View) -> list[Element]:
    """Two short rows, so that a phone shows every title whole: whom to ask or show it to, and whether it helped."""
    if not shown.id or view.buttons is Buttons.NONE or not cases.has_old_buttons(shown):
        return []
    button = make.submit if view.buttons is Buttons.DIALOG else make.execute
    rows: list[list[Element]] = [[], []]
    data = _data(shown, view)
    if reply.kind is not ReplyKind.PERSON:
        ask = button(said.ASK_A_PERSON, Act.PERSON, data)
        rows[0].append({**ask, "style": "positive"} if said.needs_a_person(shown) else ask)
    if view.share and shown.kind is ReplyKind.ANSWER:
        rows[0].append(button(said.SHARE, Act.SHARE, data))
    if shown.kind in _RATED and reply.kind is not ReplyKind.THANKS:
        rows[1].append(button(f"👍 {said.HELPED}", Act.HELPED, data))
        rows[1].append(button(f"👎 {said.NOT_HELPED}", Act.NOT_HELPED, data))
    filled = [row for row in rows if row]
    return [make.buttons(row, spacing="Small" if at else "Large") for at, row in enumerate(filled)]


def _data(reply: Reply, view: View) -> dict[str, object]:
    """What a button sends back: the reply, and the option that led to it, so that the card still says it afterwards."""
    chose = {"chose": make.shortened(view.chose, _LONGEST_CHOSE)} if view.chose else {}
    return {"reply": reply.id, **chose}


def _spoken(shown: Reply, reply: Reply, budget: int) -> str:
    """The whole reply as plain sentences, for Teams to read aloud."""
    head = said.head(shown)
    parts = [shown.notice, head.word if head else "", "" if said.says_the_quote(shown) else shown.text]
    parts += [each.label for each in shown.options[:_MOST]]
    parts += cases.spoken(shown)
    parts += [shown.quotes[0].plain] if shown.quotes and shown.kind in _QUOTED else []
    parts += shown.conditions[:_MOST]
    parts += [f"Ask {shown.person.name}"] if shown.person else []
    parts += [reply.text] if reply is not shown else []
    sentences = (" ".join(each.split()).rstrip(".") for each in parts)
    return make.shortened(make.harmless(". ".join(each for each in sentences if each)) + ".", min(budget, 1500))


__all__ = ["LARGEST", "Buttons", "View", "card", "post", "question_card", "size", "summary"]
