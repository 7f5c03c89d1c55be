"""What a scenario file holds, checked when it is read, so that a misspelt expectation is not one that always holds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from bot.conversation.reply import ReplyKind
from knowledge.models import Verdict

FOLDER: Final = Path(__file__).parent


class Expected(BaseModel):
    """What must be true of a reply; what is left out is not looked at.

    ``section`` is ``policy#section`` of the first quote, ``person`` a name, ``understood`` the question in full where
    another one was understood than was said. ``person: none`` and ``section: none`` stand for nobody and nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ReplyKind
    verdict: Verdict | None = None
    section: str | None = None
    person: str | None = None
    understood: str | None = None
    options: tuple[str, ...] | None = None


class Step(BaseModel):
    """One thing that a person does: says something, chooses an option by its label, or rates the last answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str | None = None
    choose: str | None = None
    helped: bool | None = None
    expect: Expected

    @model_validator(mode="after")
    def one_thing(self) -> Step:
        """Exactly one of the three."""
        if [self.say, self.choose, self.helped].count(None) != 2:
            raise ValueError("a step is one of say, choose, helped")
        return self


class Scenario(BaseModel):
    """A conversation: who talks, what it shows, and its steps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str
    shows: str
    steps: tuple[Step, ...]


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file."""
    return Scenario.model_validate(yaml.safe_load(path.read_text("utf-8")))


__all__ = ["FOLDER", "Expected", "Scenario", "Step", "read_scenario"]
