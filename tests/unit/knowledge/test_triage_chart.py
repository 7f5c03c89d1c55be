"""The triage chart: read from YAML, every mistake named, and the default one as CoE staff need it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from knowledge.contacts import read_contacts
from knowledge.errors import ContentError
from knowledge.models import Priority
from knowledge.pack import DEFAULT_PACK
from knowledge.triage.chart import Chart
from knowledge.triage.models import Action, Kind
from knowledge.triage.read import parse_chart, read_chart
from knowledge.triage.stored import chart_from_json, chart_to_json
from tests.fakes.chart import ASKED, LEAF, small_chart

RANT: Final = LEAF.format("rant", "", "none")
SAFETY: Final = LEAF.format("safety", ASKED, "high")


@pytest.fixture(scope="module")
def default() -> Chart:
    """The chart of the default pack."""
    return read_chart(DEFAULT_PACK / "triage.yml")


def test_a_chart_is_read_with_all_its_parts() -> None:
    """Nodes, ways, leaves and their fields come back as they are written; the words of a button are the label's."""
    chart, problems = parse_chart(small_chart(), "triage.yml")
    assert problems == ()
    assert chart is not None
    assert (chart.version, chart.start, len(chart.nodes), len(chart.leaves)) == ("2.0", "q0", 15, 16)
    leaf = chart.leaf(Kind.PRAISE)
    assert (leaf.action, leaf.priority, leaf.contact, leaf.do, leaf.do_not) == (
        Action.MONITOR,
        Priority.NONE,
        "coe_lead",
        ("look",),
        ("shout",),
    )
    assert (leaf.button, leaf.question, leaf.holding_reply) == ("Is praise", "", "")
    assert chart.leaf(None).kind is None


def test_the_shortest_path_leads_to_a_leaf() -> None:
    """Where two ways lead to a kind, the shorter one is told, with the answers that led on."""
    text = small_chart().replace(
        "answers: [{answer: yes it is, to: praise}",
        "answers: [{answer: at once, to: spam}, {answer: yes it is, to: praise}",
    )
    chart, problems = parse_chart(text, "triage.yml")
    assert chart is not None and problems == ()
    (step,) = chart.paths()[chart.leaf(Kind.SPAM).id]
    assert (step.question, step.answer) == ("Is it praise", "at once")


def test_the_leaf_with_the_shortest_path_is_the_kinds() -> None:
    """Where a kind has two leaves, the nearer one is taken."""
    nearer = "  - " + LEAF.format("spam", "", "none").replace("id: spam", "id: near")
    text = (small_chart() + nearer + "\n").replace("to: praise}", "to: praise}, {answer: near, to: near}")
    chart, problems = parse_chart(text, "triage.yml")
    assert chart is not None and problems == ()
    assert chart.leaf(Kind.SPAM).id == "near"


def test_a_chart_without_a_leaf_for_a_kind_is_not_sound() -> None:
    """Whoever asks it for that leaf is told."""
    with pytest.raises(LookupError, match="praise"):
        Chart("1", "a", (), ()).leaf(Kind.PRAISE)


