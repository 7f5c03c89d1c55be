"""The platforms' leave to act, in SQL, encrypted by the keys of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Engine, delete, select, update

from bot.errors import StateError
from bot.state.engine import reading, writing
from bot.state.rows import insert_into
from bot.state.tables import installations

_SETTING: Final = "CLEARPOST_ENCRYPTION_KEYS"
_NO_KEY: Final = f"there is no key to keep installations with; make one with 'clearpost new-key' and set {_SETTING}"


def new_key() -> str:
    """A new key that installations can be encrypted with."""
    return Fernet.generate_key().decode("ascii")


class SqlInstallations:
    """Implements ``Installations``. The first key encrypts, all of them decrypt.

    Raises:
        StateError: where a key is no Fernet key.
    """

    def __init__(self, engine: Engine, keys: Sequence[str] = ()) -> None:
        self._engine = engine
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError:  # its message is about base64
            raise StateError(f"{_SETTING} holds what is no key; make one with 'clearpost new-key'") from None

    def put(self, surface: str, key: str, workspace: str, secret: str, at: datetime) -> None:
        """Keep an installation, in place of an earlier one of that key.

        Raises:
            StateError: where the settings hold no key to encrypt it with.
        """
        kept = self._cipher().encrypt(secret.encode("utf-8", "surrogatepass")).decode("ascii")
        values = {"workspace": workspace, "secret": kept, "at": at}
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, installations)
                .values(surface=surface, key=key, **values)
                .on_conflict_do_update(index_elements=[installations.c.surface, installations.c.key], set_=values)
            )

    def get(self, surface: str, key: str) -> str | None:
        """The installation of a key, decrypted; ``None`` where there is none.

        Raises:
            StateError: where no key of the settings opens it.
        """
        query = select(installations.c.secret).where(installations.c.surface == surface, installations.c.key == key)
        with reading(self._engine) as connection:
            kept = connection.execute(query).scalar_one_or_none()
        if kept is None:
            return None
        try:
            return self._cipher().decrypt(kept).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise _unopened(surface, key) from None

    def delete(self, surface: str, key: str) -> None:
        """Forget an installation."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(installations).where(installations.c.surface == surface, installations.c.key == key)
            )

    def rotate(self) -> int:
        """Encrypt all installations with the first key; how many.

        Raises:
            StateError: where no key of the settings opens one of them; then all stay as they were.
        """
        cipher = self._cipher()
        query = select(installations.c.surface, installations.c.key, installations.c.secret).with_for_update()
        with writing(self._engine) as connection:
            rows = connection.execute(query).all()
            for surface, key, kept in rows:
                try:
                    renewed = cipher.rotate(kept).decode("ascii")
                except InvalidToken:
                    raise _unopened(surface, key) from None
                connection.execute(
                    update(installations)
                    .where(installations.c.surface == surface, installations.c.key == key)
                    .values(secret=renewed)
                )
        return len(rows)

    def _cipher(self) -> MultiFernet:
        if self._keys is None:
            raise StateError(_NO_KEY)
        return self._keys


def _unopened(surface: str, key: str) -> StateError:
    return StateError(
        f"no key of {_SETTING} opens the {surface} installation '{key}'; put the key back that it was kept with, or "
        "install the app again"
    )


__all__ = ["SqlInstallations", "new_key"]
