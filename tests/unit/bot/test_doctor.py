"""What the doctor finds, and what it says to do."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wiring
from bot.cli.measure import doctor
from bot.doctor import Finding, examine
from bot.ports import Profile
from bot.settings import load_settings
from knowledge.index.build import build_index
from knowledge.pack import Pack
from knowledge.weights import SMALL_MODEL, find_weights, hash_weights
from tests.conftest import PackMaker
from tests.fakes.encoder import HashedEncoder

NAMES = ["python", "sqlite", "settings", "surfaces", "data", "cases", "content", "model", "index"]
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
POLICY = "# Desk\n\n## Pictures of your desk {#desk verdict=yes}\n\nYou may post a picture of your desk.\n"


def _look(name: str) -> Finding:
    """One finding of an examination, which must always look at everything and say it in one line."""
    findings = examine()
    assert [each.name for each in findings] == NAMES
    assert all(each.text and "\n" not in each.text for each in findings)
    return findings[NAMES.index(name)]


@pytest.fixture
def small(bare_environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An installation with the small model, whose weights come with it."""
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)
    return bare_environment


def test_a_new_installation_lacks_only_its_index(small: pytest.MonkeyPatch) -> None:
    """Before the first start all is well but the index, and the finding names the command that builds it."""
    findings = examine()
    assert [each.name for each in findings if not each.well] == ["index"]
    assert "clearpost index" in findings[-1].text


def test_a_good_index(small: pytest.MonkeyPatch, sample_index: Path, sample_pack: Pack) -> None:
    """An index of this content by this model is found to be up to date."""
    settings = load_settings()
    settings.data.mkdir()
    shutil.copy(sample_index, settings.index)
    small.setenv("CLEARPOST_CONTENT", str(sample_pack.policies.parent))
    assert [each.name for each in examine() if not each.well] == []
    assert _look("index").text.endswith("sections, up to date")


def test_an_index_of_older_policies(small: pytest.MonkeyPatch, sample_index: Path) -> None:
    """An index of other content is named, with the command that builds it anew."""
    settings = load_settings()
    settings.data.mkdir()
    shutil.copy(sample_index, settings.index)
    finding = _look("index")
    assert not finding.well
    assert finding.text == "the index is older than the policies; run 'clearpost index'"


def test_an_index_of_another_model(small: pytest.MonkeyPatch, make_pack: PackMaker) -> None:
    """An index that another model made is named with both models."""
    build_index(make_pack({"desk.md": POLICY}), load_settings().index, HashedEncoder())
    finding = _look("index")
    assert not finding.well
    assert SMALL_MODEL in finding.text and "clearpost index" in finding.text


def test_a_damaged_index(small: pytest.MonkeyPatch) -> None:
    """A file that is no index is named with the command that builds one."""
    settings = load_settings()
    settings.data.mkdir()
    settings.index.write_bytes(b"no database" * 100)
    finding = _look("index")
    assert not finding.well and "clearpost index" in finding.text


def test_a_bad_setting_ends_the_examination(small: pytest.MonkeyPatch) -> None:
    """Where the settings cannot be read nothing that needs them is looked at, and the variable is named."""
    small.setenv("CLEARPOST_PORT", "many")
    findings = examine()
    assert [(each.name, each.well) for each in findings] == [("python", True), ("sqlite", True), ("settings", False)]
    assert "CLEARPOST_PORT" in findings[-1].text


