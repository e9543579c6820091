"""The command line: one module per command, loaded only when it is used, so that each starts quickly.

Exit codes: 0 done, 1 the thing asked about does not hold, 2 usage or configuration error with one line on stderr.
"""

from __future__ import annotations

import sys
from importlib import import_module

DONE, DOES_NOT_HOLD, MISUSED, STOPPED = 0, 1, 2, 130

# Command to (module under bot.cli, what it does). The first word of several is a group.
COMMANDS = {
    "run": ("run", "run the bot; with no platform configured, with the local workspace"),
    "local": ("local", "run the local workspace alone, as its own process"),
    "connect slack": ("connect_slack", "connect a real Slack workspace, step by step"),
    "connect teams": ("connect_teams", "connect a real Microsoft Teams tenant, step by step"),
    "health": ("health", "say whether it runs, which platforms are connected, and whether all that was due was said"),
    "report": ("report", "what a week, a month or some days came to, in words, as CSV or as JSON"),
    "doctor": ("doctor", "say what is missing, and where to click"),
    "migrate": ("migrate", "bring the database up to date"),
    "backup": ("backup", "copy the database to a file, also while Vigie runs (SQLite)"),
    "restore": ("restore", "put a backup in the database's place, once you have seen what it holds (SQLite)"),
    "export": ("export", "write everything that an organisation owns as JSON lines, also while Vigie runs"),
    "forget": ("forget", "erase what a person or customer wrote and is known by, once you have seen what that is"),
    "policy check": ("policy_check", "say every problem of a policy file, and what in it is hardly meant"),
    "policy show": ("policy_show", "print the policy in force as tables that a customer could be shown"),
    "policy calendar": ("policy_calendar", "print the year of one of its calendars at a glance"),
    "policy replay": (
        "policy_replay",
        "say which deadlines and breaches on record a policy file would have made other",
    ),
    "policy compare": (
        "policy_compare",
        "say where another help desk's export and the policy in force differ about what was kept",
    ),
    "policy move": ("policy_move", "put the open tickets on the terms of the policy in force"),
    "policy example": ("policy_example", "print a policy file to start from: the default one, or that of a contract"),
    "import tickets": (
        "import_tickets",
        "import another help desk's tickets from CSV, once you have seen what they are",
    ),
    "import customers": ("importing", "import customers from a CSV file"),
    "outbox list": ("outbox", "list the notices that wait, and those that could not be delivered"),
    "outbox retry": ("outbox", "try notices again that could not be delivered"),
    "outbox drop": ("outbox", "give notices up that could not be delivered"),
    "api key add": ("api_key", "make a key by which a program may act at a desk, and show it this once"),
    "api key list": ("api_key", "list the keys of programs: what each may do, and when it was last used"),
    "api key revoke": ("api_key", "have a key open nothing from now on"),
    "customer link add": (
        "customer_link",
        "make a link by which a customer reads their tickets, and show it this once",
    ),
    "customer link list": (
        "customer_link",
        "list the links of customers: until when each opens, when it was last used",
    ),
    "customer link revoke": ("customer_link", "have a customer's link open nothing from now on"),
    "webhook add": ("webhook", "have a program told what happens at a desk, and show the secret this once"),
    "webhook list": ("webhook", "list the webhooks: what each is told, and whether it takes it"),
    "webhook test": ("webhook", "send a webhook a test, and say what it answered"),
    "webhook rotate": ("webhook", "give a webhook another secret; for a day both sign"),
    "webhook replay": ("webhook", "tell a webhook again what it was told since then"),
    "webhook revoke": ("webhook", "have a webhook told nothing from now on"),
    "proof": ("proof", "say how a customer's deadlines were kept in a month, ticket by ticket, or write it as CSV"),
    "slack manifest": ("slack", "print the Slack app manifest, to paste where Slack asks for one"),
    "teams manifest": ("teams", "write the Teams app as a package, to upload where Teams asks for one"),
    "triage suggest": ("triage", "say what texts would be as tickets: JSON lines in, JSON lines out"),
    "triage learn": ("triage_learn", "list what was chosen beside what was suggested, and learn from what is approved"),
    "sla evaluate": ("sla", "evaluate service clocks: JSON lines in, JSON lines out"),
}
GROUPS = {
    "connect": "connect a chat platform, step by step",
    "policy": "check, show, replay, compare or move the policy, or print one to start from",
    "import": "import tickets of another help desk, or customers, from a CSV file",
    "outbox": "list, retry or drop notices that could not be delivered",
    "api": "make, list and revoke the keys of programs",
    "customer": "make, list and revoke the links by which customers read their tickets",
    "webhook": "have other programs told what happens, and see whether they take it",
    "slack": "print the Slack app manifest",
    "teams": "write the Teams app's package",
    "triage": "say what texts would be as tickets, and learn from what people choose instead",
    "sla": "evaluate service clocks: JSON lines in, JSON lines out",
}
ABOUT = "Support triage for Slack and Microsoft Teams that holds every service clock."
HELP, VERSION = ("--help", "-h"), ("--version", "-V", "version")


