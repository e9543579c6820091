"""Buttons, menus, forms and the home tab behave as in Slack's client, and reach the bot in Slack's shapes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from aiohttp import web

from bot.slack_emulator.triggers import Trigger
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, BENOIT, CARLA, MARCUS
from tests.bot.slack_emulator.fake_bot import Json, Place, button, field, modal, option, plain, section

CATEGORY = {"type": "static_select", "options": [option("incident"), option("inquiry")]}
SUMMARY = {"type": "plain_text_input", "max_length": 10}


def answering(body: Json | str) -> Callable[[Json], Awaitable[web.Response]]:
    """A handler that always answers the same."""

    async def answer(_payload: Json) -> web.Response:
        return web.Response(text=body) if isinstance(body, str) else web.json_response(body)

    return answer


async def opened(place: Place, view: Json, user: str = ANA.id) -> Json:
    """The view that a command of `user` opened."""
    answers: list[Json] = []

    async def open_it(fields: Json) -> web.Response:
        answers.append(await place.api("views.open", trigger_id=fields["trigger_id"], view=view))
        return web.Response()

    place.bot.on_command = open_it
    await place.control("command", channel=DESK_ID, user=user, command="/ticket", text="new")
    assert answers[0]["ok"], answers[0]
    shown: Json = answers[0]["view"]
    return shown


async def submit(place: Place, view: Json, **values: object) -> Json:
    return await place.control("submit", user=ANA.id, view_id=view["id"], values=values)


async def test_a_button_press_carries_message_place_and_person(place: Place) -> None:
    blocks = [section("card"), {"type": "actions", "block_id": "row", "elements": [button("ticket.take", "42")]}]
    card = await place.posted(DESK_ID, blocks=blocks)
    answer = await place.control(
        "interact", channel=DESK_ID, messageTs=card, user=MARCUS.id, action={"action_id": "ticket.take"}
    )
    [payload] = place.bot.interactions
    assert (answer["ok"], answer["status"]) == (True, 200)
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == MARCUS.id
    assert payload["channel"] == {"id": DESK_ID, "name": "support-desk"}
    assert payload["container"] == {
        "type": "message", "message_ts": card, "channel_id": DESK_ID, "is_ephemeral": False,
    }  # fmt: skip
    assert payload["message"]["ts"] == card
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("ticket.take", "row", "42")
    assert payload["response_url"].startswith("http://127.0.0.1")


async def test_a_menu_in_a_message_sends_the_option_it_offers(place: Place) -> None:
    menu = {"type": "static_select", "action_id": "pick", "options": [option("one"), option("two")]}
    card = await place.posted(DESK_ID, blocks=[section("pick", accessory=menu)])
    where = {"channel": DESK_ID, "messageTs": card, "user": ANA.id}
    for chosen in ({"value": "two"}, {"selected_option": "two"}, {"selected_option": {"value": "two"}}):
        await place.control("interact", **where, action={"action_id": "pick", **chosen})
        assert place.bot.interactions[-1]["actions"][0]["selected_option"] == option("two")
    refused = await place.control("interact", **where, action={"action_id": "pick", "value": "three"})
    assert "three" in refused["error"]


async def test_a_private_answers_buttons_come_without_the_message(place: Place) -> None:
    blocks = [{"type": "actions", "elements": [button("ok")]}]
    told = await place.api("chat.postEphemeral", channel=DESK_ID, user=ANA.id, text="x", blocks=blocks)
    where = {"channel": DESK_ID, "messageTs": told["message_ts"], "action": {"action_id": "ok"}}
    await place.control("interact", **where, user=ANA.id)
    [payload] = place.bot.interactions
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert (await place.control("interact", **where, user=BENOIT.id))["ok"] is False


async def test_what_is_not_there_cannot_be_pressed(place: Place) -> None:
    card = await place.posted(DESK_ID)
    answer = await place.control("interact", channel=DESK_ID, messageTs=card, user=ANA.id, action={"action_id": "x"})
    assert answer["ok"] is False
    assert place.bot.interactions == []


async def test_a_customer_can_press_but_has_no_shortcuts(place: Place) -> None:
    card = await place.posted(CUSTOMER_ID, blocks=[{"type": "actions", "elements": [button("ask")]}])
    where = {"channel": CUSTOMER_ID, "messageTs": card, "user": CARLA.id}
    assert (await place.control("interact", **where, action={"action_id": "ask"}))["ok"] is True
    assert place.bot.interactions[0]["user"]["team_id"] == CARLA.team_id
    assert (await place.control("shortcut", user=CARLA.id, callback_id="new"))["ok"] is False


async def test_a_form_opens_for_whoever_acted_and_is_seen_in_the_state(place: Place) -> None:
    view = await opened(place, modal(field("summary", SUMMARY), callback_id="new", private_metadata="42"))
    [shown] = (await place.state())["views"]
    assert (shown["user"], shown["view"]) == (ANA.id, view)
    assert (view["callback_id"], view["private_metadata"], view["root_view_id"]) == ("new", "42", view["id"])


async def test_a_submission_carries_every_value_in_slacks_form(place: Place) -> None:
    # Kind of element, what the person enters, the state it becomes.
    cases: list[tuple[Json, object, Json]] = [
        (SUMMARY, "Link down", {"value": "Link down"}),
        (CATEGORY, "inquiry", {"selected_option": option("inquiry")}),
        ({**CATEGORY, "type": "radio_buttons"}, "incident", {"selected_option": option("incident")}),
        ({**CATEGORY, "type": "checkboxes"}, ["incident"], {"selected_options": [option("incident")]}),
        ({**CATEGORY, "type": "multi_static_select"}, ["inquiry", "incident"],
         {"selected_options": [option("inquiry"), option("incident")]}),
        ({"type": "datetimepicker"}, "2026-11-22T10:00:00+11:00",
         {"selected_date_time": int(datetime.fromisoformat("2026-11-21T23:00:00Z").timestamp())}),
        ({"type": "datepicker"}, "2026-12-01", {"selected_date": "2026-12-01"}),
        ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
        ({"type": "users_select"}, MARCUS.id, {"selected_user": MARCUS.id}),
        ({"type": "multi_users_select"}, [ANA.id, MARCUS.id], {"selected_users": [ANA.id, MARCUS.id]}),
        ({"type": "conversations_select"}, DESK_ID, {"selected_conversation": DESK_ID}),
        ({"type": "email_text_input"}, "a@b.example", {"value": "a@b.example"}),
        ({"type": "url_text_input"}, "https://a.example/x", {"value": "https://a.example/x"}),
        ({"type": "number_input", "is_decimal_allowed": False}, 5, {"value": "5"}),
    ]  # fmt: skip
    view = await opened(place, modal(*(field(f"f{n}", element) for n, (element, _, _) in enumerate(cases))))
    answer = await submit(place, view, **{f"f{n}": entered for n, (_, entered, _) in enumerate(cases)})
    assert (answer["ok"], answer["view"]) == (True, None)
    [payload] = place.bot.interactions
    assert payload["type"] == "view_submission"
    for number, (element, _, state) in enumerate(cases):
        assert payload["view"]["state"]["values"][f"f{number}"]["value"] == {"type": element["type"], **state}
    assert (await place.state())["views"] == []


async def test_values_a_form_starts_with_are_kept(place: Place) -> None:
    view = await opened(place, modal(
        field("summary", {**SUMMARY, "initial_value": "old"}),
        field("category", {**CATEGORY, "initial_option": option("inquiry")}),
        field("when", {"type": "datetimepicker", "initial_date_time": 1_800_000_000}),
        field("who", {"type": "users_select", "initial_user": ANA.id}),
        field("what", {"type": "plain_text_input"}, optional=True),
    ))  # fmt: skip
    assert (await submit(place, view, who=BENOIT.id))["ok"] is True
    values = place.bot.interactions[0]["view"]["state"]["values"]
    assert values["summary"]["value"]["value"] == "old"
    assert values["category"]["value"]["selected_option"] == option("inquiry")
    assert values["when"]["value"]["selected_date_time"] == 1_800_000_000
    assert values["who"]["value"]["selected_user"] == BENOIT.id
    assert values["what"]["value"]["value"] is None


@pytest.mark.parametrize(
    ("element", "entered"),
    [
        (SUMMARY, ""),
        (SUMMARY, None),
        (SUMMARY, "x" * 11),
        ({**SUMMARY, "min_length": 3}, "xx"),
        (CATEGORY, "nonsense"),
        ({**CATEGORY, "type": "checkboxes"}, []),
        ({"type": "datetimepicker"}, "tomorrow"),
        ({"type": "datetimepicker"}, "2026-11-22T10:00:00"),
        ({"type": "datepicker"}, "1 December"),
        ({"type": "timepicker"}, "25:00"),
        ({"type": "email_text_input"}, "nobody"),
        ({"type": "url_text_input"}, "example.com"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5"),
    ],
)
async def test_what_slacks_client_refuses_never_reaches_the_bot(place: Place, element: Json, entered: object) -> None:
    view = await opened(place, modal(field("field", element)))
    answer = await submit(place, view, field=entered)
    assert answer["ok"] is False
    assert list(answer["errors"]) == ["field"]
    assert place.bot.interactions == []


async def test_a_value_for_a_field_that_is_not_there_is_an_error(place: Place) -> None:
    view = await opened(place, modal(field("summary", SUMMARY)))
    assert set((await submit(place, view, summary="x", sumary="x"))["errors"]) == {"sumary"}


async def test_only_the_person_a_form_is_shown_to_can_submit_it(place: Place) -> None:
    view = await opened(place, modal(field("summary", SUMMARY)))
    answer = await place.control("submit", user=BENOIT.id, view_id=view["id"], values={"summary": "x"})
    assert "no such view" in answer["error"]


async def test_the_bots_errors_are_shown_and_the_form_stays_filled_in(place: Place) -> None:
    view = await opened(place, modal(field("summary", SUMMARY)))
    place.bot.on_interaction = answering({"response_action": "errors", "errors": {"summary": "Say more."}})
    answer = await submit(place, view, summary="x")
    assert (answer["ok"], answer["errors"]) == (False, {"summary": "Say more."})
    place.bot.on_interaction = answering("")
    assert (await submit(place, view))["ok"] is True
    assert place.bot.interactions[1]["view"]["state"]["values"]["summary"]["value"]["value"] == "x"


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"value": "an action_id is no block_id"}},
        {"response_action": "errors", "errors": {"note": "a section is no input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"text": "thanks"},
        "thanks",
    ],
)
async def test_an_answer_slack_does_not_understand_fails_the_submission(place: Place, body: Json | str) -> None:
    view = await opened(place, modal(field("summary", SUMMARY), section("note", block_id="note")))
    place.bot.on_interaction = answering(body)
    answer = await submit(place, view, summary="x")
    assert answer["ok"] is False
    assert "trouble" in answer["error"]
    assert len((await place.state())["views"]) == 1


async def test_a_submission_can_update_push_and_clear(place: Place) -> None:
    view = await opened(place, modal(field("summary", SUMMARY)))
    place.bot.on_interaction = answering({"response_action": "update", "view": modal(field("next", SUMMARY))})
    updated = (await submit(place, view, summary="x"))["view"]
    assert updated["id"] == view["id"]
    assert updated["hash"] != view["hash"]
    place.bot.on_interaction = answering({"response_action": "push", "view": modal(field("third", SUMMARY))})
    pushed = (await submit(place, updated, next="x"))["view"]
    assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], view["id"])
    assert [one["view"]["id"] for one in (await place.state())["views"]] == [view["id"], pushed["id"]]
    place.bot.on_interaction = answering("")
    assert (await submit(place, pushed, third="x"))["view"]["id"] == view["id"]
    place.bot.on_interaction = answering({"response_action": "clear"})
    assert (await submit(place, updated, next="x"))["view"] is None
    assert (await place.state())["views"] == []


async def test_a_stack_holds_three_forms(place: Place) -> None:
    view = await opened(place, modal({"type": "actions", "elements": [button("more")]}))
    answers: list[Json] = []

    async def push(payload: Json) -> web.Response:
        answers.append(await place.api("views.push", trigger_id=payload["trigger_id"], view=modal(section("more"))))
        return web.Response()

    place.bot.on_interaction = push
    for _ in range(3):
        await place.control("interact", user=ANA.id, view_id=view["id"], action={"action_id": "more"})
    assert [one.get("error") for one in answers] == [None, None, "push_limit_reached"]


async def test_closing_is_told_only_when_asked_for(place: Place) -> None:
    quiet = await opened(place, modal(section("x")))
    assert (await place.control("close", user=ANA.id, view_id=quiet["id"]))["status"] is None
    loud = await opened(place, modal(section("x"), notify_on_close=True))
    assert (await place.control("close", user=ANA.id, view_id=loud["id"]))["status"] == 200
    [payload] = place.bot.interactions
    assert (payload["type"], payload["view"]["id"], payload["is_cleared"]) == ("view_closed", loud["id"], False)
    assert (await place.state())["views"] == []


async def test_a_menu_in_a_form_tells_the_bot_with_everything_filled_in_so_far(place: Place) -> None:
    view = await opened(place, modal(field("category", CATEGORY, dispatch_action=True), field("summary", SUMMARY)))
    where = {"user": ANA.id, "view_id": view["id"]}
    await place.control("interact", **where, action={"action_id": "value", "block_id": "category", "value": "incident"})
    [payload] = place.bot.interactions
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["view"]["state"]["values"]["category"]["value"]["selected_option"] == option("incident")
    assert "response_url" not in payload
    silent = await place.control(
        "interact", **where, action={"action_id": "value", "block_id": "summary", "value": "x"}
    )
    assert silent["ok"] is False


async def test_what_was_typed_survives_an_update_where_the_field_is_the_same(place: Place) -> None:
    view = await opened(place, modal(field("category", CATEGORY, dispatch_action=True)))
    await place.control("interact", user=ANA.id, view_id=view["id"], action={"action_id": "value", "value": "incident"})
    same = modal(field("category", CATEGORY, dispatch_action=True), field("summary", SUMMARY))
    kept = await place.api("views.update", view_id=view["id"], view=same)
    assert kept["view"]["state"]["values"]["category"]["value"]["selected_option"] == option("incident")
    other = await place.api("views.update", view_id=view["id"], view=modal(field("kind", CATEGORY)))
    assert other["view"]["state"]["values"] == {}


async def test_an_update_that_comes_too_late_finds_nothing(place: Place) -> None:
    view = await opened(place, modal(section("x")))
    stale = await place.api("views.update", view_id=view["id"], view=modal(section("y")), hash="old")
    assert stale["error"] == "hash_conflict"
    fresh = await place.api("views.update", view_id=view["id"], view=modal(section("y")), hash=view["hash"])
    assert fresh["ok"] is True
    await place.control("close", user=ANA.id, view_id=view["id"])
    gone = await place.api("views.update", view_id=view["id"], view=modal(section("z")))
    assert gone["error"] == "not_found"


async def test_a_trigger_opens_one_form_within_three_seconds(place: Place) -> None:
    triggers = place.workspace.triggers
    fresh, late = triggers.make(ANA.id), triggers.make(ANA.id)
    triggers._triggers[late].born -= 3.1  # noqa: SLF001 - instead of waiting three seconds
    view = modal(section("x"))
    errors = [
        (await place.api("views.open", trigger_id=trigger, view=view)).get("error")
        for trigger in (fresh, fresh, late, "1.2.3")
    ]
    assert errors == [None, "exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


def test_a_trigger_lives_as_long_as_the_bot_has_to_answer() -> None:
    now = [0.0]
    workspace = Workspace(":memory:", answer_within=60.0, real=lambda: now[0])
    in_time, late = workspace.triggers.make(ANA.id), workspace.triggers.make(ANA.id)
    now[0] = 59.0
    assert isinstance(workspace.triggers.exchange(in_time), Trigger)
    now[0] = 61.0
    assert workspace.triggers.exchange(late) == "expired_trigger_id"
    workspace.record.close()


async def test_shortcuts_come_with_what_they_were_used_on(place: Place) -> None:
    said = await place.control("message", channel=DESK_ID, user=BENOIT.id, text="help")
    await place.control("shortcut", user=ANA.id, callback_id="new", channel=DESK_ID, ts=said["ts"])
    await place.control("shortcut", user=ANA.id, callback_id="list")
    on_message, anywhere = place.bot.interactions
    assert (on_message["type"], on_message["callback_id"]) == ("message_action", "new")
    assert (on_message["message"]["text"], on_message["message_ts"]) == ("help", said["ts"])
    assert "response_url" in on_message
    assert (anywhere["type"], "response_url" in anywhere, "channel" in anywhere) == ("shortcut", False, False)


async def test_the_home_tab_is_absent_the_first_time_and_then_shown(place: Place) -> None:
    first = await place.control("open-home", user=ANA.id)
    assert first["channel"].startswith("D")
    published = await place.api("views.publish", user_id=ANA.id, view={"type": "home", "blocks": [section("hi")]})
    await place.control("open-home", user=ANA.id)
    before, after = place.bot.heard("app_home_opened")
    assert "view" not in before
    assert (before["tab"], before["channel"]) == ("home", first["channel"])
    assert after["view"]["id"] == published["view"]["id"]
    [shown] = (await place.state())["views"]
    assert (shown["user"], shown["view"]["type"]) == (ANA.id, "home")


async def test_a_home_tab_is_replaced_only_by_who_saw_the_last_one(place: Place) -> None:
    home = {"type": "home", "blocks": [section("hi")]}
    first = await place.api("views.publish", user_id=ANA.id, view=home)
    assert (await place.api("views.publish", user_id=ANA.id, view=home, hash="old"))["error"] == "hash_conflict"
    again = await place.api("views.publish", user_id=ANA.id, view=home, hash=first["view"]["hash"])
    assert again["view"]["id"] == first["view"]["id"]
    assert len((await place.state())["views"]) == 1


async def test_a_press_the_bot_does_not_answer_is_told_to_the_person(place: Place) -> None:
    place.workspace.delivery.within = 0.05

    async def slow(_payload: Json) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    place.bot.on_interaction = slow
    card = await place.posted(DESK_ID, blocks=[{"type": "actions", "elements": [button("take")]}])
    answer = await place.control("interact", channel=DESK_ID, messageTs=card, user=ANA.id, action={"action_id": "take"})
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    assert "operation_timeout" in (await place.messages(DESK_ID, ANA.id))[-1]["text"]


async def test_confirmations_and_titles_travel_unchanged(place: Place) -> None:
    confirm = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
    pressed = {**button("drop"), "style": "danger", "confirm": confirm}
    card = await place.posted(DESK_ID, blocks=[{"type": "actions", "elements": [pressed]}])
    [message] = await place.messages(DESK_ID)
    assert (message["ts"], message["blocks"][0]["elements"]) == (card, [pressed])


# -- a press right after a change --------------------------------------------------------------------------------------


async def shown_blocks(place: Place, ts: str) -> list[Json]:
    [found] = [message for message in await place.messages(DESK_ID, ANA.id) if message["ts"] == ts]
    blocks: list[Json] = found["blocks"]
    return blocks


def card_of(state: str, *verbs: str) -> list[Json]:
    rows = [section(state), {"type": "actions", "elements": [button(f"ticket.{verb}", f"7:{state}") for verb in verbs]}]
    return [section("#7"), *rows]


async def pressed(place: Place, ts: str, block: Json, action_id: str) -> Json:
    """What the bot hears of a press on that block as it once stood."""
    [element] = [one for one in block["elements"] if one["action_id"] == action_id]
    action = {"action_id": action_id, "block_id": block["block_id"], "value": element["value"]}
    answer = await place.control("interact", channel=DESK_ID, messageTs=ts, user=ANA.id, action=action)
    assert answer["ok"], answer
    [heard] = place.bot.interactions[-1]["actions"]
    found: Json = heard
    return found


async def test_a_press_on_what_was_just_redrawn_means_what_was_pressed(place: Place) -> None:
    ts = await place.posted(DESK_ID, blocks=card_of("open", "take", "update"))
    before = (await shown_blocks(place, ts))[-1]
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="x", blocks=card_of("taken", "update", "resolve"))
    assert (await pressed(place, ts, before, "ticket.update"))["value"] == "7:open"
    assert (await pressed(place, ts, before, "ticket.take"))["value"] == "7:open", "also where it is gone since"


async def test_a_block_that_stays_the_same_keeps_its_id(place: Place) -> None:
    ts = await place.posted(DESK_ID, blocks=card_of("open", "take"))
    before = await shown_blocks(place, ts)
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="x", blocks=card_of("taken", "update"))
    after = await shown_blocks(place, ts)
    assert before[0] == after[0]
    assert not {one["block_id"] for one in before[1:]} & {one["block_id"] for one in after[1:]}
    assert len({one["block_id"] for one in after}) == len(after)


async def test_after_a_restart_the_same_action_is_found_by_what_it_means(place: Place) -> None:
    rows = [{"type": "actions", "elements": [button("ticket.take", number)]} for number in ("7", "8")]
    ts = await place.posted(DESK_ID, blocks=rows)
    before = await shown_blocks(place, ts)
    await place.api("chat.update", channel=DESK_ID, ts=ts, text="x", blocks=[section("new"), rows[1]])
    place.workspace.earlier.clear()
    assert (await pressed(place, ts, before[1], "ticket.take"))["value"] == "8"
    gone = {"action_id": "ticket.take", "block_id": before[0]["block_id"], "value": "7"}
    answer = await place.control("interact", channel=DESK_ID, messageTs=ts, user=ANA.id, action=gone)
    assert not answer["ok"], "never another ticket's button"


async def test_a_press_on_a_home_page_that_was_just_published_again_counts(place: Place) -> None:
    def page(state: str) -> Json:
        return {"type": "home", "blocks": card_of(state, "take")}

    view = (await place.api("views.publish", user_id=ANA.id, view=page("open")))["view"]
    block = view["blocks"][-1]
    await place.api("views.publish", user_id=ANA.id, view=page("taken"))
    action = {"action_id": "ticket.take", "block_id": block["block_id"], "value": "7:open"}
    answer = await place.control("interact", view_id=view["id"], user=ANA.id, action=action)
    assert answer["ok"], answer
    assert place.bot.interactions[-1]["actions"][0]["value"] == "7:open"


async def test_a_home_page_cannot_be_closed(place: Place) -> None:
    view = (await place.api("views.publish", user_id=ANA.id, view={"type": "home", "blocks": card_of("x", "take")}))[
        "view"
    ]
    answer = await place.control("close", user=ANA.id, view_id=view["id"])
    assert answer == {"ok": False, "error": "this is a home tab, not a form: there is nothing to close"}
