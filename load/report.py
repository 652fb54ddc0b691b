"""The report of a load run as one page.

The verdict stands on top, with its reasons; then the thresholds, the invariants, the charts and the figures.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from maquette.fixtures.report_page import Say, local_time, say_in, templates_of
from maquette.load.bench.machine import Machine
from maquette.load.charts import HEIGHT, WIDTH, Chart, Line, Mark, draw, percentile
from maquette.load.description import Description
from maquette.load.profile import Arrival, Profile
from maquette.load.steps import LoadStep
from maquette.load.tally import Flow, Results, StepSecond
from maquette.load.verdict import Verdict, is_short_of_cpu

PAGE = "report.html"
SLICES = 40
"""Points that a chart has at most: seconds are put together until they fit."""


@dataclass(frozen=True, slots=True)
class LoadRun:
    """A run that was judged; `began` is the world's instant, `machine` the one on which it was judged."""

    description: Description
    results: Results
    verdict: Verdict
    began: datetime
    machine: Machine


def report_page(run: LoadRun, language: str) -> str:
    """The page. `language` is `fr` or `en`."""
    say = say_in(language)
    profile = run.description.profile
    return (
        templates_of(Path(__file__).parent / "templates")
        .get_template("report.html")
        .render(
            run=run,
            verdict=run.verdict,
            results=run.results,
            description=run.description,
            profile=profile,
            machine=run.machine,
            open=profile.arrival is Arrival.OPEN,
            title=say(profile.title.fr, profile.title.en),
            began=local_time(run.began, say),
            overview=_overview(run, say),
            steps=_by_step(run),
            short_of_cpu=is_short_of_cpu,
            language=language,
            say=say,
            said=lambda reason: say(reason.fr, reason.en),
            number=lambda value, digits=0: f"{value:,.{digits}f}".replace(
                ",", "\N{NARROW NO-BREAK SPACE}"
            ).replace(".", say(",", ".")),
            width=WIDTH,
            height=HEIGHT,
        )
    )


@dataclass(frozen=True, slots=True)
class _Slice:
    """What one step, or all of them, did in a slice of the run."""

    requests: int
    failures: int
    times: Counter[int]


def _length(results: Results) -> float:
    """Seconds that the charts span: those of the run, and of what came back after its end."""
    seconds = [each.second for each in results.moments] + [each.second for each in results.flow]
    return max([results.seconds, *(second + 1 for second in seconds)])


def _slices(results: Results, moments: Sequence[StepSecond]) -> tuple[list[_Slice], float]:
    """The moments put together, and how many seconds a slice has."""
    seconds = _length(results)
    width = max(1.0, -(-seconds // SLICES))
    found = [_Slice(0, 0, Counter()) for _ in range(int(-(-seconds // width)))]
    for each in moments:
        at = int(each.second // width)
        before = found[at]
        before.times.update(each.times)
        found[at] = _Slice(before.requests + each.requests, before.failures + each.failures, before.times)
    return found, width


def _times(slices: Sequence[_Slice]) -> list[Line]:
    return [
        Line(f"p{part:.0f}", style, [percentile(each.times, part / 100) for each in slices])
        for part, style in ((95.0, "p95"), (50.0, "p50"))
    ]


def _limits(run: LoadRun, step: str) -> list[float]:
    """All limits of the step: it may have several."""
    return [each.limit_ms for each in run.verdict.thresholds if each.step == step]


def _marks(profile: Profile, say: Say) -> list[Mark]:
    """Where stages begin, with the leaps of the clock, and where the last person has come."""
    begins = zip(profile.ends, profile.stages[1:], strict=False)
    stages = [Mark(at, "leap" if stage.advance else "stage", stage.advance or "") for at, stage in begins]
    first = profile.stages[0].advance
    leap = [Mark(0.0, "leap", first)] if first else []
    return [*leap, *stages, Mark(profile.seconds, "grace", say("délai", "grace"))]


def _people(flow: Sequence[Flow], width: float) -> list[Flow]:
    """The seconds put together: sums of who came and went, the most who were under way at once."""
    found: dict[int, list[Flow]] = {}
    for each in flow:
        found.setdefault(int(each.second // width), []).append(each)
    return [
        Flow(
            second=at,
            arrived=sum(each.arrived for each in seconds),
            done=sum(each.done for each in seconds),
            failed=sum(each.failed for each in seconds),
            under_way=max(each.under_way for each in seconds),
        )
        for at, seconds in found.items()
    ]


def _overview(run: LoadRun, say: Say) -> list[Chart]:
    """All steps together: journeys, throughput, latency, mail, errors."""
    results, profile = run.results, run.description.profile
    counted = [each for each in results.moments if each.step != LoadStep.MAIL]
    requests, width = _slices(results, counted)
    mails, _ = _slices(results, [each for each in results.moments if each.step == LoadStep.MAIL])
    people = _people(results.flow, width)
    over_time = partial(draw, seconds=_length(results), width=width, marks=_marks(profile, say))
    errors = [each.failures + mail.failures for each, mail in zip(requests, mails, strict=True)]
    a_second = say("par seconde", "per second")
    return [
        over_time(
            say("Parcours", "Journeys"),
            a_second,
            [
                Line(say("arrivés", "arrived"), "arrived", [each.arrived / width for each in people]),
                Line(say("achevés", "done"), "done", [each.done / width for each in people]),
                Line(say("échoués", "failed"), "failed", [each.failed / width for each in people]),
            ],
        ),
        over_time(
            say("Parcours en cours", "Journeys under way"),
            say("à la fois", "at once"),
            [Line(say("en cours", "under way"), "flow", [each.under_way for each in people])],
            limits=[profile.under_way] if profile.arrival is Arrival.OPEN else [],
        ),
        over_time(
            say("Débit", "Throughput"),
            say("requêtes par seconde", "requests per second"),
            [Line(say("requêtes", "requests"), "flow", [each.requests / width for each in requests])],
        ),
        over_time(say("Temps de réponse, toutes étapes", "Response time, all steps"), "ms", _times(requests)),
        over_time(
            say("Attente du courriel", "Waiting for the mail"),
            "ms",
            _times(mails),
            limits=_limits(run, LoadStep.MAIL),
        ),
        over_time(
            say("Erreurs", "Errors"),
            a_second,
            [Line(say("erreurs", "errors"), "errors", [each / width for each in errors])],
        ),
    ]


def _by_step(run: LoadRun) -> list[Chart]:
    """A chart of its latency for each step."""
    found = []
    for step in sorted({each.step for each in run.results.moments if each.requests} - {LoadStep.MAIL}):
        slices, width = _slices(run.results, [each for each in run.results.moments if each.step == step])
        limits = _limits(run, step)
        found.append(
            draw(step, "ms", _times(slices), seconds=_length(run.results), width=width, limits=limits)
        )
    return found
