"""``clearpost audit``: what was done by whom, and whether somebody changed the record of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, print_json, tell

if TYPE_CHECKING:
    from bot.wiring._learning import AuditLine, Chain

audit: Final = typer.Typer(
    help="What was done by whom, and whether somebody changed the record of it.",
    short_help="Show and verify what was done by whom.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(audit, name="audit")


@audit.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@audit.command("verify", short_help="Find lines that were changed or taken away.")
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Find lines that were changed or taken away; print how many there are, and the hash of the last one."""
    from bot import wiring
    from bot.settings import load_settings

    remembered = wiring.state(load_settings())
    try:
        chains = remembered.audit.chains()
    finally:
        remembered.close()
    if as_json:
        print_json({"well": not any(each.broken for each in chains), "workspaces": [_fields(each) for each in chains]})
    else:
        for chain in chains:
            print(f"{'BAD ' if chain.broken else 'ok  '} {chain.workspace:32} {chain.lines:>8,} lines  {chain.head}")
            for broken in chain.broken:
                print(f"     line {broken.number}: {broken.problem}")
        if not chains:
            print("nothing was written down yet")
    if any(each.broken for each in chains):
        raise typer.Exit(1)


@audit.command("show", short_help="Print what was done by whom.")
def show(
    workspace: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this workspace.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Only from this day on (UTC)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print what was done by whom, oldest first."""
    from bot import wiring
    from bot.settings import load_settings

    first = since.replace(tzinfo=UTC) if since else None
    remembered = wiring.state(load_settings())
    try:
        known = remembered.audit.workspaces()
        if workspace is not None and workspace not in known:
            there = ", ".join(known) or "none"
            raise typer.BadParameter(f"nothing was written down in '{workspace}'; there are {there}")
        names = known if workspace is None else [workspace]
        lines = [(name, line) for name in names for line in remembered.audit.lines(name) if _is_since(line, first)]
    finally:
        remembered.close()
    for name, line in sorted(lines, key=lambda each: each[1].at):
        if as_json:
            print_json({"workspace": name, **_line_fields(line)})
        else:
            detail = ", ".join(f"{key} {value}" for key, value in line.detail.items() if value not in ("", None))
            print(f"{line.at:%Y-%m-%d %H:%M:%S}  {name}  {line.actor or '-'}  {line.action}  {line.subject}  {detail}")


def _is_since(line: AuditLine, first: datetime | None) -> bool:
    return first is None or line.at >= first


def _fields(chain: Chain) -> dict[str, object]:
    return {
        "workspace": chain.workspace,
        "lines": chain.lines,
        "head": chain.head,
        "broken": [{"line": each.number, "problem": each.problem} for each in chain.broken],
    }


def _line_fields(line: AuditLine) -> dict[str, object]:
    return {
        "at": line.at.isoformat(),
        "actor": line.actor,
        "action": line.action,
        "subject": line.subject,
        "detail": dict(line.detail),
    }


__all__ = ["audit", "options", "show", "verify"]
