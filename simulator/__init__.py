"""The simulator: the replica itself, with its doors.

    async with Simulator() as simulator:
        realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00")

Folders, each with one subject: `domain` decides, `procedure` does, `store` keeps, `pki` issues certificates,
`mail` sends and catches, `portal` and `console` show. `assembly` wires them, `cli` starts them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maquette.simulator.assembly import Simulator

__all__ = ["Simulator"]


def __getattr__(name: str) -> object:
    """Import the assembly, which knows every folder, only for those who ask for it."""
    if name == "Simulator":
        from maquette.simulator.assembly import Simulator

        return Simulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
