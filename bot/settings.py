"""Every setting, read once from the environment: the only module that looks there."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from knowledge.models import Priority
from knowledge.weights import DEFAULT_MODEL


class Settings(BaseSettings):
    """The settings of one installation; each is the environment variable ``CLEARPOST_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="CLEARPOST_", frozen=True, extra="ignore", env_ignore_empty=True)

    content: Path | None = Field(
        None, description="folder of your own content pack; empty: the pack that comes with it"
    )
    data: Path = Field(
        default_factory=lambda: user_data_path("clearpost"), description="folder of the index and of what is remembered"
    )
    models: Path = Field(
        default_factory=lambda: user_cache_path("clearpost") / "models",
        description="folder of models that were installed from packages",
    )
    model: str | None = Field(
        None, description="encoder: a name from `clearpost model list` or the folder of a sentence-transformers model"
    )
    host: str = Field("127.0.0.1", description="address that the server listens on; only this machine by default")
    port: int = Field(8000, ge=0, le=65535, description="port of the server; 0 takes a free one")
    allowed_hosts: tuple[str, ...] = Field(
        (), description='host names that the web chat answers to, as JSON (`["chat.example.com"]`); empty: any'
    )
    region: str | None = Field(None, description="region of everybody who asks, where none is given (`de`, `us`, …)")
    thread_hours: int = Field(12, ge=1, le=720, description="for how long a follow-up still belongs to its thread")
    database: SecretStr | None = Field(
        None,
        description="where the state is kept: `postgresql://user:password@host/name`; empty: a SQLite file in "
        "the data folder",
    )
    encryption_keys: tuple[SecretStr, ...] = Field(
        (),
        description="keys that Slack's tokens are encrypted with at rest, as JSON; `clearpost new-key` makes one; the "
        "first encrypts, all decrypt",
    )
    joined_workspaces: tuple[str, ...] = Field(
        (),
        description="workspaces of one company, whose people are joined by e-mail, as JSON "
        '(`["slack:T024BE7LD", "teams:72f9…"]`)',
    )
    public_url: str = Field(
        "", description="the address that Slack and Teams reach the server at (`https://clearpost.example.com`)"
    )
    web_chat: bool | None = Field(
        None,
        description="whether the server offers the web chat, which asks nobody who they are; empty: where it serves "
        "neither Slack nor Teams",
    )
    most_at_once: int = Field(
        200, ge=1, le=10_000, description="questions in work at once; whoever asks beyond that is told to ask again"
    )
    response_minutes: dict[Priority, int] = Field(
        default_factory=dict,
        description="working minutes until somebody has to respond to a case, by priority, as JSON "
        '(`{"urgent": 15, "high": 60, "normal": 240, "none": 480}`, which is the default)',
    )
    answer_minutes: dict[Priority, int] = Field(
        default_factory=dict,
        description="the same until it has to be answered "
        '(`{"urgent": 120, "high": 480, "normal": 960, "none": 2400}`)',
    )
    surge_reports: int = Field(
        5, ge=2, le=1000, description="reports of one incident within an hour from which a crisis is proposed"
    )
    lessons_from: time = Field(time(9), description="from when lessons may come, by each person's own clock")
    lessons_until: time = Field(time(17), description="until when lessons may come")
    lessons_weekly_cap: int = Field(
        3, ge=1, le=7, description="lessons and questions that a person gets in any seven days at most"
    )
    keep_questions_days: int = Field(30, ge=1, le=3650, description="for how long questions and answers are kept")
    keep_cases_days: int = Field(
        365, ge=1, le=3650, description="for how long the words of a case are kept after it ended"
    )
    brown_bag_channels: dict[str, str] = Field(
        default_factory=dict,
        description="channels in which brown bags are announced, by workspace, as JSON "
        '(`{"slack:T024BE7LD": "C0614TZR7"}`)',
    )
    praise_channels: dict[str, str] = Field(
        default_factory=dict,
        description="channels in which somebody who certified is praised, if they agree, by workspace, as JSON",
    )
    organisation_name: str = Field("Clearpost", min_length=1, description="the name that certificates carry as issuer")
    certificate_key: SecretStr | None = Field(
        None,
        description="the Ed25519 key that signs certificates, as JWK or PEM; empty: made once, in the data folder; "
        "several servers need it here",
    )
    attested_policies: tuple[str, ...] = Field(
        (), description='policies that everybody has to confirm having read, as JSON (`["disclosure"]`)'
    )
    scim_tokens: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="tokens by which an identity provider keeps the people by SCIM, by organisation, as JSON "
        '(`{"slack:T024BE7LD": "…"}`); empty: no SCIM',
    )
    scim_groups: dict[str, str] = Field(
        default_factory=dict,
        description="groups of the identity provider and what they say of their members, as JSON "
        '(`{"Sales EMEA": "unit:sales", "All partners": "track:partners"}`)',
    )
    lrs_url: str = Field(
        "",
        description="record store (LRS) that learning records are sent to: the address that `/statements` is appended "
        "to (`https://lrs.example.com/xapi`)",
    )
    lrs_user: str = Field("", description="the record store's user, or key")
    lrs_password: SecretStr | None = Field(None, description="the record store's password, or secret")
    slack_signing_secret: SecretStr | None = Field(None, description="Slack: proves that a request is Slack's")
    slack_bot_token: SecretStr | None = Field(None, description="Slack: token of the one workspace (`xoxb-…`)")
    slack_app_token: SecretStr | None = Field(
        None, description="Slack: token for Socket Mode (`xapp-…`), which needs no public address"
    )
    slack_client_id: str = Field("", description="Slack: for several workspaces, which install with OAuth")
    slack_client_secret: SecretStr | None = Field(None, description="Slack: the secret that belongs to the client id")
    slack_workspaces: tuple[str, ...] = Field(
        (),
        description='Slack: teams and enterprises that may install it by OAuth, as JSON (`["T024BE7LD"]`); empty: any',
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Slack: address of its Web API (GovSlack has another)"
    )
    slack_coe_group: str = Field(
        "", description="Slack: user group whose members work on cases (`S0614TZR7`); empty: `clearpost people grant`"
    )
    teams_app_id: str = Field("", description="Teams: the bot's Microsoft app id")
    teams_app_password: SecretStr | None = Field(None, description="Teams: the client secret of that app")
    teams_app_tenant: str = Field("", description="Teams: the tenant of a single-tenant app; empty: multi-tenant")
    teams_tenants: tuple[str, ...] = Field(
        (), description='Teams: tenants that are served, as JSON (`["72f9…"]`); empty: any'
    )
    teams_catalog_app_id: str = Field(
        "",
        description="Teams: the app's id in your organisation's catalogue; with it Clearpost can add itself for people",
    )
    teams_coe_team: str = Field(
        "",
        description="Teams: team whose members work on cases, by the id of its general channel (`19:…@thread.tacv2`); "
        "empty: `clearpost people grant`",
    )
    teams_playground: bool = Field(
        False, description="Teams: serve Microsoft's Agents Playground on this machine, without asking who calls"
    )
    log_format: Literal["console", "json"] = Field("console", description="how log lines are written: console or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least serious line logged")

    @property
    def index(self) -> Path:
        """The index file."""
        return self.data / "index.db"

    @property
    def database_url(self) -> str:
        """Where what cannot be rebuilt is kept."""
        return secret(self.database) or self.default_database_url

    @property
    def default_database_url(self) -> str:
        """The SQLite file that keeps the state where no database is named."""
        return f"sqlite:///{self.data.resolve() / 'state.db'}"

    @property
    def chosen_model(self) -> str:
        """The model by setting, else the one chosen with ``clearpost model use``, else the default."""
        return self.model or read_choice(self.data) or DEFAULT_MODEL


def secret(value: SecretStr | None) -> str:
    """A secret's own words; empty where there is none."""
    return value.get_secret_value().strip() if value else ""


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: where one cannot be used; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CLEARPOST_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} cannot be used: {first['msg'].lower()}; correct or unset it") from error
    except ValueError as error:  # a list that is no JSON
        raise SettingsError(f"a setting cannot be read: {error}; lists are written as JSON") from error


def read_choice(data: Path) -> str | None:
    """The model that ``clearpost model use`` chose in this data folder."""
    try:
        return (data / "model").read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def write_choice(data: Path, model: str) -> None:
    """Remember a chosen model.

    Raises:
        SettingsError: where the data folder cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "model").write_text(f"{model}\n", "utf-8")
    except OSError as error:
        raise SettingsError(
            f"'{data}' cannot be written ({error.strerror}); set CLEARPOST_DATA to another folder"
        ) from error


__all__ = ["Settings", "load_settings", "read_choice", "secret", "write_choice"]
