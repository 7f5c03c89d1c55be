"""Takes the pictures of the web chat that the README shows, from a running server: ``make pictures``.

usage: pictures.py URL FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

_ANSWER = "they let me keep the headset, only said be nice. can i review it on my channel?"
_CLARIFY = "may I show the new product on instagram?"
_PERMISSION = "may I post a photo of my colleagues from the party?"
_DESKTOP = {"width": 1100, "height": 900}
_PHONE = {"width": 390, "height": 844}


def main(url: str, folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _take(browser, url, folder / "web-light.png", "light", _DESKTOP, [_ANSWER])
        _take(browser, url, folder / "web-dark.png", "dark", _DESKTOP, [_CLARIFY])
        _take(browser, url, folder / "web-phone.png", "light", _PHONE, [_PERMISSION])
        browser.close()


def _take(browser: Browser, url: str, path: Path, scheme: str, size: dict[str, int], questions: list[str]) -> None:
    page = browser.new_page(color_scheme=scheme, viewport=size, device_scale_factor=2)  # type: ignore[arg-type] # dicts
    page.goto(url)
    for question in questions:
        _ask(page, question)
    page.wait_for_timeout(400)  # the last reply scrolls into place
    page.screenshot(path=path)
    page.close()


def _ask(page: Page, question: str) -> None:
    said = page.locator("[role=log] article").count()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function("count => document.querySelectorAll('[role=log] article').length > count", arg=said)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
