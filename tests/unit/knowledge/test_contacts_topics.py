"""Free words to a contact: whom the default pack names for them, and what is said where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from knowledge.contacts import LAST_RESORT, Contact, Contacts, Hours, TopicFinder, read_contacts
from knowledge.encoder import SentenceEncoder
from knowledge.pack import DEFAULT_PACK
from tests.fakes.encoder import HashedEncoder

# Written before the topics of the default pack had their last wording, which was tuned on other words.
ASKED: Final = {
    "community_team": (
        "who is in charge of the company's LinkedIn page",
        "delete a rude comment under our post",
        "followers send us pictures, may we show them on our profile",
        "a bot keeps leaving ads in our comments",
        "some idiot provokes everyone below our video",
        "does our clip need subtitles",
        "prize competition on Facebook",
        "I need an account for the publishing software",
    ),
    "customer_care": (
        "a shopper complains that the delivery is late",
        "she wants a refund for her ticket",
        "customer asks how the new coffee machine works",
        "nobody picks up the phone at our service centre, he writes",
        "charged twice for the same bill",
        "the shoes fell apart after a week, says a buyer in Italy",
        "somebody praises our staff in a review",
        "what are the opening hours of the store",
    ),
    "product_safety": (
        "recall of a car seat in France",
        "a user burnt his fingers on our iron",
        "our battery exploded",
        "toddler nearly choked on a button",
        "metal splinters in the chocolate",
        "several guests are sick after the buffet",
        "customer got a skin rash from the shampoo",
        "the ladder broke and a man fell",
    ),
    "legal": (
        "someone says she will take us to court",
        "may we use a picture from the internet",
        "a rival's trademark in our advert",
        "warning letter from a law firm",
        "may we promise in an advert that the drink is good for the heart",
        "rules for a lottery in Spain",
        "agreement with an agency",
        "the police want to see our chats",
    ),
    "privacy_security": (
        "my company laptop is gone",
        "there is a second profile with our logo that writes to customers",
        "we cannot log in to our page, somebody has changed the password",
        "a list with e-mail addresses of clients is on the internet",
        "a user wants all his data erased",
        "odd mail that asks me for my password",
        "fraudsters sell vouchers in our name",
        "there is a customer's face and number plate in my photo",
    ),
    "communications": (
        "an editor of the local paper phoned",
        "television team in front of the door in Poland",
        "rumour that we are moving production abroad",
        "a shareholder asks about the profit",
        "thousands share an angry video about us",
        "hashtag against our brand is trending",
        "what may our managing director say in an interview",
        "announce a product before its launch",
    ),
    "hr_ethics": (
        "a workmate shares racist jokes",
        "my boss bullies me",
        "an employee insulted a customer on Facebook",
        "my cousin is looking for a job with us",
        "can I work for somebody else in the evening",
        "colleagues moan about their pay online",
        "write a reference for a former employee",
        "a supplier invited me to an expensive dinner",
    ),
    LAST_RESORT: (
        "a man threatens to come with a gun",
        "bomb threat",
        "she writes that she wants to kill herself",
        "an influencer offers a cooperation",
        "I would like to be a brand ambassador",
        "social media training for my team",
        "our franchise partner has a page of its own",
        "a stalker follows one of our colleagues",
    ),
}
HOURS: Final = Hours(("mon", "tue", "wed", "thu", "fri"), "08:00", "18:00", "UTC")
LEGAL: Final = Contact(
    "legal", "Legal", ("contracts", "letters from a court"), ("worldwide",), ("en",), HOURS, None, {"email": "a"}, 1
)
LEAD: Final = replace(LEGAL, id=LAST_RESORT, name="Social media lead", topics=("training",))


@pytest.fixture(scope="module")
def default_finder(small_encoder: SentenceEncoder) -> TopicFinder:
    """The default pack's topics, encoded with the small model."""
    contacts, _ = read_contacts(DEFAULT_PACK / "contacts.yml")
    return TopicFinder(contacts, small_encoder.encode)


def _finder(*contacts: Contact, floor: float = 0.2) -> TopicFinder:
    return TopicFinder(Contacts(contacts), HashedEncoder().encode, floor)


def test_most_questions_find_their_contact(default_finder: TopicFinder) -> None:
    """What people ask for in their own words goes to the right contact of the default pack (measured: 56 of 64)."""
    wrong = [
        (words, contact, found)
        for contact, questions in ASKED.items()
        for words in questions
        if (found := default_finder.find(words).contact) != contact
    ]
    assert len(wrong) <= 0.15 * sum(map(len, ASKED.values())), wrong


@pytest.mark.parametrize("words", ["my vpn keeps dropping", "printer paper is empty again", "asdf"])
def test_words_about_nothing_find_nobody(default_finder: TopicFinder, words: str) -> None:
    """Where no topic is near, none is made up: the last resort is asked, with no confidence."""
    found = default_finder.find(words)
    assert (found.matches, found.contact, found.confidence) == ((), LAST_RESORT, 0.0)


@pytest.mark.parametrize(
    "words",
    [
        "letters from a court",
        "Who do I ask about letters from a court?",
        "whom should I call when letters from a court",
        "which team is responsible for letters from a court",
        "letters from a court in Germany",
    ],
)
def test_what_is_asked_about_counts(words: str) -> None:
    """Neither the asking nor the place is compared with the topics: all of these say the same."""
    found = _finder(LEAD, LEGAL).find(words)
    assert (found.contact, found.matches[0].topic) == ("legal", "letters from a court")
    assert found.matches[0].similarity == pytest.approx(1.0)
    assert found.confidence == pytest.approx(1.0)


def test_the_place_is_handed_on() -> None:
    """Who takes it there is routed afterwards."""
    finder = _finder(LEAD, LEGAL)
    assert [finder.find(words).region for words in ("contracts in Germany", "contracts")] == ["de", None]


def test_contacts_are_ranked_with_their_nearest_topic() -> None:
    """Each stands there once, best first, and none that is not near enough; names count like topics."""
    other = replace(LEGAL, id="other", name="Court", topics=("a court",))
    found = _finder(LEAD, LEGAL, other, floor=0.3).find("letters from a court")
    assert [(each.contact, each.topic) for each in found.matches] == [
        ("legal", "letters from a court"),
        ("other", "a court"),
    ]
    assert found.matches[0].similarity > found.matches[1].similarity >= 0.3


def test_who_stands_in_speaks_for_whom_it_stands_for() -> None:
    """A topic of the German entry leads to the contact, of which the German entry is one."""
    german = replace(LEGAL, id="legal_de", stands_in_for="legal", topics=("imprint duty",))
    assert _finder(LEAD, LEGAL, german).find("imprint duty").contact == "legal"


def test_topics_are_encoded_once() -> None:
    """However often somebody asks: a question costs its own words."""
    encoder = HashedEncoder()
    finder = TopicFinder(Contacts((LEAD, LEGAL)), encoder.encode)
    for _ in range(2):
        finder.find("contracts")
    assert encoder.encoded == [LEAD.name, "training", LEGAL.name, *LEGAL.topics, "contracts", "contracts"]


@pytest.mark.parametrize("words", ["who do I ask", "?", "Germany", ""])
def test_words_without_a_topic_are_taken_as_they_are(words: str) -> None:
    """Nothing to compare is no error."""
    assert _finder(LEAD, LEGAL).find(words).contact == LAST_RESORT
    assert TopicFinder(Contacts(()), HashedEncoder().encode).find(words).matches == ()
