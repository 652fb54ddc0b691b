"""`maquette link`: a fresh one-time link to the console of the running server."""

from maquette.simulator.base.settings import SettingsError
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.command_line.options import DataFolder, settings_of
from maquette.simulator.command_line.terminal import NO_START, WRONG_USAGE, fail, out


def link(data: DataFolder = None) -> None:
    """Print a fresh one-time link to the console of the running server.

    The server is the one that runs on the data folder, which holds its address and its token.
    MAQUETTE_CONSOLE and MAQUETTE_TOKEN take precedence; for an --ephemeral server they are the only way.
    """
    settings = settings_of(data=data)
    from maquette.simulator.command_line.running_server import ConsoleError, find_console
    from maquette.simulator.console.door.access import make_login_link

    try:
        console, token = find_console(settings, settings.console)
    except SettingsError as error:
        fail(str(error), WRONG_USAGE)
    except ConsoleError as error:
        fail(str(error), NO_START)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", NO_START)
    out.print(make_login_link(console, token, real_now()), markup=False)
