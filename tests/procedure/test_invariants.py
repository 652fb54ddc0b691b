"""The invariants: one broken by hand or by a changed rule is named with its offenders."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from town import HOUR, LILA, LILA_EMAIL, START, THEO, WINDOW, Town

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.rules import RULES
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.realm.invariants import INVARIANTS, judge_invariants
from maquette.simulator.store.outbox import remove_letter
from maquette.simulator.store.realms import RealmGoneError

CLEMENCE = "clemence"  # born converted
NOBODY = "20990010000001"


@dataclass(frozen=True)
class Scene:
    """A town in which much has happened, with the words in which its people, options and mails are told."""

    town: Town
    words: dict[str, str]

    def change(self, *statements: str) -> None:
        """Change rows of the realm directly."""
        with self.town.store.writing(self.town.realm) as transaction:
            for statement in statements:
                in_realm = statement.replace("WHERE", "WHERE realm = :realm AND")
                assert transaction.change(in_realm, **self.words) > 0, statement


@pytest.fixture
async def scene(town: Town) -> Scene:
    """Lila has converted her space, Théo waits, Sylvain thought again, and two have let 48 hours go by."""
    unsent = await town.opt("noemie", "noemie@courriel.example")
    lapsed = await town.opt("maelle", "boite@courriel.example")
    town.letter_taken(lapsed, START)
    town.after(WINDOW + HOUR)
    (given_up,) = town.letters()
    with town.store.writing(town.realm) as transaction:
        remove_letter(transaction, given_up)
    taken_over = await town.opt("aurore", "boite@courriel.example")
    first = await town.opt("sylvain", "sylvain.un@courriel.example")
    second = await town.opt("sylvain", "sylvain.deux@courriel.example")
    town.letter_taken(first, town.now)
    used = await town.opt(LILA, LILA_EMAIL)
    town.letter_taken(used, town.now)
    await town.activate(used)
    pending = await town.opt(THEO, "theo@courriel.example")
    created = await town.ask_for_space("come@courriel.example")
    await town.activate(created)
    asked = await town.ask_for_space("come.deux@courriel.example")
    options = {
        "unsent": unsent, "lapsed": lapsed, "taken_over": taken_over, "first": first, "second": second,
        "used": used, "pending": pending,
        "created": created, "asked": asked,
    }  # fmt: skip
    people = ("lila", "theo", "noemie", "maelle", "sylvain", "aurore", "ulrike", "clemence")
    words = {name: town.number(name) for name in people} | {name: each.id for name, each in options.items()}
    words |= {f"mail_{name}": message_id_of(each.id) for name, each in options.items()}
    return Scene(town, words | {"nobody": NOBODY, "come": created.subscriber_number})


async def test_nothing_is_broken_in_a_town_in_which_much_has_happened(scene: Scene) -> None:
    verdicts = await judge_invariants(scene.town.store, scene.town.realm)
    assert [verdict.name for verdict in verdicts if not verdict.holds] == []
    assert [verdict.name for verdict in verdicts] == [
        "nobody-half-converted", "one-space-per-email", "no-code-twice", "no-dead-code-used",
        "one-mail-per-option", "numbers-unchanged", "certificates-tied", "files-unchanged",
    ]  # fmt: skip


async def test_nothing_is_broken_in_a_fresh_realm(town: Town) -> None:
    assert await town.broken() == {}


async def test_the_invariants_of_a_deleted_realm_cannot_be_checked(town: Town) -> None:
    with pytest.raises(RealmGoneError):
        await judge_invariants(town.store, "nowhere")


COPY_OF_USED = (
    "INSERT INTO options SELECT realm, 'copy', subscriber_number, 5, credentials, 'another code', queued_at, "
    "NULL, NULL, used_at, lapse_noted, NULL FROM options WHERE id = :used"
)
TO_BE_SENT = (
    "INSERT INTO outbox (realm, option_id, correlation, due_at, attempts) VALUES (:realm, {}, '', 1, 0)"
)

BROKEN_BY_HAND = [
    # no half converted space
    ("nobody-half-converted", "space {lila}: a password without a registration, or the other way round",
     ["UPDATE spaces SET registered_at = NULL WHERE subscriber_number = :lila"]),
    ("nobody-half-converted", "space {theo}: a password without a registration, or the other way round",
     ["UPDATE spaces SET registered_at = 1 WHERE subscriber_number = :theo"]),
    ("nobody-half-converted", "space {lila}, option {used}: its code is used, and the space not converted",
     ["UPDATE spaces SET registered_at = registered_at + 1 WHERE subscriber_number = :lila"]),
    ("nobody-half-converted", "space {lila}, option {used}: its code is used, and the space not converted",
     ["UPDATE spaces SET email = 'lila@autre.example' WHERE subscriber_number = :lila"]),
    ("nobody-half-converted", "space {lila}: converted, and no code was used",
     ["DELETE FROM results WHERE option_id = :used", "UPDATE options SET used_at = NULL WHERE id = :used"]),
    ("nobody-half-converted", "space {theo}: a session of the other access is open",
     ["UPDATE sessions SET way = 'password', fingerprint = NULL WHERE subscriber_number = :theo"]),
    ("nobody-half-converted", "space {lila}: a session of the other access is open",
     ["UPDATE sessions SET way = 'outside', fingerprint = NULL, subscriber_number = :lila "
      "WHERE subscriber_number = :theo"]),
    ("nobody-half-converted", "space {theo}: a session by certificate without it, or the other way round",
     ["UPDATE sessions SET fingerprint = NULL WHERE subscriber_number = :theo"]),
    ("nobody-half-converted", "space {theo}: a session by certificate without it, or the other way round",
     ["UPDATE sessions SET way = 'outside' WHERE subscriber_number = :theo"]),
    # one space per e-mail
    ("one-space-per-email", "space {lila}: converted, and its address is not its own",
     ["DELETE FROM email_claims WHERE option_id = :used"]),
    ("one-space-per-email", "space {theo}, option {pending}: waits, and its address is not its own",
     ["DELETE FROM email_claims WHERE option_id = :pending"]),
    ("one-space-per-email", "space {maelle}, option {lapsed}: another took its address within its 48 hours",
     ["UPDATE options SET lapse_noted = FALSE WHERE id = :lapsed"]),
    ("one-space-per-email", "space {sylvain}, option {first}: a second code with the same address",
     ["UPDATE options SET credentials = (SELECT credentials FROM options WHERE id = :second) "
      "WHERE id = :first"]),
    ("one-space-per-email", "address theo@courriel.example: given to one space by the option of another",
     ["UPDATE email_claims SET subscriber_number = :ulrike WHERE option_id = :pending"]),
    # no code twice
    ("no-code-twice", "spaces {both}: one code for both",
     ["UPDATE options SET code = (SELECT code FROM options WHERE id = :used) WHERE id = :pending"]),
    ("no-code-twice", "option {used}: its code was used in two browsers",
     ["INSERT INTO results (realm, visitor, option_id, until) VALUES (:realm, 'another', :used, 1)"]),
    ("no-code-twice", "option {pending}: its result may be seen, and its code is not used",
     ["INSERT INTO results (realm, visitor, option_id, until) VALUES (:realm, 'browser', :pending, 1)"]),
    ("no-code-twice", "space {lila}: activated twice", [COPY_OF_USED]),
    # no dead code used
    ("no-dead-code-used", "space {lila}, option {used}: used after its 48 hours",
     ["UPDATE options SET sent_at = sent_at - 48 * 3600 - 1 WHERE id = :used"]),
    ("no-dead-code-used", "space {lila}, option {used}: used and replaced",
     ["UPDATE options SET replaced_at = used_at, lapse_noted = TRUE WHERE id = :used"]),
    ("no-dead-code-used", "space {sylvain}, option {first}: still open beside a later one",
     ["UPDATE options SET replaced_at = NULL WHERE id = :first"]),
    # one mail per option
    ("one-mail-per-option", "space {lila}, option {used}: its letter was sent, and never caught",
     ["DELETE FROM caught WHERE message_id = :mail_used"]),
    ("one-mail-per-option", "space {lila}, option {used}: its letter was sent, and is to be sent again",
     [TO_BE_SENT.format(":used")]),
    ("one-mail-per-option", "space {theo}, option {pending}: its letter was caught, and not recorded as sent",
     ["INSERT INTO caught (realm, message_id) VALUES (:realm, :mail_pending)"]),
    ("one-mail-per-option", "space {theo}, option {pending}: its letter is neither sent nor to be sent",
     ["DELETE FROM outbox WHERE option_id = :pending"]),
    ("one-mail-per-option", "option none: has a letter, and does not exist",
     [TO_BE_SENT.format("'none'")]),
    # numbers unchanged
    ("numbers-unchanged", "persona ulrike, {nobody}: its space does not exist",
     ["DELETE FROM certificates WHERE subscriber_number = :ulrike",
      "UPDATE personas SET subscriber_number = :nobody, fingerprint = NULL WHERE id = 'ulrike'"]),
    ("numbers-unchanged", "space {theo}: has the number of two personas",
     ["UPDATE certificates SET subscriber_number = :theo WHERE subscriber_number = :ulrike",
      "UPDATE personas SET subscriber_number = :theo WHERE id = 'ulrike'"]),
    ("numbers-unchanged", "number {nobody}: belongs to a certificate, and to no space",
     ["INSERT INTO certificates (realm, fingerprint, subscriber_number, revoked, certificate_pem, key_pem) "
      "VALUES (:realm, 'another', :nobody, FALSE, '', '')"]),
    ("numbers-unchanged", "number {nobody}: belongs to an option, and to no space",
     ["UPDATE options SET subscriber_number = :nobody WHERE id = :lapsed"]),
    ("numbers-unchanged", "number {nobody}: has an address, and no space",
     ["INSERT INTO email_claims (realm, email_key, subscriber_number) VALUES (:realm, 'another', :nobody)"]),
    ("numbers-unchanged", "number {nobody}: belongs to a session, and to no space",
     ["UPDATE sessions SET subscriber_number = :nobody, way = 'password', fingerprint = NULL "
      "WHERE subscriber_number = :theo"]),
    ("numbers-unchanged", "number {theo}: belongs to a space that is still to be created",
     ["UPDATE options SET founds = (SELECT founds FROM options WHERE id = :asked) WHERE id = :pending"]),
    ("numbers-unchanged", "space {come}, option {created}: requested under a number that another option has",
     ["UPDATE options SET subscriber_number = :come, position = 5 WHERE id = :lapsed"]),
    ("numbers-unchanged",
     "space {come}, option {created}: created with another number or day than was requested",
     ["UPDATE options SET founds = (SELECT founds FROM options WHERE id = :asked) WHERE id = :created"]),
    # certificates tied
    ("certificates-tied", "persona ulrike: its certificate is missing, or belongs to another space",
     ["DELETE FROM certificates WHERE subscriber_number = :ulrike"]),
    ("certificates-tied", "persona ulrike: its certificate is missing, or belongs to another space",
     ["UPDATE certificates SET subscriber_number = :clemence WHERE subscriber_number = :ulrike"]),
    ("certificates-tied", "space {theo}: has a session of a certificate that does not open it",
     ["UPDATE certificates SET revoked = TRUE WHERE subscriber_number = :theo"]),
    # files unchanged
    ("files-unchanged", "space {lila}: has changed since it was made",
     ["UPDATE spaces SET companies = '[]' WHERE subscriber_number = :lila"]),
    ("files-unchanged", "space {lila}: has changed since it was made",
     ["""UPDATE spaces SET holder = '{"last_name": "Rosemond"}' WHERE subscriber_number = :lila"""]),
    ("files-unchanged", "space {lila}: has changed since it was made",
     ["UPDATE spaces SET created_on = '2011-06-21' WHERE subscriber_number = :lila"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told", "statements"), BROKEN_BY_HAND, ids=[told for _, told, _ in BROKEN_BY_HAND]
)
async def test_only_the_invariant_broken_by_hand_is_named(
    scene: Scene, name: str, told: str, statements: list[str]
) -> None:
    scene.change(*statements)
    both = " and ".join(sorted((scene.words["lila"], scene.words["theo"])))
    assert await scene.town.broken() == {name: (told.format(**scene.words, both=both),)}


@pytest.mark.parametrize("as_typed", ["email_key", "upper(email_key)"])
async def test_two_spaces_with_one_address_are_both_named(scene: Scene, as_typed: str) -> None:
    """The two addresses may differ in case, as a defect allows."""
    scene.change(
        f"UPDATE spaces SET email_key = (SELECT {as_typed} FROM spaces WHERE subscriber_number = :lila) "  # noqa: S608 - no input
        "WHERE subscriber_number = :clemence"
    )
    offenders = (await scene.town.broken())["one-space-per-email"]
    both = " and ".join(sorted((scene.words["lila"], scene.words["clemence"])))
    assert offenders[0] == f"spaces {both}: converted with one address"


def test_each_check_is_broken_once_at_least() -> None:
    tails = {told.partition(": ")[2] for _, told, _ in BROKEN_BY_HAND} | {"converted with one address"}
    checks = {told.partition(": ")[2] for invariant in INVARIANTS for told in invariant.checks}
    assert checks - tails == set()


async def test_other_realms_are_left_out(scene: Scene, town_with: Callable[..., Town]) -> None:
    elsewhere = town_with()
    scene.change("UPDATE spaces SET companies = '[]' WHERE subscriber_number = :lila")
    assert await elsewhere.broken() == {}


async def test_of_many_offenders_the_first_are_named(town: Town) -> None:
    with town.store.writing(town.realm) as transaction:
        for number in range(101):
            transaction.change(
                "INSERT INTO email_claims (realm, email_key, subscriber_number) VALUES (:realm, :n, :n)",
                n=f"{number:014d}",
            )
    (verdict,) = [each for each in await judge_invariants(town.store, town.realm) if not each.holds]
    assert (len(verdict.offenders), verdict.more) == (100, True)


@pytest.mark.rule("MAIL-6")
async def test_a_letter_whose_outcome_is_unknown_may_have_been_caught(scene: Scene) -> None:
    scene.change(
        "INSERT INTO caught (realm, message_id) VALUES (:realm, :mail_pending)",
        "UPDATE outbox SET attempt_at = due_at WHERE option_id = :pending",
    )
    assert await scene.town.broken() == {}


# What a tester does on purpose breaks nothing


@pytest.mark.rule("ACT-4")
async def test_a_window_made_shorter_makes_no_code_late(scene: Scene) -> None:
    scene.town.policy(activation_window="PT1S")
    assert await scene.town.broken() == {}


@pytest.mark.rule("ACT-8")
async def test_a_window_made_longer_makes_no_address_shared(scene: Scene) -> None:
    scene.town.policy(activation_window="P30D")
    broken = await scene.town.broken()
    assert set(broken) <= {"one-mail-per-option"}  # of the letter that was given up and never arrives
    assert all(scene.words["unsent"] in offender for offender in broken.get("one-mail-per-option", ()))


# Rules that are broken, in the order in which people would do it


@pytest.mark.rule("ACT-9")
async def test_a_code_that_works_twice_is_found_out(town_with: Callable[..., Town]) -> None:
    town = town_with(code={"judge": lambda found, code, state: None})
    used = await town.opt(LILA, LILA_EMAIL)
    town.letter_taken(used, town.now)
    await town.activate(used, "browser")
    town.after(HOUR)
    await town.activate(used, "another")
    assert await town.broken() == {"no-code-twice": (f"option {used.id}: its code was used in two browsers",)}


@pytest.mark.rule("CRED-4")
@pytest.mark.parametrize("visits", [0, 1])
async def test_an_address_accepted_twice_is_found_out(town_with: Callable[..., Town], visits: int) -> None:
    town = town_with(credentials={"judge_address": lambda *_: None})
    first = await town.opt(LILA, LILA_EMAIL)
    town.after(HOUR)
    await town.opt(THEO, LILA_EMAIL)
    for _ in range(visits):
        await town.visit(LILA, await town.enter(LILA))
    told = f"space {town.number(LILA)}, option {first.id}: another took its address within its 48 hours"
    assert await town.broken() == {"one-space-per-email": (told,)}


@pytest.mark.rule("ACT-5")
async def test_a_code_that_works_too_late_is_found_out(town_with: Callable[..., Town]) -> None:
    def late(found: Option | None, *rest: object) -> object:
        reason = RULES.code.judge(found, *rest)  # type: ignore[arg-type]
        return None if reason is Reason.CODE_EXPIRED else reason

    town = town_with(code={"judge": late}, option={"state_of": lambda *_: SpaceState.PENDING})
    used = await town.opt(LILA, LILA_EMAIL)
    town.letter_taken(used, town.now)
    town.after(WINDOW)
    assert await town.broken() == {}
    town.at(town.now + HOUR)
    await town.activate(used)
    assert await town.broken() == {
        "no-dead-code-used": (f"space {town.number(LILA)}, option {used.id}: used after its 48 hours",)
    }


@pytest.mark.rule("ACC-10")
async def test_a_certificate_that_opens_a_converted_space_is_found_out(
    town_with: Callable[..., Town],
) -> None:
    town = town_with(certificate={"judge": lambda *_: None})
    used = await town.opt(LILA, LILA_EMAIL)
    town.letter_taken(used, town.now)
    await town.activate(used)
    await town.enter(LILA)
    assert await town.broken() == {
        "nobody-half-converted": (f"space {town.number(LILA)}: a session of the other access is open",)
    }
