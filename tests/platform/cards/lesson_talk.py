"""Every card of lessons, as the real conversation makes it: a new colleague's first days and what she does with them.

The lessons are those that Clearpost comes with; only what a model does is left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.conversation.learn.teach import KIND, teach
from bot.conversation.reply import Reply
from tests.platform.cards.course import INES, Course
from tests.platform.cards.replies import Said

_RIGHT: Final = "“I pack these kettles for a living, so I'm not neutral. Mine has survived three flatmates.”"
_WRONG: Final = "“Best kettle I ever had. (See my profile for where I work.)”"
_LONG: Final = 40  # days within which something comes


class _Month(Course):
    """A month of a colleague."""

    def comes(self) -> Reply:
        """The next thing that comes by itself, whenever that is."""
        for _ in range(_LONG * 4):
            teach(self.campus.school, self.now)
            owed = next((each for each in self.state.jobs.owed.values() if each.kind == KIND), None)
            if owed is not None:
                self.now = max(self.now, owed.due)
                return self.came(KIND, INES)
            self.now += timedelta(hours=6)
        raise AssertionError("nothing comes any more")


def every_lesson() -> dict[str, Said]:
    """A reply of every sort that lessons bring, by name."""
    month = _Month()
    month.joins(INES)
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
