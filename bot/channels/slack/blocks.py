"""A reply as Block Kit: the verdict first, then what it rests on, then whom to ask and the buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextSectionElement,
)

from bot.channels import words
from bot.channels.slack import cases
from bot.channels.slack.elements import (
    MOST_BLOCKS,
    MOST_CHARACTERS,
    PIECE,
    Room,
    bold,
    bullets,
    choices,
    context,
    examples,
    fits,
    header,
    label_of,
    paragraph,
    quoted_words,
    size,
    squeezed,
    words_of,
)
from bot.channels.slack.text import cut, escaped, pieces
from bot.conversation.messages import Act
from bot.conversation.reply import Quote, Reply, ReplyKind
from knowledge.models import Verdict

ASKED: Final = "a"
PERSON: Final = "p"
"""Flags in the block id of a card's buttons: what the card shows besides, so that the next press keeps it so."""

MAIL: Final = "mail"

_MOST_OPTIONS: Final = 20
_FROM_POLICY: Final = "From policy"
_FALLBACK: Final = 7_500  # of ``text``; Slack takes 40,000, and escaping makes at most five of one
_RATED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.HAND_OVER, ReplyKind.OUT_OF_SCOPE})
_WITH_PERSON: Final = _RATED | {ReplyKind.CLARIFY, ReplyKind.TRIAGE}
_QUOTING: Final = frozenset(
    {ReplyKind.ANSWER, ReplyKind.HAND_OVER, ReplyKind.TRIAGE, ReplyKind.CONSENT, ReplyKind.CASE, ReplyKind.QUEUE}
    | {ReplyKind.LESSON}
)
_SHARED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.HAND_OVER})


@dataclass(frozen=True, slots=True)
class Card:
    """A reply with what stands around it on a day.

    ``asked`` is the question where nobody sees it above the answer, ``typed`` where they do, ``quoted`` the message
    that it was asked about. ``chose`` is the option that was pressed. ``share`` is the word on the button that makes
    the answer public; empty: none. ``thanks`` and ``person`` are what earlier presses brought. ``shared_by`` is the
    account that made the card public: it has no buttons then.
    """

    reply: Reply
    today: date
    asked: str = ""
    typed: str = ""
    chose: str = ""
    share: str = ""
    thanks: Reply | None = None
    person: Reply | None = None
    shared_by: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its blocks, and its plain words for notifications and screen readers."""

    text: str
    blocks: tuple[Mapping[str, Any], ...]


_LEAST_OPTIONS: Final = 8  # shown however long everything else is
_ROOMS: Final = (
    Room(quote=9_000, text=2_900, more=3, items=20, item=600, words=9_000, form=1_200, label=75),
    Room(quote=9_000, text=2_000, more=0, items=15, item=300, words=4_000, form=1_200, label=75),
    Room(quote=5_000, text=1_000, more=0, items=12, item=200, words=2_000, form=900, label=75),
    Room(quote=2_000, text=400, more=0, items=8, item=100, words=700, form=500, label=50),
    Room(quote=400, text=150, more=0, items=4, item=60, words=150, form=250, label=40),
    Room(quote=300, text=100, more=0, items=2, item=40, words=100, form=250, label=20),
)
"""From generous to tight: the first in which a reply fits is taken."""


def render(card: Card) -> Rendered:
    """A card as a message that Slack takes, whatever its policy's length."""
    blocks: tuple[Mapping[str, Any], ...] = ()
    for room in _ROOMS:
        blocks = tuple(block.to_dict() for block in _blocks(card, room))
        if fits(blocks):
            break
    return Rendered(_fallback(card), squeezed(blocks))


def note(text: str) -> Rendered:
    """One line in small letters: a status, or what became of a card."""
    return Rendered(escaped(text), (context(text).to_dict(),))


def _blocks(card: Card, room: Room) -> list[Block]:
    reply = card.reply
    blocks = cases.notice(reply, room)
    head = words.head(reply)
    if head:
        blocks.append(header(f"{head.emoji} {head.word}"))
    blocks += _about(card, room)
    if reply.text.strip() and not words.says_the_quote(reply):
        blocks += _text(reply, room)
    blocks += cases.answers(_shown(card), room, _flags(card))
    blocks += cases.body(reply, room)
    quotes = reply.quotes if reply.kind in _QUOTING else ()
    blocks += _quote(quotes[:1], card, room)
    if reply.kind is ReplyKind.ANSWER and reply.inferred:
        blocks.append(context(words.INFERRED))
    blocks += _conditions(reply, room)
    blocks += _options(card, room)
    blocks += _more(quotes[1:], card.today, room)
    blocks += cases.rows(_shown(card), room, _flags(card))
    blocks += _person(card, room)
    blocks += _examples(card, room)
    blocks += cases.tail(_shown(card), room, _flags(card))
    return blocks + _buttons(card)


