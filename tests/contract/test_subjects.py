"""What is told to a person of themselves, and what is left of somebody who was forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import select, text, update

from bot.errors import StateError
from bot.ports import (
    Clock,
    Crisis,
    Delivery,
    Entry,
    Escalation,
    Event,
    Kept,
    Party,
    Person,
    Place,
    Post,
    PrecedentState,
    Profile,
    Stage,
    Turn,
)
from bot.state import reading, writing
from bot.state.deliveries import plan_in
from bot.state.tables import deliveries, metadata
from tests.contract.cases import CASE, CLOCK, answered, now_of, opened
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.contract.test_learning import APPROVED, ONE

SLACK, TEAMS, ORG = "slack:T1", "teams:1", "company"
INES: Final = Profile("Ines Example", "ines@example.com")
KIM: Final = Profile("Kim Experta", "kim@example.com")
NOOR: Final = Profile("Noor Otherwise", "noor@example.com")

HERS: Final = ("hers-asked", "hers-again", "hers-note", "hers-added", "hers-found")
"""Words that Ines said or that were said to her, each in another place."""


class Company:
    """Ines asks in Slack and in Teams, Kim answers, Noor reports the same as Ines and has a case of her own."""

    def __init__(self, database: Database) -> None:
        self.state = database.open((SLACK, TEAMS))
        self.engine = database.engine
        self.state.workspaces.add(SLACK, "slack", "Example", NOW)
        self.ines = self._meet("U1", INES)
        self.kim = self._meet("U2", KIM)
        self.noor = self._meet("U3", NOOR)
        self.state.people.meet(TEAMS, "A1", INES, NOW)
        self.state.staff.grant(self.kim.id, "coe")
        self._talk()
        self.case = self._case("hers", "U1", self.ines, "hers-asked", "hers-found")
        self.other = self._case("other", "U3", self.noor, "theirs-asked", "theirs-found")

    def party(self, account: str, person: Person) -> Party:
        """Somebody in Slack, as cases keep them."""
        return Party(SLACK, account, f"D-{account}", person.id, person.profile.name)

    def claim(self, case: Escalation) -> Escalation:
        """Kim claims a case."""
        case = now_of(self.state, case)
        kim = self.party("U2", self.kim)
        entry = Entry(Event.CLAIMED, NOW + MINUTE, kim, "", kim.name)
        own = Post(f"case:{case.id}:own", SLACK, account="U2")
        assert self.state.escalations.change(case, replace(case, stage=Stage.CLAIMED, owner=kim), [entry], [own])
        return now_of(self.state, case)

    def answer(self, case: Escalation, words: str) -> Escalation:
        """Kim answers a case that she claimed."""
        after, entry = answered(now_of(self.state, case), words)
        assert self.state.escalations.change(now_of(self.state, case), after, [entry])
        return now_of(self.state, case)

    def join(self, case: Escalation) -> None:
        """Noor reports the same as somebody else."""
        case = now_of(self.state, case)
        entry = Entry(Event.JOINED, NOW + MINUTE, self.party("U3", self.noor), "1", "2", "theirs-joined")
        assert self.state.escalations.report(case, replace(case, reports=2), entry, [])

    def owe(
        self, delivery: str, account: str, words: str, state: str = "planned", place: str = "", kind: str = "x"
    ) -> None:
        """A message that is, or was, owed in Slack."""
        owed = Delivery(
            delivery,
            SLACK,
            account,
            kind,
            json.dumps(words.split() if kind == "digest" else {"text": words}),
            NOW,
            place=place,
        )
        with writing(self.engine) as connection:
            plan_in(connection, [owed])
            ended = None if state in ("planned", "queued") else NOW
            done = update(deliveries).where(deliveries.c.id == delivery).values(state=state, ended=ended)
            connection.execute(done)

    def delivery(self, delivery: str) -> Any:
        """What is kept of a message."""
        with reading(self.engine) as connection:
            return connection.execute(select(deliveries).where(deliveries.c.id == delivery)).one()

    def everything(self) -> str:
        """Every row of every table but the audit."""
        with reading(self.engine) as connection:
            tables = [each for each in metadata.sorted_tables if each.name != "audit"]
            return repr([(table.name, connection.execute(select(table)).all()) for table in tables])

    def forget(self, email: str) -> dict[str, int]:
        """Forget somebody."""
        counts = self.state.subjects.forget(ORG, email, NOW + DAY, "root")
        assert counts is not None
        return counts

    def export(self, email: str) -> dict[str, Any]:
        """What is told to somebody."""
        told = self.state.subjects.export(ORG, email)
        assert told is not None
        return told

    def _meet(self, account: str, profile: Profile) -> Person:
        return self.state.people.meet(SLACK, account, profile, NOW)

    def _talk(self) -> None:
        records = self.state.records
        self.state.places.keep(SLACK, Place("D-U1", "personal", {"channel": "D-U1"}, "U1"), NOW)
        for account, whose in (("U1", "hers"), ("U3", "theirs")):
            records.add_turn(SLACK, f"D-{account}", Turn(f"{whose}-asked", NOW))
            records.keep_reply(SLACK, Kept(f"r-{whose}", account, f"D-{account}", NOW, f'{{"text":"{whose}-reply"}}'))
            records.rate(SLACK, f"r-{whose}", helped=True, at=NOW)
            records.join_thread(SLACK, "shared", account, NOW)
            at = NOW + (MINUTE if whose == "hers" else 2 * MINUTE)
            records.add_turn(SLACK, "shared", Turn(f"{whose}-again", at))
            records.keep_reply(SLACK, Kept(f"s-{whose}", account, "shared", at, "{}"))

    def _case(self, name: str, account: str, person: Person, question: str, found: str) -> Escalation:
        asker = self.party(account, person)
        case = replace(CASE, id=f"{name}-case", organisation=ORG, asker=asker, question=question, clock=CLOCK)
        whose = question.partition("-")[0]
        entry = Entry(Event.OPENED, NOW, asker, words=f"{whose}-note")
        card = Post(f"case:{case.id}:1", SLACK, place="C1")
        kept = opened(self.state, replace(case, found=json.dumps(found)), entry, [card])
        added = Entry(Event.ADDED, NOW, asker, words=f"{whose}-added")
        assert self.state.escalations.change(kept, kept, [added])
        return now_of(self.state, kept)


@pytest.fixture
def company(database: Database) -> Company:
    """A company in which people asked and were answered."""
    return Company(database)


def test_a_person_is_told_everything_of_theirs(company: Company) -> None:
    """An export holds profile, accounts, questions, replies, cases, messages, and lines of the audit, as plain JSON."""
    company.answer(company.claim(company.case), "for-her")
    company.owe("answer:hers-case:3:slack:T1:U1", "U1", "sent-to-her", "sent")
    told = company.export(" INES@example.com ")
    assert json.loads(json.dumps(told)) == told
    assert told["person"]["email"] == "ines@example.com"
    assert {(each["workspace"], each["account"]) for each in told["accounts"]} == {(SLACK, "U1"), (TEAMS, "A1")}
    assert [each["id"] for each in told["places"]] == ["D-U1"]
    assert [each["question"] for each in told["turns"]] == ["hers-asked", "hers-again"]
    assert {each["id"]: each["body"] for each in told["replies"]} == {"r-hers": {"text": "hers-reply"}, "s-hers": {}}
    assert [(each["reply"], each["helped"]) for each in told["feedback"]] == [("r-hers", True)]
    assert [each["thread"] for each in told["threads"]] == ["shared"]
    (case,) = told["escalations"]
    assert (case["number"], case["question"], case["found"], case["stage"]) == (
        1,
        "hers-asked",
        "hers-found",
        "answered",
    )
    assert (case["asked"], case["reported"], case["owned"]) == (True, True, False)
    said = [(each["event"], each["own"], each.get("words")) for each in case["entries"]]
    assert said == [
        ("opened", True, "hers-note"),
        ("added", True, "hers-added"),
        ("claimed", False, ""),
        ("answered", False, "for-her"),
    ]
    assert [each["body"] for each in told["deliveries"]] == [{"text": "sent-to-her"}]
    assert {each["action"] for each in told["audit"]} == {"escalation_opened", "escalation_added"}


def test_a_person_is_told_nothing_of_others(company: Company) -> None:
    """An export holds no word that somebody else said to somebody else, and no colleague's name."""
    company.answer(company.claim(company.case), "for-her")
    assert not [
        word for word in ("theirs", "Noor", "noor@", "Kim", "U2", "U3") if word in repr(company.export(INES.email))
    ]


