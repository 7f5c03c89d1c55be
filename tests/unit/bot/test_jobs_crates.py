"""What goes together: never two to one person, never two workspaces, and nothing is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.crates import packed
from bot.jobs.ledger import Queued
from bot.jobs.limits import SLACK, Rate

_QUEUED = st.builds(
    Queued,
    id=st.uuids().map(str),
    workspace=st.sampled_from(["slack:T1", "slack:T2"]),
    target=st.sampled_from([f"U{n}" for n in range(8)]),
    round=st.integers(1, 3),
    alone=st.booleans(),
)


@given(st.lists(_QUEUED, max_size=40), st.integers(1, 6))
def test_crates_hold_everything_once(deliveries: list[Queued], most: int) -> None:
    """Each delivery is in one crate, with others of its workspace and of other targets, if it may go with any."""
    crates = packed(deliveries, lambda _workspace: most)
    assert sorted(each.id for crate in crates for each in crate) == sorted(each.id for each in deliveries)
    for crate in crates:
        assert 1 <= len(crate) <= most
        assert len({each.workspace for each in crate}) == 1
        assert len({each.target for each in crate}) == len(crate)
        assert len(crate) == 1 or not any(each.alone for each in crate)


def test_a_large_mailing_takes_few_crates() -> None:
    """A hundred people at 300 a second go out in four; at Slack's pace each by themselves."""
    many = [Queued(f"d{n}", "slack:T1", f"U{n}", 1) for n in range(100)]
    assert [len(each) for each in packed(many, lambda _: Rate(messages=300).together)] == [30, 30, 30, 10]
    assert len(packed(many, lambda _: SLACK.together)) == 100
