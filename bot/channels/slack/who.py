"""Who asks, from which workspace, and where the answer is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.calls import Api
from bot.channels.slack.grants import Grant, Where

GRANT: Final = "clearpost_grant"
CALLS: Final = "clearpost_calls"
"""The keys of a request's context that hold its leave and its calls."""

COMMAND: Final = "command"
"""What stands in a thread's name for the slash command, which knows no threads."""

HOME: Final = "home"
"""What stands in a thread's name for the Home tab, which is no channel."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person in a workspace, with the calls to answer them. ``bot`` is the bot's own account there."""

    workspace: str
    account: str
    bot: str
    api: Api


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer is shown.

    ``root`` is the message that its thread hangs on; empty where there is none. ``begun``: others wrote in that
    thread, so that Slack shows an ephemeral message there. ``personal``: nobody else reads it. ``response_url`` is
    the way into a conversation that the bot may not be a member of.
    """

    channel: str
    root: str = ""
    begun: bool = False
    personal: bool = False
    response_url: str = ""

    def thread(self, account: str) -> str:
        """The name of the conversation that one person has here with the bot."""
        return f"{self.channel}/{self.root or COMMAND}/{account}"


def spot_of(thread: str) -> Spot:
    """The place of a conversation by its name."""
    channel, _, rest = thread.partition("/")
    root = rest.partition("/")[0]
    root = "" if root == COMMAND else root
    return Spot(channel, root, begun=bool(root), personal=is_personal(channel))


def is_personal(channel: str) -> bool:
    """Whether a channel is the direct messages of two."""
    return channel.startswith("D")


def asker_of(context: AsyncBoltContext) -> Asker | None:
    """Who a request is from; ``None`` where it names nobody."""
    grant, api = context.get(GRANT), context.get(CALLS)
    if not isinstance(grant, Grant) or not isinstance(api, Api) or not isinstance(context.user_id, str):
        return None
    return Asker(grant.workspace, context.user_id, grant.bot_user, api)


def where_of(context: AsyncBoltContext) -> Where:
    """Where a request comes from."""
    enterprise, team = context.enterprise_id, context.team_id
    return Where(
        enterprise if isinstance(enterprise, str) else "",
        team if isinstance(team, str) else "",
        org=bool(context.is_enterprise_install),
    )


def is_stranger(body: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether an event comes from a person of another company, through a channel that two companies share."""
    if body.get("is_ext_shared_channel") is not True:
        return False
    home = event.get("user_team") or event.get("team")
    authorizations = body.get("authorizations") or [body]
    own = {authorizations[0].get("team_id"), authorizations[0].get("enterprise_id")}
    return bool(home) and home not in own


__all__ = [
    "CALLS",
    "COMMAND",
    "GRANT",
    "HOME",
    "Asker",
    "Spot",
    "asker_of",
    "is_personal",
    "is_stranger",
    "spot_of",
    "where_of",
]
