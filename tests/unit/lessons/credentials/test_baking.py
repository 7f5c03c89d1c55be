"""Certificates inside pictures and files, and got back from there."""

from __future__ import annotations

import json
import re
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lessons.credentials.award import issue
from lessons.credentials.badge import badge_of, badge_png, badge_svg
from lessons.credentials.baking import bake_png, bake_svg, extract
from lessons.credentials.certificate import certificate_pdf
from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Colour
from lessons.credentials.verify import State, verify
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import AWARD, NOW, OTHER, TOKEN, TRUSTED

FONTS = Fonts()
BADGE = badge_of(AWARD, Colour.GREEN)
SVG = badge_svg(BADGE, TOKEN, FONTS)
PDF = certificate_pdf(AWARD, Colour.GREEN, TOKEN, FONTS)


def _png() -> bytes:
    out = BytesIO()
    Image.new("RGBA", (4, 4)).save(out, "PNG")
    return bake_png(out.getvalue(), TOKEN)


PNG = _png()
ENVELOPE = json.dumps(
    {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{TOKEN}",
        "type": "EnvelopedVerifiableCredential",
    }
)
FORMS = {
    "png": PNG,
    "svg": SVG,
    "pdf": PDF,
    "json": json.dumps(TOKEN).encode(),
    "envelope": ENVELOPE.encode(),
    "jwt": TOKEN.encode() + b"\r\n",
    "jwt with a byte order mark": b"\xef\xbb\xbf" + TOKEN.encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_certificate_back(form: str) -> None:
    """From each form the token comes back letter for letter, and is valid."""
    assert extract(FORMS[form]) == TOKEN
    assert verify(FORMS[form], NOW, TRUSTED, None).state is State.VALID


def test_the_badge_as_drawn_is_a_certificate() -> None:
    """The PNG of a badge is valid as it is."""
    assert verify(badge_png(BADGE, TOKEN, FONTS), NOW, TRUSTED, None).state is State.VALID


def test_a_picture_program_reads_the_chunk() -> None:
    """Another reader finds the uncompressed text under the name that the standard gives, and its check sums right."""
    with Image.open(BytesIO(PNG)) as picture:
        picture.load()
        assert picture.info["openbadgecredential"] == TOKEN


def test_a_picture_carries_one_certificate() -> None:
    """Baked anew, a PNG has the new credential and no longer the old one."""
    other = issue(AWARD, OTHER)
    baked = bake_png(PNG, other)
    assert baked.count(b"openbadgecredential") == 1
    assert extract(baked) == other
    with pytest.raises(CredentialError, match="anew"):
        bake_svg(SVG.decode(), other)


def test_an_svg_is_baked_as_the_standard_shows() -> None:
    """The element comes first in the picture, in the namespace of the standard."""
    text = SVG.decode()
    assert 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"' in text
    assert re.search(r"<svg[^>]*>\s*<openbadges:credential verify=\"ey", text)


def test_an_svg_under_another_prefix_is_read() -> None:
    """The namespace counts, not the prefix that a program chose."""
    text = SVG.decode().replace("openbadges:credential", "b:credential").replace("xmlns:openbadges", "xmlns:b")
    assert extract(text) == TOKEN


def test_a_pdf_whose_attachment_was_packed_is_read() -> None:
    """A program that saves the file anew may pack the attachment."""
    packed = PDF.replace(TOKEN.encode(), zlib.compress(TOKEN.encode()))
    assert TOKEN.encode() not in packed
    assert extract(packed) == TOKEN


def _itxt(data: bytes) -> bytes:
    chunk = b"iTXt" + data
    return PNG[:8] + struct.pack(">I", len(data)) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no signed credential"),
        (b"{}", "no signed token"),
        (b"{", "no signed token"),
        (b"null", "no signed credential"),
        (json.dumps({"type": "EnvelopedVerifiableCredential", "id": 5}).encode(), "no signed token"),
        (json.dumps({"proof": {}, "type": ["OpenBadgeCredential"]}).encode(), "JWT form"),
        (b"\x00\xff\xfe", "no certificate"),
        (b"\x89PNG\r\n\x1a\n", "no credential"),
        (PNG[:60], "broken"),
        (_itxt(b"openbadgecredential\0\1\0\0\0packed"), "packed"),
        (_itxt(b"openbadgecredential\0\0"), "packed"),
        (b"<svg>", "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no credential"),
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>", "document type"),
        (b"%PDF-1.7\nstream\nabc\nendstream", "no credential"),
        (b"%PDF-1.7\nstream\n" + TOKEN.encode(), "no credential"),
    ],
)
def test_what_carries_none_says_so(data: bytes, said: str) -> None:
    """Each file without a certificate is refused with what is wrong with it."""
    verdict = verify(data, NOW, TRUSTED, None)
    assert verdict.state is State.UNREADABLE
    assert said in verdict.words


def test_a_bomb_in_a_pdf_is_not_unpacked() -> None:
    """A hundred packed streams of 20 MB each are given up after 5 MB in all."""
    bomb = zlib.compress(bytes(20_000_000))
    data = b"%PDF-1.7\n" + (b"stream\n" + bomb + b"\nendstream\n") * 100
    assert verify(data, NOW, TRUSTED, None).state is State.UNREADABLE


def test_a_pdf_of_nothing_but_beginnings_is_read_quickly() -> None:
    """No byte is looked at twice, however many streams seem to begin."""
    data = b"%PDF-1.7\n" + b"stream\n" * 500_000 + b" " * 1_000_000 + b"endstream"
    assert verify(data, NOW, TRUSTED, None).state is State.UNREADABLE


@given(st.sampled_from(["png", "svg", "pdf", "envelope"]), st.data())
@settings(deadline=None)
def test_a_damaged_file_is_valid_only_with_the_whole_token(form: str, data: st.DataObject) -> None:
    """A byte changed or a tail cut off either leaves the token as it was, or the file is not valid."""
    damaged = bytearray(FORMS[form])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    del damaged[data.draw(st.integers(len(damaged) // 2, len(damaged))) :]
    verdict = verify(bytes(damaged), NOW, TRUSTED, None)
    assert verdict.state is not State.VALID or extract(bytes(damaged)) == TOKEN


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"<svg ", b"%PDF-1.4 stream\n", b'{"type":', b"eyJ"]), st.binary())
@settings(deadline=None)
def test_files_that_only_begin_well_are_refused(start: bytes, rest: bytes) -> None:
    """Whatever follows a familiar beginning, there is a verdict, and it is not valid."""
    assert verify(start + rest, NOW, TRUSTED, None).state in {State.UNREADABLE, State.ALTERED}