def _text(reply: Reply, room: Room) -> list[Block]:
    """The words themselves; those of a lesson have paragraphs, points and quoted posts."""
    told = cut(reply.text.strip(), room.text)
    if reply.kind is not ReplyKind.LESSON:
        return [paragraph(told)]
    return [cases.passage(each) for each in words.passages(told)]


def _shown(card: Card) -> Reply:
    """The reply without the buttons of its asker, where everybody reads it."""
    return replace(card.reply, items=(), actions=()) if card.shared_by else card.reply


def _about(card: Card, room: Room) -> list[Block]:
    """What the answer is about, where that is not plain to see."""
    asked = card.asked or words.understood_as(card.reply, card.typed)
    most = min(room.text, 600)
    if card.shared_by:
        who: list[RichTextElement] = [
            RichTextElementParts.User(user_id=card.shared_by),
            words_of(" asked and shared this"),
        ]
        if asked.strip():
            who.append(words_of(f": “{cut(asked.strip(), most)}”"))
        return [RichTextBlock(elements=[RichTextSectionElement(elements=who)])]
    lines = []
    if asked.strip():
        lead = "You asked" if card.asked else "Understood as"
        lines.append(f"{lead}: “{cut(asked.strip(), most)}”")
    if card.quoted.strip() and card.quoted.strip() != card.reply.asked.strip():
        lines.append(f"About the message: “{cut(card.quoted.strip(), most)}”")
    if card.chose.strip():
        lines.append(f"You chose: {cut(card.chose.strip(), most)}")
    return [context(line) for line in lines]


def _quote(quotes: Sequence[Quote], card: Card, room: Room) -> list[Block]:
    blocks: list[Block] = []
    for quoted in quotes:
        shown = quoted.plain.strip()
        if not shown:
            continue
        if card.reply.kind is not ReplyKind.ANSWER:
            nearest = card.reply.kind is ReplyKind.HAND_OVER
            blocks.append(context(words.NEAREST_RULE if nearest else _FROM_POLICY))
        rest = len(shown) > room.quote
        parts = pieces(shown[: room.quote] if rest else shown, PIECE)
        if rest:
            parts[-1] += " […]"
        blocks += [quoted_words(part) for part in parts]
        blocks.append(context("\n".join(_stands(quoted, card, room, rest=rest))))
    return blocks


def _stands(quoted: Quote, card: Card, room: Room, *, rest: bool) -> Iterator[str]:
    """Where a quote stands and what it rests on, in lines."""
    yield f"📄 {cut(words.source_line(quoted, card.today), min(900, 2 * room.text))}"
    basis = "; ".join(each.strip() for each in card.reply.sources[: room.items] if each.strip())
    if basis:
        yield f"⚖️ {cut(f'Legal basis: {basis}', min(room.text, 1_500))}"
    if rest:
        yield "Only the beginning is shown here; the rest stands in that section of the policy."


def _conditions(reply: Reply, room: Room) -> list[Block]:
    told = [each.strip() for each in reply.conditions if each.strip()]
    if not told:
        return []
    shown = [cut(each, room.item) for each in told[: room.items]]
    if len(told) > len(shown):
        shown.append(f"… and {len(told) - len(shown)} more, which stand in the policy")
    title = words.conditions_title(reply.verdict if reply.kind is ReplyKind.ANSWER else None)
    return [RichTextBlock(elements=[bold(title), bullets(shown)])]


def _options(card: Card, room: Room) -> list[Block]:
    reply = card.reply
    if not reply.options or not reply.id or card.shared_by:
        return []
    most = min(_MOST_OPTIONS, max(room.items, _LEAST_OPTIONS))
    told = [each.label.strip() or f"Option {number}" for number, each in enumerate(reply.options[:most], 1)]
    rows = [
        (cut(label, max(room.item, 100)), f"{Act.CHOOSE.value}_{number}", f"{reply.id}:{number}")
        for number, label in enumerate(told)
    ]
    return choices(rows, "Choose", f"options-{_flags(card)}")


def _more(quotes: Sequence[Quote], today: date, room: Room) -> list[Block]:
    """Further rules, each with its source."""
    shown = [each for each in quotes[: room.more] if each.plain.strip()]
    blocks: list[Block] = [RichTextBlock(elements=[bold("More from policy")])] if shown else []
    for quoted in shown:
        blocks += [quoted_words(part) for part in pieces(quoted.plain.strip(), PIECE)]
        blocks.append(context(cut(f"📄 {words.source_line(quoted, today)}", 900)))
    return blocks


