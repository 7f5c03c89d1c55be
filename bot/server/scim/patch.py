"""PATCH as identity providers send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from scim2_models import Context, InvalidSyntaxException, PatchOp, Resource, TooManyException

from bot.server.scim.resources import POLICY

_MOST: Final = 200  # operations; what each of them costs grows with how many there are
_OURS: Final = frozenset({"id", "meta", "schemas", "groups"})  # Okta sends a group's id back, which nobody may change

R = TypeVar("R", bound=Resource[Any])


def patched(body: Mapping[str, Any], model: type[R], resource: R) -> None:
    """Change a resource as a request says, all of it or nothing.

    Raises:
        SCIMException: the operations cannot be applied.
        ValidationError: they are none.
    """
    with POLICY:
        asked = PatchOp[model].model_validate(  # type: ignore[valid-type] # the library's own way to name it
            {**body, "Operations": _operations(body)}, scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        asked.patch(resource)


def _operations(body: Mapping[str, Any]) -> list[Any]:
    """The operations, without what only the service may say of a resource."""
    written = body.get("Operations")
    if not isinstance(written, list):
        raise InvalidSyntaxException(detail="a PATCH has a list of Operations")
    if len(written) > _MOST:
        raise TooManyException(detail=f"these are too many operations; send at most {_MOST} at once")
    return [_without_ours(each) for each in written]


def _without_ours(operation: object) -> object:
    if not isinstance(operation, dict) or operation.get("path") or not isinstance(operation.get("value"), dict):
        return operation
    value = {name: said for name, said in operation["value"].items() if name.lower() not in _OURS}
    return {**operation, "value": value}


__all__ = ["patched"]
