"""The transaction in which a use case runs, and the only function that opens it.

A use case is a function whose first argument is a `Context`: one transaction, one realm, one instant.
`Procedure.transaction` commits, then passes the noted lines to the journal. An exception undoes the state and
the lines, except for one that sends the person to another page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.steps import Step
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import TakesLines
from maquette.simulator.store.realms import RealmRecord, RulesOf, find_realm


class RealmUnknownError(Exception):
    """There is no realm of that name."""


class SentAwayError(Exception):
    """The person is sent to another page; the transaction is committed, and its journal lines are kept."""


class NoSessionError(SentAwayError):
    """The page needs a session and the browser has none; `refused` is why its earlier session ended."""

    def __init__(self, refused: Refused | None = None) -> None:
        super().__init__("no session" if refused is None else refused.refusal.code)
        self.refused = refused


class ElsewhereError(SentAwayError):
    """The person may not take the step now; `go_to` is the step where the person is."""

    def __init__(self, go_to: Step) -> None:
        super().__init__(f"the person is at {go_to.value}")
        self.go_to = go_to


@dataclass(frozen=True, slots=True)
class Context:
    """One transaction on one realm at one instant, with the rules and the policy in force.

    `notes` become journal lines once the transaction is committed.
    """

    transaction: Transaction
    realm: RealmRecord
    rules: Rules
    now: datetime
    correlation: str
    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The policy in force in the realm."""
        return self.rules.policy.in_force(self.realm.policy)

    @property
    def day(self) -> date:
        """The day in France."""
        return self.now.astimezone(PARIS).date()

    def window_end(self, option: Option) -> datetime:
        """The last second of the option's 48 hours."""
        return self.rules.option.window_end(option, self.policy.activation_window)

    def state_of(self, space: Space, option: Option | None) -> SpaceState:
        """Return the space's state now; `option` is its latest option."""
        end = self.window_end(option) if option else None
        return self.rules.option.state_of(space, option, self.now, end)

    def note(self, kind: str, **data: object) -> None:
        """Note a line for the journal, which must hold no password, answer or code."""
        self.notes.append((kind, data))

    def refuse(self, refused: Refused, **data: object) -> Refused:
        """Note the refusal, with its rule and its real reason, and return it."""
        reason = refused.reason.value if refused.reason else refused.refusal.code
        self.note("refused", refusal=refused.refusal.code, rule=refused.refusal.rule, reason=reason, **data)
        return refused


class Procedure:
    """Opens transactions for use cases, and passes their lines to the journal."""

    def __init__(self, store: Store, journal: TakesLines, rules_of: RulesOf) -> None:
        self._store = store
        self._journal = journal
        self.rules_of = rules_of

    @contextmanager
    def transaction(self, realm: str, correlation: str, *, writes: bool = True) -> Iterator[Context]:
        """Open a transaction of the realm at its present instant; commit it at the end of the block.

        Raises RealmUnknownError when there is no such realm. An exception in the block undoes the
        transaction, except for a SentAwayError, which is raised after the commit.
        """
        sent_away: SentAwayError | None = None
        opened = self._store.writing(realm) if writes else self._store.reading(realm)
        with opened as transaction:
            record = _record_of(transaction)
            now = record.clock.now(real_now())
            context = Context(transaction, record, self.rules_of(record), now, correlation)
            try:
                yield context
            except SentAwayError as error:
                sent_away = error
        self._journal.take(_lines(context))
        if sent_away is not None:
            raise sent_away

    def realm(self, name: str) -> RealmRecord:
        """Return the realm of that name. Raises RealmUnknownError when there is none."""
        with self._store.reading(name) as transaction:
            return _record_of(transaction)

    def note(self, realm: RealmRecord | None, correlation: str, kind: str, **data: object) -> None:
        """Write a journal line outside a use case: the realm's, or the installation's for None."""
        now = real_now()
        name, at = (realm.name, realm.clock.now(now)) if realm else (None, None)
        self._journal.take([JournalRecord(name, at, now, kind, correlation, data)])


def _record_of(transaction: Transaction) -> RealmRecord:
    record = find_realm(transaction)
    if record is None:
        raise RealmUnknownError(transaction.realm)
    return record


def _lines(context: Context) -> list[JournalRecord]:
    return [
        JournalRecord(context.realm.name, context.now, real_now(), kind, context.correlation, data)
        for kind, data in context.notes
    ]
