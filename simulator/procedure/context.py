"""What a use case is handed, and the one place that runs it.

A use case is a plain function whose first argument is a `Context`: one transaction, one realm, one instant.
`Procedure` opens the transaction, runs the function, commits, then passes on what it noted: a use case that
fails leaves neither state nor lines behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Space
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.journal_writer import TakesLines
from maquette.simulator.store.realms import RealmRecord, RulesOf, find_realm

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class RealmUnknownError(Exception):
    """There is no realm of that name."""


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
        """The realm's policy."""
        return self.realm.policy

    @property
    def day(self) -> date:
        """The day in France."""
        return self.now.astimezone(PARIS).date()

    def window_end(self, option: Option) -> datetime:
        """The last second of the option's 48 hours."""
        return self.rules.window_end(option, self.policy.activation_window)

    def state_of(self, space: Space, option: Option | None) -> SpaceState:
        """The space's state now; `option` is its latest one."""
        end = self.window_end(option) if option else None
        return self.rules.state_of(space, option, self.now, end)

    def note(self, kind: str, **data: object) -> None:
        """Note a line for the journal. Never a password, an answer or a code."""
        self.notes.append((kind, data))

    def refuse(self, refused: Refused, **data: object) -> Refused:
        """Note the refusal, with its rule and its real reason, and give it back."""
        reason = refused.reason.value if refused.reason else refused.refusal.code
        self.note("refused", refusal=refused.refusal.code, rule=refused.refusal.rule, reason=reason, **data)
        return refused


class Procedure:
    """Runs use cases against the store."""

    def __init__(self, store: Store, journal: TakesLines, rules_of: RulesOf) -> None:
        self._store = store
        self._journal = journal
        self.rules_of = rules_of

    async def run(
        self,
        realm: str,
        correlation: str,
        use_case: Callable[Concatenate[Context, Arguments], Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Run a use case in one writing transaction of the realm, at the realm's present instant.

        Raises RealmUnknownError when there is no such realm; whatever the use case raises undoes it.
        """
        with self._store.writing(realm) as transaction:
            context = self._context(transaction, correlation)
            result = use_case(context, *arguments, **named)
        self._journal.take(_lines(context))
        return result

    def get(self, realm: str) -> RealmRecord:
        """The realm of that name. Raises RealmUnknownError when there is none."""
        with self._store.reading(realm) as transaction:
            return _record_of(transaction)

    def note(self, realm: RealmRecord | None, correlation: str, kind: str, **data: object) -> None:
        """Note a line of no use case's, in the realm's journal; in the installation's when realm is None."""
        now = real_now()
        name, at = (realm.name, realm.clock.now(now)) if realm else (None, None)
        self._journal.take([JournalLine(name, at, now, kind, correlation, data)])

    async def look(
        self,
        realm: str,
        correlation: str,
        use_case: Callable[Concatenate[Context, Arguments], Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Run a use case that only reads; the same otherwise."""
        with self._store.reading(realm) as transaction:
            context = self._context(transaction, correlation)
            result = use_case(context, *arguments, **named)
        self._journal.take(_lines(context))
        return result

    def _context(self, transaction: Transaction, correlation: str) -> Context:
        record = _record_of(transaction)
        return Context(transaction, record, self.rules_of(record), record.clock.now(real_now()), correlation)


def _record_of(transaction: Transaction) -> RealmRecord:
    record = find_realm(transaction)
    if record is None:
        raise RealmUnknownError(transaction.realm)
    return record


def _lines(context: Context) -> list[JournalLine]:
    return [
        JournalLine(context.realm.name, context.now, real_now(), kind, context.correlation, data)
        for kind, data in context.notes
    ]
