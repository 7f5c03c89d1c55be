"""``/scim/v2/Users``: what Okta and Entra send, word by word, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Row
from bot.server.scim.saying import Said, filled, news
from tests.unit.bot.server.scim import (
    ACME,
    CORE,
    ENTERPRISE,
    ENTRA_USER,
    GLOBEX,
    NOW,
    OKTA_USER,
    OURS,
    PATCH_OP,
    Installation,
)

INES, OLU = "ines@example.com", "olu@example.com"
TODAY = NOW.date()


def test_okta_assigns_somebody(home: Installation) -> None:
    """Okta looks whether there is somebody, creates them, and reads them back; the roster has what it said."""
    assert home.acme.found('userName eq "Ines@Example.com"') == []
    response = home.acme.send("POST", "/Users", OKTA_USER)
    made = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == made["meta"]["location"]
    assert made["meta"]["location"] == f"https://clearpost.example.com/scim/v2/Users/{made['id']}"
    assert (made["userName"], made["externalId"]) == ("Ines@Example.com", "00ujl29u0le5T6Aj10h7")
    assert made["active"] is True and made["emails"] == [{"value": INES, "type": "work", "primary": True}]
    assert made[ENTERPRISE] == {"department": "toys"}
    assert "password" not in response.text and "1mz050nq" not in response.text
    assert home.acme.done("GET", f"/Users/{made['id']}") == made
    assert home.acme.found('userName eq "ines@example.com"') == [made]
    assert home.row(INES) == Row(INES, "Ines Example", "", "", "toys", None, None, "Europe/Lisbon", "en-US")
    assert home.audit() == [("scim", "scim_user_added")]


def test_okta_pushes_a_profile_then_deactivates(home: Installation) -> None:
    """A PUT changes what it names and keeps the rest; a PATCH without a path ends the employment today."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    home.import_one(INES, region="pt")
    body = {key: said for key, said in OKTA_USER.items() if key != ENTERPRISE}
    home.acme.done("PUT", f"/Users/{made['id']}", body | {"id": made["id"], "displayName": "Ines E. Example"})
    assert home.row(INES) == Row(INES, "Ines E. Example", "", "pt", "toys", None, None, "Europe/Lisbon", "en-US")
    left = home.acme.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": False}})
    assert left["active"] is False
    row = home.row(INES)
    assert row and row.left == TODAY
    assert [action for _, action in home.audit()][-1] == "scim_user_left"
    home.now += timedelta(days=30)
    assert home.acme.done("GET", f"/Users/{made['id']}")["active"] is False
    assert home.acme.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": True}})["active"] is True
    assert (row := home.row(INES)) and row.left is None


def test_entra_provisions_somebody(home: Installation) -> None:
    """Entra's user name is not the address at work: both find the person, and the address is what counts."""
    made = home.acme.done("POST", "/Users", ENTRA_USER)
    assert (made["userName"], made["emails"][0]["value"]) == ("olu@corp.example.com", OLU)
    assert made[OURS] == {"track": "employees", "region": "ng", "hireDate": "2026-11-09"}
    assert home.row(OLU) == Row(OLU, "Olu Example", "employees", "ng", "sales", date(2026, 11, 9), None, "", "")
    assert [each["display"] for each in made["groups"]] == ["Sales EMEA"]
    for words in (
        'userName eq "OLU@corp.example.com"',
        'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
        'emails.value eq "Olu@example.com"',
        'emails[type eq "work"].value eq "olu@example.com"',
        f'id eq "{made["id"]}"',
        f'{CORE}:userName eq "olu@corp.example.com"',
    ):
        assert home.acme.found(words) == [made], words
    assert home.acme.found('externalId eq "0A21F0F2-8d2a-4f8e-bf98-7363c4aed4ef"') == []


