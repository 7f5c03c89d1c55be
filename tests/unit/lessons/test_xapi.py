"""Statements for a record store: who is told of and how, and that sending them again changes nothing."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from lessons.models import Check, CheckKind, Lesson, Option, Track
from lessons.xapi import Award, Event, Examination, Reading, Response, Statement, Teller
from lessons.xapi_post import MOST, Posted, RecordStoreError, post

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "secret"
KEY = b"sixteen bytes or more"
CHECK = Check(
    "which",
    "Which is fine?",
    CheckKind.MULTIPLE,
    (Option("a", "yes", True), Option("b", "no", False), Option("c", "yes", True)),
)
TRUTH = Check("true", "True?", CheckKind.TRUE_FALSE, (Option("True", "no", False), Option("False", "yes", True)))
LESSON = Lesson(
    id="employees-first-line",
    title="Say it in the first line",
    summary="Where a disclosure stands.",
    track=Track.EMPLOYEES,
    minutes=2,
    rests_on=("disclosure#say-who-you-work-for",),
    owner="coe_lead",
    version="1.0",
    reviewed=date(2026, 11, 20),
    body="…",
    checks=(CHECK, TRUTH),
)
TELLER = Teller("https://clearpost.example.com/", KEY, {LESSON.id: LESSON}, {"green": "Green belt"})
READING = Reading("ines", LESSON.id, "1.0", NOON, NOON + timedelta(minutes=2), "employees-weekly")
RESPONSE = Response("ines", LESSON.id, "1.0", "which", NOON, (0, 2), right=True)
EXAM = Examination("ines", "green", NOON, passed=True, share=0.9)
EVENTS: tuple[Event, ...] = (READING, RESPONSE, EXAM, Award("ines", "green", NOON))


def body(event: Event, teller: Teller = TELLER) -> Any:
    """The last statement of an event, as a store reads it."""
    return json.loads(json.dumps(list(teller.tell([event]))[-1].body))


def test_a_lesson_read_to_its_end_is_experienced_and_completed() -> None:
    """Opening and ending a lesson are two statements, each at its own time, with the lesson's version."""
    first, second = (json.loads(json.dumps(each.body)) for each in TELLER.tell([READING]))
    assert first["verb"]["id"] == "http://adlnet.gov/expapi/verbs/experienced"
    assert second["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
    assert (first["timestamp"], second["timestamp"]) == ("2026-11-20T12:00:00.000Z", "2026-11-20T12:02:00.000Z")
    assert first["object"]["id"] == "https://clearpost.example.com/xapi/lessons/employees-first-line"
    assert first["object"]["definition"]["name"] == {"en": "Say it in the first line"}
    assert first["context"]["revision"] == "1.0"
    assert [each["id"] for each in first["context"]["contextActivities"]["grouping"]] == [
        "https://clearpost.example.com/xapi/programmes/employees-weekly"
    ]
    assert len(list(TELLER.tell([replace(READING, ended=None)]))) == 1


def test_an_answer_tells_whether_it_was_right_but_not_what_was_chosen() -> None:
    """The options chosen leave the house only where the installation says so."""
    told = body(RESPONSE)
    assert told["result"] == {"success": True, "completion": True}
    assert told["object"]["id"].endswith("/lessons/employees-first-line/checks/which")
    assert told["object"]["definition"]["correctResponsesPattern"] == ["option-1[,]option-3"]
    assert body(RESPONSE, replace(TELLER, responses=True))["result"]["response"] == "option-1[,]option-3"


def test_true_or_false_is_told_in_the_words_of_the_standard() -> None:
    """A true-or-false check has no options in the standard, only true and false."""
    told = body(Response("ines", LESSON.id, "1.0", "true", NOON, (1,), right=True), replace(TELLER, responses=True))
    assert told["object"]["definition"]["interactionType"] == "true-false"
    assert "choices" not in told["object"]["definition"]
    assert told["result"]["response"] == "false"


def test_options_of_another_version_are_not_told() -> None:
    """An answer to an older version keeps its result; its options may have been others."""
    told = body(replace(RESPONSE, version="0.9"), replace(TELLER, responses=True))
    assert "response" not in told["result"]
    assert "choices" not in told["object"]["definition"]


def test_exams_are_passed_or_failed_with_their_score() -> None:
    """The verb and the scaled score tell how an exam ended; a level given is earned."""
    assert body(EXAM)["verb"]["id"].endswith("/passed")
    failed = body(replace(EXAM, passed=False, share=1 / 3))
    assert (failed["verb"]["id"].rsplit("/", 1)[1], failed["result"]["score"]) == ("failed", {"scaled": 0.3333})
    assert body(EVENTS[-1])["object"]["definition"]["name"] == {"en": "Green belt"}


@given(st.text(min_size=1, max_size=30).filter(lambda text: len(text.strip()) > 5))
def test_nobody_is_named(person: str) -> None:
    """A person is an account of the installation whose name does not hold their id."""
    actor = body(replace(EXAM, person=person))["actor"]
    assert actor["account"]["homePage"] == "https://clearpost.example.com/"
    assert re.fullmatch("[0-9a-f]{32}", actor["account"]["name"])
    assert set(actor) == {"objectType", "account"}


def test_the_same_person_is_another_with_another_key() -> None:
    """Pseudonyms of two installations cannot be joined."""
    other = replace(TELLER, key=b"another key of sixteen bytes")
    assert body(EXAM)["actor"] == body(replace(EXAM, level="black"))["actor"]
    assert body(EXAM, other)["actor"] != body(EXAM)["actor"]


def test_an_address_is_told_only_where_it_is_given() -> None:
    """With addresses configured, those who have one are told by it, and others by their account."""
    known = replace(TELLER, email_of={"ines": "ines@example.com"}.get)
    assert body(EXAM, known)["actor"] == {"objectType": "Agent", "mbox": "mailto:ines@example.com"}
    assert "account" in body(replace(EXAM, person="joon"), known)["actor"]


def test_a_short_key_is_refused() -> None:
    """A key that can be guessed would undo the pseudonyms."""
    with pytest.raises(ValueError, match="at least 16 random bytes"):
        replace(TELLER, key=b"short")


def test_an_id_follows_from_what_happened() -> None:
    """The same event has the same id in any time zone and with a new title; any other event has another."""
    elsewhere = replace(RESPONSE, at=NOON.astimezone(timezone(timedelta(hours=9))))
    retitled = replace(TELLER, lessons={LESSON.id: replace(LESSON, title="New")})
    [told] = TELLER.tell([RESPONSE])
    assert [told.id] == [each.id for each in TELLER.tell([elsewhere])]
    assert [told.id] == [each.id for each in retitled.tell([RESPONSE])]
    others = [
        *EVENTS,
        replace(RESPONSE, person="joon"),
        replace(RESPONSE, check="true"),
        replace(RESPONSE, at=NOON + timedelta(seconds=1)),
    ]
    ids = [each.id for each in TELLER.tell(others)]
    assert len(set(ids)) == len(ids)


@dataclass
class Store:
    """A record store as the standard has it: whole batches or nothing, one statement an id, at most ``MOST``."""

    held: dict[str, Any] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    mishaps: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, headers: dict[str, str], content: bytes) -> tuple[int, dict[str, str]]:
        """The status and the headers for a POST."""
        self.headers.append(headers)
        if self.mishaps:
            return self.mishaps.pop(0)
        if headers["authorization"] != "Basic " + base64.b64encode(b"clearpost:secret").decode():
            return 401, {}
        if path != "/lrs/statements":
            return 404, {}
        batch = json.loads(content)
        self.sizes.append(len(batch))
        identifiers = [each["id"] for each in batch]
        if len(batch) > MOST or len(set(identifiers)) < len(batch) or headers["x-experience-api-version"] != "1.0.3":
            return 400, {}
        if any(self.held.get(each["id"], each) != each for each in batch):
            return 409, {}
        self.held |= {each["id"]: each for each in batch}
        return 200, {}


