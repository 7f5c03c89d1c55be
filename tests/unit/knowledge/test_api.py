"""What each module of the package offers by name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import knowledge

MODULES = sorted(each.name for each in pkgutil.walk_packages(knowledge.__path__, "knowledge.") if not each.ispkg)
PACKAGES = sorted(each.name for each in pkgutil.walk_packages(knowledge.__path__, "knowledge.") if each.ispkg)


def _offered(module: ModuleType) -> list[str]:
    return list(getattr(module, "__all__", []))


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions; each by the alphabet."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_the_modules_are_found() -> None:
    """The walk over the package sees what it should."""
    assert {"knowledge.answer", "knowledge.search.engine", "knowledge.documents.blocks"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_offers(name: str) -> None:
    """Each module has an ``__all__`` without private names."""
    offered = _offered(importlib.import_module(name))
    assert offered
    assert not [each for each in offered if each.startswith("_")]


@pytest.mark.parametrize("name", [*MODULES, *PACKAGES])
def test_what_is_offered_is_there_and_in_order(name: str) -> None:
    """Every name of ``__all__`` resolves, stands there once, and in order."""
    module = importlib.import_module(name)
    offered = _offered(module)
    assert all(hasattr(module, each) for each in offered)
    assert offered == sorted(set(offered), key=_order)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_offered_is_documented(name: str) -> None:
    """Each module and each class and function that it offers has a docstring."""
    module = importlib.import_module(name)
    assert module.__doc__
    own = [getattr(module, each) for each in _offered(module)]
    undocumented = [
        each.__qualname__
        for each in own
        if getattr(each, "__module__", None) == name
        and callable(each)
        and hasattr(each, "__qualname__")
        and not each.__doc__
    ]
    assert undocumented == []


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree in the docstring of the errors names each of them, below its base."""
    errors = importlib.import_module("knowledge.errors")
    drawn = re.findall(r"(\w+Error)\b", errors.__doc__ or "")
    assert sorted(drawn) == sorted(_offered(errors))
    assert all(issubclass(getattr(errors, each), errors.KnowledgeError) for each in drawn)
