"""Sorting: the likeliest kind, the second look at what may not be missed, and who takes over by topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pytest

from knowledge.contacts import Contact, Contacts, Hours
from knowledge.models import Outcome, Priority
from knowledge.pack import DEFAULT_PACK
from knowledge.triage.chart import Chart
from knowledge.triage.drift import Drifts
from knowledge.triage.engine import Sorter
from knowledge.triage.examples import KINDS
from knowledge.triage.learn import Floats, Learned
from knowledge.triage.models import SERIOUS, Action, Kind
from knowledge.triage.read import read_chart
from knowledge.triage.topics import TopicChooser, topic_words
from knowledge.triage.words import Vocabulary

SIZE: Final = len(KINDS)
NOWHERE: Final = np.zeros(SIZE, dtype=np.float32)
HOURS: Final = Hours(("mon",), "08:00", "18:00", "UTC")
NO_WORDS: Final = Vocabulary({}, np.zeros(0, dtype=np.float32), False)


Likely = Mapping[Kind | None, float]


class Told(Learned):
    """Gives the probabilities that it is told, for some texts and for all others."""

    def __init__(self, likely: Likely, told: Mapping[str, Likely]) -> None:
        empty = np.zeros((0, SIZE), dtype=np.float32)
        super().__init__(empty, empty, NO_WORDS, empty, 1.0)
        object.__setattr__(self, "told", told)
        object.__setattr__(self, "likely", likely)

    def probabilities(self, text: str, vector: Floats) -> Floats:
        """What it was told."""
        likely: Likely = self.told.get(text, self.likely)  # type: ignore[attr-defined] # set above; the base has slots
        rest = (1 - sum(likely.values())) / (SIZE - len(likely))
        return np.array([likely.get(kind, rest) for kind in KINDS], dtype=np.float32)


@pytest.fixture(scope="module")
def chart() -> Chart:
    """The default chart."""
    return read_chart(DEFAULT_PACK / "triage.yml")


def sorter(
    chart: Chart,
    likely: Likely,
    *,
    contacts: tuple[str, ...] | None = None,
    told: Mapping[str, Likely] | None = None,
) -> Sorter:
    """A sorter that finds these kinds likely, all others equally unlikely; ``told`` are passages with theirs."""
    names = contacts or tuple({each for leaf in chart.leaves for each in leaf.contacts})
    entries = (Contact(each, each, (), (), (), HOURS, None, {"channel": each}, 1) for each in names)
    topics = TopicChooser(chart, np.zeros((len(topic_words(chart)), SIZE), dtype=np.float32))
    drifts = Drifts(NOWHERE, NO_WORDS, np.zeros(0, dtype=np.float32), 0.0)
    return Sorter(chart, Told(likely, told or {}), drifts, topics, Contacts(tuple(entries)))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_likeliest_kind_says_what_is_done(chart: Chart, kind: Kind) -> None:
    """All that is told of it stands on its leaf, with the way that leads there."""
    triaged = sorter(chart, {kind: 0.9}).sort("words", NOWHERE)
    leaf = chart.leaf(kind)
    assert (triaged.kind, triaged.outcome, triaged.doubt) == (kind, Outcome.ANSWER, None)
    assert (triaged.action, triaged.priority, triaged.contact) == (leaf.action, leaf.priority, leaf.contact)
    assert (triaged.do, triaged.do_not, triaged.holding_reply) == (leaf.do, leaf.do_not, leaf.holding_reply)
    assert (triaged.label, triaged.text) == (leaf.label, "words")
    assert triaged.path == chart.paths()[leaf.id]
    assert triaged.confidence == pytest.approx(0.9)


def test_nothing_to_triage_is_out_of_scope(chart: Chart) -> None:
    """Then there is no kind, nobody takes over and nothing has to be done."""
    triaged = sorter(chart, {None: 0.9}).sort("words", NOWHERE)
    assert (triaged.kind, triaged.outcome, triaged.contact) == (None, Outcome.OUT_OF_SCOPE, None)
    assert (triaged.action, triaged.priority) == (Action.IGNORE, Priority.NONE)


@pytest.mark.parametrize("grave", sorted(SERIOUS))
def test_a_serious_kind_that_is_not_unlikely_is_asked_about(chart: Chart, grave: Kind) -> None:
    """The kind stays the likeliest, but what to do is the serious one's until the question is answered."""
    triaged = sorter(chart, {Kind.COMPLAINT: 0.7, grave: 0.2}).sort("words", NOWHERE)
    leaf = chart.leaf(grave)
    assert (triaged.kind, triaged.outcome) == (Kind.COMPLAINT, Outcome.CLARIFY)
    assert (triaged.priority, triaged.contact, triaged.do, triaged.do_not) == (
        leaf.priority,
        leaf.contact,
        leaf.do,
        leaf.do_not,
    )
    assert triaged.doubt is not None
    assert triaged.doubt.question == leaf.question
    assert triaged.doubt.options == ((grave, leaf.button), (Kind.COMPLAINT, chart.leaf(Kind.COMPLAINT).button))


