"""The image and the containers: what they name exists, what they promise is there. No container is started."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

import pytest
import yaml
from starlette.routing import Route

from bot.channels.background import Background
from bot.cli import serve
from bot.jobs import worker
from bot.server.app import House, server_app
from bot.server.metrics import Metrics
from bot.settings import Settings
from bot.wiring import _server
from knowledge.weights import DEFAULT_MODEL
from tests.docs import readme

COMPOSE: Final = (readme.ROOT / "compose.yaml").read_text("utf-8")
DOCKERFILE: Final = (readme.ROOT / "Dockerfile").read_text("utf-8")
IGNORED: Final = (readme.ROOT / ".dockerignore").read_text("utf-8")
OURS: Final = ("migrate", "server", "worker")
"""The services that run Clearpost itself."""

ANY_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - of the container; what is published says who reaches it

_VARIABLE: Final = re.compile(r"\$\{([A-Z_]+)(?::?[-?]([^}]*))?\}")
_SETTING: Final = re.compile(r"\bCLEARPOST_[A-Z_]*[A-Z]\b")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_HOST: Final = re.compile(r"https?://(?!127\.0\.0\.1)|\b[\w-]+\.(?:com|io|dev|net|org)/")

Service = dict[str, Any]
each_of_ours = pytest.mark.parametrize("name", OURS)


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    """The services of compose.yaml, with what they share put into each."""
    read: dict[str, dict[str, Service]] = yaml.safe_load(COMPOSE)
    return read["services"]


@pytest.fixture(scope="module")
def commands() -> set[str]:
    """The commands of Clearpost."""
    return {name.removeprefix("clearpost ") for name, _ in readme.every_command()}


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile, each with its words on one line; comments are left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, " ".join(rest.split())


def last_stage() -> list[tuple[str, str]]:
    """The instructions of the image itself."""
    stages = "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")).split("\nFROM ")
    return list(instructions(f"FROM {stages[-1]}"))


def only(name: str) -> str:
    """The one instruction of a name in the image itself."""
    (words,) = [words for each, words in last_stage() if each == name]
    return words


def environment() -> dict[str, str]:
    """The variables that the image sets."""
    pairs = [shlex.split(words) for name, words in last_stage() if name == "ENV"]
    return dict(word.split("=", 1) for words in pairs for word in words)


def seconds(duration: str) -> int:
    """The seconds of a duration such as ``1m30s``."""
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([smh])", duration))


def test_the_services_are_those_of_the_guide(services: dict[str, Service]) -> None:
    """A database, a migration that runs once, a server and two workers; restarted where they are to last."""
    assert set(services) == {"database", *OURS}
    assert services["worker"]["deploy"]["replicas"] == 2
    assert services["migrate"]["restart"] == "no"
    assert {services[name]["restart"] for name in ("database", "server", "worker")} == {"unless-stopped"}


@each_of_ours
def test_each_runs_a_command_that_exists(services: dict[str, Service], commands: set[str], name: str) -> None:
    """Each service of ours calls a command of Clearpost."""
    (command,) = services[name]["command"]
    assert command in commands
    assert command == {"migrate": "migrate", "server": "serve", "worker": "worker"}[name]


@each_of_ours
def test_each_is_confined(services: dict[str, Service], name: str) -> None:
    """No service of ours writes to its image, gains a right or keeps a capability."""
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    writable = {*service["tmpfs"], *(volume.partition(":")[2] for volume in service.get("volumes", ()))}
    assert writable == {"/tmp", "/data"}  # noqa: S108 - a path in a container
    assert "privileged" not in service and "network_mode" not in service


@each_of_ours
def test_each_starts_after_what_it_needs(services: dict[str, Service], name: str) -> None:
    """The database is healthy first; what works waits until it was migrated, a worker until the server has an index."""
    wanted = {"database": {"condition": "service_healthy"}}
    if name != "migrate":
        wanted["migrate"] = {"condition": "service_completed_successfully"}
    if name == "worker":
        wanted["server"] = {"condition": "service_healthy"}
    assert services[name]["depends_on"] == wanted


@each_of_ours
def test_each_gets_the_settings_and_the_database(services: dict[str, Service], name: str) -> None:
    """Settings come from .env, the database from this file, with a password that has to be given."""
    assert services[name]["env_file"] == ".env"
    url = services[name]["environment"]["CLEARPOST_DATABASE"]
    assert re.fullmatch(r"postgresql://clearpost:\$\{POSTGRES_PASSWORD:\?[^}]+\}@database:5432/clearpost", url)
    database = services["database"]["environment"]
    assert (database["POSTGRES_USER"], database["POSTGRES_DB"]) == ("clearpost", "clearpost")
    assert database["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_only_the_server_can_be_reached_and_from_this_machine_alone(services: dict[str, Service]) -> None:
    """One port is published, on the loopback address, to the port that the server listens on."""
    published = [(name, port) for name, service in services.items() for port in service.get("ports", ())]
    ((name, port),) = published
    assert name == "server"
    assert re.fullmatch(r"127\.0\.0\.1:\$\{SERVER_PORT:-8000\}:8000", port)
    assert services["server"]["environment"]["CLEARPOST_PORT"] == "8000"
    assert services["server"]["environment"]["CLEARPOST_HOST"] == ANY_ADDRESS


def test_the_grace_is_longer_than_the_patience(services: dict[str, Service]) -> None:
    """What stops is not killed while it still finishes what it acknowledged or sends."""
    sending = _server._PATIENCE + worker._AFTER_CUT_OFF
    answering = serve._LAST_CONNECTIONS + _house().patience
    assert seconds(services["server"]["stop_grace_period"]) >= 1.5 * (answering + sending)
    assert seconds(services["worker"]["stop_grace_period"]) >= 1.5 * sending


def test_only_what_serves_is_asked_whether_it_is_well(services: dict[str, Service]) -> None:
    """The image's health check asks a port, which migration and workers have not."""
    assert {name for name in OURS if services[name].get("healthcheck") == {"disable": True}} == {"migrate", "worker"}
    assert "pg_isready" in " ".join(services["database"]["healthcheck"]["test"])


