"""Policies that are confirmed, and who is reminded of what when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.kept import from_json
from bot.conversation.learn.certification import attest
from bot.conversation.learn.certification.remind import reminders
from bot.conversation.messages import Deed
from bot.ports import Delivery
from bot.ports.certificates import Certificate
from bot.state import State
from tests.fakes.academy import ORG, POLICY, WHITE, Hall, names, pressed, said
from tests.fakes.jobs import MemoryJobs

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@pytest.fixture
def jobs() -> MemoryJobs:
    """What is owed."""
    return MemoryJobs()


@pytest.fixture
def hall(state: State, jobs: MemoryJobs) -> Hall:
    """Ines is on the track of employees since a Monday."""
    made = Hall(state, state.certificates, jobs)
    made.join("ines", MONDAY)
    return made


def unattested(hall: Hall) -> None:
    """No policy has to be confirmed."""
    hall.academy = replace(hall.academy, attested=())


def come(hall: Hall, jobs: MemoryJobs, first: datetime, days: int) -> list[tuple[int, Delivery]]:
    """What comes on which of so many days, looked at hour by hour from the morning to the evening."""
    found = []
    for day in range(days):
        for hour in (0, 7):
            known = set(jobs.planned)
            reminders(hall.academy, first + day * DAY + timedelta(hours=hour))
            found += [(day, each) for name, each in jobs.planned.items() if name not in known]
    return found


def test_a_policy_is_confirmed_once(hall: Hall) -> None:
    """The card says the version; a press is kept with the hash that stands in the audit, a second one is no other."""
    card = attest.to_confirm(hall.academy, said("ines", MONDAY))
    assert card.items[0].text == "I have read and understood “Journalists and analysts”, version 3.1."
    press = pressed(card.items[0].actions[0])
    reply = attest.attest(hall.academy, said("ines", MONDAY, press), press)
    assert reply.head is not None and reply.head.word == "Thank you"
    again = attest.attest(hall.academy, said("ines", MONDAY + DAY, press), press)
    assert "already" in again.text
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    (kept,) = hall.state.certificates.attestations(person.id)
    (line,) = hall.state.audit.lines(ORG)
    assert (line.actor, line.action, line.subject) == ("ines", "policy_attested", person.id)
    assert line.detail == {"policy": POLICY.id, "version": "3.1", "words": POLICY.digest, "line": kept.line}
    assert kept.line == attest.signature(POLICY, person.id, kept.at)
    assert attest.to_confirm(hall.academy, said("ines", MONDAY)).private


def test_another_version_is_another_confirmation(hall: Hall) -> None:
    """An old card confirms nothing of the new version, and neither does one that was made up."""
    card = attest.to_confirm(hall.academy, said("ines", MONDAY))
    newer = replace(POLICY, version="3.2")
    hall.academy = replace(hall.academy, policies=lambda: (newer,))
    for press in (pressed(card.items[0].actions[0]), Deed(attest.ATTEST, "stray@3.1"), Deed(attest.ATTEST, "")):
        assert "newer version" in attest.attest(hall.academy, said("ines", MONDAY), press).text
    assert not hall.state.audit.lines(ORG)
    assert "version 3.2" in attest.to_confirm(hall.academy, said("ines", MONDAY)).items[0].text


def test_who_has_not_confirmed_is_known(hall: Hall) -> None:
    """The report names those who are missing, and nobody who confirmed or left."""
    noor = hall.join("noor", MONDAY)
    press = Deed(attest.ATTEST, f"{POLICY.id}@3.1")
    attest.attest(hall.academy, said("ines", MONDAY), press)
    required, ports = attest.required(hall.academy, ORG), (hall.academy.certificates, hall.state.learners)
    found = list(attest.missing(required, *ports, MONDAY, hall.academy.school.dials))
    assert [(each.policy, each.learner.person.id) for each in found] == [(POLICY, noor.id)]


def test_a_policy_is_asked_for_four_times_at_most(hall: Hall, jobs: MemoryJobs) -> None:
    """At once, and after one, two and four weeks; never on a weekend, never two on a day, never after a yes."""
    found = come(hall, jobs, MONDAY, 60)
    asked = [day for day, each in found if POLICY.id in each.id]
    assert asked == [0, 7, 14, 28]
    hall.join("noor", MONDAY)
    attest.attest(hall.academy, said("noor", MONDAY), Deed(attest.ATTEST, f"{POLICY.id}@3.1"))
    before = len(jobs.planned)
    assert not [each for _, each in come(hall, jobs, MONDAY + DAY, 5) if each.account == "noor"]
    assert before <= len(jobs.planned)


def test_a_mandatory_level_is_reminded_of_by_degrees(hall: Hall, jobs: MemoryJobs) -> None:
    """Two weeks and a day before it is due, and a week after, each once; with a button to what is left."""
    unattested(hall)
    found = come(hall, jobs, MONDAY, 100)
    assert [day for day, _ in found] == [46, 59, 67]  # due after 60 days
    cards = [from_json(each.body) for _, each in found]
    assert [card.text for card in cards] == [
        "The level “Ready to post” is due on 1 Jan 2027. Two weeks left.",
        "The level “Ready to post” is due on 1 Jan 2027. Tomorrow.",
        "The level “Ready to post” is due on 1 Jan 2027. A week late.",
    ]
    assert [card.head.word for card in cards if card.head] == ["A reminder", "A reminder", "Still open"]
    assert names(cards[0]) == ["See what is left"] and {each.account for _, each in found} == {"ines"}


def test_whoever_holds_it_is_reminded_before_it_ends(hall: Hall, jobs: MemoryJobs) -> None:
    """Nothing comes as long as the certificate lasts; its end is what is due."""
    unattested(hall)
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    ends = MONDAY + 365 * DAY
    hall.state.certificates.award(Certificate("c1", ORG, person.id, WHITE.id, MONDAY, ends, 1, "token"))
    assert not come(hall, jobs, MONDAY, 340)
    (_, first), *_ = come(hall, jobs, MONDAY + 340 * DAY, 20)
    assert from_json(first.body).text == "Your level “Ready to post” ends on 2 Nov 2027. Two weeks left."


def test_nobody_is_reminded_outside_their_hours(hall: Hall, jobs: MemoryJobs) -> None:
    """Not at night, not on a weekend, not while they pause, not after they left, and not of another track."""
    hall.join("boss", MONDAY, track="executives")
    unattested(hall)
    late = MONDAY + 49 * DAY  # a Monday after the first reminder's day
    for at in (late.replace(hour=3), late.replace(hour=20), late - DAY, late - 2 * DAY):
        assert reminders(hall.academy, at) == 0
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    hall.state.learners.pause(person.id, late + 3 * DAY, late)
    assert reminders(hall.academy, late) == 0
    assert reminders(hall.academy, late + 3 * DAY) == 1
    assert [each.account for each in jobs.planned.values()] == ["ines"]


def test_a_missed_reminder_is_not_made_up_for(hall: Hall, jobs: MemoryJobs) -> None:
    """Where nothing ran for months only the last one comes, never a burst."""
    unattested(hall)
    found = come(hall, jobs, MONDAY + 91 * DAY, 5)
    assert [from_json(each.body).text.endswith("A week late.") for _, each in found] == [True]
