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
from bot.conversation.messages import Act, Message, Press
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict

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


class Canned:
    """A conversation of canned replies that remembers its messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> Reply:
        """The reply to one message; "slow" takes its time, "break" fails."""
        self.messages.append(message)
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
    app = web_app(converse, lambda: datetime(2026, 11, 2, 9, tzinfo=UTC))
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
