"""The posts that a text links to, told apart by what names them and not by what only tracks their readers."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

_LINK: Final = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_END: Final = "/.,;:!?…"  # of the sentence, not of the link
_HOSTS: Final = re.compile(r"^(?:www|m|mobile)\.")
_TRACKS: Final = re.compile(
    r"utm\w*|mc_\w+|hsa_\w+|ref|ref_?src|ref_?url|feature|fbclid|gclid|dclid|msclkid|twclid|ttclid|yclid|igsh|igshid|"
    r"mibextid|share_id|trackingid|trk|rcm|_t|_r|is_from_webapp|sender_device|web_id",
    re.IGNORECASE,
)
"""Parameters that tell by which way somebody came to a post: those of the platforms and of campaigns."""

_SHORT: Final = frozenset({"s", "si", "t"})
_OF: Final = frozenset({"x.com", "twitter.com", "youtube.com", "youtu.be", "open.spotify.com"})
"""Sites where these short ones tell of the way, or of the second at which it begins; in a forum ``t`` is a topic."""


def links(text: str) -> set[str]:
    """The posts that a text links to. A home page is none: it stands in many a signature."""
    return {post for each in _LINK.findall(text) if (post := _post(each.rstrip(_END)))}


def _post(link: str) -> str:
    """What names a post: host, path, and the parameters that say which one it is; empty where nothing does."""
    try:
        parts = urlsplit(link)
    except ValueError:  # "https://[" is none
        return ""
    host = _HOSTS.sub("", (parts.hostname or "").lower())
    said = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKS.fullmatch(name)]
    named = sorted((name, value) for name, value in said if name not in _SHORT or host not in _OF)
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(named)}" if path or named else ""


__all__ = ["links"]