def test_who_answers_is_told_what_they_said(company: Company) -> None:
    """An expert is told of the cases that they worked on, of their answers and precedents, and not of the askers'."""
    company.answer(company.claim(company.case), "by-kim")
    company.state.precedents.propose(replace(ONE, organisation=ORG, author=company.party("U2", company.kim)), [])
    told = company.export(KIM.email)
    (case,) = told["escalations"]
    assert case["owned"] and not case["asked"] and "question" not in case
    assert [each.get("words") for each in case["entries"]] == [None, None, "", "by-kim"]
    assert [each["id"] for each in told["precedents"]] == [ONE.id]
    assert {each["action"] for each in told["audit"]} == {
        "escalation_claimed",
        "escalation_answered",
        "precedent_proposed",
    }
    assert not [word for word in HERS if word in repr(told)]


def test_who_joined_is_told_the_answer(company: Company) -> None:
    """Who reported the same is told what they said and what everybody was answered, not what the asker said."""
    company.join(company.case)
    company.answer(company.claim(company.case), "for-all")
    case = next(each for each in company.export(NOOR.email)["escalations"] if not each["asked"])
    assert case["reported"] and "question" not in case
    assert [each.get("words") for each in case["entries"]] == [None, None, "theirs-joined", None, "for-all"]


