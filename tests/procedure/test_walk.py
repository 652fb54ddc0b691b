"""The procedure walked at random, with time, by people who share addresses.

The model below is the portal of the fiche, to the second; it shares no decision with the code. After every
step the portal and the model agree, and the invariants hold.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sizes import sized
from town import FIRM_EMAIL, LILA_EMAIL, OTHER_EMAIL, START, OutOfOrder, Town

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Space
from maquette.simulator.procedure.access import enter_by_certificate, enter_by_password
from maquette.simulator.procedure.activation import CodeAccepted, judge_typed_code
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import Entered

HOUR = 3600
WINDOW, IDLE, LOCKOUT, RESULT_KEPT = 48 * HOUR, 30 * 60, 15 * 60, 30 * 60

PEOPLE = ("lila", "sylvain", "maelle")
CLEMENCE_EMAIL, CLEMENCE_PASSWORD = "clemence.hautefeuille@courriel.example", "Reliure2011"
ADDRESSES = (LILA_EMAIL, FIRM_EMAIL, OTHER_EMAIL, CLEMENCE_EMAIL)
PASSWORDS = ("Fiche2011", "Autre2011", CLEMENCE_PASSWORD)


@dataclass(eq=False)
class Code:
    """A code that was sent, with its holder, address and instants."""

    person: str
    address: str
    password: str
    option: Option
    good_until: int
    handed_over: int | None = None
    replaced: bool = False
    used: bool = False


@dataclass(eq=False)
class Visit:
    """A browser with a session."""

    person: str
    token: str
    seen: int
    by_certificate: bool
    over: bool = False
    warned: bool = False
    chosen: tuple[str, str] | None = None


class Walk(RuleBasedStateMachine):
    """The steps of people, and the results that the model expects."""

    build: Callable[[], Town]

    visits = Bundle("visits")
    codes = Bundle("codes")
    tickets = Bundle("tickets")

    people = st.sampled_from(PEOPLE)
    addresses = st.sampled_from(ADDRESSES)
    passwords = st.sampled_from(PASSWORDS)
    browsers = st.sampled_from(["one browser", "another browser"])
    typing = st.sampled_from([str.lower, str.upper])

    @initialize(target=codes, opted=st.lists(st.tuples(people, addresses, passwords), max_size=3))
    def begin(self, opted: list[tuple[str, str, str]]) -> Any:
        self.runner = asyncio.Runner()
        self.town = type(self).build()
        self.now = 0
        self.steps = 0
        self.all_codes: list[Code] = []
        self.all_visits: list[Visit] = []
        self.converted: dict[str, tuple[str, str]] = {"clemence": (CLEMENCE_EMAIL, CLEMENCE_PASSWORD)}
        self.wrong: dict[tuple[str, str], list[int]] = {}
        self.results: dict[tuple[str, Code], int] = {}
        self.numbers = {person: self.town.number(person) for person in (*PEOPLE, "clemence")}
        self.before, self.spaces = self.dump(), self.look_at_spaces()
        for person, address, password in opted:
            self.go_the_whole_way_with(person, address, password)
        return multiple(*self.all_codes)

    def teardown(self) -> None:
        if hasattr(self, "town"):
            assert self.do(self.town.broken()) == {}
        if hasattr(self, "runner"):
            self.runner.close()

    # What the model says

    def taken(self, address: str) -> bool:
        """Whether the address belongs to a password space or awaits activation."""
        if any(mine == address for mine, _ in self.converted.values()):
            return True
        latest = self.latest(address)
        return latest is not None and self.now <= latest.good_until

    def latest(self, address: str) -> Code | None:
        """The last code sent to the address."""
        return next((code for code in reversed(self.all_codes) if code.address == address), None)

    def locked(self, door: str, address: str) -> bool:
        last_five = self.wrong.get((door, address), [])[-5:]
        if len(last_five) < 5 or last_five[-1] - last_five[0] >= LOCKOUT:
            return False
        return self.now < last_five[-1] + LOCKOUT

    def works(self, code: Code) -> bool:
        return not code.used and not code.replaced and self.now <= code.good_until

    def goes_on(self, visit: Visit) -> bool:
        """Whether the session goes on. If so, this counts as a visit; if not, the session has ended."""
        visit.over = visit.over or self.now > visit.seen + IDLE
        if not visit.over:
            visit.seen = self.now
        return not visit.over

    # What the code does

    def do(self, step: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(step)

    def dump(self) -> dict[str, Any]:
        """All rows that a refusal must leave alone; a session that is over may be forgotten."""
        return self.town.dump("sessions", "realms", "certificates", "personas")

    def unchanged(self) -> None:
        assert self.dump() == self.before

    # Time

    @rule(seconds=st.sampled_from([1, 60, LOCKOUT, IDLE, IDLE + 1, 5 * HOUR]))
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds
        self.town.at(START + timedelta(seconds=self.now))

    @rule(code=codes, by=st.sampled_from([-1, 0, 1]))
    def time_comes_to_an_end_of_48_hours(self, code: Code, by: int) -> None:
        if code.good_until + by >= self.now:
            self.now = code.good_until + by
            self.town.at(START + timedelta(seconds=self.now))

    @rule(code=codes)
    def a_letter_leaves(self, code: Code) -> None:
        self.hand_over(code)
        self.hear_of(code)

    @rule(code=codes)
    def a_letter_leaves_and_nobody_hears_whether_it_was_taken(self, code: Code) -> None:
        self.hand_over(code)

    @rule(code=codes)
    def it_turns_out_that_the_letter_was_taken(self, code: Code) -> None:
        self.hear_of(code)

    def hand_over(self, code: Code) -> None:
        if code.handed_over is None and not code.used and self.now <= code.good_until:
            code.handed_over = self.now

    def hear_of(self, code: Code) -> None:
        if code.handed_over is not None and not code.used:
            self.town.letter_taken(code.option, START + timedelta(seconds=code.handed_over))
            code.good_until = code.handed_over + WINDOW

    # Entering and leaving

    @rule(target=visits, person=people)
    def enter(self, person: str) -> Any:
        return self.enter_with_certificate(person) or multiple()

    def enter_with_certificate(self, person: str) -> Visit | None:
        outcome = self.do(self.town.present(person))
        if person in self.converted:
            assert outcome == Refused(Refusal.SPACE_CONVERTED)
            self.unchanged()
            return None
        assert isinstance(outcome, Entered)
        return self.entered(person, outcome)

    @rule(target=visits, address=addresses, password=passwords, typing=typing)
    def log_in(self, address: str, password: str, typing: Callable[[str], str]) -> Any:
        outcome = self.do(self.town.login(typing(address), password))
        person = next((who for who, pair in self.converted.items() if pair == (address, password)), None)
        if person is None or self.locked("login", address):
            if not self.locked("login", address):
                self.wrong.setdefault(("login", address), []).append(self.now)
            assert isinstance(outcome, Refused)
            assert outcome.refusal is Refusal.LOGIN_REFUSED
            self.unchanged()
            return multiple()
        assert isinstance(outcome, Entered)
        return self.entered(person, outcome)

    def entered(self, person: str, outcome: Entered) -> Visit:
        assert outcome.space.subscriber_number == self.numbers[person]
        self.all_visits.append(Visit(person, outcome.token, self.now, person not in self.converted))
        return self.all_visits[-1]

    @rule(visit=consumes(visits), browser=browsers)
    def quit(self, visit: Visit, browser: str) -> None:
        self.do(self.town.leave(visit.token, browser))
        if not visit.over:
            for code in self.all_codes:
                if code.person == visit.person:
                    self.results.pop((browser, code), None)
        visit.over = True

    # Opting

    @rule(visit=visits)
    def take_the_warning(self, visit: Visit) -> None:
        self.take_the_warning_in(visit)

    def take_the_warning_in(self, visit: Visit) -> None:
        outcome = self.in_session(visit, self.town.warn)
        if visit.over:
            return
        if visit.person in self.converted:
            assert isinstance(outcome, OutOfOrder)
        else:
            assert outcome is None
            visit.warned = True
        self.unchanged()

    @rule(visit=visits, address=addresses, password=passwords, typing=typing)
    def choose(self, visit: Visit, address: str, password: str, typing: Callable[[str], str]) -> None:
        self.choose_in(visit, address, password, typing)

    def choose_in(
        self, visit: Visit, address: str, password: str, typing: Callable[[str], str] = str.lower
    ) -> None:
        outcome = self.in_session(visit, self.town.choose, typing(address), password)
        if visit.over:
            return
        if not visit.warned:
            assert isinstance(outcome, OutOfOrder)
        elif self.taken(address):
            assert isinstance(outcome, StepRefused)
        else:
            assert outcome is None
            visit.chosen = (address, password)
        self.unchanged()

    @rule(target=codes, visit=visits)
    def answer(self, visit: Visit) -> Any:
        return self.accept(visit)

    @rule(target=codes, person=people, address=addresses, password=passwords)
    def go_the_whole_way(self, person: str, address: str, password: str) -> Any:
        return self.go_the_whole_way_with(person, address, password)

    @rule(target=codes, code=codes, address=addresses, password=passwords)
    def think_again(self, code: Code, address: str, password: str) -> Any:
        return self.go_the_whole_way_with(code.person, address, password)

    def go_the_whole_way_with(self, person: str, address: str, password: str) -> Any:
        visit = self.enter_with_certificate(person)
        if visit is None:
            return multiple()
        self.take_the_warning_in(visit)
        self.choose_in(visit, address, password)
        outcome = self.accept(visit)
        self.before = self.dump()
        return outcome

    def accept(self, visit: Visit) -> Any:
        outcome = self.in_session(visit, self.town.answer)
        if visit.over:
            return multiple()
        if visit.chosen is None:
            assert isinstance(outcome, OutOfOrder)
            self.unchanged()
            return multiple()
        address, password = visit.chosen
        if self.taken(address):
            assert isinstance(outcome, StepRefused)
            self.unchanged()
            return multiple()
        assert isinstance(outcome, Option)
        for code in self.all_codes:
            if code.address == address or code.person == visit.person:
                code.replaced = True
        visit.warned, visit.chosen = False, None
        self.all_codes.append(Code(visit.person, address, password, outcome, self.now + WINDOW))
        return self.all_codes[-1]

    def in_session(self, visit: Visit, step: Callable[..., Any], *arguments: str) -> Any:
        goes_on = self.goes_on(visit)
        outcome = self.do(step(visit.person if visit.by_certificate else None, visit.token, *arguments))
        if not goes_on:
            assert outcome == Refused(Refusal.SESSION_ENDED)
            self.unchanged()
        return outcome

    # Activating

    @rule(target=tickets, code=codes, typing=typing, browser=browsers)
    def type_the_code(self, code: Code, typing: Callable[[str], str], browser: str) -> Any:
        return self.type_pair(code.address, typing, code.option.code, browser)

    @rule(address=addresses, code=codes, spoil=st.sampled_from([str, str.swapcase, str.strip]), typing=typing)
    def type_a_code_somewhere(
        self, address: str, code: Code, spoil: Callable[[str], str], typing: Callable[[str], str]
    ) -> None:
        self.type_pair(address, typing, spoil(code.option.code))

    @rule(address=addresses)
    def type_nonsense_until_locked(self, address: str) -> None:
        for _ in range(5):
            self.type_pair(address, str.lower, "nonsense")
        assert self.locked("activation", address)

    def type_pair(
        self, address: str, typing: Callable[[str], str], text: str, browser: str = "somebody's"
    ) -> Any:
        outcome = self.do(self.town.type_code(typing(address), text, browser))
        latest = self.latest(address)
        right = (
            latest is not None
            and text == latest.option.code
            and (self.works(latest) or self.now <= self.results.get((browser, latest), -1))
        )
        self.unchanged()
        if not right or self.locked("activation", address):
            if not self.locked("activation", address):
                self.wrong.setdefault(("activation", address), []).append(self.now)
            assert isinstance(outcome, Refused)
            assert outcome.refusal is Refusal.ACTIVATION_REFUSED
            return multiple()
        assert latest is not None
        assert outcome == CodeAccepted(latest.option.id)
        return latest

    @rule(target=tickets, code=codes, browser=browsers)
    def type_the_code_and_let_the_window_open(self, code: Code, browser: str) -> Any:
        accepted = self.type_pair(code.address, str.lower, code.option.code, browser)
        if isinstance(accepted, Code):
            self.open_window(accepted, browser)
        return accepted

    @rule(code=tickets, browser=browsers)
    def the_window_opens(self, code: Code, browser: str) -> None:
        self.open_window(code, browser)

    def open_window(self, code: Code, browser: str) -> None:
        outcome = self.do(self.town.open_window(code.option.id, browser))
        if self.now <= self.results.get((browser, code), -1):
            assert isinstance(outcome, Space)
            self.unchanged()
        elif self.locked("activation", code.address) or not self.works(code):
            assert isinstance(outcome, Refused)
            self.unchanged()
        else:
            assert isinstance(outcome, Space)
            code.used = True
            self.converted[code.person] = (code.address, code.password)
            self.results[browser, code] = self.now + RESULT_KEPT
            for visit in self.all_visits:
                visit.over = visit.over or visit.person == code.person

    # What never happens

    @invariant()
    def spaces_are_as_they_always_were_but_for_those_who_activated(self) -> None:
        """Number, holder, company files, services; one e-mail, one password space; and no way back."""
        if not hasattr(self, "town"):
            return
        self.before = self.dump()
        spaces = self.look_at_spaces()
        for person, (kept, email, by_password) in spaces.items():
            kept_at_first, email_at_first, _ = self.spaces[person]
            assert kept == kept_at_first
            assert by_password is (person in self.converted)
            assert email.lower() == self.converted.get(person, (email_at_first, ""))[0]
        emails = [email.lower() for _, email, by_password in spaces.values() if by_password]
        assert len(set(emails)) == len(emails), "one e-mail for two password spaces"

    def look_at_spaces(self) -> dict[str, tuple[tuple[str, ...], str, bool]]:
        """For each person: the fixed data, the e-mail on file, and whether there is a password."""
        query = """
            SELECT subscriber_number, created_on, holder, companies, email, credentials IS NOT NULL
            FROM spaces WHERE realm = :realm
        """
        with self.town.store.reading(self.town.realm) as transaction:
            rows = transaction.rows(query)
        by_number = {row[0]: (tuple(row[:4]), row[4], bool(row[5])) for row in rows}
        return {person: by_number[number] for person, number in self.numbers.items()}

    @invariant()
    def no_space_is_ever_reached_both_ways(self) -> None:
        if not hasattr(self, "town"):
            return
        self.steps += 1
        person = PEOPLE[self.steps % len(PEOPLE)]
        by_certificate = self.do(
            self.town.undone(enter_by_certificate, self.town.facts(person), earlier=None)
        )
        assert isinstance(by_certificate, Entered) is (person not in self.converted)
        chosen = [(code.address, code.password) for code in self.all_codes if code.person == person]
        for address, password in chosen[-2:]:
            by_password = self.do(
                self.town.undone(enter_by_password, email=address, password=password, earlier=None)
            )
            if isinstance(by_password, Entered):
                assert not isinstance(by_certificate, Entered) or by_password.space != by_certificate.space
            if self.converted.get(person) == (address, password):
                assert isinstance(by_password, Entered) is not self.locked("login", address)

    @invariant()
    def no_code_works_twice_late_or_after_another(self) -> None:
        if not hasattr(self, "town") or not self.all_codes:
            return
        for code in self.all_codes[-3:]:
            outcome = self.do(
                self.town.undone(
                    judge_typed_code, email=code.address, code=code.option.code, visitor="nobody"
                )
            )
            works = (
                code is self.latest(code.address)
                and self.works(code)
                and not self.locked("activation", code.address)
            )
            assert isinstance(outcome, CodeAccepted) is works


BOUNDED = settings(
    max_examples=sized(10, 30),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
FIRST_FAILURE = settings(BOUNDED, max_examples=100, derandomize=True, database=None, phases=[Phase.generate])


def walk(build: Callable[[], Town], bounds: settings) -> None:
    run_state_machine_as_test(type("Walk", (Walk,), {"build": staticmethod(build)}), settings=bounds)


@pytest.mark.rule(
    "ACC-1", "ACC-9", "ACC-10", "ACC-11", "ACC-12", "CRED-4", "ACT-4", "ACT-5", "ACT-6", "ACT-7"
)
@pytest.mark.rule("ACT-8", "ACT-9", "ACT-15", "OPT-1", "POP-3", "POP-5", "PWD-2", "SES-1", "SES-2")
@pytest.mark.timeout(400)  # a failure takes its time to shrink
def test_any_sequence_of_steps_gets_the_results_of_the_fiche(town_with):
    walk(town_with, BOUNDED)


def _unless(reason):
    def judge(option, code, state):
        judged = RULES.code.judge(option, code, state)
        return None if judged is reason else judged

    return {"code": {"judge": judge}}


def _certificate_still_opens(presented, now):
    state = presented.state and SpaceState.CERTIFICATE
    return RULES.certificate.judge(replace(presented, state=state), now)


BROKEN = {
    "a code works for ever": _unless(Reason.CODE_EXPIRED),
    "a code works twice": _unless(Reason.CODE_USED),
    "a replaced code works": _unless(Reason.CODE_REPLACED),
    "an address is anybody's": {"credentials": {"judge_address": lambda *_: None}},
    "the certificate still opens a converted space": {"certificate": {"judge": _certificate_still_opens}},
}


@pytest.mark.parametrize("decisions", BROKEN.values(), ids=BROKEN)
def test_the_walk_notices_a_broken_rule(town_with, decisions):
    with pytest.raises(AssertionError):
        walk(lambda: town_with(**decisions), FIRST_FAILURE)