def test_a_serious_kind_that_is_likely_enough_is_acted_upon(chart: Chart) -> None:
    """No question is lost on it."""
    triaged = sorter(chart, {Kind.RANT: 0.5, Kind.SAFETY: 0.4}).sort("words", NOWHERE)
    assert (triaged.kind, triaged.outcome, triaged.doubt) == (Kind.SAFETY, Outcome.ANSWER, None)
    assert triaged.confidence == pytest.approx(0.4)


def test_a_serious_kind_that_is_unlikely_is_not_asked_about(chart: Chart) -> None:
    """Most complaints are complaints."""
    triaged = sorter(chart, {Kind.COMPLAINT: 0.9, Kind.SAFETY: 0.02}).sort("words", NOWHERE)
    assert (triaged.kind, triaged.outcome) == (Kind.COMPLAINT, Outcome.ANSWER)


def test_what_is_handed_over_at_once_is_not_asked_about(chart: Chart) -> None:
    """Where the likeliest kind has a high priority anyway, somebody looks at it soon."""
    triaged = sorter(chart, {Kind.IMPERSONATION: 0.6, Kind.PRIVACY_SECURITY: 0.3}).sort("words", NOWHERE)
    assert (triaged.kind, triaged.outcome) == (Kind.IMPERSONATION, Outcome.ANSWER)


def test_between_something_and_nothing_it_is_asked(chart: Chart) -> None:
    """A neutral mention is not made a case by a faint doubt; a fair one is asked about, a strong one makes it one."""
    faint = sorter(chart, {None: 0.9, Kind.CRISIS: 0.05}).sort("words", NOWHERE)
    assert (faint.kind, faint.outcome) == (None, Outcome.OUT_OF_SCOPE)
    fair = sorter(chart, {None: 0.7, Kind.CRISIS: 0.15}).sort("words", NOWHERE)
    crisis = chart.leaf(Kind.CRISIS)
    assert (fair.kind, fair.outcome, fair.priority, fair.contact) == (
        None,
        Outcome.CLARIFY,
        crisis.priority,
        crisis.contact,
    )
    assert fair.doubt is not None
    assert fair.doubt.options == ((Kind.CRISIS, crisis.button), (None, chart.leaf(None).button))
    strong = sorter(chart, {None: 0.5, Kind.CRISIS: 0.4}).sort("words", NOWHERE)
    assert (strong.kind, strong.outcome) == (Kind.CRISIS, Outcome.ANSWER)


def test_while_a_doubt_is_left_nothing_may_be_posted(chart: Chart) -> None:
    """The way ends before the question that is open, and no reply that rests on its answer is offered."""
    triaged = sorter(chart, {Kind.COMPLAINT: 0.7, Kind.SAFETY: 0.2}).sort("words", NOWHERE)
    assert triaged.holding_reply == ""
    assert triaged.path == chart.paths()["hurt"]


@pytest.mark.parametrize("likely", [Kind.LEGAL_THREAT, Kind.EMPLOYEE_MISCONDUCT, Kind.CRISIS])
def test_a_threat_to_life_goes_before_whatever_is_likelier(chart: Chart, likely: Kind) -> None:
    """The emergency services come first, also where somebody else would look at it soon."""
    triaged = sorter(chart, {likely: 0.5, Kind.THREAT_SELF_HARM: 0.4}).sort("words", NOWHERE)
    assert (triaged.kind, triaged.outcome) == (Kind.THREAT_SELF_HARM, Outcome.ANSWER)
    unlikely = sorter(chart, {likely: 0.7, Kind.THREAT_SELF_HARM: 0.2}).sort("words", NOWHERE)
    assert (unlikely.kind, unlikely.outcome) == (likely, Outcome.ANSWER)


