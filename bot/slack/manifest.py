"""The Slack app manifest as text: for Socket Mode, or for a public address."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.slack.scopes import EVENTS, SCOPES, SHORTCUTS, Shortcut

EVENTS_PATH = "/slack/events"
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
SIGN_IN_PATH = "/sign-in/slack/back"


def slack_manifest(url: str | None = None, *, command: str = "/ticket") -> str:
    """The manifest in YAML. Without `url` Socket Mode is on; with it Slack sends everything there (`/slack/events` is
    added where it is missing). Raises ValueError, in one line, for a `url` that Slack cannot reach."""
    address = None if url is None else events_url(url)
    return "\n".join((*_heading(address), *_features(address, command), *_scopes(address), *_settings(address), ""))


def events_url(url: str) -> str:
    """Where Slack sends everything at that public address. Raises ValueError when it is not a public https address."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.hostname or any(c.isspace() or c in "\"'#?" for c in url.strip()):
        raise ValueError(f"{url!r} is not a public address: write it like https://vigie.example.com.")
    path = parts.path.rstrip("/")
    return f"https://{parts.netloc}{path if path.endswith(EVENTS_PATH) else path + EVENTS_PATH}"


def _heading(address: str | None) -> list[str]:
    mode = "Socket Mode: no public address is needed." if address is None else f"HTTP: Slack sends to {address}."
    return [
        f"# Slack app manifest of Vigie. {mode}",
        "# Paste it at https://api.slack.com/apps, Create New App, From a manifest.",
        "display_information:",
        "  name: Vigie",
        "  description: Holds every service clock of a support desk and warns before a deadline passes.",
        '  background_color: "#1d3557"',
    ]


def _features(address: str | None, command: str) -> list[str]:
    return [
        "features:",
        "  app_home:",
        "    home_tab_enabled: true  # my tickets, the queue, what waits",
        "    messages_tab_enabled: true  # private notices arrive there",
        "    messages_tab_read_only_enabled: true",
        "  bot_user:",
        "    display_name: Vigie",
        "    always_online: true",
        "  shortcuts:",
        *(line for shortcut in SHORTCUTS for line in _shortcut(shortcut)),
        "  slash_commands:",
        f"    - command: {command}",
        *([f"      url: {address}"] if address else []),
        "      description: Open, follow and close tickets",
        '      usage_hint: "new sev1 Link down in Sydney | list | show 42 | help"',
        "      should_escape: true  # people and channels arrive as ids",
    ]


def _shortcut(shortcut: Shortcut) -> list[str]:
    return [
        f"    - name: {shortcut.name}",
        f"      type: {shortcut.type}",
        f"      callback_id: {shortcut.callback_id}",
        f"      description: {shortcut.description}",
    ]


def _scopes(address: str | None) -> list[str]:
    base = "" if address is None else address.removesuffix(EVENTS_PATH)
    back = [
        f"    - {base}{REDIRECT_PATH}  # installing",
        f"    - {base}{SIGN_IN_PATH}  # signing in to the desk's pages",
    ]
    return [
        "oauth_config:",
        *([] if address is None else ["  redirect_urls:", *back]),
        "  scopes:",
        "    bot:",
        *(f'      - "{scope.name}"  # {scope.why}' for scope in SCOPES),
        "    bot_optional:",
        *(f'      - "{scope.name}"  # without it: {scope.lost}' for scope in SCOPES if scope.optional),
    ]


def _settings(address: str | None) -> list[str]:
    return [
        "settings:",
        "  event_subscriptions:",
        *([f"    request_url: {address}"] if address else []),
        "    bot_events:",
        *(f"      - {event}" for event in EVENTS),
        "  interactivity:",
        "    is_enabled: true",
        *([f"    request_url: {address}"] if address else []),
        "  org_deploy_enabled: false",
        f"  socket_mode_enabled: {'false' if address else 'true'}",
        "  token_rotation_enabled: false",
    ]
