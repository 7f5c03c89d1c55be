"""What every ``Escalations`` must do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, text, update

from bot.errors import StateError
from bot.ports import Clock, Delivery, Entry, Escalation, Event, Post, Profile, Stage
from bot.state import reading, writing
from bot.state.escalations import ringing_statement
from bot.state.tables import deliveries, entries, escalations
from knowledge.models import Priority
from tests.contract.cases import (
    CASE,
    CLOCK,
    EXPERT,
    INES,
    NOOR,
    OPENED,
    ORG,
    POST,
    answered,
    claimed,
    now_of,
    opened,
    owed,
)
from tests.contract.stores import DAY, MINUTE, NOW, Database, ReadLine, Repositories, Store


def test_a_case_is_kept_whole(state: Repositories) -> None:
    """A case comes back as it was opened, with the first number, its entry, its card and its reporter."""
    kept = opened(state, posts=[POST])
    assert kept == replace(CASE, number=1)
    assert state.escalations.find(ORG, CASE.id) == kept
    assert list(state.escalations.entries(ORG, CASE.id)) == [OPENED]
    assert list(state.escalations.posts(ORG, CASE.id)) == [POST]
    assert list(state.escalations.reporters(ORG, CASE.id)) == [INES]


def test_what_is_owed_may_show_the_number(state: Repositories) -> None:
    """Whoever says what is owed is given the case with its number, before anything is kept."""
    opened(state, replace(CASE, id="first"))
    seen: list[Escalation] = []

    def cards(case: Escalation) -> list[Delivery]:
        seen.append(case)
        return []

    state.escalations.open(CASE, OPENED, [], cards)
    assert seen == [replace(CASE, number=2)]


def test_a_case_is_opened_once(state: Repositories) -> None:
    """A case whose id is known is not opened again: the known one comes back and nothing is added."""
    first = opened(state)
    again = opened(state, replace(CASE, question="other"), posts=[POST])
    assert again == first == now_of(state, CASE)
    assert len(state.escalations.entries(ORG, CASE.id)) == 1
    assert not state.escalations.posts(ORG, CASE.id)
    assert len(state.audit.lines(ORG)) == 1


def test_organisations_count_apart(state: Repositories) -> None:
    """Numbers are counted in each organisation from 1; two may use the same id."""
    assert [opened(state, replace(CASE, id=f"c{n}")).number for n in range(3)] == [1, 2, 3]
    theirs = opened(state, replace(CASE, id="c0", organisation="slack:T9", asker=replace(INES, workspace="slack:T9")))
    assert theirs.number == 1
    assert now_of(state, replace(CASE, id="c0")).organisation == ORG


def test_twenty_at_once_get_twenty_numbers(store: Store) -> None:
    """Cases that are opened at once by two processes get the numbers 1 to 20, each once."""
    both = (store.open(), store.open())
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda n: opened(both[n % 2], replace(CASE, id=f"c{n}")), range(20)))
    assert sorted(each.number for each in made) == list(range(1, 21))


def test_a_change_is_kept_with_its_entries_and_cards(state: Repositories) -> None:
    """A claim is kept with its owner, its entry and a further card, and the version grows by one."""
    case = opened(state, posts=[POST])
    after, entry = claimed(case)
    own = Post("case:r1-case:2", EXPERT.workspace, account=EXPERT.account, whole=False)
    assert state.escalations.change(case, after, [entry], [own])
    assert now_of(state, case) == replace(after, version=2)
    assert list(state.escalations.entries(ORG, case.id)) == [OPENED, entry]
    assert list(state.escalations.posts(ORG, case.id)) == [POST, own]


def test_who_was_slower_changes_nothing(state: Repositories) -> None:
    """A change of a state that is past is refused, and neither an entry nor a card nor a line in the audit is left."""
    case = opened(state)
    after, entry = claimed(case)
    assert state.escalations.change(case, after, [entry])
    kept, lines = now_of(state, case), len(state.audit.lines(NOOR.workspace))
    slower, its_entry = claimed(case, NOOR)
    assert not state.escalations.change(case, slower, [its_entry], [POST], [owed()])
    assert not state.escalations.report(case, slower, its_entry, [owed()])
    assert now_of(state, case) == kept
    assert len(state.escalations.entries(ORG, case.id)) == 2
    assert not state.escalations.posts(ORG, case.id)
    assert list(state.escalations.reporters(ORG, case.id)) == [INES]
    assert len(state.audit.lines(NOOR.workspace)) == lines


def test_of_twenty_claims_one_wins(store: Store) -> None:
    """However many press Claim at once, in two processes, exactly one has the case, and one entry says so."""
    both = (store.open(), store.open())
    case = opened(both[0])
    together = threading.Barrier(20, timeout=30)

    def claim(number: int) -> bool:
        after, entry = claimed(case, replace(EXPERT, account=f"A{number}"))
        together.wait()
        return both[number % 2].escalations.change(case, after, [entry], [], [owed(f"d{number}")])

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(claim, range(20), timeout=60))
    assert sum(won) == 1
    kept = now_of(both[1], case)
    assert kept.owner is not None and kept.owner.account == f"A{won.index(True)}"
    said = both[1].escalations.entries(ORG, case.id)
    assert [each.event for each in said] == [Event.OPENED, Event.CLAIMED]
    assert said[1].actor == kept.owner


def test_a_case_can_lose_what_it_had(state: Repositories) -> None:
    """An owner, a clock and an end can be taken away again; a clock may stand still."""
    case = opened(state)
    after, entry = claimed(case)
    state.escalations.change(case, after, [entry])
    after, entry = answered(now_of(state, case))
    state.escalations.change(now_of(state, case), after, [entry])
    assert now_of(state, case).clock is None and now_of(state, case).ended == NOW + 2 * MINUTE
    still = replace(CLOCK, rung=2, next=None)
    again = replace(now_of(state, case), stage=Stage.OPEN, owner=None, ended=None, clock=still)
    state.escalations.change(now_of(state, case), again, [Entry(Event.REOPENED, NOW, INES)])
    assert now_of(state, case) == replace(again, version=4)


def test_what_names_a_case_stays(state: Repositories) -> None:
    """A change cannot give a case another number or another organisation."""
    case = opened(state)
    assert state.escalations.change(case, replace(case, number=9, organisation="other", id="other"), [])
    assert now_of(state, case) == replace(case, version=2)


def test_who_reports_the_same_joins(state: Repositories) -> None:
    """Everybody who reported a case is known once for each account, in their order, and the case counts."""
    case = opened(state)
    for who in (NOOR, NOOR, replace(INES, name="Ines Again")):
        case = now_of(state, case)
        entry = Entry(Event.JOINED, NOW + MINUTE, who, str(case.reports), str(case.reports + 1), "me too")
        assert state.escalations.report(case, replace(case, reports=case.reports + 1), entry, [])
    assert now_of(state, case).reports == 4
    assert list(state.escalations.reporters(ORG, case.id)) == [INES, NOOR]
    assert [each.event for each in state.escalations.entries(ORG, case.id)][1:] == [Event.JOINED] * 3


def test_every_entry_leaves_a_line_in_the_audit(state: Repositories) -> None:
    """The audit says who did what, from what to what, in the actor's workspace; never a word that was said."""
    case = opened(state)
    after, entry = claimed(case)
    state.escalations.change(case, after, [entry])
    after, entry = answered(now_of(state, case), "Top secret.")
    state.escalations.change(
        now_of(state, case), after, [entry, Entry(Event.REMINDED, NOW, replace(INES, workspace=""))]
    )
    ours, theirs = state.audit.lines(ORG), state.audit.lines(EXPERT.workspace)
    assert [_told(each) for each in ours] == [
        ("U1", "escalation_opened", CASE.id, {"from": "", "to": "legal", "number": 1}),
        ("U1", "escalation_reminded", CASE.id, {"from": "", "to": "", "number": 1}),
    ]
    assert [_told(each) for each in theirs] == [
        ("A1", "escalation_claimed", CASE.id, {"from": "", "to": "A1", "number": 1}),
        ("A1", "escalation_answered", CASE.id, {"from": "claimed", "to": "answered", "number": 1}),
    ]
    assert not [word for word in ("secret", "note", "post", "Example") if word in repr((*ours, *theirs))]


