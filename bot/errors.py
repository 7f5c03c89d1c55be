"""What can go wrong around the conversation.

BotError
├── SettingsError        a setting that cannot be used
├── StateError           the state cannot be read or written
├── SurfaceError         a surface cannot start
└── DeliveryError        a message that is owed did not go out
    ├── UndeliverableError   and never will: the person blocked the bot, the channel is gone
    ├── TryLaterError        but may later
    └── UnknowableError      or it did, and the platform cannot tell

Every message is one line that says what to do next.
"""

from __future__ import annotations


class BotError(Exception):
    """Base of all errors of this package."""


class SettingsError(BotError):
    """A setting that cannot be used."""


class StateError(BotError):
    """What must not be forgotten cannot be read or written."""


class SurfaceError(BotError):
    """A surface cannot start."""


class DeliveryError(BotError):
    """A message that is owed did not go out."""


class UndeliverableError(DeliveryError):
    """It can never be delivered: the person blocked the bot, or the channel is gone."""


class TryLaterError(DeliveryError):
    """It could not be delivered now. ``after`` is how many seconds to wait."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after


class UnknowableError(DeliveryError):
    """Whether it went out cannot be told."""


__all__ = [
    "BotError",
    "DeliveryError",
    "SettingsError",
    "StateError",
    "SurfaceError",
    "TryLaterError",
    "UndeliverableError",
    "UnknowableError",
]
