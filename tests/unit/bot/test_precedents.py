"""An answer becomes a precedent: offered by who works on cases, decided on by the policy's owner, questioned later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.conversation import precedents
from bot.conversation.precedents.anonymous import anonymous
from bot.conversation.reply import ReplyKind
from bot.ports import Desk, PrecedentState
from knowledge.models import Verdict
from tests.unit.bot.precedent_scene import ANSWER, NOW, QUESTION, SLACK, Scene, shown

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    """An office with people and one channel."""
    return Scene()


def test_offering_asks_for_words_and_a_verdict(scene: Scene) -> None:
    """Without words there is the form, with the answer in it and all four verdicts, for the presser's eyes alone."""
    reply = scene.do("olu", "offer", scene.answered().id)
    assert (reply.kind, reply.private) == (ReplyKind.NOTE, True)
    (form,) = reply.actions
    assert form.act == "offer" and form.words and form.words.value == ANSWER
    assert form.choices and [value for value, _ in form.choices.options] == list(Verdict)
    assert scene.state.precedents.all(SLACK) == []


@pytest.mark.parametrize("choices", [(), ("perhaps",), ("",)])
def test_a_verdict_that_is_none_asks_again(scene: Scene, choices: tuple[str, ...]) -> None:
    """A forged or missing verdict offers nothing."""
    assert scene.do("olu", "offer", scene.answered().id, ANSWER, *choices).actions
    assert scene.state.precedents.all(SLACK) == []


def test_an_offer_is_a_proposal_to_the_policys_owner(scene: Scene) -> None:
    """It rests on the section that was nearest, belongs to that policy's owner, and names its author."""
    offered = scene.offered()
    assert (offered.policy, offered.section, offered.owner) == ("journalists", "press-asks", "communications")
    assert (offered.question, offered.answer, offered.verdict) == (QUESTION, ANSWER, Verdict.YES_IF)
    assert (offered.author.name, offered.state) == ("Olu Example", PrecedentState.PROPOSED)
    (card,) = scene.owed()
    assert {offered.id, offered.escalation} <= set(card.id.split(":"))  # by which who is forgotten is found
    assert (card.workspace, card.place, card.account, card.kind) == (SLACK, "C-press", "", "precedent")
    reply = shown(card)
    assert reply.asked == QUESTION and reply.said[0].words == ANSWER
    assert [each.act for each in reply.actions] == ["approve", "edit", "edit", "refuse"]
    assert any("Remove names" in note for note in reply.notes)


def test_without_a_section_the_contact_of_the_case_decides(scene: Scene) -> None:
    """Where nothing was quoted, or it cannot be read, the case's contact owns the precedent."""
    for number, found in enumerate(("", '{"kind": "of old"}')):
        case = scene.answered(f"Question {number}", found=found)
        scene.do("olu", "offer", case.id, ANSWER, "no")
    assert {(each.policy, each.owner) for each in scene.state.precedents.all(SLACK)} == {("", "coe_lead")}


def test_a_section_that_is_gone_is_not_rested_on(scene: Scene) -> None:
    """A section that is out of force when the answer is offered is not its basis."""
    scene.answers.sections.clear()
    assert scene.offered().policy == ""


def test_names_are_taken_out_of_the_question(scene: Scene) -> None:
    """The asker's name, addresses, mentions and numbers do not get into a precedent's question, nor into its form."""
    question = "Ines Example here. May I, ines@example.com or +49 151 2345678, answer <@U07>? Ines"
    case = scene.answered(question, "Dear Ines, yes.")
    (form,) = scene.do("olu", "offer", case.id).actions
    assert form.words and form.words.value == "Dear (name), yes."
    assert scene.offered(question="Ines Example here. May I ask?").question == "(name) here. May I ask?"
    scene.do("olu", "offer", case.id, "Yes.", "yes")
    (kept,) = (each for each in scene.state.precedents.all(SLACK) if each.escalation == case.id)
    assert kept.question == "(name) here. May I, (e-mail) or (number), answer (name)? Ines"


