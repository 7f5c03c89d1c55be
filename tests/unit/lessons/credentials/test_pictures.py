"""Badges and certificates as they look."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lessons.credentials.award import Award, issue
from lessons.credentials.badge import SIDE, badge_of, badge_png, badge_svg, compose
from lessons.credentials.certificate import certificate_pdf, compose_certificate
from lessons.credentials.draw_pdf import PAGE
from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Colour, Label, Shape, Weight
from lessons.credentials.verify import State, verify
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import AWARD, KEY, NOW, TOKEN, TRUSTED

FONTS = Fonts()
NAMES = ("Łukasz Żółć", "Ελένη", "Дмитрий", "José Ñandú", "Nguyễn Thị", "Ağaoğlu İpek", "O’Example-Šimůnek")
LETTERS = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Z")), min_size=1, max_size=120)


def _labels(shapes: tuple[Shape, ...]) -> list[Label]:
    return [each for each in shapes if isinstance(each, Label)]


def _hebrew() -> Fonts:
    matplotlib = pytest.importorskip("matplotlib")
    return Fonts((Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf",))


def _png(colour: Colour) -> Image.Image:
    return Image.open(BytesIO(badge_png(badge_of(AWARD, colour), TOKEN, FONTS)))


def test_a_badge_names_level_organisation_and_year() -> None:
    """The words of a badge stand in it as text, and in its title."""
    text = badge_svg(badge_of(AWARD, Colour.GREEN), TOKEN, FONTS).decode()
    for words in (">Green belt<", ">Example Works<", ">2026<", "Green belt, Example Works, 2026</title>"):
        assert words in text


def test_words_cannot_become_markup() -> None:
    """Names with signs of XML leave the picture well formed, and are shown as they are."""
    badge = badge_of(replace(AWARD, level_name='<b>&"x"', organisation_name="A & B <Ltd>"), Colour.BLACK)
    found: list[str] = []
    reader = expat.ParserCreate()
    reader.CharacterDataHandler = found.append
    reader.Parse(badge_svg(badge, TOKEN, FONTS), True)
    assert '<b>&"x"' in "".join(found)
    assert "A & B <Ltd>" in "".join(found)


@pytest.mark.parametrize("colour", Colour)
def test_a_png_is_a_medal_of_its_colour_on_a_clear_ground(colour: Colour) -> None:
    """1,024 pixels square, nothing in the corners, the belt's colour on the ring."""
    with _png(colour) as picture:
        assert (picture.size, picture.mode) == ((1024, 1024), "RGBA")
        assert {picture.getpixel(each) for each in ((0, 0), (1023, 0), (0, 1023), (1023, 1023))} == {(0, 0, 0, 0)}
        ring = picture.getpixel((512, 100))
    expected = {
        Colour.WHITE: (246, 244, 238, 255),
        Colour.YELLOW: (244, 196, 48, 255),
        Colour.GREEN: (47, 143, 91, 255),
        Colour.BLACK: (43, 43, 49, 255),
    }
    assert ring == expected[colour]


@given(LETTERS, LETTERS)
@settings(max_examples=60, deadline=None)
def test_words_stay_on_the_medal(level: str, organisation: str) -> None:
    """However long the names are, they are made small enough."""
    badge = badge_of(replace(AWARD, level_name=level, organisation_name=organisation), Colour.WHITE)
    for label in _labels(compose(badge, FONTS)):
        assert FONTS.width(label.text, label.size, label.weight, label.spacing) <= 320
        assert abs(label.at[0] - SIDE / 2) < 1


@pytest.mark.parametrize("name", NAMES)
def test_names_of_these_scripts_are_drawn_as_they_are(name: str) -> None:
    """Latin with all its marks, Greek and Cyrillic stand on the certificate letter for letter, and it is valid."""
    award = replace(AWARD, holder_name=name)
    assert name in [label.text for label in _labels(compose_certificate(award, Colour.YELLOW, FONTS))]
    pdf = certificate_pdf(award, Colour.YELLOW, issue(award, KEY), FONTS)
    verdict = verify(pdf, NOW, TRUSTED, None)
    assert (verdict.state, verdict.holder) == (State.VALID, name)


@pytest.mark.parametrize("name", ["李小龍", "יעל", "हिन्दी"])
def test_a_name_that_no_font_has_is_left_to_the_credential(name: str) -> None:
    """Nothing is respelt and no empty boxes are drawn: the page points at the credential, which has the name."""
    award = replace(AWARD, holder_name=name)
    words = [label.text for label in _labels(compose_certificate(award, Colour.YELLOW, FONTS))]
    assert "The holder named in the attached credential" in words
    assert name not in words
    pdf = certificate_pdf(award, Colour.YELLOW, issue(award, KEY), FONTS)
    assert verify(pdf, NOW, TRUSTED, None).holder == name