def test_an_account_names_its_person(company: Company) -> None:
    """One account leads to all of a person's; an unknown e-mail leads to nobody, nor does another organisation."""
    by_account = company.state.subjects.export(ORG, (TEAMS, "A1"))
    assert by_account == company.export(INES.email)
    assert company.state.subjects.export(ORG, "nobody@example.com") is None
    assert company.state.subjects.export("slack:T9", INES.email) is None
    assert company.state.subjects.export(ORG, ("slack:T9", "U1")) is None
    assert company.state.subjects.forget("slack:T9", INES.email, NOW) is None
    assert company.state.subjects.forget("slack:T9", (SLACK, "U1"), NOW) is None
    assert list(company.state.subjects.cases("slack:T9", (SLACK, "U1"))) == []


def test_who_was_never_met_can_be_forgotten(database: Database) -> None:
    """What an account of the web chat asked is told and forgotten, though nobody knows who that is."""
    state = database.open()
    state.records.add_turn("local", "web:1", Turn("from the web", NOW))
    state.records.keep_reply("local", Kept("r1", "visitor", "web:1", NOW, "{}"))
    told = state.subjects.export("local", ("local", "visitor"))
    assert told is not None and told["person"] is None
    assert [each["question"] for each in told["turns"]] == ["from the web"]
    counts = state.subjects.forget("local", ("local", "visitor"), NOW)
    assert counts is not None and (counts["turns"], counts["replies"], counts["people"]) == (1, 1, 0)
    assert not state.records.turns("local", "web:1", NOW) and state.records.reply("local", "r1") is None


def test_nothing_is_left_of_who_was_forgotten(company: Company) -> None:
    """Afterwards no table but the audit holds the person's name, e-mail, id or a word of theirs."""
    company.answer(company.claim(company.case), "for-her")
    company.state.crises.declare(Crisis(ORG, "Notice.", (), "c", NOW, company.party("U1", company.ines)))
    company.owe("answer:hers-case:3:slack:T1:U1", "U1", "hers-asked", "sent")
    company.owe("case:hers-case:1", "", "hers-asked", "sent", place="C1")
    company.owe("reminder:hers-case:7:slack:T1:U2", "U2", "hers-asked", "sent")
    company.owe("lesson:U1", "U1", "hers-asked")
    before = company.everything()
    words = ("Ines", "ines@", company.ines.id, "hers-reply", "for-her", *HERS)
    assert all(word in before for word in words)
    counts = company.forget(INES.email)
    after = company.everything()
    assert not [word for word in words if word in after]
    assert counts == {
        "accounts": 2,
        "attestations": 0,
        "certificates": 0,
        "deliveries": 4,
        "entries": 2,
        "escalations": 1,
        "evidence": 0,
        "exams": 0,
        "feedback": 1,
        "gatherings": 0,
        "graded": 0,
        "guests": 0,
        "introductions": 0,
        "learners": 0,
        "listings": 0,
        "notes": 0,
        "people": 1,
        "places": 1,
        "precedents": 0,
        "proofs": 0,
        "remarks": 0,
        "replies": 2,
        "sittings": 0,
        "threads": 1,
        "turns": 3,
    }
    assert company.state.people.find(SLACK, "U1") is None
    assert company.state.subjects.export(ORG, INES.email) is None


