"""Questions that belong to somebody else: who is told where to ask instead, and who never is (policy: Redirects).

A redirect opens no ticket and starts no clock, so it is only for what is surely no trouble. Whatever speaks of an
outage becomes a ticket, however sure the suggestion is: to answer one question too many costs a minute, to send away
somebody whose service is down costs their trust.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.people import Actor
from triage.policy import Policy
from triage.suggesting.reading import read
from triage.suggesting.suggestion import REDIRECT, Suggestion


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a question belongs."""

    #: `billing` or `sales`.
    to: str
    #: The right place, in the policy's words.
    place: str


def redirected(policy: Policy, actor: Actor, suggestion: Suggestion | None, text: str) -> Redirect | None:
    """Where `actor`, who asks this and has said nothing of category or severity, is told to ask instead. None where it
    becomes a ticket: whatever staff open, whatever is not surely for somebody else or has no place in the policy, and
    whatever speaks of an outage."""
    if actor.is_staff or suggestion is None or suggestion.category != REDIRECT or suggestion.redirect is None:
        return None
    place = policy.redirects.get(suggestion.redirect)
    if place is None or suggestion.confidence < policy.suggestions.sure or speaks_of_outage(text):
        return None
    return Redirect(suggestion.redirect, place)


def speaks_of_outage(text: str) -> bool:
    """Whether something in it may mean that a service does not work, or did not. It errs on that side."""
    return _SIGNS.search(" ".join(read(text).words)) is not None


# Words without accents, as a text is read; a star stands for the rest of a word.
_OUTAGE = """
    outage* outages* downtime down offline dead died unreachable unavailable unusable unresponsive inaccessible*
    disconnect* crash* broke broken breaks fail* faulty fault faults flap* intermittent* degrad* sluggish slow slowly
    slower unstable instab* hs ko panne* coupure* coupe coupes coupee coupees injoignable* indisponib* inutilisable*
    isole* plante plantes planta dysfonction* defaillan* degrade* lent lente lents lentes lenteur* rame rament saccad*
    incident* interruption* interrupt* interromp* emergency urgence sev1 sev2 p1 p2 s1 s2 blackout kaput
    hors_service hors_d_usage en_panne a_l_arret ne_marche* ne_fonctionne* marche_plus marchent_plus fonctionne_plus
    fonctionnent_plus repond_plus repondent_plus plus_rien plus_de_reseau plus_de_connexion plus_d_acces plus_acces
    plus_d_internet plus_de_service plus_de_lien plus_de_trafic plus_internet est_tombe* sont_tombe* tombe_en
    not_working doesnt_work dont_work isnt_working stopped_working stop_working no_longer_work* wont_work
    cant_work cannot_work not_responding no_connectivity no_internet no_connection no_service no_network no_link
    no_traffic no_access cant_connect cannot_connect cant_reach cannot_reach cant_access cannot_access
    cant_get_online lost_connect* lost_service lost_access lost_internet lost_the_link lost_our_link lost_network
    packet_loss losing_packets perte_de_paquets pertes_de_paquets drops_out dropping keeps_dropping cut_off
    cut_us_off went_away went_dark gone_dark up_and_down service_loss loss_of_service perte_de_service
    impossible_de_se_connecter impossible_d_acceder suspendu* suspended suspension bloque bloques bloquee bloquees
    blocked locked_out timeout* timing_out time_out timed_out times_out link_drops line_drops connection_drops
    ne_repond* not_up isnt_up
    out_of_service out_of_order knocked_out fell_over no_light no_signal pas_de_reseau pas_de_connexion pas_internet
    pas_d_internet aucun_reseau aucune_connexion aucun_acces sans_internet sans_connexion sans_reseau perdu_la_connexion
    perdu_le_lien perdu_l_acces perdu_la_liaison perdu_le_reseau perdu_internet troubleshoot* depann*
"""
_SIGNS = re.compile(
    r"(?<!\S)(?:{})(?!\S)".format("|".join(sign.replace("_", " ").replace("*", r"\S*") for sign in _OUTAGE.split()))
)
