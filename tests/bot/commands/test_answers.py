"""What the person who acted is told: every verb, form, list and refusal, in both languages, within Slack's limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.slack.forms import render_form
from bot.slack.render import render_message
from bot.slack_emulator.text import pinged
from bot.verbs.base.call import Answer, Reply
from bot.verbs.base.verb import TicketVerb
from bot.verbs.list import LIST_LIMIT
from bot.verbs.reading.arguments import take_kind, take_number, take_pair
from bot.verbs.registry import NAMES, ON_TICKETS, TYPED, VERBS
from bot.wording.card import Buttons, Line
from bot.wording.sentences import plain
from bot.wording.speech import catalogue
from storage.errors import DatabaseBusyError, InDoubtError
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER, READERS
from tests.bot.slack.limits import against_form, formatting_in, marked, shown
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage.people import Actor, Role

ANYBODY = Actor(AGENT.id, frozenset(Role))

# One ticket's life: what is typed in both languages, and what is answered.
LIFE = [
    ("new sev2 Link down", "nouveau gravité 2 Liaison coupée",
     "Ticket #1 is open (severity 2, incident). Next: Response due Mon 2 Mar 10:15 GMT.",
     "Le ticket #1 est ouvert (gravité 2, incident). À suivre : Réponse au plus tard lun. 2 mars 11:15 CET."),
    ("take 1", "prendre 1",
     "#1 is yours, and the customer was told. Next: Update due Mon 2 Mar 11:00 GMT.",
     "#1 est à vous, et le client le sait. À suivre : Point client au plus tard lun. 2 mars 12:00 CET."),
    ("take 1", "prendre 1", "#1 is yours already.", "#1 est déjà à vous."),
    ("assign 1 Marcus", "assigner 1 Marcus", "#1 is assigned to Marcus, who was told in its thread. Next: Update due",
     "#1 est confié à Marcus ; le fil l'en avertit. À suivre : Point client au plus tard"),
    ("assign 1 marcus", "assigner 1 marcus", "#1 is assigned like that already.", "#1 est déjà confié ainsi."),
    ("assign 1 nobody", "assigner 1 personne", "#1 has no assignee any more.", "#1 n'a plus de responsable."),
    ("assign 1 me", "assigner 1 moi", "#1 is yours, and the customer was told.",
     "#1 est à vous, et le client le sait."),
    ("update 1 We are on it", "maj 1 On y est",
     "The update on #1 was given. Next: Update due Mon 2 Mar 11:00 GMT.",
     "Le point sur #1 est donné. À suivre : Point client au plus tard lun. 2 mars 12:00 CET."),
    ("edit 1 We are working on it", "corriger 1 On y travaille",
     "Your last update on #1 was corrected; the customer sees that it was edited.",
     "Votre dernier point sur #1 est corrigé ; le client voit qu'il a été modifié."),
    ("take-back 1", "retirer 1",
     "Your update on #1 was withdrawn; its clocks were worked out as if it had not been given.",
     "Votre point sur #1 est retiré ; les délais sont recalculés comme s'il n'avait pas été donné."),
    ("edit 1 Again", "corriger 1 Encore", "You have given no update on this ticket that still stands.",
     "Vous n'avez donné sur ce ticket aucun point qui tienne encore."),
    ("redact 1 secret", "effacer 1 secret", "Only the shift lead or admins can do that (Ada and Priya).",
     "Seuls le chef d'équipe ou les administrateurs peuvent"),
    ("promise 1 12:00 BRB", "promettre 1 13:00 On revient",
     "Promised on #1: the next update by Mon 2 Mar 12:00 GMT.",
     "Promis sur #1 : prochain point au plus tard lun. 2 mars 13:00 CET."),
    ("promise 1 12:00", "promettre 1 13:00", "That is what #1 promises already.", "C'est déjà ce que promet #1."),
    ("reported 1 09:30 they called", "signalé 1 10:30 ils ont appelé",
     "#1 was reported Mon 2 Mar 09:30 GMT; its deadlines were worked out again.",
     "#1 a été signalé lun. 2 mars 10:30 CET ; ses échéances sont recalculées."),
    ("wait 1 vendor RMA", "attendre 1 fournisseur RMA", "#1 is waiting for a vendor; its clocks go on.",
     "#1 attend un fournisseur ; les délais courent toujours."),
    ("wait 1 their traceroute", "attendre 1 leur traceroute",
     "#1 is waiting for the customer; paused meanwhile: Restore.",
     "#1 attend le client ; en pause d'ici là : Rétablissement."),
    ("wait 1 their traceroute", "attendre 1 leur traceroute", "It is waiting for that already. Type /ticket resume 1 ",
     "Il attend déjà cela. Tapez /ticket reprendre 1 "),
    ("resume 1", "reprendre 1", "#1 goes on.", "#1 reprend."),
    ("resume 1", "reprendre 1", "It is not waiting for anything", "Il n'attend rien"),
    ("severity 1 1 it grew", "gravité 1 1 aggravé", "#1 is severity 1 now.", "#1 est maintenant en gravité 1."),
    ("escalate 1 impact has grown", "escalader 1 impact",
     "#1 is at Level 1; the customer support and operations manager was told.",
     "#1 passe au Niveau 1 (responsable du support client et des opérations), qui est prévenu."),
    ("decline 1", "décliner 1", "Nobody asks you to take over #1.", "Personne ne vous demande de reprendre #1."),
    ("ack 1", "accuser 1", "You are on #1, and everybody sees it.",
     "Vous vous occupez de #1, et tout le monde le voit."),
    ("ack 1", "accuser 1", "There is nothing to acknowledge", "Il n'y a rien à accuser"),
    ("de-escalate 1 it shrank", "désescalader 1 moins grave", "#1 is not escalated any more.",
     "#1 n'est plus escaladé."),
    ("de-escalate 1 it shrank", "désescalader 1 moins grave", "#1 has reached no level, so there is none to leave.",
     "#1 n'a atteint aucun niveau : il n'y a rien à redescendre."),
    ("note 1 <!channel> *careful*", "note 1 <!channel> *prudence*", "Your note was added to #1. No customer sees it.",
     "Votre note est ajoutée à #1. Aucun client ne la voit."),
    ("restored 1 at 09:59", "rétabli 1 à 10:59", "Service on #1 is restored since Mon 2 Mar 09:59 GMT, and the",
     "Service rétabli sur #1 depuis lun. 2 mars 10:59 CET, et le client le sait."),
    ("restored 1", "rétabli 1", "Service was restored Mon 2 Mar 09:59 GMT already.",
     "Le service est déjà rétabli depuis lun. 2 mars 10:59 CET."),
    ("relapsed 1", "rechute 1", "#1 is down again since Mon 2 Mar 10:00 GMT; its restore clock goes on.",
     "#1 est de nouveau en panne depuis lun. 2 mars 11:00 CET ; le délai de rétablissement repart."),
    ("category 1 provisioning", "catégorie 1 activation", "#1 is sorted as provisioning now.",
     "#1 est maintenant classé : activation."),
    ("category 1 provisioning", "catégorie 1 activation", "It is sorted as provisioning already.",
     "Il est déjà classé : activation."),
    ("snooze 1 1h", "différer 1 1h", "Warnings and reminders of #1 are held back until Mon 2 Mar 11:00 GMT.",
     "Les alertes et rappels de #1 sont suspendus jusqu'à lun. 2 mars 12:00 CET."),
    ("snooze 1 11:00", "différer 1 12:00", "Those of #1 are held back until then", "Ceux de #1 sont déjà suspendus"),
    ("snooze 1 off", "différer 1 fin", "#1 is warned of again.", "Les alertes de #1 reprennent."),
    ("customer 1 Globex", "client 1 Globex", "Acme reads along in the thread of #1, so it stays theirs.",
     "Acme lit le fil de #1 : le ticket reste donc à eux."),
    ("customer 1 acme", "client 1 acme", "#1 belongs to them already.", "#1 est déjà à eux."),
    ("new sev2 Link down too", "nouveau gravité 2 Liaison coupée aussi", "Ticket #2 is open",
     "Le ticket #2 est ouvert"),
    ("major 1 add 2", "majeur 1 ajouter 2", "#1 is no major incident. A lead makes it one", "#1 n'est pas un incident"),
    ("confirm 2", "confirmer 2", "Somebody had said already what #2 is.", "Quelqu'un avait déjà dit ce qu'est #2."),
    ("link 1 2", "lier 1 2", "#1 and #2 are linked and show each other.", "#1 et #2 sont liés et se montrent"),
    ("link 2 with #1", "lier 2 avec #1", "#2 is linked like that already.", "#2 est déjà lié ainsi."),
    ("unlink 1 2", "délier 1 2", "#1 and #2 are no longer linked.", "#1 et #2 ne sont plus liés."),
    ("ref 1 CARRIER-9 https://carrier.example/t/9", "réf 1 CARRIER-9 https://carrier.example/t/9",
     "#1 is called CARRIER-9 elsewhere.", "#1 porte ailleurs la référence CARRIER-9."),
    ("ref 1 carrier-9", "réf 1 carrier-9", "#1 is called so already.", "#1 porte déjà cette référence."),
    ("unref 1 Carrier-9", "déréf 1 Carrier-9", "#1 is not called CARRIER-9 elsewhere any more.",
     "#1 ne porte plus la référence CARRIER-9."),
    ("merge 2 into 1", "fusionner 2 dans 1", "#2 and #1 have different owners or categories.",
     "#2 et #1 n'ont pas le même responsable ou la même catégorie."),
    ("category 2 provisioning", "catégorie 2 activation", "#2 is sorted as provisioning now.",
     "#2 est maintenant classé"),
    ("merge 2 into 1", "fusionner 2 dans 1", "#2 ended, #1 goes on for both", "#2 s'arrête, #1 continue pour les deux"),
    ("take 2", "prendre 2", "This ticket was merged and goes on as #1.",
     "Ce ticket a été fusionné et continue sous #1."),
    ("resolve 1 done", "résoudre 1 fini", "#1 is resolved, and the customer was told.", "#1 est résolu, et le client"),
    ("resolve 1 done", "fermer 1 fini", "#1 is resolved already.", "#1 est déjà résolu."),
    ("take 1", "prendre 1", "This ticket is resolved. To go on with it, type /ticket reopen 1 ",
     "Ce ticket est résolu. Pour continuer, tapez /ticket rouvrir 1 "),
    ("reopen 1 came back", "rouvrir 1 revenu", "#1 is open again.", "#1 est rouvert."),
]  # fmt: skip


MANAGERS = ("ack", "de-escalate")  # what an agent may not do to a level that was reached


@pytest.mark.parametrize("language", READERS)
async def test_every_verb_is_answered_with_what_was_done_and_the_next_deadline(
    desk: DeskRuntime, language: str
) -> None:
    french = language == "fr"
    for english_words, french_words, in_english, in_french in LIFE:
        words = french_words if french else english_words
        actor = MANAGER if english_words.startswith(MANAGERS) else AGENT
        said = await told(desk, words, actor=actor, language=language)
        wanted = in_french if french else in_english
        assert said.replace("\u00a0", " ").startswith(wanted), (english_words, said)


def test_the_life_above_has_every_verb() -> None:
    done = {NAMES[words.split()[0]] for words, *_ in LIFE}
    assert {verb.name for verb in ON_TICKETS} <= done


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("verb", sorted(verb.name for verb in ON_TICKETS if verb.form is not None))
async def test_a_form_asks_in_the_readers_language_and_says_under_a_field_what_is_wrong(
    desk: DeskRuntime, verb: str, language: str
) -> None:
    await typed(desk, "new sev1 Link down")
    if verb in ("reopen", "relapsed"):
        await typed(desk, "resolve 1 done" if verb == "reopen" else "restored 1")
    if verb in ("edit", "take-back"):
        await typed(desk, "update 1 on it")
    pressed = replace(call(desk, "", language=language, actor=ANYBODY), number=1)
    answer = await dispatch.pressed(pressed, verb)
    assert answer.form is not None
    view = render_form(answer.form)
    assert against_form(view) == []
    assert view["title"]["text"] == READERS[language].text(f"form.{verb}", number=1)
    # Nothing filled in: it is done without, or refused under a field that the form has.
    answer = await dispatch.submitted(replace(pressed, reply=Reply.AS_POSTED), verb)
    assert set(answer.errors) <= {block["block_id"] for block in view["blocks"]}
    assert answer.errors or verb in ("resolve", "take-back", "restored", "relapsed", "major")


@pytest.mark.parametrize("language", READERS)
async def test_new_alone_opens_the_form_with_its_contracted_fields(desk: DeskRuntime, language: str) -> None:
    answer = await typed(desk, "new", language=language)
    assert answer.form is not None
    names = [block["block_id"] for block in render_form(answer.form)["blocks"]]
    assert names == ["summary", "category", "severity", "description", "customer", "reported_at", "requested_date"]


REFUSED = [
    (
        "new sev1",
        "A ticket needs a summary. Type /ticket new sev1 Link down in Sydney, or /ticket new alone for the form.",
    ),
    ("new incident", "A ticket needs a summary. Type /ticket new incident Link"),
    ("new sev4 x", 'There is no severity "4". Type 1 (service loss)'),
    ("take", "Which ticket? Type its number: /ticket take 42."),
    ("take #x", '"#x" is not a ticket number. Type it like this: /ticket take 42.'),
    ("take 99", "There is no ticket #99 here. Type /ticket list open"),
    ("tkae 1", 'There is no "tkae". Did you mean /ticket take?'),
    ("montre 1", 'There is no "montre". Did you mean /ticket show?'),  # as they would type it
    ("frobnicate", 'There is no "frobnicate". Type /ticket help'),
    ("assign 1 Zoe", 'Nobody at this desk is called "Zoe". Mention them or type their email'),
    ("assign 1 @rui", 'Nobody at this desk is called "@rui".'),
    ("snooze 1 whenever", '"whenever" is not a time I understand.'),
    ("snooze 1 2026-03-01 10:00", "Sun 1 Mar 10:00 GMT has passed. Type /ticket snooze 1 1h"),
    ("snooze 1 off", "Its warnings are not held back"),
    ("link 1 1", "Both are #1. Give the numbers of two tickets."),
    ("link 1 x", '"x" is not a ticket number. Type it like this: /ticket link 42.'),
    ("link 1 99", "There is no ticket #99 here."),
    ("unlink 1 2", "There is no ticket #2 here."),
    ("ref 1 X https://ana:secret@carrier.example/", "That link cannot be used: it has to begin with https:// or"),
    (
        "ref 1 X ftp://carrier.example/9",
        "That link cannot be used: it has to begin with https:// or http://, and hold no",
    ),
    ("unref 1 X", "#1 is not called X elsewhere. Type /ticket show 1 to see what it is called."),
    ("promise 1 soon", '"soon" is not a time I understand. Type it like 16:30 or in 2h.'),
    ("promise 1 2026-03-01 10:00", "Sun 1 Mar 10:00 GMT has passed. Promise a time that is still to come"),
    (
        "promise 1 in 9h",
        "Mon 2 Mar 19:00 GMT is too far ahead for this severity. Promise Mon 2 Mar 12:00 GMT at the latest; beyond",
    ),
    ("severity 1 high", 'There is no severity "high".'),
    ("severity 1 1 same", "It is severity 1 already."),
    ("severity 1 2", "A change of severity needs a reason. Type /ticket severity 1 2 followed by the reason."),
    ("category 1 bug", '"bug" is not a category.'),
    ("reported 1 09:00", "Why is the time corrected?"),
    ("restored 1 at 2026-02-01 10:00", "Sun 1 Feb 10:00 GMT is too early: it can't be before Mon 2 Mar 10:00 GMT."),
    ("relapsed 1", "Service is not marked as restored."),
    ("reopen 1 came back", "This ticket is not resolved"),
    ("reopen 1 maybe", "Did it come back, or was it never fixed?"),
    ("list nonsense", '"nonsense" is not a list.'),
    ("update 1 " + "x" * 8001, "That text has 8001 characters, 8000 are allowed."),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[words[:20] for words, _ in REFUSED])
async def test_a_refusal_says_why_and_what_to_type_instead(desk: DeskRuntime, words: str, said: str) -> None:
    await typed(desk, "new sev1 Link down")
    assert (await told(desk, words)).startswith(said)
    french = await told(desk, words, language="fr")
    assert french != said
    assert not french.startswith(said[:12])


@pytest.mark.parametrize(
    ("error", "said"),
    [(DatabaseBusyError(), "nothing was changed"), (InDoubtError(), "this may be on record, or not")],
    ids=["away", "in doubt"],
)
async def test_whoever_acted_while_the_database_broke_off_is_told_no_more_than_is_known(
    desk: DeskRuntime, error: Exception, said: str
) -> None:
    async def breaks_off() -> Answer:
        raise error

    answer = await dispatch.answered(call(desk, "new sev1 Link down"), breaks_off())
    assert answer.card is not None
    assert said in plain(answer.card.brief)


async def test_what_was_typed_is_quoted_in_a_refusal_as_it_was_typed_and_pings_nobody(desk: DeskRuntime) -> None:
    for words in ("list *x* <!channel> :eyes: `a`", "<!here>", "severity 1 <@U123>", "take #<!channel>"):
        answer = await typed(desk, words)
        assert answer.card is not None
        message = render_message(answer.card)
        assert pinged(message["text"], message["blocks"]) == []
        assert not any(formatting_in(text) for text in marked(message["blocks"]))
        assert (
            words.split(maxsplit=1 if words[0] == "l" else 3)[-1].removeprefix("#").lower()
            in shown(message["blocks"]).lower()
        )


async def test_somebody_without_the_role_is_told_whom_to_ask(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    assert await told(desk, "take 1", actor=REQUESTER) == (
        "Only agents can do that. Ask one of them, or write in the ticket's thread."
    )


async def test_a_customer_may_ask_for_escalation_and_gets_the_form_for_it(desk: DeskRuntime) -> None:
    await typed(desk, "new Link down", actor=CUSTOMER)
    answer = await typed(desk, "escalate 1", actor=CUSTOMER)
    assert answer.form is not None
    said = await told(desk, "escalate 1 too slow", actor=CUSTOMER)
    assert said == "Your request to escalate #1 was passed on to the shift lead and a manager."
    assert await told(desk, "update 1 still down", actor=CUSTOMER) == "Your message was added to #1."


async def test_an_unconfirmed_ticket_says_who_comes_next(desk: DeskRuntime) -> None:
    said = await told(desk, "new sev1 Link down", actor=REQUESTER)
    assert said.startswith("Ticket #1 is open (incident). An engineer will confirm its severity. Next: Response due")


# -- looking ---------------------------------------------------------------------------------------------------------


async def test_a_list_counts_shows_the_most_pressing_and_says_how_to_narrow_it_down(desk: DeskRuntime) -> None:
    assert await told(desk, "list") == "You have no open tickets. Type /ticket list open to see everyone's."
    assert (await told(desk, "liste ouverts", language="fr")).startswith("Aucun ticket ouvert. Tapez /ticket nouveau")
    assert (await told(desk, "list sev3")).startswith("No open ticket matches.")
    assert (await told(desk, "list sev7")).startswith('There is no severity "7".')
    await typed(desk, "new sev1 <!channel> *down* :fire:")
    assert await told(desk, "list") == "Your open ticket (opened or taken by you)"
    assert (
        await told(desk, "list", actor=MANAGER) == "You have no open tickets. Type /ticket list open to see everyone's."
    )
    for number in range(LIST_LIMIT):
        await typed(desk, f"new sev2 Line {number}")
    answer = await typed(desk, "list open", now=NOW + timedelta(minutes=20))
    assert answer.card is not None
    message = render_message(answer.card)
    assert plain(answer.card.brief) == "The 15 most pressing tickets"
    assert "There are more. Narrow it down: /ticket list sev1" in shown(message["blocks"])
    assert pinged(message["text"], message["blocks"]) == []
    assert "🔴 ❗ #1 <!channel> *down* :fire:" in shown(message["blocks"])
    assert "Severity 1 · open · 5 min over · nobody yet" in shown(message["blocks"])
    assert "Gravité 1" in shown(
        render_message((await typed(desk, "liste libres", language="fr")).card or answer.card)["blocks"]
    )


async def test_show_is_the_card_in_the_readers_language(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    answer = await typed(desk, "voir 1", language="fr")
    assert answer.card is not None
    assert answer.card.title == "🔴 #1 Link down"
    assert "Gravité 1 (service coupé)" in plain(answer.card.brief)


@pytest.mark.parametrize("language", READERS)
async def test_help_shows_the_twelve_daily_verbs_and_the_rest_at_a_press(desk: DeskRuntime, language: str) -> None:
    daily = await typed(desk, "help", language=language, actor=ANYBODY)
    pressed = replace(call(desk, "", language=language, actor=ANYBODY), answers={"value": "more"})
    more = await dispatch.pressed(pressed, "help")
    counts = []
    for answer, title in ((daily, "help.daily"), (more, "help.more")):
        assert answer.card is not None
        texts = [each for each in answer.card.elements if isinstance(each, Line) and not each.small]
        said = [line for each in texts for line in plain(each.sentence).split("\n")]
        assert "…" not in shown(render_message(answer.card)["blocks"])
        assert said[0].startswith(READERS[language].text(title))
        counts.append(len(said) - 1)
    assert counts == [12, len(TYPED) - 12], "all that anybody may"
    assert daily.card is not None
    (offered,) = [e.buttons for e in daily.card.elements if isinstance(e, Buttons)]
    assert [(button.verb, button.value) for button in offered] == [("help", "more")]
    assert (await typed(desk, "help more", language=language, actor=ANYBODY)).card == more.card
    asked = await typed(desk, "?", actor=CUSTOMER, language=language)
    assert asked.card is not None
    lines = "\n".join(plain(element.sentence) for element in asked.card.elements if isinstance(element, Line))
    verbs = re.findall(r"^/ticket (\S+)", lines, re.MULTILINE)
    assert {NAMES[verb] for verb in verbs} == {"new", "list", "show", "update", "escalate", "help"}


@pytest.mark.parametrize("language", READERS)
async def test_every_example_in_the_help_is_understood(desk: DeskRuntime, language: str) -> None:
    """What stands out in a line of help can be typed like that."""
    for key, sentence in catalogue(language).items():
        if not key.startswith("help.") or not isinstance(sentence, str) or key in ("help.daily", "help.more"):
            continue
        for example in re.findall(r"\*([^*]+)\*", sentence):
            verb, _, words = example.removeprefix("{command} ").partition(" ")
            name = NAMES[verb]
            record = VERBS[name]
            if name == "new":
                category, severity, summary = take_kind(words)
                assert bool(summary) == bool(words), example
                assert (category or severity) is not None or not words, example
            elif not isinstance(record, TicketVerb):
                answer = await typed(desk, f"{verb} {words}", language=language)
                assert answer.card is not None, example
                assert "not a list" not in plain(answer.card.brief), example
            else:
                if record.echo is not None:
                    assert take_pair(words, None, record.name)[1] in ("43", "40"), example
                    continue
                number, rest = take_number(words, None, record.name)
                needed = record.form.needed if record.form is not None else ()
                answers = record.read(call(desk, rest, language=language), rest)
                assert number == 42
                # With its number alone it opens its form.
                assert not rest or not needed or any(answers.get(field) for field in needed), example
                assert "TEXT" not in rest or answers["text"].startswith("TEXT"), example


@pytest.mark.parametrize(
    ("words", "field", "minutes"),
    [("wait 1 until 16:30", "until", 30 + 6 * 60), ("wait 1 vendor", "what", None)],
)
async def test_what_was_typed_so_far_stands_in_the_form(
    desk: DeskRuntime, words: str, field: str, minutes: int | None
) -> None:
    await told(desk, "new sev1 Link down")
    answer = await typed(desk, words)
    assert answer.form is not None
    (initial,) = [each.initial for each in answer.form.fields if each.id == field]
    assert initial == (words.split()[2] if minutes is None else str(int(NOW.timestamp()) + minutes * 60))


@pytest.mark.parametrize(
    ("typed_words", "language", "suggested"),
    [
        ("prendre", "fr", "/ticket prendre 42"),
        ("take", "fr", "/ticket prendre 42"),
        ("prendre", "en", "/ticket take 42"),
        ("lier", "fr", "/ticket lier 42"),
        ("pourquoi abc", "fr", "/ticket pourquoi 42"),
        ("clore 1", "fr", "/ticket résoudre"),
        ("resolv 1", "en", "/ticket resolve"),
    ],
)
async def test_what_is_suggested_to_type_is_in_the_readers_language(
    desk: DeskRuntime, typed_words: str, language: str, suggested: str
) -> None:
    assert suggested in await told(desk, typed_words, language=language)


async def test_a_search_answers_with_rows_and_pages_and_says_what_it_did_not_find(desk: DeskRuntime) -> None:
    for number in range(12):
        await typed(desk, f"new sev2 Link {number} down in Sydney")
    answer = await typed(desk, "search sidney")
    assert answer.card is not None
    assert plain(answer.card.brief) == 'Tickets 1 to 10 found for "sidney", open ones first'
    buttons = [button for each in answer.card.elements if isinstance(each, Buttons) for button in each.buttons]
    assert [(button.label, button.value) for button in buttons] == [("More of them", "10:sidney")]
    more = replace(call(desk, ""), answers={"value": buttons[0].value})
    rest = await dispatch.pressed(more, "search")
    assert rest.card is not None
    assert plain(rest.card.brief) == 'Tickets 11 to 12 found for "sidney", open ones first'
    assert (await told(desk, "chercher nowhere", language="fr")).startswith("Aucun résultat pour")
    assert (await told(desk, "search")).startswith("What are you looking for?")
    assert (await told(desk, "search " + '"x* OR ' * 600)).startswith("Nothing found for")
    assert (await told(desk, "search link", actor=REQUESTER)).startswith("None of your tickets matches")
    outsider = await told(desk, "search link", actor=CUSTOMER)
    assert "Only" in outsider or "desk" in outsider
