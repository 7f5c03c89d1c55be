"""The month's figures for executives and whoever leads: one card on their first working day of the next month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversation.kept import to_json
from bot.conversation.learn.measuring import Measure, measure
from bot.conversation.learn.school import School
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Head, Listing, Reply, ReplyKind
from bot.ports import LEAD, Delivery, Learner, Person
from bot.ports.figures import Figures, ProgrammeSettings
from lessons.dials import effects
from lessons.models import Track
from lessons.report import LEAST, Dimension, Group, Report, percent, share

KIND: Final = "monthly"
"""The kind of such a delivery."""

_OPT_OUT: Final = "“No weekly lesson” under “lessons” stops this card, too."
_GROUPS: Final = 6  # that are shown
_LONGEST: Final = 31  # days


def monthly(school: School, figures: Figures, programme: ProgrammeSettings, at: datetime) -> list[Delivery]:
    """The cards of all executives and of everybody with the role of a lead whose first working day of the month it is.

    It comes to nobody who paused, or who opted out of what is not mandatory. It comes within the hours of lessons, by
    their own clock; its id tells whose and which month's it is. There is none of a month in which too few people were
    reached to tell of them.
    """
    return [*_Office(school, figures, programme, at).cards()]


def monthly_card(report: Report, before: Report | None = None) -> Reply:
    """What a month achieved, against the one before where there is one: two sentences, then the figures."""
    month = f"{report.since:%B}"
    return Reply(
        ReplyKind.NOTE,
        f"{_reach(report)} {_answers(report, before)}",
        head=Head(f"Lessons in {month}", "📈", "neutral"),
        facts=tuple(_facts(report)),
        lists=tuple(_by_track(report)),
        notes=(f"No figure tells of fewer than {LEAST} people. {_OPT_OUT}",),
    )


@dataclass(frozen=True, slots=True)
class _Office:
    """One round of looks, with the reports that it has made."""

    school: School
    figures: Figures
    programme: ProgrammeSettings
    at: datetime
    made: dict[tuple[str, date], Report] = field(default_factory=dict)

    def cards(self) -> Iterator[Delivery]:
        for person in self._readers():
            local = self.at.astimezone(_zone(person))
            if not self._is_their_day(person, local):
                continue
            accounts = [each for each in self.school.staff.accounts(person.id) if each[0] != LOCAL]
            reply = self._card(person.organisation, local.date()) if accounts else None
            if reply is not None:
                name = f"monthly:{person.id}:{_month_before(local.date()):%Y-%m}"
                yield Delivery(name, *accounts[0], KIND, to_json(reply), self.at)

    def _readers(self) -> Iterator[Person]:
        """Everybody who is to get a card, each once."""
        school = self.school
        executives = school.learners.on_track(Track.EXECUTIVES.value, self.at.date())
        yield from (each.person for each in executives if self._wants(each))
        known = {each.person.id for each in executives}
        for organisation in school.staff.organisations():
            for person in school.staff.with_role(organisation, LEAD):
                learner = school.learners.find(person.id)
                if person.id not in known and (learner is None or self._wants(learner)):
                    yield person

    def _wants(self, learner: Learner) -> bool:
        return learner.weekly and (learner.paused_until is None or learner.paused_until <= self.at)

    def _is_their_day(self, person: Person, local: datetime) -> bool:
        hours, is_holiday = self.school.rules.hours, self.school.holidays(person.region)
        if not hours.opens <= local.time() < hours.closes:
            return False
        days = (local.date().replace(day=1) + timedelta(each) for each in range(_LONGEST))
        works = (each for each in days if each.weekday() in hours.days and not is_holiday(each))
        return next(works, None) == local.date()

    def _card(self, organisation: str, today: date) -> Reply | None:
        month = _month_before(today)
        report = self._report(organisation, month)
        if not report.whole.reached:
            return None
        before = self._report(organisation, _month_before(month))
        return monthly_card(report, before if before.whole.reached else None)

    def _report(self, organisation: str, month: date) -> Report:
        if (organisation, month) not in self.made:
            since = datetime(month.year, month.month, 1, tzinfo=UTC)
            after = (since + timedelta(_LONGEST)).replace(day=1)
            budget, on = self.programme.budget(organisation), effects(self.programme.get(organisation))
            # Questions are left out: within a month, the 30 days after a lesson are over for the first day's alone.
            by = Measure(sections={}, effects=on, budget=budget, kept=timedelta())
            self.made[organisation, month] = measure(self.figures, organisation, since, after, by, self.at).report
        return self.made[organisation, month]


def _reach(report: Report) -> str:
    of = report.whole
    opened = percent(share(of.opened, of.sent))
    return f"In {report.since:%B} lessons reached {of.reached} of {of.people} people, who opened {opened} of them."


def _answers(report: Report, before: Report | None) -> str:
    of = report.whole
    right = share(of.right, of.answered)
    if of.right is None:
        return "Too few people answered a check to tell how many were right."
    if right is None:
        return "Nobody answered a check yet."
    told = f"Of those answered, {percent(right)} were right at the first try"
    then = share(before.whole.right, before.whole.answered) if before else None
    if before is None or then is None:
        return f"{told}."
    points = round(right * 100) - round(then * 100)
    if points == 0:
        return f"{told}, as in {before.since:%B}."
    noun = "point" if abs(points) == 1 else "points"
    return f"{told}, {abs(points)} {noun} {'more' if points > 0 else 'fewer'} than in {before.since:%B}."


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    of = report.whole
    yield "Reached", f"{of.reached} of {of.people} people ({percent(share(of.reached, of.people))})"
    for name, part, whole in (
        ("Opened", of.opened, of.sent),
        ("Answered", of.answered, of.sent),
        ("Right at the first try", of.right, of.answered),
        ("Kept after 30 days", of.kept, of.reviewed),
    ):
        value = share(part, whole)
        if value is not None:
            yield name, percent(value)
    if report.cost is not None and report.budget is not None:
        yield "Cost for each person reached", f"{report.cost:,.2f} {report.budget.currency}"


def _by_track(report: Report) -> Iterator[Listing]:
    told = [line for each in report.by(Dimension.TRACK) if (line := _line(each))]
    if told:
        yield Listing("By track", tuple(told[:_GROUPS]))


def _line(group: Group) -> str:
    of = group.figures
    opened, right = share(of.opened, of.sent), share(of.right, of.answered)
    if opened is None:
        return ""
    words = f"{_TRACKS.get(group.label, group.label.capitalize())}: {percent(opened)} opened"
    return words if right is None else f"{words}, {percent(right)} right at the first try"


_TRACKS: Final = {Track.COE.value: "Center of Excellence", Track.BUSINESS_UNITS.value: "Business units"}


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(1)).replace(day=1)


def _zone(person: Person) -> ZoneInfo:
    try:
        return ZoneInfo(person.profile.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


__all__ = ["KIND", "monthly", "monthly_card"]
