"""The gate with each certificate case, by curl: a page with its reason, or a failed handshake."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from raw_browser import Browse, code_sent_to
from realm_state import end_of_journals, journal_of, nothing_changes

from maquette.fixtures.page_reader import ReadPage, plain
from maquette.fixtures.visitor import Certificate
from maquette.simulator.pki.authority import make_authority
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord

LILA = "lila.rosemonde@courriel.example"
REFUSED = {
    "francois": ("certificate-expired", "ACC-3"),
    "celeste": ("certificate-not-yet-valid", "ACC-3"),
    "herve": ("certificate-revoked", "ACC-4"),
    "oceane": ("certificate-unknown-issuer", "ACC-4"),
    "zoe": ("certificate-without-space", "ACC-3"),
    "clemence": ("space-converted", "ACC-10"),
    None: ("certificate-missing", "ACC-4"),
}
HORS_ESPACE = {"certificate-expired", "certificate-revoked", "certificate-missing"}
BROKEN_OFF = {35, 52, 55, 56}
"""curl's exit codes for a connection that ends without an answer; which one depends on the instant."""


@dataclass(frozen=True)
class Curled:
    """The result of curl."""

    exit_code: int
    status: int
    page: ReadPage

    @property
    def number(self) -> str:
        """The subscriber number on the coordinates page."""
        return re.findall(r"N° d'abonné (\d{14})", self.page.text())[0]


