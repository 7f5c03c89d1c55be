"""Scoring answers on labelled questions: figures computed by hand, files that cannot be used, bars, the picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.bars import Bar, below, read_bars
from knowledge.errors import ContentError
from knowledge.evaluate import Labelled, Report, evaluate, read_questions
from knowledge.evaluation_plot import PlotError, plot
from knowledge.evaluation_report import COUNTS, FIGURES, GOLD, SAID
from knowledge.models import Answer, Citation, Outcome, Verdict
from knowledge.pack import DEFAULT_PACK

YES, YES_IF, ASK_FIRST, NO = Verdict
ANSWER, CLARIFY, HAND_OVER, OUT_OF_SCOPE = Outcome


def cite(name: str, verdict: Verdict) -> Citation:
    """A citation of ``policy#section``."""
    policy, _, section = name.partition("#")
    return Citation(policy, "Title", "1.0", None, section, "Heading", "Quote", "file.md", 0, 5, verdict, False, 1.0)


def answer(outcome: Outcome, confidence: float, *citations: Citation, verdict: Verdict | None = None) -> Answer:
    """An answer that says its first citation's verdict, unless it is told another."""
    said = (verdict or citations[0].verdict) if outcome is ANSWER else None
    return Answer("", outcome, said, False, "", (), citations, None, confidence)


def ask_from(answers: Sequence[Answer]) -> Callable[[Sequence[str]], Sequence[Answer]]:
    """An ``ask`` that gives these answers, whatever the questions."""
    return lambda questions: answers


# Gold verdict, gold section, topic, answer. Ten in scope, three off topic.
DOZEN: list[tuple[Verdict | None, str | None, str, Answer]] = [
    (YES, "p#a", "pets", answer(ANSWER, 0.9, cite("p#a", YES))),
    (YES_IF, "p#b", "pets", answer(ANSWER, 0.8, cite("p#b", YES_IF), cite("p#a", YES))),
    # "yes" without its condition: rank 2 for the section.
    (YES_IF, "p#b", "pets", answer(ANSWER, 0.8, cite("p#a", YES), cite("p#b", YES_IF))),
    # Wrong permission, rank 3; p#b is quoted twice and takes one rank.
    (
        NO,
        "p#c",
        "pets",
        answer(ANSWER, 0.7, cite("p#b", YES_IF), cite("p#b", YES_IF), cite("p#a", YES), cite("p#c", NO)),
    ),
    # The first citation is right, but what was said is a wrong permission.
    (ASK_FIRST, None, "quills", answer(ANSWER, 0.6, cite("q#d", ASK_FIRST), verdict=YES)),
    (ASK_FIRST, "q#d", "quills", answer(ANSWER, 0.5, cite("q#d", ASK_FIRST))),
    # Too strict is wrong, but no wrong permission; its section is never cited.
    (YES, "q#e", "quills", answer(ANSWER, 0.4, cite("q#f", NO))),
    (NO, "q#f", "quills", answer(CLARIFY, 0.3, cite("q#f", NO))),
    # Found to be allowed, but not said: no wrong permission.
    (NO, None, "quills", answer(HAND_OVER, 0.2, cite("p#a", YES))),
    (YES, None, "rare", answer(OUT_OF_SCOPE, 0.1)),
    (None, None, "lunch", answer(OUT_OF_SCOPE, 0.0)),
    (None, None, "lunch", answer(HAND_OVER, 0.0, cite("p#a", YES))),
    (None, None, "lunch", answer(CLARIFY, 0.9, cite("p#a", YES))),
]


@pytest.fixture
def report() -> Report:
    """The report on the dozen."""
    questions = [
        Labelled(f"n{number}", "?", topic, verdict, section)
        for number, (verdict, section, topic, _) in enumerate(DOZEN)
    ]
    return evaluate(questions, ask_from([each for *_, each in DOZEN]))


