"""Every card of triage and cases, as the real conversation makes it: a working day of a company, played through.

Only what a model does is left out: of which kind a text is stands below, all else is said by the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.escalate.watch import watch
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Deed, Message, Press
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from bot.ports import LEAD, Entry, Escalation, Event, Party, Profile, Stage
from knowledge.models import Priority, Verdict
from knowledge.triage.models import Kind
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.state import MemoryState
from tests.platform.cards.pack import Likely, PackAnswers, PackTriage
from tests.platform.cards.replies import ASKER, FOUND, MEMORY, MORNING, OUTAGE, SLACK, YES, Said

_COMPLAINT: Final = (
    "Someone wrote below our video: “Third kettle in a row that leaks. I have written to support twice and nobody "
    "answers. Never again.”"
)
_THREAT: Final = "A man wrote to our account: “I am on the roof. You will read about me tomorrow.”"
_DOUBT: Final = "lol our kettle nearly took my uncle's hand off"
_EITHER: Final = "I just read what they wrote about the new tariff"
_NOTHING: Final = "Somebody wrote “first!” below our post"
_DRIVER: Final = "A woman wrote to us: “Your driver in Lyon called my mother names. I have the number plate.”"
_PAYING: Final = "Nobody can pay with our app since nine, and #payfail is trending"
_RUMOUR: Final = "Below our advert: “They are closing the Ghent plant, my neighbour works there.”"

_AGAIN: Final = "A customer on TikTok: “Two weeks without a word about my refund.”"

_KINDS: Final[Mapping[str, Likely]] = {
    _COMPLAINT: {Kind.COMPLAINT: 0.86},
    _THREAT: {Kind.THREAT_SELF_HARM: 0.97},
    _DOUBT: {Kind.TROLL: 0.6, Kind.SAFETY: 0.2},
    _NOTHING: {None: 0.9},
    _DRIVER: {Kind.EMPLOYEE_MISCONDUCT: 0.9},
    _PAYING: {Kind.CRISIS: 0.88},
    f"{_PAYING} here, too": {Kind.CRISIS: 0.88},
    f"{_PAYING} in Spain": {Kind.CRISIS: 0.88},
    _RUMOUR: {Kind.MISINFORMATION: 0.8},
    _AGAIN: {Kind.COMPLAINT: 0.9},
}
_INES: Final = "U1"
_TOM: Final = "U2"
_NOOR: Final = "U3"
_LEA: Final = "U4"
_SAM: Final = "U5"
_MAX: Final = "U6"
_PEOPLE: Final = {
    _INES: (ASKER, ""),
    _TOM: ("Tom Example", "customer_care"),
    _NOOR: ("Noor Example", "communications"),
    _LEA: ("Lea Example", LEAD),
    _SAM: ("Sam Example", "hr_ethics"),
    _MAX: ("Max Example", ""),
}
_CARE: Final = "#customer-care"
_PRESS: Final = "#press-office"
_ETHICS: Final = "#people-and-ethics"
_COE: Final = "#social-media-coe"
_LAST_CASE: Final = 16  # of the days before


@dataclass(slots=True)
class _Day:
    """A company on one day; ``said`` holds what its pictures show, by name."""

    state: MemoryState = field(default_factory=MemoryState)
    now: datetime = MORNING
    said: dict[str, Said] = field(default_factory=dict)
    office: Office = field(init=False)
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        """Meet everybody."""
        numbers = count(1)
        answers = PackAnswers(FOUND)
        self.office = office(self.state, answers, self.state.jobs, new_id=lambda: f"r{next(numbers)}")
        self.router = Router(self.office, campus(self.office), PackTriage(_KINDS, answers.contacts, {_EITHER}), MEMORY)
        self.state.workspaces.add(SLACK, "slack", "Example", MORNING)
        for account, (name, role) in _PEOPLE.items():
            mail = f"{name.partition(' ')[0].lower()}@example.com"
            person = self.state.people.meet(SLACK, account, Profile(name, mail, "UTC", "en-GB"), MORNING)
            if role:
                self.state.staff.grant(person.id, role)
        self._had_cases()

    def says(self, who: str, text: str, *, place: str = "", workspace: str = SLACK) -> Reply:
        """Somebody says something."""
        return self.router.reply(replace(self._message(who), text=text, place=place, workspace=workspace))

    def presses(
        self, who: str, below: Reply, act: str, words: str = "", *choices: str, workspace: str = SLACK
    ) -> Reply:
        """Somebody presses the first button that does something, and sends its form where it has one."""
        rows = (action for item in below.items for action in item.actions)
        action = next(each for each in (*below.actions, *rows) if each.act == act)
        chosen = choices or ((action.choice,) if action.choice else ())
        deed = Deed(action.act, action.on, words, chosen)
        return self.router.reply(replace(self._message(who), deed=deed, workspace=workspace))

    def asks_a_person(self, who: str, below: Reply, *, workspace: str = SLACK) -> Reply:
        """Somebody presses the button that stands below every answer."""
        button = Press(below.id, Act.PERSON)
        return self.router.reply(replace(self._message(who), press=button, workspace=workspace))

    def shows(self, name: str, reply: Reply, typed: str = "", *, who: str = _INES, place: str = "") -> Reply:
        """Keep a reply for its picture, with the words before it; ``place`` is the channel where it stands."""
        self.said[name] = Said(typed, reply, who=_PEOPLE[who][0], place=place)
        return reply

    def shows_form(self, act: str, reply: Reply, who: str, place: str = "") -> None:
        """Keep a reply with the form open that does something."""
        self.said[f"form-{act}"] = Said("", reply, who=_PEOPLE[who][0], place=place, form=act)

    def sent(self, kind: str, to: str) -> Reply:
        """The newest message of a kind that is owed to an account or a channel."""
        planned = self.state.jobs.planned.values()
        mine = [each for each in planned if each.kind == kind and to in (each.account, each.place)]
        return from_json(max(mine, key=lambda each: each.due).body)

    def waits(self, **time: float) -> None:
        """Time goes by, and the clock of all cases is looked at."""
        self.now += timedelta(**time)
        watch(self.office, self.now)

    def _message(self, who: str) -> Message:
        self.now += timedelta(minutes=1)
        return Message("slack", SLACK, who, f"D{who}/1.0/{who}", self.now)

    def _had_cases(self) -> None:
        """Let the first case not be number 1."""
        asker = Party(SLACK, "U9")
        old = Escalation("old", 0, SLACK, asker, "", "", "coe_lead", Priority.NORMAL, MORNING, Stage.CLOSED)
        self.state.escalations.open(old, Entry(Event.OPENED, MORNING, asker), (), lambda _: ())
        self.state.escalations.kept[SLACK, old.id] = replace(old, number=_LAST_CASE)


def every_case() -> dict[str, Said]:
    """A reply of every sort that triage and cases bring, by name."""
    day = _Day()
    for play in (_triage, _complaint, _rumour, _confidential, _precedent, _queue, _clock, _crisis, _nobody_told):
        play(day)
    return day.said


def _triage(day: _Day) -> None:
    """What somebody saw, and what that is."""
    day.shows("threat", day.says(_INES, _THREAT), _THREAT)
    doubt = day.shows("doubt", day.says(_INES, _DOUBT), _DOUBT)
    day.shows("settled", day.presses(_INES, doubt, "settle"))
    day.shows("unclear", day.says(_INES, _EITHER), _EITHER)
    day.shows("nothing", day.says(_INES, _NOTHING), _NOTHING)


def _complaint(day: _Day) -> None:
    """From a complaint, by way of a question back, to the answer that helped."""
    complaint = day.shows("complaint", day.says(_INES, _COMPLAINT), _COMPLAINT)
    consent = day.shows("consent", day.presses(_INES, complaint, "escalate"))
    day.shows_form("send", consent, _INES)
    day.shows("sent", day.presses(_INES, consent, "send"))
    opened = day.shows("case-open", day.sent("case", _CARE), place=_CARE)
    day.shows_form("answer", opened, _TOM, _CARE)
    day.shows_form("reassign", opened, _TOM, _CARE)
    day.shows_form("priority", opened, _TOM, _CARE)
    claimed = day.presses(_TOM, opened, "claim")
    day.shows("taken", day.presses(_LEA, opened, "claim"), place=_CARE)
    day.presses(_TOM, claimed, "ask_back", "Which model is it, and where was it bought?")
    question = day.shows("asked-back", day.sent("question", _INES))
    day.shows("case-waits", day.sent("case", _CARE), place=_CARE)
    day.shows("added", day.presses(_INES, question, "add", "The K2, she says, from our own shop, in September."))
    day.shows("to-owner", day.sent("added", _TOM), who=_TOM)
    spoken = day.shows("case-claimed", day.sent("case", _CARE), place=_CARE)
    answer = (
        "Thank you for passing it on. I have written to her, and a new kettle goes out today.\n"
        "Please do not mention the batch in public; we are still looking into it."
    )
    day.presses(_TOM, spoken, "answer", answer)
    day.shows("case-answered", day.sent("case", _CARE), place=_CARE)
    answered = day.shows("answer", day.sent("answer", _INES))
    day.shows_form("reopen", answered, _INES)
    day.shows("solved", day.presses(_INES, answered, "solved"))


def _rumour(day: _Day) -> None:
    """A case that is closed without an answer, and reopened."""
    rumour = day.shows("rumour", day.says(_INES, _RUMOUR), _RUMOUR)
    day.presses(_INES, day.presses(_INES, rumour, "escalate"), "send")
    cases = day.shows("own-cases", day.says(_INES, "my cases"), "my cases")
    day.shows("own-case", day.presses(_INES, cases, "see"))
    day.presses(_NOOR, day.sent("case", _PRESS), "close", "The board speaks about it at noon. Nothing to do for you.")
    day.shows("case-closed", day.sent("case", _PRESS), place=_PRESS)
    closed = day.shows("closed", day.sent("closed", _INES))
    day.shows("reopened", day.presses(_INES, closed, "reopen", "It is in the paper now."))
    day.shows("case-reopened", day.sent("case", _PRESS), place=_PRESS)


def _confidential(day: _Day) -> None:
    """A case of which the channel sees no word."""
    driver = day.shows("misconduct", day.says(_INES, _DRIVER), _DRIVER)
    day.presses(_INES, day.presses(_INES, driver, "escalate"), "send")
    hidden = day.shows("case-hidden", day.sent("case", _ETHICS), place=_ETHICS)
    day.presses(_SAM, hidden, "claim")
    day.shows("case-own-chat", day.sent("case", _SAM), who=_SAM)


def _precedent(day: _Day) -> None:
    """An answer that may be used again."""
    asked = day.says(_INES, OUTAGE)
    consent = day.shows("consent-question", day.asks_a_person(_INES, asked))
    day.presses(_INES, consent, "send")
    opened = day.shows("case-question", day.sent("case", _PRESS), place=_PRESS)
    answer = "Please pass the blogger on to press@example.com and say no more than that; we answer within the hour."
    answered = day.presses(_NOOR, day.presses(_NOOR, opened, "claim"), "answer", answer)
    form = day.presses(_NOOR, answered, "offer")
    day.shows_form("offer", form, _NOOR)
    day.shows("offered", day.presses(_NOOR, form, "offer", answer, Verdict.ASK_FIRST.value), who=_NOOR)
    proposed = day.shows("precedent", day.sent("precedent", _PRESS), place=_PRESS)
    day.shows_form("approve", proposed, _LEA, _PRESS)
    day.presses(_LEA, proposed, "approve", "", "180")
    day.shows("precedent-approved", day.sent("precedent", _PRESS), place=_PRESS)
    day.shows("precedent-told", day.sent("precedent", _NOOR), who=_NOOR)
    day.shows("precedent-cited", day.says(_MAX, OUTAGE), OUTAGE, who=_MAX)


def _queue(day: _Day) -> None:
    """What waits, for those who may see it; whom to ask, and where they answer."""
    again = day.says(_MAX, _AGAIN)
    day.presses(_MAX, day.presses(_MAX, again, "escalate"), "send")
    day.presses(_LEA, day.sent("case", _CARE), "claim")
    day.shows("not-staff", day.says(_INES, "queue"), "queue")
    day.shows("queue", day.says(_LEA, "queue"), "queue", who=_LEA)
    words = "who is responsible for journalists in Germany?"
    day.shows("who", day.says(_INES, words), words)
    words = "desk customer_care"
    day.shows("desk", day.says(_LEA, words, place=_CARE), words, who=_LEA, place=_CARE)


def _clock(day: _Day) -> None:
    """A case that nobody claims."""
    day.waits(hours=2)
    day.shows("reminder", day.sent("reminder", _PRESS), place=_PRESS)
    day.waits(hours=2)
    day.shows("overdue", day.sent("reminder", _PRESS), place=_PRESS)
    day.waits(hours=3)
    day.shows("passed-on", day.sent("case", _COE), place=_COE)
    day.shows("queue-late", day.says(_LEA, "queue"), "queue", who=_LEA)


def _crisis(day: _Day) -> None:
    """The same from many people, until it is declared a crisis, and lifted."""
    day.shows("no-crisis", day.says(_LEA, "crisis"), "crisis", who=_LEA)
    for who, words in ((_INES, _PAYING), (_MAX, f"{_PAYING} here, too"), (_TOM, f"{_PAYING} in Spain")):
        reply = day.says(who, words)
        day.shows("joined", day.presses(who, day.presses(who, reply, "escalate"), "send"), who=who)
    day.shows("case-of-many", day.sent("case", _PRESS), place=_PRESS)
    proposal = day.shows("crisis-proposed", day.sent("crisis", _COE), place=_COE)
    day.shows_form("crisis", proposal, _LEA, _COE)
    notice = "Paying with the app fails since nine. Please post nothing about it; Noor Example speaks for us."
    crisis = day.shows("crisis", day.presses(_LEA, proposal, "crisis", notice, "everything"), place=_COE)
    day.shows("crisis-answer", day.says(_INES, YES), YES)
    day.shows("crisis-triage", day.says(_INES, _PAYING), _PAYING)
    day.shows("crisis-lifted", day.presses(_LEA, crisis, "lift"), place=_COE)


def _nobody_told(day: _Day) -> None:
    """A workspace where no contact has a channel, and the asker was never met."""
    elsewhere = "teams:elsewhere"
    asked = day.says("stranger", OUTAGE, workspace=elsewhere)
    consent = day.asks_a_person("stranger", asked, workspace=elsewhere)
    day.shows("consent-stranger", consent)
    day.shows("nobody-told", day.presses("stranger", consent, "send", workspace=elsewhere))


__all__ = ["every_case"]
