"""Workers that are killed while clocks ring lose no reminder and send none twice, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recovery.clocks import run_clocks


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_each_ring_is_one_reminder_that_is_sent_once(
    request: pytest.FixtureRequest, backend: str, tmp_path: Path
) -> None:
    """Two kills while 30 cases ring twice: 60 reminders, each card in its newest state, every ring in the audit."""
    postgres = backend == "postgresql"
    url = str(request.getfixturevalue("empty_postgres_url")) if postgres else f"sqlite:///{tmp_path / 'state.db'}"
    result = run_clocks(url, tmp_path, cases=30, kills=2, speed=150, limit=120)
    assert (result.backend, result.deliveries, result.lost, result.doubled) == (backend, 60, 0, 0)
    assert (result.ambiguous, result.stale, result.unkept) == (0, 0, 0)
    assert result.busy > 0
