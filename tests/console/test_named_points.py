"""Realms whose people stand at a named point of the procedure when they are made (`at`)."""

import pytest
from desk import NUMBER, START, Desk, visitor_of
from steps import EMAIL, type_code

from maquette.fixtures.control import Control
from maquette.simulator.realm.named_points import ANSWER, PASSWORD, NamedPointError
from maquette.simulator.server.assembly import Realm, Simulator

FIRM = ("sylvain", "maelle", "aurore")
FIRM_EMAIL = "cabinet@compta-boisfleury.example"
POINTS = ("pending", "last-second", "lapsed", "converted")


async def state(desk: Desk, realm: str, persona: str = "lila") -> str:
    number = (await desk.done("GET", f"/{realm}/personas/{persona}"))["subscriber_number"]
    return str((await desk.done("GET", f"/{realm}/spaces/{number}"))["state"])


async def kinds(desk: Desk, realm: str) -> list[str]:
    lines = (await desk.done("GET", f"/{realm}/journal"))["lines"]
    return [line["kind"] for line in lines]


async def try_code(simulator: Simulator, realm: Realm) -> str:
    """The screen that whoever types the code of Lila's mail is led to."""
    async with (
        Control(realm.api, simulator.doors.token) as control,
        visitor_of(simulator, realm, None) as somebody,
    ):
        await type_code(somebody, (await control.next_mail(EMAIL, timeout=0)).code or "")
        return (await control.space(NUMBER)).state


@pytest.mark.rule("ACT-1", "ACT-5", "ACT-6")
@pytest.mark.parametrize(
    ("at", "clock", "now", "stands", "after_the_code"),
    [
        ("pending", "running", "2011-06-09T07:00:0", "pending", "password"),
        ("last-second", "frozen", "2011-06-11T07:00:00Z", "pending", "password"),
        ("lapsed", "running", "2011-06-11T07:00:0", "certificate", "certificate"),
        ("converted", "running", "2011-06-09T07:00:0", "password", "password"),
    ],
)
async def test_lila_stands_where_she_was_asked_to(
    simulator: Simulator, desk: Desk, at: str, clock: str, now: str, stands: str, after_the_code: str
) -> None:
    realm = await simulator.realm(clock=START, at=at, policy={"popup.mode": "automatic"})
    made = await desk.done("GET", f"/{realm.name}")
    assert (made["clock"], made["now"][: len(now)]) == (clock, now)
    assert await state(desk, realm.name) == stands
    (mail,) = (await desk.done("GET", f"/{realm.name}/mail"))["messages"]
    assert mail["recipients"] == [EMAIL]
    assert await try_code(simulator, realm) == after_the_code


@pytest.mark.rule("ACT-5")
async def test_the_last_second_is_the_last(desk: Desk) -> None:
    made = await desk.done("POST", "", {"at": "last-second", "clock": START})
    await desk.done("POST", f"/{made['name']}/clock/advance", {"by": "PT1S"})
    assert await state(desk, made["name"]) == "certificate"
    assert "option-lapsed" in await kinds(desk, made["name"])


@pytest.mark.rule("PWD-1")
async def test_the_converted_are_entered_with_the_password_that_is_told(
    simulator: Simulator, desk: Desk
) -> None:
    realm = await simulator.realm(clock=START, at="converted", personas=["theo", "lila"])
    told = await desk.done("GET", f"/{realm.name}/personas/lila")
    assert (told["email"], told["password"]) == (EMAIL, PASSWORD)
    async with visitor_of(simulator, realm, None) as lila:
        await lila.open_home()
        await lila.click("Professionnel")
        await lila.fill("Adresse électronique", told["email"])
        await lila.fill("Mot de passe", told["password"])
        await lila.click("Valider")
        assert await lila.screen() == "space"
    document = await desk.document(await desk.snapshot(realm.name), realm.name)
    assert {option["credentials"]["answer"] for option in document["options"]} == {ANSWER}
    assert (await desk.done("GET", f"/{realm.name}/personas/clemence"))["password"] != PASSWORD


async def test_a_reset_forgets_who_was_brought_where(simulator: Simulator, desk: Desk) -> None:
    realm = (await simulator.realm(clock=START, at="converted")).name
    await desk.done("POST", f"/{realm}/reset")
    assert await state(desk, realm) == "certificate"
    assert (await desk.done("GET", f"/{realm}/personas/lila"))["password"] is None
    assert (await desk.done("GET", f"/{realm}/personas/clemence"))["password"] is not None


@pytest.mark.parametrize("at", POINTS)
async def test_several_stand_there_together_and_the_others_at_the_beginning(desk: Desk, at: str) -> None:
    body = {"at": at, "personas": ["lila", "theo", "gaelle"], "clock": START, "name": f"several-{at}"}
    made = await desk.done("POST", "", body)
    expected = {"lapsed": "certificate", "converted": "password"}.get(at, "pending")
    assert [await state(desk, made["name"], each) for each in ("lila", "theo", "gaelle")] == [expected] * 3
    assert await state(desk, made["name"], "sylvain") == "certificate"
    assert len((await desk.done("GET", f"/{made['name']}/mail"))["messages"]) == 3
    await desk.done("DELETE", f"/{made['name']}")