def test_a_verb_that_is_also_a_name_stays(scene: Scene) -> None:
    """May at the head of a sentence is a verb, whoever asked."""
    assert anonymous("May I post it? May I tell May?", ["May Example"], ()) == "May I post it? May I tell (name)?"
    assert anonymous("Grand total: 12345. Call 112.", ["Al B"], ()) == "Grand total: 12345. Call 112."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail press@example.com, or Press@Example.com.", "Mail press@example.com, or Press@Example.com."),
        ("Ask in #ask-Press (Press knows).", "Ask in #ask-Press ((name) knows)."),
        ("Call +49 30 1234567, not +49 30 7654321", "Call +49 30 1234567, not (number)"),
        ("Mail old.press@example.com and press@example.com.evil.org", "Mail (e-mail) and (e-mail)"),
        ("Look at https://example.com/rooms/12345678/press.", "Look at https://example.com/rooms/12345678/press."),
    ],
)
def test_addresses_of_contacts_stay(text: str, left: str) -> None:
    """An answer may say where to turn: what stands in the list of contacts is no personal data."""
    keep = ["press@example.com", "#ask-Press", "+49 30 1234567", "https://example.com/rooms/12345678", ""]
    assert anonymous(text, ["Press Example"], keep) == left


def test_an_offered_answer_still_says_where_to_turn(scene: Scene) -> None:
    """The form of an offer keeps the addresses of the company's contacts, and nobody else's."""
    case = scene.answered("Who? I am at ines@example.com", "Send her to press@example.com, not to olu@example.com.")
    (form,) = scene.do("olu", "offer", case.id).actions
    assert form.words and form.words.value == "Send her to press@example.com, not to (e-mail)."


def test_the_card_names_the_section_by_its_heading(scene: Scene) -> None:
    """People read the heading of what a precedent rests on, not its id; once it is out of force they read that."""
    offered = scene.offered()
    (card,) = scene.owed()
    assert dict(shown(card).facts)["Rests on"] == "Journalists and analysts, section “A reporter asks”"
    scene.answers.sections.clear()
    refused = scene.do("kim", "refuse", offered.id, "Too special.")
    assert dict(refused.facts)["Rests on"] == "Journalists and analysts, a section that is no longer in force"


@pytest.mark.parametrize("who", ["ines", "noor", "stranger"])
def test_only_staff_offer(scene: Scene, who: str) -> None:
    """Who asked, a colleague and a stranger cannot offer an answer."""
    assert scene.do(who, "offer", scene.answered().id, ANSWER, "yes").kind is ReplyKind.ERROR
    assert scene.state.precedents.all(SLACK) == []


def test_another_organisation_cannot_offer(scene: Scene) -> None:
    """Staff of another company who know the id reach nothing."""
    case = scene.answered()
    scene.meet("olu", "Olu Example", "slack:T2")
    person = scene.state.people.find("slack:T2", "olu")
    assert person
    scene.state.staff.grant(person.id, "coe")
    assert scene.do("olu", "offer", case.id, ANSWER, "yes", workspace="slack:T2").kind is ReplyKind.ERROR


def test_a_confidential_answer_stays_one(scene: Scene) -> None:
    """The answer to a confidential case is never offered, not even its form is shown."""
    reply = scene.do("olu", "offer", scene.answered(confidential=True).id, ANSWER, "yes")
    assert (reply.kind, reply.actions) == (ReplyKind.NOTE, ()) and "confidential" in reply.text
    assert scene.state.precedents.all(SLACK) == []


def test_no_answer_no_offer(scene: Scene) -> None:
    """A case whose words were forgotten, or that was never answered, has nothing to offer."""
    reply = scene.do("olu", "offer", scene.answered(answer="").id, ANSWER, "yes")
    assert "no answer" in reply.text and scene.state.precedents.all(SLACK) == []


def test_an_answer_is_offered_once(scene: Scene) -> None:
    """A second offer of the same case is told so, until the first one is refused."""
    offered = scene.offered()
    assert "offered before" in scene.do("olu", "offer", offered.escalation, "Other", "no").text
    scene.do("kim", "refuse", offered.id, "Too special.")
    assert "Offered" in scene.do("olu", "offer", offered.escalation, "Other", "no").text


def test_nobody_to_ask_is_told(scene: Scene) -> None:
    """Where the owner has no channel and nobody of theirs or of the lead was met, who offers is told."""
    alone = Scene()
    alone.state.desks.drop(SLACK, "C-press")
    for account, role in (("kim", "communications"), ("lea", "coe_lead"), ("olu", "coe")):
        person = alone.state.people.find(SLACK, account)
        assert person
        alone.state.people.set_reachable(SLACK, account, reachable=False)
        assert role in person.roles
    assert "no channel" in alone.do("olu", "offer", alone.answered().id, ANSWER, "yes").text


