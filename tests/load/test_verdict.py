"""The verdict: passed, failed or void, the order of its reasons, and its page."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from maquette.fixtures.control import Control
from maquette.load.bench.machine import Machine
from maquette.load.charts import Line, Mark, draw, percentile
from maquette.load.description import DESCRIPTION, RESULTS, Description
from maquette.load.judgement import Keep, announce, judge_run, print_verdict, put_file, verdict_document
from maquette.load.preparation import Wanted
from maquette.load.profile import Arrival, Profile
from maquette.load.report import LoadRun, report_page
from maquette.load.tally import (
    ErrorFigures,
    Flow,
    GeneratorFigures,
    JourneyFigures,
    Results,
    StepFigures,
    StepSecond,
)
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
ENOUGH = GeneratorFigures(process="worker 1", samples=20, seconds=20, busy=2, late=2, cpu=0.5, latest=30)


DOCS = Path(__file__).parents[2] / "docs" / "load.md"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
MACHINE = Machine(cpu="A slow one", cores=2, python="CPython 3.11", system="Linux", load=1.5)


def description() -> Description:
    return Description(
        name="tiny", profile=PROFILE, realm="realm-1", version="0.1.0", console="http://localhost:1",
        portal="p", gate="g", api="a", token="a-secret-token", root="pem", folder="/nowhere", people=("a",),
        defects=("code-works-twice",),
    )  # fmt: skip


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
    workers: int = 1,
    begun: int = 3,
    done: int = 2,
    failed: int = 0,
    leaps_refused: tuple[str, ...] = (),
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
            StepSecond(second=0, step="1.1 home", requests=2, failures=0, times={100: 1, 200: 1}),
            StepSecond(second=7, step="1.1 home", requests=1, failures=1, times={400: 1}),
            StepSecond(second=8, step="2.3 mail", requests=1, failures=0, times={50: 1}),
        ),
        flow=(
            Flow(second=0, arrived=2, done=0, failed=0, under_way=2),
            Flow(second=9, arrived=1, done=done, failed=failed, under_way=3 - done - failed),
        ),
        journeys=(JourneyFigures(journey="opting", begun=begun, done=done, failed=failed),),
        turned_away=turned_away,
        nobody_left=nobody_left,
        leaps_refused=leaps_refused,
        generators=(generator,),
        workers=workers,
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
def test_requests_may_fail_up_to_the_limit(failures: int, outcome: str) -> None:
    verdict = judge(PROFILE, results(failures=failures), [HOLDS], interrupted=False)
    assert verdict.outcome == outcome
    assert verdict.error_rate == failures / 100


def with_checks() -> Results:
    """A missing mail, and the responses of two people: checks, not requests."""
    found = results(failures=11)
    (home,) = found.steps
    mail = home.model_copy(update={"step": "2.3 mail", "kind": "MAIL", "requests": 90, "failures": 12})
    pair = mail.model_copy(update={"step": "6.2 same e-mail", "kind": "PAIR", "percentiles": {}})
    lost = ErrorFigures(step="2.3 mail", kind="MAIL", error="no code: lost", times=12)
    return found.model_copy(update={"steps": (home, mail, pair), "errors": (lost, *found.errors)})


def test_waits_and_checks_are_counted_apart_from_requests() -> None:
    verdict = judge(PROFILE, with_checks(), [HOLDS], interrupted=False)
    assert (verdict.requests, verdict.failures, verdict.error_rate) == (100, 11, 0.11)
    assert (verdict.checks, verdict.checks_failed) == (180, 24)
    (reason,) = verdict.reasons
    assert reason.en == "11.00% of the requests failed, 10.00% may; most often: 1.1 home, no answer"


def test_a_check_that_takes_no_time_shows_none() -> None:
    out, found = Console(file=io.StringIO(), width=200), with_checks()
    print_verdict(judge(PROFILE, found, [HOLDS], interrupted=False), found, out)
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert re.search(r"^6\.2 same e-mail +90 +12 *$", shown, re.MULTILINE)
    verdict = judge(PROFILE, found, [HOLDS], interrupted=False)
    assert "6.2 same e-mail" in report_page(LoadRun(description(), found, verdict, BEGAN, MACHINE), "en")


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


def test_a_generator_that_stood_still_for_seconds_voids_the_run_however_few_samples_they_are() -> None:
    process = ENOUGH.model_copy(update={"samples": 4, "seconds": 12, "busy": 0, "late": 9, "latest": 8000})
    (reason,) = judge(PROFILE, results(generator=process), [HOLDS], interrupted=False).reasons
    assert reason.about is About.GENERATOR
    assert "late in 9 of 12 seconds" in reason.en


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
        ({"workers": 2}, "untold"),
        ({"leaps_refused": ("P9Y: no such duration",)}, "leap-refused"),
    ],
)
def test_a_run_with_too_few_measurements_is_void(found: dict[str, int], name: str) -> None:
    verdict = judge(PROFILE, results(**found), [HOLDS], interrupted=False)  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.reasons[0].name) == (Outcome.VOID, name)


def test_a_run_fails_where_arrivals_were_dropped() -> None:
    verdict = judge(PROFILE, results(turned_away=3), [HOLDS], interrupted=False)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.about) == (Outcome.FAILED, About.ARRIVALS)
    assert reason.name == "dropped"
    assert reason.en == (
        "3 arrivals were dropped by the profile's own limit, under_way = 200 journeys at once: "
        "raise under_way in the profile to let them come"
    )
    assert "3 arrivées" in reason.fr
    assert "under_way = 200" in reason.fr


def test_a_run_fails_where_no_journey_of_a_kind_got_to_its_end() -> None:
    verdict = judge(PROFILE, results(done=0), [HOLDS], interrupted=False)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.about) == (Outcome.FAILED, About.JOURNEY)
    assert reason.en == "none of 3 opting journeys got to its end"


@pytest.mark.parametrize(("failed", "outcome"), [(0, "passed"), (1, "passed"), (2, "failed")])
def test_ended_journeys_may_fail_up_to_the_limit(failed: int, outcome: str) -> None:
    found = results(requests=10_000, failures=failed, begun=150, done=100 - failed, failed=failed)
    verdict = judge(PROFILE, found, [HOLDS], interrupted=False)
    assert verdict.outcome == outcome
    told = [(each.about, each.name, each.en) for each in verdict.reasons]
    words = "2 of 100 opting journeys failed, 1.00% may"
    assert told == [(About.JOURNEY, "opting", words)] * (outcome == "failed")


def test_journeys_cut_short_by_an_interruption_do_not_fail_the_run() -> None:
    verdict = judge(PROFILE, results(done=0, ended=False), [HOLDS], interrupted=True)
    assert [each.about for each in (*verdict.reasons, *verdict.remarks)] == [About.INTERRUPTED]


def test_a_realm_that_no_longer_answers_fails_the_run() -> None:
    verdict = judge(PROFILE, results(ended=False), [], interrupted=True, silence="connection refused")
    assert (verdict.outcome, verdict.reasons[0].about) == (Outcome.FAILED, About.REALM)
    assert verdict.reasons[0].en == "the realm no longer answers: connection refused"


@pytest.mark.parametrize(("step", "outcome"), [("6.5 expired", "void"), ("6.1 used code", "failed")])
def test_a_refused_leap_excuses_only_the_checks_that_depend_on_it(step: str, outcome: str) -> None:
    error = ErrorFigures(step=step, kind="GET", error="ACC-3: wanted refused; came space (200)", times=1)
    found = results(leaps_refused=("P9Y: no such duration",)).model_copy(update={"errors": (error,)})
    assert judge(PROFILE, found, [HOLDS], interrupted=False).outcome == outcome


def test_a_threshold_is_held_against_the_worst_way_in_which_its_step_was_made() -> None:
    (get,) = results(home_ms=900, requests=6).steps
    post = get.model_copy(update={"kind": "POST", "percentiles": dict.fromkeys(get.percentiles, 1.0)})
    for steps in ((get, post), (post, get)):
        found = results().model_copy(update={"steps": steps})
        (threshold,) = judge(PROFILE, found, [HOLDS], interrupted=False).thresholds
        assert (threshold.measured_ms, threshold.requests, threshold.met) == (900, 12, False)


def test_a_step_with_a_threshold_that_nobody_reached_voids_the_run() -> None:
    document = PROFILE.model_dump(mode="json")
    document["thresholds"].append({"step": "4.1 recap", "percentile": 95, "limit_ms": 500})
    verdict = judge(Profile.model_validate(document), results(), [HOLDS], interrupted=False)
    assert (verdict.outcome, verdict.reasons[0].name) == (Outcome.VOID, "4.1 recap")


def test_an_interrupted_run_is_void_and_says_so() -> None:
    verdict = judge(PROFILE, results(ended=False), [HOLDS], interrupted=True)
    assert (verdict.outcome, [each.about for each in verdict.reasons]) == (Outcome.VOID, [About.INTERRUPTED])


# What is told, and kept


def test_the_terminal_shows_every_threshold_of_a_step_and_on_how_many_requests_it_was_judged() -> None:
    document = PROFILE.model_dump(mode="json")
    document["thresholds"].append({"step": "1.1 home", "percentile": 50, "limit_ms": 50})
    told = Console(file=io.StringIO(), width=200)
    print_verdict(judge(Profile.model_validate(document), results(), [], interrupted=False), results(), told)
    text = told.file.getvalue()  # type: ignore[attr-defined]
    assert "p95 ≤ 500 met of 100" in text
    assert "p50 ≤ 50 missed of 100" in text


def run_in(folder: Path) -> Path:
    """The folder of a finished run whose server does not answer."""
    folder.mkdir()
    (folder / DESCRIPTION).write_text(description().model_dump_json(), encoding="utf-8")
    (folder / RESULTS).write_text(results().model_dump_json(), encoding="utf-8")
    return folder


async def judged(folder: Path, keep: Keep) -> tuple[Outcome, str]:
    told = io.StringIO()
    async with Control("http://127.0.0.1:1/api", "a-token") as control:
        verdict = await judge_run(
            folder, control, keep, Console(file=told, width=400), began=BEGAN, interrupted=False
        )
    return verdict.outcome, told.getvalue()


async def test_a_server_that_has_died_is_a_verdict_with_a_report(tmp_path: Path) -> None:
    outcome, told = await judged(run_in(tmp_path / "run"), Keep(tmp_path))
    assert outcome is Outcome.FAILED
    assert "the realm no longer answers: " in told
    assert json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))["outcome"] == "failed"
    assert "The realm no longer answered." in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report.html", "run", "verdict.json"]


async def test_a_report_that_cannot_be_written_leaves_the_verdict_on_the_terminal(tmp_path: Path) -> None:
    _, told = await judged(run_in(tmp_path / "run"), Keep(tmp_path / "gone"))
    assert told.splitlines()[-2] == "failed"
    assert told.splitlines()[-1].endswith("gone: No such file or directory; the exit code is the verdict's.")


def test_a_run_that_is_not_judged_yet_has_the_verdict_not_ended(tmp_path: Path) -> None:
    for name in ("verdict.json", "report.html"):
        (tmp_path / name).write_text("those of a run that passed")
    announce(tmp_path, Wanted("tiny", PROFILE), began=BEGAN, processes=1)
    (left,) = tmp_path.iterdir()
    found = json.loads(left.read_text(encoding="utf-8"))
    assert (left.name, found["outcome"], found["profile"]) == ("verdict.json", "void", "tiny")
    assert [each["name"] for each in found["reasons"]] == ["not-ended"]


def test_the_verdict_says_what_was_run_and_where() -> None:
    measured = results()
    verdict = judge(PROFILE, measured, [HOLDS], interrupted=False)
    found = verdict_document(LoadRun(description(), measured, verdict, BEGAN, MACHINE))
    assert found["machine"] == {
        "cpu": "A slow one", "cores": 2, "python": "CPython 3.11", "system": "Linux", "load": 1.5
    }  # fmt: skip
    assert found["journeys"] == [{"journey": "opting", "begun": 3, "done": 2, "failed": 0, "under_way": 1}]
    run = found["run"]
    assert isinstance(run, dict)
    assert (run["target"], run["defects"], run["processes"]) == (None, ["code-works-twice"], 1)
    assert Profile.model_validate({name: run[name] for name in Profile.model_fields}) == PROFILE


def test_every_key_of_the_verdict_is_documented() -> None:
    measured = with_checks()
    verdict = judge(PROFILE, measured, [HOLDS], interrupted=False)
    found = json.loads(
        json.dumps(verdict_document(LoadRun(description(), measured, verdict, BEGAN, MACHINE)))
    )
    rows = [found, found["machine"], *(part[0] for part in found.values() if _is_table(part))]
    named = set(
        re.findall(r"`([a-z_]+)(?:\[\])?`", DOCS.read_text(encoding="utf-8").split("### verdict.json")[1])
    )
    assert {key for row in rows for key in row} - named == set()


def _is_table(part: object) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], dict)


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path) -> None:
    put_file(tmp_path / "verdict.json", "the last one")
    with pytest.raises(UnicodeEncodeError):
        put_file(tmp_path / "verdict.json", "half of it \ud800")
    assert [each.name for each in tmp_path.iterdir()] == ["verdict.json"]
    assert (tmp_path / "verdict.json").read_text(encoding="utf-8") == "the last one"


# The page


def page(language: str, held: Held = HOLDS, **found: int) -> str:
    measured = results(**found)  # type: ignore[arg-type]
    verdict = judge(PROFILE, measured, [held], interrupted=False)
    return report_page(LoadRun(description(), measured, verdict, BEGAN, MACHINE), language)


@pytest.mark.parametrize(("language", "headline"), [("fr", "Réussi"), ("en", "Passed")])
def test_the_page_loads_no_other_file_and_hides_the_token(language: str, headline: str) -> None:
    text = page(language)
    assert headline in text
    assert f'lang="{language}"' in text
    assert re.findall(r"<script|<link|src=|url\(|@import|a-secret-token", text) == []


def test_the_page_names_the_broken_invariant_and_shows_its_offender_as_text() -> None:
    text = page("en", BROKEN)
    assert "invariant no-code-twice is broken: option &lt;1&gt;" in text
    assert "Failed" in text


def test_the_page_says_what_was_run_and_where() -> None:
    text = page("en")
    told = (
        "code-works-twice",
        "A slow one, 2 cores",
        "load 1.50",
        "20 s",
        "opting 1",
        "0.5 to 2 s",
        "1 % may fail",
    )
    assert [words for words in told if words not in text] == []


def test_the_page_has_a_chart_for_each_step() -> None:
    text = page("en")
    titles = (
        "Journeys",
        "Journeys under way",
        "Throughput",
        "Response time, all steps",
        "Waiting for the mail",
        "Errors",
        "1.1 home",
    )
    assert [title for title in titles if f'aria-label="{title},' not in text] == []


@pytest.mark.parametrize(
    ("language", "fact", "reason"),
    [
        (
            "en",
            "at most 7 journeys at once (<code>under_way</code>)",
            "limit, under_way = 7 journeys at once",
        ),
        ("fr", "au plus 7 parcours à la fois (<code>under_way</code>)", "profil, under_way = 7 parcours"),
    ],
)
def test_the_page_of_an_open_run_names_and_draws_the_profile_s_own_limit(
    language: str, fact: str, reason: str
) -> None:
    profile = PROFILE.model_copy(update={"arrival": Arrival.OPEN, "under_way": 7})
    measured = results(turned_away=3)
    verdict = judge(profile, measured, [HOLDS], interrupted=False)
    run = description().model_copy(update={"profile": profile})
    text = report_page(LoadRun(run, measured, verdict, BEGAN, MACHINE), language)
    assert fact in text
    assert reason in text
    _, under_way = text.split("<figure>")[1:3]
    assert 'class="limit"' in under_way


def test_the_page_of_a_closed_run_has_no_limit_of_journeys() -> None:
    text = page("en")
    assert "under_way" not in text
    _, under_way = text.split("<figure>")[1:3]
    assert 'class="limit"' not in under_way


def test_a_line_is_broken_where_nothing_was_measured() -> None:
    chart = draw("x", "ms", [Line("p95", "p95", [10, 20, None, 30])], seconds=4, width=1, limits=[25, 30])
    ((_, path),) = chart.paths
    assert path.count("M") == 2
    assert len(chart.limits) == 2


def test_a_limit_far_above_all_values_does_not_flatten_the_chart_and_is_written_beside_it() -> None:
    chart = draw("x", "ms", [Line("p95", "p95", [10])], seconds=1, width=1, limits=[40, 41])
    assert (len(chart.limits), chart.too_high) == (1, (41,))


def test_marks_stand_at_their_seconds_and_none_beyond_the_end() -> None:
    marks = [Mark(0, "leap", "PT1H"), Mark(5, "stage"), Mark(10, "grace"), Mark(11, "stage")]
    drawn = draw("x", "ms", [], seconds=10, width=1, marks=marks).marks
    assert [mark for _, mark in drawn] == marks[:3]
    places = [at for at, _ in drawn]
    assert places[1] - places[0] == places[2] - places[1] > 0


def test_charts_mark_the_stages_the_leaps_and_the_grace() -> None:
    document = PROFILE.model_dump(mode="json")
    stages = ({"seconds": 5, "to": 2}, {"seconds": 5, "to": 2, "advance": "PT1H"}, {"seconds": 5, "to": 2})
    document["stages"] = [dict(each) for each in stages]
    measured = results()
    verdict = judge(PROFILE, measured, [HOLDS], interrupted=False)
    run = description().model_copy(update={"profile": Profile.model_validate(document)})
    text = report_page(LoadRun(run, measured, verdict, BEGAN, MACHINE), "en")
    ways = [re.findall(r'<line class="mark (\w+)" x1="([\d.]+)"', svg) for svg in text.split("<svg")[1:]]
    marks = [found for found in ways if found]
    assert len(marks) == 6
    assert [style for style, _ in marks[0]] == ["leap", "stage", "grace"]
    assert ">PT1H</text>" in text
    assert ">grace</text>" in text


@pytest.mark.parametrize(
    ("times", "part", "found"),
    [({}, 0.95, None), ({10: 1}, 0.5, 10), ({10: 1, 20: 1}, 0.5, 10), ({10: 95, 500: 5}, 0.95, 10),
     ({10: 94, 500: 6}, 0.95, 500)],
)  # fmt: skip
def test_a_percentile_is_the_largest_time_within_it(
    times: dict[int, int], part: float, found: float | None
) -> None:
    assert percentile(times, part) == found
