"""Two realms with the same people, numbers and addresses never see each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tables import rows_of

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.domain.space import Civility, Company, Credentials, Holder, Service, Space
from maquette.simulator.store import (
    delivery_queue,
    helpdesk,
    journal,
    mailbox,
    options,
    outbox,
    personas,
    realms,
    sessions,
    snapshots,
    spaces,
    tries,
    visits,
)
from maquette.simulator.store.errors import StatementError
from maquette.simulator.store.schema import REALM_TABLES
from maquette.simulator.store.tries import Lock

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NUMBER, EMAIL, CODE = "20111710000303", "lila@courriel.example", "5Xnmyx5kZbX8"
CREDENTIALS = Credentials(EMAIL, "$argon2id$é\"'\\", "Quel est votre surnom ?", "l'Œil « € » 😀\u00a0")
RECORD = realms.RealmRecord("here", Clock(ClockMode.FROZEN, NOW, NOW), Policy())
HOLDER = Holder(
    Civility.MONSIEUR, "Loevenbruck", "Théo", "01 99", "1 rue de l'Œuf", "57999", "Metz", "FRANCE"
)
COMPANIES = (
    Company("123456782", "12345678200010", "SARL MARTIN", foreign=False, services=tuple(Service)),
    Company("145648614", "14564861400017", "ÉTÉ & « FILS »", foreign=True, services=()),
)
SPACE = Space(NUMBER, date(2011, 1, 17), HOLDER, COMPANIES, EMAIL)
OPTION = Option("option", NUMBER, CREDENTIALS, CODE, NOW)
DRAFT = Draft(warned=True, email=EMAIL, password_hash="hash")
SESSION = Session("session", Way.CERTIFICATE, NUMBER, "fp", LATER, NOW, DRAFT)
LETTER = outbox.OutgoingLetter("here", OPTION.id, "", NOW)
CLICK = Policy().changed({"popup.mode": "click"})
HELD = personas.StoredCertificate("fp", b"certificate\0", b"key\xff")
MAIL = mailbox.ArrivingMail("<1@a.example>", "", (EMAIL,), "Bonjour", "", Folder.INBOX, b"raw")
PERSONA = personas.PersonaRecord(
    "lila",
    0,
    "Une entreprise",
    "Lila ROSEMONDE",
    CertificateCase.VALID,
    NUMBER,
    NOW,
    LATER,
    ("theo", "noemie"),
    "Colibri2010",
)


def fill(store, realm, mark=""):
    """Write at least one row in each table with a realm key; `mark` distinguishes the realms' texts."""
    with store.writing(realm) as transaction:
        realms.add_realm(transaction, replace(RECORD, name=realm), NOW)
        realms.begin_move(transaction, ClockMode.FROZEN)
        personas.add_persona_records(transaction, [replace(PERSONA, title=mark, name=mark + PERSONA.name)])
        personas.give_certificate(transaction, "lila", HELD, CertificateRecord(NUMBER, revoked=False))
        spaces.add_space(transaction, replace(SPACE, email=mark + EMAIL), EMAIL)
        options.add_option(transaction, replace(OPTION, code=mark + CODE))
        spaces.put_claim(transaction, EMAIL, mark + NUMBER, OPTION.id)
        sessions.add_session(transaction, replace(SESSION, fingerprint=mark))
        sessions.put_result(transaction, "browser", OPTION.id, LATER)
        tries.add_wrong_try(transaction, Lock.LOGIN, EMAIL, NOW)
        outbox.add_letter(transaction, outbox.OutgoingLetter(realm, OPTION.id, mark, NOW))
        mailbox.add_mail(transaction, replace(MAIL, sender=mark), NOW)
        delivery_queue.put_rules(transaction, [DeliveryRule(to=EMAIL, lose=True)])
        delivery_queue.note_caught(transaction, "<1@a.example>")
        delivery_queue.count_refusal(transaction, "<2@a.example>")
        delivery_queue.add_undelivered(transaction, NOW, delivery_queue.DeliveryOutcome.LOST, [mark])
        delivery_queue.add_in_transit(
            transaction, replace(MAIL, sender=mark), taken_at=NOW, arrives_at=LATER, correlation=None
        )
        snapshots.add_snapshot(transaction, name=mark, made_at=NOW, document=f"{{{mark}}}", mail_ids=[1])
        helpdesk.add_helpdesk_message(transaction, name=mark, email=EMAIL, message="Bonjour", at=NOW)
        journal.add_lines(transaction, [journal.JournalRecord(realm, NOW, NOW, "kind", mark, {"a": [1]})])


def rows(store, realm):
    """All rows of a realm, table by table."""
    with store.reading(realm) as transaction:
        return {table: rows_of(transaction, table) for table in REALM_TABLES}


@pytest.fixture
def two(store):
    """A store in which `here` and `there` have the same numbers, addresses and ids."""
    fill(store, "here", "here ")
    fill(store, "there", "there ")
    return store


def test_the_realms_of_these_tests_have_a_row_in_every_table(two):
    for realm in ("here", "there"):
        assert {name for name, found in rows(two, realm).items() if not found} == set()


