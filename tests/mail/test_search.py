"""Mailpit's search language: what each term finds, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cases import cases
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.mail.search import Contact, OpenedMail, SearchError, parse_search
from maquette.simulator.store.mailbox import StoredMail

CAUGHT = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
RAW = (
    b"From: =?utf-8?q?Rosemonde=2C_Lila?= <Lila@courriel.example>\r\n"
    b'To: a@b.example, "Th\xc3\xa9o, le petit" <theo@courriel.example>\r\n'
    b"Cc: copie@courriel.example\r\n"
    b"Reply-To: <retour@courriel.example>\r\n"
    b"Subject: ESPACE ABONNE des Professionnels\r\n"
    b"\r\n"
    b"Une ligne,\r\nencore une.\r\n"
)


def opened(raw: bytes = RAW, *, read: bool = False) -> OpenedMail:
    recipients = ("THEO@courriel.example", "cachee@courriel.example")
    return OpenedMail(
        StoredMail(7, "<m-7@dgfip.example>", "retours@b.example", recipients, raw, CAUGHT, read, Folder.INBOX)
    )


def finds(query: str, mail: OpenedMail | None = None) -> bool:
    return parse_search(query, PARIS)(mail or opened())


@cases(
    "query",
    [
        "espace",
        "ligne encore",
        '"ligne, encore"',
        "subject:abonne",
        'subject:"ABONNE des"',
        'Subject:"professionnels"',
        "from:lila@courriel.example",
        "from:Rosemonde",
        'from:"Rosemonde, Lila"',
        "to:a@b.example",
        "to:théo",
        "to:THEO@COURRIEL.example",
        "cc:copie",
        "bcc:cachee",
        "reply-to:retour@",
        "addressed:copie",
        "addressed:cachee",
        "message-id:m-7@dgfip",
        "message-id:<m-7@dgfip.example>",
        "is:unread",
        "-is:read",
        "!is:read",
        "-nulle",
        "-subject:nulle",
        "-tag:x",
        "-is:tagged",
        "-has:attachment",
        "smaller:1k",
        "larger:20",
        "subject:espace is:unread -from:theo",
    ],
)
def test_a_query_finds_the_mail(query: str) -> None:
    assert finds(query)


@cases(
    "query",
    [
        "nulle",
        '"encore ligne"',
        "subject:ligne",
        "from:theo",
        "to:copie",
        "to:cachee",
        "cc:theo",
        "bcc:theo",
        "reply-to:lila",
        "message-id:m-8",
        "is:read",
        "-is:unread",
        "-espace",
        "!to:theo",
        "tag:x",
        "is:tagged",
        "has:attachment",
        "has:attachments",
        "larger:1k",
        "smaller:20",
        "subject:espace is:read",
    ],
)
def test_a_query_does_not_find_the_mail(query: str) -> None:
    assert not finds(query)


@cases(
    ("query", "found"),
    [
        ("after:2011-06-09T08:59:59", True),
        ("after:2011-06-09T09:00:00", True),
        ("after:2011-06-09T09:00:01", False),
        ("before:2011-06-09T08:59:59", False),
        ("before:2011-06-09T09:00:00", True),
        ("before:2011-06-09T09:00:01", True),
        ("after:2011-06-09", True),
        ("before:2011-06-09", False),
        ("after:2011-06-09T07:00:00Z", True),
        ("-after:2011-06-10", True),
        ("after:0001-01-01 before:9999-12-31", True),
    ],
)
def test_a_date_without_an_offset_is_the_zones(query: str, found: bool) -> None:  # noqa: FBT001 - a case
    assert finds(query) is found


def test_another_zone_moves_the_date() -> None:
    query = "after:2011-06-09T08:00"
    assert parse_search(query, PARIS)(opened())
    assert not parse_search(query, ZoneInfo("UTC"))(opened())


@cases(
    "query",
    [
        "",
        " ",
        '""',
        "-",
        "to:",
        "-to:",
        "subject:,",
        "tag:",
        "tag:,",
        "message-id:",
        "message-id:<>",
        "subject:",
        "addressed:",
        "bcc:,",
        "reply-to:;",
        "after:soon",
        "before:",
        "larger:big",
        "smaller:-1",
    ],
)
def test_an_unreadable_query_is_refused_rather_than_finding_every_mail(query: str) -> None:
    with pytest.raises(SearchError):
        parse_search(query, PARIS)


def test_a_term_about_marks_is_no_text() -> None:
    mail = opened(b"Subject: is:tagged has:attachments\r\n\r\nis:unread\r\n", read=True)
    for query in ("is:tagged", "has:attachments", "is:unread"):
        assert not finds(query, mail), query


def test_a_recipient_that_a_header_names_in_another_case_is_no_hidden_one() -> None:
    mail = opened(b"To: Theo@Courriel.example\r\n\r\n")
    assert not finds("bcc:theo", mail)
    assert finds("bcc:cachee", mail)


def test_a_mail_without_message_id_has_none_to_find() -> None:
    mail = OpenedMail(replace(opened().mail, message_id=None))
    assert not finds("message-id:m-7", mail)


def test_words_are_found_in_html_without_its_tags_and_in_attachments_names() -> None:
    raw = (
        b'Subject: x\r\nContent-Type: multipart/mixed; boundary="l"\r\n\r\n'
        b"--l\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p class=nulle>d&eacute;j&agrave; <b>vu</b></p>\r\n"
        b'--l\r\nContent-Disposition: attachment; filename="recap.pdf"\r\n\r\nx\r\n--l--\r\n'
    )
    assert finds('"déjà vu" recap.pdf has:attachment', opened(raw))
    assert not finds("nulle", opened(raw))


@cases(
    ("written", "contacts"),
    [
        (b"a@b.example", [Contact("", "a@b.example")]),
        (b"<a@b.example>", [Contact("", "a@b.example")]),
        (b"Un Deux <a@b.example>", [Contact("Un Deux", "a@b.example")]),
        (b'"Un, Deux" <a@b.example>', [Contact("Un, Deux", "a@b.example")]),
        (b"a@b.example, Un <c@d.example>", [Contact("", "a@b.example"), Contact("Un", "c@d.example")]),
        (b"Un <a@b.example>, c@d.example", [Contact("Un", "a@b.example"), Contact("", "c@d.example")]),
        (b"a@b.example,c@d.example", [Contact("", "a@b.example"), Contact("", "c@d.example")]),
        (b"undisclosed-recipients:;", []),
        (b"<>", []),
        (b"un deux@b.example", []),
        (b"", []),
    ],
)
def test_a_header_names_its_contacts(written: bytes, contacts: list[Contact]) -> None:
    assert list(opened(b"To: " + written + b"\r\n\r\n").contacts("to")) == contacts


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_octets_are_searched_and_any_query_is_read_or_refused(raw: bytes, query: str) -> None:
    mail = opened(raw)
    mail.contacts("bcc")
    try:
        wanted = parse_search(query, PARIS)
    except SearchError:
        return
    assert wanted(mail) in {True, False}
