"""Realms whose people stand at a named point of the procedure when they are made (`at`)."""

import pytest
from realm_api import NUMBER, START, RealmApi, visitor_of
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control
from maquette.simulator.realm.named_points import ANSWER, PASSWORD, NamedPointError
from maquette.simulator.server.assembly import Realm, Simulator

FIRM = ("sylvain", "maelle", "aurore")
FIRM_EMAIL = "cabinet@compta-boisfleury.example"
POINTS = ("pending", "last-second", "lapsed", "converted")


async def state(realm_api: RealmApi, realm: str, persona: str = "lila") -> str:
    number = (await realm_api.done("GET", f"/{realm}/personas/{persona}"))["subscriber_number"]
    return str((await realm_api.done("GET", f"/{realm}/spaces/{number}"))["state"])


async def kinds(realm_api: RealmApi, realm: str) -> list[str]:
    lines = (await realm_api.done("GET", f"/{realm}/journal"))["lines"]
    return [line["kind"] for line in lines]


async def try_code(simulator: Simulator, realm: Realm) -> str:
    """The screen after a visitor has sent the code of Lila's mail."""
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
async def test_lila_stands_at_the_named_point(
    simulator: Simulator, realm_api: RealmApi, at: str, clock: str, now: str, stands: str, after_the_code: str
) -> None:
    realm = await simulator.realm(clock=START, at=at, policy={"popup.mode": "automatic"})
    made = await realm_api.done("GET", f"/{realm.name}")
    assert (made["clock"], made["now"][: len(now)]) == (clock, now)
    assert await state(realm_api, realm.name) == stands
    (mail,) = (await realm_api.done("GET", f"/{realm.name}/mail"))["messages"]
    assert mail["recipients"] == [EMAIL]
    assert await try_code(simulator, realm) == after_the_code


@pytest.mark.rule("ACT-5")
async def test_the_last_second_is_the_last(realm_api: RealmApi) -> None:
    made = await realm_api.done("POST", "", {"at": "last-second", "clock": START})
    await realm_api.done("POST", f"/{made['name']}/clock/advance", {"by": "PT1S"})
    assert await state(realm_api, made["name"]) == "certificate"
    assert "option-lapsed" in await kinds(realm_api, made["name"])


@pytest.mark.rule("PWD-1")
async def test_a_space_made_converted_opens_with_the_returned_password(
    simulator: Simulator, realm_api: RealmApi
) -> None:
    realm = await simulator.realm(clock=START, at="converted", personas=["theo", "lila"])
    told = await realm_api.done("GET", f"/{realm.name}/personas/lila")
    assert (told["email"], told["password"]) == (EMAIL, PASSWORD)
    async with visitor_of(simulator, realm, None) as lila:
        await lila.open_home()
        await lila.click("Professionnel")
        await lila.fill("Adresse électronique", told["email"])
        await lila.fill("Mot de passe", told["password"])
        await lila.click("Valider")
        assert await lila.screen() == "space"
    document = await realm_api.document(await realm_api.snapshot(realm.name), realm.name)
    assert {option["credentials"]["answer"] for option in document["options"]} == {ANSWER}
    assert (await realm_api.done("GET", f"/{realm.name}/personas/clemence"))["password"] != PASSWORD


async def test_a_reset_forgets_the_named_points(simulator: Simulator, realm_api: RealmApi) -> None:
    realm = (await simulator.realm(clock=START, at="converted")).name
    await realm_api.done("POST", f"/{realm}/reset")
    assert await state(realm_api, realm) == "certificate"
    assert (await realm_api.done("GET", f"/{realm}/personas/lila"))["password"] is None
    assert (await realm_api.done("GET", f"/{realm}/personas/clemence"))["password"] is not None


