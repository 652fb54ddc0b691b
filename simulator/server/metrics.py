"""What is counted of a simulator, in Prometheus' words, in a registry of its simulator's own.

Counts requests, and the journal's lines for what the procedure and the mail do: whoever notes a line need
not know of it. No label has values without bound: no realm, no path, no person. Source: contract.md "Doors".
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
from maquette.simulator.store.journal import JournalLine

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""The histogram's steps: from a page that is read to a call that waits for a mail as long as it may."""

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
"""What becomes of mails, by the journal's kind of line."""


class Metrics:
    """The metrics of one simulator, with those of its workers.

    `realms` and `open_waits` are asked at each scrape: how many realms there are, and how many calls are
    waiting for a mail.
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

    def count_lines(self, lines: Iterable[JournalLine]) -> None:
        """Count what the journal's lines tell."""
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
        """Everything as it is now, in Prometheus' text format."""
        return generate_latest(self._registry)
