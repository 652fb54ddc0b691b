"""Sets a realm's clock in tests."""

from dataclasses import replace
from datetime import UTC, datetime

from maquette.simulator import Simulator
from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.server.assembly import Realm
from maquette.simulator.store.realms import find_realm, save_realm


def set_clock(simulator: Simulator, realm: Realm, instant: str) -> None:
    """Stop a realm's clock at an instant, written in ISO 8601."""
    with simulator.store.writing(realm.name) as transaction:
        record = find_realm(transaction)
        assert record is not None
        frozen = Clock(ClockMode.FROZEN, parse_instant(instant), datetime.now(UTC))
        save_realm(transaction, replace(record, clock=frozen))