@pytest.fixture
def store() -> Iterator[Store]:
    """A record store on this machine."""
    found = Store()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = found.answer(self.path, headers, content)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}/lrs/"
        yield found
        server.shutdown()
        thread.join()


@dataclass
class Sender:
    """Posts, and notes how long it was told to wait."""

    waits: list[float] = field(default_factory=list)

    def __call__(self, statements: list[Statement], to: str, password: str = PASSWORD) -> Posted:
        """Post to a store."""
        with requests.Session() as session:
            session.trust_env = False
            return post(statements, to, ("clearpost", password), session, self.waits.append)


@pytest.fixture
def send() -> Sender:
    """Posts without waiting."""
    return Sender()


def statements(count: int) -> list[Statement]:
    """So many different ones."""
    return list(TELLER.tell(replace(RESPONSE, at=NOON + timedelta(seconds=each)) for each in range(count)))


def test_statements_go_in_batches_of_a_hundred(store: Store, send: Sender) -> None:
    """All arrive, at most a hundred in a request."""
    assert send(statements(250), store.url) == Posted(taken=250)
    assert (store.sizes, len(store.held)) == ([100, 100, 50], 250)


def test_sending_again_changes_nothing(store: Store, send: Sender) -> None:
    """A second sending leaves what is held as it is."""
    send(statements(30), store.url)
    before = dict(store.held)
    send(statements(30), store.url)
    assert store.held == before


