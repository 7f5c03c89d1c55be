"""``clearpost report``: what the lessons achieve, as tables, files, pictures and learning records."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, tell
from bot.cli.programme import Opened, Organisation, opened

if TYPE_CHECKING:
    from bot.conversation.learn.measuring import Holding, Measured
    from lessons.report import Report
    from lessons.xapi import Statement

_MONTHS: Final = 3
_MONTHS_A_YEAR: Final = 12
_DAY: Final = "%Y-%m-%d"


class By(StrEnum):
    """What people are grouped by."""

    TRACK = "track"
    UNIT = "unit"
    REGION = "region"


class Picture(StrEnum):
    """What a picture shows."""

    FUNNEL = "funnel"
    TRACKS = "tracks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class _Period:
    since: datetime
    until: datetime


@app.command("report", short_help="Tell what the lessons achieve.")
def report(
    months: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=120, help="So many months, this one included.  [default: 3]"),
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", metavar="YYYY-MM-DD", formats=[_DAY], help="From this day on (UTC).")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", metavar="YYYY-MM-DD", formats=[_DAY], help="Until the end of this day.")
    ] = None,
    by: Annotated[By | None, typer.Option(metavar="[track|unit|region]", help="Group by this alone.")] = None,
    to_csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the figures as CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the figures into this PNG or SVG file.")
    ] = None,
    show: Annotated[
        Picture, typer.Option(metavar="[funnel|tracks|months]", help="What the picture shows.")
    ] = Picture.FUNNEL,
    dark: Annotated[bool, typer.Option("--dark", help="Draw it for dark screens.")] = False,
    xapi: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what happened as learning records (xAPI 1.0.3).")
    ] = None,
    send_xapi: Annotated[
        bool, typer.Option("--send-xapi", help="Send them to the record store of CLEARPOST_LRS_URL.")
    ] = False,
    organisation: Organisation = None,
) -> None:
    """Tell whom the lessons reached, what was opened, answered, right at the first try, and kept.

    No figure tells of fewer than five people, and none can be worked out that would. Learning records name people by
    pseudonyms; they may be sent again, the record store keeps each once.
    """
    from bot.wiring import _programme as wired

    picture_is_png = _picture_format(chart)
    with opened(organisation) as here:
        period = _period(months, first, last, here.now)
        _check_measured(here, by, records=xapi is not None or send_xapi)
        measured = wired.report(here.settings, here.remembered, here.organisation, period.since, period.until)
        holdings = wired.holdings(here.settings, here.remembered, here.organisation)
        told = _only(measured.report, by)
        if to_csv is not None:
            _write(to_csv, _csv(told, holdings).encode("utf-8-sig"))
        if chart is not None:
            _write(chart, _drawn(told, show, dark=dark, png=picture_is_png))
        if xapi is not None:
            _write_records(xapi, _records(here, period))
        if send_xapi:
            posted = wired.send_records(here.settings, _records(here, period))
            tell(f"{posted.taken:,} learning records were sent; the store had {posted.known:,} of others already")
    if as_json:
        print(_json(told, holdings, measured.asked_since), end="")
        return
    print(_text(told, holdings), end="")
    _tell_of_questions(here, measured)


def _period(months: int | None, first: datetime | None, last: datetime | None, now: datetime) -> _Period:
    if first is None and last is not None:
        raise typer.BadParameter("--to needs --from; name the first day, too")
    if first is None:
        return _Period(_months_ago(now, (months or _MONTHS) - 1), now)
    if months is not None:
        raise typer.BadParameter("--months and --from name two periods; leave one out")
    since = first.replace(tzinfo=UTC)
    until = now if last is None else min(now, last.replace(tzinfo=UTC) + timedelta(days=1))
    if last is not None and last < first:
        raise typer.BadParameter(f"{last:{_DAY}} is before {first:{_DAY}}; name the first day with --from")
    if since >= now:
        raise typer.BadParameter(f"{first:{_DAY}} has not come yet; name an earlier day")
    return _Period(since, until)


def _months_ago(now: datetime, months: int) -> datetime:
    """The beginning of a month, so many before this one."""
    year, month = divmod(now.year * _MONTHS_A_YEAR + now.month - 1 - months, _MONTHS_A_YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def _check_measured(here: Opened, by: By | None, *, records: bool) -> None:
    """Refuse what the dial of measurement does not switch on."""
    from bot.wiring import _programme as wired
    from lessons.dials import Setting, effects

    dials = wired.programme_settings(here.remembered).get(here.organisation)
    on = effects(dials)
    for asked, switched_on, what, wanted in (
        (by is not None, on.group_figures, "figures of groups", Setting.STRUCTURED),
        (records, on.xapi, "learning records", Setting.FORMAL),
    ):
        if asked and not switched_on:
            raise typer.BadParameter(
                f"measurement is {dials.measurement} here, without {what}; "
                f"'clearpost programme set measurement {wanted}' switches them on"
            )


def _only(whole: Report, by: By | None) -> Report:
    """A report with the groups of one dimension."""
    if by is None:
        return whole
    return replace(whole, groups=tuple(each for each in whole.groups if each.dimension == by.value))


def _picture_format(path: Path | None) -> bool:
    """Whether a picture is to be a PNG, else SVG."""
    if path is not None and path.suffix.lower() not in (".png", ".svg"):
        raise typer.BadParameter(f"'{path.name}' is no picture; let its name end in .png or .svg")
    return path is None or path.suffix.lower() == ".png"


def _drawn(told: Report, show: Picture, *, dark: bool, png: bool) -> bytes:
    from lessons.charts import Chart, Format, Look, draw

    return draw(Chart(show.value), told, Look.DARK if dark else Look.LIGHT, Format.PNG if png else Format.SVG)


def _text(told: Report, holdings: Sequence[Holding]) -> str:
    from lessons.report import to_text

    if not holdings:
        return to_text(told)
    width = max(len(each.level.name) for each in holdings) + 2
    lines = [f"  {each.level.name:<{width}}{'·' if each.people is None else each.people:>8}" for each in holdings]
    return "\n".join([to_text(told), "people who hold a level today", *lines]) + "\n"


def _csv(told: Report, holdings: Sequence[Holding]) -> str:
    """The figures, with a line for each level: how many ``people`` hold it today."""
    from lessons.report import to_csv

    text = to_csv(told)
    columns = text.split("\r\n", 1)[0].split(",")
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, lineterminator="\r\n")
    writer.writerows({"kind": "level", "label": each.level.id, "people": each.people} for each in holdings)
    return text + file.getvalue()


def _json(told: Report, holdings: Sequence[Holding], asked_since: datetime | None) -> str:
    from lessons.report import to_json

    value = json.loads(to_json(told))
    value["asked_since"] = asked_since.isoformat() if asked_since else None
    value["levels"] = [{"level": each.level.id, "people": each.people} for each in holdings]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _records(here: Opened, period: _Period) -> Iterable[Statement]:
    from bot.wiring import _programme as wired

    return wired.statements(here.settings, here.remembered, here.organisation, period.since, period.until)


def _write_records(path: Path, records: Iterable[Statement]) -> None:
    """A JSON array with a statement a line, as record stores import it; for the eyes of its owner alone."""
    count = 0
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        with path.open("w", encoding="utf-8") as file:
            for each in records:
                file.write(("[\n" if not count else ",\n") + json.dumps(each.body, ensure_ascii=False))
                count += 1
            file.write("\n]\n" if count else "[]\n")
    except OSError as error:
        raise _cannot_write(path, error) from error
    tell(f"{path}: {count:,} learning records; it is readable for you alone")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _cannot_write(path, error) from error
    tell(f"wrote {path}")


def _cannot_write(path: Path, error: OSError) -> typer.BadParameter:
    return typer.BadParameter(f"'{path}' cannot be written ({error.strerror}); name another file")


def _tell_of_questions(here: Opened, measured: Measured) -> None:
    """Say where questions are not those of the whole period: they are forgotten after some days."""
    from lessons.report import SPAN

    if measured.asked_since == measured.report.since:
        return
    kept = here.settings.keep_questions_days
    if measured.asked_since is not None:
        tell(f"questions are kept for {kept} days: asked is of the lessons since {measured.asked_since:{_DAY}} alone")
    elif measured.report.since + SPAN <= measured.report.until:
        tell(
            f"questions are kept for {kept} days, too short to count those before and after a lesson; "
            f"set CLEARPOST_KEEP_QUESTIONS_DAYS to {2 * SPAN.days} or more"
        )


__all__ = ["By", "Picture", "report"]
