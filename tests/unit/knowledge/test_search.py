"""Searching an index: who sees what, when and where, and what comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.encoder import Encoder
from knowledge.index import Index, build_index
from knowledge.models import Reader, Verdict
from knowledge.pack import Pack
from knowledge.search.engine import Found, Search, _wider
from tests.conftest import TODAY, PackMaker
from tests.fakes.calibration import even_calibration
from tests.fakes.encoder import HashedEncoder

OpenIndex = Callable[[Path, Encoder | None], Index]
SearchOver = Callable[[Pack], Search]


def policy(identifier: str, fields: str = "") -> str:
    """A policy of one section, about desks."""
    return f"---\nid: {identifier}\n{fields}\n---\n# {identifier}\n\n## {identifier} desks\n\nYou may post desks.\n"


@pytest.fixture
def search_over(tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex) -> SearchOver:
    """Searches over a pack with the fake encoder."""

    def over(pack: Pack) -> Search:
        build_index(pack, tmp_path / "index.db", fake_encoder)
        return Search(open_index(tmp_path / "index.db", fake_encoder), even_calibration(fake_encoder))

    return over


def _find(
    search: Search, question: str = "may I post desks", reader: Reader | None = None, today: date = TODAY
) -> Found:
    return search.search(question, HashedEncoder().encode([question])[0], reader or Reader(), today)


def _seen(search: Search, reader: Reader, today: date = TODAY) -> set[str]:
    """The policies, as ``id`` or ``id version``, that a reader is shown."""
    sections = [search.index.section(each.number) for each in _find(search, reader=reader, today=today).candidates]
    assert all(search.sees(section.policy, reader, today) for section in sections)
    return {
        section.policy.id
        if section.policy.version == "unversioned"
        else f"{section.policy.id} {section.policy.version}"
        for section in sections
    }


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (None, {"all", "unsaid", "partners", "both"}),
        ("employees", {"all", "unsaid", "both"}),
        ("partners", {"all", "unsaid", "partners", "both"}),
        ("Partners", {"all", "unsaid", "partners", "both"}),
        ("agencies", {"all", "unsaid"}),
        ("", {"all", "unsaid", "partners", "both"}),
    ],
)
def test_a_reader_sees_the_policies_of_the_own_audience(
    audience: str | None, seen: set[str], make_pack: PackMaker, search_over: SearchOver
) -> None:
    """What is for everyone is seen by all; without an audience nothing is hidden."""
    pack = make_pack(
        {
            "1.md": policy("all", "audience: [everyone]"),
            "2.md": policy("unsaid"),
            "3.md": policy("partners", "audience: partners"),
            "4.md": policy("both", "audience: [employees, partners]"),
        }
    )
    assert _seen(search_over(pack), Reader(audience=audience)) == seen


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        (None, {"world", "unsaid", "eu", "de", "us"}),
        ("de", {"world", "unsaid", "eu", "de"}),
        ("DE", {"world", "unsaid", "eu", "de"}),
        ("fr", {"world", "unsaid", "eu"}),
        ("eu", {"world", "unsaid", "eu"}),
        ("us", {"world", "unsaid", "us"}),
        ("ch", {"world", "unsaid"}),
        ("gb", {"world", "unsaid"}),
        ("worldwide", {"world", "unsaid"}),
    ],
)
def test_a_reader_sees_the_policies_of_the_own_region(
    region: str | None, seen: set[str], make_pack: PackMaker, search_over: SearchOver
) -> None:
    """What holds worldwide holds everywhere, what holds in the EU holds in Germany, and not the other way round."""
    pack = make_pack(
        {
            "1.md": policy("world", "regions: [worldwide]"),
            "2.md": policy("unsaid"),
            "3.md": policy("eu", "regions: EU"),
            "4.md": policy("de", "regions: [de, at]"),
            "5.md": policy("us", "regions: [US]"),
        }
    )
    assert _seen(search_over(pack), Reader(region=region)) == seen


VERSIONS = {
    "old.md": policy("desks", 'version: "1.0"\neffective: 2026-01-01'),
    "new.md": policy("desks", 'version: "2.0"\neffective: 2026-07-01'),
    "next.md": policy("desks", 'version: "3.0"\neffective: 2027-01-01'),
}


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (date(2025, 12, 31), set()),
        (date(2026, 1, 1), {"desks 1.0"}),
        (date(2026, 6, 30), {"desks 1.0"}),
        (date(2026, 7, 1), {"desks 2.0"}),
        (date(2026, 12, 31), {"desks 2.0"}),
        (date(2027, 1, 1), {"desks 3.0"}),
        (date(2099, 1, 1), {"desks 3.0"}),
    ],
)
def test_the_version_in_force_is_shown(
    day: date, seen: set[str], make_pack: PackMaker, search_over: SearchOver
) -> None:
    """On each day one version holds: a future one is not shown before its day, nor an old one after it."""
    search = search_over(make_pack(VERSIONS))
    assert _seen(search, Reader(as_of=day)) == seen
    assert _seen(search, Reader(), today=day) == seen
    assert _seen(search, Reader(as_of=day), today=date(2026, 8, 1)) == seen


def test_filters_hold_together(make_pack: PackMaker, search_over: SearchOver) -> None:
    """A policy is shown where audience, region and day all fit."""
    fields = "audience: [partners]\nregions: [de]\neffective: 2026-01-01"
    search = search_over(make_pack({"1.md": policy("it", fields)}))
    assert _seen(search, Reader("partners", "de", date(2026, 1, 1))) == {"it"}
    assert _seen(search, Reader("employees", "de", date(2026, 1, 1))) == set()
    assert _seen(search, Reader("partners", "us", date(2026, 1, 1))) == set()
    assert _seen(search, Reader("partners", "de", date(2025, 1, 1))) == set()


RULES = {
    "rules.md": """---
