"""Makes pictures small enough for a repository."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

_COMMON: Final = 128  # of 256 colours, those that most dots have; the others are spread over the rest


def press(path: Path) -> None:
    """Make a picture smaller, where Pillow is there: 256 colours, of which the areas keep theirs exactly."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    counted = sorted(Counter(zip(*[iter(picture.tobytes())] * 3, strict=True)).items(), key=lambda each: -each[1])
    spread = picture.quantize(_COMMON, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(part for colour, _ in counted[:_COMMON] for part in colour), *spread[: _COMMON * 3]])
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


__all__ = ["press"]
