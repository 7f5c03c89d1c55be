"""The verdict that is read out of a section's wording where its author gave none."""

from __future__ import annotations

import pytest

from knowledge.documents.wording import infer_verdict
from knowledge.models import Verdict

NO, ASK, IF, YES = Verdict.NO, Verdict.ASK_FIRST, Verdict.YES_IF, Verdict.YES

SENTENCES: list[tuple[str, Verdict]] = [
    ("You must not share confidential information on social media.", NO),
    ("Employees may not post pictures of customers.", NO),
    ("Never disclose financial results before they are public.", NO),
    ("Don't use the company logo in your profile picture.", NO),
    ("Harassment is prohibited.", NO),
    ("It is not acceptable to insult competitors.", NO),
    ("Bullying will not be tolerated.", NO),
    ("Please refrain from arguing with trolls.", NO),
    ("Avoid discussing legal matters.", NO),
    ("Nobody may speak on behalf of a customer.", NO),
    ("Posting photos from the lab isn’t allowed.", NO),
    ("Keep passwords and access codes to yourself.", NO),
    ("You can't register an account in the company's name.", NO),
    ("Under no circumstances should customer data be published.", NO),
    ("Do not post photos without prior approval from Communications.", ASK),
    ("Ask your manager before you post about a project.", ASK),
    ("You must obtain written permission before using someone's photo.", ASK),
    ("Refer all media inquiries to the communications team.", ASK),
    ("If a journalist contacts you, pass the question on to the press office.", ASK),
    ("When in doubt, check with your supervisor first.", ASK),
    ("Only authorised spokespersons may speak on behalf of the company.", ASK),
    ("All videos must be approved by Marketing.", ASK),
    ("Company accounts require approval from the social media team.", ASK),
    ("Before you accept a speaking invitation, ask Communications.", ASK),
    ("Please contact Legal about any claim of infringement.", ASK),
    ("Employees should report suspicious accounts to the security team.", ASK),
    ("You may talk about your work as long as you make clear that the opinions are your own.", IF),
    ("You should disclose your relationship with the company.", IF),
    ("Be transparent about who you work for.", IF),
    ("Posting at work is allowed only if it does not keep you from your duties.", IF),
    ("You are welcome to share our posts, but do not change their meaning.", IF),
    ("Be respectful and professional in every comment.", IF),
    ("Make sure that your facts are correct before you publish.", IF),
    ("Links may be shared provided that the source is named.", IF),
    ("You may mention your employer in your profile.", YES),
    ("Employees are free to use social media in their own time.", YES),
    ("Feel free to share posts from our official page.", YES),
    ("We encourage you to talk about your work.", YES),
    ("You do not need permission to like our posts.", YES),
    ("What you do on your own accounts is your own business.", YES),
    ("You may share it without asking, and nobody may punish you for it.", YES),
    ("Published articles may be shared.", YES),
]

# Sentences that describe, and that a careless reader would take for a permission.
DESCRIPTIONS = [
    "This policy describes how we use social media.",
    "Social media can reach millions of people within minutes.",
    "You may be held responsible for what you post.",
    "Comments can be read by anyone.",
    "You can find the handbook on the intranet.",
    "",
]


@pytest.mark.parametrize(("sentence", "verdict"), SENTENCES)
def test_typical_sentences(sentence: str, verdict: Verdict) -> None:
    """What a policy typically says is read as people mean it."""
    assert infer_verdict([sentence]) is verdict


@pytest.mark.parametrize("sentence", DESCRIPTIONS)
def test_silence_permits_nothing(sentence: str) -> None:
    """A text that rules on nothing has to be asked about."""
    assert infer_verdict([sentence]) is ASK
    assert infer_verdict([]) is ASK


@pytest.mark.parametrize(
    ("sentences", "verdict"),
    [
        (["Many of us use social media.", "You may not post at work."], NO),
        (["You may post about your work.", "Do not name customers."], IF),
        (["You may post about your work.", "Ask Legal before you name customers."], IF),
        (["You may post about your work.", "It is fun."], YES),
        (["You may not name customers.", "You may name our public references."], NO),
        (["Be careful with photos.", "Get written consent from everyone in them."], ASK),
        (["Ask Communications first.", "They may say yes."], ASK),
    ],
)
def test_the_first_rule_counts_and_later_ones_can_only_tighten_it(sentences: list[str], verdict: Verdict) -> None:
    """Policies state the rule first; what follows may add a condition, never a freedom."""
    assert infer_verdict(sentences) is verdict


def test_a_prohibition_is_never_read_as_a_permission() -> None:
    """The costly mistake: none of the strict sentences above comes out as a go-ahead."""
    strict = [sentence for sentence, verdict in SENTENCES if not verdict.permits]
    assert [sentence for sentence in strict if infer_verdict([sentence]).permits] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "You may post photos of colleagues if they agree.",
        "If everyone in the picture agrees, you may post it.",
        "You can share the news once it is public.",
        "You may quote a customer when the customer is happy with it.",
    ],
)
def test_a_permission_with_an_if_is_no_plain_yes(sentence: str) -> None:
    """A wrong "yes" is the worst error: whatever follows "if", "when" or "once" is a condition."""
    assert infer_verdict([sentence]) is not Verdict.YES


@pytest.mark.parametrize("sentence", ["You may say so even if you disagree with us.", "You may post it if you like."])
def test_an_if_that_sets_no_condition(sentence: str) -> None:
    """Words such as "even if" and "if you like" leave a permission as it is."""
    assert infer_verdict([sentence]) is Verdict.YES
