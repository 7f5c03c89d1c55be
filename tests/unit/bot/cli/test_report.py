"""``clearpost report``: tables, files, pictures, and learning records that reach a record store once."""

from __future__ import annotations

import csv
import json
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.cli.report import _months_ago
from bot.conversation.ask import to_reply
from bot.conversation.kept import to_json
from bot.conversation.learn.measuring import holdings
from bot.ports import Kept, Profile
from bot.settings import load_settings
from bot.state import State
from lessons.catalogue import DEFAULT_CURRICULUM
from lessons.certification.levels_file import read_levels
from lessons.models import Track
from tests.fakes.answers import ANSWER, FakeAnswers
from tests.unit.bot.cli.taught import DAY, ORG, Company, done, refused, run

LESSON = "employees-first-day"


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation in one workspace."""
    bare_environment.setenv("CLEARPOST_PUBLIC_URL", "https://clearpost.example.com")
    remembered = wiring.state(load_settings())
    remembered.workspaces.add(ORG, "slack", "Ours", wiring.now())
    yield remembered
    remembered.close()


@pytest.fixture
def company(home: State) -> Company:
    """Six employees and five partners who had a lesson yesterday; four employees were right, one was wrong."""
    company, at = Company(home), wiring.now() - DAY
    people = company.hire({"employees": 6, "partners": 5}, at - DAY)
    for number, person in enumerate(people):
        right = None if number >= 5 else number < 4
        company.teach(person, LESSON if number < 6 else "partners-two-signs-one-customer", at, right=right)
    return company


def figures(*options: str) -> dict[str, Any]:
    """The figures as JSON."""
    found: dict[str, Any] = json.loads(done("report", "--json", *options))
    return found


def test_the_figures_of_a_company(company: Company) -> None:
    """The table and the JSON tell the same: reached, opened, answered, right, by track, unit and region."""
    whole = figures()["whole"]
    assert [whole[each] for each in ("people", "reached", "opened", "answered", "right")] == [11, 11, 5, 5, 4]
    text = done("report")
    assert "11 people, 11 of them reached (100 %)" in text and "by track" in text and "employees" in text


def test_by_one_dimension(company: Company) -> None:
    """``--by`` leaves the groups of the other ones out."""
    assert {each["dimension"] for each in figures()["groups"]} == {"track", "unit", "region"}
    assert {each["dimension"] for each in figures("--by", "unit")["groups"]} == {"unit"}
    assert "by region" not in done("report", "--by", "track")


def test_fewer_than_five_are_never_told(home: State) -> None:
    """Four people who were taught leave no figure in any form, though everybody was right."""
    company, at = Company(home), wiring.now() - DAY
    for person in company.hire({"employees": 4}, at):
        company.teach(person, LESSON, at, right=True)
    found = figures()
    counts = ("reached", "sent", "opened", "answered", "right", "asked_before", "asked_after")
    assert {found["whole"][each] for each in counts} == {None}
    assert found["months"] == [] and "fewer than 5 of them reached" in done("report")


def test_a_period_by_its_days(company: Company) -> None:
    """``--from`` and ``--to`` name whole days; nothing of another one is counted."""
    yesterday, before = ((wiring.now() - days * DAY).date().isoformat() for days in (1, 3))
    assert figures("--from", yesterday)["whole"]["sent"] == 11
    assert figures("--from", before, "--to", yesterday)["whole"]["sent"] == 11
    assert figures("--from", before, "--to", before)["whole"]["sent"] in (0, None)


def test_months_begin_with_their_first_day() -> None:
    """So many months before, across the turn of years."""
    now = datetime(2026, 2, 14, 9, 30, tzinfo=UTC)
    assert [_months_ago(now, each).date().isoformat() for each in (0, 1, 2, 13, 14)] == [
        *("2026-02-01", "2026-01-01", "2025-12-01", "2025-01-01", "2024-12-01")
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "2026-01-01"), "--to needs --from"),
        (("--months", "2", "--from", "2026-01-01"), "leave one out"),
        (("--from", "2026-01-03", "--to", "2026-01-01"), "2026-01-01 is before 2026-01-03"),
        (("--from", "2990-01-01"), "has not come yet"),
        (("--chart", "figures.pdf"), "end in .png or .svg"),
        (("--organisation", "acme"), f"there is no organisation 'acme'; there are local, {ORG}"),
        (("--csv", "no/such/folder.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_refused(home: State, options: tuple[str, ...], said: str) -> None:
    """A period, file or organisation that cannot be used is refused in one line that says what to do."""
    assert said in refused("report", *options)


def test_csv_and_pictures(company: Company, tmp_path: Path) -> None:
    """The figures go into a CSV file that spreadsheets open, and into pictures of both kinds."""
    table, light, dark = (tmp_path / name for name in ("figures.csv", "funnel.svg", "tracks.png"))
    done("report", "--csv", str(table), "--chart", str(light))
    done("report", "--chart", str(dark), "--show", "tracks", "--dark")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert rows[0]["kind"] == "whole" and rows[0]["opened"] == "5"
    assert light.read_text("utf-8").startswith("<?xml") and dark.read_bytes().startswith(b"\x89PNG")


def test_the_cost_is_that_of_the_period(company: Company) -> None:
    """Measured formally, a year's budget counts for the days of the report, by person reached."""
    done("programme", "budget", "36500")
    first = (wiring.now() - 9 * DAY).date()
    days = (wiring.now() - datetime.combine(first, datetime.min.time(), UTC)) / DAY
    assert figures("--from", first.isoformat())["budget"] is None
    done("programme", "set", "measurement", "formal")
    found = figures("--from", first.isoformat())
    assert found["budget"]["amount"] == pytest.approx(100 * days, abs=1) and found["budget"]["currency"] == "EUR"
    assert found["cost"] == pytest.approx(100 * days / 11, abs=0.1)


