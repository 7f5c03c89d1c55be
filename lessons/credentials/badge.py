"""The badge of a level: a medal with a belt around it, as SVG and as PNG, with the credential in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from math import cos, pi, sin, sqrt
from typing import Final

from lessons.credentials.award import Award
from lessons.credentials.baking import bake_png, bake_svg
from lessons.credentials.draw_png import draw_png
from lessons.credentials.draw_svg import draw_svg
from lessons.credentials.lettering import Fonts
from lessons.credentials.look import (
    CLOTHS,
    GOLD,
    INK,
    LIGHT,
    PAPER,
    SOFT,
    Area,
    Cloth,
    Colour,
    Disc,
    Label,
    Point,
    Shape,
    Weight,
)
from lessons.credentials.wording import one_line

SIDE: Final = 512
"""Units of the square that a badge is drawn in."""

_C: Final = SIDE / 2
_RING: Final = 241
_STITCHES: Final = 72


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says."""

    level_name: str
    organisation_name: str
    year: int
    colour: Colour


def badge_of(award: Award, colour: Colour) -> Badge:
    """The badge of an award, with the year in which it was issued."""
    year = award.issued.astimezone(UTC).year
    return Badge(one_line(award.level_name), one_line(award.organisation_name), year, colour)


def badge_svg(badge: Badge, token: str, fonts: Fonts) -> bytes:
    """The badge as SVG, with the credential baked in."""
    title = f"{badge.level_name}, {badge.organisation_name}, {badge.year}"
    return bake_svg(draw_svg(compose(badge, fonts), SIDE, title, fonts), token).encode("utf-8")


def badge_png(badge: Badge, token: str, fonts: Fonts) -> bytes:
    """The badge as PNG of 1,024 pixels with a clear background, with the credential baked in.

    Raises:
        CredentialError: where no font has a letter of its words.
    """
    return bake_png(draw_png(compose(badge, fonts), SIDE, 2, fonts), token)


def compose(badge: Badge, fonts: Fonts) -> tuple[Shape, ...]:
    """The shapes of a badge, the lowest first, in a square of ``SIDE``."""
    cloth = CLOTHS[badge.colour]
    return (*_medal(cloth), *_words(badge, fonts), *_belt(cloth))


def _medal(cloth: Cloth) -> tuple[Shape, ...]:
    middle = (_C, _C)
    turns = (2 * pi * number / _STITCHES for number in range(_STITCHES))
    stitches = (Disc((_C + 221 * cos(turn), _C + 221 * sin(turn)), 2.6, cloth.stitch) for turn in turns)
    return (
        # The light rim keeps the medal apart from a dark page, the dark one from a light page.
        Disc(middle, 252, LIGHT),
        Disc(middle, 247, INK),
        Disc(middle, _RING, cloth.main),
        *stitches,
        Disc(middle, 203, cloth.edge),
        Disc(middle, 199, PAPER),
        Disc(middle, 188, GOLD),
        Disc(middle, 186.5, PAPER),
    )


def _words(badge: Badge, fonts: Fonts) -> tuple[Shape, ...]:
    organisation = fonts.fitted(badge.organisation_name, 25, Weight.REGULAR, 236)
    level = fonts.fitted(badge.level_name, 62, Weight.SEMIBOLD, 318)
    return (
        Label((_C, 138), badge.organisation_name, organisation, SOFT, Weight.REGULAR, centred=True),
        Label((_C, 212), badge.level_name, level, INK, Weight.SEMIBOLD, centred=True),
        Label((_C, 262), str(badge.year), 27, SOFT, Weight.REGULAR, centred=True, spacing=4),
    )


def _belt(cloth: Cloth) -> tuple[Shape, ...]:
    top, bottom = 300.0, 350.0
    middle = (top + bottom) / 2

    def area(*points: Point, fill: str = cloth.main) -> Area:
        return Area(points, fill, cloth.edge, 3)

    def mirrored(*points: Point, fill: str = cloth.main) -> tuple[Area, Area]:
        return area(*points, fill=fill), area(*((2 * _C - x, y) for x, y in points), fill=fill)

    return (
        *mirrored((264, 330), (234, 330), (184, 418), (214, 434), fill=cloth.shade),
        # a hem at each end, as it is embroidered on a belt
        *mirrored((190.5, 406.6), (196, 396.9), (223.9, 413.4), (218.9, 423.8), fill=cloth.stitch),
        area(*_around(top, bottom)),
        *_stitched(top + 7, cloth),
        *_stitched(bottom - 7, cloth),
        area((214, 294), (298, 294), (310, middle), (298, 356), (214, 356), (202, middle)),
        area((222, 294), (262, 294), (290, 356), (250, 356), fill=cloth.shade),
    )


def _around(top: float, bottom: float) -> tuple[Point, ...]:
    """A band across the whole medal, whose ends follow its rim."""
    heights = [top + (bottom - top) * step / 12 for step in range(13)]
    right = [(_C + sqrt(_RING**2 - (y - _C) ** 2), y) for y in heights]
    return (*right, *((2 * _C - x, y) for x, y in reversed(right)))


def _stitched(y: float, cloth: Cloth) -> tuple[Shape, ...]:
    reach = sqrt(_RING**2 - (y - _C) ** 2) - 10
    count = 40
    return tuple(Disc((_C - reach + 2 * reach * step / count, y), 1.7, cloth.stitch) for step in range(count + 1))


__all__ = ["SIDE", "Badge", "badge_of", "badge_png", "badge_svg", "compose"]