def test_entra_patches_in_its_own_manner(home: Installation) -> None:
    """Capital operations, words for truth, paths with filters and schemas: each does what it means."""
    made = home.acme.done("POST", "/Users", ENTRA_USER)
    changed = home.acme.patch(
        f"/Users/{made['id']}",
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "olu.example@example.com"},
        {"op": "Replace", "path": "userName", "value": "olu.example@corp.example.com"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "toys"},
        {"op": "Replace", "path": f"{OURS}:track", "value": "business_units"},
        {"op": "Remove", "path": f"{OURS}:region"},
        {"op": "Add", "path": "nickName", "value": "Lu"},
        {"op": "Add", "path": "favouriteColour", "value": "green"},
    )
    assert changed["id"] == made["id"]
    row = home.row("olu.example@example.com")
    assert row and (row.unit, row.track, row.region) == ("toys", "business_units", "")
    assert home.row(OLU) is None
    assert home.acme.found('userName eq "olu.example@corp.example.com"')[0]["id"] == made["id"]
    assert (
        home.acme.patch(f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"})["active"]
        is False
    )
    assert (row := home.row("olu.example@example.com")) and row.left == TODAY
    words = {"active": "True", f"{ENTERPRISE}:department": "sales"}
    assert home.acme.patch(f"/Users/{made['id']}", {"op": "Add", "value": words})["active"] is True
    assert (row := home.row("olu.example@example.com")) and (row.left, row.unit) == (None, "sales")


def test_a_removed_department_is_taken_back(home: Installation) -> None:
    """PATCH remove empties what it names, once, and nothing else."""
    made = home.acme.done("POST", "/Users", ENTRA_USER)
    operation = {"op": "remove", "path": f"{ENTERPRISE}:department"}
    home.acme.patch(f"/Users/{made['id']}", operation)
    home.acme.patch(f"/Users/{made['id']}", operation)
    row = home.row(OLU)
    assert row and (row.unit, row.track, row.name) == ("", "employees", "Olu Example")
    assert [action for _, action in home.audit()] == ["scim_user_added", "scim_user_changed"]


def test_deleting_is_leaving(home: Installation) -> None:
    """Who is deleted left today and is found no more; created again, it is the same person, who is there."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    response = home.acme.send("DELETE", f"/Users/{made['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert (row := home.row(INES)) and row.left == TODAY
    assert home.acme.refused("GET", f"/Users/{made['id']}")[0] == 404
    assert home.acme.refused("DELETE", f"/Users/{made['id']}")[0] == 404
    assert home.acme.found('userName eq "ines@example.com"') == []
    assert home.acme.done("GET", "/Users")["totalResults"] == 0
    again = home.acme.done("POST", "/Users", OKTA_USER)
    assert (again["id"], again["active"]) == (made["id"], True)
    assert (row := home.row(INES)) and row.left is None


def test_a_day_to_come_stays(home: Installation) -> None:
    """Who leaves at the end of the month, by the personnel system, is active until then, whatever is pushed."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    home.import_one(INES, left=date(2026, 11, 30))
    assert home.acme.done("PUT", f"/Users/{made['id']}", OKTA_USER)["active"] is True
    assert (row := home.row(INES)) and row.left == date(2026, 11, 30)


def test_who_was_met_in_chat_is_the_same_person(home: Installation) -> None:
    """Somebody who wrote to the bot is found by the address, and listed from then on; name and roles stay."""
    person = home.meet("ines", INES)
    home.state.staff.grant(person, "coe")
    assert home.globex.found(f'userName eq "{INES}"')[0]["id"] == person
    made = home.globex.done("POST", "/Users", OKTA_USER)
    assert made["id"] == person and made["displayName"] == "Ines"
    found = home.state.staff.by_email(GLOBEX, INES)
    assert found and found.roles == ("coe",) and found.unit == "toys"
    home.globex.send("DELETE", f"/Users/{person}")
    assert (row := home.row(INES, GLOBEX)) and row.left == TODAY


def test_the_address_follows_a_user_name_that_was_it(home: Installation) -> None:
    """Where only the user name is sent, it is the address, also when it changes."""
    made = home.acme.done("POST", "/Users", {"schemas": [CORE], "userName": INES})
    home.acme.patch(f"/Users/{made['id']}", {"op": "replace", "path": "userName", "value": "ines.new@example.com"})
    assert home.row(INES) is None and home.row("ines.new@example.com")
    home.acme.done("PUT", f"/Users/{made['id']}", {"schemas": [CORE], "userName": INES})
    assert home.row(INES)


@pytest.mark.parametrize("same", ["userName", "externalId", "emails"])
def test_nobody_is_listed_twice(home: Installation, same: str) -> None:
    """A second person with a name of the first is refused as a duplicate, and nothing is kept of them."""
    home.acme.done("POST", "/Users", OKTA_USER)
    other = ENTRA_USER | {same: OKTA_USER[same]}
    status, kind, _ = home.acme.refused("POST", "/Users", other)
    assert (status, kind) == (409, "uniqueness")
    assert home.row(OLU) is None and home.acme.done("GET", "/Users")["totalResults"] == 1
    made = home.acme.done("POST", "/Users", ENTRA_USER)
    status, kind, _ = home.acme.refused("PUT", f"/Users/{made['id']}", other)
    assert (status, kind) == (409, "uniqueness")
    assert home.acme.done("GET", f"/Users/{made['id']}") == made


def test_pages(home: Installation) -> None:
    """Everybody is on one page, in one order; a page beyond the end is empty; a count of 0 only counts."""
    for number in range(5):
        home.import_one(f"p{number}@example.com")
    pages = [home.acme.done("GET", "/Users", startIndex=str(start), count="2") for start in (1, 3, 5, 7)]
    assert [each["itemsPerPage"] for each in pages] == [2, 2, 1, 0]
    assert {each["totalResults"] for each in pages} == {5}
    found = [person["userName"] for each in pages for person in each["Resources"]]
    assert sorted(found) == [f"p{number}@example.com" for number in range(5)]
    assert home.acme.done("GET", "/Users", count="0")["Resources"] == []
    assert home.acme.done("GET", "/Users", startIndex="-3", count="-1")["Resources"] == []
    assert len(home.acme.done("GET", "/Users", count="100000")["Resources"]) == 5
    assert home.acme.refused("GET", "/Users", count="many")[0] == 400


def test_only_what_is_asked_for_is_shown(home: Installation) -> None:
    """``attributes`` and ``excludedAttributes`` choose; id and schemas are always there."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    assert home.acme.done("GET", f"/Users/{made['id']}", attributes="userName") == {
        "schemas": [CORE],
        "id": made["id"],
        "userName": "Ines@Example.com",
    }
    (listed,) = home.acme.done("GET", "/Users", excludedAttributes="emails,groups,name")["Resources"]
    assert "emails" not in listed and listed["displayName"] == "Ines Example"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({OURS: {"track": "boss"}}, "there is no track 'boss'; take one of executives"),
        ({OURS: {"hireDate": "31.02.2026"}}, "'31.02.2026' is no date; write it as 2026-02-28"),
        ({OURS: {"hireDate": "2026-02-30"}}, "'2026-02-30' is no date"),
        ({"timezone": "Pacific Standard Time"}, "no time zone; take an IANA name"),
        ({"emails": [{"value": "ines"}]}, "'ines' is no e-mail address"),
        ({"userName": "ines", "emails": []}, "map the address"),
        ({"userName": ""}, "userName"),
        ({"active": "perhaps"}, "boolean"),
        ({ENTERPRISE: {"department": "x" * 201}}, "too long"),
        ({"displayName": "Ines\u202e"}, "cannot be shown"),
        ({"emails": "ines@example.com"}, "emails"),
    ],
)
def test_what_cannot_be_used_is_refused_whole(home: Installation, said: dict[str, object], words: str) -> None:
    """A value that nobody can use is named with its remedy, and nothing of the request is kept."""
    status, _, told = home.acme.refused("POST", "/Users", OKTA_USER | said)
    assert status == 400 and words in told
    assert home.acme.done("GET", "/Users")["totalResults"] == 0 and home.audit() == []
    made = home.acme.done("POST", "/Users", OKTA_USER)
    if "emails" in said and "userName" in said:
        return  # of who is known, the address stays
    changed = OKTA_USER | {"displayName": "Somebody Else"} | said
    assert home.acme.refused("PUT", f"/Users/{made['id']}", changed)[0] == 400
    assert home.acme.done("GET", f"/Users/{made['id']}") == made


def test_an_address_that_no_registry_takes(home: Installation) -> None:
    """Addresses of a company's own network are good ones: in bodies, in filters and read back."""
    made = home.acme.done("POST", "/Users", {"schemas": [CORE], "userName": "ines@corp.local"})
    assert home.acme.found('emails.value eq "ines@corp.local"') == [made]
    home.acme.patch(
        f"/Users/{made['id']}", {"op": "replace", "path": 'emails[type eq "work"].value', "value": "i@corp.local"}
    )
    assert home.row("i@corp.local")


def test_a_patch_is_all_or_nothing(home: Installation) -> None:
    """Where one operation cannot be applied, none is."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    operations = [
        {"op": "replace", "path": "displayName", "value": "Somebody Else"},
        {"op": "replace", "path": "active", "value": "perhaps"},
    ]
    status, kind, _ = home.acme.refused(
        "PATCH", f"/Users/{made['id']}", {"schemas": [PATCH_OP], "Operations": operations}
    )
    assert (status, kind) == (400, "invalidValue")
    assert home.acme.done("GET", f"/Users/{made['id']}") == made


def test_the_audit_holds_no_values(home: Installation) -> None:
    """A line says which fields changed, of whom by id, and never into what."""
    made = home.acme.done("POST", "/Users", OKTA_USER)
    home.acme.patch(f"/Users/{made['id']}", {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "sales"})
    lines = home.state.audit.lines(ACME)
    assert [line.subject for line in lines] == [made["id"], made["id"]]
    assert lines[1].detail == {"fields": ["unit"]}
    assert "example" not in str([line.detail for line in lines]).lower()


WORDS = st.none() | st.sampled_from(["", "a", "B", "a@example.com"])
SAYINGS = st.builds(Said, *[WORDS] * 3, st.none() | st.booleans(), *[WORDS] * 9)


@given(before=SAYINGS, after=SAYINGS)
def test_news_are_only_what_differs(before: Said, after: Said) -> None:
    """What is the same is no news; what is filled up from before and then compared says nothing but what was said."""
    assert news(before, before) == Said()
    told = news(before, filled(after, before))
    for field in ("external", "track", "unit", "region", "hired"):
        was, now, new = (getattr(each, field) for each in (before, after, told))
        assert new in (None, now)
        assert (new is not None) == (now is not None and now != (was or ""))
