"""What the tests of ``bot`` share: a conversation over fakes, and an environment without settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.conversation.messages import LOCAL, Act, Deed, Message, Press
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from knowledge.models import Reader
from tests.fakes.answers import FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.learners import RosteredPeople
from tests.fakes.office import office
from tests.fakes.state import MemoryState
from tests.fakes.triage import FakeTriage

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MEMORY: Final = timedelta(hours=12)


class Talk:
    """A conversation over fakes: ``say`` and ``press`` are one message each, a minute apart."""

    def __init__(self, answers: FakeAnswers | None = None, people: RosteredPeople | None = None) -> None:
        self.answers = answers or FakeAnswers()
        self.state = MemoryState()
        self.state.people = people or self.state.people
        self.records, self.people = self.state.records, self.state.people
        self.now = NOW
        coe = office(self.state, self.answers)
        self.router = Router(coe, campus(coe), FakeTriage(), MEMORY)

    def say(self, text: str, thread: str = "t1", reader: Reader | None = None) -> Reply:
        """Say something."""
        message = Message("test", LOCAL, "ines", thread, self._tick(), text=text, reader=reader or Reader())
        return self.router.reply(message)

    def press(self, reply: str, act: Act, option: int = 0, *, account: str = "ines", workspace: str = LOCAL) -> Reply:
        """Press a button below a reply."""
        return self.router.reply(
            Message("test", workspace, account, "t1", self._tick(), press=Press(reply, act, option))
        )

    def do(self, act: str, on: str, *choices: str, account: str = "ines") -> Reply:
        """Press a button of a reply's actions."""
        message = Message("test", LOCAL, account, "t1", self._tick(), deed=Deed(act, on, choices=choices))
        return self.router.reply(message)

    @property
    def asked(self) -> list[str]:
        """The questions that were looked up."""
        return [each.question for each in self.answers.asked]

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


TalkMaker = Callable[..., Talk]


@pytest.fixture
def talk() -> Talk:
    """A conversation in which every question has the same answer."""
    return Talk()


@pytest.fixture
def make_talk() -> TalkMaker:
    """Conversations over other answers."""
    return Talk


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No CLEARPOST_ variable but the data folder, which is empty; the home folder is empty, too."""
    for name in [name for name in os.environ if name.upper().startswith("CLEARPOST_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("CLEARPOST_DATA", str(tmp_path / "data"))
    return monkeypatch


__all__ = ["MEMORY", "NOW", "Talk", "TalkMaker"]
