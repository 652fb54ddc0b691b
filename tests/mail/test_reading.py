"""Reading any octets as mail: the result is always readable, and nothing raises."""

import base64
import time
from datetime import UTC, datetime

import pytest
from cases import cases
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sizes import sized

from maquette.simulator.domain.activation import CODE_ALPHABET
from maquette.simulator.mail.letter_reader import (
    Attachment,
    ParsedLetter,
    activation_code,
    head_of,
    message_id_of,
    read_heading,
    read_letter,
)

MARK = "\N{REPLACEMENT CHARACTER}"
MEBIBYTE = 1024 * 1024


def letter(subject: str = "ESPACE ABONNE DES PROFESSIONNELS", text: str = "") -> ParsedLetter:
    return ParsedLetter(subject, "", (), None, text, None, (), ())


def multipart(*parts: bytes, end: bytes = b"--limite--\r\n") -> bytes:
    head = b'Subject: essai\r\nContent-Type: multipart/mixed; boundary="limite"\r\n\r\navant\r\n'
    return head + b"".join(b"--limite\r\n" + part + b"\r\n" for part in parts) + end


# What a letter says


def test_a_plain_letter_is_read_whole() -> None:
    raw = (
        b"Date: Thu, 09 Jun 2011 09:00:00 +0200\r\n"
        b"From: Lila <lila@essai.example>\r\n"
        b'To: "Un, deux" <un@essai.example>,\r\n trois@essai.example\r\n'
        b"Subject: Bonjour\r\n"
        b"\r\n"
        b"une ligne\r\n\r\nune autre\r\n"
    )
    assert read_letter(raw) == ParsedLetter(
        subject="Bonjour",
        sender="Lila <lila@essai.example>",
        to=("un@essai.example", "trois@essai.example"),
        date=datetime(2011, 6, 9, 7, 0, tzinfo=UTC),
        text="une ligne\n\nune autre\n",
        html=None,
        attachments=(),
        headers=(
            ("Date", "Thu, 09 Jun 2011 09:00:00 +0200"),
            ("From", "Lila <lila@essai.example>"),
            ("To", '"Un, deux" <un@essai.example>, trois@essai.example'),
            ("Subject", "Bonjour"),
        ),
    )


@cases(
    ("written", "read"),
    [
        (b"=?utf-8?q?R=C3=A9ponse?=", "Réponse"),
        (b"=?utf-8?b?UsOpcG9uc2U=?=", "Réponse"),
        (b"=?utf-8?b?UsOpcG9uc2U?=", "Réponse"),
        (b"=?iso-8859-1?q?R=E9ponse?=\r\n =?utf-8?q?_prompte?=", "Réponse prompte"),
        ("Réponse".encode(), "Réponse"),
        ("Réponse".encode("latin-1"), "Réponse"),
        (b"une\r\n ligne\r\n\tet plus", "une ligne et plus"),
        (b"=?klingon?q?R=C3=A9ponse?=", "Réponse"),
        (b"=?punycode?q?Rponse-bva?=", "Rponse-bva"),
        (b"=?utf-8?q?a=0D=0ABcc:_b?=", "a Bcc: b"),
        (b"=?utf-8?q?a=00b?=", f"a{MARK}b"),
        (b"=?utf-8?b?A?=", "=?utf-8?b?A?="),
        (b"", ""),
        (b"x" * 3000, "x" * 2000 + "…"),
    ],
)
def test_a_subject_is_decoded_on_one_line_whatever_it_is_written_in(written: bytes, read: str) -> None:
    assert read_letter(b"Subject: " + written + b"\r\n\r\n").subject == read


@cases(
    ("charset", "octets", "text"),
    [
        ("utf-8", "é€œ".encode(), "é€œ"),
        ("iso-8859-15", "é€œ".encode("iso-8859-15"), "é€œ"),
        ("windows-1252", "é€œ".encode("cp1252"), "é€œ"),
        ("utf-16", "é€œ".encode("utf-16"), "é€œ"),
        ("us-ascii", "é€œ".encode(), "é€œ"),
        ("klingon", "é€œ".encode(), "é€œ"),
        ("klingon", "été à 5 €".encode("cp1252"), "été à 5 €"),
        ("cp9999", "é".encode(), "é"),
        ("utf-8", b"\xc3\xa9 \xff", f"é {MARK}"),
        ("punycode", "é".encode(), "é"),
        ("unicode-escape", b"\\ud800", "\\ud800"),
        ("zip", b"x", "x"),
        ("../../etc/passwd", b"x", "x"),
        ('"', b"x", "x"),
        ("", b"x", "x"),
    ],
)
def test_a_text_is_decoded_in_its_charset_or_in_the_likeliest(charset: str, octets: bytes, text: str) -> None:
    raw = f'Content-Type: text/plain; charset="{charset}"\r\n\r\n'.encode() + octets
    assert read_letter(raw).text == text


