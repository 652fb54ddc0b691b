"""Requests that no screen sends: the response is a French page or the right status, the realm's journal has
a line, and nothing changes.
"""

import asyncio
import email.policy
import gzip
import re
import ssl
from collections.abc import Callable
from email import message_from_string
from itertools import product
from urllib.parse import urlencode

import aiohttp
import pytest
from raw_browser import (
    ACTIVATION,
    ANSWER,
    CREDENTIALS,
    FORM,
    PASSWORD,
    QUESTION,
    RESULT,
    RESULT_RECAP,
    Answer,
    Browse,
    RawBrowser,
    code_sent_to,
    credentials,
)
from realm_state import journal_of, nothing_changes, state_of
from yarl import URL

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.portal.app import ROUTES
from maquette.simulator.portal.exchange import PATHS
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord

LILA = "lila.rosemonde@courriel.example"
LARGEST_FORM = 64 * 1024
IN_SESSION = {path for path in PATHS.values() if path.startswith("/espace")}

# Each form of the portal, as its screen sends it but for the CSRF token.
FORMS = {
    "/mon-espace": {"email": "clemence.hautefeuille@courriel.example", "password": "Reliure2011"},
    "/espace/option": {},
    CREDENTIALS: credentials(LILA),
    QUESTION: {"question": QUESTIONS[0], "answer": ANSWER},
    "/espace/quitter": {},
    ACTIVATION: {"email": LILA, "code": "AAAAbbbb2222"},
    "/activation/fenetre": {"ticket": "1.2"},
    RESULT: {"ticket": "1.2"},
    "/assistance": {"name": "Lila", "email": LILA, "message": "Au secours."},
    "/hors-espace": {"subscriber_number": "20111710000303", "email": LILA, "siren": "123456782"},
    "/creation/votre-espace": {
        "civility": "Madame", "last_name": "Rosemonde", "first_name": "Lila", "phone": "01 99 00 12 34",
        "street": "1 rue", "postcode": "75001", "town": "Paris", "country": "FRANCE", "sirens": "123456782",
    },
    "/mot-de-passe-oublie": {"email": LILA, "subscriber_number": "20111710000303", "answer": ANSWER},
    "/espace/nouveau-mot-de-passe": {"password": PASSWORD, "password_confirmation": PASSWORD},
}  # fmt: skip


def encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def assert_is_page(answer: Answer, status: int, refusal: str) -> None:
    """Check that the response is a French page of ours with the reason."""
    assert (answer.status, answer.language, answer.refusals) == (status, "fr", (refusal,))


@pytest.fixture
async def lila(browse: Browse) -> RawBrowser:
    """Lila's browser at the security question, where all her forms are allowed."""
    browser = await browse("lila")
    await browser.enter()
    await browser.choose(LILA)
    return browser


def good(fields: dict[str, str], csrf: str) -> dict[str, str]:
    return {**fields, "csrf": csrf}


