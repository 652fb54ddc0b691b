"""A load profile, read from a TOML file: people, arrivals, journeys, policy and thresholds.

Decides which profiles are valid and how they are scaled; it runs nothing. An invalid profile is refused in
one line that names the file and the field. Source: docs/load.md.
"""

import math
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator

from maquette.fixtures.subscriber_generator import MOST
from maquette.load.steps import Journey, LoadStep

FOLDER = Path(__file__).parent / "profiles"
LONGEST = 12 * 3600
"""Seconds that a run may last at most: it stops by itself."""

HIGHEST = 10_000
"""People at once, or arrivals a second, that there may be at most."""

MOST_UNDER_WAY = 10_000
"""Journeys of an open profile that may be under way at a time at most."""

MOST_PEOPLE = 100_000
"""Certificates that are made ahead at most."""

MOST_CONVERTED = 1000
"""People who go through the procedure ahead at most."""

_DURATION = re.compile(r"-?P(?=\d|T\d)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII)


class ProfileError(Exception):
    """The profile does not exist or is invalid; the message is one line that says which and why."""


class Arrival(StrEnum):
    """How people come: a number of people who repeat their journeys, or a number of arrivals a second."""

    CLOSED = "closed"
    OPEN = "open"


class _ProfilePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _duration(text: str) -> str:
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is no duration that a clock can leap by (write PT1H or P1DT12H)")
    return text


def _timed(step: LoadStep) -> LoadStep:
    if step is LoadStep.SAME_EMAIL:
        raise ValueError(f"{step} is a check, and takes no time")
    return step


Number = Annotated[float, Strict()]  # no text, and no true
Count = Annotated[int, Strict()]
Mix = Annotated[dict[Journey, Annotated[Number, Field(ge=0)]], Field(min_length=1)]
Seconds = Annotated[Number, Field(gt=0, le=LONGEST)]
Duration = Annotated[str, AfterValidator(_duration)]


class Title(_ProfilePart):
    """What the profile is for, in both languages."""

    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Think(_ProfilePart):
    """How long a person looks at a page, in seconds: anything between the two, evenly."""

    least: Annotated[Number, Field(ge=0)]
    most: Annotated[Number, Field(le=600)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self


class LoadStage(_ProfilePart):
    """A part of the run: `to` is where the number of people, or of arrivals a second, has got at its end.

    It grows or falls evenly from where the stage before has left it; the first begins at nothing. `advance`
    moves the realm's clock as the stage begins (ISO 8601), `mix` takes the place of the profile's.
    """

    seconds: Seconds
    to: Annotated[Number, Field(ge=0, le=HIGHEST)]
    advance: Duration | None = None
    mix: Mix | None = None


class Data(_ProfilePart):
    """The people: with certificates made ahead, some of them converted ahead, and bystanders who never come.

    `email_on_file` is handled by the realm: people who opt keep the address that the page shows.
    """

    subscribers: Annotated[Count, Field(ge=2, le=MOST_PEOPLE)]
    converted: Annotated[Count, Field(ge=0, le=MOST_CONVERTED)] = 0
    bystanders: Annotated[Count, Field(ge=0, lt=MOST)] = 0
    seed: Annotated[Count, Field(ge=0, lt=2**63)] = 1


class Threshold(_ProfilePart):
    """So many of a hundred requests of the step (of waits for the mail) take at most the limit, in ms."""

    step: Annotated[LoadStep, AfterValidator(_timed)]
    percentile: Annotated[Number, Field(gt=0, le=100)]
    limit_ms: Annotated[Number, Field(gt=0)]


class Profile(_ProfilePart):
    """A load profile.

    `under_way` is how many journeys of an open profile may be under way: further arrivals are turned
    away and counted. `patience` is how many seconds a person waits for the code. `error_rate` is the part of
    all requests that may fail, `journey_error_rate` the part of the journeys of each kind that may; a broken
    promise fails the run alone.
    """

    title: Title
    arrival: Arrival
    stages: Annotated[tuple[LoadStage, ...], Field(min_length=1)]
    mix: Mix
    data: Data
    think: Think = Think(least=0.5, most=2)
    under_way: Annotated[Count, Field(ge=1, le=MOST_UNDER_WAY)] = 200
    patience: Annotated[Number, Field(gt=0, le=120)] = 30
    seed: Annotated[Count, Field(ge=0, lt=2**63)] = 1
    clock: str = "now"
    policy: dict[str, bool | int | str] = Field(default_factory=dict)
    delivery: tuple[dict[str, bool | int | str], ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    error_rate: Annotated[Number, Field(ge=0, le=1)] = 0.01
    journey_error_rate: Annotated[Number, Field(ge=0, le=1)] = 0.01

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.seconds > LONGEST:
            raise ValueError(f"the stages last {self.seconds:g} seconds, and may last {LONGEST}")
        if self.peak == 0:
            raise ValueError("nobody comes in any stage")
        for mix in (self.mix, *(each.mix for each in self.stages if each.mix is not None)):
            if not any(mix.values()):
                raise ValueError("a mix has no journey that anybody makes")
        if self.arrival is Arrival.CLOSED and any(each.to != int(each.to) for each in self.stages):
            raise ValueError("stages of a closed profile count people: whole numbers")
        if self.data.converted >= self.data.subscribers:
            raise ValueError("data: fewer are converted ahead than there are subscribers")
        if self.data.subscribers + self.data.bystanders > MOST:
            raise ValueError(f"data: a realm takes {MOST} people, subscribers and bystanders together")
        return self

    @property
    def seconds(self) -> float:
        """How long the run lasts."""
        return sum(each.seconds for each in self.stages)

    @property
    def peak(self) -> float:
        """The most people at once, or the most arrivals a second."""
        return max(each.to for each in self.stages)

    @property
    def ends(self) -> tuple[float, ...]:
        """When each stage ends, in seconds from the beginning."""
        return tuple(accumulate(each.seconds for each in self.stages))

    def stage_at(self, second: float) -> int:
        """The number of the stage then; the last one's when all are over."""
        return min(bisect_right(self.ends, second), len(self.stages) - 1)

    def level_at(self, second: float) -> float:
        """How many people there are then, or arrivals a second."""
        number = self.stage_at(second)
        stage = self.stages[number]
        before = self.stages[number - 1].to if number else 0.0
        part = 1 - (self.ends[number] - second) / stage.seconds
        return before + (stage.to - before) * min(max(part, 0.0), 1.0)

    def mix_at(self, second: float) -> Mapping[Journey, float]:
        """What people come for then."""
        return self.stages[self.stage_at(second)].mix or self.mix

    def scaled(self, *, peak: float | None = None, seconds: float | None = None) -> "Profile":
        """The same with another peak, or another length; the people it needs grow or shrink with both.

        A higher peak raises `under_way` by as much: as many journeys more are under way at a time.
        Raises ProfileError for an invalid scale.
        """
        if peak is None and seconds is None:
            return self
        for value, most, what in ((peak, HIGHEST, "a peak"), (seconds, LONGEST, "a length in seconds")):
            if value is not None and not 0 < value <= most:
                raise ProfileError(f"{what} is above 0 and at most {most}, not {value:g}")
        taller = 1.0 if peak is None else peak / self.peak
        longer = 1.0 if seconds is None else seconds / self.seconds
        closed = self.arrival is Arrival.CLOSED
        if closed and peak is not None and peak != int(peak):
            raise ProfileError(f"a closed profile counts people: a whole number, not {peak:g}")
        document = self.model_dump(mode="json")
        for stage in document["stages"]:
            level = stage["to"] * taller
            stage["to"] = math.ceil(round(level, 6)) if closed else level
            stage["seconds"] *= longer
        document["under_way"] = min(MOST_UNDER_WAY, math.ceil(self.under_way * max(1.0, taller)))
        data = document["data"]
        data["subscribers"] = min(MOST_PEOPLE, max(20, math.ceil(data["subscribers"] * taller * longer)))
        data["converted"] = min(
            MOST_CONVERTED, math.ceil(data["converted"] * taller), data["subscribers"] // 2
        )
        return _checked(document, "the profile so scaled")


def names() -> tuple[str, ...]:
    """The packaged profiles."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def find_profile(name: str) -> tuple[str, Profile]:
    """The packaged profile of that name, or that in the file (.toml), with its name. Raises ProfileError."""
    if name.endswith(".toml"):
        return Path(name).stem, read_profile(Path(name))
    if name in names():
        return name, read_profile(FOLDER / f"{name}.toml")
    close = get_close_matches(name, names(), n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(names())}"
    raise ProfileError(f"there is no profile {name!r}; {hint}")


def read_profile(file: Path) -> Profile:
    """The profile in that file. Raises ProfileError."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file} is no TOML: {error}") from None
    return _checked(document, str(file))


def _checked(document: dict[str, Any], whose: str) -> Profile:
    try:
        return Profile.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        first = min(
            found, key=lambda each: each["type"] != "extra_forbidden"
        )  # a slip of the pen misses twice
        field = ".".join(str(each) for each in first["loc"] if each != "[key]")
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            said = f"there is no such field{_close(str(first['loc'][-1]))}"
        elif first["type"] in {"too_short", "string_too_short"}:
            said = "there is nothing in it"
        raise ProfileError(f"{whose}: {field}: {said}" if field else f"{whose}: {said}") from None


def _close(field: str) -> str:
    known = [name for part in (Profile, LoadStage, Data, Threshold, Think) for name in part.model_fields]
    close = get_close_matches(field, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
