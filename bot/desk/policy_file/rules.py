"""What each category is held to, what waiting does, the order of work, and where questions for others are sent."""

from __future__ import annotations

from typing import Any

from bot.desk.policy_file.reader import Reader, is_none, listed, shown
from bot.desk.policy_file.targets import CLOCKS
from bot.desk.policy_file.yaml_nodes import Node
from triage.awaiting import WAITING_FOR
from triage.durations import Duration
from triage.policy import QUEUE
from triage.terms import CUSTOMER, Category, ClockKind

REDIRECTS = ("billing", "sales")
SOONEST, LATEST = 60, 7 * 86400  # seconds after which a customer can be asked how it went

# Lengths in opening hours: seconds and business days. None: never.
Opening = dict[str, int] | None


def read_categories(reader: Reader, node: Node) -> dict[str, dict[str, Any]]:
    """By category: the `clocks` that it may have, and `idle`."""
    found: dict[str, dict[str, Any]] = {}
    for name, child in reader.mapping(node, [category.value for category in Category]).items():
        keys, rules = reader.mapping(child, ("clocks", "idle")), found.setdefault(name, {})
        if "clocks" in keys:
            rules["clocks"] = _clocks(reader, keys["clocks"], name)
        if "idle" in keys:
            rules["idle"] = _opening(reader, keys["idle"])
    return found


def _clocks(reader: Reader, node: Node, category: str) -> list[str]:
    items = reader.items(node)
    if category == Category.PROVISIONING and items:
        reader.problem(node, "provisioning never has service clocks: leave `clocks` out; `idle` nudges instead.")
        return []
    named = {clock: item for item in items if (clock := reader.choice(item, CLOCKS))}
    if category == Category.INQUIRY and ClockKind.RESTORE in named:
        reader.problem(named[ClockKind.RESTORE], "an inquiry never has a restore clock: leave it out.")
    return [clock for clock in CLOCKS if clock in named]


def read_waiting(reader: Reader, node: Node) -> dict[str, Any]:
    """What waiting does: the clocks that each kind of it stops (those of the customer are `pauses`), and for the
    customer `chase`, `close` and `reopen`, as far as they are named."""
    keys = reader.mapping(node, ("pauses", *WAITING_FOR, "chase", "close", "reopen"))
    found: dict[str, Any] = {}
    if "pauses" in keys and CUSTOMER in keys:
        reader.problem(keys[CUSTOMER], "`pauses` says it already: keep one of the two.")
    for key in ("pauses", CUSTOMER):
        if key in keys:
            found["pauses"] = read_stopped(reader, keys[key])
    others = {kind: read_stopped(reader, keys[kind]) for kind in WAITING_FOR if kind in keys and kind != CUSTOMER}
    if others:
        found["stops"] = others
    if "chase" in keys:
        found["chase"] = [_length(d) for item in reader.items(keys["chase"], most=10) if (d := reader.opening(item))]
    if "close" in keys:
        found["close"] = _opening(reader, keys["close"])
    if "reopen" in keys and (reopen := reader.opening(keys["reopen"])):
        found["reopen"] = _length(reopen)
    return found


def read_stopped(reader: Reader, node: Node) -> list[str]:
    """The clocks that a kind of waiting stops."""
    return sorted({clock for item in reader.items(node) if (clock := reader.choice(item, CLOCKS))})


def _opening(reader: Reader, node: Node) -> Opening:
    if is_none(node):
        return None
    found = reader.opening(node)
    return _length(found) if found else None


def _length(found: Duration) -> dict[str, int]:
    return {"seconds": found.seconds, "days": found.days}


def read_intake(reader: Reader, node: Node) -> dict[str, int]:
    """How soon after each other messages of one author are one ticket: `window`, in seconds. How many tickets, `most`,
    somebody outside may open `within` so many seconds."""
    keys = reader.mapping(node, ("window", "most", "within"))
    found: dict[str, int | None] = {n: reader.elapsed(keys[n]) for n in ("window", "within") if n in keys}
    if "most" in keys:
        found["most"] = reader.number(keys["most"], 1, 1000)
    return {name: value for name, value in found.items() if value is not None}


def read_satisfaction(reader: Reader, node: Node) -> dict[str, int | None]:
    """Whether the customer of a resolved ticket is asked how it went: `on`, `off`, or `after` how long."""
    if isinstance(node.value, str):
        word = reader.choice(node, ("on", "off"))
        return {"after": None} if word == "off" else {}
    keys = reader.mapping(node, ("after",))
    if "after" not in keys or (after := reader.elapsed(keys["after"])) is None:
        return {}
    if not SOONEST <= after <= LATEST:
        reader.problem(keys["after"], f"{shown(keys['after'])} is no time to ask after; write from 1m to 7d.")
        return {}
    return {"after": after}


def read_queue(reader: Reader, node: Node) -> list[str]:
    """The order of work: every severity and category, each once."""
    found: dict[str, None] = {}
    items = reader.items(node)
    noted = reader.noted
    for item in items:
        name = reader.choice(item, QUEUE)
        if name in found:
            reader.problem(item, f"`{name}` is there twice: keep one.")
        if name:
            found[name] = None
    missing = [name for name in QUEUE if name not in found]
    if missing and reader.noted == noted:
        verb = "is" if len(missing) == 1 else "are"
        reader.problem(node, f"{listed(missing, 'and')} {verb} missing: each stands in the queue once.")
    return list(found)


def read_redirects(reader: Reader, node: Node) -> dict[str, str]:
    """Where questions for somebody else are sent, in words that people are shown."""
    found = {}
    for name, child in reader.mapping(node, REDIRECTS).items():
        keys = {"to": child}
        if isinstance(child.value, dict):
            keys = reader.mapping(child, ("to",), "say where to: `to: billing@example.com`.")
        if keys and (place := reader.text(keys["to"])):
            found[name] = place
    return found
