"""Cases under attack: forged deeds, bad contacts, people and channels that are gone, and whatever anybody presses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from bot.conversation import deeds
from bot.conversation.escalate import asker, work
from bot.conversation.escalate.watch import watch
from bot.conversation.kept import from_json
from bot.conversation.learn import campus
from bot.conversation.reply import ReplyKind
from bot.ports import LEAD as LEAD_ROLE
from bot.ports import STAFF, Delivery, Entry, Escalation, Post, Profile, Stage
from bot.state import reading, writing
from bot.state.escalations import SqlEscalations
from bot.state.tables import deliveries
from knowledge.contacts import LAST_RESORT, Absence, Contact, is_open
from knowledge.models import Priority
from tests.fakes.answers import LEAD, PRESS
from tests.unit.bot.escalate.conftest import (
    INES,
    LENA,
    MAX,
    MONDAY,
    OMAR,
    QUESTION,
    SLACK,
    TEAMS,
    Company,
    CompanyMaker,
    Listed,
    labels,
)

EVE: Final = ("slack:T9", "U-eve")
"""Leads the Center of Excellence of another company."""
LONG: Final = "ü" * 50_000
LEGAL: Final = replace(PRESS, id="legal", name="Legal", reach={"email": "legal@example.com"}, backup=None)
NO_CHANNEL: Final = replace(PRESS, reach={"email": "press@example.com"})
GONE_FISHING: Final = (Absence(date(2026, 1, 1), date(2027, 12, 31)),)
ACTS: Final = tuple(each for each in deeds._DOINGS if each not in campus.DEEDS)
"""Deeds that are about cases; those of learning are attacked in the tests of learning."""
NAMELESS: Final = frozenset({"home", "news", "crisis", "lift"})
"""Acts that name no case."""
FORGED: Final = {
    "unknown": "no-such-reply-case",
    "long": "x" * 10_000,
    "nul": "reply-1\0-case",
    "path": "../reply-1-case",
    "json": '{"$ne": null}',
    "sql": "' OR '1'='1",
    "surrogate": "\ud800",
    "empty": "",
}


def stranger(company: Company) -> Escalation:
    """Eve, of another company, with a case there."""
    company.state.workspaces.add(EVE[0], "slack", "Other", company.now)
    person = company.state.people.meet(*EVE, Profile("Eve Example", "eve@example.org"), company.now)
    company.state.staff.grant(person.id, LEAD_ROLE)
    asked = company.say(EVE, QUESTION)
    company.do(EVE, "send", asked.id)
    [case] = company.state.escalations.unresolved(EVE[0])
    return case


def leave(company: Company, who: tuple[str, str], role: str, *, reachable: bool = True) -> None:
    """Somebody is no longer of the Center of Excellence, perhaps no longer of the company."""
    person = company.state.people.find(*who)
    assert person is not None
    company.state.staff.revoke(person.id, role)
    company.state.people.set_reachable(*who, reachable=reachable)


def run(company: Company, until: timedelta, step: timedelta = timedelta(hours=2)) -> None:
    """Let the clock tick."""
    end = company.now + until
    while company.now < end:
        company.now += step
        watch(company.office, company.now)


def fail(company: Company, **where: str) -> int:
    """The platform says that some deliveries can never be delivered."""
    conditions = [deliveries.c[name] == value for name, value in where.items()]
    unsent = update(deliveries).where(deliveries.c.state == "planned", *conditions)
    with writing(company.state.engine) as connection:
        return connection.execute(unsent.values(state="undeliverable", ended=company.now)).rowcount


def sent(company: Company) -> None:
    """The platforms took everything that was owed so far."""
    with writing(company.state.engine) as connection:
        connection.execute(update(deliveries).where(deliveries.c.state == "planned").values(state="sent", message="m"))


def since(company: Company, moment: datetime, kind: str = "") -> set[tuple[str, str]]:
    """Where messages were owed to since a moment: workspaces with an account or a channel."""
    return {(each.workspace, each.account or each.place) for each in company.owed(kind) if each.due > moment}


def check_is_whole(company: Company, case: Escalation) -> None:
    """Each change is told once by its version, an entry and a line in the audit; stage, owner and clock agree."""
    entries = company.state.escalations.entries(case.organisation, case.id)
    assert case.version >= len(entries)  # to forget somebody changes a case, too, and is a line of its own
    assert Counter(audit_of(company, case.id)) == Counter(f"escalation_{each.event}" for each in entries)
    if case.stage is Stage.CLAIMED:
        assert case.owner is not None
    if case.stage is Stage.OPEN:
        assert case.owner is None
    assert (case.clock is not None) == (case.stage in (Stage.OPEN, Stage.CLAIMED))


def audit_of(company: Company, case: str) -> list[str]:
    """The actions in the audit that are about a case."""
    return [
        each.action
        for workspace in (SLACK, TEAMS, EVE[0])
        for each in company.state.audit.lines(workspace)
        if each.subject == case
    ]


@pytest.mark.parametrize("who", [MAX, EVE, OMAR], ids=["a colleague", "a stranger", "one who left the team"])
def test_whoever_has_no_business_with_a_case_does_and_sees_nothing(company: Company, who: tuple[str, str]) -> None:
    """The right name of a case, or of the reply it began with, in the wrong hands."""
    theirs = stranger(company)
    company.ask_a_person()
    case = company.case()
    leave(company, OMAR, STAFF)
    before = len(company.owed())
    for act in ACTS:
        for on in (case.id, case.id.removesuffix("-case")):
            reply = company.do(who, act, on, "Words", ("over", "communications", "urgent", "yes", "safety"))
            if who is EVE and act in NAMELESS:  # in her own company she may
                continue
            assert reply.kind in (ReplyKind.ERROR, ReplyKind.NOTE), act
            assert QUESTION not in repr(reply), act
    assert company.case() == case
    assert company.state.escalations.find(EVE[0], theirs.id) == theirs
    assert len(company.owed()) == before
    assert company.state.crises.current(company.organisation) is None


def test_who_asked_works_on_no_case_not_even_their_own(company: Company) -> None:
    """The buttons of the other side are not theirs."""
    company.ask_a_person()
    case = company.case()
    for act in (*work.DEEDS, "look", "offer"):
        assert company.do(INES, act, case.id, "Words", ("urgent",)).kind is ReplyKind.ERROR, act
    assert company.case() == case


def test_the_case_of_another_company_is_no_case(company: Company) -> None:
    """For staff as for everybody: as if it did not exist."""
    theirs = stranger(company)
    for act in sorted({*ACTS} - NAMELESS):
        for who in (OMAR, LENA, INES):
            reply = company.do(who, act, theirs.id, "Words", ("over",))
            assert reply.kind is ReplyKind.ERROR, (act, who)
            assert QUESTION not in repr(reply), (act, who)
    assert company.state.escalations.find(EVE[0], theirs.id) == theirs


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_name_changes_nothing(company: Company, forged: str) -> None:
    """A refusal for everybody, whatever stands where a name should be."""
    stranger(company)
    company.ask_a_person()
    case, before = company.case(), len(company.owed())
    for act in sorted({*ACTS} - NAMELESS):
        for who in (INES, MAX, OMAR, LENA, EVE, (SLACK, "U-never-met")):
            reply = company.do(who, act, forged, "Words", (forged, "urgent"))
            assert reply.kind is ReplyKind.ERROR, (act, who)
            assert QUESTION not in repr(reply), (act, who)
    assert company.case() == case
    assert len(company.owed()) == before


def test_an_act_that_is_none(company: Company) -> None:
    """A button that nobody made."""
    for act in ("", "delete", "__class__", "x" * 10_000, "\0"):
        assert company.do(OMAR, act, "reply-1", "Words").kind is ReplyKind.ERROR


@pytest.mark.parametrize("act", [*work.DEEDS, *asker.DEEDS])
def test_fifty_kilobytes_are_taken_whole(company: Company, act: str) -> None:
    """Whatever form they came in: they are kept, and every card can be read back."""
    company.ask_a_person(words=LONG)
    case = company.case()
    if act == "reopen":
        company.do(OMAR, "answer", case.id, "Yes.")
    choices = {"reassign": ("communications",), "priority": ("urgent",)}.get(act, ())
    who = INES if act in asker.DEEDS else OMAR
    assert company.do(who, act, case.id, LONG, choices).kind in (ReplyKind.CASE, ReplyKind.NOTE)
    entries = company.state.escalations.entries(company.organisation, case.id)
    spoken = act not in ("claim", "priority", "solved", "withdraw")
    assert [each.words for each in entries if LONG in each.words] == [LONG] * (1 + spoken)
    assert all(from_json(each.body).kind is ReplyKind.CASE for each in company.owed())


def test_many_choices_are_one(company: Company) -> None:
    """A form that brings more than was asked for, and more than could be."""
    company.ask_a_person()
    company.do(OMAR, "priority", company.case().id, "", ("urgent", *("high" for _ in range(10_000)), LONG))
    assert company.case().priority is Priority.URGENT


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param((replace(NO_CHANNEL, backup="legal"), replace(LEGAL, backup="communications"), LEAD)),
        pytest.param((replace(NO_CHANNEL, backup="communications"), LEAD)),
        (replace(NO_CHANNEL, backup=LAST_RESORT), replace(LEAD, backup="communications")),
        (replace(NO_CHANNEL, backup="nobody"), LEAD),
        (replace(NO_CHANNEL, absent=GONE_FISHING), LEAD),
        (LEAD,),
        (replace(LEAD, absent=GONE_FISHING),),
        tuple(replace(each, absent=GONE_FISHING) for each in (NO_CHANNEL, LEGAL, LEAD)),
    ],
    ids=[
        "a circle",
        "its own backup",
        "a circle with the last resort",
        "a backup that is none",
        "absent",
        "only the lead",
        "only the lead, absent",
        "everybody absent",
    ],
)
def test_whatever_the_contacts_say_the_lead_gets_the_case(
    make_company: CompanyMaker, listed: tuple[Contact, ...]
) -> None:
    """A contact without a channel, absent, or part of a circle swallows nothing: the card is in the lead's channel."""
    company = make_company(answers=Listed(*listed))
    company.state.desks.drop(TEAMS, "19:press")
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    assert [(each.workspace, each.place) for each in company.owed("case")] == [(TEAMS, "19:social")]
    run(company, timedelta(days=10))
    assert company.owed("reminder")
    assert company.do(OMAR, "claim", company.case().id).kind is ReplyKind.CASE
    check_is_whole(company, company.case())


