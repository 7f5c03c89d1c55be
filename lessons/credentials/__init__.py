"""Certificates: Open Badges 3.0, signed, verified offline and taken back; as a token, a badge picture and a PDF.

What is drawn stands in modules of its own (``badge``, ``certificate``), since drawing takes a while to load.
"""

from lessons.credentials.award import Award, Identity, hash_identity, issue, status_list_url
from lessons.credentials.issued import award_of
from lessons.credentials.keys import SigningKey, new_signing_key, read_issuer, read_signing_key
from lessons.credentials.status import StatusList, free_index, read_status_list, sign_status_list
from lessons.credentials.verify import State, Verdict, verify

__all__ = [
    "Award",
    "Identity",
    "SigningKey",
    "State",
    "StatusList",
    "Verdict",
    "award_of",
    "free_index",
    "hash_identity",
    "issue",
    "new_signing_key",
    "read_issuer",
    "read_signing_key",
    "read_status_list",
    "sign_status_list",
    "status_list_url",
    "verify",
]
