"""SCIM in wrong hands, or in clumsy ones: tokens, roles, other organisations, sizes, filters, paths."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.errors import SettingsError, StateError
from bot.server.scim import ScimConfig, scim_routes
from bot.server.scim.gate import LARGEST_BODY
from tests.unit.bot.server.scim import (
    ACME,
    CORE,
    ENTRA_USER,
    ERROR,
    GLOBEX,
    OKTA_USER,
    PATCH_OP,
    TOKENS,
    Installation,
    Provider,
)

INES = "ines@example.com"
PATHS = ("/Users", "/Users/1", "/Groups", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Bulk", "", "/")


def test_without_a_token_there_are_no_routes(home: Installation) -> None:
    """An installation that sets no token has no SCIM at all."""
    config = ScimConfig({}, {"Sales": "unit:sales"})
    assert scim_routes(config, home.state.roster, home.directory, home.state.audit, lambda: home.now) == []
    assert TestClient(home.app(config)).get("/scim/v2/Users").status_code == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKENS[ACME]}",
        f"Bearer {TOKENS[ACME][:-1]}",
        f"Bearer {TOKENS[ACME]}x",
        f"Bearer {TOKENS[ACME]} {TOKENS[ACME]}",
    ],
)
def test_nobody_gets_in_without_a_token(home: Installation, path: str, header: str | None) -> None:
    """No token, half a token, another scheme: every path answers alike, changes nothing and logs no token."""
    headers = {} if header is None else {"Authorization": header}
    with capture_logs() as logs:
        response = home.client.post(f"/scim/v2{path}", headers=headers, json=OKTA_USER)
    assert response.status_code == 401 and response.json()["schemas"] == [ERROR]
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert [line["event"] for line in logs] == ["scim_refused"] and TOKENS[ACME][:8] not in str(logs)
    assert home.row(INES) is None


def test_a_token_that_is_no_ascii(home: Installation) -> None:
    """A header in any bytes is a wrong token, not a failure."""
    response = home.client.get("/scim/v2/Users", headers={b"Authorization": b"Bearer \xff\xfe\xc3"})
    assert response.status_code == 401


def test_another_organisation_neither_sees_nor_changes(home: Installation) -> None:
    """With its own token, an organisation finds nobody of another one, by no path, and changes nobody."""
    made = home.acme.done("POST", "/Users", ENTRA_USER)
    path = f"/Users/{made['id']}"
    assert home.globex.done("GET", "/Users")["totalResults"] == 0
    for words in ('userName eq "olu@corp.example.com"', 'emails.value eq "olu@example.com"', f'id eq "{made["id"]}"'):
        assert home.globex.found(words) == []
    patch = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "active", "value": False}]}
    calls: list[tuple[str, Any]] = [("GET", None), ("PUT", ENTRA_USER), ("PATCH", patch), ("DELETE", None)]
    for method, body in calls:
        assert home.globex.refused(method, path, body)[0] == 404
    (its,) = home.globex.found('displayName eq "Sales EMEA"', "Groups")
    assert not its.get("members")
    empty = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Sales EMEA", "members": []}
    home.globex.done("PUT", f"/Groups/{its['id']}", empty)
    home.globex.send("DELETE", f"/Groups/{its['id']}")
    assert home.acme.done("GET", path) == made
    assert home.audit(GLOBEX) == []


def test_the_same_person_in_two_organisations(home: Installation) -> None:
    """An address in two organisations is two people: one may leave without the other."""
    there = home.acme.done("POST", "/Users", OKTA_USER)
    here = home.globex.done("POST", "/Users", OKTA_USER)
    assert there["id"] != here["id"]
    home.globex.send("DELETE", f"/Users/{here['id']}")
    assert home.acme.done("GET", f"/Users/{there['id']}")["active"] is True
    assert (row := home.row(INES)) and row.left is None


ROLE = [{"value": "coe_lead", "primary": True}]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "roles", "value": ROLE},
        {"op": "Replace", "path": "ROLES", "value": ROLE},
        {"op": "replace", "value": {"roles": ROLE}},
        {"op": "replace", "value": {"Roles": ROLE, "active": True}},
        {"op": "add", "path": f"{CORE}:roles", "value": ROLE},
        {"op": "add", "value": {f"{CORE}:roles": ROLE}},
        {"op": "add", "path": 'roles[primary eq "True"].value', "value": "coe_lead"},
        {"op": "add", "path": 'roles[type eq "x"]', "value": {"value": "coe_lead"}},
    ],
)
def test_a_role_is_never_given_by_a_patch(home: Installation, operation: dict[str, object]) -> None:
    """However a PATCH names roles, it is refused whole, nobody has a role after it, and the audit says so."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    rename = {"op": "replace", "path": "displayName", "value": "Boss"}
    body = {"schemas": [PATCH_OP], "Operations": [rename, operation]}
    status, _, said = home.acme.refused("PATCH", f"/Users/{made['id']}", body)
    assert status == 403 and "clearpost people grant" in said
    person = home.state.staff.by_email(ACME, INES)
    assert person and person.roles == () and person.profile.name == "Ines Example"
    line = home.state.audit.lines(ACME)[-1]
    assert (line.actor, line.action, line.subject) == ("scim", "scim_roles_refused", made["id"])


