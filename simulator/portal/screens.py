"""The templates of the portal's screens, and the values that they all have."""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from maquette.simulator.base import french

_FILTERS: dict[str, Callable[..., str]] = {
    "day": french.day,
    "long_day": french.long_day,
    "long_instant": french.long_instant,
    "delay_in_words": french.delay_in_words,
}
"""The filters of the templates, for dates and durations."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,  # else jinja checks the template files for each page
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(_FILTERS)
_TEMPLATES.globals = {
    "safety_line": french.SAFETY_LINE,
    "refusals": (),
    "values": {},
    "subscriber": None,
}
"""What each page has unless its handler gives another value. No template uses jinja's own functions."""


def render(page: str, values: Mapping[str, object]) -> str:
    """Render the template of the page of that name."""
    return _TEMPLATES.get_template(f"{page}.html").render(values)