def test_a_chart_survives_the_index() -> None:
    """Through JSON it comes back the same; what is no chart is refused."""
    chart, _ = parse_chart(small_chart(), "triage.yml")
    assert chart is not None
    assert chart_from_json(chart_to_json(chart)) == chart
    with pytest.raises(ValueError, match="version"):
        chart_from_json("{}")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("version:", "verzion:", "triage.yml:1: the chart lacks version. Add it"),
        ("version:", "verzion:", "triage.yml:1: the chart has unknown fields verzion. Correct the spelling"),
        ("start: q0", "start: q0\nstart: q1", "the chart has 'start' twice. Keep one of them"),
        ("start: q0", "start: q77", "triage.yml:1: the start 'q77' is no node. Name"),
        ("id: q3, ", "", "triage.yml:7: a node lacks id. Add it"),
        ("id: q3, ", "id: q2, ", "the id 'q2' is also in line 6. Give each"),
        ("question: Is it troll,", "question: '',", "'question' of node 'q5' is no text. Write words"),
        ("question: Is it troll,", "question: [a],", "'question' of node 'q5' is no text. Write words"),
        ("answers: [{answer: yes it is, to: troll}, ", "answers: [", "node 'q5' has one answer only. Give it two"),
        ("{answer: it is not, to: q6}", "{answer: Yes it is, to: q6}", "node 'q5' has the answer 'yes it is' twice"),
        ("to: q6}", "to: q66}", "triage.yml:9: the answer 'it is not' of node 'q5' leads to 'q66', which is not there"),
        ("to: q6}", "to: q2}", "the chart goes round in a circle ('q2' → 'q3' → 'q4' → 'q5' → 'q2'). Lead"),
        ("to: q6}", "to: q5}", "the chart goes round in a circle ('q5' → 'q5'). Lead"),
        ("to: q6}", "to: none}", "no way leads to 'q6'. Lead an answer to it, or remove it"),
        ("to: q6}", "to: none}", "triage.yml:1: the kind 'safety' cannot be reached. Add a leaf"),
        ("to: none}", "to: spam}", "triage.yml:1: the kind 'none' cannot be reached. Add a leaf"),
        ("kind: rant", "kind: rage", "unknown kind 'rage' of leaf 'rant'. Use one of praise, question"),
        ("label: Is rant, action: monitor", "label: Is rant, action: delete", "unknown action 'delete' of leaf 'rant'"),
        ("label: Is rant, ", "", "leaf 'rant' lacks label. Add it"),
        ("label: Is rant, ", "label: Is rant, colour: red, ", "leaf 'rant' has unknown fields colour. Correct"),
        (RANT, RANT.replace("contact: coe_lead, ", ""), "leaf 'rant' names no contact. Add"),
        (RANT, RANT.replace("do: [look]", "do: look"), "'do' of leaf 'rant' is no list of texts"),
        (RANT, RANT.replace("do: [look]", "do: ['']"), "'do' of leaf 'rant' is no list of texts"),
        (RANT, RANT.replace("do: [look]", "do: [a, b, c, d, e, f, g]"), "'do' of leaf 'rant' has 7 items. Write"),
        (RANT, "rant", "a leaf is no list of 'name: value' lines. Begin it with '- id:'"),
        (RANT, LEAF.format("rant", "topics: [{contact: legal}], ", "none"), "a topic lacks words. Add it"),
        (RANT, LEAF.format("rant", "topics: [], ", "none"), "'topics' of leaf 'rant' is no list. Write"),
        (SAFETY, LEAF.format("safety", "", "high"), "leaf 'safety' has no 'question'. Add it: in doubt, safety"),
        (SAFETY, LEAF.format("safety", "", "high"), "leaf 'safety' has no 'button'. Add it: in doubt, safety"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_a_remedy(old: str, new: str, problem: str) -> None:
    """What cannot be used is told with file and line, in one line, with what to do."""
    text = small_chart()
    assert old in text
    _, problems = parse_chart(text.replace(old, new, 1), "triage.yml")
    told = [str(each) for each in problems]
    assert any(problem in each for each in told), told
    assert not any("\n" in each for each in told)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nodes: [", "no readable YAML"),
        ("a: b: c", "triage.yml:1: no readable YAML"),
        ("", "no chart"),
        ("- a", "no chart"),
        ("[" * 5000, "no readable YAML"),
    ],
)
def test_what_is_no_chart_at_all_is_told(text: str, problem: str) -> None:
    """Junk is one problem and no chart."""
    chart, problems = parse_chart(text, "triage.yml")
    assert chart is None
    assert problem in str(problems[0])


def test_a_file_that_cannot_be_used_stops_the_reading(tmp_path: Path) -> None:
    """A missing file, one that is no UTF-8 and one with a mistake are each an error that says what to do."""
    with pytest.raises(ContentError, match="clearpost init"):
        read_chart(tmp_path / "triage.yml")
    (tmp_path / "triage.yml").write_bytes(b"version: caf\xe9")
    with pytest.raises(ContentError, match="save it as UTF-8"):
        read_chart(tmp_path / "triage.yml")
    (tmp_path / "triage.yml").write_text(small_chart().replace("label: Is rant, ", ""), "utf-8")
    with pytest.raises(ContentError, match=r"triage\.yml:24: leaf 'rant' lacks label\. Add it"):
        read_chart(tmp_path / "triage.yml")