def _person(card: Card, room: Room) -> list[Block]:
    """Whom to ask, below a line: the name, the addresses, the hours."""
    told = card.person or card.reply
    found = told.person
    if found is None or not found.name.strip():
        return []
    blocks: list[Block] = [DividerBlock()]
    if card.person and card.person is not card.reply and card.person.text.strip():
        blocks.append(paragraph(cut(card.person.text.strip(), room.text)))
    name = cut(found.name.strip(), room.text)
    lines: list[RichTextElement] = [words_of(f"{words.ASK_EMOJI} Ask "), words_of(name, bold=True)]
    reach = [(way, address.strip()) for way, address in found.reach[: room.items] if address.strip()]
    for at, (way, address) in enumerate(reach):
        lines += [words_of("  ·  " if at else "\n"), *_way(way, address, words.mail_subject(told), room)]
    blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=lines)]))
    if found.hours.strip():
        blocks.append(context(cut(found.hours.strip(), room.text)))
    return blocks


def _way(way: str, address: str, subject: str, room: Room) -> list[RichTextElement]:
    link = words.way_link(way, address, subject)
    shown = cut(address, room.item)
    return [RichTextElementParts.Link(url=link, text=shown)] if link and len(link) <= 2_000 else [words_of(shown)]


def _examples(card: Card, room: Room) -> list[Block]:
    told = [each.strip() for each in card.reply.examples[: min(5, room.items)] if each.strip()]
    if not told or card.shared_by:
        return []
    return [context("You could ask"), *examples([cut(each, room.text) for each in told])]


def _buttons(card: Card) -> list[Block]:
    reply = card.reply
    if not reply.id or card.shared_by:
        return []
    blocks: list[Block] = []
    rating: list[ButtonElement] = []
    if card.thanks and card.thanks.text.strip():
        blocks.append(context(cut(card.thanks.text.strip(), 600)))
    elif reply.kind in _RATED:
        rating = [
            _act(reply, Act.HELPED, f"👍 {words.HELPED}"),
            _act(reply, Act.NOT_HELPED, f"👎 {words.NOT_HELPED}"),
        ]
    first = words.needs_a_person(reply)
    if card.person:
        person = _mail(card.person, reply.question)
    elif reply.kind in _WITH_PERSON and not words.leads_to_a_person(reply):
        person = [_act(reply, Act.PERSON, words.ASK_A_PERSON, primary=first)]
    else:
        person = []
    buttons = [*person, *rating] if first else [*rating, *person]
    if card.share and reply.kind in _SHARED:
        buttons.append(_act(reply, Act.SHARE, card.share))
    if buttons:
        blocks.append(ActionsBlock(elements=buttons, block_id=f"buttons-{_flags(card)}"))
    return blocks


def _flags(card: Card) -> str:
    private = cases.PRIVATE if card.reply.private else ""
    kind = {ReplyKind.LESSON: cases.LESSON, ReplyKind.QUEUE: cases.QUEUE}.get(card.reply.kind, "")
    return (ASKED if card.asked else "") + (PERSON if card.person else "") + private + kind


def _mail(told: Reply, question: str) -> list[ButtonElement]:
    for way, address in told.person.reach if told.person else ():
        link = words.way_link(way, address, words.mail_subject(told), question) if way == "email" else ""
        if link and len(link) <= 3_000:
            return [ButtonElement(text=label_of("✉️ Write an e-mail"), action_id=MAIL, url=link)]
    return []


def _act(reply: Reply, act: Act, label: str, *, primary: bool = False) -> ButtonElement:
    style = "primary" if primary else None
    return ButtonElement(text=label_of(label), action_id=act.value, value=reply.id, style=style)


def _fallback(card: Card) -> str:
    """The card in plain words: the verdict, the quote in full, the conditions, whom to ask."""
    reply = card.reply
    head = words.head(reply)
    lines = [reply.notice, f"{head.word}." if head else "", "" if words.says_the_quote(reply) else reply.text]
    lines += cases.plain_lines(reply)
    if reply.kind in _QUOTING:
        if reply.quotes and reply.kind is ReplyKind.HAND_OVER:
            lines.append(words.NEAREST_RULE)
        lines += [f"“{each.plain}” ({words.source_line(each, card.today)})" for each in reply.quotes[:1]]
    if reply.conditions:
        verdict: Verdict | None = reply.verdict if reply.kind is ReplyKind.ANSWER else None
        lines.append(f"{words.conditions_title(verdict)}: {'; '.join(reply.conditions)}.")
    if reply.options:
        lines.append(f"Choose: {' / '.join(each.label for each in reply.options)}")
    found = card.person.person if card.person else reply.person
    if found:
        ways = ", ".join(address for _, address in found.reach)
        lines.append(f"Ask {found.name}: {ways}" if ways else f"Ask {found.name}.")
    return escaped(cut(" ".join(line.strip() for line in lines if line.strip()), _FALLBACK))


__all__ = [
    "ASKED",
    "MAIL",
    "MOST_BLOCKS",
    "MOST_CHARACTERS",
    "PERSON",
    "Card",
    "Rendered",
    "note",
    "render",
    "size",
]
