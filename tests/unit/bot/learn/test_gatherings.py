"""Brown bags: planned, announced, attended, thanked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from bot.conversation.learn.gatherings import attend, calendar_file, evidence, offered
from bot.conversation.reply import ReplyKind
from bot.ports.gatherings import Phase
from lessons.certification.progress import Evidence
from tests.unit.bot.learn.gathering_scene import (
    ADDRESS,
    BEGINS,
    BOARD,
    LINE,
    MINUTE,
    MONDAY,
    OTHER,
    SLACK,
    Scene,
    button,
    fact,
    labels,
    shown,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def scene() -> Scene:
    """A company where nothing is planned."""
    return Scene()


def test_a_line_becomes_a_draft(scene: Scene) -> None:
    """What is written in one line is read in the host's own time zone, and nobody is told."""
    draft = scene.plan()
    assert draft.head is not None and draft.head.word == "Is this right? Reading the room" and draft.private
    assert fact(draft, "When") == "Thu 3 Dec 2026, 14:00–14:30 (Europe/Berlin)"
    assert fact(draft, "Where") == "the canteen" and fact(draft, "Calendar") == ""
    assert labels(draft) == ["Announce", "Change", "Forget it"] and not scene.sent()


def test_a_form_becomes_a_draft(scene: Scene) -> None:
    """The form takes title, when, where and what it is about, a line each, and how long by a choice."""
    form = offered(scene.hall, scene.message("ines"))
    words = "Title: Reading the room\nWhen: Dec 3, 2pm\nWhere: https://meet.example.com/x\nAbout: Two cases\nof ours"
    draft = scene.press(form, "Plan one", "ines", words, ("45",))
    found = scene.bag(button(draft, "Announce").on)
    assert (found.title, found.begins, found.minutes) == ("Reading the room", BEGINS, 45)
    assert (found.where, found.about) == ("https://meet.example.com/x", "Two cases of ours")


def test_what_cannot_be_read_is_asked_for_again(scene: Scene) -> None:
    """A line without a time says what is missing in a form that holds what was written; nothing is kept."""
    reply = scene.plan("Reading the room on 3 December")
    assert reply.kind is ReplyKind.NOTE and reply.private and "at what time" in reply.text
    field = button(reply, "Try again").words
    assert field is not None and field.value == "Reading the room on 3 December" and not scene.books.kept


def test_a_draft_is_its_hosts_alone(scene: Scene) -> None:
    """Others neither see a draft nor announce, change or answer it, and it has no calendar file."""
    identifier = button(scene.plan(), "Announce").on
    for act in ("bag", "bag_announce", "bag_rsvp", "bag_plan", "bag_cancel"):
        assert scene.do(act, identifier, "noor", LINE, ("yes",)).kind is ReplyKind.ERROR, act
    assert calendar_file(scene.books, identifier) is None
    assert scene.bag(identifier).phase is Phase.DRAFT and not scene.books.invited


def test_announcing_tells_the_channels_of_the_company_once(scene: Scene) -> None:
    """The card goes to each channel of the host's company, once however often it is pressed."""
    draft = scene.plan()
    card = scene.press(draft, "Announce", "ines")
    assert scene.press(draft, "Announce", "ines") == card
    (owed,) = scene.sent()
    assert (owed.workspace, owed.place, owed.account) == (*BOARD, "")
    board = shown(owed)
    assert labels(board) == ["I am coming", "I cannot come"] and not board.private
    assert fact(board, "Calendar").startswith(f"{ADDRESS}/events/") and fact(board, "Host") == "Ines Example"
    assert labels(card) == ["Change", "Call it off"]
    assert [each.action for each in scene.state.audit.added] == ["brown_bag_announced"]


def test_it_is_announced_where_it_was_planned(scene: Scene) -> None:
    """A brown bag that was planned in a channel is announced there, too; the draft is for its host's eyes."""
    draft = scene.plan(place="C-team")
    assert draft.private
    scene.press(draft, "Announce", "ines", place="C-team")
    assert {each.place for each in scene.sent()} == {"C-bags", "C-team"}


def test_a_forgotten_draft_is_gone(scene: Scene) -> None:
    """A draft that is not wanted leaves nothing, and nobody is told."""
    scene.press(scene.plan(), "Forget it", "ines")
    assert not scene.books.kept and not scene.sent()


