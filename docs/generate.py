"""Write the pages of the documentation that are made from the product: rules, states, refusals and so on.

    python docs/generate.py

The pages say nothing that is not in `fixtures/rules.toml`, `scenarios/`, `domain/option.py`,
`domain/refusals.py`, `domain/kinds.py`, `defects/`, `invariants.py` or `console/problems.py`; what a name
means in words stands here. A test holds the pages to be current.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

from maquette.fixtures.rules import Status
from maquette.scenarios.coverage import Coverage, coverage
from maquette.scenarios.person import Person
from maquette.scenarios.story import Story
from maquette.simulator.console.problems import Problem
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.option import TRANSITIONS, SpaceEvent, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.realm.invariants import FILES_UNCHANGED, INVARIANTS, MOST_OFFENDERS
from maquette.simulator.store.journal_writer import KEPT_LINES

FOLDER = Path(__file__).parent

GROUPS = {
    "ACC": "Access and certificate",
    "SES": "Sessions",
    "HOME": "Welcome screens",
    "OPT": "The option",
    "CRED": "Credentials",
    "ACT": "Activation",
    "POP": "Pop-up",
    "REG": "Result and recap",
    "PWD": "Password access",
    "HELP": "Helpdesk",
    "OUT": "Outside the space",
    "NEW": "A new space",
    "MAIL": "Mail",
}

STATUSES = {
    Status.FICHE: "the fiche says or shows it",
    Status.INFERRED: "it follows from the fiche",
    Status.ASSUMED: "our assumption",
}

STATES = {
    SpaceState.CERTIFICATE: "The certificate opens the space.",
    SpaceState.PENDING: "An option waits for its activation; the certificate, and only it, opens the space.",
    SpaceState.PASSWORD: "E-mail and password open the space; the certificate opens nothing, for good.",
}

EVENTS = {
    SpaceEvent.ACCEPT: ("event", "The security question is answered: option accepted, mail queued."),
    SpaceEvent.ACTIVATE: ("event", "Address and code were right, and the result window's request came."),
    SpaceEvent.LAPSE: (
        "state of affairs",
        "48 hours have passed. Nobody does anything: it is computed when asked.",
    ),
}

SWITCHES = (
    (
        "one realm, over the control API",
        '`PUT /api/realms/{realm}/defects {"defects": ["code-never-expires"]}`, or `defects` when it is made',
        "another `PUT`, or the realm's reset",
    ),
    ("one realm, in the console", "its page « Défauts »", "the same page, or the realm's reset"),
    ("one realm, in Python", '`Simulator.realm(defects=["code-never-expires"])`', "the realm's reset"),
    ("one realm, in scenarios", '`control.set_defects(["code-never-expires"])`', "the realm's reset"),
    ("every realm", "`maquette serve --defect code-never-expires`, repeatable", "the server ends"),
)
"""How a defect is switched on, and how long it stays."""


JOURNAL_ROUTES = (
    (
        "…/journal",
        "lines behind `after`, of `kind`, `limit` of them (1000) at most; `cursor` goes on behind them",
    ),
    (
        "…/journal/stream",
        "server-sent events, each a line with its `id`: what is written from now on, or behind `after`. A "
        "client that comes back with `Last-Event-ID` misses none, and gets none twice",
    ),
    ("…/journal/export", "all lines behind `after`, of `kind`, as a file of JSON lines"),
)
"""How a journal is read, below a realm's address or /api."""


def pages() -> dict[str, str]:
    """The generated pages: file names and texts."""
    return {
        "rules.md": _rules(coverage()),
        "states.md": _states(),
        "refusals.md": _refusals(),
        "journal.md": _journal(),
        "invariants.md": _invariants(),
        "defects.md": _defects(),
        "words.md": _words(),
    }


def _words() -> str:
    return _page(
        [
            "# The words of a scenario",
            _generated("scenarios/person.py and scenarios/story.py"),
            "[scenarios.md](scenarios.md) shows how a scenario is written with them. All but `chapter` are "
            "awaited. `then` is the screen that a click has to lead to, `refused` the codes of the "
            "[refusals](refusals.md) that it has to show, blanks between them; where neither is given, "
            "the step expects what the procedure goes on to.",
            "## What somebody does and sees: `Person`",
            '`lila = await story.person("lila")`; then `await lila.opens_home()` and so on.',
            _table(("word", "what it does"), _words_of(Person)),
            "## What is around them: `Story`",
            _table(("word", "what it does"), _words_of(Story)),
        ]
    )