async def test_nobody_is_still_in_a_realm_that_was_made_so(simulator: Simulator, desk: Desk) -> None:
    realm = await simulator.realm(clock=START, at="pending")
    assert (await kinds(desk, realm.name)).count("session-opened") == 1
    assert (await kinds(desk, realm.name)).count("session-ended") == 1


async def test_the_journal_tells_how_they_came_there_and_at_last_that_the_realm_was_made(desk: Desk) -> None:
    made = await desk.done("POST", "", {"at": "converted", "clock": START})
    lines = (await desk.done("GET", f"/{made['name']}/journal"))["lines"]
    told = [line["kind"] for line in lines]
    way = ["certificate-judged", "option-accepted", "mail-sent", "code-accepted"]
    way += ["space-activated", "realm-made"]
    assert [kind for kind in told if kind in way] == way
    assert lines[-1]["data"] == {"at": "converted", "personas": ["lila"]}


@pytest.mark.parametrize("at", POINTS)
@pytest.mark.parametrize(
    ("persona", "why"),
    [
        ("francois", "certificate-expired"),
        ("clemence", "space-converted"),
        ("zoe", "certificate-without-space"),
        ("nobody", "no persona 'nobody'"),
    ],
)
async def test_who_cannot_be_brought_there_is_named_and_nothing_is_left(
    desk: Desk, at: str, persona: str, why: str
) -> None:
    before = await desk.names()
    body = {"at": at, "personas": ["lila", persona], "name": "nowhere", "clock": START}
    said = await desk.refused(409, "point-refused", "POST", "", body)
    assert persona in said
    assert why in said
    assert await desk.names() == before
    default = (await desk.done("GET", "/default/mail"))["messages"]
    assert [mail for mail in default if EMAIL in mail["recipients"]] == []


@pytest.mark.rule("CRED-12", "ACT-7")
@pytest.mark.parametrize("at", POINTS)
async def test_two_of_one_firm_with_one_address_cannot_both_be_brought_there(desk: Desk, at: str) -> None:
    before = await desk.names()
    said = await desk.refused(
        409, "point-refused", "POST", "", {"at": at, "personas": FIRM[:2], "clock": START}
    )
    assert FIRM[1] in said
    assert FIRM_EMAIL in said
    assert await desk.names() == before
    await desk.done("POST", "", {"at": at, "personas": FIRM[:1], "clock": START})


@pytest.mark.rule("CRED-5")
async def test_a_policy_that_forbids_it_forbids_it_here_too(desk: Desk) -> None:
    body = {"at": "pending", "personas": FIRM[:1], "policy": {"email.shared": "refuse"}}
    assert "email-shared" in await desk.refused(409, "point-refused", "POST", "", body)


async def test_a_window_that_ends_behind_the_last_year_cannot_lapse(desk: Desk) -> None:
    before = await desk.names()
    await desk.refused(409, "point-refused", "POST", "", {"at": "lapsed", "clock": "2100-12-31T12:00:00Z"})
    assert await desk.names() == before


@pytest.mark.parametrize(
    "body",
    [
        {"personas": ["lila"]},
        {"at": "pending", "personas": []},
        {"at": "pending", "personas": ["lila", "lila"]},
        {"at": "pending", "personas": "lila"},
        {"at": "tomorrow"},
        {"at": "pending", "from_snapshot": 1},
        {"at": "pending", "policy": {"popup": "click"}},
        {"at": "pending", "name": "A"},
    ],
    ids=str,
)
async def test_a_point_that_is_none_makes_no_realm(desk: Desk, body: dict[str, object]) -> None:
    before = await desk.names()
    await desk.refused(422, "body-invalid", "POST", "", body)
    assert await desk.names() == before


async def test_a_realm_that_is_there_is_not_touched(desk: Desk) -> None:
    document = await desk.document(await desk.snapshot())
    await desk.refused(409, "realm-exists", "POST", "", {"at": "pending", "name": desk.realm.name})
    await desk.refused(409, "realm-exists", "POST", "", {"from_snapshot": document, "name": desk.realm.name})
    assert await desk.document(await desk.snapshot()) == document


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"personas": ["lila"]}, ValueError),
        ({"at": "pending", "personas": []}, ValueError),
        ({"at": "pending", "from_snapshot": 1}, ValueError),
        ({"at": "tomorrow"}, ValueError),
        ({"at": "pending", "personas": ["francois"]}, NamedPointError),
    ],
    ids=str,
)
async def test_python_hears_of_it_as_well(
    simulator: Simulator, desk: Desk, options: dict[str, object], error: type[Exception]
) -> None:
    before = await desk.names()
    with pytest.raises(error):
        await simulator.realm(**options)  # type: ignore[arg-type]
    assert await desk.names() == before
