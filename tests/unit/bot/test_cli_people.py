"""``clearpost people`` and ``clearpost audit``: roles, what is known of a person, and the record of what was done."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot import wiring
from bot.cli import audit, people  # noqa: F401 - importing a module registers its commands
from bot.cli.app import app
from bot.ports import Entry, Escalation, Event, Kept, Party, Person, Post, Profile, Turn
from bot.settings import load_settings
from bot.state import State, reading
from bot.state.tables import deliveries
from knowledge.models import Priority
from knowledge.weights import SMALL_MODEL

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SLACK, OTHER = "slack:T1", "slack:T2"
INES = "ines@example.com"


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation in which Ines and Olu were met in one workspace, and a Pat in each of two."""
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)
    remembered = wiring.state(load_settings())
    for workspace in (SLACK, OTHER):
        remembered.workspaces.add(workspace, "slack", workspace, NOW)
        remembered.people.meet(workspace, "pat", Profile("Pat Example", "pat@example.com"), NOW)
    remembered.people.meet(SLACK, "ines", Profile("Ines Example", INES), NOW)
    remembered.people.meet(SLACK, "olu", Profile("Olu Example", "olu@example.com"), NOW)
    yield remembered
    remembered.close()


def run(*arguments: str, typed: str | None = None) -> Result:
    """Run ``clearpost``."""
    return CliRunner().invoke(app, list(arguments), input=typed)


def done(*arguments: str) -> str:
    """What a command printed that went well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> str:
    """What a command said that was misused, in one line of words."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return " ".join(result.stderr.replace("│", " ").split())


def ines(remembered: State) -> Person:
    """Ines as she is known now."""
    person = remembered.people.find(SLACK, "ines")
    assert person
    return person


def actions(remembered: State, workspace: str = SLACK) -> list[tuple[str, str]]:
    """Who did what, by the audit."""
    return [(each.actor, each.action) for each in remembered.audit.lines(workspace)]


def test_a_role_is_given_and_taken_back(home: State) -> None:
    """Granting and revoking change the roles of the person, each with a line in the audit."""
    assert "has the role coe" in done("people", "grant", "Ines@Example.com", "coe")
    done("people", "grant", INES, "legal")
    assert set(ines(home).roles) == {"coe", "legal"}
    done("people", "revoke", INES, "legal")
    assert ines(home).roles == ("coe",)
    assert actions(home) == [("cli", "role_granted"), ("cli", "role_granted"), ("cli", "role_revoked")]
    assert home.audit.lines(SLACK)[0].detail == {"role": "coe"}


def test_an_unknown_role_is_refused_with_the_list(home: State) -> None:
    """A role that there is not is refused; the roles that there are get listed."""
    said = refused("people", "grant", INES, "boss")
    assert "no role 'boss'" in said and "coe_lead" in said and "legal" in said
    assert ines(home).roles == () and actions(home) == []


@pytest.mark.parametrize("command", [("grant", "coe"), ("revoke", "coe"), ("set", "--unit", "toys"), ("export",)])
def test_an_unknown_address_says_what_to_do(home: State, command: tuple[str, ...]) -> None:
    """Who was never met has to write to the bot first, and that is said."""
    name, *rest = command
    assert "write to Clearpost" in refused("people", name, "nobody@example.com", *rest)


def test_an_address_in_two_organisations(home: State) -> None:
    """An address that two organisations know needs the organisation; one that is not there is refused."""
    assert "--organisation" in refused("people", "grant", "pat@example.com", "coe")
    done("people", "grant", "pat@example.com", "coe", "--organisation", OTHER)
    there, here = (home.people.find(workspace, "pat") for workspace in (OTHER, SLACK))
    assert there and there.roles == ("coe",)
    assert here and here.roles == ()
    assert "no organisation 'acme'" in refused("people", "grant", INES, "coe", "--organisation", "acme")