def test_figures_are_those_computed_by_hand(report: Report) -> None:
    """Each figure of the dozen is what a person with a pencil gets."""
    assert {name: report.figure(name) for name in FIGURES} == pytest.approx(
        {
            "questions": 13,
            "in_scope": 10,
            "off_topic": 3,
            "with_section": 7,
            "section_recall_1": 4 / 7,
            "section_recall_3": 6 / 7,
            "mrr": (1 + 1 + 1 / 2 + 1 / 3 + 1 + 0 + 1) / 7,
            "first_verdict_accuracy": 5 / 10,
            "coverage": 7 / 10,
            "verdict_accuracy": 3 / 7,
            "wrong_permission": 2 / 10,
            "unconditional_permission": 1 / 10,
            "clarify": 1 / 10,
            "hand_over": 1 / 10,
            "false_refusal": 1 / 10,
            "off_topic_refused": 1 / 3,
            "off_topic_answered": 1 / 3,
            # One question a bin; the two at 0.8 share one right verdict: ½ each.
            "calibration_error": (0.1 + 0.3 + 0.3 + 0.7 + 0.4 + 0.5 + 0.4 + 0.7 + 0.2 + 0.1) / 10,
        }
    )


def test_risk_falls_with_coverage_as_computed_by_hand(report: Report) -> None:
    """The curve has one point a distinct confidence: equal confidences are never parted."""
    wrong = {1: 0, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 4, 10: 5}
    assert report.risk_coverage == tuple((count / 10, wrong[count] / count) for count in wrong)


def test_topics_and_confusion_are_as_computed_by_hand(report: Report) -> None:
    """Topics count what is in scope; the matrix counts every question once."""
    assert [
        (each.topic, each.questions, each.coverage, each.accuracy, each.wrong_permissions) for each in report.by_topic
    ] == [
        ("pets", 4, 1.0, 2 / 4, 1),
        ("quills", 5, 3 / 5, 1 / 3, 1),
        ("rare", 1, 0.0, None, 0),
    ]
    assert report.confusion == (
        (1, 0, 0, 1, 0, 0, 1),
        (1, 1, 0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0, 0, 0),
        (0, 1, 0, 0, 1, 1, 0),
        (0, 0, 0, 0, 1, 1, 1),
    )


def test_calibration_bins_have_equal_mass() -> None:
    """Twenty-five questions fall into ten bins of two or three, and a sure and right asker has no error."""
    questions = [Labelled(str(number), "?", "t", NO) for number in range(25)]
    report = evaluate(questions, ask_from([answer(ANSWER, 1.0, cite("p#a", NO))] * 25))
    assert sorted(each.count for each in report.calibration) == [2] * 5 + [3] * 5
    assert report.calibration_error == 0


def test_report_is_json_with_rounded_figures(report: Report) -> None:
    """The report survives JSON, with shares of four places and the matrix by name."""
    read = json.loads(json.dumps(report.as_json()))
    assert read["verdict_accuracy"] == 0.4286
    assert read["questions"] == 13
    assert read["confusion"]["no"]["yes_if"] == 1
    assert read["by_topic"][2] == {
        "topic": "rare", "questions": 1, "coverage": 0.0, "accuracy": None, "wrong_permissions": 0,
    }  # fmt: skip
    assert read["risk_coverage"][-1] == [1.0, 0.5]
    assert read["calibration"][0] == {"confidence": 0.1, "accuracy": 0.0, "count": 1}