@pytest.mark.parametrize("over", [False, True], ids=["open", "answered"])
def test_a_case_goes_on_for_whoever_reported_the_same(company: Company, over: bool) -> None:
    """It is theirs from then on, in their own words, with the answer to all; of the forgotten asker nothing is left."""
    company.join(company.case)
    claimed = company.claim(company.case)
    asked = Entry(Event.ASKED_BACK, NOW, company.party("U2", company.kim), words="for-ines")
    assert company.state.escalations.change(claimed, claimed, [asked])
    if over:
        company.answer(company.case, "for-all")
    company.owe("answer:hers-case:4:slack:T1:U3", "U3", "for-noor")
    company.owe("case:hers-case:1", "", "hers-asked", place="C1")
    company.owe("digest:p-kim:2026-11-02", "U2", f"{company.case.id} hers-asked", "sent", kind="digest")
    company.owe("digest:p-kim:2026-11-01", "U2", "other-case theirs-asked", "sent", kind="digest")
    company.forget(INES.email)
    case = now_of(company.state, company.case)
    assert case.stage is (Stage.ANSWERED if over else Stage.CLAIMED)
    assert (case.asker, case.question) == (company.party("U3", company.noor), "theirs-joined")
    assert (case.found, case.reports) == ("", 1)
    assert [each.name for each in company.state.escalations.reporters(ORG, case.id)] == [NOOR.name]
    left = company.everything()
    assert not [word for word in ("Ines", company.ines.id, "for-ines", *HERS) if word in left]
    assert ("for-all" in left) is over
    assert (company.delivery("answer:hers-case:4:slack:T1:U3").state, company.delivery("case:hers-case:1").state) == (
        "planned",
        "cancelled",
    )
    assert "theirs-asked" in company.delivery("digest:p-kim:2026-11-01").body
    assert list(company.state.audit.verify()) == []


def test_one_report_less_where_a_reporter_is_forgotten(company: Company) -> None:
    """Whoever asked can take the case back again, as nobody else reports it any more."""
    company.join(company.case)
    company.forget(NOOR.email)
    case = now_of(company.state, company.case)
    assert (case.reports, case.question, case.asker.name) == (1, "hers-asked", INES.name)
    assert "theirs-joined" not in company.everything()


def test_what_was_offered_and_not_read_through_is_forgotten_with_its_asker(company: Company) -> None:
    """A proposal or a refusal may still name them; what somebody approved was gone through, and stays."""
    for name, state in (("p1", PrecedentState.PROPOSED), ("p2", PrecedentState.REFUSED)):
        one = replace(ONE, id=name, organisation=ORG, escalation=company.case.id, state=state)
        assert company.state.precedents.propose(one, []) is True
    by_kim = company.party("U2", company.kim)
    approved = replace(APPROVED, id="p3", organisation=ORG, escalation=company.other.id, author=by_kim)
    company.state.precedents.propose(approved, [])
    company.forget(INES.email)
    assert [each.id for each in company.state.precedents.all(ORG)] == ["p3"]
    company.forget(NOOR.email)
    assert [each.id for each in company.state.precedents.all(ORG)] == ["p3"]


def test_who_works_on_cases_is_told_no_askers_words(company: Company) -> None:
    """Of the cards, digests and reminders that came to them, an export tells that they came and not what they say."""
    company.claim(company.case)
    for kind in ("case", "digest", "reminder", "added"):
        owed = Delivery(f"{kind}:hers-case:1", SLACK, "U2", kind, json.dumps({"text": "hers-asked"}), NOW)
        with writing(company.engine) as connection:
            plan_in(connection, [owed])
    told = company.export(KIM.email)
    assert len(told["deliveries"]) == 4
    assert "hers-asked" not in repr(told)


