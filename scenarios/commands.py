"""The commands about scenarios: `maquette scenario`, `rules` and `audit`.

The `maquette` command finds them by the entry point `scenarios`. Each command imports what it needs when it
runs, so that other commands start without it.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from maquette.simulator.base.settings import SettingsError
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.command_line.options import (
    DataFolder,
    LanguageName,
    ReportLanguage,
    TargetConsole,
    settings_of,
)
from maquette.simulator.command_line.terminal import FAILED, NO_START, WRONG_USAGE, errors, fail, out, run

commands = typer.Typer()
scenario = typer.Typer(help="Scenario scripts: list them, run them.", no_args_is_help=True)
commands.add_typer(scenario, name="scenario")


class DriverName(StrEnum):
    """How a scenario is run."""

    HTTP = "http"
    BROWSER = "browser"


RuleOption = Annotated[
    list[str] | None, typer.Option("--rule", help="Those of this rule (repeatable).", metavar="ID")
]
StepOption = Annotated[
    list[int] | None,
    typer.Option("--step", min=1, max=4, help="Those of this step of the procedure (repeatable)."),
]
PersonaOption = Annotated[
    list[str] | None, typer.Option("--persona", help="Those with this person (repeatable).", metavar="ID")
]


@scenario.command("list")
def list_scenarios(rule: RuleOption = None, step: StepOption = None, persona: PersonaOption = None) -> None:
    """List the scenarios, with the rules that they cover."""
    from maquette.scenarios.catalogue import Filter, ScenarioUnknownError, catalogue

    try:
        wanted = Filter(tuple(map(str.upper, rule or ())), tuple(step or ()), tuple(persona or ()))
    except ScenarioUnknownError as error:
        fail(str(error), WRONG_USAGE)
    if not any(map(wanted.lets_through, catalogue())):
        fail("no scenario has all of that", WRONG_USAGE)
    for each in filter(wanted.lets_through, catalogue()):
        only = "" if len(each.drivers) > 1 else f" · {each.drivers[0].value} only"
        out.print(f"[bold]{escape(each.name)}[/]  {escape(each.title.en)}")
        out.print(f"    {escape(each.title.fr)}")
        out.print(f"    [dim]{' '.join(each.rules)} · {', '.join(each.people)}{only}[/]")


@scenario.command("new")
def new_scenario(
    name: Annotated[str, typer.Argument(help="Words joined by hyphens, such as code-lost.", metavar="NAME")],
) -> None:
    """Write the start of a scenario, which runs at once, into the folder where you are."""
    from maquette.scenarios.new_scenario import NewScenarioError, write_new_scenario

    try:
        file = write_new_scenario(name, Path.cwd())
    except NewScenarioError as error:
        fail(str(error), WRONG_USAGE)
    out.print(f"{file.name} is written. Play it: maquette scenario run {file.name}", markup=False)


@scenario.command("run")
def run_scenarios(
    names: Annotated[
        list[str] | None, typer.Argument(help="Scenarios, or files (.py) that hold some.", metavar="NAME...")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run all of them.")] = False,
    rule: RuleOption = None,
    step: StepOption = None,
    persona: PersonaOption = None,
    driver: Annotated[
        DriverName | None,
        typer.Option(help="Plain HTTP, or a real Chromium. (default: http; browser with --headed or --pace)"),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser, with captions.")] = False,
    pace: Annotated[float, typer.Option(min=0, max=60, help="Seconds to rest before each action.")] = 0.0,
    report: Annotated[
        Path | None, typer.Option(help="Folder for the report, a page and JUnit XML.", metavar="DIR")
    ] = None,
    language: ReportLanguage = None,
    target: TargetConsole = None,
    data: DataFolder = None,
) -> None:
    """Run scenarios, each against a fresh realm, several at a time.

    Where MAQUETTE_JUNIT names a file, the outcomes are written to it too, as JUnit XML.
    """
    from maquette.fixtures.control import ControlError
    from maquette.fixtures.installation import Target
    from maquette.fixtures.own_server import OwnServerError
    from maquette.fixtures.report_page import UnwritableError
    from maquette.fixtures.visitor import BrowserMissingError
    from maquette.scenarios.catalogue import Filter, ScenarioUnknownError, catalogue, find_scenarios
    from maquette.scenarios.narration import Driver
    from maquette.scenarios.run_and_report import NothingToPlayError, run_and_report
    from maquette.scenarios.runner import Stage
    from maquette.simulator.command_line.running_server import ConsoleError, find_console

    by_kind = bool(rule or step or persona)
    if names and (every or by_kind):
        fail("name scenarios, or choose them by --all, --rule, --step and --persona: not both", WRONG_USAGE)
    if not names and not every and not by_kind:
        fail(
            "name scenarios, or give --all, --rule, --step or --persona (see maquette scenario list)",
            WRONG_USAGE,
        )
    if language is not None and report is None:
        fail("--language is the report's: give --report as well", WRONG_USAGE)
    if driver is DriverName.HTTP and (headed or pace):
        fail("--headed and --pace are for the browser: leave out --driver http", WRONG_USAGE)
    driver = driver or (DriverName.BROWSER if headed or pace else DriverName.HTTP)
    try:
        wanted = Filter(tuple(map(str.upper, rule or ())), tuple(step or ()), tuple(persona or ()))
        chosen = find_scenarios(names) if names else tuple(filter(wanted.lets_through, catalogue()))
        settings = settings_of(data=data)
        console = target or settings.console
        stage = Stage(
            Driver(driver.value),
            headed=headed,
            pace=pace,
            target=Target(*find_console(settings, console)) if console else None,
        )
        outcomes = run(
            run_and_report(
                chosen,
                stage,
                out,
                began=real_now(),
                report=report,
                language=(language or LanguageName.EN).value,
                junit=settings.junit,
                named=bool(names),
            )
        )
    except (ScenarioUnknownError, NothingToPlayError, UnwritableError, SettingsError) as error:
        fail(str(error), WRONG_USAGE)
    except (BrowserMissingError, ConsoleError, ControlError, OwnServerError) as error:
        fail(str(error), NO_START)
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(FAILED)


@commands.command("rules")
def list_rules(
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Rather which scenarios cover each, and with which driver.")
    ] = False,
) -> None:
    """List the portal's rules, each with what it says and where the fiche says it.

    With --coverage the exit code is 1 where a rule has no scenario.
    """
    from maquette.scenarios import coverage as covering

    if not coverage:
        out.print(covering.rules_table())
        return
    covered = covering.coverage()
    out.print(covering.coverage_table(covered))
    out.print()
    out.print(covering.summary(covered), style="bold", markup=False)
    if not all(each.scenarios for each in covered):
        raise typer.Exit(FAILED)


@commands.command(
    "audit", epilog="Everything after -- is the command: maquette audit --report out -- npm test"
)
def audit_suite(
    command: Annotated[list[str], typer.Argument(help="The suite's command, after --.", metavar="COMMAND")],
    defect: Annotated[
        list[str] | None,
        typer.Option(help="Only against this defect (repeatable). (default: all)", metavar="NAME"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for the matrix, as a page and as JSON.", metavar="DIR")
    ] = None,
) -> None:
    """Find out which deliberate defects a test suite catches, in whatever language it is written.

    Runs the command once against a simulator without defect, then once for each defect, each on a simulator
    of its own. The command finds it by MAQUETTE_CONSOLE and MAQUETTE_TOKEN; JUnit XML that it writes
    to the file MAQUETTE_JUNIT gives the names of its tests. A command that fails has caught the defect.
    """
    from maquette.scenarios.audit import AuditError, SuiteFailsError, audit
    from maquette.scenarios.matrix import matrix_lines, summary, write_matrix
    from maquette.scenarios.progress import AuditProgress, progress_bar

    try:
        if report is not None:
            report.mkdir(parents=True, exist_ok=True)
        with progress_bar(out) as bar:
            result = run(audit(command, defect or [], AuditProgress(bar), at_a_time=os.cpu_count() or 1))
        page = write_matrix(result, report) if report is not None else None
    except SuiteFailsError as error:
        errors.print(error.run.output[-4000:], markup=False)
        if report is not None:
            (report / "clean.txt").write_text(error.run.output, "utf-8")
        fail(str(error), FAILED)
    except AuditError as error:
        fail(str(error), WRONG_USAGE)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", WRONG_USAGE)
    out.print()
    out.print(matrix_lines(result))
    out.print()
    out.print(summary(result), style="bold", markup=False)
    if page is not None:
        out.print(f"Report: {page}", markup=False)
    if result.escaped:
        raise typer.Exit(FAILED)
