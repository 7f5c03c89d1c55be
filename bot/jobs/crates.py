"""What goes together: deliveries of one workspace to different people, carried and written down as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.jobs.ledger import Queued


def packed(deliveries: Sequence[Queued], most: Callable[[str], int]) -> list[list[Queued]]:
    """Deliveries in crates, in their order: of one workspace, of different targets, as many as it takes at most.

    What may not go with others has a crate of its own.
    """
    crates: list[list[Queued]] = []
    open_ones: dict[str, tuple[list[Queued], set[str]]] = {}
    for each in deliveries:
        crate, targets = open_ones.get(each.workspace, ([], set()))
        if each.alone or not crate or each.target in targets or len(crate) >= most(each.workspace):
            crate, targets = [], set()
            crates.append(crate)
        crate.append(each)
        targets.add(each.target)
        if not each.alone:
            open_ones[each.workspace] = (crate, targets)
    return crates


__all__ = ["packed"]
