"""The metrics of a simulator, in Prometheus' format, in a registry of their own.

Counts the requests. Counts what the procedure and the mail do from the lines of the journal, so that the code
that writes a line knows nothing of metrics. No label has unlimited values: no realm, no path, no person.
"""

from collections.abc import Callable, Iterable
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.store.journal import JournalRecord

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""The buckets of the histogram: from a page that is read to the longest wait for a mail."""

MAILS = {
    "mail-queued": "queued",
    "mail-sent": "sent",
    "mail-delivered": "caught",
    "mail-known-already": "caught-again",
    "mail-delayed": "delayed",
    "mail-lost": "lost",
    "mail-bounced": "bounced",
    "mail-turned-away": "turned-away",
    "mail-refused": "refused",
    "mail-outcome-unknown": "outcome-unknown",
    "mail-given-up": "given-up",
}
"""The outcomes of mails, by the journal's kind of line."""


class Metrics:
    """The metrics of one simulator and of its workers.

    `realms` and `open_waits` are called at each scrape: the number of realms, and the number of calls that
    wait for a mail.
    """

    def __init__(self, *, realms: Callable[[], int], open_waits: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        requests = Histogram(
            "maquette_request_duration_seconds",
            "Requests by door, screen (of the console: its operation) and class of status.",
            ("door", "screen", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._requests_of = cache(requests.labels)  # which looks each up under a lock, and checks its names
        self._mails = Counter(
            "maquette_mails", "Mails, by what became of them.", ("outcome",), registry=self._registry
        )
        self._refusals = Counter(
            "maquette_refusals", "Refusals, by their code.", ("code",), registry=self._registry
        )
        self._options = Counter("maquette_options_accepted", "Options accepted.", registry=self._registry)
        self._activations = Counter("maquette_activations", "Spaces activated.", registry=self._registry)
        for outcome in MAILS.values():
            self._mails.labels(outcome)
        for refusal in Refusal:
            self._refusals.labels(refusal.code)
        Gauge("maquette_realms", "Realms.", registry=self._registry).set_function(realms)
        Gauge(
            "maquette_open_waits", "Calls that are waiting for a mail.", registry=self._registry
        ).set_function(open_waits)

    def count_request(self, door: str, screen: str | None, status: int | None, seconds: float) -> None:
        """Count a request; `status` is None for one that ended without an answer."""
        kind = "none" if status is None else f"{status // 100}xx"
        self._requests_of(door, screen or "none", kind).observe(seconds)

    def count_lines(self, lines: Iterable[JournalRecord]) -> None:
        """Count the requests, mails and refusals that the lines of the journal report."""
        for line in lines:
            match line.kind:
                case "option-accepted":
                    self._options.inc()
                case "space-activated":
                    self._activations.inc()
                case "refused":
                    self._refusals.labels(line.data["refusal"]).inc()
                case kind if kind in MAILS:
                    self._mails.labels(MAILS[kind]).inc()

    def in_text_format(self) -> bytes:
        """Return the present values in Prometheus' text format."""
        return generate_latest(self._registry)
