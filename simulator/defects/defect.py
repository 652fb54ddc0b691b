"""What a deliberate defect is. It knows neither the others nor who switches them on."""

from collections.abc import Callable
from dataclasses import dataclass

from maquette.simulator.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Defect:
    """A deliberate defect: its name, the rule that it breaks, its titles, and why it matters.

    `make` gives the same rules with one decision replaced; whatever that decision was before is what the new
    one stands on, so that several defects go together.
    """

    name: str
    rule: str
    title_en: str
    title_fr: str
    why_en: str
    why_fr: str
    make: Callable[[Rules], Rules]
