"""A platform on this machine that takes messages as fast as its limits allow, refuses the rest, and remembers.

As Slack and Teams do, it lets a bot write so many messages a second, and as many at once where it kept still before,
and only one a second to one person; else it answers 429 with ``Retry-After``.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import web

from bot.errors import SurfaceError, TryLaterError, UnknowableError
from bot.ports import Delivery

SPACING: Final = 1.0
"""The least number of seconds between two messages to one person."""

_EARLY: Final = 0.1  # of that, which a platform forgives
_ON_THE_WAY: Final = 0.05  # seconds that an answer travels
_START: Final = 10.0  # seconds to listen
_PATIENCE: Final = 30.0  # seconds for one request


class Bucket:
    """So many tokens a second, and at most so many in store; ``clock`` tells seconds."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._store = rate
        self._at = clock()

    def take(self) -> float:
        """Take a token; the seconds to wait where there is none, else 0."""
        now = self._clock()
        self._store = min(self._rate, self._store + (now - self._at) * self._rate)
        self._at = now
        if self._store < 1:
            return (1 - self._store) / self._rate
        self._store -= 1
        return 0.0


class FakePlatform:
    """The platform, in a thread of its own as long as its context lasts; what it took may be read from any thread.

    Raises:
        SurfaceError: where there is no free port.
    """

    def __init__(self, rate: float) -> None:
        self.taken: Counter[str] = Counter()
        """How often each delivery was taken."""
        self.refused = 0
        """How often it answered 429."""
        self.first = self.last = 0.0
        """When it took the first and the last message, by the monotonic clock."""
        self.address = ""
        self._bucket = Bucket(rate)
        self._written: dict[str, float] = {}
        self._loop = asyncio.new_event_loop()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="fake-platform", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._listens.wait(_START) or not self.address:
            raise SurfaceError("no free port for a platform to measure against")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START)

    def take(self, delivery: str, account: str, at: float) -> float:
        """Take a message at a moment; the seconds to wait where it is refused, else 0."""
        early = self._written.get(account, -math.inf) + SPACING - _EARLY - at
        wait = early if early > 0 else self._bucket.take()
        if wait > 0:
            self.refused += 1
            return wait
        self._written[account] = at
        self.first = self.first or at
        self.last = at
        self.taken[delivery] += 1
        return 0.0

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.add_routes([web.post("/messages", self._post), web.get("/messages", self._find)])
        runner = web.AppRunner(app, access_log=None)
        try:
            self._loop.run_until_complete(runner.setup())
            site = web.TCPSite(runner, "127.0.0.1", 0)
            self._loop.run_until_complete(site.start())
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
        finally:
            self._listens.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _post(self, request: web.Request) -> web.Response:
        said = await request.json()
        wait = self.take(said["delivery"], said["account"], time.monotonic())
        if wait > 0:
            return web.Response(status=429, headers={"Retry-After": str(math.ceil(wait))})
        await asyncio.sleep(_ON_THE_WAY)
        return web.json_response({"message": said["delivery"]})

    async def _find(self, request: web.Request) -> web.Response:
        known = request.query["delivery"] in self.taken
        return web.Response(status=200 if known else 404)


class FakeChannel:
    """Implements ``Channel`` over HTTP. Cards travel as they are kept: what a surface makes of them is not measured."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._messages = f"{address}/messages"

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send, or change a message; its name."""
        said = {"delivery": delivery.id, "account": delivery.account, "card": delivery.body}
        try:
            async with self._session.post(self._messages, json=said) as response:
                if response.status == 429:
                    raise TryLaterError("the platform asks for a pause", float(response.headers["Retry-After"]))
                await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnknowableError(f"the platform broke off while it took {delivery.id}") from error
        return message or delivery.id

    async def find(self, delivery: Delivery) -> str | None:
        """Find what was sent."""
        try:
            async with self._session.get(self._messages, params={"delivery": delivery.id}) as response:
                return delivery.id if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLaterError("the platform cannot be reached", 1.0) from error


def session() -> aiohttp.ClientSession:
    """What a ``FakeChannel`` calls with; to be closed."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=_PATIENCE)
    )


__all__ = ["SPACING", "Bucket", "FakeChannel", "FakePlatform", "session"]
