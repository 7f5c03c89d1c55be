"""Deliveries that change the message of another one, on both databases: one at a time, and the newest counts."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.jobs.edits import NEWER
from bot.jobs.ledger import Begun, Ledger, Queued
from bot.ports import Delivery
from bot.state import State, writing
from bot.state.tables import deliveries
from tests.contract.owed import CARD, EDIT, ONE, Clock, U, W, meet, queue, row, tries
from tests.contract.stores import DAY, MINUTE, NOW, Database

SECOND = timedelta(seconds=1)
NEXT = replace(EDIT, id="case:1:card:3", due=NOW + SECOND)


@pytest.fixture
def clock() -> Clock:
    """Time that stands still."""
    return Clock()


@pytest.fixture
def ledger(database: Database, clock: Clock) -> Ledger:
    """A ledger of a workspace with one person."""
    meet(database.engine)
    return Ledger(database.engine, clock)


@pytest.fixture
def card(ledger: Ledger) -> Delivery:
    """A card that was sent."""
    ledger.plan([CARD])
    (queued,) = queue(ledger)
    send(ledger, queued)
    return CARD


def begin(ledger: Ledger, queued: Queued) -> Begun:
    """Begin a delivery that may begin."""
    begun = ledger.begin(queued, "x1")
    assert begun is not None
    return begun


def send(ledger: Ledger, queued: Queued, message: str = "C1/1.5") -> None:
    """Begin and end a delivery."""
    begin(ledger, queued)
    ledger.end(queued, "sent", message=message)


def ids(queued: list[Queued]) -> list[str]:
    """What was taken up."""
    return [each.id for each in queued]


def end_of(database: Database, delivery: Delivery) -> tuple[str, str | None]:
    """How a delivery stands, and why."""
    found = row(database.engine, delivery.id)
    return found.state, found.problem


@pytest.mark.usefixtures("card")
def test_it_is_given_the_message_to_change(ledger: Ledger) -> None:
    """Once the card is out, the platform's name of its message is known to whoever changes it."""
    ledger.plan([EDIT])
    (queued,) = queue(ledger)
    begun = begin(ledger, queued)
    assert (begun.delivery, begun.message) == (EDIT, "C1/1.5")


def test_it_waits_for_the_card(database: Database, ledger: Ledger, clock: Clock) -> None:
    """As long as the card itself is owed, nothing is changed, no round is counted, and then it is done at once."""
    ledger.plan([CARD, EDIT])
    (queued,) = queue(ledger)
    begin(ledger, queued)
    assert queue(ledger) == []
    ledger.postpone(queued, NOW + MINUTE, unsent=True)
    assert queue(ledger) == []
    clock.pass_(minutes=1)
    (queued,) = queue(ledger)
    send(ledger, queued)
    assert ids(queue(ledger)) == [EDIT.id]
    assert row(database.engine, EDIT.id).round == 1


def test_one_that_was_taken_up_too_early_is_put_back(database: Database, ledger: Ledger) -> None:
    """Where a sweep of an older version took it up, it waits all the same, and that is no failure."""
    ledger.plan([EDIT])
    (queued,) = queue(ledger)
    ledger.plan([CARD])
    assert ledger.begin(queued, "x1") is None
    assert end_of(database, EDIT) == ("planned", None) and tries(database.engine, EDIT.id) == []


@pytest.mark.parametrize("end", ["undeliverable", "ambiguous", "cancelled"])
def test_it_ends_where_there_is_nothing_to_change(database: Database, ledger: Ledger, end: str) -> None:
    """A card that never came can have no new state."""
    ledger.plan([CARD, EDIT])
    (queued,) = queue(ledger)
    begin(ledger, queued)
    ledger.end(queued, end)  # type: ignore[arg-type] # the parameters are those of the type
    (queued,) = queue(ledger)
    assert ledger.begin(queued, "x1") is None
    assert end_of(database, EDIT) == ("cancelled", "the message to be changed was never sent")