def test_a_role_that_is_not_held_cannot_be_taken_back(home: State) -> None:
    """Taking back what nobody gave is told, and not written down."""
    assert "does not have" in refused("people", "revoke", INES, "coe")
    assert actions(home) == []


def test_a_role_from_a_group_stays(home: State) -> None:
    """A role that a group gives is taken back in that group; it is said so."""
    home.staff.grant(ines(home).id, "coe", "slack:S1")
    assert "take them out of that group" in refused("people", "revoke", INES, "coe")
    assert ines(home).roles == ("coe",)


def test_people_with_a_role_are_listed(home: State) -> None:
    """All who hold any role, or one; a person without is not listed."""
    for email, role in ((INES, "coe"), ("olu@example.com", "legal")):
        done("people", "grant", email, role)
    assert [line.split()[0] for line in done("people", "list").splitlines()] == [INES, "olu@example.com"]
    (one,) = done("people", "list", "--role", "legal", "--json").splitlines()
    assert json.loads(one) == {
        "email": "olu@example.com",
        "name": "Olu Example",
        "roles": ["legal"],
        "track": "",
        "region": "",
        "unit": "",
        "organisation": SLACK,
    }
    assert "no role" in refused("people", "list", "--role", "boss")


def test_the_companys_word_is_set(home: State) -> None:
    """Track, region and unit are set, and what is not named stays; an empty value takes it back."""
    done("people", "set", INES, "--track", "executives", "--region", "de", "--unit", "toys")
    done("people", "set", INES, "--region", "")
    person = ines(home)
    assert (person.track, person.region, person.unit) == ("executives", "", "toys")
    assert actions(home) == [("cli", "person_described")] * 2
    assert "toys" not in str([each.detail for each in home.audit.lines(SLACK)])


def test_a_track_that_there_is_not(home: State) -> None:
    """A track is one of five, and something has to be set."""
    assert "no track 'boss'" in refused("people", "set", INES, "--track", "boss")
    assert "--track, --region, --unit, --hired or --left" in refused("people", "set", INES)
    assert "no date" in refused("people", "set", INES, "--hired", "31.02.2026")


def _talk(remembered: State) -> None:
    remembered.records.add_turn(SLACK, "t1", Turn("May I post the llama?", NOW))
    remembered.records.keep_reply(SLACK, Kept("r1", "ines", "t1", NOW, '{"kind":"note","text":"the llama"}'))
    asker = Party(SLACK, "ines", "t1", ines(remembered).id, "Ines Example")
    case = Escalation("c1", 0, SLACK, asker, "the llama", "", "coe_lead", Priority.NORMAL, NOW)
    post = Post("case:c1:1", SLACK, "C1")
    remembered.escalations.open(case, Entry(Event.OPENED, NOW, asker), (post,), lambda _: ())


def test_all_that_is_known_is_written_out(home: State, tmp_path: Path) -> None:
    """An export is JSON of everything, for the eyes of whoever ran it alone, and is written down without words."""
    _talk(home)
    known = json.loads(done("people", "export", INES))
    assert known["person"]["email"] == INES and "llama" in json.dumps(known["escalations"])
    file = tmp_path / "ines.json"
    file.write_text("older", "utf-8")
    assert done("people", "export", INES, "--output", str(file)) == ""
    assert json.loads(file.read_text("utf-8"))["person"]["email"] == INES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert actions(home)[-2:] == [("cli", "person_exported")] * 2
    assert "llama" not in str(home.audit.lines(SLACK))


def test_an_export_by_account(home: State) -> None:
    """Where a platform tells no address, or nobody was met, the account itself names the person."""
    assert json.loads(done("people", "export", f"{SLACK}/ines"))["person"]["email"] == INES
    home.records.add_turn("local", "t9", Turn("May I?", NOW))
    home.records.keep_reply("local", Kept("r9", "web-1", "t9", NOW, '{"kind":"note","text":"yes"}'))
    assert json.loads(done("people", "export", "local/web-1"))["replies"]