def test_the_owner_approves_for_a_time(scene: Scene) -> None:
    """Approving asks for how long; then it counts until that day, and rests on the section's words of today."""
    offered = scene.offered()
    (form,) = scene.do("kim", "approve", offered.id).actions
    assert form.choices and [value for value, _ in form.choices.options] == ["90", "180", "365"]
    card = scene.do("kim", "approve", offered.id, "", "90")
    approved = scene.now(offered)
    assert (approved.state, approved.expires) == (PrecedentState.APPROVED, date(2027, 1, 31))
    assert approved.approver and approved.approver.name == "Kim Example" and len(approved.basis) == 64
    assert card.head and card.head.word == "Precedent" and not card.private
    assert [each.label for each in card.actions] == ["Take back"]


@pytest.mark.parametrize("days", ["0", "-5", "100000", "ninety"])
def test_a_forged_term_asks_again(scene: Scene, days: str) -> None:
    """Only the three terms can be chosen."""
    offered = scene.offered()
    assert scene.do("kim", "approve", offered.id, "", days).actions
    assert scene.now(offered).state is PrecedentState.PROPOSED


def test_the_card_changes_for_everybody_and_the_author_hears(scene: Scene) -> None:
    """A decision renews the card in the channel, in place, and tells the author in their own chat."""
    offered = scene.offered()
    (first,) = scene.owed()
    scene.do("kim", "approve", offered.id, "", "180", at=NOW + DAY)
    told, renewed = sorted((each for each in scene.owed() if each.id != first.id), key=lambda each: each.place)
    assert (renewed.edits, renewed.place, renewed.resend) == (first.id, "C-press", True)
    assert [each.act for each in shown(renewed).actions] == ["refuse"]
    assert (told.account, told.place) == ("olu", "")
    assert "Kim Example approved your answer" in shown(told).text and "2 May 2027" in shown(told).text


@pytest.mark.parametrize("who", ["olu", "ines", "noor"])
@pytest.mark.parametrize(("act", "words", "choice"), [("approve", "", "90"), ("edit", "x", "yes"), ("refuse", "x", "")])
def test_only_the_owner_decides(scene: Scene, who: str, act: str, words: str, choice: str) -> None:
    """Neither the author nor a colleague can approve, edit or refuse."""
    offered = scene.offered()
    assert scene.do(who, act, offered.id, words, *filter(None, [choice])).kind is ReplyKind.ERROR
    assert scene.now(offered) == offered


def test_the_lead_decides_in_anybodys_place(scene: Scene) -> None:
    """The social media lead may approve what others own."""
    offered = scene.offered()
    scene.do("lea", "approve", offered.id, "", "90")
    assert scene.now(offered).state is PrecedentState.APPROVED


def test_who_stands_in_decides(scene: Scene) -> None:
    """Where the owner has no channel and nobody, their backup gets the card and may decide on it."""
    scene.state.desks.drop(SLACK, "C-press")
    person = scene.state.people.find(SLACK, "kim")
    assert person
    scene.state.staff.revoke(person.id, "communications")
    offered = scene.offered()
    assert {each.account for each in scene.owed()} == {"lea", "olu"}  # of the last resort, as a case would
    scene.do("lea", "approve", offered.id, "", "90")
    assert scene.now(offered).state is PrecedentState.APPROVED


def test_another_organisation_cannot_decide(scene: Scene) -> None:
    """A lead of another company reaches nothing."""
    offered = scene.offered()
    scene.meet("lea", "Lea Example", "slack:T2")
    person = scene.state.people.find("slack:T2", "lea")
    assert person
    scene.state.staff.grant(person.id, "coe_lead")
    assert scene.do("lea", "approve", offered.id, "", "90", workspace="slack:T2").kind is ReplyKind.ERROR


def test_the_owner_edits_answer_verdict_and_question(scene: Scene) -> None:
    """Words, verdict and question can be put right before approval; the card stays open."""
    offered = scene.offered()
    (form,) = scene.do("kim", "edit", offered.id).actions
    assert form.words and form.words.value == ANSWER and form.choices and form.choices.value == "yes_if"
    card = scene.do("kim", "edit", offered.id, "Ask us first.", "ask_first")
    assert card.actions and scene.now(offered).verdict is Verdict.ASK_FIRST
    scene.do("kim", "edit", offered.id, "May I talk to a school paper?", "question")
    edited = scene.now(offered)
    assert (edited.question, edited.answer) == ("May I talk to a school paper?", "Ask us first.")
    assert edited.state is PrecedentState.PROPOSED
    assert len({each.id for each in scene.owed()}) == 3


