"""`account`: which accounts are one person's. They are joined by a code that the person types, or by an admin."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from sqlmodel import Session

from bot.desk.binding import called
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import Records, StandaloneVerb
from bot.verbs.reading.marks import bare, unquoted
from bot.wording.card import Card, Line
from bot.wording.sentences import Sentence, Strong, join, to_data
from storage.account_joins import part_account
from storage.errors import SamePlatformError
from storage.join_codes import GOOD_FOR, Redeemed, Verdict, digest_of, give_code, new_code, read_code, redeem
from storage.notices import enqueue_private
from storage.persons import join_accounts
from triage import rights
from triage.contents.privately import AnswerContent
from triage.errors import Refusal
from triage.keys import platform_of
from triage.notice import Audience, Notice

JOIN = {"join", "merge", "link", "joindre", "réunir", "reunir", "lier"}
PART = {"part", "split", "separate", "unjoin", "unlink", "remove", "séparer", "separer", "délier", "delier"}
BETWEEN = re.compile(r"\s*=\s*|\s*,\s*|\s+(?:and|with|et|avec)\s+")
BY_ADMIN = "an admin said so"  # the reason on record
FEW = 3  # of several accounts that may be meant, so many are named


async def account(call: Call) -> Answer:
    """`account` shows which accounts are one person's, and gives a code; `account CODE` takes it on the other platform.
    For admins, `account @ana Ana R.` joins two, `account part @ana` parts them, `account @ana` shows whose are one."""
    rights.require(call.actor, "account")
    words = call.words.strip()
    if not bare(words):
        return await _own(call)
    first, _, rest = words.partition(" ")
    word, code = bare(first).lower(), read_code(bare(words))
    if code is not None:
        return await _redeem(call, code)
    if " " not in words and words not in call.mentioned and not rights.may(call.actor, "accounts"):
        raise Refusal("code_wrong")
    rights.require(call.actor, "accounts")
    if word in PART:
        return await _part(call, rest)
    return await _join(call, rest if word in JOIN else words)


# One's own.


async def _own(call: Call) -> Answer:
    """Which accounts are theirs, and a code for every platform of the desk on which they have none yet."""
    desk, speech, here = call.desk, call.speech, call.desk.account(call.actor.id)
    theirs = desk.directory.accounts_of(call.actor.id)
    key = "account.several" if len(theirs) > 1 else "account.one"
    lines = [speech(key, accounts=_named(call, theirs))]
    elsewhere = [
        binding for platform, binding in desk.state.bindings.items()
        if platform not in {platform_of(each) for each in theirs}
    ]  # fmt: skip
    if len(desk.state.bindings) == 1:
        lines.append(speech("account.alone", platform=called(desk.platform)))
    if elsewhere and here is not None:
        code = new_code()
        digest = await asyncio.to_thread(digest_of, desk.organisation_id, code)
        give = partial(give_code, organisation_id=desk.organisation_id, account=here, digest=digest, now=call.now)
        until = await desk.write(give)
        shown = Strong(f"{code[:4]}-{code[4:]}")
        for each in elsewhere:
            name = called(each.platform)
            if until is None:
                told = {"command": each.command, "code": (shown,), "at": call.now + GOOD_FOR}
                lines.append(speech("account.code", platform=name, **told))
            else:
                lines.append(speech("account.no_code", platform=name, at=until))
    return Answer(Card(join(lines, " "), tuple(Line(line) for line in lines)))


def _named(call: Call, accounts: tuple[str, ...]) -> Sentence:
    """Accounts by name, each with its platform."""
    return join([_one(call, each) for each in accounts], ", ")


def _one(call: Call, account: str) -> Sentence:
    return call.speech("history.who_in", who=call.people.named(account), platform=called(platform_of(account)))


async def _redeem(call: Call, code: str) -> Answer:
    """A code was typed: join the account that it was given to."""
    desk, mine = call.desk, call.desk.account(call.actor.id)
    if mine is None:
        raise Refusal("code_wrong")
    digest = await asyncio.to_thread(digest_of, desk.organisation_id, code)

    def transaction(session: Session) -> Redeemed:
        found = redeem(session, desk.organisation_id, mine, digest, call.now, by=call.actor.id)
        if found.verdict is Verdict.JOINED:
            told = call.people.reader(found.account)("account.joined_by_code", account=_one(call, mine))
            content = AnswerContent(found.account, "", None, sentence=to_data(told))
            enqueue_private(session, desk.organisation_id, Notice(content, Audience.PERSON), call.now)
        return found

    found = await desk.write(transaction)
    if found.verdict is not Verdict.JOINED:
        raise _refusal(found)
    await desk.refresh_people()
    return sentence_answer(call.speech("account.joined", accounts=_named(call, desk.directory.accounts_of(mine))))


def _refusal(found: Redeemed) -> Refusal:
    """Why the code joined nothing."""
    platform = called(platform_of(found.account))
    match found.verdict:
        case Verdict.OLD:
            return Refusal("code_old", platform=platform)
        case Verdict.USED:
            return Refusal("code_used")
        case Verdict.SAME_PLATFORM:
            return Refusal("code_same_platform", platform=platform)
        case Verdict.TAKEN:
            return Refusal("account_taken")
        case Verdict.TOO_MANY:
            return Refusal("code_too_many", at=found.until)
    return Refusal("code_wrong")


# Other people's: for admins.


async def _join(call: Call, words: str) -> Answer:
    """Join the two accounts that are named; of one alone, show what it is joined to."""
    desk, named = call.desk, _operands(call, words)
    one = _meant(call, named[0])
    other = _meant(call, named[1], besides=platform_of(one)) if len(named) > 1 else one
    if desk.directory.person(one) == desk.directory.person(other):
        accounts = desk.directory.accounts_of(one)
        key = "account.are_one" if len(accounts) > 1 else "account.is_alone"
        return sentence_answer(call.speech(key, accounts=_named(call, accounts), command=call.command))
    together = partial(join_accounts, one=one, other=other, by=call.actor.id, reason=BY_ADMIN, now=call.now)
    try:
        await desk.write(partial(together, organisation_id=desk.organisation_id))
    except SamePlatformError:
        raise Refusal("accounts_same_platform") from None
    await desk.refresh_people()
    both = _named(call, desk.directory.accounts_of(one))
    return sentence_answer(call.speech("account.joined_by_admin", accounts=both, command=call.command))


async def _part(call: Call, words: str) -> Answer:
    """Part an account from those it is joined to."""
    desk, one = call.desk, _meant(call, words)
    apart = partial(part_account, account=one, by=call.actor.id, reason=BY_ADMIN, now=call.now)
    try:
        gone = await desk.write(partial(apart, organisation_id=desk.organisation_id))
    except LookupError:
        raise Refusal("account_not_joined") from None
    await desk.refresh_people()
    return sentence_answer(call.speech("account.parted", account=_one(call, gone), command=call.command))


def _operands(call: Call, words: str) -> list[str]:
    """Who is named in these words, one or two: each may be a mention, a name of several words, an email or a key."""
    if _candidates(call, words):
        return [words]
    if len(parts := BETWEEN.split(words, maxsplit=1)) == 2:
        return parts
    blanks = [match.start() for match in re.finditer(r"\s+", words)]
    pairs = ([words[:at], words[at:].strip()] for at in blanks)
    return next((pair for pair in pairs if all(_candidates(call, each) for each in pair)), [words])


def _candidates(call: Call, text: str) -> list[str]:
    """The accounts that may be meant."""
    name = unquoted(text.strip())
    if name not in call.mentioned:
        return call.desk.directory.accounts_called(name)
    mentioned = call.mentioned[name]
    if mentioned is None or mentioned.is_group:
        return []
    return [call.desk.account(mentioned.key) or mentioned.key]


def _meant(call: Call, text: str, besides: str = "") -> str:
    """The account that is meant, on another platform than `besides`; of several, the one on this platform."""
    all_meant = _candidates(call, text)
    found = [each for each in all_meant if platform_of(each) != besides]
    if all_meant and not found:
        raise Refusal("accounts_same_platform")
    if not found:
        raise Refusal("no_such_account", text=text.strip()[:60])
    here = [each for each in found if platform_of(each) == call.desk.platform]
    if len(found) > 1 and len(here) == 1:
        return here[0]
    if len({call.desk.directory.person(each) for each in found}) > 1:
        raise Refusal("ambiguous_account", text=text.strip()[:60], near=", ".join(found[:FEW]))
    return found[0]


ACCOUNT = StandaloneVerb(
    name="account", aliases=("accounts", "compte", "comptes"), answer=account, records=Records.WITH_WORDS
)
