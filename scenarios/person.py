"""The words for what a person does at the portal, and for what the person must see.

Each word is a step or a few. Words click French labels on the screen; they know no path and no id. A refusal
is expected by its code, which the page carries. Source: fiche §2 to §6.
"""

import io
import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from pypdf import PdfReader

from maquette.fixtures import walk
from maquette.fixtures.control import WAIT_SECONDS, ActivationMail, Control, PersonaSheet
from maquette.fixtures.page_reader import UnansweredError, plain
from maquette.fixtures.visitor import Download, Visitor
from maquette.fixtures.walk import ANSWER, PASSWORD, QUESTION
from maquette.scenarios.narration import (
    Evidence,
    Narration,
    StepFailedError,
    Words,
    expect,
    expect_all,
    expect_none,
    quoted,
)

_AT_WORK = {
    "Téléphone professionnel": "01 99 00 46 12",
    "Adresse professionnelle": "8 allée des Sorbiers",
    "Code postal": "75000",
    "Ville": "Paris",
}
_SIRENS = {
    "mode simplifié": "SIREN de votre entreprise",
    "mode expert": "SIREN des entreprises concernées (un par ligne)",
}

MOST_TABS = 60
"""How often the Tab key is pressed at most to reach something on a page."""


@runtime_checkable
class _Browser(Visitor, Protocol):
    """The visitor in a real browser, which knows what has the focus and how wide a page is."""

    async def press(self, key: str, *, leads_on: bool = False) -> None: ...

    async def type_text(self, text: str) -> None: ...

    async def focused(self) -> str: ...

    async def overflow(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """What must not change with the access: the number, and the services as the space shows them (ACC-12)."""

    subscriber_number: str
    services: str


class Person:
    """A person of the scenario. `visitor` is the person's browser, for actions without a word here.

    `email`, `password`, `question` and `answer` are what the person has chosen last.
    """

    def __init__(self, narration: Narration, sheet: PersonaSheet, visitor: Visitor, control: Control) -> None:
        self.visitor = visitor
        self.id = sheet.id
        self.name, _, self.last_name = sheet.name.partition(" ")
        self.subscriber_number = sheet.subscriber_number or ""
        self.companies = sheet.companies
        self.email = sheet.email or ""
        self.password, self.question, self.answer = PASSWORD, QUESTION, ANSWER
        self._narration = narration
        self._control = control
        self._mail: ActivationMail | None = None

    # Going about the site

    async def opens_home(self) -> None:
        """Type the portal's address (§2)."""
        async with self._does("ouvre la page d'accueil", "opens the home page"):
            await self.visitor.open_home()
            await self._is_on("home")

    async def clicks(self, label: str, *, then: str, within: str | None = None, refused: str = "") -> None:
        """Click a link or a button by its label: it leads to the screen `then`.

        `refused` are the codes of the refusals that the page must show, blanks between them.
        """
        where = f" ({within})" if within else ""
        async with self._does(f"clique sur « {label} »{where}", f"clicks « {label} »{where}"):
            await self.visitor.click(label, within=within)
            await self._is_on(then, refused)

    async def clicks_whatever_comes(self, label: str) -> None:
        """Click a link or a button, without a check of the next page."""
        async with self._does(f"clique sur « {label} »", f"clicks « {label} »"):
            await self.visitor.click(label)

    async def double_clicks(self, label: str, *, then: str) -> None:
        """Click a button twice, in haste."""
        async with self._does(f"double-clique sur « {label} »", f"double-clicks « {label} »"):
            await self.visitor.double_click(label)
            await self._is_on(then)

    async def goes_back(self, *, then: str) -> None:
        """The browser's own Back button."""
        async with self._does("revient en arrière dans le navigateur", "goes back in the browser"):
            await self.visitor.go_back()
            await self._is_on(then)

    async def reloads(self, *, then: str, refused: str = "") -> None:
        """The browser's own Reload button."""
        async with self._does("recharge la page", "reloads the page"):
            await self.visitor.reload()
            await self._is_on(then, refused)

    async def changes_door(self, *, then: str, refused: str = "") -> None:
        """Type the page's address at the other of the portal's doors: with the certificate, or without."""
        async with self._does("tape l'adresse de la page à l'autre porte", "types its address, other door"):
            await self.visitor.change_door()
            await self._is_on(then, refused)

    async def reads(self, *sentences: str) -> None:
        """Find the sentences on the page, word for word."""
        async with self._does(f"lit {quoted(sentences)}", f"reads {quoted(sentences)}"):
            expect_all(sentences, await self.visitor.text(), _ON_PAGE)

    async def does_not_read(self, *sentences: str) -> None:
        """Find none of the sentences on the page."""
        async with self._does(f"ne lit pas {quoted(sentences)}", f"does not read {quoted(sentences)}"):
            expect_none(sentences, await self.visitor.text(), _ON_PAGE)

    async def types(self, label: str, text: str) -> None:
        """Type into one field."""
        async with self._does(f"tape « {text} » dans « {label} »", f"types « {text} » into « {label} »"):
            await self.visitor.fill(label, text)

    async def finds_typed(self, label: str, text: str) -> None:
        """Find the text in the field."""
        async with self._does(f"trouve « {text} » dans « {label} »", f"finds « {text} » in « {label} »"):
            expect(text, await self.visitor.value(label))

    async def copies_the_address(self, link: str | None = None) -> str:
        """The address of the page or of a link, which may be typed later, or by another person."""
        fr, en = (f"« {link} »",) * 2 if link else ("de la page", "of the page")
        async with self._does(f"copie l'adresse {fr}", f"copies the address {en}"):
            return await self.visitor.address(link)

    async def types_the_address(
        self, address: str, *, number: str | None = None, then: str, refused: str = ""
    ) -> None:
        """Type a copied address; with a `number`, that one in place of the number it ends with."""
        guess = Words("", "") if number is None else Words(f" avec {number}", f" with {number}")
        async with self._does(f"tape l'adresse copiée{guess.fr}", f"types the copied address{guess.en}"):
            if number is not None:
                address = re.sub(r"[^/=]+$", number, address)
            await self.visitor.open_address(address)
            await self._is_on(then, refused)

    async def closes_all_windows(self) -> None:
        """Close the browser (§4.2)."""
        async with self._step("ferme toutes les fenêtres du navigateur", "closes all windows of the browser"):
            await self.visitor.close_all_windows()

    # Facts that only a browser has: keys, and widths

    async def types_by_keyboard(self, label: str, text: str) -> None:
        """Reach a field or a list with the Tab key, and type."""
        async with self._does(
            f"atteint « {label} » au clavier et tape « {text} »",
            f"reaches « {label} » by keys, types « {text} »",
        ):
            await self._tabs_to(label)
            await self._browser.type_text(text)

    async def follows_by_keyboard(self, label: str, *, then: str) -> None:
        """Reach a link or a button with the Tab key, and press Enter: it leads to the screen `then`."""
        async with self._does(
            f"atteint « {label} » au clavier et presse Entrée", f"reaches « {label} » by keys, presses Enter"
        ):
            await self._tabs_to(label)
            await self._browser.press("Enter", leads_on=True)
            await self._is_on(then)

    async def activates_by_keyboard(self) -> None:
        """Reach « Valider » of the activation screen and press Enter: the result opens in a new window."""
        async with self._does(
            "atteint « Valider » au clavier et presse Entrée : une nouvelle fenêtre s'ouvre",
            "reaches « Valider » by keys, presses Enter: a new window opens",
        ):
            await self._tabs_to(walk.SEND)
            await self._browser.press("Enter", leads_on=True)
            await self.visitor.turn_to_new_window()
            await self._is_on("registration")

    async def sees_the_whole_width(self) -> None:
        """The page is no wider than its window."""
        async with self._does("voit toute la largeur de la page", "sees the page's whole width"):
            wider = await self._browser.overflow()
            if wider > 0:
                raise StepFailedError(
                    Words("une page pas plus large que la fenêtre", "a page no wider than its window"),
                    Words(f"{wider} pixels de trop", f"{wider} pixels too wide"),
                )

    # 1st step: into the space, and the demand (§2)

    async def opens_the_access_page(self) -> None:
        """From the home page to the access page."""
        await self.opens_home()
        await self.clicks("Professionnel", then="access")

    async def enters_with_certificate(self) -> None:
        """From the home page into the space with the certificate."""
        await self.opens_the_access_page()
        await self.clicks(walk.CERTIFICATE.label, then="space")

    async def is_refused_with_certificate(self, refusal: str) -> None:
        """From the access page: the certificate is turned away, for that reason."""
        await self.clicks(walk.CERTIFICATE.label, then="refused", refused=refusal)

    async def finds_the_way_outside_the_space(self) -> None:
        """On the page that refuses the certificate: what is left is to opt HORS espace (ACC-5)."""
        await self.reads(
            "En cas de perte, de révocation, ou d'invalidité de votre certificat, vous devez opter pour "
            "l'accès avec un mot de passe.",
            "votre navigateur conserve son choix de certificat jusqu'à sa fermeture",
        )
        await self.clicks("J'opte pour l'accès avec un mot de passe", then="outside")

    async def is_cut_off_with_certificate(self) -> None:
        """From the access page: the connection ends without an answer (ACC-6; what TLS refuses)."""
        async with self._does(
            "clique sur « Accéder avec mon certificat » et n'obtient aucune réponse",
            "clicks « Accéder avec mon certificat » and gets no answer",
        ):
            try:
                await self.visitor.click(walk.CERTIFICATE.label)
            except UnansweredError:
                return
            raise StepFailedError(
                Words("aucune réponse", "no answer"),
                _named(await self.visitor.screen(), await self.visitor.refusals()),
            )

    async def notes_number_and_services(self) -> Holdings:
        """In the space: what must be the same afterwards."""
        async with self._does(
            "note les services sous « MES SERVICES »", "notes the services under « MES SERVICES »"
        ):
            services = await self.visitor.text(within="MES SERVICES")
        await self._follows(walk.COORDINATES)
        async with self._does(
            "note le numéro d'abonné sous « Votre identité »",
            "notes the subscriber number under « Votre identité »",
        ):
            number = _number_behind("N° d'abonné", await self.visitor.text(within="Votre identité"))
        await self.clicks("Retour", then="space")
        return Holdings(number, services)

    async def opts(self) -> None:
        """Ask for the change of access, past the warning that it is irrevocable."""
        await self._follows(walk.OPT)
        await self._follows(walk.OPT_FOR_GOOD)

    async def goes_to_the_credentials(self) -> None:
        """The first step in one: from the home page with the certificate, past the warning."""
        await self.enters_with_certificate()
        await self.opts()

    # 2nd step: credentials, question, code (§3)

    async def chooses_credentials(
        self,
        *,
        password: str = PASSWORD,
        email: str | None = None,
        email_again: str | None = None,
        password_again: str | None = None,
        refused: str = "",
    ) -> None:
        """Type address and password twice each; without an address, keep the one that is shown.

        `email_again` and `password_again` are what is typed the second time, where that is not the same.
        """
        await self.fills_in_the_credentials(
            password=password, email=email, email_again=email_again, password_again=password_again
        )
        await self._sends(then="credentials" if refused else "question", refused=refused)
        if not refused:
            self.email = self.email if email is None else email.strip()
            self.password = password

    async def fills_in_the_credentials(
        self,
        *,
        password: str = PASSWORD,
        email: str | None = None,
        email_again: str | None = None,
        password_again: str | None = None,
    ) -> None:
        """The same without sending it."""
        chosen = self.email if email is None else email
        async with self._does(
            f"tape « {chosen} » et « {password} », deux fois chacun",
            f"types « {chosen} » and « {password} », twice each",
        ):
            form = walk.credentials_form(chosen, password)
            if email is None:
                del form[walk.EMAIL]
            if email_again is not None:
                form[walk.EMAIL_AGAIN] = email_again
            if password_again is not None:
                form[walk.PASSWORD_AGAIN] = password_again
            await walk.fill(self.visitor, form)

    async def fills_in_the_question(self, question: str = QUESTION, answer: str = ANSWER) -> None:
        """Pick the security question and type the answer."""
        async with self._does(
            f"choisit « {question} » et répond « {answer} »", f"chooses « {question} », answers « {answer} »"
        ):
            await walk.fill_question(self.visitor, question, answer)
        self.question, self.answer = question, answer

    async def answers_the_question(
        self, question: str = QUESTION, answer: str = ANSWER, *, then: str = "pending", refused: str = ""
    ) -> None:
        """Pick the security question and answer it: the option is accepted, the code is sent."""
        await self.fills_in_the_question(question, answer)
        await self._sends(then=then, refused=refused)

    async def asks_for_password_access(self, *, password: str = PASSWORD, email: str | None = None) -> None:
        """The first two steps in one: from the home page to the waiting for the code."""
        await self.goes_to_the_credentials()
        await self.chooses_credentials(password=password, email=email)
        await self.answers_the_question()

    # The mail (§3)

    async def reads_the_mail(self, *, patience: float = WAIT_SECONDS) -> str:
        """Wait `patience` seconds at most for the next mail to the chosen address; returns its code."""
        async with self._step(
            "lit le courriel avec le code d'activation", "reads the mail with the activation code"
        ) as evidence:
            after = self._mail.cursor if self._mail else "0"
            self._mail = await self._control.next_mail(self.email, after=after, timeout=patience)
            letter = self._mail.message
            evidence.file_name = "mail.txt"
            evidence.content = f"{letter.sender}\n{letter.subject}\n\n{letter.text}".encode()
            if self._mail.code is None:
                raise StepFailedError(
                    Words("un code dans le courriel", "a code in the mail"), f"« {letter.text} »"
                )
            return self._mail.code

    async def finds_in_the_mail(self, *sentences: str) -> None:
        """Find the sentences in the mail read last, its subject or its sender."""
        async with self._step(
            f"trouve dans le courriel {quoted(sentences)}", f"finds in the mail {quoted(sentences)}"
        ):
            expect_all(sentences, self._mail_read(), Words("dans le courriel", "in the mail"))

    async def finds_no_link_in_the_mail(self) -> None:
        """The mail read last has no address of a page in it, and no second form to hide one (MAIL-2)."""
        async with self._step(
            "ne trouve ni lien ni logo dans le courriel", "finds neither link nor logo in the mail"
        ):
            text = self._mail_read()
            if re.search(r"https?:|www\.|href", text, re.IGNORECASE) or (
                self._mail and self._mail.message.html is not None
            ):
                raise StepFailedError(Words("aucun lien", "no link"), f"« {text} »")

    async def finds_the_code_on_its_own_line(self, code: str) -> None:
        """The code stands alone on a line of the mail read last (MAIL-1)."""
        async with self._step("trouve le code seul sur sa ligne", "finds the code on a line of its own"):
            self._mail_read()
            lines = self._mail.message.text.splitlines() if self._mail else []
            if [line for line in lines if code in line] != [code]:
                raise StepFailedError(code, "\n".join(lines))

    async def finds_the_mail_in_spam(self) -> str:
        """Look where screen 8 says to look; the code of the newest mail that was filed as spam."""
        async with self._step(
            "trouve le courriel dans « Courrier indésirable »", "finds the mail in the spam folder"
        ):
            mails = await self._control.mails(self.email, folder="spam")
            code = mails[-1].code if mails else None
            if code is None:
                raise StepFailedError(Words("un code dans le courriel", "a code in the mail"), _NONE)
            return code

    async def has_mails(self, count: int, *, folder: str = "inbox") -> None:
        """The chosen address has received that many mails in all."""
        where = (
            Words("dans ses courriels", "mails") if folder == "inbox" else Words("en spam", "mails in spam")
        )
        async with self._step(f"a {count} message(s) {where.fr}", f"has {count} {where.en}"):
            expect(count, len(await self._control.mails(self.email, folder=folder)))

    async def waits_in_vain_for_the_mail(self, reason: str, *, patience: float = WAIT_SECONDS) -> None:
        """No mail has come, for that reason: not-sent, retrying, delayed-until, lost, bounced, in-spam.

        The reason is waited for, so many seconds at most.
        """
        async with self._step("ne trouve aucun courriel", "finds no mail"):
            after = self._mail.cursor if self._mail else "0"
            found = await self._control.wait_for_reason(self.email, reason, after=after, timeout=patience)
            expect(reason, found or "a mail")

    # 3rd step: activation (§4)

    async def follows_the_activation_link(self) -> None:
        """The short way to the activation screen (§4.2)."""
        await self._follows(walk.ACTIVATION)

    async def finds_the_activation_from_home(self, mode: str = "mode expert") -> None:
        """The way to it from the home page, by the second step of one of the two modes (§4.1)."""
        await self.opens_home()
        await self.clicks(walk.CREATION.label, then="creation")
        await self.clicks(walk.ACTIVATION_FROM_HOME.label, within=mode, then="activation")

    async def activates(self, code: str, *, email: str | None = None) -> None:
        """On the activation screen: type address and code; the result opens in a new window."""
        await self._types(code, email)
        opens = Words("une nouvelle fenêtre s'ouvre", "a new window opens")
        await self._opens_window(walk.SEND, opens, then="registration")

    async def activates_from_the_mail(self) -> str:
        """Read the mail, follow the short way and type its code; returns the code."""
        code = await self.reads_the_mail()
        await self.follows_the_activation_link()
        await self.activates(code)
        return code

    async def changes_to_password_access(self, *, email: str | None = None) -> str:
        """The first three steps in one: from the home page to the result's window; returns the code."""
        await self.asks_for_password_access(email=email)
        return await self.activates_from_the_mail()

    async def is_refused_at_activation(self, code: str, reason: str, *, email: str | None = None) -> None:
        """The same, refused with a sentence that gives no reason; `reason` is the journal's real one."""
        await self._types(code, email)
        await self._sends(then="activation", refused="activation-refused", reason=reason)

    async def activates_in_vain(self, code: str) -> None:
        """The same with the blocker on: the person stays on the activation screen, nothing has happened."""
        await self._types(code)
        async with self._does(
            "clique sur « Valider » : la nouvelle fenêtre est bloquée",
            "clicks « Valider »: the new window is blocked",
        ):
            before = (await self._control.journal()).cursor
            await self.visitor.click(walk.SEND)
            # Not a look at the page before: Chromium takes it for a gesture, and lets the window through.
            await self._control.wait_for_line("window-blocked", after=before)
            since = [line.kind for line in (await self._control.journal(after=before)).lines]
            if "code-accepted" not in since or "space-activated" in since:
                raise StepFailedError(
                    Words("code-accepted sans space-activated", "code-accepted and no space-activated"),
                    ", ".join(since),
                )
            await self._is_on("activation")

    async def has_the_code_accepted(self, code: str) -> None:
        """Where `popup.mode` is `click`: address and code are right, the page waits for one more click."""
        await self._types(code)
        await self._sends(then="activation")
        await self.reads(walk.OPEN_RESULT)

    async def opens_the_result_by_click(self) -> None:
        """The window opens from the person's own click."""
        opens = Words("la fenêtre s'ouvre", "the window opens")
        await self._opens_window(walk.OPEN_RESULT, opens, then="registration")

    async def opens_the_result_too_late(self, reason: str) -> None:
        """The same when it is too late: the window refuses; `reason` is the journal's real one."""
        before = (await self._control.journal()).cursor
        refuses = Words("la fenêtre refuse l'activation", "the window refuses the activation")
        await self._opens_window(walk.OPEN_RESULT, refuses, then="activation", refused="activation-refused")
        await self._real_reason_is(reason, after=before)

    async def allows_popups(self) -> None:
        """Add the site to the sites whose pop-ups the browser opens (§4.2)."""
        async with self._step(
            "autorise les fenêtres du site dans le navigateur", "allows the site's pop-ups in the browser"
        ):
            await self.visitor.allow_popups()

    # The other ways: HORS espace, a forgotten password, a new space (§1.1, §1.2, §3)

    async def identifies_outside(
        self,
        *,
        number: str | None = None,
        email: str | None = None,
        siren: str | None = None,
        refused: str = "",
        reason: str = "",
    ) -> None:
        """HORS espace: type number, address on file and SIREN, one's own where nothing else is said.

        `reason` is the journal's real one where the refusal hides it.
        """
        own = self.companies[0].siren if self.companies else ""
        await self._types_into(
            {
                "Votre numéro d'abonné": self.subscriber_number if number is None else number,
                walk.EMAIL: self.email if email is None else email,
                "SIREN de votre entreprise": own if siren is None else siren,
            }
        )
        await self._sends(then="outside" if refused else "irrevocable", refused=refused, reason=reason)

    async def identifies_without_password(
        self,
        *,
        number: str | None = None,
        email: str | None = None,
        answer: str | None = None,
        refused: str = "",
        reason: str = "",
    ) -> None:
        """« Mot de passe oublié ? »: type address, number and answer, one's own where nothing else is said.

        `reason` is the journal's real one where the refusal hides it.
        """
        await self._types_into(
            {
                walk.EMAIL: self.email if email is None else email,
                "Votre numéro d'abonné": self.subscriber_number if number is None else number,
                walk.ANSWER_FIELD: self.answer if answer is None else answer,
            }
        )
        await self._sends(then="forgotten", refused=refused, reason=reason)

    async def chooses_a_new_password(
        self, password: str, *, again: str | None = None, refused: str = ""
    ) -> None:
        """Type the new password twice; `again` is the second time's where that is not the same."""
        await self._types_into(
            {
                "Votre nouveau mot de passe": password,
                walk.PASSWORD_AGAIN: password if again is None else again,
            }
        )
        await self._sends(then="forgotten", refused=refused)
        if not refused:
            self.password = password

    async def applies_for_a_space(self, mode: str, *sirens: str, refused: str = "") -> None:
        """From the home page, the 1st step of one of the two modes: who one is, and for which companies."""
        await self.opens_home()
        await self.clicks(walk.CREATION.label, then="creation")
        await self.clicks("Créez votre espace", within=mode, then="creation")
        async with self._does(
            "choisit « Madame » dans « Civilité »", "chooses « Madame » under « Civilité »"
        ):
            await self.visitor.choose("Civilité", "Madame")
        name = {"Nom": self.last_name, "Prénom": self.name}
        await self._types_into(name | _AT_WORK | {_SIRENS[mode]: "\n".join(sirens)})
        await self._sends(then="creation" if refused else "credentials", refused=refused)

    async def learns_the_new_number(self) -> None:
        """On the result's window: the number of the space that was created is the person's from now on."""
        async with self._does("note son nouveau numéro d'abonné", "notes the new subscriber number"):
            self.subscriber_number = _number_behind("sous le numéro", await self.visitor.text())

    # Help (§6)

    async def opens_the_helpdesk(self) -> None:
        """From the home page, by the tab Professionnels and its rubric Téléprocédures."""
        await self.opens_home()
        await self.clicks("Professionnels", then="professionals")
        await self.clicks("je contacte mon assistance informatique", then="helpdesk", within="Téléprocédures")

    # 4th step, and afterwards (§4.2, §5)

    async def saves_the_recap(self, link: str = walk.RECAP) -> Download:
        """Save the PDF: one page with number, address, question and answer."""
        async with self._does(
            f"enregistre le PDF de « {link} »", f"saves the PDF behind « {link} »"
        ) as evidence:
            recap = await self.visitor.download(link)
            evidence.file_name, evidence.content = "recap.pdf", recap.content
            pages = recap_pages(recap)
            if len(pages) != 1:
                raise StepFailedError(Words("une page", "one page"), f"{len(pages)} pages")
            expect_all((self.subscriber_number, self.email, self.question, self.answer), pages[0], _IN_RECAP)
        return recap

    async def finds_in_the_recap(self, recap: Download, *sentences: str) -> None:
        """Find the sentences in the PDF."""
        async with self._step(
            f"trouve dans le récapitulatif {quoted(sentences)}", f"finds in the recap {quoted(sentences)}"
        ):
            expect_all(sentences, " ".join(recap_pages(recap)), _IN_RECAP)

    async def does_not_find_in_the_recap(self, recap: Download, *sentences: str) -> None:
        """Find none of the sentences in the PDF."""
        async with self._step(
            f"ne trouve pas dans le récapitulatif {quoted(sentences)}",
            f"does not find in the recap {quoted(sentences)}",
        ):
            expect_none(sentences, " ".join(recap_pages(recap)), _IN_RECAP)

    async def finds_one_a4_page(self, recap: Download) -> None:
        """The PDF is a single page of A4 (REG-3)."""
        async with self._step("trouve une seule page A4", "finds a single A4 page"):
            recap_pages(recap)
            sizes = [page.mediabox for page in PdfReader(io.BytesIO(recap.content)).pages]
            found = [(round(float(size.width)), round(float(size.height))) for size in sizes]
            if found != [(595, 842)]:
                raise StepFailedError("A4: 595 × 842 pt", f"{found}")

    async def has_saved_it_as(self, recap: Download, file_name: str) -> None:
        """The PDF was saved under that name."""
        async with self._step(f"l'a enregistré sous {file_name}", f"has saved it as {file_name}"):
            expect(file_name, recap.file_name)

    async def closes_the_window(self) -> None:
        """Close the result's window: nothing is undone by it."""
        async with self._does("ferme la nouvelle fenêtre", "closes the new window"):
            await self.visitor.close_window()

    async def enters_with_password(self, *, email: str | None = None) -> None:
        """From the access page, with address and password."""
        await self._types_into(walk.login_form(email or self.email, self.password))
        await self._sends(then="space")

    async def is_refused_with_password(
        self, reason: str, *, email: str | None = None, password: str | None = None
    ) -> None:
        """From the access page: the one sentence for a wrong pair; `reason` is the journal's real one."""
        await self._types_into(walk.login_form(email or self.email, password or self.password))
        await self._sends(then="access", refused="login-refused", reason=reason)

    async def has_a_space(self, state: str) -> None:
        """On the server, the person's space is in that state: certificate, pending or password."""
        async with self._narration.step(
            f"L'espace de {self.name} est dans l'état {state}", f"{self.name}'s space is {state}"
        ):
            space = await self._control.space(self.subscriber_number)
            if space.state != state:
                raise StepFailedError(Words(f"l'état {state}", f"the state {state}"), space.state)

    async def has_on_file(self, email: str) -> None:
        """On the server, that address is the one on file."""
        async with self._narration.step(
            f"L'adresse enregistrée de {self.name} est {email}", f"{self.name}'s e-mail on file is {email}"
        ):
            space = await self._control.space(self.subscriber_number)
            expect(email, space.email)

    async def finds_again(self, before: Holdings) -> None:
        """The same number and the same services as before."""
        now = await self.notes_number_and_services()
        async with self._does(
            "retrouve le même numéro et les mêmes services",
            "finds the same number and the same services as before",
        ):
            expect(before, now)

    def _does(self, fr: str, en: str) -> AbstractAsyncContextManager[Evidence]:
        """A step at the browser: the page is kept."""
        return self._narration.step(f"{self.name} {fr}", f"{self.name} {en}", self.visitor)

    def _step(self, fr: str, en: str) -> AbstractAsyncContextManager[Evidence]:
        """A step away from the page."""
        return self._narration.step(f"{self.name} {fr}", f"{self.name} {en}")

    @property
    def _browser(self) -> "_Browser":
        if not isinstance(self.visitor, _Browser):
            raise StepFailedError(Words("un navigateur", "a browser"), Words("aucun", "none"))
        return self.visitor

    async def _tabs_to(self, label: str) -> None:
        passed: list[str] = []
        for _ in range(MOST_TABS):
            await self._browser.press("Tab")
            focused = await self._browser.focused()
            if focused.removesuffix(":").rstrip() == plain(label):
                return
            passed.append(focused)
        raise StepFailedError(f"« {label} »", ", ".join(passed))

    async def _follows(self, link: walk.Link) -> None:
        await self.clicks(link.label, then=link.screen, within=link.within)

    async def _sends(self, *, then: str, refused: str = "", reason: str = "") -> None:
        """Click « Valider »; `reason` is the journal's real one where the refusal hides it."""
        before = (await self._control.journal()).cursor if reason else "0"
        await self.clicks(walk.SEND, then=then, refused=refused)
        if reason:
            await self._real_reason_is(reason, after=before)

    async def _opens_window(self, label: str, what: Words, *, then: str, refused: str = "") -> None:
        """Click a button whose answer opens in a new window, and turn to it; `what` happens then."""
        async with self._does(f"clique sur « {label} » : {what.fr}", f"clicks « {label} »: {what.en}"):
            await self.visitor.click(label)
            await self.visitor.turn_to_new_window()
            await self._is_on(then, refused)

    async def _is_on(self, screen: str, refused: str = "") -> None:
        refusals = tuple(refused.split())
        now, refused_now = await self.visitor.screen(), await self.visitor.refusals()
        if (now, refused_now) != (screen, refusals):
            raise StepFailedError(_named(screen, refusals), _named(now, refused_now))

    async def _types_into(self, texts: dict[str, str]) -> None:
        """Fill in several fields, by their labels."""
        said = quoted(texts.values())
        async with self._does(f"tape {said}", f"types {said}"):
            await walk.fill(self.visitor, texts)

    async def _types(self, code: str, email: str | None = None) -> None:
        await self._types_into(walk.activation_form(self.email if email is None else email, code))

    async def _real_reason_is(self, reason: str, *, after: str) -> None:
        async with self._narration.step(
            f"Le journal en donne la vraie raison : {reason}", f"The journal has the real reason: {reason}"
        ):
            reasons = [
                str(line.data["reason"])
                for line in (await self._control.journal(kind="refused", after=after)).lines
            ]
            expect(reason, ", ".join(reasons) or "-")

    def _mail_read(self) -> str:
        if self._mail is None:
            raise StepFailedError(Words("un courriel lu", "a mail that was read"), _NONE)
        letter = self._mail.message
        return plain(f"{letter.sender} {letter.subject} {letter.text}")


_NONE = Words("rien", "none")
_ON_PAGE, _IN_RECAP = (Words("sur la page", "on the page"), Words("dans le récapitulatif", "in the recap"))


def _named(screen: str, refusals: tuple[str, ...]) -> Words:
    codes = ", ".join(refusals)
    return Words(
        f"l'écran « {screen} »" + (f" avec le refus {codes}" if codes else ""),
        f"the screen {screen!r}" + (f" with the refusal {codes}" if codes else ""),
    )


def _number_behind(words: str, text: str) -> str:
    found = re.search(rf"{words} (\d+)", text)
    if found is None:
        raise StepFailedError(Words("un numéro d'abonné", "a subscriber number"), _NONE)
    return found[1]


def recap_pages(recap: Download) -> list[str]:
    """The text of each page of a PDF; fails the step when it is none."""
    if not recap.content.startswith(b"%PDF-"):
        raise StepFailedError(Words("un PDF", "a PDF"), f"{recap.file_name}, {len(recap.content)} bytes")
    return [plain(page.extract_text()) for page in PdfReader(io.BytesIO(recap.content)).pages]
