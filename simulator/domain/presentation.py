"""The values that pages and documents show: the portal passes them through here before it writes one.

It must not know templates. Source: rule ACC-12.
"""

from typing import Any

from maquette.simulator.domain.space import Space

Values = dict[str, Any]
"""The values of a template, by name."""


class Presentation:
    """What the portal shows. The rules themselves change nothing here; a realm may."""

    def page(self, screen: str, values: Values) -> Values:  # noqa: ARG002 - the same for all screens
        """The values that the screen's template shows."""
        return values

    def space(self, space: Space) -> Space:
        """The space that its holder sees, with its own number, files and services (ACC-12)."""
        return space