@pytest.mark.parametrize(
    ("encoding", "octets", "text"),
    [
        (b"quoted-printable", b"=C3=A9 =\r\nsuite =zz", "é suite =zz"),
        (b"base64", base64.b64encode("é".encode()), "é"),
        (b"base64", b"*pas du base64*", None),
        (b"base64", b"", ""),
        (b"x-uuencode", b"pas du uuencode", None),
        (b"inconnu", "é".encode(), "é"),
    ],
)
def test_a_transfer_encoding_is_undone_and_a_broken_one_does_no_harm(
    encoding: bytes, octets: bytes, text: str | None
) -> None:
    read = read_letter(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + octets)
    assert text is None or read.text == text


def test_characters_that_cannot_be_shown_are_marked() -> None:
    read = read_letter(b"Subject: a\x00\x1bb\r\n\r\nun\x00deux\x07\ttrois\r\nquatre")
    assert read.subject == f"a{MARK}b"
    assert read.text == f"un{MARK}deux{MARK}\ttrois\nquatre"


@cases(
    ("written", "read"),
    [
        ("Thu, 09 Jun 2011 09:00:00 +0200", datetime(2011, 6, 9, 7, tzinfo=UTC)),
        ("Thu, 09 Jun 2011 07:00:00 -0000", datetime(2011, 6, 9, 7, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("31 Feb 2011 09:00:00 +0200", None),
        ("hier", None),
        ("", None),
        ("9" * 400, None),
        ("1 Jan 2011 00:00:00 +" + "9" * 400, None),
    ],
)
def test_a_date_is_an_instant_or_nothing(written: str, read: datetime | None) -> None:
    letter = read_letter(f"Date: {written}\r\n\r\ntexte".encode())
    assert (letter.date, letter.text) == (read, "texte")


# Parts


def test_texts_html_and_attachments_are_told_apart() -> None:
    read = read_letter(
        multipart(
            b"\r\nun",
            b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>",
            b'Content-Type: text/plain; name="note.txt"\r\n\r\nnote',
            b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename*=utf-8''logo%C3%A9.png\r\n\r\nAAECAw==",
            b"Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>",
            b"Content-Type: message/rfc822\r\n\r\nSubject: autre\r\n\r\ncorps",
            b"Content-Type: text/html\r\n\r\n<p>encore</p>",
            b"Content-Type: text/plain\r\n\r\ndeux",
        )
    )
    assert read.subject == "essai"
    assert read.text == "un\ndeux"
    assert read.html == "<script>alert(1)</script>"
    assert read.attachments == (
        Attachment("note.txt", "text/plain", 4),
        Attachment("logoé.png", "image/png", 4),
        Attachment("", "text/html", 3),
        Attachment("", "message/rfc822", 23),
        Attachment("", "text/html", 13),
    )


def test_a_multipart_within_a_multipart_is_read_in_order() -> None:
    inner = (
        b"Content-Type: multipart/alternative; boundary=dedans\r\n\r\n--dedans\r\n\r\ntexte\r\n"
        b"--dedans\r\nContent-Type: text/html\r\n\r\n<p>texte</p>\r\n--dedans--\r\n"
    )
    read = read_letter(multipart(inner, b"Content-Type: application/pdf\r\n\r\n%PDF"))
    assert (read.text, read.html) == ("texte", "<p>texte</p>")
    assert read.attachments == (Attachment("", "application/pdf", 4),)


@cases(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\r\n", ""),
        (b"bonjour", "bonjour"),
        (b"bonjour\r\ntout le monde", "bonjour\ntout le monde"),
        (b"\r\nbonjour", "bonjour"),
        (b"Subject: sans fin", ""),
        (b"pas un en-tete\r\nSubject: x\r\n\r\ncorps", "pas un en-tete\nSubject: x\n\ncorps"),
        (b"Content-Type: multipart/mixed\r\n\r\nsans limite", "sans limite"),
        (b'Content-Type: multipart/mixed; boundary=""\r\n\r\nvide', "vide"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\nsans partie", "sans partie"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n", "--b--\n"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ncoupe", "coupe"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnu\n--b--\n", "nu"),
        (b"Content-Type: ;;;===\r\n\r\ntexte", "texte"),
        (b"Content-Type: text/plain; charset*=x'y'%ff\r\n\r\ntexte", "texte"),
        (b"Content-Type: text\r\n\r\ntexte", "texte"),
        (b"Content-Type: multipart/mixed; boundary=\xff\xfe\r\n\r\n--\xff\xfe\r\n\r\ntexte", None),
        (b"To: " + b"(" * 20_000 + b"\r\n\r\ntexte", None),
        (b"\0\0\0", MARK),
    ],
)
def test_a_broken_letter_is_still_readable(raw: bytes, text: str | None) -> None:
    read = read_letter(raw)
    assert read.text == text if text is not None else read.text.endswith("texte")


# Bounded work


def heavy_letters() -> dict[str, bytes]:
    size = 4 * MEBIBYTE
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(50_000)
    )
    quoted = b'; x="' + b";" * 31_000
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return {
        "one long line": b"\r\n" + b"x" * size,
        "one long header": b"Subject: " + b"x" * size,
        "semicolons": b"Content-Type: multipart/mixed\r\n" + b" ;;;;;;;;\r\n" * (size // 11),
        "quotes": b"Content-Type: text/plain" + quoted + b"\r\n\r\nx",
        "encoded words": (b"Subject: " + b"=?a?q?x" * 285 + b"\r\n") * 2_000,
        "parentheses": b"To: " + b"(" * size + b"\r\n\r\nx",
        "many parts": head + b"--b\r\n\r\nx\r\n" * 200_000,
        "many quotes": head + (b"--b\r\nContent-Type: text/plain" + quoted + b"\r\n\r\nx\r\n") * 130,
        "almost boundaries": head + b"--bx\r\n" * 600_000,
        "nested multiparts": levels,
        "nested messages": b"Content-Type: message/rfc822\r\n\r\n" * 130_000,
        "line feeds": head + b"\n" * size,
        "carriage returns": b"\r" * size,
        "null bytes": b"\0" * size,
        "punycode": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * size,
        "attachment": head
        + b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"x" * (7 * MEBIBYTE)),
    }


