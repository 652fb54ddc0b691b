"""The journeys: what people do on the portal under load, page by page, in the order of the fiche.

Each is a person with a browser of their own; a page that is not the expected one ends the journey, and has
been counted as that step's failure. What a promise forbids is tried too: a used code from another browser,
one address for two people at one instant. Source: fiche §2 to §5; rules ACT-9, CRED-4, CRED-12, POP-1, POP-2,
REG-4.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import gevent
from locust.event import EventHook

from maquette.fixtures import walk
from maquette.fixtures.page_reader import VisitorError
from maquette.load.browser import (
    NO_ANSWER,
    Browser,
    Expected,
    LocustControl,
    RunOverError,
    StumbledError,
    note,
    now_ms,
)
from maquette.load.crowd import Crowd, NobodyLeftError
from maquette.load.description import Converted, Description, certificate_file
from maquette.load.steps import BUG, MAIL, PAGE, PAIR, Journey, LoadStep

LATE = timedelta(hours=46)
"""Who activates late does it from the 47th hour on, counted from the sending of the code."""

LOOK_AGAIN = 1.0
"""Seconds after which people who wait for a late hour look at the clock again."""

_NUMBER = "numero-abonne"


@dataclass(slots=True)
class World:
    """What the journeys of one process share: run, people, console, and where requests are counted."""

    run: Description
    root: Path
    folder: str
    crowd: Crowd
    requests: EventHook
    console: LocustControl
    random: Random
    clock: "WatchedClock"

    def think(self) -> None:
        """Look at the page."""
        think = self.run.profile.think
        gevent.sleep(self.random.uniform(think.least, think.most))

    def certificate(self, persona: str) -> Path:
        """The certificate with its key; read from the console where it was not made ahead on this machine."""
        file = certificate_file(self.folder, persona)
        if not file.exists():
            parts = [
                self.console.get(f"personas/{persona}/{part}") for part in ("certificate.pem", "key.pem")
            ]
            if any(part.status_code != 200 for part in parts):
                raise VisitorError(f"the console gives no certificate of {persona}")
            file.parent.mkdir(mode=0o700, exist_ok=True)
            file.write_bytes(b"".join(part.content for part in parts))
        return file

    @contextmanager
    def browser(self, persona: str | None = None, late: float = 0.0) -> Iterator[Browser]:
        """A browser of their own, with that persona's certificate or none."""
        browser = Browser(
            portal=self.run.portal,
            root=self.root,
            certificate=None if persona is None else self.certificate(persona),
            requests=self.requests,
            late=late,
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class WatchedClock:
    """The realm's clock, read once a second at most for all the people of this process."""

    console: LocustControl
    _read_at: float = field(default=-1e9)
    _shown: datetime | None = None

    def wait_until(self, instant: datetime) -> None:
        """Wait until it shows that instant."""
        while self._now() < instant:
            gevent.sleep(LOOK_AGAIN)

    def _now(self) -> datetime:
        if self._shown is None or now_ms() - self._read_at > LOOK_AGAIN * 1000:
            self._read_at = now_ms()
            answer = self.console.get("clock")
            if answer.status_code == 200:
                self._shown = datetime.fromisoformat(json.loads(answer.content)["now"])
        if self._shown is None:
            raise VisitorError("the console does not return the time")
        return self._shown


@dataclass(frozen=True, slots=True)
class Code:
    """The code that has come: the address it went to, since when it counts, and the number that has to stay.

    `cursor` goes on behind its mail.
    """

    email: str
    code: str
    sent_at: datetime
    cursor: str
    number: str


def play(world: World, journey: Journey, late: float) -> None:
    """Play one journey. Raises StumbledError and NobodyLeftError where it does not get to its end.

    Where RunOverError is thrown into it, what it waits for is counted as failed, with the time waited, and
    the journey with it; a person who waits for nothing just leaves, and RunOverError is passed on.
    """
    try:
        _JOURNEYS[journey](world, late)
    except VisitorError as error:  # a page has changed under the journey's hands, between two requests
        note(world.requests, f"journey {journey}", PAGE, 0.0, str(error))
        raise StumbledError(str(error)) from None
    except (StumbledError, NobodyLeftError):
        raise
    except Exception as error:  # every error is counted, so that a run cannot pass for lack of reports
        note(world.requests, f"journey {journey}", BUG, 0.0, f"{type(error).__name__}: {error}")
        raise


def _opting(world: World, late: float) -> None:
    world.crowd.add_converted(_convert(world, late))


def _convert(world: World, late: float) -> Converted:
    with world.browser(world.crowd.take_fresh(), late) as browser:
        return _activate(world, browser, _opt(world, browser))


def _reusing(world: World, late: float) -> None:
    """Opt, then try the used code again from another browser, without a certificate (ACT-9)."""
    with world.browser(world.crowd.take_fresh(), late) as browser:
        code = _opt(world, browser)
        world.crowd.add_converted(_activate(world, browser, code))
    with world.browser() as another:
        _to_activation(another)
        refused = Expected("activation", ("activation-refused",), broken="ACT-9")
        try:
            _type_code(another, code, LoadStep.USED_CODE, refused)
        except StumbledError:
            with suppress(
                StumbledError, VisitorError
            ):  # where it is taken: for the realm's invariants to see
                another.open_result(LoadStep.USED_CODE)
            raise


def _certificate(world: World, late: float) -> None:
    with world.crowd.fresh() as persona, world.browser(persona, late) as browser:
        _enter(world, browser)
        world.think()
        browser.follow(LoadStep.LEAVING, walk.LEAVE)


def _password(world: World, late: float) -> None:
    with _with_password(world, late) as (person, still_late), world.browser(late=still_late) as browser:
        _log_in(world, browser, person)
        world.think()
        browser.follow(LoadStep.LEAVING, walk.LEAVE)


def _recap(world: World, late: float) -> None:
    with _with_password(world, late) as (person, still_late), world.browser(late=still_late) as browser:
        _log_in(world, browser, person)
        world.think()
        browser.follow(LoadStep.COORDINATES, walk.COORDINATES)
        world.think()
        browser.download(LoadStep.RECAP_AGAIN, walk.RECAP_OF_SPACE)
        browser.follow(LoadStep.LEAVING, walk.LEAVE)


def _late(world: World, late: float) -> None:
    """Opt, wait until the realm's clock says that it is late, and activate from the home page."""
    with world.browser(world.crowd.take_fresh(), late) as browser:
        code = _opt(world, browser)
    world.clock.wait_until(code.sent_at + LATE)
    world.think()
    with world.browser() as browser:
        _to_activation(browser)
        world.crowd.add_converted(_activate_here(world, browser, code))


def _colliding(world: World, late: float) -> None:
    """Two people choose one address, written differently, and answer at one instant (CRED-12)."""
    first, second = world.crowd.take_fresh(), world.crowd.take_fresh()
    with world.browser(first, late) as one, world.browser(second, late) as other:
        for browser in (one, other):
            _to_credentials(world, browser)
        email = one.value(walk.EMAIL)
        _choose_credentials(world, one, email)
        _choose_credentials(world, other, email.upper())
        tries = [gevent.spawn(_answer_at_once, browser) for browser in (one, other)]
        try:
            gevent.joinall(tries, raise_error=True)
        except RunOverError:  # for both: each counts the request that it still waits for
            gevent.killall(tries, exception=RunOverError)
            raise StumbledError(NO_ANSWER) from None
        accepted, answered = [each.value for each in tries], now_ms()
        wrong = None if accepted[0] != accepted[1] else f"CRED-12: {sum(accepted)} of two were accepted"
        note(world.requests, LoadStep.SAME_EMAIL.value, PAIR, 0.0, wrong)
        if wrong is not None:
            _go_on(world, one, other, email, answered)
            raise StumbledError(wrong)
        winner, loser = (one, other) if accepted[0] else (other, one)
        world.crowd.add_converted(_activate(world, winner, _wait_for_code(world, winner, email, answered)))
        _choose_credentials(world, loser, f"autre.{email}")
        world.crowd.add_converted(_activate(world, loser, _answer(world, loser, f"autre.{email}")))


def _go_on(world: World, one: Browser, other: Browser, email: str, since: float) -> None:
    """Let two who were accepted with one address go on: the realm's invariants are to see it."""
    after = "0"
    with suppress(StumbledError, VisitorError):
        for _ in (one, other):
            code = _wait_for_code(world, one, email, since, after)
            after, browser = code.cursor, one if code.email == email else other
            _activate(world, browser, replace(code, number=browser.text_of(_NUMBER)))


def _stuck(world: World, late: float) -> None:
    """Be stuck by a blocked window, close everything, allow windows, and come back (POP-2)."""
    with world.browser(world.crowd.take_fresh(), late) as browser:
        code = _opt(world, browser)
        browser.follow(LoadStep.ACTIVATION, walk.ACTIVATION)
        world.think()
        _type_code(browser, code, LoadStep.CODE, Expected("activation"))
        browser.report_blocked(LoadStep.BLOCKED)
        world.think()
    with world.browser() as browser:
        _to_activation(browser)
        world.crowd.add_converted(_activate_here(world, browser, code))


def _expired(world: World, late: float) -> None:
    """Come with a certificate that has ended on the realm's clock, and be refused (ACC-3)."""
    with world.crowd.fresh() as persona, world.browser(persona, late) as browser:
        browser.open_home(LoadStep.HOME)
        world.think()
        browser.follow(LoadStep.ACCESS, walk.ACCESS)
        world.think()
        refused = Expected("refused", ("certificate-expired",), broken="ACC-3")
        browser.follow(LoadStep.EXPIRED, walk.CERTIFICATE, refused)


_JOURNEYS: dict[Journey, Callable[[World, float], None]] = {
    Journey.OPTING: _opting,
    Journey.REUSING: _reusing,
    Journey.CERTIFICATE: _certificate,
    Journey.PASSWORD: _password,
    Journey.LATE: _late,
    Journey.COLLIDING: _colliding,
    Journey.STUCK: _stuck,
    Journey.RECAP: _recap,
    Journey.EXPIRED: _expired,
}


# What they are made of


def _enter(world: World, browser: Browser) -> None:
    """From the home page to the space, by certificate."""
    browser.open_home(LoadStep.HOME)
    world.think()
    browser.follow(LoadStep.ACCESS, walk.ACCESS)
    world.think()
    if world.run.profile.policy.get("gate.notice", "off") == "off":
        browser.follow(LoadStep.CERTIFICATE, walk.CERTIFICATE)
    else:
        browser.follow(LoadStep.CERTIFICATE, walk.CERTIFICATE, Expected("notice"))
        browser.click(LoadStep.CERTIFICATE, "OK", Expected("space"))


def _to_credentials(world: World, browser: Browser) -> None:
    _enter(world, browser)
    world.think()
    browser.follow(LoadStep.WARNING, walk.OPT)
    world.think()
    browser.follow(LoadStep.OPTING, walk.OPT_FOR_GOOD)


def _choose_credentials(world: World, browser: Browser, email: str) -> None:
    browser.fill(walk.credentials_form(email, walk.PASSWORD))
    world.think()
    browser.click(LoadStep.CREDENTIALS, walk.SEND, Expected("question"))


def _fill_answer(browser: Browser) -> None:
    browser.choose(walk.QUESTION_FIELD, walk.QUESTION)
    browser.fill({walk.ANSWER_FIELD: walk.ANSWER})


def _answer(world: World, browser: Browser, email: str) -> Code:
    _fill_answer(browser)
    world.think()
    browser.click(LoadStep.QUESTION, walk.SEND, Expected("pending"))
    return _wait_for_code(world, browser, email, now_ms())


def _opt(world: World, browser: Browser) -> Code:
    """From the home page to the code in the mailbox, with the address on file."""
    _to_credentials(world, browser)
    email = browser.value(walk.EMAIL)
    _choose_credentials(world, browser, email)
    return _answer(world, browser, email)


def _wait_for_code(world: World, browser: Browser, email: str, since: float, after: str = "0") -> Code:
    """Wait on the server for the mail, which is counted as an entry of its own."""
    patience = world.run.profile.patience
    query = {"to": email, "timeout": f"{patience:g}", "after": after}
    try:
        answer = world.console.get("mail/next", query)
    except RunOverError:
        note(world.requests, LoadStep.MAIL.value, MAIL, now_ms() - since, NO_ANSWER)
        raise StumbledError(NO_ANSWER) from None
    mail = json.loads(answer.content) if answer.status_code == 200 else {}
    wrong = None
    if not mail.get("code"):
        wrong = f"no code: {mail.get('reason', f'the console answers {answer.status_code}')}"
    note(world.requests, LoadStep.MAIL.value, MAIL, now_ms() - since, wrong)
    if wrong is not None:
        raise StumbledError(wrong)
    sent_at = datetime.fromisoformat(mail["sent_at"])
    [recipient] = mail["message"]["recipients"]
    return Code(recipient, mail["code"], sent_at, mail["cursor"], browser.text_of(_NUMBER))


def _activate(world: World, browser: Browser, code: Code) -> Converted:
    """From the waiting page to the recap; the person, who has a password now."""
    world.think()
    browser.follow(LoadStep.ACTIVATION, walk.ACTIVATION)
    return _activate_here(world, browser, code)


def _activate_here(world: World, browser: Browser, code: Code) -> Converted:
    """From the activation page to the recap; the same."""
    world.think()
    _type_code(browser, code, LoadStep.CODE, Expected("activation"))
    browser.open_result(LoadStep.REGISTRATION)
    if browser.text_of(_NUMBER) != code.number:
        wrong = "ACC-12: the subscriber number has become another"
        note(world.requests, LoadStep.REGISTRATION.value, PAGE, 0.0, wrong)
        raise StumbledError(wrong)
    world.think()
    browser.download(LoadStep.RECAP, walk.RECAP)
    return Converted(email=code.email, password=walk.PASSWORD)


def _to_activation(browser: Browser) -> None:
    browser.open_home(LoadStep.HOME)
    browser.follow(LoadStep.CREATION, walk.CREATION)
    browser.follow(LoadStep.ACTIVATION, walk.ACTIVATION_FROM_HOME)


def _type_code(browser: Browser, code: Code, step: LoadStep, expected: Expected) -> None:
    browser.fill(walk.activation_form(code.email, code.code))
    browser.click(step, walk.SEND, expected)


def _answer_at_once(browser: Browser) -> bool:
    """Answer the question; whether the option was accepted."""
    _fill_answer(browser)
    refused = Expected("credentials", ("email-awaiting-activation",))
    return browser.click(LoadStep.QUESTION, walk.SEND, Expected("pending"), refused) is not refused


@contextmanager
def _with_password(world: World, late: float) -> Iterator[tuple[Converted, float]]:
    """A person with a password, who opts first where there is none yet; and how late the person still is."""
    with world.crowd.converted() as person:
        if person is not None:
            yield person, late
            return
    person = _convert(world, late)
    try:
        yield person, 0.0
    finally:
        world.crowd.add_converted(person)


def _log_in(world: World, browser: Browser, person: Converted) -> None:
    browser.open_home(LoadStep.HOME)
    world.think()
    browser.follow(LoadStep.ACCESS, walk.ACCESS)
    browser.fill(walk.login_form(person.email, person.password))
    world.think()
    browser.click(LoadStep.PASSWORD, walk.SEND, Expected("space"))
