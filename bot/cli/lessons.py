"""``clearpost lessons``: what is taught, and how well the questions that come back fit the people here."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TextIO

import typer

from bot.cli.app import app, print_json, tell
from lessons.models import Track

if TYPE_CHECKING:
    from lessons.catalogue import Catalogue
    from lessons.models import Check, Lesson
    from lessons.schedule import Answered

_COLUMNS: Final = ("card", "lesson", "check", "version", "day", "rating")
_GOOD: Final = 3
_AGAIN: Final = 1
"""Ratings as FSRS has them."""

lessons: Final = typer.Typer(
    help="What is taught, and how well the questions that come back fit the people here.",
    short_help="What is taught; fit the questions that come back.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(lessons, name="lessons")


@lessons.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@lessons.command("list", short_help="List the lessons by track.")
def list_lessons(
    track: Annotated[str | None, typer.Option(metavar="TRACK", help=f"Only of one: {', '.join(Track)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a lesson.")] = False,
) -> None:
    """List the lessons of each track with the programmes that they come in."""
    if track is not None and track not in set(Track):
        raise typer.BadParameter(f"there is no track '{track}'; take one of {', '.join(Track)}")
    catalogue = _catalogue()
    chosen = [each for each in Track if track in (None, each.value)]
    if as_json:
        for lesson in (lesson for each in chosen for lesson in catalogue.on(each)):
            print_json(_fields(catalogue, lesson))
        return
    for each in chosen:
        found = catalogue.on(each)
        print(f"{each.value}: {len(found)} lessons, {sum(lesson.minutes for lesson in found)} minutes")
        width = max((len(lesson.id) for lesson in found), default=0)
        print("\n".join(f"  {lesson.id:<{width}}  {lesson.title}" for lesson in found))


@lessons.command("show", short_help="Print a lesson with its checks.")
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The lesson's id, as 'lessons list' prints it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Print a lesson as it is taught, with its checks, the right options ticked, and what it rests on."""
    catalogue = _catalogue()
    lesson = catalogue.lessons.get(identifier)
    if lesson is None:
        raise typer.BadParameter(f"there is no lesson '{identifier}'; 'clearpost lessons list' shows all")
    if as_json:
        checks = [asdict(each) for each in lesson.checks]
        print_json({**_fields(catalogue, lesson), "body": lesson.body, "checks": checks})
        return
    print("\n".join(_lines(catalogue, lesson)))


@lessons.command("fit", short_help="Fit when questions come back to the people here.")
def fit(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the weights, and keep those that there are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Fit the weights of spaced repetition to what people here remembered and forgot, and keep them.

    It needs the optimiser, an extra (pip install "fsrs[optimizer]"), and 512 answers or more that came a day or more
    after the one before. The server takes the weights up when it starts again.
    """
    from bot import wiring
    from bot.settings import load_settings
    from bot.wiring import _programme as wired

    settings = load_settings()
    remembered = wiring.state(settings)
    try:
        fitted = wired.fit_reviews(remembered)
    finally:
        remembered.close()
    path = None if dry_run else wired.write_weights(settings.data, fitted)
    if as_json:
        print_json(asdict(fitted))
        return
    better = "no better than FSRS's own" if fitted.before == fitted.after else "better than FSRS's own"
    print(f"{fitted.answers:,} answers; log loss {fitted.after:.4f} after {fitted.before:.4f}: {better}")
    print(" ".join(f"{each:.4f}" for each in fitted.parameters))
    if path is not None:
        tell(f"wrote {path}; start the server again to use it")


@lessons.command("export-log", short_help="Write out the answers without saying whose they are.")
def export_log(
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it here instead of printing it.")] = None,
) -> None:
    """Write out every answer as CSV, to fit weights elsewhere, without a name, an id or a date.

    A card is one person's question in one version; they are numbered in an order that says nothing. Its day counts
    from its first answer. The rating is FSRS's: 3 (good) where it was right, 1 (again) where it was not.
    """
    from bot import wiring
    from bot.settings import load_settings
    from bot.wiring import _programme as wired

    remembered = wiring.state(load_settings())
    try:
        with _file(output) as file:
            count = _write_log(file, wired.figures(remembered).reviewed())
    finally:
        remembered.close()
    if output is not None:
        tell(f"{output}: {count:,} answers")


def _write_log(file: TextIO, answers: Iterable[tuple[str, Answered]]) -> int:
    """The cards in the order of their own content, so that not even neighbours tell whose they are."""
    cards: list[tuple[str, str, str, tuple[tuple[int, int], ...]]] = []
    for _, some in groupby(answers, key=lambda each: each[0]):
        theirs = sorted((each for _, each in some), key=lambda each: (each.lesson, each.check, each.version, each.at))
        for (lesson, check, version), card in groupby(theirs, key=lambda each: (each.lesson, each.check, each.version)):
            cards.append((lesson, check, version, _ratings(card)))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for number, (lesson, check, version, ratings) in enumerate(sorted(cards), start=1):
        writer.writerows((number, lesson, check, version, day, rating) for day, rating in ratings)
    return sum(len(ratings) for *_, ratings in cards)


def _ratings(card: Iterable[Answered]) -> tuple[tuple[int, int], ...]:
    answers = list(card)
    return tuple(((each.at - answers[0].at).days, _GOOD if each.right else _AGAIN) for each in answers)


@contextmanager
def _file(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise typer.BadParameter(f"'{path}' cannot be written ({error.strerror}); name another file") from error


def _catalogue() -> Catalogue:
    from bot.settings import load_settings
    from bot.wiring import _programme as wired

    found = wired.course(load_settings()).catalogue
    if not found.lessons:
        raise typer.BadParameter("your content has no lessons; 'clearpost init DIR' writes some to start from")
    return found


def _programmes(catalogue: Catalogue, lesson: Lesson) -> list[str]:
    return [each.id for each in catalogue.programmes if lesson.id in {step.lesson for step in each.steps}]


def _fields(catalogue: Catalogue, lesson: Lesson) -> dict[str, object]:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "summary": lesson.summary,
        "track": lesson.track,
        "minutes": lesson.minutes,
        "depth": lesson.depth,
        "version": lesson.version,
        "reviewed": lesson.reviewed.isoformat(),
        "owner": lesson.owner,
        "rests_on": list(lesson.rests_on),
        "programmes": _programmes(catalogue, lesson),
        "file": lesson.file,
    }


def _lines(catalogue: Catalogue, lesson: Lesson) -> Iterator[str]:
    yield lesson.title
    yield f"{lesson.track}, {lesson.minutes} min, version {lesson.version}, of {lesson.owner}, {lesson.file}"
    yield ""
    yield lesson.body.strip()
    for check in lesson.checks:
        yield ""
        yield from _check_lines(check)
    yield ""
    yield f"rests on: {', '.join(lesson.rests_on)}"
    if lesson.sources:
        yield f"sources: {'; '.join(lesson.sources)}"
    yield f"comes in: {', '.join(_programmes(catalogue, lesson)) or 'no programme'}"


def _check_lines(check: Check) -> Iterator[str]:
    yield f"{check.question} ({check.kind.replace('_', ' ')})"
    for option in check.options:
        yield f"  {'✓' if option.right else '·'} {option.text}"
        yield f"      {option.feedback}"


__all__ = ["export_log", "fit", "lessons", "list_lessons", "options", "show"]
