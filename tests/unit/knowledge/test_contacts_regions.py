"""Regions: which holds which, and the words that people have for them."""

from __future__ import annotations

import pytest
from holidays.registry import COUNTRIES

from knowledge.contacts.regions import find_region, wider


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("DE-BY", ("de-by", "de", "eu", "worldwide")),
        ("us", ("us", "worldwide")),
        ("eu", ("eu", "worldwide")),
        ("worldwide", ("worldwide",)),
    ],
)
def test_a_region_lies_in_wider_ones(region: str, expected: tuple[str, ...]) -> None:
    """The narrowest first; only member states lie in the EU."""
    assert wider(region) == expected


@pytest.mark.parametrize(
    ("words", "region", "rest"),
    [
        ("product recall in Germany", "de", "product recall"),
        ("product recall in germany?", "de", "product recall ?"),
        ("a German journalist", "de", "a journalist"),
        ("Produktrückruf in Österreich", "at", "Produktrückruf"),
        ("our Swiss customers", "ch", "customers"),
        ("refunds in the USA", "us", "refunds"),
        ("refunds in the US", "us", "refunds"),
        ("refunds from the United States of old", "us", "refunds of old"),
        ("plant in South Korea", "kr", "plant"),
        ("plant in Korea", "kr", "plant"),
        ("GDPR in the European Union", "eu", "GDPR"),
        ("fire in Turkey", "tr", "fire"),
        ("Polish customers", "pl", "customers"),
        ("a French customer of the London shop", "fr", "a customer of the London shop"),
        ("Germany", "de", "Germany"),
    ],
)
def test_a_place_is_heard_in_words(words: str, region: str, rest: str) -> None:
    """By its name, its adjective, its own name or a large town; the first counts, and the words stay without it."""
    place = find_region(words)
    assert (place.region, place.rest) == (region, rest)


@pytest.mark.parametrize(
    "words",
    [
        "write to us",
        "who handles IT security",
        "is it in or at no time",
        "a turkey recipe",
        "polish the cover, a china cup, a jersey",
        "germanium",
        "",
    ],
)
def test_everyday_words_are_no_places(words: str) -> None:
    """Codes of two letters are words as well, and some countries are named like a bird."""
    place = find_region(words)
    assert (place.region, place.rest) == (None, words)


def test_every_country_is_known_by_its_name() -> None:
    """Whatever country has holidays is found, under the code that packs write."""
    names = {module.replace("_", " ").title(): code.lower() for module, (_, code, *_) in COUNTRIES.items()}
    missed = {
        name: find_region(f"recall in {name}").region
        for name, code in names.items()
        if find_region(f"recall in {name}").region != code
    }
    assert missed == {}
