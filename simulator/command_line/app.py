"""The `maquette` command: starts the simulator, and helps those who use it from a terminal.

Reads flags and prints; all work is done elsewhere, and imported only by the command that needs it.
Exit codes: 0 done, 1 a scenario or a load run failed, 2 wrong usage, 3 could not start.
Source: contract.md "Command line".
"""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from maquette.simulator.base.settings import FILE, Settings, SettingsError, read_settings
from maquette.simulator.base.signals import until_ended

if TYPE_CHECKING:
    from maquette.simulator.command_line.certificates import Certificates

FAILED, WRONG_USAGE, NO_START = 1, 2, 3

Result = TypeVar("Result")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
pki = typer.Typer(help="The test certificate authority and the personas' certificates.", no_args_is_help=True)
scenario = typer.Typer(help="Scenario scripts: list them, run them.", no_args_is_help=True)
app.add_typer(pki, name="pki")
app.add_typer(scenario, name="scenario")
load = typer.Typer(help="Load profiles: list them, run them, with a verdict.", no_args_is_help=True)
app.add_typer(load, name="load")

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder in which everything is kept. (default: maquette-data)", metavar="DIR"
    ),
]


class DriverName(StrEnum):
    """How a scenario is run."""

    HTTP = "http"
    BROWSER = "browser"


class LanguageName(StrEnum):
    """What a report is written in."""

    FR = "fr"
    EN = "en"


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


def main() -> None:
    """The entry point of the `maquette` command."""
    app()


def _print_version(*, wanted: bool) -> None:
    if wanted:
        out.print(f"maquette {version('maquette')}")
        raise typer.Exit


