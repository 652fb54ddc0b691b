"""How the team sets the realms of its tests."""

import pytest


@pytest.fixture
def maquette_realm_options():
    return {"clock": "2011-06-09T09:00:00+02:00"}
