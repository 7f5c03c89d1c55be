"""The actions of a reply as buttons and forms, and the deeds that come back of them.

A form opens inside of the card (``Action.ShowCard``): what is typed in it is sent by its own button and by no other.
Inputs are named ``words`` and ``choices``, with a number where a card has more than one form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from bot.channels.teams import elements as make
from bot.channels.teams.elements import Element
from bot.channels.teams.references import member, text
from bot.channels.teams.view import Buttons
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field

VERB: Final = "deed"
"""The verb of every button that is an action of a reply."""

PRIVATE: Final = "private"
LESSON: Final = "lesson"
QUEUE: Final = "queue"
"""Marks of a card's buttons: one person alone sees the card; its check is still to come; other rows are to be done."""

LONGEST_WORDS: Final = 4000
"""Characters that are taken from a form."""

_LONGEST_ID: Final = 200
_MOST_CHOICES: Final = 50
_MOST_OPTIONS: Final = 100
_LONGEST_CHOICE: Final = 200
_ROW: Final = 3  # buttons of a row
_ROW_LETTERS: Final = 30  # characters of all titles of a row that a phone shows
_ALONE: Final = 36  # characters of a title that it shows in a row of its own
_ONE_LINE: Final = 200  # characters; a field that takes more has several lines
_STYLES: Final = {"primary": "positive", "danger": "destructive"}
_MISSING: Final = "This is needed."


class Forms:
    """Draws actions for one card, each with the card's ``marks``."""

    def __init__(self, buttons: Buttons, budget: int, marks: Sequence[str] = ()) -> None:
        self._buttons = buttons
        self._budget = budget
        self._marks = marks
        self._numbers = count(1)

    def rows(self, actions: Sequence[Action], spacing: str = "Small") -> list[Element]:
        """Buttons in short rows; where one has a long label, each stands beside its words, so that no phone cuts it."""
        if self._buttons is Buttons.NONE or not actions:
            return []
        if any(len(each.label) > _ALONE for each in actions):
            return [row for each in actions for row in self._beside(each)]
        split = list(_split(actions))
        drawn = [make.buttons([self._button(each) for each in row]) for row in split]
        drawn[0]["spacing"] = spacing
        return drawn

    def _beside(self, action: Action) -> list[Element]:
        label = make.shortened(action.label, min(self._budget, 200))
        button = self._button(action)
        if action.has_form:  # below, as a form that opens in a narrow column cannot be filled in
            return [make.words(label), make.buttons([{**button, "title": "Open"}])]
        return [make.choice(label, action.submit or "Choose", button)]

    def _button(self, action: Action) -> Element:
        look: Element = {"style": _STYLES[action.style]} if action.style in _STYLES else {}
        label = make.shortened(action.label, min(self._budget, 60))
        if not action.has_form:
            return {**self._send(label, self._data(action, "")), **look}
        return {"type": "Action.ShowCard", "title": make.harmless(label), "card": self._form(action), **look}

    def _form(self, action: Action) -> Element:
        number = next(self._numbers)
        form = "" if number == 1 else str(number)
        body: list[Element] = []
        if action.title:
            body.append(make.words(make.shortened(action.title, min(self._budget, 200)), weight="Bolder"))
        if action.choices:
            body.append(self._choices(action.choices, f"choices{form}"))
        if action.words:
            body.append(self._words(action.words, f"words{form}"))
        send = self._send(
            make.shortened(action.submit or action.label, min(self._budget, 60)), self._data(action, form)
        )
        return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": [{**send, "style": "positive"}]}

    def _data(self, action: Action, form: str) -> dict[str, object]:
        data: dict[str, object] = {"act": action.act, "on": action.on}
        if action.choices:
            data["several"] = action.choices.several
        elif action.choice:
            data["choice"] = action.choice
        if form:
            data["form"] = form
        return data | dict.fromkeys(self._marks, True)

    def _send(self, title: str, data: Mapping[str, object]) -> Element:
        button = make.submit if self._buttons is Buttons.DIALOG else make.execute
        return button(title, VERB, data)

    def _words(self, field: Field, name: str) -> Element:
        most = max(1, min(field.most, LONGEST_WORDS))
        drawn: Element = {"type": "Input.Text", "isMultiline": field.most > _ONE_LINE, "maxLength": most}
        return {**drawn, **self._input(field, name, make.shortened(field.value, self._kept(most)))}

    def _choices(self, field: Field, name: str) -> Element:
        """One of several as a list that drops down, which a phone shows in full; several as boxes to be ticked."""
        options = field.options[: min(self._budget // 2, _MOST_OPTIONS)]
        drawn: Element = {
            "type": "Input.ChoiceSet",
            "style": "expanded" if field.several else "compact",
            "choices": [
                {"title": _title(make.shortened(label, min(self._budget, 120))), "value": _escaped(value)}
                for value, label in options
            ],
            "wrap": True,
        }
        if field.several:
            drawn["isMultiSelect"] = True
        known = {value for value, _ in options}
        chosen = [_escaped(each) for each in field.value.split(",") if each in known]
        value = ",".join(chosen) if field.several else _escaped(field.value) if field.value in known else ""
        return {**drawn, **self._input(field, name, value)}

    def _input(self, field: Field, name: str, value: str) -> Element:
        drawn: Element = {"id": name, "label": make.harmless(make.shortened(field.label, min(self._budget, 200)))}
        if field.hint:
            drawn["placeholder"] = make.harmless(make.shortened(field.hint, min(self._budget, 200)))
        if value:
            drawn["value"] = make.harmless(value)
        if field.required:
            drawn |= {"isRequired": True, "errorMessage": _MISSING}
        return drawn

    def _kept(self, most: int) -> int:
        """Characters of what stands in a field: all of them, unless the card is too large otherwise."""
        return most if self._budget >= LONGEST_WORDS // 4 else min(most, self._budget)


def deed_of(verb: object, data: object) -> Deed | None:
    """What a button of a card, or its form, asks for; ``None`` where it is none of ours. Its words may be too long."""
    act, on, form = text(data, "act"), text(data, "on"), text(data, "form")
    if verb != VERB or not 0 < len(act) <= _LONGEST_ID or len(on) > _LONGEST_ID:
        return None
    words, given = text(data, f"words{form}").strip(), text(data, f"choices{form}")
    if not given:
        choices = [text(data, "choice")]
    elif member(data, "several") is True:
        choices = [_unescaped(each) for each in given.split(",")]
    else:
        choices = [_unescaped(given)]
    chosen = tuple(each for each in choices if each)
    if len(chosen) > _MOST_CHOICES or any(len(each) > _LONGEST_CHOICE for each in chosen):
        return None
    return Deed(act, on, words, chosen)


def _split(actions: Sequence[Action]) -> Iterator[list[Action]]:
    row: list[Action] = []
    for action in actions:
        letters = sum(len(each.label) for each in [*row, action])
        if row and (len(row) == _ROW or letters > _ROW_LETTERS):
            yield row
            row = []
        row.append(action)
    yield row


def _title(words: str) -> str:
    """The label of a choice: where boxes are ticked, some clients read Markdown in it, so that links are broken up."""
    return make.harmless(words).replace("](", "]\u200b(").replace("**", "*\u200b*") or "–"


def _escaped(value: str) -> str:
    """A value without commas: Teams puts them between several choices."""
    return value.replace("%", "%25").replace(",", "%2C")


def _unescaped(value: str) -> str:
    return value.replace("%2C", ",").replace("%25", "%")


__all__ = ["LESSON", "LONGEST_WORDS", "PRIVATE", "QUEUE", "VERB", "Forms", "deed_of"]
