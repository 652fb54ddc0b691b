"""Late, lost, bounced, deferred and doubled mail, and spam, over the API (MAIL-5)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes
from typing import Any

import aiohttp
import aiosmtplib
import pytest
from visitor_walks import type_code

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import opt
from maquette.simulator.server.assembly import Realm, Simulator

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"
START = "2011-06-09T09:00:00+02:00"

pytestmark = pytest.mark.rule("MAIL-5")


class Post:
    """A realm's mail and the rules for it, over the control API."""

    def __init__(self, api: aiohttp.ClientSession, simulator: Simulator, realm: Realm) -> None:
        self._api = api
        self._smtp = simulator.doors.smtp
        self.realm = realm

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        url = f"/api/realms/{self.realm.name}{path}"
        async with self._api.request(method, url, json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def rule(self, *rules: dict[str, object]) -> None:
        status, answer = await self.call("PUT", "/delivery", {"rules": list(rules)})
        assert status == 200, answer

    async def advance(self, **move: str) -> list[dict[str, Any]]:
        status, answer = await self.call("POST", "/clock/advance", move)
        assert status == 200, answer
        happened: list[dict[str, Any]] = answer["happened"]
        return happened

    async def next(self, to: str = LILA, **query: str) -> Any:
        asked = "&".join(f"{name}={value}" for name, value in {"to": to, "timeout": "0", **query}.items())
        status, answer = await self.call("GET", f"/mail/next?{asked}")
        assert status == 200, answer
        return answer

    async def mails(self) -> list[dict[str, Any]]:
        _, answer = await self.call("GET", "/mail")
        mails: list[dict[str, Any]] = answer["messages"]
        return mails

    async def kinds(self) -> list[str]:
        _, answer = await self.call("GET", "/journal")
        return [line["kind"] for line in answer["lines"] if line["kind"].startswith("mail-")]

    async def send(self, *to: str, sender: str = "ami@ailleurs.example", text: str = "Bonjour") -> str:
        """Send a mail from outside to the realm; return the catcher's reply."""
        host, port = self._smtp.rsplit(":", 1)
        raw = f"From: {sender}\r\nTo: {', '.join(to)}\r\nSubject: {text}\r\n\r\n{text}\r\n".encode()
        async with aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False, use_tls=False) as client:
            await client.login(self.realm.name, "any")
            try:
                _, reply = await client.sendmail(sender, to, raw)
            except aiosmtplib.SMTPDataError as error:
                return f"{error.code} {error.message}"
            return f"250 {reply}"


@pytest.fixture
async def post(
    api: aiohttp.ClientSession, simulator: Simulator, realm_of_2011: Realm, set_clock: Callable[..., None]
) -> Post:
    set_clock(realm_of_2011, START)
    return Post(api, simulator, realm_of_2011)


@pytest.fixture
async def lila(simulator: Simulator, post: Post) -> AsyncIterator[HttpVisitor]:
    realm = post.realm
    async with Control(realm.api, simulator.doors.token) as control:
        certificate = await control.certificate("lila")
    async with HttpVisitor(
        portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate
    ) as visitor:
        yield visitor


async def until_sent(post: Post, kind: str = "mail-sent") -> None:
    """Wait until the sender has noted the outcome of its attempt."""
    async with asyncio.timeout(10):
        while kind not in await post.kinds():
            await asyncio.sleep(0)


async def test_a_late_mail_arrives_at_its_realm_time_and_the_option_runs_on(
    post: Post, lila: HttpVisitor
) -> None:
    await post.rule({"to": LILA, "delay": "PT2H"})
    await opt(lila, LILA)
    await until_sent(post)
    missing = await post.next()
    assert (missing["reason"], missing["until"]) == ("delayed-until", "2011-06-09T09:00:00Z")
    assert [each["kind"] for each in await post.advance(by="PT1H59M59S")] == ["session-ended"]
    assert (await post.next())["reason"] == "delayed-until"
    (arrived,) = await post.advance(by="PT1S")
    assert (arrived["kind"], arrived["at"]) == ("mail-delivered", "2011-06-09T09:00:00Z")
    mail = await post.next()
    assert mail["message"]["received_at"] == "2011-06-09T09:00:00Z"
    assert mail["message"]["date"] == "2011-06-09T07:00:00Z"
    assert (mail["sent_at"], mail["expires_at"]) == ("2011-06-09T07:00:00Z", "2011-06-11T07:00:00Z")


async def test_a_mail_that_is_later_than_48_hours_brings_a_dead_code(post: Post, lila: HttpVisitor) -> None:
    await post.rule({"to": LILA, "delay": "PT48H1S"})
    await opt(lila, LILA)
    await until_sent(post)
    happened = await post.advance(by="P3D")
    assert [each["kind"] for each in happened] == ["session-ended", "option-lapsed", "mail-delivered"]
    mail = await post.next()
    await type_code(lila, mail["code"])
    assert await lila.refusals() == ("activation-refused",)


