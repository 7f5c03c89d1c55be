"""A Playground, a browser, and the surface that they talk to; each test has its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2
import pytest

from knowledge.models import Answer
from tests.platform.teams.house import PATIENCE, House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

CHROMIUM: Final = shutil.which("chromium")
NODE: Final = shutil.which("node")
CLI: Final = Path(__file__).parents[1] / "node_modules/@microsoft/m365agentsplayground/cli.js"
WELCOME: Final = ("A journalist wrote to me, can I answer?", "May I post this?")

Opener = Callable[..., "Playground"]


class Playground:
    """A page of the Playground, as Ines would use it, and the server behind it."""

    def __init__(self, page: Page, house: House) -> None:
        self.page = page
        self.house = house

    @property
    def cards(self) -> Locator:
        """The cards in the conversation that is open, the welcome first."""
        return self.page.locator(".ac-adaptiveCard")

    def ask(self, words: str) -> None:
        """Type a message."""
        field = self.page.locator("[contenteditable=true]").first
        field.click()
        field.press_sequentially(words)
        field.press("Enter")

    def show(self, conversation: str) -> None:
        """Open a conversation of the list on the left."""
        self.page.locator(f"button[aria-label='{conversation}']").click()

    def mention(self, words: str) -> None:
        """Post to the open channel, with a mention of the bot."""
        self.page.get_by_role("button", name="Post").wait_for()  # before it, the field may still be the chat's
        field = self.page.locator("[contenteditable=true]").first
        field.click()
        self.page.keyboard.type("@")
        self.page.locator("#typeahead-menu").get_by_text("Test Bot").first.click()
        field.filter(has_text="Test Bot").wait_for()  # what is typed before it stands there is lost
        self.page.keyboard.type(f" {words}")
        field.filter(has_text=words).wait_for()
        self.page.get_by_role("button", name="Post").click()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless chromium for the module."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH: install it to run browser tests")
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def playground(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens a Playground on answers of a test's own."""
    if NODE is None or not CLI.is_file():
        pytest.skip("Microsoft's Agents Playground is not installed; `make test-platform` installs it")
    with ExitStack() as stack:

        def open_one(canned: Mapping[str, Answer] | None = None) -> Playground:
            house = stack.enter_context(House(canned or {}, WELCOME))
            address = stack.enter_context(_Program(house.address, tmp_path / "playground.log"))
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            stack.callback(page.close)
            page.set_default_timeout(PATIENCE * 1000)
            page.route("**/*", _this_machine_only)
            page.goto(address, wait_until="domcontentloaded")
            page.locator(".ac-adaptiveCard").first.wait_for()
            return Playground(page, house)

        yield open_one


class _Program:
    """The Playground's process."""

    def __init__(self, bot: str, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._address = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._bot = bot
        self._log = log
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> str:
        """Start it; its address once it answers."""
        port = self._address.rpartition(":")[2]
        command = [str(NODE), str(CLI), "start", "-e", f"{self._bot}/api/messages", "-c", "msteams", "-p", port]
        command += ["--su", f"{self._address}/_connector", "--dt"]
        environment = {**os.environ, "TEAMSAPPTESTER_BROWSER": "none"}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                httpx2.get(self._address, timeout=2)
            except httpx2.HTTPError:
                time.sleep(0.1)
            else:
                return self._address
        self.__exit__()
        raise TimeoutError(f"the Playground does not start: {self._log.read_text()[-500:]}")

    def __exit__(self, *_reason: object) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)


def _this_machine_only(route: Route) -> None:
    """The Playground asks the internet for fonts and pictures; it does without."""
    if route.request.url.startswith("http://127.0.0.1:"):
        route.continue_()
    else:
        route.abort()


__all__ = ["WELCOME", "Opener", "Playground"]