def test_a_circle_of_contacts_with_channels_ends_at_the_lead(make_company: CompanyMaker) -> None:
    """Nobody takes it: the clock does not hand it round for ever between two who do not look."""
    listed = (replace(NO_CHANNEL, backup="legal"), replace(LEGAL, backup="communications"), LEAD)
    company = make_company(answers=Listed(*listed))
    company.desk("legal", TEAMS, "19:legal")
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    run(company, timedelta(days=10))
    assert (TEAMS, "19:social") in since(company, MONDAY, "case")


def test_without_any_contact_the_asker_is_told(make_company: CompanyMaker) -> None:
    """An empty list: one line, nothing kept, nothing raised."""
    company = make_company(answers=Listed())
    reply = company.do(INES, "send", company.say(INES, QUESTION).id)
    assert reply.kind is ReplyKind.ERROR
    assert company.owed() == []


def test_without_a_lead_the_first_contact_takes_it(make_company: CompanyMaker) -> None:
    """A list without coe_lead is refused by check-content; where it came through all the same, clocks ring."""
    company = make_company(answers=Listed(PRESS, LEGAL))
    company.ask_a_person()
    assert company.case().contact == "communications"
    run(company, timedelta(days=3))
    assert company.owed("reminder")


def test_a_contact_that_was_removed_without_a_lead_stops_no_clock(make_company: CompanyMaker) -> None:
    """Nor that of any other case."""
    answers = Listed(PRESS, LEGAL)
    company = make_company(answers=answers)
    company.ask_a_person()
    answers.listed = (LEGAL,)
    run(company, timedelta(days=10))
    assert company.owed("reminder")


