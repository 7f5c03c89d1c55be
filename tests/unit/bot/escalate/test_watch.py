"""The clock: reminders, who is asked next, lost cards, and the digest of a morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.conversation.escalate.watch import morning, watch
from bot.conversation.reply import ReplyKind
from bot.ports import Event, Profile, Stage
from bot.state import writing
from bot.state.tables import deliveries
from knowledge.contacts import Override, Rotation
from tests.fakes.answers import LEAD, PRESS
from tests.unit.bot.escalate.conftest import (
    INES,
    LENA,
    MAX,
    OMAR,
    QUESTION,
    SLACK,
    TEAMS,
    Company,
    CompanyMaker,
    Listed,
    action,
)

MAX_STANDS_IN = Override(date(2026, 11, 1), date(2026, 11, 30), "max@example.com")


def run(company: Company, until: timedelta, step: timedelta = timedelta(minutes=15)) -> None:
    """Let the clock tick."""
    end = company.now + until
    while company.now < end:
        company.now += step
        watch(company.office, company.now)


def events(company: Company, number: int = 1) -> list[str]:
    """What happened to a case."""
    case = company.case(number)
    return [each.event for each in company.state.escalations.entries(company.organisation, case.id)]


def test_a_case_of_the_press_goes_from_reminder_to_backup(company: Company) -> None:
    """Half-way and at the end its channel is reminded, then the backup gets a card of its own, then reminders go on."""
    reply = company.say(INES, "saw: the press asks about our numbers")
    company.do(INES, "send", reply.id)
    run(company, timedelta(days=2))  # the lead works on Mondays and Wednesdays, so it waits for that
    assert events(company)[:3] == [Event.OPENED, Event.REMINDED, Event.REMINDED]
    assert events(company).count(Event.PASSED_ON) == 1
    reminders = company.shown("reminder")
    assert [each.head and each.head.word for each in reminders[:2]] == ["Reminder: case 1", "Overdue: case 1"]
    assert dict(reminders[0].facts)["Due"] == dict(company.shown("case")[0].facts)["Due"]
    assert company.case().contact == "coe_lead"
    assert {each.place for each in company.owed("case") if not each.edits} == {"19:press", "19:social"}
    [passed] = [line for line in company.audit() if line["action"] == "escalation_passed_on"]
    assert (passed["actor"], passed["from"], passed["to"]) == ("clock", "communications", "coe_lead")


def test_a_ring_is_one_reminder_however_often_it_is_looked_at(company: Company) -> None:
    """A restarted worker, or a second one, finds that it rang."""
    company.ask_a_person()
    clock = company.case().clock
    assert clock is not None
    assert clock.next is not None
    for _ in range(3):
        watch(company.office, clock.next)
    assert len(company.owed("reminder")) == 1


def test_quiet_hours_are_kept(company: Company) -> None:
    """A worker that was down when it should have rung does not ring at night."""
    company.ask_a_person()
    watch(company.office, datetime(2026, 11, 4, 23, 0, tzinfo=UTC))
    assert company.owed("reminder") == []
    clock = company.case().clock
    assert clock is not None
    assert clock.next == datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


def test_an_urgent_case_rings_at_night(company: Company) -> None:
    """What is urgent waits for nobody's hours."""
    company.now = datetime(2026, 11, 7, 23, 0, tzinfo=UTC)
    reply = company.say(INES, "saw: safety, it burns")
    company.do(INES, "send", reply.id)
    run(company, timedelta(minutes=20), timedelta(minutes=2))
    assert [each.head and each.head.word for each in company.shown("reminder")] == [
        "Reminder: case 1",
        "Overdue: case 1",
    ]


def test_who_claimed_it_is_reminded_themselves(company: Company) -> None:
    """Not the channel: it is theirs."""
    company.ask_a_person()
    company.do(OMAR, "claim", company.case().id)
    clock = company.case().clock
    assert clock is not None
    assert clock.next is not None
    watch(company.office, clock.next)
    [reminder] = company.owed("reminder")
    assert (reminder.workspace, reminder.account, reminder.place) == (*OMAR, "")


@pytest.mark.parametrize("end", ["answer", "close", "withdraw"])
def test_what_is_over_is_never_rung_for(company: Company, end: str) -> None:
    """No reminder comes after an answer."""
    company.ask_a_person()
    case = company.case()
    company.do(INES if end == "withdraw" else OMAR, end, case.id, "Done.")
    run(company, timedelta(days=10), timedelta(hours=3))
    assert company.owed("reminder") == []


def test_a_card_that_cannot_be_delivered_finds_somebody_else(company: Company) -> None:
    """A deleted channel swallows no case: the people behind the last resort get it, with a line in the audit."""
    company.ask_a_person()
    [card] = company.owed("case")
    with writing(company.state.engine) as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == card.id).values(state="undeliverable"))
    watch(company.office, company.now)
    assert {
        (each.workspace, each.account) for each in company.owed("case") if not each.edits and each.id != card.id
    } == {
        OMAR,
        LENA,
    }
    assert company.audit()[-1]["action"] == "escalation_passed_on"
    watch(company.office, company.now)
    assert len([each for each in company.owed("case") if not each.edits]) == 3


