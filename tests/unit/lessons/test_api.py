"""What each module of the package offers by name."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import lessons

MODULES = sorted(each.name for each in pkgutil.walk_packages(lessons.__path__, "lessons.") if not each.ispkg)
PACKAGES = sorted(each.name for each in pkgutil.walk_packages(lessons.__path__, "lessons.") if each.ispkg)


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions; each by the alphabet."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("name", [*MODULES, *PACKAGES])
def test_what_is_offered_is_there_and_in_order(name: str) -> None:
    """Every name of ``__all__`` resolves, is public, stands there once, and in order."""
    module = importlib.import_module(name)
    offered: list[str] = list(module.__all__)
    assert offered and not [each for each in offered if each.startswith("_")]
    assert all(hasattr(module, each) for each in offered)
    assert offered == sorted(set(offered), key=_order)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_offered_is_documented(name: str) -> None:
    """Each module and each class and function that it offers has a docstring."""
    module = importlib.import_module(name)
    assert module.__doc__
    own = [getattr(module, each) for each in module.__all__]
    written = [each for each in own if getattr(each, "__module__", None) == name and hasattr(each, "__qualname__")]
    assert [each.__qualname__ for each in written if not each.__doc__] == []


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree in the docstring of the errors names each of them, below its base."""
    errors = importlib.import_module("lessons.errors")
    assert sorted(re.findall(r"(\w+Error)\b", errors.__doc__ or "")) == sorted([*errors.__all__])
    assert all(issubclass(getattr(errors, each), errors.LessonsError) for each in errors.__all__)
