"""Words from Slack and for Slack: its markup into plain words, and plain words kept from becoming markup."""

from __future__ import annotations

import re
from typing import Final

# <@U1>, <@U1|name>, <#C1|general>, <!here>, <!subteam^S1|@crew>, <https://…|label>: Slack writes it so, people cannot.
_MARK: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_OTHER: Final = re.compile(r"\s*<@([^<>|]+)")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”’)]?(?=\s)")


def words(text: str, bot: str) -> str:
    """A message as a person would read it out: without the bot's own name, mentions and links as words."""

    def said(mark: re.Match[str]) -> str:
        kind, target, label = mark[1], mark[2], mark[3]
        if kind == "@":
            return "" if target == bot else f"@{label}" if label else "a colleague"
        if kind == "#":
            return f"#{label}" if label else "a channel"
        if kind == "!":
            return label or ("@" + target.partition("^")[0] if target in _BROADCASTS else "a group")
        return label or target.removeprefix("mailto:").removeprefix("tel:")

    plain = _MARK.sub(said, text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, sign)
    return storable(plain).strip()


_BROADCASTS: Final = frozenset({"here", "channel", "everyone"})


def storable(text: str) -> str:
    """Text without what no database takes: the zero character and halves of characters."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_somebody_else(text: str, bot: str) -> bool:
    """Whether a message begins by addressing another person."""
    first = _OTHER.match(text)
    return first is not None and first[1] != bot


def escaped(text: str) -> str:
    """Text that cannot become a mention, a link or a broadcast where Slack reads markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """At most so many characters, cut after a sentence or a word, with an ellipsis."""
    if len(text) <= most:
        return text
    room = text[: most - 2]
    ends = [match.end() for match in _SENTENCE_END.finditer(room)]
    if ends and ends[-1] >= most // 2:
        return room[: ends[-1]] + " …"
    word = room.rfind(" ")
    return room[: word if word > most // 2 else len(room)].rstrip() + " …"


def pieces(text: str, most: int) -> list[str]:
    """The same characters in pieces of at most so many, parted between words where there are any."""
    parts = []
    while len(text) > most:
        at = text.rfind(" ", most // 2, most) + 1 or most
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text] if text else parts


__all__ = ["cut", "escaped", "pieces", "storable", "to_somebody_else", "words"]
