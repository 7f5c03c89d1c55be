"""What a scenario file holds, checked when it is read, so that a misspelt expectation is not one that always holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from bot.conversation.reply import ReplyKind
from knowledge.models import Priority, Verdict

FOLDER: Final = Path(__file__).parent

Where = Literal["slack", "teams", "terminal", "web"]
"""The name of a surface."""

Who = Literal["Ines", "Omar"]
"""Who does something."""

EVERYWHERE: Final[tuple[Where, ...]] = ("slack", "teams", "terminal", "web")


class Expected(BaseModel):
    """What must be true of a reply; what is left out is not looked at.

    ``section`` is ``policy#section`` of the first quote, ``person`` a name, ``understood`` the question in full where
    another one was understood than was said. ``person: none`` and ``section: none`` stand for nobody and nothing.
    ``triaged_as`` is a triage kind, ``actions`` are the labels of everything that can be pressed, ``facts`` some of
    the facts, ``notice`` what stands above all else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ReplyKind
    verdict: Verdict | None = None
    section: str | None = None
    person: str | None = None
    understood: str | None = None
    options: tuple[str, ...] | None = None
    triaged_as: str | None = None
    priority: Priority | None = None
    actions: tuple[str, ...] | None = None
    facts: dict[str, str] | None = None
    notice: str | None = None


class Step(BaseModel):
    """One thing that a person does, or a while in which nobody does anything.

    They ``say`` something, ask what to do ``about`` somebody else's message by its menu, ``choose`` an option by its
    label, rate the last answer (``helped``), or ``press`` what has a label; where that opens a form they write
    ``words`` into it and ``pick`` what has these labels. ``by`` is who does it. ``surfaces`` are those that the step
    is taken on, by default all of the scenario.

    Or time goes on ``until`` a moment: whatever is due on the way is sent. ``comes`` is what came where there is
    somebody to write to, "Ines: title" or "channel: title", in the order of the alphabet.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str | None = None
    about: str | None = None
    choose: str | None = None
    helped: bool | None = None
    press: str | None = None
    words: str = ""
    pick: tuple[str, ...] = ()
    by: Who = "Ines"
    until: AwareDatetime | None = None
    comes: tuple[str, ...] = ()
    surfaces: tuple[Where, ...] | None = None
    expect: Expected | None = None

    @model_validator(mode="after")
    def one_thing(self) -> Step:
        """Exactly one thing, a form only below a press, a reply to everything but time."""
        if [self.say, self.about, self.choose, self.helped, self.press, self.until].count(None) != 5:
            raise ValueError("a step is one of say, about, choose, helped, press, until")
        if (self.words or self.pick) and self.press is None:
            raise ValueError("words and pick belong to what a press opens")
        if (self.until is None) != (self.expect is not None):
            raise ValueError("every step but until has a reply to expect")
        if self.comes and self.until is None:
            raise ValueError("something comes by itself only while time goes on")
        return self


class Scenario(BaseModel):
    """A conversation: who talks, what it shows, and its steps.

    ``company``: contacts have a channel where somebody works. ``role`` is that of who talks; ``learns``: they were
    hired today, which the terminal and the web chat learn by "new hire". ``holds`` is a level that they were given.
    ``attests``: a policy has to be confirmed.
    ``crisis``: one was declared before, with this notice, on these ``closed`` policies or on all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str
    shows: str
    surfaces: tuple[Where, ...] = EVERYWHERE
    company: bool = False
    role: str = ""
    learns: bool = False
    holds: str = ""
    attests: bool = False
    crisis: str = ""
    closed: tuple[str, ...] = ()
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def has_steps_everywhere(self) -> Scenario:
        """Something happens on each of its surfaces, and nothing on any other."""
        for surface in self.surfaces:
            if not self.on(surface):
                raise ValueError(f"nothing happens on {surface}")
        if any(set(step.surfaces or ()) - set(self.surfaces) for step in self.steps):
            raise ValueError("a step is taken on a surface that the scenario leaves out")
        local = {"terminal", "web"}
        if any(step.about is not None and local & set(step.surfaces or self.surfaces) for step in self.steps):
            raise ValueError("the terminal and the web chat show nobody else's messages")
        if (self.role or self.holds) and local & set(self.surfaces):
            raise ValueError("the terminal and the web chat know nobody before they talk")
        if any(step.by != "Ines" and "terminal" in (step.surfaces or self.surfaces) for step in self.steps):
            raise ValueError("the terminal has one person before it")
        return self

    def on(self, surface: Where) -> tuple[Step, ...]:
        """The steps that are taken on a surface."""
        return tuple(step for step in self.steps if surface in (step.surfaces or self.surfaces))


def moment_said(moment: datetime) -> str:
    """A moment to which time goes on."""
    return f"{moment:%A %H:%M}"


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file."""
    return Scenario.model_validate(yaml.safe_load(path.read_text("utf-8")))


__all__ = ["EVERYWHERE", "FOLDER", "Expected", "Scenario", "Step", "Where", "Who", "moment_said", "read_scenario"]
