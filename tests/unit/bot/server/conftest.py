"""Fixtures of the tests of the server."""

from __future__ import annotations

from tests.unit.bot.server.scim import home, migrated

__all__ = ["home", "migrated"]
