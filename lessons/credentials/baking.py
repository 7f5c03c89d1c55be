"""Puts a certificate's token into a picture, and gets it back from a picture, a PDF, JSON or a text file.

After Open Badges 3.0, section 5.3: in a PNG an uncompressed ``iTXt`` chunk named ``openbadgecredential``; in an SVG the
attribute ``verify`` of an element ``credential``. A PDF carries it as an attached file.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from lessons.errors import CredentialError

LIMIT: Final = 5_000_000
"""Bytes of the largest file that is looked into."""
ATTACHMENT: Final = "certificate.jwt"

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORD: Final = b"openbadgecredential"
_NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
_ENVELOPE: Final = "EnvelopedVerifiableCredential"
_DATA_URL: Final = "data:application/vc+jwt,"
_SVG_TAG: Final = re.compile(r"<svg\b[^>]*>")
_STREAM: Final = re.compile(rb"\bstream\r?\n")
_TOKEN: Final = re.compile(rb"\s*(eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\s*")


def bake_png(picture: bytes, token: str) -> bytes:
    """The PNG with the token in it, in place of one that it had.

    Raises:
        CredentialError: where it is no PNG.
    """
    chunks = [each for each in _chunks(picture) if _itxt(each) is None]
    data = _KEYWORD + b"\0\0\0\0\0" + token.encode("ascii")
    chunks.insert(1, (b"iTXt", data))
    return _PNG + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def bake_svg(picture: str, token: str) -> str:
    """The SVG with the token in it.

    Raises:
        CredentialError: where it is no SVG or has one already.
    """
    tag = _SVG_TAG.search(picture)
    if tag is None or "openbadges:credential" in picture:
        raise CredentialError("only an SVG picture without a credential can be baked; draw the badge anew")
    opened = f'{tag[0][:-1]} xmlns:openbadges="{_NAMESPACE}">'
    baked = f'{opened}\n<openbadges:credential verify="{token}"></openbadges:credential>'
    return picture[: tag.start()] + baked + picture[tag.end() :]


def extract(document: bytes | str) -> str:
    """The token in a certificate of any form: PNG, SVG, PDF, JSON, or the token itself.

    Raises:
        CredentialError: where there is none, or the file is larger than ``LIMIT``.
    """
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(data) > LIMIT:
        raise CredentialError("the file is larger than 5 MB; give the certificate as it was issued")
    if data.startswith(_PNG):
        return _from_png(data)
    if b"%PDF-" in data[:1024]:
        return _from_pdf(data)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise CredentialError("this is no certificate; give its PNG, SVG, PDF, JSON or JWT file") from error
    if text.startswith("<"):
        return _from_svg(text)
    return _from_json(text) if text.startswith(("{", '"')) else text


def _from_png(data: bytes) -> str:
    token = next((text for each in _chunks(data) if (text := _itxt(each)) is not None), None)
    if token is None:
        raise CredentialError("this picture carries no credential; give the badge as it was issued, not a screenshot")
    return token


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    broken = CredentialError("this PNG picture is broken; give the badge as it was issued")
    if not data.startswith(_PNG):
        raise broken
    place = len(_PNG)
    while place < len(data):
        if place + 12 > len(data):
            raise broken
        length = int.from_bytes(data[place : place + 4])
        if place + 12 + length > len(data):
            raise broken
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length


def _itxt(chunk: tuple[bytes, bytes]) -> str | None:
    kind, data = chunk
    keyword, _, rest = data.partition(b"\0")
    if kind != b"iTXt" or keyword != _KEYWORD:
        return None
    # compression flag and method, then language and translated keyword, each closed by a zero
    parts = rest[2:].split(b"\0", 2)
    if rest[:1] != b"\0" or len(parts) != 3:
        raise CredentialError("the credential in this picture is packed, which the format forbids; ask for a new one")
    return parts[2].decode("latin-1").strip()


class _Found(Exception):  # noqa: N818  (no error: it ends the reading early)
    def __init__(self, token: str) -> None:
        self.token = token


def _from_svg(text: str) -> str:
    # A document type is where entities are defined that grow without end; a badge needs none.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise CredentialError("this SVG picture defines a document type; give the badge as it was issued")
    reader = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == f"{_NAMESPACE} credential":
            raise _Found(attributes.get("verify", ""))

    reader.StartElementHandler = start
    try:
        reader.Parse(text, True)
    except _Found as found:
        return found.token.strip()
    except (expat.ExpatError, ValueError) as error:
        raise CredentialError("this SVG picture is broken; give the badge as it was issued") from error
    raise CredentialError("this picture carries no credential; give the badge as it was issued, not a screenshot")


def _from_pdf(data: bytes) -> str:
    budget = LIMIT
    for body in _streams(data):
        # A program that saved the file anew may have packed the attachment.
        unpacked = b"" if _TOKEN.fullmatch(body) else _inflated(body, budget)
        budget -= len(unpacked)
        if token := _TOKEN.fullmatch(unpacked or body):
            return token[1].decode("ascii")
        if budget <= 0:
            break
    raise CredentialError("this PDF carries no credential; give the file as it was issued, not a print of it")


def _streams(data: bytes) -> Iterator[bytes]:
    """What stands between ``stream`` and ``endstream``, no byte twice, so that no file takes long."""
    place = 0
    while opening := _STREAM.search(data, place):
        place = data.find(b"endstream", opening.end())
        if place < 0:
            return
        yield data[opening.end() : place]


def _inflated(body: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return b""


def _from_json(text: str) -> str:
    wrong = CredentialError("this JSON holds no signed token; give the credential in its JWT form")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if isinstance(value, dict) and value.get("type") in (_ENVELOPE, [_ENVELOPE]):
        value = value.get("id")
        if not isinstance(value, str) or not value.startswith(_DATA_URL):
            raise wrong
        value = value.removeprefix(_DATA_URL)
    if not isinstance(value, str):
        raise wrong
    return value.strip()


__all__ = ["ATTACHMENT", "LIMIT", "bake_png", "bake_svg", "extract"]
