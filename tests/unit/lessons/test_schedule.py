"""What comes next to one learner, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from lessons.models import Track
from lessons.review import Reviewer
from lessons.schedule import (
    REVIEW,
    Answered,
    Due,
    Learner,
    Past,
    Plan,
    Rules,
    Sent,
    next_due,
    plan,
)
from tests.unit.lessons.lives import DAY, ONBOARDING_DAYS, WEEK, curriculum, learner

PROGRAMMES, LESSONS = curriculum()
REVIEWER: Final = Reviewer()
RULES: Final = Rules()
BERLIN: Final = ZoneInfo("Europe/Berlin")
MONDAY: Final = date(2026, 11, 2)
NOW: Final = datetime(2026, 11, 2, 6, tzinfo=UTC)
"""Early on a Monday: seven in Berlin."""
ONBOARDED: Final = tuple(
    Sent(f"employees-{number}", "employees-onboarding", NOW - (100 - day) * DAY, opened=NOW - DAY * 60, ended=NOW - DAY)
    for number, day in enumerate(ONBOARDING_DAYS)
)
NOTHING: Final = Past()
LATELY: Final = (Answered("employees-11", "gone", NOW - DAY, True, "1.0"),)
"""An answer to something that is never asked again: the person is there."""


def _next(person: Learner, past: Past = NOTHING, now: datetime = NOW, rules: Rules = RULES) -> Due | None:
    return next_due(person, past, PROGRAMMES, LESSONS, rules, REVIEWER, now)


def _plan(person: Learner, past: Past = NOTHING, now: datetime = NOW, rules: Rules = RULES) -> Plan:
    return plan(person, past, PROGRAMMES, LESSONS, rules, REVIEWER, now)


def _due(person: Learner, past: Past = NOTHING, now: datetime = NOW, rules: Rules = RULES) -> Due:
    found = _next(person, past, now, rules)
    assert found is not None
    return found


def _days(person: Learner, past: Past, number: int, opens: timedelta | None, rules: Rules = RULES) -> list[date]:
    """The days of what comes next, so many times, each opened after a while or never."""
    days: list[date] = []
    now = NOW
    for _ in range(number):
        due = _due(person, past, now, rules)
        now = due.at
        opened = None if opens is None else due.at + opens
        sent = Sent(due.lesson, due.programme, due.at, due.check, opened)
        past = replace(past, sent=(*past.sent, sent))
        now = opened or now
        days.append(due.at.astimezone(person.zone).date())
    return days


def _apart(days: Sequence[date]) -> list[int]:
    return [(after - before).days for before, after in pairwise(days)]


def test_onboarding_begins_on_the_hire_date() -> None:
    """The first step comes on the day itself, in the first two hours of it, by the person's clock."""
    due = _due(learner(hired=date(2026, 11, 4)))
    assert (due.lesson, due.programme) == ("employees-0", "employees-onboarding")
    local = due.at.astimezone(BERLIN)
    assert local.date() == date(2026, 11, 4)
    assert time(9) <= local.time() < time(11)


@pytest.mark.parametrize(
    ("hired", "expected"),
    [
        (date(2026, 11, 7), date(2026, 11, 9)),  # a Saturday
        (date(2026, 11, 11), date(2026, 11, 12)),  # a holiday
        (date(2026, 10, 30), date(2026, 11, 2)),  # already past
    ],
)
def test_a_step_moves_to_the_next_working_day(hired: date, expected: date) -> None:
    """What would come on a day off, on a holiday or is late comes on the working day that follows."""
    person = learner(hired=hired, is_holiday={date(2026, 11, 11)}.__contains__)
    assert _due(person).at.astimezone(BERLIN).date() == expected


def test_the_steps_keep_their_days() -> None:
    """Whoever opens everything gets the steps 0, 1, 3, 7, 14 and 30 days after the hire date, a Sunday made up for."""
    days = _days(learner(hired=MONDAY), NOTHING, 6, timedelta(minutes=5))
    assert [(each - MONDAY).days for each in days] == [0, 1, 3, 7, 14, 30]