def test_a_role_is_never_given_by_a_whole_resource(home: Installation) -> None:
    """POST and PUT with roles are refused, too, and make nobody."""
    assert home.acme.refused("POST", "/Users", OKTA_USER | {"roles": ROLE})[0] == 403
    assert home.row(INES) is None
    made = home.acme.done("POST", "/Users", OKTA_USER)
    assert home.acme.refused("PUT", f"/Users/{made['id']}", OKTA_USER | {"ROLES": ROLE})[0] == 403
    assert [action for _, action in home.audit()] == ["scim_roles_refused", "scim_user_added", "scim_roles_refused"]


@pytest.mark.parametrize("declared", [True, False])
def test_two_megabytes_are_refused(home: Installation, declared: bool) -> None:
    """A body that is too large is refused, whether it says so itself or not, before it is held."""
    body = json.dumps(OKTA_USER | {"displayName": "x" * 2_000_000}).encode()
    read = 0

    def pieces() -> Any:
        nonlocal read
        for start in range(0, len(body), 65_536):
            read += 65_536
            yield body[start : start + 65_536]

    headers = {"Authorization": f"Bearer {TOKENS[ACME]}"}
    response = home.client.post("/scim/v2/Users", headers=headers, content=body if declared else pieces())
    assert response.status_code == 413 and response.json()["schemas"] == [ERROR]
    assert f"{LARGEST_BODY:,}" in response.json()["detail"]
    assert home.row(INES) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe{}",
        b'{"userName": NaN}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"emails":' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"userName": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_resource_is_refused(home: Installation, body: bytes) -> None:
    """No JSON, JSON of another shape, JSON that would exhaust a parser: 400 with a SCIM error."""
    headers = {"Authorization": f"Bearer {TOKENS[ACME]}"}
    for method, path in (("POST", "/Users"), ("POST", "/Groups")):
        response = home.client.request(method, f"/scim/v2{path}", headers=headers, content=body)
        assert response.status_code == 400 and response.json()["schemas"] == [ERROR], response.text


@pytest.mark.parametrize(
    "words",
    [
        "",
        "userName",
        "userName pr",
        'userName sw "a"',
        'not (userName eq "a")',
        'userName eq "a" or userName eq "b"',
        'userName eq "a" and active eq true',
        "userName eq 7",
        'password eq "1mz050nq"',
        'roles.value eq "coe"',
        "userName eq 'a' OR 1=1 --",
        'emails[type eq "home" and value eq "a"]',
        "(" * 900 + 'userName eq "a"' + ")" * 900,
        "not (" * 300 + 'userName eq "a"' + ")" * 300,
        'userName eq "' + "a" * 5_000 + '"',
    ],
)
def test_a_filter_that_is_not_known_is_refused(home: Installation, words: str) -> None:
    """Anything but one comparison is refused at once, and says what there is; nobody is shown."""
    home.acme.done("POST", "/Users", OKTA_USER)
    status, kind, _ = home.acme.refused("GET", "/Users", filter=words)
    assert (status, kind) == (400, "invalidFilter")


