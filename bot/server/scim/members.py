"""PATCH of a group: who comes and who goes, reckoned with sets, since a group may have very many members.

The library compares every member with every other one; here an operation costs what it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scim2_models import InvalidPathException, InvalidSyntaxException, InvalidValueException, NoTargetException

_SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:group:"
_ONE: Final = re.compile(r'members\[\s*value\s+eq\s+"([^"\\]{1,200})"\s*\]', re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"[a-z$][a-z0-9$_.:-]*", re.IGNORECASE)
_OPERATIONS: Final = ("add", "remove", "replace")


@dataclass(slots=True)
class Comings:
    """Who comes into a group and who goes; ``all_others_go`` where whoever is not among the former goes, too.

    ``name`` is what the group is to be called, where something is said of it.
    """

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    all_others_go: bool = False
    name: str | None = None

    def come(self, ids: Iterable[str]) -> None:
        """They belong to it, whatever was said of them before."""
        self.added.update(ids)
        self.removed -= self.added

    def go(self, ids: Iterable[str]) -> None:
        """They do not, whatever was said of them before."""
        gone = set(ids)
        self.removed |= gone
        self.added -= gone

    def be(self, ids: Iterable[str]) -> None:
        """They and nobody else do."""
        self.added, self.removed, self.all_others_go = set(ids), set(), True


def comings(body: Mapping[str, Any]) -> Comings:
    """What the operations of a PATCH come to, one after another.

    Raises:
        SCIMException: one of them makes no sense.
    """
    operations = body.get("Operations")
    if not isinstance(operations, list) or not operations:
        raise InvalidSyntaxException(detail="a PATCH has a list of Operations")
    told = Comings()
    for each in operations:
        if not isinstance(each, dict) or not isinstance(each.get("path") or "", str):
            raise InvalidSyntaxException(detail="an operation is an object with op, path and value")
        op = str(each.get("op", "")).lower()
        if op not in _OPERATIONS:
            raise InvalidValueException(detail=f"an operation is one of {', '.join(_OPERATIONS)}")
        _take(told, op, each.get("path") or "", each.get("value"))
    return told


def _take(told: Comings, op: str, written: str, value: object) -> None:
    path = written.strip()
    one = _ONE.fullmatch(path)
    if one is not None:
        told.go([one[1]]) if op == "remove" else told.come([one[1]])
    elif not path:
        _take_object(told, op, value)
    elif _ATTRIBUTE.fullmatch(path):
        _take_attribute(told, op, path, value)
    else:
        raise InvalidPathException(detail='a path is one of members, members[value eq "…"] and displayName')


def _take_object(told: Comings, op: str, value: object) -> None:
    if op == "remove":
        raise NoTargetException(detail="an operation that removes has a path")
    if not isinstance(value, dict):
        raise InvalidValueException(detail="an operation without a path has an object as its value")
    for name, said in value.items():
        _take_attribute(told, op, name, said)


def _take_attribute(told: Comings, op: str, path: str, value: object) -> None:
    """What is neither a member nor the name, such as the provider's own id, is passed over."""
    name = path.lower().removeprefix(_SCHEMA)
    if name == "displayname":
        told.name = value if isinstance(value, str) else ""
    elif name == "members" and op == "remove" and not value:
        told.be(())
    elif name == "members":
        {"add": told.come, "remove": told.go, "replace": told.be}[op](_ids(value))


def _ids(value: object) -> Iterable[str]:
    """The ids in the value of an operation: an object each, or one alone."""
    members = value if isinstance(value, list) else [] if value is None else [value]
    for each in members:
        identifier = each.get("value") if isinstance(each, dict) else each
        if not isinstance(identifier, str):
            raise InvalidValueException(detail='a member is an object such as {"value": "id"}')
        yield identifier


__all__ = ["Comings", "comings"]
