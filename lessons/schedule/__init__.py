"""When a lesson comes to whom; pure: time and what is known of a person come in, what is due comes out."""

from lessons.schedule.models import PLACEMENT, REVIEW, Answered, Due, Hours, Learner, Past, Plan, Rules, Sent
from lessons.schedule.moments import may_come
from lessons.schedule.placement import Question, draw_placement
from lessons.schedule.planning import next_due, plan, to_come

__all__ = [
    "PLACEMENT",
    "REVIEW",
    "Answered",
    "Due",
    "Hours",
    "Learner",
    "Past",
    "Plan",
    "Question",
    "Rules",
    "Sent",
    "draw_placement",
    "may_come",
    "next_due",
    "plan",
    "to_come",
]
