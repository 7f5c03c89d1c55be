"""The web chat in a real browser: keyboard, focus, announcements, small screens and the content policy."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from bot.channels.web.app import web_app
from bot.conversation.messages import Act, Deed, Message, Press
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict
from tests.platform.cards.case_replies import ANSWERED, CASES, CLAIMED, COMPLAINT, CONSENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: install it to run browser tests")

QUOTE = Quote(
    text="You may praise our products on your own accounts when every reader can tell that you work here.",
    plain="You may praise our products on your own accounts when every reader can tell that you work here.",
    policy="disclosure",
    title="Disclosure policy",
    version="2.0",
    effective=date(2026, 9, 1),
    section="say-who",
    heading="Say who you work for",
    verdict=Verdict.YES_IF,
    inferred=False,
)
ANSWER = Reply(
    ReplyKind.ANSWER,
    "You may, when every reader can tell that you work here.",
    id="r1",
    question="may I praise our blender?",
    verdict=Verdict.YES_IF,
    inferred=True,
    conditions=("the post itself names your employer; a line in your profile is not enough",),
    quotes=(QUOTE, QUOTE),
    sources=("16 CFR 255.5 (FTC Endorsement Guides)",),
    person=Person("lead", "Lead", "Mon–Fri", (("email", "a-long-address-of-a-department@social.example.com"),)),
)
CLARIFY = Reply(
    ReplyKind.CLARIFY,
    "Is the answer already public?",
    id="r0",
    question="may I answer?",
    options=(Option("Yes, anybody can look it up", "p", "public"), Option("No, or I am not sure", "p", "secret")),
)


CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 50"><style>*{fill:red}</style><path d="M0 0h9v9"/></svg>'
)
NOTHING = Reply(ReplyKind.NOTE, "")
DONE = {
    "claim": CLAIMED,
    "answer": Reply(ReplyKind.CASE, "It is on its way to Ines Example."),
    "priority": Reply(ReplyKind.ERROR, "Somebody changed it before you."),
    "ask_back": Reply(ReplyKind.NOTE, "Your question is on its way."),
    "send": Reply(ReplyKind.NOTE, "Sent to Customer care as case 17."),
    "solved": Reply(ReplyKind.CASE, "Case 17 is closed. Thank you."),
}
"""The reply to each deed."""


class Canned:
    """A conversation of canned replies that remembers its messages; ``news`` is what came back meanwhile."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.news = NOTHING

    async def __call__(self, message: Message) -> Reply:
        """The reply to one message; "slow" takes its time, "break" fails, the name of a card shows it."""
        if message.deed and message.deed.act == "news":
            return self.news
        self.messages.append(message)
        if message.deed:
            return DONE[message.deed.act]
        if message.press and message.press.act is Act.PERSON:
            return CONSENT
        if message.text in CASES:
            return CASES[message.text]
        if message.press and message.press.act is not Act.CHOOSE:
            return Reply(ReplyKind.THANKS, "Thank you for telling me.")
        if message.text == "slow":
            await asyncio.sleep(0.4)
        if message.text == "break":
            raise RuntimeError("broken on purpose")
        return CLARIFY if message.text == "may I answer?" else ANSWER


class Site:
    """The app on a loopback port, with what was said to it and what the browser complained of."""

    def __init__(self, address: str, converse: Canned) -> None:
        self.address = address
        self.converse = converse
        self.complaints: list[str] = []


