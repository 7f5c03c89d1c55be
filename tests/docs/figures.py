"""Measures the README's figures; writes ``docs/figures.json`` and ``docs/load.json``: ``make figures`` (some hours)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from knowledge.weights import DEFAULT_MODEL, SMALL_MODEL

_CHECKOUT = Path(__file__).parents[2]
_FIGURES = _CHECKOUT / "docs" / "figures.json"
_LOAD = _CHECKOUT / "docs" / "load.json"
_DATA = _CHECKOUT / ".clearpost"
_OF_A_MODEL = {"evaluate": "evaluate", "triage": "evaluate triage", "bench": "bench"}


def main() -> None:
    """Measure and write."""
    models = (DEFAULT_MODEL, SMALL_MODEL)
    figures = {name: {part: _run(command, name) for part, command in _OF_A_MODEL.items()} for name in models}
    _FIGURES.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    load = {
        "surfaces": _run("bench surfaces", DEFAULT_MODEL),
        "recovery": _recovery(),
        "lessons": _run("bench lessons", DEFAULT_MODEL, lines=True),
    }
    _LOAD.write_text(json.dumps(load, indent=1) + "\n", "utf-8")


def _run(command: str, model: str, *, lines: bool = False) -> object:
    environment = {**os.environ, "CLEARPOST_MODEL": model, "CLEARPOST_DATA": str(_DATA / model)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command.split(), "--json"], env=environment, stdout=subprocess.PIPE, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()] if lines else json.loads(done.stdout)


def _recovery() -> list[object]:
    done = subprocess.run([sys.executable, "-m", "tests.recovery"], stdout=subprocess.PIPE, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    main()