@app.callback()
def maquette(
    version_wanted: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Maquette: a working scale model of a tax portal, for tests, classes and load."""


@app.command()
def serve(
    data: DataFolder = None,
    ephemeral: Annotated[
        bool | None,
        typer.Option("--ephemeral", help="Keep everything in memory; nothing is left at the end."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address of portal and gate; any but localhost, 127.0.0.1 and ::1 needs --name and "
            "--class-code. (default: localhost)",
            metavar="H",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            help="At first start: a further name or address of this machine (repeatable).",
            metavar="N",
        ),
    ] = None,
    class_code: Annotated[
        str | None,
        typer.Option(help="What everyone is asked for first: 8 to 64 characters.", metavar="C"),
    ] = None,
    portal_port: Annotated[
        int | None, typer.Option(help="Portal's port; 0 takes a free one. (default: 8443)", metavar="N")
    ] = None,
    gate_port: Annotated[
        int | None, typer.Option(help="Gate's port; 0 takes a free one. (default: 8444)", metavar="N")
    ] = None,
    console_port: Annotated[
        int | None, typer.Option(help="Console's port; 0 takes a free one. (default: 8025)", metavar="N")
    ] = None,
    smtp_port: Annotated[
        int | None, typer.Option(help="Mail catcher's port; 0 takes a free one. (default: 1025)", metavar="N")
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option(
            help="Where the realm's clock starts, at first start: 2011-06-09T09:00:00+02:00, or now.",
            metavar="INSTANT",
        ),
    ] = None,
    ready_file: Annotated[
        Path | None,
        typer.Option(help="Written as JSON once every door answers; gone again at the end.", metavar="F"),
    ] = None,
    log_format: Annotated[
        str | None,
        typer.Option(
            help="Of the log, on standard error: text tells what goes wrong; json, a line each, every "
            "request as well. (default: text)",
            metavar="text|json",
        ),
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            help="A deliberate defect that every realm has (repeatable); GET /api/defects lists them.",
            metavar="NAME",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="How many processes serve portal and gate; with 1, the server itself. (default: 1)",
            metavar="N",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="PostgreSQL, for several servers: postgresql+psycopg://maquette@localhost/maquette; a "
            "password is better given as MAQUETTE_DATABASE. (default: a file in the data folder)",
            metavar="URL",
        ),
    ] = None,
) -> None:
    """Start the replica: portal, gate, console and mail catcher.

    Stop it with Ctrl-C, SIGTERM or SIGHUP. Every option can also stand in maquette.toml
    (portal-port = 9443) or in the environment (MAQUETTE_PORTAL_PORT=9443); flags come first, then the
    environment, then the file.
    """
    settings = _settings(
        data=data,
        ephemeral=ephemeral,
        host=host,
        name=tuple(name) if name else None,
        class_code=class_code,
        portal_port=portal_port,
        gate_port=gate_port,
        console_port=console_port,
        smtp_port=smtp_port,
        clock=clock,
        ready_file=ready_file,
        log_format=log_format,
        defect=tuple(defect) if defect else None,
        workers=workers,
        database=database,
    )
    from maquette.simulator.pki.authority import AuthorityError
    from maquette.simulator.server.foreground import StartError, run_server
    from maquette.simulator.store.errors import StoreError

    try:
        asyncio.run(run_server(settings, out))
    except (StartError, StoreError, AuthorityError) as error:
        _fail(str(error), NO_START)
    except ValueError as error:
        _fail(str(error), WRONG_USAGE)


@app.command()
def link(data: DataFolder = None) -> None:
    """Print a fresh one-time link to the console of the running server.

    The server is the one that runs on the data folder, which holds its address and its token.
    MAQUETTE_CONSOLE and MAQUETTE_TOKEN come first where they are set; for an --ephemeral server they are
    the only way.
    """
    settings = _settings(data=data)
    from maquette.simulator.server.foreground import ConsoleError, make_link

    try:
        out.print(make_link(settings, os.environ.get("MAQUETTE_CONSOLE")), markup=False)
    except SettingsError as error:
        _fail(str(error), WRONG_USAGE)
    except ConsoleError as error:
        _fail(str(error), NO_START)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}", NO_START)


@pki.command()
def show(data: DataFolder = None) -> None:
    """Show the authority of the data folder and the certificates of its personas."""
    settings = _settings(data=data)
    with _certificates(settings) as certificates:
        for label, value in certificates.describe_authority():
            out.print(f"[bold]{label:<12}[/] {escape(value)}")
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("persona", "certificate", "valid from", "to", "for"):
            table.add_column(heading, overflow="fold", no_wrap=heading != "for")
        for row in certificates.describe_personas():
            table.add_row(*map(escape, row))
        out.print()
        out.print(table)


@pki.command()
def export(
    persona: Annotated[str, typer.Argument(help="A persona's id, such as lila.", metavar="PERSONA")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the files.", metavar="DIR")],
    data: DataFolder = None,
) -> None:
    """Write a persona's certificate and key as PEM, both as PKCS#12, and the root certificate."""
    settings = _settings(data=data)
    with _certificates(settings) as certificates:
        for file, what in certificates.export(persona, to):
            out.print(f"{escape(str(file))}  [dim]{escape(what)}[/]")


@pki.command()
def trust(data: DataFolder = None) -> None:
    """Explain how to trust the root certificate, and later untrust it; changes nothing itself."""
    settings = _settings(data=data)
    from maquette.simulator.pki.trust import trust_help

    with _certificates(settings) as certificates:
        out.print(trust_help(certificates.authority, certificates.root_file.absolute()), markup=False)


@scenario.command("list")
def list_scenarios(rule: RuleOption = None, step: StepOption = None, persona: PersonaOption = None) -> None:
    """List the scenarios, with the rules that they cover."""
    from maquette.scenarios.catalogue import Filter, ScenarioUnknownError, catalogue

    try:
        wanted = Filter(tuple(map(str.upper, rule or ())), tuple(step or ()), tuple(persona or ()))
    except ScenarioUnknownError as error:
        _fail(str(error), WRONG_USAGE)
    if not any(map(wanted.lets_through, catalogue())):
        _fail("no scenario has all of that", WRONG_USAGE)
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
    from maquette.scenarios.new_scenario import BeginningError, write_beginning

    try:
        file = write_beginning(name, Path.cwd())
    except BeginningError as error:
        _fail(str(error), WRONG_USAGE)
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
    language: Annotated[LanguageName | None, typer.Option(help="Of the report. (default: en)")] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="Console of a running simulator. Its token is in MAQUETTE_TOKEN, or in the data folder. "
            "(default: MAQUETTE_CONSOLE, else a simulator of its own)",
            metavar="URL",
        ),
    ] = None,
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
    from maquette.simulator.base.wall_clock import real_now
    from maquette.simulator.server.foreground import ConsoleError, find_console

    by_kind = bool(rule or step or persona)
    if names and (every or by_kind):
        _fail("name scenarios, or choose them by --all, --rule, --step and --persona: not both", WRONG_USAGE)
    if not names and not every and not by_kind:
        _fail(
            "name scenarios, or give --all, --rule, --step or --persona (see maquette scenario list)",
            WRONG_USAGE,
        )
    if language is not None and report is None:
        _fail("--language is the report's: give --report as well", WRONG_USAGE)
    if driver is DriverName.HTTP and (headed or pace):
        _fail("--headed and --pace are for the browser: leave out --driver http", WRONG_USAGE)
    driver = driver or (DriverName.BROWSER if headed or pace else DriverName.HTTP)
    try:
        wanted = Filter(tuple(map(str.upper, rule or ())), tuple(step or ()), tuple(persona or ()))
        chosen = find_scenarios(names) if names else tuple(filter(wanted.lets_through, catalogue()))
        console = target or os.environ.get("MAQUETTE_CONSOLE")
        stage = Stage(
            Driver(driver.value),
            headed=headed,
            pace=pace,
            target=Target(*find_console(_settings(data=data), console)) if console else None,
        )
        junit = os.environ.get("MAQUETTE_JUNIT")
        outcomes = _run(
            run_and_report(
                chosen,
                stage,
                out,
                began=real_now(),
                report=report,
                language=(language or LanguageName.EN).value,
                junit=Path(junit) if junit else None,
                named=bool(names),
            )
        )
    except (ScenarioUnknownError, NothingToPlayError, UnwritableError, SettingsError) as error:
        _fail(str(error), WRONG_USAGE)
    except (BrowserMissingError, ConsoleError, ControlError, OwnServerError) as error:
        _fail(str(error), NO_START)
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(FAILED)


