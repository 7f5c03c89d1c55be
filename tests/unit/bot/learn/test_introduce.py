"""People whom only the company's list names are met by their e-mail address: theirs, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from structlog.testing import capture_logs

from bot.conversation.learn.introduce import AGAIN, MOST, WITHIN, Lobby, introduce
from bot.errors import TryLaterError, UndeliverableError
from bot.ports import Learner, Look, Profile, Row
from bot.ports.introductions import Found
from tests.fakes.introductions import MemoryAddressBook, MemoryIntroductions
from tests.fakes.state import MemoryState

T1: Final = "slack:T1"
T2: Final = "slack:T2"
TEAMS: Final = "teams:one"
COMPANY: Final = (T1, T2, TEAMS)
NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
INES: Final = "ines@example.com"
NOOR: Final = "noor@example.com"


def found(email: str, account: str = "U1") -> Found:
    """An account of this address."""
    return Found(account, Profile("Ines Example", email, "Europe/Berlin"))


class Hotel:
    """A company in two workspaces of Slack and a tenant of Teams, with a list, and what Slack knows."""

    def __init__(self, **known: Found | Exception) -> None:
        self.now = NOW
        self.state = MemoryState(COMPANY)
        self.book = MemoryAddressBook({(T1, f"{name}@example.com"): each for name, each in known.items()})
        for each in COMPANY:
            self.state.workspaces.add(each, each.partition(":")[0], each, NOW)
        self.introductions = MemoryIntroductions(self.state.people, COMPANY)
        self.lobby = self.process()

    def process(self) -> Lobby:
        """One more process."""
        state = self.state
        return Lobby(
            state.workspaces, state.people, state.learners, self.introductions, {"slack": self.book}, lambda: self.now
        )

    def introduces(self, at: datetime = NOW, lobby: Lobby | None = None) -> int:
        """A round at a moment; how many were found."""
        self.now = at
        return introduce(lobby or self.lobby)

    def listed(self, *emails: str) -> None:
        """Put people on the list and enrol them; the programmes look at them again in twelve hours."""
        self.state.roster.upsert("company", [Row(each, track="employees") for each in emails], NOW)
        self.state.learners.enrol(NOW)
        for each in self.state.learners.enrolments.values():
            each.next = NOW + timedelta(hours=12)

    def due(self, at: datetime = NOW) -> Sequence[Learner]:
        """At whom it is time to look."""
        return self.state.learners.looking(at, 100)


def test_whoever_is_found_is_met_and_looked_at_at_once() -> None:
    """The account that Slack knows by the address becomes theirs, with name and time zone."""
    hotel = Hotel(ines=found(INES))
    hotel.listed(INES)
    assert hotel.introduces() == 1
    (ines,) = hotel.due()
    assert ines.accounts == ((T1, "U1"),)
    assert ines.person.profile == Profile("Ines Example", INES, "Europe/Berlin")
    assert hotel.introduces(NOW + MINUTE) == 0
    assert hotel.book.asked == [(T1, INES)]


def test_a_look_that_began_before_they_were_met_does_not_stand() -> None:
    """Whoever looked for their lesson while Slack was being asked found no account; they are looked at again."""
    hotel = Hotel(ines=found(INES))
    hotel.listed(INES)
    (ines,) = hotel.state.learners.enrolments
    hotel.state.learners.look_again(NOW, [ines])
    hotel.book.takes = lambda: setattr(hotel, "now", NOW + timedelta(seconds=10))
    hotel.introduces()
    seen = NOW + timedelta(seconds=5)
    hotel.state.learners.plan([Look(ines, seen, seen + timedelta(hours=12))])
    assert [each.person.id for each in hotel.due(NOW + MINUTE)] == [ines]


def test_each_workspace_of_the_company_is_asked_until_one_knows_them() -> None:
    """Where the first one does not, the second may; Teams cannot be asked, and is not."""
    hotel = Hotel()
    hotel.book.entries[T2, INES] = found(INES)
    hotel.listed(INES)
    assert hotel.introduces() == 1
    assert hotel.book.asked == [(T1, INES), (T2, INES)]


def test_another_company_is_never_asked() -> None:
    """A workspace that is not one of theirs learns nothing of who is on their list."""
    hotel = Hotel()
    hotel.state.workspaces.add("slack:T9", "slack", "Others", NOW)
    hotel.listed(INES)
    hotel.introduces()
    assert {workspace for workspace, _ in hotel.book.asked} == {T1, T2}


def test_another_address_than_the_one_asked_for_is_nobody() -> None:
    """Nobody is guessed: what is told under another address, or under none, is not taken."""
    hotel = Hotel(ines=found("ines.other@example.com"), noor=found(""))
    hotel.listed(INES, NOOR)
    assert hotel.introduces() == 0
    assert not hotel.state.people.accounts


def test_who_is_unknown_is_asked_for_again_after_a_week() -> None:
    """Not before; once they have an account there, they are met."""
    hotel = Hotel()
    hotel.listed(INES)
    for days in range(7):
        hotel.introduces(NOW + timedelta(days=days))
    assert hotel.book.asked == [(T1, INES), (T2, INES)]
    hotel.book.entries[T1, INES] = found(INES)
    assert hotel.introduces(NOW + AGAIN) == 1


def test_so_many_a_minute_whatever_the_number_of_processes() -> None:
    """A workspace is asked for thirty people a minute, by all processes together; the others have their turn later."""
    hotel = Hotel()
    del hotel.state.workspaces.kept[T2]
    hotel.listed(*(f"p{each:03}@example.com" for each in range(MOST + 20)))
    lobbies = (hotel.lobby, hotel.process())
    for lobby in lobbies:
        hotel.introduces(NOW, lobby)
    assert len(hotel.book.asked) == len(set(hotel.book.asked)) == MOST
    for lobby in lobbies:
        hotel.introduces(NOW + WITHIN, lobby)
    assert len(hotel.book.asked) == len(set(hotel.book.asked)) == MOST + 20


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (TryLaterError("Slack asks for a pause of 240 s", 240), timedelta(seconds=240)),
        (UndeliverableError("Clearpost is not installed there"), timedelta(hours=1)),
    ],
)
def test_a_workspace_that_cannot_be_asked_is_left_alone_for_a_while(error: Exception, pause: timedelta) -> None:
    """Nobody else is asked for there, whoever was found before is met; nobody counts as unknown by it."""
    hotel = Hotel(a=found("a@example.com"), b=error, c=found("c@example.com", "U3"))
    del hotel.state.workspaces.kept[T2]
    hotel.listed("a@example.com", "b@example.com", "c@example.com")
    with capture_logs() as lines:
        assert hotel.introduces() == 1
    assert [each["event"] for each in lines] == ["introductions_paused", "people_introduced"]
    assert "example.com" not in repr(lines)
    assert hotel.introduces(NOW + pause - timedelta(seconds=1)) == 0
    assert len(hotel.book.asked) == 2
    hotel.book.entries[T1, "b@example.com"] = found("b@example.com", "U2")
    assert hotel.introduces(NOW + max(pause, timedelta(minutes=10))) == 2