def test_every_answer_renews_the_card(scene: Scene) -> None:
    """The card in the channel shows how many come, whoever answers; the last answer of a person counts, once."""
    bag = scene.announced()
    (first,) = scene.sent()
    card = scene.do("bag_rsvp", bag.id, "noor", choices=("yes",))
    assert fact(card, "Coming") == "1 colleague" and fact(card, "You") == "coming"
    scene.come(bag, "omar", "omar", "noor")
    assert [(each.edits, fact(shown(each), "Coming")) for each in scene.sent()] == [
        (first.id, "1 colleague"),
        (first.id, "2 colleagues"),
    ]
    scene.do("bag_rsvp", bag.id, "noor", choices=("no",))
    (renewed,) = scene.sent()
    assert fact(shown(renewed), "Coming") == "1 colleague"


def test_who_answered_can_change_their_mind(scene: Scene) -> None:
    """One's own card offers the other answer alone, and its host's invites nobody."""
    bag = scene.announced()
    assert fact(scene.do("bag", bag.id, "ines"), "Coming") == "nobody yet"
    assert labels(scene.do("bag_rsvp", bag.id, "noor", choices=("yes",))) == ["I cannot come"]
    assert labels(scene.do("bag_rsvp", bag.id, "noor", choices=("no",))) == ["I am coming"]
    assert labels(scene.do("bag", bag.id, "kim")) == ["I am coming", "I cannot come"]


def test_in_a_channel_nothing_of_ones_own_is_shown(scene: Scene) -> None:
    """A card that others see, too, shows neither who comes nor the host's buttons."""
    bag = scene.announced()
    card = scene.do("bag_rsvp", bag.id, "noor", choices=("yes",), place="C-bags")
    assert fact(card, "Coming") == "1 colleague" and fact(card, "You") == "" and "Noor" not in repr(card)
    assert scene.do("bag", bag.id, "ines", place="C-bags").private
    listed = scene.do("bags", "", "noor", place="C-bags")
    assert "you are" not in repr(listed)


def test_the_host_is_no_guest(scene: Scene) -> None:
    """Whoever gives it is not counted among those who come."""
    bag = scene.announced()
    assert scene.do("bag_rsvp", bag.id, "ines", choices=("yes",)).kind is ReplyKind.ERROR
    assert scene.bag(bag.id).coming == 0


def test_partners_and_other_companies_see_nothing(scene: Scene) -> None:
    """What colleagues plan is for their own company, and not for its partners."""
    bag = scene.announced()
    scene.sent()
    for account, workspace in (("paul", SLACK), ("stranger", OTHER)):
        for act in ("bag", "bag_rsvp", "bag_useful", "bag_cancel", "bag_replay", "bag_announce"):
            reply = scene.do(act, bag.id, account, "https://x.example.com", ("yes",), workspace=workspace)
            assert reply.kind is ReplyKind.ERROR and "Reading" not in repr(reply), (account, act)
    assert "Reading" not in repr(scene.do("bags", "", "stranger", workspace=OTHER))
    assert scene.plan(account="paul").kind is ReplyKind.ERROR
    assert scene.bag(bag.id) == bag and not scene.sent()


def test_an_hour_before_whoever_comes_is_reminded(scene: Scene) -> None:
    """Guests are reminded in their own time zone, and so is the host; who does not come is left alone."""
    bag = scene.announced()
    scene.come(bag, "noor", "kim", "omar")
    scene.do("bag_rsvp", bag.id, "omar", choices=("no",))
    scene.sent()
    assert scene.attend(BEGINS - HOUR - MINUTE) == 0 and scene.attend(BEGINS - HOUR) == 1
    owed = {each.account: shown(each) for each in scene.sent()}
    assert owed.keys() == {"ines", "noor", "kim"}
    assert fact(owed["noor"], "When") == "Thu 3 Dec 2026, 14:00–14:30 (Europe/Berlin)"
    assert fact(owed["kim"], "When") == "Thu 3 Dec 2026, 08:00–08:30 (America/New_York)"
    assert owed["ines"].text == "It is soon your turn. 2 colleagues coming."
    assert scene.attend(BEGINS - MINUTE) == 0 and not scene.sent()


