"""What the lessons achieve: rows in, figures of groups out, and never a person's answers."""

from lessons.report.count import build_report
from lessons.report.figures import (
    NOT_GIVEN,
    OTHERS,
    SPAN,
    AnswerRow,
    Budget,
    Dimension,
    Figures,
    Group,
    LessonQuestions,
    MemberRow,
    Month,
    QuestionRow,
    Report,
    Rows,
    SittingRow,
    share,
)
from lessons.report.small_groups import LEAST
from lessons.report.write import percent, to_csv, to_json, to_text

__all__ = [
    "LEAST",
    "NOT_GIVEN",
    "OTHERS",
    "SPAN",
    "AnswerRow",
    "Budget",
    "Dimension",
    "Figures",
    "Group",
    "LessonQuestions",
    "MemberRow",
    "Month",
    "QuestionRow",
    "Report",
    "Rows",
    "SittingRow",
    "build_report",
    "percent",
    "share",
    "to_csv",
    "to_json",
    "to_text",
]
