"""Servers in processes of their own, to be measured from outside."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bot.errors import SurfaceError
from bot.settings import Settings
from knowledge.encoder import Encoder

REQUEST_PATIENCE: Final = 60.0
"""Seconds that one answer may take."""

_PATIENCE: Final = 180.0  # seconds that a server may take to start
_SURFACES_OFF: Final = {
    name: "" for name in Settings.model_fields if name.startswith(("slack_", "teams_"))
}  # nothing that is measured may reach a real workspace


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    pid: int
    port: int

    def ask(self, question: str) -> None:
        """Ask over HTTP and read the whole reply.

        Raises:
            SurfaceError: where there is none.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_PATIENCE)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}
        try:
            connection.request("POST", "/ask", urlencode({"text": question}), headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException) as error:
            raise SurfaceError(f"the server did not answer ({error}); try 'clearpost serve' to see why") from error
        finally:
            connection.close()
        if response.status != 200:
            raise SurfaceError(f"the server answered with {response.status}; try 'clearpost serve' to see why")


@contextmanager
def serving(
    settings: Settings, encoder: Encoder, folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server with these settings on a free port, and with copies of its data, so that no question is remembered.

    ``more`` are settings by their short names, such as ``slack_bot_token``.
    """
    data = folder / "data"
    data.mkdir()
    shutil.copy(settings.index, data / settings.index.name)
    if (settings.data / "calibrations").is_dir():
        shutil.copytree(settings.data / "calibrations", data / "calibrations")
    variables = {
        "content": settings.content or "",
        "data": data,
        "models": settings.models,
        "model": encoder.name,
        "host": "127.0.0.1",
        "port": 0,
        "allowed_hosts": "",
        "database": "",
        "web_chat": "true",
        **_SURFACES_OFF,
        **(more or {}),
    }
    words = [f"CLEARPOST_{name.upper()}={value}" for name, value in variables.items()]
    log = folder / "server.log"
    with log.open("wb") as output:
        # env adds to what this process has inherited, and then becomes the server: the process keeps its id
        process = subprocess.Popen(
            ["/usr/bin/env", *words, sys.executable, "-m", "bot", "serve"], stdout=output, stderr=output
        )
    try:
        yield Server(process.pid, _port(process, log))
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that a starting server names on a line of its own, once it accepts connections there."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        said = log.read_text("utf-8", "replace")
        found = re.search(r"answers on http://127\.0\.0\.1:(\d+)", said)
        if found and _accepts(int(found[1])):
            return int(found[1])
        if process.poll() is not None:
            last = (said.strip().splitlines() or ["no message"])[-1]
            raise SurfaceError(f"the server did not start ({last}); try 'clearpost serve' to see why")
        time.sleep(0.1)
    raise SurfaceError(f"the server did not start within {_PATIENCE:.0f} seconds; try 'clearpost serve' to see why")


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:  # bound, but not listening yet
        return False
    return True


def resident_megabytes(pid: int) -> float:
    """Resident memory of a running process, from Linux itself or, elsewhere, from ``ps``."""
    status = Path(f"/proc/{pid}/status")
    if status.is_file():
        kilobytes = next(line.split()[1] for line in status.read_text("utf-8").splitlines() if line[:6] == "VmRSS:")
    else:
        listed = subprocess.run(
            ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=10, check=True
        )
        kilobytes = listed.stdout.strip()
    return int(kilobytes) / 1024


__all__ = ["REQUEST_PATIENCE", "Server", "resident_megabytes", "serving"]
