"""The verdict on a run: passed, failed or void, with the reasons. Pure.

A broken promise (an invariant of the realm, a step that a promise forbids) always fails a run: no
lack of CPU makes a code work twice. Latencies are judged only where the generator had the CPU to
measure them, and where everything that was to be measured has been.
Source: docs/reference/invariants.md; docs/load.md.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from maquette.load.profile import Profile
from maquette.load.steps import CHECKS, LoadStep
from maquette.load.tally import ErrorFigures, GeneratorFigures, Results, VerdictPart

SHORT_OF_CPU = 0.1
"""The part of its seconds in which a process of the generator may be short of CPU."""

FEWEST_SECONDS = 5
"""Seconds of a process below which its figures mean nothing."""

_PROMISE = re.compile(r"^[A-Z]+-\d+: ")


class Outcome(StrEnum):
    """The outcome of a run: void is neither passed nor failed, and has to be run again."""

    PASSED = "passed"
    FAILED = "failed"
    VOID = "void"


class About(StrEnum):
    """What a reason is about."""

    REALM = "realm"
    INVARIANT = "invariant"
    PROMISE = "promise"
    JOURNEY = "journey"
    THRESHOLD = "threshold"
    ERRORS = "errors"
    ARRIVALS = "arrivals"
    GENERATOR = "generator"
    MEASURE = "measure"
    INTERRUPTED = "interrupted"


class Held(VerdictPart):
    """The state of an invariant after the run."""

    name: str
    words: str
    holds: bool
    offenders: tuple[str, ...]


class VerdictReason(VerdictPart):
    """Why a run has failed or is void: what it is about, which of them, and the words in both languages."""

    about: About
    name: str
    en: str
    fr: str


NOT_ENDED = VerdictReason(
    about=About.MEASURE,
    name="not-ended",
    en="the run has not ended",
    fr="la mesure n'est pas arrivée à son terme",
)
"""Why a run is void that is under way, could not start, or was killed."""


class Judged(VerdictPart):
    """A threshold and what was measured, both in ms; None where the step was never made.

    A step that was made in several ways (GET and POST) is held against its worst; `requests` are all of them.
    """

    step: str
    percentile: float
    limit_ms: float
    measured_ms: float | None
    requests: int

    @property
    def met(self) -> bool:
        """Whether it was measured, and within the limit."""
        return self.measured_ms is not None and self.measured_ms <= self.limit_ms


class Verdict(VerdictPart):
    """The verdict: the reasons are those of its outcome, the remarks what else was found.

    `error_rate` is `failures` among `requests`; `checks` are waits for mails and looks in between.
    """

    outcome: Outcome
    reasons: tuple[VerdictReason, ...]
    remarks: tuple[VerdictReason, ...]
    thresholds: tuple[Judged, ...]
    invariants: tuple[Held, ...]
    requests: int
    failures: int
    error_rate: float
    checks: int
    checks_failed: int


def judge(
    profile: Profile,
    results: Results,
    invariants: Sequence[Held],
    *,
    interrupted: bool,
    silence: str | None = None,
) -> Verdict:
    """The verdict on what the run came to, and on what the realm's invariants say after it.

    `silence` is what came in place of the invariants, where the realm does not answer any more.
    """
    made = [each for each in results.steps if not each.is_check]
    checked = [each for each in results.steps if each.is_check]
    requests, failures = sum(each.requests for each in made), sum(each.failures for each in made)
    rate = failures / requests if requests else 0.0
    thresholds = tuple(_held_against(profile, results))
    broken = [*_broken_invariants(invariants), *_broken_promises(results)]
    if silence is not None:
        broken.append(_silent(silence))
    void = list(_why_void(results, requests, thresholds, interrupted=interrupted))
    failed = [*_missed(thresholds), *_never_done(results), *_too_many_lost(profile, results)]
    if results.turned_away:
        failed.append(_dropped(results.turned_away, profile.under_way))
    if rate > profile.error_rate:
        failed.append(_too_many_errors(rate, profile.error_rate, results))
    if broken:
        outcome, reasons, remarks = Outcome.FAILED, broken + ([] if void else failed), void
    elif void:
        outcome, reasons, remarks = Outcome.VOID, void, failed
    else:
        outcome, reasons, remarks = (Outcome.FAILED if failed else Outcome.PASSED), failed, []
    return Verdict(
        outcome=outcome,
        reasons=tuple(reasons),
        remarks=tuple(remarks),
        thresholds=thresholds,
        invariants=tuple(invariants),
        requests=requests,
        failures=failures,
        error_rate=round(rate, 5),
        checks=sum(each.requests for each in checked),
        checks_failed=sum(each.failures for each in checked),
    )


def _held_against(profile: Profile, results: Results) -> list[Judged]:
    return [
        Judged(
            step=each.step.value,
            percentile=each.percentile,
            limit_ms=each.limit_ms,
            measured_ms=max((entry.percentiles[f"{each.percentile:g}"] for entry in made), default=None),
            requests=sum(entry.requests for entry in made),
        )
        for each in profile.thresholds
        for made in [[entry for entry in results.steps if entry.step == each.step and entry.percentiles]]
    ]


def _silent(silence: str) -> VerdictReason:
    return VerdictReason(
        about=About.REALM,
        name="silent",
        en=f"the realm no longer answers: {silence}",
        fr=f"l'environnement ne répond plus : {silence}",
    )


def _broken_invariants(invariants: Sequence[Held]) -> list[VerdictReason]:
    return [
        VerdictReason(
            about=About.INVARIANT,
            name=each.name,
            en=f"invariant {each.name} is broken: {_some(each.offenders)}",
            fr=f"l'invariant {each.name} n'est pas tenu : {_some(each.offenders)}",
        )
        for each in invariants
        if not each.holds
    ]


def _broken_promises(results: Results) -> list[VerdictReason]:
    return [
        VerdictReason(
            about=About.PROMISE,
            name=each.error.partition(":")[0],
            en=f"a promise is broken {each.times} times at {each.step}: {each.error}",
            fr=f"une règle est enfreinte {each.times} fois à l'étape {each.step} : {each.error}",
        )
        for each in results.errors
        if _PROMISE.match(each.error) and not _wants_a_leap(each, results)
    ]


def _wants_a_leap(error: ErrorFigures, results: Results) -> bool:
    """Whether the promise holds only after a leap of the clock, which was refused."""
    return error.step == LoadStep.EXPIRED and bool(results.leaps_refused)


def _missed(thresholds: Sequence[Judged]) -> list[VerdictReason]:
    return [
        VerdictReason(
            about=About.THRESHOLD,
            name=each.step,
            en=f"threshold missed: {_compared(each)}, of {each.requests} requests",
            fr=f"seuil manqué : {_compared(each)}, sur {each.requests} requêtes",
        )
        for each in thresholds
        if each.measured_ms is not None and not each.met
    ]


def _never_done(results: Results) -> list[VerdictReason]:
    """Journeys that hung: none that was begun got to its end, although the run did."""
    return [
        VerdictReason(
            about=About.JOURNEY,
            name=each.journey,
            en=f"none of {each.begun} {each.journey} journeys got to its end",
            fr=f"aucun des parcours {each.journey} n'est arrivé à son terme, sur {each.begun}",
        )
        for each in results.journeys
        if results.ended and each.begun and not each.done
    ]


def _too_many_lost(profile: Profile, results: Results) -> list[VerdictReason]:
    """Journeys that people did not get through, of those that have ended: each kind is judged for itself."""
    return [
        VerdictReason(
            about=About.JOURNEY,
            name=each.journey,
            en=f"{each.failed} of {each.done + each.failed} {each.journey} journeys failed, {limit:.2%} may",
            fr=f"{each.failed} des {each.done + each.failed} parcours {each.journey} ont échoué, "
            f"{_french(limit)} sont admis",
        )
        for limit in [profile.journey_error_rate]
        for each in results.journeys
        if each.done and each.failed > limit * (each.done + each.failed)
    ]


def _dropped(arrivals: int, under_way: int) -> VerdictReason:
    return VerdictReason(
        about=About.ARRIVALS,
        name="dropped",
        en=(
            f"{arrivals} arrivals were dropped by the profile's own limit, under_way = {under_way} journeys "
            "at once: raise under_way in the profile to let them come"
        ),
        fr=(
            f"{arrivals} arrivées ont été écartées par la limite du profil, under_way = {under_way} parcours "
            "à la fois : augmentez under_way dans le profil pour les laisser venir"
        ),
    )


def _compared(judged: Judged) -> str:
    measured = f"{judged.measured_ms:g} ms > {judged.limit_ms:g} ms"
    return f"{judged.step} p{judged.percentile:g} {measured}"


def _too_many_errors(rate: float, limit: float, results: Results) -> VerdictReason:
    first = next((each for each in results.errors if each.kind not in CHECKS), None)
    most = f"{first.step}, {first.error}" if first else ""
    return VerdictReason(
        about=About.ERRORS,
        name="error-rate",
        en=f"{rate:.2%} of the requests failed, {limit:.2%} may; most often: {most}",
        fr=f"{_french(rate)} des requêtes ont échoué, {_french(limit)} sont admis ; le plus souvent : {most}",
    )


def _french(part: float) -> str:
    return f"{part:.2%}".replace(".", ",").replace("%", " %")


def _why_void(
    results: Results, requests: int, thresholds: Sequence[Judged], *, interrupted: bool
) -> Iterator[VerdictReason]:
    if interrupted:
        yield VerdictReason(
            about=About.INTERRUPTED,
            name="interrupted",
            en=f"the run was interrupted after {results.seconds:.0f} s",
            fr=f"la mesure a été interrompue au bout de {results.seconds:.0f} s",
        )
    elif not results.ended:
        yield VerdictReason(
            about=About.MEASURE,
            name="not-ended",
            en=f"the run ended after {results.seconds:.0f} s, before its time",
            fr=f"la mesure s'est arrêtée au bout de {results.seconds:.0f} s, avant son terme",
        )
    if not requests:
        yield VerdictReason(
            about=About.MEASURE, name="nothing", en="nothing was measured", fr="rien n'a été mesuré"
        )
    for each in thresholds if requests and not interrupted else ():
        if each.measured_ms is None:
            yield VerdictReason(
                about=About.MEASURE,
                name=each.step,
                en=f"{each.step} has a threshold, and was never reached",
                fr=f"l'étape {each.step} a un seuil et n'a jamais été atteinte",
            )
    for leap in results.leaps_refused:
        yield VerdictReason(
            about=About.MEASURE,
            name="leap-refused",
            en=f"the realm's clock did not leap by {leap}",
            fr=f"l'horloge de l'environnement n'a pas avancé de {leap}",
        )
    if results.workers_lost:
        yield VerdictReason(
            about=About.GENERATOR,
            name="workers-lost",
            en=f"{results.workers_lost} of {results.workers} workers went missing",
            fr=f"{results.workers_lost} processus sur {results.workers} ont disparu",
        )
    if mute := results.workers - len(results.generators):
        yield VerdictReason(
            about=About.GENERATOR,
            name="untold",
            en=f"{mute} of {results.workers} workers did not report their CPU",
            fr=f"{mute} processus sur {results.workers} n'ont rien dit de leur processeur",
        )
    if results.nobody_left:
        yield VerdictReason(
            about=About.MEASURE,
            name="nobody-left",
            en=f"{results.nobody_left} journeys found no free person: raise data.subscribers",
            fr=f"{results.nobody_left} parcours n'avaient plus personne : augmentez data.subscribers",
        )
    yield from map(_short_of_cpu, filter(is_short_of_cpu, results.generators))


def is_short_of_cpu(process: GeneratorFigures) -> bool:
    """Whether the process lacked CPU in so many of its seconds that its latencies are partly its own."""
    if process.seconds < FEWEST_SECONDS:
        return False
    return max(process.busy, process.late) > SHORT_OF_CPU * process.seconds


def _short_of_cpu(process: GeneratorFigures) -> VerdictReason:
    cpu, latest = f"{process.cpu:.0%}", f"{process.latest:.0f} ms"
    return VerdictReason(
        about=About.GENERATOR,
        name=process.process,
        en=(
            f"the generator was short of CPU: {process.process} was busy in {process.busy:.0f} and late in "
            f"{process.late:.0f} of {process.seconds:.0f} seconds (CPU {cpu}, timer {latest} late)"
        ),
        fr=(
            f"le générateur manquait de processeur : {process.process}, occupé {process.busy:.0f} "
            f"et en retard {process.late:.0f} des {process.seconds:.0f} s (processeur {cpu}, retard {latest})"
        ),
    )


def _some(offenders: Sequence[str]) -> str:
    text = "; ".join(offenders[:3])
    return f"{text} … ({len(offenders)})" if len(offenders) > 3 else text
