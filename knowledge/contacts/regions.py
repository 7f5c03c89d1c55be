"""Regions as packs write them (``de``, ``de-by``, ``eu``, ``worldwide``), and the words that people have for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from holidays.registry import COUNTRIES

from knowledge.documents.policy import WORLDWIDE

EU: Final = frozenset("at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk".split())
"""The member states of the European Union."""

_OTHER_WORDS: Final = {
    "ae": "uae, emirati, dubai, abu dhabi",
    "ar": "argentinian, argentine",
    "at": "austrian, österreich, oesterreich, vienna",
    "au": "australian, sydney, melbourne",
    "be": "belgian, belgique, belgië, brussels",
    "bg": "bulgarian",
    "br": "brazilian, brasil, são paulo, sao paulo",
    "ca": "canadian, quebec, toronto",
    "ch": "swiss, schweiz, suisse, svizzera, zurich, zürich, geneva",
    "cl": "chilean",
    "cn": "chinese, shanghai, beijing",
    "co": "colombian",
    "cz": "czech, czech republic, prague",
    "de": "german, germans, deutschland, berlin, munich, münchen, hamburg, frankfurt",
    "dk": "danish, danmark, copenhagen",
    "eg": "egyptian",
    "es": "spanish, españa, espana, madrid, barcelona",
    "eu": "european union, europe, european",
    "fi": "finnish, suomi, helsinki",
    "fr": "french, paris",
    "gb": "uk, great britain, britain, british, england, scotland, scottish, wales, welsh, northern ireland, london",
    "gr": "greek, athens",
    "hk": "hongkong",
    "hr": "croatian",
    "hu": "hungarian, budapest",
    "id": "indonesian",
    "ie": "irish, dublin",
    "il": "israeli",
    "in": "indian, mumbai, bangalore, delhi",
    "it": "italian, italia, milan, rome",
    "jp": "japanese, tokyo",
    "ke": "kenyan",
    "kr": "korea, korean",
    "lu": "luxembourgish",
    "ma": "moroccan",
    "mx": "mexican, méxico",
    "my": "malaysian",
    "ng": "nigerian",
    "nl": "dutch, holland, nederland, amsterdam",
    "no": "norwegian, norge, oslo",
    "pe": "peruvian",
    "ph": "filipino, philippine",
    "pl": "Polish, polska, warsaw",
    "pt": "portuguese, lisbon",
    "ro": "romanian",
    "rs": "serbian",
    "ru": "russian",
    "sa": "saudi",
    "se": "swedish, sverige, stockholm",
    "sg": "singaporean",
    "sk": "slovak",
    "si": "slovenian",
    "th": "thai",
    "tr": "turkish, türkiye, türkei, istanbul",
    "tw": "taiwanese",
    "ua": "ukrainian, kyiv",
    "us": "US, usa, u.s., the states, american, americans, new york, california, texas",
    "vn": "vietnamese",
    "za": "south african",
}
_CAPITALISED: Final = frozenset("chad china georgia guinea jersey jordan mali niger turkey reunion".split())
"""Countries whose names are also everyday words: they count with a capital letter alone, as do those above with one."""

_BEFORE: Final = r"(?:\b(?:in|from|for|at|of|across|our)\s+)?(?:\bthe\s+)?"


@dataclass(frozen=True, slots=True)
class Place:
    """A region that words name, and the words without it."""

    region: str | None
    rest: str


def wider(region: str) -> tuple[str, ...]:
    """A region and those that hold it, the narrowest first: ``de-by``, ``de``, ``eu``, ``worldwide``."""
    name = region.lower()
    country = name.partition("-")[0]
    names = (name, country, *(("eu",) if country in EU else ()), WORLDWIDE)
    return tuple(dict.fromkeys(names))


def find_region(words: str) -> Place:
    """The first country (or the EU) that is named or has an adjective in free words; ``None`` where none is."""
    for match in _pattern().finditer(words):
        said = match["place"]
        region = _regions().get(said) or _regions().get(said.lower())
        if region is not None:
            rest = f"{words[: match.start()]} {words[match.end() :]}"
            return Place(region, " ".join(rest.split()) or words)
    return Place(None, words)


@cache
def _regions() -> dict[str, str]:
    """What each name stands for; a name with a capital letter is known only so."""
    return dict(_names())


def _names() -> Iterator[tuple[str, str]]:
    for module, (_, code, *_others) in COUNTRIES.items():
        name = module.replace("_", " ")
        yield name.capitalize() if name in _CAPITALISED else name, code.lower()
    for code, words in _OTHER_WORDS.items():
        for word in words.split(", "):
            yield word, code


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(map(re.escape, _regions()), key=len, reverse=True)  # "south korea" before "korea"
    return re.compile(rf"{_BEFORE}(?<!\w)(?P<place>{'|'.join(names)})(?!\w)", re.IGNORECASE)


__all__ = ["EU", "Place", "find_region", "wider"]
