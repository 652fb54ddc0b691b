"""The journal holds a typed address as it is; any other text may be a misplaced secret, and stays out."""

import pytest
from town import LILA, PASSWORD

from maquette.simulator.domain.credentials import EMAIL_LENGTH
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.store.tries import list_all_wrong_tries

DOORS = {
    "login": lambda town, email: town.login(email, "wrong"),
    "activation": lambda town, email: town.type_code(email, "wrong"),
    "outside": lambda town, email: town.identify(town.number(LILA), email),
    "recovery": lambda town, email: town.show_oneself(email, town.number(LILA), "wrong"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("typed", "noted"), [("nobody@courriel.example", "nobody@courriel.example"), (PASSWORD, None)]
)
async def test_the_journal_holds_a_typed_address_and_no_other_text(town, door, typed, noted):
    for _ in range(7):
        await DOORS[door](town, typed)
    refused = [line.data for line in town.lines("refused")]
    assert [data["email"] for data in refused] == [noted] * 7
    assert refused[-1]["reason"] == Reason.LOCKED_OUT.value  # a lock notes no more than a wrong try


@pytest.mark.parametrize(
    "typed",
    [
        lambda town, text: town.login(text, "wrong"),
        lambda town, text: town.type_code(text, "wrong"),
        lambda town, text: town.identify(text),
        lambda town, text: town.show_oneself(text, town.number(LILA), "wrong"),
    ],
    ids=DOORS,
)
async def test_a_wrong_try_keeps_one_character_more_than_the_longest_address_has(town, typed):
    await typed(town, "1" * 5000)
    assert [len(each.key) for each in town.reading(list_all_wrong_tries)] == [EMAIL_LENGTH + 1]
