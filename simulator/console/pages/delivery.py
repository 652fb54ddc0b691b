"""« Acheminement du courrier »: a realm's delivery rules in words, and the mail that is on its way.

The first rule that is for a recipient counts, so a new rule for one address goes before the others, and one
for everybody behind them. A form that was made for other rules changes nothing. Source: contract.md
(`/delivery`), rule MAIL-5.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from maquette.simulator.console.api.delivery import change_delivery
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.forms import Route, go_to, read_form, realm_page
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.delivery import (
    LONGEST_DELAY,
    MOST_REFUSALS,
    MOST_RULES,
    DeliveryRule,
    Folder,
)
from maquette.simulator.realm.clock import ClockRefusedError
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import Outcome, list_in_transit, list_rules, list_undelivered
from maquette.simulator.store.options import get_option, list_open_options
from maquette.simulator.store.outbox import list_letters
from maquette.simulator.store.personas import list_persona_names

MOST_SHOWN = 50
"""Mails on their way, and addresses to choose from."""

MOST_UNDELIVERED = 10

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1)}
OUTCOMES = {Outcome.LOST: "perdu", Outcome.BOUNCED: "rejeté, avec un avis de non-remise"}


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """A rule as the page shows it; `hidden_by` is the number of one before it that leaves it nothing."""

    to: str | None
    what: str
    hidden_by: int | None


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A mail that comes, or is tried again, at `at`; `where_to` is a folder in words, empty for the inbox."""

    key: str
    to: str
    at: datetime
    is_retry: bool = False
    where_to: str = ""


async def show_rules(call: Call) -> web.StreamResponse:
    """A realm's delivery rules, the form for one more, and the mail on its way."""
    done = call.request.query.get("fait")
    return _show(call, done=done if done in DONE else None)


async def change_rules(call: Call) -> web.StreamResponse:
    """Do what the pressed button says: with the rules, or with the clock for a mail on its way."""
    form = await read_form(call)
    pressed = form.get("geste", "")
    if pressed == "aller":
        return await _go_to_mail(call, form.get("courriel", ""))
    with call.parts.store.reading(call.realm.name) as transaction:
        rules = list_rules(transaction)
    if pressed == "ajouter":
        return _add(call, rules, form)
    if form.get("etat") != _mark(rules):
        return go_to(f"{_path(call)}?fait=entre-temps#message")
    changed = _changed(rules, pressed, form.get("rang", ""))
    if changed is None:
        raise ProblemError(Problem.BODY_INVALID, "geste, rang: no such button")
    change_delivery(call, changed)
    return go_to(f"{_path(call)}?fait={pressed}#message")


DONE = ("ajouter", "monter", "descendre", "supprimer", "normal", "entre-temps", "parti")
"""What the page's query may say that has been done."""

DELIVERY_PAGES: tuple[Route, ...] = (
    ("GET", "/realms/{realm}/acheminement", show_rules),
    ("POST", "/realms/{realm}/acheminement", change_rules),
)


def tell_rule(rule: DeliveryRule) -> str:
    """What becomes of a mail under the rule: « retardé de 2 h ; rangé dans le courrier indésirable »."""
    parts = []
    if rule.refuse_times:
        times = "une fois" if rule.refuse_times == 1 else f"{rule.refuse_times} fois"
        parts.append(f"refusé {times}, puis accepté")
    if rule.delay is not None:
        parts.append(f"retardé de {_tell_delay(rule.delay)}")
    if rule.lose:
        parts.append("perdu")
    if rule.bounce:
        parts.append("rejeté, avec un avis de non-remise")
    if rule.duplicate:
        parts.append("doublé")
    if rule.spam:
        parts.append("rangé dans le courrier indésirable")
    return " ; ".join(parts) or "remis normalement"


