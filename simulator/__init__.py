"""The simulator: the replica itself, with its doors.

    async with Simulator() as simulator:
        realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00")

Folders, each with one subject: `domain` decides, `procedure` runs the use cases, `store` keeps, `pki` issues
certificates, `mail` sends and catches letters, `realm` acts on a whole realm, `portal` and `console` show
pages, `server` wires and starts them, `command_line` is the `maquette` command, `base` is what all stand on,
and `defects` are the deliberate ones.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maquette.simulator.server.assembly import Simulator

__all__ = ["Simulator"]


def __getattr__(name: str) -> object:
    """Import the assembly, which knows every folder, only for those who ask for it."""
    if name == "Simulator":
        from maquette.simulator.server.assembly import Simulator

        return Simulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