@pytest.mark.parametrize("claimed", [False, True], ids=["open", "claimed"])
def test_a_contact_that_was_removed_loses_no_case(make_company: CompanyMaker, claimed: bool) -> None:
    """Its cases can be worked on, its clock runs by the lead's hours, and at last the lead has it."""
    answers = Listed(PRESS, LEAD)
    company = make_company(answers=answers)
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    case = company.case()
    if claimed:
        company.do(OMAR, "claim", case.id)
    answers.listed = (LEAD,)
    assert company.do(OMAR, "look", case.id).kind is ReplyKind.CASE
    assert company.do(INES, "see", case.id).kind is ReplyKind.CASE
    assert company.say(OMAR, "queue").items
    run(company, timedelta(days=21))
    assert company.owed("reminder")
    assert (TEAMS, "19:social") in since(company, MONDAY)
    company.do(OMAR, "answer", case.id, "We say nothing about numbers.")
    assert company.case().stage is Stage.ANSWERED
    check_is_whole(company, company.case())


def test_an_expert_who_left_swallows_no_case(company: Company) -> None:
    """Claimed, and then gone: the clock turns to somebody who is still there."""
    company.ask_a_person()
    company.do(OMAR, "claim", company.case().id)
    sent(company)
    left = company.now
    leave(company, OMAR, STAFF, reachable=False)
    for _ in range(10):
        run(company, timedelta(days=3), timedelta(hours=2))
        fail(company, account=OMAR[1])
    assert since(company, left, "reminder") - {OMAR}
    company.do(LENA, "claim", company.case().id, choices=("over",))
    assert company.do(LENA, "answer", company.case().id, "Yes.").kind is ReplyKind.CASE