def _tell_delay(delay: timedelta) -> str:
    seconds = int(delay.total_seconds())
    days, rest = divmod(seconds, 86400)
    amounts = ((days, "j"), (rest // 3600, "h"), (rest % 3600 // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{amount}\N{NO-BREAK SPACE}{unit}" for amount, unit in amounts if amount)


def _show(
    call: Call,
    status: int = 200,
    *,
    done: str | None = None,
    typed: dict[str, str] | None = None,
    wrong: str | None = None,
) -> web.StreamResponse:
    with call.parts.store.reading(call.realm.name) as transaction:
        rules = list_rules(transaction)
        coming = _list_coming(transaction)
        undelivered = list_undelivered(transaction, 0)[: -MOST_UNDELIVERED - 1 : -1]
        addresses = _list_addresses(transaction)
    return realm_page(
        call,
        "delivery.html",
        status,
        rules=[_in_words(rules, number) for number in range(len(rules))],
        mark=_mark(rules),
        full=len(rules) >= MOST_RULES,
        coming=coming[:MOST_SHOWN],
        more=max(0, len(coming) - MOST_SHOWN),
        undelivered=[(mail, OUTCOMES[mail.outcome]) for mail in undelivered],
        addresses=addresses,
        now=call.now,
        done=done,
        typed=defaultdict(str, typed or {}),
        wrong=wrong,
        most_refusals=MOST_REFUSALS,
    )


def _in_words(rules: tuple[DeliveryRule, ...], number: int) -> RuleInWords:
    rule = rules[number]
    hidden_by = next(
        (
            before + 1
            for before, earlier in enumerate(rules[:number])
            if earlier.to is None or (rule.to is not None and earlier.applies_to(rule.to))
        ),
        None,
    )
    return RuleInWords(rule.to, tell_rule(rule), hidden_by)


def _mark(rules: tuple[DeliveryRule, ...]) -> str:
    """What tells these rules from others: a form that carries another one was made for other rules."""
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def _changed(rules: tuple[DeliveryRule, ...], pressed: str, rank: str) -> tuple[DeliveryRule, ...] | None:
    """The rules after the button; None where there is no such button."""
    if pressed == "normal":
        return ()
    if not (rank.isascii() and rank.isdigit() and len(rank) <= 4 and 1 <= int(rank) <= len(rules)):
        return None
    at = int(rank) - 1
    rest = [*rules[:at], *rules[at + 1 :]]
    moves = {"monter": at - 1, "descendre": at + 1}
    if pressed in moves and 0 <= moves[pressed] < len(rules):
        rest.insert(moves[pressed], rules[at])
        return tuple(rest)
    return tuple(rest) if pressed == "supprimer" else None


def _add(call: Call, rules: tuple[DeliveryRule, ...], form: dict[str, str]) -> web.StreamResponse:
    if len(rules) >= MOST_RULES:
        return _show(call, 422, typed=form, wrong="trop")
    try:
        rule = _read_rule(form)
    except _WrongError as error:
        return _show(call, 422, typed=form, wrong=str(error))
    change_delivery(call, (*rules, rule) if rule.to is None else (rule, *rules))
    return go_to(f"{_path(call)}?fait=ajouter#message")


class _WrongError(Exception):
    """What is wrong with the form of a new rule, by the name under which the page has the words."""


def _read_rule(form: dict[str, str]) -> DeliveryRule:
    to = form.get("adresse", "").strip() if form.get("pour") == "une" else None
    if to is not None and not (len(to) <= 320 and well_formed_email(to)):
        raise _WrongError("adresse")
    late, refused = "retard" in form, "refus" in form
    delay = _read_amount(form.get("duree", ""), UNITS.get(form.get("unite", ""))) if late else None
    times = _read_count(form.get("fois", "")) if refused else 0
    fate = form.get("sort")
    double, spam = "double" in form, "indesirable" in form
    if fate == "perdu" and (late or double or spam):
        raise _WrongError("perdu")
    if fate == "rejete" and (double or spam):
        raise _WrongError("rejete")
    return DeliveryRule(
        to=to,
        delay=delay,
        lose=fate == "perdu",
        bounce=fate == "rejete",
        refuse_times=times,
        duplicate=double,
        spam=spam,
    )


def _read_amount(typed: str, unit: timedelta | None) -> timedelta:
    amount = _whole(typed, 6)
    if unit is None or amount is None or not timedelta() < amount * unit <= LONGEST_DELAY:
        raise _WrongError("duree")
    return amount * unit


def _read_count(typed: str) -> int:
    times = _whole(typed, 4)
    if times is None or not 1 <= times <= MOST_REFUSALS:
        raise _WrongError("fois")
    return times


def _whole(typed: str, digits: int) -> int | None:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else None


def _list_coming(transaction: Transaction) -> list[OnTheWay]:
    """The realm's mails that are still to come, and those to be tried again, in the order of time."""
    folders = {Folder.INBOX: "", Folder.SPAM: "courrier indésirable"}
    coming = [
        OnTheWay(
            f"c{late.id}",
            ", ".join(late.mail.recipients),
            late.arrives_at,
            where_to=folders[late.mail.folder],
        )
        for late in list_in_transit(transaction)
    ]
    for letter in list_letters(transaction, transaction.realm):
        if letter.attempts:
            to = get_option(transaction, letter.option_id).credentials.email
            coming.append(OnTheWay(f"l{letter.option_id}", to, letter.due_at, is_retry=True))
    return sorted(coming, key=lambda mail: mail.at)


def _list_addresses(transaction: Transaction) -> list[str]:
    """Addresses to choose from: those that options wait with, then those on file of the first personas."""
    waiting = [option.credentials.email for option in list_open_options(transaction)]
    on_file = [known.email for known in list_persona_names(transaction) if known.email is not None]
    return list(dict.fromkeys((*waiting, *on_file)))[:MOST_SHOWN]


async def _go_to_mail(call: Call, key: str) -> web.StreamResponse:
    """Move the clock to where the mail comes, and stop it there."""
    with call.parts.store.reading(call.realm.name) as transaction:
        mail = next((each for each in _list_coming(transaction) if each.key == key), None)
    if mail is None:
        return go_to(f"{_path(call)}?fait=parti#message")
    since = call.parts.journal.last_id()
    try:
        await call.parts.timekeeper.set_clock(
            call.realm.name, ClockMode.FROZEN, max(mail.at, call.now), correlation=call.correlation
        )
    except ClockRefusedError:
        return go_to(f"/realms/{call.realm.name}/horloge?refus=annees#message")
    return go_to(f"/realms/{call.realm.name}/horloge?depuis={since}#message")


def _path(call: Call) -> str:
    return f"/realms/{call.realm.name}/acheminement"
