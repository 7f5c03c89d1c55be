"""``clearpost programme``: the dials are shown and turned, the budget is entered, and the audit knows of both."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot import wiring
from bot.settings import load_settings
from bot.state import State
from lessons.dials import CHANGES, Dial, Setting
from tests.unit.bot.cli.taught import DAY, ORG, Company, done, refused, run


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation in one workspace."""
    remembered = wiring.state(load_settings())
    remembered.workspaces.add(ORG, "slack", "Ours", wiring.now())
    yield remembered
    remembered.close()


def dials() -> dict[str, dict[str, object]]:
    """Where the dials stand, by name."""
    return {each["dial"]: each for each in json.loads(done("programme", "status", "--json"))["dials"]}


def test_where_it_begins(home: State) -> None:
    """An organisation that turned nothing has exams and attestations, no duties, and is told what is still to come."""
    settings = {name: each["setting"] for name, each in dials().items()}
    assert settings == {
        "content": "formal",
        "delivery": "formal",
        "participants": "structured",
        "measurement": "structured",
    }
    text = done("programme", "status")
    assert text.count("[structured]") == text.count("Next, formal:") == 2


def test_policies_to_confirm_and_the_key_are_counted(home: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the settings name and is in force counts, and a key of the settings is a key; neither is there at first."""
    lacks = [words for dial in ("content", "delivery") for words in dials()[dial]["lacks"]]  # type: ignore[attr-defined]
    confirmed = "A policy has to be confirmed, named in CLEARPOST_ATTESTED_POLICIES."
    assert {confirmed, "There is a key that signs certificates."} <= set(lacks)
    monkeypatch.setenv("CLEARPOST_ATTESTED_POLICIES", '["disclosure", "unheard-of"]')
    monkeypatch.setenv("CLEARPOST_CERTIFICATE_KEY", done("certificates", "new-key").strip())
    lacks = [words for dial in ("content", "delivery") for words in dials()[dial]["lacks"]]  # type: ignore[attr-defined]
    assert not {confirmed, "There is a key that signs certificates."} & set(lacks)
    done("programme", "set", "delivery", "structured")
    takes = [each["words"] for each in dials()["delivery"]["takes"]]  # type: ignore[attr-defined]
    assert "A policy has to be confirmed, named in CLEARPOST_ATTESTED_POLICIES (1)." in takes


def test_what_is_there_is_ticked(home: State) -> None:
    """Needs are ticked by the people, the curriculum, the levels and the budget as they are."""
    company = Company(home)
    company.hire({"employees": 2, "partners": 1}, wiring.now() - DAY)
    done("programme", "budget", "1000", "--currency", "usd")
    takes = {str(each["words"]): each["there"] for dial in dials().values() for each in dial["takes"]}  # type: ignore[attr-defined]
    assert takes["The budget is entered, so that the cost for each person is known."] is True
    assert takes["The address of a record store (LRS) is set, so that records go to it."] is False
    assert any(words.startswith("A level is required of a track") for words in takes)
    assert not [words for dial in dials().values() for words in dial["lacks"] if "3 of 3" in str(words)]  # type: ignore[attr-defined]


def test_a_dial_is_turned(home: State) -> None:
    """It says where it stood and what the setting brings, the audit holds it once, and everybody is looked at again."""
    company = Company(home)
    company.hire({"employees": 1}, wiring.now() - DAY)
    printed = done("programme", "set", "participants", "formal")
    assert printed.splitlines() == [
        f"participants is formal in {ORG}; it was structured",
        CHANGES[Dial.PARTICIPANTS, Setting.FORMAL],
    ]
    assert "as before" in done("programme", "set", "participants", "formal")
    assert dials()["participants"]["setting"] == "formal" and dials()["measurement"]["setting"] == "structured"
    (line,) = [each for each in home.audit.lines(ORG) if each.action == "dial_turned"]
    assert (line.actor, line.subject, line.detail["after"]) == ("cli", "participants", "formal")
    assert len(home.learners.looking(wiring.now(), 9)) == 1


def test_a_budget_is_entered_shown_and_taken_back(home: State) -> None:
    """With its currency, for a year; what it takes to see the cost in reports is said."""
    assert "no budget is entered" in done("programme", "budget")
    result = run("programme", "budget", "12000", "--currency", "usd")
    assert result.stdout == f"{ORG}: 12,000.00 USD a year\n" and "once measurement is formal" in result.stderr
    assert "12,000.00 USD a year" in done("programme", "status")
    assert "no budget is entered" in done("programme", "budget", "--forget")
    assert [each.action for each in home.audit.lines(ORG)] == ["budget_entered"] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "volume", "formal"), "there is no dial 'volume'; take one of content, delivery"),
        (("set", "content", "loud"), "there is no setting 'loud'; take one of casual, structured, formal"),
        (("set", "content", "formal", "--organisation", "acme"), "there is no organisation 'acme'"),
        (("budget", "0"), "is no budget"),
        (("budget", "nan"), "is no budget"),
        (("budget", "inf"), "is no budget"),
        (("budget", "5", "--currency", "Euro"), "enter its three letters"),
        (("budget", "5", "--forget"), "leave one of the two out"),
    ],
)
def test_what_cannot_be_set_is_refused(home: State, arguments: tuple[str, ...], said: str) -> None:
    """A dial, a setting, an organisation or an amount that is none is refused, and nothing is written down."""
    assert said in refused("programme", *arguments)
    assert home.audit.lines(ORG) == []


def test_several_organisations_have_to_be_named(home: State) -> None:
    """Where there is more than one company it has to be said which one is meant, and each has dials of its own."""
    home.workspaces.add("slack:T2", "slack", "Theirs", wiring.now())
    assert "name one with --organisation" in refused("programme", "status")
    done("programme", "set", "delivery", "casual", "--organisation", "slack:T2")
    found = json.loads(done("programme", "status", "--json", "--organisation", ORG))
    assert [each["setting"] for each in found["dials"] if each["dial"] == "delivery"] == ["formal"]


def test_without_a_command_help_is_shown(home: State) -> None:
    """``clearpost programme`` alone lists its commands and ends with 2."""
    result = run("programme")
    assert result.exit_code == 2 and "status" in result.stderr and "budget" in result.stderr