def test_a_passage_of_a_long_text_is_asked_about(chart: Chart) -> None:
    """However friendly the rest is, a passage that is likely serious is asked about, and named; a faint one is not."""
    burn, cups = "it burned her hand", "the cups came on time"
    told: dict[str, Likely] = {cups: {Kind.PRAISE: 0.98}, burn: {Kind.SAFETY: 0.8}}
    triaged = sorter(chart, {Kind.PRAISE: 0.95}, told=told).sort("words", NOWHERE, [(cups, NOWHERE), (burn, NOWHERE)])
    assert (triaged.kind, triaged.outcome, triaged.priority) == (Kind.PRAISE, Outcome.CLARIFY, Priority.URGENT)
    assert (triaged.passage, triaged.contact) == (burn, "product_safety")
    told = {cups: {Kind.PRAISE: 0.98}, burn: {Kind.SAFETY: 0.6}}
    faint = sorter(chart, {Kind.PRAISE: 0.95}, told=told).sort("words", NOWHERE, [(cups, NOWHERE), (burn, NOWHERE)])
    assert (faint.outcome, faint.passage) == (Outcome.ANSWER, "")


@pytest.mark.parametrize("likely", [None, Kind.PRAISE, Kind.EMPLOYEE_MISCONDUCT])
def test_another_language_is_not_guessed_at(chart: Chart, likely: Kind | None) -> None:
    """A text whose words nobody taught is handed to a person, unless it looks serious all the same."""
    text = "Ihr Wasserkocher hat meine Hand verbrüht"
    triaged = sorter(chart, {likely: 0.9}).sort(text, NOWHERE)
    assert (triaged.kind, triaged.outcome, triaged.priority) == (None, Outcome.HAND_OVER, Priority.HIGH)
    assert (triaged.contact, triaged.label) == ("coe_lead", "I read English only")
    grave = sorter(chart, {likely: 0.5, Kind.THREAT_SELF_HARM: 0.4}).sort(text, NOWHERE)
    assert grave.kind is Kind.THREAT_SELF_HARM


@pytest.mark.parametrize(
    ("text", "kind", "sure", "outcome"),
    [
        ("https://social.example/p/1", None, 0.9, Outcome.HAND_OVER),
        ("seen https://social.example/p/1", Kind.PRAISE, 0.7, Outcome.HAND_OVER),
        ("cheap https://social.example/p/1", Kind.SPAM, 0.9, Outcome.ANSWER),
        ("fake https://social.example/p/1", Kind.IMPERSONATION, 0.5, Outcome.ANSWER),
    ],
)
def test_a_link_alone_says_nothing(chart: Chart, text: str, kind: Kind | None, sure: float, outcome: Outcome) -> None:
    """What stands behind a link is not known; a few words beside it are enough where they are clear."""
    assert sorter(chart, {kind: sure}).sort(text, NOWHERE).outcome is outcome


def test_an_answer_settles_the_kind(chart: Chart) -> None:
    """After the question nothing is guessed any more."""
    triaged = sorter(chart, {Kind.SAFETY: 0.9}).settle("words", NOWHERE, Kind.COMPLAINT)
    assert (triaged.kind, triaged.outcome, triaged.confidence) == (Kind.COMPLAINT, Outcome.ANSWER, 1.0)
    nothing = sorter(chart, {Kind.SAFETY: 0.9}).settle("words", NOWHERE, None)
    assert (nothing.kind, nothing.outcome, nothing.contact) == (None, Outcome.OUT_OF_SCOPE, None)


def test_a_text_with_nothing_in_it_is_nothing(chart: Chart) -> None:
    """It is out of scope with no confidence at all."""
    triaged = sorter(chart, {Kind.SAFETY: 0.9}).nothing("")
    assert (triaged.kind, triaged.outcome, triaged.confidence) == (None, Outcome.OUT_OF_SCOPE, 0.0)


def test_a_contact_that_is_not_there_swallows_nothing(chart: Chart) -> None:
    """A pack without that contact has the last resort take over."""
    triaged = sorter(chart, {Kind.PRESS: 0.9}, contacts=("coe_lead",)).sort("words", NOWHERE)
    assert triaged.contact == "coe_lead"


def test_the_contact_goes_by_the_topic(chart: Chart) -> None:
    """The topic whose words are nearest takes over; where none is near, the leaf's own contact does."""
    leaf = chart.leaf(Kind.QUESTION)
    words = topic_words(chart)
    vectors = np.eye(len(words), dtype=np.float32)
    chooser = TopicChooser(chart, vectors)
    for topic in leaf.topics:
        near = vectors[[words.index(each) for each in topic.words]].sum(axis=0) / 2
        assert chooser.choose(leaf, near) == topic.contact
    assert chooser.choose(leaf, np.zeros(len(words), dtype=np.float32)) == leaf.contact
    assert chooser.choose(chart.leaf(Kind.PRESS), vectors[0]) == "communications"
