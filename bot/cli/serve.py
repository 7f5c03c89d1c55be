"""``clearpost serve``."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

from bot.cli.app import app, tell

if TYPE_CHECKING:
    from bot.settings import Settings


@app.command("serve")
def serve() -> None:
    """Serve the web chat (CLEARPOST_HOST, CLEARPOST_PORT)."""
    import uvicorn

    from bot import wiring
    from bot.log import configure
    from bot.settings import load_settings

    settings = load_settings()
    encoder = wiring.encoder(settings, tell)
    if not wiring.is_current(settings, encoder):
        _index_apart()
    live = wiring.answers(settings, encoder)
    configure(settings.log_format, settings.log_level)
    listener = _listen(settings)
    from knowledge.models import Reader

    live.ask("May I post a picture of my desk?", Reader())  # the model is loaded before the first person asks
    host, port = listener.getsockname()[:2]
    tell(f"Clearpost answers on http://{host}:{port} (Ctrl+C stops it)")
    logging.getLogger("uvicorn.access").disabled = True
    config = uvicorn.Config(
        wiring.web(settings, live), log_config=None, server_header=False, timeout_graceful_shutdown=10
    )
    uvicorn.Server(config).run(sockets=[listener])


def _index_apart() -> None:
    """Build the index in a process of its own: building takes twice the memory of serving, and keeps it."""
    done = subprocess.run([sys.executable, "-m", "bot", "index"], check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)  # it said why


def _listen(settings: Settings) -> socket.socket:
    from bot.errors import SurfaceError

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # from the line that names the address on, nobody is turned away
    except OSError as error:
        listener.close()
        raise SurfaceError(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}); set CLEARPOST_PORT to a free port"
        ) from error
    return listener


__all__ = ["serve"]