def test_an_expert_who_left_is_sent_nothing_more(company: Company) -> None:
    """Their role was taken back: what the asker adds goes to those who took over, not to them."""
    company.ask_a_person()
    company.do(OMAR, "claim", company.case().id)
    leave(company, OMAR, STAFF)
    left = company.now
    company.do(INES, "add", company.case().id, "It is urgent now.")
    run(company, timedelta(days=10))
    company.do(INES, "withdraw", company.case().id)
    assert OMAR not in since(company, left)


def test_where_the_expert_left_others_can_take_over_and_the_asker_can_reopen(company: Company) -> None:
    """An answer of somebody who is gone is reopened for somebody who is there."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "answer", case.id, "Yes.")
    sent(company)
    leave(company, OMAR, STAFF, reachable=False)
    company.do(INES, "reopen", case.id, "And abroad?")
    assert company.do(LENA, "claim", case.id, choices=("over",)).kind is ReplyKind.CASE
    assert company.do(LENA, "answer", case.id, "Abroad, too.").kind is ReplyKind.CASE
    check_is_whole(company, company.case())


def test_who_claimed_a_case_may_answer_it_after_the_clock_passed_it_on(company: Company) -> None:
    """Late is better than never: an expert of one contact is not locked out when the lead is asked, too."""
    company.grant(MAX, "communications")
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    case = company.case()
    assert company.do(MAX, "claim", case.id).kind is ReplyKind.CASE
    run(company, timedelta(days=7))
    assert company.case().contact == LAST_RESORT
    assert company.do(MAX, "answer", case.id, "We say nothing about numbers.").kind is ReplyKind.CASE


@pytest.mark.parametrize(
    "kind",
    [
        "case",
        "reminder",
    ],
)
def test_a_channel_that_was_deleted_swallows_no_case(company: Company, kind: str) -> None:
    """Before its card came, or after: the people of the last resort hear of it."""
    company.ask_a_person()
    if kind == "reminder":
        sent(company)
    deleted = company.now
    company.state.desks.drop(TEAMS, "19:social")
    for _ in range(10):
        fail(company, place="19:social")
        run(company, timedelta(days=3), timedelta(hours=2))
    assert since(company, deleted) & {OMAR, LENA}
    assert company.do(LENA, "claim", company.case().id).kind is ReplyKind.CASE


def test_a_channel_that_was_deleted_with_its_contact_absent(company: Company) -> None:
    """Two things at once go wrong: the case still ends with somebody."""
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    deleted = company.now
    for place in ("19:press", "19:social"):
        company.state.desks.drop(TEAMS, place)
    for _ in range(4):
        fail(company, workspace=TEAMS)
        fail(company, place="#press-office")
        run(company, timedelta(days=2), timedelta(hours=2))
    assert since(company, deleted) & {LENA}


def test_who_gets_a_case_back_is_told(company: Company) -> None:
    """Handed over and back: the channel gets a message that is new, not an edit of the card far above."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "reassign", case.id, "", ("communications",))
    handed_over = company.now
    company.do(OMAR, "reassign", case.id, "Not ours.", (LAST_RESORT,))
    told = [each for each in company.owed() if each.due > handed_over and each.place == "19:social" and not each.edits]
    assert told