async def test_late_mails_come_in_the_order_of_their_instants(post: Post) -> None:
    await post.rule({"to": "a@b.example", "delay": "PT2H"}, {"to": "c@d.example", "delay": "PT1H"})
    await post.send("a@b.example", text="first sent")
    await post.send("c@d.example", text="second sent")
    happened = await post.advance(by="PT3H")
    assert [(each["at"], each["data"]["to"]) for each in happened] == [
        ("2011-06-09T08:00:00Z", ["c@d.example"]),
        ("2011-06-09T09:00:00Z", ["a@b.example"]),
    ]
    assert [mail["subject"] for mail in await post.mails()] == ["second sent", "first sent"]


async def test_a_late_mail_comes_by_itself_while_the_clock_runs(post: Post) -> None:
    await post.rule({"delay": "PT1S"})
    await post.call("PUT", "/clock", {"mode": "running"})
    await post.send(LILA)
    mail = await post.next(timeout="10")
    assert mail["message"]["subject"] == "Bonjour"


async def test_a_lost_mail_never_comes_and_the_wait_says_so(post: Post, lila: HttpVisitor) -> None:
    await post.rule({"to": LILA, "lose": True})
    await opt(lila, LILA)
    await until_sent(post)
    assert (await post.next())["reason"] == "lost"
    await post.advance(by="P10D")
    assert await post.mails() == []
    assert "mail-lost" in await post.kinds()


async def test_a_bounced_mail_comes_back_as_a_notice_that_programs_can_read(
    post: Post, lila: HttpVisitor
) -> None:
    await post.rule({"to": LILA, "bounce": True})
    await opt(lila, LILA)
    await until_sent(post)
    assert (await post.next())["reason"] == "bounced"
    (notice,) = await post.mails()
    sender = f"ne.pas.repondre+{post.realm.name}@dgfip.finances.example"
    assert notice["recipients"] == [sender]
    async with post._api.get(f"/api/realms/{post.realm.name}/mail/{notice['id']}/raw") as answer:
        report = message_from_bytes(await answer.read())
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    text, status, headers = report.get_payload()
    assert "n'a pas pu être remis" in text.get_payload(decode=True).decode()
    server, recipient = status.get_payload()
    assert server["Reporting-MTA"] == "dns; messagerie.example"
    assert recipient["Final-Recipient"] == f"rfc822; {LILA}"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.1.1")
    assert f"To: {LILA}" in headers.get_payload()
    assert "suivant" not in report.as_string()


async def test_a_notice_that_bounces_is_answered_with_nothing(post: Post) -> None:
    await post.rule({"bounce": True})
    await post.send(LILA, sender="")
    assert await post.mails() == []
    assert "mail-bounced" in await post.kinds()


async def test_a_notice_may_be_late(post: Post) -> None:
    await post.rule({"bounce": True, "delay": "PT10M"})
    await post.send(LILA)
    assert (await post.mails(), (await post.next())["reason"]) == ([], "bounced")
    await post.advance(by="PT10M")
    (notice,) = await post.mails()
    assert notice["subject"] == "Avis de non-remise"


async def test_a_mail_that_is_refused_twice_is_tried_again_at_the_realms_time(
    post: Post, lila: HttpVisitor
) -> None:
    await post.rule({"to": LILA, "refuse_times": 2})
    await opt(lila, LILA)
    await until_sent(post, "mail-refused")
    missing = await post.next()
    assert (missing["reason"], missing["until"]) == ("retrying", "2011-06-09T07:01:00Z")
    first = await post.advance(by="PT1M")
    second = await post.advance(by="PT2M")
    assert [each["kind"] for each in first] == ["mail-refused"]
    assert {each["kind"] for each in second} == {"mail-delivered", "mail-sent"}
    mail = await post.next()
    assert mail["sent_at"] == "2011-06-09T07:03:00Z", "the 48 hours count from the attempt that was taken"
    await type_code(lila, mail["code"])
    assert (await post.call("GET", f"/spaces/{NUMBER}"))[1]["state"] == "password"


async def test_the_last_second_of_a_code_is_found_though_its_letter_is_taken_on_the_way(
    post: Post, lila: HttpVisitor
) -> None:
    await post.rule({"to": LILA, "refuse_times": 2})
    await opt(lila, LILA)
    await until_sent(post, "mail-refused")
    await post.advance(to="just-before:code-expiry")
    assert (await post.call("GET", "/clock"))[1]["now"] == "2011-06-11T07:03:00Z"
    mail = await post.next()
    await type_code(lila, mail["code"])
    assert (await post.call("GET", f"/spaces/{NUMBER}"))[1]["state"] == "password"


async def test_a_mail_that_is_refused_for_too_long_is_given_up_with_its_option(
    post: Post, lila: HttpVisitor
) -> None:
    await post.rule({"refuse_times": 1000})
    await opt(lila, LILA)
    await until_sent(post, "mail-refused")
    happened = [each["kind"] for each in await post.advance(by="P3D")]
    assert happened.count("mail-given-up") == 1
    assert "mail-sent" not in happened