@pytest.fixture
async def curl(
    simulator: Simulator, realm: Realm, certificate_of: Callable[..., Awaitable[Certificate]], tmp_path: Path
) -> Callable[..., Awaitable[Curled]]:
    """Run curl with a persona's certificate or none; it follows redirects and keeps cookies in `jar`."""
    runs = count()

    async def run(
        persona: str | None,
        path: str = "/certificat",
        *options: str,
        at: Realm = realm,
        door: str = "gate",
        jar: str | None = None,
        pem: bytes | None = None,
    ) -> Curled:
        if persona is not None and pem is None:
            certificate = await certificate_of(persona, at)
            pem = certificate.chain_pem + certificate.key_pem
        run = next(runs)
        cookies, presented = tmp_path / (jar or f"jar-{run}"), tmp_path / f"presented-{run}.pem"
        presented.write_bytes(pem or b"")
        process = await asyncio.create_subprocess_exec(
            "curl", "--silent", "--location", "--cacert", str(simulator.doors.ca),
            "--cookie", str(cookies), "--cookie-jar", str(cookies), "--write-out", "%{stderr}%{http_code}",
            *(("--cert", str(presented)) if pem else ()), *options,
            (at.gate if door == "gate" else at.portal) + path,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        body, status = await process.communicate()
        assert process.returncode is not None
        return Curled(process.returncode, int(status or 0), ReadPage(body.decode() or "<html></html>"))

    return run


Curl = Callable[..., Awaitable[Curled]]


def verdicts(simulator: Simulator, realm: Realm) -> list[object]:
    return [line.data["verdict"] for line in journal_of(simulator, realm, kind="certificate-judged")]


@pytest.mark.rule("ACC-2")
@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(
    ("persona", "number"),
    [
        ("lila", "20111710000303"),
        ("theo", "20111500000412"),
        ("berengere", "20090630001187"),
        ("gaelle", "20091660000088"),
    ],
)
async def test_a_valid_certificate_opens_its_own_space(
    persona: str, number: str, curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    entered = await curl(persona, jar="own")
    assert (entered.exit_code, entered.status, entered.page.screen) == (0, 200, "space")
    assert (await curl(persona, "/espace/coordonnees", jar="own")).number == number
    assert verdicts(simulator, realm) == ["accepted"]


@pytest.mark.rule("ACC-4")
@pytest.mark.rule("ACC-5")
@pytest.mark.parametrize("persona", REFUSED)
async def test_each_other_certificate_is_refused_with_its_own_reason_and_the_way_out(
    persona: str | None, curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    code, rule = REFUSED[persona]
    with nothing_changes(simulator, realm) as lines:
        refused = await curl(persona)
    assert (refused.exit_code, refused.status, refused.page.screen) == (0, 403, "refused")
    ((said, of_rule),) = refusals_and_rules(refused.page)
    assert (said, of_rule) == (code, rule)
    text = refused.page.text()
    assert "votre navigateur conserve son choix de certificat jusqu'à sa fermeture" in text
    way_out = "J'opte pour l'accès avec un mot de passe" in text
    assert way_out == (code in HORS_ESPACE)
    assert [line.data["verdict"] for line in lines if line.kind == "certificate-judged"] == [code]
    assert [(line.data["refusal"], line.data["rule"]) for line in lines if line.kind == "refused"] == [
        (code, rule)
    ]


@pytest.mark.rule("ACC-4")
@pytest.mark.parametrize("version", ["1.2", "1.3"])
async def test_a_certificate_for_servers_ends_in_the_handshake_and_the_installations_journal(
    version: str, curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    behind = end_of_journals(simulator)
    with nothing_changes(simulator, realm) as lines:
        broken = await curl("leon", "/certificat", "--tls-max", version)
    assert broken.exit_code in BROKEN_OFF
    assert broken.status == 0
    assert lines == []
    assert "unsuitable certificate purpose" in await handshake_failure(simulator, behind)


@pytest.mark.rule("ACC-4")
async def test_a_certificate_of_a_foreign_authority_ends_in_the_handshake_too(
    curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    foreign = make_authority([], now)
    pair = foreign.intermediate.issue_client(
        "Lila ROSEMONDE", now - timedelta(days=1), now + timedelta(days=1)
    )
    behind = end_of_journals(simulator)
    with nothing_changes(simulator, realm) as lines:
        broken = await curl(None, pem=foreign.chain_pem(pair) + pair.key_pem)
    assert (broken.exit_code in BROKEN_OFF, broken.status, lines) == (True, 0, [])
    assert "refused in the handshake" in await handshake_failure(simulator, behind)


@pytest.mark.rule("ACC-6")
@pytest.mark.parametrize("persona", REFUSED)
async def test_a_gate_that_aborts_judges_the_same_and_gives_no_answer(
    persona: str | None, curl: Curl, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy={"gate.refusal": "abort"})
    code, rule = REFUSED[persona]
    with nothing_changes(simulator, realm) as lines:
        broken = await curl(persona, at=realm)
    assert broken.exit_code in BROKEN_OFF
    assert broken.status == 0
    assert [line.data["verdict"] for line in lines if line.kind == "certificate-judged"] == [code]
    assert [line.data["rule"] for line in lines if line.kind == "refused"] == [rule]


@pytest.mark.rule("ACC-6")
async def test_a_gate_that_aborts_lets_a_valid_certificate_in(curl: Curl, simulator: Simulator) -> None:
    realm = await simulator.realm(policy={"gate.refusal": "abort"})
    assert (await curl("lila", at=realm)).page.screen == "space"


@pytest.mark.rule("ACC-7")
async def test_a_notice_stands_before_the_certificate_store_until_ok(
    browse: Browse, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy={"gate.notice": "Choisissez <votre> certificat."})
    lila = await browse("lila", realm)
    asked = await lila.get("/certificat", door="portal")
    notice = await lila.get("/avis")
    assert (asked.location, notice.screen) == ("/avis", "notice")
    assert "Choisissez <votre> certificat." in notice.page.text()
    ok = notice.page.find_target("OK")
    assert ok.get("href") == f"{realm.gate}/certificat"
    assert (await lila.get("/certificat")).location == "/espace"


@pytest.mark.rule("ACC-7")
async def test_without_a_notice_the_way_to_the_gate_is_straight(browse: Browse, realm: Realm) -> None:
    lila = await browse("lila")
    straight = await lila.get("/certificat", door="portal")
    assert straight.headers["Location"] == f"{realm.gate}/certificat"
    assert (await lila.get("/avis")).location == "/mon-espace"


@pytest.mark.rule("ACC-2")
async def test_a_certificate_is_not_looked_at_by_the_portals_door(
    curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    with nothing_changes(simulator, realm):
        shown = await curl("lila", "/espace", door="portal")
        straight = await curl("lila", "/certificat", "--max-redirs", "0", door="portal")
    assert (shown.status, shown.page.screen, straight.status) == (200, "access", 303)


@pytest.mark.rule("ACC-8")
async def test_of_two_certificates_in_one_store_each_opens_its_own_space(curl: Curl) -> None:
    for persona, number in (("noemie", "20101390001420"), ("noemie-sci", "20103370003310")):
        await curl(persona, jar=persona)
        assert (await curl(persona, "/espace/coordonnees", jar=persona)).number == number


@pytest.mark.rule("SES-3")
@pytest.mark.rule("ACC-8")
@pytest.mark.parametrize("other", ["gaelle", "clemence", "zoe", "oceane", None])
async def test_a_session_is_refused_with_another_certificate(
    other: str | None, curl: Curl, simulator: Simulator, realm: Realm
) -> None:
    await curl("lila", jar="shared")
    with nothing_changes(simulator, realm) as lines:
        for path in ("/espace", "/espace/coordonnees", "/espace/option", "/espace/recapitulatif"):
            refused = await curl(other, path, jar="shared")
            assert (refused.status, refused.page.refusals) == (403, ("session-of-another-certificate",))
            assert "ROSEMONDE" not in refused.page.text()
    assert [line.data["rule"] for line in lines if line.kind == "refused"] == ["SES-3"] * 4
    assert (await curl("lila", "/espace", jar="shared")).page.screen == "space"


@pytest.mark.rule("SES-3")
async def test_a_session_of_a_certificate_is_refused_at_the_portals_door(curl: Curl) -> None:
    await curl("lila", jar="shared")
    refused = await curl("lila", "/espace", door="portal", jar="shared")
    assert (refused.status, refused.page.refusals) == (403, ("session-of-another-certificate",))


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(("seconds", "screen"), [(-1, "space"), (0, "space"), (1, "refused")])
async def test_a_certificate_opens_until_its_last_second_on_the_realms_clock(
    seconds: int,
    screen: str,
    curl: Curl,
    api: aiohttp.ClientSession,
    realm: Realm,
    set_clock: Callable[[Realm, str], None],
) -> None:
    persona = await (await api.get(f"{realm.api}/personas/gaelle")).json()
    end = datetime.fromisoformat(persona["certificate_not_after"])
    set_clock(realm, (end + timedelta(seconds=seconds)).isoformat())
    answer = await curl("gaelle")
    assert answer.page.screen == screen
    assert answer.page.refusals == (("certificate-expired",) if screen == "refused" else ())


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(("seconds", "screen"), [(-1, "refused"), (0, "space"), (1, "space")])
async def test_a_certificate_opens_from_its_first_second_on_the_realms_clock(
    seconds: int,
    screen: str,
    curl: Curl,
    api: aiohttp.ClientSession,
    realm: Realm,
    set_clock: Callable[[Realm, str], None],
) -> None:
    persona = await (await api.get(f"{realm.api}/personas/celeste")).json()
    begin = datetime.fromisoformat(persona["certificate_not_before"])
    set_clock(realm, (begin + timedelta(seconds=seconds)).isoformat())
    answer = await curl("celeste")
    assert answer.page.screen == screen
    assert answer.page.refusals == (("certificate-not-yet-valid",) if screen == "refused" else ())


@pytest.mark.rule("ACC-3")
async def test_each_case_is_the_same_in_2011(curl: Curl, simulator: Simulator, realm_of_2011: Realm) -> None:
    for persona, (code, _) in REFUSED.items():
        assert (await curl(persona, at=realm_of_2011)).page.refusals == (code,)
    lila = await curl("lila", at=realm_of_2011)
    assert lila.page.screen == "space"
    assert "Date de validité du certificat 27/11/2016" in plain(lila.page.text())


@pytest.mark.rule("ACC-1")
@pytest.mark.rule("ACC-9")
async def test_while_the_option_waits_the_certificate_and_only_it_opens_the_space(
    curl: Curl, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.opt(LILA)
    login = await (await browse()).log_in(LILA)
    assert (login.status, login.refusals) == (422, ("login-refused",))
    assert refusal_reasons(journal_of(simulator, realm, kind="refused")) == ["space-pending"]
    assert (await curl("lila")).page.screen == "space"


@pytest.mark.rule("ACC-1")
@pytest.mark.rule("ACC-10")
async def test_after_activation_the_certificate_is_refused_and_the_password_opens_the_space(
    curl: Curl, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.opt(LILA)
    await lila.activate(LILA, await code_sent_to(simulator, realm, LILA))
    refused = await curl("lila")
    assert (refused.status, refused.page.refusals) == (403, ("space-converted",))
    someone = await browse()
    assert (await someone.log_in(LILA)).location == "/espace"
    assert "20111710000303" in (await someone.get("/espace/coordonnees")).page.text()


@pytest.mark.rule("ACC-13")
async def test_a_certificate_that_expires_while_the_option_waits_does_not_stop_the_activation(
    curl: Curl,
    browse: Browse,
    simulator: Simulator,
    realm: Realm,
    api: aiohttp.ClientSession,
    set_clock: Callable[[Realm, str], None],
) -> None:
    persona = await (await api.get(f"{realm.api}/personas/gaelle")).json()
    end = datetime.fromisoformat(persona["certificate_not_after"])
    set_clock(realm, (end - timedelta(hours=1)).isoformat())
    gaelle = await browse("gaelle")
    await gaelle.enter()
    await gaelle.opt(persona["email"])
    code = await code_sent_to(simulator, realm, persona["email"])
    set_clock(realm, (end + timedelta(hours=1)).isoformat())
    assert (await curl("gaelle")).page.refusals == ("certificate-expired",)
    assert (await (await browse()).activate(persona["email"], code)).leads_to == "/inscription"


def refusals_and_rules(page: ReadPage) -> list[tuple[str, str]]:
    return [
        (each.get("data-refusal", ""), each.get("data-rule", ""))
        for each in page.document.xpath("//*[@data-refusal]")
    ]


def refusal_reasons(lines: list[JournalRecord]) -> list[object]:
    return [line.data["reason"] for line in lines]


async def handshake_failure(simulator: Simulator, behind: int) -> str:
    """The reasons of later failed handshakes in the installation's journal."""
    lines = journal_of(simulator, None, kind="handshake-failed", after=behind)
    return " ".join(str(line.data["why"]) for line in lines)
