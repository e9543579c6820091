"""The Teams app's manifest: what people find in Teams' menus, and what the app asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.desk.languages import LANGUAGES
from bot.teams.icons import ACCENT
from bot.teams.scopes import OF_THE_APP, PER_TEAM
from bot.verbs.registry import TYPED
from bot.wording.speech import Speech

#: The newest that has slash commands and private messages, and one for tenants that refuse it.
VERSIONS = ("1.29", "1.25")
NAME = "Vigie"
SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v{version}/MicrosoftTeams{part}.schema.json"
LONGEST_MENU = 12  # commands in a list
#: The form that is opened from Teams' own menus, as it is named in requests.
EXTENSION = "ticket.new"
TOGETHER, ALONE = ("team", "groupChat"), "personal"


@dataclass(frozen=True)
class AppSettings:
    """What the settings say of the app."""

    #: The app's id in Entra; the app and its bot have the same in Teams.
    app_id: str
    #: Where browsers and Teams reach Vigie: https://vigie.example.com/.
    public_url: str
    #: What people type after "/", with it: /ticket.
    command: str = "/ticket"
    #: The language of whoever has another than those that Vigie speaks.
    language: str = "en"
    #: One of `VERSIONS`.
    manifest: str = VERSIONS[0]
    #: Whether private messages and slash commands are asked for; never where `manifest` has none.
    targeted: bool = True
    #: Whether every message of a team or chat is asked for, rather than those with a mention alone.
    reads_all: bool = False

    @property
    def has_slash(self) -> bool:
        """Whether people type "/" for Vigie's commands, and get private answers where they type."""
        return self.targeted and self.manifest == VERSIONS[0]


def teams_manifest(app: AppSettings, version: str) -> dict[str, Any]:
    """The manifest, for the package of that version. Raises ValueError, in one line, for an address that Teams cannot
    reach."""
    speech = Speech(app.language)
    address = public_address(app.public_url)
    return {
        "$schema": SCHEMA.format(version=app.manifest, part=""),
        "manifestVersion": app.manifest,
        "version": version,
        "id": app.app_id,
        "developer": {
            "name": NAME, "websiteUrl": address, "privacyUrl": address, "termsOfUseUrl": address,
        },
        "localizationInfo": {
            "defaultLanguageTag": app.language,
            "additionalLanguages": [
                {"languageTag": language, "file": f"{language}.json"} for language in other_languages(app)
            ],
        },
        "name": {"short": NAME, "full": speech.text("app.name")},
        "description": {"short": speech.text("app.short"), "full": speech.text("app.full", command=app.command)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "supportsChannelFeatures": "tier1",
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [_bot(app, speech)],
        "composeExtensions": [{"botId": app.app_id, "commands": [_form(app, speech)]}],
        "permissions": list(OF_THE_APP),
        "validDomains": [urlsplit(address).hostname],
        **(_reads_all(app, address) if app.reads_all else {}),
    }  # fmt: skip


def translation(app: AppSettings, language: str) -> dict[str, str]:
    """What the manifest says in another language, by where it stands there. Names and descriptions are always in it:
    Teams refuses a package where they are not."""
    there = Speech(language)
    said = teams_manifest(replace(app, language=language), "0")
    return {
        "$schema": SCHEMA.format(version=app.manifest, part=".Localization"),
        "name.short": NAME,
        "name.full": there.text("app.name"),
        "description.short": said["description"]["short"],
        "description.full": said["description"]["full"],
        **_places("bots[0].commandLists[{}].commands", (each["commands"] for each in said["bots"][0]["commandLists"])),
        **_places("composeExtensions[{}].commands", (each["commands"] for each in said["composeExtensions"])),
    }


def other_languages(app: AppSettings) -> list[str]:
    """Those that have a file of their own in the package."""
    return [language for language in LANGUAGES if language != app.language]


def public_address(url: str) -> str:
    """That address without a slash at its end. Raises ValueError where Teams could not reach it."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{url!r} is not a public address: write it like https://vigie.example.com.")
    return url.strip().rstrip("/")


def _bot(app: AppSettings, speech: Speech) -> dict[str, Any]:
    return {
        "botId": app.app_id,
        "scopes": [*TOGETHER, ALONE],
        "supportsFiles": False,
        "isNotificationOnly": False,
        **({"supportsTargetedMessages": True} if app.has_slash else {}),
        "commandLists": list(_menus(app, speech)),
    }


def _menus(app: AppSettings, speech: Speech) -> Iterable[dict[str, Any]]:
    """What is offered after "@Vigie", and after "/". There each title begins with the word that people type in every
    chat, and that word alone stands first: it leads to all the others."""
    daily = [
        {"title": speech.text(f"menu.{verb.name}"), "description": speech.text(f"menu_does.{verb.name}")}
        for verb in TYPED
        if verb.daily
    ]
    mention = {"triggers": ["mention"]} if app.has_slash else {}
    yield {**mention, "scopes": [*TOGETHER, ALONE], "commands": daily[:LONGEST_MENU]}
    if app.has_slash:
        word = app.command.removeprefix("/")
        first = {"title": word, "description": speech.text("app.any", command=app.command)}
        commands = [first, *({**each, "title": f"{word} {each['title']}"} for each in daily)]
        yield {"triggers": ["slash"], "scopes": list(TOGETHER), "commands": commands[:LONGEST_MENU]}


def _form(app: AppSettings, speech: Speech) -> dict[str, Any]:
    """The form of a new ticket: in the menu of a message, which fills it in, beside the composer, and after "/"."""
    return {
        "id": EXTENSION,
        "type": "action",
        "title": speech.text("app.create"),
        "description": speech.text("app.create_does"),
        "context": ["message", "compose", "commandBox"],
        "fetchTask": True,
        **({"triggers": ["slash"]} if app.has_slash else {}),
    }


def _reads_all(app: AppSettings, address: str) -> dict[str, Any]:
    return {
        # Nothing is read there; Teams wants some address beside the id.
        "webApplicationInfo": {"id": app.app_id, "resource": address},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": scope.name, "type": "Application"} for scope in PER_TEAM],
            },
        },
    }


def _places(pattern: str, lists: Iterable[list[dict[str, Any]]]) -> dict[str, str]:
    return {
        f"{pattern.format(index)}[{place}].{part}": command[part]
        for index, commands in enumerate(lists)
        for place, command in enumerate(commands)
        for part in ("title", "description")
    }
