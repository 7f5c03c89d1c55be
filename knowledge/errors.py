"""What can go wrong in reading policies, in the index and in answering.

KnowledgeError
├── ContentError          policies, contacts or questions that cannot be used
├── EncoderError          the model is missing, altered or cannot be loaded
├── IndexFileError        the index is missing, unreadable or of another model
│   └── IndexBuildError   the index could not be built; the old one is whole
└── QuestionError         a question that nothing can be looked up for

Every message is one line that says what to do next.
"""


class KnowledgeError(Exception):
    """Base of all errors of this package."""


class ContentError(KnowledgeError):
    """Policies, contacts or labelled questions cannot be used as they are."""


class EncoderError(KnowledgeError):
    """The encoder's weights are missing, altered or cannot be loaded."""


class IndexFileError(KnowledgeError):
    """The index file is missing, unreadable or was made with another encoder."""


class IndexBuildError(IndexFileError):
    """The index could not be built; the one that was there is untouched."""


class QuestionError(KnowledgeError):
    """A question with nothing in it to look up, or far too much."""


__all__ = [
    "ContentError",
    "EncoderError",
    "IndexBuildError",
    "IndexFileError",
    "KnowledgeError",
    "QuestionError",
]
