"""After the run: what the realm's invariants say, the verdict, and what is kept of it.

Used by `maquette load run`, and by a Locust that was started by hand.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from maquette.fixtures.control import Control, ControlError
from maquette.load.bench.machine import look_at_machine
from maquette.load.description import DESCRIPTION, RESULTS, Description
from maquette.load.preparation import Wanted
from maquette.load.profile import Profile
from maquette.load.report import PAGE, LoadRun, report_page
from maquette.load.tally import NOTHING, GeneratorFigures, Results
from maquette.load.verdict import NOT_ENDED, Held, Judged, Outcome, Verdict, judge

VERDICT = "verdict.json"

ANSWER_SECONDS = 60
"""Seconds that a realm has to return its invariants."""

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.VOID: "yellow"}


class UnjudgedError(Exception):
    """The run cannot be judged; the message says why."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Where the verdict and the report go, and in which language the report is; None keeps neither."""

    folder: Path | None
    language: str = "en"


async def judge_run(
    folder: Path, control: Control, keep: Keep, out: Console, *, began: datetime, interrupted: bool
) -> Verdict:
    """Judge the run in that folder, write its report, and print the verdict. Raises UnjudgedError.

    A report that cannot be written is mentioned, and does not change the verdict.
    """
    description = Description.model_validate_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
    try:
        results = Results.model_validate_json((folder / RESULTS).read_text(encoding="utf-8"))
    except OSError:
        if not interrupted:
            message = "the load generator ended without figures; what it said stands above"
            raise UnjudgedError(message) from None
        results = NOTHING
    held, silence = await _ask_invariants(control)
    verdict = judge(description.profile, results, held, interrupted=interrupted, silence=silence)
    run = LoadRun(description, results, verdict, began, look_at_machine())
    kept = None if keep.folder is None else _keep(run, keep)
    print_verdict(verdict, results, out)
    if kept is not None:
        out.print(kept, markup=False)
    return verdict


async def _ask_invariants(control: Control) -> tuple[list[Held], str | None]:
    """The realm's invariants, or the error in place of them."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await control.invariants()
    except ControlError as error:
        return [], str(error)
    except TimeoutError:
        return [], f"nothing within {ANSWER_SECONDS} seconds"
    return [
        Held(name=each.name, words=each.words, holds=each.holds, offenders=each.offenders) for each in found
    ], None


def report_files(folder: Path) -> tuple[Path, Path]:
    """The files of a report: the verdict, and the page."""
    return folder / VERDICT, folder / PAGE


def _keep(run: LoadRun, keep: Keep) -> str:
    """Write the report; where it is, or why there is none."""
    verdict, page = report_files(keep.folder or Path())
    try:
        put_file(verdict, _as_json(verdict_document(run)))
        put_file(page, report_page(run, keep.language))
    except OSError as error:
        return f"No report: {keep.folder}: {error.strerror}; the exit code is the verdict's."
    return f"Report: {page}"


def announce(folder: Path, wanted: Wanted, *, began: datetime, processes: int) -> None:
    """Take the last run's report away: until this run is judged, its verdict is that it has not ended."""
    verdict, page = report_files(folder)
    announced = {
        "format": 1,
        "profile": wanted.name,
        "began": began.isoformat(),
        "outcome": Outcome.VOID.value,
        "reasons": [NOT_ENDED.model_dump(mode="json")],
        "remarks": [],
        "run": _run_document(wanted.profile, wanted.defects, wanted.target, processes),
        "machine": asdict(look_at_machine()),
    }
    put_file(verdict, _as_json(announced))
    page.unlink(missing_ok=True)


def put_file(file: Path, text: str) -> None:
    """Write the file: whole, or not at all."""
    half = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def verdict_document(run: LoadRun) -> dict[str, object]:
    """The verdict as verdict.json has it: with the figures that it rests on, without those by the second."""
    description = run.description
    return {
        "format": 1,
        "profile": description.name,
        "version": description.version,
        "realm": description.realm,
        "began": run.began.isoformat(),
        **run.verdict.model_dump(mode="json", exclude={"thresholds"}),
        "thresholds": [each.model_dump(mode="json") | {"met": each.met} for each in run.verdict.thresholds],
        **run.results.model_dump(mode="json", exclude={"moments", "flow"}),
        "steps": [each.model_dump() | {"percentiles_ms": each.percentiles} for each in run.results.steps],
        "journeys": [each.model_dump() | {"under_way": each.under_way} for each in run.results.journeys],
        "generators": [_with_units(each) for each in run.results.generators],
        "run": _run_document(
            description.profile, description.defects, description.target, run.results.workers
        ),
        "machine": asdict(run.machine),
    }


def _with_units(each: GeneratorFigures) -> dict[str, object]:
    return each.model_dump() | {
        "busy_seconds": each.busy,
        "late_seconds": each.late,
        "cpu_cores": each.cpu,
        "latest_ms": each.latest,
    }


def _run_document(
    profile: Profile, defects: Sequence[str], target: str | None, processes: int
) -> dict[str, object]:
    """What was run: the profile as it was scaled, and its surroundings."""
    return {
        "target": target,
        "defects": list(defects),
        "processes": processes,
        **profile.model_dump(mode="json"),
    }


def _as_json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def print_verdict(verdict: Verdict, results: Results, out: Console) -> None:
    """Print the figures, their limits and the verdict."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("step", "times", "failed", "p50", "p95", "p99", "limit"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for each in results.steps:
        table.add_row(
            escape(each.step),
            str(each.requests),
            str(each.failures or ""),
            *(f"{each.percentiles[name]:g}" if each.percentiles else "" for name in ("50", "95", "99")),
            "\n".join(_limit(judged) for judged in verdict.thresholds if judged.step == each.step),
        )
    out.print(table)
    journeys = ", ".join(f"{each.journey} {each.done}/{each.begun}" for each in results.journeys)
    out.print(f"journeys done/begun: {journeys or 'none'}", markup=False)
    for reason in verdict.reasons:
        out.print(f"- {reason.en}", markup=False)
    for remark in verdict.remarks:
        out.print(f"  besides: {remark.en}", markup=False, style="dim")
    out.print(f"[bold {_COLOURS[verdict.outcome]}]{verdict.outcome.value}[/]")


def _limit(judged: Judged) -> str:
    met = "met" if judged.met else "missed"
    return f"p{judged.percentile:g} ≤ {judged.limit_ms:g} {met} of {judged.requests}"
