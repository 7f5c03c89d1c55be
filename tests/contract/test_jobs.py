"""What every ``Jobs`` must do: what is planned is owed once, and what is cancelled is not owed any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import Ledger
from bot.ports import Jobs
from tests.contract.owed import ONE, REMINDER, Clock
from tests.contract.stores import DAY, Database
from tests.fakes.jobs import MemoryJobs


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def jobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Jobs]:
    """Each implementation in turn."""
    if request.param == "memory":
        yield MemoryJobs()
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(request.getfixturevalue("postgres_url") if request.param == "postgresql" else sqlite)
    yield Ledger(database.engine, Clock())
    database.close()


def test_a_delivery_is_planned_once(jobs: Jobs) -> None:
    """A delivery whose id is known is not new, whatever else differs."""
    assert jobs.plan([ONE]) == 1
    assert jobs.plan([replace(ONE, body="{}", due=ONE.due + DAY)]) == 0


def test_only_the_new_ones_are_counted(jobs: Jobs) -> None:
    """Known and new ones may come together, and one may come twice at once."""
    jobs.plan([ONE])
    assert jobs.plan([ONE, REMINDER, REMINDER]) == 1


def test_nothing_can_be_planned(jobs: Jobs) -> None:
    """No deliveries are no error."""
    assert jobs.plan([]) == 0


def test_many_are_planned_at_once(jobs: Jobs) -> None:
    """The lessons of a whole company are planned in one call, and all of them again are none."""
    many = [replace(ONE, id=f"weekly:U{n}:1") for n in range(5000)]
    assert jobs.plan(iter(many)) == 5000
    assert jobs.plan(many) == 0


def test_an_account_is_cancelled(jobs: Jobs) -> None:
    """Everything that an account is owed is cancelled once; a second call finds nothing."""
    jobs.plan([ONE, REMINDER])
    assert jobs.cancel(ONE.workspace, ONE.account) == 2
    assert jobs.cancel(ONE.workspace, ONE.account) == 0


def test_one_kind_is_cancelled(jobs: Jobs) -> None:
    """The other kinds stay owed."""
    jobs.plan([ONE, REMINDER])
    assert jobs.cancel(ONE.workspace, ONE.account, "reminder") == 1
    assert jobs.cancel(ONE.workspace, ONE.account) == 1


def test_others_are_not_cancelled(jobs: Jobs) -> None:
    """Neither another account nor the same name in another workspace is touched."""
    jobs.plan([ONE])
    assert jobs.cancel(ONE.workspace, "U2") == 0
    assert jobs.cancel("slack:T2", ONE.account) == 0


def test_what_was_cancelled_is_not_planned_again(jobs: Jobs) -> None:
    """The id of a cancelled delivery stays known."""
    jobs.plan([ONE])
    jobs.cancel(ONE.workspace, ONE.account)
    assert jobs.plan([ONE]) == 0