def test_casual_measurement_counts_alone(company: Company) -> None:
    """It tells no groups and no retention, and refuses to be asked for them by name."""
    done("programme", "set", "measurement", "casual")
    found = figures()
    assert found["groups"] == [] and found["whole"]["kept"] is None and found["whole"]["opened"] == 5
    assert "programme set measurement structured" in refused("report", "--by", "track")
    assert "programme set measurement formal" in refused("report", "--xapi", "records.json")


def ask(state: State, number: int, at: datetime) -> None:
    """An employee asks about the section of the lesson."""
    account = f"U{number}"
    state.people.meet(ORG, account, Profile(email=f"employees{number}@example.com"), at)
    policy, _, section = _section().partition("#")
    reply = to_reply(ANSWER, f"r{number}-{at:%j%H}", FakeAnswers().contacts)
    quote = json.loads(to_json(reply))
    quote["quotes"][0] |= {"policy": policy, "section": section}
    body = json.dumps(quote, separators=(",", ":"))
    state.records.keep_reply(ORG, Kept(reply.id, account, "t", at, body))


def _section() -> str:
    from lessons.catalogue import read_catalogue

    return read_catalogue(DEFAULT_CURRICULUM)[0].lessons[LESSON].rests_on[0]


def test_questions_before_and_after(home: State, bare_environment: pytest.MonkeyPatch) -> None:
    """They are counted around lessons whose days before are still kept; else it is said how to keep them."""
    company, at = Company(home), wiring.now() - 40 * DAY
    for person in company.hire({"employees": 6}, at - 60 * DAY):
        company.teach(person, LESSON, at)
    for number in range(6):
        ask(home, number, at - 5 * DAY)
    ask(home, 0, at + 5 * DAY)
    period = ("--from", (at - DAY).date().isoformat())
    result = run("report", *period)
    assert "set CLEARPOST_KEEP_QUESTIONS_DAYS to 60 or more" in result.stderr
    assert figures(*period)["whole"]["asked_before"] is None
    bare_environment.setenv("CLEARPOST_KEEP_QUESTIONS_DAYS", "365")
    found = figures(*period)
    assert (found["whole"]["asked_before"], found["whole"]["asked_after"]) == (6, 1)
    assert [each["lesson"] for each in found["lessons"]] == [LESSON]
    assert run("report", *period).stderr == ""


