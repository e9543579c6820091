"""Activities as Teams sends them, made up of the parts that each kind has."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TENANT, APP = "7f1b2c3d-0000-4000-8000-00000000c0de", "28:app"
SERVICE = "https://smba.trafficmanager.net/emea/"
CHANNEL, CUSTOMERS, GROUP, CHAT = (
    "19:desk@thread.tacv2", "19:acme@thread.tacv2", "19:group@thread.v2", "a:1chat",
)  # fmt: skip
ANA, BENOIT, DANA = "29:ana", "29:benoit", "29:dana"
NAMES = {ANA: "Ana Reyes", BENOIT: "Benoît Laurent", DANA: "Dana Fox", APP: "Vigie"}
AT = "2026-03-02T09:05:04.123Z"


def activity(kind: str, *, by: str = ANA, where: str = CHANNEL, root: str = "", **rest: Any) -> Json:
    """One of that kind, by somebody somewhere."""
    form = "personal" if where == CHAT else "groupChat" if where == GROUP else "channel"
    data: Json = {"tenant": {"id": TENANT}}
    if form == "channel":
        data |= {"teamsChannelId": where, "teamsTeamId": "19:team@thread.tacv2", "channel": {"id": where},
                 "team": {"id": "19:team@thread.tacv2"}}  # fmt: skip
    return {
        "type": kind,
        "id": "1772442304123",
        "timestamp": AT,
        "localTimestamp": "2026-03-02T10:05:04.123+01:00",
        "serviceUrl": SERVICE,
        "channelId": "msteams",
        "from": {"id": by, "name": NAMES.get(by, by), "aadObjectId": f"{by[3:]:0>8}-0000-4000-8000-000000000000"},
        "conversation": {"id": f"{where};messageid={root}" if root else where, "conversationType": form,
                         "isGroup": form != "personal", "tenantId": TENANT},
        "recipient": {"id": APP, "name": "Vigie"},
        "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"}],
        "channelData": data,
        "locale": "en-GB",
        **rest,
    }  # fmt: skip


def at(who: str, name: str = "") -> str:
    """A mention as it stands in a text."""
    return f"<at>{name or NAMES[who]}</at>"


def message(text: str, *mentions: str, **rest: Any) -> Json:
    """A message that names those people."""
    named = [
        {"type": "mention", "mentioned": {"id": who, "name": NAMES[who]}, "text": at(who)} for who in mentions
    ]  # fmt: skip
    found = activity("message", **{"textFormat": "plain", "attachments": [], **rest}, text=text)
    found["entities"] += named
    if found["conversation"]["conversationType"] == "channel" and "messageid" not in found["conversation"]["id"]:
        found["conversation"]["id"] += f";messageid={found['id']}"
    return found


def said_to_us(text: str, *mentions: str, **rest: Any) -> Json:
    """A message that begins with our name."""
    return message(f"{at(APP)} {text}", APP, *mentions, **rest)


def slash(text: str, **rest: Any) -> Json:
    """A message that only we and its author see."""
    found = message(text, **rest)
    found["recipient"]["isTargeted"] = True
    return found


def invoke(name: str, value: Json, **rest: Any) -> Json:
    """Something that waits for its answer."""
    return activity("invoke", name=name, value=value, **{"id": "f:6f2c", **rest})