@pytest.mark.parametrize("message", [None, ""])
def test_it_ends_where_the_message_has_no_name(database: Database, ledger: Ledger, message: str | None) -> None:
    """Neither is a message changed that the platform gave no name, or whose name was forgotten."""
    ledger.plan([CARD, EDIT])
    (queued,) = queue(ledger)
    begin(ledger, queued)
    ledger.end(queued, "sent", message=message)
    (queued,) = queue(ledger)
    assert ledger.begin(queued, "x1") is None
    assert end_of(database, EDIT) == ("cancelled", "the message to be changed is not known any more")


def test_it_ends_where_the_card_was_never_owed(database: Database, ledger: Ledger) -> None:
    """A name that nothing has is not waited for."""
    ledger.plan([EDIT])
    (queued,) = queue(ledger)
    assert ledger.begin(queued, "x1") is None
    assert end_of(database, EDIT) == ("cancelled", "the message to be changed is not known any more")


@pytest.mark.usefixtures("card")
def test_of_several_the_newest_counts(database: Database, ledger: Ledger, clock: Clock) -> None:
    """Ten changes of a card that are due are one call of the platform: the others end before they take a turn."""
    many = [replace(EDIT, id=f"e{n}", due=NOW + (10 - n) * SECOND) for n in range(11)]
    for each in many:
        ledger.plan([each])
    clock.pass_(minutes=1)
    assert ids(queue(ledger)) == ["e10"]
    assert {end_of(database, each) for each in many[:10]} == {("cancelled", NEWER)}


@pytest.mark.usefixtures("card")
def test_the_order_in_which_they_were_kept_counts(ledger: Ledger) -> None:
    """Neither their due times, which two machines' clocks tell differently, nor their ids."""
    ledger.plan([replace(EDIT, id=name) for name in ("b", "c", "a")])
    assert ids(queue(ledger)) == ["a"]


@pytest.mark.usefixtures("card")
def test_changes_of_other_cards_do_not_matter(ledger: Ledger) -> None:
    """Each card has its own newest change."""
    other = replace(CARD, id="case:2:card")
    ledger.plan([other])
    (queued,) = queue(ledger)
    send(ledger, queued, "C1/2.5")
    ledger.plan([EDIT, replace(EDIT, id="other", edits=other.id, due=NOW)])
    taken = queue(ledger)
    assert sorted(ids(taken)) == sorted([EDIT.id, "other"])
    assert sorted(begin(ledger, each).message for each in taken) == ["C1/1.5", "C1/2.5"]


@pytest.mark.usefixtures("card")
def test_an_older_one_that_was_queued_already_ends(database: Database, ledger: Ledger, clock: Clock) -> None:
    """Whichever of two begins first, the older one is not sent."""
    ledger.plan([EDIT])
    (older,) = queue(ledger)
    ledger.plan([NEXT])
    clock.pass_(seconds=1)
    assert queue(ledger) == []
    assert ledger.begin(older, "x1") is None
    assert end_of(database, EDIT) == ("cancelled", NEWER)
    assert ids(queue(ledger)) == [NEXT.id]


@pytest.mark.usefixtures("card")
def test_a_newer_one_waits_for_the_older_one_to_arrive(database: Database, ledger: Ledger, clock: Clock) -> None:
    """Two calls at once could arrive in the wrong order."""
    ledger.plan([EDIT])
    (older,) = queue(ledger)
    begin(ledger, older)
    ledger.plan([NEXT])
    clock.pass_(seconds=1)
    assert queue(ledger) == []
    ledger.end(older, "sent", message="C1/1.5")
    assert ids(queue(ledger)) == [NEXT.id]
    assert end_of(database, EDIT) == ("sent", None)


@pytest.mark.usefixtures("card")
def test_an_older_one_never_comes_back(database: Database, ledger: Ledger, clock: Clock) -> None:
    """One that failed and was put off, so that it is due after the newer one, is still the older one."""
    ledger.plan([EDIT])
    (older,) = queue(ledger)
    begin(ledger, older)
    ledger.postpone(older, NOW + MINUTE, unsent=True, problem="slow down")
    ledger.plan([NEXT])
    clock.pass_(seconds=1)
    (newer,) = queue(ledger)
    send(ledger, newer)
    clock.pass_(minutes=5)
    assert queue(ledger) == [] and row(database.engine, NEXT.id).state == "sent"
    assert end_of(database, EDIT) == ("cancelled", NEWER)


