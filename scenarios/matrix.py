"""The audit's matrix: on the terminal as it grows, as JSON and as a page that needs nothing else."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from maquette.scenarios.audit import Audit, AuditListener, Defect, Finding, Run, Verdict

NAMED = 3
"""So many tests are named beside a defect on the terminal."""


class AuditProgress(AuditListener):
    """A bar as long as defects are tried, and a line for each that was."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("the clean run", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begins(self, defects: Sequence[Defect]) -> None:
        self._progress.console.print("the suite passes on a simulator without defect")
        self._progress.update(self._task, description="defects", total=len(defects))

    def found(self, finding: Finding) -> None:
        line = Text.assemble(_styled(finding.verdict), f"  {finding.defect.name}")
        line.append(f"  {finding.run.seconds:.1f} s", style="dim")
        self._progress.console.print(line)
        self._progress.advance(self._task)


def matrix_table(audit: Audit) -> Table:
    """The matrix for a terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "defect", "rule", "caught by"):
        table.add_column(heading, no_wrap=heading != "caught by", overflow="fold")
    for finding in audit.findings:
        table.add_row(
            _styled(finding.verdict),
            finding.defect.name,
            finding.defect.rule,
            Text(_caught_by(finding, NAMED)),
        )
    return table


def summary(audit: Audit) -> str:
    """The verdict in one line."""
    caught = len(audit.findings) - len(audit.escaped)
    told = f"{caught} of {len(audit.findings)} defects caught"
    return f"{told}; escaped: {', '.join(each.name for each in audit.escaped)}" if audit.escaped else told


def write_matrix(audit: Audit, folder: Path) -> Path:
    """Write matrix.json, what each run printed, and the page; the page's file."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "command": audit.command,
        "clean": _of_run(audit.clean),
        "defects": [
            {
                "name": each.defect.name,
                "rule": each.defect.rule,
                "title": each.defect.title,
                "verdict": each.verdict.value,
                **_of_run(each.run),
            }
            for each in audit.findings
        ],
    }
    (folder / "matrix.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
    runs = [("clean", audit.clean), *((each.defect.name, each.run) for each in audit.findings)]
    for name, run in runs:
        (folder / f"{name}.txt").write_text(run.output, "utf-8")
    page = folder / "matrix.html"
    page.write_text(_page(audit), "utf-8")
    return page


def _of_run(run: Run) -> dict[str, object]:
    return {
        "exit_code": run.exit_code,
        "tests": run.tests,
        "failed": run.failed,
        "seconds": round(run.seconds, 1),
    }


def _styled(verdict: Verdict) -> Text:
    return Text(f"{verdict.value:<7}", style="green" if verdict is Verdict.CAUGHT else "bold red")


def _caught_by(finding: Finding, most: int | None = None) -> str:
    """Which tests failed; where the suite names none, how it ended."""
    if finding.verdict is Verdict.ESCAPED:
        return "-"
    run = finding.run
    if not run.failed:
        return (
            "it did not end in time" if run.exit_code is None else f"exit code {run.exit_code}, no test named"
        )
    named = ", ".join(run.failed[:most])
    more = len(run.failed) - len(run.failed[:most])
    return f"{named} and {more} more of {run.tests}" if more else f"{named} (of {run.tests})"


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Audit: {summary}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #222 }}
h1 {{ font-size: 1.5rem }} code {{ background: #f2f2f2; padding: .1em .3em; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid #ddd }}
.caught {{ color: #17642b; font-weight: 600 }} .escaped {{ color: #a51c1c; font-weight: 700 }}
.dim {{ color: #595959 }} td {{ overflow-wrap: anywhere }}
@media (max-width: 700px) {{ thead {{ display: none }} tr, td {{ display: block; border: 0; padding: .1rem 0 }}
  tr {{ border-bottom: 1px solid #ddd; padding: .6rem 0 }} }}
</style></head><body>
<h1>{summary}</h1>
<p>Audited: <code>{command}</code></p>
<p>Each defect breaks one rule of the portal on purpose, on a simulator of its own. A suite that passes all the same
would not notice that rule broken. Without any defect it passed in {seconds:.1f} s{tests}.</p>
<table><thead><tr><th>Verdict</th><th>Defect</th><th>Rule</th><th>Caught by</th></tr></thead>
<tbody>
{rows}
</tbody></table>
</body></html>
"""

_ROW = (
    '<tr><td class="{verdict}">{verdict}</td><td><strong>{name}</strong><br><span class="dim">{title}</span></td>'
    "<td>{rule}</td><td>{by}</td></tr>"
)


def _page(audit: Audit) -> str:
    rows = [
        _ROW.format(
            verdict=each.verdict.value,
            name=escape(each.defect.name),
            title=escape(each.defect.title),
            rule=escape(each.defect.rule),
            by=escape(_caught_by(each)),
        )
        for each in sorted(audit.findings, key=lambda each: each.verdict is Verdict.CAUGHT)
    ]
    return _PAGE.format(
        summary=escape(summary(audit)),
        command=escape(" ".join(audit.command)),
        seconds=audit.clean.seconds,
        tests=f", with {audit.clean.tests} tests" if audit.clean.tests else "",
        rows="\n".join(rows),
    )