def test_text_shows_every_figure(report: Report) -> None:
    """The table for the terminal names every figure, topic, verdict and outcome, with no ragged line ends."""
    text = report.as_text()
    counts = ("questions", "in_scope", "off_topic", "with_section")
    assert all(name in text for name in (*set(FIGURES) - set(counts), "pets", "quills", *GOLD, *SAID))
    assert "13 questions: 10 in scope (7 with a section), 3 off topic" in text
    assert "wrong_permission              20.0 %" in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_no_questions_give_no_figures() -> None:
    """Where nothing counts, a share is None, and the table still prints."""
    report = evaluate([], ask_from([]))
    assert (report.questions, report.coverage, report.calibration_error, report.risk_coverage) == (0, None, None, ())
    assert "coverage                           -" in report.as_text()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([], "1 questions got 0 answers"),
        ([Answer("", ANSWER, None, False, "", (), (), None, 0.5)], "has no verdict"),
        ([answer(HAND_OVER, 1.01)], "it must be 0 to 1"),
        ([answer(HAND_OVER, float("nan"))], "it must be 0 to 1"),
    ],
)
def test_answers_that_break_the_promise_are_refused(answers: list[Answer], message: str) -> None:
    """Answers that cannot be scored stop the evaluation."""
    with pytest.raises(ValueError, match=message):
        evaluate([Labelled("n1", "?", "t", NO)], ask_from(answers))


VERDICTS = st.sampled_from(list(Verdict))
SECTIONS = st.sampled_from(["p#a", "p#b", "q#c"])
ANSWERS = st.builds(
    lambda outcome, confidence, citations, verdict: answer(outcome, confidence, *citations, verdict=verdict),
    st.sampled_from(list(Outcome)),
    # Few values, so that ties are common; and any.
    st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1)),
    st.lists(st.builds(cite, SECTIONS, VERDICTS), max_size=4),
    VERDICTS,
)
IN_SCOPE = st.builds(Labelled, st.just("n"), st.just("?"), st.sampled_from("xyz"), VERDICTS, st.none() | SECTIONS)
OFF_TOPIC = st.builds(Labelled, st.just("n"), st.just("?"), st.sampled_from("xyz"), st.none())
PAIRS = st.lists(st.tuples(IN_SCOPE | OFF_TOPIC, ANSWERS), max_size=40)


@given(PAIRS)
def test_figures_hold_together(pairs: list[tuple[Labelled, Answer]]) -> None:
    """Figures stay within 0 to 1, agree with each other, and do not hang on the order of the questions."""
    report = evaluate([each for each, _ in pairs], ask_from([each for _, each in pairs]))
    shares = [report.figure(name) for name in FIGURES[4:]] + [each for point in report.risk_coverage for each in point]
    assert all(share is None or 0 <= share <= 1 for share in shares)
    assert sum(sum(row) for row in report.confusion) == report.questions == report.in_scope + report.off_topic
    assert sum(each.questions for each in report.by_topic) == report.in_scope
    assert sum(each.count for each in report.calibration) == report.in_scope
    if report.in_scope:
        right = sum(
            bool(given.citations) and given.citations[0].verdict is question.verdict
            for question, given in pairs
            if question.in_scope
        )
        assert report.risk_coverage[-1] == pytest.approx((1, 1 - right / report.in_scope))
        outcomes = [report.figure(name) or 0 for name in ("coverage", "clarify", "hand_over", "false_refusal")]
        assert sum(outcomes) == pytest.approx(1)
        turned = list(reversed(pairs))
        again = evaluate([each for each, _ in turned], ask_from([each for _, each in turned]))
        assert again.as_json() == report.as_json()


def write(folder: Path, text: str, name: str = "questions.jsonl") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_questions_are_read_in_order(tmp_path: Path) -> None:
    """A verdict, a section and an outcome are read; empty lines and a line separator in a text do no harm."""
    path = write(
        tmp_path,
        '{"id": "a", "q": "May\u2028I?", "topic": "t", "verdict": "yes_if", "section": "p#s"}\n\n'
        '{"id": "b", "q": "Lunch?", "topic": "t", "outcome": "out_of_scope"}\n',
    )
    assert read_questions(path) == (
        Labelled("a", "May\u2028I?", "t", YES_IF, "p#s"),
        Labelled("b", "Lunch?", "t", None, None),
    )