def test_who_hears_of_it_late_needs_no_reminder(scene: Scene) -> None:
    """What is announced within the last hour, or was slept through by the worker, brings no reminder."""
    scene.now = BEGINS - HOUR / 2
    scene.come(scene.announced(), "noor")
    scene.sent()
    assert scene.attend(BEGINS - MINUTE) == 0
    slept = Scene()
    slept.come(slept.announced(), "noor")
    slept.sent()
    assert slept.attend(BEGINS + MINUTE) == 1 and not slept.sent()


def test_afterwards_the_host_is_thanked_and_guests_are_asked(scene: Scene) -> None:
    """At its end the host hears how many came, guests are asked, the card says so, and it counts as given."""
    bag = scene.announced()
    scene.come(bag, "noor", "kim")
    scene.attend(BEGINS - HOUR)
    scene.sent()
    assert scene.attend(bag.ends) == 1
    owed = {each.account or each.place: shown(each) for each in scene.sent()}
    assert owed["ines"].text == "2 colleagues took 30 minutes to learn from you."
    assert labels(owed["noor"]) == ["👍 Useful", "Not for me"] and "C-bags" in owed and "kim" in owed
    assert fact(owed["C-bags"], "Came") == "2 colleagues" and labels(owed["C-bags"]) == []
    assert evidence(scene.books, scene.notes, SLACK, bag.host.person) == (Evidence("brown_bag", BEGINS.date()),)
    assert scene.state.audit.added[-1].action == "brown_bag_given"
    assert attend(scene.hall, bag.ends + HOUR) == 0


def test_nobody_came(scene: Scene) -> None:
    """Where nobody said that they come the host is not left alone with it, and it does not count as given."""
    bag = scene.announced()
    scene.attend(BEGINS - HOUR)
    scene.sent()
    scene.attend(bag.ends)
    owed = [shown(each).text for each in scene.sent() if each.account == "ines"]
    assert owed == [
        "Nobody had said that they would come this time. What you prepared is not lost: plan it for another day."
    ]
    assert evidence(scene.books, scene.notes, SLACK, bag.host.person) == ()


def test_what_is_long_over_is_not_asked_about(scene: Scene) -> None:
    """A worker that was down for a week ends it quietly."""
    bag = scene.announced()
    scene.come(bag, "noor")
    scene.sent()
    scene.attend(bag.ends + timedelta(days=7))
    assert scene.bag(bag.id).phase is Phase.OVER and [each.account for each in scene.sent()] == [""]


def test_a_host_sees_figures_and_no_answers(scene: Scene) -> None:
    """How many found it useful is shown from five answers on; only guests are asked, after its end, and may change."""
    guests = [f"g{number}" for number in range(5)]
    for each in guests:
        scene.meet(each, "Europe/Berlin")
    bag = scene.announced()
    scene.come(bag, *guests)
    assert scene.do("bag_useful", bag.id, "g0", choices=("yes",)).kind is ReplyKind.ERROR
    scene.attend(bag.ends)
    scene.attend(bag.ends)
    for each in guests[:4]:
        scene.do("bag_useful", bag.id, each, choices=("yes",))
    assert fact(scene.do("bag", bag.id, "ines"), "Found it useful") == ""
    scene.do("bag_useful", bag.id, "g4", choices=("no",))
    scene.do("bag_useful", bag.id, "g0", choices=("no",))
    assert scene.do("bag_useful", bag.id, "omar", choices=("yes",)).kind is ReplyKind.ERROR
    assert fact(scene.do("bag", bag.id, "ines"), "Found it useful") == "3 of 5 who answered"
    assert fact(scene.do("bag", bag.id, "g1"), "Found it useful") == ""


def test_a_replay_is_sent_to_whoever_came(scene: Scene) -> None:
    """The link goes once to each guest, by the host or the Center of Excellence, after its end; then it is listed."""
    bag = scene.announced()
    scene.come(bag, "noor")
    link = "https://video.example.com/1"
    assert scene.do("bag_replay", bag.id, "ines", link).kind is ReplyKind.ERROR
    scene.attend(bag.ends)
    scene.attend(bag.ends)
    scene.sent()
    assert scene.do("bag_replay", bag.id, "noor", link).kind is ReplyKind.ERROR
    assert scene.do("bag_replay", bag.id, "ines", "here you are").kind is ReplyKind.NOTE
    for _ in range(2):
        scene.do("bag_replay", bag.id, "lea", f"See {link}, please.")
    (sent,) = [each for each in scene.sent() if each.account]
    assert sent.account == "noor" and fact(shown(sent), "Replay") == link
    assert [each.title for each in scene.do("bags", "", "omar").items] == ["Reading the room"]


