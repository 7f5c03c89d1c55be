"""What every ``Learners`` must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text, update

from bot.errors import StateError
from bot.ports import Look, Past, Person, Profile, Row, Sitting
from bot.state import reading, writing
from bot.state.deliveries import plan_in
from bot.state.lessons.learners import looking_statement
from bot.state.tables import attempts, deliveries
from lessons.schedule import PLACEMENT
from tests.contract.school import ORG, WEEK, School, answer, delivery, in_memory, look, opened, sitting
from tests.contract.stores import DAY, MINUTE, NOW, Database

DUE = NOW + DAY
LATER = NOW + MINUTE


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    """A school with nobody in it: the fake, and each kind of database."""
    if request.param == "memory":
        yield in_memory()
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield opened(database)
    database.close()


def test_whoever_is_on_a_track_is_enrolled_once(school: School) -> None:
    """Those on a track are enrolled, whoever is on none is not, and nobody twice."""
    school.listed(Row("a@example.com", "A", "employees"), Row("b@example.com", "B", "coe"), Row("c@example.com", "C"))
    assert school.learners.enrol(NOW) == 2
    assert school.learners.enrol(NOW + DAY) == 0
    assert sorted(school.due(NOW + DAY)) == ["A", "B"]
    school.listed(Row("c@example.com", track="partners"))
    assert school.learners.enrol(NOW + DAY) == 1


def test_a_learner_is_found_with_their_accounts(school: School) -> None:
    """A learner comes with who they are and the accounts that may be written to; whoever is on no track does not."""
    ines = school.join("ines")
    school.people.meet(ORG, "ines2", Profile(email="ines@example.com"), NOW + DAY)
    found = school.learners.find(ines.id)
    assert found is not None
    assert (found.person.id, found.person.track) == (ines.id, "employees")
    assert found.accounts == ((ORG, "ines2"), (ORG, "ines"))
    assert (found.enrolled, found.paused_until, found.weekly, found.left) == (NOW, None, True, None)
    school.people.set_reachable(ORG, "ines2", reachable=False)
    assert school.learners.looking(NOW, 1)[0].accounts == ((ORG, "ines"),)
    noor = school.people.meet(ORG, "noor", Profile("noor"), NOW)
    assert school.learners.find(noor.id) is None and school.learners.find("unknown") is None


def test_who_was_never_met_comes_without_accounts(school: School) -> None:
    """A learner known from the list alone is looked at, too; nobody can write to them yet."""
    school.listed(Row("ines@example.com", "Ines", "employees"))
    school.learners.enrol(NOW)
    (learner,) = school.learners.looking(NOW, 10)
    assert learner.accounts == () and learner.person.profile.email == "ines@example.com"
    met = school.people.meet(ORG, "U1", Profile(email="Ines@example.com"), NOW)
    assert met.id == learner.person.id
    assert school.learners.looking(NOW, 10)[0].accounts == ((ORG, "U1"),)


def test_everybody_on_a_track_is_found(school: School) -> None:
    """Of every organisation, with their accounts; nobody who left, and nobody of another track."""
    ada, _, kim = school.join("ada", "executives"), school.join("noor"), school.join("kim", "executives")
    school.listed(Row("kim@example.com", left=(NOW + DAY).date()))
    today = {each.person.id: each.accounts for each in school.learners.on_track("executives", NOW.date())}
    assert today == {ada.id: ((ORG, "ada"),), kim.id: ((ORG, "kim"),)}
    assert [each.person.id for each in school.learners.on_track("executives", (NOW + DAY).date())] == [ada.id]


def test_who_waits_longest_comes_first(school: School) -> None:
    """Only those come whose look is due, the one waiting longest first, and no more than were asked for."""
    people = {name: school.join(name) for name in ("late", "soon", "now")}
    for name, days in (("late", 3), ("soon", 2), ("now", 1)):
        school.learners.plan([Look(people[name].id, NOW, NOW + days * DAY)])
    assert school.due(NOW) == []
    assert school.due(NOW + 2 * DAY) == ["now", "soon"]
    assert school.due(NOW + WEEK) == ["now", "soon", "late"]
    assert school.due(NOW + WEEK, most=2) == ["now", "soon"]


def test_what_is_found_is_owed(school: School) -> None:
    """A look owes its lesson with the message, and the person rests until the next look."""
    ines = school.join("ines")
    assert school.owe(ines, "one") == 1
    assert school.past(ines) == Past((sitting(ines, "one", DUE),))
    assert school.books.owed() == [sitting(ines, "one").id]
    assert school.due(NOW + WEEK - MINUTE) == [] and school.due(NOW + WEEK) == ["ines"]


def test_nothing_is_owed_twice(school: School) -> None:
    """A sitting whose id is known stays as it was, and so does its message; the next look still counts."""
    ines = school.join("ines")
    school.owe(ines, "one")
    school.books.sent(sitting(ines, "one").id)
    again = NOW + WEEK
    assert school.owe(ines, "one", again, again + DAY) == 0
    assert school.past(ines).sittings == (sitting(ines, "one", DUE),)
    assert school.books.owed() == [] and school.due(again) == []


def test_who_was_looked_at_meanwhile_is_left_out(school: School) -> None:
    """Of two who looked at the same people at once the first one plans, and the other one plans for the rest."""
    ines, noor = school.join("ines"), school.join("noor")
    assert school.owe(ines, "one") == 1
    assert school.learners.plan([look(ines, "two", LATER), look(noor, "two", LATER)]) == 1
    assert [each.lesson for each in school.past(ines).sittings] == ["one"]
    assert [each.lesson for each in school.past(noor).sittings] == ["two"]
    assert len(school.books.owed()) == 2


def test_a_look_at_nobody_owes_nothing(school: School) -> None:
    """Whoever is no learner is left out, and to plan nothing is no mistake."""
    ines = school.join("ines")
    stranger = replace(ines, id="unknown")
    assert school.owe(stranger, "one") == 0 and school.learners.plan([]) == 0
    assert school.books.owed() == [] and school.past(stranger) == Past()


def test_what_happened_since_the_look_counts(school: School) -> None:
    """Who answered, opened, or proved something after they were looked at is looked at again before more is owed."""
    ines = school.join("ines")
    school.learners.begin(sitting(ines, "own", NOW))
    deeds: tuple[Callable[[datetime], object], ...] = (
        lambda at: school.learners.open(ines.id, sitting(ines, "own").id, at),
        lambda at: school.learners.grade(answer(ines, at)),
        lambda at: school.learners.end(ines.id, sitting(ines, "own").id, at),
        lambda at: school.learners.prove(ines.id, "disclosure#own", at, "question"),
        lambda at: school.learners.pause(ines.id, None, at),
        lambda at: school.learners.choose_weekly(ines.id, at, weekly=True),
        lambda at: school.learners.look_again(at, [ines.id]),
    )
    for number, deed in enumerate(deeds):
        seen = NOW + number * WEEK
        deed(seen + MINUTE)
        assert school.owe(ines, f"stale{number}", seen) == 0, number
        assert school.due(seen + MINUTE) == ["ines"], number
        assert school.owe(ines, f"fresh{number}", seen + MINUTE, seen + DAY, again=30) == 1, number
        assert school.due(seen + 2 * MINUTE) == [], number


def test_a_sitting_is_opened_once_by_whose_it_is(school: School) -> None:
    """The first opening counts, and nobody opens or ends another's."""
    ines, noor = school.join("ines"), school.join("noor")
    school.owe(ines, "one")
    name = sitting(ines, "one").id
    assert school.learners.open(noor.id, name, NOW) is None and school.learners.open(ines.id, "unknown", NOW) is None
    assert school.learners.open(ines.id, name, LATER) == replace(sitting(ines, "one"), opened=LATER)
    assert school.learners.open(ines.id, name, NOW + DAY) == replace(sitting(ines, "one"), opened=LATER)
    school.learners.end(noor.id, name, LATER)
    assert school.past(ines).sittings[0].ended is None
    school.learners.end(ines.id, name, LATER)
    school.learners.end(ines.id, name, NOW + DAY)
    assert school.past(ines).sittings == (replace(sitting(ines, "one"), opened=LATER, ended=LATER),)


