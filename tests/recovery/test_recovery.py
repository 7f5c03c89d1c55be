"""Workers that are killed in the middle of their work lose nothing and send nothing twice, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recovery import __main__ as command
from tests.recovery.run import run


@pytest.fixture
def url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """An empty database."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_doubled_where_the_platform_can_be_asked(backend: str, url: str, tmp_path: Path) -> None:
    """Three kills among 300 deliveries cut off sends; what the dead workers had in hand was taken over."""
    result = run(url, tmp_path, deliveries=300, kills=3, limit=120)
    assert (result.backend, result.lost, result.doubled, result.ambiguous) == (backend, 0, 0, 0)
    assert result.cut > 0
    assert "took_over" in (tmp_path / "workers.log").read_text("utf-8")


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_cannot_be_known_is_counted_where_the_platform_cannot_be_asked(
    backend: str, url: str, tmp_path: Path
) -> None:
    """As on Teams: a lesson is never doubled, and whatever a kill left open is marked, not forgotten."""
    result = run(url, tmp_path, deliveries=200, kills=2, surface="teams", limit=120)
    assert (result.lost, result.doubled) == (0, 0)
    assert 0 < result.ambiguous <= result.cut


def test_the_command_prints_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """``make recovery`` can be read by a machine."""
    assert (
        command.main(["--backend", "sqlite", "--deliveries", "20", "--kills", "0", "--cases", "0", "--people", "0"])
        == 0
    )
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"backend": "sqlite", "deliveries": 20, "kills": 0, "lost": 0, "doubled": 0, "ambiguous": 0}
