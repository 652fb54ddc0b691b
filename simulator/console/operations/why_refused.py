"""Why a person was refused, read from the realm's journal and state.

A refusal belongs to a persona when it names their space, when their certificate was presented in the same
request, or when one of their addresses was typed. Refusals that name no person are listed apart. The journal
holds no code and no password (ACC-4, ACT-14, ACT-15, PWD-2, POP-6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.console.operations.code_status import CodeStatus, find_lock_end, list_code_statuses
from maquette.simulator.console.operations.spaces import SpaceNow, find_space_now
from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.mail.why_no_mail import Missing, why_no_mail
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import list_in_transit
from maquette.simulator.store.journal import JournalRecord, list_lines_of, list_newest_lines
from maquette.simulator.store.mailbox import list_mail
from maquette.simulator.store.options import list_options_of
from maquette.simulator.store.personas import PersonaRecord
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.spaces import count_sharing, find_claim, find_space
from maquette.simulator.store.tries import Lock

LINES_LOOKED_AT = 5000
"""The newest lines of refusals and judged certificates that are read; older lines are not."""

MOST_OF_PERSONA = 10
MOST_UNNAMED = 5

NO_SCREENS = {each.code for each in (Refusal.PAGE_UNKNOWN, Refusal.METHOD_UNKNOWN, Refusal.HOST_UNKNOWN)}
"""Refusals of requests that no screen sends: they say nothing about a person."""

RULES = {
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_WRONG): "ACT-2",
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_EXPIRED): "ACT-6",
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_REPLACED): "ACT-8",
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_USED): "ACT-9",
    (Refusal.ACTIVATION_REFUSED, Reason.LOCKED_OUT): "ACT-15",
    (Refusal.ACTIVATION_REFUSED, Reason.TICKET_FORGED): "POP-3",
    (Refusal.LOGIN_REFUSED, Reason.SPACE_PENDING): "ACC-9",
    (Refusal.OUTSIDE_REFUSED, Reason.ALREADY_CONVERTED): "ACC-10",
    (Refusal.RECOVERY_REFUSED, Reason.SPACE_PENDING): "ACC-9",
}
"""The rule of a real reason, if it is not the refusal's own rule."""


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A refusal: its instant, its path, and the real reason if the portal's page hides it.

    `path` is None when the request is no longer in the journal; `address` is the typed address.
    """

    at: datetime | None
    path: str | None
    address: str
    refusal: Refusal
    reason: Reason | None

    @property
    def rule(self) -> str | None:
        """The id of the rule behind the refusal, or None."""
        if self.reason is None:
            return self.refusal.rule
        return RULES.get((self.refusal, self.reason), self.refusal.rule)


@dataclass(frozen=True, slots=True)
class RefusedRequests:
    """A persona's last refusals, newest first; whether there were more; and refusals that name no person."""

    of_persona: list[RefusedRequest]
    more: bool
    unnamed: list[RefusedRequest]


@dataclass(frozen=True, slots=True)
class LetterPlace:
    """The place of a code's letter: `inbox`, or the value of a `Missing`; and until when.

    `to_spam` says that the letter will arrive in the spam folder.
    """

    where: str
    until: datetime | None = None
    to_spam: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the access to a space, beyond the space's state.

    `code` is the status of a code that was tried, `letter` the place of its letter; both are None when no
    option waits. `login_locked_until` is None when a password may be tried.
    """

    space: SpaceNow
    code: CodeStatus | None = None
    letter: LetterPlace | None = None
    login_locked_until: datetime | None = None


def find_refusals(transaction: Transaction, persona: PersonaRecord) -> RefusedRequests:
    """Return the persona's refusals in the realm's journal; write the journal's collected lines before."""
    lines = list_newest_lines(transaction, kinds=("refused", "certificate-judged"), most=LINES_LOOKED_AT)
    presented = {
        line.correlation: line.data["fingerprint"]
        for line in lines
        if line.kind == "certificate-judged" and "fingerprint" in line.data
    }
    number, addresses = persona.subscriber_number, _addresses(transaction, persona)
    mine: list[JournalRecord] = []
    unnamed: list[JournalRecord] = []
    for line in lines:
        if line.kind != "refused":
            continue
        named, address = line.data.get("subscriber_number"), line.data.get("email")
        holder = presented.get(line.correlation)
        if (
            (number is not None and named == number)
            or (persona.fingerprint is not None and holder == persona.fingerprint)
            or (address is not None and email_key(str(address)) in addresses)
        ):
            mine.append(line)
        elif (
            named is None
            and holder is None
            and len(unnamed) < MOST_UNNAMED
            and _is_unnamed(transaction, line)
        ):
            unnamed.append(line)
    newest = mine[:MOST_OF_PERSONA]
    return RefusedRequests(
        _read(transaction, newest), len(mine) > MOST_OF_PERSONA, _read(transaction, unnamed)
    )