def _words_of(told_by: type) -> Iterable[tuple[str, str]]:
    for name, word in vars(told_by).items():
        if inspect.isfunction(word) and not name.startswith("_"):
            said = inspect.getdoc(word) or ""
            yield f"`{name}({_parameters(word)})`", " ".join(said.split())


def _parameters(word: Callable[..., object]) -> str:
    parameters = list(inspect.signature(word).parameters.values())[1:]
    return ", ".join(str(each.replace(annotation=each.empty)) for each in parameters)


def _rules(covered: Sequence[Coverage]) -> str:
    parts = [
        "# The rules",
        _generated("fixtures/rules.toml and the scenarios"),
        "Tests, scenarios, refusals and the journal name these rules by their ids. § is the section of the "
        "fiche. Status: "
        + " · ".join(f"**{status.value}** {meaning}" for status, meaning in STATUSES.items())
        + ". A rule with two statuses has parts that stand on different authority. "
        "What can be set of the assumptions is in [fidelity.md](fidelity.md#assumptions). Each rule names "
        "the [scenarios](scenarios.md) that cover it; `maquette rules --coverage` shows the same with the "
        "drivers.",
    ]
    for prefix, group in groupby(covered, key=lambda each: each.rule.id.partition("-")[0]):
        parts += [
            f"## {GROUPS[prefix]}",
            _table(("id", "rule", "in the fiche", "§", "status", "scenarios"), map(_rule, group)),
        ]
    return _page(parts)


def _rule(covered: Coverage) -> tuple[str, ...]:
    rule = covered.rule
    quote = f"« {rule.quote} »" if rule.quote else ""
    statuses = " / ".join(status.value for status in rule.statuses)
    scenarios = ", ".join(f"`{each.name}`" for each in covered.scenarios)
    return rule.id, rule.sentence, quote, ", ".join(rule.sections), statuses, scenarios


