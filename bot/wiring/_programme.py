"""How far the programme goes and what it achieves: for the commands that report on it and turn its dials."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.settings import Settings, secret
from bot.wiring._answers import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.conversation.learn.measuring import Holding, Measured
    from bot.ports.figures import Figures, ProgrammeSettings
    from bot.state import State
    from lessons.catalogue import Catalogue
    from lessons.certification import Levels
    from lessons.dials import Dials, Facts
    from lessons.review_fit import Fit
    from lessons.xapi import Statement
    from lessons.xapi_post import Posted

_FRESH: Final = 5.0  # seconds for which dials are taken to stand where they stood

_WEIGHTS: Final = "review.json"
"""The file in the data folder that keeps the weights of spaced repetition that were fitted here."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is taught and certified here."""

    catalogue: Catalogue
    levels: Levels


def curriculum_folder(settings: Settings) -> Path:
    """Where the lessons of one's own content are; where there is none, those that Clearpost comes with."""
    from lessons.catalogue import DEFAULT_CURRICULUM

    return settings.content / "lessons" if settings.content else DEFAULT_CURRICULUM


def curriculum(settings: Settings) -> Callable[[], Catalogue]:
    """What is taught, read again where its files changed.

    Content without lessons is taught nothing: the ones that come with Clearpost rest on policies that are not its own.
    """
    from lessons.catalogue import Catalogue
    from lessons.live import LiveCurriculum

    folder = curriculum_folder(settings)
    return LiveCurriculum(folder) if folder.is_dir() else lambda: Catalogue({}, ())


def course(settings: Settings) -> Course:
    """The curriculum of one's own content; where there is none, the one that Clearpost comes with.

    Content without lessons teaches nothing, as in the chat.
    """
    from lessons.catalogue import Catalogue, read_catalogue
    from lessons.certification import Levels, read_levels

    folder = curriculum_folder(settings)
    if not folder.is_dir():
        return Course(Catalogue({}, ()), Levels())
    catalogue, _ = read_catalogue(folder)
    return Course(catalogue, read_levels(folder).levels)


def figures(remembered: State) -> Figures:
    """The rows that reports are made of."""
    from bot.state.lessons.figures import SqlFigures

    return SqlFigures(remembered.engine)


def programme_settings(remembered: State) -> ProgrammeSettings:
    """The dials and the budget of each organisation."""
    from bot.state.lessons.programme import SqlProgrammeSettings

    return SqlProgrammeSettings(remembered.engine)


def dials(remembered: State) -> Callable[[str], Dials]:
    """Where the dials of an organisation stand, for whoever asks again and again: at most some seconds ago."""
    settings = programme_settings(remembered)
    kept: dict[str, tuple[float, Dials]] = {}

    def get(organisation: str) -> Dials:
        known = kept.get(organisation)
        if known is None or time.monotonic() - known[0] >= _FRESH:
            known = kept[organisation] = (time.monotonic(), settings.get(organisation))
        return known[1]

    return get


def report(settings: Settings, remembered: State, organisation: str, since: datetime, until: datetime) -> Measured:
    """What the lessons of a period achieved, as far as the organisation's dials measure it."""
    from bot.conversation.learn.measuring import Measure, measure
    from lessons.dials import effects

    kept = programme_settings(remembered)
    by = Measure(
        sections={each.id: each.rests_on for each in course(settings).catalogue.lessons.values()},
        effects=effects(kept.get(organisation)),
        budget=kept.budget(organisation),
        kept=timedelta(days=settings.keep_questions_days),
    )
    return measure(figures(remembered), organisation, since, until, by, now())


def holdings(settings: Settings, remembered: State, organisation: str) -> tuple[Holding, ...]:
    """Who holds which level today; empty where nobody measures that."""
    from collections import Counter

    from bot.conversation.learn.measuring import holdings
    from lessons.dials import effects

    if not effects(programme_settings(remembered).get(organisation)).certification_figures:
        return ()
    source, at = figures(remembered), now()
    on_track = Counter(each.track for each in source.members(organisation, at, at))
    return holdings(course(settings).levels, source.holders(organisation, at), on_track)


