"""Letters: Open Sans, which covers Latin, Greek and Cyrillic, and fonts that an installation adds for other scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]  # ships no types
from PIL import ImageFont

from lessons.credentials.look import Label, Weight
from lessons.errors import CredentialError

_MEASURE: Final = 200
"""Size in pixels at which text is measured: large enough that rounding does not show."""


_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font draws; ``font`` is 0 for Open Sans, then the added ones in their order."""

    font: int
    text: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """Open Sans and the files of further fonts, asked in their order for a letter that it lacks."""

    added: tuple[Path, ...] = ()

    def path(self, font: int, weight: Weight) -> Path:
        """The file of a font; the added ones have one weight each."""
        return _open_sans(weight) if font == 0 else self.added[font - 1]

    def can_draw(self, text: str) -> bool:
        """Whether there is a font for every letter."""
        return all(run.font != _NONE for run in self._cut(text))

    def runs(self, text: str) -> tuple[Run, ...]:
        """The text, cut where the font changes.

        Raises:
            CredentialError: where no font has a letter.
        """
        runs = self._cut(text)
        if missing := next((run.text for run in runs if run.font == _NONE), None):
            raise CredentialError(
                f"no font here draws '{missing[:20]}'; add a font file that does, such as a Noto font"
            )
        return runs

    def width(self, text: str, size: float, weight: Weight, spacing: float = 0.0) -> float:
        """How wide a line is, in the unit of its size; a letter that no font has counts as a square."""
        length = sum(
            float(_MEASURE * len(run.text))
            if run.font == _NONE
            else self.pillow(run.font, weight, _MEASURE).getlength(run.text)
            for run in self._cut(text)
        )
        return length * size / _MEASURE + spacing * max(len(text) - 1, 0)

    def pillow(self, font: int, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        """A font as Pillow draws it, at a size in pixels."""
        return _pillow(self.path(font, weight), size)

    def fitted(self, text: str, size: float, weight: Weight, room: float) -> float:
        """The size, or a smaller one at which the line has room."""
        return min(size, size * room / (self.width(text, size, weight) or 1.0))

    def lines(self, text: str, size: float, weight: Weight, room: float) -> tuple[str, ...]:
        """The text, broken between words into lines that have room; a word that is too long is broken itself."""
        lines, line = list[str](), ""
        for word in _pieces(text, lambda piece: self.width(piece, size, weight) <= room):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, weight) <= room:
                line = longer
            else:
                lines.append(line)
                line = word
        return (*lines, line) if line else tuple(lines)

    def left_of(self, label: Label) -> float:
        """Where a label's text begins."""
        if not label.centred:
            return label.at[0]
        return label.at[0] - self.width(label.text, label.size, label.weight, label.spacing) / 2

    def _cut(self, text: str) -> tuple[Run, ...]:
        runs: list[Run] = []
        for each in text:
            font = runs[-1].font if each.isspace() and runs else self._font_of(each)
            if runs and runs[-1].font == font:
                runs[-1] = Run(font, runs[-1].text + each)
            else:
                runs.append(Run(font, each))
        return tuple(runs)

    def _font_of(self, letter: str) -> int:
        fonts = range(len(self.added) + 1)
        return next((font for font in fonts if ord(letter) in _letters(self.path(font, Weight.REGULAR))), _NONE)


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    for word in text.split():
        piece = ""
        for letter in word:
            if piece and not fits(piece + letter):
                yield piece
                piece = ""
            piece += letter
        yield piece


def _open_sans(weight: Weight) -> Path:
    return Path(str(files("ttf_opensans").joinpath("ttf", f"OpenSans-{weight}.ttf")))


@lru_cache(16)
def _letters(path: Path) -> frozenset[int]:
    try:
        with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or {})
    except OSError as error:
        raise CredentialError(f"the font '{path}' cannot be read; correct its path or leave it out") from error
    except (TTLibError, AssertionError) as error:
        raise CredentialError(f"'{path}' is no TrueType or OpenType font; give a .ttf or .otf file") from error


@lru_cache(64)
def _pillow(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


__all__ = ["Fonts", "Run"]
