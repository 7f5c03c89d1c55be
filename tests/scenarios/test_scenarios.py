"""Whole conversations on every surface: what is decided is the same, and each shows it in its own manner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.conversation.learn.certification.awarding import By, award
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.jobs import Ledger
from bot.ports import STAFF, Crisis, Desk, Party, Profile
from bot.ports.answers import Directory
from bot.state import State
from bot.state.people import SqlPeople
from knowledge.contacts import LAST_RESORT
from knowledge.contacts.live import LiveTopics
from knowledge.live import LiveAnswers
from lessons.models import Track
from tests.contract.owed import Clock
from tests.fakes.office import office
from tests.fakes.town import town
from tests.scenarios import on_slack, on_teams
from tests.scenarios.conftest import Snapshots
from tests.scenarios.overheard import Overheard, World
from tests.scenarios.post import Post
from tests.scenarios.scenario import FOLDER, Expected, Scenario, Where, read_scenario
from tests.scenarios.surfaces import SURFACES

FILES = sorted(FOLDER.glob("*.yml"))
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PLAYED: list[tuple[Path, Where]] = [(path, surface) for path in FILES for surface in read_scenario(path).surfaces]

ACCOUNTS: dict[Where, tuple[str, str]] = {
    "slack": (on_slack.WORKSPACE, on_slack.INES),
    "teams": (on_teams.WORKSPACE, on_teams.INES),
}
"""Ines, where she can have a role."""

CHANNELS: dict[Where, tuple[str, str]] = {
    "slack": (on_slack.WORKSPACE, on_slack.CHANNEL),
    "teams": (on_teams.WORKSPACE, on_teams.CHANNEL),
}
"""Where colleagues are told of brown bags and of new levels."""

NAMES: dict[Where, dict[str, str]] = {
    "slack": {account: name for name, account in on_slack.ACCOUNTS.items()},
    "teams": {account: name for name, account in on_teams.ACCOUNTS.items()},
}
"""First names, by account."""

WORKSPACES: dict[Where, str] = {
    "slack": on_slack.WORKSPACE,
    "teams": on_teams.WORKSPACE,
    "terminal": LOCAL,
    "web": LOCAL,
}
_UNDERSTOOD = frozenset({ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.HAND_OVER, ReplyKind.OUT_OF_SCOPE})


@pytest.fixture(scope="module")
def directory(sample_answers: LiveAnswers) -> Directory:
    """Whom to ask, over the sample; its topics are encoded once."""
    return LiveTopics(lambda: sample_answers.contacts, sample_answers.encode)


@pytest.mark.parametrize(("path", "surface"), PLAYED, ids=[f"{path.stem}-{surface}" for path, surface in PLAYED])
def test_scenario(
    path: Path,
    surface: Where,
    sample_answers: LiveAnswers,
    directory: Directory,
    state: State,
    snapshots: Snapshots,
) -> None:
    """Every step has the reply that the scenario expects, and the surface shows it as its snapshot does."""
    scenario = read_scenario(path)
    world = _world(scenario, surface, sample_answers, directory, state.engine)
    steps, replies = scenario.on(surface), world.overheard.replies
    shown = SURFACES[surface](steps, world)
    answered = [step for step in steps if step.until is None]
    assert len(replies) == len(answered)
    for number, (step, reply) in enumerate(zip(answered, replies, strict=True), 1):
        assert step.expect is not None  # the scenario was read
        said = step.say if step.say is not None else step.about
        found = _found(reply, step.expect, said).model_dump(mode="json", exclude_none=True)
        assert found == step.expect.model_dump(mode="json", exclude_none=True), f"reply {number} of {path.name}"
    snapshots.check(f"{path.stem}.{surface}.txt", shown)


def test_there_are_scenarios_and_no_snapshot_without_one() -> None:
    """Snapshots of scenarios that were renamed or removed do not stay behind."""
    expected = {f"{path.stem}.{surface}.txt" for path, surface in PLAYED}
    assert expected
    assert {path.name for path in FOLDER.glob("*.txt")} <= expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nobody_is_left_alone(path: Path) -> None:
    """Scenarios hold every reply that does not settle a question to naming a person."""
    for step in read_scenario(path).steps:
        if step.expect and step.expect.kind in (ReplyKind.HAND_OVER, ReplyKind.CLARIFY):
            assert step.expect.person not in (None, "none")


def _world(scenario: Scenario, surface: Where, answers: LiveAnswers, directory: Directory, engine: Engine) -> World:
    """Where a scenario is played; a company is one in Slack, in Teams and on this machine."""
    joined = tuple(WORKSPACES.values()) if scenario.company else ()
    state = State(engine, (), joined)
    clock, numbers, names = Clock(NOW), count(1), count(1)
    state.people = SqlPeople(engine, joined, lambda: f"person-{next(names)}")  # whose lessons come at their own minute
    ledger = Ledger(engine, clock)
    coe = replace(
        office(state, answers, ledger, lambda: f"reply-{next(numbers)}"), directory=directory, likeness=answers
    )
    campus = town(coe, state, CHANNELS.get(surface), attests=scenario.attests)
    overheard = Overheard(Router(coe, campus, answers, timedelta(hours=12)))
    world = World(overheard, state, clock, campus, Post(ledger, surface, NAMES.get(surface, {})))
    organisation = state.escalations.organisation(WORKSPACES[surface])
    if scenario.company:
        _open_desks(state, organisation, answers)
    if surface in ACCOUNTS and (scenario.role or scenario.learns or scenario.holds):
        person = state.people.meet(*ACCOUNTS[surface], Profile("Ines Example", "ines@example.com"), NOW)
        if scenario.role:
            state.staff.grant(person.id, scenario.role)
        if scenario.learns:
            state.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=NOW.date(), at=NOW)
            state.learners.enrol(NOW)
        if scenario.holds:
            level = campus.academy.levels.find(scenario.holds)
            assert level is not None
            award(campus.academy.registrar, person, level, NOW, By("cli", WORKSPACES[surface]))
    if scenario.crisis:
        lead = Party(on_slack.WORKSPACE, "U-lead", name="Lena Example")
        state.crises.declare(Crisis(organisation, scenario.crisis, scenario.closed, LAST_RESORT, NOW, lead))
    return world


def _open_desks(state: State, organisation: str, answers: LiveAnswers) -> None:
    """Every contact answers in a channel of Slack, where somebody of the Center of Excellence reads."""
    state.workspaces.add(on_slack.WORKSPACE, "slack", "Example", NOW)
    omar = state.people.meet(on_slack.WORKSPACE, "U-omar", Profile("Omar Example", "omar@example.com"), NOW)
    state.staff.grant(omar.id, STAFF)
    for contact in answers.contacts:
        state.desks.put(organisation, Desk(contact.id, on_slack.WORKSPACE, on_slack.CHANNEL), NOW)


def _found(reply: Reply, expected: Expected, said: str | None) -> Expected:
    """What a reply holds of that which is expected."""
    quote = reply.quotes[0] if reply.quotes else None
    understood = reply.question if said is not None and reply.question not in ("", said) else None
    facts = dict(reply.facts)
    pressable = (*(each for item in reply.items for each in item.actions), *reply.actions)
    return Expected(
        kind=reply.kind,
        verdict=reply.verdict if reply.kind is ReplyKind.ANSWER else None,
        section=(f"{quote.policy}#{quote.section}" if quote else "none") if expected.section else None,
        person=(reply.person.name if reply.person else "none") if expected.person else None,
        understood=understood if reply.kind in _UNDERSTOOD else None,
        options=tuple(option.label for option in reply.options) if expected.options else None,
        triaged_as=reply.triaged_as if expected.triaged_as is not None else None,
        priority=reply.priority if expected.priority else None,
        actions=tuple(each.label for each in pressable) if expected.actions is not None else None,
        facts={name: facts.get(name, "") for name in expected.facts} if expected.facts else None,
        notice=reply.notice if expected.notice is not None else None,
    )
