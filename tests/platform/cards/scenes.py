"""The replies as scenes: what Slack and Teams are sent for each of them, in a conversation of two."""

from __future__ import annotations

from typing import Final

from bot.channels.slack.blocks import Card, note, render
from bot.channels.slack.forms import form_view
from bot.channels.slack.presses import Below
from bot.channels.slack.views import home_view
from bot.channels.teams.cards import View, card
from bot.channels.words import SHARE
from bot.conversation.ask import person
from bot.conversation.reply import Action, ReplyKind
from bot.conversation.small_talk import EXAMPLES
from knowledge.contacts import LAST_RESORT
from tests.platform.cards.pack import PackAnswers
from tests.platform.cards.replies import TODAY, Said
from tests.platform.cards.stage import Entry, Scene

_BELOW: Final = Below("C1", "1.0", "", ephemeral=False, response_url="", flags="")
_TIME: Final = "9:41"


def slack_scenes(said: dict[str, Said]) -> dict[str, Scene]:
    """Every state of a card in Slack, by name."""
    scenes = {name: Scene(name, [*_asked(each), _blocks(slack_card(each))]) for name, each in said.items()}
    answer = said["yes_if"]
    scenes["in_channel"] = Scene(
        "in_channel", [_blocks(Card(answer.reply, TODAY, asked=answer.typed, share=SHARE), only_you=True)]
    )
    scenes["shared"] = Scene("shared", [_blocks(Card(answer.reply, TODAY, asked=answer.typed, shared_by="U1"))])
    scenes["looking"] = Scene("looking", [{"time": _TIME, "blocks": list(note("🔎 Looking it up…").blocks)}])
    last_resort = person(LAST_RESORT, PackAnswers().contacts)
    scenes["home"] = Scene("home", home=list(home_view(EXAMPLES, last_resort)["blocks"]))
    return scenes


def slack_case_scenes(said: dict[str, Said]) -> dict[str, Scene]:
    """Triage and cases in Slack, by name: messages, the forms as modals, the queue on the Home tab."""
    scenes = slack_lesson_scenes(said)
    queue = said["queue"]
    scenes["home-queue"] = Scene(
        "home-queue", home=list(home_view(EXAMPLES, None, queue.reply)["blocks"]), place=_place(queue)
    )
    return scenes


def slack_lesson_scenes(said: dict[str, Said]) -> dict[str, Scene]:
    """Lessons in Slack, or anything else that is messages and forms as modals, by name."""
    scenes = {}
    for name, each in said.items():
        shown = [*_asked(each), _blocks(Card(each.reply, TODAY, typed=each.typed))]
        modal = _modal(each) if each.form else None
        scenes[name] = Scene(name, [] if modal else shown, place=_place(each), modal=modal)
    return scenes


def _modal(said: Said) -> Entry:
    """The form of a button; where the conversation brings it, its words stand above the fields."""
    return dict(form_view(form_of(said), _BELOW, said.reply.text if said.reply.kind is ReplyKind.NOTE else ""))


def form_of(said: Said) -> Action:
    """The action whose form is open."""
    rows = (action for item in said.reply.items for action in item.actions)
    return next(each for each in (*said.reply.actions, *rows) if each.act == said.form and each.has_form)


def slack_card(said: Said) -> Card:
    """The card of a reply in a personal chat, in its state after a press."""
    reply = said.reply
    shown = reply.about or reply
    return Card(
        shown,
        TODAY,
        typed=said.typed,
        chose=said.chose,
        thanks=reply if reply.kind.value == "thanks" else None,
        person=reply if reply.about and reply.kind.value == "person" else None,
    )


def teams_scenes(said: dict[str, Said]) -> dict[str, Scene]:
    """Every state of a card in Teams, by name."""
    scenes = {
        name: Scene(
            name,
            [*_asked(each), _card(card(each.reply, View(TODAY, viewer="29:1", typed=each.typed, chose=each.chose)))],
        )
        for name, each in said.items()
    }
    answer = said["yes_if"].reply
    scenes["in_channel"] = Scene("in_channel", [_card(card(answer, View(TODAY, viewer="29:1", share=True)))])
    return scenes


def teams_case_scenes(said: dict[str, Said]) -> dict[str, Scene]:
    """Triage, cases and lessons in Teams, by name; forms stand open inside of their cards."""
    scenes = {}
    for name, each in said.items():
        drawn = _card(card(each.reply, View(TODAY, typed=each.typed)))
        scenes[name] = Scene(
            name, [*_asked(each), {**drawn, "open": form_of(each).label if each.form else ""}], place=_place(each)
        )
    return scenes


def _place(said: Said) -> str:
    return f"In {said.place}" if said.place else f"Seen by {said.who} alone"


def _asked(said: Said) -> list[Entry]:
    return [{"name": said.who, "time": _TIME, "text": said.typed}] if said.typed else []


def _blocks(shown: Card, *, only_you: bool = False) -> Entry:
    return {"time": _TIME, "blocks": list(render(shown).blocks), "onlyYou": only_you}


def _card(content: dict[str, object]) -> Entry:
    return {"time": _TIME, "card": content}


__all__ = [
    "form_of",
    "slack_card",
    "slack_case_scenes",
    "slack_lesson_scenes",
    "slack_scenes",
    "teams_case_scenes",
    "teams_scenes",
]
