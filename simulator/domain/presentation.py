"""What pages show, beyond the decisions of the other groups.

The portal calls each method once, where the page or the document is made. It must not know templates.
Source: rule ACC-12.
"""

from typing import Any

from maquette.simulator.domain.space import Space

Values = dict[str, Any]
"""The values of a template, by name."""


class Presentation:
    """What the portal shows: by the rules, all as it is."""

    def page(self, screen: str, values: Values) -> Values:  # noqa: ARG002 - the same for all screens
        """The values that the screen's template shows."""
        return values

    def space(self, space: Space) -> Space:
        """The space that its holder sees, with its own number, files and services (ACC-12)."""
        return space