def test_another_time_is_told_to_whoever_comes(scene: Scene) -> None:
    """Moving it tells guests, renews the card and the calendar file, and reminds again; another title tells nobody."""
    bag = scene.announced()
    scene.come(bag, "noor")
    scene.attend(BEGINS - HOUR)
    scene.sent()
    card = scene.do("bag", bag.id, "ines")
    field = button(card, "Change").words
    assert field is not None
    scene.press(card, "Change", "ines", field.value.replace("Reading", "Feeling"), ("30",))
    assert [each.account for each in scene.sent()] == [""] and scene.bag(bag.id).sequence == 0
    scene.press(card, "Change", "ines", field.value.replace("3 Dec", "4 Dec"), ("30",))
    told = {each.account: shown(each) for each in scene.sent()}
    assert told.keys() == {"", "noor"}
    assert fact(told["noor"], "When") == "Fri 4 Dec 2026, 14:00–14:30 (Europe/Berlin)"
    moved = scene.bag(bag.id)
    assert (moved.sequence, moved.phase, moved.begins) == (1, Phase.PLANNED, BEGINS + timedelta(days=1))
    scene.attend(moved.begins - HOUR)
    assert sorted(each.account for each in scene.sent()) == ["ines", "noor"]


def test_nothing_changes_by_sending_the_form_as_it_is(scene: Scene) -> None:
    """The form that changes a brown bag holds what stands there: sent as it is, it is the same."""
    bag = scene.announced("Title: Reading: the room\nWhen: 3 December 14:00\nWhere: Canteen\nAbout: At 5, or on Friday")
    form = button(scene.do("bag", bag.id, "ines"), "Change")
    assert form.words is not None and form.choices is not None
    scene.do(form.act, form.on, "ines", form.words.value, (form.choices.value,))
    assert replace(scene.bag(bag.id), version=bag.version) == bag


def test_the_form_is_given_to_a_surface_that_asks_for_it(scene: Scene) -> None:
    """A deed without words brings the form: empty for a new one, with what stands there for a known one."""
    bag = scene.announced()
    for on, words in (("", "Title: \n"), (bag.id, "Title: Reading the room\n")):
        reply = scene.do("bag_plan", on, "ines")
        assert reply.kind is ReplyKind.NOTE and reply.private and len(reply.actions) == 1
        field = reply.actions[0].words
        assert field is not None and field.value.startswith(words) and reply.actions[0].on == on
    assert scene.do("bag_plan", bag.id, "noor").kind is ReplyKind.ERROR


def test_it_is_called_off(scene: Scene) -> None:
    """Who wanted to come hears why, the card and the calendar file say so, and nobody is reminded or asked."""
    bag = scene.announced()
    scene.come(bag, "noor")
    scene.sent()
    assert scene.do("bag_cancel", bag.id, "omar", "no").kind is ReplyKind.ERROR
    scene.do("bag_cancel", bag.id, "ines", "I am ill.")
    told = {each.account: shown(each) for each in scene.sent()}
    assert told.keys() == {"", "noor"} and "Called off" in repr(told["noor"].head)
    assert fact(told[""], "Coming") == "" and labels(told[""]) == [] and told[""].text == "I am ill."
    assert told["noor"].text == "It does not take place. I am ill."
    file = calendar_file(scene.books, bag.id)
    assert file is not None and b"STATUS:CANCELLED" in file
    assert attend(scene.hall, bag.ends) == 0
    assert scene.do("bag_rsvp", bag.id, "kim", choices=("yes",)).kind is ReplyKind.ERROR
    assert scene.do("bag_plan", bag.id, "ines", LINE).kind is ReplyKind.ERROR


def test_the_center_of_excellence_may_call_off(scene: Scene) -> None:
    """Whoever works there may call off what others announced; it stands in the audit."""
    bag = scene.announced()
    scene.do("bag_cancel", bag.id, "lea")
    assert scene.bag(bag.id).phase is Phase.CANCELLED
    assert [(each.actor, each.action) for each in scene.state.audit.added][-1] == ("lea", "brown_bag_called_off")


