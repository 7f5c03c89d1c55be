"""The library: every lesson, note and replay can be found again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.learn.gatherings import noted
from bot.conversation.learn.library import find, library
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply
from bot.ports import Likeness
from knowledge.batching import QuestionEncoder
from knowledge.encoder import SentenceEncoder
from lessons.catalogue import DEFAULT_CURRICULUM
from lessons.live import LiveCurriculum
from tests.fakes.answers import CITATION
from tests.fakes.school import CURRICULUM, FIRST, SECOND
from tests.unit.bot.learn.gathering_scene import Scene, labels

ASKED = {
    "disclosure": "employees-first-line",
    "journalists": "employees-journalist",
    "fake accounts": "employees-fake-account",
    "deleting comments": "coe-please-delete",
    "return on investment": "executives-roi-of-an-answer",
    "our logo": "partners-our-logo-your-sign",
    "ai generated pictures": "employees-made-with-ai",
    "giveaways and prizes": "partners-local-prizes",
    "music in videos": "employees-borrowed-song",
}


class SharedWords:
    """Implements ``Likeness``: the share of the words asked for that a text holds."""

    def __init__(self) -> None:
        self.compared = 0

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How many of the words a text holds."""
        self.compared = max(self.compared, len(others))
        asked = set(re.findall(r"\w+", text.casefold()))
        return [len(asked & set(re.findall(r"\w+", each.casefold()))) / len(asked) for each in others]


@pytest.fixture
def scene() -> Scene:
    """A company whose school compares words."""
    return with_likeness(SharedWords())


def with_likeness(likeness: Likeness) -> Scene:
    """A company whose school compares in one way."""
    made = Scene()
    made.hall = replace(made.hall, school=replace(made.hall.school, likeness=likeness))
    return made


def found(scene: Scene, words: str, account: str = "noor") -> list[str]:
    """What is found, by title."""
    return titles(find(scene.hall.school, scene.message(account), words, scene.hall))


def titles(reply: Reply) -> list[str]:
    """The titles of the rows of a reply."""
    return [each.title for each in reply.items]


def recorded(scene: Scene, title: str = "Speaking at the exhibition") -> None:
    """Ines gave a brown bag that can be seen again."""
    bag = scene.announced(f"{title} on 3 December 14:00")
    for _ in range(2):
        scene.attend(bag.ends)
    scene.do("bag_replay", bag.id, "ines", "https://video.example.com/1")


def test_everything_is_listed(scene: Scene) -> None:
    """Without words the library lists the lessons, and leads to brown bags and notes."""
    for reply in (find(scene.hall.school, scene.message("noor"), "", scene.hall), library_of(scene)):
        assert titles(reply) == [f"{FIRST.title} (2 min)", f"{SECOND.title} (1 min)"]
        assert labels(reply) == ["Brown bags", "Notes"]
    assert labels(library_of(scene, "paul")) == []
    assert labels(library(scene.hall.school, scene.message("noor"))) == []


def test_a_long_library_is_read_page_by_page(whole: Scene) -> None:
    """Every lesson of a track stands on one of its pages, once; the first has no way back, the last none on."""
    seen: list[str] = []
    reply = library_of(whole)
    assert "Back" not in labels(reply) and "1–10 of 22 lessons for Employees" in reply.text
    while True:
        seen += titles(reply)
        on = next((each for each in reply.actions if each.label.startswith("More")), None)
        if on is None:
            break
        reply = turned(whole, Deed("library", on.on))
    assert "21–22 of 22" in reply.text and "Back" in labels(reply)
    own = [each for each in whole.hall.school.curriculum().lessons.values() if each.track == "employees"]
    assert seen == [f"{each.title} ({each.minutes} min)" for each in own]


def test_the_lessons_of_other_tracks_are_a_form_away(whole: Scene) -> None:
    """Each of the other tracks can be chosen, and one's own again from there."""
    form = next(each for each in library_of(whole).actions if each.choices)
    assert form.choices and [value for value, _ in form.choices.options] == [
        *("executives", "coe", "business_units", "partners")
    ]
    chosen = turned(whole, Deed("library", "", choices=("coe",)))
    assert "for Center of Excellence" in chosen.text and len(chosen.items) == 10
    back = next(each for each in chosen.actions if each.choices)
    assert back.choices and "employees" in dict(back.choices.options)


@pytest.mark.parametrize("said", ["coe:99", "coe:x", "coe:-1", "nobody:1", ":", "coe:²"])
def test_a_forged_page_is_none(whole: Scene, said: str) -> None:
    """A page that there is not shows the nearest one; a track that there is not, one's own."""
    reply = turned(whole, Deed("library", said))
    assert reply.items and ("Center of Excellence" if said.startswith("coe") else "Employees") in reply.text


