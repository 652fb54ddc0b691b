"""The activation e-mail, word for word, and the addresses that may receive it."""

import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import Parser

import pytest
from cases import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import sized

from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.realm import is_realm_name
from maquette.simulator.mail.letters import (
    activation_letter,
    delay_in_words,
    realm_of_return_path,
    return_path,
    stamped,
)

CODE = "5Xnmyx5kZbX8"
LILA = "lila.rosemonde@courriel.example"
MESSAGE_ID = "<0123456789abcdef@dgfip.finances.example>"
SENT_AT = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
TWO_DAYS = timedelta(hours=48)

FICHE = (
    "Vous avez demandé la création d'un espace abonné professionnel ou vous y avez apporté une modification. "
    "Cette demande a bien été prise en compte. Votre espace abonné sera actif lorsque vous aurez saisi le "
    "code suivant :",
    "5Xnmyx5kZbX8",
    "Remarque : ce code n'est pas un mot de passe. Il ne doit être utilisé qu'une seule fois pour activer "
    "votre espace abonné.",
    "Pour activer votre espace abonné, veuillez suivre la procédure suivante :",
    "1. connectez vous sur le site impots.gouv.fr",
    '2. cliquez sur "Professionnels" puis sur "Création Espace Abonné"',
    "3. cliquez sur le lien \"Création d'espace abonné sans certificat / 2ème partie : Activez votre espace "
    'sans certificat"',
    "4. puis saisissez le code d'activation reçu ci-dessus et validez",
    "Vous disposez d'un délai de 48h pour activer votre espace abonné à compter de l'envoi de ce message.",
    "L'Administration Fiscale vous remercie de l'intérêt que vous portez à ses services.",
    "Si vous avez une question particulière, nous vous invitons à ne pas répondre à l'adresse électronique "
    "de ce message mais à vous connecter sur notre site impots.gouv.fr où vous trouverez les réponses aux "
    "questions les plus fréquentes.",
    "Pour votre sécurité, l'administration fiscale ne vous adresse jamais de messages contenant un logo ou "
    "un lien renvoyant sur un site Internet. Si vous recevez un tel message, merci de ne pas utiliser ce "
    "lien.",
)
"""The e-mail of the fiche, §3, paragraph by paragraph."""

FOOT = (
    "Simulateur de formation et de test — ce site n'est pas impots.gouv.fr ; n'y saisissez aucune donnée "
    "réelle."
)


def written(to: str = LILA, window: timedelta = TWO_DAYS) -> bytes:
    return stamped(activation_letter(to=to, code=CODE, window=window), MESSAGE_ID, SENT_AT, "c0ffee")


def parsed(raw: bytes) -> EmailMessage:
    message = Parser(policy=policy.default).parsestr(raw.decode())
    assert isinstance(message, EmailMessage)
    return message


def lines_of(raw: bytes) -> list[str]:
    text = parsed(raw).get_content()
    return [line for line in text.splitlines() if line]


@pytest.mark.rule("MAIL-1")
def test_the_letter_is_the_fiches_word_for_word_and_then_says_what_it_is() -> None:
    assert lines_of(written()) == [*FICHE, FOOT]


@pytest.mark.rule("MAIL-1")
@pytest.mark.rule("MAIL-4")
def test_the_letter_carries_the_fiches_subject_and_comes_from_its_sender_at_a_reserved_domain() -> None:
    message = parsed(written())
    assert message["Subject"] == "ESPACE ABONNE DES PROFESSIONNELS"
    assert message["From"] == "ne.pas.repondre@dgfip.finances.example"
    assert message["To"] == LILA


@pytest.mark.rule("MAIL-1")
def test_the_code_is_alone_on_its_line_on_the_wire_too() -> None:
    assert written().split(b"\r\n").count(CODE.encode()) == 1


@pytest.mark.rule("MAIL-2")
def test_the_letter_is_plain_text_without_link_scheme_picture_or_markup() -> None:
    message = parsed(written())
    text = message.get_content()
    assert message.get_content_type() == "text/plain"
    assert not message.is_multipart()
    assert not re.search(r"https?:|www\.|mailto:|://|<[a-z!/]|&[a-z]+;", text, re.IGNORECASE)


def test_the_lines_on_the_wire_are_seven_bit_shorter_than_78_and_end_with_crlf() -> None:
    raw = written()
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert max(len(line) for line in lines) < 78
    assert not any(b"\r" in line or b"\n" in line for line in lines)


@pytest.mark.parametrize(
    ("sent_at", "date"),
    [
        (datetime(2011, 6, 9, 7, 0, tzinfo=UTC), "Thu, 09 Jun 2011 09:00:00 +0200"),
        (datetime(2011, 12, 31, 23, 30, 0, 999_999, tzinfo=UTC), "Sun, 01 Jan 2012 00:30:00 +0100"),
    ],
)
def test_the_date_is_the_instant_of_sending_in_paris_time(sent_at: datetime, date: str) -> None:
    raw = stamped(activation_letter(to=LILA, code=CODE, window=TWO_DAYS), MESSAGE_ID, sent_at, "c0ffee")
    assert f"\r\nDate: {date}\r\n".encode() in b"\r\n" + raw


def test_the_same_letter_stamped_twice_is_the_same_octet_for_octet() -> None:
    letter = activation_letter(to=LILA, code=CODE, window=TWO_DAYS)
    assert stamped(letter, MESSAGE_ID, SENT_AT, "c0ffee") == stamped(letter, MESSAGE_ID, SENT_AT, "c0ffee")


