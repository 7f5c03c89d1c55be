"""The colours of the levels, and the shapes that pictures and certificates are composed of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Point = tuple[float, float]


class Colour(StrEnum):
    """The belt that a level is drawn with."""

    WHITE = "white"
    YELLOW = "yellow"
    GREEN = "green"
    BLACK = "black"


class Weight(StrEnum):
    """How strong letters are drawn; the values are those of the font's files."""

    LIGHT = "Light"
    REGULAR = "Regular"
    SEMIBOLD = "SemiBold"


@dataclass(frozen=True, slots=True)
class Cloth:
    """The tones of a belt as ``#rrggbb``: itself, in shadow, its edge, and its stitches."""

    main: str
    shade: str
    edge: str
    stitch: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    centre: Point
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon with an edge of a width; ``edge`` is empty where it has none."""

    points: tuple[Point, ...]
    fill: str
    edge: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text. ``at`` is the left end of its baseline, the middle of it where it is ``centred``.

    ``spacing`` is added between letters. ``link`` is where it leads when it is pressed.
    """

    at: Point
    text: str
    size: float
    fill: str
    weight: Weight = Weight.REGULAR
    centred: bool = False
    spacing: float = 0.0
    link: str = ""


Shape = Disc | Area | Label

INK: Final = "#1f2a44"
SOFT: Final = "#5a6478"
PAPER: Final = "#fffdf7"
GOLD: Final = "#b8934a"
LIGHT: Final = "#ffffff"

CLOTHS: Final = {
    Colour.WHITE: Cloth("#f6f4ee", "#dedad0", "#8d8a83", "#b9b4a8"),
    Colour.YELLOW: Cloth("#f4c430", "#d9a514", "#7d5a00", "#8f6a08"),
    Colour.GREEN: Cloth("#2f8f5b", "#237247", "#0f4529", "#bfe3cd"),
    Colour.BLACK: Cloth("#2b2b31", "#18181b", "#070708", "#d6b25e"),
}


def moved(shape: Shape, scale: float, to: Point) -> Shape:
    """The shape, scaled about the origin and then moved there."""

    def there(point: Point) -> Point:
        return point[0] * scale + to[0], point[1] * scale + to[1]

    match shape:
        case Disc():
            return Disc(there(shape.centre), shape.radius * scale, shape.fill)
        case Area():
            return Area(tuple(map(there, shape.points)), shape.fill, shape.edge, shape.width * scale)
        case Label():
            return Label(
                there(shape.at),
                shape.text,
                shape.size * scale,
                shape.fill,
                shape.weight,
                shape.centred,
                shape.spacing * scale,
                shape.link,
            )


__all__ = [
    "CLOTHS",
    "GOLD",
    "INK",
    "LIGHT",
    "PAPER",
    "SOFT",
    "Area",
    "Cloth",
    "Colour",
    "Disc",
    "Label",
    "Point",
    "Shape",
    "Weight",
    "moved",
]
