"""Cases as people press them, many at once, on both databases: one owner, one answer, one case, one reminder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from bot.conversation.escalate.office import Office
from bot.conversation.escalate.watch import watch
from bot.conversation.kept import from_json
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.ports import Delivery, Entry, Escalation, Event, Party, Profile, Stage
from bot.state import State
from bot.state.escalations import SqlEscalations
from tests.contract.stores import Database
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.triage import FakeTriage
from tests.unit.bot.escalate.conftest import INES, LENA, MAX, MONDAY, OMAR, QUESTION, SLACK, TEAMS, Company

FIRE = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"
MANY = 20


@pytest.fixture
def company(database: Database) -> Company:
    """A company over a database of each kind in turn."""
    return Company(database.open((SLACK, TEAMS)))


@pytest.fixture
def other(database: Database) -> State:
    """The same state once more, as another process has it."""
    return database.open((SLACK, TEAMS))


def colleagues(company: Company, number: int, role: str = "") -> list[tuple[str, str]]:
    """So many more people, half of them in Slack and half in Teams."""
    met = [((SLACK, TEAMS)[each % 2], f"U-{each}") for each in range(number)]
    for each, (workspace, account) in enumerate(met):
        company.state.people.meet(
            workspace, account, Profile(f"Kim Example {each}", f"kim{each}@example.com"), company.now
        )
        if role:
            company.grant((workspace, account), role)
    return met


def at_once(*doings: Callable[[], Reply]) -> list[Reply]:
    """What comes of things that are done by several people at the same moment."""
    barrier = Barrier(len(doings), timeout=30)

    def together(doing: Callable[[], Reply]) -> Reply:
        barrier.wait()
        return doing()

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(together, doings))


def doing(company: Company, who: tuple[str, str], act: str, on: str, words: str = "") -> Callable[[], Reply]:
    """A press that is made later."""
    message = replace(company.message(who), deed=Deed(act, on, words))
    return lambda: company.router.reply(message)


def check_is_whole(company: Company, *cases: Escalation) -> None:
    """Every change is told once: by an entry, a line in the audit, and the version; the audit is whole."""
    lines = Counter(
        each.subject
        for workspace in (SLACK, TEAMS)
        for each in company.state.audit.lines(workspace)
        if each.action.startswith("escalation_")
    )
    for each in cases:
        entries = company.state.escalations.entries(each.organisation, each.id)
        assert len(entries) == lines[each.id] == each.version
    assert company.state.audit.verify() == []


def test_twenty_claims_at_once_make_one_owner(company: Company) -> None:
    """Nineteen people hear who has it, in a friendly line; the audit tells of one claim."""
    company.ask_a_person()
    case = company.case()
    people = colleagues(company, MANY, "coe")
    replies = at_once(*(doing(company, who, "claim", case.id) for who in people))
    claimed = company.case()
    assert claimed.owner is not None
    late = [each for each in replies if each.kind is not ReplyKind.CASE]
    assert [(each.kind, each.text, each.private) for each in late] == [
        (ReplyKind.NOTE, f"Already claimed by {claimed.owner.name}.", True)
    ] * (MANY - 1)
    claims = [each for each in company.audit() if each["action"] == "escalation_claimed"]
    assert [(each["from"], each["to"]) for each in claims] == [("", claimed.owner.account)]
    check_is_whole(company, claimed)


@pytest.mark.parametrize("_time", range(3))
def test_claim_answer_and_close_at_once_end_in_one_state(company: Company, _time: int) -> None:
    """Whoever was first counts: what came after is refused or notes it, and nobody is told twice."""
    company.ask_a_person()
    case = company.case()
    people = colleagues(company, 6, "coe")
    acts = ("claim", "answer", "close") * 2
    replies = at_once(
        *(doing(company, who, act, case.id, f"Because {act}.") for who, act in zip(people, acts, strict=True))
    )
    ended = company.case()
    entries = company.state.escalations.entries(ended.organisation, ended.id)
    happened = [each.event for each in entries]
    assert len(happened) == 1 + sum(each.kind is ReplyKind.CASE for each in replies)
    assert max(Counter(happened).values()) == 1
    assert happened[-1] is Event.CLOSED  # whatever is open or answered can be closed
    assert (ended.stage, ended.clock) == (Stage.CLOSED, None)
    assert len(company.owed("answer")) == happened.count(Event.ANSWERED)
    assert len(company.owed("closed")) == 1
    head = from_json(newest_card(company)).head
    assert head is not None
    assert head.word == "Case 1 · Closed"
    check_is_whole(company, ended)


def newest_card(company: Company) -> str:
    """The body of the edit that counts."""
    numbers = {each.id: int(each.id.rpartition(":")[2]) for each in company.owed("case") if each.edits}
    newest = max(numbers, key=lambda each: numbers[each])
    return next(each.body for each in company.owed("case") if each.id == newest)


def test_two_who_report_an_incident_at_once_are_both_in(company: Company) -> None:
    """A case is there already: both join it, the counter is right, and both hear of it."""
    company.do(INES, "send", company.say(INES, FIRE).id)
    asked = [(who, company.say(who, f"{FIRE}!").id) for who in (MAX, LENA)]
    replies = at_once(*(doing(company, who, "send", reply) for who, reply in asked))
    assert all("case 1" in each.text for each in replies)
    case = company.case()
    assert case.reports == 3
    reporters = company.state.escalations.reporters(company.organisation, case.id)
    assert {each.account for each in reporters} == {INES[1], MAX[1], LENA[1]}
    joined = [
        (each.before, each.after)
        for each in company.state.escalations.entries(company.organisation, case.id)
        if each.event is Event.JOINED
    ]
    assert joined == [("1", "2"), ("2", "3")]
    check_is_whole(company, case)


class Crowd(SqlEscalations):
    """Others press at the same moment: each of somebody's first reports comes just after another's."""

    def __init__(self, engine: Engine, joined: Collection[str], others: Sequence[Party]) -> None:
        super().__init__(engine, joined)
        self._others = list(others)

    def report(self, before: Escalation, after: Escalation, entry: Entry, owed: Sequence[Delivery]) -> bool:
        """Somebody else first, as long as there are others."""
        if self._others:
            rival = replace(entry, actor=self._others.pop())
            assert super().report(before, after, rival, ())
        return super().report(before, after, entry, owed)


def test_in_a_surge_of_twenty_everybody_joins_the_one_case(company: Company) -> None:
    """A surge is when many press at the same moment: who is always a little late gets no case of their own for it."""
    company.do(INES, "send", company.say(INES, FIRE).id)
    asked = company.say(MAX, f"{FIRE}!")
    others = [Party(*who) for who in colleagues(company, MANY)]
    office_in(company, Crowd(company.state.engine, (SLACK, TEAMS), others))
    company.do(MAX, "send", asked.id)
    assert [each.number for each in company.state.escalations.unresolved(company.organisation)] == [1]
    assert company.case().reports == MANY + 2
    check_is_whole(company, company.case())


class BothLook(SqlEscalations):
    """Two who look for the same incident see the same: each waits until the other has looked, too."""

    def __init__(self, engine: Engine, joined: Collection[str]) -> None:
        super().__init__(engine, joined)
        self._looked = Barrier(2, timeout=30)
        self._looks = iter(range(2))

    def since(self, organisation: str, at: datetime) -> Sequence[Escalation]:
        """What both see."""
        found = super().since(organisation, at)
        if next(self._looks, None) is not None:
            self._looked.wait()
        return found


def test_the_first_two_reports_of_an_incident_are_one_case(company: Company) -> None:
    """Both came before there was a case: one opens it, the other joins."""
    asked = [(who, company.say(who, FIRE).id) for who in (INES, MAX)]
    office_in(company, BothLook(company.state.engine, (SLACK, TEAMS)))
    at_once(*(doing(company, who, "send", reply) for who, reply in asked))
    assert [each.reports for each in company.state.escalations.unresolved(company.organisation)] == [2]


def office_in(company: Company, escalations: SqlEscalations) -> None:
    """Let a company talk through an office with escalations of its own."""
    company.office = replace(company.office, escalations=escalations)
    company.router = Router(company.office, campus(company.office), FakeTriage(), timedelta(hours=12))


def test_pressing_send_twice_at_once_opens_one_case(company: Company) -> None:
    """An impatient finger, or a platform that delivers an event twice."""
    asked = company.say(INES, QUESTION)
    replies = at_once(*(doing(company, INES, "send", asked.id) for _ in range(4)))
    assert all("case 1" in each.text for each in replies)
    assert len(company.owed("case")) == 1
    check_is_whole(company, company.case())


def test_joining_twice_counts_once(company: Company) -> None:
    """The same press twice is one report: one impatient person is no crisis."""
    company.do(INES, "send", company.say(INES, FIRE).id)
    asked = company.say(MAX, f"{FIRE}!")
    for _ in range(3):
        company.do(MAX, "send", asked.id)
    assert company.case().reports == 2
    assert company.owed("crisis") == []


def test_numbers_are_unique_and_on_the_cards(company: Company) -> None:
    """Twenty cases that are opened at once are numbered from 1 to 20, and each card shows its own."""
    asked = [
        (who, company.say(who, f"May I show prototype number {each}?").id)
        for each, who in enumerate(colleagues(company, MANY))
    ]
    at_once(*(doing(company, who, "send", reply) for who, reply in asked))
    cases = company.state.escalations.unresolved(company.organisation)
    assert sorted(each.number for each in cases) == list(range(1, MANY + 1))
    shown = {each.id.split(":")[1]: from_json(each.body) for each in company.owed("case")}
    assert {each.id: f"Case {each.number}" for each in cases} == {
        case: reply.head.word.partition(" · ")[0] for case, reply in shown.items() if reply.head
    }
    check_is_whole(company, *cases)


@pytest.mark.parametrize("claimed", [False, True], ids=["open", "claimed"])
def test_two_workers_that_watch_at_once_remind_once(company: Company, other: State, claimed: bool) -> None:
    """Each ring of each of ten cases is one entry and one reminder, whoever of the two made it."""
    for each in range(10):
        company.ask_a_person(INES, f"May I show prototype number {each}?")
    cases = company.state.escalations.unresolved(company.organisation)
    if claimed:
        for case in cases:
            company.do(OMAR, "claim", case.id)
        cases = company.state.escalations.unresolved(company.organisation)
    rings = max(case.clock.next for case in cases if case.clock and case.clock.next)
    names = iter(range(1_000_000))
    offices = [
        office(state, company.answers, new_id=lambda: f"worker-{next(names)}") for state in (company.state, other)
    ]
    changed: list[int] = []

    def tick(whole: Office) -> Reply:
        changed.append(watch(whole, rings))
        return Reply(ReplyKind.NOTE, "")

    at_once(*(lambda whole=whole: tick(whole) for whole in offices * 2))
    assert sum(changed) == 10
    reminders = company.owed("reminder")
    assert Counter(each.id.split(":")[1] for each in reminders) == Counter({case.id: 1 for case in cases})
    check_is_whole(company, *(find(company, case) for case in cases))


def find(company: Company, case: Escalation) -> Escalation:
    """A case as it is kept now."""
    kept = company.state.escalations.find(case.organisation, case.id)
    assert kept is not None
    return kept


def test_a_ring_and_a_claim_at_once_are_both_kept(company: Company, other: State) -> None:
    """The clock does not undo what a person does, nor a person what the clock does."""
    company.ask_a_person()
    case = company.case()
    assert case.clock is not None
    assert case.clock.next is not None
    rings = case.clock.next
    names = iter(range(1_000_000))
    whole = office(other, company.answers, new_id=lambda: f"worker-{next(names)}")

    def tick() -> Reply:
        watch(whole, rings)
        return Reply(ReplyKind.NOTE, "")

    at_once(doing(company, OMAR, "claim", case.id), tick, tick)
    kept = company.case()
    assert (kept.stage, kept.owner and kept.owner.account) == (Stage.CLAIMED, OMAR[1])
    happened = [each.event for each in company.state.escalations.entries(kept.organisation, kept.id)]
    assert happened in (
        [Event.OPENED, Event.REMINDED, Event.CLAIMED],
        [Event.OPENED, Event.CLAIMED],
    )
    assert len(company.owed("reminder")) == happened.count(Event.REMINDED)
    check_is_whole(company, kept)


@pytest.mark.parametrize(
    "forged", ["no such case", "x" * 10_000, "a\0b", "\ud800", "../../etc/passwd", '{"$ne":""}', ""]
)
def test_a_forged_name_is_no_case(company: Company, forged: str) -> None:
    """Whatever a button claims, a database that cannot hold it included."""
    company.ask_a_person()
    case = company.case()
    for act in ("claim", "answer", "see", "send", "look", "offer", "approve", "add"):
        for who in (OMAR, INES):
            assert company.do(who, act, forged, "Words").kind is ReplyKind.ERROR
    assert company.case() == case
    check_is_whole(company, case)


def test_somebody_unknown_has_no_name_but_a_case(company: Company) -> None:
    """Who was never met can ask, and is answered where they asked."""
    guest = (SLACK, "U-guest")
    company.ask_a_person(guest)
    company.do(OMAR, "answer", company.case().id, "Yes.")
    [sent] = company.owed("answer")
    assert (sent.workspace, sent.account) == guest
    assert company.state.escalations.reporters(company.organisation, company.case().id) == [
        Party(*guest, f"D-{guest[1]}/1")
    ]
    assert company.now > MONDAY
