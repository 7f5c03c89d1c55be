"""A form on the terminal: one question after another; an empty line where something is needed cancels it."""

from __future__ import annotations

from typing import Final

from bot.channels.terminal.look import DIM, Look
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field

_ONE_LINE: Final = 200  # characters up to which words are a single line
_LONGEST: Final = 4000  # characters of words that are taken, whatever the field says
_MOST_DIGITS: Final = 4
_LINES: Final = "An empty line ends it."


class _CancelledError(Exception):
    """Nothing was typed where something is needed, or the input ended."""


def fill_in(action: Action, look: Look) -> Deed | None:
    """What was done, after its form where it has one; ``None`` where that was cancelled."""
    if action.title:
        print(f"\n{look.wrap(action.title)}")
    try:
        choices = _choose(action.choices, look) if action.choices else (action.choice,) if action.choice else ()
        words = _words(action.words, look) if action.words else ""
    except (_CancelledError, EOFError, KeyboardInterrupt):
        return None
    return Deed(action.act, action.on, words, choices)


def _choose(field: Field, look: Look) -> tuple[str, ...]:
    print(_label(field, look))
    for number, (_, label) in enumerate(field.options, 1):
        print(look.wrap(label, f"  {number}) "))
    stands = next((label for value, label in field.options if value == field.value), "")
    ask = "Type the numbers that fit, with commas between them." if field.several else "Type the number that fits."
    print(look.paint(DIM, look.wrap(f"{ask} Enter keeps “{stands}”." if stands else ask)))
    while True:
        typed = input("  > ").strip()
        if not typed:
            return _left_out(field, field.value)
        chosen = _numbers(typed, len(field.options))
        if chosen and (field.several or len(chosen) == 1):
            return tuple(field.options[number][0] for number in chosen)
        print(look.wrap(f"A number from 1 to {len(field.options)}, or an empty line to leave it."))


def _left_out(field: Field, value: str) -> tuple[str, ...]:
    if field.required and not value:
        raise _CancelledError
    return (value,) if value else ()


def _numbers(typed: str, most: int) -> tuple[int, ...]:
    """Which options, from 0, some numbers name; none where one of them names none."""
    parts = [part.strip() for part in typed.split(",")]
    if not all(
        part.isascii() and part.isdecimal() and len(part) <= _MOST_DIGITS and 1 <= int(part) <= most for part in parts
    ):
        return ()
    return tuple(dict.fromkeys(int(part) - 1 for part in parts))


def _words(field: Field, look: Look) -> str:
    most, long = min(field.most, _LONGEST), field.most > _ONE_LINE
    hints = (field.hint, f"Enter keeps “{field.value}”." if field.value else "", _LINES if long else "")
    print(_label(field, look))
    print(look.paint(DIM, "\n".join(look.wrap(each) for each in hints if each)))
    while True:
        typed = _lines() if long else input("  > ").strip()
        words = typed or field.value
        if not words and field.required:
            raise _CancelledError
        if len(words) <= most:
            return words
        print(look.wrap(f"That is too long: {len(words)} characters, and {most} fit. Type it once more, shorter."))


def _lines() -> str:
    lines: list[str] = []
    while True:
        line = input("  > ").rstrip()
        if not line:
            return "\n".join(lines).strip()
        lines.append(line)


def _label(field: Field, look: Look) -> str:
    return look.wrap(field.label if field.required else f"{field.label} (optional)")


__all__ = ["fill_in"]