def test_what_waits_comes_by_urgency(state: Repositories) -> None:
    """Open and claimed cases come the most urgent first, then by what is due first, those without a clock last."""
    later = replace(CLOCK, due=CLOCK.due + DAY)
    made = {
        "normal": replace(CASE, priority=Priority.NORMAL),
        "late": replace(CASE, clock=later),
        "no clock": replace(CASE, clock=None),
        "soon": CASE,
        "urgent": replace(CASE, priority=Priority.URGENT, clock=later, stage=Stage.CLAIMED, owner=EXPERT),
        "none": replace(CASE, priority=Priority.NONE),
        "answered": replace(CASE, stage=Stage.ANSWERED),
        "closed": replace(CASE, stage=Stage.CLOSED),
    }
    for name, case in made.items():
        opened(state, replace(case, id=name))
    waiting = [each.id for each in state.escalations.unresolved(ORG)]
    assert waiting == ["urgent", "soon", "late", "no clock", "normal", "none"]


def test_recent_cases_are_found(state: Repositories) -> None:
    """Cases that were opened or reported again since a moment come newest first; closed ones do not."""
    for number, stage in enumerate((Stage.OPEN, Stage.CLAIMED, Stage.ANSWERED, Stage.CLOSED)):
        opened(state, replace(CASE, id=f"c{number}", stage=stage, opened=NOW + number * MINUTE))
    old = opened(state, replace(CASE, id="old", opened=NOW - DAY))
    assert [each.id for each in state.escalations.since(ORG, NOW)] == ["c2", "c1", "c0"]
    entry = Entry(Event.JOINED, NOW + 9 * MINUTE, NOOR)
    state.escalations.report(old, replace(old, reports=2), entry, [])
    assert [each.id for each in state.escalations.since(ORG, NOW + MINUTE)] == ["old", "c2", "c1"]


