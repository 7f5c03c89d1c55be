"""Scenarios: whole conversations in YAML, played on every surface over the real small model and a sample of policies.

``pytest tests/scenarios --update`` writes the snapshots anew; look at what changed before you keep it.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update``; it is known where tests/scenarios is named on the command line."""
    parser.addoption("--update", action="store_true", help="write the snapshots of the scenarios anew")


class Snapshots:
    """Text files beside the scenarios: compared, or written with ``--update``."""

    def __init__(self, folder: Path, *, update: bool) -> None:
        self._folder = folder
        self._update = update

    def check(self, name: str, text: str) -> None:
        """Fail where ``text`` is not what the file holds."""
        path = self._folder / name
        if self._update:
            path.write_text(text, "utf-8")
        assert path.is_file(), f"there is no {name}; run 'pytest tests/scenarios --update'"
        assert text == path.read_text("utf-8"), (
            f"{name} has changed; where that is right: pytest tests/scenarios --update"
        )


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """The snapshots beside the scenarios."""
    return Snapshots(Path(__file__).parent, update=bool(request.config.getoption("--update", default=False)))


__all__ = ["Snapshots"]