def test_an_added_font_draws_what_open_sans_lacks() -> None:
    """With a font for the script, the name stands on the certificate, between letters of Open Sans too."""
    fonts = _hebrew()
    award = replace(AWARD, holder_name="Ines יעל Example", organisation_name="יעל")
    assert award.holder_name in [label.text for label in _labels(compose_certificate(award, Colour.GREEN, fonts))]
    assert certificate_pdf(award, Colour.GREEN, TOKEN, fonts).startswith(b"%PDF-")
    assert badge_png(badge_of(award, Colour.GREEN), TOKEN, fonts).startswith(b"\x89PNG")


def test_a_level_that_no_font_has_is_said_so_and_stands_in_the_svg() -> None:
    """The PNG asks for a font by the letters that are missing; the SVG leaves the letters to the viewer's fonts."""
    badge = badge_of(replace(AWARD, level_name="緑帯"), Colour.GREEN)
    assert ">緑帯<" in badge_svg(badge, TOKEN, FONTS).decode()
    with pytest.raises(CredentialError, match="緑帯"):
        badge_png(badge, TOKEN, FONTS)


@pytest.mark.parametrize("content", [None, b"no font"])
def test_an_added_font_that_is_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    """A path that leads nowhere, or to something else, is told with the path."""
    path = tmp_path / "missing.ttf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CredentialError, match=r"missing\.ttf"):
        Fonts((path,)).can_draw("緑")


AWARDS = st.builds(
    Award,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,99}", fullmatch=True),
    level_id=st.just("green"),
    level_name=LETTERS,
    description=st.text(max_size=900),
    criteria=st.text(max_size=900),
    holder_name=LETTERS,
    holder_email_hash=st.just(AWARD.holder_email_hash),
    organisation_name=LETTERS,
    issuer_url=st.just(AWARD.issuer_url),
    issued=st.just(AWARD.issued),
    expires=st.none() | st.just(AWARD.expires),
    status_index=st.just(1),
)


@given(AWARDS)
@settings(max_examples=60, deadline=None)
def test_everything_stays_inside_the_frame(award: Award) -> None:
    """However long names and paragraphs are, no line leaves the frame or runs into the one below it."""
    labels = _labels(compose_certificate(award, Colour.BLACK, FONTS))
    for label in labels:
        width = FONTS.width(label.text, label.size, label.weight, label.spacing)
        assert FONTS.left_of(label) + width <= PAGE[0] - 12
        assert 12 < label.at[1] < PAGE[1] - 12
    rows = sorted({label.at[1] for label in labels if label.at[0] >= 128 and not label.centred})
    assert all(below - above > 2 for above, below in pairwise(rows))


@given(st.text(max_size=300), st.floats(20, 200))
@settings(max_examples=60, deadline=None)
def test_broken_lines_lose_no_letter(text: str, room: float) -> None:
    """Lines fit the room that they have, and together say what was to be said."""
    lines = FONTS.lines(text, 10, Weight.REGULAR, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(FONTS.width(line, 10, Weight.REGULAR) <= room for line in lines if len(line) > 1)


def test_the_same_award_gives_the_same_files() -> None:
    """Pictures are repeatable to the byte; the PDF bears the award's date and none of the day on which it was made."""
    badge = badge_of(AWARD, Colour.GREEN)
    assert badge_png(badge, TOKEN, FONTS) == badge_png(badge, TOKEN, FONTS)
    pdf = certificate_pdf(AWARD, Colour.GREEN, TOKEN, FONTS)
    assert pdf == certificate_pdf(AWARD, Colour.GREEN, TOKEN, FONTS)
    assert set(re.findall(rb"Date=\"([^\"]*)", pdf)) == {b"2026-11-20T09:00:00+00:00"}
    assert set(re.findall(rb"D:(\d{14})", pdf)) == {b"20261120090000"}


def test_names_do_not_break_what_the_file_says_of_itself() -> None:
    """Signs of XML in a name leave the PDF's metadata well formed."""
    award = replace(AWARD, holder_name="Ines <Example> & Co")
    pdf = certificate_pdf(award, Colour.GREEN, TOKEN, FONTS)
    metadata = pdf[pdf.index(b"<x:xmpmeta") : pdf.index(b"</x:xmpmeta>")] + b"</x:xmpmeta>"
    found: list[str] = []
    reader = expat.ParserCreate()
    reader.CharacterDataHandler = found.append
    reader.Parse(metadata, True)
    assert "Green belt: Ines <Example> & Co" in "".join(found)


def test_the_pdf_is_one_lying_page_with_the_certificate_attached() -> None:
    """A4, lying, one page, the address as a link, the credential as a file of its own."""
    pdf = certificate_pdf(AWARD, Colour.GREEN, TOKEN, FONTS)
    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 841.89 595.28]" in pdf
    assert b"(https://clearpost.example.com/verify/2026-green-7f3k)" in pdf
    assert b"certificate.jwt" in pdf
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
