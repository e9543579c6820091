"""On which platforms a story is told, and what keeps one from being told on Teams."""

from __future__ import annotations

import pytest

from tools.parity import cannot

SLACK, TEAMS = "slack", "teams"

#: The stories that are told on Teams too, word for word: always, or in `make test-slow` alone, for what they promise
#: there is kept by the same code.
ALWAYS = frozenset({"test_from_new_to_resolved"})
SLOWLY = frozenset({
    "test_absence", "test_agreements", "test_alike", "test_asked_first", "test_assignment", "test_called",
    "test_chat_troubles",
    "test_edits", "test_etiquette", "test_handover", "test_home", "test_intake",
    "test_kill", "test_late_answers", "test_major", "test_major_in_french", "test_mention", "test_nowhere",
    "test_pinged",
    "test_private_answers",
    "test_questions", "test_quiet_channel", "test_refusals", "test_reset", "test_satisfaction", "test_setup",
    "test_shortcuts", "test_suggested", "test_suggestions", "test_tables", "test_talk", "test_time_steps_back",
    "test_triage_card", "test_typed",
})  # fmt: skip

#: The stories that are told in Teams on PostgreSQL as well, beside those that say so themselves. What Teams does with
#: the database is in `storage/`, and its tests try each function there on both; these go through all of it: posts in
#: doubt, private chats, forms and pages that are kept, channels that are found, a desk that is set up, a restart.
ON_BOTH_DATABASES = frozenset({
    "test_from_new_to_resolved", "test_chat_troubles", "test_home", "test_kill", "test_late_answers", "test_major",
    "test_setup",
})  # fmt: skip