def test_each_query_sees_its_own_realm_alone(two):
    for realm, mark in (("here", "here "), ("there", "there ")):
        with two.reading(realm) as transaction:
            assert realms.find_realm(transaction).name == realm
            assert [persona.title for persona in personas.list_personas(transaction)] == [mark]
            assert personas.find_persona(transaction, "lila").title == mark
            assert spaces.find_space(transaction, NUMBER).email == mark + EMAIL
            assert spaces.count_sharing(transaction, EMAIL) == 1
            assert spaces.find_claim(transaction, EMAIL).subscriber_number == mark + NUMBER
            assert spaces.find_claim(transaction, EMAIL).option.code == mark + CODE
            assert options.find_latest_option(transaction, NUMBER).code == mark + CODE
            assert options.get_option(transaction, OPTION.id).code == mark + CODE
            assert sessions.find_session(transaction, SESSION.id).fingerprint == mark
            assert sessions.find_result_end(transaction, "browser", OPTION.id) == LATER
            assert tries.list_wrong_tries(transaction, Lock.LOGIN, EMAIL, 10) == [NOW]
            assert [mail.sender for mail in mailbox.list_mail(transaction)] == [mark]
            assert mailbox.last_mail_id(transaction) == mailbox.list_mail(transaction)[0].id
            assert delivery_queue.list_rules(transaction) == (DeliveryRule(to=EMAIL, lose=True),)
            assert delivery_queue.list_caught(transaction) == ["<1@a.example>"]
            assert delivery_queue.list_refusals(transaction) == {"<2@a.example>": 1}
            assert [lost.recipients for lost in delivery_queue.list_undelivered(transaction, 0)] == [(mark,)]
            assert [late.mail.sender for late in delivery_queue.list_in_transit(transaction)] == [mark]
            assert delivery_queue.first_arrival(transaction) == LATER
            assert (
                delivery_queue.count_octets_in_transit(transaction) == mailbox.count_octets(transaction) == 3
            )
            (line,) = snapshots.list_snapshots(transaction)
            assert line.name == mark
            assert snapshots.find_snapshot(transaction, line.id).document == f"{{{mark}}}"
            assert snapshots.find_snapshot_of_any_realm(transaction, line.id).realm == realm
            assert [message["name"] for message in helpdesk.list_helpdesk_messages(transaction)] == [mark]
            lines = journal.list_lines(transaction, of_realm=realm, after=0, kind=None, most=10)
            assert [line.correlation for line in lines] == [mark]


def test_nothing_of_either_realm_is_seen_from_a_third(two):
    with two.reading("elsewhere") as transaction:
        assert realms.find_realm(transaction) is None
        assert personas.list_personas(transaction) == []
        assert personas.find_persona(transaction, "lila") is None
        assert personas.find_certificate_record(transaction, "fp") is None
        assert spaces.find_space(transaction, NUMBER) is None
        assert spaces.count_sharing(transaction, EMAIL) == 0
        assert spaces.find_claim(transaction, EMAIL) is None
        assert options.find_option(transaction, OPTION.id) is None
        assert options.find_latest_option(transaction, NUMBER) is None
        assert sessions.find_session(transaction, SESSION.id) is None
        assert sessions.find_result_end(transaction, "browser", OPTION.id) is None
        assert tries.list_wrong_tries(transaction, Lock.LOGIN, EMAIL, 10) == []
        assert mailbox.list_mail(transaction) == []
        assert mailbox.last_mail_id(transaction) == 0
        assert mailbox.find_mail(transaction, 1) is None
        assert delivery_queue.list_rules(transaction) == ()
        assert delivery_queue.list_caught(transaction) == delivery_queue.list_in_transit(transaction) == []
        assert delivery_queue.list_refusals(transaction) == {}
        assert delivery_queue.list_undelivered(transaction, 0) == []
        assert delivery_queue.first_arrival(transaction) is None
        assert delivery_queue.count_octets_in_transit(transaction) == mailbox.count_octets(transaction) == 0
        assert snapshots.list_snapshots(transaction) == []
        assert snapshots.find_snapshot(transaction, 1) is None
        assert helpdesk.list_helpdesk_messages(transaction) == []
        assert journal.list_lines(transaction, of_realm="elsewhere", after=0, kind=None, most=10) == []
        with pytest.raises(LookupError, match="no option 'option' in realm 'elsewhere'"):
            options.get_option(transaction, OPTION.id)
        with pytest.raises(LookupError, match="no certificate 'fp' in realm 'elsewhere'"):
            personas.get_certificate(transaction, "fp")


def test_a_mail_of_another_realm_is_not_found_by_its_number(two):
    with two.reading("here") as transaction:
        mine = mailbox.last_mail_id(transaction)
    with two.reading("there") as transaction:
        assert mailbox.find_mail(transaction, mine) is None


SEVERAL = [1, 2, 3]
"""Ids of rows of both realms."""