async def test_mail_from_outside_is_refused_as_often_and_each_mail_has_its_own_count(post: Post) -> None:
    await post.rule({"refuse_times": 1})
    replies = [await post.send(LILA), await post.send("theo@courriel.example"), await post.send(LILA)]
    assert [reply[:3] for reply in replies] == ["450", "450", "250"]
    assert [mail["recipients"] for mail in await post.mails()] == [[LILA]]


async def test_a_doubled_mail_is_there_twice(post: Post, lila: HttpVisitor) -> None:
    await post.rule({"to": LILA.upper(), "duplicate": True})
    await opt(lila, LILA)
    await until_sent(post)
    first, second = await post.mails()
    assert first["message_id"] == second["message_id"]
    assert first["code"] == second["code"]


async def test_spam_is_filed_in_a_folder_without_waits(post: Post, lila: HttpVisitor) -> None:
    await post.rule({"spam": True})
    await opt(lila, LILA)
    await until_sent(post)
    assert (await post.next())["reason"] == "in-spam"
    (mail,) = await post.mails()
    assert mail["folder"] == "spam"
    await type_code(lila, mail["code"])
    assert (await post.call("GET", f"/spaces/{NUMBER}"))[1]["state"] == "password"


async def test_each_recipient_of_one_mail_has_a_rule_of_its_own(post: Post) -> None:
    await post.rule({"to": "a@b.example", "lose": True}, {"to": "c@d.example", "spam": True})
    await post.send("a@b.example", "c@d.example", "e@f.example", "g@h.example")
    filed = [(mail["recipients"], mail["folder"]) for mail in await post.mails()]
    assert filed == [(["c@d.example"], "spam"), (["e@f.example", "g@h.example"], "inbox")]
    assert (await post.next("a@b.example"))["reason"] == "lost"


async def test_a_mail_lost_before_the_cursor_explains_nothing(post: Post) -> None:
    await post.rule({"lose": True})
    await post.send(LILA)
    await post.rule()
    await post.send(LILA)
    mail = await post.next()
    assert (await post.next(after=mail["cursor"]))["reason"] == "not-sent"


async def test_mail_under_way_keeps_its_rule_when_the_rules_change(post: Post) -> None:
    await post.rule({"delay": "PT1H"})
    await post.send(LILA)
    await post.rule()
    assert await post.mails() == []
    await post.advance(by="PT1H")
    assert len(await post.mails()) == 1


async def test_a_letter_taken_before_stays_as_it_is_whatever_the_rules_say_then(post: Post) -> None:
    """After a crash the portal may send a letter again; the first has been read and deleted meanwhile."""
    sender = f"ne.pas.repondre+{post.realm.name}@dgfip.finances.example"
    host, port = post._smtp.rsplit(":", 1)
    raw = b"Message-ID: <one@dgfip.finances.example>\r\nSubject: x\r\n\r\nx\r\n"
    async with aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False, use_tls=False) as client:
        await client.sendmail(sender, [LILA], raw)
        (mail,) = await post.mails()
        assert (await post.call("DELETE", f"/mail/{mail['id']}"))[0] == 200
        await post.rule({"refuse_times": 5})
        await client.sendmail(sender, [LILA], raw)
    assert await post.mails() == []


# The rules themselves


async def test_the_rules_are_returned_as_they_were_put(post: Post) -> None:
    rules = [{"to": LILA, "delay": "PT1H30M", "spam": True}, {"refuse_times": 3}, {"to": "a@b.example"}]
    await post.rule(*rules)
    _, answer = await post.call("GET", "/delivery")
    assert [{key: value for key, value in each.items() if value} for each in answer["rules"]] == rules
    assert (await post.call("GET", "/delivery"))[1] == answer


async def test_a_reset_takes_rules_and_late_mail_away(post: Post) -> None:
    await post.rule({"delay": "PT1H"})
    await post.send(LILA)
    await post.call("POST", "/reset")
    assert (await post.call("GET", "/delivery"))[1] == {"rules": []}
    await post.call("PUT", "/clock", {"mode": "frozen"})
    assert await post.advance(by="PT2H") == []


@pytest.mark.parametrize(
    "rule",
    [
        {"lose": True, "bounce": True},
        {"delay": "PT0S"},
        {"delay": "-PT1H"},
        {"delay": "P1Y"},
        {"delay": 5},
        {"refuse_times": "2"},
        {"refuse_times": -1},
        {"to": "nobody"},
        {"to": ""},
        {"spam": "maybe"},
        {"loose": True},
    ],
)
async def test_an_invalid_rule_changes_nothing(post: Post, rule: dict[str, object]) -> None:
    await post.rule({"to": LILA, "spam": True})
    before = await post.call("GET", "/delivery")
    status, problem = await post.call("PUT", "/delivery", {"rules": [{"lose": True}, rule]})
    assert (status, problem["code"]) == (422, "body-invalid")
    assert "rules.1" in problem["detail"]
    assert await post.call("GET", "/delivery") == before


async def test_too_many_rules_are_refused(post: Post) -> None:
    assert (await post.call("PUT", "/delivery", {"rules": [{}] * 100}))[0] == 200
    assert (await post.call("PUT", "/delivery", {"rules": [{}] * 101}))[0] == 422
