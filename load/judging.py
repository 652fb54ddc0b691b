"""After the run: what the realm's invariants say, the verdict, and what is kept of it.

`maquette load run` judges here, and so does a Locust that was started by hand. Source: contract.md.
"""

import argparse
import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from maquette.fixtures.control import Control, ControlError
from maquette.load.description import DESCRIPTION, RESULTS, Description
from maquette.load.report import PAGE, Run, write_report
from maquette.load.tally import NOTHING, Results
from maquette.load.verdict import Held, Outcome, Verdict, judge
from maquette.simulator.wallclock import real_now

VERDICT = "verdict.json"

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.VOID: "yellow"}


class UnjudgedError(Exception):
    """There is nothing that could be judged; the message says why."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Where the verdict and the report go, and in which language the report is; None keeps neither."""

    folder: Path | None
    language: str = "en"


async def judge_run(
    folder: Path, control: Control, keep: Keep, out: Console, *, began: datetime, interrupted: bool
) -> Verdict:
    """Judge the run in that folder, print the verdict, and write what is asked for. Raises UnjudgedError."""
    description = Description.model_validate_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
    try:
        results = Results.model_validate_json((folder / RESULTS).read_text(encoding="utf-8"))
    except OSError:
        if not interrupted:
            message = "the load generator ended without figures; what it said stands above"
            raise UnjudgedError(message) from None
        results = NOTHING
    try:
        found = await control.invariants()
    except ControlError as error:
        raise UnjudgedError(f"the realm's invariants cannot be asked: {error}") from None
    held = [
        Held(name=each.name, words=each.words, holds=each.holds, offenders=each.offenders) for each in found
    ]
    verdict = judge(description.profile, results, held, interrupted=interrupted)
    print_verdict(verdict, results, out)
    if keep.folder is not None:
        run = Run(description, results, verdict, began)
        (keep.folder / VERDICT).write_text(
            json.dumps(told(run), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        out.print(f"Report: {write_report(run, keep.folder / PAGE, keep.language)}", markup=False)
    return verdict


def told(run: Run) -> dict[str, object]:
    """The verdict as verdict.json has it: with the figures that it rests on, without those by the second."""
    return {
        "format": 1,
        "profile": run.description.name,
        "version": run.description.version,
        "realm": run.description.realm,
        "began": run.began.isoformat(),
        **run.verdict.model_dump(mode="json", exclude={"thresholds"}),
        "thresholds": [each.model_dump(mode="json") | {"met": each.met} for each in run.verdict.thresholds],
        **run.results.model_dump(mode="json", exclude={"moments"}),
    }


def print_verdict(verdict: Verdict, results: Results, out: Console) -> None:
    """What was measured, against what, and what that comes to."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("step", "requests", "failed", "p50", "p95", "p99", "limit"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    limits = {each.step: each for each in verdict.thresholds}
    for each in results.steps:
        limit = limits.get(each.step)
        table.add_row(
            escape(each.step),
            str(each.requests),
            str(each.failures or ""),
            *(f"{each.percentiles[name]:g}" for name in ("50", "95", "99")),
            ""
            if limit is None
            else f"p{limit.percentile:g} ≤ {limit.limit_ms:g} {'met' if limit.met else 'missed'}",
        )
    out.print(table)
    journeys = ", ".join(f"{each.journey} {each.done}/{each.begun}" for each in results.journeys)
    out.print(f"journeys done/begun: {journeys or 'none'}", markup=False)
    for reason in verdict.reasons:
        out.print(f"- {reason.en}", markup=False)
    for remark in verdict.remarks:
        out.print(f"  besides: {remark.en}", markup=False, style="dim")
    out.print(f"[bold {_COLOURS[verdict.outcome]}]{verdict.outcome.value}[/]")


def main() -> None:
    """Judge the run in a folder, for a Locust that was started by hand; exit code 1 unless it passed."""
    parser = argparse.ArgumentParser(description="Judge a load run.")
    parser.add_argument("folder", type=Path)
    raise SystemExit(asyncio.run(_judge(parser.parse_args().folder)))


async def _judge(folder: Path) -> int:
    description = Description.model_validate_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
    out = Console(highlight=False, soft_wrap=True)
    async with Control(description.api, description.token) as control:
        verdict = await judge_run(folder, control, Keep(None), out, began=real_now(), interrupted=False)
    return 0 if verdict.outcome is Outcome.PASSED else 1


if __name__ == "__main__":
    main()
