"""The words that a scenario is written in: who takes part, what they do, what they must see.

Each word is a step or a few: it is told as it is done, and keeps a picture or an extract of the page. Words
click what is labelled in French on the screen; they know no path, no id and no rule's code.
Source: fiche §2 to §5; portal.md §3.
"""

import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pypdf import PdfReader

from maquette.fixtures.control import WAIT_SECONDS, Control, ControlError, Letter, PersonaSheet
from maquette.fixtures.reading import VisitorError, plain
from maquette.fixtures.visitor import Certificate, Download, Popups, Visitor

Play = Callable[["Story"], Awaitable[None]]
OpenVisitor = Callable[[Certificate, Popups], Visitor]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario: its name on the command line, its titles, the rules and the fiche's sections it shows."""

    name: str
    title_fr: str
    title_en: str
    rules: tuple[str, ...]
    sections: tuple[str, ...]
    play: Play


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: what was expected, and what came instead."""

    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done. `evidence` is a picture or an extract, None where a page could not be kept."""

    number: int
    title: str
    screen: str | None
    evidence: Path | None
    failure: Failure | None = None


class StepFailedError(Exception):
    """A step did not come out as the scenario says."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}; came {came}")
        self.failure = Failure(expected, came)


def scenario(
    name: str, title_fr: str, title_en: str, *, rules: tuple[str, ...], sections: tuple[str, ...]
) -> Callable[[Play], Scenario]:
    """Mark a function as a scenario of that name."""

    def mark(play: Play) -> Scenario:
        return Scenario(name, title_fr, title_en, rules, sections, play)

    return mark


class Story:
    """One playing of a scenario in a realm of its own: its people, and the steps done so far.

    `folder` takes pictures and extracts; `tell` is called with every step as it is done.
    """

    def __init__(
        self, control: Control, open_visitor: OpenVisitor, folder: Path, tell: Callable[[Step], None]
    ) -> None:
        self._control = control
        self._open_visitor = open_visitor
        self._folder = folder
        self._tell = tell
        self._people = AsyncExitStack()
        self.steps: list[Step] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._people.aclose()

    async def person(self, persona: str, *, popups: Popups = Popups.ALLOWED) -> "Person":
        """Somebody at a browser of their own that holds their certificate."""
        sheet = await self._control.persona(persona)
        certificate = await self._control.certificate(persona)
        visitor = await self._people.enter_async_context(self._open_visitor(certificate, popups))
        return Person(self, sheet, visitor, self._control)

    @asynccontextmanager
    async def step(self, title: str, visitor: Visitor | None) -> AsyncIterator["Evidence"]:
        """Do one step, keep what it led to, and tell it, failed or not.

        Kept is the page that the visitor is on, unless the step sets something else.
        """
        evidence = Evidence()
        try:
            yield evidence
        except StepFailedError as error:
            await self._tell_step(title, visitor, evidence, error.failure)
            raise
        except (VisitorError, ControlError) as error:
            failed = StepFailedError("the step to be possible", str(error))
            await self._tell_step(title, visitor, evidence, failed.failure)
            raise failed from error
        await self._tell_step(title, visitor, evidence, None)

    async def _tell_step(
        self, title: str, visitor: Visitor | None, evidence: "Evidence", failure: Failure | None
    ) -> None:
        number, screen, file = len(self.steps) + 1, None, None
        self._folder.mkdir(parents=True, exist_ok=True)
        if evidence.content is not None:
            file = self._folder / f"{number:02}-{evidence.file_name}"
            file.write_bytes(evidence.content)
        elif visitor is not None:
            with suppress(VisitorError):  # after a failure there may be no page to keep
                screen = await visitor.screen()
                file = await visitor.keep(self._folder / f"{number:02}-{screen or 'no-screen'}")
        self.steps.append(Step(number, title, screen, file, failure))
        self._tell(self.steps[-1])


@dataclass(slots=True)
class Evidence:
    """What a step leaves behind when it is not the page: a file's name and content."""

    file_name: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """What must not change with the access: the number, and the services as the space shows them (ACC-12)."""

    subscriber_number: str
    services: str