def test_records_in_a_file(company: Company, tmp_path: Path) -> None:
    """What happened is an array of statements under pseudonyms, the same each time, for its owner's eyes alone."""
    done("programme", "set", "measurement", "formal")
    file = tmp_path / "records.json"
    done("report", "--xapi", str(file))
    found = json.loads(file.read_text("utf-8"))
    assert len(found) == 15 and {each["verb"]["display"]["en"] for each in found} == {
        "experienced",
        "completed",
        "answered",
    }
    assert "example.com/" in found[0]["object"]["id"] and "employees0@" not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = tmp_path / "again.json"
    done("report", "--xapi", str(again))
    assert again.read_bytes() == file.read_bytes()


def test_records_need_an_address(company: Company, bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a public address, or a store to send to, it is said which setting is missing."""
    done("programme", "set", "measurement", "formal")
    result = run("report", "--send-xapi")
    assert result.exit_code == 1 and "CLEARPOST_LRS_URL" in str(result.exception)
    bare_environment.delenv("CLEARPOST_PUBLIC_URL")
    result = run("report", "--xapi", str(tmp_path / "records.json"))
    assert result.exit_code == 1 and "CLEARPOST_PUBLIC_URL" in str(result.exception)


class RecordStore(HTTPServer):
    """A record store that keeps each statement once."""

    kept: dict[str, Any]
    asked: list[str]


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, RecordStore)
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(f"{self.path} {self.headers['Authorization']}")
        self.server.kept |= {each["id"]: each for each in sent}
        answer = json.dumps([each["id"] for each in sent]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def store() -> Iterator[RecordStore]:
    """A record store on this machine."""
    server = RecordStore(("127.0.0.1", 0), _Taking)
    server.kept, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_records_reach_a_store_once(company: Company, store: RecordStore, bare_environment: pytest.MonkeyPatch) -> None:
    """They are sent with the user and password of the settings; sent again, the store holds no more of them."""
    done("programme", "set", "measurement", "formal")
    bare_environment.setenv("CLEARPOST_LRS_URL", f"http://127.0.0.1:{store.server_port}/xapi")
    bare_environment.setenv("CLEARPOST_LRS_USER", "reader")
    bare_environment.setenv("CLEARPOST_LRS_PASSWORD", "secret")
    for _ in range(2):
        result = run("report", "--send-xapi")
        assert result.exit_code == 0 and "15 learning records were sent" in result.stderr
    assert len(store.kept) == 15 and store.asked == ["/xapi/statements Basic cmVhZGVyOnNlY3JldA=="] * 2


def test_who_holds_a_level_is_told_of_five_or_more() -> None:
    """A level is told where five or more hold it, lack it, and hold it beyond any other level that is told."""
    levels = read_levels(DEFAULT_CURRICULUM).levels
    first, second, *_ = levels.on(Track.EMPLOYEES)

    def told(on_track: int, **holders: int) -> dict[str, int | None]:
        by_id = {first.id: holders["first"], second.id: holders["second"]}
        found = holdings(levels, by_id, {Track.EMPLOYEES.value: on_track})
        return {each.level.id: each.people for each in found if each.level in (first, second)}

    assert told(20, first=10, second=5) == {first.id: 10, second.id: 5}
    assert told(20, first=10, second=7) == {first.id: 10, second.id: None}
    assert told(12, first=10, second=4) == {first.id: None, second.id: None}
    assert told(20, first=20, second=0) == {first.id: 20, second.id: 0}


def test_levels_stand_in_formal_reports(company: Company) -> None:
    """Measured formally, every level is there with how many hold it; else none is."""
    assert figures()["levels"] == [] and "hold a level" not in done("report")
    done("programme", "set", "measurement", "formal")
    levels = read_levels(DEFAULT_CURRICULUM).levels.levels
    assert {each["level"] for each in figures()["levels"]} == {each.id for each in levels}
    assert "people who hold a level today" in done("report")


def test_periods_are_short_enough_to_add_up() -> None:
    """A year of months is what its name says."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert now - _months_ago(now, 11) < timedelta(days=366)
