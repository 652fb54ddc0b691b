"""The figures of a run, as its processes count them: by step and second, journeys, errors, the generator.

Pure: the reports of the run's processes are added up here. Percentiles are Locust's own, its rounding
included; what Locust keeps for the whole run only is kept by the second too, for the charts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from maquette.load.steps import CHECKS, TIMELESS


class VerdictPart(BaseModel):
    """A part of `verdict.json`."""

    model_config = ConfigDict(frozen=True)


class StepFigures(VerdictPart):
    """A step over the whole run: `percentiles` in ms, by their number; none where a check has no time."""

    step: str
    kind: str
    requests: int
    failures: int
    percentiles: dict[str, float]

    @property
    def is_check(self) -> bool:
        """Whether it is no request, but a wait or a check between requests."""
        return self.kind in CHECKS


class ErrorFigures(VerdictPart):
    """How often a step failed in one way."""

    step: str
    kind: str
    error: str
    times: int


class StepSecond(VerdictPart):
    """A step in one second of the run: how many requests or waits, how many failed, and their times in ms.

    `times` counts them by their time, rounded as Locust rounds. Of checks without a time only failures count.
    """

    second: int
    step: str
    requests: int
    failures: int
    times: dict[int, int]


class GeneratorFigures(VerdictPart):
    """A process of the generator, sampled once a second, and in how many of its seconds it was short of CPU.

    A sample lasts as long as it took: a process that stood still has few. `busy` and `late` are seconds;
    `cpu` is the part of one core that it took on the average; `latest` the most by which a timer was late, in
    ms.
    """

    process: str
    samples: int
    seconds: float
    busy: float
    late: float
    cpu: float
    latest: float


class JourneyFigures(VerdictPart):
    """The number of started, completed and failed journeys; the others were under way at the end."""

    journey: str
    begun: int
    done: int
    failed: int

    @property
    def under_way(self) -> int:
        """Those that were under way at the end, or that their people left."""
        return self.begun - self.done - self.failed


class Flow(VerdictPart):
    """A second of the run: how many came, were done, and failed; `under_way` is how many then still were."""

    second: int
    arrived: int
    done: int
    failed: int
    under_way: int


class Results(VerdictPart):
    """The results of a run. `seconds` is its length; `ended`: it lasted as long as planned.

    `leaps_refused` are the leaps that the realm's clock did not make, each with what came in place of it.
    """

    seconds: float = 0
    ended: bool = False
    steps: tuple[StepFigures, ...] = ()
    errors: tuple[ErrorFigures, ...] = ()
    moments: tuple[StepSecond, ...] = ()
    flow: tuple[Flow, ...] = ()
    journeys: tuple[JourneyFigures, ...] = ()
    turned_away: int = 0
    nobody_left: int = 0
    leaps_refused: tuple[str, ...] = ()
    generators: tuple[GeneratorFigures, ...] = ()
    workers: int = 0
    workers_lost: int = 0


NOTHING = Results()
"""The results of a run that was interrupted before the first person came."""


def progress(second: float, journeys: Counter[str], turned_away: int) -> str:
    """How far the run has got, in a line: `journeys` as a tally counts them."""
    counts: Counter[str] = Counter()
    for key, times in journeys.items():
        counts[key.partition("\t")[2]] += times
    arrived = counts["begun"] + turned_away
    return f"{second:.0f} s: {arrived} arrived, {counts['done']} done, {counts['failed']} failed"


@dataclass(slots=True)
class Tally:
    """What has been counted since the last report, by the second of the run."""

    moments: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    flow: dict[int, dict[str, int]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    journeys: Counter[str] = field(default_factory=Counter)
    turned_away: int = 0
    nobody_left: int = 0
    generators: dict[str, list[float]] = field(default_factory=dict)

    def request(self, at: int, step: str, kind: str, took: int, error: str | None) -> None:
        """A request has come back, or a mail, or a check was made: `took` is its time in ms, rounded."""
        moment = self.moments.setdefault(at, {}).setdefault(step, [0, 0, {}])
        moment[1] += error is not None
        if kind not in TIMELESS:
            moment[0] += 1
            moment[2][took] = moment[2].get(took, 0) + 1
        if error is not None:
            self.errors["\t".join((step, kind, error))] += 1

    def journey(self, at: int, name: str, what: str) -> None:
        """A journey has `begun`, is `done`, has `failed`, or was `left` before its end."""
        self.journeys[f"{name}\t{what}"] += 1
        self._flows(at, what, 1)

    def turn_away(self, at: int) -> None:
        """A person came, and too many journeys were under way."""
        self.turned_away += 1
        self._flows(at, "turned away", 1)

    def _flows(self, at: int, what: str, count: int) -> None:
        second = self.flow.setdefault(at, {})
        second[what] = second.get(what, 0) + count

    def sample(self, process: str, took: float, cpu: float, late: float, *, busy: bool, behind: bool) -> None:
        """A sample of a process: the seconds that it took, those of CPU, and by how many ms it was late."""
        has = self.generators.setdefault(process, [0, 0.0, 0.0, 0.0, 0.0, 0.0])
        has[0] += 1
        has[1] += took
        has[2] += took if busy else 0.0
        has[3] += took if behind else 0.0
        has[4] += cpu
        has[5] = max(has[5], late)

    def take(self) -> dict[str, Any]:
        """Return the counts as plain values for a message, and start again at zero."""
        counts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        counts["errors"], counts["journeys"] = dict(self.errors), dict(self.journeys)
        fresh = Tally()
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(fresh, name))
        return counts

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add the counts that another process has taken."""
        for at, steps in counts["moments"].items():
            for step, (requests, failures, times) in steps.items():
                moment = self.moments.setdefault(int(at), {}).setdefault(step, [0, 0, {}])
                moment[0] += requests
                moment[1] += failures
                for took, count in times.items():
                    moment[2][int(took)] = moment[2].get(int(took), 0) + count
        for at, second in counts["flow"].items():
            for what, count in second.items():
                self._flows(int(at), what, count)
        self.errors.update(counts["errors"])
        self.journeys.update(counts["journeys"])
        self.turned_away += counts["turned_away"]
        self.nobody_left += counts["nobody_left"]
        for process, figures in counts["generators"].items():
            has = self.generators.setdefault(process, [0, 0.0, 0.0, 0.0, 0.0, 0.0])
            has[:5] = [mine + its for mine, its in zip(has[:5], figures[:5], strict=True)]
            has[5] = max(has[5], figures[5])

    def list_moments(self) -> tuple[StepSecond, ...]:
        """The seconds in which anything came back."""
        return tuple(
            StepSecond(second=at, step=step, requests=requests, failures=failures, times=times)
            for at, steps in sorted(self.moments.items())
            for step, (requests, failures, times) in sorted(steps.items())
        )

    def list_flow(self) -> tuple[Flow, ...]:
        """All seconds, up to the last in which a person came or went."""
        found, inside = [], 0
        for at in range(max(self.flow, default=-1) + 1):
            second = Counter(self.flow.get(at, {}))
            inside += second["begun"] - second["done"] - second["failed"] - second["left"]
            found.append(
                Flow(
                    second=at,
                    arrived=second["begun"] + second["turned away"],
                    done=second["done"],
                    failed=second["failed"],
                    under_way=inside,
                )
            )
        return tuple(found)

    def list_errors(self) -> tuple[ErrorFigures, ...]:
        """The errors, the most frequent first."""
        found = [(key.split("\t", 2), times) for key, times in self.errors.most_common()]
        return tuple(
            ErrorFigures(step=step, kind=kind, error=error, times=times)
            for (step, kind, error), times in found
        )

    def list_journeys(self) -> tuple[JourneyFigures, ...]:
        """The journeys by name."""
        names = sorted({key.partition("\t")[0] for key in self.journeys})
        return tuple(
            JourneyFigures(
                journey=name,
                **{what: self.journeys[f"{name}\t{what}"] for what in ("begun", "done", "failed")},
            )
            for name in names
        )

    def list_generators(self) -> tuple[GeneratorFigures, ...]:
        """The processes of the generator."""
        return tuple(
            GeneratorFigures(
                process=process,
                samples=int(samples),
                seconds=round(seconds, 1),
                busy=round(busy, 1),
                late=round(late, 1),
                cpu=round(cpu / seconds, 3),
                latest=round(latest, 1),
            )
            for process, (samples, seconds, busy, late, cpu, latest) in sorted(self.generators.items())
        )
