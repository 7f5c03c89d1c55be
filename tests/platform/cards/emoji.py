"""The emoji of a text as pictures: Google's for Slack, as outside of a Mac, and Microsoft's for Teams."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

SETS: Final = {"slack": "noto", "teams": "fluent-emoji-flat"}
_VARIANT: Final = "\ufe0f"


def pictures(text: str, icons: Path) -> Mapping[str, str]:
    """The SVG of every emoji of one character in a text; ``icons`` is the folder of an icon set."""
    names, drawn = _icon_set(icons)
    used = {each for each in text if ord(each) > 0x2000 and each != _VARIANT and f"{ord(each):x}" in names}
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn["width"]} {drawn["height"]}">'
    return {each: f"{opening}{_body(drawn, names[f'{ord(each):x}'])}</svg>" for each in sorted(used)}


@cache
def _icon_set(icons: Path) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    names = json.loads((icons / "chars.json").read_text("utf-8"))
    return names, json.loads((icons / "icons.json").read_text("utf-8"))


def _body(drawn: Mapping[str, Any], name: str) -> str:
    named = drawn.get("aliases", {}).get(name, {}).get("parent", name)
    return str(drawn["icons"][named]["body"])


__all__ = ["SETS", "pictures"]
