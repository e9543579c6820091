"""What people do in Teams is taken for what they meant: commands, mentions, buttons, dialogs, extensions, reactions."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desk.runtime import DeskRuntime
from bot.teams import inbound
from bot.teams.forms import dialog
from bot.teams.inbound_messages import (
    command_call,
    deletion_of,
    edit_of,
    mention_call,
    message_of,
    permalink,
    post_of,
    reactions_of,
)
from bot.teams.payload import activity_of
from bot.teams.reactions import names_of, short_name
from bot.verbs.base.call import Call, Mentioned, Reply
from bot.wording.card import Field, FieldKind, Form
from bot.wording.phrase_book import PhraseBook
from tests.bot.teams.desks import AT, KEY, desk_of
from tests.bot.teams.shapes import (
    ANA,
    APP,
    BENOIT,
    CHANNEL,
    CHAT,
    CUSTOMERS,
    DANA,
    GROUP,
    NAMES,
    TENANT,
    activity,
    at,
    invoke,
    message,
    said_to_us,
    slash,
)
from triage.people import Role

Json = dict[str, Any]
DESK = desk_of()
ROOT = "1772442300000"


def asked(raw: Json) -> str | None:
    call = mention_call(DESK, activity_of(raw))
    return None if call is None else call.words


# -- commands --------------------------------------------------------------------------------------------------------

COMMANDS = [
    "new sev1 down",
    "ticket new sev1 down",
    "/ticket new sev1 down",
    "Ticket new sev1 down",
    "Vigie new sev1 down",
    "@Vigie new sev1 down",
    "/Vigie ticket new sev1 down",
    "\xa0new sev1 down",
]


@pytest.mark.parametrize("text", COMMANDS)
@pytest.mark.parametrize("where", [CHANNEL, GROUP, CHAT])
def test_a_private_command_is_the_same_with_or_without_a_name_in_front(text: str, where: str) -> None:
    call = command_call(DESK, activity_of(slash(text, where=where)))
    assert call.words == "new sev1 down"
    named = slash(f"{at(APP)}&nbsp;{text}", where=where)
    named["entities"].append({"type": "mention", "mentioned": {"id": APP, "name": "Vigie"}, "text": at(APP)})
    assert command_call(DESK, activity_of(named)).words == "new sev1 down"


def test_a_private_command_says_who_asks_and_where() -> None:
    call = command_call(DESK, activity_of(slash("take", by=BENOIT, root=ROOT)))
    assert (call.actor.id, call.speech.language) == (KEY[BENOIT], "fr")
    assert call.actor.roles == {Role.MANAGER}
    assert (call.channel, call.thread, call.reply) == (f"teams:{CHANNEL}", ROOT, Reply.LATER)
    assert call.source is None  # it is gone tomorrow: no ticket hangs on it


def test_the_same_command_is_one_act_however_often_it_arrives() -> None:
    raw = slash("take 1")
    key = command_call(DESK, activity_of(raw)).key
    assert key == command_call(DESK, activity_of(copy.deepcopy(raw))).key
    assert key != command_call(DESK, activity_of({**raw, "id": "1772442304999"})).key


# -- mentions --------------------------------------------------------------------------------------------------------

ASKED = [
    (said_to_us("new sev1 down"), "new sev1 down"),
    (message(f"{at(APP)}&nbsp;new sev1 down", APP), "new sev1 down"),
    (message(f"  {at(APP)}: take 42", APP), "take 42"),
    (message(f"{at(APP)} {at(APP)} take 42", APP, APP), "take 42"),
    (message(f"{at(APP)} - take 42", APP), "take 42"),
    (message(f"{at(APP)} /ticket take 42", APP), "take 42"),
    (message(f"take 42 {at(APP)}", APP), "take 42"),
    (message(f"take 42 {at(APP)}.", APP), "take 42"),
    (message(f"42 {at(APP)}", APP), "42"),
    (message(at(APP), APP), ""),
    (message("take 42", APP), "take 42"),  # named without a trace in the text: the id counts
    (said_to_us(f"assign 42 {at(BENOIT)}", BENOIT), "assign 42 @Benoît Laurent"),
    (message(f"thanks {at(APP)}", APP), None),
    (message(f"could {at(APP)} do it?", APP), None),
    (message(f"{at(APP)} take 42"), None),  # only typed to look so
    (message("take 42"), None),
    (said_to_us("take 42", by=APP), None),
    (said_to_us("take 42", by="28:another"), None),
]


@pytest.mark.parametrize(("raw", "words"), ASKED)
def test_whatever_is_said_to_us_by_name_is_asked_for(raw: Json, words: str | None) -> None:
    assert asked(raw) == words


def test_a_mention_knows_whom_else_it_names_and_where_it_stands() -> None:
    call = mention_call(DESK, activity_of(said_to_us(f"assign {at(BENOIT)}", BENOIT, root=ROOT)))
    assert call is not None
    assert call.source is not None
    assert call.mentioned == {"@Benoît Laurent": Mentioned(KEY[BENOIT])}
    assert (call.thread, call.source.root_id, call.source.at) == (ROOT, ROOT, AT)
    assert call.key == "message:teams:19:desk@thread.tacv2:1772442304123"


def test_what_people_are_told_to_type_is_what_they_type_there() -> None:
    for alone in (slash("take"), message("take", where=CHAT)):
        call = command_call(DESK, activity_of(alone))
        assert (call.command, call.stand.command) == ("/ticket", "/ticket")
    call_by_name = mention_call(DESK, activity_of(said_to_us("take")))
    assert call_by_name is not None
    assert (call_by_name.command, call_by_name.stand.command) == ("@Vigie", "@Vigie")


QUOTED = (
    '<blockquote itemtype="http://schema.skype.com/Reply" itemid="1772442000000">'
    '<strong itemprop="mri">Dana Fox</strong>'
    '<p itemprop="preview">It is down</p></blockquote>'
    '<p><span itemtype="http://schema.skype.com/Mention" itemid="0">Vigie</span> {}</p>'
)


def quoting(words: str) -> Json:
    attachments = [{"contentType": "text/html", "content": QUOTED.format(words)}]
    return message("", APP, where=GROUP, attachments=attachments)


def test_in_a_chat_the_message_that_is_quoted_is_what_is_spoken_of() -> None:
    call = mention_call(DESK, activity_of(quoting("take")))
    assert call is not None
    assert call.source is not None
    assert (call.words, call.thread, call.source.root_id) == ("take", "1772442000000", "1772442000000")


def test_a_ticket_that_is_asked_for_on_a_quote_is_about_what_is_quoted() -> None:
    call = mention_call(DESK, activity_of(quoting("new")))
    assert call is not None
    assert call.words == "new It is down\nDana Fox"
    assert call.source is not None
    assert call.source.root_id == call.source.message_id


# -- messages --------------------------------------------------------------------------------------------------------


def test_a_message_says_whose_it_is_and_which_thread_it_is_in() -> None:
    found = message_of(DESK, activity_of(message(f"It is down {at(ANA)}", ANA, by=DANA, where=CUSTOMERS, root=ROOT)))
    assert found is not None
    assert (found.person, found.channel, found.root_id) == (KEY[DANA], f"teams:{CUSTOMERS}", ROOT)
    assert (found.text, found.names, found.at) == ("It is down @Ana Reyes", ("@Ana Reyes",), AT)
    alone = message_of(DESK, activity_of(message("It is down", by=DANA)))
    assert alone is not None
    assert alone.root_id == alone.message_id


@pytest.mark.parametrize("by", [APP, "28:alarm", ""])
def test_what_a_bot_says_is_no_persons_message(by: str) -> None:
    assert message_of(DESK, activity_of(message("It is down", by=by))) is None


def test_another_bots_post_names_it_and_ours_is_none() -> None:
    raw = message("Disk full", by="28:alarm", where=CUSTOMERS)
    raw["from"]["name"] = "Alarms"
    post = post_of(DESK, activity_of(raw))
    assert post is not None
    assert (post.name, post.ids, post.message.text) == ("Alarms", ("28:alarm", "alarm"), "Disk full")
    assert post_of(DESK, activity_of(message("Disk full", by=APP))) is None
    assert post_of(DESK, activity_of(message("Disk full", by=ANA))) is None


def edited(text: str, event: str = "editMessage") -> Json:
    raw = message(text, by=DANA, where=CUSTOMERS, root=ROOT)
    raw |= {"type": "messageUpdate", "timestamp": "2026-03-02T09:07:00Z"}
    raw["channelData"]["eventType"] = event
    return raw


@pytest.mark.parametrize("event", ["editMessage", "undeleteMessage", "unheardOf"])
def test_an_edit_is_the_message_as_it_reads_now(event: str) -> None:
    edit = edit_of(DESK, activity_of(edited("It is up", event)))
    assert edit is not None
    assert (edit.message.text, edit.before, edit.message.at) == ("It is up", None, AT)
    later = edited("It is up again")
    later["timestamp"] = "2026-03-02T09:08:00Z"
    newer = edit_of(DESK, activity_of(later))
    assert newer is not None
    assert newer.revision > edit.revision


def test_a_deletion_names_the_message() -> None:
    raw = activity("messageDelete", by=DANA, where=CUSTOMERS, root=ROOT)
    raw["channelData"]["eventType"] = "softDeleteMessage"
    deletion = deletion_of(DESK, activity_of(raw))
    assert deletion is not None
    assert deletion.key == f"message:teams:{CUSTOMERS}:{raw['id']}"


# -- reactions -------------------------------------------------------------------------------------------------------

# What Teams calls a reaction, and by which short name the policy means it.
REACTIONS = [
    ("1f440_eyes", "eyes"), ("1f6a8_policecarlight", "rotating_light"),
    ("2705_whiteheavycheckmark", "white_check_mark"),
    ("1f3ab_ticket", "ticket"), ("like", "+1"), ("heart", "heart"), ("1f44d_yes-tone2", "+1"),
    ("1f64b-1f3fd_raisinghand", "raising_hand"), ("2764-fe0f_redheart", "heart"), ("1f680_rocket", "rocket"),
    ("unheardOf", "unheardof"), ("ffffff_beyond", "ffffff_beyond"), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), REACTIONS)
def test_a_reaction_is_called_by_its_short_name(kind: str, name: str) -> None:
    assert short_name(kind, {}) == name


def test_a_reaction_is_found_by_whichever_name_the_policy_gives_it() -> None:
    assert short_name("like", {"thumbsup": "take"}) == "thumbsup"
    assert short_name("1f440_eyes", {"1f440_eyes": "take"}) == "1f440_eyes"
    assert names_of("1f440_eyes")[0] == "eyes"


def reacted(kind: str, part: str = "reactionsAdded", **rest: Any) -> Json:
    found = activity("messageReaction", **{"replyToId": "1772442000000", **rest})
    return {**found, part: [{"type": kind}]}


def test_a_reaction_says_who_put_which_on_what() -> None:
    (reaction,) = reactions_of(DESK, activity_of(reacted("1f440_eyes", by=BENOIT)))
    assert (reaction.person, reaction.name, reaction.message_id) == (KEY[BENOIT], "eyes", "1772442000000")
    assert reaction.added
    assert reaction.on_ours
    (gone,) = reactions_of(DESK, activity_of(reacted("1f440_eyes", "reactionsRemoved", by=BENOIT)))
    assert not gone.added
    assert gone.event_id != reaction.event_id
    (again,) = reactions_of(DESK, activity_of(reacted("1f440_eyes", by=BENOIT)))
    assert again.event_id == reaction.event_id  # sent twice, it counts once


@pytest.mark.parametrize(
    "change", [{"replyToId": None}, {"reactionsAdded": None}, {"reactionsAdded": [{}, 3]}, {"from": {}}]
)
def test_a_reaction_without_its_message_or_its_author_is_none(change: Json) -> None:
    assert not list(reactions_of(DESK, activity_of({**reacted("like"), **change})))


# -- buttons ---------------------------------------------------------------------------------------------------------


def press(verb: str = "take", value: Json | str | None = None, **rest: Any) -> Json:
    kept = value if isinstance(value, str) else json.dumps(value or {"number": 42, "version": 7, "value": ""})
    data = {"action": f"ticket.{verb}", "value": kept}
    action = {"type": "Action.Execute", "verb": f"ticket.{verb}", "data": data}
    return invoke("adaptiveCard/action", {"action": action, "trigger": "manual"}, **{"replyToId": ROOT, **rest})


def call_for(raw: Json) -> Call:
    found = activity_of(raw)
    return inbound.button_call(DESK, found, inbound.pressed_of(inbound.data_of(found)))


def test_what_no_database_takes_is_left_out_of_what_a_button_carries() -> None:
    call = call_for(press(value={"number": 42, "version": "\ud800", "value": "1\ud800\x00"}))
    assert call.answers == {"value": "1"}
    assert call.key == call_for(press(value={"number": 42, "version": "", "value": "1"})).key


def test_a_button_says_which_ticket_and_is_one_act_per_version_of_the_card() -> None:
    call = call_for(press())
    assert (call.number, call.channel, call.answers) == (42, f"teams:{CHANNEL}", {"value": ""})
    assert call.key == call_for({**press(), "id": "f:another"}).key  # sent again, it has another id
    others = (
        press("update"), press(by=BENOIT), press(value={"number": 42, "version": 8}),
        press(value={"number": 43, "version": 7}),
    )  # fmt: skip
    assert len({call.key, *(call_for(each).key for each in others)}) == 5


NONSENSE = ["", "42", "{", "[]", "null", '{"number": "42"}', '{"number": null}', '{"number": [1]}', '{"number": -1}']


@pytest.mark.parametrize("value", NONSENSE)
def test_a_button_that_says_nonsense_names_no_ticket(value: str) -> None:
    assert call_for(press(value=value or "x")).number is None


@pytest.mark.parametrize("data", [None, [], "x", 3, {"action": 3}, {"action": {"x": 1}}, {"action": "take"}, {}])
def test_a_card_that_sends_anything_else_asks_for_no_verb(data: object) -> None:
    raw = press()
    raw["value"]["action"] = {"type": "Action.Execute", "data": data}
    found = activity_of(raw)
    assert inbound.pressed_of(inbound.data_of(found)).verb == ""


def test_a_verb_is_read_where_a_card_keeps_no_data() -> None:
    raw = press()
    raw["value"]["action"] = {"type": "Action.Execute", "verb": "ticket.take"}
    assert inbound.pressed_of(inbound.data_of(activity_of(raw))).verb == "take"


def test_a_button_in_a_thread_is_answered_in_it_and_the_card_in_the_channel() -> None:
    assert call_for(press(root=ROOT, replyToId="1772442301000")).thread == ROOT
    assert call_for(press(root=ROOT, replyToId=ROOT)).thread is None
    assert call_for(press(where=CHAT)).thread is None


# -- forms -----------------------------------------------------------------------------------------------------------

FORM = Form(
    "new", "New ticket", "Open", "Cancel",
    (Field("summary", FieldKind.LINE, "Summary", required=True), Field("description", FieldKind.TEXT, "More")),
    context={"channel": f"teams:{CHANNEL}", "number": "42", "version": "7"},
)  # fmt: skip


def data_of_dialog(form: Form = FORM, **answers: str) -> Json:
    """What a dialog sends back: what it was opened with, and what was filled in."""
    shown = dialog(form, PhraseBook(DESK.directory).reader(KEY[ANA]))
    return {**shown["card"]["content"]["actions"][0]["data"], **answers}


def sent(data: Json, **rest: Any) -> Json:
    return invoke("task/submit", {"data": data, "context": {"theme": "default"}}, **rest)


def form_in(raw: Json, desk: DeskRuntime = DESK) -> Call:
    found = activity_of(raw)
    return inbound.form_call(desk, found, inbound.submitted_of(desk, found, inbound.data_of(found)))


def test_a_form_comes_back_with_its_ticket_and_answers() -> None:
    data = data_of_dialog(summary="<at>x</at> &amp; *y*", description="")
    assert inbound.is_form(data)
    call = form_in(sent(data))
    assert call.answers == {"summary": "<at>x</at> &amp; *y*"}
    assert (call.number, call.channel, call.reply) == (42, f"teams:{CHANNEL}", Reply.AS_POSTED)


def test_what_a_client_sends_twice_is_one_act_and_two_openings_are_two() -> None:
    first, second = (
        inbound.carrying(FORM.context, activity_of(invoke("task/fetch", {}, id=each)), 1) for each in ("f:1", "f:2")
    )
    opened = [data_of_dialog(replace(FORM, context=context), summary="x") for context in (first, second)]
    keys = [form_in(sent(data, id=each)).key for data in opened for each in ("f:3", "f:4")]
    assert len(set(keys)) == 2
    assert form_in(sent(opened[0])).context == FORM.context  # what marks the opening is taken out again


def test_a_form_in_a_channel_that_a_customer_is_not_in_acts_in_none() -> None:
    desk = desk_of(members={f"teams:{CHANNEL}": frozenset({KEY[ANA]})})
    assert form_in(sent(data_of_dialog(summary="x"), by=DANA), desk).channel == ""
    assert form_in(sent(data_of_dialog(summary="x"), by=ANA), desk).channel == f"teams:{CHANNEL}"


@pytest.mark.parametrize("context", ["", "{", "[1]", '{"number": "-1"}', '{"channel": "slack:C1"}', "3"])
def test_a_form_with_an_unsound_context_names_no_ticket_and_no_place(context: str) -> None:
    call = form_in(sent({**data_of_dialog(summary="x"), "context": context}))
    assert (call.number, call.channel) == (None, "")


def test_a_form_of_another_organisation_is_told_apart() -> None:
    assert inbound.is_anothers(DESK, {"organisation": "2"})
    assert inbound.is_anothers(DESK, {"organisation": 2})
    assert not inbound.is_anothers(DESK, {"organisation": "1"})
    assert not inbound.is_anothers(DESK, {})


@pytest.mark.parametrize("many", [":", " ", "\u200b", ", ", " :", f" {at(APP)}"], ids=ascii)
@pytest.mark.parametrize("text", ["{many}", "x{many}", "{many}x", "x {us}{many}x"])
def test_however_often_a_sign_is_repeated_a_message_is_read_within_a_moment(text: str, many: str) -> None:
    said = text.format(many=many * (60_000 // len(many)), us=at(APP))
    begun = time.process_time()
    for raw in (said_to_us(said), message(said, APP), {**said_to_us("x"), "attachments": [html(said)]}):
        mention_call(DESK, activity_of(raw))
    assert time.process_time() - begun < 2


def html(content: str) -> Json:
    return {"contentType": "text/html", "content": content}


# -- the extension ---------------------------------------------------------------------------------------------------

PAYLOAD: Json = {
    "id": "1772442000000", "replyToId": ROOT, "createdDateTime": "2026-03-02T09:00:00.5Z",
    "from": {"user": {"id": "0000-ana", "displayName": "Ana Reyes", "userIdentityType": "aadUser"},
             "application": None, "conversation": {"id": CUSTOMERS}},
    "body": {"contentType": "html", "content": "<p>It is &lt;down&gt;</p><p>since 08:15</p>"},
    "attachments": [{"contentType": "reference", "name": "a.txt", "contentUrl": "https://x.example/a.txt"}],
    "mentions": [], "reactions": [],
}  # fmt: skip


def on_message(**changes: Any) -> Json:
    value = {"commandId": "create", "commandContext": "message", "messagePayload": {**PAYLOAD, **changes}}
    return invoke("composeExtension/fetchTask", value, where=CUSTOMERS)


def test_the_extension_takes_author_time_text_and_files_along() -> None:
    source = inbound.extension_call(DESK, activity_of(on_message())).source
    assert source is not None
    assert (source.channel, source.message_id, source.root_id) == (f"teams:{CUSTOMERS}", "1772442000000", ROOT)
    assert source.author == KEY[ANA]  # Teams names people there by their id in Entra
    assert source.at == datetime(2026, 3, 2, 9, 0, 0, 500000, tzinfo=UTC)
    assert source.text == "It is <down>\nsince 08:15\na.txt https://x.example/a.txt"
    assert source.link == permalink(TENANT, f"teams:{CUSTOMERS}", "1772442000000", ROOT)


# What the closed models of the SDK do not take, and who wrote it.
ODD: dict[str, tuple[Json, str | None]] = {
    "from a bot": ({"from": {"user": None, "application": {"applicationIdentityType": "bot", "id": "x"}}}, None),
    "by a webhook": ({"from": {"application": {"applicationIdentityType": "outgoingWebhook", "id": "x"}}}, None),
    "of another kind of user": (
        {"from": {"user": {"id": "0000-ana", "userIdentityType": "unheardOfUser"}}}, KEY[ANA]
    ),
    "with reactions": ({"reactions": [{"reactionType": "like", "user": {"user": {"id": "x"}}}]}, KEY[ANA]),
    "edited": ({"lastModifiedDateTime": "2026-03-02T09:01:00Z", "etag": "2"}, KEY[ANA]),
    "of the system": ({"messageType": "systemEventMessage", "from": None, "body": {
        "contentType": "html", "content": "<systemEventMessage/>"}}, None),
    "with an odd body": ({"body": "x"}, KEY[ANA]),
    "without a time": ({"createdDateTime": None}, KEY[ANA]),
    "from tomorrow": ({"createdDateTime": "2999-01-01T00:00:00Z"}, KEY[ANA]),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_the_extension_works_on_any_message(what: str) -> None:
    changes, author = ODD[what]
    source = inbound.extension_call(DESK, activity_of(on_message(**changes))).source
    assert source is not None
    assert source.author == author
    assert source.at <= datetime.now(UTC)


def test_somebody_outside_names_no_author_whom_nobody_knows() -> None:
    unheard_of: Json = {"from": {"user": {"id": "0000-nobody", "displayName": "The boss"}}}
    for by, author in ((ANA, "teams:0000-nobody"), (DANA, None)):
        who = {"id": by, "name": NAMES[by]}
        source = inbound.extension_call(DESK, activity_of({**on_message(**unheard_of), "from": who})).source
        assert source is not None
        assert source.author == author


@pytest.mark.parametrize(
    "value", [{}, {"messagePayload": None}, {"messagePayload": {"id": 3}}, {"commandContext": "compose"}]
)
def test_the_extension_without_a_message_is_about_none(value: Json) -> None:
    assert inbound.extension_call(DESK, activity_of(invoke("composeExtension/fetchTask", value))).source is None


# -- addresses -------------------------------------------------------------------------------------------------------


def test_a_message_has_an_address_in_a_channel_and_none_in_the_chat_with_one_person() -> None:
    link = permalink(TENANT, f"teams:{CHANNEL}", "2", "1")
    assert link == f"https://teams.microsoft.com/l/message/{CHANNEL}/2?tenantId={TENANT}&parentMessageId=1"
    assert permalink(TENANT, f"teams:{GROUP}", "2", "2").endswith("contextType%22%3A%22chat%22%7D")
    assert permalink(TENANT, f"teams:{CHAT}", "2", "2") == ""
    assert permalink(TENANT, "slack:C1", "2", "2") == ""
