"""An emulated Slack, the stand-in before it, and the app as it is served."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.channels.slack.app import SlackConfig
from tests.fakes.state import MemoryState
from tests.platform.slack.house import EMULATE, ONE, Emulator, Serve, Served, serve_app, start_emulator
from tests.platform.slack.standin import StandIn


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Emulator]]:
    """Emulated Slacks by number, each started when it is first asked for."""
    if not EMULATE.exists() or shutil.which("node") is None:
        pytest.skip("the Slack emulator is not installed; `make test-platform` installs it")
    running: dict[int, tuple[subprocess.Popen[bytes], Emulator]] = {}

    def start(number: int) -> Emulator:
        if number not in running:
            log = tmp_path_factory.mktemp("emulate") / f"{number}.log"
            running[number] = start_emulator(log)
        return running[number][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(10)


@pytest.fixture
def emulator(emulators: Callable[[int], Emulator]) -> Emulator:
    """The emulated Slack."""
    return emulators(1)


@pytest.fixture
async def serve(emulator: Emulator) -> AsyncIterator[Serve]:
    """Serves the app before the emulated Slack; everything ends with the test."""
    async with AsyncExitStack() as stack:

        async def start(
            config: SlackConfig = ONE,
            *,
            most: int = 50,
            emulators: dict[str, str] | None = None,
            state: MemoryState | None = None,
            begin: bool = True,
            api_url: str = "",
        ) -> Served:
            standin = await stack.enter_async_context(StandIn({"": emulator.url, **(emulators or {})}).served())
            served = serve_app(
                replace(config, api_url=api_url or standin.api_url), standin, emulator, most, state or MemoryState()
            )
            stack.push_async_callback(served.http.aclose)
            stack.push_async_callback(served.surface.close)
            stack.push_async_callback(served.background.finish, 5)
            stack.push_async_callback(served.surface.stop)
            if begin:
                await served.surface.start()
            return served

        yield start


@pytest.fixture
async def served(serve: Serve) -> Served:
    """The app with one bot token."""
    return await serve()


@pytest.fixture
def stamp() -> Callable[[], str]:
    """Timestamps of messages that were never really written."""
    count = itertools.count()
    began = time.time()
    return lambda: f"{began:.0f}.{next(count):06d}"
