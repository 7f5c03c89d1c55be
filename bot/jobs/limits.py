"""How fast the platforms let the bot write, and how patient the worker is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages in so many whole seconds to one workspace.

    ``spacing`` is the least number of seconds between two messages to one account or channel.
    """

    messages: int
    seconds: int = 1
    spacing: float = 0.0

    @property
    def together(self) -> int:
        """How many are sent as one piece of work: those of a tenth of a second, so that fast sending costs little."""
        return max(1, min(self.messages // (10 * self.seconds), _MOST_TOGETHER))


_MOST_TOGETHER: Final = 30
"""A crash leaves open what became of a piece of work; so it stays small."""

SLACK: Final = Rate(messages=5, spacing=1.0)
"""Slack: a message a second a channel, several hundred a minute a workspace (docs.slack.dev, "Rate limits")."""

TEAMS: Final = Rate(messages=25, spacing=0.5)
"""Teams: 50 requests a second per app and tenant, 60 in 30 s a conversation; half is left for answers, and to
write first may take two (learn.microsoft.com, "Optimize your bot with rate limiting in Teams")."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and how long.

    ``rates`` by surface. ``at_once`` pieces of work of a surface (a delivery, or some that go together) are in the
    hands of one worker at a time, ``at_once_here`` of them of one workspace. A send may take ``patience`` seconds. One
    that fails without a known reason is tried ``tries`` times, at growing intervals from ``first_wait`` to
    ``longest_wait`` seconds.
    """

    rates: Mapping[str, Rate] = field(default_factory=lambda: MappingProxyType({"slack": SLACK, "teams": TEAMS}))
    at_once: int = 32
    at_once_here: int = 16
    patience: float = 60.0
    tries: int = 8
    first_wait: float = 15.0
    longest_wait: float = 3600.0

    def backoff(self, tries: int) -> float:
        """Seconds to wait after so many tries before jitter is added; ``tries`` counts from 1."""
        return min(self.first_wait * 2.0 ** min(tries - 1, 30), self.longest_wait)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks, in seconds.

    ``sweep``: for what is due, ``batch`` deliveries a transaction. ``poll``: for what is queued. ``watch``: for workers
    that died. ``check``: for queued work that was lost on the way. ``upkeep``: for what is over.
    ``finished`` is how long the carrier's own record of finished work is kept.
    """

    sweep: float = 1.0
    batch: int = 500
    poll: float = 0.5
    watch: float = 5.0
    check: float = 60.0
    upkeep: float = 86_400.0
    finished: float = 3600.0


__all__ = ["SLACK", "TEAMS", "Limits", "Pace", "Rate"]
