"""A realm of its own whose clock the test holds: people walk through the procedure, one step a call."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from tables import rows_of

from maquette.simulator.domain.certificate import CertificateFacts
from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.space_application import Application, CreationMode
from maquette.simulator.domain.steps import Step
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.pki.authority import Authority
from maquette.simulator.pki.tls import read_certificate
from maquette.simulator.procedure import (
    access,
    activation,
    creation,
    option_steps,
    outside,
    recovery,
    sessions,
)
from maquette.simulator.procedure.activation import CodeAccepted
from maquette.simulator.procedure.context import Context, ElsewhereError, NoSessionError, Procedure
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import Entered, Visit
from maquette.simulator.realm.certificates import get_or_issue_certificate
from maquette.simulator.realm.invariants import judge_invariants
from maquette.simulator.realm.lifecycle import make_realm
from maquette.simulator.store.database import Store
from maquette.simulator.store.delivery_queue import note_caught
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import get_option, save_option
from maquette.simulator.store.outbox import OutgoingLetter, list_letters, remove_letter
from maquette.simulator.store.personas import find_persona, list_personas
from maquette.simulator.store.realms import find_realm, save_realm
from maquette.simulator.store.schema import REALM_TABLES
from maquette.simulator.store.spaces import find_space

START = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
"""The fiche's day: 9 June 2011, nine o'clock in Paris."""

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WINDOW = 48 * HOUR

LILA, THEO, OTHER_EMAIL = "lila", "theo", "autre.adresse@courriel.example"
LILA_EMAIL = "lila.rosemonde@courriel.example"
FIRM = ("sylvain", "maelle", "aurore")
FIRM_EMAIL = "cabinet@compta-boisfleury.example"
PASSWORD, ANSWER = "Fiche2011", "la Rose des vents"

LILA_SIREN = "123456782"
APPLICATION = Application(
    mode=CreationMode.EXPERT,
    civility="Monsieur",
    last_name="Aubépin",
    first_name="Côme",
    phone="01 99 00 12 34",
    street="3 rue des Églantiers",
    postcode="75011",
    town="Paris",
    country="FRANCE",
    sirens="732 829 320",
)
"""What somebody types who asks for a new space."""

Dump = dict[str, list[tuple[Any, ...]]]

_NUMBERS = count(1)
_ONLY_LOGS = {"wrong_tries", "journal"}  # in which a refusal may leave its trace


class UndoneError(Exception):
    """Raised by a use case of a test so that what it did is undone."""


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """The person is sent elsewhere; `go_to` is the step where they are."""

    go_to: Step


def in_session(
    context: Context, token: str, fingerprint: str | None, use_case: Callable[..., Any], **named: object
) -> Any:
    """Run the use case in the session of that token."""
    return use_case(context, sessions.resume(context, token, fingerprint), **named)


def into_space(context: Context, visit: Visit) -> Visit:
    """Go into the space."""
    sessions.require_step(context, visit, Step.SPACE)
    return visit


@dataclass
class Town:
    """One realm over one store, and the people in it."""

    authority: Authority
    store: Store
    journal: JournalWriter
    procedure: Procedure
    rules: Rules
    woken: list[None]
    realm: str
    known_facts: dict[str, CertificateFacts] = field(default_factory=dict)

    # Time and policy

    @property
    def now(self) -> datetime:
        with self.store.reading(self.realm) as transaction:
            record = find_realm(transaction)
        assert record is not None
        assert record.clock.mode is ClockMode.FROZEN
        return record.clock.shown

    def at(self, instant: datetime) -> None:
        """Set the realm's clock, and stop it there."""
        self._change_realm(clock=Clock(ClockMode.FROZEN, instant, START))

    def after(self, duration: timedelta) -> None:
        """Let the realm's time go on."""
        self.at(self.now + duration)

    def policy(self, **changes: object) -> None:
        """Change keys of the realm's policy, with `_` for `.`."""
        with self.store.writing(self.realm) as transaction:
            record = find_realm(transaction)
            assert record is not None
            keys = {name.replace("_", ".", 1): value for name, value in changes.items()}
            save_realm(transaction, replace(record, policy=record.policy.changed(keys)))

    def _change_realm(self, **changes: Any) -> None:
        with self.store.writing(self.realm) as transaction:
            record = find_realm(transaction)
            assert record is not None
            save_realm(transaction, replace(record, **changes))

    # Running use cases

    async def run(self, use_case: Callable[..., Any], *arguments: object, **named: object) -> Any:
        """What the use case returns; or why, or whereto, the person is sent away."""
        try:
            with self.procedure.transaction(self.realm, "test") as context:
                return use_case(context, *arguments, **named)
        except NoSessionError as error:
            return error.refused
        except ElsewhereError as error:
            return OutOfOrder(error.go_to)

    async def undone(self, use_case: Callable[..., Any], *arguments: object, **named: object) -> Any:
        """What the use case would give; nothing of it stays."""
        outcome: list[Any] = []

        def then_undo(context: Context) -> None:
            outcome.append(use_case(context, *arguments, **named))
            raise UndoneError

        try:
            await self.run(then_undo)
        except UndoneError:
            return outcome[0]
        raise AssertionError("the use case was not undone")

    # A person's steps

    def facts(self, persona: str) -> CertificateFacts:
        """What the gate reads of the persona's certificate."""
        if persona not in self.known_facts:
            found = get_or_issue_certificate(self.store, self.authority, self.realm, persona)
            assert found is not None
            der = found[1].certificate.public_bytes(Encoding.DER)
            self.known_facts[persona] = read_certificate(der, self.authority)
        return self.known_facts[persona]

    async def present(self, persona: str | None) -> Entered | Refused:
        """Come to the gate with the persona's certificate, or with none."""
        facts = self.facts(persona) if persona else None
        outcome: Entered | Refused = await self.run(access.enter_by_certificate, facts, earlier=None)
        return outcome

    async def enter(self, persona: str) -> str:
        """Enter by certificate; the session's token."""
        outcome = await self.present(persona)
        assert isinstance(outcome, Entered), outcome
        return outcome.token

    async def visit(self, persona: str, token: str) -> Visit | Refused:
        """Go on with a session that the persona's certificate opened."""
        outcome: Visit | Refused = await self.run(sessions.resume, token, self.facts(persona).fingerprint)
        return outcome

    async def step(
        self, persona: str | None, token: str, use_case: Callable[..., Any], **named: object
    ) -> OutOfOrder | StepRefused | Option | Refused | None:
        """Take a step in a session, with the persona's certificate, or with none."""
        fingerprint = self.facts(persona).fingerprint if persona else None
        outcome: OutOfOrder | StepRefused | Option | Refused | None = await self.run(
            in_session, token, fingerprint, use_case, **named
        )
        return outcome

    async def visit_space(self, token: str) -> Visit | OutOfOrder | Refused:
        """Go into the space, without a certificate."""
        outcome: Visit | OutOfOrder | Refused = await self.run(in_session, token, None, into_space)
        return outcome

    async def warn(self, persona: str | None, token: str) -> object:
        return await self.step(persona, token, option_steps.confirm_warning)

    async def choose(self, persona: str | None, token: str, email: str, password: str = PASSWORD) -> object:
        return await self.step(
            persona,
            token,
            option_steps.choose_credentials,
            email=email,
            email_confirmation=email,
            password=password,
            password_confirmation=password,
        )

    async def answer(self, persona: str | None, token: str, question: str = QUESTIONS[0]) -> object:
        return await self.step(persona, token, option_steps.accept_option, question=question, answer=ANSWER)

    async def until_question(self, persona: str, email: str, password: str = PASSWORD) -> str:
        """Enter, take the warning and choose credentials; the session's token."""
        token = await self.enter(persona)
        assert await self.warn(persona, token) is None
        outcome = await self.choose(persona, token, email, password)
        assert outcome is None, outcome
        return token

    async def opt(self, persona: str, email: str, password: str = PASSWORD) -> Option:
        """The whole way to an accepted option."""
        token = await self.until_question(persona, email, password)
        outcome = await self.answer(persona, token)
        assert isinstance(outcome, Option), outcome
        return outcome

    async def type_code(self, email: str, code: str, visitor: str = "browser") -> CodeAccepted | Refused:
        outcome: CodeAccepted | Refused = await self.run(
            activation.judge_typed_code, email=email, code=code, visitor=visitor
        )
        return outcome

    async def open_window(self, option_id: str, visitor: str = "browser") -> Space | Refused:
        outcome: Space | Refused = await self.run(activation.activate, option_id=option_id, visitor=visitor)
        return outcome

    async def activate(self, option: Option, visitor: str = "browser") -> Space:
        """Type the code of the option and let the window open."""
        accepted = await self.type_code(option.credentials.email, option.code)
        assert isinstance(accepted, CodeAccepted), accepted
        outcome = await self.open_window(accepted.option_id, visitor)
        assert isinstance(outcome, Space), outcome
        return outcome

    async def login(self, email: str, password: str = PASSWORD) -> Entered | Refused:
        outcome: Entered | Refused = await self.run(
            access.enter_by_password, email=email, password=password, earlier=None
        )
        return outcome

    async def identify(
        self,
        subscriber_number: str,
        email: str = LILA_EMAIL,
        siren: str = LILA_SIREN,
        earlier: str | None = None,
    ) -> Entered | StepRefused:
        """Say who one is, from outside the space."""
        outcome: Entered | StepRefused = await self.run(
            outside.identify_outside,
            subscriber_number=subscriber_number,
            email=email,
            siren=siren,
            earlier=earlier,
        )
        return outcome

    async def opt_from_outside(self, persona: str, email: str, siren: str = LILA_SIREN) -> Option:
        """The whole way to an accepted option, without coming in."""
        space = self.space_of(persona)
        entered = await self.identify(space.subscriber_number, space.email, siren)
        assert isinstance(entered, Entered), entered
        assert await self.warn(None, entered.token) is None
        return await self.go_on(entered.token, email)

    async def go_on(self, token: str, email: str) -> Option:
        """Credentials and answer, in a session without a certificate."""
        assert await self.choose(None, token, email) is None
        outcome = await self.answer(None, token)
        assert isinstance(outcome, Option), outcome
        return outcome

    async def apply(self, earlier: str | None = None, **typed: object) -> str | StepRefused:
        """Ask for a new space; the session's token."""
        application = replace(APPLICATION, **typed)  # type: ignore[arg-type]  # the test's own words
        outcome: str | StepRefused = await self.run(
            creation.apply_for_space, application=application, earlier=earlier
        )
        return outcome

    async def ask_for_space(self, email: str, **typed: object) -> Option:
        """The whole way to an accepted option for a new space."""
        token = await self.apply(**typed)
        assert isinstance(token, str), token
        return await self.go_on(token, email)

    async def show_oneself(
        self, email: str, subscriber_number: str, answer: str = ANSWER, earlier: str | None = None
    ) -> Entered | StepRefused:
        """Say who one is, after forgetting the password."""
        outcome: Entered | StepRefused = await self.run(
            recovery.identify_holder,
            email=email,
            subscriber_number=subscriber_number,
            answer=answer,
            earlier=earlier,
        )
        return outcome

    async def change_password(self, token: str, password: str) -> object:
        return await self.step(
            None,
            token,
            recovery.choose_new_password,
            password=password,
            password_confirmation=password,
        )

    async def leave(self, token: str, visitor: str = "browser") -> None:
        await self.run(sessions.leave, token, visitor)

    def letter_taken(self, option: Option, sent_at: datetime) -> None:
        """What catcher and sender keep once the mail server has taken the option's letter."""
        with self.store.writing(self.realm) as transaction:
            save_option(transaction, replace(get_option(transaction, option.id), sent_at=sent_at))
            remove_letter(transaction, OutgoingLetter(self.realm, option.id, "test", sent_at))
            note_caught(transaction, message_id_of(option.id))

    # Looking

    def reading(self, query: Callable[..., Any], *arguments: object) -> Any:
        with self.store.reading(self.realm) as transaction:
            return query(transaction, *arguments)

    def option(self, option: Option) -> Option:
        found: Option = self.reading(get_option, option.id)
        return found

    def space(self, number: str) -> Space:
        space = self.reading(find_space, number)
        assert isinstance(space, Space)
        return space

    def number(self, persona: str) -> str:
        record = self.reading(find_persona, persona)
        return str(record.subscriber_number)

    def space_of(self, persona: str) -> Space:
        return self.space(self.number(persona))

    def lines(self, kind: str | None = None) -> list[JournalRecord]:
        return self.journal.read(of_realm=self.realm, kind=kind)

    def kinds(self) -> list[str]:
        return [line.kind for line in self.lines()]

    def last_reason(self) -> object:
        """The real reason of the last refusal, as the journal has it."""
        return self.lines("refused")[-1].data["reason"]

    def dump(self, *left_out: str) -> Dump:
        """Every row of the realm that a refused step must leave alone, as the database holds it.

        Without what notes a state of affairs, whoever comes and whatever they get: when a session was last
        seen, and that a lapse has been.
        """
        with self.store.reading(self.realm) as transaction:
            return {
                table: rows_of(transaction, table, without={"seen_at", "lapse_noted"})
                for table in REALM_TABLES
                if table not in {*_ONLY_LOGS, *left_out}
            }

    async def broken(self) -> dict[str, tuple[str, ...]]:
        """The invariants that do not hold, with their offenders."""
        verdicts = await judge_invariants(self.store, self.realm)
        return {verdict.name: verdict.offenders for verdict in verdicts if not verdict.holds}

    def letters(self) -> list[OutgoingLetter]:
        """The realm's letters that still have to be sent."""
        return [letter for letter in self.reading(list_letters) if letter.realm == self.realm]


def build_town(authority: Authority, store: Store, rules: Rules = RULES) -> Town:
    """A new town at START: the packaged personas in it, each with a certificate, the clock stopped."""
    realm = f"town-{next(_NUMBERS)}"
    journal = JournalWriter(store)
    woken: list[None] = []
    journal.watch(lambda lines: woken.extend(None for line in lines if line.kind == Kind.MAIL_QUEUED))
    procedure = Procedure(store, journal, lambda _: rules)
    make_realm(store, rules, realm, clock=START)
    town = Town(authority, store, journal, procedure, rules, woken, realm)
    town.at(START)
    for persona in town.reading(list_personas):
        town.facts(persona.id)
    return town