def test_the_database_is_pinned_and_kept(services: dict[str, Service]) -> None:
    """PostgreSQL is an official image of one major version, and its volume is where that version keeps its data."""
    major = re.fullmatch(r"postgres:(\d+)-[a-z]+", services["database"]["image"])
    assert major and int(major[1]) >= 18, "before 18 the volume belonged at /var/lib/postgresql/data"
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    declared = set(yaml.safe_load(COMPOSE)["volumes"])
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert declared == used


def test_our_image_is_built_here(services: dict[str, Service]) -> None:
    """All of ours run one image, built from the Dockerfile beside the file and never pulled."""
    for name in OURS:
        service = services[name]
        assert (service["image"], service["pull_policy"]) == ("clearpost", "build")
        assert service["build"]["context"] == "."
        declared = dict(words.split("=", 1) for each, words in instructions(DOCKERFILE) if each == "ARG")
        assert set(service["build"]["args"]) <= set(declared)
        (told,) = _VARIABLE.findall(service["build"]["args"]["TORCH"])
        assert told == ("TORCH", declared["TORCH"].strip('"'))


def test_variables_are_given_or_have_a_default(services: dict[str, Service]) -> None:
    """What is interpolated and has no default stops with a message where it is missing."""
    assert {name for name, _ in _VARIABLE.findall(COMPOSE)} == {"POSTGRES_PASSWORD", "SERVER_PORT", "TORCH"}
    assert all(value for _, value in _VARIABLE.findall(COMPOSE))
    assert "$" not in _VARIABLE.sub("", "\n".join(line.partition(" #")[0] for line in COMPOSE.splitlines()))


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE], ids=["compose.yaml", "Dockerfile"])
def test_settings_exist(text: str) -> None:
    """Every CLEARPOST_ variable that is named is a field of Settings."""
    named = set(_SETTING.findall(text))
    assert named and named <= {f"CLEARPOST_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE], ids=["compose.yaml", "Dockerfile"])
def test_no_secret_and_no_registry(text: str) -> None:
    """No password, token or address of a registry stands in a file."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not _HOST.search(code)
    assert not re.search(r"(?i)(?:password|secret|token|_keys?)\S*\s*[:=]\s*['\"]?(?!\$)[\w-]{6,}", code)


def test_the_image_is_pinned() -> None:
    """Both stages begin with one official image of a Python that Clearpost runs on, on a slim Debian."""
    told = list(instructions(DOCKERFILE))
    assert told[0] == ("ARG", "BASE=python:3.11-slim-trixie")
    assert [words for name, words in told if name == "FROM"] == ["${BASE} AS build", "${BASE}"]


def test_the_image_runs_as_nobody_special() -> None:
    """The process has a fixed number that is not root's, and the data folder belongs to it."""
    user = only("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    number, _, group = user.partition(":")
    (made,) = [words for name, words in last_stage() if name == "RUN"]
    assert f"useradd --uid {number} --gid {group}" in made
    assert f"install --directory --owner={number} --group={group} --mode=0750 /data" in made
    names = [name for name, _ in last_stage()]
    assert names.index("USER") < names.index("ENTRYPOINT") and "RUN" not in names[names.index("USER") :]


def test_the_image_serves(commands: set[str]) -> None:
    """The image calls the command and ends by SIGTERM; its variables make it listen, and log for machines."""
    assert only("ENTRYPOINT") == '["clearpost"]'
    (command,) = yaml.safe_load(only("CMD"))
    assert command in commands
    assert (only("STOPSIGNAL"), only("VOLUME")) == ("SIGTERM", "/data")
    told = environment()
    assert only("EXPOSE") == told["CLEARPOST_PORT"]
    assert (told["CLEARPOST_HOST"], told["CLEARPOST_DATA"]) == (ANY_ADDRESS, "/data")
    assert told["CLEARPOST_LOG_FORMAT"] == "json"
    settings = Settings.model_fields
    assert all(name.removeprefix("CLEARPOST_").lower() in settings for name in told if name.startswith("CLEARPOST_"))


def test_the_model_is_in_the_image() -> None:
    """The default model is fetched while the image is made, and the image uses the one from there."""
    (declared,) = {words for name, words in instructions(DOCKERFILE) if name == "ARG" and words.startswith("MODEL=")}
    assert declared.removeprefix("MODEL=") == DEFAULT_MODEL
    assert environment()["CLEARPOST_MODEL"] == "${MODEL}"
    folder = environment()["CLEARPOST_MODELS"]
    fetched = [words for name, words in instructions(DOCKERFILE) if name == "RUN" and "clearpost index" in words]
    assert len(fetched) == 1 and f"CLEARPOST_MODEL=${{MODEL}} CLEARPOST_MODELS={folder}" in fetched[0]
    assert f"--from=build {folder} {folder}" in [words for name, words in last_stage() if name == "COPY"]


def test_the_health_check_asks_a_route_that_exists() -> None:
    """The health check is Python alone, and asks for a path that every server has."""
    check = only("HEALTHCHECK")
    program = yaml.safe_load(check.partition("CMD ")[2])
    assert program[:2] == ["python", "-c"]
    compile(program[2], "HEALTHCHECK", "exec")
    (path,) = re.findall(r"'(/[a-z]+)'", program[2])
    assert path in {route.path for route in server_app(_house()).routes if isinstance(route, Route)}


def test_what_is_copied_is_there_and_nothing_else_is_sent() -> None:
    """The build sees what it copies, and no more than that: everything else is ignored first."""
    rules = [line for line in IGNORED.splitlines() if line and not line.startswith("#")]
    allowed = {line.removeprefix("!") for line in rules if line.startswith("!")}
    copied = {
        PurePosixPath(word).name
        for name, words in instructions(DOCKERFILE)
        if name == "COPY" and not words.startswith("--from")
        for word in words.split()[:-1]
    }
    assert rules[0] == "*"
    assert copied == allowed
    assert all((readme.ROOT / name).exists() for name in allowed)


def _house() -> House:
    """A server without a surface."""
    return House((), None, (), Background(), Metrics(dict), dict, lambda: None)
