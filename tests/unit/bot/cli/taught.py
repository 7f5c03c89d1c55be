"""What the tests of reports share: a company whose people were taught, in the state of a bare installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from typer.testing import CliRunner, Result

from bot.cli import lessons, programme, report  # noqa: F401 - importing a module registers its commands
from bot.cli.app import app
from bot.ports import Graded, Row, Sitting
from bot.state import State

ORG: Final = "slack:T1"
DAY: Final = timedelta(days=1)


def run(*arguments: str) -> Result:
    """Run ``clearpost``."""
    return CliRunner().invoke(app, list(arguments))


def done(*arguments: str) -> str:
    """What a command printed that went well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> str:
    """What is said of arguments that cannot be used; nothing else is printed."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return " ".join(result.stderr.replace("│", " ").split())


@dataclass(frozen=True, slots=True)
class Company:
    """People of an organisation, taught one lesson each."""

    state: State

    def hire(self, tracks: Mapping[str, int], at: datetime, organisation: str = ORG) -> list[str]:
        """So many people on each track; their ids."""
        rows = [
            Row(f"{track}{number}@example.com", track=track, unit="toys", region="de", hired=at.date())
            for track, count in tracks.items()
            for number in range(count)
        ]
        self.state.roster.upsert(organisation, rows, at)
        self.state.learners.enrol(at)
        found = [self.state.staff.by_email(organisation, row.email) for row in rows]
        return [each.id for each in found if each]

    def teach(self, person: str, lesson: str, at: datetime, *, right: bool | None = None) -> None:
        """A lesson comes to somebody; they open it and answer its check where ``right`` says how."""
        learners, name = self.state.learners, f"lesson:{person}:{lesson}"
        learners.begin(Sitting(name, person, lesson, "1.0", "employees-weekly", at))
        if right is not None:
            learners.open(person, name, at)
            learners.grade(Graded(person, lesson, "1.0", "c1", at, (0,), right=right, first=True))
            learners.end(person, name, at)


__all__ = ["DAY", "ORG", "Company", "done", "refused", "run"]
