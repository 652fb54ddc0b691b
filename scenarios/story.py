"""The scenario itself, and its words for time, mail, policy and the journal.

The words for what a person does are those of `Person`. A scenario is an asynchronous function that receives a
`Story` and is marked with `@scenario`. docs/scenarios.md teaches how to write one. Source: fiche §2 to §6.
"""

import asyncio
import inspect
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Self

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import Certificate, Popups, Visitor
from maquette.fixtures.walk import CODE_LENGTH
from maquette.scenarios.checks import check_words
from maquette.scenarios.narration import Driver, Narration, PlayedStep, StepFailedError, Words, expect
from maquette.scenarios.person import Person

Play = Callable[["Story"], Awaitable[None]]

STEP_OF_SECTION = {"2": 1, "3": 2, "4.1": 3, "4.2": 3, "5": 4}
"""The procedure's four steps, by the sections of the fiche that describe them."""


class Needs(Enum):
    """What a scenario needs beyond a realm: a server of its own, which it may kill."""

    OWN_SERVER = "own-server"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario: its name on the command line, its titles, its people, and what it covers.

    `rules` are ids of the rule catalogue, `sections` those of the fiche; `drivers` can play it.
    """

    name: str
    title: Words
    people: tuple[str, ...]
    rules: tuple[str, ...]
    sections: tuple[str, ...]
    drivers: tuple[Driver, ...]
    needs: tuple[Needs, ...]
    play: Play

    @property
    def steps(self) -> tuple[int, ...]:
        """The procedure's steps that it covers, 1 to 4; none for a scenario beside the four steps."""
        return tuple(sorted({STEP_OF_SECTION[each] for each in self.sections if each in STEP_OF_SECTION}))


def scenario(
    name: str,
    title_fr: str,
    title_en: str,
    *,
    rules: tuple[str, ...],
    sections: tuple[str, ...],
    people: tuple[str, ...] = ("lila",),
    drivers: tuple[Driver, ...] = (Driver.HTTP, Driver.BROWSER),
    needs: tuple[Needs, ...] = (),
) -> Callable[[Play], Scenario]:
    """Mark a function as a scenario of that name.

    Raises ScenarioMistakeError for an unknown rule, section or persona, for a function that is not
    asynchronous, and for a word without `await`.
    """

    def mark(play: Play) -> Scenario:
        check_words(play, rules=rules, sections=sections, people=people, awaited=_awaited_words())
        return Scenario(name, Words(title_fr, title_en), people, rules, sections, drivers, needs, play)

    return mark


@cache
def _awaited_words() -> frozenset[str]:
    words = {**vars(Person), **vars(Story)}
    return frozenset(name for name, word in words.items() if inspect.iscoroutinefunction(word))


OpenVisitor = Callable[[Certificate | None, Popups, int | None], Visitor]
"""Opens a person's browser; the last argument is its width in pixels, None for a desktop's."""


