"""Draws sheets of messages in Chromium: bundles the renderers once, loads everything from files, takes pictures."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from tests.platform.cards.emoji import SETS, pictures

HERE: Final = Path(__file__).parent
_MODULES: Final = HERE.parent / "node_modules"
_NEEDED: Final = (
    *("esbuild", "react-dom", "slack-blocks-to-jsx", "adaptivecards"),
    *("@fontsource/lato", "@fontsource-variable/open-sans", "@iconify-json/noto", "@iconify-json/fluent-emoji-flat"),
)
_ENTRIES: Final = {"slack": "slack.jsx", "teams": "teams.js"}
_HTML: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title>
<link rel="stylesheet" href="{0}.css"><main id="stage"></main><script src="{0}.js"></script></html>"""

PHONES: Final = {"slack": 375, "teams": 390}
"""CSS pixels of the narrowest phones that are usual."""

Entry = dict[str, Any]


def missing() -> str:
    """What the pictures need and is not installed; empty where all of it is there."""
    if shutil.which("chromium") is None:
        return "no chromium on the PATH: install it to draw cards"
    absent = [name for name in _NEEDED if not (_MODULES / name).is_dir()]
    return f"not installed: {', '.join(absent)}; 'make test-platform' installs them" if absent else ""


def bundle(folder: Path) -> None:
    """Write one page for each platform, with its script, style and fonts, into a folder."""
    for name, entry in _ENTRIES.items():
        subprocess.run(
            [
                *(str(_MODULES / ".bin" / "esbuild"), str(HERE / entry), "--bundle", f"--outfile={folder / name}.js"),
                *("--jsx=automatic", '--define:process.env.NODE_ENV="production"', "--log-level=error"),
                *(
                    "--loader:.svg=dataurl",
                    "--loader:.woff=empty",
                    "--loader:.woff2=file",
                    "--asset-names=fonts/[name]",
                ),
            ],
            check=True,
            timeout=60,
        )
        (folder / f"{name}.html").write_text(_HTML.format(name), "utf-8")


@dataclass(frozen=True, slots=True)
class Scene:
    """One conversation: entries as the page takes them, or Slack's Home tab, or a modal of Slack's.

    ``place`` is a line above it that says where it is read; empty: none.
    """

    name: str
    entries: Sequence[Entry] = ()
    home: Sequence[Entry] | None = None
    place: str = ""
    modal: Entry | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Scenes in columns of ``width`` CSS pixels, in one theme (``light`` or ``dark``); ``scale`` pixels make one."""

    platform: str
    theme: str
    width: int
    columns: Sequence[Sequence[Scene]]
    scale: float = 2


@dataclass(slots=True)
class Stage:
    """A browser and the bundled pages. ``complaints``: what the browser's console said, and every request that left."""

    browser: Browser
    pages: Path
    complaints: list[str] = field(default_factory=list)

    def show(self, sheet: Sheet) -> Page:
        """A page with a sheet on it; close it."""
        width = sheet.width * len(sheet.columns) + len(sheet.columns) - 1
        page = self.browser.new_page(
            viewport={"width": width, "height": 900},
            device_scale_factor=sheet.scale,
            color_scheme="dark" if sheet.theme == "dark" else "light",
        )
        page.on("console", lambda said: self.complaints.append(said.text) if said.type in _BAD else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self.complaints.append(asked.url) if _leaves(asked.url) else None)
        page.goto((self.pages / f"{sheet.platform}.html").as_uri())
        page.evaluate("sheet => window.show(JSON.parse(sheet))", json.dumps(_as_json(sheet)))
        return page

    def take(self, sheet: Sheet, path: Path) -> None:
        """Write a picture of a sheet."""
        page = self.show(sheet)
        page.locator(".sheet").screenshot(path=path)
        page.close()


_BAD: Final = frozenset({"error", "warning"})


def _leaves(url: str) -> bool:
    return not url.startswith(("file:", "data:"))


def _as_json(sheet: Sheet) -> Entry:
    columns = [[{**asdict(each), "entries": list(each.entries)} for each in column] for column in sheet.columns]
    shown = json.dumps(columns, ensure_ascii=False)
    emoji = pictures(shown, _MODULES / "@iconify-json" / SETS[sheet.platform])
    return {"theme": sheet.theme, "width": sheet.width, "columns": columns, "emoji": emoji}


__all__ = ["PHONES", "Entry", "Scene", "Sheet", "Stage", "bundle", "missing"]
