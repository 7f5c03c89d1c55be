"""An installation whose people an identity provider keeps: what the tests of SCIM share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ports import Change, Profile, Row
from bot.server.scim import ScimConfig, scim_routes
from bot.state import State, migrate, open_engine
from bot.state.directory import SqlDirectory, listings

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ACME, GLOBEX = "company", "slack:T2"
TOKENS: Final = {ACME: "acme-0123456789-0123456789-0123456789", GLOBEX: "globex-9876543210-9876543210-9876543210"}
GROUPS: Final = {"Sales EMEA": "unit:sales", "All partners": "track:partners"}

CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
OURS: Final = "urn:ietf:params:scim:schemas:extension:clearpost:2.0:User"
PATCH_OP: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class Provider:
    """An identity provider with a token; it reads and writes as Okta and Entra do."""

    client: TestClient
    token: str

    def send(self, method: str, path: str, body: object = None, **query: str) -> Response:
        """Send a request."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        options: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.request(method, f"/scim/v2{path}", headers=headers, params=query, **options)

    def done(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        """Send a request that goes well; the JSON of its answer."""
        response = self.send(method, path, body, **query)
        assert response.is_success, response.text
        found: dict[str, Any] = response.json() if response.content else {}
        return found

    def refused(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, str, str]:
        """Send a request that is refused; the status, what kind of mistake it is, and what is said of it."""
        response = self.send(method, path, body, **query)
        told = response.json()
        assert response.headers["content-type"] == "application/scim+json"
        assert told["schemas"] == [ERROR] and told["status"] == str(response.status_code), told
        assert "Traceback" not in response.text and "pydantic" not in response.text and "\n" not in told["detail"]
        return response.status_code, told.get("scimType", ""), told["detail"]

    def patch(self, path: str, *operations: Mapping[str, object]) -> dict[str, Any]:
        """Send a PATCH that goes well."""
        return self.done("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)})

    def found(self, words: str, kind: str = "Users") -> list[dict[str, Any]]:
        """What a filter finds."""
        listed = self.done("GET", f"/{kind}", filter=words)
        resources: list[dict[str, Any]] = listed["Resources"]
        assert listed["totalResults"] == len(resources)
        return resources


@dataclass
class Installation:
    """A server over a database, with two organisations; ``now`` is what its clock says."""

    state: State
    directory: SqlDirectory
    now: datetime = NOW
    acme: Provider = field(init=False)
    globex: Provider = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(self.app(ScimConfig(TOKENS, GROUPS, "https://clearpost.example.com")))
        self.acme, self.globex = (Provider(self.client, TOKENS[each]) for each in (ACME, GLOBEX))

    def app(self, config: ScimConfig) -> Starlette:
        """A server with other settings."""
        routes = scim_routes(config, self.state.roster, self.directory, self.state.audit, lambda: self.now)
        return Starlette(routes=list(routes))

    def row(self, email: str, organisation: str = ACME) -> Row | None:
        """What is kept of somebody."""
        person = self.state.staff.by_email(organisation, email)
        if person is None:
            return None
        listed = self.directory.look_up(organisation, "email", email, date.min)
        profile = person.profile
        return Row(
            profile.email,
            *(profile.name, person.track, person.region, person.unit, person.hire_date),
            *(listed.left if listed else None, profile.time_zone, profile.locale),
        )

    def audit(self, organisation: str = ACME) -> list[tuple[str, str]]:
        """Who did what, by the audit."""
        return [(each.actor, each.action) for each in self.state.audit.lines(organisation)]

    def import_one(self, email: str, organisation: str = ACME, **said: Any) -> Change:
        """Somebody whom a file listed."""
        (change,) = self.state.roster.upsert(organisation, [Row(email, **said)], self.now)
        return change

    def meet(self, account: str, email: str, workspace: str = GLOBEX) -> str:
        """Somebody who wrote to the bot; their id."""
        return self.state.people.meet(workspace, account, Profile(account.title(), email), self.now).id


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version without people, made once."""
    path = tmp_path_factory.mktemp("scim") / "state.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    listings.create(engine, checkfirst=True)
    engine.dispose()  # which also brings the log into the file
    return path


@pytest.fixture
def home(migrated: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation without people."""
    shutil.copy(migrated, tmp_path / "state.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    state = State(engine)
    yield Installation(state, SqlDirectory(engine))
    state.close()


OKTA_USER: Final[dict[str, Any]] = {
    "schemas": [CORE, ENTERPRISE],
    "userName": "Ines@Example.com",
    "name": {"givenName": "Ines", "familyName": "Example"},
    "emails": [{"primary": True, "value": "Ines@Example.com", "type": "work"}],
    "displayName": "Ines Example",
    "locale": "en-US",
    "timezone": "Europe/Lisbon",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
    ENTERPRISE: {"department": "toys"},
}
"""What Okta sends to create somebody."""

ENTRA_USER: Final[dict[str, Any]] = {
    "schemas": [CORE, ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "olu@corp.example.com",
    "active": True,
    "emails": [{"primary": True, "type": "work", "value": "olu@example.com"}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Olu Example", "familyName": "Example", "givenName": "Olu"},
    "roles": [],
    ENTERPRISE: {"department": "sales", "employeeNumber": "7"},
    OURS: {"track": "employees", "region": "ng", "hireDate": "2026-11-09"},
}
"""What Entra sends to create somebody."""

__all__ = [
    "ACME",
    "CORE",
    "ENTERPRISE",
    "ENTRA_USER",
    "ERROR",
    "GLOBEX",
    "GROUP",
    "GROUPS",
    "NOW",
    "OKTA_USER",
    "OURS",
    "PATCH_OP",
    "TOKENS",
    "Installation",
    "Provider",
    "home",
    "migrated",
]
