"""Prepares and judges the run of a Locust that was started by hand, in a process without Locust.

The environment names the simulator (MAQUETTE_CONSOLE, MAQUETTE_TOKEN); load goes to this machine only, unless
MAQUETTE_ALLOW_REMOTE is 1. Exit codes as the command's own. Source: docs/load.md.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.installation import Installation
from maquette.load.description import DESCRIPTION, Description
from maquette.load.judgement import Keep, UnjudgedError, judge_run
from maquette.load.preparation import PreparationError, Wanted, prepared
from maquette.load.profile import ProfileError, find_profile
from maquette.load.runner import RemoteError, refuse_remote
from maquette.load.verdict import Outcome
from maquette.simulator.base.wall_clock import real_now

DONE, FAILED, WRONG_USAGE, NO_START = 0, 1, 2, 3


def prepare(environment: Mapping[str, str], folder: Path, profile: str) -> int:
    """Prepare a run of the profile in the folder; the exit code."""
    console, token = environment.get("MAQUETTE_CONSOLE"), environment.get("MAQUETTE_TOKEN")
    if not console or not token:
        return _tell("MAQUETTE_CONSOLE and MAQUETTE_TOKEN name the simulator: set both", NO_START)
    allowed = environment.get("MAQUETTE_ALLOW_REMOTE") == "1"
    try:
        wanted = Wanted(*find_profile(profile), target=console)
        asyncio.run(_prepare(wanted, console, token, folder, allowed=allowed))
    except RemoteError as error:
        return _tell(f"{error} (by hand: MAQUETTE_ALLOW_REMOTE=1)", WRONG_USAGE)
    except (PreparationError, ProfileError) as error:
        return _tell(str(error), WRONG_USAGE)
    except ControlError as error:
        return _tell(str(error), NO_START)
    return DONE


async def _prepare(wanted: Wanted, console: str, token: str, folder: Path, *, allowed: bool) -> None:
    out = Console(stderr=True)
    refuse_remote(console, out, allowed=allowed)
    async with Installation(console, token) as installation:
        for door in (installation.doors.portal, installation.doors.gate):
            refuse_remote(door, out, allowed=allowed)
        async with prepared(installation, wanted, folder, out):
            pass


def judge(folder: Path) -> int:
    """Judge the run in the folder; the exit code."""
    try:
        return DONE if asyncio.run(_judge(folder)) is Outcome.PASSED else FAILED
    except UnjudgedError as error:
        return _tell(str(error), NO_START)


async def _judge(folder: Path) -> Outcome:
    description = Description.model_validate_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
    out = Console(highlight=False, soft_wrap=True)
    async with Control(description.api, description.token) as control:
        verdict = await judge_run(folder, control, Keep(None), out, began=real_now(), interrupted=False)
    return verdict.outcome


def _tell(error: str, code: int) -> int:
    sys.stderr.write(f"maquette: {error}\n")
    return code


def main() -> None:
    """`prepare FOLDER PROFILE` or `judge FOLDER`."""
    parser = argparse.ArgumentParser(description="Prepare or judge a load run in a folder.")
    does = parser.add_subparsers(dest="what", required=True)
    for name in ("prepare", "judge"):
        does.add_parser(name).add_argument("folder", type=Path)
    does.choices["prepare"].add_argument("profile")
    arguments = parser.parse_args()
    if arguments.what == "prepare":
        raise SystemExit(prepare(os.environ, arguments.folder, arguments.profile))
    raise SystemExit(judge(arguments.folder))


if __name__ == "__main__":
    main()
