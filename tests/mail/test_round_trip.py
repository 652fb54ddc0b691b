"""The activation letter over real SMTP, from its text back to its code."""

from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest
from post_office import Office, open_office

from maquette.simulator.mail.letter_reader import activation_code, read_letter
from maquette.simulator.mail.letters import activation_letter, return_path, stamped

CODE = "QMbB5dUXp7XA"
SENT_AT = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)


async def send(office: Office, to: str) -> None:
    letter = activation_letter(to=to, code=CODE, window=timedelta(hours=48))
    async with aiosmtplib.SMTP(hostname=office.host, port=office.port, start_tls=False) as client:
        await client.sendmail(
            return_path("default"),
            [to],
            stamped(letter, "<option-1@dgfip.finances.example>", SENT_AT, "c0ffee"),
            mail_options=[] if to.isascii() else ["SMTPUTF8"],
        )


@pytest.mark.rule("MAIL-1")
@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    "to", ["lila.rosemonde@courriel.example", "hélène@éxemple.example", "o'a+b@x.example"]
)
async def test_the_letter_arrives_whole_and_its_code_can_be_read(to: str) -> None:
    async with open_office() as office:
        await send(office, to)
        (mail,) = office.caught
    letter = read_letter(mail.raw)
    assert (mail.realm, mail.from_portal, mail.recipients) == ("default", True, (to,))
    assert mail.message_id == "<option-1@dgfip.finances.example>"
    assert letter.subject == "ESPACE ABONNE DES PROFESSIONNELS"
    assert letter.sender == "ne.pas.repondre@dgfip.finances.example"
    assert letter.to == (to,)
    assert letter.date == SENT_AT
    assert (letter.html, letter.attachments) == (None, ())
    assert letter.text.startswith("Vous avez demandé la création d'un espace abonné professionnel")
    assert activation_code(letter) == CODE


@pytest.mark.rule("MAIL-6")
async def test_a_letter_sent_again_after_a_crash_is_the_same_octet_for_octet() -> None:
    async with open_office() as office:
        await send(office, "lila@courriel.example")
        await send(office, "lila@courriel.example")
        first, second = office.caught
    assert first == second
