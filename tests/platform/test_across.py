"""One company in Slack and Teams, over one state and a real worker: asked on one platform, answered on the other.

Slack is a little one of a few methods, Teams is Microsoft's own SDK before a stand-in of its servers: no npm is needed.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import httpx2
import pytest
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.channels.teams.app import TeamsConfig, TeamsParts, TeamsSurface
from bot.channels.teams.desk import Desk as TeamsDesk
from bot.channels.teams.microsoft.tokens import AppTokens
from bot.channels.teams.microsoft.transport import BotbuilderTransport
from bot.conversation.escalate.office import Office
from bot.conversation.router import Router
from bot.conversation.small_talk import EXAMPLES
from bot.jobs import Ledger, Worker
from bot.ports import STAFF, Channel, Profile, Stage
from bot.state import State, migrate, open_engine
from tests.contract.owed import FAST, FREE, until
from tests.fakes.answers import HAND_OVER, FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.triage import FakeTriage
from tests.platform.slack.client import SECRET, SlackClient, told
from tests.scenarios import little_slack, teams_reader
from tests.scenarios.little_slack import TEAM, LittleSlack, Shown
from tests.scenarios.teams_reader import Seen
from tests.unit.bot.teams.microsoft import Microsoft, SignIn, microsoft
from tests.unit.bot.teams.scene import APP, CHANNEL, INES, OMAR, TENANT, chat_of, mention

SLACK: Final = f"slack:{TEAM}"
TEAMS: Final = f"teams:{TENANT}"
INES_IN_SLACK: Final = "U000000001"
OMAR_IN_SLACK: Final = "U000000002"
LAUNCHES: Final = "C000000002"
NAMES: Final = {INES_IN_SLACK: "Ines Example", OMAR_IN_SLACK: "Omar Example"}
QUESTION: Final = "May I show the prototype at the fair?"
ANSWERS: Final = ("Yes, without its screen.", "Yes, film it.")
PATIENCE: Final = 20.0  # seconds for a message to come, which takes less than one
_CONVERSATIONS: Final = "/teams/v3/conversations/"
_CASE: Final = "escalation_"


def now() -> datetime:
    """The real time, of which tokens, signatures and the worker have one of their own."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Company:
    """Everybody and everything: who reads where, and what is kept."""

    state: State
    office: Office
    worker: Worker
    slack: LittleSlack
    microsoft: Microsoft
    background: Background
    http: httpx2.AsyncClient

    def in_slack(self, account: str) -> little_slack.Reader:
        """Somebody in Slack."""
        client = SlackClient(self.http, account, TEAM, self.slack.response_url("press"))
        return little_slack.Reader(self.slack, client, self.background)

    def in_teams(self, account: str) -> teams_reader.Reader:
        """Somebody in Teams."""

        async def arrive(sent: Mapping[str, Any]) -> httpx2.Response:
            signed = {"authorization": self.microsoft.token(APP)}
            body = {**sent, "serviceUrl": self.microsoft.service}
            answer = await self.http.post("/api/messages", json=body, headers=signed)
            await self.background.finish(PATIENCE)
            return answer

        return teams_reader.Reader(account, arrive, self.cards)

    def cards(self) -> list[Seen]:
        """The cards in Teams, as they stand now."""
        found: dict[str, Seen] = {}
        posted: Counter[str] = Counter()
        for call in self.microsoft.to(_CONVERSATIONS):
            conversation, _, rest = call.path.removeprefix(_CONVERSATIONS).partition("/")
            conversation = unquote(conversation)
            place = conversation.partition(";")[0]
            card = next((each["content"] for each in (call.body or {}).get("attachments") or ()), None)
            if call.method == "POST" and rest == "activities":
                posted[conversation] += 1
                message = _message(conversation, posted[conversation])
                if card is not None:
                    found[message] = Seen(place, message, card)
            elif call.method == "PUT" and card is not None:
                message = unquote(rest.removeprefix("activities/"))
                found[message] = Seen(place, message, card, found[message].edits + 1)
        return list(found.values())

    def cases_in(self, place: str) -> list[Seen]:
        """The cards of the case in a conversation of Teams."""
        return [each for each in self.cards() if each.conversation == place and "ase 1" in _told(each.card)]

    def stage(self, workspace: str, account: str) -> Stage:
        """How far the one case of somebody is."""
        (case,) = self.state.escalations.of(self.office.escalations.organisation(workspace), workspace, account)
        return case.stage

    def audit(self) -> list[str]:
        """What the audit says of cases: who did what, in the order in which it was done."""
        lines = [each for workspace in (SLACK, TEAMS) for each in self.state.audit.lines(workspace)]
        done = sorted((each for each in lines if each.action.startswith(_CASE)), key=lambda each: each.at)
        return [f"{each.actor} {each.action.removeprefix(_CASE)}" for each in done]

    async def at_rest(self) -> None:
        """Wait until nothing is owed any more; each that was owed went out."""
        await until(lambda: not self.worker.counts().planned + self.worker.counts().queued, PATIENCE)
        counts = self.worker.counts()
        assert (counts.undeliverable, counts.ambiguous) == (0, 0)


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """The company, with its worker running."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    state, background = State(engine, (), (SLACK, TEAMS)), Background()
    ids = itertools.count(1)
    coe = office(state, FakeAnswers({QUESTION: HAND_OVER}), Ledger(engine, now), lambda: f"reply-{next(ids)}")
    router = Router(coe, campus(coe), FakeTriage(), timedelta(hours=12))
    async with AsyncExitStack() as stack:
        stack.callback(state.close)
        teams = stack.enter_context(microsoft())
        for each in (CHANNEL, chat_of(INES), chat_of(OMAR)):
            path = f"{_CONVERSATIONS}{quote(each, safe='')}/activities"
            teams.answers["POST", path] = [(201, {}, {"id": _message(each, number)}) for number in range(1, 50)]
        teams.answers["POST", _CONVERSATIONS.rstrip("/")] = [(201, {}, {"id": chat_of(OMAR)})] * 9
        slack = LittleSlack(NAMES)
        await stack.enter_async_context(slack.served())
        slack_side = _slack(state, slack, router, background)
        teams_side = _teams(state, teams, router, background)
        app = Starlette(routes=[*slack_side.routes, *teams_side.routes])
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://clearpost.example.com")
        await stack.enter_async_context(http)
        channels: dict[str, Channel] = {"slack": slack_side, "teams": teams_side}
        worker = Worker(engine, channels, now, FREE, FAST)
        for surface in (slack_side, teams_side):
            stack.push_async_callback(surface.close)
            stack.push_async_callback(surface.stop)
            await surface.start()
        stack.push_async_callback(worker.stop, PATIENCE)
        stack.push_async_callback(background.finish, PATIENCE)
        await worker.start()
        yield Company(state, coe, worker, slack, teams, background, http)


def _slack(state: State, slack: LittleSlack, router: Router, background: Background) -> SlackSurface:
    return slack_surface(
        SlackParts(
            config=SlackConfig(signing_secret=SECRET, bot_token="xoxb-example", api_url=slack.api_url),
            converse=router,
            records=state.records,
            people=state.people,
            workspaces=state.workspaces,
            inbox=state.inbox,
            installations=state.installations,
            once=state.once,
            jobs=Ledger(state.engine, now),
            audit=state.audit,
            clock=now,
            background=background,
            examples=EXAMPLES,
            contact=lambda: None,
            staff=state.staff,
            desks=state.desks,
        )
    )


def _teams(state: State, teams: Microsoft, router: Router, background: Background) -> TeamsSurface:
    tokens = AppTokens(APP, "secret", "https://login.microsoftonline.com/", "botframework.com", now, SignIn())
    parts = TeamsParts(
        config=TeamsConfig(APP, "secret"),
        converse=router,
        records=state.records,
        people=state.people,
        workspaces=state.workspaces,
        places=state.places,
        inbox=state.inbox,
        audit=state.audit,
        staff=state.staff,
        desks=state.desks,
        clock=now,
        background=background,
        examples=EXAMPLES,
    )
    return TeamsSurface(TeamsDesk(parts, BotbuilderTransport(APP, tokens, now, teams.cloud)))


def _expert(company: Company, workspace: str, account: str) -> None:
    """Omar is of the Center of Excellence."""
    omar = company.state.people.meet(workspace, account, Profile("Omar Example", "omar@example.com"), now())
    company.state.staff.grant(omar.id, STAFF)


def _message(place: str, number: int) -> str:
    """The id of a message in Teams."""
    return f"{number}{place[-4:]}"


def _told(card: object) -> str:
    return json.dumps(card, ensure_ascii=False)


async def test_asked_in_slack_answered_in_teams(company: Company) -> None:
    """Asked in Slack, worked on in a channel of Teams, asked back, answered, reopened, answered again, closed."""
    _expert(company, TEAMS, OMAR)
    ines, omar = company.in_slack(INES_IN_SLACK), company.in_teams(OMAR)
    desk = await omar.arrive(mention("desk coe_lead", OMAR))
    assert desk.status_code == 200
    await ines.says(QUESTION)
    await ines.presses("Ask a person")
    await ines.presses("Send")
    await until(lambda: company.cases_in(CHANNEL), PATIENCE)

    claimed = await omar.presses("Claim", where="channel")
    assert claimed.card is not None and "Omar Example" in _told(claimed.card)
    await omar.presses("Ask back", "Which prototype?", where="channel")
    await until(lambda: _sees(ines, "Which prototype?"), PATIENCE)
    assert _sees(ines, "Which prototype?")[0].thread == ines.root
    await ines.presses("Reply", "The blue one.")
    await until(lambda: "The blue one." in _told(company.cases_in(CHANNEL)[0].card), PATIENCE)
    await omar.presses("Answer", ANSWERS[0], where="channel")
    await until(lambda: _sees(ines, ANSWERS[0]), PATIENCE)
    assert company.stage(SLACK, INES_IN_SLACK) is Stage.ANSWERED
    await ines.presses("Not yet", "May I film it?")
    assert company.stage(SLACK, INES_IN_SLACK) is Stage.CLAIMED
    await until(lambda: "May I film it?" in _told(company.cases_in(CHANNEL)[0].card), PATIENCE)
    await omar.presses("Answer", ANSWERS[1], where="channel")
    await until(lambda: _sees(ines, ANSWERS[1]), PATIENCE)
    await ines.presses("That helped")
    assert company.stage(SLACK, INES_IN_SLACK) is Stage.CLOSED
    await company.at_rest()

    (card,) = company.cases_in(CHANNEL)
    assert card.edits and "Closed" in _told(card.card)
    chat = little_slack.chat_of(INES_IN_SLACK)
    for words in ("Which prototype?", *ANSWERS):
        written = [call.body for call in company.slack.called("chat.postMessage") if words in str(call.body["blocks"])]
        assert [(each["channel"], each["thread_ts"]) for each in written] == [(chat, ines.root)]
    assert company.audit() == [
        f"{INES_IN_SLACK} opened",
        f"{OMAR} claimed",
        f"{OMAR} asked_back",
        f"{INES_IN_SLACK} added",
        f"{OMAR} answered",
        f"{INES_IN_SLACK} reopened",
        f"{OMAR} answered",
        f"{INES_IN_SLACK} closed",
    ]
    assert not company.state.audit.verify()


async def test_asked_in_teams_answered_in_slack(company: Company) -> None:
    """The mirror image: asked in Teams, worked on in a channel of Slack."""
    _expert(company, SLACK, OMAR_IN_SLACK)
    ines, omar = company.in_teams(INES), company.in_slack(OMAR_IN_SLACK)
    await omar.client.mention(LAUNCHES, "desk coe_lead", "1.000300")
    await omar.settle()
    await ines.says(QUESTION)
    await ines.presses("Ask a person")
    await ines.presses("Send")
    await until(lambda: _cases(omar), PATIENCE)

    await omar.presses("Claim")
    assert "Omar Example" in told(list(_cases(omar)[0].blocks))
    await omar.presses("Ask back", "Which prototype?")
    await until(lambda: "Which prototype?" in _chat(company), PATIENCE)
    await ines.presses("Reply", "The blue one.")
    await until(lambda: "The blue one." in told(list(_cases(omar)[0].blocks)), PATIENCE)
    await _answers(omar, ANSWERS[0])
    await until(lambda: ANSWERS[0] in _chat(company), PATIENCE)
    assert company.stage(TEAMS, INES) is Stage.ANSWERED
    await ines.presses("Not yet", "May I film it?")
    assert company.stage(TEAMS, INES) is Stage.CLAIMED
    await until(lambda: "May I film it?" in told(list(_cases(omar)[0].blocks)), PATIENCE)
    await _answers(omar, ANSWERS[1])
    await until(lambda: ANSWERS[1] in _chat(company), PATIENCE)
    await ines.presses("That helped")
    assert company.stage(TEAMS, INES) is Stage.CLOSED
    await company.at_rest()

    (card,) = _cases(omar)
    assert card.edits and "Closed" in told(list(card.blocks))
    posts = [call for call in company.microsoft.to(_CONVERSATIONS) if call.method == "POST"]
    for words in ("Which prototype?", *ANSWERS):
        (written,) = [unquote(each.path) for each in posts if words in _told(each.body)]
        assert written == f"{_CONVERSATIONS}{chat_of(INES)}/activities"
    assert company.audit() == [
        f"{INES} opened",
        f"{OMAR_IN_SLACK} claimed",
        f"{OMAR_IN_SLACK} asked_back",
        f"{INES} added",
        f"{OMAR_IN_SLACK} answered",
        f"{INES} reopened",
        f"{OMAR_IN_SLACK} answered",
        f"{INES} closed",
    ]
    assert not company.state.audit.verify()


def _sees(reader: little_slack.Reader, words: str) -> list[Shown]:
    """The messages in somebody's own chat in Slack that say something."""
    mine = [each for each in reader.slack.seen_by(reader.account) if each.channel.startswith("D")]
    return [each for each in mine if words in told(list(each.blocks))]


def _cases(reader: little_slack.Reader) -> list[Shown]:
    """The cards of the case in the channel of Slack."""
    return [
        each
        for each in reader.slack.seen_by(reader.account)
        if each.channel == LAUNCHES and "ase 1" in told(list(each.blocks))
    ]


async def _answers(reader: little_slack.Reader, words: str) -> None:
    """Answer on the card in the channel, though a newer message elsewhere has the button, too."""
    (card,) = _cases(reader)
    button = next(each for label, each in card.pressable if label == "Answer")
    await reader.presses_on(card, button)
    assert await reader.fills_in(words, ()), "a form is opened"


def _chat(company: Company) -> str:
    """All that stands in the chat of Ines in Teams."""
    return "\n".join(_told(each.card) for each in company.cards() if each.conversation == chat_of(INES))
