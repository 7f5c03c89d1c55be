"""Who learns what, and the company's list of its people: in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from bot.ports import Change, Delivery, Graded, Learner, Look, Past, Person, Profile, Row, Sitting
from lessons.schedule import PLACEMENT
from tests.fakes.jobs import MemoryJobs
from tests.fakes.people import MemoryPeople, MemoryStaff

_FIELDS: Final = ("name", "track", "region", "unit", "hired", "left", "time_zone", "locale")
_PLATFORMS: Final = ("name", "time_zone", "locale")
_PLANNED_BY: Final = ("track", "region", "hired", "left", "time_zone")
_SINCE_EVER: Final = datetime.min.replace(tzinfo=UTC)


class RosteredPeople(MemoryPeople):
    """People of whom some are known from a list alone, by id in ``listed``; ``left`` is when somebody left."""

    def __init__(self, joined: Collection[str] = ()) -> None:
        super().__init__(joined)
        self.listed: dict[str, Person] = {}
        self.left: dict[str, date] = {}

    def known(self) -> dict[str, Person]:
        """Everybody, by id."""
        return self.listed | {each.person.id: each.person for each in self.accounts.values()}

    def put(self, person: Person) -> None:
        """Write down somebody."""
        self.listed[person.id] = person
        for each in self.accounts.values():
            if each.person.id == person.id:
                each.person = person

    def _of(self, organisation: str) -> list[Person]:
        return [each for each in self.known().values() if each.organisation == organisation]


@dataclass(slots=True)
class Enrolment:
    """A learner; ``next`` is when to look at them again."""

    enrolled: datetime
    next: datetime | None
    paused_until: datetime | None = None
    weekly: bool = True


class MemoryLearners:
    """Implements ``Learners``. What ``jobs`` still owes was not begun; a test takes from ``owed`` what was sent."""

    def __init__(self, people: RosteredPeople, jobs: MemoryJobs) -> None:
        self._people = people
        self._jobs = jobs
        self.enrolments: dict[str, Enrolment] = {}
        self.sittings: dict[str, Sitting] = {}
        self.graded: list[Graded] = []
        self.proofs: dict[str, dict[str, tuple[datetime, str]]] = defaultdict(dict)

    def enrol(self, at: datetime) -> int:
        """Look at everybody who is on a track and was not enrolled yet; how many are new."""
        before = len(self.enrolments)
        for person in self._people.known():
            known = self.enrolments.get(person)
            if self._is_here(person, at.date()):
                if known is None:
                    self.enrolments[person] = Enrolment(at, at)
                elif known.next is None:
                    known.next = at
            elif known is not None and known.next is not None and known.next <= at:
                known.next = None
                self.cancel(person)
        return len(self.enrolments) - before

    def find(self, person: str) -> Learner | None:
        """A learner; ``None`` where they are on no track, or were not enrolled yet."""
        known = self._people.known().get(person)
        if known is None or not known.track or person not in self.enrolments:
            return None
        return self._learner(person)

    def on_track(self, track: str, on: date) -> Sequence[Learner]:
        """The learners who are on a track on a day; nobody who left."""
        known = self._people.known()
        return [
            self._learner(each) for each in self.enrolments if self._is_here(each, on) and known[each].track == track
        ]

    def looking(self, at: datetime, most: int) -> Sequence[Learner]:
        """Learners at whom it is time to look, the one waiting longest first; nobody who left."""
        due = [
            (each.next, person)
            for person, each in self.enrolments.items()
            if each.next is not None and each.next <= at and self._is_here(person, at.date())
        ]
        return [self._learner(person) for _, person in sorted(due)[:most]]

    def pasts(self, people: Collection[str]) -> Mapping[str, Past]:
        """What learners have behind them."""
        return {person: self._past(person) for person in people}

    def plan(self, looks: Collection[Look]) -> int:
        """Owe what was found for learners and look again when they say."""
        new = 0
        for look in {each.person: each for each in looks}.values():
            if self._stands(look):
                self.enrolments[look.person].next = look.next
                if look.sitting is not None and look.sitting.id not in self.sittings:
                    self.sittings[look.sitting.id] = look.sitting
                    self._jobs.plan([look.delivery] if look.delivery else [])
                    new += 1
        return new

    def begin(self, *begun: Sitting) -> None:
        """Keep what somebody opened themselves; a known one is left as it is."""
        for each in begun:
            self.sittings.setdefault(each.id, each)

    def open(self, person: str, sitting: str, at: datetime) -> Sitting | None:
        """A person's sitting, opened now where it was not before."""
        known = self.sittings.get(sitting)
        if known is None or known.person != person:
            return None
        if known.opened is None:
            self.sittings[sitting] = replace(known, opened=at)
            self.look_again(at, [person])
        return self.sittings[sitting]

    def end(self, person: str, sitting: str, at: datetime) -> None:
        """A sitting is over; look at the person again now."""
        known = self.sittings.get(sitting)
        if known is not None and known.person == person and known.ended is None:
            self.sittings[sitting] = replace(known, ended=at)
        self.look_again(at, [person])

    def grade(self, answer: Graded) -> Graded:
        """Keep an answer; it comes back with ``first`` as it is."""
        same = (answer.person, answer.lesson, answer.version, answer.check)
        known = any((each.person, each.lesson, each.version, each.check) == same for each in self.graded)
        self.graded.append(replace(answer, first=not known))
        self.look_again(answer.at, [answer.person])
        return self.graded[-1]

    def place(self, sitting: str, answer: Graded) -> bool:
        """Keep the answer to a question of a placement quiz, which is over with it."""
        known = self.sittings.get(sitting)
        if known is None or (known.person, known.programme) != (answer.person, PLACEMENT) or known.ended is not None:
            return False
        self.sittings[sitting] = replace(known, opened=answer.at, ended=answer.at)
        self.grade(answer)
        if answer.right:
            self.cancel(answer.person)
        return True

    def prove(self, person: str, section: str, at: datetime, by: str) -> None:
        """A person knows a section; what is owed and not begun is cancelled."""
        known = self.proofs[person].get(section)
        if known is None or known[0] < at:
            self.proofs[person][section] = (at, by)
        if self.cancel(person) or known is None:
            self.look_again(at, [person])

    def pause(self, person: str, until: datetime | None, at: datetime) -> None:
        """Send nothing before a moment; what is owed and not begun is cancelled."""
        if person in self.enrolments:
            self.enrolments[person].paused_until = until
        self.look_again(at, [person])
        if until is not None:
            self.cancel(person)

    def choose_weekly(self, person: str, at: datetime, *, weekly: bool) -> None:
        """Take the weekly lesson or not; what is owed and not begun is cancelled where they do not."""
        if person in self.enrolments:
            self.enrolments[person].weekly = weekly
        self.look_again(at, [person])
        if not weekly:
            self.cancel(person)

    def look_again(self, at: datetime, people: Collection[str] | None = None) -> None:
        """Look at people again now; where none are named, at everybody who is not waiting for a look already."""
        for person, known in self.enrolments.items():
            if person in people if people is not None else known.next is not None and known.next > at:
                known.next = at

    def cancel(self, person: str, since: datetime = _SINCE_EVER) -> int:
        """No longer owe a person what was not begun; it is as if it had never been. How many there were."""
        gone = [each for each in self._jobs.owed.values() if self._is_for(each, person) and each.due >= since]
        for each in gone:
            del self._jobs.owed[each.id], self._jobs.planned[each.id]
            self.sittings.pop(each.id, None)
        return len(gone)

    def _is_for(self, delivery: Delivery, person: str) -> bool:
        sitting = self.sittings.get(delivery.id)
        met = self._people.find(delivery.workspace, delivery.account)
        is_theirs = met is not None and met.id == person and delivery.kind == "lesson"
        return is_theirs or (sitting is not None and sitting.person == person)

    def _is_here(self, person: str, today: date) -> bool:
        known, left = self._people.known().get(person), self._people.left.get(person)
        return known is not None and bool(known.track) and (left is None or left > today)

    def _stands(self, look: Look) -> bool:
        known = self.enrolments.get(look.person)
        if known is None or known.next is None or known.next > look.seen:
            return False
        paused = known.paused_until is not None and look.sitting is not None and look.sitting.due < known.paused_until
        return self._is_here(look.person, look.seen.date()) and not paused

    def _learner(self, person: str) -> Learner:
        known = self.enrolments[person]
        accounts = tuple(MemoryStaff(self._people).accounts(person))
        left = self._people.left.get(person)
        about = self._people.known()[person]
        return Learner(about, accounts, known.enrolled, known.paused_until, known.weekly, left)

    def _past(self, person: str) -> Past:
        sat = sorted((each for each in self.sittings.values() if each.person == person), key=lambda s: (s.due, s.id))
        answers = sorted((each for each in self.graded if each.person == person), key=lambda each: each.at)
        return Past(
            tuple(each for each in sat if each.programme != PLACEMENT),
            tuple(answers),
            {section: at for section, (at, _) in self.proofs.get(person, {}).items()},
            tuple(each for each in sat if each.programme == PLACEMENT),
        )