def test_a_data_folder_that_cannot_be_written(small: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A data folder that is a file is named with the setting to change."""
    (tmp_path / "in-the-way").write_text("", "utf-8")
    small.setenv("CLEARPOST_DATA", str(tmp_path / "in-the-way"))
    finding = _look("data")
    assert not finding.well and finding.text.endswith("set CLEARPOST_DATA to another folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_without_leave_to_write(small: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A data folder without leave to write is named, too."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    assert not _look("data").well


def test_content_that_is_not_there(small: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A pack without policies is named, with the command that writes one to start from."""
    small.setenv("CLEARPOST_CONTENT", str(tmp_path / "nowhere"))
    finding = _look("content")
    assert not finding.well and "clearpost init" in finding.text
    assert not _look("index").well


@pytest.mark.parametrize("name", ["all-mpnet-base-v2", "no-such-model", "/nowhere"])
def test_a_model_that_is_not_here(small: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """A missing model is named, and the examination fetches nothing."""
    small.setenv("CLEARPOST_MODEL", name)
    small.setenv("CLEARPOST_MODELS", str(tmp_path / "models"))
    finding = _look("model")
    assert not finding.well and name in finding.text
    assert not (tmp_path / "models").exists()


def test_a_model_that_nobody_calibrated(small: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A model of one's own without a calibration is named with the command that makes one."""
    folder = tmp_path / "own-model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    small.setenv("CLEARPOST_MODEL", str(folder))
    assert hash_weights(folder)
    finding = _look("model")
    assert not finding.well and "clearpost model use" in finding.text


def test_altered_weights(small: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights that are not the published ones are never used."""
    folder = tmp_path / "models" / "all-mpnet-base-v2"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"altered")
    small.setenv("CLEARPOST_MODEL", "all-mpnet-base-v2")
    small.setenv("CLEARPOST_MODELS", str(tmp_path / "models"))
    finding = _look("model")
    assert not finding.well and "not the published ones" in finding.text


def test_the_command_prints_a_line_each(small: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each finding is one line that begins with ok or BAD, and one that is bad makes the command fail."""
    with pytest.raises(Exception, match=r"^1$|^$"):  # typer.Exit
        doctor()
    lines = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in lines] == ["ok  "] * 8 + ["BAD "]


def test_what_the_doctor_calls_well_does_work(small: pytest.MonkeyPatch, sample_index: Path, sample_pack: Pack) -> None:
    """Where every finding is well, answers can be opened."""
    settings = load_settings()
    settings.data.mkdir()
    shutil.copy(sample_index, settings.index)
    small.setenv("CLEARPOST_CONTENT", str(sample_pack.policies.parent))
    assert all(each.well for each in examine())
    settings = load_settings()
    encoder = wiring.encoder(settings, print)
    assert wiring.is_current(settings, encoder)
    assert wiring.answers(settings, encoder).contacts.get("coe_lead")
    assert find_weights(SMALL_MODEL, settings.models).sha256 == encoder.fingerprint


def test_half_a_surface_is_found(bare_environment: pytest.MonkeyPatch) -> None:
    """A surface with half of its settings is named with what is missing; without any it is said to be off."""
    assert next(each for each in examine() if each.name == "surfaces").text == "Slack is off; Teams is off"
    bare_environment.setenv("CLEARPOST_SLACK_BOT_TOKEN", "xoxb-example")
    finding = next(each for each in examine() if each.name == "surfaces")
    assert not finding.well and "set CLEARPOST_SLACK_SIGNING_SECRET" in finding.text


def test_nobody_who_takes_a_case_is_found(small: pytest.MonkeyPatch) -> None:
    """Where Slack is set up and installed, somebody has to hold a role or a contact has to have a channel."""
    small.setenv("CLEARPOST_SLACK_BOT_TOKEN", "xoxb-1")
    small.setenv("CLEARPOST_SLACK_SIGNING_SECRET", "secret")
    remembered = wiring.state(load_settings())
    remembered.workspaces.add("slack:T1", "slack", "Example", NOW)
    finding = next(each for each in examine() if each.name == "cases")
    assert not finding.well
    assert "clearpost people grant" in finding.text
    person = remembered.people.meet("slack:T1", "U1", Profile("Ines Example", "ines@example.com"), NOW)
    remembered.staff.grant(person.id, "coe_lead")
    remembered.close()
    assert next(each for each in examine() if each.name == "cases").well
