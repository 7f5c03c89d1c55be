"""Figures for Prometheus: what came in, what was said, how long it took, what is owed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.conversation.messages import Message
from bot.conversation.reply import Reply

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_ACKNOWLEDGED: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10)  # seconds; Slack waits for 3
_ANSWERED: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Gauges = Callable[[], Mapping[str, float]]
"""Called at each scrape; names with their values now."""


class Metrics:
    """The figures of one server. No label holds a word, a person or a workspace."""

    def __init__(self, gauges: Gauges) -> None:
        """``gauges`` are read at each scrape, such as ``in_work`` or ``deliveries_planned``."""
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "clearpost_request_seconds",
            "Seconds until a request was acknowledged.",
            ("route", "status"),
            buckets=_ACKNOWLEDGED,
            registry=self._registry,
        )
        self._replies = Counter(
            "clearpost_replies", "Replies given.", ("surface", "kind", "verdict"), registry=self._registry
        )
        self._seconds = Histogram(
            "clearpost_reply_seconds",
            "Seconds from a message to its reply.",
            ("surface",),
            buckets=_ANSWERED,
            registry=self._registry,
        )
        self._registry.register(_Gauges(gauges))

    def saw_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).observe(seconds)

    def watch(self, converse: Callable[[Message], Awaitable[Reply]]) -> Callable[[Message], Awaitable[Reply]]:
        """The conversation, with its replies counted."""

        async def watched(message: Message) -> Reply:
            began = time.perf_counter()
            reply = await converse(message)
            self._seconds.labels(message.surface).observe(time.perf_counter() - began)
            self._replies.labels(message.surface, reply.kind.value, reply.verdict.value if reply.verdict else "").inc()
            return reply

        return watched

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: the registry must not ask the state before it is open."""
        return ()

    def collect(self) -> Iterable[Metric]:
        for name, value in sorted(self._gauges().items()):
            yield GaugeMetricFamily(f"clearpost_{name}", f"{name.replace('_', ' ').capitalize()} now.", value=value)


__all__ = ["CONTENT_TYPE", "Gauges", "Metrics"]
