"""When a lesson comes to whom; pure: time and what is known of a person come in, what is due comes out."""

from lessons.schedule.models import REVIEW, Answered, Due, Hours, Learner, Past, Plan, Rules, Sent
from lessons.schedule.moments import may_come
from lessons.schedule.planning import next_due, plan

__all__ = [
    "REVIEW",
    "Answered",
    "Due",
    "Hours",
    "Learner",
    "Past",
    "Plan",
    "Rules",
    "Sent",
    "may_come",
    "next_due",
    "plan",
]
