"""Snapshots over the API: saving a realm, restoring it, and making realms from it."""

import asyncio
import json
import logging

import aiohttp
import pytest
from realm_api import NUMBER, START, Json, RealmApi, visitor_of
from smtp_client import about, open_waits, post
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import PASSWORD, enter, opt
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.realms import count_realms


def without_name(document: Json) -> Json:
    return {**document, "realm": {**document["realm"], "name": ""}}


async def test_a_damaged_snapshot_is_a_mistake_of_the_simulators_and_stays_out_of_the_log(
    realm_api: RealmApi, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = await realm_api.snapshot()
    with simulator.store.writing("") as transaction:
        sql = "UPDATE snapshots SET document = :document WHERE id = :id"
        transaction.change(sql, document='{"format": "the hash of a password"}', id=snapshot)
    await realm_api.refused(500, "internal", "POST", "", {"from_snapshot": snapshot})
    assert "a call failed" in caplog.text
    assert "the hash of a password" not in caplog.text


# The document


async def test_a_snapshot_is_a_document_that_a_person_can_read(
    realm_api: RealmApi, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    made = await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots", {"name": "avant l'activation"})
    assert (made["name"], made["made_at"]) == ("avant l'activation", "2011-06-09T07:00:00Z")
    document = await realm_api.document(made["id"])
    assert document["format"] == 1
    assert document["realm"]["clock"] == {"mode": "frozen", "now": "2011-06-09T07:00:00Z"}
    assert {each["id"] for each in document["personas"]} > {"lila", "francois", "clemence"}
    (option,) = document["options"]
    assert (option["credentials"]["answer"], option["queued_at"]) == ("Lilou", "2011-06-09T07:00:00Z")
    (mail,) = document["mail"]
    assert option["code"] in mail["text"]
    assert mail["recipients"] == [EMAIL]


async def test_a_snapshot_holds_neither_keys_nor_certificates_nor_sessions(
    realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await enter(lila)
    certificate = await control.certificate("lila")
    text = json.dumps(await realm_api.document(await realm_api.snapshot()))
    assert "PRIVATE KEY" not in text
    assert "CERTIFICATE-----" not in text
    assert PASSWORD not in text
    for line in certificate.key_pem.decode().splitlines():
        assert line not in text
    assert "sessions" not in list(await realm_api.document(await realm_api.snapshot()))


async def test_snapshots_are_listed_oldest_first_and_deleted(realm_api: RealmApi) -> None:
    first, second = await realm_api.snapshot(), await realm_api.snapshot()
    assert second > first
    listed = (await realm_api.done("GET", f"/{realm_api.realm.name}/snapshots"))["snapshots"]
    assert [each["id"] for each in listed] == [first, second]
    assert all(each["size"] > 10_000 for each in listed)
    assert await realm_api.done("DELETE", f"/{realm_api.realm.name}/snapshots/{first}") == {
        "deleted": str(first)
    }
    await realm_api.refused(404, "snapshot-unknown", "GET", f"/{realm_api.realm.name}/snapshots/{first}")
    listed = (await realm_api.done("GET", f"/{realm_api.realm.name}/snapshots"))["snapshots"]
    assert [each["id"] for each in listed] == [second]


@pytest.mark.parametrize("snapshot", ["0", "999999999", "x", "-1", "1" * 20])
async def test_an_unknown_snapshot_is_a_problem(realm_api: RealmApi, snapshot: str) -> None:
    path = f"/{realm_api.realm.name}/snapshots/{snapshot}"
    for method, action in (("GET", ""), ("DELETE", ""), ("POST", "/restore")):
        await realm_api.refused(404, "snapshot-unknown", method, path + action)


async def test_a_realm_has_no_snapshot_of_another(realm_api: RealmApi, simulator: Simulator) -> None:
    other = await simulator.realm()
    snapshot = await realm_api.snapshot(other.name)
    path = f"/{realm_api.realm.name}/snapshots/{snapshot}"
    for method, action in (("GET", ""), ("DELETE", ""), ("POST", "/restore")):
        await realm_api.refused(404, "snapshot-unknown", method, path + action)


async def test_the_number_of_snapshots_of_a_realm_is_limited(realm_api: RealmApi) -> None:
    for _ in range(50):
        last = await realm_api.snapshot()
    await realm_api.refused(409, "snapshots-too-many", "POST", f"/{realm_api.realm.name}/snapshots", {})
    await realm_api.done("DELETE", f"/{realm_api.realm.name}/snapshots/{last}")
    assert await realm_api.snapshot() > last


async def test_a_realm_with_too_much_mail_has_no_snapshot(realm_api: RealmApi, simulator: Simulator) -> None:
    line = b"0123456789" * 50 + b"\r\n"
    await post(
        simulator, realm_api.realm, b"Subject: gros\r\n\r\n" + line * (8 * 1024 * 1024 // len(line) + 1)
    )
    await realm_api.refused(409, "snapshot-too-large", "POST", f"/{realm_api.realm.name}/snapshots", {})
    await realm_api.refused(409, "snapshot-too-large", "POST", f"/{realm_api.realm.name}/fork", {"count": 1})


# Restoring


async def test_a_restored_realm_is_as_it_was_and_goes_on(
    realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    snapshot = await realm_api.snapshot()
    before = await realm_api.document(snapshot)
    await type_code(lila, mail.code or "")
    assert (await control.space(NUMBER)).state == "password"
    await realm_api.done("PATCH", f"/{realm_api.realm.name}/policy", {"popup.mode": "click"})
    await realm_api.done("PUT", f"/{realm_api.realm.name}/delivery", {"rules": [{"lose": True}]})
    await control.advance("P30D")
    answer = await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    assert (answer["clock"], answer["now"]) == ("frozen", "2011-06-09T07:00:00Z")
    assert (await control.space(NUMBER)).state == "pending"
    assert await realm_api.document(await realm_api.snapshot()) == before
    await enter(lila)
    assert await lila.screen() == "space", "the certificate opens the space again, and is the same"
    await type_code(lila, mail.code or "")
    assert (await control.space(NUMBER)).state == "password"


async def test_a_restored_realm_has_no_session(realm_api: RealmApi, lila: HttpVisitor) -> None:
    snapshot = await realm_api.snapshot()
    await enter(lila)
    assert await lila.screen() == "space"
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    await lila.click("Opter pour l'accès sans certificat")
    assert await lila.screen() == "session-ended"


async def test_certificates_that_were_handed_out_after_the_snapshot_stay(
    simulator: Simulator, realm_api: RealmApi, control: Control
) -> None:
    snapshot = await realm_api.snapshot()
    certificate = await control.certificate("theo")
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    assert (await control.certificate("theo")).chain_pem == certificate.chain_pem
    async with visitor_of(simulator, realm_api.realm, certificate) as theo:
        await enter(theo)
        assert await theo.screen() == "space"


async def test_subscribers_are_restored_with_a_snapshot(realm_api: RealmApi) -> None:
    people = f"/{realm_api.realm.name}/personas"
    none = await realm_api.snapshot()
    await realm_api.done("POST", people, {"count": 3, "seed": 1})
    three = await realm_api.snapshot()
    held = len((await realm_api.document(three))["personas"])
    assert held == len((await realm_api.document(none))["personas"]) + 3
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{none}/restore")
    await realm_api.refused(404, "persona-unknown", "GET", f"{people}/abonne-000001")
    await realm_api.done("POST", people, {"count": 5, "seed": 2})
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{three}/restore")
    assert len((await realm_api.document(await realm_api.snapshot()))["personas"]) == held
    assert await realm_api.document(three) == await realm_api.document(await realm_api.snapshot())


async def test_the_journal_goes_on_after_a_restore(realm_api: RealmApi, lila: HttpVisitor) -> None:
    snapshot = await realm_api.snapshot()
    await opt(lila, EMAIL)
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    lines = (await realm_api.done("GET", f"/{realm_api.realm.name}/journal"))["lines"]
    kinds = [line["kind"] for line in lines]
    assert "option-accepted" in kinds
    assert (lines[-1]["kind"], lines[-1]["data"]["snapshot"]) == ("realm-restored", str(snapshot))


async def test_snapshots_survive_a_reset_and_a_restore_but_no_deletion(
    realm_api: RealmApi, simulator: Simulator
) -> None:
    realm = (await simulator.realm()).name
    first, second = await realm_api.snapshot(realm), await realm_api.snapshot(realm)
    await realm_api.done("POST", f"/{realm}/reset")
    await realm_api.done("POST", f"/{realm}/snapshots/{first}/restore")
    await realm_api.done("POST", f"/{realm}/snapshots/{second}/restore")
    await realm_api.done("DELETE", f"/{realm}")
    await realm_api.refused(404, "snapshot-unknown", "POST", "", {"from_snapshot": second})


async def test_a_snapshot_does_not_keep_the_clock_from_going_back(
    realm_api: RealmApi, control: Control
) -> None:
    await control.advance("P1D")
    await realm_api.snapshot()
    assert (await control.advance("-P1D")).now.isoformat() == "2011-06-09T07:00:00+00:00"


# Mail, and who waits for it


async def test_restored_mails_are_not_new_and_later_ones_have_higher_numbers(
    realm_api: RealmApi, control: Control, simulator: Simulator
) -> None:
    await post(simulator, realm_api.realm, about("avant"))
    mails = f"/{realm_api.realm.name}/mail"
    (before,) = (await realm_api.done("GET", mails))["messages"]
    snapshot = await realm_api.snapshot()
    await post(simulator, realm_api.realm, about("après"))
    cursor = (await realm_api.done("GET", mails))["cursor"]
    await realm_api.done("DELETE", f"{mails}/{before['id']}")
    waiting = asyncio.create_task(realm_api.done("GET", f"{mails}/next?after={cursor}&timeout=30"))
    while await open_waits(simulator) < 1:
        await asyncio.sleep(0)
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    (again,) = (await realm_api.done("GET", mails))["messages"]
    assert again == before
    assert not waiting.done()
    await post(simulator, realm_api.realm, about("ensuite"))
    came = await waiting
    assert came["message"]["subject"] == "ensuite"
    assert came["message"]["id"] > int(cursor)


async def test_a_call_that_waits_for_a_mail_gets_a_restored_one(
    realm_api: RealmApi, simulator: Simulator
) -> None:
    await post(simulator, realm_api.realm, about("avant"))
    mails = f"/{realm_api.realm.name}/mail"
    snapshot = await realm_api.snapshot()
    await realm_api.done("DELETE", mails)
    waiting = asyncio.create_task(realm_api.done("GET", f"{mails}/next?timeout=30"))
    while await open_waits(simulator) < 1:
        await asyncio.sleep(0)
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    assert (await asyncio.wait_for(waiting, 5))["message"]["subject"] == "avant"


async def test_a_mail_that_is_not_text_is_restored_octet_by_octet(
    realm_api: RealmApi, simulator: Simulator, api: aiohttp.ClientSession
) -> None:
    text = "Subject: Été\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nÀ bientôt\r\n"
    raw = text.encode("latin-1")
    await post(simulator, realm_api.realm, raw)
    document = await realm_api.document(await realm_api.snapshot())
    assert document["mail"][0]["text"] is None
    copy = await realm_api.done("POST", "", {"from_snapshot": document})
    (mail,) = (await realm_api.done("GET", f"/{copy['name']}/mail"))["messages"]
    whole = await (await api.get(f"/api/realms/{copy['name']}/mail/{mail['id']}/raw")).read()
    assert whole.endswith(raw)


@pytest.mark.rule("MAIL-5", "MAIL-6")
async def test_a_letter_that_was_still_to_be_sent_is_sent_and_one_queued_since_is_not(
    realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await realm_api.done(
        "PUT", f"/{realm_api.realm.name}/delivery", {"rules": [{"to": EMAIL, "refuse_times": 3}]}
    )
    empty = await realm_api.snapshot()
    await opt(lila, EMAIL)
    await control.wait_for_line("mail-refused")
    unsent = await realm_api.snapshot()
    (option,) = (await realm_api.document(unsent))["options"]
    assert option["letter"]["attempts"] >= 1
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{empty}/restore")
    happened = await control.advance("PT5H")
    assert [line.kind for line in happened.happened] == []
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{unsent}/restore")
    happened = await control.advance("PT5H")
    assert [line.kind for line in happened.happened if line.kind == "mail-delivered"] == ["mail-delivered"]
    assert (await control.next_mail(EMAIL)).code == option["code"]
    copy = await realm_api.done("POST", "", {"from_snapshot": unsent})
    await realm_api.done("POST", f"/{copy['name']}/clock/advance", {"by": "PT5H"})
    (mail,) = (await realm_api.done("GET", f"/{copy['name']}/mail"))["messages"]
    assert (mail["recipients"], mail["date"]) != ([], None)


@pytest.mark.rule("MAIL-5")
async def test_a_late_mail_comes_when_it_is_due_in_a_restored_realm_and_in_a_copy(
    realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await realm_api.done(
        "PUT", f"/{realm_api.realm.name}/delivery", {"rules": [{"to": EMAIL, "delay": "PT2H"}]}
    )
    await opt(lila, EMAIL)
    await control.wait_for_line("mail-delayed")
    snapshot = await realm_api.snapshot()
    (late,) = (await realm_api.document(snapshot))["in_transit"]
    assert late["arrives_at"] == "2011-06-09T09:00:00Z"
    await control.advance("PT2H")
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    copy = (await realm_api.done("POST", "", {"from_snapshot": snapshot}))["name"]
    for realm in (realm_api.realm.name, copy):
        assert (await realm_api.done("GET", f"/{realm}/mail"))["messages"] == []
        moved = await realm_api.done("POST", f"/{realm}/clock/advance", {"by": "PT2H"})
        assert [(each["kind"], each["at"]) for each in moved["happened"]][-1] == (
            "mail-delivered",
            "2011-06-09T09:00:00Z",
        )
        assert len((await realm_api.done("GET", f"/{realm}/mail"))["messages"]) == 1


@pytest.mark.rule("MAIL-5")
async def test_a_lost_mail_is_still_reported_as_lost(realm_api: RealmApi, simulator: Simulator) -> None:
    await realm_api.done("PUT", f"/{realm_api.realm.name}/delivery", {"rules": [{"to": EMAIL, "lose": True}]})
    await post(simulator, realm_api.realm, to=EMAIL)
    await post(simulator, realm_api.realm, to="theo@courriel.example")
    copy = (await realm_api.done("POST", "", {"from_snapshot": await realm_api.snapshot()}))["name"]
    why = await realm_api.done("GET", f"/{copy}/mail/next?to={EMAIL}&timeout=0")
    assert why["reason"] == "lost"


CHANGES = {
    "restored": ("POST", "/{realm}/snapshots/{snapshot}/restore"),
    "reset": ("POST", "/{realm}/reset"),
    "deleted": ("DELETE", "/{realm}"),
}


@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize("change", CHANGES)
async def test_a_realm_that_is_changed_while_its_letters_are_sent_leaves_none_astray(
    caplog: pytest.LogCaptureFixture, change: str
) -> None:
    """No letter lands in another realm, no mail belongs to a deleted option, and no sender fails."""
    method, path = CHANGES[change]
    async with Simulator() as busy:
        headers = {"Authorization": f"Bearer {busy.doors.token}"}
        async with aiohttp.ClientSession(busy.doors.console, headers=headers) as api:
            realm_api = RealmApi(api, await busy.realm())
            changes: list[asyncio.Task[Json]] = []

            def when_queued(lines: list[JournalRecord]) -> None:
                for line in lines:
                    if line.kind == "mail-queued" and line.realm in snapshots:
                        there = path.format(realm=line.realm, snapshot=snapshots.pop(line.realm))
                        changes.append(asyncio.create_task(realm_api.done(method, there)))

            busy.journal.watch(when_queued)
            snapshots: dict[str | None, int] = {}
            realms = [await busy.realm(clock=START) for _ in range(5)]
            for realm in realms:
                async with Control(realm.api, busy.doors.token) as control:
                    certificate = await control.certificate("lila")
                snapshots[realm.name] = await realm_api.snapshot(realm.name)
                async with visitor_of(busy, realm, certificate) as lila:
                    await opt(lila, EMAIL)
                await changes.pop()
            for realm in realms if change != "deleted" else []:
                document = await realm_api.document(await realm_api.snapshot(realm.name), realm.name)
                assert (document["mail"], document["caught"], document["options"]) == ([], [], [])
            assert (await realm_api.done("GET", "/default/mail"))["messages"] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


# New realms


async def test_a_new_realm_has_the_snapshots_state_and_certificates_of_its_own(
    simulator: Simulator, realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    snapshot = await realm_api.snapshot()
    copy = await simulator.realm(from_snapshot=snapshot)
    document = await realm_api.document(snapshot)
    assert without_name(
        await realm_api.document(await realm_api.snapshot(copy.name), copy.name)
    ) == without_name(document)
    await enter(lila)
    async with Control(copy.api, simulator.doors.token) as of_copy:
        certificate = await of_copy.certificate("lila")
        assert certificate.chain_pem != (await control.certificate("lila")).chain_pem
        async with visitor_of(simulator, copy, await control.certificate("lila")) as stranger:
            await enter(stranger)
            assert await stranger.refusals() == ("certificate-without-space",)
        async with visitor_of(simulator, copy, certificate) as other:
            await enter(other)
            assert await other.screen() == "space"
            await type_code(other, mail.code or "")
        assert (await of_copy.space(NUMBER)).state == "password"
    assert (await control.space(NUMBER)).state == "pending"


async def test_a_document_makes_the_realm_on_another_machine(
    realm_api: RealmApi, control: Control, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    document = await realm_api.document(await realm_api.snapshot())
    async with Simulator() as elsewhere:
        realm = await elsewhere.realm(from_snapshot=document)
        async with Control(realm.api, elsewhere.doors.token) as there:
            assert (await there.space(NUMBER)).state == "pending"
            assert (await there.next_mail(EMAIL)).code == document["options"][0]["code"]
            async with visitor_of(elsewhere, realm, await there.certificate("lila")) as other:
                await enter(other)
                assert await other.screen() == "space"


async def test_clock_and_policy_beside_a_snapshot_change_it(realm_api: RealmApi) -> None:
    await realm_api.done(
        "PATCH", f"/{realm_api.realm.name}/policy", {"popup.mode": "click", "login.attempts": 3}
    )
    body = {
        "from_snapshot": await realm_api.snapshot(),
        "clock": "2012-01-01T00:00:00Z",
        "policy": {"login.attempts": 9},
    }
    made = await realm_api.done("POST", "", body)
    assert (made["clock"], made["now"]) == ("frozen", "2012-01-01T00:00:00Z")
    assert (made["policy"]["popup.mode"], made["policy"]["login.attempts"]) == ("click", 9)
    lila = await realm_api.done("GET", f"/{made['name']}/personas/lila")
    assert lila["certificate_not_before"] < "2012-01-01" < lila["certificate_not_after"]


async def test_a_clock_before_the_latest_event_is_refused(realm_api: RealmApi, lila: HttpVisitor) -> None:
    await opt(lila, EMAIL)
    body: Json = {"from_snapshot": await realm_api.snapshot(), "clock": "2011-06-09T08:59:59+02:00"}
    said = await realm_api.refused(422, "body-invalid", "POST", "", body)
    assert "2011-06-09T07:00:00" in said
    await realm_api.done("POST", "", {**body, "clock": START})


async def test_an_expired_certificate_is_expired_in_a_copy(
    realm_api: RealmApi, simulator: Simulator, control: Control
) -> None:
    await control.advance_to("certificate-expiry", "gaelle")
    copy = await simulator.realm(from_snapshot=await realm_api.snapshot())
    async with Control(copy.api, simulator.doors.token) as of_copy:
        certificate = await of_copy.certificate("gaelle")
    async with visitor_of(simulator, copy, certificate) as gaelle:
        await enter(gaelle)
        assert await gaelle.refusals() == ("certificate-expired",)


async def test_a_copy_is_reset_as_its_original_would_be(realm_api: RealmApi, lila: HttpVisitor) -> None:
    await opt(lila, EMAIL)
    copy = (await realm_api.done("POST", "", {"from_snapshot": await realm_api.snapshot()}))["name"]
    answer = await realm_api.done("POST", f"/{copy}/reset")
    assert (answer["clock"], answer["now"][:16]) == ("running", "2011-06-09T07:00")
    assert (await realm_api.done("GET", f"/{copy}/spaces/{NUMBER}"))["state"] == "certificate"


# Forks


async def test_forks_begin_alike_and_go_their_own_ways(
    realm_api: RealmApi, control: Control, simulator: Simulator, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    forks = (await realm_api.done("POST", f"/{realm_api.realm.name}/fork", {"count": 3}))["realms"]
    names = [fork["name"] for fork in forks]
    assert len(set(names)) == 3
    first = Realm(
        names[0],
        f"{simulator.doors.portal}/r/{names[0]}",
        f"{simulator.doors.gate}/r/{names[0]}",
        f"{simulator.doors.console}/api/realms/{names[0]}",
    )
    async with visitor_of(simulator, first, None) as somebody:
        await type_code(somebody, mail.code or "")
    states = [(await realm_api.done("GET", f"/{name}/spaces/{NUMBER}"))["state"] for name in names]
    assert states == ["password", "pending", "pending"]
    assert (await control.space(NUMBER)).state == "pending"
    lines = (await realm_api.done("GET", f"/{names[0]}/journal"))["lines"]
    assert (lines[0]["kind"], lines[0]["data"]) == ("realm-made", {"forked_from": realm_api.realm.name})


async def test_all_requested_forks_are_made_or_none(realm_api: RealmApi) -> None:
    async with Simulator() as crowded:
        headers = {"Authorization": f"Bearer {crowded.doors.token}"}
        async with aiohttp.ClientSession(crowded.doors.console, headers=headers) as api:
            there = RealmApi(api, Realm("default", "", "", ""))
            for count in (100,) * 9 + (98,):
                await there.done("POST", "/default/fork", {"count": count})
            await there.refused(409, "realms-too-many", "POST", "/default/fork", {"count": 2})
            with crowded.store.reading("") as transaction:
                assert count_realms(transaction) == 999
            await there.done("POST", "/default/fork", {"count": 1})
            await there.refused(409, "realms-too-many", "POST", "", {"from_snapshot": await there.snapshot()})


@pytest.mark.parametrize("count", [0, -1, 101, 1.5, "3", None, True])
async def test_an_invalid_number_of_forks_makes_none(realm_api: RealmApi, count: object) -> None:
    before = await realm_api.names()
    await realm_api.refused(422, "body-invalid", "POST", f"/{realm_api.realm.name}/fork", {"count": count})
    assert await realm_api.names() == before


# From Python


async def test_the_client_for_scripts_keeps_restores_and_forks(
    realm_api: RealmApi, control: Control, simulator: Simulator, lila: HttpVisitor
) -> None:
    snapshot = await control.snapshot("au début")
    await opt(lila, EMAIL)
    await control.next_mail(EMAIL)
    pending = await control.snapshot()
    await control.restore(snapshot)
    assert (await control.space(NUMBER)).state == "certificate"
    copy = await simulator.realm(from_snapshot=pending.id)
    again = await simulator.realm(from_snapshot=await control.document(pending))
    for realm in (copy, again):
        async with Control(realm.api, simulator.doors.token) as there:
            assert (await there.space(NUMBER)).state == "pending"
    assert len(await control.fork(2)) == 2
    with pytest.raises(ControlError, match="no such snapshot"):
        await control.restore(pending.model_copy(update={"id": 10**9}))
    with pytest.raises(LookupError):
        await simulator.realm(from_snapshot=10**9)
