"""All of the control API in one table, and its description, made from that table alone.

Source: contract.md "Control API".
"""

from functools import cache
from typing import Any

from maquette.simulator.console import (
    api,
    defects,
    delivery,
    invariants,
    journal,
    levers,
    mailpit,
    mails,
    metrics,
    rules,
    snapshots,
    subscribers,
)
from maquette.simulator.console.openapi import openapi_document

OPERATIONS = (
    api.OPERATIONS
    + rules.OPERATIONS
    + defects.OPERATIONS
    + subscribers.OPERATIONS
    + invariants.OPERATIONS
    + levers.OPERATIONS
    + snapshots.OPERATIONS
    + delivery.OPERATIONS
    + mails.OPERATIONS
    + journal.OPERATIONS
    + metrics.OPERATIONS
    + mailpit.OPERATIONS
)
"""All of the control API: what reads, and what changes."""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made when first asked for: that takes as long as all the rest of a start."""
    return openapi_document(OPERATIONS)
