"""The control API in one table, and its OpenAPI document, made from that table."""

from functools import cache
from typing import Any

from maquette.simulator.console.api import (
    defects,
    delivery,
    helpdesk,
    installation,
    invariants,
    journal,
    mail,
    mailpit,
    personas,
    realms,
    rules,
    snapshots,
    spaces,
)
from maquette.simulator.console.api.openapi import openapi_document

OPERATIONS = (
    *installation.operations,
    *realms.operations,
    *spaces.operations,
    *helpdesk.operations,
    *rules.operations,
    *defects.operations,
    *personas.operations,
    *invariants.operations,
    *snapshots.operations,
    *delivery.operations,
    *mail.operations,
    *journal.operations,
    *mailpit.operations,
)
"""All operations of the control API."""


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document; made at the first request, as it would double the start-up time."""
    return openapi_document(OPERATIONS)