@app.command("rules")
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


@app.command(
    "audit",
    epilog="Everything after -- is the command: maquette audit --report out -- npm test",
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
    of its own. MAQUETTE_CONSOLE and MAQUETTE_TOKEN tell the command where that is; JUnit XML that it writes
    to the file MAQUETTE_JUNIT gives the names of its tests. A command that fails has caught the defect.
    """
    from maquette.scenarios.audit import AuditError, SuiteFailsError, audit
    from maquette.scenarios.matrix import AuditProgress, matrix_lines, summary, write_matrix

    try:
        if report is not None:
            report.mkdir(parents=True, exist_ok=True)
        with AuditProgress(out) as progress:
            result = _run(audit(command, defect or [], progress, at_a_time=os.cpu_count() or 1))
        page = write_matrix(result, report) if report is not None else None
    except SuiteFailsError as error:
        errors.print(error.run.output[-4000:], markup=False)
        if report is not None:
            (report / "clean.txt").write_text(error.run.output, "utf-8")
        _fail(str(error), FAILED)
    except AuditError as error:
        _fail(str(error), WRONG_USAGE)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}", WRONG_USAGE)
    out.print()
    out.print(matrix_lines(result))
    out.print()
    out.print(summary(result), style="bold", markup=False)
    if page is not None:
        out.print(f"Report: {page}", markup=False)
    if result.escaped:
        raise typer.Exit(FAILED)


@load.command("list")
def list_profiles() -> None:
    """List the load profiles, with how many people come and for how long."""
    from maquette.load.profile import Arrival, find_profile, names

    for name in names():
        _, profile = find_profile(name)
        counted = "people at once" if profile.arrival is Arrival.CLOSED else "arrivals a second"
        out.print(f"[bold]{escape(name)}[/]  {escape(profile.title.en)}")
        out.print(f"    {escape(profile.title.fr)}")
        out.print(f"    [dim]{profile.seconds:g} seconds, up to {profile.peak:g} {counted}[/]")


@load.command("run")
def run_profile(
    profile: Annotated[
        str, typer.Argument(help="A profile (see maquette load list), or a file (.toml).", metavar="PROFILE")
    ],
    users: Annotated[
        float | None,
        typer.Option(
            help="Another peak: people at once, or arrivals a second in an open profile.",
            min=0.01,
            max=10_000,
            metavar="N",
        ),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(help="Another length, in seconds.", min=1, metavar="S")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="Spread the load over so many workers.", min=1, max=64, metavar="N")
    ] = None,
    web: Annotated[bool, typer.Option("--web", help="Show Locust's own page; Ctrl-C ends the run.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder for verdict.json and the report, a page.", metavar="DIR")
    ] = None,
    language: Annotated[LanguageName | None, typer.Option(help="Of the report. (default: en)")] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(help="A deliberate defect of the run's realm (repeatable).", metavar="NAME"),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="Console of a running simulator. Its token is in MAQUETTE_TOKEN, or in the data folder. "
            "(default: MAQUETTE_CONSOLE, else a simulator of its own)",
            metavar="CONSOLE_URL",
        ),
    ] = None,
    data: DataFolder = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let load go to another machine than this.")
    ] = False,
) -> None:
    """Run a load profile in a fresh realm, and judge it: thresholds, errors, the realm's invariants.

    The exit code is 1 where the run failed, and where it is void: interrupted, or short of CPU itself.
    """
    from maquette.fixtures.control import ControlError
    from maquette.fixtures.installation import Target
    from maquette.fixtures.own_server import OwnServerError
    from maquette.fixtures.report_page import UnwritableError
    from maquette.load.judgement import Keep, UnjudgedError
    from maquette.load.preparation import PreparationError, Wanted
    from maquette.load.profile import ProfileError, find_profile
    from maquette.load.runner import (
        LocustMissingError,
        Order,
        RemoteError,
        refuse_remote,
        run_load,
    )
    from maquette.load.verdict import Outcome
    from maquette.simulator.base.wall_clock import real_now
    from maquette.simulator.server.foreground import ConsoleError, find_console

    if language is not None and report is None:
        _fail("--language is the report's: give --report as well", WRONG_USAGE)
    try:
        name, found = find_profile(profile)
        wanted = Wanted(name, found.scaled(peak=users, seconds=duration), tuple(defect or ()))
        console = target or os.environ.get("MAQUETTE_CONSOLE")
        if console:
            refuse_remote(console, out, allowed=allow_remote)
        order = Order(
            wanted,
            target=Target(*find_console(_settings(data=data), console)) if console else None,
            processes=processes,
            web=web,
            allow_remote=allow_remote,
        )
        keep = Keep(report, (language or LanguageName.EN).value)
        verdict = _run(run_load(order, keep, out, began=real_now()))
    except (ProfileError, PreparationError, RemoteError, UnwritableError, SettingsError) as error:
        _fail(str(error), WRONG_USAGE)
    except (LocustMissingError, ConsoleError, ControlError, OwnServerError, UnjudgedError) as error:
        _fail(str(error), NO_START)
    if verdict.outcome is not Outcome.PASSED:
        raise typer.Exit(FAILED)


@app.command()
def bench(
    json: Annotated[
        Path | None, typer.Option(help="Write the figures to this file too, as JSON.", metavar="F")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="Only one of: journey, pages, catcher, growth, workers, start, realm, reset, serve, memory, "
            "realms.",
            metavar="NAME",
        ),
    ] = None,
) -> None:
    """Measure what a procedure, starts, realms and memory cost on this machine, against their goals.

    Measures simulators of its own, on free ports, in three to five minutes; growth by itself, to a million
    spaces, takes a quarter of an hour. A missed goal is no error: other work on the machine makes every
    figure worse.
    """
    from maquette.load.bench.benchmarks import BenchError, BenchmarkUnknownError, measure
    from maquette.load.bench.figures import ReportFile, ReportFileError
    from maquette.simulator.server.foreground import StartError

    try:
        with ReportFile(json) if json else nullcontext() as file:
            report = _run(measure(only, tell=lambda name: errors.print(f"measuring {name} ...")))
            if file:
                file.write(report)
    except (BenchmarkUnknownError, ReportFileError) as error:
        _fail(str(error), WRONG_USAGE)
    except (BenchError, StartError) as error:
        _fail(str(error), NO_START)
    out.print(report.table())
    out.print()
    for label, value in report.describe_machine():
        out.print(f"[bold]{label:<9}[/] {escape(value)}")


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work; SIGTERM and SIGHUP end it as Ctrl-C does: no server that it has started is left behind."""
    try:
        return asyncio.run(until_ended(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _settings(**flags: object) -> Settings:
    try:
        return read_settings(flags, os.environ, FILE if FILE.exists() else None)
    except SettingsError as error:
        _fail(str(error), WRONG_USAGE)


@contextmanager
def _certificates(settings: Settings) -> "Iterator[Certificates]":
    """The data folder's certificates; what cannot be done is said in one line."""
    from maquette.simulator.command_line.certificates import PersonaUnknownError, open_certificates
    from maquette.simulator.pki.authority import AuthorityError
    from maquette.simulator.store.errors import StoreError

    try:
        with open_certificates(settings, os.environ.get("MAQUETTE_REALM", "default")) as certificates:
            yield certificates
    except (PersonaUnknownError, SettingsError) as error:
        _fail(str(error), WRONG_USAGE)
    except (AuthorityError, StoreError) as error:
        _fail(str(error), NO_START)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}", NO_START)


def _fail(message: str, code: int) -> NoReturn:
    errors.print(f"[bold red]maquette:[/] {escape(message)}")
    raise typer.Exit(code)
