"""What a text suggests: category, severity, skills, or that it belongs to billing or sales.

`suggest` is all that most need. `understand` does the part of it that takes nothing but the text, so that it can be
done before anybody waits for a database; `learn` makes a desk's own corrections count. A text is read (`reading`), its
features are taken (`cues`, `features`), weighed (`model`, `learning`) and decided on (`deciding`), and the phrases that
it rests on are found (`because`). docs/triage-suggestions.md says what it rests on and how often it is right.
"""

from __future__ import annotations

from triage.suggesting.deciding import Understood, suggest, understand
from triage.suggesting.learning import NOTHING_LEARNED, Correction, Learned, LearnedError, learn
from triage.suggesting.suggestion import SKILLS, SURE, Suggestion

__all__ = [
    "NOTHING_LEARNED",
    "SKILLS",
    "SURE",
    "Correction",
    "Learned",
    "LearnedError",
    "Suggestion",
    "Understood",
    "learn",
    "suggest",
    "understand",
]
