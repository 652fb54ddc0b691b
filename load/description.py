"""What one run is: the realm, its people, the profile; written once, and handed to every process that plays.

Each worker is given a part of the people that no other has. It holds the token, so its file is for this user
alone.
"""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from maquette.load.profile import Profile

DESCRIPTION, RESULTS, ROOT, PEOPLE = "run.json", "results.json", "root.pem", "people"
"""Names in the run's folder: what to play, what came of it, the root certificate, and a file per person."""


RUN_FOLDER, PARENT, SERVER = "MAQUETTE_LOAD_RUN", "MAQUETTE_LOAD_PARENT", "MAQUETTE_LOAD_SERVER"
"""Variables for Locust: the run's folder, and the processes of the command and of its own server."""

PROGRESS = "MAQUETTE_LOAD_PROGRESS"
"""A variable with the descriptor of the terminal that shows the progress, where there is a terminal."""

Each = TypeVar("Each")


class Converted(BaseModel):
    """A person who was converted ahead, and what opens the space."""

    model_config = ConfigDict(frozen=True)

    email: str
    password: str


class Description(BaseModel):
    """One run. `api` is the realm's control API; `root` is the root certificate, as PEM.

    `target` is the console of a simulator that ran before; None where the run has started its own. `people`
    are personas' ids. `folder` holds their certificates, with key, where it is on this machine;
    the others are read from the console.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    profile: Profile
    target: str | None = None
    defects: tuple[str, ...] = ()
    realm: str
    version: str
    console: str
    portal: str
    gate: str
    api: str
    token: str
    root: str
    folder: str
    people: tuple[str, ...]
    converted: tuple[Converted, ...] = ()

    def share(self, index: int, count: int) -> "Description":
        """The same run with the people of the `index`th of `count` workers (from 0)."""
        people, converted = slice_of(self.people, index, count), slice_of(self.converted, index, count)
        return self.model_copy(update={"people": people, "converted": converted})


def slice_of(everybody: tuple[Each, ...], index: int, count: int) -> tuple[Each, ...]:
    """The `index`th of `count` slices that follow one another, all as long or one longer."""
    return everybody[len(everybody) * index // count : len(everybody) * (index + 1) // count]


def certificate_file(folder: str, persona: str) -> Path:
    """Where the certificate of that persona is, chain and key in one file."""
    return Path(folder) / PEOPLE / f"{persona}.pem"