def test_one_that_is_held_in_other_words_does_not_stop_the_others(store: Store, send: Sender) -> None:
    """A lesson was given a new title since: its old statement stays, the new ones of the batch arrive."""
    send(statements(3), store.url)
    before = dict(store.held)
    retitled = replace(LESSON, checks=(replace(CHECK, question="Which one?"), TRUTH))
    later = list(
        replace(TELLER, lessons={LESSON.id: retitled}).tell(
            replace(RESPONSE, at=NOON + timedelta(seconds=each)) for each in range(5)
        )
    )
    assert send(later, store.url) == Posted(taken=2, known=3)
    assert len(store.held) == 5
    assert {key: store.held[key] for key in before} == before


def test_a_statement_given_twice_is_sent_once(store: Store, send: Sender) -> None:
    """Stores refuse a batch that holds an id twice."""
    send(statements(3) * 2, store.url)
    assert store.sizes == [3]


def test_a_busy_store_is_asked_again(store: Store, send: Sender) -> None:
    """Too many requests and failures of the store are waited out, as long as it asks, but not for ever."""
    store.mishaps = [(429, {"Retry-After": "7"}), (503, {}), (500, {"Retry-After": "86400"})]
    assert send(statements(2), store.url) == Posted(taken=2)
    assert send.waits == [7.0, 2.0, 60.0]


def test_a_store_that_stays_busy_is_given_up(store: Store, send: Sender) -> None:
    """After six tries it says what to do, and does not wait once more."""
    store.mishaps = [(503, {})] * 20
    with pytest.raises(RecordStoreError, match="answers 503 after 6 tries; send the statements again later"):
        send(statements(1), store.url)
    assert (len(store.headers), len(send.waits)) == (6, 5)


def test_a_store_out_of_reach_is_tried_again(send: Sender) -> None:
    """A refused connection is a reason to wait, too."""
    with pytest.raises(RecordStoreError, match="cannot be reached"):
        send(statements(1), "http://127.0.0.1:9/lrs")
    assert send.waits == [1.0, 2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(
    ("password", "path", "mishap", "words"),
    [
        ("wrong", "", None, "refuses the user or the password"),
        ("secret", "statements", None, "ends before /statements"),
        ("secret", "", (400, {}), "refuses the statements"),
        ("secret", "", (302, {"Location": "http://127.0.0.1:9/elsewhere"}), "refuses the statements"),
    ],
)
def test_a_refusal_is_not_tried_again(
    store: Store, send: Sender, password: str, path: str, mishap: tuple[int, dict[str, str]] | None, words: str
) -> None:
    """A wrong password, address or statement, and a redirection, end it at once with what to do."""
    store.mishaps = [mishap] if mishap else []
    with pytest.raises(RecordStoreError, match=words):
        send(statements(1), store.url + path, password)
    assert (send.waits, len(store.headers)) == ([], 1)


@pytest.mark.parametrize("address", ["http://lrs.example.com/xapi", "lrs.example.com", "ftp://lrs.example.com", ""])
def test_nothing_is_sent_in_the_clear(send: Sender, address: str) -> None:
    """An address that is not https is refused, save on this machine."""
    with pytest.raises(RecordStoreError, match="begins with https://"):
        send(statements(1), address)


def test_the_ids_are_uuids_of_the_fifth_kind() -> None:
    """A store takes UUIDs alone; these are made from names."""
    make: Callable[[str], UUID] = UUID
    assert {make(str(each.body["id"])).version for each in TELLER.tell(EVENTS)} == {5}
