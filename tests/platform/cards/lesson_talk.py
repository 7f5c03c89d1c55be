"""Every card of lessons, as the real conversation makes it: a new colleague's first days and what she does with them.

The lessons are those that Clearpost comes with; only what a model does is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bot.conversation.kept import from_json
from bot.conversation.learn.school import School
from bot.conversation.learn.teach import KIND, teach
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply
from bot.conversation.router import Router
from bot.ports import Profile
from lessons.catalogue import DEFAULT_CURRICULUM, read_catalogue
from lessons.models import Track
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.school import school
from tests.fakes.state import MemoryState
from tests.platform.cards.pack import PackAnswers, PackTriage
from tests.platform.cards.replies import ASKER, MEMORY, MORNING, SLACK, Said

_INES: Final = "U1"
_FIRST_LINE: Final = "employees-first-line"
_RIGHT: Final = "“I pack these kettles for a living, so I'm not neutral. Mine has survived three flatmates.”"
_WRONG: Final = "“Best kettle I ever had. (See my profile for where I work.)”"
_LONG: Final = 40  # days within which something comes
_SHORT: Final = 3  # letters of words that tell nothing


@dataclass(slots=True)
class _Month:
    """A month of a colleague; ``said`` holds what its pictures show, by name."""

    state: MemoryState = field(default_factory=MemoryState)
    now: datetime = MORNING
    said: dict[str, Said] = field(default_factory=dict)
    school: School = field(init=False)
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        """Hire her."""
        numbers = count(1)
        answers = PackAnswers()
        coe = office(self.state, answers, self.state.jobs, new_id=lambda: f"r{next(numbers)}")
        curriculum, flaws = read_catalogue(DEFAULT_CURRICULUM)
        assert not flaws
        self.school = replace(school(coe, self.state.learners, curriculum), likeness=_Likeness())
        self.router = Router(coe, campus(coe, self.school), PackTriage({}, answers.contacts), MEMORY)
        ines = self.state.people.meet(SLACK, _INES, Profile(ASKER, "ines@example.com", "UTC", "en-GB"), self.now)
        self.state.people.put(replace(ines, track=Track.EMPLOYEES.value, hire_date=self.now.date()))

    def comes(self) -> Reply:
        """The next thing that comes by itself, whenever that is."""
        for _ in range(_LONG * 4):
            teach(self.school, self.now)
            owed = next((each for each in self.state.jobs.owed.values() if each.kind == KIND), None)
            if owed is not None:
                del self.state.jobs.owed[owed.id]
                self.now = max(self.now, owed.due)
                return from_json(owed.body)
            self.now += timedelta(hours=6)
        raise AssertionError("nothing comes any more")

    def says(self, text: str) -> Reply:
        """She says something."""
        return self.router.reply(replace(self._message(), text=text))

    def presses(self, below: Reply, label: str, *choices: str, words: str = "") -> Reply:
        """She presses a button, and sends its form where it has one."""
        action = _button(below, label)
        picked = tuple(value for value, name in action.choices.options if name in choices) if action.choices else ()
        chosen = picked or ((action.choice,) if action.choice else ())
        deed = Deed(action.act, action.on, words, chosen)
        return self.router.reply(replace(self._message(), deed=deed))

    def shows(self, name: str, reply: Reply, typed: str = "", form: str = "") -> Reply:
        """Keep a reply for its picture, with the words before it or the form of it that is open."""
        self.said[name] = Said(typed, reply, form=form)
        return reply

    def _message(self) -> Message:
        self.now += timedelta(minutes=1)
        return Message("slack", SLACK, _INES, f"D{_INES}/1.0/{_INES}", self.now)


class _Likeness:
    """Implements ``Likeness``: the share of the longer words of a text that another one has, too."""

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How alike a text is to each of the others."""
        wanted = _words(text)
        return [len(wanted & _words(each)) / len(wanted) for each in others]


def _words(text: str) -> set[str]:
    return {each for each in re.findall(r"\w+", text.casefold()) if len(each) > _SHORT}


def _button(below: Reply, label: str) -> Action:
    offered = (*below.actions, *(action for item in below.items for action in item.actions))
    return next(each for each in offered if each.label == label)


def every_lesson() -> dict[str, Said]:
    """A reply of every sort that lessons bring, by name."""
    month = _Month()
    for play in (_first_day, _wrong, _right, _comes_back, _switches, _found):
        play(month)
    return month.said


def _first_day(month: _Month) -> None:
    """A check with several right options, one of which is missed, then true or false."""
    first = month.shows("lesson-several", month.comes())
    month.shows("form-check", first, form="check")
    badge = "A first-day picture with the new badge round your neck"
    graded = month.shows("lesson-missed", month.presses(first, "Choose", badge))
    month.shows("lesson-true", month.presses(graded, "False"))


def _wrong(month: _Month) -> None:
    """A card with long options, which is put off and then answered wrong."""
    second = month.comes()
    while second.head is None or "Half a line" not in second.head.word:
        second = month.comes()
    month.shows("lesson", second)
    month.shows("form-lesson-ask", second, form="lesson_ask")
    month.shows("lesson-later", month.presses(second, "Not now"))
    month.shows("lesson-wrong", month.presses(second, _WRONG))
    month.shows("lesson-asked", month.presses(second, "Ask about this", words="And on my private account?"))


def _right(month: _Month) -> None:
    """The same, answered right, to its end."""
    found = month.says("lesson on Half a line at the front")
    opened = month.presses(found, "Read")
    graded = month.shows("lesson-right", month.presses(opened, _RIGHT))
    sister = "Fine, if she writes that her brother works here and the site accepts such reviews."
    month.shows("lesson-done", month.presses(graded, sister))


def _comes_back(month: _Month) -> None:
    """A question that comes back, some days after it was missed."""
    card = month.comes()
    while card.head is None or not card.head.word.startswith("One question"):
        card = month.comes()
    month.shows("review", card)


def _switches(month: _Month) -> None:
    """What is due, and what can be changed."""
    seen = month.shows("overview", month.says("lessons"), "lessons")
    month.shows("form-pause", seen, form="pause")
    month.shows("overview-paused", month.presses(seen, "Pause", "Two weeks"))
    month.presses(month.said["overview-paused"].reply, "Go on")


def _found(month: _Month) -> None:
    """Lessons that are looked for."""
    month.shows("library", month.says("library"), "library")
    month.shows("lesson-none", month.says("lesson on quantum chromodynamics"), "lesson on quantum chromodynamics")
    words = "lesson on pictures with something behind the cake"
    month.shows("lesson-found", month.says(words), words)
    month.shows("lesson-new-hire", month.says("new hire"), "new hire")


__all__ = ["every_lesson"]
