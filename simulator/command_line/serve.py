"""`maquette serve`: starts the replica in the foreground."""

import inspect
from collections.abc import Callable
from typing import Annotated

from maquette.simulator.base.settings import SETTINGS, SettingsError, is_list, is_switch
from maquette.simulator.command_line.options import setting_option, settings_of
from maquette.simulator.command_line.terminal import NO_START, WRONG_USAGE, fail, out


def _with_a_flag_for_each_setting(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command a parameter for each setting, for typer's options; the settings check the values."""
    parameters = [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(key))
        for key, setting in SETTINGS.items()
        if setting.flag
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _annotation(key: str) -> object:
    kind = bool if is_switch(key) else list[str] if is_list(key) else str
    return Annotated[kind | None, setting_option(key)]


@_with_a_flag_for_each_setting
def serve(**flags: object) -> None:
    """Start the replica: portal, gate, console and mail catcher.

    Stop it with Ctrl-C, SIGTERM or SIGHUP. Every option can also stand in maquette.toml
    (portal-port = 9443) or in the environment (MAQUETTE_PORTAL_PORT=9443); flags come first, then the
    environment, then the file.
    """
    settings = settings_of(**flags)
    from maquette.simulator.pki.authority import AuthorityError
    from maquette.simulator.server.assembly import StartError
    from maquette.simulator.server.event_loop import run
    from maquette.simulator.server.foreground import run_server
    from maquette.simulator.store.errors import StoreError, StoreUnavailableError

    try:
        run(run_server(settings, out))
    except (StartError, StoreError, AuthorityError) as error:
        fail(str(error), NO_START)
    except StoreUnavailableError as error:
        fail(f"the database does not answer: {error}", NO_START)
    except SettingsError as error:
        fail(str(error), WRONG_USAGE)