def test_a_second_press_does_not_look_again(school: School) -> None:
    """Who opens what was opened already, or proves what is known, keeps the next look as it is."""
    ines = school.join("ines")
    school.owe(ines, "one")
    name = sitting(ines, "one").id
    for at in (NOW, LATER):
        school.learners.open(ines.id, name, at)
        school.learners.prove(ines.id, "a#b", at, "question")
        assert school.due(LATER) == (["ines"] if at == NOW else [])
        school.learners.plan([Look(ines.id, LATER, NOW + WEEK)])


def test_a_lesson_of_ones_own_needs_no_message(school: School) -> None:
    """A sitting that somebody began themselves is kept once, without a delivery."""
    ines = school.join("ines")
    own = replace(sitting(ines, "own", NOW), programme="", check="c1", opened=NOW)
    school.learners.begin(own)
    school.learners.begin(replace(own, lesson="another"))
    assert school.past(ines).sittings == (own,)
    assert school.books.owed() == []


def test_the_first_try_is_known(school: School) -> None:
    """An answer is the first one to its check of that version; each other check, version and person has its own."""
    ines, noor = school.join("ines"), school.join("noor")
    first = school.learners.grade(answer(ines, right=False))
    assert first == replace(answer(ines, right=False), first=True)
    assert not school.learners.grade(answer(ines, LATER)).first
    assert school.learners.grade(replace(answer(ines), version="2")).first
    assert school.learners.grade(replace(answer(ines), check="c2")).first
    assert school.learners.grade(replace(answer(ines), lesson="two")).first
    assert school.learners.grade(answer(noor)).first
    kept = school.past(ines).graded
    assert [(each.at, each.right, each.first) for each in kept if each.version == "1" and each.check == "c1"][::2] == [
        (NOW, False, True),
        (LATER, True, False),
    ]
    assert kept[0].choices == (0, 2)