@pytest.fixture
def site() -> Iterator[Site]:
    """A server in a thread; any complaint of the browser, such as a breach of the content policy, fails the test."""
    converse = Canned()
    app = web_app(converse, lambda: datetime(2026, 11, 2, 9, tzinfo=UTC), chart=lambda: CHART)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        running = Site(f"http://127.0.0.1:{listening.getsockname()[1]}/", converse)
        try:
            yield running
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    assert running.complaints == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless chromium for the module."""
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser: Browser, site: Site, **options: Any) -> Page:
    """The chat page in a fresh profile, with a short patience."""
    page: Page = browser.new_context(reduced_motion="reduce", **options).new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: site.complaints.append(str(error)))
    page.on("console", lambda line: site.complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.goto(site.address)
    return page


def box_of(locator: Locator) -> FloatRect:
    """Where an element stands, in pixels; it must be visible."""
    box = locator.bounding_box()
    assert box is not None
    return box


def test_ask_by_keyboard(browser: Browser, site: Site) -> None:
    """The field has the focus at once; Shift+Enter breaks the line, Enter sends, and the focus stays."""
    page = opened(browser, site)
    page.keyboard.type("may I praise")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("our <b>blender</b>?")
    assert box_of(page.locator("#question"))["height"] > 60
    page.keyboard.press("Enter")
    page.locator(".reply").wait_for()
    assert [message.text for message in site.converse.messages] == ["may I praise\nour <b>blender</b>?"]
    assert page.locator(".said .words").inner_text() == "may I praise\nour <b>blender</b>?"
    assert page.locator(".verdict").inner_text().strip() == "Yes, if"
    assert page.locator("#question:focus").count() == 1 and page.input_value("#question") == ""
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert len(site.converse.messages) == 1


def test_replies_are_announced(browser: Browser, site: Site) -> None:
    """The thread is a polite live region, waiting is a status, and the field and its button have names."""
    page = opened(browser, site)
    log = page.get_by_role("log", name="Conversation")
    assert log.get_attribute("aria-live") == "polite"
    page.get_by_role("textbox", name="Your question").fill("slow")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("status").get_by_text("Reading the policies").wait_for()
    log.get_by_role("article", name="Reply: Yes, if").wait_for()
    assert page.get_by_role("status").inner_text() == ""


def test_option_by_keyboard_moves_the_focus_to_the_reply(browser: Browser, site: Site) -> None:
    """A pressed option reaches the conversation; the focus goes on to the new reply."""
    page = opened(browser, site)
    page.fill("#question", "may I answer?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="No, or I am not sure").focus()
    page.keyboard.press("Enter")
    page.locator(".reply:focus .verdict", has_text="Yes, if").wait_for()
    assert site.converse.messages[1].press == Press("r0", Act.CHOOSE, 1)
    assert page.locator(".said").last.inner_text().endswith("No, or I am not sure")


def test_example_is_asked_by_one_press(browser: Browser, site: Site) -> None:
    """An example of the opening card is asked as it stands; afterwards the focus is in the field."""
    page = opened(browser, site)
    example = page.locator(".opening .option").first
    words = example.inner_text()
    example.click()
    page.locator("body:not(.busy) .reply").wait_for()
    assert site.converse.messages[0].text == words
    assert page.locator("#question:focus").count() == 1


def test_helped_becomes_a_thank_you(browser: Browser, site: Site) -> None:
    """The feedback buttons give way to the thanks, which gets the focus that they had."""
    page = opened(browser, site)
    page.fill("#question", "q")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, it helped").click()
    page.locator(".thanks:focus", has_text="Thank you for telling me.").wait_for()
    assert page.locator(".feedback").count() == 0 and page.locator(".said").count() == 1
    assert site.converse.messages[1].press == Press("r1", Act.HELPED)


def test_failure_keeps_what_was_typed(browser: Browser, site: Site) -> None:
    """After a failure or without a connection the words are in the field again and the reply says to try again."""
    page = opened(browser, site)
    page.fill("#question", "break")
    page.keyboard.press("Enter")
    page.locator(".tone-error", has_text="Please try again").wait_for()
    assert page.input_value("#question") == "break"
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.locator(".tone-error", has_text="could not be reached").wait_for()
    assert page.input_value("#question") == "break"
    expected = ("500 (Internal Server Error)", "ERR_INTERNET_DISCONNECTED")  # the browser's own lines on both
    site.complaints[:] = [line for line in site.complaints if not any(each in line for each in expected)]


@pytest.mark.parametrize("width", [320, 360, 900])
def test_no_sideways_scroll_and_targets_are_large(browser: Browser, site: Site, width: int) -> None:
    """Every reply fits a small phone, with a word that cannot be broken too, and controls are 44 pixels high."""
    page = opened(browser, site, viewport={"width": width, "height": 640})
    for words in ("x" * 400, "may I answer?"):
        page.fill("#question", words)
        page.keyboard.press("Enter")
        page.locator("body:not(.busy)").wait_for()
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("button, summary, textarea, .new, .person a, .conditions label").all():
        assert box_of(control)["height"] >= 43.9, control.inner_text()
    footer = box_of(page.locator("footer"))
    assert footer["y"] + footer["height"] == pytest.approx(640, abs=1)


def test_without_javascript(browser: Browser, site: Site) -> None:
    """Question, option and feedback work by plain forms, as they do in a browser that sends "Origin: null"."""
    page = opened(browser, site, java_script_enabled=False)
    page.fill("#question", "may I answer?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Yes, anybody can look it up").click()
    page.get_by_role("button", name="Yes, it helped").click()
    page.get_by_text("Thank you for telling me.").wait_for()
    asked, chosen, rated = site.converse.messages
    assert asked.text == "may I answer?" and chosen.press == Press("r0", Act.CHOOSE, 0)
    assert rated.press == Press("r1", Act.HELPED)
    assert len({message.thread for message in site.converse.messages}) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_visible(browser: Browser, site: Site, scheme: str) -> None:
    """Whatever is reached by the Tab key shows a ring."""
    page = opened(browser, site, color_scheme=scheme)
    page.fill("#question", "may I answer?")
    page.keyboard.press("Enter")
    page.locator(".reply").wait_for()
    rings = []
    for _ in range(12):  # once round the page; between its end and its start the focus is nowhere
        page.keyboard.press("Tab")
        rings.append(
            page.evaluate("[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")
        )
    reached = [style for tag, style in rings if tag != "BODY"]
    assert len(reached) > 8 and set(reached) == {"solid"}


def show(page: Page, name: str) -> Locator:
    """Ask for a card by its name."""
    page.fill("#question", name)
    page.keyboard.press("Enter")
    page.locator("body:not(.busy) #thread article.reply").first.wait_for()
    return page.locator("#thread article.reply").last


def test_a_case_is_claimed_and_answered_in_place(browser: Browser, site: Site) -> None:
    """A press replaces the card where it stands, and a form that opens in it too; the focus goes along."""
    page = opened(browser, site)
    show(page, "case-open").get_by_role("button", name="Claim").click()
    page.locator(".reply:focus", has_text="claimed by Tom Example").wait_for()
    page.locator("summary", has_text="Answer").click()
    page.get_by_role("textbox", name="Your answer").fill("We answer her.\nThank you.")
    page.locator(".deed[open]").get_by_role("button", name="Send").click()
    page.locator(".reply:focus", has_text="on its way to Ines Example").wait_for()
    assert page.locator("article.reply").count() == 1 == page.locator(".said").count()
    assert [message.deed for message in site.converse.messages[1:]] == [
        Deed("claim", "c1"),
        Deed("answer", "c1", "We answer her.\nThank you."),
    ]


def test_what_is_for_the_presser_alone_stands_beside_the_card(browser: Browser, site: Site) -> None:
    """An error keeps the card and what was typed, a note empties the form; each takes the place of the one before."""
    page = opened(browser, site)
    show(page, "case-claimed")
    page.locator("summary", has_text="Priority").click()
    page.get_by_role("combobox").last.select_option("urgent")
    page.get_by_role("button", name="Change").click()
    page.locator(".tone-error:focus", has_text="Somebody changed it").wait_for()
    assert page.get_by_role("combobox").last.input_value() == "urgent"
    page.locator("summary", has_text="Ask back").click()
    asked = page.get_by_role("textbox", name="What do you need to know?")
    asked.fill("Which paper?")
    page.locator(".deed[open]", has=asked).get_by_role("button", name="Send").click()
    page.locator(".reply:focus", has_text="Your question is on its way").wait_for()
    assert page.locator("article.reply").count() == 2
    page.locator("summary", has_text="Ask back").click()
    assert asked.input_value() == ""


def test_a_person_is_asked_with_consent(browser: Browser, site: Site) -> None:
    """What will be sent is shown below the answer, which stays; sent, it gives way to the note."""
    page = opened(browser, site)
    show(page, "crisis-notice").get_by_role("button", name="Ask a person").click()
    consent = page.locator(".reply:focus", has_text="Send this to Customer care?")
    consent.wait_for()
    consent.get_by_role("button", name="Send", exact=True).click()
    page.locator(".reply:focus", has_text="Sent to Customer care as case 17").wait_for()
    assert page.locator("article.reply").count() == 2 and page.locator(".notice").count() == 1
    assert page.get_by_text("Send this to Customer care?").count() == 0
    assert site.converse.messages[1].press == Press("r9", Act.PERSON)
    assert site.converse.messages[2].deed == Deed("send", "r1")


def test_an_answer_comes_back(browser: Browser, site: Site) -> None:
    """It is shown once after the next message, with local time; what is done about it takes its place."""
    page = opened(browser, site, timezone_id="Europe/Berlin")
    site.converse.news = ANSWERED
    show(page, "q")
    news = page.get_by_role("region", name="What came back")
    news.get_by_role("article", name="Reply: The answer to case 17").wait_for()
    assert "11:20" in news.locator("time").inner_text()
    with page.expect_response("**/news"):
        show(page, "case-open")
    assert page.get_by_text("News of your case").count() == 1 and news.locator("article").count() == 0
    page.get_by_role("button", name="That helped").click()
    page.locator("#thread .reply:focus", has_text="Case 17 is closed").wait_for()
    assert page.get_by_text("The answer to case 17").count() == 0


def test_an_answer_is_there_when_the_page_opens(browser: Browser, site: Site) -> None:
    """Who comes back another day sees it at once, above the opening, without JavaScript too."""
    page = opened(browser, site, java_script_enabled=False)
    site.converse.news = ANSWERED
    page.goto(site.address)
    assert box_of(page.get_by_text("News of your case"))["y"] < box_of(page.locator(".opening"))["y"]
    page.locator("summary", has_text="Not yet").click()
    page.get_by_role("textbox", name="What is still open?").wait_for()


def test_words_to_post_are_copied(browser: Browser, site: Site) -> None:
    """One press copies the words that may be posted, exactly."""
    page = opened(browser, site, permissions=["clipboard-read", "clipboard-write"])
    show(page, "triage-complaint").get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == COMPLAINT.copy


def test_a_case_without_javascript(browser: Browser, site: Site) -> None:
    """Buttons and forms of a card work by plain forms."""
    page = opened(browser, site, java_script_enabled=False)
    page.fill("#question", "case-open")
    page.get_by_role("button", name="Send", exact=True).last.click()
    page.locator("summary", has_text="Answer").click()
    page.get_by_role("textbox", name="Your answer").fill("We answer her.")
    page.locator(".deed[open]").get_by_role("button", name="Send").click()
    page.get_by_text("on its way to Ines Example").wait_for()
    assert site.converse.messages[1].deed == Deed("answer", "c1", "We answer her.")
    assert page.locator(".said .words").inner_text() == "We answer her."


@pytest.mark.parametrize("name", CASES)
def test_every_card_fits_a_small_phone(browser: Browser, site: Site, name: str) -> None:
    """No card makes a page of 320 pixels scroll sideways, open or not, and its controls are 44 pixels high."""
    page = opened(browser, site, viewport={"width": 320, "height": 640})
    card = show(page, name)
    for summary in card.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for control in card.locator("button:visible, summary, textarea, select, .several label").all():
        assert box_of(control)["height"] >= 43.9, control.inner_text()


def test_the_chart_scrolls_in_its_own_box(browser: Browser, site: Site) -> None:
    """On a phone the page stays as wide as the screen while the drawing is readable, and larger by one press."""
    page = opened(browser, site, viewport={"width": 360, "height": 640})
    page.get_by_role("link", name="The triage chart").click()
    drawing = page.locator(".drawing img")
    drawing.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert box_of(drawing)["width"] == 960
    page.get_by_text("Large").click()
    assert box_of(drawing)["width"] > 1500
    page.get_by_text("Whole").click()
    assert box_of(drawing)["width"] == 360
