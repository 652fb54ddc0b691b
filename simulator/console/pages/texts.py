"""The texts of the console's pages by code, from texts_fr.toml.

A text may be a Jinja template with facts. The facts come from the journal; some lines lack some of them.
"""

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from maquette.fixtures.rules import Rule, load_rules
from maquette.simulator.console.pages.formats import FORMATS
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.domain.refusals import Reason, Refusal

CATALOGUE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("texts_fr.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a refusal: `why` the person was refused, and what they can do now, `then`."""

    why: str
    then: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule: its sentence, the fiche's own if there is one, and its authority."""

    id: str
    sentence: str
    quote: str | None
    source: str


def words(code: Enum | str, section: str, **facts: object) -> str:
    """Return the text of that code in a section of the catalogue; the code itself if there is none."""
    key = str(code.value) if isinstance(code, Enum) else code
    text: str | None = CATALOGUE[section].get(key)
    if text is None:
        return key
    return _template(text).render(facts) if "{" in text else text


def explain(refusal: Refusal, reason: Reason | None) -> Explanation | None:
    """Explain a refusal; None for a reason that the refusal cannot have."""
    found = CATALOGUE["refusals"].get(refusal.code, {})
    if reason is not None:
        found = found.get(reason.value, {})
    if "why" not in found:
        return None
    return Explanation(found["why"], CATALOGUE["advice"].get(found["then"], found["then"]))


def rule_text(rule_id: str) -> RuleText:
    """The text of the rule of that id."""
    rule = _rules()[rule_id]
    statuses = [status.value for status in rule.statuses]
    first, *others = (words(status, "authority") for status in statuses)
    authority = ", et pour une part ".join((first, *(each[0].lower() + each[1:] for each in others)))
    where = " et ".join(f"§\N{NO-BREAK SPACE}{section}" for section in rule.sections)
    source = f"{authority} ({where})." if where else words(statuses[0], "silent")
    return RuleText(rule_id, rule.phrase, rule.quote, source)


@cache
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in load_rules()}


@cache
def _template(text: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(text)


_ENVIRONMENT = jinja2.Environment(autoescape=False)  # noqa: S701 - the pages escape the texts
_ENVIRONMENT.filters.update(FORMATS)
_ENVIRONMENT.globals.update(
    titles={defect.name: defect.title_fr for defect in DEFECTS.values()},
    sentences={refusal.code: refusal.sentence for refusal in Refusal},
    reasons=CATALOGUE["reasons"],
)
