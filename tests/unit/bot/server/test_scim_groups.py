"""``/scim/v2/Groups``: groups that put people on a track or in a unit, and groups that mean nothing here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scim2_models import Group, GroupMember

from bot.errors import SettingsError
from bot.server.scim import ScimConfig
from bot.server.scim.ids import group_id, group_name
from bot.server.scim.members import comings
from bot.server.scim.patch import patched
from tests.unit.bot.server.scim import ACME, GROUP, PATCH_OP, TOKENS, Installation

SALES = "Sales EMEA"


@pytest.fixture
def ids(home: Installation) -> list[str]:
    """Four people."""
    for number in range(4):
        home.import_one(f"p{number}@example.com", name=f"P {number}")
    found = home.acme.done("GET", "/Users")["Resources"]
    return [each["id"] for each in sorted(found, key=lambda each: str(each["userName"]))]


def group(home: Installation, name: str = SALES) -> dict[str, Any]:
    """A group as a filter finds it."""
    (found,) = home.acme.found(f'displayName eq "{name}"', "Groups")
    return found


def units(home: Installation) -> list[str]:
    """The units of the four."""
    return [row.unit or "" for number in range(4) if (row := home.row(f"p{number}@example.com"))]


def test_entra_puts_people_into_a_unit(home: Installation, ids: list[str]) -> None:
    """Entra finds the group, adds members and takes them out in both of its manners."""
    its = group(home)["id"]
    value = [{"value": each} for each in ids[:3]]
    assert home.acme.patch(f"/Groups/{its}", {"op": "Add", "path": "members", "value": value}) == {}
    assert units(home) == ["sales", "sales", "sales", ""]
    assert [each["value"] for each in group(home)["members"]] == sorted(ids[:3])
    home.acme.patch(f"/Groups/{its}", {"op": "Remove", "path": "members", "value": [{"value": ids[0]}]})
    home.acme.patch(f"/Groups/{its}", {"op": "Remove", "path": f'members[value eq "{ids[1]}"]'})
    assert units(home) == ["", "", "sales", ""]
    assert home.audit() == [("scim", "scim_group_changed")] * 3
    assert home.state.audit.lines(ACME)[0].detail == {"group": SALES, "added": 3, "removed": 0}


def test_okta_pushes_a_group(home: Installation, ids: list[str]) -> None:
    """Okta creates the group though it is there, sends its id back, and replaces all members."""
    body = {"schemas": [GROUP], "displayName": "sales emea", "members": [{"value": ids[0], "display": "p0"}]}
    response = home.acme.send("POST", "/Groups", body)
    its = response.json()["id"]
    assert response.status_code == 201 and its == group(home)["id"]
    home.acme.patch(f"/Groups/{its}", {"op": "replace", "value": {"id": its, "displayName": SALES}})
    assert units(home) == ["sales", "", "", ""]
    home.acme.patch(f"/Groups/{its}", {"op": "replace", "path": "members", "value": [{"value": ids[1]}]})
    assert units(home) == ["", "sales", "", ""]
    put = home.acme.done("PUT", f"/Groups/{its}", body | {"members": [{"value": each} for each in ids[2:]]})
    assert units(home) == ["", "", "sales", "sales"] and len(put["members"]) == 2
    home.acme.patch(f"/Groups/{its}", {"op": "remove", "path": "members"})
    assert units(home) == ["", "", "", ""]


def test_okta_takes_many_out_one_by_one(home: Installation, ids: list[str]) -> None:
    """Hundreds of operations that each take out one member are one change; what stands between them keeps its place."""
    its = group(home)["id"]
    home.acme.patch(f"/Groups/{its}", {"op": "add", "path": "members", "value": [{"value": each} for each in ids]})
    nobody = [{"op": "remove", "path": f'members[value eq "nobody{number}"]'} for number in range(500)]
    again = {"op": "add", "path": "members", "value": [{"value": ids[0]}]}
    gone = [{"op": "remove", "path": f'members[value eq "{each}"]'} for each in ids[:3]]
    home.acme.patch(f"/Groups/{its}", *nobody, *gone, again, *nobody)
    assert units(home) == ["sales", "", "", "sales"]
    assert home.state.audit.lines(ACME)[-1].detail == {"group": SALES, "added": 0, "removed": 2}


IDS = st.sampled_from("abcde")
MEMBERS = st.lists(IDS, max_size=3, unique=True).map(lambda ids: [{"value": each} for each in ids])
OPERATIONS = st.one_of(
    st.builds(lambda value: {"op": "Add", "path": "members", "value": value}, MEMBERS),
    st.builds(lambda value: {"op": "add", "value": {"members": value, "externalId": "7"}}, MEMBERS),
    st.builds(lambda value: {"op": "replace", "path": "members", "value": value}, MEMBERS),
    st.builds(lambda value: {"op": "Remove", "path": "members", "value": value}, MEMBERS.filter(bool)),
    st.builds(lambda one: {"op": "remove", "path": f'members[value eq "{one}"]'}, IDS),
    st.just({"op": "remove", "path": "members"}),
    st.just({"op": "replace", "path": f"{GROUP}:displayName", "value": SALES}),
)


@given(st.frozensets(IDS), st.lists(OPERATIONS, min_size=1, max_size=6))
def test_a_patch_comes_to_what_the_library_makes_of_it(
    before: frozenset[str], operations: list[dict[str, Any]]
) -> None:
    """Who is in a group after a PATCH is who the library would have in it, which looks at every member."""
    body = {"schemas": [PATCH_OP], "Operations": operations}
    library = Group(id="g", display_name=SALES, members=[GroupMember(value=each) for each in sorted(before)])
    patched(body, Group, library)
    told = comings(body)
    after = (frozenset() if told.all_others_go else before - told.removed) | told.added
    assert after == {each.value for each in library.members or ()}
    assert not told.added & told.removed


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "remove"}, "noTarget"),
        ({"op": "frobnicate", "path": "members"}, "invalidValue"),
        ({"op": "add", "path": "members", "value": "x" * 9}, ""),
        ({"op": "add", "path": "members", "value": [{"value": 7}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"$ref": "x"}]}, "invalidValue"),
        ({"op": "add", "value": "members"}, "invalidValue"),
        ({"op": "remove", "path": 'members[display eq "x"]'}, "invalidPath"),
        ({"op": "remove", "path": "members[" * 100}, "invalidPath"),
        ({"op": "replace", "path": "displayName", "value": None}, "mutability"),
        ({"op": "replace", "path": ["members"], "value": []}, "invalidSyntax"),
        (7, "invalidSyntax"),
    ],
)
def test_a_patch_of_a_group_that_makes_no_sense(home: Installation, operation: object, kind: str) -> None:
    """It is refused with the kind of mistake; a bare word is taken as an id, and is nobody's."""
    path = f"/Groups/{group(home)['id']}"
    body = {"schemas": [PATCH_OP], "Operations": [operation]}
    if kind:
        status, told, _ = home.acme.refused("PATCH", path, body)
        assert (status, told) == (400, kind)
    else:
        home.acme.done("PATCH", path, body)
    assert home.audit() == []


