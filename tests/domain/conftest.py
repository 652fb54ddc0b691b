"""Values for tests of the domain: an instant, credentials, a space and an option."""

from datetime import UTC, date, datetime

import pytest

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Civility, Company, Credentials, Holder, Service, Space


@pytest.fixture
def start() -> datetime:
    return datetime(2011, 6, 9, 7, 0, tzinfo=UTC)


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("lila@courriel.example", "a hash", "Quel est votre surnom ?", "Lili")


@pytest.fixture
def space() -> Space:
    return Space(
        subscriber_number="20111710000303",
        created_on=date(2011, 1, 17),
        holder=Holder(Civility.MADAME, "Rosemonde", "Lila", "01", "1 rue", "75000", "Paris", "FRANCE"),
        companies=(Company("123456782", "12345678200010", "SARL", foreign=False, services=tuple(Service)),),
        email="ancienne@courriel.example",
    )


@pytest.fixture
def option(credentials: Credentials, start: datetime) -> Option:
    return Option("an id", "20111710000303", credentials, "5Xnmyx5kZbX8", queued_at=start)