@pytest.mark.parametrize("value", ["x' OR '1'='1", 'x\\" OR 1=1 --', "%", "_%", "'; DROP TABLE people; --", "\\u0000"])
def test_a_filter_in_the_manner_of_sql_is_a_name(home: Installation, value: str) -> None:
    """Whatever stands between the quotation marks is a value: it finds nobody, and breaks nothing."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    for attribute in ("userName", "externalId", "emails.value", "id"):
        assert home.acme.found(f'{attribute} eq "{value}"') == []
    assert home.acme.done("GET", "/Users")["Resources"] == [made]


@pytest.mark.parametrize("path", ["/Bulk", "/Me", "/Users/1/roles", "/users", "/Users/", "/.search", ""])
def test_an_unknown_path_is_told_as_scim(home: Installation, path: str) -> None:
    """A path that there is not is a 404 that an identity provider can read."""
    assert home.acme.refused("GET", path)[0] == 404


def test_a_method_that_is_not_there(home: Installation) -> None:
    """A method that a resource has not is a 405 that names those it has."""
    response = home.acme.send("DELETE", "/Users")
    assert response.status_code == 405 and response.headers["allow"] == "GET, POST"
    assert home.acme.refused("PATCH", "/ServiceProviderConfig", {})[0] == 405


@pytest.mark.parametrize(
    ("operations", "kind"),
    [
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "remove", "path": "userName"}], "mutability"),
        ([{"op": "replace", "path": "id", "value": "x"}], "mutability"),
        ([{"op": "frobnicate", "path": "title", "value": "x"}], "invalidValue"),
        ([{"op": "replace", "path": "title[", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "emails[" * 200, "value": "x"}], "invalidPath"),
        ([], "invalidValue"),
        ("x", "invalidSyntax"),
        (None, "invalidSyntax"),
        ([{"op": "replace", "path": "title", "value": "x"}] * 201, "tooMany"),
        ([7], ""),
    ],
)
def test_a_patch_that_makes_no_sense(home: Installation, operations: object, kind: str) -> None:
    """Operations that cannot be applied are refused with the kind of mistake; nothing changes."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    body = {"schemas": [PATCH_OP], "Operations": operations}
    status, told, _ = home.acme.refused("PATCH", f"/Users/{made['id']}", body)
    assert status == 400 and (told == kind or not kind)
    assert home.acme.done("GET", f"/Users/{made['id']}") == made


def test_a_database_that_is_away(home: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be kept, the identity provider is asked to come back, and is told no detail."""

    def away(*_: object) -> None:
        raise StateError("/secret/path cannot be read")

    monkeypatch.setattr(type(home.directory), "count", away)
    with capture_logs() as logs:
        response = home.acme.send("GET", "/Users")
    assert response.status_code == 503 and response.headers["retry-after"] == "60" and "secret" not in response.text
    assert [line["event"] for line in logs] == ["scim_state_failed"]


def test_what_nobody_expected_is_told_without_its_words(home: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of the program is a 500 in JSON; the log has its place and not its message."""

    def broken(*_: object) -> None:
        raise KeyError("ines@example.com")

    monkeypatch.setattr(type(home.directory), "count", broken)
    with capture_logs() as logs:
        assert home.acme.refused("GET", "/Users")[0] == 500
    assert [line["event"] for line in logs] == ["scim_failed"] and "ines" not in str(logs)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ({ACME: "short"}, "the SCIM token of 'company' is too short"),
        ({ACME: "x" * 40, GLOBEX: "x" * 40}, "two organisations have the same SCIM token"),
    ],
)
def test_a_token_that_protects_nobody_is_refused(tokens: dict[str, str], words: str) -> None:
    """A token that can be guessed, or opens two organisations, is refused at the start, and never shown."""
    with pytest.raises(SettingsError, match=words):
        ScimConfig(tokens)
    assert TOKENS[ACME] not in repr(ScimConfig(TOKENS))


def test_the_service_describes_itself(home: Installation) -> None:
    """Configuration, kinds of resources and schemas say what there is, each at its own address."""
    config = home.acme.done("GET", "/ServiceProviderConfig")
    assert config["patch"] == {"supported": True} and config["bulk"]["supported"] is False
    assert config["filter"] == {"supported": True, "maxResults": 200}
    kinds = home.acme.done("GET", "/ResourceTypes")
    assert [each["endpoint"] for each in kinds["Resources"]] == ["/Users", "/Groups"]
    schemas = home.acme.done("GET", "/Schemas")["Resources"]
    assert [each["name"] for each in schemas] == ["User", "Group", "EnterpriseUser", "ClearpostUser"]
    for listed in (*kinds["Resources"], *schemas):
        path = listed["meta"]["location"].removeprefix("https://clearpost.example.com/scim/v2")
        assert home.acme.done("GET", path) == listed
    assert home.acme.refused("GET", "/Schemas", filter='name eq "User"')[0] == 403
    assert home.acme.refused("GET", "/Schemas/urn:nothing")[0] == 404


def test_the_address_of_the_server_is_that_of_the_request_where_none_is_set(home: Installation) -> None:
    """Without the public address in the settings, locations begin as the request did."""
    provider = Provider(TestClient(home.app(ScimConfig(TOKENS)), base_url="http://scim.example.com"), TOKENS[ACME])
    made = provider.done("POST", "/Users", OKTA_USER)
    assert made["meta"]["location"] == f"http://scim.example.com/scim/v2/Users/{made['id']}"