def test_a_refusal_needs_a_reason_for_its_author(scene: Scene) -> None:
    """Refusing asks why; the author reads it, and nothing can be done with it any more."""
    offered = scene.offered()
    assert scene.do("kim", "refuse", offered.id).actions
    scene.do("kim", "refuse", offered.id, "Too special.")
    assert scene.now(offered).state is PrecedentState.REFUSED
    (told,) = (each for each in scene.owed() if each.account == "olu")
    assert shown(told).said[0].words == "Too special."
    for act, words, choice in (("approve", "", "90"), ("edit", "x", "yes"), ("refuse", "again", "")):
        assert "refused it already" in scene.do("lea", act, offered.id, words, choice).text


def test_two_who_approve_give_one_approval(scene: Scene) -> None:
    """A second approval is told of the first, and changes nothing."""
    approved = scene.approved()
    assert "approved it already" in scene.do("lea", "approve", approved.id, "", "365").text
    assert "counts already" in scene.do("lea", "edit", approved.id, "x", "yes").text
    assert scene.now(approved) == approved


def test_an_approved_one_can_be_taken_back(scene: Scene) -> None:
    """Refusing an approved precedent, from the very card that says it counts, ends it; its author reads why."""
    approved = scene.approved()
    card = scene.do("kim", "refuse", approved.id, "No longer so.", at=NOW + DAY)
    assert card.actions == ()
    assert scene.now(approved).state is PrecedentState.REFUSED
    assert list(scene.state.precedents.approved(SLACK, NOW.date())) == []
    told = shown(next(each for each in scene.owed() if each.due == NOW + DAY and each.account == "olu"))
    assert told.text == "Kim Example took the precedent back." and told.said[0].words == "No longer so."


@pytest.mark.parametrize("again", [False, True], ids=["proposed", "questioned"])
def test_nobody_approves_words_that_they_never_saw(scene: Scene, again: bool) -> None:
    """The section changed between the card and the press: the card comes back with the words of today, and waits."""
    offered = scene.approved() if again else scene.offered()
    if again:
        scene.answers.sections["journalists#press-asks"] = "Ask the press office."
        precedents.question_stale(scene.office, NOW + DAY)
    before = scene.now(offered)
    scene.answers.sections["journalists#press-asks"] = "Never talk to reporters."
    card = scene.do("kim", "approve", offered.id, "", "90", at=NOW + 2 * DAY)
    assert scene.now(offered).state is before.state
    assert "has changed since that card" in card.text and card.lists[0].items == ("Never talk to reporters.",)
    renewed = [each for each in scene.owed() if each.edits and "Never talk to reporters." in each.body]
    assert [each.place for each in renewed] == ["C-press"]
    scene.do("kim", "approve", offered.id, "", "90", at=NOW + 2 * DAY)
    assert scene.now(offered).state is PrecedentState.APPROVED
    assert precedents.question_stale(scene.office, NOW + 3 * DAY) == 0


def test_one_that_ends_soon_on_a_changed_section_is_questioned(scene: Scene) -> None:
    """Asked whether it counts on, the owner says yes to words that changed meanwhile: they get a card with those."""
    approved = scene.approved()
    soon = NOW + 170 * DAY
    precedents.question_stale(scene.office, soon)
    scene.answers.sections["journalists#press-asks"] = "Never talk to reporters."
    scene.do("kim", "approve", approved.id, "", "90", at=soon + DAY)
    assert scene.now(approved).state is PrecedentState.QUESTIONED
    assert [each.place for each in scene.owed() if ":changed-" in each.id] == ["C-press"]


def test_what_nobody_decided_on_finds_its_owner_later(scene: Scene) -> None:
    """Nobody could be asked when it was offered; once the owner has a channel the card comes there, once."""
    for account in ("kim", "lea", "olu"):
        scene.state.people.set_reachable(SLACK, account, reachable=False)
    scene.state.desks.drop(SLACK, "C-press")
    offered = scene.offered()
    assert scene.owed() == [] and precedents.question_stale(scene.office, NOW + DAY) == 0
    scene.state.desks.put(SLACK, Desk("communications", SLACK, "C-new"), NOW + DAY)
    assert [precedents.question_stale(scene.office, NOW + n * DAY) for n in (2, 3)] == [1, 0]
    (card,) = scene.owed()
    assert card.place == "C-new" and offered.id in card.id


