"""Draws shapes as PNG."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Area, Disc, Label, Point, Shape, moved

_FINER: Final = 3
"""How many times larger it is drawn before it is scaled down, so that edges come out smooth."""


def draw_png(shapes: Iterable[Shape], side: int, scale: int, fonts: Fonts) -> bytes:
    """A square picture of ``side * scale`` pixels on a clear background."""
    large = Image.new("RGBA", (side * scale * _FINER,) * 2)
    pen = ImageDraw.Draw(large)
    for shape in shapes:
        _draw(pen, moved(shape, scale * _FINER, (0.0, 0.0)), fonts)
    out = BytesIO()
    # Plain averages take few tones, which packs better than a sharper filter and looks the same.
    large.reduce(_FINER).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, fonts: Fonts) -> None:
    match shape:
        case Disc():
            pen.circle(shape.centre, shape.radius, fill=shape.fill)
        case Area():
            pen.polygon(shape.points, fill=shape.fill)
            if shape.edge:
                _edge(pen, shape.points, shape.edge, shape.width)
        case Label():
            _write(pen, shape, fonts)


def _edge(pen: ImageDraw.ImageDraw, points: tuple[Point, ...], colour: str, width: float) -> None:
    pen.line([*points, points[0]], fill=colour, width=round(width))
    for point in points:
        pen.circle(point, width / 2, fill=colour)


def _write(pen: ImageDraw.ImageDraw, label: Label, fonts: Fonts) -> None:
    x, y = fonts.left_of(label), label.at[1]
    for run in fonts.runs(label.text):
        font = fonts.pillow(run.font, label.weight, round(label.size))
        for piece in run.text if label.spacing else (run.text,):
            pen.text((x, y), piece, font=font, fill=label.fill, anchor="ls")
            x += font.getlength(piece) + label.spacing


__all__ = ["draw_png"]
