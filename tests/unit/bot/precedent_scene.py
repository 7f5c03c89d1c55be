"""An answered case of Ines Example, an expert who answered it, the owner of its policy, and the lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.conversation import precedents
from bot.conversation.ask import to_reply
from bot.conversation.kept import from_json, to_json
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Reply
from bot.ports import LEAD, STAFF, Delivery, Desk, Entry, Escalation, Event, Party, Precedent, Profile, Stage
from knowledge.models import Priority, Verdict
from tests.fakes.answers import HAND_OVER, FakeAnswers
from tests.fakes.office import office
from tests.fakes.state import MemoryState

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SLACK: Final = "slack:T1"
QUESTION: Final = "Can I tell the reporter of the school paper about our canteen?"
ANSWER: Final = "Yes, tell them what is on the menu; leave out suppliers."


class OwnedAnswers(FakeAnswers):
    """Answers whose one policy belongs to communications."""

    def owner(self, policy: str) -> str | None:
        """Communications."""
        return "communications" if policy == "journalists" else None


class Scene:
    """Olu answers, Kim owns the policy, Lea leads, Ines asked; Noor is none of them."""

    def __init__(self) -> None:
        self.state = MemoryState()
        self.answers = OwnedAnswers()
        self.office = office(self.state, self.answers, self.state.jobs)
        for account, name in (("ines", "Ines Example"), ("olu", "Olu Example"), ("kim", "Kim Example")):
            self.meet(account, name)
        self.meet("lea", "Lea Example")
        self.meet("noor", "Noor Example")
        self.role("olu", STAFF)
        self.role("kim", "communications")
        self.role("lea", LEAD)
        self.state.desks.put(SLACK, Desk("communications", SLACK, "C-press"), NOW)

    def meet(self, account: str, name: str, workspace: str = SLACK) -> None:
        """Somebody writes to the bot."""
        self.state.people.meet(workspace, account, Profile(name, f"{account}@example.com"), NOW)

    def role(self, account: str, role: str) -> None:
        """Somebody gets a role."""
        person = self.state.people.find(SLACK, account)
        assert person is not None
        self.state.staff.grant(person.id, role)

    def answered(
        self, question: str = QUESTION, answer: str = ANSWER, *, confidential: bool = False, found: str | None = None
    ) -> Escalation:
        """A case that Olu answered; what the bot had found is a hand-over with one quote."""
        asker = Party(SLACK, "ines", name="Ines Example")
        olu = Party(SLACK, "olu", name="Olu Example")
        kept = to_json(to_reply(replace(HAND_OVER, question=question), "r1", self.answers.contacts))
        case = Escalation(
            id=f"case-{question}",
            number=0,
            organisation=SLACK,
            asker=asker,
            question=question,
            found=kept if found is None else found,
            contact="coe_lead",
            priority=Priority.NORMAL,
            opened=NOW - timedelta(hours=1),
            confidential=confidential,
        )
        kept_case = self.state.escalations.open(case, Entry(Event.OPENED, case.opened, asker), (), lambda _: ())
        assert kept_case is not None
        done = replace(kept_case, stage=Stage.ANSWERED, owner=olu, ended=NOW)
        said = Entry(Event.ANSWERED, NOW, olu, "open", "answered", answer)
        assert self.state.escalations.change(kept_case, done, [said])
        return done

    def do(
        self, who: str, act: str, on: str, words: str = "", *choices: str, at: datetime = NOW, workspace: str = SLACK
    ) -> Reply:
        """Somebody presses a button, or sends its form."""
        deed = Deed(act, on, words, choices)
        message = Message("slack", workspace, who, "t1", at, deed=deed)
        if act == "offer":
            return precedents.offer(self.office, message, deed)
        return precedents.decide(self.office, message, deed)

    def offered(self, answer: str = ANSWER, verdict: Verdict = Verdict.YES_IF, question: str = QUESTION) -> Precedent:
        """A precedent that Olu offered."""
        case = self.answered(question)
        self.do("olu", "offer", case.id, answer, verdict.value)
        return next(each for each in self.state.precedents.all(SLACK) if each.escalation == case.id)

    def approved(self, verdict: Verdict = Verdict.YES_IF, question: str = QUESTION, at: datetime = NOW) -> Precedent:
        """A precedent that Kim approved for half a year."""
        offered = self.offered(verdict=verdict, question=question)
        self.do("kim", "approve", offered.id, "", "180", at=at)
        return self.now(offered)

    def now(self, precedent: Precedent) -> Precedent:
        """A precedent as it is kept."""
        kept = self.state.precedents.find(SLACK, precedent.id)
        assert kept is not None
        return kept

    def owed(self, prefix: str = "precedent:") -> list[Delivery]:
        """What is owed whose id begins so, oldest first."""
        found = [each for each in self.state.jobs.planned.values() if each.id.startswith(prefix)]
        return sorted(found, key=lambda each: each.due)


def shown(delivery: Delivery) -> Reply:
    """The reply of a delivery."""
    return from_json(delivery.body)


__all__ = ["ANSWER", "NOW", "QUESTION", "SLACK", "OwnedAnswers", "Scene", "shown"]