def test_late_steps_come_one_a_working_day_up_to_the_cap() -> None:
    """Somebody hired five weeks ago catches up, but neither at once nor above three in seven days."""
    days = _days(learner(hired=MONDAY - 35 * DAY), NOTHING, 6, timedelta(minutes=5))
    assert [(each - MONDAY).days for each in days] == [0, 1, 2, 7, 8, 9]


def test_nobody_gets_the_next_before_three_days_unless_the_last_was_opened() -> None:
    """Unopened messages are three days apart, counted to the minute, and working days at that."""
    days = _days(learner(hired=MONDAY - 35 * DAY), NOTHING, 4, None)
    assert [(each - MONDAY).days for each in days] == [0, 3, 7, 10]


@pytest.mark.parametrize(("opened", "ended"), [(NOW, None), (None, NOW)])
def test_what_was_opened_or_put_aside_makes_room_for_the_next(opened: datetime | None, ended: datetime | None) -> None:
    """The next step comes on the day after, and on no account on the same."""
    first = _due(learner(hired=MONDAY - 35 * DAY))
    sent = Sent(first.lesson, first.programme, NOW + timedelta(hours=2), "", opened, ended)
    due = _due(learner(hired=MONDAY - 35 * DAY), Past((sent,)), sent.at)
    assert due.at.astimezone(BERLIN).date() == MONDAY + DAY


@pytest.mark.parametrize("hired", [None, MONDAY - 61 * DAY, date(1999, 1, 1)])
def test_an_old_hand_is_onboarded_only_where_it_is_mandatory(hired: date | None) -> None:
    """Hired long ago, or nobody knows when: a mandatory onboarding counts from enrolment, another does not come."""
    person = learner(hired=hired)
    days = _days(person, NOTHING, 6, timedelta(minutes=5))
    assert [(each - MONDAY).days for each in days] == [0, 1, 3, 7, 14, 30]
    optional = next_due(person, Past(), curriculum(mandatory=False)[0], LESSONS, RULES, REVIEWER, NOW)
    assert optional is not None
    assert optional.programme == "employees-weekly"


def test_who_is_hired_in_years_gets_nothing_yet() -> None:
    """A hire date too far away to plan for, even the last that there is, is waited for."""
    assert _next(learner(hired=date(2062, 1, 1))) is None
    assert _next(learner(hired=date.max, zone="Pacific/Kiritimati")) is None


def test_the_weekly_lesson_comes_once_a_week_on_the_same_day_and_minute() -> None:
    """Seven days lie between, at the same time by the wall, though the clocks changed in between."""
    person = learner()
    past = Past(ONBOARDED, LATELY)
    first = _due(person, past, now=datetime(2026, 10, 12, 6, tzinfo=UTC))
    came: list[datetime] = []
    for _ in range(3):
        came.append(first.at.astimezone(BERLIN))
        sent = Sent(first.lesson, first.programme, first.at, opened=first.at)
        answer = Answered("employees-11", "gone", first.at, True, "1.0")
        past = replace(past, sent=(*past.sent, sent), answered=(*past.answered, answer))
        first = _due(person, past, now=first.at + DAY)
    assert {each.time() for each in came} == {came[0].time()}
    assert _apart([each.date() for each in came]) == [7, 7]
    assert len({each.utcoffset() for each in came}) == 2


def test_a_holiday_moves_the_weekly_lesson_and_not_the_next() -> None:
    """It comes on the working day that follows, and a week later on its own day again."""
    past = Past(ONBOARDED, LATELY)
    usual = _days(learner(), past, 3, DAY)
    moved = _days(learner(is_holiday={usual[1]}.__contains__), past, 3, DAY)
    assert moved[0] == usual[0]
    assert moved[1] > usual[1]
    assert moved[2] == usual[2]