def test_an_instant_without_a_time_zone_stamps_nothing() -> None:
    with pytest.raises(ValueError, match="time zone"):
        stamped(
            activation_letter(to=LILA, code=CODE, window=TWO_DAYS),
            MESSAGE_ID,
            SENT_AT.replace(tzinfo=None),
            "c0ffee",
        )


@pytest.mark.parametrize(
    "message_id", ["", "abc@x.example", "<a b@x.example>", "<a@x>\r\nBcc: <b@x>", "<a@x>\n", "<é@x.example>"]
)
def test_a_malformed_message_id_stamps_nothing(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        stamped(activation_letter(to=LILA, code=CODE, window=TWO_DAYS), message_id, SENT_AT, "c0ffee")


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    ("window", "words"),
    [
        (timedelta(hours=48), "48h"),
        (timedelta(hours=1), "1h"),
        (timedelta(days=3), "72h"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "59 secondes"),
        (timedelta(seconds=1), "1 seconde"),
    ],
)
def test_the_letter_prints_the_delay_of_the_policy(window: timedelta, words: str) -> None:
    assert delay_in_words(window) == words
    assert f"Vous disposez d'un délai de {words} pour activer" in "\n".join(lines_of(written(window=window)))


@cases(
    "to",
    [
        "",
        "lila",
        "lila@",
        "@courriel.example",
        "lila@courriel.example\r\nBcc: victime@courriel.example",
        "lila@courriel.example\nBcc: victime@courriel.example",
        "lila\r@courriel.example",
        "lila@courriel.example\0",
        "lila\x7f@courriel.example",
        "lila\u2028@courriel.example",
        "lila\x85@courriel.example",
        "lila\u202e@courriel.example",
        "lila\ud800@courriel.example",
        "lila@courriel.example, victime@courriel.example",
        "Lila <lila@courriel.example>",
        "lila rosemonde@courriel.example",
        '"lila@courriel.example, x"@courriel.example',
        "=?utf-8?q?a=0D=0ABcc=3A_victime?=@courriel.example",
        "=?utf-8?b?YQ0KQmNjOiB2aWN0aW1l?=@courriel.example",
    ],
)
def test_no_letter_is_written_without_a_single_address(to: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        activation_letter(to=to, code=CODE, window=TWO_DAYS)


def test_an_address_beyond_ascii_stands_in_the_letter_as_it_is() -> None:
    raw = written(to="hélène.müller@éxemple.example")
    assert "\r\nTo: hélène.müller@éxemple.example\r\n".encode() in raw
    assert lines_of(raw) == [*FICHE, FOOT]


LOCAL_PART = st.text("abcXYZ019.!#$%&'*+/=?^_`{|}~-é", min_size=1, max_size=64)
ADDRESS = st.one_of(
    st.emails(),
    st.builds("{}@{}.example".format, LOCAL_PART, st.from_regex(r"[a-z0-9]{1,35}", fullmatch=True)),
    st.text(max_size=100),
    st.builds("{}{}@courriel.example".format, st.text(max_size=20), st.text(max_size=20)),
)


@given(to=ADDRESS)
@settings(max_examples=sized(20, 100), deadline=None)
def test_a_letter_has_its_own_headers_and_its_one_recipient_or_is_not_written(to: str) -> None:
    try:
        raw = written(to=to)
    except ValueError:
        assert not well_formed_email(to)
        return
    message = parsed(raw)
    recipients = message["To"]
    assert isinstance(recipients, AddressHeader)
    assert [address.addr_spec for address in recipients.addresses] == [to]
    assert sorted(message.keys()) == [
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Maquette-Correlation",
    ]
    assert message["X-Maquette-Correlation"] == "c0ffee"
    assert to.encode() in raw
    assert lines_of(raw) == [*FICHE, FOOT]


@pytest.mark.parametrize("realm", ["default", "classe-3b", "a", "r-2", "x" * 48])
def test_a_return_path_names_its_realm_and_gives_it_back(realm: str) -> None:
    assert return_path(realm) == f"ne.pas.repondre+{realm}@dgfip.finances.example"
    assert realm_of_return_path(return_path(realm)) == realm
    assert len(return_path(realm).partition("@")[0]) <= 64


@cases("realm", ["", "x" * 49, "a b", "a@b", "é", "-a", "a-", "A", "a_b", "a\n", "a.b", "a>"])
def test_a_name_that_cannot_stand_in_an_address_gives_no_return_path(realm: str) -> None:
    assert not is_realm_name(realm)
    with pytest.raises(ValueError, match="realm"):
        return_path(realm)


@cases(
    ("address", "realm"),
    [
        ("ne.pas.repondre+default@dgfip.finances.example", "default"),
        ("ne.pas.repondre+default@DGFIP.finances.EXAMPLE", "default"),
        ("ne.pas.repondre@dgfip.finances.example", None),
        ("ne.pas.repondre+@dgfip.finances.example", None),
        ("ne.pas.repondre+default@dgfip.finances.example.org", None),
        ("ne.pas.repondre+default@courriel.example", None),
        ("x+default@dgfip.finances.example", None),
        ("ne-pas-repondre+default@dgfip.finances.example", None),
        ("", None),
    ],
)
def test_only_a_return_path_of_ours_names_a_realm(address: str, realm: str | None) -> None:
    assert realm_of_return_path(address) == realm
