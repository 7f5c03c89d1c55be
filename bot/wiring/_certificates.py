"""Certificates: the key that signs them, the levels, and who awards them."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import structlog

from bot.errors import SettingsError
from bot.settings import Settings, secret
from bot.wiring._answers import now, pack, today
from bot.wiring._programme import curriculum, curriculum_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route

    from bot.conversation.learn.certification.academy import Academy, Given, Issuer, PolicyNow, Registrar
    from bot.conversation.learn.school import School
    from bot.jobs import Watch
    from bot.state import State
    from lessons.certification import Levels
    from lessons.credentials import SigningKey

KEY_FILE: Final = "signing-key.pem"
"""The file in the data folder that holds the key, readable for its owner alone."""

_HOUR: Final = 3_600.0  # seconds between two looks at whom to remind
_LOOK: Final = 5.0  # seconds for which files are taken to be as they were
_ID_BYTES: Final = 16

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an installation says of its certificates.

    ``key`` is the private key as JWK or PEM, empty where it stands in the data folder. ``praise`` names a channel for
    each workspace, ``attested`` the policies that have to be confirmed.
    """

    key: str = ""
    organisation: str = "Clearpost"
    attested: tuple[str, ...] = ()
    praise: Mapping[str, str] = field(default_factory=dict)


def chosen(settings: Settings) -> Chosen:
    """What the settings say of certificates."""
    return Chosen(
        key=secret(settings.certificate_key),
        organisation=settings.organisation_name,
        attested=settings.attested_policies,
        praise=settings.praise_channels,
    )


def issuer(settings: Settings, chosen: Chosen) -> Issuer:
    """Who certifies here.

    Raises:
        SettingsError: where there is no key and none may be made, or the key's file cannot be used.
        CredentialError: where the key is none.
    """
    from bot.conversation.learn.certification.academy import Issuer

    return Issuer(signing_key(settings, chosen), chosen.organisation, address(settings))


def address(settings: Settings) -> str:
    """Where the server is reached: at its public address, else on this machine."""
    local = f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '::', '') else settings.host}:{settings.port}"  # noqa: S104 - compared, not bound
    return (settings.public_url or local).rstrip("/")


def issuer_if_any(settings: Settings) -> Issuer | None:
    """Who certifies here; ``None`` where no key is set and none may be made: what is passed then waits for one."""
    try:
        return issuer(settings, chosen(settings))
    except SettingsError as error:
        structlog.get_logger(__name__).warning("certificates_unsigned", remedy=str(error))
        return None


def signing_key(settings: Settings, chosen: Chosen) -> SigningKey:
    """The key of the setting, else that of the data folder, which is made once where only one process uses it.

    Raises:
        SettingsError: where there is no key and none may be made, or the key's file cannot be used.
        CredentialError: where the key is none.
    """
    from lessons.credentials import read_signing_key

    if chosen.key:
        return read_signing_key(chosen.key)
    if not settings.database_url.startswith("sqlite"):
        raise SettingsError(
            "certificates need a key that all processes share; make one with 'clearpost certificates new-key' and set "
            "CLEARPOST_CERTIFICATE_KEY to it"
        )
    path = settings.data / KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        return read_signing_key(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"'{path}' cannot be used ({error}); check who may read and write there") from error


def has_key(settings: Settings) -> bool:
    """Whether something can be signed here without making a key first."""
    return bool(chosen(settings).key) or (settings.data / KEY_FILE).is_file()


def new_certificate_key() -> str:
    """A new key as a private JWK on one line, for the setting."""
    from jwt.algorithms import OKPAlgorithm

    from lessons.credentials import new_signing_key

    jwk: str = OKPAlgorithm.to_jwk(new_signing_key().private)
    return jwk