def test_silence_doubles_the_gap_and_an_answer_ends_it() -> None:
    """After three messages without an answer two weeks lie between, after six four; the answer brings the week back."""
    past = Past(ONBOARDED, (Answered("employees-11", "gone", NOW - timedelta(hours=1), True, "1.0"),))
    days = _days(learner(), past, 6, None)
    assert _apart(days) == [7, 7, 14, 14, 14]
    silent = Past(ONBOARDED)
    assert _apart(_days(learner(), silent, 4, None)) == [28, 28, 28]


def test_without_weekly_only_what_is_mandatory_comes() -> None:
    """Opting out ends weekly lessons, questions that come back and an optional onboarding, not a mandatory one."""
    missed = (Answered("employees-0", "c0", NOW - 9 * DAY, False, "1.0"),)
    assert _next(learner(weekly=False), Past(ONBOARDED, missed)) is None
    assert _due(learner(weekly=False, hired=MONDAY)).programme == "employees-onboarding"
    optional = curriculum(mandatory=False)[0]
    assert next_due(learner(weekly=False, hired=MONDAY), Past(), optional, LESSONS, RULES, REVIEWER, NOW) is None


def test_who_left_gets_nothing_more() -> None:
    """Nothing comes on the day somebody leaves or later; what comes before it does."""
    assert _next(learner(hired=MONDAY, left=MONDAY)) is None
    assert _next(learner(hired=MONDAY, left=MONDAY - DAY)) is None
    assert _due(learner(hired=MONDAY, left=MONDAY + DAY)).at.astimezone(BERLIN).date() == MONDAY


def test_a_pause_is_kept_to_the_minute() -> None:
    """Nothing comes before its end, and then at once if the day allows it; one without an end is for good."""
    until = datetime(2026, 11, 5, 13, 21, tzinfo=UTC)
    assert _due(learner(hired=MONDAY, paused_until=until)).at == until
    assert _next(learner(hired=MONDAY, paused_until=datetime.max.replace(tzinfo=UTC))) is None


def test_another_track_means_its_programmes_alone() -> None:
    """What comes next is of the new track; on coming back nothing of the old one is repeated."""
    assert _due(learner(track=Track.COE, hired=MONDAY), Past(ONBOARDED)).lesson == "coe-0"
    assert _due(learner(track=Track.EMPLOYEES, hired=MONDAY), Past(ONBOARDED)).lesson == "employees-6"


def test_what_is_proven_is_skipped_until_its_section_changes() -> None:
    """A lesson all of whose sections are known is passed over, one of which a section is not known is not."""
    known = frozenset({"policy#employees-6", "policy#shared"})
    assert _due(learner(), Past(ONBOARDED, LATELY, known)).lesson == "employees-7"
    assert _due(learner(), Past(ONBOARDED, LATELY, known - {"policy#employees-6"})).lesson == "employees-6"


def test_an_unpublished_lesson_is_passed_over_quietly() -> None:
    """A programme that names a lesson nobody published goes on with the next."""
    gone = {key: lesson for key, lesson in LESSONS.items() if key not in {"employees-0", "employees-6"}}
    first = next_due(learner(hired=MONDAY), Past(), PROGRAMMES, gone, RULES, REVIEWER, NOW)
    weekly = next_due(learner(hired=MONDAY), Past(ONBOARDED), PROGRAMMES, gone, RULES, REVIEWER, NOW)
    assert first is not None
    assert weekly is not None
    assert (first.lesson, weekly.lesson) == ("employees-1", "employees-7")


def test_executives_get_the_light_ones_first() -> None:
    """Deep lessons follow when every light one came, each in the programme's order."""
    past = Past(tuple(replace(each, lesson=f"executives-{place}") for place, each in enumerate(ONBOARDED)), LATELY)
    person = learner(track=Track.EXECUTIVES)
    order: list[str] = []
    for _ in range(6):
        due = _due(person, past)
        order.append(due.lesson.removeprefix("executives-"))
        past = replace(past, sent=(*past.sent, Sent(due.lesson, due.programme, due.at)))
    assert order == ["6", "8", "10", "7", "9", "11"]