def test_a_past_is_in_order_and_ones_own(school: School) -> None:
    """Pasts of several people come at once, each oldest first; whoever has none has an empty one."""
    ines, noor, kim = (school.join(name) for name in ("ines", "noor", "kim"))
    for name, day in (("c", 3), ("a", 1), ("b", 2)):
        school.learners.begin(sitting(ines, name, NOW + day * DAY))
        school.learners.grade(answer(noor, NOW + day * DAY, lesson=name))
    for section in ("p#a", "p#b"):
        school.learners.prove(noor.id, section, NOW, "question")
    pasts = school.learners.pasts([ines.id, noor.id, kim.id, "unknown"])
    assert [each.lesson for each in pasts[ines.id].sittings] == ["a", "b", "c"]
    assert [each.lesson for each in pasts[noor.id].graded] == ["a", "b", "c"]
    assert pasts[noor.id].proven == {"p#a": NOW, "p#b": NOW}
    assert pasts[kim.id] == pasts["unknown"] == Past() and len(pasts) == 4


def test_what_is_proven_again_counts_from_then(school: School) -> None:
    """Who shows again that they know a section, which may have changed, knows it since the last time."""
    ines = school.join("ines")
    for at in (LATER, NOW + WEEK, NOW):
        school.learners.prove(ines.id, "p#a", at, "question")
    assert school.past(ines).proven == {"p#a": NOW + WEEK}


def test_who_proves_something_is_looked_at_before_more_comes(school: School) -> None:
    """What is owed and was not begun may be a lesson on it, so it is as if it had never been; theirs alone."""
    ines, noor = school.join("ines"), school.join("noor")
    school.owe(ines, "sent")
    school.books.sent(sitting(ines, "sent").id)
    school.owe(ines, "owed", NOW + WEEK, NOW + 8 * DAY)
    school.owe(noor, "theirs")
    school.learners.prove(ines.id, "p#a", NOW + WEEK, "question")
    assert school.books.owed() == [sitting(noor, "theirs").id]
    assert [each.lesson for each in school.past(ines).sittings] == ["sent"]
    assert "ines" in school.due(NOW + WEEK)


def test_a_quiz_is_kept_beside_the_lessons(school: School) -> None:
    """Its questions are kept together, in order, and are no lessons; a second time adds none."""
    ines, noor = school.join("ines"), school.join("noor")
    quiz = [placed(ines, number, lesson) for number, lesson in enumerate(("b", "a"))]
    school.learners.begin(*quiz)
    school.learners.begin(*quiz)
    school.learners.begin()
    assert school.past(ines) == Past(placed=tuple(quiz)) and school.past(noor) == Past()


