"""``clearpost evaluate``, ``calibrate``, ``bench`` and ``doctor``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app, tell
from bot.cli.ask import open_answers

if TYPE_CHECKING:
    from knowledge.bars import Bar, Measured


class Task(StrEnum):
    """What is scored."""

    ASK = "ask"
    TRIAGE = "triage"


@app.command("evaluate", short_help="Score answers or triage on labelled questions.")
def evaluate(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ask|triage] [FILE]",
            help="What to score, and on which labelled questions; by default answers, on the pack's test half.",
            show_default=False,
        ),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Answer from this index file instead of your own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the figures into this PNG or SVG file; answers alone.")
    ] = None,
    bars: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fail where a figure is below the bar recorded in this file."),
    ] = None,
) -> None:
    """Score the answers, or triage, on labelled questions."""
    task, file = _task(what or [])
    if task is Task.ASK:
        _evaluate_answers(file, index, plot, bars, as_json=as_json)
    elif plot:
        raise typer.BadParameter("--plot is for answers; leave it out")
    else:
        _evaluate_triage(file, index, bars, as_json=as_json)


def _task(what: list[str]) -> tuple[Task, Path | None]:
    task, files = (Task(what[0]), what[1:]) if what and what[0] in set(Task) else (Task.ASK, what)
    if len(files) > 1:
        raise typer.BadParameter(f"'{files[0]}' and '{files[1]}' are two files; name one")
    return task, Path(files[0]) if files else None


def _evaluate_triage(file: Path | None, index: Path | None, bars: Path | None, *, as_json: bool) -> None:
    from bot import wiring
    from knowledge.bars import read_bars
    from knowledge.evaluate_triage import evaluate_triage
    from knowledge.models import Reader
    from knowledge.triage.cases import read_cases
    from knowledge.triage_report import COUNTS, FIGURES

    settings, live = open_answers(index)
    limits = read_bars(bars, FIGURES, COUNTS) if bars else ()
    cases = read_cases(file or wiring.pack(settings).questions / "triage-test.jsonl")
    report = evaluate_triage(cases, lambda texts: live.triage_all(texts, Reader()))
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=1) if as_json else report.as_text())
    _hold(report, limits)


def _evaluate_answers(
    file: Path | None, index: Path | None, plot: Path | None, bars: Path | None, *, as_json: bool
) -> None:
    from bot import wiring
    from knowledge.bars import read_bars
    from knowledge.evaluate import evaluate as score
    from knowledge.evaluate import read_questions
    from knowledge.evaluation_report import COUNTS, FIGURES
    from knowledge.models import Reader

    settings, live = open_answers(index)
    path = file or wiring.pack(settings).questions / "ask-test.jsonl"
    own = () if file else wiring.precedent_questions(settings)  # what experts here have settled since
    questions, limits = (*read_questions(path), *own), read_bars(bars, FIGURES, COUNTS) if bars else ()
    report = score(questions, lambda texts: live.ask_all(texts, Reader()))
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=1) if as_json else report.as_text())
    if plot:
        from knowledge.evaluation_plot import plot as draw

        draw(report, plot, f"{path.name}: {report.questions} questions")
    _hold(report, limits)


def _hold(report: Measured, limits: Sequence[Bar]) -> None:
    """Say which figures are below their bars, and end with 1 where there are any."""
    from knowledge.bars import below

    failures = below(report, limits)
    for failure in failures:
        tell(failure)
    if failures:
        raise typer.Exit(1)


@app.command("calibrate", short_help="Fit the confidence of the chosen model.")
def calibrate(
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the calibration here instead of the data folder.")
    ] = None,
    shipped: Annotated[bool, typer.Option("--shipped", hidden=True, help="Write it into this package.")] = False,
) -> None:
    """Fit the confidence of the chosen model on the tune half of your pack's labelled questions."""
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.calibrate import calibrate as fit
    from knowledge.search.calibration import SHIPPED, calibration_path

    settings = load_settings()
    encoder = wiring.encoder(settings, tell)
    path = output or calibration_path(SHIPPED if shipped else settings.data / "calibrations", encoder)
    fit(encoder, wiring.pack(settings), wiring.today(), tell).write(path)
    print(f"wrote {path}")


class Subject(StrEnum):
    """What is measured."""

    ANSWERS = "answers"
    SURFACES = "surfaces"
    LESSONS = "lessons"


class Backend(StrEnum):
    """A kind of database."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@app.command("bench", short_help="Measure speed and memory, in some minutes.")
def bench(
    subject: Annotated[
        Subject, typer.Argument(metavar="[answers|surfaces|lessons]", help="What to measure.", show_default=False)
    ] = Subject.ANSWERS,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as one JSON object, or one for each run of lessons.")
    ] = False,
    seconds: Annotated[float, typer.Option(metavar="S", min=1, max=3600, help="How long to load the surfaces.")] = 60,
    at_once: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="How many events are in work at once at the surfaces.")
    ] = 50,
    people: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=100,
            max=1_000_000,
            help="How many people get a lesson; by default 5,000 at 50 a second, then 100,000 at 300 a second.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(
            metavar="R",
            min=1,
            max=1000,
            help="How many messages a second the platform of the lessons takes; 50 where only --people is given.",
            show_default=False,
        ),
    ] = None,
    backend: Annotated[Backend | None, typer.Option(help="The only database for lessons.", show_default=False)] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=8,
            help="How many workers share PostgreSQL; by default one, then two.",
            show_default=False,
        ),
    ] = None,
    postgres: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="A PostgreSQL server for lessons, on which databases may be made; by default one is started.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Measure answers (speed and memory, as ratios within this run), surfaces (a server under load) or lessons."""
    from bot import wiring
    from bot.settings import load_settings

    settings = load_settings()
    encoder = wiring.encoder(settings, tell)
    if subject is Subject.LESSONS:
        from bot.bench.lessons import SIZES, Size, measure_lessons

        named = people is not None or rate is not None
        sizes = (Size(people or SIZES[0].people, rate or SIZES[0].rate),) if named else SIZES
        backends = [each.value for each in Backend if backend in (None, each)]
        numbers = (1, 2) if workers is None else (workers,)
        lines = measure_lessons(settings, encoder, sizes, tell, backends=backends, workers=numbers, postgres=postgres)
        for line in lines:
            _show(line.as_json(), as_json=as_json)
    elif subject is Subject.SURFACES:
        from bot.bench.surfaces import Load, measure_surfaces

        _show(measure_surfaces(settings, encoder, Load(seconds, at_once), tell), as_json=as_json)
    else:
        from bot.bench.answers import measure

        _show(measure(settings, encoder, tell), as_json=as_json)


def _show(figures: Mapping[str, object], *, as_json: bool) -> None:
    print(
        json.dumps(figures) if as_json else "\n".join(f"{name:24} {value}" for name, value in figures.items()),
        flush=True,
    )


@app.command("doctor", short_help="Check the installation and say what to do.")
def doctor() -> None:
    """Check Python, SQLite, the settings, the surfaces, the content, the model and the index; say what to do."""
    from bot.doctor import examine

    findings = examine()
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'BAD '} {finding.name}: {finding.text}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


__all__ = ["Backend", "Subject", "Task", "bench", "calibrate", "doctor", "evaluate"]
