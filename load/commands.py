"""The commands that measure: `maquette load` and `bench`.

The `maquette` command finds them by the entry point `load`. Each command imports what it needs when it runs,
so that other commands start without it.
"""

from contextlib import nullcontext
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
load = typer.Typer(help="Load profiles: list them, run them, with a verdict.", no_args_is_help=True)
commands.add_typer(load, name="load")


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
    language: ReportLanguage = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(help="A deliberate defect of the run's realm (repeatable).", metavar="NAME"),
    ] = None,
    target: TargetConsole = None,
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
    from maquette.simulator.command_line.running_server import ConsoleError, find_console

    if language is not None and report is None:
        fail("--language is the report's: give --report as well", WRONG_USAGE)
    try:
        name, found = find_profile(profile)
        wanted = Wanted(name, found.scaled(peak=users, seconds=duration), tuple(defect or ()))
        settings = settings_of(data=data)
        console = target or settings.console
        if console:
            refuse_remote(console, out, allowed=allow_remote)
        order = Order(
            wanted,
            target=Target(*find_console(settings, console)) if console else None,
            processes=processes,
            web=web,
            allow_remote=allow_remote,
        )
        keep = Keep(report, (language or LanguageName.EN).value)
        verdict = run(run_load(order, keep, out, began=real_now()))
    except (ProfileError, PreparationError, RemoteError, UnwritableError, SettingsError) as error:
        fail(str(error), WRONG_USAGE)
    except (LocustMissingError, ConsoleError, ControlError, OwnServerError, UnjudgedError) as error:
        fail(str(error), NO_START)
    if verdict.outcome is not Outcome.PASSED:
        raise typer.Exit(FAILED)


@commands.command()
def bench(
    json: Annotated[
        Path | None, typer.Option(help="Write the figures to this file too, as JSON.", metavar="F")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="Only one of: journey, pages, catcher, growth, workers, start, realm, reset, serve, memory, "
            "realms, peer (WireMock).",
            metavar="NAME",
        ),
    ] = None,
) -> None:
    """Measure what a procedure, starts, realms and memory cost on this machine, against their goals.

    Measures simulators of its own, on free ports, in three to five minutes. Two benchmarks take longer by
    themselves: growth, to a million spaces, and peer, beside WireMock. A missed goal is no error: other work
    on the machine makes every figure worse.
    """
    from maquette.load.bench.benchmarks import BenchError, BenchmarkUnknownError, measure
    from maquette.load.bench.figures import ReportFile, ReportFileError
    from maquette.simulator.server.assembly import StartError

    try:
        with ReportFile(json) if json else nullcontext() as file:
            report = run(measure(only, tell=lambda name: errors.print(f"measuring {name} ...")))
            if file:
                file.write(report)
    except (BenchmarkUnknownError, ReportFileError) as error:
        fail(str(error), WRONG_USAGE)
    except (BenchError, StartError) as error:
        fail(str(error), NO_START)
    out.print(report.table())
    out.print()
    for label, value in report.describe_machine():
        out.print(f"[bold]{label:<9}[/] {escape(value)}")
