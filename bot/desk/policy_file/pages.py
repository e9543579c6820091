"""Other systems that are told beside people: webhooks and PagerDuty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from yarl import URL

from bot.desk.policy_file.reader import Reader, is_none, listed, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.levels import Pages, PageTarget

PREFIX = "VIGIE_PAGE_"
MOST_TARGETS = 20
# Where cloud machines are told their secrets, beside the link-local addresses: Amazon, Google, Alibaba, Azure.
_OF_CLOUDS = frozenset(
    ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16")
)
_SECRET = re.compile(rf"\$({PREFIX}[A-Z0-9_]+)")


def read_pages(reader: Reader, node: Node) -> dict[str, Any]:
    """The targets by name, and those that are told of every severity 1."""
    keys = reader.mapping(node, ("targets", "severity_1"))
    targets = {}
    if "targets" in keys:
        named = reader.names(keys["targets"], "noc")
        if len(named) > MOST_TARGETS:
            reader.problem(keys["targets"], f"{len(named)} are too many: write up to {MOST_TARGETS}.")
        targets = {name: _target(reader, child) for name, child in list(named.items())[:MOST_TARGETS]}
    found: dict[str, Any] = {"targets": targets}
    if "severity_1" in keys:
        found["severity_1"] = read_targets_named(reader, keys["severity_1"], targets)
    return found


def read_targets_named(reader: Reader, node: Node, targets: Iterable[str]) -> list[str]:
    """Names of targets, each once."""
    known = list(targets)
    found: dict[str, None] = {}
    for item in reader.items(node):
        if isinstance(item.value, str) and item.value in known:
            found[item.value] = None
        else:
            what = f"use {listed(known)}." if known else "name it below `page: targets:` first."
            reader.problem(item, f"{shown(item)} is no target of pages; {what}")
    return list(found)


def _target(reader: Reader, node: Node) -> dict[str, Any]:
    keys = reader.mapping(node, ("url", "secret", "pagerduty", "title"))
    found: dict[str, Any] = {"url": "", "secret": "", "pagerduty": "", "title": False}
    if "url" in keys:
        found["url"] = _url(reader, keys["url"])
    for name in ("secret", "pagerduty"):
        if name in keys:
            found[name] = _secret(reader, keys[name])
    if "title" in keys:
        found["title"] = reader.choice(keys["title"], ("yes", "no", "true", "false")) in ("yes", "true")
    if "pagerduty" in keys and "secret" in keys:
        reader.problem(node, "PagerDuty takes no `secret`: its routing key says who we are; leave one of the two out.")
    elif "pagerduty" not in keys and not {"url", "secret"} <= keys.keys():
        reader.problem(
            node,
            f"write `url:` and `secret: ${PREFIX}NOC` for a webhook, or `pagerduty: ${PREFIX}PD` for PagerDuty.",
        )
    return found


def _secret(reader: Reader, node: Node) -> str:
    """The name of the environment variable; what else stands there is not repeated: it may be the secret itself."""
    match = _SECRET.fullmatch(node.value.strip()) if isinstance(node.value, str) else None
    if match is None:
        reader.problem(
            node, f"no secret stands in a policy: put it into the environment as {PREFIX}NOC and write `${PREFIX}NOC`."
        )
        return ""
    return match[1]


def _url(reader: Reader, node: Node) -> str:
    text = node.value.strip() if isinstance(node.value, str) and not is_none(node) else ""
    why = _why_not(text)
    if why:
        reader.problem(node, f"{why}; write an address such as https://pager.example.com/vigie.")
        return ""
    return text


def _why_not(text: str) -> str:
    """Why nothing may be sent there; empty: it may. Whom a name stands for is looked at again when it is sent."""
    try:
        parts = urlsplit(text)
        host, _ = URL(text).raw_host or "", parts.port  # as it is connected to: 127。0。0。1 is an address too
    except ValueError:
        return "this is no web address"
    if parts.scheme not in ("http", "https") or not host:
        return "this is no web address"
    if parts.username or parts.password:
        return "an address has no name and no password in it"
    if parts.fragment:
        return "an address ends before its #"
    if parts.scheme == "http" and not _is_here(host):
        return "what is not encrypted stays on this machine"
    return "" if may_be_told(host) else "nothing is sent to such an address"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def may_be_told(host: str, *, by_name: bool = False) -> bool:
    """Whether something may be sent to that address: not where cloud machines keep their secrets, not to many at
    once. `by_name`: it is what a name on the network stands for, and may then not be this machine either."""
    try:
        address = ip_address(host)
    except ValueError:
        return True
    address = _meant(address)
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    if address in _OF_CLOUDS:
        return False
    return not (by_name and address.is_loopback)


def is_public(host: str) -> bool:
    """Whether that is an address that everybody can reach, of no network of one's own."""
    try:
        address = _meant(ip_address(host))
        return may_be_told(host, by_name=True) and address.is_global and not getattr(address, "is_site_local", False)
    except ValueError:
        return False


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of version 4 that one of version 6 stands for."""
    address = getattr(address, "ipv4_mapped", None) or address
    return getattr(address, "sixtofour", None) or address


def pages_from(data: dict[str, Any]) -> Pages:
    """What was stored of it. Versions that were saved before there were pages have none."""
    targets = {name: PageTarget(**target) for name, target in data.get("targets", {}).items()}
    return Pages(targets, tuple(data.get("severity_1", ())))