_FORBIDDEN = cannot(TEAMS)
_REACTIONS, _GROUPS = _FORBIDDEN["reaction:ticket"], _FORBIDDEN["way:groups"]
_OFFERED = "only Slack's forms offer channels that the bot is not in"
_OWN_API = "it speaks with Slack's own Web API"
_OWN_EVENTS = "it is about what Slack alone sends: the posts of other apps, and files without a name"
_OTHERWISE = "it is about how Slack answers it; `test_in_teams` is about Teams"
_DOOR = "it is about Slack's own requests; Teams' are in `tests/bot/teams/` and `test_teams_doors`"
_CORE = "what it promises is kept before any platform is asked"
#: The files that are told in Slack alone, and why.
SLACK_ALONE: dict[str, str] = {
    "test_another_server": _OWN_API,
    "test_any_day": "its stories are those of other files",
    "test_browser": "`test_browser_both` is that of Teams",
    "test_change_of_clock": _CORE,
    "test_contracts": _CORE,
    "test_database_away": _CORE,
    "test_database_busy": _CORE,
    "test_desk_page": "the page is the same beside any chat",
    "test_disk_full": _CORE,
    "test_doors": _DOOR,
    "test_draining": _DOOR,
    "test_groups": _GROUPS,
    "test_imported": _CORE,
    "test_log_lines": _CORE,
    "test_long_ids": _CORE,
    "test_loop": _CORE,
    "test_machine_clocks": _CORE,
    "test_metrics": _CORE,
    "test_shadow": _CORE,
    "test_lost_channels": "`test_closed_in_teams` is that of Teams",
    "test_pictures": "Slack alone has pictures in the place of charts; how Teams draws them is in `tests/bot/teams/`",
    "test_missing_permissions": "Slack's permissions are Slack's",
    "test_new_terms": _CORE,
    "test_on_one_machine": _CORE,
    "test_once": _DOOR,
    "test_several_processes": "its last story is told in Teams, by hand",
    "test_rolling_upgrade": _CORE,
    "test_said_once": _FORBIDDEN["way:look-up"],
    "test_stopping": _CORE,
    "test_ticket_reaction": _REACTIONS,
    "test_twice": _DOOR,
    "test_unsound_requests": _DOOR,
}
#: What of the others is not told on Teams, and why: Teams forbids it, as the README says, or it is about Slack itself.
NOT_ON_TEAMS: dict[str, str] = {
    "test_a_groups_agreement_begins_when_it_gets_the_work_and_ends_when_another_has_it": _GROUPS,
    "test_a_bots_post_that_is_left_out_is_told_to_the_desk_once": _OWN_EVENTS,
    "test_where_the_workspace_refuses_a_table_the_same_is_said_line_by_line_from_then_on": "it is about Slack's blocks",
    "test_a_report_is_drawn_and_where_the_workspace_refuses_that_its_words_are_said": "it is about Slack's blocks",
    "test_on_manual_bots_are_none_of_the_desks_business": _OWN_EVENTS,
    "test_whatever_slack_calls_it_what_a_customer_says_becomes_a_ticket": _OWN_EVENTS,
    "test_a_file_without_a_name_ends_a_wait": _OWN_EVENTS,
    "test_an_agents_reply_through_another_app_counts_as_their_answer": _OWN_EVENTS,
    "test_mentions_with_nothing_behind_them_are_no_ticket": _GROUPS,
    "test_off_means_not_even_by_reaction_and_whoever_reacts_is_told": _REACTIONS,
    "test_on_a_message_that_has_a_ticket_the_shortcut_shows_it": _OTHERWISE,
    "test_the_global_shortcut_opens_the_form_of_the_desk_and_the_person_is_told": _OTHERWISE,
    "test_a_group_that_is_handed_the_work_is_pinged_once_and_its_owner_stays": _GROUPS,
    "test_a_group_that_is_silent_is_told_of_until_somebody_of_it_answers": _GROUPS,
    "test_a_channel_that_cannot_be_written_to_is_told_to_whoever_chose_it": _OFFERED,
    "test_a_level_may_have_a_group_as_its_contact": _GROUPS,
    "test_the_form_brings_the_talk_along": "it is Slack's own menu; the story beside it opens Teams' extension",
    "test_a_corrected_first_message_corrects_the_card_until_somebody_puts_it_in_other_words": _REACTIONS,
    "test_a_severity_that_comes_into_force_later_names_somebody_then": _REACTIONS,
    "test_what_a_customer_is_refused_names_no_staff_and_shows_the_way": _REACTIONS,
    "test_a_reaction_on_a_stray_copy_is_answered_with_the_way_to_the_card": _OWN_API,
    "test_a_stray_copy_of_the_card_leads_to_the_card_that_counts": _OWN_API,
    "test_whoever_slack_has_told_nothing_of_yet_is_nobody_of_ours": _OWN_API,
    "test_what_a_form_made_of_the_message_is_left_as_it_was_put": _REACTIONS,
    "test_what_nobody_asked_of_the_bot_is_left_alone": "whoever speaks in it is in Slack alone",
    "test_what_was_written_before_the_resolution_and_heard_after_it_is_for_the_owner_to_judge": _OWN_API,
}

_PAGE = "it is about what a page shows; what is on record is that of other stories"
_OUTSIDE = "it is about what is sent and answered; what is on record is that of other stories"
#: The files whose stories are told on one database, and why. All others are told on SQLite and, some in `make
#: test-slow` alone, on PostgreSQL.
ON_ONE_DATABASE: dict[str, str] = {
    "test_any_day": "its stories are those of other files",
    "test_browser_both": _PAGE,
    "test_doors": "what it sends is refused before any database is asked",
    "test_long_ids": "SQLite counts in 64 bits, whatever is said",
    "test_on_one_machine": "several processes need PostgreSQL",
    "test_playground": _OUTSIDE,
    "test_rolling_upgrade": "several processes need PostgreSQL",
    "test_several_processes": "several processes need PostgreSQL",
    "test_teams_doors": "most of what it sends is refused; what is sent twice is in `test_several_processes` as well",
}


def platforms_of(module: str) -> list[object]:
    """Where the stories of that file are told, beside Slack."""
    if module in ALWAYS:
        return [SLACK, TEAMS]
    return [SLACK, pytest.param(TEAMS, marks=pytest.mark.slow)] if module in SLOWLY else [SLACK]