def test_an_asker_is_told_no_word_of_another_reporter(company: Company) -> None:
    """Nor what those who work on the case said among themselves."""
    company.join(company.case)
    case = company.claim(company.case)
    kim, noor = company.party("U2", company.kim), company.party("U3", company.noor)
    said = [
        Entry(Event.ADDED, NOW, noor, words="theirs-added"),
        Entry(Event.REASSIGNED, NOW, kim, "legal", "press", "among-us"),
        Entry(Event.ASKED_BACK, NOW, kim, words="for-her"),
    ]
    assert company.state.escalations.change(case, case, said)
    told = repr(company.export(INES.email))
    assert [each for each in ("theirs-joined", "theirs-added", "among-us") if each in told] == []
    assert "for-her" in told


def test_others_keep_what_is_theirs(company: Company) -> None:
    """What another person asked, was answered and is owed stays as it was."""
    company.answer(company.claim(company.other), "for-noor")
    company.owe("answer:other-case:3:slack:T1:U3", "U3", "for-noor")
    before = company.export(NOOR.email)
    shared = [each["question"] for each in before["turns"]]
    assert shared == ["theirs-asked", "theirs-again"]
    company.forget(INES.email)
    after = company.export(NOOR.email)
    # what was said in a thread that both were in is forgotten with either of them
    assert after.pop("turns") == before.pop("turns")[:1]
    assert after == before


def test_an_open_case_of_who_was_forgotten_is_closed(company: Company) -> None:
    """A case that waits is closed with that reason, without a clock, and nobody finds it among their own any more."""
    company.claim(company.case)
    company.forget(INES.email)
    case = now_of(company.state, company.case)
    assert (case.stage, case.clock, case.ended) == (Stage.CLOSED, None, NOW + DAY)
    assert (case.number, case.kind, case.opened) == (1, company.case.kind, NOW)
    assert case.asker == Party(SLACK, "")
    last = company.state.escalations.entries(ORG, case.id)[-1]
    assert (last.event, last.before, last.after) == (Event.CLOSED, "claimed", "closed")
    assert last.words == "the asker was forgotten"
    assert not company.state.escalations.of(ORG, SLACK, "U1", company.ines.id)
    assert [each.id for each in company.state.escalations.ringing(NOW + 9 * DAY, 10)] == ["other-case"]


def test_an_answered_case_stays_answered(company: Company) -> None:
    """A case that is over keeps how it ended; nothing happens to it but that its words are gone."""
    over = company.answer(company.claim(company.case), "for-her")
    company.forget(INES.email)
    case = now_of(company.state, over)
    assert (case.stage, case.ended, case.question, case.found) == (Stage.ANSWERED, over.ended, "", "")
    assert len(company.state.escalations.entries(ORG, case.id)) == 4


def test_a_case_of_an_expert_who_was_forgotten_is_open_again(company: Company) -> None:
    """What a forgotten expert had claimed can be claimed by others, keeps the asker's words and its clock."""
    company.claim(company.case)
    company.forget(KIM.email)
    case = now_of(company.state, company.case)
    assert (case.stage, case.owner, case.clock) == (Stage.OPEN, None, CLOCK)
    assert (case.question, case.asker.name) == ("hers-asked", "Ines Example")
    said = company.state.escalations.entries(ORG, case.id)
    assert [each.words for each in said] == ["hers-note", "hers-added", "", ""]
    assert (said[-1].event, said[-1].after) == (Event.PASSED_ON, case.contact)
    assert "Kim" not in repr(said)
    assert [each.delivery for each in company.state.escalations.posts(ORG, case.id)] == ["case:hers-case:1"]


def test_an_answer_of_an_expert_who_was_forgotten_is_nobodys(company: Company) -> None:
    """What a forgotten expert wrote is gone, and so is their name below a precedent; the precedent itself stays."""
    company.answer(company.claim(company.case), "by-kim")
    by_kim = replace(ONE, organisation=ORG, author=company.party("U2", company.kim))
    company.state.precedents.propose(by_kim, [])
    counts = company.forget(KIM.email)
    assert (counts["precedents"], counts["escalations"], counts["entries"]) == (1, 1, 2)
    kept = company.state.precedents.find(ORG, ONE.id)
    assert kept == replace(by_kim, author=Party(SLACK, ""), version=2)
    left = company.everything()
    assert not [word for word in ("Kim", "kim@", company.kim.id, "by-kim") if word in left]
    assert now_of(company.state, company.case).owner is None


