"""Draws shapes as one page of a PDF, with a file attached to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final

from fpdf import FPDF

from lessons.credentials.lettering import Fonts
from lessons.credentials.look import Area, Disc, Label, Shape, Weight

PAGE: Final = (297.0, 210.0)
"""Millimetres of the page: A4, lying."""

_POINTS: Final = 72 / 25.4
_XMP: Final = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<rdf:Description rdf:about="" xmp:CreateDate="{made}" xmp:ModifyDate="{made}" xmp:MetadataDate="{made}">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>U</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a PDF says of itself, and the file in it: its name, its bytes, and what it is."""

    title: str
    author: str
    made: datetime
    attachment: str
    content: bytes
    purpose: str


def draw_pdf(shapes: Iterable[Shape], sheet: Sheet, fonts: Fonts) -> bytes:
    """One page; the file is attached unpacked. The same shapes and sheet give the same bytes.

    Raises:
        CredentialError: where no font has a letter.
    """
    pdf = FPDF("landscape", "mm", "A4", enforce_compliance="PDF/A-3U")
    pdf.set_auto_page_break(False)
    pdf.set_title(sheet.title)
    pdf.set_author(sheet.author)
    pdf.set_lang("en")
    pdf.set_creation_date(sheet.made)
    pdf.set_xmp_metadata(_metadata(sheet))
    for weight in Weight:
        for font in range(len(fonts.added) + 1):
            pdf.add_font(_family(font, weight), fname=fonts.path(font, weight))
    pdf.add_page()
    for shape in shapes:
        _draw(pdf, shape, fonts)
    pdf.embed_file(
        bytes=sheet.content,
        basename=sheet.attachment,
        mime_type="application/vc+jwt",
        modification_date=sheet.made,
        associated_file_relationship="Data",
        desc=sheet.purpose,
    )
    return bytes(pdf.output() or b"")


def _metadata(sheet: Sheet) -> str:
    """What the file says of itself, in XMP; fpdf2's own would bear the time of the writing."""
    made = sheet.made.astimezone(UTC).isoformat(timespec="seconds")
    return _XMP.format(made=made, title=escape(sheet.title), author=escape(sheet.author))


def _draw(pdf: FPDF, shape: Shape, fonts: Fonts) -> None:
    match shape:
        case Disc():
            pdf.set_fill_color(shape.fill)
            pdf.circle(*shape.centre, shape.radius, style="F")
        case Area():
            pdf.set_fill_color(shape.fill)
            if shape.edge:
                pdf.set_draw_color(shape.edge)
                pdf.set_line_width(shape.width)
            pdf.polygon(shape.points, style="DF" if shape.edge else "F")
        case Label():
            _write(pdf, shape, fonts)


def _write(pdf: FPDF, label: Label, fonts: Fonts) -> None:
    x, y = fonts.left_of(label), label.at[1]
    pdf.set_text_color(label.fill)
    pdf.set_char_spacing(label.spacing * _POINTS)
    start = x
    for run in fonts.runs(label.text):
        pdf.set_font(_family(run.font, label.weight), size=label.size * _POINTS)
        pdf.text(x, y, run.text)
        x += fonts.width(run.text, label.size, label.weight, label.spacing) + label.spacing
    if label.link:
        pdf.link(start, y - label.size, x - start, label.size * 1.3, label.link)


def _family(font: int, weight: Weight) -> str:
    return f"{weight}{font}"


__all__ = ["PAGE", "Sheet", "draw_pdf"]