BODIES: dict[str, tuple[int, str, Callable[[dict[str, str]], bytes], dict[str, str]]] = {
    "multipart": (
        415,
        "form-unreadable",
        lambda fields: (
            b"".join(
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                for name, value in fields.items()
            )
            + b"--x--\r\n"
        ),
        {"Content-Type": "multipart/form-data; boundary=x"},
    ),
    "json": (415, "form-unreadable", lambda _: b'{"csrf": "x"}', {"Content-Type": "application/json"}),
    "plain text": (415, "form-unreadable", encoded, {"Content-Type": "text/plain"}),
    "no content type that is one": (415, "form-unreadable", encoded, {"Content-Type": ";;;"}),
    "another charset": (
        415,
        "form-unreadable",
        encoded,
        {"Content-Type": f"{FORM}; charset=iso-8859-1"},
    ),
    "an unknown charset": (415, "form-unreadable", encoded, {"Content-Type": f"{FORM}; charset=x-nothing"}),
    "packed": (
        415,
        "form-unreadable",
        lambda fields: gzip.compress(encoded(fields)),
        {"Content-Type": FORM, "Content-Encoding": "gzip"},
    ),
    "packed badly": (
        415,
        "form-unreadable",
        lambda _: b"junk",
        {"Content-Type": FORM, "Content-Encoding": "gzip"},
    ),
    "nothing at all": (400, "form-unreadable", lambda _: b"", {"Content-Type": FORM}),
    "an unknown field": (
        400,
        "form-unreadable",
        lambda fields: encoded({**fields, "admin": "1"}),
        {"Content-Type": FORM},
    ),
    "a field that is named in another case": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields).replace(b"csrf=", b"CSRF="),
        {"Content-Type": FORM},
    ),
    "a thousand fields": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields) + b"&a=1" * 1000,
        {"Content-Type": FORM},
    ),
    "a null byte": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields) + b"%00",
        {"Content-Type": FORM},
    ),
    "broken UTF-8": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields) + b"\xff",
        {"Content-Type": FORM},
    ),
    "broken UTF-8, escaped": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields) + b"%C3",
        {"Content-Type": FORM},
    ),
    "half of a surrogate pair": (
        400,
        "form-unreadable",
        lambda fields: encoded(fields) + b"%ED%A0%80",
        {"Content-Type": FORM},
    ),
    "more than 64 kB": (
        413,
        "form-too-large",
        lambda fields: encoded(fields).ljust(LARGEST_FORM + 1, b"a"),
        {"Content-Type": FORM},
    ),
}


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_no_screen_sends_is_refused_by_every_form(
    kind: str, lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    status, refusal, body, headers = BODIES[kind]
    for path, fields in FORMS.items():
        csrf = await lila.csrf(path)
        with nothing_changes(simulator, realm) as lines:
            answer = await lila.request("POST", path, data=body(good(fields, csrf)), headers=headers)
        assert_is_page(answer, status, refusal)
        assert_refusal_noted(lines, path, status, refusal)


async def test_a_field_that_is_missing_or_repeated_is_refused_by_every_form(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    for path, fields in FORMS.items():
        whole = list(good(fields, await lila.csrf(path)).items())
        bodies = [[pair for pair in whole if pair[0] != name] for name, _ in whole]
        bodies += [[*whole, (name, value)] for name, value in whole]
        bodies += [[*whole, (name, "")] for name, _ in whole]
        for body in bodies:
            with nothing_changes(simulator, realm) as lines:
                answer = await lila.post(path, body)
            assert_is_page(answer, 400, "form-unreadable")
            assert_refusal_noted(lines, path, 400, "form-unreadable")


@pytest.mark.parametrize("size", [LARGEST_FORM - 1, LARGEST_FORM, LARGEST_FORM + 1])
async def test_a_form_may_have_64_kb_and_not_a_byte_more(size: int, browse: Browse, realm: Realm) -> None:
    nobody = await browse()
    form = encoded(good(FORMS["/assistance"], await nobody.csrf("/assistance")))
    answer = await nobody.post("/assistance", form.ljust(size, b"a"))
    expected = (413, ("form-too-large",)) if size > LARGEST_FORM else (403, ("form-forged",))
    assert (answer.status, answer.refusals) == expected


async def test_a_body_without_a_length_is_cut_off_too(browse: Browse, realm: Realm) -> None:
    async def chunks() -> object:
        for _ in range(LARGEST_FORM // 1024 + 1):
            yield b"a" * 1024

    nobody = await browse()
    answer = await nobody.request("POST", "/assistance", data=chunks(), headers={"Content-Type": FORM})
    assert_is_page(answer, 413, "form-too-large")


async def test_a_form_with_its_charset_and_its_fields_in_any_order_is_read(
    browse: Browse, realm: Realm
) -> None:
    nobody = await browse()
    fields = good(FORMS["/assistance"], await nobody.csrf("/assistance"))
    answer = await nobody.request(
        "POST",
        "/assistance",
        data=encoded(dict(reversed(fields.items()))),
        headers={"Content-Type": f"{FORM}; charset=UTF-8"},
    )
    assert (answer.status, answer.location) == (303, "/assistance?envoye=1")


# The CSRF token


def forged_tokens(own: str) -> list[str]:
    return ["", "x", own[:-1], own + "0", own.upper(), "é", own[::-1], "0" * len(own)]


async def test_a_forged_token_is_refused_by_every_form(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    for path, fields in FORMS.items():
        for token in forged_tokens(await lila.csrf(path)):
            with nothing_changes(simulator, realm) as lines:
                answer = await lila.post(path, good(fields, token))
            assert_is_page(answer, 403, "form-forged")
            assert_refusal_noted(lines, path, 403, "form-forged")


async def test_a_token_of_another_browser_is_refused_by_every_form(
    lila: RawBrowser, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    other = await browse("lila")
    await other.enter()
    for path, fields in FORMS.items():
        token = await other.csrf(path)
        with nothing_changes(simulator, realm):
            answer = await lila.post(path, good(fields, token))
        assert_is_page(answer, 403, "form-forged")


async def test_a_token_of_an_earlier_session_is_refused(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    earlier = await lila.csrf(CREDENTIALS)
    await lila.enter()
    with nothing_changes(simulator, realm):
        answer = await lila.post("/espace/option", {"csrf": earlier})
    assert_is_page(answer, 403, "form-forged")


async def test_a_token_from_outside_the_session_is_refused_in_it_and_the_other_way_round(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    outside, inside = await lila.csrf("/mon-espace"), await lila.csrf("/espace")
    with nothing_changes(simulator, realm):
        for path, fields in FORMS.items():
            wrong = outside if path in IN_SESSION else inside
            assert_is_page(await lila.post(path, good(fields, wrong)), 403, "form-forged")


async def test_a_token_of_another_realm_is_refused(
    lila: RawBrowser, browse: Browse, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    elsewhere = await browse("lila", realm_of_2011)
    visitor = lila.cookie("visitor")
    assert visitor is not None
    elsewhere.put_cookie("visitor", visitor.value)
    token = await elsewhere.csrf("/mon-espace")
    with nothing_changes(simulator, realm):
        answer = await lila.post("/mon-espace", good(FORMS["/mon-espace"], token))
    assert_is_page(answer, 403, "form-forged")


async def test_a_form_sent_again_after_leaving_says_that_the_session_has_ended(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    token = await lila.csrf("/espace")
    await lila.post("/espace/quitter", {"csrf": token})
    with nothing_changes(simulator, realm):
        for path in IN_SESSION & set(FORMS) - {"/espace/quitter"}:
            answer = await lila.post(path, good(FORMS[path], token))
            assert (answer.status, answer.screen) == (403, "session-ended")
        again = await lila.post("/espace/quitter", {"csrf": token})
        assert (again.status, again.location) == (303, "/")


@pytest.mark.rule("SES-1")
async def test_a_session_cookie_kept_from_before_leaving_opens_nothing(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    kept, token = lila.cookie("session"), await lila.csrf("/espace")
    await lila.post("/espace/quitter", {"csrf": token})
    assert kept is not None
    with nothing_changes(simulator, realm):
        for path in IN_SESSION & set(FORMS) - {"/espace/quitter"}:
            lila.put_cookie("session", kept.value)
            answer = await lila.post(path, good(FORMS[path], token))
            assert (answer.status, answer.screen) == (403, "session-ended")


# Screens out of order, guessed URLs


async def test_without_a_session_every_page_leads_to_the_access_page(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    for door in ("portal", "gate"):
        nobody = await browse()
        token = await nobody.csrf("/mon-espace")
        with nothing_changes(simulator, realm):
            for method, name, _ in ROUTES:
                path = PATHS[name]
                if path not in IN_SESSION:
                    continue
                if method == "GET":
                    answer = await nobody.get(path, door=door)
                    assert (answer.status, answer.location) == (303, "/mon-espace"), path
                elif name != "leave":
                    answer = await nobody.post(path, good(FORMS[path], token), door=door)
                    assert (answer.status, answer.screen) == (403, "session-ended"), path


@pytest.mark.rule("REG-5")
async def test_a_guessed_result_is_refused(browse: Browse, simulator: Simulator, realm: Realm) -> None:
    nobody = await browse()
    with nothing_changes(simulator, realm) as lines:
        for path in (RESULT, RESULT_RECAP, f"{RESULT}?activation=x", f"{RESULT_RECAP}?activation=%00&a=%ff"):
            assert_is_page(await nobody.get(path), 403, "recap-of-another")
        for path in (f"{RESULT}/20090290000512", "/espace/recapitulatif/20090290000512"):
            assert_is_page(await nobody.get(path), 404, "page-unknown")
    assert len([line for line in lines if line.kind == "refused"]) == 6


BEFORE_THE_WARNING = {
    ("GET", CREDENTIALS): "/espace/option",
    ("GET", QUESTION): "/espace/option",
    ("GET", "/espace/attente"): "/espace",
    ("GET", "/espace/recapitulatif"): "/espace/coordonnees",
    ("POST", CREDENTIALS): "/espace/option",
    ("POST", QUESTION): "/espace/option",
}
BEFORE_THE_CREDENTIALS = {
    ("GET", QUESTION): CREDENTIALS,
    ("GET", "/espace/attente"): "/espace",
    ("POST", QUESTION): CREDENTIALS,
}
WHILE_PENDING = {
    ("GET", CREDENTIALS): "/espace/attente",
    ("GET", QUESTION): "/espace/attente",
    ("GET", "/espace/recapitulatif"): "/espace/coordonnees",
    ("POST", CREDENTIALS): "/espace/attente",
    ("POST", QUESTION): "/espace/attente",
}
WITH_A_PASSWORD = {
    ("GET", "/espace/option"): "/espace",
    ("GET", CREDENTIALS): "/espace",
    ("GET", QUESTION): "/espace",
    ("GET", "/espace/attente"): "/espace",
    ("POST", "/espace/option"): "/espace",
    ("POST", CREDENTIALS): "/espace",
    ("POST", QUESTION): "/espace",
}


async def assert_led_back(
    browser: RawBrowser, simulator: Simulator, ways: dict[tuple[str, str], str]
) -> None:
    token = await browser.csrf("/espace")
    for (method, path), there in ways.items():
        with nothing_changes(simulator, browser.realm) as lines:
            if method == "GET":
                answer = await browser.get(path)
            else:
                answer = await browser.post(path, good(FORMS[path], token))
        assert (answer.status, answer.location) == (303, there), (method, path)
        assert "request" in {line.kind for line in lines}
        if method == "POST":
            assert "out-of-order" in {line.kind for line in lines}


@pytest.mark.rule("OPT-1")
async def test_screens_before_the_warning_lead_back_to_it(browse: Browse, simulator: Simulator) -> None:
    lila = await browse("lila")
    await lila.enter()
    await assert_led_back(lila, simulator, BEFORE_THE_WARNING)


async def test_the_question_before_the_credentials_leads_back_to_them(
    browse: Browse, simulator: Simulator
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.submit("/espace/option")
    await assert_led_back(lila, simulator, BEFORE_THE_CREDENTIALS)


async def test_screens_of_an_accepted_option_lead_to_the_waiting(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.opt(LILA)
    await code_sent_to(simulator, realm, LILA)
    await assert_led_back(lila, simulator, WHILE_PENDING)


@pytest.mark.rule("ACC-11")
async def test_no_screen_of_the_option_opens_for_a_password_space(
    browse: Browse, simulator: Simulator
) -> None:
    clemence = await browse()
    await clemence.log_in("clemence.hautefeuille@courriel.example", "Reliure2011")
    await assert_led_back(clemence, simulator, WITH_A_PASSWORD)


async def test_unknown_paths_get_a_french_page_of_their_realm(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse()
    for path in ("/admin", "/espace/", "/espace/../mon-espace", "/%00", "/%ff", "//", "/index.php?x=1"):
        with nothing_changes(simulator, realm) as lines:
            answer = await nobody.get(path)
        assert_is_page(answer, 404, "page-unknown")
        assert answer.realm == realm.name
        assert [line.data["status"] for line in lines if line.kind == "request"] == [404]
        assert not any("maquette-visitor-default" in cookie for cookie in answer.cookies)


# Sessions of others


async def test_a_session_of_another_realm_opens_nothing(
    lila: RawBrowser, browse: Browse, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    session = lila.cookie("session")
    assert session is not None
    thief = await browse("lila", realm_of_2011)
    with nothing_changes(simulator, realm), nothing_changes(simulator, realm_of_2011) as lines:
        thief.put_cookie("session", session.value)
        answer = await thief.get("/espace")
    assert_is_page(answer, 403, "session-ended")
    assert [line.data["status"] for line in lines if line.kind == "request"] == [403]


async def test_a_forged_cookie_counts_as_none(browse: Browse, simulator: Simulator, realm: Realm) -> None:
    nobody = await browse()
    values = ("x", "a" * 4000, '"a\\012b"', "é", "", "../../etc/passwd", "'--")
    for kind, value in product(("session", "visitor"), values):
        name = f"maquette-{kind}-{realm.name}"
        with nothing_changes(simulator, realm):
            for path in ("/", "/espace", ACTIVATION):
                answer = await nobody.request("GET", path, headers={"Cookie": f"{name}={value}"})
                assert answer.status in {200, 303, 403}, (kind, value, path)
                assert answer.status == 303 or answer.language == "fr"


async def test_a_cookie_that_is_not_text_counts_as_none(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext
) -> None:
    door = URL(realm.portal)
    for kind in ("session", "visitor"):
        with nothing_changes(simulator, realm):
            reader, writer = await asyncio.open_connection(door.host, door.port, ssl=trusting)
            writer.write(
                f"GET {door.path}/espace HTTP/1.1\r\nHost: {door.authority}\r\nConnection: close\r\n"
                f"Cookie: maquette-{kind}-{realm.name}=".encode()
                + b"\xff\xfe\r\n\r\n"
            )
            status_line = await reader.readline()
            writer.close()
        assert status_line.split()[1] in {b"303", b"403"}, (kind, status_line)


# Realms, hosts, methods, sizes


@pytest.mark.parametrize(
    "name",
    [
        "nowhere",
        "a%3Bb",
        "%c3%a9",
        "%ff",
        "%00",
        "x%0d%0aSet-Cookie:%20a=b",
        "%2Fevil.example",
        "..",
        "A" * 200,
    ],
)
async def test_an_unknown_realm_has_no_page_and_gives_no_cookie(
    name: str, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse(at=Realm(name, f"{simulator.doors.portal}/r/{name}", simulator.doors.gate, ""))
    for path in ("/", "/mon-espace", "/espace", ACTIVATION, RESULT, "/admin"):
        answer = await nobody.get(path)
        assert_is_page(answer, 404, "page-unknown")
        assert "nowhere" not in "".join(answer.cookies)
    answer = await nobody.post("/mon-espace", good(FORMS["/mon-espace"], "x"))
    assert_is_page(answer, 404, "page-unknown")


async def test_a_foreign_host_is_refused_at_both_doors(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse()
    own = nobody.url("/").authority
    foreign = ["evil.example", "localhost", f"{own}.evil.example", f"evil.example:{nobody.url('/').port}"]
    for door in ("portal", "gate"):
        for host in foreign:
            with nothing_changes(simulator, realm) as lines:
                answer = await nobody.request("GET", "/mon-espace", door=door, headers={"Host": host})
            assert_is_page(answer, 421, "host-unknown")
            assert_refusal_noted(lines, "/mon-espace", 421, "host-unknown")
            assert "evil" not in answer.body.decode()


async def test_a_host_is_known_without_regard_to_case(browse: Browse, realm: Realm) -> None:
    nobody = await browse()
    host = nobody.url("/").authority.upper()
    assert (await nobody.request("GET", "/", headers={"Host": host})).status == 200


async def test_a_method_that_no_page_knows_is_refused_with_those_it_knows(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    paths = ("/", "/mon-espace", "/espace", CREDENTIALS, RESULT, "/activation/fenetre")
    for method, path in product(("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"), paths):
        with nothing_changes(simulator, realm) as lines:
            answer = await lila.request(method, path)
        assert_is_page(answer, 405, "method-unknown")
        known = {method for method, name, _ in ROUTES if PATHS[name] == path}
        assert {each for each in re.split(r",\s*", answer.headers["Allow"]) if each != "HEAD"} == known
        assert_refusal_noted(lines, path, 405, "method-unknown")


async def test_a_page_asked_for_with_the_wrong_one_of_get_and_post_is_refused(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    by_path: dict[str, set[str]] = {}
    for method, name, _ in ROUTES:
        by_path.setdefault(PATHS[name], set()).add(method)
    for path, methods in by_path.items():
        for method in {"GET", "POST"} - methods:
            with nothing_changes(simulator, realm) as lines:
                answer = await lila.request(method, path)
            assert_is_page(answer, 405, "method-unknown")
            assert_refusal_noted(lines, path, 405, "method-unknown")


async def test_head_has_no_body_and_changes_nothing(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    with nothing_changes(simulator, realm):
        for path in ("/", "/mon-espace", "/espace", "/activation/fenetre"):
            answer = await lila.request("HEAD", path)
            assert answer.status in {200, 405}
            assert answer.body == b""


@pytest.mark.parametrize(("length", "status"), [(7_000, 404), (9_000, 400), (100_000, 400)])
async def test_a_very_long_url_gets_the_right_status(
    length: int, status: int, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse()
    with nothing_changes(simulator, realm):
        for path in ("/" + "a" * length, "/static/" + "a" * length):
            assert (await nobody.get(path)).status == status
        answer = await nobody.get("/espace?dossier=" + "1" * length)
        assert answer.status == (303 if status == 404 else 400)
    assert (await nobody.get("/")).status == 200


@pytest.mark.parametrize(("length", "status"), [(7_000, 200), (9_000, 400), (100_000, 400)])
async def test_huge_cookies_get_the_right_status(
    length: int, status: int, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse()
    with nothing_changes(simulator, realm):
        for name in ("other", f"maquette-visitor-{realm.name}"):
            answer = await nobody.request("GET", "/", headers={"Cookie": f"{name}={'a' * length}"})
            assert answer.status == status
    assert (await nobody.get("/")).status == 200


async def test_a_long_name_of_a_static_file_is_no_file(browse: Browse, simulator: Simulator) -> None:
    nobody = await browse(at=Realm("default", simulator.doors.portal, simulator.doors.gate, ""))
    for path in (
        "/static/" + "a" * 300,
        "/static/",
        "/static/%2e%2e/app.py",
        "/static/%00",
        "/static/..%2fapp.py",
    ):
        assert_is_page(await nobody.get(path), 404, "page-unknown")


# Query strings


ODD_QUERIES = {
    "page=1": 1, "page=2": 2, "page=3": 2, "page=0": 1, "page=-1": 1, "page=99999": 2,
    "page=999999999999999999999": 1, "page=": 1, "page=1e1": 1, "page=%C2%B2": 1, "page=%D9%A2": 1,
    "page=%00": 1, "page=%ff": 1, "page=2&page=1": 2, "page[]=2": 1, "page=2%0d%0aX:1": 1, "PAGE=2": 1,
    "dossier=": 1, "dossier=x": 1, "dossier=%00": 1, "dossier=123456782": 1, "dossier='%20or%201=1": 1,
    "dossier=x&page=2": 2, "=&&;=%": 1,
}  # fmt: skip
"""Queries for the list of a person with two pages of files, and the page that each shows."""


@pytest.mark.rule("HOME-N")
async def test_an_odd_query_shows_a_page_of_her_own_files(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    berengere = await browse("berengere")
    await berengere.enter()
    with nothing_changes(simulator, realm):
        for query, page in ODD_QUERIES.items():
            answer = await berengere.get(f"/espace?{query}")
            assert (answer.status, answer.screen) == (200, "space"), query
            assert f"Page {page} sur 2" in answer.page.text(), query
            assert "MARTIN" not in answer.page.text()


async def test_queries_that_no_page_knows_are_ignored(browse: Browse, realm: Realm) -> None:
    nobody = await browse()
    for path in ("/", "/mon-espace", ACTIVATION, "/assistance", "/creation"):
        plain, odd = await nobody.get(path), await nobody.get(path + "?email=a@b.example&x=%ff&%00")
        assert (odd.status, odd.body) == (200, plain.body)


@pytest.mark.parametrize("path", ["/mon-espace", ACTIVATION, "/assistance"])
async def test_a_form_cut_off_by_its_client_is_refused_and_not_a_server_error(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    portal = URL(realm.portal)
    head = f"POST {portal.path}{path} HTTP/1.1\r\nHost: {portal.authority}\r\nContent-Type: {FORM}\r\n"
    with nothing_changes(simulator, realm) as lines:
        _, writer = await asyncio.open_connection("localhost", portal.port, ssl=trusting)
        writer.write(head.encode() + b"Content-Length: 99\r\n\r\nemail=a")
        await writer.drain()
        writer.transport.abort()
        async with asyncio.timeout(10), aiohttp.ClientSession(simulator.doors.console) as session:
            while not journal_of(simulator, realm, kind="refused"):
                await session.get("/livez")
    assert_refusal_noted(lines, path, 400, "form-unreadable")
    assert "a request failed" not in caplog.text


# What is typed: addresses, answers, messages

LINE_BREAKS = ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.rule("CRED-3")
@pytest.mark.parametrize("policy", [{}, {"email.ascii_only": False}])
async def test_a_line_break_in_an_address_is_refused_before_any_mail_is_written(
    policy: dict[str, object], browse: Browse, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy=policy)
    lila = await browse("lila", realm)
    await lila.enter()
    await lila.submit("/espace/option")
    before, token = state_of(simulator, realm), await lila.csrf(CREDENTIALS)
    for breaking in LINE_BREAKS:
        for address in (
            f"a@b.example{breaking}Bcc: thief@b.example",
            f"a@b.example{breaking}",
            f"{breaking}a@b.example",
            f"a{breaking}@b.example",
            f'"a{breaking}Bcc:x"@b.example',
        ):
            answer = await lila.post(CREDENTIALS, good(credentials(address), token))
            assert answer.status == 422
            assert set(answer.refusals) <= {"email-malformed", "email-not-ascii"}
    assert state_of(simulator, realm) == before
    assert not before["mailbox"] + before["outbox"]


NO_ADDRESSES = (
    "a@b", "a", "@b.example", "a@", "a b@c.example", "a@b@c.example", "a,b@c.example", "<a@b.example>",
    "Lila <a@b.example>", '"a"@b.example', "a@[127.0.0.1]", "a..b@c.example", ".a@b.example",
    "a;b@c.example", "=?utf-8?q?=0ABcc:x?=@b.example", "a@b.example, c@d.example", "a(b)@c.example",
)  # fmt: skip


@pytest.mark.rule("CRED-3")
async def test_a_text_that_is_no_single_address_is_refused(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    token = await lila.csrf(CREDENTIALS)
    with nothing_changes(simulator, realm):
        for address in NO_ADDRESSES:
            answer = await lila.post(CREDENTIALS, good(credentials(address), token))
            assert_is_page(answer, 422, "email-malformed")


@pytest.mark.rule("MAIL-1")
@pytest.mark.parametrize(
    ("policy", "address"),
    [
        ({}, "!#$%&'*+-/=^_`{|}~.bcc@courriel.example"),
        ({}, "a" * 64 + "@" + "b" * 30 + ".com"),
        ({"email.ascii_only": False}, "zoé.œuvrard@épinal.example"),
        ({"email.ascii_only": False}, "прочее@пример.example"),
    ],
)
async def test_an_unusual_address_adds_no_header_to_the_letter_and_activates(
    policy: dict[str, object],
    address: str,
    browse: Browse,
    simulator: Simulator,
    api: aiohttp.ClientSession,
) -> None:
    realm = await simulator.realm(policy=policy)
    lila = await browse("lila", realm)
    await lila.enter()
    await lila.opt(address)
    code = await code_sent_to(simulator, realm, address)

    (mail,) = (await (await api.get(f"{realm.api}/mail")).json())["messages"]
    raw = await (await api.get(f"{realm.api}/mail/{mail['id']}/raw")).read()
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    letter = message_from_string(raw.decode(), policy=email.policy.SMTPUTF8)
    names = [name.lower() for name in letter.keys()]  # noqa: SIM118 - a message is no mapping
    assert len(names) == len(set(names))
    assert not {"bcc", "cc", "reply-to", "sender"} & set(names)
    assert letter["To"].addresses[0].addr_spec == address
    assert (len(letter["To"].addresses), mail["recipients"]) == (1, [address])
    assert head.count(b"\nTo: ") == 1

    assert (await lila.activate(address, code)).leads_to == RESULT
    assert (await lila.log_in(address)).location == "/espace"
    assert address in (await lila.get("/espace/coordonnees", door="portal")).page.text()


@pytest.mark.rule("CRED-3")
async def test_an_address_beyond_ascii_is_refused_unless_the_policy_says_otherwise(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    token = await lila.csrf(CREDENTIALS)
    with nothing_changes(simulator, realm):
        for address in ("zoé@courriel.example", "zoe@épinal.example", "z\u043ee@courriel.example"):
            answer = await lila.post(CREDENTIALS, good(credentials(address), token))
            assert_is_page(answer, 422, "email-not-ascii")


UNPRINTABLE = (
    "\x07", "\x1b[31m", "\t", "a\r\nb", "a\nb", "\x7f", "\x85", "\u200b", "\u202e", "\u2028", "\ufeff",
    "\ue000",
)  # fmt: skip


@pytest.mark.rule("CRED-9")
async def test_an_answer_with_a_control_character_is_refused(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    token = await lila.csrf(QUESTION)
    for text in UNPRINTABLE:
        with nothing_changes(simulator, realm) as lines:
            answer = await lila.post(
                QUESTION, {"question": QUESTIONS[0], "answer": f"Li{text}lou", "csrf": token}
            )
        assert_is_page(answer, 422, "answer-characters")
        assert_refusal_noted(lines, QUESTION, 422, "answer-characters")


@pytest.mark.rule("CRED-9")
async def test_a_question_that_is_not_on_the_list_is_refused(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    for question in ("", "Quel est votre code ?", QUESTIONS[0].lower(), QUESTIONS[0] + " "):
        with nothing_changes(simulator, realm):
            answer = await lila.submit(QUESTION, question=question, answer=ANSWER)
        assert_is_page(answer, 422, "question-unknown")


@pytest.mark.rule("CRED-6")
async def test_a_password_of_other_characters_is_refused_and_not_given_back(
    lila: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    token = await lila.csrf(CREDENTIALS)
    with nothing_changes(simulator, realm):
        for password in (
            "Mot de passe1",
            "Prénom2011",
            "abc\r\ndef1",
            "\u0661" * 8,
            "pass-word1",
            "Mirabelle42\n",
        ):
            answer = await lila.post(CREDENTIALS, good(credentials(LILA, password), token))
            assert_is_page(answer, 422, "password-characters")
            assert password not in answer.body.decode()


@pytest.mark.rule("HELP-2")
async def test_the_helpdesk_keeps_no_text_with_control_characters(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    nobody = await browse()
    for field, text in product(("name", "email", "message"), ("\x07", "\x1b[31m", "\u202e")):
        with nothing_changes(simulator, realm):
            answer = await nobody.submit("/assistance", **{**FORMS["/assistance"], field: f"a{text}b"})
        assert_is_page(answer, 422, "message-characters")


async def test_typed_text_comes_back_as_text_and_never_as_markup(browse: Browse, realm: Realm) -> None:
    nobody = await browse()
    script = "\"><script>alert(1)</script>'{{70*70}}"
    for path, fields in (
        ("/mon-espace", {"email": script, "password": script}),
        (ACTIVATION, {"email": script, "code": script}),
        ("/assistance", {"name": script, "email": script, "message": ""}),
    ):
        answer = await nobody.submit(path, **fields)
        assert answer.status == 422
        assert b"<script>alert" not in answer.body
        assert b"4900" not in answer.body
        assert answer.page.document.xpath(f"//*[@name='{next(iter(fields))}']/@value") == [script]


async def test_the_journal_never_holds_a_secret(browse: Browse, simulator: Simulator, realm: Realm) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.opt(LILA)
    code = await code_sent_to(simulator, realm, LILA)
    await lila.submit(ACTIVATION, email=LILA, code=PASSWORD)
    await lila.activate(LILA, code)
    await lila.log_in(LILA, PASSWORD + "0")
    await lila.log_in(LILA)
    written = repr(journal_of(simulator, realm))
    session = lila.cookie("session")
    assert session is not None
    for secret in (PASSWORD, code, ANSWER, session.value):
        assert secret not in written


def assert_refusal_noted(lines: list[JournalRecord], path: str, status: int, refusal: str) -> None:
    """Check that the journal has the refusal, and the request with its status."""
    assert refusal in {line.data["refusal"] for line in lines if line.kind == "refused"}
    requests = [line.data for line in lines if line.kind == "request"]
    assert str(requests[-1]["path"]).endswith(path)
    assert requests[-1]["status"] == status