def test_a_question_of_a_quiz_is_answered_once(school: School) -> None:
    """The answer ends it, with the answer's own moment; not another one's, not a lesson, and not a second time."""
    ines, noor = school.join("ines"), school.join("noor")
    school.learners.begin(placed(ines), placed(ines, 1, "other"))
    school.learners.begin(sitting(ines, "lesson"))
    assert not school.learners.place(placed(ines).id, answer(noor, LATER))
    assert not school.learners.place(sitting(ines, "lesson").id, answer(ines, LATER))
    assert school.learners.place(placed(ines).id, answer(ines, LATER))
    assert not school.learners.place(placed(ines).id, answer(ines, NOW + DAY))
    past = school.past(ines)
    assert [(each.opened, each.ended) for each in past.placed] == [(LATER, LATER), (None, None)]
    assert [each.at for each in past.graded] == [LATER] and past.sittings[0].ended is None
    assert school.past(noor) == Past()


@pytest.mark.parametrize("right", [True, False])
def test_who_knows_a_lesson_is_looked_at_before_one_comes(school: School, right: bool) -> None:
    """A right answer drops what was owed and not begun, as it may be that lesson; a wrong one leaves it."""
    ines, noor = school.join("ines"), school.join("noor")
    school.owe(ines, "owed")
    school.owe(noor, "theirs")
    school.learners.begin(placed(ines))
    school.learners.place(placed(ines).id, replace(answer(ines, LATER), right=right))
    theirs, owed = sitting(noor, "theirs").id, sitting(ines, "owed").id
    assert school.books.owed() == sorted([theirs] if right else [theirs, owed])
    assert school.due(LATER) == ["ines"]


def placed(person: Person, number: int = 0, lesson: str = "one") -> Sitting:
    """A question of a placement quiz."""
    return Sitting(f"placement:{person.id}:{number}", person.id, lesson, "1", PLACEMENT, NOW, "c1")


def test_a_pause_cancels_what_was_not_begun(school: School) -> None:
    """What is owed and was not sent is gone at once, as if it had never been, and comes after the pause."""
    ines, noor = school.join("ines"), school.join("noor")
    school.owe(ines, "sent")
    school.books.sent(sitting(ines, "sent").id)
    school.owe(ines, "owed", NOW + WEEK, NOW + 8 * DAY)
    school.owe(noor, "theirs")
    until = NOW + 30 * DAY
    school.learners.pause(ines.id, until, NOW + WEEK)
    assert school.books.owed() == [sitting(noor, "theirs").id]
    assert [each.lesson for each in school.past(ines).sittings] == ["sent"]
    found = school.learners.find(ines.id)
    assert found is not None and found.paused_until == until
    assert school.owe(ines, "owed", NOW + WEEK, until + DAY, again=60) == 1
    assert school.past(ines).sittings[-1] == sitting(ines, "owed", until + DAY)
    assert sitting(ines, "owed").id in school.books.owed()


def test_nothing_is_owed_within_a_pause(school: School) -> None:
    """Whatever was found before a pause is not owed in it, though the clocks of two machines say the same moment."""
    ines = school.join("ines")
    school.learners.pause(ines.id, NOW + 3 * DAY, NOW)
    assert school.owe(ines, "one", NOW, DUE) == 0
    assert school.books.owed() == []
    school.learners.pause(ines.id, None, NOW)
    assert school.owe(ines, "one", NOW, DUE) == 1


def test_no_weekly_lesson_from_now_on(school: School) -> None:
    """Who does not want the weekly lesson is owed none of it at once; who wants it again is looked at."""
    ines = school.join("ines")
    school.owe(ines, "one")
    school.learners.choose_weekly(ines.id, LATER, weekly=False)
    found = school.learners.find(ines.id)
    assert found is not None and not found.weekly
    assert school.books.owed() == [] and school.past(ines) == Past()
    assert school.due(LATER) == ["ines"]
    school.learners.plan([Look(ines.id, LATER, NOW + WEEK)])
    school.learners.choose_weekly(ines.id, LATER, weekly=True)
    found = school.learners.find(ines.id)
    assert found is not None and found.weekly and school.due(LATER) == ["ines"]