class Story:
    """One run of a scenario in a realm of its own, whose clock stands still and moves by words alone.

    `people` are the personas that may take part. `restart` kills the server and starts it again, where the
    scenario has a server of its own. `tell` receives every step after it; with a `folder`, each step
    leaves its evidence there.
    """

    def __init__(
        self,
        control: Control,
        open_visitor: OpenVisitor,
        folder: Path | None,
        tell: Callable[[PlayedStep], None],
        *,
        people: tuple[str, ...],
        restart: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.control = control
        self.narration = Narration(control, folder, tell)
        self._open_visitor = open_visitor
        self._declared = people
        self._restart = restart
        self._people = AsyncExitStack()

    @property
    def steps(self) -> list[PlayedStep]:
        """The steps done so far."""
        return self.narration.steps

    async def __aenter__(self) -> Self:
        await self.control.freeze()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._people.aclose()

    def chapter(self, fr: str, en: str) -> None:
        """Begin a chapter: the purpose of the steps that follow, for the audience and the report."""
        self.narration.chapter = Words(fr, en)

    async def person(
        self,
        persona: str,
        *,
        popups: Popups = Popups.ALLOWED,
        certificate: str | None = "own",
        width: int | None = None,
    ) -> Person:
        """A person at a browser of their own.

        `certificate` is the persona whose certificate the person picks: "own", another persona, or None.
        Raises LookupError for a persona that the scenario does not declare among its people.
        """
        if persona not in self._declared:
            raise LookupError(f"{persona} takes part, and is not among the scenario's people")
        sheet = await self.control.persona(persona)
        owner = persona if certificate == "own" else certificate
        picked = None if owner is None else await self.control.certificate(owner)
        visitor = await self._people.enter_async_context(self._open_visitor(picked, popups, width))
        return Person(self.narration, sheet, visitor, self.control)

    async def at_once(self, *doings: Awaitable[None]) -> None:
        """Several people do something at the same time."""
        await asyncio.gather(*doings)

    # Time

    async def now(self) -> datetime:
        """What the realm's clock shows."""
        return await self.control.now()

    async def clock_moves(self, by: str) -> None:
        """Time passes: an ISO 8601 duration such as `PT48H`."""
        async with self.narration.step(f"L'horloge avance de {by}", f"The clock moves by {by}"):
            await self.control.advance(by)

    async def clock_moves_to(self, event: str, persona: str | None = None) -> None:
        """Time passes until `just-before:code-expiry`, `code-expiry` or `certificate-expiry`."""
        of = f" ({persona})" if persona else ""
        async with self.narration.step(
            f"L'horloge avance jusqu'à {event}{of}", f"The clock moves to {event}{of}"
        ):
            await self.control.advance_to(event, persona)

    async def clock_shows(self, instant: str) -> None:
        """The clock is set: ISO 8601 with its offset."""
        async with self.narration.step(f"L'horloge indique {instant}", f"The clock shows {instant}"):
            await self.control.freeze(datetime.fromisoformat(instant))

    # The realm

    async def policy(self, **changes: bool | int | str) -> None:
        """Keys of the policy are set, with `_` for `.`: `popup_mode="click"`."""
        said = ", ".join(f"{key.replace('_', '.', 1)} = {value}" for key, value in changes.items())
        async with self.narration.step(f"Le réglage : {said}", f"The policy: {said}"):
            await self.control.change_policy(**changes)

    async def mail_goes(self, *rules: Mapping[str, str | int | bool]) -> None:
        """Set the delivery rules of mail: `{"to": …, "delay": "PT2H"}`; without one, mail arrives."""
        said = "; ".join(str(dict(rule)) for rule in rules) or "-"
        async with self.narration.step(f"Acheminement du courrier : {said}", f"Mail delivery: {said}"):
            await self.control.set_delivery(*rules)

    async def server_is_killed(self) -> None:
        """The server's process is killed without warning, and started again."""
        async with self.narration.step(
            "Le serveur est tué, puis redémarré", "The server is killed, and started again"
        ):
            if self._restart is None:
                raise StepFailedError(
                    Words("un serveur à soi", "a server of its own"), Words("un autre", "another")
                )
            await self._restart()

    async def journal_says(self, kind: str, **data: object) -> None:
        """The journal has a line of that kind, with these data among its own."""
        async with self.narration.step(
            f"Le journal porte {kind} {data or ''}".strip(), f"The journal says {kind} {data or ''}".strip()
        ):
            lines = (await self.control.journal(kind=kind)).lines
            if not any(data.items() <= line.data.items() for line in lines):
                raise StepFailedError(f"{kind} {data}", "; ".join(str(line.data) for line in lines) or "-")

    async def journal_counts(self, kind: str, times: int) -> None:
        """The journal has that many lines of that kind."""
        async with self.narration.step(
            f"Le journal porte {kind} {times} fois", f"The journal says {kind} {times} times"
        ):
            expect(times, len((await self.control.journal(kind=kind)).lines))

    async def helpdesk_has(self, message: str, *, email: str) -> None:
        """The helpdesk has received the message, which the console shows (HELP-2)."""
        async with self.narration.step(
            f"L'assistance a reçu « {message} »", f"The helpdesk has received « {message} »"
        ):
            came = [(each.email, each.message) for each in await self.control.helpdesk()]
            if (email, message) not in came:
                raise StepFailedError(f"{email}: {message}", f"{came}")

    async def exactly_one_is_accepted(self, *people: Person, refused: str) -> Person:
        """One of the people, who have just answered the question, waits for the code; returns that person.

        The others are back at the credentials, refused with that code.
        """
        async with self.narration.step(
            "Une seule de ces demandes est acceptée", "Exactly one of these demands is accepted"
        ):
            came = {each: (await each.visitor.screen(), await each.visitor.refusals()) for each in people}
            accepted = [each for each, where in came.items() if where == ("pending", ())]
            others = [where for each, where in came.items() if each not in accepted]
            if len(accepted) != 1 or any(where != ("credentials", (refused,)) for where in others):
                raise StepFailedError(
                    Words(f"une acceptée, les autres refusées : {refused}", f"one, the others {refused}"),
                    "; ".join(f"{each.name}: {screen} {codes}" for each, (screen, codes) in came.items()),
                )
        return accepted[0]

    async def nothing_shows(self, secret: str, *, of: Person) -> None:
        """A secret of the person is in no journal line, mail, answer of the console or snapshot."""
        async with self.narration.step(
            f"Ni journal, ni courriel, ni console ne montrent « {secret} »", f"Nothing shows « {secret} »"
        ):
            control = self.control
            places = {
                "journal": "\n".join(str(line.data) for line in (await control.journal()).lines),
                "mail": "\n".join(mail.text for mail in await control.mails(of.email)),
                "space": (await control.get(f"spaces/{of.subscriber_number}")).decode(),
                "persona": (await control.get(f"personas/{of.id}")).decode(),
                "snapshot": json.dumps(await control.document(await control.snapshot()), ensure_ascii=False),
            }
            expect("-", ", ".join(place for place, text in places.items() if secret in text) or "-")

    async def codes_are_well_drawn(self, *codes: str) -> None:
        """Letters and digits, as many as the screen says, none easy to mistake; all differ, with both cases.

        Two codes may well have no digit between them.
        """
        drawn, listed = "".join(codes), ", ".join(codes)
        async with self.narration.step(
            f"Les codes {listed} sont bien tirés", f"The codes {listed} are well drawn"
        ):
            if (
                any(re.fullmatch(rf"[a-km-zA-HJ-NP-Z2-9]{{{CODE_LENGTH}}}", code) is None for code in codes)
                or len(set(codes)) != len(codes)
                or any(re.search(kind, drawn) is None for kind in ("[a-z]", "[A-Z]"))
            ):
                raise StepFailedError(
                    Words(
                        f"{CODE_LENGTH} lettres et chiffres, sans 0 O 1 l I, jamais deux fois les mêmes",
                        f"{CODE_LENGTH} letters and digits without 0 O 1 l I, never the same twice",
                    ),
                    listed,
                )

    async def invariants_hold(self) -> None:
        """The realm's invariants hold: no space is half converted, no number changes, and so on."""
        async with self.narration.step("Les invariants tiennent", "The invariants hold"):
            broken = [each for each in await self.control.invariants() if not each.holds]
            expect("-", "; ".join(f"{each.name}: {', '.join(each.offenders)}" for each in broken) or "-")