HEAVY = heavy_letters()


@cases("name", HEAVY)
def test_mebibytes_of_anything_are_read_in_bounded_time(name: str) -> None:
    begun = time.monotonic()
    read_letter(HEAVY[name])
    read_heading(HEAVY[name])
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(("depth", "text"), [(7, "fond"), (8, "fond"), (9, "--b8\n\nfond")])
def test_multiparts_are_opened_eight_deep_and_then_shown_closed(depth: int, text: str) -> None:
    opening = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    raw = b"".join(opening % (level, level) for level in range(depth)) + b"\r\nfond"
    assert read_letter(raw).text == text


def test_no_more_than_a_hundred_parts_are_read() -> None:
    parts = [b"Content-Type: image/png\r\n\r\nx"] * 101
    assert len(read_letter(multipart(*parts[:99])).attachments) == 99
    assert len(read_letter(multipart(*parts[:100])).attachments) == 100
    assert len(read_letter(multipart(*parts)).attachments) == 100


# Anything at all

FRAGMENTS = st.sampled_from(
    [
        b"Content-Type: ", b"multipart/mixed; ", b"text/plain; ", b"text/html; ", b"message/rfc822",
        b"boundary=", b'"b"', b"b", b"--b", b"--b--", b"charset=", b"utf-16", b"utf-7", b"idna", b"big5",
        b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"x-uuencode", b"begin 644 x\r\n",
        b"Content-Disposition: attachment; ", b"filename*0*=", b"filename=", b"''%ff", b"Date: ", b"To: ",
        b"From: ", b"Subject: ", b"=?utf-8?b?", b"=?utf-8?q?", b"?=", b"\r\n", b"\r\n\r\n", b"\n", b"\r",
        b" ", b"\t", b";", b"(", b'"', b"\\", b"<", b">", b"@", b":", b",", b"\0", b"\xff", b"=",
    ]
)  # fmt: skip
OCTETS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(FRAGMENTS, st.binary(max_size=6)), max_size=40).map(b"".join),
)


@given(raw=OCTETS)
@example(raw=b"Content-Disposition: attachment; filename*0*=idna''%ff\r\nFrom: a\r\nSubject: b")
@settings(max_examples=sized(60, 300), deadline=None)
def test_an_inbox_shows_of_any_octets_what_the_letter_shows(raw: bytes) -> None:
    heading, letter = read_heading(raw), read_letter(raw)
    assert (heading.subject, heading.sender) == (letter.subject, letter.sender)


