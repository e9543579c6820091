"""The workspace and the app itself: api.test, auth.test, team.info, bots.info, apps.connections.open."""

from __future__ import annotations

from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.ids import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.stand_in.shapes import Json

URL = f"https://{TEAM_DOMAIN}.slack.com/"


def api_test(call: Call) -> Json:
    """Echoes its arguments; `error` makes it fail with that word."""
    if error := call.text("error"):
        raise RefusedMethodError(error, args=call.args)
    return {"args": call.args}


def auth_test(_call: Call) -> Json:
    """Who the token belongs to."""
    return {"url": URL, "team": TEAM_NAME, "user": BOT_NAME, "team_id": TEAM_ID, "user_id": BOT_USER_ID,
            "bot_id": BOT_ID, "is_enterprise_install": False}  # fmt: skip


def connections_open(call: Call) -> Json:
    """An address for one Socket Mode connection."""
    return {"url": call.workspace.sockets.invite(call.host)}


def info(_call: Call) -> Json:
    """The workspace's name and domain."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "url": URL, "domain": TEAM_DOMAIN, "email_domain": "",
                     "icon": {"image_default": True}, "is_verified": False}}  # fmt: skip


def bots_info(call: Call) -> Json:
    """The bot by its bot id."""
    if call.text("bot") not in (None, BOT_ID):
        raise RefusedMethodError("bot_not_found")
    return {"bot": {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "updated": 1760000000, "app_id": APP_ID,
                    "user_id": BOT_USER_ID, "icons": {}}}  # fmt: skip