def test_a_lesson_finished_in_the_library_does_not_come_again() -> None:
    """One that somebody only looked at does come; opening it there holds up nothing and is no message."""
    looked = Sent("employees-6", "", NOW - timedelta(minutes=9), opened=NOW)
    assert _due(learner(), Past((*ONBOARDED, looked), LATELY)).lesson == "employees-6"
    finished = replace(looked, ended=NOW)
    assert _due(learner(), Past((*ONBOARDED, finished), LATELY)).lesson == "employees-7"


def test_a_missed_question_comes_back_after_a_day() -> None:
    """As a card with that one question, on a working day, when it leaves the next lesson its time."""
    missed = Answered("employees-1", "c1", NOW + timedelta(hours=4), False, "1.0")
    asked = Sent("employees-6", "employees-weekly", NOW + timedelta(hours=3), opened=NOW + timedelta(hours=3))
    due = _due(learner(), Past((*ONBOARDED, asked), (missed,)), missed.at)
    assert (due.programme, due.lesson, due.check) == (REVIEW, "employees-1", "c1")
    assert due.at - missed.at >= DAY
    assert due.at.astimezone(BERLIN).date() == MONDAY + DAY


def test_a_question_does_not_make_the_lesson_late() -> None:
    """Less than the patience before the weekly lesson no card comes, since it might lie there unopened."""
    missed = Answered("employees-1", "c1", NOW - 30 * DAY, False, "1.0")
    past = Past(ONBOARDED, (missed, *LATELY))
    weekly = _due(learner(), replace(past, answered=LATELY))
    for ago in range(1, 7):
        due = _due(learner(), past, weekly.at - ago * DAY)
        if due.programme == REVIEW:
            assert weekly.at - due.at >= RULES.patience
        else:
            assert due == weekly
    assert _due(learner(), past, weekly.at - 6 * DAY).programme == REVIEW
    assert _due(learner(), past, weekly.at - 2 * DAY) == weekly


def test_in_silence_no_question_comes_back_while_there_are_lessons() -> None:
    """Fewer, not more: three unanswered end the cards until the lessons are through, however much time there is."""
    missed = (Answered("employees-1", "c1", NOW - 95 * DAY, False, "1.0"),)
    assert _due(learner(), Past(ONBOARDED, missed), NOW + 2 * DAY).programme == "employees-weekly"
    onboarding = tuple(
        replace(each, at=NOW + day * DAY) for each, day in zip(ONBOARDED[:5], ONBOARDING_DAYS, strict=False)
    )
    due = _due(learner(hired=MONDAY), Past(onboarding, missed), NOW + 16 * DAY)
    assert (due.lesson, due.at.astimezone(BERLIN).date()) == ("employees-5", MONDAY + 30 * DAY)


def test_what_was_missed_comes_back_before_what_fades() -> None:
    """Though it waits for less long."""
    fading = Answered("employees-2", "c0", NOW - 50 * DAY, True, "1.0")
    missed = Answered("employees-4", "c0", NOW - 2 * DAY, False, "1.0")
    past = Past(ONBOARDED, (fading, missed))
    assert [_due(learner(), past, NOW + 2 * DAY).lesson] == ["employees-4"]
    assert [_due(learner(), replace(past, answered=(fading, *LATELY)), NOW + 2 * DAY).lesson] == ["employees-2"]


def test_a_card_does_not_stand_for_its_lesson() -> None:
    """A question of a lesson that was only looked up and half answered leaves the lesson itself to come."""
    card = Sent("employees-6", REVIEW, NOW - 9 * DAY, "c0", opened=NOW - 9 * DAY)
    assert _due(learner(), Past((*ONBOARDED, card), LATELY)).lesson == "employees-6"


