"""A new hire's first thirty days in the web chat, in a real browser: time sped up, on the lessons that come along."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
import uvicorn

from bot.channels.web.app import web_app
from bot.conversation.router import Router
from lessons.catalogue import DEFAULT_CURRICULUM, read_catalogue
from lessons.models import Check
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.school import school
from tests.fakes.state import MemoryState
from tests.fakes.triage import FakeTriage
from tests.platform.cards.pack import PackAnswers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM: Final = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: install it to run browser tests")

NOW: Final = datetime(2026, 11, 2, 9, 41, tzinfo=UTC)
PATIENCE: Final = 60_000.0  # milliseconds; a busy machine is slow, not wrong
MEMORY: Final = timedelta(hours=12)
PROGRAMME: Final = "employees-onboarding"


@pytest.fixture
def address() -> Iterator[str]:
    """The web chat over the lessons that come along, in memory, served in a thread."""
    state = MemoryState()
    coe = office(state, PackAnswers(), state.jobs)
    taught = school(coe, state.learners, read_catalogue(DEFAULT_CURRICULUM)[0])
    router = Router(coe, campus(coe, taught), FakeTriage(), MEMORY)
    app = web_app(router, lambda: NOW, teaches=True)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless chromium for the module."""
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def card_of(page: Page, number: int) -> Locator:
    """A card of the conversation, from 1, once it is there; it may change later."""
    card = page.locator("[role=log] article").nth(number - 1)
    card.wait_for()
    return card


def answer_wrong(card: Locator, check: Check) -> str:
    """Choose one wrong option of several in a form; what is said about it."""
    wrong = next(each for each in check.options if not each.right)
    card.locator("summary", has_text="Choose").click()
    card.get_by_label(wrong.text).check()
    card.get_by_role("button", name="Check").click()
    card.get_by_text(wrong.feedback).wait_for()
    return card.inner_text()


def answer_somehow(card: Locator) -> None:
    """Answer whatever the card asks, by its first option."""
    question = card.locator(".rows .title").inner_text()
    if card.locator("summary", has_text="Choose").count():
        card.locator("summary", has_text="Choose").click()
        card.locator("input[type=checkbox]").first.check()
        card.get_by_role("button", name="Check").click()
    else:
        card.locator(".rows button").first.click()
    card.locator(".asked", has_text=question).wait_for()


def opened(browser: Browser, address: str) -> Page:
    """The page in a fresh profile."""
    page: Page = browser.new_context(reduced_motion="reduce").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return page


def test_the_button_plays_the_drip(browser: Browser, address: str) -> None:
    """The first lesson on day 0, a wrong answer that is explained in its card, and the next day's lesson below it."""
    page = opened(browser, address)
    page.get_by_role("button", name="New hire").click()
    lessons = read_catalogue(DEFAULT_CURRICULUM)[0]
    programme = lessons.programme(PROGRAMME)
    assert programme is not None
    first, second = (lessons.lessons[each.lesson] for each in programme.steps[:2])
    card = card_of(page, 1)
    shown = card.inner_text()
    assert first.title in shown and "Day 0" in shown and f"1 of {len(programme.steps)}" in shown

    graded = answer_wrong(card, first.checks[0])
    assert f"Not quite: {first.title}" in graded and first.checks[1].question in graded

    right = next(each for each in first.checks[1].options if each.right)
    card.get_by_role("button", name=right.text, exact=True).click()
    card.get_by_text(right.feedback).wait_for()
    assert f"Right: {first.title}" in card.inner_text()
    card.get_by_role("button", name="What comes next?").click()
    after = card_of(page, 2).inner_text()
    assert second.title in after and "Day 1, Tuesday" in after
    assert f"Right: {first.title}" in card.inner_text()


def test_what_was_missed_comes_back(browser: Browser, address: str) -> None:
    """Whoever answers each check sees every lesson of the thirty days once, and what was missed as one question."""
    page = opened(browser, address)
    page.get_by_role("button", name="New hire").click()
    lessons = read_catalogue(DEFAULT_CURRICULUM)[0]
    programme = lessons.programme(PROGRAMME)
    assert programme is not None
    titles = [lessons.lessons[each.lesson].title for each in programme.steps]
    missed = lessons.lessons[programme.steps[0].lesson]
    answer_wrong(card_of(page, 1), missed.checks[0])
    heads: list[str] = [titles[0]]
    while titles[-1] not in heads:
        assert len(heads) < 40, heads
        card = card_of(page, len(heads))
        answer_somehow(card)
        card.get_by_role("button", name="What comes next?").click()
        heads.append(card_of(page, len(heads) + 1).locator(".verdict").inner_text().strip())
    assert f"One question: {missed.title}" in heads
    assert [each for each in heads if each in titles] == titles


def test_a_question_stands_below_the_lesson(browser: Browser, address: str) -> None:
    """Whoever asks about a lesson sees the answer below it, and the lesson with its check as it was."""
    page = opened(browser, address)
    page.get_by_role("button", name="New hire").click()
    card = card_of(page, 1)
    card.locator("summary", has_text="Ask about this").click()
    card.get_by_label("Your question about this lesson").fill("And in a story?")
    card.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("rests on this section").wait_for()
    assert page.locator("[role=log] article").count() == 2
    assert card.locator("summary", has_text="Choose").count() == 1
