"""The real ``clearpost`` command in processes of its own, over a sample of the policies and the small model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from knowledge.pack import Pack
from knowledge.weights import SMALL_MODEL

COMMAND: Final = Path(sys.executable).with_name("clearpost")

GIFT: Final = "Some outdoor firm sent me a tent for my hobby channel, no strings, keep it or bin it. May I review it?"
PRESS: Final = "A newspaper editor asks me why our checkout was down on Saturday. May I answer?"
REPORTER: Final = "A reporter wants an interview with me"

LINES: Final = (
    f'{{"id": 7, "q": "{GIFT}"}}',
    '{"id": "seven", "q": "what is the lunch menu today", "verdict": null, "topic": "food"}',
    "",
    '{"id": null, "q": "hello!"}',
    f'{{"q": "{PRESS}", "id": "üñí"}}\r',
    '{"id": "", "q": ""}',
    '{"id": "long", "q": "' + "may I " * 1000 + '"}',
    '{"id": "half", "q": "\\ud800 may I post \\u0000 this?"}',
    f'{{"id": [1, 2], "q": "{REPORTER}"}}',
)
"""Questions of every kind, with what one finds in such files: blanks, marks of Windows, half of a pair, nothing."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs ``clearpost`` in a home of its own."""

    home: Path
    content: Path

    @property
    def environment(self) -> dict[str, str]:
        """All that the command knows of the machine."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",  # several run side by side
            "CLEARPOST_DATA": str(self.home / "data"),
            "CLEARPOST_CONTENT": str(self.content),
            "CLEARPOST_MODEL": SMALL_MODEL,
        }

    def run(self, *arguments: str, typed: str = "", **variables: str) -> Ran:
        """Run ``clearpost`` with these arguments, this standard input and these further variables."""
        done = subprocess.run(
            [COMMAND, *arguments],
            env=self.environment | variables,
            input=typed.encode(),
            capture_output=True,
            timeout=240,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True, slots=True)
class Runs:
    """The commands that load the model, started once and side by side, for they take their time."""

    index: Ran
    one: Ran
    many: Ran
    earlier: Ran
    chat: Ran


@pytest.fixture(scope="session")
def shell(sample_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A new home, without an index."""
    return Shell(tmp_path_factory.mktemp("home"), sample_pack.policies.parent)


@pytest.fixture(scope="session")
def runs(shell: Shell, sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """An index built by ``clearpost index --content`` (it takes known vectors from the old one), and four askings."""
    data = shell.home / "data"
    data.mkdir()
    shutil.copy(sample_index, data / "index.db")
    file = tmp_path_factory.mktemp("questions") / "questions.jsonl"
    file.write_bytes("\n".join(LINES).encode())
    index = shell.run("index", "--content", str(shell.content))
    with ThreadPoolExecutor(2) as pool:
        asked: list[Future[Ran]] = [
            pool.submit(shell.run, "ask", "--json", "--top", "10", PRESS),
            pool.submit(shell.run, "ask", "--jsonl", str(file), "--index", str(data / "index.db")),
            pool.submit(shell.run, "ask", "--json", "--as-of", "2026-08-31", GIFT),
            pool.submit(shell.run, "chat", typed=f"{REPORTER}\n2\ny\n"),
        ]
    return Runs(index, *(each.result() for each in asked))


__all__ = ["GIFT", "LINES", "PRESS", "REPORTER", "Ran", "Runs", "Shell"]
