"""A stand-in of Microsoft's servers on loopback: signing keys, sign-in, Teams' own interface, Graph."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.channels.teams.microsoft.transport import Cloud

ISSUER: Final = "https://api.botframework.com"
_KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_OTHER: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    body: Any
    authorization: str


@dataclass(slots=True)
class Microsoft:
    """``answers`` are given, in turn, to the next requests of a method and path: a status, headers and a body."""

    address: str
    calls: list[Call] = field(default_factory=list)
    answers: dict[tuple[str, str], list[tuple[int, Mapping[str, str], object]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    broken: bool = False
    endless: bool = False
    endorsements: list[str] = field(default_factory=lambda: ["msteams"])
    slow: float = 0.0

    @property
    def cloud(self) -> Cloud:
        """Where its servers are."""
        return Cloud(
            keys=f"{self.address}/keys",
            emulator_keys=f"{self.address}/keys?emulator",
            login=f"{self.address}/login/",
            graph=f"{self.address}/graph",
        )

    @property
    def service(self) -> str:
        """What Teams calls its service URL."""
        return f"{self.address}/teams"

    def token(self, app: str, *, service: str = "", genuine: bool = True, key: str = "k1", **claims: object) -> str:
        """The header of a signed request; claims that are ``None`` are left out."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": app, "serviceurl": service or self.service, "nbf": now - 60, "exp": now + 600}
        payload = {name: value for name, value in {**said, **claims}.items() if value is not None}
        signed = jwt.encode(payload, _KEY if genuine else _OTHER, algorithm="RS256", headers={"kid": key})
        return f"Bearer {signed}"

    def to(self, prefix: str) -> list[Call]:
        """The calls below a path."""
        return [call for call in self.calls if call.path.startswith(prefix)]

    def answer(self, call: Call) -> tuple[int, Mapping[str, str], object]:
        """What is answered to a call."""
        self.calls.append(call)
        time.sleep(self.slow)
        if self.answers[call.method, call.path]:
            return self.answers[call.method, call.path].pop(0)
        if self.broken:
            return 500, {}, {}
        return 200, {}, self._usual(call)

    def _usual(self, call: Call) -> object:
        if call.path.startswith("/keys"):
            return {"jwks_uri": f"{self.address}/jwks"}
        if call.path == "/jwks":
            public = json.loads(RSAAlgorithm.to_jwk(_KEY.public_key()))
            return {"keys": [{**public, "kid": "k1", "endorsements": self.endorsements}, {"kty": "EC", "kid": "k2"}]}
        if "/pagedmembers" in call.path:
            return {"members": [], "continuationToken": "again" if self.endless else ""}
        if "/members/" in call.path:
            return {"id": "29:x", "name": "Ines Example", "email": "ines@example.com", "tenantId": "t"}
        return {"id": "m-17"}


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the stand-in, which is an attribute of the server."""

    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(size)
        body = json.loads(raw) if raw and "json" in self.headers.get("content-type", "") else raw.decode()
        call = Call(self.command, self.path, body, self.headers.get("authorization", ""))
        status, headers, answer = self.server.microsoft.answer(call)  # type: ignore[attr-defined] # see ``microsoft``
        sent = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(sent)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names that http.server calls

    def log_request(self, *_what: object) -> None:
        """Say nothing."""


@contextmanager
def microsoft() -> Iterator[Microsoft]:
    """A running stand-in."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        standin = Microsoft(f"http://127.0.0.1:{server.server_address[1]}")
        server.microsoft = standin  # type: ignore[attr-defined] # where the handler looks for it
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield standin
        finally:
            server.shutdown()
            thread.join(5)


@dataclass(slots=True)
class SignIn:
    """What msal fetches with, and what Microsoft's sign-in answers: a token, or ``error``."""

    error: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unreachable: Exception | None = None
    lifetime: int = 3600

    def get(self, url: str, **_more: object) -> SignInAnswer:
        """The sign-in's description of itself."""
        if self.unreachable:
            raise self.unreachable
        base = url.partition("/v2.0")[0]
        endpoints = {"token_endpoint": f"{base}/token", "authorization_endpoint": f"{base}/authorize", "issuer": base}
        return SignInAnswer(json.dumps(endpoints))

    def post(self, url: str, **_more: object) -> SignInAnswer:
        """A token."""
        self.asked.append(url)
        granted = {"access_token": f"token-{len(self.asked)}", "expires_in": self.lifetime, "token_type": "Bearer"}
        return SignInAnswer(json.dumps(self.error or granted), 400 if self.error else 200)

    def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """A response, as msal reads one."""

    text: str
    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        """Nothing to raise."""


__all__ = ["ISSUER", "Call", "Microsoft", "SignIn", "SignInAnswer", "microsoft"]
