"""A sign-in that somebody has begun. Their browser keeps it, for itself alone, until they come back: what they left
with is compared with what comes back, so that nobody can be signed in by a link of somebody else's."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

WITHIN = timedelta(minutes=10)
LONGEST = 2000  # characters of it in a browser
_NAMES = {"platform", "state", "nonce", "verifier", "at", "path"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who is on their way to a provider."""

    #: The platform whose provider it is.
    platform: str
    #: What the provider must send back. Good once.
    state: str
    #: What must stand in what it signs.
    nonce: str
    #: What shows that whoever comes back is whoever left (PKCE).
    verifier: str
    #: When they left, in whole seconds since 1970.
    at: int
    #: The page that they wanted.
    path: str

    @property
    def ends_at(self) -> datetime:
        """Until when they may come back."""
        return datetime.fromtimestamp(self.at, UTC) + WITHIN

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier before."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def is_answered_by(self, platform: str, state: str, now: datetime) -> bool:
        """Whether somebody who comes back with that state is who left with this, in time."""
        same = hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))
        left = datetime.fromtimestamp(self.at, UTC)
        return same and platform == self.platform and left - timedelta(minutes=1) <= now < self.ends_at


def new_attempt(platform: str, path: str, now: datetime) -> Attempt:
    """Nobody can guess any of it."""
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
    return Attempt(platform, state, nonce, verifier, int(now.timestamp()), path)


def written(attempt: Attempt) -> str:
    """As a browser keeps it."""
    return urlsafe_b64encode(json.dumps(asdict(attempt)).encode()).decode().rstrip("=")


def read(text: str) -> Attempt | None:
    """What a browser kept; None: nothing of ours."""
    if not text or len(text) > LONGEST:
        return None
    try:
        found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or set(found) != _NAMES:
        return None
    at = found.pop("at")
    if type(at) is not int or not 0 <= at < 2**33 or not all(map(_is_text, found.values())):
        return None
    return Attempt(**found, at=at)


def _is_text(value: object) -> bool:
    """Whether it is one that can be kept: JSON has halves of characters too, and what ends a text in C."""
    return (
        isinstance(value, str)
        and value != ""
        and not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value)
    )
