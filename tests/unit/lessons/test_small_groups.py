"""What is withheld leaves nothing to tell of fewer than five people, by looking or by subtracting."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lessons.report.small_groups import LEAST, Cell, is_small, withheld

People = dict[Cell, frozenset[str]]

LABELS = st.tuples(st.sampled_from("abcd"), st.sampled_from("uvw"), st.sampled_from("xy"))
PEOPLE = st.dictionaries(LABELS, st.integers(0, 9), max_size=14).map(
    lambda counts: {
        cell: frozenset(f"{''.join(cell)}{number}" for number in range(count)) for cell, count in counts.items()
    }
)


def of_labels(people: People, dimension: int) -> dict[str, frozenset[str]]:
    """The people of each label of a dimension."""
    found: dict[str, frozenset[str]] = {}
    for cell, some in people.items():
        found[cell[dimension]] = found.get(cell[dimension], frozenset()) | some
    return found


def known(people: People, dimension: int, hidden: frozenset[str]) -> list[frozenset[str]]:
    """What a reader sees or gets by taking the groups shown from the whole."""
    groups = of_labels(people, dimension)
    shown = [some for label, some in groups.items() if label not in hidden and some]
    rest = frozenset[str]().union(*(groups[label] for label in hidden))
    return [*shown, rest] if rest else shown


@given(PEOPLE)
def test_no_group_shown_or_left_over_is_small(people: People) -> None:
    """Beside a whole that is large enough, each group shown and what remains beside them have at least five people."""
    everybody = frozenset[str]().union(*people.values())
    for dimension, hidden in enumerate(withheld(people)):
        if not is_small(everybody):
            assert all(len(some) >= LEAST for some in known(people, dimension, hidden))
        else:
            assert hidden == {label for label, some in of_labels(people, dimension).items() if some}


@given(PEOPLE)
def test_no_two_groups_tell_of_a_small_one(people: People) -> None:
    """Two groups of different dimensions and the whole give no figure of one to four people by subtraction."""
    everybody = frozenset[str]().union(*people.values())
    hidden = withheld(people)
    if is_small(everybody):
        return
    for one, other in combinations(range(len(hidden)), 2):
        for a in known(people, one, hidden[one]):
            for b in known(people, other, hidden[other]):
                if a <= b:
                    assert not is_small(b - a)
                if b <= a:
                    assert not is_small(a - b)
                if not a & b:
                    assert not is_small(everybody - a - b)
                if a | b == everybody:
                    assert not is_small(a & b)


@given(PEOPLE)
def test_the_order_of_the_cells_changes_nothing(people: People) -> None:
    """The same people give the same withheld labels, whatever order they come in."""
    assert withheld(dict(reversed(people.items()))) == withheld(people)


def cells(**counts: int) -> People:
    """Groups of one dimension with so many people each."""
    return {(label,): frozenset(f"{label}{number}" for number in range(count)) for label, count in counts.items()}


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    """A group of four alone could be had by subtraction, so the next smallest is withheld too, and no more."""
    assert withheld(cells(a=20, b=9, c=4)) == (frozenset("bc"),)


def test_small_groups_that_make_five_take_nobody_with_them() -> None:
    """Two small groups of five people together hide each other."""
    assert withheld(cells(a=20, b=9, c=3, d=2)) == (frozenset("cd"),)


def test_groups_of_five_are_shown() -> None:
    """Five people are enough."""
    assert withheld(cells(a=5, b=5, c=0)) == (frozenset(),)


def test_a_unit_that_lies_within_a_track_is_not_told_beside_it() -> None:
    """Where a unit is a track but for two people, the two would be told by subtraction: the smaller is withheld."""
    people: People = {
        ("coe", "hub"): frozenset(f"h{each}" for each in range(9)),
        ("coe", "shops"): frozenset(("s1", "s2")),
        ("employees", "shops"): frozenset(f"e{each}" for each in range(30)),
    }
    tracks, units = withheld(people)
    assert (tracks, units) != (frozenset(), frozenset())
    assert "hub" in units or "coe" in tracks


def test_groups_that_cross_freely_are_all_shown() -> None:
    """Two people in a track and a unit are not told by either where both hold others as well."""
    people: People = {
        (track, unit): frozenset(f"{track}{unit}{each}" for each in range(2 if track == "coe" else 30))
        for track in ("coe", "employees")
        for unit in ("hub", "shops", "sales")
    }
    assert withheld(people) == (frozenset(), frozenset())


def test_people_who_come_up_in_many_cells_count_once() -> None:
    """Three people who learned in four months are three, not twelve."""
    three, many = frozenset("abc"), frozenset("abcdefghij")
    people: People = {("small", month): three for month in ("1", "2", "3", "4")}
    people["large", "1"] = many
    assert "small" in withheld(people)[0]


def test_nobody_means_nothing_to_withhold() -> None:
    """Without people there is no dimension to speak of."""
    assert withheld({("a", "b"): ()}) == ()
