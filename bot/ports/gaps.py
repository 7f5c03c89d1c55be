"""What nobody could answer, and which answers did not help: for those who write the policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the retention still keeps. ``reply`` names the reply to it, ``body`` is that reply as JSON.

    ``confidential`` is true of a case that is; its reply may be kept a second time, without that mark.
    """

    workspace: str
    reply: str
    at: datetime
    body: str
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """A reply that somebody said of whether it helped; ``body`` as of ``Asked``."""

    helped: bool
    body: str


class Gaps(Protocol):
    """What was asked in an organisation, for upkeep."""

    def handed_over(self, organisation: str, since: datetime) -> Sequence[Asked]:
        """The questions of replies and of escalations that were answered with ``hand_over``, newest first."""
        ...

    def rated(self, organisation: str, since: datetime) -> Sequence[Rated]:
        """The replies that were rated since a moment and are still kept, newest rating first."""
        ...


__all__ = ["Asked", "Gaps", "Rated"]
