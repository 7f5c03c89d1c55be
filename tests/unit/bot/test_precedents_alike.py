"""How alike two questions have to be for a precedent to be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from bot.conversation.precedents import ALIKE
from knowledge.encoder import SentenceEncoder
from knowledge.pack import DEFAULT_PACK
from knowledge.questions import read_questions

PARAPHRASES: Final = Path(__file__).with_name("paraphrases.jsonl")
"""Questions of the tune half as somebody else would put them."""


def test_the_limit_tells_paraphrases_from_other_questions(small_encoder: SentenceEncoder) -> None:
    """With the tune half as precedents, 97 of 100 matches at the limit are right, and half of all paraphrases match."""
    paraphrases = [json.loads(line) for line in PARAPHRASES.read_text("utf-8").splitlines()]
    known = [each for each in read_questions(DEFAULT_PACK / "questions" / "ask-tune.jsonl") if each.in_scope]
    vectors = small_encoder.encode([each.question for each in known])
    paraphrased = small_encoder.encode([each["q"] for each in paraphrases]) @ vectors.T
    nearest = [known[int(row.argmax())].id if row.max() >= ALIKE else "" for row in paraphrased]
    right = sum(found == each["id"] for found, each in zip(nearest, paraphrases, strict=True))
    among = vectors @ vectors.T
    np.fill_diagonal(among, -1)
    wrong = int((among.max(axis=1) >= ALIKE).sum()) + sum(bool(found) for found in nearest) - right
    assert right >= len(paraphrases) / 2
    assert right / (right + wrong) >= 0.97