def registrar(settings: Settings, remembered: State, signs: Issuer | None) -> Registrar:
    """What it takes to award a level."""
    from bot.conversation.learn.certification.academy import Registrar
    from lessons.certification import read_levels

    folder = curriculum_folder(settings)
    return Registrar(
        certificates=remembered.certificates,
        audit=remembered.audit,
        curriculum=curriculum(settings),
        levels=_Kept(folder, lambda: read_levels(folder).levels),
        issuer=signs,
        draw=secrets.randbelow,
        new_id=lambda: secrets.token_hex(_ID_BYTES),
    )


def levels(settings: Settings) -> Levels:
    """The levels of today."""
    from lessons.certification import read_levels

    return read_levels(curriculum_folder(settings)).levels


def academy(settings: Settings, chosen: Chosen, whole: School, awards: Registrar, given: Given) -> Academy:
    """The ports of certification in the chat. ``given`` is what people did for colleagues, by organisation and id."""
    from bot.conversation.learn.certification.academy import Academy
    from lessons.certification import read_banks

    folder = curriculum_folder(settings)
    policies = pack(settings).policies
    return Academy(
        school=whole,
        registrar=awards,
        banks=_Kept(folder, lambda: read_banks(folder).banks),
        policies=_Kept(policies, partial(_policies, policies)),
        attested=chosen.attested,
        praise=chosen.praise,
        given=given,
    )


def required(settings: Settings) -> Sequence[PolicyNow]:
    """The policies that everybody has to confirm, as they are in force today."""
    attested = chosen(settings).attested
    return [each for each in _policies(pack(settings).policies) if each.id in attested]


def certificate_routes(awards: Registrar) -> list[Route]:
    """The pages of certificates."""
    from bot.server.certificates import certificate_routes
    from lessons.credentials.lettering import Fonts

    return certificate_routes(awards, Fonts(), now)


def reminder_watch(whole: Academy) -> Watch:
    """Who is to be reminded of a level or of a policy."""
    from bot.conversation.learn.certification.remind import reminders
    from bot.jobs import Watch

    return Watch("reminders", _HOUR, lambda: reminders(whole, now()))


class _Kept(Generic[_Read]):
    """What is read from a folder, read anew where a file changed or a day began; looked at every few seconds."""

    def __init__(self, folder: Path, read: Callable[[], _Read]) -> None:
        self._folder = folder
        self._read = read
        self._lock = threading.Lock()
        self._stamp = (today(), _stamp(folder))
        self._last = read()
        self._looked = time.monotonic()

    def __call__(self) -> _Read:
        with self._lock:
            if time.monotonic() - self._looked >= _LOOK:
                self._looked = time.monotonic()
                stamp = (today(), _stamp(self._folder))
                if stamp != self._stamp:
                    self._last, self._stamp = self._read(), stamp
            return self._last


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    try:
        files = sorted(each for each in folder.rglob("*") if each.suffix in (".md", ".yml"))
        return tuple((str(each), each.stat().st_mtime_ns, each.stat().st_size) for each in files)
    except OSError:  # a file is gone between the two: it is looked at again
        return ()


def _policies(folder: Path) -> Sequence[PolicyNow]:
    """The policies of a folder as they are in force today; of each the version that took effect last."""
    from bot.conversation.learn.certification.academy import PolicyNow
    from knowledge.documents import read_folder

    day = today()
    in_force = [each for each in read_folder(folder).policies if each.effective is None or each.effective <= day]
    last = {each.id: each for each in sorted(in_force, key=lambda each: each.effective or day.min)}
    return tuple(map(PolicyNow.of, last.values()))


def _make_key(path: Path) -> None:
    """Write a new key, whole or not at all; where another process was faster, its key is the one."""
    from lessons.credentials import new_signing_key

    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_signing_key().pem())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


__all__ = [
    "KEY_FILE",
    "Chosen",
    "academy",
    "certificate_routes",
    "chosen",
    "has_key",
    "issuer",
    "levels",
    "new_certificate_key",
    "registrar",
    "reminder_watch",
    "required",
    "signing_key",
]
