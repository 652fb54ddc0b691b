"""The model of a snapshot's document, entry by entry: a realm in the domain's words, as JSON.

It checks each entry by itself. A document may be written by hand: messages name unknown keys, wrong types and
impossible values. `checks` compares the entries with one another. Source: docs/snapshots.md.
"""

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from maquette.simulator.base.api_types import DeliveryRuleBody, Instant, RealmName
from maquette.simulator.defects.catalogue import ordered
from maquette.simulator.domain.activation import CODE_LENGTH
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR
from maquette.simulator.domain.credentials import (
    EMAIL_LENGTH,
    printable,
    well_formed_email,
)
from maquette.simulator.domain.delivery import MOST_RULES, Folder
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Civility, Service
from maquette.simulator.procedure.helpdesk import MESSAGE_LENGTH, SENDER_LENGTH
from maquette.simulator.procedure.passwords import is_affordable_hash
from maquette.simulator.store.delivery_queue import DeliveryOutcome

LARGEST_DOCUMENT = 8 * 1024 * 1024
"""The most octets that a document may have."""

BEYOND = 10
"""A certificate may begin or end, and a late mail may arrive, this many years outside the clock's range."""

OLDEST_SPACE = 100
"""A space may have been created this many years before the clock's range."""


def _readable(text: str) -> str:
    if not printable(text):
        raise ValueError("holds a character that cannot be shown")
    return text


def _email(text: str) -> str:
    if not well_formed_email(text):
        raise ValueError("no e-mail address")
    return text


def _hash(text: str) -> str:
    if not is_affordable_hash(text):
        raise ValueError("no password's hash, or one that costs too much")
    return text


def _far(instant: datetime) -> datetime:
    if not FIRST_YEAR - BEYOND <= instant.year <= LAST_YEAR + BEYOND:
        raise ValueError(f"not between {FIRST_YEAR - BEYOND} and {LAST_YEAR + BEYOND}")
    return instant.astimezone(UTC).replace(microsecond=0)


def _service(name: str) -> str:
    if name not in Service.__members__:
        raise ValueError(f"no service (there are: {', '.join(Service.__members__)})")
    return name


def _day(day: date) -> date:
    if not FIRST_YEAR - OLDEST_SPACE <= day.year <= LAST_YEAR:
        raise ValueError(f"not between {FIRST_YEAR - OLDEST_SPACE} and {LAST_YEAR}")
    return day


def _policy(keys: dict[str, bool | int | str]) -> dict[str, bool | int | str]:
    Policy().changed(keys)
    return keys


SHOWN = 100
"""The most characters of a name or of a line of an address."""

Text = Annotated[str, Field(min_length=1, max_length=SHOWN), AfterValidator(_readable)]
MaybeText = Annotated[str, Field(max_length=SHOWN), AfterValidator(_readable)]
CommonName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_readable)]  # X.509's limit
Email = Annotated[str, Field(max_length=EMAIL_LENGTH), AfterValidator(_email)]
Hash = Annotated[str, Field(max_length=200), AfterValidator(_hash)]
FarInstant = Annotated[AwareDatetime, AfterValidator(_far)]
Number = Annotated[str, Field(pattern=r"^[0-9]{14}$")]
PersonaId = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z0-9]+)*$", max_length=60)]
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
Correlation = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,64}$")]
Envelope = Annotated[str, Field(max_length=1000)]
PolicyKeys = Annotated[dict[str, bool | int | str], AfterValidator(_policy)]


class Entry(BaseModel):
    """A part of a document."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ClockEntry(Entry):
    """The instant that the realm's clock shows, and whether the clock runs."""

    mode: Literal["frozen", "running"]
    now: Instant


class MadeEntry(Entry):
    """The settings with which the realm was made, for its reset; without a clock it began at the real now."""

    clock: Instant | None = None
    policy: PolicyKeys = {}


class RealmEntry(Entry):
    """The realm. `name` is the name of the realm from which the document was made."""

    name: RealmName
    clock: ClockEntry
    policy: PolicyKeys
    made: MadeEntry = MadeEntry()
    delivery: Annotated[tuple[DeliveryRuleBody, ...], Field(max_length=MOST_RULES)] = ()
    defects: Annotated[tuple[str, ...], AfterValidator(ordered)] = ()


class CertificateEntry(Entry):
    """The validity of a persona's certificate; the document does not hold the certificate."""

    valid_from: FarInstant
    valid_until: FarInstant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError("ends before it begins")
        return self


class PersonaEntry(Entry):
    """A person with a certificate. `place` is the position in the list.

    `password` is the published password of a space that was converted when its realm was made.
    """

    id: PersonaId
    place: Annotated[int, Field(ge=0, le=1_000_000_000)]
    title: Text
    name: CommonName
    case: CertificateCase
    subscriber_number: Number | None = None
    certificate: CertificateEntry
    store_with: tuple[PersonaId, ...] = ()
    password: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{8,20}$")] | None = None


class HolderEntry(Entry):
    """The holder of a space."""

    civility: Civility
    last_name: Text
    first_name: Text
    phone: MaybeText
    street: MaybeText
    postcode: MaybeText
    town: MaybeText
    country: MaybeText


class CompanyEntry(Entry):
    """A company file; its services have the domain's names."""

    siren: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    siret: Annotated[str, Field(pattern=r"^[0-9]{14}$")]
    name: Text
    foreign: bool = False
    services: tuple[Annotated[str, AfterValidator(_service)], ...] = ()


