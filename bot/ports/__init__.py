"""What the conversation and the surfaces need of the world; wiring passes the real thing, tests a fake of the port.

Every call is blocking and safe to make from several threads, save those of ``Channel``, which are asynchronous. Times
are aware, in UTC. Whatever belongs to a workspace is reached through its name alone: there is no call that reads
across workspaces, save those for upkeep, which say so.
"""

from bot.ports.answers import Answers, Directory, Drift, Likeness, Triage
from bot.ports.audit import Audit
from bot.ports.deliveries import Channel, Delivery, Jobs
from bot.ports.escalations import Clock, Entry, Escalation, Escalations, Event, Party, Post, Stage
from bot.ports.learning import Crises, Crisis, Precedent, Precedents, PrecedentState
from bot.ports.lessons import Graded, Learner, Learners, Look, Past, Sitting
from bot.ports.people import People, Person, Profile
from bot.ports.platforms import Inbox, Installations, Once, Place, Places, Workspace, Workspaces
from bot.ports.records import Kept, Records, Turn
from bot.ports.roster import Change, Day, Roster, Row
from bot.ports.staff import LEAD, STAFF, Desk, Desks, Staff

__all__ = [
    "LEAD",
    "STAFF",
    "Answers",
    "Audit",
    "Change",
    "Channel",
    "Clock",
    "Crises",
    "Crisis",
    "Day",
    "Delivery",
    "Desk",
    "Desks",
    "Directory",
    "Drift",
    "Entry",
    "Escalation",
    "Escalations",
    "Event",
    "Graded",
    "Inbox",
    "Installations",
    "Jobs",
    "Kept",
    "Learner",
    "Learners",
    "Likeness",
    "Look",
    "Once",
    "Party",
    "Past",
    "People",
    "Person",
    "Place",
    "Places",
    "Post",
    "Precedent",
    "PrecedentState",
    "Precedents",
    "Profile",
    "Records",
    "Roster",
    "Row",
    "Sitting",
    "Staff",
    "Stage",
    "Triage",
    "Turn",
    "Workspace",
    "Workspaces",
]
