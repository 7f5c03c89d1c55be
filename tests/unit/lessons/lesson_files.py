"""Sound lesson files that tests break, and a folder to write them to."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Final

BODY: Final = (
    "Deniz loves the kettle that her team designed, and she would like to say so to the whole street. She writes: "
    "“Best kettle ever.” It reads like the word of a customer. A neighbour who finds out later will feel fooled, but "
    "nothing in it was wrong. Half a line at the front is all that it takes."
)
LESSON: Final = dedent("""\
    ---
    id: employees-first-line
    title: Say it in the first line
    summary: Where a disclosure stands.
    track: employees
    minutes: 2
    rests_on: [disclosure#say-so, "disclosure#how"]
    owner: coe_lead
    version: "1.0"
    reviewed: 2026-11-20
    ---
    # Say it in the first line

    BODY

    ## Check: Which is fine? {#which type=post}
    - [ ] “This kettle!”
      A reader takes you for a customer.
    - [x] “I work there, and I love it.”
      Yes. They know before they believe it.

    ## Check: A line in your profile is enough {#profile type=true_false}
    - [ ] True
      Few people open a profile.
    - [x] False
      Right. The post itself says it.
    """).replace("BODY", BODY)
PROGRAMMES: Final = dedent("""\
    programmes:
      - id: employees-weekly
        title: Two minutes a week
        track: employees
        rhythm: weekly
        steps: [employees-first-line]
    """)


def changed(old: str, new: str, text: str = LESSON) -> str:
    """A text with one passage replaced, which must be there."""
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    """The line that holds some words."""
    return text[: text.index(words)].count("\n") + 1


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


__all__ = ["BODY", "LESSON", "PROGRAMMES", "changed", "line_of", "write"]
