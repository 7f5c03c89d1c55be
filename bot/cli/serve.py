"""``clearpost serve`` and ``clearpost worker``."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from bot.cli.app import app, tell

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring import Work
    from bot.wiring._learning import State
    from knowledge.live import LiveAnswers

_IDLE: Final = 75  # seconds that an unused connection stays; longer than load balancers keep theirs (60 by default)
_LAST_CONNECTIONS: Final = 5  # seconds for requests that are being answered; acknowledged work is waited for after that


@app.command("serve")
def serve() -> None:
    """Serve Slack, Teams and the web chat."""
    import uvicorn

    from bot import wiring
    from bot.log import configure
    from bot.settings import load_settings

    settings = load_settings()
    live, remembered = _open(settings)
    configure(settings.log_format, settings.log_level)
    listener = _listen(settings)
    from knowledge.models import Reader

    live.ask("May I post a picture of my desk?", Reader())  # the model is loaded before the first person asks
    application = wiring.server(settings, live, remembered, tell)
    host, port = listener.getsockname()[:2]
    logging.getLogger("uvicorn.access").disabled = True
    config = uvicorn.Config(
        application,
        log_config=None,
        server_header=False,
        lifespan="off",  # it is entered here, so that what keeps a part from starting is one line, not a traceback
        timeout_graceful_shutdown=_LAST_CONNECTIONS,
        timeout_keep_alive=_IDLE,
    )

    async def run() -> None:
        async with application.router.lifespan_context(application):
            tell(f"Clearpost answers on http://{host}:{port} (Ctrl+C stops it)")
            await uvicorn.Server(config).serve(sockets=[listener])

    with _patient():
        asyncio.run(run())


@app.command("worker")
def worker() -> None:
    """Plan and send what is owed; serve nobody (PostgreSQL)."""
    from bot import wiring
    from bot.log import configure
    from bot.settings import load_settings

    settings = load_settings()
    live, remembered = _open(settings)
    configure(settings.log_format, settings.log_level)
    asyncio.run(_work(wiring.lone_worker(settings, live, remembered)))
    remembered.close()


def _open(settings: Settings) -> tuple[LiveAnswers, State]:
    """The index, built first where it is not of today's content, and the state; no model is loaded for either."""
    from bot import wiring

    wiring.slack_config(settings)  # what is half set up is said before anything slow begins
    wiring.teams_config(settings)
    remembered = wiring.state(settings)
    encoder = wiring.encoder(settings, tell)
    if not wiring.is_current(settings, encoder):
        _index_apart()
    return wiring.answers(settings, encoder), remembered


@contextmanager
def _patient() -> Iterator[None]:
    """Let the first signal to stop end the server alone: uvicorn sends it again after it has stopped serving.

    What was acknowledged is finished after that. A second signal does not wait for it.
    """
    asked = 0

    def ask(_number: int, _frame: object) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _work(work: Work) -> None:
    """Work until the process is asked to stop."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await work.start()
    tell("Clearpost works on what is owed (Ctrl+C stops it)")
    await asked.wait()
    await work.close()


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


__all__ = ["serve", "worker"]