def test_everybody_finds_their_own(store: Store) -> None:
    """An account finds what it reported, a person what they reported under any account, newest first, at most 50."""
    workspaces = ("slack:T1", "teams:1")
    state = store.open(workspaces)
    profile = Profile("Ines Example", "ines@example.com")
    person = state.people.meet("slack:T1", "U1", profile, NOW)
    asker = replace(INES, person=person.id)
    ours = replace(CASE, organisation="company", asker=asker)
    opened(state, replace(ours, id="slack"))
    opened(state, replace(ours, id="teams", asker=replace(asker, workspace="teams:1", account="A7"), opened=NOW + DAY))
    other = opened(state, replace(ours, id="joined", asker=NOOR, opened=NOW - DAY))
    state.escalations.report(other, replace(other, reports=2), Entry(Event.JOINED, NOW, asker), [])
    opened(state, replace(ours, id="never hers", asker=NOOR))
    assert _of(state, "slack:T1", "U1") == ["slack", "joined"]
    assert _of(state, "slack:T1", "U1", person.id) == ["teams", "slack", "joined"]
    assert _of(state, "teams:1", "U1") == []
    for number in range(60):
        opened(state, replace(ours, id=f"c{number}", opened=NOW + (2 + number) * DAY))
    mine = _of(state, "slack:T1", "U1")
    assert len(mine) == 50 and mine[0] == "c59"


def test_who_turns_out_to_be_somebody_keeps_their_cases(store: Store) -> None:
    """What an account reported before it was known whose it is belongs to that person afterwards."""
    state = store.open(("slack:T1", "teams:1"))
    known = state.people.meet("slack:T1", "U1", Profile("Ines Example", "ines@example.com"), NOW)
    before = state.people.meet("teams:1", "A7", Profile(), NOW)
    asker = replace(INES, workspace="teams:1", account="A7", person=before.id)
    opened(state, replace(CASE, organisation="company", asker=asker))
    assert _of(state, "slack:T1", "U1", known.id) == []
    state.people.meet("teams:1", "A7", Profile(email="ines@example.com"), NOW)
    assert _of(state, "slack:T1", "U1", known.id) == [CASE.id]


def test_clocks_that_ring_are_found(state: Repositories) -> None:
    """Of all organisations, open and claimed cases whose clock rings by now come the most overdue first."""
    rings = {"later": NOW + MINUTE, "now": NOW, "before": NOW - DAY, "still": None, "over": NOW - DAY}
    for name, at in rings.items():
        stage = Stage.ANSWERED if name == "over" else Stage.CLAIMED
        opened(state, _ringing(name, at, stage))
    opened(state, replace(_ringing("theirs", NOW - MINUTE, Stage.OPEN), organisation="slack:T9"))
    opened(state, replace(CASE, id="no clock", clock=None))
    assert [each.id for each in state.escalations.ringing(NOW, 10)] == ["before", "theirs", "now"]
    assert [each.id for each in state.escalations.ringing(NOW, 2)] == ["before", "theirs"]


def test_a_card_can_be_forgotten(state: Repositories) -> None:
    """A card that is forgotten is gone, the others stay; one that is not there is no mistake."""
    other = replace(POST, delivery="case:r1-case:2", place="C2")
    case = opened(state, posts=[POST, other])
    state.escalations.forget_post(ORG, case.id, POST.delivery)
    state.escalations.forget_post(ORG, case.id, "unknown")
    state.escalations.forget_post(ORG, "unknown", other.delivery)
    assert list(state.escalations.posts(ORG, case.id)) == [other]


@pytest.mark.parametrize("words", ["", "Robert'); DROP TABLE entries;--", "päivä 日本 🙂\x0c", "x" * 50_000])
def test_any_words_are_kept_as_they_are(state: Repositories, words: str) -> None:
    """An answer is data, whatever is in it and however long it is."""
    case = opened(state)
    after, entry = claimed(case)
    state.escalations.change(case, after, [replace(entry, words=words)])
    assert state.escalations.entries(ORG, case.id)[1].words == words


