"""What can go wrong around the conversation.

BotError
├── SettingsError    a setting that cannot be used
├── StateError       the state file cannot be read or written
└── SurfaceError     a surface cannot start

Every message is one line that says what to do next.
"""


class BotError(Exception):
    """Base of all errors of this package."""


class SettingsError(BotError):
    """A setting that cannot be used."""


class StateError(BotError):
    """What must not be forgotten cannot be read or written."""


class SurfaceError(BotError):
    """A surface cannot start."""


__all__ = ["BotError", "SettingsError", "StateError", "SurfaceError"]