MARKS = ["here ", "there "]
QUERIES = {
    "find_realm": realms.find_realm,
    "get_realm": realms.get_realm,
    "latest_event": realms.latest_event,
    "list_personas": personas.list_personas,
    "find_persona": lambda t: personas.find_persona(t, "lila"),
    "last_position": lambda t: personas.last_position(t) + 1,
    "count_personas": personas.count_personas,
    "names_of_holders": lambda t: personas.names_of_holders(t, [NUMBER]),
    "list_holders": lambda t: personas.list_holders(t, [NUMBER]),
    "names_by_fingerprint": lambda t: personas.names_by_fingerprint(t, ["fp"]),
    "list_persona_names": personas.list_persona_names,
    "find_certificate_record": lambda t: personas.find_certificate_record(t, "fp"),
    "get_certificate": lambda t: personas.get_certificate(t, "fp"),
    "find_space": lambda t: spaces.find_space(t, NUMBER),
    "get_space": lambda t: spaces.get_space(t, NUMBER),
    "list_spaces": lambda t: spaces.list_spaces(t, [NUMBER]),
    "list_all_spaces": spaces.list_all_spaces,
    "list_broken_seals": lambda t: spaces.list_broken_seals(t, after="", most=1),
    "is_number_taken": lambda t: spaces.is_number_taken(t, NUMBER),
    "count_sharing": lambda t: spaces.count_sharing(t, EMAIL),
    "find_claim": lambda t: spaces.find_claim(t, EMAIL),
    "find_visit": lambda t: visits.find_visit(t, SESSION.id),
    "get_option": lambda t: options.get_option(t, OPTION.id),
    "find_option": lambda t: options.find_option(t, OPTION.id),
    "find_latest_option": lambda t: options.find_latest_option(t, NUMBER),
    "list_options_of": lambda t: options.list_options_of(t, NUMBER),
    "list_all_options": options.list_all_options,
    "list_open_options": options.list_open_options,
    "list_sessions": sessions.list_sessions,
    "find_session": lambda t: sessions.find_session(t, SESSION.id),
    "list_sessions_of": lambda t: sessions.list_sessions_of(t, NUMBER),
    "find_result_end": lambda t: sessions.find_result_end(t, "browser", OPTION.id),
    "list_wrong_tries": lambda t: tries.list_wrong_tries(t, Lock.LOGIN, EMAIL, 10),
    "list_all_wrong_tries": tries.list_all_wrong_tries,
    "list_letters": lambda t: outbox.list_letters(t, t.realm),
    "list_mail": mailbox.list_mail,
    "list_mail to": lambda t: mailbox.list_mail(t, to=EMAIL),
    "list_mail_ids": mailbox.list_mail_ids,
    "recipients_after": lambda t: mailbox.recipients_after(t, 0),
    "list_newest_mail": lambda t: mailbox.list_newest_mail(t, Folder.INBOX, before=None, most=10),
    "newest_mails": lambda t: list(mailbox.newest_mails(t, Folder.INBOX)),
    "count_mail": lambda t: mailbox.count_mail(t, Folder.INBOX),
    "count_octets": mailbox.count_octets,
    "find_mail": lambda t: [mailbox.find_mail(t, each) for each in SEVERAL],
    "last_mail_id": mailbox.last_mail_id,
    "list_rules": delivery_queue.list_rules,
    "is_caught": lambda t: delivery_queue.is_caught(t, "<1@a.example>"),
    "list_caught": delivery_queue.list_caught,
    "list_refusals": delivery_queue.list_refusals,
    "list_in_transit": delivery_queue.list_in_transit,
    "list_in_transit until": lambda t: delivery_queue.list_in_transit(t, LATER),
    "count_octets_in_transit": delivery_queue.count_octets_in_transit,
    "first_arrival": delivery_queue.first_arrival,
    "list_undelivered": lambda t: delivery_queue.list_undelivered(t, 0),
    "list_snapshots": snapshots.list_snapshots,
    "find_snapshot": lambda t: [snapshots.find_snapshot(t, each) for each in SEVERAL],
    "list_helpdesk_messages": helpdesk.list_helpdesk_messages,
    "list_lines": lambda t: journal.list_lines(t, of_realm=t.realm, after=0, kind=None, most=10),
    "find_trimmed": lambda t: [journal.find_trimmed(t, of_realm=t.realm)],
    "list_newest_lines": lambda t: journal.list_newest_lines(t, most=10),
    "list_lines_of": lambda t: journal.list_lines_of(t, MARKS, kind="kind"),
}  # fmt: skip
OF_ALL_REALMS = {
    "list_realms", "clocks_of", "list_moving", "count_realms", "first_arrivals", "find_snapshot_of_any_realm",
    "last_line_id", "realms_of_lines", "list_newest_of_installation",
}  # fmt: skip
MODULES = (
    realms, personas, spaces, visits, options, sessions, tries, outbox, mailbox, helpdesk, delivery_queue,
    snapshots, journal,
)  # fmt: skip