def test_whoever_edits_is_in_the_audit_of_their_own_workspace(scene: Scene) -> None:
    """An account means nobody in another workspace; the clock, which has none, acts in the author's."""
    offered = scene.offered()
    edited = scene.now(offered)
    author = replace(edited.author, workspace="teams:1")
    scene.state.precedents.kept[SLACK, offered.id] = replace(edited, author=author)
    scene.do("kim", "edit", offered.id, "Ask us first.", "ask_first")
    assert [each.actor for each in scene.state.audit.lines(SLACK) if each.action == "precedent_edited"] == ["kim"]


def test_a_precedent_that_is_not_there(scene: Scene) -> None:
    """A forged id is refused without a word about what there is."""
    assert scene.do("lea", "approve", "nowhere", "", "90").kind is ReplyKind.ERROR


def test_a_change_of_the_section_questions_it(scene: Scene) -> None:
    """Once its section says something else it counts no longer, and its owner is asked once."""
    approved = scene.approved()
    assert precedents.question_stale(scene.office, NOW + DAY) == 0
    scene.answers.sections["journalists#press-asks"] = "Never talk to reporters."
    assert precedents.question_stale(scene.office, NOW + DAY) == 1
    assert precedents.question_stale(scene.office, NOW + 2 * DAY) == 0
    assert scene.now(approved).state is PrecedentState.QUESTIONED
    (card,) = (each for each in scene.owed() if ":changed-" in each.id)
    reply = shown(card)
    assert "has changed" in reply.text and reply.lists[0].items == ("Never talk to reporters.",)


def test_a_questioned_one_is_approved_anew(scene: Scene) -> None:
    """Approved again it rests on the words of now; the card that asked is renewed."""
    approved = scene.approved()
    scene.answers.sections["journalists#press-asks"] = "Never talk to reporters."
    precedents.question_stale(scene.office, NOW + DAY)
    scene.do("kim", "approve", approved.id, "", "90", at=NOW + 2 * DAY)
    again = scene.now(approved)
    assert again.state is PrecedentState.APPROVED and again.basis != approved.basis
    assert any(":changed-" in each.edits for each in scene.owed())
    assert precedents.question_stale(scene.office, NOW + 3 * DAY) == 0


def test_a_section_that_went_is_rested_on_no_longer(scene: Scene) -> None:
    """Approved after its section went out of force it rests on none, and is not questioned for it again."""
    approved = scene.approved()
    scene.answers.sections.clear()
    precedents.question_stale(scene.office, NOW + DAY)
    assert scene.now(approved).state is PrecedentState.QUESTIONED
    scene.do("kim", "approve", approved.id, "", "90", at=NOW + 2 * DAY)
    assert (scene.now(approved).policy, scene.now(approved).basis) == ("", "")
    assert precedents.question_stale(scene.office, NOW + 3 * DAY) == 0


def test_its_owner_is_asked_before_it_ends(scene: Scene) -> None:
    """Within 14 days of its last day the owner is asked once; approved again, it counts on, and so it goes."""
    approved = scene.approved()
    assert approved.expires == date(2027, 5, 1)
    assert precedents.question_stale(scene.office, NOW + 165 * DAY) == 0
    soon = NOW + 166 * DAY
    assert [precedents.question_stale(scene.office, soon + n * DAY) for n in (0, 1)] == [1, 0]
    (card,) = (each for each in scene.owed() if ":until-" in each.id)
    assert [each.act for each in shown(card).actions] == ["approve", "refuse"]
    scene.do("kim", "approve", approved.id, "", "90", at=soon + DAY)
    assert scene.now(approved).expires == (soon + 91 * DAY).date()
    assert any(each.edits == card.id for each in scene.owed())
    assert precedents.question_stale(scene.office, soon + 80 * DAY) == 1


def test_labelled_questions(scene: Scene) -> None:
    """A precedent is a labelled question with its verdict; the section that the search found is not held against it."""
    approved = replace(scene.approved(), question="May I?")
    (labelled,) = precedents.labelled_precedents([approved])
    assert (labelled.id, labelled.question, labelled.verdict) == (f"precedent-{approved.id}", "May I?", Verdict.YES_IF)
    assert labelled.section is None and labelled.in_scope
