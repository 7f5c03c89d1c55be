"""What a reply says of triage and of cases, as elements of a card: facts, what was said, lists, rows, notes.

Everything that a person wrote stands in text runs, which read no Markdown. Long texts are cut, and of long lists the
rest is counted, so that a card fits whatever its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.channels import words as said
from bot.channels.teams import elements as make
from bot.channels.teams.deeds import Forms
from bot.channels.teams.elements import Element
from bot.conversation.reply import Item, Listing, Reply, ReplyKind, Said

_TONES: Final = {"good": ("✅ ", "good"), "bad": ("⛔ ", "attention"), "careful": ("✋ ", "warning")}
_GENTLE: Final = _TONES | {"bad": ("🔸 ", "warning")}  # nobody is told off for an answer
_QUOTE_MARKS: Final = frozenset('“”"„«')
_LONGEST_ITEM: Final = 800
_MANY: Final = 700  # characters of each text from which on a card has room for long lists
_SOME: Final = 120
_MANY_ROWS: Final = 25  # of a library


def notice(words: str, budget: int) -> list[Element]:
    """What stands above all else."""
    if not words:
        return []
    line = make.words(make.shortened(words, min(budget, 1000)), weight="Bolder")
    return [make.container([line], "attention", bleed=True)]


def matter(reply: Reply, budget: int) -> list[Element]:
    """What a case is about and what was said of it, what to do, and what may be posted."""
    return [
        *_facts(reply.facts, budget),
        *_asked(reply.asked, budget),
        *_thread(reply.said, budget),
        *(_listing(each, budget, plain=reply.kind is ReplyKind.LESSON) for each in reply.lists[: _rows(budget)]),
        *_copy(reply.copy, budget),
    ]


def lesson(text: str, budget: int) -> list[Element]:
    """The text of a lesson: paragraphs, points and the posts that it quotes."""
    return [part for each in said.passages(make.shortened(text, budget)) for part in _passage(each)]


def rows(items: Sequence[Item], forms: Forms, budget: int, *, many: bool = False, follow: bool = True) -> list[Element]:
    """Rows with their buttons; ``many`` of them, say, a library, have their one button beside their words.

    ``follow`` is whether they stand below more than the head, so that a line parts the first one from it.
    """
    shown = items[: _MANY_ROWS if many and budget >= _MANY else _rows(budget)]
    drawn = [_item(each, forms, budget, beside=many and len(each.actions) == 1) for each in shown]
    if drawn and not follow:
        del drawn[0]["separator"]
    left = len(items) - len(shown)
    return [*drawn, make.small(f"… and {left} more")] if left else drawn


def notes(lines: Sequence[str], budget: int) -> list[Element]:
    """Last lines."""
    return [make.small(make.shortened(each, min(budget, 1200))) for each in lines[: _rows(budget)]]


def is_line(reply: Reply) -> bool:
    """Whether a reply says no more than a line can."""
    parts = (reply.actions, reply.items, reply.lists, reply.said, reply.facts, reply.asked, reply.copy, reply.notes)
    return not any((*parts, reply.quotes, reply.person, reply.options, reply.notice)) and len(reply.text) <= _MANY


def line(reply: Reply) -> str:
    """Such a reply as one line."""
    head = said.head(reply)
    return make.harmless(reply.text or (head.word if head else "") or "Done.")


def spoken(reply: Reply) -> list[str]:
    """The sentences of a case that are read aloud."""
    return [
        *(f"{name}: {value}" for name, value in reply.facts),
        reply.asked,
        *(f"{each.title}: {'; '.join(each.items)}" for each in reply.lists),
        *([f"{said.POST_AS_IT_STANDS}: {reply.copy}"] if reply.copy else []),
        *(each.title for each in reply.items),
    ]


def has_old_buttons(reply: Reply) -> bool:
    """Whether the buttons of an answer stand below a reply: cases have their own."""
    if reply.kind in (ReplyKind.TRIAGE, ReplyKind.CLARIFY):
        return not reply.actions
    return reply.kind not in (ReplyKind.CONSENT, ReplyKind.CASE, ReplyKind.QUEUE, ReplyKind.LESSON, ReplyKind.NOTE)


def _rows(budget: int) -> int:
    return 12 if budget >= _MANY else 6 if budget >= _SOME else 2


def _facts(facts: Sequence[tuple[str, str]], budget: int) -> list[Element]:
    most = min(budget, 300)
    lines = [make.fact(make.shortened(name, 60), make.shortened(value, most)) for name, value in facts[: _rows(budget)]]
    return [make.container(lines)] if lines else []


def _asked(words: str, budget: int) -> list[Element]:
    if not words:
        return []
    shown = make.shortened(words, budget)
    return [make.container([make.words(shown if _QUOTE_MARKS & set(shown) else f"“{shown}”")], "emphasis")]


def _thread(entries: Sequence[Said], budget: int) -> list[Element]:
    """The newest of what was said, oldest first."""
    shown = entries[-_rows(budget) :]
    drawn: list[Element] = []
    for each in shown:
        who = make.words(make.shortened(each.who, min(budget, 160)), weight="Bolder")
        drawn += [make.ends(who, make.moment(each.at)), make.words(make.shortened(each.words, budget), spacing="None")]
    left = len(entries) - len(shown)
    return [make.container([make.small(f"{left} earlier …"), *drawn] if left else drawn)] if drawn else []


def _passage(told: said.Passage) -> list[Element]:
    match told.kind:
        case "points":
            return make.bullets(told.lines)
        case "quote":
            return [make.container([make.words(told.words)], "emphasis")]
        case "paragraph":
            return [make.linked(told.words, spacing="Medium")]


def _listing(listing: Listing, budget: int, *, plain: bool = False) -> Element:
    """A list; ``plain`` where it is what is said to an answer: one thing, which needs no bullet."""
    sign, style = (_GENTLE if plain else _TONES).get(listing.tone, ("", "default"))
    shown = [make.shortened(each, min(budget, _LONGEST_ITEM)) for each in listing.items[: _rows(budget)]]
    title = make.words(sign + make.shortened(listing.title, min(budget, 120)), weight="Bolder")
    lines = [make.words(each, spacing="Small") for each in shown] if plain else make.bullets(shown)
    return make.container([title, *lines], style)


def _copy(words: str, budget: int) -> list[Element]:
    if not words:
        return []
    text = make.words(make.shortened(words, budget), fontType="Monospace")
    return [make.label(said.POST_AS_IT_STANDS), make.container([text], "emphasis", spacing="Small")]


def _item(item: Item, forms: Forms, budget: int, *, beside: bool = False) -> Element:
    lines = [make.words(make.shortened(item.title, min(budget, 200)), weight="Bolder")]
    lines += _below(make.shortened(item.text, min(budget, 400)))
    actions = item.actions if budget >= _SOME else item.actions[:2]
    drawn = forms.rows(actions)
    if beside and drawn:
        return make.container([make.beside(lines, drawn[0])], separator=True)
    return make.container([*lines, *drawn], separator=True)


def _below(text: str) -> list[Element]:
    """What stands below a row's title: a line, or points."""
    told = said.passages(text)
    if [each.kind for each in told] == ["points"]:
        return make.bullets(told[0].lines)
    return [make.linked(text, spacing="None")] if text else []


__all__ = ["has_old_buttons", "is_line", "lesson", "line", "matter", "notes", "notice", "rows", "spoken"]