def test_a_long_chart_is_checked_without_running_out_of_depth() -> None:
    """Three thousand questions in a row are no problem."""
    nodes = [
        f"  - {{id: a{n}, question: Q, answers: [{{answer: y, to: a{n + 1}}}, {{answer: z, to: a{n + 1}}}]}}"
        for n in range(3000)
    ]
    last = "  - {id: a3000, question: Q, answers: [{answer: y, to: q0}, {answer: z, to: q1}]}"
    text = small_chart().replace("start: q0", "start: a0").replace("nodes:", "\n".join(("nodes:", *nodes, last)))
    chart, problems = parse_chart(text, "triage.yml")
    assert chart is not None and problems == ()
    assert len(chart.paths()["praise"]) == 3002


def test_priorities_and_actions_of_the_default_chart(default: Chart) -> None:
    """Each kind has the priority and the action that the programme agreed on."""
    priorities = {
        **dict.fromkeys((Kind.THREAT_SELF_HARM, Kind.SAFETY, Kind.CRISIS), Priority.URGENT),
        **dict.fromkeys((Kind.LEGAL_THREAT, Kind.PRIVACY_SECURITY, Kind.PRESS), Priority.HIGH),
        **dict.fromkeys((Kind.IMPERSONATION, Kind.EMPLOYEE_MISCONDUCT), Priority.HIGH),
        **dict.fromkeys((Kind.COMPLAINT, Kind.QUESTION, Kind.MISINFORMATION), Priority.NORMAL),
    }
    actions = {
        Kind.PRAISE: Action.THANK,
        Kind.QUESTION: Action.ANSWER,
        Kind.COMPLAINT: Action.RESOLVE,
        Kind.MISINFORMATION: Action.CORRECT,
        Kind.RANT: Action.MONITOR,
        Kind.TROLL: Action.MONITOR,
        Kind.SPAM: Action.IGNORE,
    }
    for kind in Kind:
        leaf = default.leaf(kind)
        assert leaf.action is actions.get(kind, Action.ESCALATE)
        assert leaf.priority is priorities.get(kind, Priority.NONE)
    assert default.leaf(None).action is Action.IGNORE


def test_danger_begins_with_the_emergency_services_and_never_with_a_form(default: Chart) -> None:
    """The first thing to do names their numbers, and danger is the first question of all."""
    leaf = default.leaf(Kind.THREAT_SELF_HARM)
    assert "emergency services" in leaf.do[0] and "112" in leaf.do[0] and "911" in leaf.do[0]
    assert not re.search(r"\bform\b", " ".join(leaf.do))
    assert len(default.paths()[leaf.id]) == 1


def test_nothing_may_be_posted_where_a_word_could_do_harm(default: Chart) -> None:
    """Threats, legal matters, the press, a crisis, spam and trolls have no holding reply; all others have one."""
    silent = {Kind.THREAT_SELF_HARM, Kind.LEGAL_THREAT, Kind.PRESS, Kind.CRISIS, Kind.SPAM, Kind.TROLL}
    assert {kind for kind in Kind if not default.leaf(kind).holding_reply} == silent
    for kind in set(Kind) - silent:
        assert "I work here" in default.leaf(kind).holding_reply
        assert len(default.leaf(kind).holding_reply.split()) <= 40


def test_the_default_chart_is_written_for_people(default: Chart) -> None:
    """Three to five things to do, two to four to leave alone, whole sentences, and nobody is told to delete."""
    for leaf in default.leaves:
        assert 2 <= len(leaf.do) <= 5 and 2 <= len(leaf.do_not) <= 4
        assert all(each.endswith(".") for each in (*leaf.do, *leaf.do_not))
        assert all(each.startswith("Do not ") for each in leaf.do_not)
        assert not any(re.search(r"\bdelete\b", each, re.IGNORECASE) for each in leaf.do)
    for node in default.nodes:
        assert node.question.endswith("?") and 2 <= len(node.examples) <= 4


def test_every_contact_of_the_default_chart_is_there(default: Chart) -> None:
    """Whoever takes over is in contacts.yml."""
    contacts, _ = read_contacts(DEFAULT_PACK / "contacts.yml")
    assert all(contacts.get(each) for leaf in default.leaves for each in leaf.contacts)


@pytest.mark.parametrize("name", ["praise", "none"])
def test_a_leaf_of_any_kind_is_found_from_the_start(name: str, default: Chart) -> None:
    """The way to each is told question by question, none of them twice."""
    leaf = default.leaf(None if name == "none" else Kind(name))
    steps = default.paths()[leaf.id]
    assert steps[0].question.startswith("Is anybody in danger")
    assert len({step.question for step in steps}) == len(steps)
