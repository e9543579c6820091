"""Groups of words that mean the same to a desk, in English and French: the model weighs a group, not each word of it.

A phrase is written without accents and apostrophes as the reading gives them (`c est`, `isnt`); a word that ends in `*`
stands for all words that begin so. A group is evidence, never a rule: the model learns what it counts for.
"""

from __future__ import annotations

from collections.abc import Iterator

GROUPS: dict[str, str] = {
    "down": """
        down, outage*, offline, dead, died, dies, unreachable, dark, went away, gone, dropped, lost, isolated, cut
        off, hard down, fell over, unavailable, not responding, nothing gets through, nothing goes through, no
        traffic, zero traffic, no connectivity, blackhol*, cant reach, cannot reach, cant connect, no link, no
        light, hs, hors service, en panne, panne*, tombe*, coupe, coupee, coupes, coupure*, injoignable*, isole*,
        mort, morte, morts, mortes, plante*, perdu*, plus rien, plus de reseau, plus de connexion, plus de trafic,
        plus d acces, plus acces, ne repond plus, repond plus, arret, a l arret, bloque*, paralyse*, aucun trafic,
        zero trafic, plus aucun, coupe net, ecran noir, inaccessible*, rouge, eteint*, plus joignable*, plus de
        signal, hors ligne, knocked out, blackout, kaput, crashed, toast, stone dead, flatlined, ko, par terre, dans
        le noir, silent, silence, mute, muet, muets, muette, muettes, went quiet, fell silent, no network, without
        network, without a network, without any network, any network, no internet, no service, without service,
        without any service, no data, no connection, without connection, without a connection, any connection, no
        line, without a line, without any line, sans reseau, aucun reseau, pas de reseau, sans connexion, aucune
        connexion, sans liaison, aucune liaison, sans internet, sans service, sans aucun service, not returned, not
        come back, never came back, never returned, did not return, didnt return, didnt come back, hasnt come back,
        hasnt returned, not back, pas revenu*, jamais revenu*, pas rallum*, jamais rallum*, vanish*, disappear*,
        disparu*, s est tu, se sont tus, lache, lachee, gave up, not fixed, isnt fixed, pas repare*, pas resolu,
        toujours pas revenu*, reaches anything, reach anything, reaches nothing, n atteint plus, n accede, nowhere,
        nulle part, standing still, standstill, stands still, still out, still down, toujours coupe*, toujours down,
        tore, torn, ripped, severed, sectionne*, arrache*, froze, fige, figes, figee, figees, no access, any access,
        aucun acces, refuses every, refuse tout, refuses all, refusing all, refusing every""",
    "total": """
        all, every, both, everything, everyone, everybody, completely, totally, entire, entirely, whole, nobody, no
        one, noone, none, nothing, tout, tous, toute, toutes, aucun, aucune, personne, completement, totalement,
        entierement, entier, entiere, les deux, each, neither, ensemble des, all of them, any""",
    "harm": """
        losing, orders, checkout, patients, hospital, clinic, stores, shops, tills, till, call centre, call center,
        production, prod, sent home, lines stopped, factory, warehouse*, trucks, payments, customers cant, users
        cant, emergency, 112, 911, caisses, caisse, magasins, boutiques, hopital, clinique, usine, chaine,
        entrepot*, chomage technique, a l arret, paiement*, encaisse*, agence*, commandes perdues, perdons, on perd,
        standstill, standing still, cant work, cannot work, idle, employees, salaries, staff, collegues, livraisons,
        students, passengers, bloc operatoire, ambulances, trading, dispatch, urgences, samu, pompiers, renvoye*,
        les gens""",
    "no_way_round": """
        no backup, no fallback, no workaround, no second, no other, no alternative, no failover, nothing to fall
        back, only link, only connection, only way, single homed, pas de repli, pas de secours, sans secours, sans
        repli, aucun secours, aucun repli, aucune alternative, pas d alternative, pas d autre, rien d autre, seul
        lien, seule liaison, unique lien, seul acces, pas de backup, pas de contournement, aucun contournement,
        failover failed, failover didnt, backup too, secondary too, secours aussi, backup aussi, pas bascule,
        bascule pas, redondance aussi, pas de plan b, no plan b, backup is also, secondary is also, secours est
        aussi, secours egalement, never kicked in, didnt kick in, didnt take over, prend pas le relais, pas pris le
        relais, same thing, pareil, meme chose, idem""",
    "redundancy": """
        backup, secondary, failover, failed over, fail over, redundan*, standby, other link, other port, other path,
        second link, second path, safety net, second leg, secours, secondaire, bascul*, repli, redondan*, autre
        lien, autre port, autre liaison, un des deux, une des deux, un sur deux, une sur deux, one of two, one of
        the two, one of our two, one leg, one member, lag, without a net, sans filet, resilien*, diversity, 4g, lte,
        5g, vpn, prend le relais, took over, carries everything, on one leg, une patte, une jambe, protect*, plan b,
        single point""",
    "partial": """
        intermitt*, flap*, sometimes, now and then, on and off, on off, up and down, off and on, every few, some,
        part of, half of, half the, once in, one in, one out, comes and goes, come and go, drops out, random*,
        sporadic*, occasional*, partiel*, par moments, parfois, de temps en temps, une fois sur, certains,
        certaines, quelques, une partie, la moitie, aleatoire*, par intermittence, saut*, micro coupure*, ca
        revient, coupe et, several times, x a day, twice an hour, keeps dropping, only one, a few, yoyo, yo yo,
        hiccup*, blip*, des fois, un coup sur, par a coups""",
    "slow": """
        slow*, sluggish, crawl*, laggy, lagging, latenc*, jitter*, packet loss, loss, losing packets, degrad*,
        choppy, lossy, wobbly, throttl*, capped, plafonn*, lent, lente, lents, lentes, lenteur*, rame, rament,
        ramer, latence*, gigue, perte*, pertes de paquets, hache*, saccad*, ralenti*, traine, retransm*, congest*,
        satur*, throughput, debit, bandwidth, mbps, mb s, gbps, ms, rtt, timeout*, time out, timing out, retries,
        crc, errors, erreurs, instable*, unstable, patine, moline""",
    "unusable": """
        unusable, unworkable, useless, impossible, inutilisable*, inexploitable*, unable, cant do anything, cannot
        do anything, plus possible, on ne peut plus, peut plus, peuvent plus, can no longer, no longer able, pas
        moyen de, rien ne passe, plus rien ne passe, nothing loads, nobody can, no one can, noone can, personne ne
        peut, personne n arrive, cant serve, ne peut rien, cant log, cant get, no one here can, noone here can,
        nobody here can, not one of our, not a single, pas un seul, pas une seule, plus un seul, plus une seule,
        plus personne, pas un de nos, pas une de nos""",
    "works": """
        works, working, usable, can work, manage, fine, ok, okay, alright, marche, marchent, fonctionne*, passe,
        passent, arrive a, on arrive a, tient, tiennent, ca va, normal*, carries, holding, holds, up, clean, propre,
        correct*, coping, get by, survive*, bosser, nickel, impeccable*, solid, stable, stables, unaffected,
        healthy, good, tout roule, tourne, ca passe, suffit""",
    "no_impact": """
        no impact, cosmetic*, harmless, no rush, not urgent, low prio*, low priority, no hurry, no urgency, not a
        big deal, no big deal, nobody noticed, pas urgent, pas grave, sans impact, aucun impact, pas d impact, fyi,
        for info, just so you know, pour info, rien d urgent, rien de grave, minor, mineur*, whenever, cosmetique*,
        anodin*, sans gravite, sans consequence*, no consequence*, not blocking, pas bloquant*, traffic is fine,
        traffic fine, trafic passe, trafic lui, service is fine, service itself, nobody is affected, personne n est
        impacte, annoying, agacant, irritating, quand vous aurez, no panic, no stress, pas de panique, rien ne
        presse, pas presse, when you have time, when you get a minute, detail, nothing urgent, pas d urgence, aucune
        urgence, service ok, nothing is broken, tant pis""",
    "looks": """
        graph*, chart*, statistic*, stats, metric*, dashboard*, tile*, widget*, page, pages, button*, bouton*,
        label*, icon*, icone*, colour*, color*, couleur*, translation*, traduction*, export*, csv, pdf, report,
        reports, rapport*, logo*, column*, colonne*, filter*, filtre*, search, recherche, sort, tri, courbe*,
        supervision, mesure*, tableau de bord, affich*, notification*, screen*, ecran*, menu*, dark mode, sombre,
        font, typo, spelling, orthographe, faute*, log, logs, journal, history, historique, avatar, date, dates,
        timestamp*, horodat*, fuseau, timezone, tooltip*, page de statut, status page, counter*, compteur*, probe*,
        sonde*, monitoring, snmp, telemetr*, polling, alert*, email*, mail, mails, reading*, nickname, sandbox, bac
        a sable, labo, lab, test, recette, staging, demo, preprod""",
    "portal": """
        portal, portail, api, webhook*, login, log in, logging in, token*, jeton*, key, keys, cle, cles, interface,
        console, sso, mfa, 2fa, password, mot de passe, terraform, account, compte, user, utilisateur*, endpoint*,
        json, ui, gui, 4xx, 5xx, site web, website, espace client, connecter, browser, navigateur, rights, droits,
        admin, role*, session expiree, audit, sdk, script*""",
    "network": """
        port, ports, link, links, lien, liens, liaison*, vxc*, optic*, optique*, fibre*, fiber*, dbm, crc, lag,
        lacp, vlan*, cross connect*, crossconnect*, xc, latency, latence, mtu, loss, jitter, ping, qinq, lumiere,
        light, sfp, transceiver*, circuit*, patch*, site*, meet me, mmr, datacentre, datacenter, dc, brassage,
        jarretiere, paquets, packets, internet, wan, line, ligne*, debit, bandwidth, flap*, voip, calls, appels""",
    "routing": """
        bgp, prefix*, prefixe*, session*, peer*, peering*, asn, as, route, routes, routage, routing, annonce*,
        announc*, advertis*, transit*, looking glass, leak*, hijack*, md5, communit*, communaute*, bfd, rpki, roa,
        roas, irr, neighbour*, neighbor*, voisin*, as path, prepend*, table, @net, ipv6, v6, v4, ipv4, local pref,
        med, blackhole, default route, route par defaut, traceroute*, bloc""",
    "cloud": """
        aws, azure, gcp, google*, oracle, oci, expressroute, express route, direct connect, dx, interconnect,
        fastconnect, on ramp*, onramp*, hosted connection*, connexion hebergee*, vpc*, s3, microsoft, ibm, alibaba,
        cloud*, vif, virtual interface*, private peering, microsoft peering, ec2, pairing key, cle d appairage,
        service key, ovh, office 365, m365, o365, tenant, transit gateway, vnet""",
    "fresh": """
        new, brand new, just ordered, ordered, order, orders, ordering, delivered, delivery, provision*, activat*,
        activer, first time, setup, set up, setting up, install*, turn up, turned up, turnup, go live, going live,
        loa, letter of auth*, never been up, never worked, never came up, never been, not yet, yet, neuf, neuve,
        neufs, nouveau, nouvel, nouvelle, nouveaux, commande, commandee, commandes, livre, livree, livraison, mise
        en service, activation*, premiere fois, 1ere fois, 1re fois, premiere, jamais marche, jamais monte*, jamais
        fonctionne*, jamais ete, jamais pu, toujours pas, raccordement*, en cours, creation, creer, create,
        creating, day one, bring up, bringing up, brought up, migration, deploy*, mettre en service, ouvrir,
        ouverture, opening, provisionn*, onboard*, demarrage, pending, in progress, en attente, tirage, cross
        connect, handover, jamais recu, never got, never received, waiting for, waiting on, planned for, eta,
        installer, brancher, rack*, upgrade*, augment*, passer de, ajout*, cutover, cut over, cloning, decommission*""",
    "order_words": """
        order*, ordered, commande*, delivery, delivered, livr*, due date, delay*, retard, date, eta, completion,
        statut, status, ticket de commande, work order, bon de commande, loa, cfa, crd, rfs, delai""",
    "used_to": """
        used to, until, was working, worked, no longer, any more, anymore, stopped, since, depuis, jusqu a, jusque,
        marchait, fonctionnait, passait, montait, avant, d habitude, usually, normally, always, for years, for
        months, suddenly, d un coup, soudain*, tout a coup, all of a sudden, always gave, had been, ca fait, this
        morning, ce matin, tonight, cette nuit, again, re, encore une fois, minutes ago, hour ago, min ago, vient
        de, viennent de, just, just now, right now, en ce moment, actuellement, a l instant, currently, at the
        moment, is now, marche plus, fonctionne plus, ne marche plus, repond plus, plus""",
    "past": """
        was, were, had, did, yesterday, last, ago, hier, dernier, derniere, etait, etaient, avait, avaient, a ete,
        ont ete, avons eu, on a eu, avez eu, passe, passee, the other day, l autre jour, previous, earlier, that
        day, ce jour la, a dure, lasted, went down, est tombe, durant, pendant, during, in january, en janvier""",
    "closed": """
        fixed, resolved, solved, back up, back to normal, since then, fine since, solid since, stable since, ok
        since, been fine, been solid, recovered, came back, its back, is back, all good now, working again,
        retabli*, resolu*, regle, reglee, revenu*, est revenu, rentre dans l ordre, rentre en ordre, tout va bien,
        marche depuis, ras depuis, over, ended, termine*, finished, repare*, remarche*, refonctionne*, clos*,
        closed, corrige*, c est reparti, depuis ca marche, stable depuis, nothing since, rien depuis, plus de souci,
        plus aucun souci, tout est ok, tout est revenu, tout fonctionne, all is well, tout est normal, no new,
        behind us, good since, well since, clean since, quiet since, good ever since, ever since, calm since, tient
        depuis, bon depuis, propre depuis, calme depuis, never again, plus jamais, rien d autre ensuite, nothing
        after, plus rien ensuite, rien ensuite""",
    "explain": """
        why, cause*, rca, explanation*, explain*, post mortem, postmortem, what happened, origine, pourquoi, que s
        est il passe, s est passe, root cause, reason, raison*, analyse, analysis, expliqu*, written, rapport d
        incident, incident report, ca venait de, was it, ce que c etait, timeline, due a, c etait quoi, c etait du""",
    "asking": """
        how, what, when, where, which, who, whom, is there, are there, do you, do we, does, can you tell, can we,
        could we, may we, should, comment, quel, quels, quelle, quelles, quand, combien, qui, est ce que, est ce qu,
        y a t il, y a t, peut on, peut t on, pouvons, savoir, wonder*, curious, curieux, faut il, c est quoi, whats,
        possible de, possible to, allowed, documentation, doc, docs, tell me, question*, know, clarif*, difference*,
        ou est, ou trouver, dites moi, confirm*, explain, supported, support, supporte*, max, maximum, limit*,
        recommand*, est il, sont ils, avez vous, is it, are you, will you, faites vous, gerez vous, mean, signifie,
        veut dire, qqun sait, anyone know""",
    "if": """
        if, would, happens if, happen if, si, en cas de, dans le cas, suppose*, supposing, imagine*, hypothetical*,
        envisage*, in case, were to, se passe si, se passe t il, what happens when, theoretical*, au cas ou, lorsqu,
        eventuel*, should a""",
    "works_planned": """
        maintenance*, planned, planned work*, travaux, window, fenetre, planifie*, prevu*, freeze, scheduled,
        schedule, programme, intervention*, calendar, calendrier, notice, preavis, prevenir, notification""",
    "billing": """
        invoice*, bill, bills, billing, billed, charged, charge, charges, charging, refund*, credit, credits,
        credited, payment*, paid, pay, paying, vat, purchase order, po, overcharge*, iban, sepa, direct debit, debit
        order, factur*, avoir, avoirs, rembours*, paiement*, paye, payee, payer, payes, prelev*, tva, rib, compta*,
        echeance*, impaye*, reglement*, regler, siren, siret, penalite*, accounts payable, accounting, remit*, bank,
        banque, virement*, carte bancaire, credit card, sla credit*, service credit*, dedommag*, geste commercial,
        compensation, statement of account, money back, double, twice, raison sociale, dunning, relance*, late fee*,
        wire, transfer, prorata, pro rata, trop percu, duplicata, releve, credit note*, cost centre, montant,
        amount, finance, bon de commande, cheque, tresorerie, remittance, suspendu, suspended, unpaid, overdue""",
    "sales": """
        quote*, quotation, pricing, price*, cost, costs, cheaper, cheap, discount*, offer*, how much, term, commit*,
        buy, buying, purchase, interested, architect*, design*, advise, advice, recommend*, sales, account manager,
        proposal*, catalogue, tender, rfp, rfq, partner*, devis, tarif*, prix, cout, coute*, couterait, couts,
        remise*, offre*, combien ca, engagement*, acheter, commercial*, conseil*, archi, archis, proposition*, appel
        d offres, renouvel*, renew*, rappeler, chiffr*, budget*, monthly, par mois, a month, mensuel*, estimate*,
        estimation*, avant vente*, presales, pre sales, switch to you, competitor*, concurren*, quit*, compare,
        comparer, options, evaluate, evaluating, considering, thinking of, on envisage, on reflechit, looking at,
        contract*, contrat*, resili*, prospect*, new customer, become a customer, call me, get in touch, talk to
        someone, best way, meilleure, meilleur, sizing, dimension*, roi, poc, proof of concept, trial, essai,
        reseller*, revend*, negoci*, ballpark, run me, run us, set us back, set me back, list price, going rate,
        wholesale, retail, rebate*, bargain, deal, deals, entry level, entry price, starter, incumbent, supplier*,
        provider*, vendor*, fournisseur*, prestataire*, operateur historique, purchasing, procurement, marche
        public, cahier des charges, consultation, feasib*, faisabilite, eligib*, raccordable, preconis*, reflexion,
        become client, devenir client, devenir cliente, sales rep*, salesperson, salesman, vendeur*, charge d
        affaires, charge de clientele, demonstration, sur quelle base, plaquette*, brochure*, datasheet, indicative,
        grosso modo, order of magnitude, ordre de grandeur, ordre de prix, fourchette, tarifaire*, surcharge per,
        per kw, per u, per user, par utilisateur, par poste, par boite, propale, three quotes, best price, meilleur
        prix, dernier prix, moins cher, plus cher, rentable, worth the money""",
    "carried": """
        carries, carry, carrying, carried, bears, holds the fort, has them all, has it all, takes it all, takes all,
        took it all, took all, took over, taken over, takes over, takes the load, handles the load, handling the
        load, does its job, does the work, does the job, is fine, is ok, is up, is green, the other one, other one,
        others are, the others, the rest, porte, portent, prend tout, a tout pris, prend la suite, pris la suite,
        pris la releve, prend la releve, pris le relais, assure, assurent, encaisse tout, fait le travail, fait le
        boulot, l autre, le principal, la principale, le nominal, main is, main one, main line, primary, primaire,
        principal, principale, primary is, survives on, basculer, bascules sur, on tourne sur, running on, running
        over, living on, vit sur, on vit sur, reroute*, deroute*, detour*, contourn*, via our other, par notre
        autre, other carrier, autre operateur, autre transit*""",
    "stopped": """
        sent home, went home, gone home, everyone home, everybody home, rentre, rentres, rentrent, renvoye*,
        standstill, standing still, idle, au chomage, chome, chomage, a l arret, ferme, fermee, fermes, fermees,
        closed, shut, cancelled, annule*, queue, queues, file d attente, waiting rooms, cant sell, cant pay, cant
        work, cant serve, cant reach, no one works, nobody works, nobody can, no one can, noone can, nobody gets,
        personne ne, personne travaille, personne bosse, plus personne, bras croises, coffee, pause forcee, a la
        main, on paper, sur papier, by hand, stylo, evacuat*, lives, vies, patients, salle d attente, entire
        company, toute la boite, whole company, whole site, whole building, tout le monde, everyone, everybody,
        agents, seats, postes, salaries, employees, people""",
    "unused": """
        unused, not used, no longer used, nobody uses, noone uses, not in use, dormant, spare, lab, labo,
        playground, sandbox, bac a sable, training, formation, test, tests, staging, preprod, recette, poc, demo,
        plus utilise*, qu on n utilise, n utilise plus, utilise plus, inutilise*, sans trafic, no traffic on it,
        nothing on it, nobody on it, rien dessus, sans client, vide, gele, frozen project, out of band, hors bande,
        console, archive*, legacy, decommission*, span, mirror, miroir, collector, collecteur""",
    "change": """
        raise, increase*, extend*, upgrade*, upgrading, lift, add, adding, ajout*, rajout*, augment*, etendre,
        extension, passer de, passer a, passage de, passage en, move, moving, relocate*, deplac*, demenag*, delete,
        remove, remov*, supprim*, retir*, resili*, migrat*, migrer, swap, rename, renommer, change request, demande
        de changement, demande de modification, schedule, planifier, tonight at, cette nuit a, apply, appliquer,
        enable, activate, turn on, turn off, allow, autoriser, ouvrir, open, bump, doubl*""",
    "selling": """
        do you sell, do you offer, do you have, do you deliver, do you cover, do you do, are you present, vous
        vendez, vous proposez, proposez vous, vous avez, avez vous, vous couvrez, couvrez vous, vous faites, faites
        vous, vous livrez, livrez vous, sell me, vendez, souscrire, subscribe, sign up, sign with, signing, signer,
        signe, shopping, figures, quotation, plans, formule*, package*, bundle, pack, brochure, plaquette, flyer,
        catalogue, rates, rate, fee, fees, grille, promo*, rabais, come and see, visit, meeting, rendez vous, rdv,
        presentation, presenter, convince, switch, switching, changer d operateur, current provider, operateur
        actuel, present carrier, current carrier, nothing bought, nothing ordered, rien achete, rien commande, rien
        signe, not yet a customer, pas encore client, besoin pour, would need, we need a provider, surcout, en plus
        par, extra cost, what would, how much would, combien pour, worth it, ca vaut le coup, talk to us, convince
        us, convainc*, leave them, get me out of, looking around, shop around, on regarde ailleurs, open to change,
        would you build, would it make sense, make sense, judicieux, vous feriez, walk me through, walk us through,
        en savoir plus, know more about, learn more about, se renseigner, je me renseigne, nous renseigner,
        interesse*, rien de commande, pas encore chez vous, not with you yet, not a customer, on n est pas client,
        on est pas client, before we buy, before we sign, before signing, avant de signer, avant de commander, avant
        d acheter, avant qu on achete, we d take, we would take, on prendrait, on prend, to join, souscri*, on signe
        si, present provider, present supplier, autre operateur""",
    "owed": """
        owe, owed, owes, due, deducted, deduct*, deduction, deduit*, ristourne, give back, given back, claim,
        claims, compensat*, dedommag*, geste, goodwill, penalt*, rembours*, refund*, reimburs*, credited, credit,
        back on, balance, solde, deposit, caution, statement, line item, ligne de, charged twice, billed twice,
        debited, debite*, preleve*, prelevement*, mandate, mandat, wrong amount, mauvais montant, wrong company,
        wrong address, cost centre, centre de cout, tax, taxe*, withholding, pro forma, proforma, accountant,
        accountants, comptable*, controller, controleur de gestion, finance, bank details, coordonnees bancaires,
        echeancier, installments, euros, eur, usd, dollars, pounds, overpaid, overpay*, trop verse, verse en trop,
        ledger, arrears, interest, interets, non solde*, soldees, restant du, reste du, litige, contest*, dispute*,
        huissier, collection agency, recouvrement, reminder*, rappel de paiement, mise en demeure, gst, tds, tariff,
        indexation, indexed, fiscal*, exoner*, autoliquidation, reverse charge, chorus, sepa, signataire, payeur,
        payer of, payee, billable, facturable, prorat*, full month, mois entier, mois plein, waive*, annuler les
        frais, frais de""",
    "urgent": """
        urgent*, asap, immediate*, immediately, emergency, critical, critique, help, allo, vite, urgence, tout de
        suite, immediat*, p1, sev1, sev0, now, maintenant, prioritaire, priority, hurry, escalat*, au secours, wake,
        quelqu un, someone, anybody, anyone""",
    "thanks": """
        thanks, thank, thx, merci, cheers, bravo, great job, well done, nice work, appreciate*""",
    "soft": """
        small, slight, slightly, little, tiny, petit, petite, just, juste, small thing, petite chose, petit souci,
        low drama, leger, legere, legerement, bit, un peu, hiccup, sorry to bother, desole""",
    "contrast": """
        but, however, although, though, mais, pourtant, cependant, sauf, except, toutefois, whereas, alors que, par
        contre, even though, meanwhile, en revanche, otherwise, sinon, apart from, hormis, a part""",
    "asks_to": """
        please, pls, plz, svp, merci de, can you, could you, pouvez vous, pourriez vous, need, besoin, want,
        voudrais, veux, voulons, souhait*, aimer*, would like, faudrait, il faut, il nous faut, il me faut, je
        cherche, looking for, send, envoyer, resend, request, demande*""",
    "wrong_shown": """
        shows, showing, displays, wrong, says, montre, indique, fausse*, faux, errone*, incorrect*, mauvais*,
        missing, manque*, vide, vides, empty, blank, blanc, blanche*, stale, stuck, fige*, frozen, decale*, off by,
        mixed up, doubled, nan, zero, inverse*, reversed, greyed, grise*, broken, casse*, ne s affiche*, spins,
        spinner, mouline, tourne, reset, reverted""",
    "we": """
        our customers, nos clients, our users, nos utilisateurs, our site, notre site, we, nous, on, our, notre, nos""",
}


