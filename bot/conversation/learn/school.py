"""What every handler of lessons needs of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.conversation.ask import quote_of
from bot.conversation.messages import Message
from bot.conversation.reply import Quote
from bot.ports import Answers, Jobs, Learner, Learners, Likeness, People, Person, Profile, Records, Staff
from bot.ports.figures import DEFAULT_DIALS
from lessons.catalogue import Catalogue
from lessons.dials import Dials, Effects, effects
from lessons.models import Lesson, Programme, Rhythm, Track
from lessons.review import Reviewer
from lessons.schedule import Rules

IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class School:
    """The ports of learning.

    ``curriculum`` is what is taught today; it is asked anew each time. ``holidays`` tells of a region which days are
    public holidays there. ``dials`` say how far an organisation takes its lessons.
    """

    curriculum: Callable[[], Catalogue]
    learners: Learners
    people: People
    staff: Staff
    records: Records
    answers: Answers
    likeness: Likeness
    jobs: Jobs
    rules: Rules
    reviewer: Reviewer
    holidays: Callable[[str], IsHoliday]
    new_id: Callable[[], str]
    dials: Callable[[str], Dials] = lambda _organisation: DEFAULT_DIALS

    def person(self, message: Message) -> Person:
        """Who sent a message; on this machine's own surfaces they are met by their first lesson."""
        found = self.people.find(message.workspace, message.account)
        return found or self.people.meet(message.workspace, message.account, Profile(), message.at)

    def learner(self, message: Message) -> Learner | None:
        """Who sent a message, as the programmes see them; ``None`` where they are on no track."""
        return self.learners.find(self.person(message).id)

    def lesson(self, identifier: str) -> Lesson | None:
        """A lesson that is taught today."""
        return self.curriculum().lessons.get(identifier)

    def effects(self, learner: Learner) -> Effects:
        """What the dials of a learner's organisation switch on."""
        return effects(self.dials(learner.person.organisation))

    def track(self, learner: Learner) -> str:
        """The track whose lessons a learner gets: where they are the same for everybody, that of employees."""
        return learner.person.track if self.effects(learner).by_track else Track.EMPLOYEES.value

    def programmes(self, learner: Learner) -> tuple[Programme, ...]:
        """The programmes of a learner; none where the track is not one of the curriculum's."""
        track, on = self.track(learner), self.effects(learner)
        return tuple(
            each
            for each in self.curriculum().programmes
            if each.track == track and (on.onboarding or each.rhythm is not Rhythm.ONBOARDING)
        )

    def rules_behind(self, lesson: Lesson) -> tuple[Quote, ...]:
        """The sections that a lesson rests on, each with its first sentence; those that are in force."""
        return tuple(each for section in lesson.rests_on for each in self._quoted(section))

    def changed(self, lesson: Lesson) -> date | None:
        """The day on which a section that a lesson rests on last changed."""
        days = map(self.in_force_since, lesson.rests_on)
        return max((each for each in days if each), default=None)

    def in_force_since(self, section: str) -> date | None:
        """The day since which a section (as ``policy#section``) says what it says today."""
        return self.answers.in_force_since(*_split(section))

    def changed_since(self, section: str, day: date) -> date | None:
        """On which day after another a section became what it is now; ``None`` where it is the same."""
        since = self.in_force_since(section)
        return since if since is not None and since > day else None

    def heading(self, section: str) -> str | None:
        """The heading of a section that is in force today; ``None`` where there is none."""
        return self.answers.section_heading(*_split(section))

    def _quoted(self, section: str) -> tuple[Quote, ...]:
        citation = self.answers.citation(*_split(section))
        return (quote_of(citation),) if citation else ()


def _split(section: str) -> tuple[str, str]:
    policy, _, identifier = section.partition("#")
    return policy, identifier


__all__ = ["IsHoliday", "School"]