class Person:
    """Somebody who takes part. `visitor` is their browser, for what no word here says."""

    def __init__(self, story: Story, sheet: PersonaSheet, visitor: Visitor, control: Control) -> None:
        self.visitor = visitor
        self.name = sheet.name.partition(" ")[0]
        self.subscriber_number = sheet.subscriber_number or ""
        self.email = sheet.email or ""
        self._story = story
        self._control = control
        self._password = self._question = self._answer = ""
        self._mail_cursor = "0"

    # Going about the site

    async def opens_home(self) -> None:
        """Type the portal's address (§2)."""
        async with self._does("opens the home page"):
            await self.visitor.open_home()
            await self._is_on("home")

    async def clicks(self, label: str, *, then: str, within: str | None = None) -> None:
        """Click a link or a button by its label, which must lead to the screen `then`."""
        where = f" ({within})" if within else ""
        async with self._does(f"clicks « {label} »{where}"):
            await self.visitor.click(label, within=within)
            await self._is_on(then)

    async def reads(self, *sentences: str) -> None:
        """Find the sentences on the page, word for word."""
        async with self._does(f"reads {', '.join(f'« {each} »' for each in sentences)}"):
            text = await self.visitor.text()
            for sentence in sentences:
                if plain(sentence) not in text:
                    raise StepFailedError(f"« {sentence} » on the page", f"« {text} »")

    async def closes_all_windows(self) -> None:
        """Close the browser (§4.2)."""
        async with self._story.step(f"{self.name} closes all windows of the browser", None):
            await self.visitor.close_all_windows()

    # 1st step: into the space, and the demand (§2)

    async def enters_with_certificate(self) -> None:
        """From the home page into the space with the certificate."""
        await self.opens_home()
        await self.clicks("Professionnel", then="access")
        await self.clicks("Accéder avec mon certificat", then="space")

    async def is_refused_with_certificate(self, refusal: str) -> None:
        """From the access page: the certificate is turned away, for that reason."""
        async with self._does("clicks « Accéder avec mon certificat » and is refused"):
            await self.visitor.click("Accéder avec mon certificat")
            await self._is_on("refused", refusal)

    async def notes_number_and_services(self) -> Holdings:
        """In the space: what must be the same afterwards."""
        async with self._does("notes the services under « MES SERVICES »"):
            services = await self.visitor.text(within="MES SERVICES")
        await self.clicks("Gérer mes services", then="coordinates")
        async with self._does("notes the subscriber number under « Votre identité »"):
            found = re.search(r"N° d'abonné (\d+)", await self.visitor.text(within="Votre identité"))
            if found is None:
                raise StepFailedError("a subscriber number", "none")
        await self.clicks("Retour", then="space")
        return Holdings(found[1], services)

    async def opts(self) -> None:
        """Ask for the change of access, past the warning that it is irrevocable."""
        await self.clicks("Opter pour l'accès sans certificat", then="irrevocable")
        await self.clicks("Opter pour l'accès sans certificat", then="credentials")

    # 2nd step: credentials, question, code (§3)

    async def chooses_credentials(self, *, password: str, email: str | None = None) -> None:
        """Type address and password twice each; without an address, keep the one that is shown."""
        async with self._does("types address and password, twice each"):
            if email is not None:
                await self.visitor.fill("Votre adresse électronique", email)
                self.email = email
            await self.visitor.fill("Confirmez votre nouvelle adresse électronique", self.email)
            await self.visitor.fill("Votre mot de passe", password)
            await self.visitor.fill("Confirmez votre nouveau mot de passe", password)
        await self.clicks("Valider", then="question")
        self._password = password

    async def answers_the_question(self, question: str, answer: str) -> None:
        """Pick the security question and answer it: the option is accepted, the code is sent."""
        async with self._does(f"chooses « {question} » and answers « {answer} »"):
            await self.visitor.choose("Sélectionnez une question de confiance", question)
            await self.visitor.fill("Saisissez la réponse à la question de confiance", answer)
        await self.clicks("Valider", then="pending")
        self._question, self._answer = question, answer

    async def reads_the_mail(self, *, patience: float = WAIT_SECONDS) -> str:
        """Wait for the mail, so many seconds at most; its code."""
        async with self._does("reads the mail with the activation code") as evidence:
            mail = await self._control.next_mail(self.email, after=self._mail_cursor, timeout=patience)
            self._mail_cursor = mail.cursor
            evidence.file_name, evidence.content = "mail.txt", _as_text(mail.message)
            if mail.code is None:
                raise StepFailedError("a code in the mail", f"« {mail.message.text} »")
        return mail.code

    # 3rd step: activation (§4)

    async def follows_the_activation_link(self) -> None:
        """The short way to the activation screen (§4.2)."""
        await self.clicks("Activez votre espace abonné", then="activation")

    async def finds_the_activation_from_home(self) -> None:
        """The way to it from the home page, by the second step of the expert mode (§4.1)."""
        await self.opens_home()
        await self.clicks("Créer mon espace / adhérer aux services en ligne", then="creation")
        await self.clicks("Activez votre espace", within="mode expert", then="activation")

    async def activates(self, code: str) -> None:
        """Type address and code; the result opens in a new window."""
        await self._types(code)
        async with self._does("clicks « Valider »: a new window opens"):
            await self.visitor.click("Valider")
            await self.visitor.turn_to_new_window()
            await self._is_on("registration")

    async def activates_in_vain(self, code: str) -> None:
        """The same with the blocker on: the person stays on the activation screen, nothing has happened."""
        await self._types(code)
        async with self._does("clicks « Valider »: the new window is blocked"):
            before = (await self._control.journal()).cursor
            await self.visitor.click("Valider")
            # Not a look at the page before: Chromium takes it for a gesture, and lets the window through.
            await self._control.wait_for_line("window-blocked", after=before)
            since = [line.kind for line in (await self._control.journal(after=before)).lines]
            if "code-accepted" not in since or "space-activated" in since:
                raise StepFailedError("code-accepted and no space-activated", ", ".join(since))
            await self._is_on("activation")

    async def allows_popups(self) -> None:
        """Add the site to the sites whose pop-ups the browser opens (§4.2)."""
        async with self._story.step(f"{self.name} allows the site's pop-ups in the browser", None):
            await self.visitor.allow_popups()

    # 4th step, and afterwards (§4.2, §5)

    async def saves_the_recap(self, link: str = "Sauvegardez ou imprimez votre formulaire") -> Download:
        """Save the PDF: one page with number, address, question and answer."""
        async with self._does(f"saves the PDF behind « {link} »") as evidence:
            recap = await self.visitor.download(link)
            evidence.file_name, evidence.content = "recap.pdf", recap.content
            pages = _pages(recap)
            if len(pages) != 1:
                raise StepFailedError("one page", f"{len(pages)} pages")
            for expected in (self.subscriber_number, self.email, self._question, self._answer):
                if plain(expected) not in pages[0]:
                    raise StepFailedError(f"« {expected} » in the recap", f"« {pages[0]} »")
        return recap

    async def closes_the_window(self) -> None:
        """Close the result's window: nothing is undone by it."""
        async with self._does("closes the new window"):
            await self.visitor.close_window()

    async def enters_with_password(self) -> None:
        """From the access page, with address and password."""
        async with self._does("types address and password"):
            await self.visitor.fill("Adresse électronique", self.email)
            await self.visitor.fill("Mot de passe", self._password)
        await self.clicks("Valider", then="space")

    async def has_a_space(self, state: str) -> None:
        """On the server, the person's space is in that state: certificate, pending or password."""
        async with self._story.step(f"{self.name}'s space is in the state {state}", None):
            space = await self._control.space(self.subscriber_number)
            if space.state != state:
                raise StepFailedError(f"the state {state}", space.state)

    async def finds_again(self, before: Holdings) -> None:
        """The same number and the same services as before."""
        now = await self.notes_number_and_services()
        async with self._does("finds the same number and the same services as before"):
            if now != before:
                raise StepFailedError(f"{before}", f"{now}")

    def _does(self, what: str) -> AbstractAsyncContextManager[Evidence]:
        return self._story.step(f"{self.name} {what}", self.visitor)

    async def _is_on(self, screen: str, *refusals: str) -> None:
        now, refused = await self.visitor.screen(), await self.visitor.refusals()
        if (now, refused) != (screen, refusals):
            raise StepFailedError(_named(screen, refusals), _named(now, refused))

    async def _types(self, code: str) -> None:
        async with self._does("types address and code"):
            await self.visitor.fill("Saisissez votre adresse électronique", self.email)
            await self.visitor.fill("Entrez le code d'activation (12 caractères)", code)


def _named(screen: str, refusals: tuple[str, ...]) -> str:
    return f"the screen {screen!r}" + (f" with the refusal {', '.join(refusals)}" if refusals else "")


def _as_text(letter: Letter) -> bytes:
    return f"{letter.sender}\n{letter.subject}\n\n{letter.text}".encode()


def _pages(recap: Download) -> list[str]:
    if not recap.content.startswith(b"%PDF-"):
        raise StepFailedError("a PDF", f"{recap.file_name} of {len(recap.content)} bytes that is none")
    return [plain(page.extract_text()) for page in PdfReader(io.BytesIO(recap.content)).pages]