@pytest.fixture
def whole() -> Scene:
    """A company that teaches the lessons that come with Clearpost."""
    made = Scene()
    made.hall = replace(made.hall, school=replace(made.hall.school, curriculum=LiveCurriculum(DEFAULT_CURRICULUM)))
    return made


def turned(scene: Scene, deed: Deed) -> Reply:
    """The library after a press."""
    return library(scene.hall.school, scene.message("noor"), scene.hall, deed)


def library_of(scene: Scene, account: str = "noor") -> Reply:
    """The whole library."""
    return library(scene.hall.school, scene.message(account), scene.hall)


def test_a_lesson_is_found_by_what_it_is_called_and_rests_on(scene: Scene) -> None:
    """Title, summary, section and text of a lesson are looked through; its button opens it."""
    for words in ("cake", "the background", "cake with whiteboards"):
        assert found(scene, words)[0] == f"{SECOND.title} (1 min)", words
    (section,) = FIRST.rests_on
    assert section.startswith(CITATION.policy) and found(scene, CITATION.policy.replace("-", " "))
    (row,) = find(scene.hall.school, scene.message("noor"), "cake").items
    assert [(each.act, each.on) for each in row.actions] == [("lesson", SECOND.id)]


def test_nothing_is_made_up(scene: Scene) -> None:
    """Where nothing is near, it says so, and what to write instead."""
    reply = find(scene.hall.school, scene.message("noor"), "quantum chemistry", scene.hall)
    assert not reply.items and "“quantum chemistry”" in reply.text and "library" in reply.text


def test_replays_and_notes_are_found(scene: Scene) -> None:
    """A replay and a note stand beside the lessons, and open what they name; an unrecorded brown bag does not."""
    recorded(scene)
    scene.announced("Speaking at the exhibition again on 4 December 14:00")
    noted(scene.hall, scene.message("ines"), "Exhibition day\nWhat the exhibition taught us.")
    rows = find(scene.hall.school, scene.message("noor"), "the exhibition", scene.hall).items
    assert sorted(each.title for each in rows) == ["Note: Exhibition day", "Replay: Speaking at the exhibition"]
    assert {each.actions[0].act for each in rows} == {"bag", "note"}
    for each in rows:
        scene.do(each.actions[0].act, each.actions[0].on, "noor")


def test_partners_find_lessons_alone(scene: Scene) -> None:
    """What colleagues tell one another is found by colleagues of the same company alone."""
    recorded(scene)
    noted(scene.hall, scene.message("ines"), "Exhibition day\nWhat the exhibition taught us.")
    shown = {each: {title.partition(":")[0] for title in found(scene, "exhibition", each)} for each in ("paul", "omar")}
    assert shown == {"paul": set(), "omar": {"Note", "Replay"}}


def test_of_thousands_of_notes_those_that_share_words_are_compared() -> None:
    """However many notes there are, few are compared by meaning, and an old one that names it is found."""
    likeness = SharedWords()
    scene = with_likeness(likeness)
    noted(scene.hall, scene.message("ines"), "Zeppelins\nHow to photograph zeppelins.")
    for number in range(400):
        scene.now += timedelta(minutes=1)
        noted(scene.hall, scene.message("ines"), f"Note {number}\nSomething else.")
    assert found(scene, "zeppelins") == ["Note: Zeppelins"]
    assert likeness.compared < 250


def test_ones_own_track_goes_first(scene: Scene) -> None:
    """Of two lessons that are equally near, the one of one's own track is shown first."""
    other = replace(FIRST, id="coe-first", track=type(FIRST.track)("coe"))
    lessons = {each.id: each for each in (other, FIRST)}
    school = replace(scene.hall.school, curriculum=lambda: replace(CURRICULUM, lessons=lessons))
    school.learners.enrol(scene.now)
    rows = find(school, scene.message("noor"), "the first line").items
    assert [each.actions[0].on for each in rows] == [FIRST.id, "coe-first"]


def test_the_lessons_that_come_with_clearpost_are_found(scene: Scene, small_encoder: SentenceEncoder) -> None:
    """Asked for in a word or two, the lesson that is meant is among the first three, by the real small model."""
    encoder = QuestionEncoder(small_encoder)

    class ByMeaning:
        """Implements ``Likeness``."""

        def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
            """The cosines."""
            vectors = encoder.encode_all([text, *others])
            return [float(each) for each in vectors[1:] @ vectors[0]]

    curriculum = LiveCurriculum(DEFAULT_CURRICULUM)
    school = replace(scene.hall.school, curriculum=curriculum, likeness=ByMeaning())
    missed = {
        words: titles(reply)
        for words, lesson in ASKED.items()
        for reply in [find(school, scene.message("noor"), words)]
        if lesson not in [each.actions[0].on for each in reply.items[:3]]
    }
    assert missed == {}
