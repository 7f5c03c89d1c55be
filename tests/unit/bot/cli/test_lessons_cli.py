"""``clearpost lessons``: what is taught is listed and shown, and when questions come back can be fitted."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.errors import SettingsError
from bot.ports import Graded
from bot.settings import load_settings
from bot.state import State
from bot.wiring._programme import review_weights
from lessons.catalogue import DEFAULT_CURRICULUM, read_catalogue
from lessons.models import Track
from lessons.review import Reviewer
from lessons.review_fit import NEEDED
from tests.unit.bot.cli.taught import DAY, Company, done, refused, run


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation without workspaces."""
    remembered = wiring.state(load_settings())
    yield remembered
    remembered.close()


def test_every_lesson_is_listed(home: State) -> None:
    """Each lesson of the curriculum stands once under its track; ``--track`` shows one."""
    lessons = read_catalogue(DEFAULT_CURRICULUM)[0].lessons
    listed = [json.loads(line) for line in done("lessons", "list", "--json").splitlines()]
    assert sorted(each["id"] for each in listed) == sorted(lessons)
    text = done("lessons", "list", "--track", "partners")
    partners = [each for each in lessons.values() if each.track is Track.PARTNERS]
    assert text.startswith(f"partners: {len(partners)} lessons") and all(each.title in text for each in partners)
    assert "there is no track 'cooks'" in refused("lessons", "list", "--track", "cooks")


def test_a_lesson_is_shown(home: State) -> None:
    """Its words, its checks with the right options ticked and all feedback, its sections and programmes."""
    lesson = read_catalogue(DEFAULT_CURRICULUM)[0].lessons["employees-first-day"]
    text = done("lessons", "show", lesson.id)
    for check in lesson.checks:
        assert check.question in text
        for option in check.options:
            assert f"{'✓' if option.right else '·'} {option.text}" in text and option.feedback in text
    assert lesson.rests_on[0] in text and "employees-onboarding" in text
    assert (
        json.loads(done("lessons", "show", lesson.id, "--json"))["checks"][0]["question"] == lesson.checks[0].question
    )
    assert "'clearpost lessons list' shows all" in refused("lessons", "show", "no-such")


def test_content_without_lessons(home: State, bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One's own content that has none is told so, and not shown what belongs to other policies."""
    bare_environment.setenv("CLEARPOST_CONTENT", str(tmp_path))
    assert "your content has no lessons" in refused("lessons", "list")


def answer(state: State, person: str, days: int, *, right: bool, check: str = "c1") -> None:
    """An answer of some days after the first."""
    at = wiring.now() - 400 * DAY + days * DAY
    state.learners.grade(Graded(person, "one", "1.0", check, at, (0,), right=right, first=True))


def test_too_few_answers_to_fit(home: State) -> None:
    """It says how many there are, how many it takes, and keeps nothing."""
    (person,) = Company(home).hire({"employees": 1}, wiring.now(), "local")
    answer(home, person, 0, right=True)
    answer(home, person, 3, right=True)
    result = run("lessons", "fit")
    assert result.exit_code == 1 and f"1 answers came a day or more after the one before, {NEEDED} are" in str(
        result.exception
    )
    assert review_weights(load_settings().data) is None


def test_the_optimiser_learns_from_the_state(home: State) -> None:
    """With enough answers the real optimiser runs; what it finds is kept and used, save in a dry run."""
    pytest.importorskip("fsrs.optimizer")
    people = Company(home).hire({"employees": 86}, wiring.now(), "local")
    chance = random.Random(7)
    for person in people:
        for days in (0, 2, 9, 30, 70, 150, 300):
            answer(home, person, days, right=chance.random() < 0.8)
    assert done("lessons", "fit", "--dry-run").startswith("516 answers; log loss ")
    assert review_weights(load_settings().data) is None
    fitted = json.loads(done("lessons", "fit", "--json"))
    assert fitted["answers"] == 516 and fitted["after"] <= fitted["before"]
    kept = review_weights(load_settings().data)
    assert kept == tuple(fitted["parameters"])
    Reviewer(kept)  # it would refuse weights that FSRS cannot work with


def test_weights_that_cannot_be_read(home: State) -> None:
    """A file that somebody broke is named, with what to do about it."""
    (load_settings().data / "review.json").write_text('{"weights": "many"}', "utf-8")
    with pytest.raises(SettingsError, match="delete it, or run 'clearpost lessons fit' again"):
        review_weights(load_settings().data)


def test_a_log_that_names_nobody(home: State, tmp_path: Path) -> None:
    """Cards are numbered, days count from each card's first answer, and no id, address or date is in the file."""
    people = Company(home).hire({"employees": 2}, wiring.now(), "local")
    answer(home, people[0], 10, right=False)
    answer(home, people[0], 12, right=True)
    answer(home, people[1], 40, right=True)
    answer(home, people[1], 40, right=True, check="c2")
    file = tmp_path / "log.csv"
    done("lessons", "export-log", "--output", str(file))
    text = file.read_text("utf-8")
    cards: dict[str, list[tuple[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        cards.setdefault(row["card"], []).append((row["day"], row["rating"]))
    assert sorted(cards.values()) == [[("0", "1"), ("2", "3")], [("0", "3")], [("0", "3")]]
    assert not any(each in text for each in (*people, "example.com", str(wiring.now().year)))
    assert done("lessons", "export-log") == text


def test_a_log_that_cannot_be_written(home: State) -> None:
    """A folder that is not there is told."""
    assert "cannot be written" in refused("lessons", "export-log", "--output", "no/such/log.csv")
