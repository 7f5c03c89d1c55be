"""The certificate on paper: a PDF page with the level, what was done for it, and the credential attached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lessons.credentials.award import Award
from lessons.credentials.badge import SIDE, badge_of, compose
from lessons.credentials.baking import ATTACHMENT
from lessons.credentials.draw_pdf import PAGE, Sheet, draw_pdf
from lessons.credentials.lettering import Fonts
from lessons.credentials.look import CLOTHS, GOLD, INK, PAPER, SOFT, Area, Colour, Label, Shape, Weight, moved
from lessons.credentials.wording import day, one_line

_LEFT: Final = 128.0
"""Where the text begins, in millimetres; to its left stands the badge."""
_ROOM: Final = 144.0
_LEADING: Final = 1.45
"""Baselines of a paragraph are this many times its size apart."""
_UNNAMED: Final = "The holder named in the attached credential"


def certificate_pdf(award: Award, colour: Colour, token: str, fonts: Fonts) -> bytes:
    """The certificate as PDF/A-3 with the token attached, so that the file itself can be verified.

    A holder whose name no font here has letters for is said to be named in the credential; it is never respelt.

    Raises:
        CredentialError: where no font has a letter of the other words.
    """
    sheet = Sheet(
        title=f"{one_line(award.level_name)}: {one_line(award.holder_name)}",
        author=one_line(award.organisation_name),
        made=award.issued,
        attachment=ATTACHMENT,
        content=token.encode("ascii"),
        purpose="The signed credential (Open Badges 3.0)",
    )
    return draw_pdf(compose_certificate(award, colour, fonts), sheet, fonts)


def compose_certificate(award: Award, colour: Colour, fonts: Fonts) -> tuple[Shape, ...]:
    """The shapes of a certificate, the lowest first, in millimetres of the page."""
    return (*_frame(), *_badge(award, colour, fonts), *_text(award, fonts))


def _frame() -> Iterator[Shape]:
    for inset, fill in ((0.0, PAPER), (8.0, INK), (8.7, PAPER), (11.0, GOLD), (11.3, PAPER)):
        yield _box(inset, inset, PAGE[0] - inset, PAGE[1] - inset, fill)


def _badge(award: Award, colour: Colour, fonts: Fonts) -> Iterator[Shape]:
    cloth = CLOTHS[colour]
    middle, top, side = 71.0, 60.0, 90.0
    # The medal hangs from the frame on a ribbon of its colour.
    yield Area(((middle - 13, 8), (middle + 13, 8), (middle + 9, 75), (middle - 9, 75)), cloth.main, cloth.edge, 0.4)
    yield Area(((middle - 4.5, 8.2), (middle + 4.5, 8.2), (middle + 3, 75), (middle - 3, 75)), cloth.shade)
    for shape in compose(badge_of(award, colour), fonts):
        yield moved(shape, side / SIDE, (middle - side / 2, top))


def _text(award: Award, fonts: Fonts) -> Iterator[Shape]:
    name, level = one_line(award.holder_name), one_line(award.level_name)
    holder = name if fonts.can_draw(name) else _UNNAMED
    reached = f"has reached this level at {one_line(award.organisation_name)}"
    description = _paragraph(award.description, 101.5, 4.6, 17, fonts)
    below = max((each.at[1] for each in description), default=94.0)
    yield Label((_LEFT, 40), "CERTIFICATE", 4.4, GOLD, Weight.SEMIBOLD, spacing=1.5)
    yield Label((_LEFT, 61), holder, fonts.fitted(holder, 15.5, Weight.LIGHT, _ROOM), INK, Weight.LIGHT)
    yield Label((_LEFT, 74), reached, fonts.fitted(reached, 4.6, Weight.REGULAR, _ROOM), SOFT)
    yield Label((_LEFT, 90), level, fonts.fitted(level, 11.5, Weight.SEMIBOLD, _ROOM), INK, Weight.SEMIBOLD)
    yield from description
    yield Label((_LEFT, below + 11), "WHAT WAS DONE FOR IT", 2.9, SOFT, Weight.SEMIBOLD, spacing=0.6)
    yield from _paragraph(award.criteria, below + 18, 4.4, 153 - below - 18, fonts)
    yield from _foot(award, fonts)


def _paragraph(text: str, top: float, size: float, height: float, fonts: Fonts) -> tuple[Label, ...]:
    """Lines from a first baseline down, in smaller letters where they would be too many; what is still over is cut."""
    lines: tuple[str, ...] = ()
    most = 1
    for smaller in (1.0, 0.9, 0.8, 0.7, 0.6):
        now = size * smaller
        lines = fonts.lines(one_line(text), now, Weight.REGULAR, _ROOM)
        most = max(int(height / (now * _LEADING)) + 1, 1)
        if len(lines) <= most:
            break
    else:
        now = size * 0.6
        lines = (*lines[: most - 1], lines[most - 1].rstrip(" .,;:") + " …")
    return tuple(Label((_LEFT, top + row * now * _LEADING), line, now, INK) for row, line in enumerate(lines))


def _foot(award: Award, fonts: Fonts) -> Iterator[Shape]:
    until = day(award.expires) if award.expires else "no end"
    columns = (("ISSUED", day(award.issued)), ("VALID UNTIL", until), ("NUMBER", award.id))
    yield _box(_LEFT, 160, _LEFT + _ROOM, 160.25, GOLD)
    for (name, value), x in zip(columns, (_LEFT, _LEFT + 46, _LEFT + 92), strict=True):
        yield Label((x, 167), name, 2.9, SOFT, Weight.SEMIBOLD, spacing=0.6)
        yield Label((x, 173.5), value, fonts.fitted(value, 4.4, Weight.REGULAR, _ROOM - 92), INK)
    address = f"Verify at {award.address}"
    size = fonts.fitted(address, 3.6, Weight.REGULAR, _ROOM)
    yield Label((_LEFT, 184.5), address, size, INK, link=award.address)
    yield Label((_LEFT, 190), "or offline: a signed credential (Open Badges 3.0) is attached to this file.", 3.6, SOFT)


def _box(left: float, top: float, right: float, bottom: float, fill: str) -> Area:
    return Area(((left, top), (right, top), (right, bottom), (left, bottom)), fill)


__all__ = ["certificate_pdf", "compose_certificate"]
