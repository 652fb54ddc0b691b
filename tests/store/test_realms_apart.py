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
        personas.add_persona_records(transaction, [replace(PERSONA, title=mark)])
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
    "remove_snapshot": lambda t: snapshots.remove_snapshot(t, snapshots.list_snapshots(t)[0].id),
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
        for module in (
            realms,
            personas,
            spaces,
            options,
            sessions,
            tries,
            outbox,
            mailbox,
            helpdesk,
            delivery_queue,
            snapshots,
        )
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


def test_people_are_named_by_the_spaces_that_they_hold(kept):
    with kept.reading("here") as transaction:
        assert personas.names_of_holders(transaction, [NUMBER, "another"]) == {NUMBER: "Lila ROSEMONDE"}


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
