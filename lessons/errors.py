"""What can go wrong in reading a curriculum and in certifying.

LessonsError
├── CurriculumError     lessons, programmes or levels that cannot be used as they are
├── ChoiceError         an answer to a check that nobody could have given by its buttons
└── CredentialError     a certificate that cannot be made, read or trusted

Every message is one line that says what to do next.
"""


class LessonsError(Exception):
    """Base of all errors of this package."""


class CurriculumError(LessonsError):
    """Lessons, programmes or levels cannot be used as they are."""


class ChoiceError(LessonsError, ValueError):
    """An answer to a check has no, too many or unknown choices."""


class CredentialError(LessonsError):
    """A certificate cannot be made, read or trusted."""


__all__ = ["ChoiceError", "CredentialError", "CurriculumError", "LessonsError"]