@pytest.mark.parametrize("realm", ["here", "there", "elsewhere"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_returns_the_same_when_all_other_realms_are_gone(two, query, realm):
    def answer():
        try:
            with two.reading(realm) as transaction:
                return query(transaction)
        except LookupError as error:
            return type(error)

    before = answer()
    assert before or realm == "elsewhere"
    for other in {"here", "there"} - {realm}:
        with two.writing(other) as transaction:
            realms.clear_realm(transaction, keep=frozenset())
    assert answer() == before


def test_every_function_that_reads_rows_is_tested_so():
    reading = {
        name
        for module in MODULES
        for name, value in vars(module).items()
        if not name.startswith(("_", "add_", "begin_", "give_", "count_refusal", "set_", "trim"))
        and getattr(value, "__module__", None) == module.__name__
        and next(iter(getattr(value, "__annotations__", {})), "") == "transaction"
    }
    assert reading - set(CHANGES) == {name.split()[0] for name in QUERIES} | OF_ALL_REALMS


REISSUED = replace(HELD, fingerprint="another")
CHANGES = {
    "save_realm": lambda t: realms.save_realm(t, replace(RECORD, policy=CLICK)),
    "end_move": realms.end_move,
    "remove_personas": lambda t: personas.remove_personas(t, after=-1),
    "put_personas": lambda t: personas.put_personas(t, []),
    "set_password": lambda t: personas.set_password(t, "lila", "Colibri2011"),
    "forget_password": lambda t: personas.forget_password(t, NUMBER),
    "give_certificate": lambda t: personas.give_certificate(
        t, "lila", REISSUED, CertificateRecord(NUMBER, revoked=True)
    ),
    "save_space": lambda t: spaces.save_space(t, replace(SPACE, credentials=CREDENTIALS), "other"),
    "put_claim": lambda t: spaces.put_claim(t, EMAIL, "other", None),
    "save_option": lambda t: options.save_option(t, replace(OPTION, used_at=LATER)),
    "note_lapse": lambda t: options.note_lapse(t, OPTION.id),
    "add_option": lambda t: options.add_option(t, replace(OPTION, id="second")),
    "save_session": lambda t: sessions.save_session(t, replace(SESSION, draft=Draft())),
    "end_session": lambda t: sessions.end_session(t, SESSION.id),
    "put_result": lambda t: sessions.put_result(t, "browser", "another", NOW),
    "forget_result": lambda t: sessions.forget_result(t, "browser", OPTION.id),
    "add_wrong_try": lambda t: tries.add_wrong_try(t, Lock.LOGIN, EMAIL, LATER),
    "save_letter": lambda t: outbox.save_letter(t, replace(LETTER, attempts=3)),
    "remove_letter": lambda t: outbox.remove_letter(t, LETTER),
    "mark_mails": lambda t: mailbox.mark_mails(t, None, read=True),
    "delete_mail": lambda t: mailbox.delete_mail(t, None),
    "put_rules": lambda t: delivery_queue.put_rules(t, []),
    "note_caught": lambda t: delivery_queue.note_caught(t, "<3@a.example>"),
    "count_refusal": lambda t: delivery_queue.count_refusal(t, "<2@a.example>"),
    "put_refusals": lambda t: delivery_queue.put_refusals(t, {"<4@a.example>": 2}),
    "forget_refusals": lambda t: delivery_queue.forget_refusals(t, "<2@a.example>"),
    "put_undelivered": lambda t: delivery_queue.put_undelivered(
        t, delivery_queue.UndeliveredMail(NOW, delivery_queue.DeliveryOutcome.BOUNCED, (EMAIL,), 0)
    ),
    "remove_in_transit": lambda t: delivery_queue.remove_in_transit(t, delivery_queue.list_in_transit(t)[0]),
    "remove_snapshot": lambda t: [snapshots.remove_snapshot(t, each) for each in SEVERAL],
    "give_up_move": lambda t: realms.give_up_move(t, LATER),
    "clear_realm": lambda t: realms.clear_realm(t, keep=frozenset()),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_in_one_realm_leaves_the_other_as_it_was(two, change):
    here, there = rows(two, "here"), rows(two, "there")
    with two.writing("here") as transaction:
        change(transaction)
    assert rows(two, "here") != here
    assert rows(two, "there") == there


def test_every_function_that_changes_rows_is_tested_so():
    changing = {
        name
        for module in MODULES
        for name, value in vars(module).items()
        if name.startswith(
            ("save_", "put_", "end_", "remove_", "delete_", "mark_", "note_", "forget_", "clear_")
        )
        and getattr(value, "__module__", None) == module.__name__
    }
    assert changing <= set(CHANGES), "a function changes rows and no test holds it to its realm"


# Everything comes back as it was kept


@pytest.fixture
def kept(store):
    fill(store, "here")
    return store


def test_a_realm_comes_back_as_it_was_kept(kept):
    with kept.reading("here") as transaction:
        assert realms.find_realm(transaction) == RECORD
        assert realms.list_realms(transaction) == [RECORD]
    changed = realms.RealmRecord(
        "here",
        Clock(ClockMode.RUNNING, LATER, datetime(2024, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)),
        Policy().changed({"gate.notice": "Œuf « 1 »", "activation.window": "PT90S", "option.replace": False}),
        made_clock=LATER,
        made_policy=CLICK,
        defects=("z", "a"),
    )
    with kept.writing("here") as transaction:
        realms.save_realm(transaction, changed)
        assert realms.find_realm(transaction) == changed


def test_realms_are_listed_oldest_first(store):
    for name, at in (("b", NOW), ("c", LATER), ("a", NOW)):
        with store.writing(name) as transaction:
            realms.add_realm(transaction, replace(RECORD, name=name), at)
    with store.reading("") as transaction:
        assert [record.name for record in realms.list_realms(transaction)] == ["a", "b", "c"]


def test_a_realm_s_name_is_taken_once(kept):
    with pytest.raises(StatementError, match=r"(?i)unique"), kept.writing("here") as transaction:
        realms.add_realm(transaction, RECORD, LATER)


@pytest.mark.rule("ACC-12")
def test_a_space_comes_back_as_it_was_kept_before_and_after_its_conversion(kept):
    converted = replace(SPACE, email="autre@b.example", credentials=CREDENTIALS, registered_at=LATER)
    with kept.writing("here") as transaction:
        assert spaces.find_space(transaction, NUMBER) == SPACE
        spaces.save_space(transaction, converted, "autre@b.example")
        assert spaces.find_space(transaction, NUMBER) == converted
        assert spaces.count_sharing(transaction, EMAIL) == 0


@pytest.mark.rule("ACC-12")
def test_saving_a_space_cannot_change_number_holder_company_files_or_services(kept):
    with kept.writing("here") as transaction:
        spaces.save_space(transaction, replace(SPACE, companies=(), created_on=date(2000, 1, 1)), EMAIL)
        assert spaces.find_space(transaction, NUMBER) == SPACE


def test_an_option_comes_back_as_it_was_kept(kept):
    after = replace(OPTION, sent_at=NOW, replaced_at=LATER, used_at=LATER)
    with kept.writing("here") as transaction:
        assert options.find_option(transaction, OPTION.id) == OPTION
        options.save_option(transaction, after)
        assert options.get_option(transaction, OPTION.id) == after


def test_the_latest_option_is_the_one_that_was_accepted_last_even_within_one_second(kept):
    with kept.writing("here") as transaction:
        for name in ("zz", "aa", "mm"):
            options.add_option(transaction, replace(OPTION, id=name))
            assert options.find_latest_option(transaction, NUMBER).id == name


@pytest.mark.rule("ACT-6")
def test_a_lapse_is_noted_the_first_time_only(kept):
    with kept.writing("here") as transaction:
        assert [options.note_lapse(transaction, OPTION.id) for _ in range(3)] == [True, False, False]
        assert not options.note_lapse(transaction, "unknown")


@pytest.mark.parametrize(
    "session",
    [SESSION, replace(SESSION, fingerprint=None, certificate_end=None, draft=Draft())],
    ids=["by certificate", "by password"],
)
def test_a_session_comes_back_as_it_was_kept(kept, session):
    session = replace(session, id="another")
    seen = replace(session, seen_at=LATER, draft=Draft(warned=True))
    with kept.writing("here") as transaction:
        sessions.add_session(transaction, session)
        assert sessions.find_session(transaction, "another") == session
        sessions.save_session(transaction, seen)
        assert sessions.find_session(transaction, "another") == seen


@pytest.mark.rule("SES-1")
def test_the_sessions_of_a_space_are_its_own(kept):
    with kept.writing("here") as transaction:
        sessions.add_session(transaction, replace(SESSION, id="second"))
        sessions.add_session(transaction, replace(SESSION, id="third", subscriber_number="another"))
        found = sessions.list_sessions_of(transaction, NUMBER)
        assert {session.id for session in found} == {SESSION.id, "second"}


@pytest.mark.rule("REG-5")
def test_a_result_is_kept_until_its_instant_for_one_browser(kept):
    with kept.writing("here") as transaction:
        assert sessions.find_result_end(transaction, "browser", OPTION.id) == LATER
        assert sessions.find_result_end(transaction, "other", OPTION.id) is None
        assert sessions.find_result_end(transaction, "browser", "another") is None


@pytest.mark.rule("POP-5")
def test_one_browser_keeps_the_results_of_several_activations(kept):
    with kept.writing("here") as transaction:
        sessions.put_result(transaction, "browser", "another", NOW)
        for option_id in (OPTION.id, "another"):
            assert sessions.find_result_end(transaction, "browser", option_id) is not None


@pytest.mark.rule("CRED-4")
def test_an_address_belongs_to_the_one_who_claimed_it_last(kept):
    with kept.writing("here") as transaction:
        assert spaces.find_claim(transaction, EMAIL).option == OPTION
        spaces.put_claim(transaction, EMAIL, "another", None)
        claim = spaces.find_claim(transaction, EMAIL)
        assert (claim.subscriber_number, claim.option) == ("another", None)
        assert spaces.find_claim(transaction, "unknown") is None


@pytest.mark.rule("CRED-4")
def test_a_claim_of_an_option_that_is_not_there_is_an_error(kept):
    with kept.writing("here") as transaction:
        spaces.put_claim(transaction, EMAIL, NUMBER, "nowhere")
        with pytest.raises(LookupError, match="no option 'nowhere'"):
            spaces.find_claim(transaction, EMAIL)


@pytest.mark.rule("CRED-4")
def test_the_database_itself_keeps_an_address_to_one_claim(kept):
    with pytest.raises(StatementError, match=r"(?i)unique"), kept.writing("here") as transaction:
        transaction.change(
            "INSERT INTO email_claims (realm, email_key, subscriber_number) VALUES (:realm, :email, 'x')",
            email=EMAIL,
        )


@pytest.mark.rule("CRED-5")
def test_only_certificate_spaces_share_a_mailbox(kept):
    with kept.writing("here") as transaction:
        spaces.add_space(transaction, replace(SPACE, subscriber_number="second"), EMAIL)
        assert spaces.count_sharing(transaction, EMAIL) == 2
        spaces.save_space(transaction, replace(SPACE, credentials=CREDENTIALS), EMAIL)
        assert spaces.count_sharing(transaction, EMAIL) == 1


@pytest.mark.parametrize(
    "record", [CertificateRecord(NUMBER, revoked=True), CertificateRecord(None, revoked=False)]
)
def test_a_certificate_comes_back_as_it_was_kept(kept, record):
    held = replace(HELD, fingerprint="another")
    with kept.writing("here") as transaction:
        assert personas.find_persona(transaction, "lila").fingerprint == "fp"
        personas.give_certificate(transaction, "lila", held, record)
        assert personas.find_persona(transaction, "lila").fingerprint == "another"
        assert personas.find_certificate_record(transaction, "another") == record
        assert personas.get_certificate(transaction, "another") == held


def test_personas_come_back_in_their_order(kept):
    with kept.writing("here") as transaction:
        personas.add_persona_records(
            transaction,
            [
                replace(PERSONA, id=name, position=position, subscriber_number=None, store_with=())
                for position, name in ((20, "b"), (10, "c"))
            ],
        )
        listed = personas.list_personas(transaction)
        assert [persona.id for persona in listed] == ["lila", "c", "b"]
        assert listed[0] == replace(PERSONA, title="", fingerprint="fp")
        assert personas.find_persona(transaction, "b") == listed[2]
        assert (personas.count_personas(transaction), personas.last_position(transaction)) == (3, 20)


def test_personas_are_listed_a_few_at_a_time(kept):
    with kept.writing("here") as transaction:
        more = [replace(PERSONA, id=f"p{place}", position=place * 10) for place in range(1, 4)]
        personas.add_persona_records(transaction, more)
        for asked, ids in (
            ({"most": 2}, ["lila", "p1"]),
            ({"after": 9}, ["p1", "p2", "p3"]),
            ({"after": 10}, ["p2", "p3"]),
            ({"after": 10, "most": 1}, ["p2"]),
            ({"skip": 1, "most": 2}, ["p1", "p2"]),
            ({"after": 30}, []),
        ):
            assert [each.id for each in personas.list_personas(transaction, **asked)] == ids, asked


def test_removed_personas_take_their_certificates_with_them_and_leave_those_of_others(kept):
    with kept.writing("here") as transaction:
        more = [replace(PERSONA, id=f"p{place}", position=place * 10) for place in range(1, 4)]
        personas.add_persona_records(transaction, more)
        for each in more[:2]:
            held = replace(HELD, fingerprint=f"of {each.id}")
            personas.give_certificate(transaction, each.id, held, CertificateRecord(NUMBER, revoked=False))
        personas.remove_personas(transaction, after=10)
        assert [each.id for each in personas.list_personas(transaction)] == ["lila", "p1"]
        known = {
            name: personas.find_certificate_record(transaction, name) for name in ("fp", "of p1", "of p2")
        }
        assert [name for name, record in known.items() if record is None] == ["of p2"]


@pytest.fixture
def three(kept):
    """A realm whose personas hold spaces `n0` to `n2` and certificates `f0` to `f2`; the last came first."""
    with kept.writing("here") as transaction:
        personas.put_personas(transaction, [])
        for place in (2, 1, 0):
            persona = replace(PERSONA, id=f"p{2 - place}", position=place, subscriber_number=f"n{place}")
            personas.add_persona_records(transaction, [replace(persona, name=f"name {place}")])
            held = replace(HELD, fingerprint=f"f{place}")
            record = CertificateRecord(persona.subscriber_number, revoked=False)
            personas.give_certificate(transaction, persona.id, held, record)
    return kept


def test_people_are_found_by_the_spaces_and_certificates_that_they_hold(three):
    with three.reading("here") as transaction:
        assert personas.names_of_holders(transaction, ["n2", "n0", "x"]) == {"n0": "name 0", "n2": "name 2"}
        assert personas.names_by_fingerprint(transaction, ["f2", "x"]) == {"f2": "name 2"}
        assert [each.id for each in personas.list_holders(transaction, ["n2", "n0"])] == ["p2", "p0"]
        names = personas.list_persona_names(transaction)
    assert [(each.id, each.name) for each in names] == [("p2", "name 0"), ("p1", "name 1"), ("p0", "name 2")]
    assert {each.email for each in names} == {None}  # no such spaces are stored


def test_a_published_password_is_forgotten_for_one_space_alone(three):
    with three.writing("here") as transaction:
        personas.forget_password(transaction, "n1")
        personas.set_password(transaction, "p0", "Colibri2011")
        passwords = [each.password for each in personas.list_personas(transaction)]
    assert passwords == ["Colibri2010", None, "Colibri2011"]


def test_replaced_personas_keep_the_certificates_that_they_hold_and_no_others(three):
    with three.writing("here") as transaction:
        held = personas.list_personas(transaction)
        personas.put_personas(transaction, [held[0], replace(held[1], fingerprint=None)])
        known = [personas.find_certificate_record(transaction, f"f{place}") for place in range(3)]
    assert [record is not None for record in known] == [True, False, False]


def test_personas_of_another_realm_keep_no_certificate_and_lose_none(two):
    """The certificates of both realms have one fingerprint."""
    with two.writing("here") as transaction:
        personas.put_personas(transaction, [replace(PERSONA, fingerprint=None)])
        assert personas.find_certificate_record(transaction, "fp") is None
    with two.writing("there") as transaction:
        personas.remove_personas(transaction, after=0)
        assert personas.find_certificate_record(transaction, "fp") is not None
        personas.remove_personas(transaction, after=-1)
        assert personas.last_position(transaction) == -1


def test_removing_personas_leaves_a_certificate_that_a_removed_one_of_another_realm_holds(two):
    with two.writing("there") as transaction:
        personas.put_personas(transaction, [replace(PERSONA, position=10, fingerprint="fp")])
    with two.writing("here") as transaction:
        personas.remove_personas(transaction, after=5)
        assert personas.find_certificate_record(transaction, "fp") is not None


def test_broken_seals_are_found_a_few_spaces_at_a_time(store):
    numbers = [f"{place:014}" for place in range(5)]
    with store.writing("here") as transaction:
        spaces.add_spaces(
            transaction, [(replace(SPACE, subscriber_number=each), EMAIL) for each in reversed(numbers)]
        )
        transaction.change(
            "UPDATE spaces SET holder = '{}' WHERE realm = :realm AND subscriber_number IN (:broken)",
            broken=[numbers[1], numbers[2]],
        )
        found, after, steps = [], "", 0
        while after is not None:
            some, after = spaces.list_broken_seals(transaction, after=after, most=2)
            found.append(some)
            steps += 1
            assert steps < 9
    assert found == [[numbers[1]], [numbers[2]], []]


def test_a_change_of_one_row_leaves_the_realm_s_other_rows(kept):
    with kept.writing("here") as transaction:
        options.add_option(transaction, replace(OPTION, id="second"))
        other = replace(LETTER, option_id="second", attempts=7, due_at=LATER)
        outbox.add_letter(transaction, other)
        outbox.save_letter(transaction, replace(LETTER, attempts=1))
        assert outbox.list_letters(transaction) == [replace(LETTER, attempts=1), other]

        for visitor, option_id in (("browser", "second"), ("other", OPTION.id)):
            sessions.put_result(transaction, visitor, option_id, LATER)
        sessions.forget_result(transaction, "browser", OPTION.id)
        left = [
            (visitor, option_id)
            for visitor in ("browser", "other")
            for option_id in (OPTION.id, "second")
            if sessions.find_result_end(transaction, visitor, option_id) is not None
        ]
        assert left == [("browser", "second"), ("other", OPTION.id)]

        for mail in ("b", "a", "b"):
            delivery_queue.count_refusal(transaction, mail)
        delivery_queue.forget_refusals(transaction, "<2@a.example>")
        assert list(delivery_queue.list_refusals(transaction).items()) == [("a", 1), ("b", 2)]
        assert not delivery_queue.is_caught(transaction, "<2@a.example>")


def test_late_mails_are_listed_in_the_order_of_their_arrival(store):
    with store.writing("here") as transaction:
        for sender, at in (("c", LATER), ("a", NOW), ("d", LATER), ("b", NOW)):
            mail = replace(MAIL, sender=sender)
            delivery_queue.add_in_transit(transaction, mail, taken_at=NOW, arrives_at=at, correlation=sender)
        late = delivery_queue.list_in_transit(transaction)
        assert [(each.mail.sender, each.correlation) for each in late] == [(each, each) for each in "abcd"]
        due = delivery_queue.list_in_transit(transaction, LATER - timedelta(seconds=1))
        assert [each.mail.sender for each in due] == ["a", "b"]
        assert delivery_queue.first_arrivals(transaction) == {"here": NOW}


def test_options_are_listed_in_the_order_in_which_they_were_accepted(store):
    with store.writing("here") as transaction:
        for option_id in ("z", "a", "m"):
            options.add_option(transaction, replace(OPTION, id=option_id))
        options.note_lapse(transaction, "a")
        assert [each.id for each in options.list_options_of(transaction, NUMBER)] == ["z", "a", "m"]
        listed = options.list_all_options(transaction)
        assert [(each.id, noted) for each, noted in listed] == [("z", False), ("a", True), ("m", False)]


def test_all_wrong_tries_are_listed_in_order_of_time(store):
    with store.writing("here") as transaction:
        for key in ("z", "a"):
            tries.add_wrong_try(transaction, Lock.OUTSIDE, key, NOW)
        assert [each.key for each in tries.list_all_wrong_tries(transaction)] == ["z", "a"]


def test_the_clocks_of_named_realms_and_of_no_others_are_read(two):
    with two.writing("elsewhere") as transaction:
        moved = replace(RECORD, name="elsewhere", clock=Clock(ClockMode.RUNNING, LATER, NOW))
        realms.add_realm(transaction, moved, NOW)
        assert realms.clocks_of(transaction, ["elsewhere", "nowhere"]) == {"elsewhere": moved.clock}
        assert realms.clocks_of(transaction, []) == {}


def test_a_move_of_a_clock_is_under_way_until_it_ends_or_is_given_up(two):
    with two.writing("elsewhere") as transaction:
        realms.add_realm(transaction, replace(RECORD, name="elsewhere"), NOW)
        assert sorted(realms.list_moving(transaction)) == ["here", "there"]
        realms.give_up_move(transaction, LATER)
        assert realms.get_realm(transaction).clock == RECORD.clock
        realms.begin_move(transaction, ClockMode.RUNNING)
        realms.give_up_move(transaction, LATER)
        assert realms.get_realm(transaction).clock == Clock(ClockMode.RUNNING, NOW, LATER)
        assert sorted(realms.list_moving(transaction)) == ["here", "there"]
    with two.writing("here") as transaction:
        realms.end_move(transaction)
        assert realms.list_moving(transaction) == ["there"]


def test_the_last_wrong_tries_of_each_lock_are_returned_in_order_of_time(store):
    with store.writing("here") as transaction:
        for second in range(5):
            tries.add_wrong_try(transaction, Lock.ACTIVATION, EMAIL, NOW + timedelta(seconds=second))
        assert tries.list_wrong_tries(transaction, Lock.ACTIVATION, EMAIL, 3) == [
            NOW + timedelta(seconds=second) for second in (2, 3, 4)
        ]
        assert tries.list_wrong_tries(transaction, Lock.LOGIN, EMAIL, 3) == []
        assert tries.list_wrong_tries(transaction, Lock.ACTIVATION, "another", 3) == []


def test_letters_of_all_realms_come_in_the_order_in_which_they_fall_due(store):
    letters = [
        outbox.OutgoingLetter("there", "a", "1", LATER),
        outbox.OutgoingLetter("here", "c", "2", NOW, attempts=2, attempt_at=NOW),
        outbox.OutgoingLetter("there", "b", "3", NOW),
    ]
    for letter in letters:
        with store.writing(letter.realm) as transaction:
            outbox.add_letter(transaction, letter)
    with store.writing("here") as transaction:
        assert outbox.list_letters(transaction) == [letters[2], letters[1], letters[0]]
        outbox.remove_letter(transaction, letters[2])
        assert outbox.list_letters(transaction) == [letters[1], letters[0]]


def test_a_letter_comes_back_as_it_was_kept(kept):
    changed = replace(LETTER, due_at=LATER, attempts=2, attempt_at=NOW)
    with kept.writing("here") as transaction:
        assert outbox.list_letters(transaction) == [LETTER]
        outbox.save_letter(transaction, changed)
        assert outbox.list_letters(transaction) == [changed]


@pytest.mark.rule("MAIL-6")
def test_an_option_has_one_letter(kept):
    with pytest.raises(StatementError, match=r"(?i)unique"), kept.writing("here") as transaction:
        outbox.add_letter(transaction, LETTER)


@pytest.mark.rule("HELP-2")
def test_helpdesk_messages_come_back_oldest_first(kept):
    with kept.writing("here") as transaction:
        helpdesk.add_helpdesk_message(transaction, name="Œ", email="", message="a\nb", at=NOW - timedelta(1))
        first, second = helpdesk.list_helpdesk_messages(transaction)
    assert first.keys() == {"id", "at", "name", "email", "message"}
    assert (first["message"], second["message"], second["name"]) == ("Bonjour", "a\nb", "Œ")


LOST = delivery_queue.DeliveryOutcome.LOST
EVENTS = {
    "a registered space": lambda t: spaces.save_space(t, replace(SPACE, registered_at=LATER), EMAIL),
    "a queued option": lambda t: options.add_option(t, replace(OPTION, id="second", queued_at=LATER)),
    "a sent option": lambda t: options.save_option(t, replace(OPTION, sent_at=LATER)),
    "a replaced option": lambda t: options.save_option(t, replace(OPTION, replaced_at=LATER)),
    "a used option": lambda t: options.save_option(t, replace(OPTION, used_at=LATER)),
    "a wrong try": lambda t: tries.add_wrong_try(t, Lock.OUTSIDE, EMAIL, LATER),
    "a page of a session": lambda t: sessions.save_session(t, replace(SESSION, seen_at=LATER)),
    "an attempt to send": lambda t: outbox.save_letter(t, replace(LETTER, attempt_at=LATER)),
    "a mail": lambda t: mailbox.add_mail(t, MAIL, LATER),
    "a late mail": lambda t: delivery_queue.add_in_transit(
        t, MAIL, taken_at=LATER, arrives_at=LATER + timedelta(1), correlation=None
    ),
    "a lost mail": lambda t: delivery_queue.add_undelivered(t, LATER, LOST, [EMAIL]),
    "a helpdesk message": lambda t: helpdesk.add_helpdesk_message(
        t, name="", email="", message="m", at=LATER
    ),
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_the_latest_event_of_a_realm_is_found_in_every_table(two, event):
    """Instants that lie ahead do not count: a result, a session's certificate and a late mail end at one."""
    with two.writing("here") as transaction:
        assert realms.latest_event(transaction) == NOW
        tries.add_wrong_try(transaction, Lock.CLASS, EMAIL, LATER)
        assert realms.latest_event(transaction) == NOW
        event(transaction)
        assert realms.latest_event(transaction) == LATER
    with two.reading("there") as transaction:
        assert realms.latest_event(transaction) == NOW


def test_a_visit_is_a_session_with_its_space_and_the_space_s_latest_option(two):
    newer = replace(OPTION, id="second", sent_at=LATER)
    with two.writing("there") as transaction:
        transaction.change("DELETE FROM options WHERE realm = :realm")
        transaction.change("DELETE FROM spaces WHERE realm = :realm")
        assert visits.find_visit(transaction, SESSION.id)[1:] == (None, None)
    with two.writing("here") as transaction:
        sessions.add_session(transaction, replace(SESSION, id="new", subscriber_number=None))
        sessions.add_session(transaction, replace(SESSION, id="other", subscriber_number="another"))
        spaces.add_space(transaction, replace(SPACE, subscriber_number="another"), EMAIL)
        options.add_option(transaction, newer)
        session, space, option = visits.find_visit(transaction, SESSION.id)
        assert (session.id, space.subscriber_number, option) == (SESSION.id, NUMBER, newer)
        assert visits.find_visit(transaction, "new")[1:] == (None, None)
        session, space, option = visits.find_visit(transaction, "other")
        assert (session.id, space.subscriber_number, option) == ("other", "another", None)
        assert visits.find_visit(transaction, "unknown") is None
