"""People and the policy in words: whom a sentence names, how to speak to whom, what the policy's own names mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.directory import Directory
from bot.wording.sentences import Mention, Named
from bot.wording.speech import DEFAULT, Speech, speech, spoken
from bot.wording.written_in import written_in
from storage.absences import Absence
from triage.levels import LEVELS
from triage.policy import Policy
from triage.roster import Roster
from triage.zones import zone_names


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """Names, languages and the policy's own words, as people and policy are at this moment."""

    #: Who people are, and the policy they are seen through.
    directory: Directory

    @property
    def policy(self) -> Policy:
        """The policy that is spoken of."""
        return self.directory.policy

    @property
    def roster(self) -> Roster:
        """Who has which role, who is on duty, who is told."""
        return self.directory.roster

    def name(self, person: str) -> str:
        """What to call them, or a group."""
        return self.directory.name(person)

    def named(self, person: str) -> Named:
        """That person in a sentence, without notifying them."""
        return Named(person, self.name(person))

    def mention(self, person: str) -> Mention:
        """That person in a sentence, notified."""
        known, *others = self.directory.accounts_of(person)
        return Mention(known, self.name(known), tuple(others))

    def absence(self, person: str, now: datetime) -> Absence | None:
        """How somebody who is away at `now` is away; None for whoever is there."""
        return self.directory.absence(person, now)

    def reader(self, person: str, wrote: str = "") -> Speech:
        """The speech for a private message to that person: their language and zone where these are known, else the
        desk's. Whose language is not spoken here is answered in the one that they `wrote` in, if that is."""
        account = self.directory.accounts.get(person)
        desk = self.policy.desk
        language = spoken(None if account is None else account.locale) or written_in(wrote) or desk.language
        known = account is not None and account.timezone in zone_names()
        return speech(language, account.timezone if account is not None and known else desk.timezone)

    @property
    def desk_speech(self) -> Speech:
        """The speech for what several people read: the desk's language and zone."""
        return speech(self.policy.desk.language or DEFAULT, self.policy.desk.timezone)

    def shared_speech(self, language: str | None) -> Speech:
        """The speech for what several people read who are spoken to in that language; None: the desk's."""
        return self.desk_speech if language is None else speech(language, self.policy.desk.timezone)

    def level_role(self, level: int, speech: Speech) -> str:
        """What the policy calls the contact of a level. The default's own names are translated."""
        levels = self.policy.levels
        role = levels[level - 1].role if 0 < level <= len(levels) else ""
        known = next((n for n, default in enumerate(LEVELS, 1) if default.role == role), None)
        if known:
            return speech.text(f"level_role.{known}")
        return role or speech.text("card.level_word", level=level)  # the policy may have fewer levels by now

    def meaning(self, severity: int, speech: Speech) -> str:
        """What a severity means: the policy's own words, else the usual ones in the listener's language."""
        return self.policy.meanings.get(severity) or speech.text(f"meaning.{severity}")

    def severity_choices(self, speech: Speech) -> tuple[tuple[str, str], ...]:
        """The severities to choose from, each with what it means."""
        own = self.policy.meanings
        return tuple(
            (str(n), f"{n} - {own[n]}" if n in own else speech.text(f"severity_choice.{n}")) for n in (1, 2, 3)
        )
