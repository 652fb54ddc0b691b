"""Changes by other processes: an error in one subscriber does not skip the others."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.defects.catalogue import rules_of
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.server.other_servers import OtherServers
from maquette.simulator.store.database import Store
from maquette.simulator.store.errors import StoreUnavailableError
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter


class Stumbling(Delivery):
    """A subscriber for which the database is unreachable at the first call."""

    stumbled = False

    def notify_of_other_servers(self) -> None:
        if not self.stumbled:
            self.stumbled = True
            raise StoreUnavailableError("away")
        super().notify_of_other_servers()


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores on one file, as in two processes."""
    here, elsewhere = Store(tmp_path / "maquette.db"), Store(tmp_path / "maquette.db")
    yield here, elsewhere
    here.close()
    elsewhere.close()


async def test_a_change_by_another_process_wakes_all_waiting_calls_after_a_database_failure(
    stores: tuple[Store, Store],
) -> None:
    """There is only one commit, which the failed attempt must not lose."""
    here, elsewhere = stores
    journal = JournalWriter(here)
    delivery = Stumbling(here, journal)
    sender = Sender(here, journal, lambda realm: rules_of(realm.defects), "127.0.0.1", 9)
    here.changed_by_others()
    with journal.bell(None) as bell:
        theirs = JournalWriter(elsewhere)
        theirs.take([JournalRecord(None, None, real_now(), "worker-ended", None, {"exit_code": 1})])
        theirs.stop()
        neighbours = OtherServers(here, journal, sender, delivery)
        neighbours.start()
        try:
            async with asyncio.timeout(20):
                await bell.wait()
        finally:
            await neighbours.stop()
    assert delivery.stumbled