@pytest.mark.usefixtures("card")
def test_one_that_was_cut_off_yields_to_a_newer_one(database: Database, ledger: Ledger, clock: Clock) -> None:
    """After a crash in the middle of a change, the newer state is shown, not the old one again."""
    ledger.plan([EDIT])
    (older,) = queue(ledger)
    begin(ledger, older)
    ledger.plan([NEXT])
    clock.pass_(seconds=1)
    assert ledger.begin(older, "x2") is None
    assert end_of(database, EDIT) == ("cancelled", NEWER)
    (newer,) = queue(ledger)
    assert newer.id == NEXT.id and begin(ledger, newer).message == "C1/1.5"


@pytest.mark.usefixtures("card")
def test_one_that_was_cut_off_is_done_again(ledger: Ledger) -> None:
    """Where none follows, the same state is shown once more, which does no harm."""
    ledger.plan([EDIT])
    (queued,) = queue(ledger)
    begin(ledger, queued)
    again = ledger.begin(queued, "x2")
    assert again is not None and again.unsure and again.message == "C1/1.5"


@pytest.mark.usefixtures("card")
def test_one_after_another_is_sent(ledger: Ledger, clock: Clock) -> None:
    """A card changes as often as its case does."""
    for number in range(3):
        ledger.plan([replace(EDIT, id=f"e{number}", due=clock.now)])
        (queued,) = queue(ledger)
        send(ledger, queued)
        clock.pass_(seconds=1)


def test_the_card_of_a_person_changes_too(database: Database, ledger: Ledger) -> None:
    """In a direct message as in a channel; whoever took back the leave to be written to is left alone."""
    change = replace(ONE, id="change", edits=ONE.id)
    ledger.plan([ONE])
    (queued,) = queue(ledger)
    send(ledger, queued, "D1/1.5")
    ledger.plan([change])
    people = State(database.engine).people
    people.set_reachable(W, U, reachable=False)
    assert queue(ledger) == []
    people.set_reachable(W, U, reachable=True)
    assert begin(ledger, *queue(ledger)).message == "D1/1.5"


@pytest.mark.usefixtures("card")
def test_many_that_begin_at_once_are_one(database: Database, ledger: Ledger) -> None:
    """However many workers begin changes of one card at the same moment, the newest alone is sent."""
    many = [replace(EDIT, id=f"e{n:02}", due=NOW - DAY + n * SECOND) for n in range(20)]
    ledger.plan(many)
    force_queued(database, *(each.id for each in many))
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda each: ledger.begin(Queued(each.id, W, "C1", 1), "x1"), many))
    assert [each.delivery.id for each in begun if each is not None] == ["e19"]
    assert {end_of(database, each) for each in many[:-1]} == {("cancelled", NEWER)}


def force_queued(database: Database, *names: str) -> None:
    """Make deliveries queued, as workers do whose sweeps did not see one another."""
    with writing(database.engine) as connection:
        connection.execute(update(deliveries).where(deliveries.c.id.in_(names)).values(state="queued", round=1))


def test_while_cases_change_the_last_state_is_shown_at_last(
    database: Database, ledger: Ledger, clock: Clock, card: Delivery
) -> None:
    """Whatever fails in between, in whatever order: no state is shown after a newer one, and the newest is shown."""
    shown: list[int] = []
    number = itertools.count()
    for step in range(24):
        if step % 2 == 0:
            ledger.plan([replace(EDIT, id=f"e{next(number):02}", due=clock.now)])
        for queued in queue(ledger):
            begun = ledger.begin(queued, "x1")
            if begun is None:
                continue
            if step % 3 == 1:
                ledger.postpone(queued, clock.now + 7 * SECOND, unsent=step % 4 == 1)
            else:
                shown.append(int(queued.id[1:]))
                ledger.end(queued, "sent", message=begun.message)
        clock.pass_(seconds=2)
    clock.pass_(minutes=1)
    for queued in queue(ledger):
        begin(ledger, queued)
        shown.append(int(queued.id[1:]))
    assert shown == sorted(set(shown)) and shown[-1] == next(number) - 1
    assert row(database.engine, card.id).message == "C1/1.5"
