"""The environment becomes settings, or one line that names the variable to correct."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from bot.settings import Settings, load_settings, read_choice, write_choice
from knowledge.models import Priority
from knowledge.weights import DEFAULT_MODEL, SMALL_MODEL


def test_nothing_has_to_be_set(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without any variable everything lies in the home folder and the chat listens on this machine alone."""
    bare_environment.delenv("CLEARPOST_DATA")
    settings = load_settings()
    assert settings.content is None
    assert (settings.host, settings.port, settings.allowed_hosts) == ("127.0.0.1", 8000, ())
    assert settings.chosen_model == DEFAULT_MODEL
    assert (settings.thread_hours, settings.log_format, settings.log_level) == (12, "console", "info")
    for path in (settings.data, settings.models):
        assert path.is_relative_to(tmp_path / "home")
        assert not path.exists()  # reading settings writes nothing


def test_files_lie_in_the_data_folder(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Index and state are files of the data folder, unless a database is named."""
    settings = load_settings()
    assert settings.index == tmp_path / "data" / "index.db"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'state.db'}"
    bare_environment.setenv("CLEARPOST_DATABASE", "postgresql://me:secret@localhost/clearpost")
    assert load_settings().database_url == "postgresql://me:secret@localhost/clearpost"


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("CLEARPOST_CONTENT", "/srv/pack", "content", Path("/srv/pack")),
        ("CLEARPOST_DATA", "/srv/data", "data", Path("/srv/data")),
        ("CLEARPOST_DATABASE", "postgresql://localhost/x", "database", SecretStr("postgresql://localhost/x")),
        ("CLEARPOST_ENCRYPTION_KEYS", '["a", "b"]', "encryption_keys", (SecretStr("a"), SecretStr("b"))),
        ("CLEARPOST_JOINED_WORKSPACES", '["slack:T1"]', "joined_workspaces", ("slack:T1",)),
        ("CLEARPOST_PUBLIC_URL", "https://bot.example.com", "public_url", "https://bot.example.com"),
        ("CLEARPOST_WEB_CHAT", "false", "web_chat", False),
        ("CLEARPOST_MOST_AT_ONCE", "7", "most_at_once", 7),
        ("CLEARPOST_RESPONSE_MINUTES", '{"high": 30}', "response_minutes", {Priority.HIGH: 30}),
        ("CLEARPOST_ANSWER_MINUTES", '{"none": 60}', "answer_minutes", {Priority.NONE: 60}),
        ("CLEARPOST_SURGE_REPORTS", "9", "surge_reports", 9),
        ("CLEARPOST_LESSONS_FROM", "08:30", "lessons_from", time(8, 30)),
        ("CLEARPOST_LESSONS_UNTIL", "16:00", "lessons_until", time(16)),
        ("CLEARPOST_LESSONS_WEEKLY_CAP", "2", "lessons_weekly_cap", 2),
        ("CLEARPOST_BROWN_BAG_CHANNELS", '{"slack:T1": "C1"}', "brown_bag_channels", {"slack:T1": "C1"}),
        ("CLEARPOST_PRAISE_CHANNELS", '{"slack:T1": "C1"}', "praise_channels", {"slack:T1": "C1"}),
        ("CLEARPOST_ORGANISATION_NAME", "Example", "organisation_name", "Example"),
        ("CLEARPOST_CERTIFICATE_KEY", "k", "certificate_key", SecretStr("k")),
        ("CLEARPOST_ATTESTED_POLICIES", '["disclosure"]', "attested_policies", ("disclosure",)),
        ("CLEARPOST_LRS_URL", "https://lrs.example.com", "lrs_url", "https://lrs.example.com"),
        ("CLEARPOST_LRS_USER", "me", "lrs_user", "me"),
        ("CLEARPOST_LRS_PASSWORD", "p", "lrs_password", SecretStr("p")),
        ("CLEARPOST_SCIM_TOKENS", '{"slack:T1": "t"}', "scim_tokens", {"slack:T1": SecretStr("t")}),
        ("CLEARPOST_SCIM_GROUPS", '{"All": "track:partners"}', "scim_groups", {"All": "track:partners"}),
        ("CLEARPOST_KEEP_QUESTIONS_DAYS", "7", "keep_questions_days", 7),
        ("CLEARPOST_KEEP_CASES_DAYS", "90", "keep_cases_days", 90),
        ("CLEARPOST_SLACK_COE_GROUP", "S0614TZR7", "slack_coe_group", "S0614TZR7"),
        ("CLEARPOST_TEAMS_COE_TEAM", "19:x@thread.tacv2", "teams_coe_team", "19:x@thread.tacv2"),
        ("CLEARPOST_SLACK_SIGNING_SECRET", "s", "slack_signing_secret", SecretStr("s")),
        ("CLEARPOST_SLACK_BOT_TOKEN", "xoxb-1", "slack_bot_token", SecretStr("xoxb-1")),
        ("CLEARPOST_SLACK_APP_TOKEN", "xapp-1", "slack_app_token", SecretStr("xapp-1")),
        ("CLEARPOST_SLACK_CLIENT_ID", "1.2", "slack_client_id", "1.2"),
        ("CLEARPOST_SLACK_CLIENT_SECRET", "c", "slack_client_secret", SecretStr("c")),
        ("CLEARPOST_SLACK_WORKSPACES", '["T1"]', "slack_workspaces", ("T1",)),
        ("CLEARPOST_SLACK_API_URL", "https://slack-gov.com/api/", "slack_api_url", "https://slack-gov.com/api/"),
        ("CLEARPOST_TEAMS_APP_ID", "id", "teams_app_id", "id"),
        ("CLEARPOST_TEAMS_APP_PASSWORD", "p", "teams_app_password", SecretStr("p")),
        ("CLEARPOST_TEAMS_APP_TENANT", "t", "teams_app_tenant", "t"),
        ("CLEARPOST_TEAMS_TENANTS", '["t"]', "teams_tenants", ("t",)),
        ("CLEARPOST_TEAMS_CATALOG_APP_ID", "id", "teams_catalog_app_id", "id"),
        ("CLEARPOST_TEAMS_PLAYGROUND", "true", "teams_playground", True),
        ("CLEARPOST_MODELS", "/srv/models", "models", Path("/srv/models")),
        ("CLEARPOST_MODEL", SMALL_MODEL, "model", SMALL_MODEL),
        ("CLEARPOST_HOST", "::1", "host", "::1"),
        ("CLEARPOST_PORT", "0", "port", 0),
        (
            "CLEARPOST_ALLOWED_HOSTS",
            '["chat.example.com", "localhost"]',
            "allowed_hosts",
            ("chat.example.com", "localhost"),
        ),
        ("CLEARPOST_REGION", "de", "region", "de"),
        ("CLEARPOST_THREAD_HOURS", "720", "thread_hours", 720),
        ("CLEARPOST_LOG_FORMAT", "json", "log_format", "json"),
        ("CLEARPOST_LOG_LEVEL", "debug", "log_level", "debug"),
    ],
)
def test_each_setting_is_a_variable(
    bare_environment: pytest.MonkeyPatch, name: str, value: str, field: str, read: object
) -> None:
    """Every setting is read from CLEARPOST_ and its name."""
    bare_environment.setenv(name, value)
    assert getattr(load_settings(), field) == read


def test_every_setting_is_tested_above() -> None:
    """A new setting needs a line in the table above."""
    table = next(mark for mark in test_each_setting_is_a_variable.pytestmark if mark.name == "parametrize").args[1]  # type: ignore[attr-defined] # set by pytest
    assert {row[2] for row in table} == set(Settings.model_fields)


@pytest.mark.parametrize("name", ["CONTENT", "MODEL", "PORT", "ALLOWED_HOSTS", "REGION", "LOG_LEVEL"])
def test_an_empty_variable_is_unset(bare_environment: pytest.MonkeyPatch, name: str) -> None:
    """A variable that is set to nothing means the default, as in a compose file with blanks."""
    default = load_settings()
    bare_environment.setenv(f"CLEARPOST_{name}", "")
    assert load_settings() == default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLEARPOST_PORT", "eight thousand"),
        ("CLEARPOST_PORT", "65536"),
        ("CLEARPOST_PORT", "-1"),
        ("CLEARPOST_THREAD_HOURS", "0"),
        ("CLEARPOST_THREAD_HOURS", "1.5"),
        ("CLEARPOST_LOG_FORMAT", "xml"),
        ("CLEARPOST_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_one_line_with_the_variable(bare_environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that cannot be used is named by its variable, in one line that says what to do."""
    bare_environment.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"{name} cannot be used: ")
    assert message.endswith("; correct or unset it")
    assert "\n" not in message


