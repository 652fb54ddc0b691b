"""Judges the invariants of a realm: the promises in `invariants.toml`, by the SQL that finds their offenders.

The statements read the realm's rows alone, neither the portal nor the journal. So a verdict after a load run,
or on a state changed by hand, does not depend on the code that it judges. Changes of policy or clock break no
invariant. Source: docs/reference/invariants.md.
"""

import asyncio
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.instants import to_seconds
from maquette.simulator.store.realms import get_realm
from maquette.simulator.store.spaces import list_broken_seals

MOST_OFFENDERS = 100
"""Offenders that a verdict names for each invariant."""

SEALS_AT_A_TIME = 2000
"""Spaces whose seals one transaction checks: other requests wait no longer than one transaction takes."""


@dataclass(frozen=True, slots=True)
class InvariantVerdict:
    """Whether an invariant holds: its name, its sentence, the rules behind it, and its offenders.

    `offenders` are the first ones, each with its fault; `more` says whether there are others.
    """

    name: str
    words: str
    rules: tuple[str, ...]
    offenders: tuple[str, ...]
    more: bool

    @property
    def holds(self) -> bool:
        """Whether the invariant has no offender."""
        return not self.offenders


@dataclass(frozen=True, slots=True)
class RealmInvariant:
    """A promise, and its statements by the sentence about an offender, with `{}` for the offender."""

    name: str
    words: str
    rules: tuple[str, ...]
    checks: Mapping[str, str]


INVARIANTS = tuple(
    RealmInvariant(name, entry["words"], tuple(entry["rules"]), entry.get("checks", {}))
    for name, entry in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
)
"""All invariants, in the order in which they are judged."""

FILES_UNCHANGED = "files-unchanged"
"""The invariant that no statement judges: each space is compared with its seal."""


async def judge_invariants(store: Store, realm: str) -> list[InvariantVerdict]:
    """Judge all invariants, in a fixed order; other requests are served in between.

    Raises RealmGoneError when there is no such realm.
    """
    verdicts = []
    for invariant in INVARIANTS:
        offenders = await _broken_seals(store, realm) if invariant.name == FILES_UNCHANGED else []
        for wrong, sql in invariant.checks.items():
            with store.reading(realm) as transaction:
                rows = transaction.rows(f"{sql} LIMIT :most", **_values(transaction), most=MOST_OFFENDERS + 1)
            offenders += [wrong.format(offender) for (offender,) in rows]
            await asyncio.sleep(0)
        verdicts.append(_verdict(invariant, offenders))
    return verdicts


def _verdict(invariant: RealmInvariant, offenders: list[str]) -> InvariantVerdict:
    return InvariantVerdict(
        invariant.name,
        invariant.words,
        invariant.rules,
        tuple(offenders[:MOST_OFFENDERS]),
        more=len(offenders) > MOST_OFFENDERS,
    )


def _values(transaction: Transaction) -> dict[str, int]:
    record = get_realm(transaction)
    window, made = record.policy.activation_window, record.made_policy.activation_window
    return {
        "now": to_seconds(record.clock.now(real_now())),
        "window": int(window.total_seconds()),
        "longest_window": int(max(window, made).total_seconds()),
    }


async def _broken_seals(store: Store, realm: str) -> list[str]:
    broken: list[str] = []
    after: str | None = ""
    while after is not None and len(broken) <= MOST_OFFENDERS:
        with store.reading(realm) as transaction:
            found, after = list_broken_seals(transaction, after=after, most=SEALS_AT_A_TIME)
        broken += [f"space {number}: has changed since it was made" for number in found]
        await asyncio.sleep(0)
    return broken
