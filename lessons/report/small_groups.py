"""Which figures of small groups must be withheld, so that no figure tells of fewer than five people.

A figure is published for the whole and for the groups of several dimensions (track, unit, region, month). What is
withheld is chosen so that three things hold for the people that a figure rests on:

1. A group that is shown has at least five of them.
2. What is left of the whole when the shown groups of a dimension are taken away has at least five, or nobody.
3. What two shown groups of different dimensions have in common, or one has beyond the other, has at least five
   wherever it could be worked out from the two and the whole. (It can exactly where one of the four parts into which
   they cut the whole is empty, such as where a unit lies within a track.)

It does not guard against sums of three and more groups of different dimensions, nor against two reports of different
days held side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

LEAST: Final = 5
"""The fewest people of whom a figure is shown."""

Cell = tuple[str, ...]
"""A label in every dimension."""


def withheld(people: Mapping[Cell, Collection[str]]) -> tuple[frozenset[str], ...]:
    """The labels of each dimension whose figures must not be shown; the people of each cell are those that count.

    A label without people is never withheld: there is nothing to tell. The same cells give the same labels.
    """
    cells = {cell: frozenset(each) for cell, each in sorted(people.items()) if each}
    if not cells:
        return ()
    table = _Table(cells)
    while table.withhold_small() or table.withhold_derivable():
        pass
    return tuple(frozenset(each) for each in table.hidden)


def is_small(people: Collection[str]) -> bool:
    """Whether there is somebody, but too few to show a figure of them."""
    return 0 < len(people) < LEAST


class _Table:
    """The cells as bits of a number, so that groups are cut with one another quickly."""

    def __init__(self, cells: Mapping[Cell, frozenset[str]]) -> None:
        self._people = tuple(cells.values())
        dimensions = range(len(next(iter(cells))))
        places: list[defaultdict[str, list[int]]] = [defaultdict(list) for _ in dimensions]
        for place, cell in enumerate(cells):
            for dimension, label in enumerate(cell):
                places[dimension][label].append(place)
        self._shown = [{label: _mask(some, len(cells)) for label, some in each.items()} for each in places]
        self._sizes = [{label: self._count(some) for label, some in each.items()} for each in places]
        self._rest = [0 for _ in dimensions]
        self._all = (1 << len(cells)) - 1
        self.hidden: list[set[str]] = [set() for _ in dimensions]

    def withhold_small(self) -> bool:
        """Rules 1 and 2; whether anything was withheld."""
        before = sum(map(len, self.hidden))
        for dimension, groups in enumerate(self._shown):
            for label in [label for label in groups if self._sizes[dimension][label] < LEAST]:
                self._withhold(dimension, label)
            while self._is_small(self._rest[dimension]) and groups:
                self._withhold(dimension, self._smallest(dimension))
        return sum(map(len, self.hidden)) > before

    def withhold_derivable(self) -> bool:
        """Rule 3, once; whether anything was withheld."""
        for one, other in combinations(range(len(self._shown)), 2):
            for first, a in self._known(one):
                for second, b in self._known(other):
                    if self._tells(a, b):
                        self._withhold(*self._smaller((one, first), (other, second)))
                        return True
        return False

    def _known(self, dimension: int) -> Iterator[tuple[str | None, int]]:
        """The groups shown, and what remains beside them."""
        yield from self._shown[dimension].items()
        if self._rest[dimension] and self._shown[dimension]:
            yield None, self._rest[dimension]

    def _tells(self, a: int, b: int) -> bool:
        parts = (a & b, a & ~b, b & ~a, self._all & ~(a | b))
        return not all(parts) and any(self._is_small(part) for part in parts)

    def _smaller(self, *groups: tuple[int, str | None]) -> tuple[int, str]:
        """The smaller of two groups; where both are what remains, the smallest group beside one of them."""
        shown = [(dimension, label) for dimension, label in groups if label is not None]
        shown = shown or [(dimension, self._smallest(dimension)) for dimension, _ in groups]
        return min(shown, key=lambda each: (self._sizes[each[0]][each[1]], each))

    def _smallest(self, dimension: int) -> str:
        return min(self._shown[dimension], key=lambda label: (self._sizes[dimension][label], label))

    def _withhold(self, dimension: int, label: str) -> None:
        self._rest[dimension] |= self._shown[dimension].pop(label)
        self.hidden[dimension].add(label)

    def _is_small(self, mask: int) -> bool:
        found: set[str] = set()
        for place in _places(mask):
            found |= self._people[place]
            if len(found) >= LEAST:
                return False
        return bool(found)

    def _count(self, places: Iterable[int]) -> int:
        return len(set[str]().union(*(self._people[place] for place in places)))


def _mask(places: Iterable[int], length: int) -> int:
    # A number that grows bit by bit would be copied for each of a hundred thousand cells.
    bits = bytearray(length // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _places(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


__all__ = ["LEAST", "Cell", "is_small", "withheld"]