def test_what_a_forgotten_host_planned_is_called_off(scene: Scene) -> None:
    """Where the state called it off because its host is forgotten, the clock tells whoever wanted to come."""
    bag = scene.announced()
    scene.come(bag, "noor")
    scene.sent()
    scene.books.kept[bag.id] = replace(scene.bag(bag.id), phase=Phase.CANCELLED, next=MONDAY)
    assert scene.attend(MONDAY) == 1
    assert sorted(each.account for each in scene.sent()) == ["", "noor"] and scene.attend(MONDAY) == 0


def test_nobody_floods_the_channel(scene: Scene) -> None:
    """A host announces five ahead at most; a draft whose time has passed is not announced either."""
    late = scene.plan("Late on 23 November 10:01")
    for number in range(5):
        scene.announced(f"Number {number} on 3 December 14:00")
    assert scene.press(scene.plan(), "Announce", "ines").kind is ReplyKind.ERROR
    scene.now = MONDAY + HOUR
    assert scene.press(late, "Announce", "ines").kind is ReplyKind.ERROR
    assert len(scene.sent()) == 5


def test_the_list_shows_what_is_planned(scene: Scene) -> None:
    """What is planned is listed with its count and one's own answer; drafts only for their host."""
    bag = scene.announced()
    scene.plan("Another one on 4 December 14:00")
    scene.come(bag, "noor")
    (row,) = scene.do("bags", "", "noor").items
    assert row.title == "Reading the room" and row.text.endswith("with Ines Example · 1 coming · you are coming")
    mine = scene.do("bags", "", "ines").items
    assert [each.text.rpartition(" · ")[2] for each in mine] == ["yours", "yours"] and "a draft" in mine[1].text
    assert fact(scene.do("bag", row.actions[0].on, "noor"), "You") == "coming"


def test_the_calendar_file_can_be_taken_up(scene: Scene) -> None:
    """The file holds one event in UTC with the title, place and host, and nobody's address; moving raises its count."""
    bag = scene.announced()
    scene.come(bag, "noor")
    file = calendar_file(scene.books, bag.id)
    assert file is not None and b"@example.com" not in file and b"Noor" not in file
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (BEGINS, BEGINS + timedelta(minutes=30))
    assert (str(event["summary"]), str(event["location"])) == ("Reading the room", "the canteen")
    assert event.decoded("sequence") == 0 and str(event["uid"]) == f"{bag.id}@clearpost"
    assert calendar_file(scene.books, "other") is None


def test_the_web_chat_gets_no_messages() -> None:
    """On this machine's own surfaces nobody is written to: what is said there is seen when it is looked at."""
    scene = Scene(boards=())
    bag = scene.announced()
    local = scene.hall.school.people.meet("local", "web", scene.people.accounts[SLACK, "ines"].person.profile, MONDAY)
    scene.books.kept[bag.id] = replace(
        bag, host=replace(bag.host, workspace="local", account="web", person=local.id, thread="t")
    )
    scene.attend(BEGINS - HOUR)
    scene.attend(bag.ends)
    assert scene.bag(bag.id).phase is Phase.OVER and not scene.sent()


def test_without_an_address_there_is_no_link(scene: Scene) -> None:
    """Where others do not reach the server no card holds a link to it."""
    scene.hall = replace(scene.hall, address="")
    bag = scene.announced()
    assert fact(scene.do("bag", bag.id, "noor"), "Calendar") == ""


def moment(hours: float) -> datetime:
    """So many hours after Monday morning."""
    return MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize("missed", [0.0, 0.5, 24.0, 24.5, 25.0, 30.0])
def test_whenever_the_worker_comes_back_nobody_hears_it_twice(missed: float) -> None:
    """However long the worker was down, and however often it looks, each message is owed once and it ends."""
    scene = Scene()
    bag = scene.announced("X on 24 November 10:00 for 30 minutes")
    scene.come(bag, "noor")
    scene.sent()
    seen: list[str] = []
    for hours in (*(missed + step / 4 for step in range(120)), 60.0):
        scene.attend(moment(hours))
        scene.attend(moment(hours))
        seen += [each.id for each in scene.sent()]
    assert len(seen) == len(set(seen)) and scene.bag(bag.id).phase is Phase.OVER
    whats = [each.split(":")[2] for each in seen]
    assert whats.count("thanks") == whats.count("useful") == 1 and whats.count("soon") in (0, 2)