@pytest.mark.parametrize("name", ["ask-tune.jsonl", "ask-test.jsonl"])
def test_questions_of_the_default_pack_are_read(name: str) -> None:
    """The default pack's own questions have no mistake."""
    path = DEFAULT_PACK / "questions" / name
    assert len(read_questions(path)) == len(path.read_text("utf-8").strip().split("\n"))


GOOD = {"id": "a", "q": "May I?", "topic": "t", "verdict": "yes"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("not JSON", "this line is not JSON. Write one object a line"),
        ("[" * 100_000, "this line is not JSON. Write one object a line"),
        ("[]", "this line is not a JSON object. Write"),
        (
            json.dumps(GOOD | {"id": "b", "verdict": "maybe"}),
            "unknown verdict 'maybe'. Use one of yes, yes_if, ask_first, no",
        ),
        (json.dumps(GOOD), "id 'a' is already on line 1. Give another id"),
        (json.dumps(GOOD | {"id": 7}), "'id' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"q": " "}), "'q' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"section": None}), "'section' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"veredict": "no"}), "unknown fields veredict. Correct the spelling"),
        (json.dumps(GOOD | {"outcome": "out_of_scope"}), "and not both. Keep one of them"),
        ('{"id": "b", "q": "?", "topic": "t"}', 'a question needs a verdict, or "outcome": "out_of_scope"'),
        ('{"id": "b", "q": "?", "topic": "t", "outcome": "answer"}', "unknown outcome 'answer'. Use out_of_scope"),
        (json.dumps(GOOD | {"section": "p"}), "section 'p' is not of the form policy#section. Write both ids"),
        (
            '{"id": "b", "q": "?", "topic": "t", "outcome": "out_of_scope", "section": "p#s"}',
            "a question out of scope has no section. Leave 'section' out",
        ),
    ],
)
def test_bad_lines_are_named_with_a_remedy(tmp_path: Path, line: str, problem: str) -> None:
    """A line that cannot be used is named by file and number, in one line, with what to do."""
    path = write(tmp_path, json.dumps(GOOD) + "\n\n" + line + "\n")
    with pytest.raises(ContentError) as caught:
        read_questions(path)
    assert str(caught.value).startswith("questions.jsonl:3: ")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_question_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing, an empty and a binary file each say what to do."""
    with pytest.raises(ContentError, match=r"there is no '.*none.jsonl'; name a file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(ContentError, match=r"questions\.jsonl:1: the file holds no question\. Write"):
        read_questions(write(tmp_path, "\n"))
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ContentError, match="save it as UTF-8"):
        read_questions(tmp_path / "binary.jsonl")


def test_bars_are_read_from_yaml_and_json(tmp_path: Path) -> None:
    """The same bars in YAML and in JSON are the same."""
    bars = (Bar("coverage", minimum=0.5), Bar("wrong_permission", maximum=0.02), Bar("questions", 10.0, 99.0))
    in_yaml = "# why\ncoverage: {min: 0.5}\nwrong_permission:\n  max: 2e-2\nquestions: {min: 10, max: 99}\n"
    in_json = '{"coverage": {"min": 0.5}, "wrong_permission": {"max": 0.02}, "questions": {"min": 10, "max": 99}}'
    assert read_bars(write(tmp_path, in_yaml, "bars.yml"), FIGURES, COUNTS) == bars
    assert read_bars(write(tmp_path, in_json, "bars.json"), FIGURES, COUNTS) == bars


def test_figures_below_their_bars_are_said(report: Report) -> None:
    """Each failed bar gives one sentence; a figure that just reaches its bar passes; the unmeasured fails."""
    passing = [Bar("coverage", minimum=0.7), Bar("wrong_permission", maximum=0.2), Bar("questions", 13, 13)]
    assert below(report, passing) == []
    assert below(report, [Bar("verdict_accuracy", minimum=0.9), Bar("wrong_permission", maximum=0.02), *passing]) == [
        "verdict_accuracy is 0.4286, but must be at least 0.9.",
        "wrong_permission is 0.2, but must be at most 0.02.",
    ]
    assert below(evaluate([], ask_from([])), [Bar("wrong_permission", maximum=0.02)]) == [
        "wrong_permission could not be measured: nothing counts for it; add such questions or drop its bar."
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("covrage: {min: 1}", "bars.yml:2: unknown figure 'covrage'. Use one of questions, in_scope"),
        ("coverage: 0.5", "bars.yml:2: the bar for 'coverage' is no mapping of min or max. Write {min: 0.5}"),
        ("coverage: {}", "is no mapping of min or max"),
        ("coverage: {least: 0.5}", "is no mapping of min or max"),
        ("coverage: {min: 0.5, min: 0.6}", "is no mapping of min or max"),
        ("coverage: {min: 50}", "Give a number from 0 to 1, such as 0.9 for 90 %"),
        ("coverage: {min: .nan}", "Give a number from 0 to 1"),
        ("coverage: {min: nan}", "Give a number from 0 to 1"),
        ("coverage: {min: true}", "Give a number from 0 to 1"),
        ("coverage: {min: [1]}", "Give a number from 0 to 1"),
        ("questions: {min: -1}", "Give a number from 0 on"),
        ("coverage: {min: 0.6, max: 0.5}", "has a min above its max. Swap them"),
        ("mrr: {min: 0.5}\nmrr: {min: 0.6}", "bars.yml:3: 'mrr' has two bars. Keep one of them"),
        ("[1]", "holds no bars; write some"),
        ("", "holds no bars; write some"),
        ("coverage: {min", "is not readable YAML; write bars"),
    ],
)
def test_bad_bars_are_named_with_a_remedy(tmp_path: Path, text: str, problem: str) -> None:
    """A bar that cannot be used is named with what to do."""
    with pytest.raises(ContentError) as caught:
        read_bars(write(tmp_path, f"# bars\n{text}\n", "bars.yml"), FIGURES, COUNTS)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_bars_are_named(tmp_path: Path) -> None:
    """A file of bars that is not there says how one looks."""
    with pytest.raises(ContentError, match=r"there is no '.*bars.yml'; name a file of bars such as"):
        read_bars(tmp_path / "bars.yml", FIGURES, COUNTS)


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_picture_is_drawn_the_same_each_time(report: Report, tmp_path: Path, suffix: str, start: bytes) -> None:
    """PNG and SVG are drawn by suffix, and twice the same report is twice the same file."""
    pytest.importorskip("matplotlib", reason="pictures are an optional extra")
    paths = [tmp_path / f"{name}.{suffix}" for name in ("one", "two")]
    for path in paths:
        plot(report, path, "Dozen")
    assert paths[0].read_bytes().startswith(start)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_picture_of_nothing_is_drawn(tmp_path: Path) -> None:
    """A report without questions has a picture, too."""
    pytest.importorskip("matplotlib", reason="pictures are an optional extra")
    plot(evaluate([], ask_from([])), tmp_path / "none.png", "Nothing")
    assert (tmp_path / "none.png").stat().st_size > 0


def test_picture_that_cannot_be_drawn_says_why(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another suffix, a missing folder and a missing matplotlib each say what to do."""
    with pytest.raises(PlotError, match=r"name a file that ends in .png or .svg"):
        plot(report, tmp_path / "picture.pdf", "Dozen")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(PlotError, match=r"install it with: pip install 'clearpost\[plots\]'"):
            plot(report, tmp_path / "picture.png", "Dozen")
    pytest.importorskip("matplotlib", reason="pictures are an optional extra")
    with pytest.raises(PlotError, match="cannot be written"):
        plot(report, tmp_path / "none" / "picture.png", "Dozen")
