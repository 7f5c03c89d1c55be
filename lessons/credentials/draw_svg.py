"""Draws shapes as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Area, Disc, Label, Shape, Weight

_FAMILY: Final = "'Open Sans', 'Segoe UI', 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
_WEIGHTS: Final = {Weight.LIGHT: 300, Weight.REGULAR: 400, Weight.SEMIBOLD: 600}


def draw_svg(shapes: Iterable[Shape], side: int, title: str, fonts: Fonts) -> str:
    """A square picture; its title is what a screen reader says. Text stays text, in the viewer's fonts."""
    drawn = "\n".join(_drawn(shape, fonts) for shape in shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}" '
        f'role="img" aria-labelledby="title" font-family="{_FAMILY}">\n'
        f'<title id="title">{escape(title)}</title>\n{drawn}\n</svg>\n'
    )


def _drawn(shape: Shape, fonts: Fonts) -> str:
    match shape:
        case Disc():
            (x, y), radius = shape.centre, shape.radius
            return f'<circle cx="{x:.6g}" cy="{y:.6g}" r="{radius:.6g}" fill="{shape.fill}"/>'
        case Area():
            points = " ".join(f"{x:.6g},{y:.6g}" for x, y in shape.points)
            edge = f' stroke="{shape.edge}" stroke-width="{shape.width:.6g}" stroke-linejoin="round"'
            return f'<polygon points="{points}" fill="{shape.fill}"{edge if shape.edge else ""}/>'
        case Label():
            return _text(shape, fonts)


def _text(label: Label, fonts: Fonts) -> str:
    x, y = label.at
    # The width as measured keeps the line in its place whatever font the viewer has.
    width = fonts.width(label.text, label.size, label.weight, label.spacing)
    kept = f' textLength="{width:.6g}" lengthAdjust="spacingAndGlyphs"' if fonts.can_draw(label.text) else ""
    anchor = ' text-anchor="middle"' if label.centred else ""
    return (
        f'<text x="{x:.6g}" y="{y:.6g}" font-size="{label.size:.6g}" font-weight="{_WEIGHTS[label.weight]}" '
        f'fill="{label.fill}"{anchor}{kept}>{escape(label.text)}</text>'
    )


__all__ = ["draw_svg"]
