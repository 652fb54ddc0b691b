"""« Acheminement du courrier »: a realm's delivery rules in words, and its mail in transit (MAIL-5).

The first rule that applies to a recipient counts. So a new rule for one address goes before the others, and
one for all addresses goes last. A form for another list of rules than the present one changes nothing.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.operations.delivery import list_addresses, list_coming_mail, set_rules
from maquette.simulator.console.pages.clock import NOT_MOVED
from maquette.simulator.console.pages.page import go_to_message, read_code, read_form, realm_page
from maquette.simulator.console.pages.texts import words
from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.delivery import LONGEST_DELAY, MOST_REFUSALS, MOST_RULES, DeliveryRule
from maquette.simulator.realm.clock import ClockRefusedError
from maquette.simulator.store.delivery_queue import list_rules, list_undelivered

MOST_SHOWN = 50
"""The most mails in transit, and addresses to choose from, that the page shows."""

MOST_UNDELIVERED = 10

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1)}
DONE = ("ajouter", "monter", "descendre", "supprimer", "normal", "entre-temps", "parti")
"""The values of the query that say what was done."""


@dataclass(frozen=True, slots=True)
class DeliveryRuleText:
    """A rule as the page shows it; `hidden_by` is the number of an earlier rule that hides it completely."""

    to: str | None
    what: str
    hidden_by: int | None


async def show_rules(call: Call) -> web.StreamResponse:
    """Show a realm's delivery rules, the form for one more, and the mail in transit."""
    return _show(call, done=read_code(call, "fait", DONE))


async def change_rules(call: Call) -> web.StreamResponse:
    """Do what the pressed button says: change the rules, or move the clock to a mail's arrival."""
    form = await read_form(call)
    pressed = form.get("geste", "")
    if pressed == "aller":
        return await _go_to_mail(call, form.get("courriel", ""))
    with call.parts.store.reading(call.realm.name) as transaction:
        rules = list_rules(transaction)
    if pressed == "ajouter":
        return _add(call, rules, form)
    if form.get("etat") != _mark(rules):
        return go_to_message(call, "acheminement", fait="entre-temps")
    changed = _changed(rules, pressed, form.get("rang", ""))
    if changed is None:
        raise ProblemError(Problem.BODY_INVALID, "geste, rang: no such button")
    set_rules(call.context, call.realm.name, changed)
    return go_to_message(call, "acheminement", fait=pressed)


def rule_in_words(rule: DeliveryRule) -> str:
    """Return the effect of a rule in words: « retardé de 2 h ; rangé dans le courrier indésirable »."""
    happens = {
        "refused": rule.refuse_times,
        "delayed": rule.delay,
        "lost": rule.lose,
        "bounced": rule.bounce,
        "duplicated": rule.duplicate,
        "spam": rule.spam,
    }
    delay = _delay_in_words(rule.delay or timedelta())
    parts = [words(code, "delivery", rule=rule, delay=delay) for code, true in happens.items() if true]
    return " ; ".join(parts) or words("normal", "delivery")


def _delay_in_words(delay: timedelta) -> str:
    seconds = int(delay.total_seconds())
    days, rest = divmod(seconds, 86400)
    amounts = {"days": days, "hours": rest // 3600, "minutes": rest % 3600 // 60, "seconds": rest % 60}
    return " ".join(
        f"{amount}\N{NO-BREAK SPACE}{words(unit, 'units')}" for unit, amount in amounts.items() if amount
    )


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
        coming = list_coming_mail(transaction)
        undelivered = list_undelivered(transaction, 0)[: -MOST_UNDELIVERED - 1 : -1]
        addresses = list_addresses(transaction, MOST_SHOWN)
    return realm_page(
        call,
        "delivery.html",
        status,
        rules=[_in_words(rules, number) for number in range(len(rules))],
        mark=_mark(rules),
        full=len(rules) >= MOST_RULES,
        coming=coming[:MOST_SHOWN],
        more=max(0, len(coming) - MOST_SHOWN),
        undelivered=undelivered,
        addresses=addresses,
        now=call.now,
        done=done,
        typed=defaultdict(str, typed or {}),
        wrong=wrong,
        most_refusals=MOST_REFUSALS,
    )


def _in_words(rules: tuple[DeliveryRule, ...], number: int) -> DeliveryRuleText:
    rule = rules[number]
    hidden_by = next(
        (
            before + 1
            for before, earlier in enumerate(rules[:number])
            if earlier.to is None or (rule.to is not None and earlier.applies_to(rule.to))
        ),
        None,
    )
    return DeliveryRuleText(rule.to, rule_in_words(rule), hidden_by)


def _mark(rules: tuple[DeliveryRule, ...]) -> str:
    """Return a mark of these rules: a form with another mark is outdated."""
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def _changed(rules: tuple[DeliveryRule, ...], pressed: str, rank: str) -> tuple[DeliveryRule, ...] | None:
    """Return the rules after the button; None for an unknown button."""
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
    changed = (*rules, rule) if rule.to is None else (rule, *rules)
    set_rules(call.context, call.realm.name, changed)
    return go_to_message(call, "acheminement", fait="ajouter")


class _WrongError(Exception):
    """A mistake in the form of a new rule, by the code of its text on the page."""


def _read_rule(form: dict[str, str]) -> DeliveryRule:
    to = form.get("adresse", "").strip() if form.get("pour") == "une" else None
    if to is not None and not (len(to) <= 320 and well_formed_email(to)):
        raise _WrongError("adresse")
    late, refused = "retard" in form, "refus" in form
    delay = _read_amount(form.get("duree", ""), UNITS.get(form.get("unite", ""))) if late else None
    times = _read_count(form.get("fois", "")) if refused else 0
    fate = form.get("sort", "")
    try:
        return DeliveryRule(
            to=to,
            delay=delay,
            lose=fate == "perdu",
            bounce=fate == "rejete",
            refuse_times=times,
            duplicate="double" in form,
            spam="indesirable" in form,
        )
    except ValueError:  # a mail that is lost, or bounces, does nothing else
        raise _WrongError(fate) from None


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


async def _go_to_mail(call: Call, key: str) -> web.StreamResponse:
    """Move the clock to the mail's arrival, and stop it there."""
    with call.parts.store.reading(call.realm.name) as transaction:
        mail = next((each for each in list_coming_mail(transaction) if each.key == key), None)
    if mail is None:
        return go_to_message(call, "acheminement", fait="parti")
    since = call.parts.journal.last_id()
    try:
        await call.parts.timekeeper.set_clock(
            call.realm.name, ClockMode.FROZEN, max(mail.at, call.now), correlation=call.correlation
        )
    except ClockRefusedError as error:
        return go_to_message(call, "horloge", refus=NOT_MOVED[error.why])
    return go_to_message(call, "horloge", depuis=since)