def main(arguments: list[str]) -> int:
    """Run one command and answer its exit code."""
    words, wants_help = _without_help(arguments)
    if not words:
        print(overview())
        return DONE
    if words[0] in VERSION:
        print(f"vigie {version()}")
        return DONE
    if _begins_several(words):
        print(overview(words[0]))
        return DONE
    name = _command(words)
    if name is None:
        return MISUSED
    return _run(name, ["--help"] if wants_help else words[len(name.split()) :])


def overview(group: str | None = None) -> str:
    """What there is: every command, or those of a group."""
    if group is None:
        found = {name: said for name, (_, said) in COMMANDS.items() if " " not in name} | GROUPS
        first = list(dict.fromkeys(name.partition(" ")[0] for name in COMMANDS))
        rows, about = [(name, found[name]) for name in first], ABOUT
    else:
        rows = [(name.partition(" ")[2], said) for name, (_, said) in COMMANDS.items() if name.startswith(f"{group} ")]
        about = f"{GROUPS[group][:1].upper()}{GROUPS[group][1:]}."
    program = " ".join(["vigie", *([group] if group else [])])
    wide = max(len(name) for name, _ in rows)
    lines = [f"usage: {program} COMMAND ...", "", about, "", *(f"  {name:<{wide}}  {said}" for name, said in rows)]
    return "\n".join([*lines, "", f"Type {program} COMMAND --help for more. vigie --version says which Vigie this is."])


def _begins_several(words: list[str]) -> bool:
    """Whether that is how several commands begin, such as `api` and `api key`."""
    return any(name.split()[: len(words)] == words for name in COMMANDS if len(name.split()) > len(words))


def _without_help(arguments: list[str]) -> tuple[list[str], bool]:
    """What was typed, and whether help is wanted: by an option anywhere, or by the word before or after a name."""
    words = [each for each in arguments if each not in HELP]
    begun = [len(name.split()) for name in COMMANDS if words[:1] == name.split()[:1] and " " in name]
    depth = 1 + max(begun, default=1)
    at = next((place for place, each in enumerate(words[:depth]) if each == "help"), None)
    if at is not None:
        del words[at]
    return words, len(words) < len(arguments)


def _command(words: list[str]) -> str | None:
    """The name of the command that was typed; None after saying what is wrong with it."""
    for count in (1, 2, 3):
        if (name := " ".join(words[:count])) in COMMANDS:
            return name
    from bot.cli.parser import near  # noqa: PLC0415  only where something is wrong

    group = words[0] if words[0] in GROUPS else None
    firsts = {name.partition(" ")[0] for name in COMMANDS}
    known = {name.partition(" ")[2] for name in COMMANDS if name.startswith(f"{group} ")} if group else firsts
    action = " ".join(words[1:3] if _begins_several(words[:2]) else words[1:2])
    typed, program = (action, f"vigie {group}") if group else (words[0], "vigie")
    if typed.startswith("-"):
        typed, what = typed.partition("=")[0], "option"
    else:
        what = "command"
    hint = near(typed, known | ({"--version", "--help"} if what == "option" else set()))
    inside = [name for name in COMMANDS if name.endswith(f" {typed}")]  # the action without its group
    meant = f"vigie {inside[0]}" if inside and group is None else f"{program} {hint}" if hint else None
    tip = f"did you mean {meant}?" if meant else f"type {program} --help to see what there is."
    print(f"{program}: there is no {what} {_short(typed)}: {tip}", file=sys.stderr)
    return None


def _run(name: str, rest: list[str]) -> int:
    """Run the command of that name with the rest of what was typed."""
    from bot.cli.parser import parse  # noqa: PLC0415  after the version and the help, which need none

    module_name, said = COMMANDS[name]
    module = import_module(f"bot.cli.{module_name}")
    if "structlog" in sys.modules:  # what is logged goes to standard error, never between what is printed
        from bot.server.logs import set_up_logs  # noqa: PLC0415  as above

        set_up_logs()
    try:
        return int(module.run(parse(name, said, module.arguments, rest)))
    except SystemExit as leaving:  # argparse's way, after help or a line on what is wrong
        return int(leaving.code or DONE)
    except KeyboardInterrupt:
        print(f"\nvigie {name}: stopped.", file=sys.stderr)
        return STOPPED
    except Exception as error:
        from bot.cli.refusals import refusal  # noqa: PLC0415  as above

        line = refusal(error)
        if line is None:
            raise
        print(f"vigie {name}: {line}", file=sys.stderr)
        return MISUSED


def version() -> str:
    """Which Vigie this is."""
    from importlib.metadata import version  # noqa: PLC0415  slow, and asked for by one option

    return version("vigie")


def _short(typed: str) -> str:
    """What was typed, fit for one line."""
    return ascii(" ".join(typed.split())[:60])[1:-1]
