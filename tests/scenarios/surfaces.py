"""Surfaces that scenarios are played on: each takes the steps as a person would and shows what a person would see."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from bot.channels.terminal import converse
from bot.channels.terminal.cases import actions_of
from bot.channels.words import ASK_A_PERSON, without_emoji
from bot.conversation.reply import Action, Option
from knowledge.models import Reader
from tests.scenarios.on_slack import on_slack
from tests.scenarios.on_teams import on_teams
from tests.scenarios.on_the_web import on_the_web
from tests.scenarios.overheard import World
from tests.scenarios.scenario import Step, Where

_ONE_LINE: Final = 200  # characters up to which the terminal takes a single line of words


class Surface(Protocol):
    """Plays steps and returns what was shown."""

    def __call__(self, steps: Sequence[Step], world: World) -> str:
        """What a person has seen at the end."""
        ...


def on_the_terminal(steps: Sequence[Step], world: World) -> str:
    """Types the steps into ``clearpost chat``: words, numbers of what can be pressed, lines of forms, y and n."""
    keys = _Keys(steps, world)
    shown = io.StringIO()
    before = sys.stdin
    sys.stdin = keys
    try:
        with contextlib.redirect_stdout(_Echo(shown, keys)):
            converse(world.overheard.reply, world.clock, Reader())
    finally:
        sys.stdin = before
    assert not keys.untyped, f"nobody asked for {keys.untyped}"
    return shown.getvalue()


class _Keys(io.StringIO):
    """A standard input that is typed only when it is read, since the number of an option depends on the reply."""

    def __init__(self, steps: Sequence[Step], world: World) -> None:
        super().__init__()
        self._steps = iter(steps)
        self._world = world
        self.untyped: list[str] = []
        self.typed = ""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # of text, as in io.StringIO
        """The next line, empty at the end."""
        if not self.untyped:
            step = self._next()
            if step:
                self._world.pass_a_minute()
                self.untyped = self._lines(step)
        self.typed = f"{self.untyped.pop(0)}\n" if self.untyped else ""
        return self.typed

    def _next(self) -> Step | None:
        """The next step that types something; time goes on by those before it."""
        step = next(self._steps, None)
        while step is not None and step.until is not None:
            self._world.wait_until(step.until)
            step = next(self._steps, None)
        return step

    def _lines(self, step: Step) -> list[str]:
        """What is typed for a step, line by line."""
        label = step.choose or step.press
        if label is None:
            return [step.say if step.say is not None else ("y" if step.helped else "n")]
        last = self._world.last
        offered: tuple[Option | Action, ...] = (*last.options, *actions_of(last))
        labels = [without_emoji(each.label) for each in offered]
        if without_emoji(label) not in labels:
            assert label == ASK_A_PERSON, f"{label} is not offered, but {labels}"
            return ["p"]
        number = labels.index(without_emoji(label))
        chosen = offered[number]
        return [str(number + 1), *(_form_of(chosen, step) if isinstance(chosen, Action) else ())]


def _form_of(action: Action, step: Step) -> Iterator[str]:
    """What is typed into a form: numbers of what is picked, then words; an empty line ends several."""
    if action.choices:
        labels = [label for _, label in action.choices.options]
        yield ",".join(str(labels.index(each) + 1) for each in step.pick)
    if action.words:
        yield step.words
        if action.words.most > _ONE_LINE and step.words:
            yield ""


class _Echo(io.StringIO):
    """A standard output that shows what was typed, as a terminal does."""

    def __init__(self, shown: io.StringIO, keys: _Keys) -> None:
        super().__init__()
        self._shown = shown
        self._keys = keys

    def write(self, text: str, /) -> int:
        """Show text, after what was typed since."""
        self._shown.write(self._keys.typed + text)
        self._keys.typed = ""
        return len(text)


SURFACES: Final[dict[Where, Surface]] = {
    "slack": on_slack,
    "teams": on_teams,
    "terminal": on_the_terminal,
    "web": on_the_web,
}

__all__ = ["SURFACES", "Surface", "on_the_terminal"]
