"""The parts of a reply that triage and cases add, as text, with a number before whatever can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.channels.terminal.look import BAR, BOLD, DIM, GREEN, RED, Look, safe
from bot.channels.words import POST_AS_IT_STANDS, Passage, cut, long_moment, passages, without_emoji
from bot.conversation.reply import Action, Item, Listing, Reply, Said

_LONGEST: Final = 2000  # characters of what somebody said that are shown
_SIGNS: Final = {"good": ("✔", GREEN), "bad": ("✘", RED)}


def actions_of(reply: Reply) -> tuple[Action, ...]:
    """Everything that can be done about a reply, in the order of its numbers."""
    return (*(action for item in reply.items for action in item.actions), *reply.actions)


@dataclass(slots=True)
class Numbers:
    """Counts what can be chosen; ``after`` is how many numbers are taken."""

    lead: str
    after: int = 0
    given: int = 0

    def next(self) -> str:
        """The next number."""
        self.given += 1
        return f"{self.lead}{self.after + self.given}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Renders those parts; an empty string where there is none."""

    look: Look
    numbers: Numbers

    def notice(self, reply: Reply) -> str:
        """What stands above all else."""
        return self.look.paint(f"{BOLD};{RED}", self.look.wrap(reply.notice, "!! ")) if reply.notice.strip() else ""

    def told(self, reply: Reply) -> Iterator[str]:
        """Facts, the question of the case, its thread, lists, and the text to be posted."""
        if reply.facts:
            yield self._facts(reply.facts)
        if reply.asked.strip():
            yield self.look.wrap_lines(cut(reply.asked.strip(), _LONGEST), BAR)
        yield from map(self._said, reply.said)
        yield from (self._listing(each) for each in reply.lists if each.items)
        if reply.copy.strip():
            yield f"{POST_AS_IT_STANDS}:\n{self.look.wrap_lines(reply.copy, '    ')}"

    def lesson(self, text: str) -> str:
        """The text of a lesson: paragraphs, points and the posts that it quotes."""
        return "\n\n".join(map(self._passage, passages(text)))

    def _passage(self, told: Passage) -> str:
        if told.kind == "points":
            return "\n".join(self.look.wrap(line, "  • ") for line in told.lines)
        return self.look.wrap_lines(told.words, BAR if told.kind == "quote" else "")

    def items(self, reply: Reply) -> str:
        """Rows, each with what can be done about it."""
        return "\n\n".join(map(self._item, reply.items))

    def notes(self, reply: Reply) -> str:
        """Last lines."""
        return "\n".join(self.look.paint(DIM, self.look.wrap(note)) for note in reply.notes)

    def actions(self, reply: Reply) -> str:
        """What can be done."""
        return "\n".join(self._action(each) for each in reply.actions)

    def _facts(self, facts: tuple[tuple[str, str], ...]) -> str:
        wide = min(max(len(safe(name)) for name, _ in facts), 28) + 2
        return "\n".join(self.look.wrap(value, f"{safe(name) + ':':<{wide}}", " " * wide) for name, value in facts)

    def _said(self, said: Said) -> str:
        who = self.look.paint(BOLD, self.look.wrap(f"{said.who}, {long_moment(said.at)}"))
        return f"{who}\n{self.look.wrap_lines(cut(said.words.strip(), _LONGEST), '  ')}"

    def _listing(self, listing: Listing) -> str:
        sign, colour = _SIGNS.get(listing.tone, ("·", ""))
        title = self.look.paint(f"{BOLD};{colour}" if colour else BOLD, self.look.wrap(f"{listing.title}:"))
        return "\n".join((title, *(self.look.wrap(each, f"  {sign} ") for each in listing.items)))

    def _item(self, item: Item) -> str:
        lines = [self.look.paint(BOLD, self.look.wrap(item.title))]
        lines += map(self._passage, passages(cut(item.text, _LONGEST)))
        return "\n".join((*lines, *map(self._action, item.actions)))

    def _action(self, action: Action) -> str:
        return self.look.wrap(without_emoji(action.label), f"  {self.numbers.next()}) ")


__all__ = ["Numbers", "Parts", "actions_of"]