@pytest.mark.parametrize(
    ("written", "correlation"),
    [("0a" * 16, "0a" * 16), ("0a" * 33, None), ("0A", None), ("", None), ("0a b", None)],
)
def test_a_heading_names_the_request_that_caused_the_letter(written: str, correlation: str | None) -> None:
    raw = f"X-MAQUETTE-CORRELATION: {written}\r\nSubject: x\r\n\r\ntexte".encode()
    assert read_heading(raw).correlation == correlation


@given(raw=OCTETS)
@settings(max_examples=sized(60, 300), deadline=None)
def test_any_octets_give_a_letter_that_can_be_stored_and_shown(raw: bytes) -> None:
    read = read_letter(raw)
    shown = [read.subject, read.sender, read.text, read.html or "", *read.to]
    shown += [item for attachment in read.attachments for item in (attachment.name, attachment.type)]
    shown += [item for header in read.headers for item in header]
    for text in shown:
        text.encode()
        assert "\0" not in text
        assert "\r" not in text
    assert "\n" not in read.subject + read.sender
    assert read.date is None or read.date.tzinfo is UTC
    activation_code(read)
    message_id_of(raw)


# The code and the Message-ID


@pytest.mark.rule("MAIL-1")
@cases(
    ("text", "code"),
    [
        ("suivant :\n\n5Xnmyx5kZbX8\n\nRemarque", "5Xnmyx5kZbX8"),
        ("  5Xnmyx5kZbX8 \n", "5Xnmyx5kZbX8"),
        ("5Xnmyx5kZbX8", "5Xnmyx5kZbX8"),
        ("5Xnmyx5kZbX8\nABCDEFGHJKLM", "5Xnmyx5kZbX8"),
        ("code 5Xnmyx5kZbX8", None),
        ("5Xnmyx5kZbX8.", None),
        ("5Xnmyx5kZbX", "5Xnmyx5kZbX"),
        ("5Xnmyx5kZbX89", "5Xnmyx5kZbX89"),
        ("5Xnmyx", None),
        ("5Xnmyx\n5kZbX8", None),
        ("", None),
    ],
)
def test_the_code_is_what_stands_alone_on_its_line_right_or_wrong(text: str, code: str | None) -> None:
    assert activation_code(letter(text=text)) == code


@pytest.mark.rule("ACT-3")
@pytest.mark.parametrize("left_out", "0O1lI")
def test_a_code_with_a_character_that_it_should_not_have_is_read_all_the_same(left_out: str) -> None:
    assert left_out not in CODE_ALPHABET
    assert activation_code(letter(text="5Xnmyx5kZbX" + left_out)) == "5Xnmyx5kZbX" + left_out


@pytest.mark.parametrize("sign", "é_-")
def test_a_line_that_is_not_letters_and_digits_alone_is_no_code(sign: str) -> None:
    assert activation_code(letter(text="5Xnmyx5kZbX" + sign)) is None


def test_only_the_activation_letter_holds_a_code() -> None:
    assert activation_code(letter(subject="Re: autre chose", text="informations")) is None


@cases(
    ("head", "message_id"),
    [
        (b"Message-ID: <a@b>", "<a@b>"),
        (b"message-id:<a@b>", "<a@b>"),
        (b"Message-ID:\r\n <a@b>", "<a@b>"),
        (b"X: y\r\nMessage-ID: <a@b>  \r\nZ: t", "<a@b>"),
        (b"Message-ID: <a@b>\r\nMessage-ID: <c@d>", "<a@b>"),
        (b"Message-ID: a@b", None),
        (b"Message-ID: <a b>", None),
        (b"Message-ID: <\xff@b>", None),
        (b"Message-ID: <>", None),
        (b"X-Message-ID: <a@b>", None),
        (b"", None),
    ],
)
def test_a_message_id_is_read_or_there_is_none(head: bytes, message_id: str | None) -> None:
    assert message_id_of(head + b"\r\n\r\nMessage-ID: <corps@essai.example>\r\n") == message_id


@cases(
    ("raw", "head"),
    [
        (b"Subject: x\r\nX-Last: XX\r\n\r\ntext", b"Subject: x\r\nX-Last: XX"),
        (b"Subject: x\nX-Last: y\n\ntext", b"Subject: x\nX-Last: y"),
        (b"Subject: x\r\n", b"Subject: x"),
        (b"\r\ntext", b""),
    ],
)
def test_the_headers_of_a_bounced_mail_are_as_they_arrived(raw: bytes, head: bytes) -> None:
    assert head_of(raw) == head
