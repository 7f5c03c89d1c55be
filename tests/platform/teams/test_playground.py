"""Whole conversations in Microsoft's Agents Playground, in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.conversation.kept import to_json
from bot.conversation.messages import Act
from bot.conversation.reply import Reply, ReplyKind
from bot.ports import Delivery
from tests.fakes.answers import ANSWER, CITATION, CLARIFY
from tests.platform.teams.conftest import WELCOME, Opener
from tests.platform.teams.house import NOW

HELPFUL = re.compile(r"\bHelpful$")
QUESTION = "Can I answer the reporter?"
TENANT = "00000000-0000-0000-0000-0000000000001"
ALEX = "00000000-0000-0000-0000-0000000000020"  # whom the Playground's mocked directory signs in


def test_ask(playground: Opener) -> None:
    """A question in the personal chat gets a card: verdict, quote, source, contact."""
    teams = playground()
    teams.ask(QUESTION)
    answer = teams.cards.nth(1)
    for words in (
        "Ask first",
        "Pass every question of a reporter",
        "in force since 1 September 2026",
        "press@example.com",
    ):
        answer.get_by_text(words).first.wait_for()
    assert [(message.workspace, message.account) for message in teams.house.messages] == [(f"teams:{TENANT}", ALEX)]


def test_welcome_offers_questions(playground: Opener) -> None:
    """The app that was just added says hello once; a press on an example asks it."""
    teams = playground()
    assert teams.cards.count() == 1
    teams.cards.first.get_by_role("button", name=WELCOME[1]).click()
    teams.cards.nth(1).get_by_text("Ask first").wait_for()
    assert [message.text for message in teams.house.messages] == [WELCOME[1]]


def test_clarify_and_feedback_change_the_card_in_place(playground: Opener) -> None:
    """A pressed option becomes the answer, and "Helpful" becomes thanks, on one card; consent comes below."""
    teams = playground({QUESTION: CLARIFY})
    teams.ask(QUESTION)
    card = teams.cards.nth(1)
    card.get_by_text("What does the reporter want to talk about?").wait_for()
    card.get_by_role("button", name="Our company").click()
    card.get_by_text("Ask first").wait_for()
    card.get_by_role("button", name="👍 Helpful", exact=True).click()
    card.get_by_text("Thank you, good to know.").wait_for()
    assert card.get_by_role("button", name="👍 Helpful", exact=True).count() == 0
    card.get_by_role("button", name="Ask a person").click()
    teams.cards.nth(2).get_by_text("Only this is sent").wait_for()
    card.get_by_text("Thank you, good to know.").wait_for()
    assert teams.cards.count() == 3
    pressed = [message.press.act for message in teams.house.messages if message.press]
    assert pressed == [Act.CHOOSE, Act.HELPED, Act.PERSON]


@pytest.mark.parametrize("conversation", ["My Team - General", "My Team - Announcements"])
def test_mention_in_a_channel(playground: Opener, conversation: str) -> None:
    """The channel sees one line that says nothing of the question; the answer is in the asker's personal chat."""
    teams = playground()
    teams.show(conversation)
    teams.mention(QUESTION)
    teams.page.get_by_text("I have answered you in our personal chat, Alex Wilber.").wait_for()
    assert teams.cards.count() == 0
    assert teams.house.messages[0].text == QUESTION
    teams.show("Personal Chat")
    teams.cards.nth(1).get_by_text("Ask first").wait_for()


def test_share_in_the_thread(playground: Opener) -> None:
    """The asker may show the answer to everybody in the thread where it was asked, without its buttons."""
    teams = playground()
    teams.show("My Team - General")
    teams.mention(QUESTION)
    teams.page.get_by_text("I have answered you in our personal chat, Alex Wilber.").wait_for()
    teams.show("Personal Chat")
    card = teams.cards.nth(1)
    card.get_by_role("button", name="Share in thread").click()
    card.get_by_text("Shared in the thread where you asked.").wait_for()
    teams.show("My Team - General")
    teams.cards.first.get_by_text("Ask first").wait_for()
    assert teams.cards.count() == 1 and teams.cards.first.get_by_role("button").count() == 0


def test_message_that_is_owed(playground: Opener) -> None:
    """A delivery arrives in the personal chat without anybody having asked."""
    teams = playground()
    reply = Reply(ReplyKind.SMALL_TALK, "This week: what to do when a journalist writes to you.")
    delivery = Delivery("weekly:1", f"teams:{TENANT}", ALEX, "lesson", to_json(reply), NOW)
    assert teams.house.run(teams.house.surface.send(delivery))
    teams.cards.nth(1).get_by_text("This week: what to do").wait_for()


def test_ask_about_a_message(playground: Opener) -> None:
    """The message extension opens a form that shows the message, and answers in the dialog alone."""
    teams = playground()
    teams.ask("our new blender rocks")
    teams.cards.nth(1).wait_for()
    page = teams.page
    page.get_by_role("button", name="Show more information").nth(1).click()
    page.get_by_role("menuitem", name="Action Command").click()
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    field = page.get_by_role("dialog").get_by_role("textbox")
    field.wait_for()
    page.get_by_role("dialog").get_by_text("our new blender rocks").wait_for()
    field.fill("May I share it?")
    page.get_by_role("dialog").get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("dialog").get_by_text("Ask first").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Not helpful").click()
    page.get_by_role("dialog").get_by_text("did not help").wait_for()
    assert (teams.house.messages[1].text, teams.house.messages[1].quoted) == (
        "May I share it?",
        "our new blender rocks",
    )
    assert teams.cards.count() == 3  # the welcome, the answer, and the dialog's


def test_typing_while_it_takes_long(playground: Opener) -> None:
    """A slow answer shows that somebody types, and then comes."""
    teams = playground()
    teams.house.slow = 2.0
    teams.ask(QUESTION)
    teams.page.get_by_text("typing 202").first.wait_for()
    teams.cards.nth(1).get_by_text("Ask first").wait_for()


def test_words_of_a_policy_never_become_links(playground: Opener) -> None:
    """Markdown, mentions and functions in a policy's text are shown as they are written."""
    evil = "[click](https://evil.example.com) **b** <at>All</at> {{DATE(2026-01-01T00:00:00Z)}}"
    answer = replace(ANSWER, summary=evil, conditions=(evil,), citations=(replace(CITATION, quote=evil, heading=evil),))
    teams = playground({QUESTION: answer})
    teams.ask(QUESTION)
    card = teams.cards.nth(1)
    card.get_by_text("[click](https://evil.example.com)").first.wait_for()
    assert card.locator("a[href*=evil], strong, b, at").count() == 0
    assert "DATE(2026-01-01" in card.inner_text()