def test_everybody_can_be_looked_at_again(school: School) -> None:
    """Some people, or all of them, are due now; those who waited already keep their turn."""
    ines, noor, kim = (school.join(name) for name in ("ines", "noor", "kim"))
    for person, days in ((ines, 30), (noor, 20), (kim, 1)):
        school.learners.plan([Look(person.id, NOW, NOW + days * DAY)])
    school.learners.look_again(NOW + 2 * DAY, [ines.id])
    assert school.due(NOW + 2 * DAY) == ["kim", "ines"]
    school.learners.look_again(NOW + 3 * DAY)
    assert school.due(NOW + 3 * DAY) == ["kim", "ines", "noor"]


def test_who_left_is_left_alone(school: School) -> None:
    """From the day on which somebody left nobody looks at them, and nothing is owed; who is back is looked at again."""
    ines = school.join("ines")
    school.owe(ines, "before", NOW, NOW + DAY)
    school.owe(ines, "after", NOW + WEEK, NOW + 9 * DAY)
    left = (NOW + 8 * DAY).date()
    school.listed(Row("ines@example.com", left=left), at=LATER)
    assert school.books.owed() == [sitting(ines, "before").id]
    school.learners.look_again(NOW, [ines.id])
    assert school.due(NOW + WEEK) == ["ines"]
    gone = NOW + 8 * DAY
    assert school.due(gone) == [] and school.owe(ines, "late", gone, gone + DAY) == 0
    assert school.learners.enrol(gone) == 0
    assert school.books.owed() == []
    school.listed(Row("ines@example.com", left=""), at=gone + DAY)
    assert school.learners.enrol(gone + DAY) == 0
    assert school.due(gone + DAY) == ["ines"]


def test_who_leaves_today_is_owed_nothing_at_once(school: School) -> None:
    """The moment that somebody is said to have left, what was not begun is cancelled; what others are owed is not."""
    ines, noor = school.join("ines"), school.join("noor")
    school.owe(ines, "one")
    school.owe(noor, "one")
    school.listed(Row("ines@example.com", left=NOW.date()), at=LATER)
    assert school.books.owed() == [sitting(noor, "one").id]
    found = school.learners.find(ines.id)
    assert found is not None and found.left == NOW.date()


def test_another_track_is_planned_anew(school: School) -> None:
    """Who changes track is owed nothing of the old one and looked at now; who is on none any more rests."""
    ines = school.join("ines")
    school.owe(ines, "one")
    school.listed(Row("ines@example.com", track="coe"), at=LATER)
    assert school.books.owed() == [] and school.due(LATER) == ["ines"]
    school.listed(Row("ines@example.com", track=""), at=LATER)
    school.learners.enrol(LATER)
    assert school.due(NOW + WEEK) == [] and school.learners.find(ines.id) is None
    school.listed(Row("ines@example.com", track="coe"), at=NOW + WEEK)
    assert school.due(NOW + WEEK) == ["ines"]


def test_many_are_planned_together(school: School) -> None:
    """More people than go into one statement are listed, enrolled, looked at and owed their lesson, each once."""
    rows = [Row(f"p{number}@example.com", f"p{number}", "employees") for number in range(1234)]
    school.listed(*rows)
    assert school.learners.enrol(NOW) == 1234
    learners = school.learners.looking(NOW, 5000)
    assert len({each.person.id for each in learners}) == 1234
    assert school.learners.plan([look(each.person, "one") for each in learners]) == 1234
    pasts = school.learners.pasts([each.person.id for each in learners])
    assert sum(len(past.sittings) for past in pasts.values()) == 1234
    assert len(school.books.owed()) == 1234 and school.due(NOW) == []


def test_two_workers_at_once_plan_once(database: Database) -> None:
    """However many threads of two processes look at the same people at once, each person gets one lesson."""
    both = (opened(database), opened(database))
    for number in range(20):
        both[0].join(f"p{number}")

    def work(number: int) -> int:
        school = both[number % 2]
        seen = NOW + number * timedelta(milliseconds=1)
        learners = school.learners.looking(seen, 100)
        return school.learners.plan([look(each.person, f"w{number}", seen) for each in learners])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8), timeout=60)) == 20
    assert len(both[0].books.owed()) == 20


