"""What the portal decides: rules, states of a space, refusals, keys of the policy, deliberate defects.

The sets come from the code; what a name means in words stands here where the code does not say it.
"""

from collections.abc import Iterable
from enum import Enum
from itertools import groupby

from maquette.fixtures.rules import Status
from maquette.scenarios.coverage import Coverage, coverage
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.domain.option import TRANSITIONS, SpaceEvent, SpaceState
from maquette.simulator.domain.policy import EmailMatch, GateRefusal, HashCost, Policy, PopupMode, SharedEmail
from maquette.simulator.domain.refusals import Reason, Refusal
from reference_pages.markdown import code, page, table

GROUPS = {
    "ACC": "Access and certificate",
    "SES": "Sessions",
    "HOME": "Welcome screens",
    "OPT": "The option",
    "CRED": "Credentials",
    "ACT": "Activation",
    "POP": "Pop-up",
    "REG": "Result and recap",
    "PWD": "Password access",
    "HELP": "Helpdesk",
    "OUT": "Outside the space",
    "NEW": "A new space",
    "MAIL": "Mail",
}

STATUSES = {
    Status.FICHE: "the fiche says or shows it",
    Status.INFERRED: "it follows from the fiche",
    Status.ASSUMED: "our assumption",
}

STATES = {
    SpaceState.CERTIFICATE: "The certificate opens the space.",
    SpaceState.PENDING: "An option waits for its activation. The certificate, and only it, opens the space.",
    SpaceState.PASSWORD: "E-mail and password open the space. The certificate never opens it again.",
}

EVENTS = {
    SpaceEvent.ACCEPT: (
        "event",
        "The security question is answered: the option is accepted, the mail queued.",
    ),
    SpaceEvent.ACTIVATE: ("event", "Address and code were right, and the request of the result window came."),
    SpaceEvent.LAPSE: (
        "state of affairs",
        "48 hours have passed. No request causes it: it is computed whenever the state is read.",
    ),
}

KEYS = {
    "gate.refusal": ("ACC-6", "a refused certificate gets a page, or a connection dropped without an answer"),
    "gate.notice": ("ACC-7", "the text of a notice before the certificate store, or `off`"),
    "session.idle": ("SES-2", "idle time after which a session ends"),
    "home.files_per_page": ("HOME-N", "company files on a page"),
    "email.ascii_only": ("CRED-3", "whether accented addresses are refused"),
    "email.match": ("ACT-16", "whether case counts in an address typed at activation or login"),
    "email.shared": ("CRED-5", "who may opt with an e-mail that several certificate spaces have on file"),
    "password.requires_both": ("CRED-7", "whether a password needs a letter and a digit"),
    "password.hash_cost": ("CRED-8", "the cost of a hash: `low` for tests, `high` as on a real site"),
    "activation.window": ("ACT-4", "how long the code works"),
    "activation.attempts": (
        "ACT-15",
        "wrong codes for one address before a lockout; also wrong tries of OUT-2 for a number, of PWD-4 for "
        "an address",
    ),
    "activation.lockout": ("ACT-15", "how long the lockout lasts"),
    "option.replace": ("ACT-8", "whether a waiting space may opt again with another address"),
    "popup.mode": ("POP-4", "the result window opens as the page loads, or from the person's click"),
    "login.attempts": ("PWD-2", "wrong passwords for one address before a lockout"),
    "login.lockout": ("PWD-2", "how long the lockout lasts"),
}

VALUES: dict[str, type[Enum]] = {
    "gate.refusal": GateRefusal,
    "email.match": EmailMatch,
    "email.shared": SharedEmail,
    "password.hash_cost": HashCost,
    "popup.mode": PopupMode,
}

SWITCHES = (
    (
        "one realm, over the control API",
        '`PUT /api/realms/{realm}/defects {"defects": ["code-never-expires"]}`, or `defects` when it is made',
        "another `PUT`, or the realm's reset",
    ),
    ("one realm, in the console", "its page « Défauts »", "the same page, or the realm's reset"),
    ("one realm, in Python", '`Simulator.realm(defects=["code-never-expires"])`', "the realm's reset"),
    ("one realm, in scenarios", '`control.set_defects(["code-never-expires"])`', "the realm's reset"),
    ("every realm", "`maquette serve --defect code-never-expires`, repeatable", "the server ends"),
)
"""How a defect is switched on, and how long it stays."""


def rules() -> str:
    """Every rule, with the scenarios that cover it."""
    parts = [
        "Tests, scenarios, refusals and the journal name these rules by their ids. § is the section of the "
        "fiche. Status: "
        + " · ".join(f"**{status.value}** {meaning}" for status, meaning in STATUSES.items())
        + ". A rule with two statuses has parts with different sources. "
        "[The policy](policy.md) lists the assumptions that a user can set. The last column names the "
        "[scenarios](../scenarios.md) that cover the rule; `maquette rules --coverage` shows the same with "
        "the drivers."
    ]
    for prefix, group in groupby(coverage(), key=lambda each: each.rule.id.partition("-")[0]):
        head = ("id", "rule", "in the fiche", "§", "status", "scenarios")
        parts += [f"## {GROUPS[prefix]}", table(head, map(_rule, group))]
    return page("The rules", "fixtures/rules.toml and the scenarios", *parts)


