"""The evidence of a load run as one page that needs nothing else. (Under way.)"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from maquette.load.description import Description
from maquette.load.tally import Results
from maquette.load.verdict import Verdict

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was judged; `began` is the world's instant."""

    description: Description
    results: Results
    verdict: Verdict
    began: datetime


def write_report(run: Run, page: Path, language: str) -> Path:
    """Write the page."""
    page.write_text(f"<!DOCTYPE html><title>{language} {run.verdict.outcome}</title>", encoding="utf-8")
    return page
