"""Looks for what would keep Clearpost from working, and says what to do about it."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot import wiring
from bot.errors import BotError
from bot.ports import LEAD, STAFF
from bot.settings import Settings, load_settings
from knowledge.encoder import SentenceEncoder
from knowledge.errors import KnowledgeError
from knowledge.index import Index
from knowledge.search.calibration import find_calibration
from knowledge.weights import find_weights

_LEAST_PYTHON: Final = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was found or is to be done."""

    name: str
    well: bool
    text: str


def examine() -> list[Finding]:
    """Look at everything that an answer needs, in the order in which it is needed."""
    findings = [_look("python", _python), _look("sqlite", _sqlite)]
    try:
        settings = load_settings()
    except BotError as error:
        return [*findings, Finding("settings", False, str(error))]
    findings.append(Finding("settings", True, f"data in {settings.data}"))
    checks: dict[str, Callable[[Settings], str]] = {
        "surfaces": _surfaces,
        "data": _data,
        "cases": _cases,
        "content": _content,
        "model": _model,
        "index": _index,
    }
    return findings + [_look(name, partial(check, settings)) for name, check in checks.items()]


def _look(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except (BotError, KnowledgeError) as error:
        return Finding(name, False, str(error))


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _LEAST_PYTHON:
        raise BotError(f"Python {version} is too old; install Python 3.11 or newer")
    return version


def _sqlite() -> str:
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text, tokenize='porter unicode61')")
    except sqlite3.Error as error:
        raise BotError(
            "this Python's SQLite has no FTS5; install a Python that is built with it (Debian's is)"
        ) from error
    return f"{sqlite3.sqlite_version} with FTS5"


def _surfaces(settings: Settings) -> str:
    slack, teams = wiring.slack_config(settings), wiring.teams_config(settings)
    states = [f"{name} is {'set up' if config else 'off'}" for name, config in (("Slack", slack), ("Teams", teams))]
    return "; ".join(states)


def _data(settings: Settings) -> str:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.data):
            return f"{settings.data} can be written"
    except OSError as error:
        raise BotError(
            f"{settings.data} cannot be written ({error.strerror}); set CLEARPOST_DATA to another folder"
        ) from error


def _cases(settings: Settings) -> str:
    """Whether there is anybody who takes a case, where there are surfaces to send one from."""
    if not (wiring.slack_config(settings) or wiring.teams_config(settings)):
        return "nobody to send one to, as neither Slack nor Teams is set up; a person is named with a ready mail"
    remembered = wiring.state(settings)
    try:
        organisations = {remembered.escalations.organisation(each.id) for each in remembered.workspaces.all()}
        for organisation in sorted(organisations):
            staff = remembered.staff.with_role(organisation, STAFF, LEAD)
            desks = remembered.desks.all(organisation)
            if not staff and not desks:
                raise BotError(
                    f"nobody takes a case in {organisation}; run 'clearpost people grant EMAIL coe_lead', then write "
                    "'desk coe_lead' to Clearpost in the channel where they answer"
                )
        return f"{len(organisations)} organisation(s) with somebody who takes a case"
    finally:
        remembered.close()


def _content(settings: Settings) -> str:
    pack = wiring.pack(settings)
    return f"{pack.policies}, hash {pack.content_hash()[:12]}"


def _model(settings: Settings) -> str:
    weights = find_weights(settings.chosen_model, settings.models)
    find_calibration(SentenceEncoder(weights), settings.data / "calibrations")
    return f"{weights.name}, sha256 {weights.sha256[:12]}…, calibrated"


def _index(settings: Settings) -> str:
    encoder = SentenceEncoder(find_weights(settings.chosen_model, settings.models))
    index = Index.open(settings.index, encoder)
    sections = len(index.policy_of)
    index.close()
    if not wiring.is_current(settings, encoder):
        raise BotError("the index is older than the policies; run 'clearpost index'")
    return f"{settings.index}, {sections} sections, up to date"


__all__ = ["Finding", "examine"]