def _phrases() -> Iterator[tuple[tuple[str, ...], str]]:
    for group, listed in GROUPS.items():
        for phrase in listed.split(","):
            words = tuple(phrase.replace("-", " ").split())
            if words:
                yield words, group


_STEMS: dict[str, list[tuple[tuple[str, ...], str]]] = {}
_FIRSTS: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _words, _group in _phrases():
    if _words[0].endswith("*"):
        _STEMS.setdefault(_words[0][:-1], []).append((_words[1:], _group))
    else:
        _FIRSTS.setdefault(_words[0], []).append((_words[1:], _group))
_SHORTEST, _LONGEST = min(map(len, _STEMS)), max(map(len, _STEMS))


def find(words: list[str]) -> list[tuple[str, int, int]]:
    """Every phrase of a group that stands in `words`: the group, the place of its first word, and of its last."""
    found: list[tuple[str, int, int]] = []
    for place, word in enumerate(words):
        for rest, group in _FIRSTS.get(word, ()):
            if not rest or _goes_on(words, place + 1, rest):
                found.append((group, place, place + len(rest)))
        for length in range(_SHORTEST, min(len(word), _LONGEST) + 1):
            for rest, group in _STEMS.get(word[:length], ()):
                if not rest or _goes_on(words, place + 1, rest):
                    found.append((group, place, place + len(rest)))
    return found


def _goes_on(words: list[str], place: int, rest: tuple[str, ...]) -> bool:
    if place + len(rest) > len(words):
        return False
    return all(
        words[place + offset].startswith(part[:-1]) if part.endswith("*") else words[place + offset] == part
        for offset, part in enumerate(rest)
    )
