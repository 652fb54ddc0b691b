"""Makes a new realm whose people stand at a named point of the procedure.

The procedure itself brings them there, one after the other: with their certificates, their address on file,
and mail that goes by SMTP. If one of them cannot get there, the realm is deleted.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.rules import Rules
from maquette.simulator.mail.sender import Sender
from maquette.simulator.pki.authority import Authority
from maquette.simulator.pki.tls import read_certificate
from maquette.simulator.procedure.access import enter_by_certificate
from maquette.simulator.procedure.activation import activate, judge_typed_code
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.procedure.option_steps import (
    StepRefused,
    accept_option,
    choose_credentials,
    confirm_warning,
)
from maquette.simulator.procedure.sessions import leave, resume
from maquette.simulator.realm.certificates import get_or_issue_certificate
from maquette.simulator.realm.clock import ClockRefusedError, Moment, Timekeeper
from maquette.simulator.realm.lifecycle import UnusableValueError, delete_realm, make_realm
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import list_open_options
from maquette.simulator.store.personas import set_password
from maquette.simulator.store.realms import RealmRecord, get_realm, save_realm

PASSWORD = "Maquette2011"  # noqa: S105 - published, like those of the personas
"""The password that every person chooses on the way to a named point."""

QUESTION, ANSWER = QUESTIONS[0], "Maquette"
"""The security question that every person chooses, and the answer."""

FIRST_PERSONA = "lila"
"""The person that is brought there when the request names none: the fiche's own."""


class NamedPoint(Enum):
    """The points to which people can be brought.

    `pending`: the option waits for its activation, the mail is in the mailbox. `last-second`: the same, and
    the clock stands still at the last second at which the code works. `lapsed`: one second later, the option
    has lapsed. `converted`: activated with the code.
    """

    PENDING = "pending"
    LAST_SECOND = "last-second"
    LAPSED = "lapsed"
    CONVERTED = "converted"


class NamedPointError(Exception):
    """A person cannot be brought to the point; the message says who, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealmBuilder:
    """Makes realms whose people stand at a named point."""

    store: Store
    authority: Authority
    journal: JournalWriter
    rules: Rules
    procedure: Procedure
    sender: Sender
    timekeeper: Timekeeper

    async def make_realm_at(
        self,
        name: str,
        point: NamedPoint,
        personas: Sequence[str],
        *,
        clock: datetime | None = None,
        policy: Mapping[str, object] | None = None,
        defects: tuple[str, ...] = (),
    ) -> RealmRecord:
        """Make a realm, and bring its personas to the point, within the first second of its clock.

        The realm gets its `defects` afterwards: they do not change the way to the point. Raises
        NamedPointError, UnusableValueError when nobody or one person twice is to be brought there, and what
        `make_realm` raises; after an exception there is no realm.
        """
        if not personas:
            raise UnusableValueError("personas is empty: name at least one")
        if len(set(personas)) < len(personas):
            raise UnusableValueError("personas: the same persona is named twice")
        make_realm(self.store, self.rules, name, clock=clock, policy=policy)
        try:
            await self.timekeeper.set_clock(name, ClockMode.FROZEN, None)
            people = [self._opt(name, persona) for persona in personas]
            await self._send(name)
            if point is NamedPoint.CONVERTED:
                for persona, option in zip(personas, people, strict=True):
                    self._activate(name, persona, option)
            await self._set_clock(name, point, personas[0])
        except ClockRefusedError as error:
            await self._undo(name)
            raise NamedPointError(str(error)) from None
        except BaseException:
            await self._undo(name)
            raise
        with self.store.writing(name) as transaction:
            record = replace(get_realm(transaction), defects=defects)
            save_realm(transaction, record)
        return record

    def _opt(self, realm: str, persona: str) -> Option:
        """Take a person from the gate to the wait for the code."""
        held = get_or_issue_certificate(self.store, self.authority, realm, persona)
        if held is None:
            raise NamedPointError(f"there is no persona {persona!r}")
        facts = read_certificate(held[1].certificate.public_bytes(Encoding.DER), self.authority)
        visit = secrets.token_hex(8)
        with self.procedure.transaction(realm, visit) as context:
            entered = enter_by_certificate(context, facts)
        if isinstance(entered, Refused):
            raise _refused(persona, entered.refusal)
        token, email = entered.token, entered.space.email

        def step(use_case: Callable[..., Any], **typed: str) -> Any:
            with self.procedure.transaction(realm, visit) as context:
                outcome = use_case(context, resume(context, token, facts.fingerprint), **typed)
            if isinstance(outcome, StepRefused):
                raise _refused(persona, *outcome.refusals, email=email)
            return outcome

        step(confirm_warning)
        step(
            choose_credentials,
            email=email,
            email_confirmation=email,
            password=PASSWORD,
            password_confirmation=PASSWORD,
        )
        option: Option = step(accept_option, question=QUESTION, answer=ANSWER)
        with self.procedure.transaction(realm, visit) as context:
            leave(context, token, visit)
        return option

    async def _send(self, realm: str) -> None:
        await self.sender.send_due(realm)
        with self.store.reading(realm) as transaction:
            if any(option.sent_at is None for option in list_open_options(transaction)):
                raise NamedPointError("the mail server does not accept the letters now")

    def _activate(self, realm: str, persona: str, option: Option) -> None:
        """Take a person from the code to the password space."""
        visit, email = secrets.token_hex(8), option.credentials.email
        with self.procedure.transaction(realm, visit) as context:
            outcome = judge_typed_code(context, email=email, code=option.code, visitor=visit)
        if isinstance(outcome, Refused):
            raise _refused(persona, outcome.refusal, email=email)
        with self.procedure.transaction(realm, visit) as context:
            activated = activate(context, option_id=outcome.option_id, visitor=visit)
        if isinstance(activated, Refused):
            raise _refused(persona, activated.refusal, email=email)
        with self.store.writing(realm) as transaction:
            set_password(transaction, persona, PASSWORD)

    async def _set_clock(self, realm: str, point: NamedPoint, persona: str) -> None:
        keeper = self.timekeeper
        match point:
            case NamedPoint.LAST_SECOND:
                last = keeper.moment(realm, Moment.LAST_SECOND_OF_CODE, persona)
                await keeper.set_clock(realm, ClockMode.FROZEN, last)
            case NamedPoint.LAPSED:
                over = keeper.moment(realm, Moment.CODE_EXPIRY, persona)
                await keeper.set_clock(realm, ClockMode.RUNNING, over)
            case _:
                await keeper.set_clock(realm, ClockMode.RUNNING, None)

    async def _undo(self, realm: str) -> None:
        async with self.timekeeper.paused(realm):
            self.journal.write()
            delete_realm(self.store, realm)


def _refused(persona: str, *refusals: Refusal, email: str | None = None) -> NamedPointError:
    codes = ", ".join(f"{each.code} ({each.rule})" for each in refusals)
    return NamedPointError(f"{persona} is refused{f' with {email}' if email else ''}: {codes}")
