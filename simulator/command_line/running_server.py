"""Finds the running server: the address of its console, and its token."""

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from maquette.simulator.base.settings import CONSOLE_FILE, TOKEN_FILE, Settings, no_data_error


class ConsoleError(Exception):
    """The simulator's console cannot be used; the message says why, and which option or variable to give."""


def find_console(settings: Settings, given: str | None) -> tuple[str, str]:
    """Return address and token of the console of the server that runs on the data folder.

    A given address, and the settings' token, take precedence over those in the folder. Raises SettingsError
    when no server was ever started on the folder, ConsoleError when no server answers.
    """
    console = (given or _read(settings.data / CONSOLE_FILE)).rstrip("/")
    token = settings.token or _read(settings.data / TOKEN_FILE)
    if not token:
        if console:
            raise ConsoleError(
                f"the token of the simulator at {console} is not in {settings.data}: give MAQUETTE_TOKEN"
            )
        raise no_data_error(settings.data)
    try:
        _try_token(console, token)
    except _NoSimulatorError:
        raise ConsoleError(
            f"no simulator answers at {given}: start maquette serve, or give another address"
            if given
            else f"no simulator is running on {settings.data}: start maquette serve, or give another --data"
        ) from None
    return console, token


class _NoSimulatorError(Exception):
    """No simulator answers."""


def _try_token(console: str, token: str) -> None:
    """Send the token to the console, after its first answer has shown that it is a simulator's."""
    if not console.startswith("http://"):
        raise _NoSimulatorError
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with_token = urllib.request.Request(  # noqa: S310 - http, checked above
        f"{console}/api/version", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with opener.open(f"{console}/livez", timeout=3) as answer:
            if "X-Maquette-Version" not in answer.headers:
                raise _NoSimulatorError
        opener.open(with_token, timeout=3).close()
    except urllib.error.HTTPError as error:
        if "X-Maquette-Version" not in error.headers:
            raise _NoSimulatorError from None
        raise ConsoleError(
            f"the simulator at {console} has another token: give MAQUETTE_TOKEN or --data"
        ) from None
    except (OSError, ValueError, HTTPException):
        raise _NoSimulatorError from None


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii", errors="replace").strip() if file.exists() else ""
