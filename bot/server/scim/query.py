"""What a request asks for: one of a few filters, a page, and which attributes to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scim2_models import InvalidFilterException, InvalidValueException, ResponseParameters, ScimFilter
from scim2_models.path import AttrPath, CompareOperator, Comparison, LogicalExpr, LogicalOperator, ValuePath

from bot.server.scim.resources import MOST

_LONGEST_FILTER: Final = 600  # characters
_LONGEST_LIST: Final = 2000  # characters of a list of attributes
_SUPPORTED: Final = "write one comparison with eq: {}"


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the resources to show: ``most`` of them from ``start`` on, which counts from 1."""

    start: int
    most: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter: the attribute, in lower case, and what it has to be."""

    attribute: str
    value: str


def asked(query: Mapping[str, str], *known: str) -> Asked | None:
    """The filter of a request; ``known`` are the attributes that can be asked for.

    Raises:
        InvalidFilterException: it is something else than one of these ``eq "…"``.
    """
    written = query.get("filter")
    if written is None:
        return None
    refusal = InvalidFilterException(detail=_SUPPORTED.format(", ".join(f'{each} eq "…"' for each in known)))
    if len(written) > _LONGEST_FILTER:
        raise refusal
    try:
        found = _comparison(ScimFilter(written).ast)
    except RecursionError:
        raise refusal from None
    if found is None or found.attribute not in {each.lower() for each in known}:
        raise refusal
    return found


def page(query: Mapping[str, str]) -> Page:
    """Which page a request asks for.

    Raises:
        InvalidValueException: it names no numbers.
    """
    return Page(max(1, _number(query, "startIndex", 1)), min(MOST, max(0, _number(query, "count", MOST))))


def shown_attributes(query: Mapping[str, str]) -> ResponseParameters[Any]:
    """Which attributes a request wants to see.

    Raises:
        InvalidValueException: there are too many.
        ValidationError: they are no attributes.
    """
    wanted = {name: query[name] for name in ("attributes", "excludedAttributes") if query.get(name)}
    if any(len(each) > _LONGEST_LIST for each in wanted.values()):
        raise InvalidValueException(
            detail=f"a list of attributes is too long; write at most {_LONGEST_LIST} characters"
        )
    return ResponseParameters.model_validate(wanted)


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    written = query.get(name, str(default)).strip()
    if len(written) > 9 or not (written.removeprefix("-").isascii() and written.removeprefix("-").isdecimal()):
        raise InvalidValueException(detail=f"{name} is no number; write one such as {default}")
    return int(written)


def _comparison(node: object) -> Asked | None:
    match node:
        case Comparison(attr_path=path, op=CompareOperator.eq, value=str(value)):
            return Asked(_name(path), value)
        case ValuePath(attr_path=path, val_filter=LogicalExpr(op=LogicalOperator.and_, terms=terms), sub_attr=None):
            found = [_comparison(term) for term in terms]
            if not all(found) or {each.attribute for each in found if each} != {"type", "value"} or len(found) != 2:
                return None
            value = next(each.value for each in found if each and each.attribute == "value")
            kind = next(each.value for each in found if each and each.attribute == "type")
            return Asked(f"{_name(path)}.value", value) if kind.lower() == "work" else None
        case ValuePath(attr_path=path, val_filter=Comparison() as inner, sub_attr=None):
            one = _comparison(inner)
            return Asked(f"{_name(path)}.value", one.value) if one and one.attribute == "value" else None
        case _:
            return None


def _name(path: AttrPath) -> str:
    """An attribute without its schema, in lower case."""
    return ".".join(each for each in (path.attr, path.sub_attr) if each).lower()


__all__ = ["Asked", "Page", "asked", "page", "shown_attributes"]
