"""What testers and operators read: journal, invariants, metrics, and the words of scenarios."""

import inspect
from collections.abc import Callable, Iterable

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from maquette.scenarios.person import Person
from maquette.scenarios.story import Story
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.realm.invariants import FILES_UNCHANGED, INVARIANTS, MOST_OFFENDERS
from maquette.simulator.server.metrics import MAILS, Metrics
from maquette.simulator.store.journal_writer import KEPT_LINES
from reference_pages.markdown import code, page, table

JOURNAL_ROUTES = (
    (
        "…/journal",
        "lines after `after`, of `kind`, at most `limit` (1000); `cursor` continues after them",
    ),
    (
        "…/journal/stream",
        "server-sent events, each a line with its `id`: what is written from now on, or after `after`. A "
        "client that reconnects with `Last-Event-ID` misses no line, and gets none twice",
    ),
    ("…/journal/export", "all lines after `after`, of `kind`, as a file of JSON lines"),
)
"""How a journal is read, below a realm's address or /api."""

LABELS = {
    "code": "the code of a [refusal](refusals.md)",
    "door": "`portal`, `gate` or `console`",
    "outcome": "what happened to the mail, see below",
    "screen": "`data-screen` of the page; on the console the operation; `none` without a screen",
    "status": "`2xx` to `5xx`; `none` for a request that ended without an answer",
}


def journal() -> str:
    """How the journal is read, and the closed set of its kinds of lines."""
    kinds = ((code(kind.value), kind.meaning, " ".join(map(code, kind.data))) for kind in Kind)
    return page(
        "The journal",
        "simulator/domain/journal_kinds.py",
        "Each realm has a journal. The installation has one more, for what happens before the realm of a "
        "request is known. A line has `id` (a cursor), `at` (the instant on the realm's clock; null in the "
        "installation's journal), `real_at` (the real instant), `kind`, `correlation` and `data`. "
        "`correlation` names the request that caused the line: the answer to that request has the same value "
        "in `X-Maquette-Correlation`, and so have the mail that it caused and the log. No line holds a "
        "password, an answer or a code.",
        "## Reading it",
        table(("`GET`", "answer"), ((code(route), what) for route, what in JOURNAL_ROUTES)),
        "`…` is `/api/realms/{realm}`, or `/api` for the installation's journal.",
        "The server writes lines about 50 ms after the requests that caused them. A crash may lose the last "
        "moments of the journal, never of the state. A call that reads the journal gets all lines there are.",
        f"Each journal keeps its newest {KEPT_LINES:,} lines, and for a while up to a thousand more. A line "
        f"of kind `{Kind.JOURNAL_TRIMMED.value}` stands for the deleted ones; its `id` is that of the last "
        "deleted line. A reader that continues from before it gets this line first. An answer that begins "
        "before it says `trimmed: true`, even if `kind` filters the line out. Streams and exports always "
        "contain the line.",
        "## The kinds of lines",
        "The kinds are a closed set: scripts may wait for them, and the changelog names every kind that "
        "changes. Not every line has all the data of its kind.",
        table(("kind", "when", "data"), kinds),
    )


def invariants() -> str:
    """What always holds in a realm."""
    promises = ((code(each.name), each.words, ", ".join(each.rules)) for each in INVARIANTS)
    return page(
        "Invariants",
        "simulator/realm/invariants.toml",
        "`GET /api/realms/{realm}/invariants` says of each invariant whether it holds. It names the first "
        f"{MOST_OFFENDERS} offenders with what is wrong, and sets `more` if there are others. `hold` is true "
        "if all invariants hold. They are computed from the stored state of the realm at that instant; the "
        "portal and the journal take no part. Whatever people do on the portal, all of them hold. A broken "
        "invariant is a fault of the simulator, or the trace of a change by hand in the database.",
        table(("name", "what always holds", "rules"), promises),
        "Moving the clock and changing the policy break no invariant, with two exceptions. A code that was "
        "used while `activation.window` was longer than it is now, and longer than when the realm was made, "
        "counts as used late. And a letter that was given up is reported as missing if the window is then "
        "made longer, or the clock set back.",
        "While a letter is being handed over, it may be caught and still be in the outbox: that is no "
        "offence. A letter that the mail server refuses for good is missing until its option lapses.",
        "## The statements",
        "Each statement returns its offenders, on both engines. `:realm` is the realm's name, "
        "`:now` its instant, `:window` the 48 hours of its policy, `:longest_window` the longer of that and "
        "of the window with which the realm was made; instants and durations are whole seconds. "
        f"`{FILES_UNCHANGED}` compares each space with a hash of what it was made with.",
        *(
            f"`{each.name}`, {wrong.format('…')}:\n\n```sql\n{sql.strip()}\n```"
            for each in INVARIANTS
            for wrong, sql in each.checks.items()
        ),
    )


def metrics() -> str:
    """The metrics as a Prometheus server reads them."""
    counted = Metrics(realms=int, open_waits=int)
    counted.count_request("portal", "home", 200, 0.01)  # a histogram without a sample shows no labels
    written = text_string_to_metric_families(counted.in_text_format().decode())
    families = [family for family in written if not family.name.endswith("_created")]
    rows = [
        (code(_name(family)), family.type, ", ".join(map(code, _labels(family))) or "–", family.documentation)
        for family in families
    ]
    labels = sorted({label for family in families for label in _labels(family)})
    kinds = ((code(outcome), code(kind)) for kind, outcome in MAILS.items())
    return page(
        "Metrics",
        "simulator/server/metrics.py",
        "`GET /metrics` on the console's door answers in Prometheus' text format, without a token. It counts "
        "for this server and its workers, since the server's start. No label names a realm, a path or a "
        "person.",
        table(("metric", "type", "labels", "what it counts"), rows),
        "## Labels",
        table(("label", "values"), ((code(label), LABELS[label]) for label in labels)),
        "## Outcomes of mails",
        "Each outcome counts the lines of one kind in [the journal](journal.md).",
        table(("outcome", "kind in the journal"), kinds),
    )


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def _labels(family: Metric) -> list[str]:
    return sorted({label for sample in family.samples for label in sample.labels} - {"le"})


def words() -> str:
    """The words in which scenarios are written."""
    return page(
        "The words of a scenario",
        "scenarios/person.py and scenarios/story.py",
        "[Scenarios](../scenarios.md) are written with these words. All but `chapter` are awaited. `then` is "
        "the screen that a click must lead to. `refused` are the codes of the [refusals](refusals.md) that "
        "the page must show, separated by blanks. Without either, the step expects the next screen of the "
        "procedure.",
        "## What a person does and sees: `Person`",
        '`lila = await story.person("lila")`; then `await lila.opens_home()` and so on.',
        table(("word", "what it does"), _words_of(Person)),
        "## What happens around them: `Story`",
        table(("word", "what it does"), _words_of(Story)),
    )


def _words_of(source: type) -> Iterable[tuple[str, str]]:
    for name, word in vars(source).items():
        if inspect.isfunction(word) and not name.startswith("_"):
            meaning = inspect.getdoc(word) or ""
            yield code(f"{name}({_parameters(word)})"), " ".join(meaning.split())


def _parameters(word: Callable[..., object]) -> str:
    parameters = list(inspect.signature(word).parameters.values())[1:]
    return ", ".join(str(each.replace(annotation=each.empty)) for each in parameters)


def everything() -> Iterable[tuple[str, str]]:
    """The pages, by file name."""
    yield "journal.md", journal()
    yield "invariants.md", invariants()
    yield "metrics.md", metrics()
    yield "words.md", words()
