"""A lesson in Microsoft's Agents Playground: it comes by itself, is answered by clicks, and its card changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.conversation.learn.teach import teach
from lessons.models import Track
from tests.fakes.school import FIRST, SECOND
from tests.platform.teams.conftest import Opener, Playground
from tests.platform.teams.house import NOW
from tests.platform.teams.test_playground import ALEX, TENANT

if TYPE_CHECKING:
    from playwright.sync_api import Locator

WORKSPACE: Final = f"teams:{TENANT}"
RIGHT: Final = "“I work here, and I love it.”"
WRONG: Final = "“Best kettle ever.”"


def lesson(teams: Playground) -> Locator:
    """The first lesson of Alex, who was hired today, in the personal chat."""
    teams.ask("hello")
    teams.cards.nth(1).wait_for()
    person = teams.house.state.people.find(WORKSPACE, ALEX)
    assert person is not None
    teams.house.state.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=NOW.date(), at=NOW)
    return comes(teams, FIRST.title)


def comes(teams: Playground, title: str, days: int = 0) -> Locator:
    """What is due so many days later comes by itself."""
    assert teach(teams.house.school, NOW + timedelta(days=days)) == 1
    before = teams.cards.count()
    teams.house.deliver()
    card = teams.cards.nth(before)
    card.get_by_text(title).first.wait_for()
    return card


def test_answered_wrong(playground: Opener) -> None:
    """A wrong answer is explained in the same card, shames nobody, and brings the next check."""
    teams = playground()
    card = lesson(teams)
    card.get_by_text("1 of 2").wait_for()
    count = teams.cards.count()
    card.get_by_role("button", name=WRONG).click()
    card.get_by_text(f"Not quite: {FIRST.title}").wait_for()
    shown = card.inner_text()
    assert "Nobody can tell that she works here." in shown and "it comes back" in shown
    assert "Where may it stand?" in shown and card.get_by_role("button", name=RIGHT).count() == 0
    assert teams.cards.count() == count
    (graded,) = teams.house.state.learners.graded
    assert (graded.check, graded.right, graded.first) == ("post", False, True)


def test_answered_right_to_the_end(playground: Opener) -> None:
    """Right at first, then several boxes; the card says so each time, and the next lesson is another card."""
    teams = playground()
    card = lesson(teams)
    card.get_by_role("button", name=RIGHT).click()
    card.get_by_text(f"Right: {FIRST.title}").wait_for()
    card.get_by_role("button", name="Choose", exact=True).click()
    boxes = card.locator("input[type=checkbox]")  # the Playground ties no label to them
    boxes.nth(0).check()
    boxes.nth(2).check()
    card.get_by_role("button", name="Check", exact=True).click()
    card.get_by_text("Yes, where it is easy to see.").wait_for()
    assert [each.right for each in teams.house.state.learners.graded] == [True, True]
    second = comes(teams, SECOND.title, days=1)
    second.get_by_role("button", name="True", exact=True).click()
    second.get_by_text(f"Right: {SECOND.title}").wait_for()
    card.get_by_text(f"Right: {FIRST.title}").wait_for()


def test_a_question_about_it(playground: Opener) -> None:
    """The answer comes below, and the lesson keeps its check."""
    teams = playground()
    card = lesson(teams)
    before = teams.cards.count()
    card.get_by_role("button", name="Ask about this").click()
    card.get_by_label("Your question about this lesson").fill("And in a story?")
    card.get_by_role("button", name="Ask", exact=True).click()
    answer = teams.cards.nth(before)
    answer.get_by_text("rests on this section").wait_for()
    card.get_by_role("button", name=RIGHT).wait_for()


def test_the_overview_is_paused(playground: Opener) -> None:
    """``lessons`` shows how far Alex is; a pause chosen in its form stands on the card at once."""
    teams = playground()
    lesson(teams)
    before = teams.cards.count()
    teams.ask("lessons")
    overview = teams.cards.nth(before)
    overview.get_by_text("Your first thirty days").wait_for()
    overview.get_by_role("button", name="Pause", exact=True).first.click()
    overview.get_by_role("combobox").click()
    teams.page.get_by_role("option", name="Two weeks").click()
    overview.get_by_role("button", name="Pause", exact=True).last.click()
    overview.get_by_text("until 16 Nov 2026").wait_for()
    overview.get_by_role("button", name="Go on").click()
    overview.get_by_text("until 16 Nov 2026").wait_for(state="detached")
