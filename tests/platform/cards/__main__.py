"""Takes the pictures of cards, certificates and charts: ``python -m tests.platform.cards docs/pictures``.

A word after the folder takes only those with this word in their names.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.platform.cards.case_talk import every_case
from tests.platform.cards.gathering_talk import every_gathering
from tests.platform.cards.lesson_talk import every_lesson
from tests.platform.cards.level_talk import every_level
from tests.platform.cards.papers import take_papers
from tests.platform.cards.press import press
from tests.platform.cards.replies import every_kind
from tests.platform.cards.scenes import (
    slack_case_scenes,
    slack_lesson_scenes,
    slack_scenes,
    teams_case_scenes,
    teams_scenes,
)
from tests.platform.cards.stage import PHONES, Scene, Sheet, Stage, bundle, missing

_DESKTOPS: Final = {"slack": 640, "teams": 560}
_TALK: Final = ("yes_if", "no")
_ON_A_PHONE: Final = ("clarify", "ask_first")
_STATES: Final = {
    "slack": (
        ("yes", "ask_first", "hand_over"),
        ("in_channel", "shared", "clarify", "looking"),
        ("home", "not_helped", "person"),
        ("welcome", "out_of_scope", "busy", "error", "helped", "inferred"),
    ),
    "teams": (
        ("yes", "ask_first", "hand_over"),
        ("in_channel", "clarify", "helped"),
        ("not_helped", "person"),
        ("welcome", "out_of_scope", "busy", "error", "inferred"),
    ),
}
_STORY: Final = (("complaint",), ("consent", "case-open", "answer"))
_CASES: Final = (
    ("threat", "doubt", "unclear", "nothing"),
    ("form-send", "sent", "joined", "consent-stranger", "nobody-told", "who", "not-staff", "own-cases", "own-case"),
    ("form-answer", "form-reassign", "asked-back", "added", "case-claimed", "taken", "case-answered", "form-reopen"),
    ("solved", "closed", "case-reopened", "reminder", "overdue", "queue", "case-hidden", "case-own-chat"),
    ("case-question", "form-offer", "offered", "precedent", "precedent-told", "precedent-cited"),
    ("case-of-many", "crisis-proposed", "form-crisis", "crisis", "crisis-answer", "no-crisis", "crisis-lifted"),
)
_LESSON: Final = (("lesson",), ("lesson-wrong", "lesson-done"), ("review", "overview"))
_LESSONS: Final = (
    ("lesson-several", "form-check", "lesson-missed"),
    ("lesson-true", "lesson-right", "lesson-asked", "form-lesson-ask", "lesson-later"),
    ("lesson-found", "lesson-none", "overview-paused", "form-pause", "lesson-new-hire"),
    ("library",),
)
_LEVEL: Final = (
    ("level-begun", "exam-question"),
    ("exam-result-failed", "certified"),
    ("praise", "level-held", "confirm"),
)
_LEVELS: Final = (
    ("level-ready", "exam-several", "level-waits"),
    ("level-reminder", "confirmed", "praise-agreed", "level-renewal", "form-exam"),
    ("monthly",),
)
_BAG: Final = (
    ("form-bag", "bag-draft"),
    ("bag-announced", "bag-soon", "bag-thanks"),
    ("bag-useful", "bag-replay", "note-annotated"),
)
_BAGS: Final = (
    ("bag-offered", "bag-own", "bag-mine", "bag-moved"),
    ("bags", "bag-off", "bag-told-off", "bag-soon-host", "bag-rated"),
    ("bag-replay-added", "bag-found", "note-posted"),
    ("form-note", "form-note-add", "note-told", "notes"),
)
_ONE_ALONE: Final = {"slack": ("home-queue",), "teams": ()}  # what the other platform has not
_NARROW: Final = 500  # CSS pixels of a column on the sheet of all states
_SMALL: Final = 1.25  # such a sheet is large; at twice the resolution it would have a megabyte
_SMALLEST: Final = 1  # the sheet of all cases is larger still


def main(folder: Path, only: str = "") -> int:
    """Take every picture with ``only`` in its name; returns 1 where something is missing or a browser complained."""
    absent = missing()
    if absent:
        print(f"cards: {absent}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    said = every_kind()
    cases, lessons = every_case(), every_lesson() | every_level() | every_gathering()
    scenes = {
        "slack": slack_scenes(said) | slack_case_scenes(cases) | slack_lesson_scenes(lessons),
        "teams": teams_scenes(said) | teams_case_scenes(cases) | teams_case_scenes(lessons),
    }
    with tempfile.TemporaryDirectory() as pages, sync_playwright() as playwright:
        bundle(Path(pages))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        stage = Stage(browser, Path(pages))
        for name, sheet in ((name, sheet) for name, sheet in _sheets(scenes) if only in name):
            stage.take(sheet, folder / f"{name}.png")
            press(folder / f"{name}.png")
            print(f"{name}.png {(folder / f'{name}.png').stat().st_size // 1024} KB")
        for path in take_papers(browser, folder, only):
            if path.stem != "certificate-badge":  # it has a clear ground
                press(path)
            print(f"{path.name} {path.stat().st_size // 1024} KB")
        browser.close()
    for complaint in stage.complaints:
        print(f"cards: {complaint}", file=sys.stderr)
    return 1 if stage.complaints else 0


def _sheets(scenes: Mapping[str, Mapping[str, Scene]]) -> Iterator[tuple[str, Sheet]]:
    for platform, named in scenes.items():
        talk = [named[name] for name in _TALK]
        phone = [named[name] for name in _ON_A_PHONE]
        states = [[named[name] for name in column] for column in _STATES[platform]]
        story = [[named[name] for name in column] for column in _STORY]
        cases = [[named[name] for name in column] for column in (*_CASES[:-1], (*_CASES[-1], *_ONE_ALONE[platform]))]
        lesson = [[named[name] for name in column] for column in _LESSON]
        lessons = [[named[name] for name in column] for column in _LESSONS]
        levels, bags = ([[named[name] for name in column] for column in each] for each in (_LEVEL, _BAG))
        rest = [[named[name] for name in column] for each in (_LEVELS, _BAGS) for column in each]
        for theme in ("light", "dark"):
            yield f"{platform}-{theme}", Sheet(platform, theme, _DESKTOPS[platform], [talk])
            yield f"{platform}-states-{theme}", Sheet(platform, theme, _NARROW, states, _SMALL)
            yield f"{platform}-cases-{theme}", Sheet(platform, theme, _NARROW, story)
            yield f"{platform}-case-states-{theme}", Sheet(platform, theme, _NARROW, cases, _SMALLEST)
            yield f"{platform}-lessons-{theme}", Sheet(platform, theme, _NARROW, lesson, _SMALL)
            yield f"{platform}-lesson-states-{theme}", Sheet(platform, theme, _NARROW, lessons, _SMALLEST)
            yield f"{platform}-levels-{theme}", Sheet(platform, theme, _NARROW, levels, _SMALL)
            yield f"{platform}-brown-bags-{theme}", Sheet(platform, theme, _NARROW, bags, _SMALL)
            yield f"{platform}-level-states-{theme}", Sheet(platform, theme, _NARROW, rest[:3], _SMALLEST)
            yield f"{platform}-brown-bag-states-{theme}", Sheet(platform, theme, _NARROW, rest[3:], _SMALLEST)
        yield f"{platform}-phone", Sheet(platform, "light", PHONES[platform], [phone])
        yield f"{platform}-cases-phone", Sheet(platform, "light", PHONES[platform], story)
        yield f"{platform}-lessons-phone", Sheet(platform, "light", PHONES[platform], lesson, _SMALL)
        yield f"{platform}-levels-phone", Sheet(platform, "light", PHONES[platform], levels, _SMALL)
        yield f"{platform}-brown-bags-phone", Sheet(platform, "light", PHONES[platform], bags, _SMALL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
