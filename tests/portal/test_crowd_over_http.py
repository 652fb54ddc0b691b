"""A simultaneous crowd with certificates, two people for each e-mail."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from raw_browser import ANSWER, QUESTION, Answer, RawBrowser, credentials
from realm_state import journal_of, state_of
from sizes import sized

from maquette.fixtures.personas import Persona
from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE, generate
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority
from maquette.simulator.realm.certificates import get_or_issue_certificate
from maquette.simulator.realm.lifecycle import add_personas
from maquette.simulator.server.assembly import Realm, Simulator

PAIRS = sized(10, 100)
PEOPLE, SEED = 2 * PAIRS, 2011


@pytest.fixture
def people(simulator: Simulator, realm: Realm) -> list[Persona]:
    """Generated subscribers, of whom the second half have the first half's e-mails on file."""
    start = datetime.now(UTC)
    generated = list(generate(PEOPLE, SEED, start))
    people = [_with_email_of(person, generated[place % PAIRS]) for place, person in enumerate(generated)]
    with simulator.store.writing(realm.name) as transaction:
        add_personas(transaction, RULES, Policy(), people, start, first=FIRST_SEQUENCE + 1)
    return people


def _with_email_of(person: Persona, other: Persona) -> Persona:
    assert person.space is not None
    assert other.space is not None
    return replace(person, space=replace(person.space, email=other.space.email))


@pytest.fixture
async def crowd(
    people: list[Persona], simulator: Simulator, realm: Realm, trusting: ssl.SSLContext, tmp_path: Path
) -> AsyncIterator[list[RawBrowser]]:
    """A browser for each of them."""
    async with AsyncExitStack() as stack:
        held = []
        for person in people:
            found = get_or_issue_certificate(simulator.store, simulator.authority, realm.name, person.id)
            assert found is not None
            held.append(found[1])
        yield [
            await stack.enter_async_context(
                RawBrowser(
                    realm, trusting, _tls(simulator.authority, each.certificate_pem + each.key_pem, tmp_path)
                )
            )
            for each in held
        ]


def _tls(authority: Authority, pair_pem: bytes, folder: Path) -> ssl.SSLContext:
    """A TLS context that presents the certificate, which OpenSSL reads from a file."""
    file = folder / "pair.pem"
    file.write_bytes(pair_pem + authority.intermediate.certificate_pem)
    context = ssl.create_default_context(cadata=authority.root_pem.decode())
    context.load_cert_chain(file)
    return context


@pytest.mark.rule("CRED-4")
@pytest.mark.rule("CRED-5")
@pytest.mark.rule("CRED-12")
async def test_of_two_people_with_one_e_mail_one_is_accepted(
    people: list[Persona],
    crowd: list[RawBrowser],
    api: aiohttp.ClientSession,
    simulator: Simulator,
    realm: Realm,
) -> None:
    all_at_the_question = asyncio.Barrier(PEOPLE)

    async def opt(person: Persona, browser: RawBrowser) -> Answer:
        assert person.space is not None
        email = person.space.email if person.id <= f"abonne-{PAIRS:06d}" else person.space.email.upper()
        await browser.enter()
        token = {"csrf": await browser.csrf("/espace")}
        assert (await browser.post("/espace/option", token)).status == 303
        chosen = await browser.post("/espace/identifiants", credentials(email) | token)
        assert (chosen.status, chosen.location) == (303, QUESTION), chosen.refusals
        await all_at_the_question.wait()
        return await browser.post(QUESTION, {"question": QUESTIONS[0], "answer": ANSWER} | token)

    answers = await asyncio.gather(*(opt(*each) for each in zip(people, crowd, strict=True)))

    assert Counter(each.location for each in answers if each.status == 303) == {"/espace/attente": PAIRS}
    assert Counter(each.refusals for each in answers if each.status == 422) == {
        ("email-awaiting-activation",): PAIRS
    }
    assert len(set(await _codes(api, realm, PAIRS))) == PAIRS
    kept = state_of(simulator, realm)
    assert (len(kept["options"]), len(kept["mailbox"]), kept["outbox"]) == (PAIRS, PAIRS, [])
    assert len(journal_of(simulator, realm, kind="option-accepted")) == PAIRS
    letters = (await (await api.get(f"{realm.api}/mail")).json())["messages"]
    written_to = Counter(address.casefold() for letter in letters for address in letter["recipients"])
    assert written_to == {person.space.email: 1 for person in people if person.space}


async def _codes(api: aiohttp.ClientSession, realm: Realm, count: int) -> list[str]:
    """The codes in the realm's mails, in order of arrival."""
    codes: list[str] = []
    cursor = "0"
    while len(codes) < count:
        mail = await (await api.get(f"{realm.api}/mail/next", params={"after": cursor})).json()
        cursor = mail["cursor"]
        codes.append(mail["code"])
    return codes