class MemoryRoster:
    """Implements ``Roster`` over people in memory."""

    def __init__(self, people: RosteredPeople, learners: MemoryLearners) -> None:
        self._people = people
        self._learners = learners

    def upsert(
        self, organisation: str, rows: Sequence[Row], at: datetime, *, dry_run: bool = False
    ) -> Sequence[Change]:
        """Write down what is said of people."""
        if not all(row.email.strip() for row in rows):
            raise ValueError("a row has no e-mail address; leave it out, nothing was changed")
        listed, left = dict(self._people.listed), dict(self._people.left)
        accounts = {key: replace(each) for key, each in self._people.accounts.items()}
        changes = [self._hear(organisation, row, at, dry_run=dry_run) for row in rows]
        if dry_run:
            self._people.listed, self._people.left, self._people.accounts = listed, left, accounts
        return changes

    def _hear(self, organisation: str, row: Row, at: datetime, *, dry_run: bool) -> Change:
        email = row.email.strip().lower()
        everybody = self._people.known().values()
        known = next(
            (each for each in everybody if (each.organisation, each.profile.email) == (organisation, email)), None
        )
        person = known or Person(f"r{len(everybody) + 1}", organisation, Profile(email=email))
        before = self._shown(person)
        met = any(each.person.id == person.id for each in self._people.accounts.values())
        after = before | {
            name: said or (None if name in ("hired", "left") else "")
            for name in _FIELDS
            if (said := getattr(row, name)) is not None
            and not (name in _PLATFORMS and (not said or (met and before[name])))
        }
        fields = tuple(name for name in _FIELDS if before[name] != after[name])
        self._keep(person, after)
        if known is not None and not dry_run:
            self._heed(person.id, fields, after["left"], at)
        if known is None:
            return Change(email, "new", fields)
        if "left" in fields and after["left"]:
            return Change(email, "left", fields)
        return Change(email, "changed" if fields else "same", fields)

    def _heed(self, person: str, fields: tuple[str, ...], left: date | None, at: datetime) -> None:
        if set(fields) & set(_PLANNED_BY):
            self._learners.look_again(at, [person])
        if "track" in fields:
            self._learners.cancel(person)
        if "left" in fields and left is not None:
            self._learners.cancel(person, _SINCE_EVER if left <= at.date() else datetime.combine(left, time.min, UTC))

    def _shown(self, person: Person) -> dict[str, Any]:
        profile = {name: getattr(person.profile, name) for name in _PLATFORMS}
        work = {"track": person.track, "region": person.region, "unit": person.unit, "hired": person.hire_date}
        return profile | work | {"left": self._people.left.get(person.id)}

    def _keep(self, person: Person, values: Mapping[str, Any]) -> None:
        profile = replace(person.profile, **{name: values[name] for name in _PLATFORMS})
        work = {name: values[name] for name in ("track", "region", "unit")}
        self._people.put(replace(person, profile=profile, hire_date=values["hired"], **work))
        self._people.left.pop(person.id, None)
        if values["left"] is not None:
            self._people.left[person.id] = values["left"]


__all__ = ["Enrolment", "MemoryLearners", "MemoryRoster", "RosteredPeople"]
