"""All of the control API in one table, and its description, made from that table alone.

Source: contract.md "Control API".
"""

from functools import cache
from typing import Any

from maquette.simulator.console.api import (
    defects,
    delivery,
    installation,
    invariants,
    journal,
    mail,
    mailpit,
    metrics,
    personas,
    realms,
    rules,
    snapshots,
)
from maquette.simulator.console.api.openapi import openapi_document

OPERATIONS = (
    installation.OPERATIONS
    + rules.OPERATIONS
    + defects.OPERATIONS
    + personas.OPERATIONS
    + invariants.OPERATIONS
    + realms.OPERATIONS
    + snapshots.OPERATIONS
    + delivery.OPERATIONS
    + mail.OPERATIONS
    + journal.OPERATIONS
    + metrics.OPERATIONS
    + mailpit.OPERATIONS
)
"""All of the control API: what reads, and what changes."""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made when first asked for: that takes as long as all the rest of a start."""
    return openapi_document(OPERATIONS)
