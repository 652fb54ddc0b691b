"""« Pourquoi cette personne a-t-elle été refusée ? »: the answer in French, one click away.

It shows the persona's last refusals, and the present state of their access. It never shows a code (ACC-4,
ACT-14, PWD-2, POP-6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.code_status import CodeStatus
from maquette.simulator.console.operations.people import get_persona
from maquette.simulator.console.operations.why_refused import RefusedRequest, find_refusals, find_standing
from maquette.simulator.console.pages.page import realm_page
from maquette.simulator.console.pages.texts import (
    CATALOGUE,
    Explanation,
    RuleText,
    explain,
    rule_text,
    words,
)
from maquette.simulator.domain.policy import GateRefusal
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.store.journal import list_newest_of_installation

MOST_HANDSHAKES = 5


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A refusal in words; `screen` is None when the journal does not have the screen any more."""

    at: datetime | None
    screen: str | None
    address: str
    refusal: Refusal
    explanation: Explanation
    rule: RuleText | None


async def show_why(call: Call) -> web.StreamResponse:
    """Show why a persona was refused, and the present state of their access."""
    realm, now = call.realm, call.now
    call.parts.journal.write()
    with call.parts.store.reading(realm.name) as transaction:
        persona = get_persona(transaction, call.path("persona"))
        refusals = find_refusals(transaction, persona)
        number = persona.subscriber_number
        standing = find_standing(transaction, realm, number, now) if number else None
        handshakes = list_newest_of_installation(transaction, kind="handshake-failed", most=MOST_HANDSHAKES)
    return realm_page(
        call,
        "why.html",
        persona=persona,
        refusals=_texts(refusals.of_persona),
        more=refusals.more,
        unnamed=_texts(refusals.unnamed),
        standing=standing,
        trail=code_in_words(standing.code, now) if standing and standing.code else "",
        handshakes=[(line.real_at, _handshake(str(line.data.get("why")))) for line in handshakes],
        dropped=realm.policy.gate_refusal is GateRefusal.ABORT,
        now=now,
    )


def code_in_words(status: CodeStatus, now: datetime) -> str:
    """Return the status of a pending option's code, on one line."""
    happened = {
        "accepted": status.accepted_at is not None,
        "locked": status.locked_until is not None,
        "wrong": status.wrong and status.locked_until is None,
    }
    parts = [words(code, "code", status=status, now=now) for code, true in happened.items() if true]
    return "\N{NO-BREAK SPACE}; ".join(parts)


def _texts(refused: Iterable[RefusedRequest]) -> list[RefusalText]:
    """Return the refusals in words, without those that the catalogue does not explain."""
    return [
        RefusalText(
            at=each.at,
            screen=_screen(each.path),
            address=each.address,
            refusal=each.refusal,
            explanation=explanation,
            rule=rule_text(each.rule) if each.rule else None,
        )
        for each in refused
        if (explanation := explain(each.refusal, each.reason))
    ]


def _screen(path: str | None) -> str | None:
    if path is None:
        return None
    return words(path if path in CATALOGUE["screens"] else "other", "screens", path=path)


def _handshake(sentence: str) -> str:
    return words(next(part for part in CATALOGUE["handshakes"] if part in sentence), "handshakes")