def test_who_handed_a_case_over_is_not_reminded_of_it(company: Company) -> None:
    """Its new contact is, and nobody else."""
    company.ask_a_person()
    company.do(OMAR, "reassign", company.case().id, "", ("communications",))
    run(company, timedelta(hours=4), timedelta(minutes=15))
    assert {each.place for each in company.owed("reminder")} == {"19:press"}


def test_a_worker_that_was_down_reminds_once(company: Company) -> None:
    """Both rings came while nobody watched: one reminder says that it is overdue, not two in one minute."""
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    clock = company.case().clock
    assert clock is not None
    company.now = clock.due + timedelta(minutes=10)
    run(company, timedelta(minutes=1), timedelta(seconds=15))
    assert len(company.owed("reminder")) == 1


def test_a_case_is_passed_on_when_its_next_contact_works(company: Company) -> None:
    """Quiet hours are those of whoever is asked next: no card comes to the lead outside of theirs."""
    company.do(INES, "send", company.say(INES, "saw: the press asks about our numbers").id)
    run(company, timedelta(days=3), timedelta(minutes=15))
    [passed] = [each for each in company.owed("case") if each.place == "19:social" and not each.edits]
    assert is_open(LEAD, passed.due)


def test_reminders_are_sent_again_where_nobody_knows(company: Company) -> None:
    """A crash on Teams, which cannot be asked: a reminder that is there twice does less harm than none."""
    company.ask_a_person()
    run(company, timedelta(days=8))
    assert [each.resend for each in company.owed("reminder")] == [True] * len(company.owed("reminder"))


class Busy(SqlEscalations):
    """Somebody changes a case just when the clock is about to mend it."""

    def __init__(self, engine: Engine, joined: Collection[str], company: Company, case: str) -> None:
        super().__init__(engine, joined)
        self._company, self._case = company, case

    def change(
        self,
        before: Escalation,
        after: Escalation,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        owed: Sequence[Delivery] = (),
    ) -> bool:
        """Somebody was faster."""
        self._company.do(OMAR, "priority", self._case, "", ("high",))
        return super().change(before, after, entries, posts, owed)


def test_a_lost_card_is_mended_even_if_somebody_is_faster(company: Company) -> None:
    """The clock looks at it again: its people get it at the next tick."""
    company.ask_a_person()
    case = company.case()
    fail(company, kind="case")
    busy = Busy(company.state.engine, (SLACK, TEAMS), company, case.id)
    watch(replace(company.office, escalations=busy), company.now)
    watch(company.office, company.now)
    fresh = {(each.workspace, each.account) for each in company.owed("case") if not each.edits and each.account}
    assert fresh == {OMAR, LENA}


