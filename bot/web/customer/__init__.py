"""The page by which a customer follows their own tickets: no sign-in, an address that nobody can guess."""

from __future__ import annotations

PATH = "/c/"
