"""Whoever knocks too often waits, and keeps nobody else out."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.server import strangers
from bot.server.strangers import ALL, MOST, WITHIN, Strangers, address_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


class Connection:
    """A connection that comes from there."""

    def __init__(self, remote: str) -> None:
        self._remote = remote

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._remote, 4711) if name == "peername" else default


def asked(remote: str, *said: str) -> object:
    """A request from there, with what proxies say before it."""
    headers = [("X-Forwarded-For", each) for each in said]
    return make_mocked_request("GET", "/", headers=headers, transport=Connection(remote))


@pytest.mark.parametrize(
    ("remote", "said", "found"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.7",), "203.0.113.9"),  # it is no proxy of ours
        ("127.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("::1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.3", ("198.51.100.7",), "198.51.100.7"),
        ("::ffff:10.0.0.3", ("198.51.100.7",), "198.51.100.7"),  # as a socket for both writes it
        ("10.0.0.3", ("192.0.2.1, 198.51.100.7",), "198.51.100.7"),  # what stands before that the caller can write
        ("10.0.0.3", ("192.0.2.1", "198.51.100.7"), "198.51.100.7"),
        ("10.0.0.3", ("198.51.100.7, 10.0.0.4",), "198.51.100.7"),  # through two of ours
        ("10.0.0.3", ("198.51.100.7:51234",), "198.51.100.7"),
        ("10.0.0.3", ("[2001:db8::7]:51234",), "2001:db8::/64"),
        ("10.0.0.3", ("unknown",), "10.0.0.3"),
        ("10.0.0.3", ("198.51.100.7, <script>",), "10.0.0.3"),
        ("10.0.0.3", (), "10.0.0.3"),
        ("2001:db8::1", (), "2001:db8::/64"),
        ("2001:db8::ffff:1", (), "2001:db8::/64"),  # one household's or one machine's
    ],
)
def test_who_asks_is_what_a_proxy_of_ours_says_and_nobody_else(remote: str, said: tuple[str, ...], found: str) -> None:
    assert address_of(asked(remote, *said), PROXIES) == found  # type: ignore[arg-type]


def let_in(door: Strangers, remote: str, times: int, at: float) -> int:
    """How many of so many requests come in."""
    return sum(door.let_in(asked(remote), at) for _ in range(times))  # type: ignore[arg-type]


def test_one_who_knocks_without_end_keeps_nobody_else_out() -> None:
    door = Strangers()
    assert let_in(door, "203.0.113.9", 1000, at=100.0) == MOST
    assert let_in(door, "198.51.100.7", 3, at=100.0) == 3
    assert let_in(door, "203.0.113.9", 1, at=100.0) == 0
    assert let_in(door, "203.0.113.9", 1000, at=100.0 + WITHIN / 2) == MOST / 2


def test_all_together_ask_no_more_than_the_database_should_answer() -> None:
    door = Strangers()
    assert sum(let_in(door, f"203.0.{n // 250}.{n % 250}", 2, at=100.0) for n in range(1000)) == ALL


def test_whoever_was_there_once_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Strangers()
    for n in range(100):
        let_in(door, f"203.0.113.{n}", 1, at=100.0)
    let_in(door, "198.51.100.7", MOST, at=101.0 + WITHIN - 1)
    let_in(door, "198.51.100.7", 1, at=101.0 + WITHIN)
    assert door.remembered == {"198.51.100.7"}, "a minute later only whoever still has less than all of theirs"
    monkeypatch.setattr(strangers, "MOST", 0)
    assert let_in(door, "203.0.113.1", 1, at=200.0) == 0
