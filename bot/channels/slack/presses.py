"""What a press on a button below a card changes: the card itself, or the thread that it is shared in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from slack_sdk.errors import SlackApiError

from bot.channels.failure import log_unexpected
from bot.channels.slack.blocks import ASKED, PERSON, Card, Rendered, note, render
from bot.channels.slack.calls import BAD_BLOCKS, NOT_THERE, code
from bot.channels.slack.desk import Desk, share_word
from bot.channels.slack.grants import SURFACE
from bot.channels.slack.who import HOME, Asker, Spot, is_personal, spot_of
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Message, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import BotError, StateError
from bot.ports import Kept

_SHARED: Final = "✅ Shared, with your name on it."
_TWICE: Final = "You shared this already."
_NOT_SHARED: Final = "I cannot write here. Invite me with “/invite @Clearpost”, then ask and share once more."


@dataclass(frozen=True, slots=True)
class Below:
    """The card that a button belongs to.

    ``ephemeral`` cards change by ``response_url`` alone. ``flags`` tell what the card shows besides its reply.
    ``home``: it stands on the Home tab, in no message.
    """

    channel: str
    ts: str
    root: str
    ephemeral: bool
    response_url: str
    flags: str
    home: bool = False

    @property
    def spot(self) -> Spot:
        """Where something is said to whoever pressed, beside the card."""
        if self.ephemeral or not self.channel:
            return Spot(self.channel or HOME, self.root, response_url=self.response_url)
        if is_personal(self.channel):
            return Spot(self.channel, self.root or self.ts, begun=True, personal=True)
        return Spot(self.channel, self.root, begun=bool(self.root))


async def press(desk: Desk, asker: Asker, button: Press, below: Below) -> None:
    """Do what a button says."""
    desk.meet(asker)
    ports = desk.ports
    kept = await kept_for(desk, asker, button.reply)
    thread = kept.thread if kept else below.spot.thread(asker.account)
    message = Message(SURFACE, asker.workspace, asker.account, thread, ports.clock(), press=button)
    reply, _ = await desk.reply(asker, message, replace(spot_of(thread), response_url=""))
    if reply.kind in (ReplyKind.ERROR, ReplyKind.BUSY, ReplyKind.NOTE) or reply.private:
        await desk.say(asker, reply, below.spot)
    elif button.act is Act.SHARE:
        await _share(desk, asker, reply, thread, below)
    else:
        card = await _card(desk, message, reply, kept, below)
        chose = _label(kept, button.option) if button.act is Act.CHOOSE else ""
        await change(desk, asker, below, render(replace(card, chose=chose)))


async def kept_for(desk: Desk, asker: Asker, reply: str) -> Kept | None:
    """A reply that was kept; ``None`` where there is none, or the state cannot be read."""
    try:
        return await desk.lookups(desk.ports.records.reply, asker.workspace, reply)
    except BotError as error:  # the conversation will say so
        log_unexpected("slack_reply_unreadable", error)
        return None


def _label(kept: Kept | None, option: int) -> str:
    """The words of an option of a kept reply."""
    try:
        options = from_json(kept.body).options if kept else ()
    except StateError:  # kept by another version
        return ""
    return options[option].label if option < len(options) else ""


async def _card(desk: Desk, message: Message, reply: Reply, kept: Kept | None, below: Below) -> Card:
    """The card in its new state; what earlier presses brought stays on it."""
    original = reply.about or reply
    share = share_word(spot_of(message.thread))
    card = Card(original, message.at.date(), asked=original.question if ASKED in below.flags else "", share=share)
    if reply.about is None or message.press is None:
        return card
    thanks = reply if reply.kind is ReplyKind.THANKS else None
    person = reply if reply.kind is ReplyKind.PERSON else None
    if thanks is None and kept and kept.helped is not None:
        shown = await desk.ports.converse(replace(message, press=Press(message.press.reply, Act.SHOW)))
        thanks = shown if shown.kind is ReplyKind.THANKS else None
    if person is None and PERSON in below.flags:
        shown = await desk.ports.converse(replace(message, press=Press(message.press.reply, Act.PERSON)))
        person = shown if shown.kind is ReplyKind.PERSON else None
    return replace(card, thanks=thanks, person=person)


async def _share(desk: Desk, asker: Asker, reply: Reply, thread: str, below: Below) -> None:
    """Show the answer to everybody, once, with the name of whom it was given to."""
    ports, spot = desk.ports, spot_of(thread)
    if not await desk.first(f"share/{asker.workspace}/{reply.id}"):
        await desk.show(asker, below.spot, note(_TWICE))
        return
    card = Card(reply, ports.clock().date(), asked=reply.question, shared_by=asker.account)
    if not await _publish(asker, spot, below, render(card)):
        await desk.show(asker, below.spot, note(_NOT_SHARED))
        return
    await change(desk, asker, below, note(_SHARED))
    detail = {"channel": spot.channel, "thread": spot.root}
    await desk.lookups(ports.audit.add, asker.workspace, ports.clock(), asker.account, "shared", reply.id, detail)


async def _publish(asker: Asker, spot: Spot, below: Below, message: Rendered) -> bool:
    if spot.root:
        try:
            await asker.api.post(spot.channel, message, spot.root)
        except SlackApiError as error:
            if code(error) not in NOT_THERE:
                raise
        else:
            return True
    if below.channel != spot.channel or not below.response_url:  # the card is in the direct messages
        return False
    return await asker.api.respond(below.response_url, message, public=True)


async def change(desk: Desk, asker: Asker, below: Below, message: Rendered) -> None:
    """Show the card in its new state; where it is gone, beside it."""
    if below.ephemeral:
        if await asker.api.respond(below.response_url, message, replace=True):
            return
    else:
        try:
            await _update(asker, below, message)
        except SlackApiError as error:
            if code(error) not in NOT_THERE:
                raise
        else:
            return
    await desk.show(asker, replace(below.spot, response_url=""), message)


async def _update(asker: Asker, below: Below, message: Rendered) -> None:
    """Change a card; where Slack does not take its blocks, into its plain words."""
    try:
        await asker.api.update(below.channel, below.ts, message)
    except SlackApiError as error:
        if code(error) not in BAD_BLOCKS or not message.blocks:
            raise
        log_unexpected("slack_blocks_refused", error)
        await asker.api.update(below.channel, below.ts, Rendered(message.text, ()))


__all__ = ["Below", "change", "kept_for", "press"]
