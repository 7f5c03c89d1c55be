"""The people and channels behind a question: read from ``contacts.yml``, found by id or topic, on duty or away."""

from knowledge.contacts.duty import is_absent, on_duty
from knowledge.contacts.hours import after, elapsed, is_open, next_opening
from knowledge.contacts.models import LAST_RESORT, Absence, Contact, Contacts, Hours, Override, Rotation
from knowledge.contacts.read import read_contacts
from knowledge.contacts.route import Need, Routed, route
from knowledge.contacts.topics import TopicFinder, TopicMatch, TopicSearch, find_named

__all__ = [
    "LAST_RESORT",
    "Absence",
    "Contact",
    "Contacts",
    "Hours",
    "Need",
    "Override",
    "Rotation",
    "Routed",
    "TopicFinder",
    "TopicMatch",
    "TopicSearch",
    "after",
    "elapsed",
    "find_named",
    "is_absent",
    "is_open",
    "next_opening",
    "on_duty",
    "read_contacts",
    "route",
]