def facts(settings: Settings, remembered: State, organisation: str) -> Facts:
    """What is already there of what the dials take."""
    from bot.wiring import _certificates as certificates
    from lessons.dials import Facts
    from lessons.models import Rhythm, Track

    taught, kept = course(settings), programme_settings(remembered)
    staffing = figures(remembered).staffing(organisation, now().date())
    rhythms = {
        rhythm: frozenset(each.track for each in taught.catalogue.programmes if each.rhythm is rhythm)
        for rhythm in Rhythm
    }
    levels = taught.levels.levels
    return Facts(
        people=staffing.people,
        on_track=staffing.on_track,
        with_unit=staffing.with_unit,
        with_hire_date=staffing.with_hire_date,
        with_role=staffing.with_role,
        tracks=frozenset(Track(each) for each in staffing.tracks if each in set(Track)),
        weekly=rhythms[Rhythm.WEEKLY],
        onboarding=rhythms[Rhythm.ONBOARDING],
        levels=len(levels),
        levels_with_exam=sum(each.exam is not None for each in levels),
        levels_required=sum(each.mandatory_within is not None for each in levels),
        policies_to_attest=len(certificates.required(settings)),
        signing_key=certificates.has_key(settings),
        lrs=bool(settings.lrs_url),
        budget=kept.budget(organisation) is not None,
    )


def statements(
    settings: Settings, remembered: State, organisation: str, since: datetime, until: datetime
) -> Iterator[Statement]:
    """What happened in a period as learning records, under pseudonyms.

    Raises:
        SettingsError: where the public address is not set, under which the records are.
    """
    from bot.conversation.learn.measuring import learning_events
    from bot.errors import SettingsError
    from lessons.xapi import Teller

    if not settings.public_url:
        raise SettingsError("learning records are kept under CLEARPOST_PUBLIC_URL; set it to your server's address")
    taught = course(settings)
    titles = {each.id: each.name for each in taught.levels.levels}
    key = programme_settings(remembered).records_key(organisation)
    try:
        teller = Teller(settings.public_url, key, taught.catalogue.lessons, titles)
    except ValueError as error:
        raise SettingsError(f"CLEARPOST_PUBLIC_URL cannot be used: {error}") from error
    return teller.tell(learning_events(figures(remembered), organisation, since, min(until, now())))


def send_records(settings: Settings, records: Iterable[Statement]) -> Posted:
    """Send learning records to the record store of the settings; those that it has are left as they are.

    Raises:
        SettingsError: where no record store is set.
        LessonsError: where it cannot be reached or refuses them.
    """
    import requests

    from bot.errors import SettingsError
    from lessons.xapi_post import post

    if not settings.lrs_url:
        raise SettingsError("no record store is set; name its address in CLEARPOST_LRS_URL")
    with requests.Session() as session:
        return post(records, settings.lrs_url, (settings.lrs_user, secret(settings.lrs_password)), session, time.sleep)


def fit_reviews(remembered: State) -> Fit:
    """Weights of spaced repetition that fit what people here remembered and forgot.

    Raises:
        LessonsError: where there are too few answers, or the optimiser is not installed.
    """
    from itertools import groupby
    from operator import itemgetter

    from lessons.review_fit import fit

    by_person = groupby(figures(remembered).reviewed(), key=itemgetter(0))
    return fit({person: [answer for _, answer in some] for person, some in by_person})


def write_weights(data: Path, fitted: Fit) -> Path:
    """Keep fitted weights in the data folder, where the next server that starts takes them up.

    Raises:
        SettingsError: where the folder cannot be written.
    """
    from bot.errors import SettingsError

    path = data / _WEIGHTS
    try:
        data.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"weights": fitted.parameters, "answers": fitted.answers}) + "\n", "utf-8")
    except OSError as error:
        message = f"'{data}' cannot be written ({error.strerror}); set CLEARPOST_DATA to another folder"
        raise SettingsError(message) from error
    return path


def review_weights(data: Path) -> tuple[float, ...] | None:
    """The weights that were fitted here; ``None`` where none were.

    Raises:
        SettingsError: where the file cannot be read.
    """
    from bot.errors import SettingsError

    path = data / _WEIGHTS
    if not path.is_file():
        return None
    try:
        return tuple(float(each) for each in json.loads(path.read_text("utf-8"))["weights"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"'{path}' cannot be read; delete it, or run 'clearpost lessons fit' again") from error


__all__ = [
    "Course",
    "course",
    "curriculum",
    "curriculum_folder",
    "dials",
    "facts",
    "figures",
    "fit_reviews",
    "holdings",
    "programme_settings",
    "report",
    "review_weights",
    "send_records",
    "statements",
    "write_weights",
]
