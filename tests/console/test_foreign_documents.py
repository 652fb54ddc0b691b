"""Documents that were changed by hand: each is refused with the place of its mistake, and makes no realm."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from realm_api import NUMBER, Json, RealmApi
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import opt
from maquette.simulator.domain.policy import HashCost
from maquette.simulator.procedure.passwords import hash_password, is_affordable_hash
from maquette.simulator.server.assembly import Simulator

CONVERTED = "clemence.hautefeuille@courriel.example"


@pytest.fixture
async def document(realm_api: RealmApi, control: Control, lila: HttpVisitor) -> Json:
    """The document of a realm in which Lila has opted, with a wrong try and a mail."""
    await opt(lila, EMAIL)
    await control.next_mail(EMAIL)
    await type_code(lila, "nonsense")
    return await realm_api.document(await realm_api.snapshot())


def space(document: Json, number: str = NUMBER) -> Json:
    (found,) = (each for each in document["spaces"] if each["subscriber_number"] == number)
    return found


def clemence(document: Json) -> Json:
    (found,) = (each for each in document["spaces"] if each["email"] == CONVERTED)
    return found


def _twice(document: Json, kind: str) -> None:
    document[kind].append(dict(document[kind][0]))


def _other(document: Json, **changes: Any) -> Json:
    """A second option, of another person."""
    option: Json = json.loads(json.dumps(document["options"][0]))
    other = next(each for each in document["spaces"] if each["subscriber_number"] != NUMBER)
    option |= {"id": "another", "code": "abcdefghjkmn", "subscriber_number": other["subscriber_number"]}
    option["credentials"]["email"] = "autre@courriel.example"
    document["options"].append(option | changes)
    return document["options"][-1]


def _set(document: Json, path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        document = document[int(step)] if step.isdigit() else document[step]
    document[last] = value


HASH = hash_password("Colibri2011", HashCost.LOW)
CREDENTIALS = {
    "email": EMAIL, "password_hash": HASH, "question": "Quel est votre surnom ?", "answer": "Lilou",
}  # fmt: skip

LOST = {"at": "2011-06-09T07:00:00Z", "outcome": "lost", "recipients": [EMAIL], "mails_before": 0}
LATE = {
    "sender": "", "recipients": [EMAIL], "folder": "inbox", "text": "",
    "taken_at": "2011-06-09T07:00:00Z", "arrives_at": "2011-06-09T07:00:00Z",
}  # fmt: skip

COMPANY = {"siren": "123456782", "siret": "12345678200010", "name": "SARL MARTIN DISTRIBUTION"}

HOSTILE: dict[str, tuple[Callable[[Json], object], str]] = {
    "another format": (lambda d: _set(d, "format", 2), "format"),
    "an unknown key": (lambda d: _set(d, "realm.speed", 2), "realm.speed"),
    "an unknown table": (lambda d: _set(d, "sessions", []), "sessions"),
    "no realm": (lambda d: d.pop("realm"), "realm"),
    "an impossible clock": (lambda d: _set(d, "realm.clock.now", "2011-06-09"), "realm.clock.now"),
    "a clock of another age": (lambda d: _set(d, "realm.clock.now", "1999-12-31T23:59:59Z"), "clock.now"),
    "a clock far ahead": (lambda d: _set(d, "realm.clock.now", "2101-01-01T00:00:00Z"), "realm.clock.now"),
    "an impossible policy": (lambda d: _set(d, "realm.policy", {"popup.mode": "sideways"}), "realm.policy"),
    "an impossible rule": (lambda d: _set(d, "realm.delivery", [{"lose": True, "spam": True}]), "delivery"),
    "one space twice": (lambda d: _twice(d, "spaces"), "one subscriber_number occurs 2 times"),
    "one persona twice": (lambda d: _twice(d, "personas"), "personas: one id"),
    "one option twice": (lambda d: _twice(d, "options"), "options: one id"),
    "a persona of no space": (lambda d: _set(d, "personas.0.subscriber_number", "0" * 14), "personas.0"),
    "an option of no space": (lambda d: _other(d, subscriber_number="0" * 14), "options.1.subscriber_number"),
    "one code twice": (lambda d: _other(d, code=d["options"][0]["code"]), "one code occurs 2 times"),
    "one address of two options": (
        lambda d: _set(_other(d), "credentials.email", EMAIL.upper()),
        "options.1.credentials.email",
    ),
    "the address of a converted space": (
        lambda d: _set(_other(d), "credentials.email", CONVERTED),
        "options.1.credentials.email",
    ),
    "an address of two password spaces": (
        lambda d: space(d).update(
            email=CONVERTED,
            credentials=CREDENTIALS | {"email": CONVERTED},
            registered_at="2011-06-09T07:00:00Z",
        ),
        "one e-mail of password spaces",
    ),
    "a password space with the address of another's option": (
        lambda d: _other(d)["credentials"].update(email=CONVERTED), "is that of space"
    ),
    "an option of a space before its founding one": (
        lambda d: _other(d, subscriber_number=NUMBER, code="abcdefghjkmo").update(
            founds={
                "created_on": "2011-06-09", "companies": [COMPANY], "holder": dict(space(d)["holder"]),
            }
        ),
        "options.0.founds: the space has other options",
    ),
    "a space converted by half": (lambda d: space(d).update(credentials=CREDENTIALS), "registered_at"),
    "a space converted by the other half": (
        lambda d: space(d).update(registered_at="2011-06-09T07:00:00Z"),
        "registered_at",
    ),
    "a converted space with another e-mail on file": (
        lambda d: clemence(d).update(email=EMAIL),
        "e-mail on file",
    ),
    "a space converted beside its option": (
        lambda d: space(d).update(credentials=CREDENTIALS, registered_at="2011-06-09T07:00:00Z"),
        "options.0.used_at",
    ),
    "a space converted at another instant than its option": (
        lambda d: (
            _set(d, "options.0.used_at", "2011-06-09T07:00:00Z"),
            space(d).update(
                credentials=d["options"][0]["credentials"], email=EMAIL, registered_at="2011-06-09T06:59:59Z"
            ),
        ),
        "options.0.used_at",
    ),
    "a space converted with another answer than its option": (
        lambda d: (
            _set(d, "options.0.used_at", "2011-06-09T07:00:00Z"),
            space(d).update(
                credentials=d["options"][0]["credentials"] | {"answer": "Autre"},
                email=EMAIL,
                registered_at="2011-06-09T07:00:00Z",
            ),
        ),
        "options.0.used_at",
    ),
    "an option used and its space not": (
        lambda d: _set(d, "options.0.used_at", "2011-06-09T07:00:00Z"),
        "options.0.used_at",
    ),
    "two open options of one space": (
        lambda d: _other(d, subscriber_number=NUMBER),
        "options.0.replaced_at",
    ),
    "an option sent before it was queued": (
        lambda d: _set(d, "options.0.sent_at", "2011-06-09T06:59:59Z"),
        "options.0.sent_at",
    ),
    "an option that is still to come": (
        lambda d: _set(d, "options.0.replaced_at", "2011-06-09T07:00:01Z"),
        "options.0.replaced_at",
    ),
    "a mail that is still to come": (
        lambda d: _set(d, "mail.0.received_at", "2011-06-09T07:00:01Z"),
        "mail.0.received_at",
    ),
    "a wrong try that is still to come": (
        lambda d: _set(d, "wrong_tries.0.at", "2011-06-09T07:00:01Z"),
        "wrong_tries.0.at",
    ),
    "a lost mail that is still to come": (
        lambda d: d["undelivered"].append(LOST | {"at": "2011-06-09T07:00:01Z"}), "undelivered.0.at"
    ),
    "a message that is still to come": (
        lambda d: d["helpdesk"].append(
            {"at": "2011-06-09T07:00:01Z", "name": "", "email": "", "message": "Bonjour"}
        ),
        "helpdesk.0.at",
    ),
    "a late mail that is still to be taken": (
        lambda d: d["in_transit"].append(LATE | {"taken_at": "2011-06-09T07:00:01Z"}), "in_transit.0.taken_at"
    ),
    "a late mail that arrives before it is taken": (
        lambda d: d["in_transit"].append(LATE | {"arrives_at": "2011-06-09T06:59:59Z"}),
        "in_transit.0.arrives_at",
    ),
    "an attempt that is still to come": (
        lambda d: d["options"][0].update(
            sent_at=None, letter={"due_at": "2011-06-09T08:00:00Z", "attempt_at": "2011-06-09T07:00:01Z"}
        ),
        "options.0.letter.attempt_at",
    ),
    "an option that was used and replaced": (
        lambda d: d["options"][0].update(used_at="2011-06-09T07:00:00Z", replaced_at="2011-06-09T07:00:00Z"),
        "options.0: used and replaced",
    ),
    "one mail caught twice": (
        lambda d: d["caught"].extend(["<1@a>", "<1@a>"]), "caught: one mail occurs 2 times: <1@a>"
    ),
    "one mail refused in two places": (
        lambda d: d["turned_away"].extend([{"mail": "a", "times": 1}, {"mail": "a", "times": 2}]),
        "turned_away: one mail",
    ),
    "two personas in one place": (
        lambda d: _set(d, "personas.1.place", d["personas"][0]["place"]), "personas: one place"
    ),
    "a person in her own store": (
        lambda d: _set(d, "personas.0.store_with", [d["personas"][0]["id"]]), "personas.0.store_with"
    ),
    "a mail to no address": (lambda d: _set(d, "mail.0.recipients", []), "mail.0.recipients"),
    "a negative number of mails": (
        lambda d: d["undelivered"].append(LOST | {"mails_before": -1}), "undelivered.0.mails_before"
    ),
    "a mail that was refused never": (
        lambda d: d["turned_away"].append({"mail": "a", "times": 0}), "turned_away.0.times"
    ),
    "a letter that was sent": (
        lambda d: _set(d, "options.0.letter", {"due_at": "2011-06-09T07:00:00Z"}),
        "options.0.letter",
    ),
    "a letter with a header of its own": (
        lambda d: _set(
            d, "options.0.letter", {"due_at": "2011-06-09T07:00:00Z", "correlation": "a\r\nBcc: b@c.example"}
        ),
        "options.0.letter.correlation",
    ),
    "an option's id with a line of its own": (lambda d: _set(d, "options.0.id", "a\nb"), "options.0.id"),
    "a code of eleven characters": (lambda d: _set(d, "options.0.code", "abcdefghjkm"), "options.0.code"),
    "a password that is none": (
        lambda d: _set(d, "options.0.credentials.password_hash", "Colibri2011"),
        "options.0.credentials.password_hash",
    ),
    "a password that costs a fortune": (
        lambda d: _set(d, "options.0.credentials.password_hash", HASH.replace("m=8,", "m=4194304,")),
        "options.0.credentials.password_hash",
    ),
    "a question of one's own": (
        lambda d: _set(d, "options.0.credentials.question", "Pourquoi ?"),
        "options.0.credentials",
    ),
    "an e-mail that is none": (lambda d: _set(d, "spaces.0.email", "lila"), "spaces.0.email"),
    "a company with a service of its own": (
        lambda d: _set(d, "spaces.0.companies", [COMPANY | {"services": ["X"]}]),
        "spaces.0.companies.0.services.0",
    ),
    "a certificate that ends before it begins": (
        lambda d: _set(d, "personas.0.certificate.valid_until", "2001-01-01T00:00:00Z"),
        "personas.0.certificate",
    ),
    "a certificate of the year 9999": (
        lambda d: _set(d, "personas.0.certificate.valid_until", "9999-01-01T00:00:00Z"),
        "personas.0.certificate.valid_until",
    ),
    "a name longer than a certificate holds": (
        lambda d: _set(d, "personas.0.name", "L" * 65),
        "personas.0.name",
    ),
    "a name that cannot be shown": (lambda d: _set(d, "personas.0.name", "Li\u0000la"), "personas.0.name"),
    "a store of nobody": (lambda d: _set(d, "personas.0.store_with", ["nobody"]), "personas.0.store_with"),
    "a mail of text and octets": (lambda d: _set(d, "mail.0.base64", "AAAA"), "mail.0"),
    "a mail of neither": (lambda d: _set(d, "mail.0.text", None), "mail.0"),
    "a mail of no octets": (lambda d: d["mail"][0].update(text=None, base64="%%%"), "mail.0"),
    "more mails before a lost one than there are": (
        lambda d: d["undelivered"].append(LOST | {"mails_before": 2}),
        "undelivered.0.mails_before",
    ),
}  # fmt: skip


SOUND: dict[str, Callable[[Json], object]] = {
    "nothing": lambda d: None,
    "a space converted by its option, whose password was replaced since": lambda d: (
        _set(d, "options.0.used_at", "2011-06-09T07:00:00Z"),
        space(d).update(
            credentials=d["options"][0]["credentials"] | {"password_hash": HASH},
            email=EMAIL,
            registered_at="2011-06-09T07:00:00Z",
        ),
    ),
    "a replaced option with the address of another's open one": lambda d: (
        _set(d, "options.0.replaced_at", "2011-06-09T07:00:00Z"),
        _set(_other(d), "credentials.email", EMAIL),
        d["options"].reverse(),
    ),
    "a lost mail after all mails": lambda d: d["undelivered"].append(LOST | {"mails_before": 1}),
    "a late mail that arrives when it is taken": lambda d: d["in_transit"].append(LATE),
}  # fmt: skip


@pytest.mark.parametrize("change", SOUND.values(), ids=SOUND)
async def test_a_sound_document_is_accepted(
    realm_api: RealmApi, document: Json, change: Callable[[Json], object]
) -> None:
    change(document)
    await realm_api.done("POST", "", {"from_snapshot": document})


@pytest.mark.parametrize("spoil", HOSTILE, ids=lambda spoil: spoil.replace(" ", "-"))
async def test_an_inconsistent_document_makes_no_realm(
    realm_api: RealmApi, simulator: Simulator, document: Json, spoil: str
) -> None:
    change, said = HOSTILE[spoil]
    change(document)
    before = await realm_api.names()
    detail = await realm_api.refused(
        422, "body-invalid", "POST", "", {"from_snapshot": document, "name": "hostile"}
    )
    assert said in detail
    assert await realm_api.names() == before
    with pytest.raises(ValueError, match=r"\S"):
        await simulator.realm("hostile", from_snapshot=document)
    assert await realm_api.names() == before


@pytest.mark.parametrize("snapshot", [0, -1, "1", "x", [], True, 10**15, {}, 1.5])
async def test_a_snapshot_of_another_kind_makes_no_realm(realm_api: RealmApi, snapshot: object) -> None:
    before = await realm_api.names()
    await realm_api.refused(422, "body-invalid", "POST", "", {"from_snapshot": snapshot})
    assert await realm_api.names() == before


async def test_of_a_thousand_mistakes_the_first_ones_are_reported(
    realm_api: RealmApi, document: Json
) -> None:
    document["personas"] = [{"id": "A"}] * 1000
    detail = await realm_api.refused(422, "body-invalid", "POST", "", {"from_snapshot": document})
    assert "personas.0.place: Field required" in detail
    assert len(detail) < 5000


async def test_a_document_that_is_too_large_is_not_read(realm_api: RealmApi, document: Json) -> None:
    document["mail"][0]["text"] = "a" * ((8 * 1024 + 128) * 1024)
    await realm_api.refused(413, "too-large", "POST", "", {"from_snapshot": document})


def test_a_foreign_hash_may_cost_as_much_as_ours() -> None:
    assert all(is_affordable_hash(hash_password("Colibri2011", cost)) for cost in HashCost)


@pytest.mark.parametrize(
    ("mistakes", "end"), [(20, "<19@a>"), (21, "<19@a>; and 1 more"), (25, "and 5 more")]
)
async def test_twenty_disagreements_are_named_and_the_others_counted(
    realm_api: RealmApi, document: Json, mistakes: int, end: str
) -> None:
    document["caught"] = [f"<{number}@a>" for number in range(mistakes)] * 2
    detail = await realm_api.refused(422, "body-invalid", "POST", "", {"from_snapshot": document})
    assert detail.removesuffix(".").endswith(end)


async def test_from_python_a_mistake_is_named_by_its_place_too(simulator: Simulator, document: Json) -> None:
    document["spaces"][0]["email"] = 5
    with pytest.raises(ValueError, match=r"^spaces\.0\.email: ") as refused:
        await simulator.realm(from_snapshot=document)
    assert "pydantic" not in str(refused.value)
