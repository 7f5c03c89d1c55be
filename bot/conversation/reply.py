"""What Clearpost says, in words of its own; each surface renders it in its own manner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from knowledge.models import Priority, Verdict


class ReplyKind(StrEnum):
    """What sort of reply it is; a surface chooses its layout by it."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    THANKS = "thanks"
    PERSON = "person"
    WELCOME = "welcome"
    TRIAGE = "triage"
    CONSENT = "consent"
    CASE = "case"
    QUEUE = "queue"
    LESSON = "lesson"
    NOTE = "note"
    BUSY = "busy"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim sentence of policy and where it stands.

    ``text`` is the source's own characters (Markdown, perhaps HTML): a surface that cannot show markup shows ``plain``.
    """

    text: str
    plain: str
    policy: str
    title: str
    version: str
    effective: date | None
    section: str
    heading: str
    verdict: Verdict
    inferred: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A button that answers a question that decides."""

    label: str
    policy: str
    section: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to ask: a contact as it is shown. ``reach`` holds pairs of a way (channel, email, phone) and its address."""

    id: str
    name: str
    hours: str
    reach: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """How a reply is told apart at a glance: a word, an emoji for chats that have them, and a tone.

    ``tone`` is ``good``, ``conditional``, ``careful``, ``bad`` or ``neutral``; the word always says the same.
    """

    word: str
    emoji: str
    tone: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with a title; ``tone`` as of a head: what to do is ``good``, what not to do is ``bad``."""

    title: str
    items: tuple[str, ...]
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in a case, and when; ``at`` is aware, in UTC."""

    who: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: words to be typed where it has no ``options``, else one of them, or several.

    ``options`` are pairs of a value and its label. ``value`` is what stands there first. ``most`` characters.
    """

    label: str
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    hint: str = ""
    required: bool = True
    several: bool = False
    most: int = 3000


@dataclass(frozen=True, slots=True)
class Action:
    """A button that comes back as a ``Deed``, with its form where it has fields.

    ``act`` says what is done, ``on`` to what. ``choice`` comes back as the deed's one choice where there is no field
    for it. ``style`` is empty, ``primary`` or ``danger``. ``title`` and ``submit`` are those of the form; where there
    is none, ``submit`` is what stands on the button of a label that is too long for it.
    """

    act: str
    on: str
    label: str
    style: str = ""
    choice: str = ""
    words: Field | None = None
    choices: Field | None = None
    title: str = ""
    submit: str = ""

    @property
    def has_form(self) -> bool:
        """Whether something is asked before it is done."""
        return self.words is not None or self.choices is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list that can be acted upon: a title, a line below it, its buttons."""

    title: str
    text: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply.

    ``id`` names it for feedback and is empty where feedback makes no sense. ``question`` is what was asked, in full
    where a follow-up was completed from its thread. ``text`` is one or two plain sentences. ``verdict`` is set for
    an answer alone. ``confidence`` is a probability, 0 to 1. ``examples`` are questions to try. ``about`` is the reply
    whose button was pressed, where this one only adds to it (thanks, whom to ask), so that a surface can show that one
    in its new state.

    Of triage and cases: ``head`` takes the place of the kind's own head. ``notice`` stands above all else (a crisis).
    ``facts`` are pairs of a name and its value, ``asked`` is the question or post that a case is about, ``said`` its
    thread, oldest first. ``copy`` is a text that may be posted as it stands. ``items`` are rows with buttons,
    ``notes`` last lines in small letters. ``private`` is for the eyes of whoever pressed alone: it is shown beside the
    card, which stays as it is. ``triaged_as`` and ``priority`` are those of a triage case, for whoever takes it.
    ``certified`` is the level that a rule asks for, in words; what is said of the asker's own is in ``facts``.

    A surface shows them in this order: notice, head, text (with what answers it, where it is a question), facts,
    asked, said, lists, copy, quotes, items, person, notes, actions.
    """

    kind: ReplyKind
    text: str
    id: str = ""
    question: str = ""
    verdict: Verdict | None = None
    inferred: bool = False
    conditions: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    person: Person | None = None
    examples: tuple[str, ...] = ()
    confidence: float = 0.0
    about: Reply | None = None
    head: Head | None = None
    notice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    said: tuple[Said, ...] = ()
    lists: tuple[Listing, ...] = ()
    copy: str = ""
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    private: bool = False
    triaged_as: str = ""
    priority: Priority | None = None
    certified: str = ""


__all__ = ["Action", "Field", "Head", "Item", "Listing", "Option", "Person", "Quote", "Reply", "ReplyKind", "Said"]