id: rules
---
# Rules

## Desks {#desks verdict=yes}

You may post a photograph of your tidy desk.

### Situations

- my new desk with plants
- tidy desk photo

## Warehouses {#warehouses verdict=no}

You may not film customers in the warehouse.

### Situations

- filming forklifts in the warehouse
- customers in the warehouse

## Journalists {#journalists verdict=ask_first}

Ask communications before you talk to a journalist.

### Situations

- a reporter rang me
- interview with a journalist
"""
}
PLAIN = {"rules.md": RULES["rules.md"].replace("### Situations", "Examples:").replace(" verdict=", " was=")}


@pytest.mark.parametrize("policies", [RULES, PLAIN], ids=["with situations", "plain"])
@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("a photo of my tidy desk?", "desks"),
        ("customers in our warehouse", "warehouses"),
        ("talk to a journalist", "journalists"),
    ],
)
def test_the_section_that_speaks_of_it_comes_first(
    policies: dict[str, str], question: str, section: str, make_pack: PackMaker, search_over: SearchOver
) -> None:
    """With situations or without, the section with the question's words is first; probabilities fall and sum to 1."""
    search = search_over(make_pack(policies))
    found = _find(search, question)
    assert search.index.section(found.candidates[0].number).id == section
    probabilities = [each.probability for each in found.candidates]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-4)
    assert found.verdicts.sum() == pytest.approx(1.0)
    assert 0 <= found.in_scope <= 1
    assert all(0 <= found.confidence(verdict) <= 1 for verdict in Verdict)


def test_where_nothing_is_visible_nothing_is_found(make_pack: PackMaker, search_over: SearchOver) -> None:
    """A reader who may see no policy gets no candidate, and no number that is none."""
    for policies in (RULES, PLAIN):
        dated = {name: text.replace("id: rules", "id: rules\neffective: 2030-01-01") for name, text in policies.items()}
        found = _find(search_over(make_pack(dated)), "a photo of my tidy desk?")
        assert found.candidates == ()
        assert np.isfinite(found.verdicts).all()
        assert np.isfinite(found.in_scope)


@pytest.mark.parametrize("off_topic", ["", "- vpn is down\n"], ids=["none", "one"])
def test_a_pack_of_one_section(off_topic: str, make_pack: PackMaker, search_over: SearchOver) -> None:
    """The smallest pack that there can be, with or without an off-topic list, can be searched."""
    found = _find(search_over(make_pack({"1.md": policy("one")}, off_topic=off_topic)))
    assert [each.probability for each in found.candidates] == [pytest.approx(1.0)]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """A search that many questions are asked of."""
    folder = tmp_path_factory.mktemp("search")
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.md").write_text(RULES["rules.md"], "utf-8")
    build_index(Pack.at(folder), folder / "index.db", HashedEncoder())
    index = Index.open(folder / "index.db")
    yield Search(index, even_calibration(HashedEncoder()))
    index.close()


@given(question=st.text(min_size=1, max_size=200))
def test_any_question_gives_sound_probabilities(question: str, ready: Search) -> None:
    """No text raises, and whatever is asked, every probability lies between 0 and 1."""
    found = _find(ready, question)
    assert all(0 <= each.probability <= 1 for each in found.candidates)
    assert np.isfinite(found.evidence.features).all()
    assert ((found.verdicts >= 0) & (found.verdicts <= 1)).all()


def test_a_part_of_a_country_reads_what_holds_in_the_country() -> None:
    """Bavaria reads German, European and worldwide policies, and not those of another part."""
    assert _wider("DE-BY") == {"de-by", "de", "eu", "worldwide"}
    assert _wider("us-ca") == {"us-ca", "us", "worldwide"}