def test_the_morning_digest_comes_once_by_the_readers_own_clock(company: Company) -> None:
    """At eight in Berlin, for who has something waiting; not again the same day."""
    company.ask_a_person()
    early, eight = datetime(2026, 11, 3, 6, 55, tzinfo=UTC), datetime(2026, 11, 3, 7, 0, tzinfo=UTC)
    assert morning(company.office, early) == 0
    assert morning(company.office, eight) == 2
    assert morning(company.office, eight + timedelta(minutes=5)) == 0
    digest = next(iter(company.office.jobs.planned.values()))  # type: ignore[attr-defined] # of the fake
    assert QUESTION in digest.body
    assert morning(company.office, eight + timedelta(days=1)) == 2


def test_nothing_waits_no_digest(company: Company) -> None:
    """An empty queue wakes nobody."""
    assert morning(company.office, datetime(2026, 11, 3, 7, 0, tzinfo=UTC)) == 0


def test_the_queue_sorts_what_is_mine_unclaimed_and_overdue(company: Company) -> None:
    """Each row can be acted upon; what is urgent stands first."""
    company.ask_a_person()
    company.do(OMAR, "claim", company.case(1).id)
    reply = company.say(INES, "saw: safety, it burns")
    company.do(INES, "send", reply.id)
    company.now += timedelta(days=30)
    shown = company.say(OMAR, "queue")
    assert dict(shown.facts) == {"Mine": "1", "Unclaimed": "1", "Overdue": "2"}
    assert [each.title for each in shown.items] == [
        "⏰ Case 1 · Normal priority · yours",
        "⏰ Case 2 · Urgent · not claimed yet",
    ]
    [claim, _look] = shown.items[1].actions
    company.press(OMAR, claim)
    assert company.case(2).stage is Stage.CLAIMED
    assert company.say(INES, "queue").text.startswith("The queue is for the Center of Excellence")
    assert company.do(INES, "home", "").text == ""


def test_the_button_of_a_reminder_claims(company: Company) -> None:
    """A reminder can be acted upon where it is read."""
    company.ask_a_person()
    clock = company.case().clock
    assert clock is not None
    assert clock.next is not None
    watch(company.office, clock.next)
    [reminder] = company.shown("reminder")
    company.press(LENA, action(reminder, "Claim"))
    assert company.case().stage is Stage.CLAIMED


def test_whom_a_contact_names_gets_the_digest(make_company: CompanyMaker) -> None:
    """Without any role granted: who is named, alone, in turns or in somebody's place, has that contact's role."""
    for named in (
        replace(LEAD, person="max@example.com"),
        replace(LEAD, rotation=Rotation(("max@example.com",), date(2026, 11, 2))),
        replace(LEAD, rotation=Rotation(("tom@example.com",), date(2026, 11, 2), (MAX_STANDS_IN,))),
    ):
        company = make_company(answers=Listed(PRESS, named))
        company.ask_a_person()
        morning(company.office, datetime(2026, 11, 3, 7, 0, tzinfo=UTC))
        told = {(each.workspace, each.account) for each in company.office.jobs.planned.values()}  # type: ignore[attr-defined] # of the fake
        assert told == {MAX, OMAR, LENA}
        assert company.do(MAX, "claim", company.case().id).kind is ReplyKind.CASE


def test_a_digest_comes_at_a_weekend_for_what_waits_for_no_monday(company: Company) -> None:
    """A case of an office that is closed waits until Monday; one that is urgent does not."""
    saturday = datetime(2026, 11, 7, 7, 0, tzinfo=UTC)
    company.ask_a_person()
    assert morning(company.office, saturday) == 0
    company.do(INES, "send", company.say(INES, "saw: safety, it burns").id)
    assert morning(company.office, saturday) == 2
    assert morning(company.office, saturday + timedelta(days=2)) == 2


def test_a_stand_in_is_worked_on_by_the_people_of_whom_it_stands_in_for(make_company: CompanyMaker) -> None:
    """An entry for a region has no role of its own: it is answered where, and by whom, the named one is."""
    german = replace(PRESS, id="press_de", name="Press in Germany", stands_in_for="communications", regions=("de",))
    company = make_company(answers=Listed(PRESS, replace(german, reach={}), LEAD))
    person = company.state.people.find(*INES)
    assert person is not None
    company.state.staff.describe(person.id, region="de")
    company.grant(MAX, "communications")
    company.state.desks.drop(TEAMS, "19:press")
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    assert company.case().contact == "press_de"
    assert {(each.workspace, each.account) for each in company.owed("case")} == {MAX}
    assert company.do(MAX, "claim", company.case().id).kind is ReplyKind.CASE


def test_where_who_is_on_duty_cannot_be_written_to_the_others_get_it(make_company: CompanyMaker) -> None:
    """Whoever is on duty took the app off: the card goes to those who hold the role, reachable ones first."""
    named = replace(PRESS, reach={}, person="max@example.com")
    company = make_company(answers=Listed(named, LEAD))
    company.state.desks.drop(TEAMS, "19:press")
    company.state.people.set_reachable(*MAX, reachable=False)
    for number in range(6):
        gone = (SLACK, f"U-gone-{number}")
        company.state.people.meet(*gone, Profile(f"Abe Example {number}", f"abe{number}@example.com"), company.now)
        company.grant(gone, "communications")
        company.state.people.set_reachable(*gone, reachable=False)
    company.grant(LENA, "communications")
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    assert {(each.workspace, each.account) for each in company.owed("case")} == {LENA}
