"""``clearpost certificates``: what it prints, how it leaves, and what it writes down."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from bot import wiring
from bot.cli import certificates  # noqa: F401 - importing a module registers its commands
from bot.cli.app import app
from bot.errors import SettingsError
from bot.ports import Profile, Row
from bot.settings import load_settings
from bot.state import State
from bot.wiring import _certificates as own
from lessons.credentials import StatusList, new_signing_key, read_signing_key, sign_status_list, status_list_url
from lessons.errors import CredentialError

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SLACK: Final = "slack:T1"
INES: Final = "ines@example.com"


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation in which Ines was met and is on a track."""
    remembered = wiring.state(load_settings())
    remembered.workspaces.add(SLACK, "slack", SLACK, NOW)
    remembered.people.meet(SLACK, "ines", Profile("Ines Example", INES), NOW)
    remembered.roster.upsert(SLACK, [Row(INES, track="employees")], NOW)
    remembered.learners.enrol(NOW)
    yield remembered
    remembered.close()


def run(*arguments: str) -> Result:
    """Run ``clearpost certificates``."""
    return CliRunner().invoke(app, ["certificates", *arguments])


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


def issued(home: State, folder: Path) -> tuple[str, Path]:
    """A certificate that was issued by hand: its id, and its token in a file."""
    identifier = done("issue", INES, "employees-white", "--evidence", "Taught three sessions.").split()[0]
    kept = home.certificates.find(identifier)
    assert kept is not None
    file = folder / "credential.jwt"
    file.write_text(kept.token, "ascii")
    return identifier, file


def test_a_certificate_is_issued_by_hand(home: State, tmp_path: Path) -> None:
    """It is listed, says what was shown for it, and the audit says who issued it."""
    identifier, file = issued(home, tmp_path)
    (listed,) = map(json.loads, done("list", "--json").splitlines())
    assert (listed["id"], listed["state"], listed["level"], listed["email"]) == (
        identifier,
        "valid",
        "employees-white",
        INES,
    )
    assert done("list", "--level", "coe-white") == ""
    assert done("verify", str(file)).startswith("Valid: Ines Example, Ready to post, by ")
    (line,) = home.audit.lines(SLACK)
    assert (line.actor, line.action, line.subject) == ("cli", "certificate_issued", identifier)
    assert line.detail["by_hand"] == "Taught three sessions."


def test_what_cannot_be_issued_is_said(home: State) -> None:
    """An unknown level, an unknown address, no evidence: one line, and nothing is issued."""
    assert "there is no level 'no-level'; there are employees-white" in refused(
        *("issue", INES, "no-level", "--evidence", "x")
    )
    assert "nobody here has the address" in refused("issue", "olu@example.com", "coe-white", "--evidence", "x")
    assert "say what was shown" in refused("issue", INES, "coe-white", "--evidence", " ")
    assert "--evidence" in refused("issue", INES, "coe-white")
    assert done("list") == ""


def test_what_counts_is_noted_once(home: State) -> None:
    """A kind of levels.yml, with what it was; the same again, another kind or nothing is refused."""
    assert done("credit", INES, "slip_told", "--about", "The wrong link").startswith(INES)
    assert "already" in refused("credit", INES, "slip_told", "--about", "the wrong  LINK")
    done("credit", INES, "slip_told", "--about", "The other link")
    assert "there is brown_bag" in refused("credit", INES, "flight", "--about", "x")
    assert "say what it was" in refused("credit", INES, "slip_told", "--about", " ")
    person = home.staff.by_email(SLACK, INES)
    assert person is not None
    assert [each.about for each in home.certificates.proofs(person.id)] == ["The wrong link", "The other link"]
    assert [each.action for each in home.audit.lines(SLACK)] == ["evidence_noted"] * 2


def test_what_was_revoked_is_no_longer_valid(home: State, tmp_path: Path) -> None:
    """Verifying leaves with 1 then; revoking twice, or what is not there, is refused."""
    identifier, file = issued(home, tmp_path)
    done("revoke", identifier, "--reason", "lent to a neighbour")
    result = run("verify", str(file))
    assert result.exit_code == 1 and result.stdout.startswith("Revoked: Ines Example")
    assert json.loads(run("verify", str(file), "--json").stdout)["state"] == "revoked"
    assert "already" in refused("revoke", identifier, "--reason", "again")
    assert "there is no certificate" in refused("revoke", "nothing", "--reason", "x")
    line = home.audit.lines(SLACK)[-1]
    assert (line.action, line.detail["reason"]) == ("certificate_revoked", "lent to a neighbour")


