"""Keys of what a platform names: `platform:id` for people, groups and channels. The id is the platform's own, of any
shape; only the first colon divides."""

from __future__ import annotations

import re

#: The platform in the keys of programs, which act by a key of their own: `api:12`.
PROGRAM = "api"
#: The same of a customer's own page, by the id of its link: `page:12`.
PAGE = "page"
#: The same of whoever writes by email, by address, `email:alice@acme.example`, which is their conversation's key too.
EMAIL = "email"
#: The same of what was brought from another help desk: `elsewhere:import`.
ELSEWHERE = "elsewhere"
_FORGOTTEN = re.compile(r"forgotten-[0-9]+")


def key_of(platform: str, native_id: str) -> str:
    """The key of that id on that platform."""
    return f"{platform}:{native_id}"


def platform_of(key: str) -> str:
    """The platform that a key is of; empty where it is no key."""
    platform, colon, _ = key.partition(":")
    return platform if colon else ""


def id_of(key: str) -> str:
    """What the platform itself calls it."""
    return key.partition(":")[2] or key


def forgotten_name(number: int) -> str:
    """What stands for somebody who was forgotten, or for a customer: it distinguishes them and says nothing of them."""
    return f"forgotten-{number}"


def is_forgotten(key: str) -> bool:
    """Whether that is the key of somebody who was forgotten: nobody can be told anything by it."""
    return _FORGOTTEN.fullmatch(id_of(key)) is not None


def is_program(key: str) -> bool:
    """Whether that is the key of a program, of a customer's page, or of another help desk: nobody can tell them
    anything by a message."""
    return platform_of(key) in (PROGRAM, PAGE, ELSEWHERE)