def _rule(covered: Coverage) -> tuple[str, ...]:
    rule = covered.rule
    quote = f"« {rule.quote} »" if rule.quote else ""
    statuses = " / ".join(status.value for status in rule.statuses)
    scenarios = ", ".join(code(each.name) for each in covered.scenarios)
    return rule.id, rule.sentence, quote, ", ".join(rule.sections), statuses, scenarios


def states() -> str:
    """The states of a space, and what leads from one to the other."""
    arrows = [
        f"    {before.value} --> {after.value}: {event.value}"
        for (before, event), after in TRANSITIONS.items()
    ]
    moves = [
        (before.value, event.value, after.value, *EVENTS[event])
        for (before, event), after in TRANSITIONS.items()
    ]
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {SpaceState.CERTIFICATE.value}", *arrows, "```"]
    return page(
        "The states of a space",
        "the table TRANSITIONS in simulator/domain/option.py",
        "\n".join(diagram),
        table(("state", "what opens the space"), ((state.value, STATES[state]) for state in SpaceState)),
        table(("from", "by", "to", "kind", "when"), moves),
        "There are no other transitions: nothing leaves `password`. A space that opts again while an option "
        "waits replaces that option (ACT-8). What is typed before the question is answered is a draft of the "
        "session, and no state. A new space (NEW-2) enters `pending` from no state, which the journal writes "
        "as null. If its option lapses, nothing is left of it.",
    )


def refusals() -> str:
    """The closed sets of codes: refusals, hidden reasons, problems of the control API."""
    shown = ((code(each.code), each.rule or "", code(each.field or ""), each.sentence) for each in Refusal)
    hidden = ((code(reason.value), reason.meaning) for reason in Reason)
    problems = ((code(each.code), str(each.status), each.title) for each in Problem)
    return page(
        "Refusals",
        "simulator/domain/refusals.py and simulator/console/door/problems.py",
        "These are public, closed sets: scripts may wait for a code. The changelog names every code that "
        "changes.",
        "## On pages",
        "A page shows each refusal as an element with `data-refusal` (the code) and `data-rule` (the rule, "
        "where there is one), beside the field that it is about.",
        table(("code", "rule", "field", "sentence"), shown),
        "## In the journal only",
        "Some sentences hide the reason, so that nobody learns which addresses or numbers exist (ACT-14, "
        "OUT-2, PWD-2, PWD-4). The journal has the reason: `data.reason` of a line of kind `refused`.",
        table(("reason", "meaning"), hidden),
        "## From the control API",
        "The control API answers errors as RFC 9457 problem details; `code` holds the code.",
        table(("code", "status", "title"), problems),
    )


def policy() -> str:
    """The keys of the policy, with defaults and values."""
    keys = (
        (code(key), code(_written(default)), _values(key, default), *KEYS[key])
        for key, default in Policy().as_keys().items()
    )
    return page(
        "The policy",
        "simulator/domain/policy.py",
        "Each realm has a policy: the settings of the rules that the fiche leaves open. Read it with "
        "`GET /api/realms/{realm}/policy` and change it with `PATCH`. Give it to a new realm with "
        '`POST /api/realms`, or in Python with `simulator.realm(policy={"popup.mode": "click"})`. '
        "An unknown key, or a wrong value, is refused and changes nothing.",
        table(("key", "default", "values", "rule", "what it sets"), keys),
        "Durations are ISO 8601, between one second and 366 days.",
    )


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(key: str, default: object) -> str:
    if key in VALUES:
        return ", ".join(code(choice.value) for choice in VALUES[key])
    if isinstance(default, bool):
        return "`true`, `false`"
    if isinstance(default, int):
        return "1 to 1000"
    return "`off`, or a text of 500 characters at most" if default == "off" else "a duration"


def defects() -> str:
    """The deliberate defects, and how they are switched on."""
    parts = [
        f"Each of the {len(DEFECTS)} defects breaks one rule of the portal, in one place. All are off by "
        "default. A test suite that passes both without a defect and with it does not check that rule: "
        "[the audit](../audit.md) runs a suite against all of them. A trainer can let a class find one.",
        "## Switching them on",
        table(("where", "how", "until"), SWITCHES),
        "Several defects can be on at once. They are applied in the order of this list; where two contradict "
        "each other, the later one wins. What happened under a defect stays as it is when the defect is "
        "switched off. Snapshots and forks keep a realm's defects, as they keep its policy.",
        "Every page of the portal names the active defects in its first and last line. That line has no "
        "switch. `<body>` lists their names in `data-defects`, separated by blanks; without a defect the "
        "attribute is absent. The journal has a line `defects-changed`.",
        "Measurements stay true under a defect: [invariants](invariants.md), the named instants of the clock "
        "(`just-before:code-expiry`, `code-expiry`), `expires_at` of a mail and the state of a space, in the "
        "API and in the console, follow the rules without any defect. A test that moves to `code-expiry` is "
        "at the instant at which the code must be refused.",
    ]
    for prefix, group in groupby(DEFECTS.values(), key=lambda each: each.rule.partition("-")[0]):
        rows = ((code(each.name), each.rule, each.title_en, each.why_en) for each in group)
        parts += [f"## {GROUPS[prefix]}", table(("name", "rule", "what goes wrong", "why it matters"), rows)]
    return page("Deliberate defects", "simulator/defects/", *parts)


def everything() -> Iterable[tuple[str, str]]:
    """The pages, by file name."""
    yield "rules.md", rules()
    yield "states.md", states()
    yield "refusals.md", refusals()
    yield "policy.md", policy()
    yield "defects.md", defects()
