"""The server and the worker, whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.settings import Settings
from bot.wiring._answers import Tell, now
from bot.wiring._lessons import campus, campus_routes, campus_watches, introduction_watch
from bot.wiring._office import router, watches
from bot.wiring._surfaces import slack_config, teams_config
from knowledge.contacts import LAST_RESORT
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import Route

    from bot.channels.background import Background
    from bot.channels.slack.app import SlackSurface
    from bot.channels.teams.app import TeamsSurface
    from bot.conversation.intake import Intake
    from bot.conversation.learn.campus import Campus
    from bot.conversation.messages import Message
    from bot.conversation.reply import Person, Reply
    from bot.jobs import Watch, Worker
    from bot.ports import Channel
    from bot.state import State

    Converse = Callable[[Message], Awaitable[Reply]]

_PATIENCE: Final = 10.0
"""Seconds that a worker has at the end to finish what it is sending."""


def server(settings: Settings, live: LiveAnswers, remembered: State, tell: Tell) -> Starlette:
    """The application that serves every surface that is set up, with a worker inside.

    Raises:
        SettingsError: where a surface is only half set up.
    """
    from bot.channels.background import Background
    from bot.channels.web.app import web_app
    from bot.conversation.intake import Intake
    from bot.conversation.small_talk import EXAMPLES
    from bot.server.app import House, server_app
    from bot.server.metrics import Metrics
    from knowledge.triage.draw import chart_svg

    background = Background()
    learning = campus(settings, live, remembered)
    intake = Intake(router(settings, live, remembered, learning), settings.most_at_once)
    metrics = Metrics(lambda: _gauges(intake, background, work.worker, remembered))
    converse = metrics.watch(intake)
    surfaces = _Surfaces(settings, converse, remembered, background, partial(_lead, live))
    slack, teams = surfaces.slack(), surfaces.teams()
    _say_what_is_off(slack, teams, tell)
    work = _work(remembered, slack, teams, _looks(settings, live, remembered, learning, slack))
    talking = [each for each in (slack, teams) if each]
    has_web = settings.web_chat if settings.web_chat is not None else not talking
    house = House(
        routes=[
            *(route for each in talking for route in each.routes),
            *_scim(settings, remembered),
            *campus_routes(learning),
        ],
        web=web_app(
            converse,
            now,
            allowed_hosts=settings.allowed_hosts,
            examples=EXAMPLES,
            chart=lambda: chart_svg(live.chart, {each.id: each.name for each in live.contacts}),
            teaches=True,
        )
        if has_web
        else None,
        parts=[*talking, work],
        background=background,
        metrics=metrics,
        health=lambda: {"index": live.health(), "state": remembered.health(), "jobs": work.worker.health()},
        close=remembered.close,
    )
    return server_app(house)


def _scim(settings: Settings, remembered: State) -> Sequence[Route]:
    """What an identity provider keeps the people right by; nothing where it has no token."""
    from bot.server.scim import ScimConfig, scim_routes

    tokens = {organisation: token.get_secret_value() for organisation, token in settings.scim_tokens.items()}
    config = ScimConfig(tokens, settings.scim_groups, settings.public_url)
    return scim_routes(config, remembered.roster, remembered.directory, remembered.audit, now)


@dataclass(frozen=True, slots=True)
class Work:
    """The worker as a part of the server, with the surfaces that it sends on."""

    worker: Worker
    surfaces: Sequence[SlackSurface | TeamsSurface] = ()

    async def start(self) -> None:
        """Begin; the surfaces first, where they are this worker's alone."""
        for surface in self.surfaces:
            await surface.start()
        await self.worker.start()

    async def stop(self) -> None:
        """It goes on: what is being answered may still plan deliveries."""

    async def close(self) -> None:
        """End."""
        await self.worker.stop(_PATIENCE)
        for surface in self.surfaces:
            await surface.close()


def lone_worker(settings: Settings, live: LiveAnswers, remembered: State) -> Work:
    """A worker without a server: it plans and sends on every surface that is set up, and hears nobody.

    It runs the same clocks as a server does. Nothing of that encodes a text, so that the model is never loaded.

    Raises:
        SettingsError: where a surface is only half set up.
    """
    from bot.channels.background import Background

    surfaces = _Surfaces(settings, _deaf, remembered, Background(), lambda: None)
    slack, teams = surfaces.slack(hears=False), surfaces.teams()
    learning = campus(settings, live, remembered)
    work = _work(remembered, slack, teams, _looks(settings, live, remembered, learning, slack))
    return replace(work, surfaces=[each for each in (slack, teams) if each])


