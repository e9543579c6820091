"""Tokens under lock: sealed with the first of VIGIE_SECRET_KEY, opened with any of them: keys can be changed."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"vigie: tokens of installed workspaces"


class WrongKeyError(Exception):
    """What was sealed cannot be opened: its key is not in VIGIE_SECRET_KEY any more."""


class Vault:
    """Seals and opens. `keys` are any long random texts, the newest first; at least one."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Derived for this purpose alone: what else a key may one day be used for tells nothing about tokens.
        made = [HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(key.encode()) for key in keys]
        fernets = [Fernet(base64.urlsafe_b64encode(key)) for key in made]
        self._newest, self._any = fernets[0], MultiFernet(fernets)

    def seal(self, text: str) -> str:
        """`text`, unreadable without the newest key."""
        return self._newest.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises WrongKeyError where none of the keys fits."""
        try:
            return self._any.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WrongKeyError("VIGIE_SECRET_KEY lacks the key that these tokens were sealed with") from None

    def is_fresh(self, sealed: str) -> bool:
        """Whether it is sealed with the newest key, rather than with one that is on its way out."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