class CredentialsEntry(Entry):
    """The credentials that a person chose: the password as a hash, the answer as the recap prints it."""

    email: Email
    password_hash: Hash
    question: str
    answer: str

    @model_validator(mode="after")
    def _question_and_answer(self) -> Self:
        if wrong := RULES.credentials.check_answer(self.question, self.answer):
            raise ValueError(", ".join(refusal.code for refusal in wrong))
        return self


class SpaceEntry(Entry):
    """A subscriber's space. With credentials it is a password space, registered at an instant."""

    subscriber_number: Number
    created_on: Annotated[date, AfterValidator(_day)]
    holder: HolderEntry
    companies: Annotated[tuple[CompanyEntry, ...], Field(max_length=1000)] = ()
    email: Email
    credentials: CredentialsEntry | None = None
    registered_at: Instant | None = None

    @model_validator(mode="after")
    def _converted_whole_or_not_at_all(self) -> Self:
        if (self.credentials is None) is not (self.registered_at is None):
            raise ValueError("credentials and registered_at go together: a space is converted, or it is not")
        if self.credentials is not None and self.credentials.email != self.email:
            raise ValueError("the e-mail on file of a converted space is that of its credentials")
        return self


class FoundingEntry(Entry):
    """A space that an option is to create: the applicant, and the companies."""

    created_on: Annotated[date, AfterValidator(_day)]
    holder: HolderEntry
    companies: Annotated[tuple[CompanyEntry, ...], Field(min_length=1, max_length=1000)]


class LetterEntry(Entry):
    """The option's letter, still to be sent; `attempt_at` is set while an attempt's outcome is unknown."""

    due_at: FarInstant
    attempts: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    attempt_at: Instant | None = None
    correlation: Correlation = ""


class OptionEntry(Entry):
    """An accepted option: its credentials, its code, and when it was sent, replaced or used.

    `founds` is the space that its activation creates; without it, the activation converts an existing space.
    """

    id: Id
    subscriber_number: Number
    credentials: CredentialsEntry
    code: Annotated[str, Field(pattern=rf"^[0-9A-Za-z]{{{CODE_LENGTH}}}$")]
    queued_at: Instant
    sent_at: Instant | None = None
    replaced_at: Instant | None = None
    used_at: Instant | None = None
    lapse_noted: bool = False
    letter: LetterEntry | None = None
    founds: FoundingEntry | None = None


class WrongTryEntry(Entry):
    """A wrong try at a code, a login or a forgotten password, with the typed address in lower case.

    A try from outside the space has the typed subscriber number, under the same name.
    """

    lock: Literal["activation", "login", "outside", "recovery"]
    email: Annotated[str, Field(max_length=1000)]
    at: Instant


class RawMail(Entry):
    """A mail as it arrived: as text when it is UTF-8, else in base64."""

    sender: Envelope
    recipients: Annotated[tuple[Envelope, ...], Field(min_length=1, max_length=1000)]
    folder: Folder
    text: str | None = None
    base64: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) is (self.base64 is None):
            raise ValueError("give either text or base64")
        try:
            base64.b64decode(self.base64 or "", validate=True)
        except binascii.Error as error:
            raise ValueError(f"base64: {error}") from None
        return self

    @property
    def raw(self) -> bytes:
        """The octets of the mail."""
        return base64.b64decode(self.base64) if self.base64 is not None else (self.text or "").encode()


class MailEntry(RawMail):
    """A mail in a mailbox."""

    received_at: Instant
    read: bool = False


class MailInTransitEntry(RawMail):
    """A mail that was accepted and has not arrived yet."""

    taken_at: Instant
    arrives_at: FarInstant
    correlation: Correlation | None = None


class UndeliveredEntry(Entry):
    """A mail that never arrives; `mails_before` is the number of the document's mails that came before it."""

    at: Instant
    outcome: DeliveryOutcome
    recipients: Annotated[tuple[Envelope, ...], Field(max_length=1000)]
    mails_before: Annotated[int, Field(ge=0)]


class TurnedAwayEntry(Entry):
    """How often a mail was refused that its sender sends again; `mail` is the key of the mail."""

    mail: Annotated[str, Field(max_length=200)]
    times: Annotated[int, Field(ge=1, le=1_000_000)]


class HelpdeskEntry(Entry):
    """A message left with the helpdesk's form."""

    at: Instant
    name: Annotated[str, Field(max_length=SENDER_LENGTH)]
    email: Annotated[str, Field(max_length=SENDER_LENGTH)]
    message: Annotated[str, Field(min_length=1, max_length=MESSAGE_LENGTH)]


class SnapshotDocument(Entry):
    """The document of a realm."""

    format: Literal[1]
    maquette: Annotated[str, Field(max_length=50)]
    realm: RealmEntry
    personas: tuple[PersonaEntry, ...] = ()
    spaces: tuple[SpaceEntry, ...] = ()
    options: tuple[OptionEntry, ...] = ()
    wrong_tries: tuple[WrongTryEntry, ...] = ()
    mail: tuple[MailEntry, ...] = ()
    in_transit: tuple[MailInTransitEntry, ...] = ()
    caught: tuple[Annotated[str, Field(max_length=1000)], ...] = ()
    turned_away: tuple[TurnedAwayEntry, ...] = ()
    undelivered: tuple[UndeliveredEntry, ...] = ()
    helpdesk: tuple[HelpdeskEntry, ...] = ()
