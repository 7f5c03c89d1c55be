"""Every card of brown bags and notes, as the real conversation makes it: one session from its plan to its replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.gatherings import attend
from bot.conversation.learn.gatherings.owed import KIND
from bot.conversation.reply import Reply
from lessons.models import Track
from tests.platform.cards.course import BOARD, INES, NOOR, Course
from tests.platform.cards.replies import Said

_ZONE: Final = "Europe/Berlin"
_CHANNEL: Final = "#brown-bags"
_BAG: Final = """Title: Three slips and what they cost us
When: 3 December 12:30
Where: Canteen, round table, and https://meet.example.com/slips
About: A cropped badge, a reply too fast, a price too early: what happened, and what I would do today."""
_LATER: Final = "Measuring without fooling ourselves on 10 December at 15:00 in room Ghent"
_SECOND: Final = "Writing alt texts that help on 27 November at 12:00 in the canteen"
_NOTE: Final = """Social Listening Days, Utrecht: what I brought back
Three things from two days, for whoever plans next year.

• Small forums told of faults weeks before the big networks did.
• Nobody there trusts sentiment scores; all of them read fifty posts by hand each week.
• The best crisis drill takes twenty minutes and a timer.

Slides: https://listening-days.example.com/2026/slides"""
_REMARK: Final = "We did the drill on Tuesday. Twenty minutes, and we found two dead phone numbers in our list."
_REPLAY: Final = "https://video.example.com/slips-3-december"


def every_gathering() -> dict[str, Said]:
    """A reply of every sort that brown bags and notes bring, by name."""
    course = Course()
    course.joins(INES, zone=_ZONE)
    course.joins(NOOR, Track.COE, _ZONE)
    for account in ("U4", "U6"):
        course.joins(account, zone=_ZONE)
    own = _planned(course)
    _answered(course, own)
    _listed(course)
    _noted(course)
    _held(course)
    return course.said


def _planned(course: Course) -> Reply:
    """A session is planned in a form and announced."""
    offered = course.shows("bag-offered", course.says("brown bag"), "brown bag")
    course.shows("form-bag", offered, form="bag_plan")
    draft = course.presses(offered, "Plan one", "30 minutes", words=_BAG)
    course.shows("bag-draft", draft)
    return course.shows("bag-own", course.presses(draft, "Announce"))


def _answered(course: Course, own: Reply) -> None:
    """Colleagues say that they come, in the channel and in their own chats; then it begins half an hour later."""
    announced = course.shows("bag-announced", course.came(KIND, place=BOARD), place=_CHANNEL)
    for account in (NOOR, "U4"):
        course.presses(announced, "I am coming", who=account, place=BOARD)
    listed = course.says("brown bags", "U6")
    opened = course.presses(listed, "Open", who="U6")
    course.shows("bag-mine", course.presses(opened, "I am coming", who="U6"), who="U6")
    course.presses(own, "Change", "30 minutes", words=_BAG.replace("12:30", "13:00"))
    course.shows("bag-moved", course.came(KIND, "U6"), who="U6")


def _listed(course: Course) -> None:
    """What is planned; one of them is called off."""
    course.presses(course.says(f"brown bag {_LATER}", NOOR), "Announce", who=NOOR)
    second = course.presses(course.says(f"brown bag {_SECOND}", "U4"), "Announce", who="U4")
    course.shows("bags", course.says("brown bags", "U6"), "brown bags", who="U6")
    course.presses(course.presses(course.says("brown bags", "U6"), "Open", who="U6"), "I am coming", who="U6")
    off = course.presses(second, "Call it off", words="I am down with the flu. A new day follows.", who="U4")
    course.shows("bag-off", off, who="U4")
    course.shows("bag-told-off", course.came(KIND, "U6"), who="U6")


def _noted(course: Course) -> None:
    """A note is posted, added to by a colleague, and found again."""
    course.shows("form-note", course.says("notes", NOOR), form="note_post", who=NOOR)
    note = course.shows("note-posted", course.says(f"conference note: {_NOTE}", NOOR), who=NOOR)
    course.shows("form-note-add", note, form="note_add", who=NOOR)
    course.presses(note, "Add something", words=_REMARK)
    course.shows("note-told", course.came("note", NOOR), who=NOOR)
    course.shows("note-annotated", course.presses(course.says("notes"), "Read"))
    course.shows("notes", course.says("notes"), "notes")


def _held(course: Course) -> None:
    """An hour before, at its end, and once there is a replay."""
    begins = datetime.fromisoformat("2026-12-03T13:00:00+01:00")
    _ring(course, begins - timedelta(hours=1))
    course.shows("bag-soon", course.came(KIND, NOOR), who=NOOR)
    course.shows("bag-soon-host", course.came(KIND, INES))
    _ring(course, begins + timedelta(minutes=30))
    thanks = course.shows("bag-thanks", course.came(KIND, INES))
    asked = course.shows("bag-useful", course.came(KIND, NOOR), who=NOOR)
    course.shows("bag-rated", course.presses(asked, "👍 Useful", who=NOOR), who=NOOR)
    course.shows("bag-replay-added", course.presses(thanks, "Add a replay", words=_REPLAY))
    course.shows("bag-replay", course.came(KIND, NOOR), who=NOOR)
    words = "lesson on slips"
    course.shows("bag-found", course.says(words, NOOR), words, who=NOOR)


def _ring(course: Course, at: datetime) -> None:
    course.now = at
    assert attend(course.campus.hall, at)


__all__ = ["every_gathering"]
