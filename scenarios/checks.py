"""The mistakes of a scenario that are found before it is played."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from maquette.fixtures.personas import load_personas
from maquette.fixtures.rules import load_rules

_ANY_START = datetime(2011, 6, 9, tzinfo=UTC)


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
    known_sections = {section for rule in load_rules() for section in rule.sections}
    wrong = [
        *_unknown("rule", rules, [rule.id for rule in load_rules()]),
        *_unknown("section of the fiche", sections, sorted(known_sections)),
        *_unknown("persona", people, [persona.id for persona in load_personas(_ANY_START)]),
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
