"""Tokens under lock: sealed with the first of VIGIE_SECRET_KEY, opened with any of them: keys can be changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKENS = b"vigie: tokens of installed workspaces"
STAMPS = b"vigie: installations that were begun"


class SealError(Exception):
    """What was sealed is not opened; the message is one line that says why."""


class WrongKeyError(SealError):
    """Its key is not in VIGIE_SECRET_KEY any more."""


class MisplacedError(SealError):
    """It was sealed for another place, or by a Vigie that named none."""


class Vault:
    """Seals and opens. `keys` are any long random texts, the newest first; at least one."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Derived for this purpose alone: what else a key may one day be used for tells nothing about tokens.
        fernets = [Fernet(base64.urlsafe_b64encode(_derived(key, TOKENS))) for key in keys]
        self._newest, self._any = fernets[0], MultiFernet(fernets)
        self._stamps = [_derived(key, STAMPS) for key in keys]

    def seal(self, text: str, place: str) -> str:
        """`text`, unreadable without the newest key and good at that `place` alone (whose it is, and what)."""
        return self._newest.encrypt(json.dumps([place, text]).encode()).decode()

    def open(self, sealed: str, place: str) -> str:
        """What was sealed for that place. Raises SealError."""
        try:
            opened = self._any.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WrongKeyError("VIGIE_SECRET_KEY lacks the key that these tokens were sealed with") from None
        try:
            at, text = json.loads(opened)
        except ValueError:
            raise MisplacedError("these tokens were sealed by an earlier Vigie: install it there again") from None
        if at != place:
            raise MisplacedError("these tokens were sealed for another workspace: install Vigie there again")
        return str(text)

    def is_fresh(self, sealed: str) -> bool:
        """Whether it is sealed with the newest key, rather than with one that is on its way out."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def stamped(self, text: str) -> str:
        """`text` with a stamp that nobody else can make. It stays readable."""
        return f"{text}.{_stamp(self._stamps[0], text)}"

    def stamped_text(self, stamped: str) -> str | None:
        """The text of what was stamped here; None where it was not."""
        text, _, stamp = stamped.rpartition(".")
        made = [_stamp(key, text) for key in self._stamps]
        return (
            text if any(hmac.compare_digest(each.encode(), stamp.encode(errors="replace")) for each in made) else None
        )


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(key.encode())


def _stamp(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()
