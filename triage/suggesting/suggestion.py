"""What a text suggests a ticket should be, before a person says so."""

from __future__ import annotations

from dataclasses import dataclass

INCIDENT, PROVISIONING, INQUIRY, REDIRECT = "incident", "provisioning", "inquiry", "redirect"
BILLING, SALES = "billing", "sales"
#: The skills that the model knows, in the order in which they are named.
SKILLS = ("network", "routing", "cloud", "portal")
#: A suggestion this sure or surer needs no second look (design: 0.8 and more is "sure").
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a text seems to be. A person's choice always wins over it."""

    #: `incident`, `provisioning`, `inquiry` or `redirect`.
    category: str
    #: Where a redirect belongs, `billing` or `sales`; None for everything else.
    redirect: str | None
    #: 1 to 3 for an incident, 3 for an inquiry, else None.
    severity: int | None
    #: What it takes to answer it, some of the desk's skills; empty for redirects, and where nothing speaks of any.
    skills: tuple[str, ...]
    #: How likely category, redirect and severity are all right, 0 to 1; from `SURE` on it is sure.
    confidence: float
    #: The phrases of the text that decided it, as typed, in reading order; empty where none stands out.
    because: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it may be shown without a question."""
        return self.confidence >= SURE