def test_twenty_answers_at_once_have_one_first(database: Database) -> None:
    """However often a check is answered at once, one answer is the first."""
    both = (opened(database), opened(database))
    ines = both[0].join("ines")
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: both[n % 2].learners.grade(answer(ines)), range(20), timeout=60))
    assert sum(each.first for each in kept) == 1 and len(both[0].past(ines).graded) == 20


def test_a_plan_is_whole_or_not_at_all(database: Database) -> None:
    """Where a message cannot be owed, neither is its sitting, and the person waits for their look as before."""
    school = opened(database)
    ines = school.join("ines")
    with writing(database.engine) as connection:
        connection.execute(text("ALTER TABLE deliveries RENAME TO away"))
    with pytest.raises(StateError, match="deliveries"):
        school.owe(ines, "one")
    with writing(database.engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO deliveries"))
    assert school.past(ines) == Past() and school.due() == ["ines"]


@pytest.mark.parametrize("state", ["sent", "undeliverable", "ambiguous", "begun"])
def test_what_was_begun_is_not_taken_back(database: Database, state: str) -> None:
    """A pause leaves what was sent, failed for good, or is being sent as it is."""
    school = opened(database)
    ines = school.join("ines")
    school.owe(ines, "one")
    name = sitting(ines, "one").id
    _mark(database, name, "queued" if state == "begun" else state, begun=state == "begun")
    school.learners.pause(ines.id, NOW + WEEK, LATER)
    assert len(school.past(ines).sittings) == 1


def test_what_is_only_queued_is_taken_back(database: Database) -> None:
    """A message that was taken up but not begun is cancelled by a pause, and owed again in a new round afterwards."""
    school = opened(database)
    ines = school.join("ines")
    school.owe(ines, "one")
    name = sitting(ines, "one").id
    _mark(database, name, "queued")
    school.learners.pause(ines.id, NOW + WEEK, LATER)
    assert school.past(ines) == Past()
    school.learners.pause(ines.id, None, LATER)
    assert school.owe(ines, "one", LATER, NOW + 2 * DAY) == 1
    with reading(database.engine) as connection:
        row = connection.execute(deliveries.select()).one()
    assert (row.state, row.round, row.due, row.ended) == ("planned", 1, NOW + 2 * DAY, None)


def test_what_somebody_else_cancelled_never_came(database: Database) -> None:
    """A lesson whose message was cancelled, because the app was removed, is owed again when there is a way."""
    state = database.open()
    school = opened(database)
    ines = school.join("ines")
    state.workspaces.add(ORG, "slack", "Example", NOW)
    school.owe(ines, "one")
    state.workspaces.remove(ORG, LATER)
    assert school.past(ines) == Past()
    assert school.owe(ines, "one", NOW + WEEK, NOW + 8 * DAY) == 1
    assert school.past(ines).sittings == (sitting(ines, "one", NOW + 8 * DAY),)
    assert school.books.owed() == [sitting(ines, "one").id]


def test_a_message_without_a_sitting_is_cancelled_too(database: Database) -> None:
    """Whoever leaves is owed no message of the kind that teaches, whatever it was planned for; others are."""
    school = opened(database)
    ines = school.join("ines")
    state = database.open()
    bare = delivery(sitting(ines, "bare"), "ines")
    with writing(database.engine) as connection:
        plan_in(connection, [bare, replace(bare, id="case", kind="case")])
    state.staff.describe(ines.id, left=NOW.date(), at=NOW)
    assert school.books.owed() == ["case"]


def test_what_the_company_says_one_at_a_time_counts(database: Database) -> None:
    """Hire date and last day are described and taken back; without a moment the next enrolment hears of it."""
    state, school = database.open(), opened(database)
    ines = school.join("ines")
    school.owe(ines, "one")
    state.staff.describe(ines.id, hired=NOW.date())
    found = school.learners.find(ines.id)
    assert found is not None and found.person.hire_date == NOW.date()
    assert school.due() == ["ines"]
    state.staff.describe(ines.id, left=NOW.date())
    assert school.due() == []
    school.learners.enrol(LATER)
    assert school.books.owed() == []
    state.staff.describe(ines.id, hired="", left="", at=LATER)
    found = school.learners.find(ines.id)
    assert found is not None and (found.person.hire_date, found.left) == (None, None)
    assert school.due(LATER) == ["ines"]
    state.staff.describe("unknown", left=NOW.date(), at=NOW)


def test_two_who_turn_out_to_be_one_learned_it_all(database: Database) -> None:
    """What both had behind them is the one's; a pause of either, and no weekly lesson for either, still counts."""
    school = opened(database)
    state = database.open()
    ines = school.join("ines")
    other = school.people.meet(ORG, "A1", Profile("A1"), NOW)
    state.staff.describe(other.id, track="employees")
    school.learners.enrol(LATER)
    for person in (ines, other):
        school.learners.begin(sitting(person, f"of-{person.profile.name}", NOW))
        school.learners.grade(answer(person))
    school.learners.prove(ines.id, "p#both", NOW, "question")
    school.learners.prove(other.id, "p#both", LATER, "question")
    school.learners.prove(other.id, "p#theirs", NOW, "question")
    school.learners.pause(other.id, NOW + WEEK, NOW)
    school.learners.choose_weekly(ines.id, NOW, weekly=False)
    one = school.people.meet(ORG, "A1", Profile(email="ines@example.com"), NOW)
    assert one.id == ines.id
    found, past = school.learners.find(ines.id), school.past(ines)
    assert found is not None
    assert (found.paused_until, found.weekly, found.enrolled) == (NOW + WEEK, False, NOW)
    assert {each.lesson for each in past.sittings} == {"of-ines", "of-A1"}
    assert len(past.graded) == 2 and past.proven == {"p#both": LATER, "p#theirs": NOW}
    assert school.past(other) == Past() and school.learners.find(other.id) is None


def test_who_becomes_somebody_new_is_enrolled_as_before(database: Database) -> None:
    """Where only the one whom an account used to be was enrolled, the one whom it turns out to be is instead."""
    school, state = opened(database), database.open()
    other = school.people.meet(ORG, "A1", Profile("A1"), NOW)
    state.staff.describe(other.id, track="employees")
    school.learners.enrol(NOW)
    known = school.people.meet(ORG, "U1", Profile("ines", "ines@example.com"), NOW)
    one = school.people.meet(ORG, "A1", Profile(email="ines@example.com"), NOW)
    found = school.learners.find(known.id)
    assert one.id == known.id and found is not None and found.enrolled == NOW
    assert school.learners.enrol(LATER) == 0


def test_only_workspaces_of_their_company_are_written_to(database: Database) -> None:
    """An account of a workspace that was joined to the company later is not written to before it was met again."""
    ines = opened(database).join("ines")
    found = opened(database, [ORG, "teams:1"]).learners.find(ines.id)
    assert found is not None and found.accounts == ()


def test_many_people_are_read_in_few_statements(database: Database) -> None:
    """Looking at 400 people and reading their pasts asks the database as often as for four."""
    school = opened(database)
    counts = []
    for most in (4, 400):
        school.listed(*(Row(f"p{number}@example.com", f"p{number}", "employees") for number in range(most)))
        school.learners.enrol(NOW)
        fresh = database.open()
        said = _statements(fresh.engine)
        learners = fresh.learners.looking(NOW, most)
        fresh.learners.pasts([each.person.id for each in learners])
        fresh.learners.plan([look(each.person, "one") for each in learners[: most // 2]])
        assert len(learners) > most // 2
        counts.append(len(said))
    assert counts[1] <= counts[0] + 4 and counts[0] < 20


def test_whoever_is_due_is_found_by_an_index(database: Database) -> None:
    """However many learners rest, looking for those who are due reads the index of when, in its order."""
    with writing(database.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # of few rows it would read all
        query = looking_statement(NOW, 10).compile(connection, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = str(connection.execute(text(f"{explain} {query}")).all())
    assert "ix_learners_next_person" in plan and "TEMP B-TREE" not in plan


def _statements(engine: Engine) -> list[str]:
    """What the database is asked from now on."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return said


def _mark(database: Database, name: str, state: str, *, begun: bool = False) -> None:
    """A message is in a state, in its first round."""
    ended = None if state == "queued" else NOW
    with writing(database.engine) as connection:
        its = update(deliveries).where(deliveries.c.id == name)
        connection.execute(its.values(state=state, round=1, ended=ended))
        if begun:
            attempt = {"delivery": name, "number": 1, "state": "intent", "executor": "e", "at": NOW}
            connection.execute(attempts.insert().values(attempt))