@pytest.mark.parametrize("at", POINTS)
async def test_several_personas_stand_at_one_point_and_the_others_at_the_beginning(
    realm_api: RealmApi, at: str
) -> None:
    body = {"at": at, "personas": ["lila", "theo", "gaelle"], "clock": START, "name": f"several-{at}"}
    made = await realm_api.done("POST", "", body)
    expected = {"lapsed": "certificate", "converted": "password"}.get(at, "pending")
    assert [await state(realm_api, made["name"], each) for each in ("lila", "theo", "gaelle")] == [
        expected
    ] * 3
    assert await state(realm_api, made["name"], "sylvain") == "certificate"
    assert len((await realm_api.done("GET", f"/{made['name']}/mail"))["messages"]) == 3
    await realm_api.done("DELETE", f"/{made['name']}")


async def test_no_session_is_open_in_a_realm_made_at_a_named_point(
    simulator: Simulator, realm_api: RealmApi
) -> None:
    realm = await simulator.realm(clock=START, at="pending")
    assert (await kinds(realm_api, realm.name)).count("session-opened") == 1
    assert (await kinds(realm_api, realm.name)).count("session-ended") == 1


async def test_the_journal_has_the_steps_to_the_point_and_then_the_realm_s_creation(
    realm_api: RealmApi,
) -> None:
    made = await realm_api.done("POST", "", {"at": "converted", "clock": START})
    lines = (await realm_api.done("GET", f"/{made['name']}/journal"))["lines"]
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
async def test_a_persona_who_cannot_reach_the_point_is_named_and_no_realm_is_left(
    realm_api: RealmApi, at: str, persona: str, why: str
) -> None:
    before = await realm_api.names()
    body = {"at": at, "personas": ["lila", persona], "name": "nowhere", "clock": START}
    said = await realm_api.refused(409, "point-refused", "POST", "", body)
    assert persona in said
    assert why in said
    assert await realm_api.names() == before
    default = (await realm_api.done("GET", "/default/mail"))["messages"]
    assert [mail for mail in default if EMAIL in mail["recipients"]] == []


@pytest.mark.rule("CRED-12", "ACT-7")
@pytest.mark.parametrize("at", POINTS)
async def test_two_personas_with_one_address_cannot_both_reach_the_point(
    realm_api: RealmApi, at: str
) -> None:
    before = await realm_api.names()
    said = await realm_api.refused(
        409, "point-refused", "POST", "", {"at": at, "personas": FIRM[:2], "clock": START}
    )
    assert FIRM[1] in said
    assert FIRM_EMAIL in said
    assert await realm_api.names() == before
    await realm_api.done("POST", "", {"at": at, "personas": FIRM[:1], "clock": START})


@pytest.mark.rule("CRED-5")
async def test_the_policy_holds_for_named_points_too(realm_api: RealmApi) -> None:
    body = {"at": "pending", "personas": FIRM[:1], "policy": {"email.shared": "refuse"}}
    assert "email-shared" in await realm_api.refused(409, "point-refused", "POST", "", body)


async def test_a_window_that_ends_behind_the_last_year_cannot_lapse(realm_api: RealmApi) -> None:
    before = await realm_api.names()
    await realm_api.refused(
        409, "point-refused", "POST", "", {"at": "lapsed", "clock": "2100-12-31T12:00:00Z"}
    )
    assert await realm_api.names() == before


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
async def test_an_unknown_point_makes_no_realm(realm_api: RealmApi, body: dict[str, object]) -> None:
    before = await realm_api.names()
    await realm_api.refused(422, "body-invalid", "POST", "", body)
    assert await realm_api.names() == before


async def test_an_existing_realm_is_not_touched(realm_api: RealmApi) -> None:
    document = await realm_api.document(await realm_api.snapshot())
    await realm_api.refused(409, "realm-exists", "POST", "", {"at": "pending", "name": realm_api.realm.name})
    await realm_api.refused(
        409, "realm-exists", "POST", "", {"from_snapshot": document, "name": realm_api.realm.name}
    )
    assert await realm_api.document(await realm_api.snapshot()) == document


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
async def test_a_refused_point_is_an_error_in_python_too(
    simulator: Simulator, realm_api: RealmApi, options: dict[str, object], error: type[Exception]
) -> None:
    before = await realm_api.names()
    with pytest.raises(error):
        await simulator.realm(**options)  # type: ignore[arg-type]
    assert await realm_api.names() == before