async def _deaf(_message: Message) -> Reply:
    raise AssertionError("a worker takes no messages")


def _looks(
    settings: Settings, live: LiveAnswers, remembered: State, learning: Campus, slack: SlackSurface | None
) -> Sequence[Watch]:
    """Every clock: of cases, of learning, and of people who are to be met."""
    return (
        *watches(settings, live, remembered, learning.school),
        *campus_watches(learning, remembered),
        *introduction_watch(remembered, {"slack": slack} if slack else {}),
    )


def _work(remembered: State, slack: SlackSurface | None, teams: TeamsSurface | None, looks: Sequence[Watch]) -> Work:
    from bot.jobs import Worker

    channels: dict[str, Channel] = {name: each for name, each in (("slack", slack), ("teams", teams)) if each}
    return Work(
        Worker(
            engine=remembered.engine,
            channels=channels,
            clock=now,
            upkeep=lambda: remembered.forget_old(now()),
            watches=looks,
        )
    )


@dataclass(frozen=True, slots=True)
class _Surfaces:
    """Makes the surfaces that are set up."""

    settings: Settings
    converse: Converse
    remembered: State
    background: Background
    contact: Callable[[], Person | None]

    def slack(self, *, hears: bool = True) -> SlackSurface | None:
        """Slack, where it is set up; without Socket Mode where it need not hear."""
        config = slack_config(self.settings)
        if config is None:
            return None
        from bot.channels.slack.app import SlackParts, slack_surface
        from bot.conversation.small_talk import EXAMPLES
        from bot.jobs import Ledger

        return slack_surface(
            SlackParts(
                config=config if hears else replace(config, app_token=""),
                converse=self.converse,
                records=self.remembered.records,
                people=self.remembered.people,
                workspaces=self.remembered.workspaces,
                inbox=self.remembered.inbox,
                installations=self.remembered.installations,
                once=self.remembered.once,
                jobs=Ledger(self.remembered.engine, now),
                staff=self.remembered.staff,
                desks=self.remembered.desks,
                audit=self.remembered.audit,
                clock=now,
                background=self.background,
                examples=EXAMPLES,
                contact=self.contact,
            )
        )

    def teams(self) -> TeamsSurface | None:
        """Teams, where it is set up."""
        config = teams_config(self.settings)
        if config is None:
            return None
        from bot.channels.teams.app import teams_surface
        from bot.channels.teams.parts import TeamsParts
        from bot.conversation.small_talk import EXAMPLES

        return teams_surface(
            TeamsParts(
                config=config,
                converse=self.converse,
                records=self.remembered.records,
                people=self.remembered.people,
                workspaces=self.remembered.workspaces,
                places=self.remembered.places,
                inbox=self.remembered.inbox,
                staff=self.remembered.staff,
                desks=self.remembered.desks,
                audit=self.remembered.audit,
                clock=now,
                background=self.background,
                examples=EXAMPLES,
            )
        )


def _lead(live: LiveAnswers) -> Person | None:
    """Whom to ask where nobody else is named."""
    from bot.conversation.ask import person

    return person(LAST_RESORT, live.contacts)


def _gauges(intake: Intake, background: Background, worker: Worker, remembered: State) -> Mapping[str, float]:
    owed, cases = worker.counts(), remembered.escalations.count(now())
    return {
        "in_work": intake.in_work,
        "turned_away": intake.turned_away,
        "background": len(background),
        "cases_open": cases.open,
        "cases_claimed": cases.claimed,
        "cases_overdue": cases.overdue,
        "deliveries_planned": owed.planned,
        "deliveries_queued": owed.queued,
        "deliveries_sent_today": owed.sent,
        "deliveries_undeliverable_today": owed.undeliverable,
        "deliveries_ambiguous_today": owed.ambiguous,
        "deliveries_overdue_seconds": (now() - owed.oldest_due).total_seconds() if owed.oldest_due else 0,
    }


def _say_what_is_off(slack: SlackSurface | None, teams: TeamsSurface | None, tell: Tell) -> None:
    off = [name for name, surface in (("Slack", slack), ("Teams", teams)) if surface is None]
    if off:
        tell(f"{' and '.join(off)}: off, as not set up (docs/install-slack.md, docs/install-teams.md)")


__all__ = ["Work", "lone_worker", "server"]
