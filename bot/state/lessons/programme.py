"""How far an organisation takes its programme, in SQL."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, select

from bot.ports.figures import DEFAULT_DIALS
from bot.state.chain import add_line
from bot.state.engine import reading, writing
from bot.state.lessons.programme_tables import programme_settings
from bot.state.rows import insert_into, take_turns
from lessons.dials import Dial, Dials, Setting
from lessons.report import Budget

_TABLE: Final = programme_settings.c
_KEY: Final = 32  # bytes
_CENTS: Final = 100


class SqlProgrammeSettings:
    """Implements ``ProgrammeSettings``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, organisation: str) -> Dials:
        """Where its dials stand; the default where it turned none."""
        return _dials(self._row(organisation))

    def turn(self, organisation: str, dial: Dial, setting: Setting, at: datetime, actor: str) -> Setting:
        """Turn one dial, with a line in the audit where it stood elsewhere; where it stood before."""
        with writing(self._engine) as connection:
            take_turns(connection, "programme", organisation)
            before = _dials(_find(connection, organisation)).at(dial)
            _write(connection, organisation, {dial.value: setting.value})
            if before is not setting:
                detail = {"before": before.value, "after": setting.value}
                add_line(connection, organisation, at, actor, "dial_turned", dial.value, detail)
        return before

    def budget(self, organisation: str) -> Budget | None:
        """What the programme costs in a year."""
        return _budget(self._row(organisation))

    def enter_budget(self, organisation: str, budget: Budget | None, at: datetime, actor: str) -> None:
        """Enter what the programme costs in a year, to the cent, with a line in the audit."""
        cents = None if budget is None else round(budget.amount * _CENTS)
        currency = "" if budget is None else budget.currency
        with writing(self._engine) as connection:
            take_turns(connection, "programme", organisation)
            _write(connection, organisation, {"budget_cents": cents, "currency": currency})
            detail = {"cents": cents, "currency": currency}
            add_line(connection, organisation, at, actor, "budget_entered", "", detail)

    def records_key(self, organisation: str) -> bytes:
        """The key of its pseudonyms; whoever asks first makes it."""
        row = self._row(organisation)
        if row is None or row.records_key is None:
            with writing(self._engine) as connection:
                take_turns(connection, "programme", organisation)
                row = _find(connection, organisation)
                if row is None or row.records_key is None:
                    _write(connection, organisation, {"records_key": secrets.token_hex(_KEY)})
                    row = _find(connection, organisation)
        assert row is not None  # it was written just now
        return bytes.fromhex(row.records_key)

    def _row(self, organisation: str) -> Row[Any] | None:
        with reading(self._engine) as connection:
            return _find(connection, organisation)


def _find(connection: Connection, organisation: str) -> Row[Any] | None:
    return connection.execute(select(programme_settings).where(_TABLE.organisation == organisation)).one_or_none()


def _write(connection: Connection, organisation: str, values: Mapping[str, object]) -> None:
    row = insert_into(connection, programme_settings).values({"organisation": organisation, **values})
    connection.execute(row.on_conflict_do_update(index_elements=[_TABLE.organisation], set_=dict(values)))


def _dials(row: Row[Any] | None) -> Dials:
    if row is None:
        return DEFAULT_DIALS
    stands = {each.value: getattr(row, each.value) for each in Dial}
    return Dials(**{each.value: Setting(stands[each.value] or DEFAULT_DIALS.at(each)) for each in Dial})


def _budget(row: Row[Any] | None) -> Budget | None:
    return None if row is None or row.budget_cents is None else Budget(row.budget_cents / _CENTS, row.currency)


__all__ = ["SqlProgrammeSettings"]
