"""What a text suggests: category, severity, skills, or that it belongs to billing or sales.

`suggest` is all that others need. A text is read (`reading`), its features are taken (`cues`, `features`), weighed
(`model`) and decided on (`deciding`), and the phrases that it rests on are found (`because`).
"""

from __future__ import annotations

from triage.suggesting.deciding import suggest
from triage.suggesting.suggestion import SKILLS, SURE, Suggestion

__all__ = ["SKILLS", "SURE", "Suggestion", "suggest"]
