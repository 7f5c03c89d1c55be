"""How a card is shown: where, when and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto


class Buttons(Enum):
    """Where a card is shown, which decides what its buttons can do."""

    CHAT = auto()
    PLAYGROUND = auto()
    DIALOG = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class View:
    """How a card is shown: on which day, to whom (an id that Teams refreshes for), with which buttons.

    ``viewer`` is empty where more than one person sees the card: it is the same for all of them then. ``typed`` is the
    question as it came, since only another reading of it is repeated. ``share`` adds the button that shows the answer
    to everybody in the thread where it was asked. ``note`` is a last line of ours, ``chose`` the option that was
    pressed.
    """

    today: date
    viewer: str = ""
    buttons: Buttons = Buttons.CHAT
    typed: str = ""
    share: bool = False
    note: str = ""
    chose: str = ""


__all__ = ["Buttons", "View"]