def test_a_person_is_forgotten(home: State) -> None:
    """What they said and who they were is gone; the audit keeps that it was done, by a command, and still verifies."""
    _talk(home)
    printed = done("people", "forget", INES, "--yes")
    assert "people" in printed
    assert home.people.find(SLACK, "ines") is None
    assert list(home.records.turns(SLACK, "t1", NOW)) == [] and home.records.reply(SLACK, "r1") is None
    case = home.escalations.find(SLACK, "c1")
    assert case and "llama" not in str(case)
    assert ("cli", "person_forgotten") in actions(home)
    assert done("audit", "verify").startswith("ok")
    assert "have not met" in refused("people", "forget", INES, "--yes")


def test_cards_are_shown_without_what_was_forgotten(home: State, sample_index: Path) -> None:
    """The card of a forgotten person's case is owed anew, in place of the one that was sent, without the words."""
    _talk(home)
    shutil.copy(sample_index, load_settings().index)
    done("people", "forget", INES, "--yes")
    with reading(home.engine) as connection:
        (card,) = connection.execute(select(deliveries).where(deliveries.c.edits == "case:c1:1"))
    assert card.place == "C1" and "ase 1" in card.body
    assert "llama" not in card.body and "Ines" not in card.body


def test_nobody_is_forgotten_by_mistake(home: State) -> None:
    """Without a terminal to ask at, and without --yes, nothing is deleted."""
    assert "--yes" in refused("people", "forget", INES)
    assert ines(home).profile.email == INES


def test_the_audit_verifies(home: State) -> None:
    """Whole lines: each workspace with its count and the hash of the last line."""
    assert "nothing was written down" in done("audit", "verify")
    done("people", "grant", INES, "coe")
    done("people", "grant", INES, "legal")
    found = json.loads(done("audit", "verify", "--json"))
    (chain,) = found["workspaces"]
    assert found["well"] is True
    assert (chain["workspace"], chain["lines"], chain["broken"]) == (SLACK, 2, [])
    assert len(chain["head"]) == 64 and chain["head"] in done("audit", "verify")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'somebody' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit WHERE number = 2",
    ],
)
def test_tampering_is_found(home: State, tampering: str) -> None:
    """A changed line, a missing one and a missing end are named, and the command fails."""
    for role in ("coe", "legal"):
        done("people", "grant", INES, role)
    home.close()
    connection = sqlite3.connect(load_settings().data / "state.db")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(tampering)
    connection.commit()
    connection.close()
    result = run("audit", "verify")
    assert result.exit_code == 1 and result.stdout.startswith("BAD") and "line " in result.stdout
    told = json.loads(run("audit", "verify", "--json").stdout)
    assert told["well"] is False and told["workspaces"][0]["broken"]


def test_the_audit_is_shown(home: State) -> None:
    """Lines are shown oldest first, of one workspace, or since a day, for people and for programs."""
    done("people", "grant", INES, "coe")
    home.audit.add(OTHER, NOW, "U1", "installed", "app", {"scope": "all"})
    assert [line.split()[2] for line in done("audit", "show").splitlines()] == [OTHER, SLACK]
    (line,) = done("audit", "show", "--workspace", OTHER, "--json").splitlines()
    assert json.loads(line) == {
        "workspace": OTHER,
        "at": NOW.isoformat(),
        "actor": "U1",
        "action": "installed",
        "subject": "app",
        "detail": {"scope": "all"},
    }
    assert OTHER in done("audit", "show", "--since", "2026-11-02", "--workspace", OTHER)
    assert done("audit", "show", "--since", "2026-11-03", "--workspace", OTHER) == ""
    assert "there are slack:T1, slack:T2" in refused("audit", "show", "--workspace", "slack:T9")


@pytest.mark.parametrize("group", ["people", "audit"])
def test_a_group_without_a_command_shows_its_help(group: str) -> None:
    """Who names no command gets the help, as a mistake."""
    result = run(group)
    assert result.exit_code == 2 and result.stdout == "" and "Usage:" in result.stderr
