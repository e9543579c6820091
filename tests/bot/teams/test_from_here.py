"""Where callers need not show who they are, a program on this machine is heard, and nobody through one."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.teams.from_here import comes_from_here

OF_OTHERS = (
    "Forwarded", "Via", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP",
    "X-Original-Host", "X-Envoy-External-Address", "X-MS-Original-URL", "X-Client-IP", "True-Client-IP",
    "CF-Connecting-IP", "Fastly-Client-IP",
)  # fmt: skip


def is_heard(remote: str = "127.0.0.1", host: str = "localhost:8080", **more: str) -> bool:
    headers = {"Host": host, "Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in more.items()}
    return comes_from_here(make_mocked_request("POST", "/teams/messages", headers=headers).clone(remote=remote))


def test_a_program_on_this_machine_is_heard() -> None:
    assert is_heard()
    assert is_heard("::1", "[::1]:8080")


@pytest.mark.parametrize(("remote", "host"), [("192.0.2.1", "localhost"), ("127.0.0.1", "evil.example"), ("", "[::1")])
def test_whoever_is_elsewhere_or_calls_us_by_another_name_is_not(remote: str, host: str) -> None:
    assert not is_heard(remote, host)


@pytest.mark.parametrize("header", OF_OTHERS)
def test_what_a_page_a_proxy_or_a_tunnel_adds_tells_that_others_ask(header: str) -> None:
    assert not is_heard(**{header.replace("-", "_"): "192.0.2.1"})


def test_a_form_that_any_page_could_send_is_not_heard() -> None:
    assert not is_heard(Content_Type="text/plain")
