"""A reply as text: the verdict, the words it rests on, what can be done, whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.channels.terminal.cases import Numbers, Parts
from bot.channels.terminal.look import BAR, BOLD, CYAN, DIM, GREEN, RED, YELLOW, Look, same
from bot.conversation.reply import Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict

_VERDICTS: Final = {
    Verdict.YES: ("✔ YES", GREEN),
    Verdict.YES_IF: ("✔ YES, IF", GREEN),
    Verdict.ASK_FIRST: ("✋ ASK FIRST", YELLOW),
    Verdict.NO: ("✘ NO", RED),
}
_HEADS: Final = {
    ReplyKind.HAND_OVER: ("? NOT SURE: ASK A PERSON", YELLOW),
    ReplyKind.CLARIFY: ("? ONE QUESTION FIRST", CYAN),
}
_TONES: Final = {
    "good": ("✔", GREEN),
    "conditional": ("●", CYAN),
    "careful": ("✋", YELLOW),
    "bad": ("⚠", RED),
}
_FOLLOWING: Final = {
    ReplyKind.ANSWER: "",
    ReplyKind.TRIAGE: "",
    ReplyKind.CONSENT: "",
    ReplyKind.CASE: "",
    ReplyKind.LESSON: "",
}
_CONDITIONS: Final = {
    Verdict.YES_IF: "All of this must be true:",
    Verdict.ASK_FIRST: "Have this ready when you ask:",
}
_CHOOSE_BESIDE: Final = "Type what stands before the one that fits."


def render(reply: Reply, look: Look | None = None, *, typed: str = "", lead: str = "") -> str:
    """A reply as wrapped text with what can be chosen numbered, without a line end.

    ``typed`` is the question as it came: where another one was understood, that one is shown. ``lead`` stands before
    every number, so that those of two replies are told apart.
    """
    blocks = _Blocks(look or Look(), lead)
    return "\n\n".join(block for block in blocks.of(reply, typed) if block)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Renders the parts of a reply; an empty string where there is none."""

    look: Look
    lead: str

    def of(self, reply: Reply, typed: str) -> Iterator[str]:
        parts = Parts(self.look, Numbers(self.lead, len(reply.options)))
        quotes = reply.quotes if reply.kind is not ReplyKind.CLARIFY else ()
        yield parts.notice(reply)
        yield self._head(reply, typed)
        if quotes and reply.kind is ReplyKind.ANSWER and same(quotes[0].plain, reply.text):
            yield self._quote(quotes[0])  # the answer is the quote: it is said once
            quotes = quotes[1:]
            following = "See also:"
        else:
            yield parts.lesson(reply.text) if reply.kind is ReplyKind.LESSON else self.look.wrap(reply.text)
            following = _FOLLOWING.get(reply.kind, "What I found, none of it certain:")
        yield from parts.told(reply)
        yield self._conditions(reply)
        yield self._options(reply)
        yield self._quotes(following, quotes)
        if reply.sources:
            yield self.look.paint(DIM, self.look.wrap(f"Behind it: {'; '.join(reply.sources)}"))
        yield parts.items(reply)
        if reply.person:
            yield self._person(reply.person)
        yield parts.notes(reply)
        yield parts.actions(reply)
        if parts.numbers.given and not reply.options:
            yield self.look.paint(DIM, self.look.wrap(self._choose()))
        if reply.examples:
            yield "\n".join(("Try for example:", *(self.look.wrap(each, "  · ") for each in reply.examples)))

    def _head(self, reply: Reply, typed: str) -> str:
        words, colour = self._headline(reply)
        head = self.look.paint(f"{BOLD};{colour}" if colour else BOLD, words) if words else ""
        if head and reply.inferred:
            head += self.look.paint(DIM, "  (inferred from the wording, not marked by its author)")
        completed = typed and reply.question and reply.kind is not ReplyKind.TRIAGE  # a post is not repeated
        if completed and not same(typed, reply.question):
            understood = self.look.paint(DIM, self.look.wrap(f"Understood as: “{reply.question}”"))
            head = f"{understood}\n\n{head}" if head else understood
        return head

    def _headline(self, reply: Reply) -> tuple[str, str]:
        if reply.head:
            sign, colour = _TONES.get(reply.head.tone, ("●", ""))
            return self.look.wrap(reply.head.word.upper(), f"{sign} "), colour
        return _VERDICTS[reply.verdict] if reply.verdict else _HEADS.get(reply.kind, ("", ""))

    def _conditions(self, reply: Reply) -> str:
        if not reply.conditions:
            return ""
        title = _CONDITIONS.get(reply.verdict, "Keep in mind:") if reply.verdict else "Keep in mind:"
        return "\n".join((title, *(self.look.wrap(each, "  ☐ ") for each in reply.conditions)))

    def _options(self, reply: Reply) -> str:
        if not reply.options:
            return ""
        lines = [
            self.look.wrap(option.label, f"  {self.lead}{number}) ") for number, option in enumerate(reply.options, 1)
        ]
        return "\n".join((*lines, self.look.paint(DIM, self.look.wrap(self._choose()))))

    def _choose(self) -> str:
        return _CHOOSE_BESIDE if self.lead else self.look.choose

    def _quotes(self, title: str, quotes: tuple[Quote, ...]) -> str:
        shown = f"\n{BAR.rstrip()}\n".join(map(self._quote, quotes))
        return f"{title}\n{shown}" if title and shown else shown

    def _quote(self, quote: Quote) -> str:
        since = f", in force since {quote.effective.isoformat()}" if quote.effective else ""
        source = f"{quote.title}, “{quote.heading}”, version {quote.version}{since}"
        said = self.look.wrap(f"“{quote.plain}”", BAR, BAR)
        return f"{said}\n{self.look.paint(DIM, self.look.wrap(source, f'{BAR}— ', f'{BAR}  '))}"

    def _person(self, person: Person) -> str:
        ways = " · ".join(address if way == "email" else f"{way} {address}" for way, address in person.reach)
        name = self.look.wrap(f"Ask: {person.name}")
        return f"{self.look.paint(BOLD, name)}\n{self.look.wrap(f'{ways} · {person.hours}', '     ')}"


__all__ = ["render"]
