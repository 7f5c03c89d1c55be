"""The application that ``clearpost serve`` runs: every surface's routes, and what keeps the process observable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.background import Background
from bot.channels.failure import log_unexpected
from bot.server.metrics import CONTENT_TYPE, Metrics
from bot.server.requests import Requests

_THREADS: Final = 64
"""Handlers block while they wait for the encoder, which answers all who wait in one batch: many may wait."""


class Part(Protocol):
    """Something that runs as long as the server does: a surface, the worker."""

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """Take nothing new."""
        ...

    async def close(self) -> None:
        """End; what was begun is done by now, or was given up."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What one server is made of.

    ``routes`` are the surfaces', ``web`` the web chat where there is one. ``parts`` are started in their order. At the
    end they are stopped, the work in ``background`` is given ``patience`` seconds, then they are closed, the last one
    first. ``health`` names each part with ``ok`` or what is wrong. ``close`` is called at the very end.
    """

    routes: Sequence[BaseRoute]
    web: Starlette | None
    parts: Sequence[Part]
    background: Background
    metrics: Metrics
    health: Callable[[], Mapping[str, str]]
    close: Callable[[], None]
    patience: float = 25.0


def server_app(house: House) -> Starlette:
    """The application; its lifespan starts and stops the parts."""
    probes = _Probes(house.health, house.metrics)
    routes: list[BaseRoute] = [
        *house.routes,
        Route("/healthz", probes.alive),
        Route("/readyz", probes.ready),
        Route("/metrics", probes.figures),
    ]
    routes.append(Mount("/", house.web) if house.web else Route("/", probes.front))
    return Starlette(
        routes=routes, middleware=[Middleware(Requests, metrics=house.metrics)], lifespan=_lifespan(house, probes)
    )


def _lifespan(house: House, probes: _Probes) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="conversation")
        asyncio.get_running_loop().set_default_executor(pool)
        started: list[Part] = []
        try:
            for part in house.parts:
                await part.start()
                started.append(part)
            yield
        finally:
            probes.stopping = True
            structlog.get_logger(__name__).info("stopping", unfinished=len(house.background))
            for part in reversed(started):
                await _ended(part.stop())
            await house.background.finish(house.patience)
            for part in reversed(started):
                await _ended(part.close())
            house.close()

    return lifespan


async def _ended(ending: Awaitable[None]) -> None:
    try:
        await ending
    except Exception as error:  # noqa: BLE001 - one part that fails to end must not keep the others from ending
        log_unexpected("stop_failed", error)


class _Probes:
    """The endpoints for the machines that watch this one."""

    def __init__(self, health: Callable[[], Mapping[str, str]], metrics: Metrics) -> None:
        self._health = health
        self._metrics = metrics
        self.stopping = False

    async def alive(self, _request: Request) -> Response:
        """The process runs."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _request: Request) -> Response:
        """Every part that an answer needs is ``ok`` (200), or not (503)."""
        try:
            parts = dict(await run_in_threadpool(self._health))
        except Exception as error:  # noqa: BLE001 - a probe that fails is an answer, too: not ready
            log_unexpected("health_failed", error)
            parts = {"health": "failed"}
        if self.stopping:
            parts["server"] = "stopping"
        return JSONResponse(parts, 200 if all(state == "ok" for state in parts.values()) else 503)

    async def figures(self, _request: Request) -> Response:
        """Figures for Prometheus."""
        return Response(await run_in_threadpool(self._metrics.text), media_type=CONTENT_TYPE)

    async def front(self, _request: Request) -> Response:
        """Somebody opens the address in a browser where there is no web chat."""
        return PlainTextResponse("Clearpost runs here. Ask it in Slack or Microsoft Teams.\n")


__all__ = ["House", "Part", "server_app"]