@pytest.mark.parametrize("end", ["undeliverable", "ambiguous", "cancelled"])
def test_cards_that_did_not_arrive_are_found(database: Database, end: str) -> None:
    """An unresolved case with a card that could not be delivered is found with that card, until it is forgotten."""
    state = database.open()
    other = replace(POST, delivery="arrived", place="C2")
    case = opened(state, posts=[POST, other], deliveries=[owed(), owed("arrived")])
    opened(state, replace(CASE, id="over", stage=Stage.CLOSED), posts=[replace(POST, delivery="over")])
    assert not state.escalations.lost(10)
    _end(database, POST.delivery, end)
    _end(database, "arrived", "sent")
    assert list(state.escalations.lost(10)) == [(case, POST)]
    state.escalations.forget_post(ORG, case.id, POST.delivery)
    assert not state.escalations.lost(10)


def test_a_case_what_is_owed_and_the_audit_are_one(database: Database) -> None:
    """Where one part of a change cannot be kept, nothing of it is: no case, no entry, no delivery, no line."""
    state = database.open()
    case = opened(state, deliveries=[owed()])
    after, entry = claimed(case)
    with writing(database.engine) as connection:
        connection.execute(text("ALTER TABLE audit_heads RENAME TO away"))
    with pytest.raises(StateError, match="audit_heads"):
        state.escalations.change(case, after, [entry], [POST], [owed("more")])
    with pytest.raises(StateError, match="audit_heads"):
        opened(state, replace(CASE, id="new"), deliveries=[owed("new")])
    assert now_of(state, case) == case and state.escalations.find(ORG, "new") is None
    with reading(database.engine) as connection:
        assert len(connection.execute(select(entries)).all()) == 1
        assert connection.execute(select(deliveries.c.id)).scalars().all() == ["case:r1-case:1"]
    assert not state.escalations.posts(ORG, case.id)


def test_what_is_owed_is_owed_once(database: Database) -> None:
    """What a case owes is planned with its place, its thread and what it edits; one that is known stays as it was."""
    state = database.open()
    reply = owed("answer:1", account="U1", place="", thread="D1", edits="")
    renewed = owed("case:r1-case:1:2", edits="case:r1-case:1", resend=True)
    case = opened(state, deliveries=[owed(), reply])
    state.escalations.change(case, case, [], [], [renewed, owed(body="other")])
    with reading(database.engine) as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
    kept = [(row.id, row.state, row.place, row.account, row.thread, row.edits, row.resend) for row in rows]
    assert kept == [
        ("answer:1", "planned", "", "U1", "D1", "", False),
        ("case:r1-case:1", "planned", "C1", "", "", "", False),
        ("case:r1-case:1:2", "planned", "C1", "", "", "case:r1-case:1", True),
    ]
    assert rows[1].body == owed().body


def test_the_clock_finds_its_cases_by_an_index(database: Database) -> None:
    """However many cases are over, looking for clocks that ring reads the partial index and no more."""
    with writing(database.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # of few rows it would read all
        query = ringing_statement(NOW, 10).compile(connection, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = str(connection.execute(text(f"{explain} {query}")).all())
    assert "ix_escalations_clock_next_unresolved" in plan


def test_a_change_after_a_restart_is_one_of_the_same_case(store: Store) -> None:
    """A case that was opened before a restart can be changed after it, once."""
    before = store.open()
    case = opened(before)
    before.close()
    after = store.open()
    goal, entry = claimed(case)
    assert after.escalations.change(case, goal, [entry])
    assert not after.escalations.change(case, goal, [entry])


def _told(line: ReadLine) -> tuple[object, ...]:
    return line.actor, line.action, line.subject, line.detail


def _of(state: Repositories, workspace: str, account: str, person: str = "") -> list[str]:
    return [each.id for each in state.escalations.of("company", workspace, account, person)]


def _ringing(name: str, at: datetime | None, stage: Stage) -> Escalation:
    return replace(CASE, id=name, stage=stage, clock=Clock(NOW, NOW, 1, at))


def _end(database: Database, delivery: str, state: str) -> None:
    with writing(database.engine) as connection:
        ended = {"state": state, "ended": NOW}
        assert connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(ended)).rowcount == 1
        assert connection.execute(select(escalations.c.id)).first() is not None


def test_a_newer_case_than_was_known_keeps_nothing(state: Repositories) -> None:
    """Who opens one looks again where somebody opened another meanwhile: it may be the same incident."""
    assert state.escalations.latest(CASE.organisation) == 0
    opened(state)
    newer = replace(CASE, id="r2-case")
    assert state.escalations.open(newer, OPENED, (), lambda _: (), 0) is None
    kept = state.escalations.open(newer, OPENED, (), lambda _: (), 1)
    assert kept is not None
    assert state.escalations.latest(CASE.organisation) == kept.number == 2
