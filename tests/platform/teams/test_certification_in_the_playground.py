"""An exam, a confirmation and a brown bag in Microsoft's Agents Playground: clicked through, each in one card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.conversation.learn import gatherings
from bot.conversation.learn.certification.remind import reminders
from bot.conversation.messages import Deed, Message
from bot.ports import Profile
from lessons.models import Track
from tests.platform.teams.conftest import Opener, Playground
from tests.platform.teams.house import NOW
from tests.platform.teams.test_playground import ALEX, TENANT

if TYPE_CHECKING:
    from playwright.sync_api import Locator

WORKSPACE: Final = f"teams:{TENANT}"
NOOR: Final = "00000000-0000-0000-0000-0000000000021"


def hire(teams: Playground) -> str:
    """Alex, who was hired today, is met in the personal chat; their id."""
    teams.ask("hello")
    teams.cards.nth(1).wait_for()
    person = teams.house.state.people.find(WORKSPACE, ALEX)
    assert person is not None
    teams.house.state.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=NOW.date(), at=NOW)
    teams.house.state.learners.enrol(NOW)
    return person.id


def asks(teams: Playground, words: str) -> Locator:
    """Write to the bot; its card."""
    before = teams.cards.count()
    teams.ask(words)
    card = teams.cards.nth(before)
    card.wait_for()
    return card


def test_an_exam_is_answered_in_one_card(playground: Opener) -> None:
    """Question after question takes the place of the one before; how it went stands there at the end."""
    teams = playground()
    person = hire(teams)
    card = asks(teams, "my level")
    count = teams.cards.count()
    card.get_by_role("button", name="Start the exam").click()
    card.get_by_text("What should Jo do?").wait_for()
    card.get_by_text("Answer as any customer would").click()
    card.get_by_text("Where may she say that she works here?").first.wait_for()
    card.get_by_role("button", name="Choose", exact=True).click()
    boxes = card.locator("input[type=checkbox]")  # the Playground ties no label to them
    boxes.nth(0).check()
    boxes.nth(2).check()
    card.get_by_role("button", name="Answer", exact=True).click()
    card.get_by_text("Not yet: Ready to post").wait_for()
    shown = card.inner_text()
    assert "1 of 2 right" in shown and "Nobody is told." in shown and "from 4 Nov 2026 on" in shown
    assert teams.cards.count() == count
    (attempt,) = teams.house.state.certificates.attempts(person)
    assert (attempt.right, attempt.passed) == (1, False)


def test_a_policy_is_confirmed_where_it_was_asked(playground: Opener) -> None:
    """The request comes by itself; a press turns it into what was confirmed."""
    teams = playground()
    person = hire(teams)
    before = teams.cards.count()
    assert reminders(teams.house.campus.academy, NOW) == 1
    teams.house.deliver()
    card = teams.cards.nth(before)
    card.get_by_text("I have read and understood “Saying who you work for”, version 1.0.").wait_for()
    card.get_by_role("button", name="I confirm").click()
    card.get_by_text("You confirmed on 2 Nov 2026").wait_for()
    assert card.get_by_role("button").count() == 0 and teams.cards.count() == before + 1
    (kept,) = teams.house.state.certificates.attestations(person)
    assert (kept.policy, kept.version, kept.at) == ("disclosure", "1.0", NOW)


def test_who_comes_to_a_brown_bag_says_so(playground: Opener) -> None:
    """A colleague's brown bag is found and opened; the answer stands on the same card, and can be taken back there."""
    teams = playground()
    hire(teams)
    announced(teams)
    card = asks(teams, "brown bags")
    card.get_by_role("button", name="Open").click()
    card.get_by_text("nobody yet; be the first").wait_for()
    card.get_by_role("button", name="I am coming").click()
    card.get_by_text("1 colleague").wait_for()
    card.get_by_role("button", name="I cannot come").click()
    card.get_by_text("not coming").wait_for()
    (bag,) = teams.house.state.gatherings.kept.values()
    assert bag.coming == 0


def announced(teams: Playground) -> None:
    """Noor announced a brown bag."""
    house = teams.house
    house.state.people.meet(WORKSPACE, NOOR, Profile("Noor Example", "noor@example.com"), NOW)
    message = Message("teams", WORKSPACE, NOOR, "noor", NOW)
    draft = gatherings.brown_bags(house.campus.hall, message, "Reading the room on 3 November 14:00 in the canteen")
    announce = draft.actions[0]
    gatherings.do(house.campus.hall, message, Deed(announce.act, announce.on))