def test_a_group_puts_people_on_a_track(home: Installation, ids: list[str]) -> None:
    """A group of a track changes the track, and leaving it takes the person off it; the unit stays."""
    home.import_one("p0@example.com", unit="toys")
    its = group(home, "All partners")["id"]
    home.acme.patch(f"/Groups/{its}", {"op": "add", "value": {"members": [{"value": ids[0]}]}})
    assert (row := home.row("p0@example.com")) and (row.track, row.unit) == ("partners", "toys")
    home.acme.send("DELETE", f"/Groups/{its}")
    assert (row := home.row("p0@example.com")) and (row.track, row.unit) == ("", "toys")
    assert group(home, "All partners")["members"] == [] if "members" in group(home, "All partners") else True


def test_who_is_in_another_unit_by_now_stays_there(home: Installation, ids: list[str]) -> None:
    """Being taken out of a group that somebody is not in any more changes nothing."""
    its = group(home)["id"]
    home.acme.patch(f"/Groups/{its}", {"op": "add", "path": "members", "value": [{"value": ids[0]}]})
    home.import_one("p0@example.com", unit="toys")
    home.acme.patch(f"/Groups/{its}", {"op": "remove", "path": f'members[value eq "{ids[0]}"]'})
    assert units(home)[0] == "toys"