def _states() -> str:
    arrows = [
        f"    {before.value} --> {after.value}: {event.value}"
        for (before, event), after in TRANSITIONS.items()
    ]
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {SpaceState.CERTIFICATE.value}", *arrows, "```"]
    moves = [
        (before.value, event.value, after.value, *EVENTS[event])
        for (before, event), after in TRANSITIONS.items()
    ]
    return _page(
        [
            "# The states of a space",
            _generated("the table TRANSITIONS in simulator/domain/option.py"),
            "\n".join(diagram),
            _table(("state", "what opens the space"), ((state.value, STATES[state]) for state in SpaceState)),
            _table(("from", "by", "to", "kind", "when"), moves),
            "What the table has no arrow for does not happen: nothing leaves `password`. An option that is "
            "accepted while another waits replaces it (ACT-8). What is typed before the question is answered "
            "is a draft of the session, and no state. A space that is asked for (NEW-2) comes to `pending` "
            "from no state, which the journal writes as null; a lapse leads back there, and nothing is left "
            "of it.",
        ]
    )


def _refusals() -> str:
    shown = (
        (f"`{each.code}`", each.rule or "", f"`{each.field}`" if each.field else "", each.sentence)
        for each in Refusal
    )
    hidden = ((f"`{reason.value}`", reason.meaning) for reason in Reason)
    answered = ((f"`{each.code}`", str(each.status), each.title) for each in Problem)
    return _page(
        [
            "# Refusals",
            _generated("simulator/domain/refusals.py and simulator/console/problems.py"),
            "The codes are public, and closed sets: scripts may wait for them; the changelog tells when one "
            "changes.",
            "## On pages",
            "A page shows each as an element with `data-refusal` (the code) and, where a rule speaks of it, "
            "`data-rule`; it is tied to its field.",
            _table(("code", "rule", "field", "sentence"), shown),
            "## In the journal only",
            "Where a sentence hides the reason, so that nobody learns which addresses or numbers exist "
            "(ACT-14, OUT-2, PWD-2, PWD-4), the journal has it: `data.reason` of a line of kind `refused`.",
            _table(("reason", "meaning"), hidden),
            "## From the control API",
            "RFC 9457 problem details, with the code as `code`.",
            _table(("code", "status", "title"), answered),
        ]
    )


def _journal() -> str:
    kinds = ((f"`{kind.value}`", kind.meaning, " ".join(f"`{name}`" for name in kind.data)) for kind in Kind)
    return _page(
        [
            "# The journal",
            _generated("simulator/domain/journal_kinds.py"),
            "Each realm has one line of time, and the installation one for what happens before any realm is "
            "known. A line has `id` (a cursor), `at` (the realm's instant; null in the installation's), "
            "`real_at` (the world's), `kind`, `correlation` and `data`. `correlation` names the request that "
            "caused it: it is in the `X-Maquette-Correlation` of that request's answer and of the mail that "
            "went out because of it, and in the log. No line holds a password, an answer or a code.",
            "## Reading it",
            _table(("`GET`", "what comes"), ((f"`{route}`", what) for route, what in JOURNAL_ROUTES)),
            "`…` is `/api/realms/{realm}`, or `/api` for the installation's.",
            "Lines are written some 50 ms behind the requests that caused them: a crash may lose the last "
            "moments of the journal, never of the state. Whoever asks for the journal gets all there is.",
            f"Each journal keeps its newest {KEPT_LINES:,} lines, and for a while up to a thousand more. A "
            f"line of kind `{Kind.JOURNAL_TRIMMED.value}` stands for those that are gone, under the `id` of "
            "the last of them: whoever reads on from before it meets it first, and an answer that begins "
            "before it says `trimmed: true`, also where `kind` leaves the line itself out. Streams and "
            "exports never leave it out.",
            "## The kinds of lines",
            "They are a closed set. Scripts may wait for them; the changelog tells when one changes. Not "
            "every line has all the data of its kind.",
            _table(("kind", "when", "data"), kinds),
        ]
    )


def _invariants() -> str:
    promises = (
        (f"`{each.name}`", each.words, ", ".join(each.rules)) for each in (*INVARIANTS, FILES_UNCHANGED)
    )
    return _page(
        [
            "# Invariants",
            _generated("simulator/realm/invariants.py"),
            "`GET /api/realms/{realm}/invariants` says of each whether it holds, and who breaks it: the "
            f"first {MOST_OFFENDERS} offenders, with what is wrong, and `more` where there are others. "
            "`hold` is whether all of them do. They are read off the realm's state at this instant: neither "
            "the portal nor the journal is asked. Whatever people do on the portal, all of them hold; one "
            "that does not is a fault of the simulator, or somebody's who changed the database by hand.",
            _table(("name", "what always holds", "rules"), promises),
            "Moving the clock and changing the policy break none of them, with two exceptions. A code that "
            "was used while `activation.window` was longer than it is now, and longer than it was when the "
            "realm was made, counts as used late. And where the window is made longer, or the clock set "
            "back, after a letter was given up, that letter is missing again.",
            "While a letter is being handed over, it may be caught already and still be in the outbox: that "
            "is no offence. One that the mail server refuses for good is missing until its option lapses.",
        ]
    )


def _defects() -> str:
    parts = [
        "# Deliberate defects",
        _generated("simulator/defects/"),
        f"Each of the {len(DEFECTS)} breaks one rule of the portal, in one place, and is off unless somebody "
        "switches it on. A test suite that passes without a defect, and with it, does not look at that rule: "
        "[the audit](audit.md) asks a suite about all of them. A trainer can let a class find one.",
        "## Switching them on",
        _table(("where", "how", "until"), SWITCHES),
        "They go together: each stands on what those before it in the list have made of the rules, and "
        "where two contradict each other, the later one has the last word. What happened under a defect "
        "stays as it is when it is switched off. Snapshots and forks carry a realm's defects as they carry "
        "its policy.",
        "Every page of the portal says in its first and last line which are on, and that cannot be switched "
        "off; `<body>` has their names in `data-defects`, parted by blanks, which is not there without any. "
        "The journal has a line `defects-changed`.",
        "What measures stays true: [invariants](invariants.md), the clock's named moments "
        "(`just-before:code-expiry`, `code-expiry`), the `expires_at` of a mail and the state of a space, in "
        "the API and in the console, are those of the rules without any defect. A test that moves to "
        "`code-expiry` stands where the code has to be refused.",
    ]
    for prefix, group in groupby(DEFECTS.values(), key=lambda each: each.rule.partition("-")[0]):
        rows = ((f"`{each.name}`", each.rule, each.title_en, each.why_en) for each in group)
        parts += [f"## {GROUPS[prefix]}", _table(("name", "rule", "what goes wrong", "why it matters"), rows)]
    return _page(parts)


def _generated(source: str) -> str:
    return f"*Made from {source} by `python docs/generate.py`: change it there.*"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
