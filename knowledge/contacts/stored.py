"""Contacts as JSON, as the index keeps them."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from knowledge.contacts.models import Contact


def to_json(contact: Contact) -> str:
    """A contact as JSON, with days as ``2026-12-31``."""
    return _adapter().dump_json(contact).decode()


def from_json(data: str) -> Contact:
    """The contact that ``to_json`` wrote; what an older index does not have takes its default.

    Raises:
        ValueError: where it is none.
    """
    return _adapter().validate_json(data)


@cache
def _adapter() -> TypeAdapter[Contact]:
    return TypeAdapter(Contact)


__all__ = ["from_json", "to_json"]
