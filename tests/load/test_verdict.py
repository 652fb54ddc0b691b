"""The verdict: what makes a run pass, fail or void, what has the last word, and the page that shows it.

Source: issue "Load", 3.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maquette.load.charts import Line, draw, percentile
from maquette.load.description import Description
from maquette.load.profile import Profile
from maquette.load.report import Run, write_report
from maquette.load.tally import ErrorFigures, GeneratorFigures, JourneyFigures, Moment, Results, StepFigures
from maquette.load.verdict import About, Held, Outcome, judge

PROFILE = Profile.model_validate(
    {
        "title": {"fr": "Petit", "en": "Tiny"},
        "arrival": "closed",
        "stages": [{"seconds": 20, "to": 2}],
        "mix": {"opting": 1},
        "data": {"subscribers": 10},
        "error_rate": 0.1,
        "thresholds": [{"step": "1.1 home", "percentile": 95, "limit_ms": 500}],
    }
)
HOLDS = Held(name="no-code-twice", words="No code is used twice.", holds=True, offenders=())
BROKEN = Held(name="no-code-twice", words="No code is used twice.", holds=False, offenders=("option <1>",))
ENOUGH = GeneratorFigures(process="worker 1", samples=20, busy=2, late=2, cpu=0.5, latest=30)


def results(
    *,
    home_ms: float = 100,
    requests: int = 100,
    failures: int = 0,
    error: str = "no answer",
    ended: bool = True,
    generator: GeneratorFigures = ENOUGH,
    turned_away: int = 0,
    nobody_left: int = 0,
    workers_lost: int = 0,
) -> Results:
    percentiles = dict.fromkeys(("50", "90", "95", "99", "100"), home_ms)
    home = StepFigures(
        step="1.1 home", kind="GET", requests=requests, failures=failures, percentiles=percentiles
    )
    return Results(
        seconds=20,
        ended=ended,
        steps=(home,) if requests else (),
        errors=(ErrorFigures(step="1.1 home", kind="GET", error=error, times=failures),) if failures else (),
        moments=(
            Moment(second=0, step="1.1 home", requests=2, failures=0, times={100: 1, 200: 1}),
            Moment(second=7, step="1.1 home", requests=1, failures=1, times={400: 1}),
            Moment(second=8, step="2.3 mail", requests=1, failures=0, times={50: 1}),
        ),
        journeys=(JourneyFigures(journey="opting", begun=3, done=2, failed=0),),
        turned_away=turned_away,
        nobody_left=nobody_left,
        generators=(generator,),
        workers=1,
        workers_lost=workers_lost,
    )


def test_a_run_passes_where_everything_holds() -> None:
    verdict = judge(PROFILE, results(), [HOLDS], interrupted=False)
    assert (verdict.outcome, verdict.reasons, verdict.remarks) == (Outcome.PASSED, (), ())


def test_a_broken_invariant_fails_the_run_and_is_named_with_its_offenders() -> None:
    verdict = judge(PROFILE, results(), [HOLDS, BROKEN], interrupted=False)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.about, reason.name) == (Outcome.FAILED, About.INVARIANT, "no-code-twice")
    assert reason.en == "invariant no-code-twice is broken: option <1>"


@pytest.mark.parametrize(("measured", "met"), [(499, True), (500, True), (501, False)])
def test_a_threshold_is_met_up_to_its_limit(measured: float, met: bool) -> None:  # noqa: FBT001 - parametrized
    verdict = judge(PROFILE, results(home_ms=measured), [HOLDS], interrupted=False)
    assert verdict.thresholds[0].met is met
    assert (verdict.outcome is Outcome.PASSED) is met
    assert [(each.about, each.name) for each in verdict.reasons] == [(About.THRESHOLD, "1.1 home")] * (
        not met
    )


@pytest.mark.parametrize(("failures", "outcome"), [(9, "passed"), (10, "passed"), (11, "failed")])
def test_so_many_requests_may_fail_and_no_more(failures: int, outcome: str) -> None:
    verdict = judge(PROFILE, results(failures=failures), [HOLDS], interrupted=False)
    assert verdict.outcome == outcome
    assert verdict.error_rate == failures / 100


def test_one_broken_promise_fails_the_run_however_few_errors_there_are() -> None:
    error = "ACT-9: wanted activation refusing activation-refused; came activation (200)"
    verdict = judge(PROFILE, results(failures=1, error=error), [HOLDS], interrupted=False)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.about, reason.name) == (Outcome.FAILED, About.PROMISE, "ACT-9")


@pytest.mark.parametrize(("seconds", "outcome"), [(1, "passed"), (2, "passed"), (3, "void")])
@pytest.mark.parametrize("how", ["busy", "late"])
def test_a_run_is_void_where_the_generator_was_short_of_cpu(how: str, seconds: int, outcome: str) -> None:
    process = ENOUGH.model_copy(update={"busy": 0, "late": 0} | {how: seconds})
    assert judge(PROFILE, results(generator=process), [HOLDS], interrupted=False).outcome == outcome


def test_a_missed_threshold_is_only_a_remark_where_the_generator_was_short_of_cpu() -> None:
    process = ENOUGH.model_copy(update={"late": 20})
    verdict = judge(PROFILE, results(home_ms=900, generator=process), [HOLDS], interrupted=False)
    assert verdict.outcome is Outcome.VOID
    assert [each.about for each in verdict.reasons] == [About.GENERATOR]
    assert [each.about for each in verdict.remarks] == [About.THRESHOLD]


def test_no_lack_of_cpu_excuses_a_broken_invariant() -> None:
    process = ENOUGH.model_copy(update={"late": 20})
    verdict = judge(PROFILE, results(generator=process), [BROKEN], interrupted=False)
    assert verdict.outcome is Outcome.FAILED
    assert [each.about for each in verdict.remarks] == [About.GENERATOR]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ({"requests": 0}, "nothing"),
        ({"ended": False}, "not-ended"),
        ({"nobody_left": 1}, "nobody-left"),
        ({"workers_lost": 1}, "workers-lost"),
    ],
)
def test_a_run_is_void_where_it_did_not_measure_what_it_was_to(found: dict[str, int], name: str) -> None:
    verdict = judge(PROFILE, results(**found), [HOLDS], interrupted=False)  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.reasons[0].name) == (Outcome.VOID, name)


def test_a_run_fails_where_arrivals_were_dropped() -> None:
    verdict = judge(PROFILE, results(turned_away=3), [HOLDS], interrupted=False)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.about) == (Outcome.FAILED, About.ARRIVALS)
    assert reason.en.startswith("3 arrivals were dropped")


def test_a_step_with_a_threshold_that_nobody_reached_voids_the_run() -> None:
    document = PROFILE.model_dump(mode="json")
    document["thresholds"].append({"step": "4.1 recap", "percentile": 95, "limit_ms": 500})
    verdict = judge(Profile.model_validate(document), results(), [HOLDS], interrupted=False)
    assert (verdict.outcome, verdict.reasons[0].name) == (Outcome.VOID, "4.1 recap")


def test_an_interrupted_run_is_void_and_says_so() -> None:
    verdict = judge(PROFILE, results(ended=False), [HOLDS], interrupted=True)
    assert (verdict.outcome, [each.about for each in verdict.reasons]) == (Outcome.VOID, [About.INTERRUPTED])


# The page


def page(folder: Path, language: str, held: Held = HOLDS, **found: int) -> str:
    description = Description(
        name="tiny", profile=PROFILE, realm="realm-1", version="0.1.0", console="http://localhost:1",
        portal="p", gate="g", api="a", token="a-secret-token", root="pem", folder="/nowhere", people=("a",),
    )  # fmt: skip
    measured = results(**found)  # type: ignore[arg-type]
    verdict = judge(PROFILE, measured, [held], interrupted=False)
    run = Run(description, measured, verdict, datetime(2026, 1, 1, tzinfo=UTC))
    return write_report(run, folder / "report.html", language).read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "headline"), [("fr", "Réussi"), ("en", "Passed")])
def test_the_page_needs_nothing_else_and_keeps_the_token(
    tmp_path: Path, language: str, headline: str
) -> None:
    text = page(tmp_path, language)
    assert headline in text
    assert f'lang="{language}"' in text
    assert re.findall(r"<script|<link|src=|url\(|@import|a-secret-token", text) == []


def test_the_page_names_the_broken_invariant_and_shows_its_offender_as_text(tmp_path: Path) -> None:
    text = page(tmp_path, "en", BROKEN)
    assert "invariant no-code-twice is broken: option &lt;1&gt;" in text
    assert "Failed" in text


def test_the_page_has_a_chart_for_each_step(tmp_path: Path) -> None:
    text = page(tmp_path, "en")
    titles = ("Throughput", "Response time, all steps", "Waiting for the mail", "Errors", "1.1 home")
    assert [title for title in titles if f'aria-label="{title},' not in text] == []


def test_a_line_is_broken_where_nothing_was_measured() -> None:
    chart = draw("x", "ms", [Line("p95", "p95", [10, 20, None, 30])], seconds=4, width=1, limit=25)
    ((_, path),) = chart.paths
    assert path.count("M") == 2
    assert chart.limit is not None


def test_a_limit_far_above_everything_does_not_flatten_the_chart() -> None:
    assert draw("x", "ms", [Line("p95", "p95", [10])], seconds=1, width=1, limit=1000).limit is None


@pytest.mark.parametrize(
    ("times", "part", "found"),
    [({}, 0.95, None), ({10: 1}, 0.5, 10), ({10: 1, 20: 1}, 0.5, 10), ({10: 95, 500: 5}, 0.95, 10),
     ({10: 94, 500: 6}, 0.95, 500)],
)  # fmt: skip
def test_a_percentile_is_the_time_of_the_last_that_belongs_to_it(
    times: dict[int, int], part: float, found: float | None
) -> None:
    assert percentile(times, part) == found