@pytest.mark.parametrize("stage", ["open", "claimed", "asked back", "answered"])
def test_an_asker_who_is_forgotten_leaves_nothing_open(company: Company, stage: str) -> None:
    """Their case is closed, nothing is owed to them, no reply holds their words, and every button still answers."""
    company.ask_a_person()
    case = company.case()
    doing = {"claimed": "claim", "asked back": "ask_back", "answered": "answer"}.get(stage)
    if doing:
        company.do(OMAR, doing, case.id, "Hm.")
    company.state.subjects.forget(company.organisation, INES, company.now)
    kept = company.state.escalations.find(company.organisation, case.id)
    assert kept is not None
    assert kept.stage is (Stage.ANSWERED if stage == "answered" else Stage.CLOSED)
    check_is_whole(company, kept)
    for who in (OMAR, LENA, INES, MAX):
        for act in ACTS:
            reply = company.do(who, act, case.id, "Words", ("over",))
            assert QUESTION not in repr(reply)
            assert "Ines" not in repr(reply)
    run(company, timedelta(days=10))
    assert company.owed("reminder") == []
    assert company.say(INES, "my cases").items == ()
    assert company.state.audit.verify() == []


def test_where_an_asker_is_forgotten_who_reported_the_same_is_not(company: Company) -> None:
    """The fire is still a fire: somebody else reported it, too, so their case goes on, or they are told."""
    fire = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"
    for who in (INES, MAX):
        company.do(who, "send", company.say(who, fire).id)
    case = company.case()
    company.state.subjects.forget(company.organisation, INES, company.now)
    kept = company.state.escalations.find(company.organisation, case.id)
    assert kept is not None
    assert kept.stage is Stage.OPEN or MAX in since(company, case.opened, "closed")


def test_an_expert_who_is_forgotten_leaves_no_case_to_nobody(company: Company) -> None:
    """They had answered; who asked says that it did not help: it is open for everybody again."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "answer", case.id, "Yes.")
    company.state.subjects.forget(company.organisation, OMAR, company.now)
    company.do(INES, "reopen", case.id, "And abroad?")
    again = company.case()
    assert (again.stage, again.owner) == (Stage.OPEN, None)
    assert company.do(LENA, "claim", case.id).kind is ReplyKind.CASE


def test_an_expert_who_is_forgotten_leaves_no_clock_standing(company: Company) -> None:
    """They had asked back: the case is open again, so its clock runs again."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "ask_back", case.id, "Which fair is it?")
    company.state.subjects.forget(company.organisation, OMAR, company.now)
    kept = company.case()
    assert (kept.stage, kept.owner) == (Stage.OPEN, None)
    run(company, timedelta(days=10))
    assert company.owed("reminder")


def test_who_reports_the_same_does_not_read_what_its_asker_asked_before(company: Company) -> None:
    """Of a joined case, people see what concerns them: not the first asker's thread, nor what that one adds."""
    fire = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"
    company.say(INES, "May I post that I am expecting a child?")
    company.do(INES, "send", company.say(INES, fire).id, "My own note")
    company.do(MAX, "send", company.say(MAX, fire).id)
    case = company.case()
    company.do(OMAR, "ask_back", case.id, "Where was it?")
    company.do(INES, "add", case.id, "In my sister's kitchen.")
    seen = repr(company.do(MAX, "see", case.id))
    assert case.reports == 2
    assert [each for each in ("expecting a child", "My own note", "my sister's kitchen") if each in seen] == []


