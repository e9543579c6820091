"""Why nobody was signed in."""

from __future__ import annotations


class SignInError(Exception):
    """`why` is what the person reads, by its name in the catalogues (`sign_in`); `detail` is for the log: never
    anything of a token, a code or a secret."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why
        self.detail = detail


#: With which status each of them is answered; what is not named: 400.
STATUS = {"unreachable": 502, "misconfigured": 502, "busy": 429, "nobody": 403, "elsewhere": 403, "not_up": 503}