def test_somebody_elses_is_held_against_their_key_and_list(home: State, tmp_path: Path) -> None:
    """Trust is named by a did or a file; without the right one it is unknown; their list takes it back."""
    _, file = issued(home, tmp_path)
    did = done("issuer").strip()
    key = read_signing_key((load_settings().data / own.KEY_FILE).read_text("ascii"))
    assert did == key.did
    assert "no revocation list was consulted" in done("verify", str(file), "--issuer", did)
    other = run("verify", str(file), "--issuer", new_signing_key().did)
    assert other.exit_code == 1 and other.stdout.startswith("Unknown issuer")
    named = tmp_path / "issuer.txt"
    named.write_text(did, "ascii")
    (kept,) = home.certificates.every(SLACK)
    url = status_list_url(own.issuer(load_settings(), own.Chosen()).url)
    for places, status in ((frozenset[int](), 0), (frozenset({kept.place}), 1)):
        listed = tmp_path / "revoked.jwt"
        at = wiring.now()
        listed.write_text(sign_status_list(StatusList(url, did, places, at, size=2**20), key), "ascii")
        assert run("verify", str(file), "--issuer", str(named), "--list", str(listed)).exit_code == status


@pytest.mark.usefixtures("bare_environment")
def test_who_only_verifies_needs_nothing(tmp_path: Path) -> None:
    """Without a key of one's own an issuer has to be named; neither key nor database is made."""
    file = tmp_path / "x.jwt"
    file.write_text("nonsense", "ascii")
    assert "--issuer" in refused("verify", str(file))
    result = run("verify", str(file), "--issuer", new_signing_key().did)
    assert result.exit_code == 1 and result.stdout.startswith("Unreadable")
    assert "cannot be read" in refused("verify", str(tmp_path / "none"), "--issuer", new_signing_key().did)
    assert "neither" in refused("verify", str(file), "--issuer", str(tmp_path / "none"))
    assert not list(load_settings().data.glob("*"))


@pytest.mark.usefixtures("bare_environment")
def test_the_key_is_made_once_for_its_owner_alone() -> None:
    """Several that start at once agree on one key; the file is readable for nobody else."""
    settings = load_settings()
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: own.signing_key(settings, own.Chosen()).did, range(8)))
    assert len(keys) == 1
    (file,) = settings.data.glob("signing-key*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("bare_environment")
def test_several_processes_need_a_key_by_setting() -> None:
    """On PostgreSQL none is made; the error names the setting and the command, whose key is taken."""
    settings = load_settings().model_copy(update={"database": SecretStr("postgresql://u:p@h/d")})
    with pytest.raises(SettingsError, match=r"'clearpost certificates new-key' and set CLEARPOST_CERTIFICATE_KEY"):
        own.signing_key(settings, own.Chosen())
    jwk = done("new-key").strip()
    assert own.signing_key(settings, own.Chosen(jwk)).did == read_signing_key(jwk).did
    with pytest.raises(CredentialError, match="no Ed25519 key"):
        own.signing_key(settings, own.Chosen("nonsense"))
    (settings.data / own.KEY_FILE).parent.mkdir(parents=True, exist_ok=True)
    (settings.data / own.KEY_FILE).mkdir()
    with pytest.raises(SettingsError, match="check who may read"):
        own.signing_key(load_settings(), own.Chosen())


def test_who_has_not_confirmed_is_listed(home: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line a person and policy; where nothing has to be confirmed it says how to change that."""
    result = run("attested")
    assert result.exit_code == 0 and result.stdout == "" and "CLEARPOST_ATTESTED_POLICIES" in result.stderr
    monkeypatch.setattr(own, "chosen", lambda _settings: own.Chosen(attested=("disclosure",)))
    (found,) = map(json.loads, done("attested", "--json").splitlines())
    assert (found["policy"], found["email"], found["organisation"]) == ("disclosure", INES, SLACK)
