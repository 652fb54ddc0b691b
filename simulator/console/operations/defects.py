"""Switching a realm's deliberate defects on and off."""

from collections.abc import Sequence
from dataclasses import replace

from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.defects.catalogue import ordered
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.realms import get_realm, save_realm


def set_defects(context: OperationContext, realm: str, names: Sequence[str]) -> tuple[str, ...]:
    """Switch on exactly these defects of the realm, and return them in the catalogue's order.

    Earlier events do not change. Raises DefectUnknownError and RealmGoneError.
    """
    defects = ordered(names)
    with context.store.writing(realm) as transaction:
        record = replace(get_realm(transaction), defects=defects)
        save_realm(transaction, record)
    context.note(record, Kind.DEFECTS_CHANGED, defects=defects)
    context.parts.timekeeper.wake()
    return defects
