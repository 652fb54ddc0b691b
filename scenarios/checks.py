"""The mistakes of a scenario that are found before it is played."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache

from maquette.fixtures.personas import load_personas
from maquette.fixtures.rules import load_rules


class ScenarioMistakeError(Exception):
    """A scenario cannot be played, or would pass without a check; the message says all that is wrong."""


def check_words(
    play: Callable[..., object],
    *,
    rules: Sequence[str],
    sections: Sequence[str],
    people: Sequence[str],
    awaited: Iterable[str],
) -> None:
    """Find unknown ids, and words (`awaited` names them) that are called without `await`.

    Raises ScenarioMistakeError.
    """
    wrong = [
        *_unknown("rule", rules, _rule_ids()),
        *_unknown("section of the fiche", sections, _section_ids()),
        *_unknown("persona", people, _persona_ids()),
    ]
    if not inspect.iscoroutinefunction(play):
        wrong.append("its function is not async")
    wrong += [f"line {line}: {word}(…) without await" for line, word in _forgotten(play, set(awaited))]
    if wrong:
        raise ScenarioMistakeError("; ".join(wrong))


def _unknown(what: str, given: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    if isinstance(given, str) or not given:
        yield f'each {what} is one of a tuple, as in ("{known[0]}",)'
        return
    for each in given:
        if each not in known:
            yield f"no {what} {each}: there are {', '.join(known)}"


@cache
def _rule_ids() -> tuple[str, ...]:
    return tuple(rule.id for rule in load_rules())


@cache
def _section_ids() -> tuple[str, ...]:
    return tuple(sorted({section for rule in load_rules() for section in rule.sections}))


@cache
def _persona_ids() -> tuple[str, ...]:
    return tuple(persona.id for persona in load_personas(datetime(2011, 6, 9, tzinfo=UTC)))


def _forgotten(play: Callable[..., object], awaited: set[str]) -> Iterator[tuple[int, str]]:
    """The words called without `await` in the script; empty if its source is not available."""
    try:
        lines, first = inspect.getsourcelines(play)
    except OSError:
        return
    for node in ast.walk(ast.parse(textwrap.dedent("".join(lines)))):
        match node:
            case ast.Expr(ast.Call(ast.Attribute(attr=word))) if word in awaited:
                yield first + node.lineno - 1, word