def test_a_group_that_means_nothing_is_taken(home: Installation, ids: list[str]) -> None:
    """It can be created, read, changed and deleted, has no members, and changes nobody."""
    assert home.acme.found('displayName eq "Chess club"', "Groups") == []
    body = {"schemas": [GROUP], "displayName": "Chess club", "externalId": "8aa1", "members": [{"value": ids[0]}]}
    its = home.acme.done("POST", "/Groups", body)["id"]
    value = [{"value": ids[1]}]
    home.acme.patch(f"/Groups/{its}", {"op": "Add", "path": "members", "value": value})
    assert home.acme.done("GET", f"/Groups/{its}")["displayName"] == "Chess club"
    assert not home.acme.done("PUT", f"/Groups/{its}", body).get("members")
    assert home.acme.send("DELETE", f"/Groups/{its}").status_code == 204
    assert units(home) == [""] * 4 and home.audit() == []


def test_members_who_are_nobody_are_passed_over(home: Installation, ids: list[str]) -> None:
    """An id of a nested group, of somebody forgotten or of another organisation does no harm to the others."""
    other = home.meet("olu", "olu@example.com")
    value = [{"value": each} for each in ("nobody", group_id("Nested"), other, ids[0])]
    home.acme.patch(f"/Groups/{group(home)['id']}", {"op": "Add", "path": "members", "value": value})
    assert units(home) == ["sales", "", "", ""]
    row = home.row("olu@example.com", "slack:T2")
    assert row and row.unit == ""


def test_members_can_be_left_out(home: Installation, ids: list[str]) -> None:
    """Entra asks for groups without their members, of whom there may be very many."""
    home.import_one("p0@example.com", unit="sales")
    words = f'displayName eq "{SALES}"'
    (found,) = home.acme.done("GET", "/Groups", filter=words, excludedAttributes="members")["Resources"]
    assert "members" not in found
    assert len(home.acme.done("GET", f"/Groups/{found['id']}")["members"]) == 1
    assert "members" not in home.acme.done("GET", f"/Groups/{found['id']}", attributes="displayName")
    assert [each["displayName"] for each in home.acme.done("GET", "/Groups")["Resources"]] == [SALES, "All partners"]


def test_a_group_keeps_its_name(home: Installation) -> None:
    """A renamed group would mean something else: it is refused, and says what to do."""
    its = group(home)["id"]
    body = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "Boss"}]}
    status, kind, said = home.acme.refused("PATCH", f"/Groups/{its}", body)
    assert (status, kind) == (400, "mutability") and "as another group" in said
    assert home.acme.refused("PUT", f"/Groups/{its}", {"schemas": [GROUP], "displayName": "Boss"})[0] == 400
    assert home.acme.refused("POST", "/Groups", {"schemas": [GROUP], "displayName": "  "})[0] == 400
    assert home.acme.refused("GET", "/Groups/nothing")[0] == 404


@pytest.mark.parametrize("said", ["sales", "unit:", "track:boss", "role:coe", ""])
def test_a_group_says_a_track_or_a_unit(said: str) -> None:
    """A setting that would give a role, or nothing that there is, is refused with its name."""
    with pytest.raises(SettingsError, match=r"CLEARPOST_SCIM_GROUPS: .* 'Sales'; take unit:NAME"):
        ScimConfig(TOKENS, {"Sales": said})


@given(st.text(min_size=1))
def test_a_name_is_known_again_by_its_id(name: str) -> None:
    """An id tells the name that it was made of."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    assert group_name(group_id(name)) == name


@given(st.text() | st.binary().map(lambda raw: raw.hex()))
def test_an_invented_id_is_no_group(identifier: str) -> None:
    """Only what was given out is an id."""
    assert group_name(identifier) is None or group_id(group_name(identifier) or "") == identifier
