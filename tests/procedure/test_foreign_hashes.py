"""Password hashes of a foreign document: a login must not cost more than a real site's."""

import pytest

from maquette.simulator.procedure.passwords import is_affordable_hash

END = "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


@pytest.mark.rule("CRED-8")
@pytest.mark.parametrize(
    ("text", "affordable"),
    [
        (f"$argon2id$v=19$m=131072,t=10,p=16{END}", True),
        (f"$argon2id$v=19$m=131073,t=10,p=16{END}", False),
        (f"$argon2id$v=19$m=131072,t=11,p=16{END}", False),
        (f"$argon2id$v=19$m=131072,t=10,p=17{END}", False),
        (f"$argon2i$v=19$m=8,t=1,p=1{END}", False),
        (f"$argon2id$v=19$m=8,t=1,p=1{END}".ljust(200, "a"), True),
        (f"$argon2id$v=19$m=8,t=1,p=1{END}".ljust(201, "a"), False),
        ("Fiche2011", False),
        ("", False),
    ],
)
def test_a_hash_costs_at_most_what_a_real_site_s_does(text, affordable):
    assert is_affordable_hash(text) is affordable
