"""``clearpost gaps`` and ``clearpost precedents``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import wiring
from bot.cli import gaps, precedents  # noqa: F401 - importing a module registers its commands
from bot.cli.app import app
from bot.conversation.ask import to_reply
from bot.conversation.kept import to_json
from bot.conversation.messages import LOCAL
from bot.ports import Kept, Party, Precedent, PrecedentState
from bot.settings import load_settings
from bot.state import State
from knowledge.models import Verdict
from knowledge.pack import Pack
from knowledge.questions import read_questions
from knowledge.weights import SMALL_MODEL
from tests.fakes.answers import CITATION, HAND_OVER, FakeAnswers

SLACK = "slack:T1"


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation with the small model and one workspace."""
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)
    remembered = wiring.state(load_settings())
    remembered.workspaces.add(SLACK, "slack", "Ours", wiring.now())
    yield remembered
    remembered.close()


@pytest.fixture
def indexed(home: State, bare_environment: pytest.MonkeyPatch, sample_index: Path, sample_pack: Pack) -> State:
    """The same, with an index of the sample."""
    bare_environment.setenv("CLEARPOST_CONTENT", str(sample_pack.policies.parent))
    shutil.copy(sample_index, load_settings().index)
    return home


def run(*arguments: str) -> Result:
    """Run ``clearpost``."""
    return CliRunner().invoke(app, list(arguments))


def done(*arguments: str) -> str:
    """What a command printed that went well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def _ask(remembered: State, workspace: str, reply: str, question: str, at: datetime) -> None:
    cited = (replace(CITATION, policy="security", section="location-of-public-place"),)
    answer = replace(HAND_OVER, question=question, citations=cited)
    body = to_json(to_reply(answer, reply, FakeAnswers().contacts))
    remembered.records.keep_reply(workspace, Kept(reply, "U1", "t1", at, body))


def test_like_questions_of_every_surface(indexed: State) -> None:
    """Gaps of Slack and the web chat are counted together, with the nearest section and the owner of its policy."""
    now = wiring.now()
    for number, (workspace, question) in enumerate(
        [
            (SLACK, "May I film the lions?"),
            (LOCAL, "Can I film the lions please?"),
            (SLACK, "Who pays my train ticket?"),
        ]
    ):
        _ask(indexed, workspace, f"r{number}", question, now - timedelta(days=number))
    found = json.loads(done("gaps", "--json"))
    assert [each["count"] for each in found["gaps"]] == [2, 1]
    assert {each["section"] for each in found["gaps"]} == {"security#location-of-public-place"}
    assert all(each["owner"] for each in found["gaps"])
    printed = done("gaps")
    assert printed.startswith("3 questions that nobody could answer") and "film the lions" in printed
    assert json.loads(done("gaps", "--json", "--organisation", LOCAL))["gaps"][0]["count"] == 1
    assert [each["count"] for each in json.loads(done("gaps", "--json", "--days", "1"))["gaps"]] == [1]


def test_an_organisation_that_is_not_there(indexed: State) -> None:
    """Gaps and precedents of a company that is not here are refused with the names of those that are."""
    for command in ("gaps", "precedents"):
        result = run(command, "--organisation", "acme")
        assert result.exit_code == 2 and "no organisation 'acme'" in result.stderr and SLACK in result.stderr


def _propose(remembered: State, number: int, **changes: object) -> Precedent:
    precedent = Precedent(
        id=f"p{number}",
        organisation=SLACK,
        escalation=f"c{number}",
        question=f"May I film\nlion {number}?",
        answer="Yes, from afar.",
        verdict=Verdict.YES_IF,
        owner="legal",
        author=Party(SLACK, "olu", name="Olu Example"),
        proposed=wiring.now() - timedelta(days=number),
    )
    assert remembered.precedents.propose(precedent, ())
    after = replace(precedent, **changes)  # type: ignore[arg-type] # of any field
    assert remembered.precedents.change(precedent, after, Party(SLACK, "kim"), wiring.now(), ())
    return after


def test_precedents_are_listed(home: State) -> None:
    """Each with its state, verdict, author, owner and what it rests on; nothing offered is said so."""
    assert "no answer was offered yet" in done("precedents")
    _propose(home, 1, policy="security", section="location-of-public-place")
    assert done("precedents").splitlines() == [
        "proposed: May I film lion 1?",
        "    yes_if, by Olu Example, owned by legal, rests on security#location-of-public-place",
        "    Yes, from afar.",
    ]


def test_those_that_count_are_labelled_questions(home: State, tmp_path: Path) -> None:
    """``--jsonl`` prints what ``clearpost evaluate`` reads: only what is approved and has not ended."""
    today = wiring.now().date()
    _propose(home, 1, state=PrecedentState.APPROVED, expires=today)
    _propose(home, 2, state=PrecedentState.APPROVED, expires=today - timedelta(days=1))
    _propose(home, 3)
    file = tmp_path / "precedents.jsonl"
    file.write_text(done("precedents", "--jsonl"), "utf-8")
    (labelled,) = read_questions(file)
    assert (labelled.id, labelled.verdict) == ("precedent-p1", Verdict.YES_IF)
    assert wiring.precedent_questions(load_settings()) == (labelled,)


def test_without_precedents_there_is_no_set(home: State) -> None:
    """An installation without precedents has no labelled questions of its own."""
    assert home.precedents.organisations() == []
    assert wiring.precedent_questions(load_settings()) == ()
    assert done("precedents", "--jsonl") == ""