def test_when_the_programme_is_through_only_questions_come() -> None:
    """Nothing at all for whoever knows everything for now, and the fading question once it is due."""
    rest = (f"employees-{number}" for number in range(6, 12))
    sent = tuple(Sent(each, "employees-weekly", NOW - 40 * DAY, opened=NOW - 40 * DAY) for each in rest)
    known = Answered("employees-7", "c0", NOW - DAY, True, "1.0")
    past = Past((*ONBOARDED, *sent))
    assert _next(learner(), past) is None
    due = _due(learner(), replace(past, answered=(known,)))
    assert (due.programme, due.lesson, due.check) == (REVIEW, "employees-7", "c0")


def test_an_unanswered_card_is_not_sent_again_at_once() -> None:
    """The same question waits a week, another one is asked meanwhile."""
    answers = tuple(Answered(f"employees-{each}", "c0", NOW - 20 * DAY, False, "1.0") for each in (2, 4))
    card = Sent("employees-2", REVIEW, NOW - 3 * DAY - timedelta(hours=1), "c0", opened=NOW - 3 * DAY)
    rest = tuple(Sent(f"employees-{each}", "employees-weekly", NOW - 40 * DAY) for each in range(6, 12))
    past = Past((*ONBOARDED, *rest, card), (*answers, *LATELY))
    assert _due(learner(), past).lesson == "employees-4"
    alone = _due(learner(), replace(past, answered=(answers[0], *LATELY)))
    assert alone.lesson == "employees-2"
    assert alone.at - card.at >= WEEK


def test_questions_of_another_track_or_withdrawn_ones_do_not_come_back() -> None:
    """Neither a check that the lesson no longer has, nor a lesson of a track that somebody left."""
    asked = {}
    for lesson, check in (("coe-1", "c1"), ("employees-2", "c7"), ("employees-gone", "c0"), ("employees-2", "c0")):
        missed = (Answered(lesson, check, NOW - 20 * DAY, False, "1.0"), *LATELY)
        asked[lesson, check] = _due(learner(), Past(ONBOARDED, missed), NOW + 2 * DAY).programme
    assert [each for each, programme in asked.items() if programme == REVIEW] == [("employees-2", "c0")]


def test_what_is_missed_comes_late_but_never_twice_at_once() -> None:
    """After an outage of a week the next comes within the hours, and the one after it on another day."""
    person = learner(hired=MONDAY - 7 * DAY)
    days = _days(person, NOTHING, 5, timedelta(minutes=1))
    assert len(set(days)) == 5
    noon = datetime(2026, 11, 2, 11, 17, 30, tzinfo=UTC)
    assert _due(person, now=noon).at == noon
    night = _due(person, now=datetime(2026, 11, 2, 21, tzinfo=UTC)).at.astimezone(BERLIN)
    assert (night.date(), night.hour in {9, 10}) == (MONDAY + DAY, True)


def test_a_message_is_owed_shortly_before_its_moment() -> None:
    """Earlier, the plan says when to look again; with it, that there is time until the evening."""
    person = learner(hired=MONDAY + 7 * DAY)
    due = _due(person)
    far = _plan(person)
    assert far == Plan(None, due.at - RULES.ahead)
    assert _plan(person, now=far.look) == Plan(due, due.at + timedelta(hours=12))


def test_nothing_is_owed_while_something_else_is() -> None:
    """Even where the first was planned by other rules: the next look is after it."""
    waiting = Sent("employees-0", "employees-onboarding", NOW + 5 * DAY)
    found = _plan(learner(hired=MONDAY), Past((waiting,)), rules=Rules(ahead=90 * DAY))
    assert found.due is None
    assert found.look > waiting.at


def test_where_nothing_is_to_come_it_is_looked_at_now_and_then() -> None:
    """Once a month, in case that nobody said that something changed."""
    assert _plan(learner(left=MONDAY)) == Plan(None, NOW + 30 * DAY)