def test_what_is_owed_to_the_forgotten_is_not_sent(company: Company) -> None:
    """Messages that were planned or queued for the person, or about their cases, are cancelled; others are sent."""
    company.owe("lesson:U1", "U1", "x")
    company.owe("lesson:U1:2", "U1", "x", "queued")
    company.owe("case:hers-case:1", "", "x", place="C1")
    company.owe("lesson:U3", "U3", "x")
    company.owe("sent", "U1", "x", "sent")
    company.forget(INES.email)
    states = {name: company.delivery(name).state for name in ("lesson:U1", "lesson:U1:2", "case:hers-case:1", "sent")}
    assert states == {
        "lesson:U1": "cancelled",
        "lesson:U1:2": "cancelled",
        "case:hers-case:1": "cancelled",
        "sent": "sent",
    }
    assert {company.delivery(name).body for name in states} == {""}
    assert (company.delivery("lesson:U3").state, company.delivery("lesson:U3").body) == ("planned", '{"text": "x"}')


def test_what_others_are_owed_about_a_case_that_goes_on_is_sent(company: Company) -> None:
    """Where only an expert is forgotten, the asker's messages about the case that waits are still sent, whole."""
    company.claim(company.case)
    company.owe("question:hers-case:3:slack:T1:U1", "U1", "for-her")
    company.owe("claim:hers-case:2:slack:T1:U1", "U1", "Kim has it", "sent")
    company.forget(KIM.email)
    planned = company.delivery("question:hers-case:3:slack:T1:U1")
    assert (planned.state, planned.body) == ("planned", '{"text": "for-her"}')
    assert company.delivery("claim:hers-case:2:slack:T1:U1").body == ""


def test_the_audit_keeps_the_fact(company: Company) -> None:
    """The audit gains one line with counts alone beside the line of each case, loses none, and stays whole."""
    company.claim(company.case)
    before = list(company.state.audit.lines(SLACK))
    counts = company.forget(INES.email)
    lines = company.state.audit.lines(SLACK)
    assert list(lines[: len(before)]) == before
    assert [(each.actor, each.action) for each in lines[len(before) :]] == [
        ("root", "escalation_closed"),
        ("root", "person_forgotten"),
    ]
    assert lines[-1].subject == company.ines.id and lines[-1].detail == counts
    assert not [word for word in ("Ines", "ines@", *HERS) if word in repr(lines)]
    assert list(company.state.audit.verify()) == []


def test_the_cases_whose_cards_have_to_be_renewed_are_known(company: Company) -> None:
    """Before somebody is forgotten the cases are known that their words or name are shown in."""
    company.claim(company.other)
    assert list(company.state.subjects.cases(ORG, INES.email)) == ["hers-case"]
    assert list(company.state.subjects.cases(ORG, KIM.email)) == ["other-case"]
    assert list(company.state.subjects.cases(ORG, (SLACK, "U1"))) == ["hers-case"]
    assert list(company.state.subjects.cases(ORG, "nobody@example.com")) == []


def test_who_acts_on_an_older_state_is_too_late(company: Company) -> None:
    """Words that somebody still holds are not written back into a case whose asker was forgotten."""
    old = company.claim(company.case)
    company.forget(INES.email)
    after, entry = answered(old)
    assert not company.state.escalations.change(old, after, [entry])


def test_who_comes_back_is_somebody_new(company: Company) -> None:
    """Who was forgotten and writes again is met as a stranger."""
    company.forget(INES.email)
    again = company.state.people.meet(SLACK, "U1", INES, NOW + 2 * DAY)
    assert again.id != company.ines.id
    assert company.export(INES.email)["escalations"] == []


def test_forgetting_is_whole_or_not_at_all(company: Company) -> None:
    """Where a person cannot be forgotten wholly, nothing of them is."""
    before = company.everything()
    with writing(company.engine) as connection:
        connection.execute(text("ALTER TABLE audit_heads RENAME TO away"))
    with pytest.raises(StateError, match="audit_heads"):
        company.forget(INES.email)
    with writing(company.engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO audit_heads"))
    assert company.everything() == before


def test_a_still_clock_rings_again(company: Company) -> None:
    """A case that waits for its asker is open when its expert is forgotten, so its clock rings at once."""
    case = company.claim(company.case)
    still = Clock(NOW, NOW + DAY, 1, None)
    assert company.state.escalations.change(case, replace(case, clock=still), [])
    company.forget(KIM.email)
    rings = now_of(company.state, case).clock
    assert rings is not None
    assert rings.next is not None
    assert replace(rings, next=None) == still