def find_standing(
    transaction: Transaction, realm: RealmRecord, subscriber_number: str, now: datetime
) -> Standing | None:
    """Return the state of the access to the space at `now`; None when there is no such space."""
    space = find_space_now(transaction, realm, subscriber_number, now)
    if space is None:
        return None
    if space.pending is not None:
        code = list_code_statuses(transaction, realm, [space.pending], now).get(space.pending.id)
        return Standing(space, code, _find_letter(transaction, space.pending))
    locked = None
    if space.state is SpaceState.PASSWORD:
        locked = find_lock_end(transaction, realm, Lock.LOGIN, email_key(space.space.email), now)
    return Standing(space, login_locked_until=locked)


def read_refusal(code: str, reason: str) -> tuple[Refusal, Reason | None] | None:
    """Return the refusal of a code, and the real reason of a value; None for an unknown code."""
    refusal = next((each for each in Refusal if each.code == code), None)
    hidden = next((each for each in Reason if each.value == reason), None)
    return None if refusal is None else (refusal, hidden)


def _addresses(transaction: Transaction, persona: PersonaRecord) -> set[str]:
    """The persona's addresses: the one on file, and those chosen with options."""
    if persona.subscriber_number is None:
        return set()
    space = find_space(transaction, persona.subscriber_number)
    chosen = [option.credentials.email for option in list_options_of(transaction, persona.subscriber_number)]
    return {email_key(email) for email in (*chosen, *([space.email] if space else []))}


def _is_unnamed(transaction: Transaction, line: JournalRecord) -> bool:
    """Whether a screen was refused with no address, or with one that no person has."""
    if line.data.get("refusal") in NO_SCREENS:
        return False
    address = line.data.get("email")
    if address is None:
        return True
    key = email_key(str(address))
    return find_claim(transaction, key) is None and count_sharing(transaction, key) == 0


def _read(transaction: Transaction, lines: Sequence[JournalRecord]) -> list[RefusedRequest]:
    """The refusals of these lines, each with the path of its request; unknown codes are left out."""
    correlations = {line.correlation for line in lines if line.correlation is not None}
    paths = {
        line.correlation: str(line.data.get("path")).removeprefix(realm_prefix(transaction.realm)) or "/"
        for line in list_lines_of(transaction, correlations, kind="request")
    }
    return [
        RefusedRequest(line.at, paths.get(line.correlation), str(line.data.get("email") or ""), *found)
        for line in lines
        if (found := read_refusal(str(line.data.get("refusal")), str(line.data.get("reason"))))
    ]


def _find_letter(transaction: Transaction, option: Option) -> LetterPlace:
    """The place of the option's letter."""
    to, message_id = option.credentials.email, message_id_of(option.id)
    came = {mail.folder for mail in list_mail(transaction, to=to) if mail.message_id == message_id}
    if came:
        return LetterPlace("inbox" if Folder.INBOX in came else Missing.IN_SPAM.value)
    for late in list_in_transit(transaction):
        if late.mail.message_id == message_id:
            return LetterPlace(
                Missing.DELAYED.value, late.arrives_at, to_spam=late.mail.folder is Folder.SPAM
            )
    missing = why_no_mail(transaction, to, 0)
    return LetterPlace(missing.why.value, missing.until)
