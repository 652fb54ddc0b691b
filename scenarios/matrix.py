"""The audit's matrix: on the terminal, as JSON and as one page."""

import json
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from maquette.fixtures.report_page import templates_of
from maquette.scenarios.audit import Audit, Finding, SuiteRun

NAMED = 3
"""So many tests are named beside a defect on the terminal."""


def matrix_lines(audit: Audit) -> Group:
    """The matrix for a terminal: each defect, and the tests that caught it."""
    lines: list[RenderableType] = []
    for finding in audit.findings:
        line = Text.assemble(styled_verdict(finding), f"  {finding.defect.name}  ")
        lines.append(line.append(f"{finding.defect.rule}: {finding.defect.title}", style="dim"))
        if finding.caught:
            lines.append(Padding(Text(_caught_by(finding, NAMED)), (0, 0, 0, 9)))
    return Group(*lines)


def summary(audit: Audit) -> str:
    """The verdict in one line."""
    caught = len(audit.findings) - len(audit.escaped)
    text = f"{caught} of {len(audit.findings)} defects caught"
    return f"{text}; escaped: {', '.join(each.name for each in audit.escaped)}" if audit.escaped else text


def write_matrix(audit: Audit, folder: Path) -> Path:
    """Write matrix.json, what each run printed, and the page; the page's file."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "command": audit.command,
        "clean": _of_run(audit.clean),
        "idle": audit.idle,
        "defects": [
            {
                "name": each.defect.name,
                "rule": each.defect.rule,
                "title": each.defect.title,
                "verdict": each.verdict,
                **_of_run(each.run),
            }
            for each in audit.findings
        ],
    }
    (folder / "matrix.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    runs = [("clean", audit.clean), *((each.defect.name, each.run) for each in audit.findings)]
    for name, run in runs:
        (folder / f"{name}.txt").write_text(run.output, "utf-8")
    page = folder / "matrix.html"
    page.write_text(_page(audit), "utf-8")
    return page


def _of_run(run: SuiteRun) -> dict[str, object]:
    return {
        "exit_code": run.exit_code,
        "tests": None if run.tests is None else len(run.tests),
        "failed": run.failed,
        "seconds": round(run.seconds, 1),
    }


def styled_verdict(finding: Finding) -> Text:
    """The verdict in its colour, seven characters wide."""
    return Text(f"{finding.verdict:<7}", style="green" if finding.caught else "bold red")


def _caught_by(finding: Finding, most: int | None = None) -> str:
    """Which tests failed; where the suite names none, how it ended. Names `most` of them at most."""
    run = finding.run
    if run.exit_code is None:
        return "it did not end in time"
    if run.tests is None:
        return f"exit code {run.exit_code}, its JUnit XML cannot be read"
    if not run.failed:
        return f"exit code {run.exit_code}, no test named"
    more = len(run.failed) - len(run.failed[:most])
    named = ", ".join(run.failed[:most]) + (f" and {more} more" if more else "")
    return f"{len(run.failed)} of {len(run.tests)}: {named}"


def _page(audit: Audit) -> str:
    template = templates_of(Path(__file__).parent / "templates").get_template("matrix.html")
    return template.render(audit=audit, summary=summary(audit), caught_by=_caught_by, language="en")
