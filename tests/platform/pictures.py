"""Takes the pictures of the web chat that the README shows, from a running server: ``make pictures``.

usage: pictures.py URL FOLDER [PART OF A NAME]
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.platform.cards.press import press

_ANSWER = "they let me keep the headset, only said be nice. can i review it on my channel?"
_CLARIFY = "may I show the new product on instagram?"
_PERMISSION = "may I post a photo of my colleagues from the party?"
_DESKTOP = {"width": 1100, "height": 900}
_TALL = {"width": 1100, "height": 1250}
_PHONE = {"width": 390, "height": 844}
_LONG_PHONE = {"width": 390, "height": 1250}


def main(url: str, folder: Path, only: str = "") -> None:
    """Take every picture whose name has ``only`` in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, scheme, size, act in (
            ("web-light", "light", _DESKTOP, partial(_ask, question=_ANSWER)),
            ("web-dark", "dark", _DESKTOP, partial(_ask, question=_CLARIFY)),
            ("web-phone", "light", _PHONE, partial(_ask, question=_PERMISSION)),
            ("web-lessons-light", "light", _TALL, _hire),
            ("web-lessons-dark", "dark", _TALL, _answer),
            ("web-lessons-phone", "light", _LONG_PHONE, _hire),
            ("web-lessons-graded-phone", "light", _LONG_PHONE, _answer),
        ):
            if only in name:
                _take(browser, url, folder / f"{name}.png", scheme, size, act)
        browser.close()


def _take(
    browser: Browser, url: str, path: Path, scheme: str, size: dict[str, int], act: Callable[[Page], object]
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport=size, device_scale_factor=2)  # type: ignore[arg-type] # dicts
    page.goto(url)
    act(page)
    page.wait_for_timeout(400)  # the last reply scrolls into place
    page.screenshot(path=path)
    press(path)
    page.close()


def _hire(page: Page) -> Locator:
    """The first lesson of a new hire; its card."""
    page.get_by_role("button", name="New hire").click()
    card = page.locator("[role=log] article").last
    card.wait_for()
    return card


def _answer(page: Page) -> None:
    """The same, after an answer that is not quite right."""
    card = _hire(page)
    card.locator("summary", has_text="Choose").click()
    card.locator("input[type=checkbox]").nth(1).check()
    card.get_by_role("button", name="Check").click()
    card.locator(".listing").first.wait_for()


def _ask(page: Page, question: str) -> None:
    said = page.locator("[role=log] article").count()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function("count => document.querySelectorAll('[role=log] article').length > count", arg=said)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:4])
