"""Workers that are killed while they teach skip nobody and teach nobody twice, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recovery.lessons import run_lessons


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_each_lesson_comes_once(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> None:
    """Three kills while 60 people are owed two lessons each, on two days: 120 messages, none twice."""
    postgres = backend == "postgresql"
    url = str(request.getfixturevalue("empty_postgres_url")) if postgres else f"sqlite:///{tmp_path / 'state.db'}"
    result = run_lessons(url, tmp_path, people=60, kills=3, limit=150)
    assert (result.backend, result.deliveries, result.lost, result.doubled) == (backend, 120, 0, 0)