def test_who_reports_the_same_does_not_decide_for_its_asker(company: Company) -> None:
    """That an answer helped one of them does not take from the other the word that it did not."""
    fire = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"
    for who in (INES, MAX):
        company.do(who, "send", company.say(who, fire).id)
    case = company.case()
    company.do(OMAR, "answer", case.id, "Send her to the hotline.")
    company.do(MAX, "solved", case.id)
    assert "Not yet" in labels(company.do(INES, "see", case.id)) or "Reopen" in labels(company.do(INES, "see", case.id))
    company.do(INES, "reopen", case.id, "The hotline is closed.")
    assert company.case().stage is Stage.CLAIMED


PEOPLE: Final = (INES, MAX, OMAR, LENA, EVE, (SLACK, "U-never-met"))


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody's press on a button of a case, with what its form took."""

    who: tuple[str, str]
    act: str
    words: str
    choice: str


DEED: Final = st.builds(
    Pressed,
    st.sampled_from(PEOPLE),
    st.sampled_from((*work.DEEDS, *asker.DEEDS, "look", "see", "news", "home", "offer", "send")),
    st.sampled_from(("", "Words", "ü" * 3001)),
    st.sampled_from(("", "over", "communications", LAST_RESORT, "urgent", "none", "nobody", "yes")),
)
TICK: Final = st.sampled_from((timedelta(minutes=10), timedelta(hours=3), timedelta(days=2), timedelta(days=16)))
STEPS: Final = st.lists(DEED | TICK | st.just("report"), min_size=1, max_size=10)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS, post=st.booleans(), confidential=st.booleans())
def test_whatever_anybody_presses_a_case_stays_whole(
    crowd: list[Company], steps: list[object], post: bool, confidential: bool
) -> None:
    """Stage, owner, clock, version, entries and audit agree, and nobody reads it but its reporters and the staff."""
    company = crowd[0]
    company.now += timedelta(days=1)
    secret = f"secret-{company.now.timestamp():.0f}-of-Ines"
    words = f"saw: a complaint, {secret}" if post else f"May I show {secret}?"
    asked = company.say(INES, words)
    company.do(INES, "send", asked.id, choices=("confidential",) if confidential else ())
    name, version = f"{asked.id}-case", 0
    reporters = {INES}
    for step in steps:
        if isinstance(step, timedelta):
            company.now += step
            watch(company.office, company.now)
        elif step == "report":
            told = company.do(MAX, "send", company.say(MAX, words).id)
            reporters |= {MAX}
            assert told.kind is ReplyKind.NOTE
        elif isinstance(step, Pressed):
            choices = (step.choice,) if step.choice else ()
            reply = company.do(step.who, step.act, name, step.words, choices)
            if step.who not in (*reporters, OMAR, LENA):
                assert secret not in repr(reply)
            may_read = MAX in reporters or is_owner(company, name, step.who)  # Max sent the same words openly
            if confidential and step.who in (OMAR, LENA) and not may_read:
                assert secret not in repr(reply)
        case = company.state.escalations.find(company.organisation, name)
        assert case is not None
        assert case.version >= version
        version = case.version
        check_is_whole(company, case)
    check_where_it_went(company, secret, reporters)


def is_owner(company: Company, case: str, who: tuple[str, str]) -> bool:
    """Whether somebody has a case now."""
    kept = company.state.escalations.find(company.organisation, case)
    return kept is not None and kept.owner is not None and (kept.owner.workspace, kept.owner.account) == who


def check_where_it_went(company: Company, secret: str, reporters: Collection[tuple[str, str]]) -> None:
    """The words are owed to the desks, the staff and the reporters alone."""
    query = select(deliveries.c.workspace, deliveries.c.account, deliveries.c.place).where(
        deliveries.c.body.contains(secret)
    )
    with reading(company.state.engine) as connection:
        went = {(row.workspace, row.account or row.place) for row in connection.execute(query)}
    assert went <= {(TEAMS, "19:social"), (TEAMS, "19:press"), OMAR, LENA, *reporters}


@pytest.fixture(name="crowd")
def _crowd(make_company: CompanyMaker) -> list[Company]:
    company = make_company()
    stranger(company)
    return [company]
