"""The server and the worker, whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.wiring._answers import Tell, now
from bot.wiring._state import router
from bot.wiring._surfaces import slack_config, teams_config
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from bot.channels.background import Background
    from bot.channels.slack.app import SlackSurface
    from bot.channels.teams.app import TeamsSurface
    from bot.conversation.messages import Message
    from bot.conversation.reply import Reply
    from bot.jobs import Worker
    from bot.state import State

    Converse = Callable[[Message], Awaitable[Reply]]


def server(settings: Settings, live: LiveAnswers, remembered: State, tell: Tell) -> Starlette:
    """The application that serves every surface that is set up, with a worker inside.

    Raises:
        SettingsError: where a surface is only half set up.
        StateError: where another worker runs on the same SQLite file.
    """
    from bot.channels.background import Background
    from bot.channels.web.app import web_app
    from bot.conversation.intake import Intake
    from bot.conversation.small_talk import EXAMPLES
    from bot.server.app import House, server_app
    from bot.server.metrics import Metrics

    background = Background()
    intake = Intake(router(settings, live, remembered), settings.most_at_once)
    works: list[Worker] = []

    def gauges() -> Mapping[str, float]:
        own = {"in_work": intake.in_work, "turned_away": intake.turned_away, "background": len(background)}
        owed = works[0].counts() if works else {}
        return own | {f"deliveries_{name}": value for name, value in owed.items()}

    metrics = Metrics(gauges)
    converse = metrics.watch(intake)
    slack = _slack(settings, converse, remembered, background)
    teams = _teams(settings, converse, remembered, background)
    _say_what_is_off(slack, teams, tell)
    works.append(worker(settings, remembered, slack, teams))
    surfaces = [each for each in (slack, teams) if each]
    has_web = settings.web_chat if settings.web_chat is not None else not surfaces
    house = House(
        routes=[route for each in surfaces for route in each.routes],
        web=web_app(converse, now, allowed_hosts=settings.allowed_hosts, examples=EXAMPLES) if has_web else None,
        parts=[works[0], *surfaces],
        background=background,
        metrics=metrics,
        health=lambda: {"index": live.health(), "state": remembered.health(), "jobs": works[0].health()},
        close=remembered.close,
    )
    return server_app(house)


def worker(
    settings: Settings, remembered: State, slack: SlackSurface | None = None, teams: TeamsSurface | None = None
) -> Worker:
    """What sends the messages that are owed, on the surfaces that are given."""
    from bot.jobs import Worker

    channels = {name: channel for name, channel in (("slack", slack), ("teams", teams)) if channel}
    return Worker(
        engine=remembered.engine,
        url=settings.database_url,
        channels=channels,
        clock=now,
        upkeep=lambda: remembered.forget_old(now()),
    )


def _slack(settings: Settings, converse: Converse, remembered: State, background: Background) -> SlackSurface | None:
    config = slack_config(settings)
    if config is None:
        return None
    from bot.channels.slack.app import SlackParts, slack_surface
    from bot.conversation.small_talk import EXAMPLES

    return slack_surface(
        SlackParts(
            config=config,
            converse=converse,
            records=remembered.records,
            people=remembered.people,
            workspaces=remembered.workspaces,
            inbox=remembered.inbox,
            installations=remembered.installations,
            once=remembered.once,
            audit=remembered.audit,
            clock=now,
            background=background,
            examples=EXAMPLES,
        )
    )


def _teams(settings: Settings, converse: Converse, remembered: State, background: Background) -> TeamsSurface | None:
    config = teams_config(settings)
    if config is None:
        return None
    from bot.channels.teams.app import TeamsParts, teams_surface
    from bot.conversation.small_talk import EXAMPLES

    return teams_surface(
        TeamsParts(
            config=config,
            converse=converse,
            records=remembered.records,
            people=remembered.people,
            workspaces=remembered.workspaces,
            places=remembered.places,
            inbox=remembered.inbox,
            audit=remembered.audit,
            clock=now,
            background=background,
            examples=EXAMPLES,
        )
    )


def _say_what_is_off(slack: SlackSurface | None, teams: TeamsSurface | None, tell: Tell) -> None:
    off = [name for name, surface in (("Slack", slack), ("Teams", teams)) if surface is None]
    if off:
        tell(
            f"{' and '.join(off)}: off, as none of the settings is there (docs/install-slack.md, docs/install-teams.md)"
        )


__all__ = ["server", "worker"]
