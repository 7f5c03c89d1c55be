"""What comes of a button with an action, or of its form: the card gives way to the reply, or it is told beside it."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.channels.slack.blocks import ASKED, Card, render
from bot.channels.slack.cases import LESSON, PRIVATE, QUEUE, Pressed
from bot.channels.slack.desk import Desk, share_word
from bot.channels.slack.forms import form_view, told_view, waiting_view
from bot.channels.slack.grants import SURFACE
from bot.channels.slack.presses import Below, change, kept_for
from bot.channels.slack.who import Asker, Spot, is_personal, spot_of
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply, ReplyKind

_AT_ONCE: Final = 1.0  # second after which a modal is opened before its form is known; Slack allows three in all
_DONE: Final = "Done."
_BESIDE: Final = frozenset({ReplyKind.ERROR, ReplyKind.BUSY})
_TEXTS: Final = _BESIDE | {ReplyKind.NOTE}


async def press(desk: Desk, asker: Asker, pressed: Pressed, below: Below, trigger: str) -> None:
    """Do what a button says, or open its form."""
    if pressed.form is not None:
        await desk.open(asker, trigger, form_view(pressed.form, below), _spot(below))
    elif pressed.asks:
        await _look_up_form(desk, asker, pressed.deed, below, trigger)
    else:
        reply, card = await _done(desk, asker, pressed.deed, below)
        form = _form_of(reply)
        if form is None or await desk.opened(asker, trigger, form_view(form, below, reply.text)) is None:
            await _show(desk, asker, reply, card, below)


async def submit(desk: Desk, asker: Asker, deed: Deed, below: Below) -> None:
    """Do what a form says."""
    reply, card = await _done(desk, asker, deed, below)
    await _show(desk, asker, reply, card, below)


async def _done(desk: Desk, asker: Asker, deed: Deed, below: Below) -> tuple[Reply, Card]:
    """The reply to a deed, and its card; who did it is known by then, as roles may hang on their e-mail address."""
    await desk.met(asker)
    kept = await kept_for(desk, asker, deed.on)
    thread = kept.thread if kept and kept.account == asker.account else below.spot.thread(asker.account)
    message = Message(
        SURFACE, asker.workspace, asker.account, thread, desk.ports.clock(), place=_place(below), deed=deed
    )
    reply = await desk.converse(message)
    asked = reply.question if ASKED in below.flags else ""
    share = share_word(spot_of(thread)) if below.ephemeral else ""
    return reply, Card(reply, message.at.date(), asked=asked, share=share)


def _place(below: Below) -> str:
    """The channel where others read the card; empty where one person alone does."""
    return "" if below.home or below.ephemeral or is_personal(below.channel) else below.channel


async def _look_up_form(desk: Desk, asker: Asker, deed: Deed, below: Below, trigger: str) -> None:
    """Open a form that the conversation has to tell; where that takes long, the modal is opened first."""
    work = asyncio.ensure_future(_done(desk, asker, deed, below))
    try:
        done, _ = await asyncio.wait({work}, timeout=_AT_ONCE)
        if done:
            reply, card = work.result()
            form = _form_of(reply)
            if form is None:
                await _show(desk, asker, reply, card, below)
            else:
                await desk.open(asker, trigger, form_view(form, below, reply.text), _spot(below))
            return
        view = await desk.opened(asker, trigger, waiting_view())
        if view is None:
            await desk.press_again(asker, _spot(below))
            return
        reply, card = await work
        form = _form_of(reply)
        if form is not None:
            await asker.api.update_view(view, form_view(form, below, reply.text))
            return
        told = reply.text.strip() if reply.kind in _TEXTS else ""
        await asker.api.update_view(view, told_view("Clearpost", told or _DONE))
        if not told:
            await _show(desk, asker, reply, card, below)
    finally:
        work.cancel()


def _form_of(reply: Reply) -> Action | None:
    """The form, where a reply says: here is the form."""
    if reply.kind is ReplyKind.NOTE and reply.private and len(reply.actions) == 1 and reply.actions[0].has_form:
        return reply.actions[0]
    return None


async def _show(desk: Desk, asker: Asker, reply: Reply, card: Card, below: Below) -> None:
    """Show what came of a deed: in the place of its card, beside it, or on the Home tab."""
    if QUEUE in below.flags and not below.home and reply.kind is ReplyKind.CASE and not reply.private:
        await _beside(desk, asker, card, below)
        waiting = await desk.waiting(asker)  # the other rows are still to be done
        if waiting.text or waiting.items:
            await change(desk, asker, below, render(Card(waiting, card.today)))
    elif _stays(reply, below):
        await _beside(desk, asker, card, below)
    elif not below.home:
        await change(desk, asker, below, render(card))
    if below.home:
        await desk.show_home(asker)


def _stays(reply: Reply, below: Below) -> bool:
    """Whether the card stays; a private one gives way to all but what went wrong, which can be tried again.

    A lesson stays where a question about it is answered: its check is still to come. On the Home tab, which shows what
    is due and no more, a lesson opens beside it.
    """
    if below.home and reply.kind is ReplyKind.LESSON:
        return True
    if reply.kind in _BESIDE or (LESSON in below.flags and reply.kind is not ReplyKind.LESSON):
        return True
    private = PRIVATE in below.flags and not below.home
    return (reply.kind is ReplyKind.NOTE or reply.private) and not private


async def _beside(desk: Desk, asker: Asker, card: Card, below: Below) -> None:
    spot = _spot(below) or Spot(await asker.api.open_chat(asker.account), personal=True)
    await desk.show(asker, spot, render(card))


def _spot(below: Below) -> Spot | None:
    """Where something is said beside a card; ``None`` on the Home tab, which is no place for messages."""
    return None if below.home else below.spot


__all__ = ["press", "submit"]
