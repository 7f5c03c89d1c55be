"""Reminds of levels that everybody must have and of policies to confirm: earlier and gentler before later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice
from typing import Final

from bot.conversation.kept import to_json
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.attest import Unconfirmed, asked, card, missing
from bot.conversation.learn.certification.certify import LEVEL
from bot.conversation.learn.past import as_scheduled
from bot.conversation.messages import LOCAL
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Head, Reply, ReplyKind
from bot.ports import Delivery, Learner
from lessons.certification.levels import Level, Levels, Reminder
from lessons.certification.progress import Held, Record, due, reminder
from lessons.dials import effects
from lessons.models import Track
from lessons.schedule import may_come

KIND: Final = "reminder"
"""The kind of a delivery that reminds."""

_SOME: Final = 500  # people that are looked at together
_CONFIRM: Final = (0, 7, 14, 28)
"""Days after a policy came, or somebody did, on which they are asked to confirm it; no more than these."""


def reminders(academy: Academy, at: datetime) -> int:
    """Owe every reminder whose day has come to whoever works now; how many are new. Look again every hour.

    Of levels where an organisation's dials make them a duty and remind of it, of policies where they have to be
    confirmed.
    """
    owed, round_ = 0, _Round(academy, at)
    each = chain(round_.of_levels(), round_.of_policies())
    while some := tuple(islice(each, _SOME)):
        owed += academy.school.jobs.plan(some)
    return owed


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at everybody; what organisations ask for is worked out once."""

    academy: Academy
    at: datetime
    levels: dict[str, Levels] = field(default_factory=dict)

    def of_levels(self) -> Iterator[Delivery]:
        levels = self.academy.levels
        first = max((each.days for each in levels.reminders), default=None)
        if first is None:
            return
        for level in levels.levels:
            if level.mandatory_within is not None:
                yield from self._of_level(level, level.mandatory_within, first)

    def _of_level(self, level: Level, within: int, first: int) -> Iterator[Delivery]:
        """``first`` is how many days before it is due the earliest reminder comes."""
        academy, at = self.academy, self.at
        ahead = timedelta(days=first + 1)
        enrolled, after = at + ahead - timedelta(days=within), ""
        while found := academy.certificates.lacking(level.track.value, level.id, enrolled, at + ahead, after, _SOME):
            for each in found:
                learner = academy.school.learners.find(each.person)
                goal = self._goal(learner) if learner and self._is_duty(level, learner) else None
                if learner is None or goal is None:
                    continue
                last = each.expires.date() if each.expires else None
                until = due(level, learner.enrolled.date(), _record(level, last))
                step = reminder(academy.levels.reminders, until, at.date(), ()) if until else None
                if until is not None and step is not None:
                    name = f"{KIND}:{each.person}:{level.id}:{until.isoformat()}:{step.days}"
                    yield Delivery(name, *goal, KIND, to_json(_card(level, until, step, last)), at, resend=True)
            after = found[-1].person

    def of_policies(self) -> Iterator[Delivery]:
        academy, at = self.academy, self.at
        school = academy.school
        for each in missing(asked(academy), academy.certificates, school.learners, at, school.dials):
            goal = self._goal(each.learner)
            step = _step(each, at)
            if goal is not None and step is not None:
                name = f"{KIND}:{each.learner.person.id}:{each.policy.id}@{each.policy.version}:{step}"
                text = "" if step == _CONFIRM[0] else "A reminder, for when you have a few minutes."
                yield Delivery(name, *goal, KIND, to_json(card([each.policy], text)), at, resend=True)

    def _is_duty(self, level: Level, learner: Learner) -> bool:
        """Whether a level is one that somebody's organisation asks for, and reminds of."""
        organisation = learner.person.organisation
        if organisation not in self.levels:
            reminds = effects(self.academy.school.dials(organisation)).mandatory_reminders
            self.levels[organisation] = self.academy.levels_of(organisation) if reminds else Levels()
        own = self.levels[organisation].find(level.id)
        return own is not None and own.mandatory_within is not None

    def _goal(self, learner: Learner) -> tuple[str, str] | None:
        """Where somebody can be written to now: in their working hours, not while they paused, nor after they left."""
        goal = next((each for each in learner.accounts if each[0] != LOCAL), None)
        if goal is None or learner.person.track not in set(Track):
            return None
        school = self.academy.school
        return goal if may_come(as_scheduled(school, learner), school.rules.hours, self.at) else None


def _step(each: Unconfirmed, at: datetime) -> int | None:
    """The last step whose day has come since the policy is in force and the person is here."""
    since = each.policy.since
    began = datetime.combine(since, time(), UTC) if since else each.learner.enrolled
    days = (at - max(began, each.learner.enrolled)).days
    return max((step for step in _CONFIRM if step <= days), default=None)


def _record(level: Level, expires: date | None) -> Record:
    return Record(held=(Held(level.id, date.min, expires),)) if expires else Record()


def _card(level: Level, until: date, step: Reminder, last: date | None) -> Reply:
    on = day(until)
    left = f"Your level “{level.name}” ends on {on}." if last else f"The level “{level.name}” is due on {on}."
    late = step.days < 0
    return Reply(
        ReplyKind.LESSON,
        f"{left} {step.words}",
        head=Head("Still open" if late else "A reminder", "🥋", "careful" if late else "neutral"),
        actions=(Action(LEVEL, "", "See what is left", "primary"),),
    )


__all__ = ["KIND", "reminders"]