@pytest.mark.parametrize("value", ["chat.example.com", "[", '["a", 1]', "{}"])
def test_a_bad_list_is_one_line_with_the_variable(bare_environment: pytest.MonkeyPatch, value: str) -> None:
    """A list that is not written as JSON is named as such."""
    bare_environment.setenv("CLEARPOST_ALLOWED_HOSTS", value)
    with pytest.raises(SettingsError, match=r"(?i)allowed_hosts") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_other_variables_are_none_of_our_business(bare_environment: pytest.MonkeyPatch) -> None:
    """An unknown variable, or one of another program, is not an error."""
    bare_environment.setenv("CLEARPOST_NOBODY_KNOWS", "1")
    bare_environment.setenv("PORT", "1")
    assert load_settings().port == 8000


def test_secrets_are_not_shown(bare_environment: pytest.MonkeyPatch) -> None:
    """Settings that are printed, in a log or a traceback, show no token and no password."""
    for name in ("DATABASE", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "TEAMS_APP_PASSWORD"):
        bare_environment.setenv(f"CLEARPOST_{name}", "hush-hush")
    bare_environment.setenv("CLEARPOST_ENCRYPTION_KEYS", '["hush-hush"]')
    assert "hush-hush" not in repr(load_settings())


def test_settings_do_not_change(bare_environment: pytest.MonkeyPatch) -> None:
    """Settings are read once."""
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc] # that is the point


def test_a_choice_is_kept(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The model that was chosen by command is used from then on."""
    write_choice(tmp_path / "data", SMALL_MODEL)
    assert read_choice(tmp_path / "data") == SMALL_MODEL
    assert load_settings().chosen_model == SMALL_MODEL


def test_the_variable_goes_before_the_choice(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CLEARPOST_MODEL wins over the file that ``clearpost model use`` wrote."""
    write_choice(tmp_path / "data", DEFAULT_MODEL)
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)
    assert load_settings().chosen_model == SMALL_MODEL


@pytest.mark.parametrize("text", ["", "\n", "  \n"])
def test_an_empty_choice_is_none(bare_environment: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """A file without a name in it chooses nothing."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model").write_text(text, "utf-8")
    assert read_choice(tmp_path / "data") is None
    assert load_settings().chosen_model == DEFAULT_MODEL


def test_a_choice_that_cannot_be_kept_names_the_variable(tmp_path: Path) -> None:
    """Where the data folder cannot be written, the error names the setting in one line."""
    (tmp_path / "data").write_text("a file in the way", "utf-8")
    with pytest.raises(SettingsError, match="set CLEARPOST_DATA to another folder") as caught:
        write_choice(tmp_path / "data", SMALL_MODEL)
    assert "\n" not in str(caught.value)
