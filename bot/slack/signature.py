"""Whether a request is signed by Slack: checked on the bytes that arrived, before anything is parsed."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from multidict import CIMultiDictProxy

WINDOW_SECONDS = 300  # older or further ahead it may be somebody's recording
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request claims for its body."""

    #: When it was signed, in seconds, as the header has it.
    timestamp: str
    #: What the body and that time are said to come to.
    digest: str

    def fits(self, secret: str, body: bytes) -> bool:
        """Whether whoever holds `secret` signed this body."""
        made = hmac.new(secret.encode(), b"v0:" + self.timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}", self.digest)


def signature_of(headers: CIMultiDictProxy[str], at: float) -> Signature | None:
    """The signature that a request carries; None where it has none, several, one that Slack does not write, or one that
    was not made around `at` (seconds, by the machine's own time)."""
    timestamps = headers.getall("X-Slack-Request-Timestamp", [])
    digests = headers.getall("X-Slack-Signature", [])
    if len(timestamps) != 1 or len(digests) != 1:
        return None
    timestamp, digest = timestamps[0], digests[0]
    if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(digest)):
        return None
    return Signature(timestamp, digest) if abs(at - int(timestamp)) <= WINDOW_SECONDS else None
