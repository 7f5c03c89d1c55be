"""A case from the question to the answer and back, in Microsoft's Agents Playground: forms, presses, two places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.ports import LEAD, STAFF, Event, Stage
from tests.platform.teams.conftest import Opener, Playground
from tests.platform.teams.test_playground import ALEX, QUESTION, TENANT

if TYPE_CHECKING:
    from playwright.sync_api import Locator

WORKSPACE: Final = f"teams:{TENANT}"
CHANNEL: Final = "My Team - General"
CHAT: Final = "Personal Chat"
EVIL: Final = "[click](https://evil.example.com) **b** <at>All</at>"


def grant(teams: Playground, role: str) -> None:
    """Give Alex a role."""
    person = teams.house.state.people.find(WORKSPACE, ALEX)
    assert person is not None
    teams.house.state.staff.grant(person.id, role)


def set_desk(teams: Playground) -> None:
    """Make the channel the one in which Communications answer, by a mention of the bot in it."""
    teams.ask("hello")
    teams.cards.nth(1).wait_for()
    grant(teams, LEAD)
    grant(teams, STAFF)
    teams.show(CHANNEL)
    teams.mention("desk communications")
    teams.page.get_by_text("I have answered you in our personal chat, Alex Wilber.").wait_for()


def send_case(teams: Playground) -> None:
    """Ask in the personal chat, ask for a person there, and send it."""
    teams.show(CHAT)
    before = teams.cards.count()
    teams.ask(QUESTION)
    answer = teams.cards.nth(before)
    answer.get_by_role("button", name="Ask a person").click()
    consent = teams.cards.nth(before + 1)
    consent.get_by_text("Only this is sent").wait_for()
    consent.get_by_role("button", name="Send", exact=True).click()
    consent.get_by_text("Sent to Corporate communications as case 1").wait_for()
    answer.get_by_text("Ask first").wait_for()


def case_card(teams: Playground) -> Locator:
    """The card in the channel."""
    teams.house.deliver()
    teams.show(CHANNEL)
    card = teams.cards.first
    card.get_by_text(QUESTION).first.wait_for()
    return card


_LOOKS: Final = 100
"""How often to look whether a press has come to its end, a tenth of a second apart."""


def stage(teams: Playground) -> tuple[Stage, str]:
    """How far the case is, and with whom."""
    escalations = teams.house.state.escalations
    organisation = escalations.organisation(WORKSPACE)
    person = teams.house.state.people.find(WORKSPACE, ALEX)
    (case,) = escalations.of(organisation, WORKSPACE, ALEX, person.id if person else "")
    return case.stage, case.contact


def test_claim_answer_and_reopen(playground: Opener) -> None:
    """Claimed and answered by a form in the channel's card; the answer comes to the chat, and "Not yet" reopens it."""
    teams = playground()
    set_desk(teams)
    send_case(teams)
    card = case_card(teams)
    card.get_by_role("button", name="Claim", exact=True).click()
    card.get_by_text("claimed by Alex Wilber").wait_for()
    assert stage(teams) == (Stage.CLAIMED, "communications")

    card.get_by_role("button", name="Answer", exact=True).click()
    card.get_by_label("Your answer").fill(EVIL)
    card.get_by_role("button", name="Send", exact=True).click()
    card.get_by_text("Case 1 · Answered").wait_for()
    assert card.locator("a[href*=evil], strong, b, at").count() == 0

    teams.house.deliver()
    teams.show(CHAT)
    answer = teams.cards.last
    answer.get_by_text("The answer to case 1").wait_for()
    assert EVIL in answer.inner_text() and answer.locator("a[href*=evil], strong, b, at").count() == 0
    answer.get_by_role("button", name="Not yet").click()
    answer.get_by_label("What is still open?").fill("The logo, too?")
    answer.get_by_role("button", name="Send", exact=True).click()
    answer.get_by_text("The answer to case 1").wait_for(state="detached")
    for _ in range(_LOOKS):  # the card is gone for a moment while it is drawn, too
        if stage(teams)[0] is not Stage.ANSWERED:
            break
        answer.page.wait_for_timeout(100)
    assert stage(teams)[0] in (Stage.OPEN, Stage.CLAIMED)

    teams.house.deliver()
    teams.show(CHANNEL)
    card.get_by_text("The logo, too?").wait_for()
    spoken = [each.deed.words for each in teams.house.messages if each.deed and each.deed.words]
    assert spoken == [EVIL, "The logo, too?"]


def test_reassign(playground: Opener) -> None:
    """The contact picker of the card gives the case to somebody else, with the word that goes along."""
    teams = playground()
    set_desk(teams)
    send_case(teams)
    card = case_card(teams)
    card.get_by_role("button", name="Reassign", exact=True).click()
    card.get_by_role("combobox", name="Who should take it?").click()
    teams.page.get_by_role("option", name="Social media lead").click()
    card.get_by_label("A word to them").fill("Yours, I think")
    card.get_by_role("button", name="Hand over").click()
    card.get_by_text("Social media lead").first.wait_for()
    assert stage(teams) == (Stage.OPEN, "coe_lead")
    deed = teams.house.messages[-1].deed
    assert deed is not None and (deed.words, deed.choices) == ("Yours, I think", ("coe_lead",))


def test_required_words_are_asked_for(playground: Opener) -> None:
    """A form whose words are needed is not sent without them."""
    teams = playground()
    set_desk(teams)
    send_case(teams)
    card = case_card(teams)
    card.get_by_role("button", name="Close", exact=True).first.click()
    said = len(teams.house.messages)
    card.get_by_role("button", name="Close", exact=True).last.click()
    card.get_by_text("This is needed.").wait_for()
    assert len(teams.house.messages) == said


def test_who_has_no_role_is_told_alone(playground: Opener) -> None:
    """A press of somebody without the role changes nothing, and the channel hears nothing of it."""
    teams = playground()
    set_desk(teams)
    send_case(teams)
    card = case_card(teams)
    person = teams.house.state.people.find(WORKSPACE, ALEX)
    assert person is not None
    for role in (STAFF, LEAD):
        teams.house.state.staff.revoke(person.id, role)
    card.get_by_role("button", name="Claim", exact=True).click()
    teams.page.get_by_text("Only the Center of Excellence works on cases").first.wait_for()
    assert stage(teams)[0] is Stage.OPEN and teams.cards.count() == 1


def test_queue(playground: Opener) -> None:
    """The queue in the personal chat opens a case below it; what is pressed there changes that card."""
    teams = playground()
    set_desk(teams)
    send_case(teams)
    before = teams.cards.count()
    teams.ask("queue")
    queue, opened = teams.cards.nth(before), teams.cards.nth(before + 1)
    queue.get_by_text("Your queue").wait_for()
    queue.get_by_role("button", name="Open", exact=True).click()
    opened.get_by_text("not claimed yet").wait_for()
    opened.get_by_role("button", name="Claim", exact=True).click()
    opened.get_by_text("claimed by Alex Wilber").wait_for()
    queue.get_by_text("Your queue").wait_for()
    escalations = teams.house.state.escalations
    (case,) = escalations.unresolved(escalations.organisation(WORKSPACE))
    events = [each.event for each in escalations.entries(case.organisation, case.id)]
    assert events == [Event.OPENED, Event.CLAIMED]
