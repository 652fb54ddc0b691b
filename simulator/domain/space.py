"""A subscriber's space: who holds it, what it gives access to, and how one enters it.

Decides the conversion from certificate to password access, which keeps number, company files and services,
and which files and services a page lists.
Source: fiche §1.3, §2 (the three welcome screens), §5; rules ACC-1, ACC-12, HOME-1, HOME-N, REG-4.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum


class Civility(Enum):
    """How the holder is addressed."""

    MADAME = "Madame"
    MONSIEUR = "Monsieur"

    @property
    def short(self) -> str:
        """The abbreviation of the left column: Mme, M."""
        return "Mme" if self is Civility.MADAME else "M."


class Rubric(Enum):
    """The fiche's four headings of services, in its order (HOME-1)."""

    CONSULTER = "Consulter"
    DECLARER = "Déclarer"
    PAYER = "Payer"
    DEMARCHES = "Démarches"


class Service(Enum):
    """An online service, as the fiche's second welcome screen lists them: rubric and label."""

    COMPTE_FISCAL = (Rubric.CONSULTER, "Compte fiscal")
    DECLARER_TVA = (Rubric.DECLARER, "T.V.A.")
    DECLARER_IS = (Rubric.DECLARER, "Impôt sur les sociétés")
    DECLARER_TS = (Rubric.DECLARER, "Taxe sur les salaires")
    DECLARER_CVAE = (Rubric.DECLARER, "C.V.A.E.")
    PAYER_TVA = (Rubric.PAYER, "T.V.A.")
    PAYER_IS = (Rubric.PAYER, "Impôt sur les sociétés")
    PAYER_TS = (Rubric.PAYER, "Taxe sur les salaires")
    PAYER_CVAE = (Rubric.PAYER, "C.V.A.E.")
    PAYER_AUTRES = (Rubric.PAYER, "Autres impôts")
    EFFECTUER = (Rubric.DEMARCHES, "Effectuer une démarche")
    SUIVRE = (Rubric.DEMARCHES, "Suivre mes démarches")

    def __init__(self, rubric: Rubric, label: str) -> None:
        self.rubric = rubric
        self.label = label


@dataclass(frozen=True, slots=True)
class Holder:
    """The person whose space it is."""

    civility: Civility
    last_name: str
    first_name: str
    phone: str
    street: str
    postcode: str
    town: str
    country: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company file of the space: SIREN (9 digits), SIRET of its seat (14), name, services held."""

    siren: str
    siret: str
    name: str
    foreign: bool
    services: tuple[Service, ...]


class AccessMode(Enum):
    """How a space is entered; never both (ACC-1)."""

    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - the name of an access mode


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person chose in steps 2: address, hashed password, security question and answer.

    The answer is kept in clear, as the recap prints it (REG-2); the password never is (CRED-8).
    """

    email: str
    password_hash: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Space:
    """A subscriber's space. With `credentials` it is a password space, and its certificate opens nothing."""

    subscriber_number: str
    created_on: date
    holder: Holder
    companies: tuple[Company, ...]
    email: str
    credentials: Credentials | None = None
    registered_at: datetime | None = None

    @property
    def access_mode(self) -> AccessMode:
        """The one way in."""
        return AccessMode.CERTIFICATE if self.credentials is None else AccessMode.PASSWORD


class SpaceRules:
    """The decisions on a space."""

    def converted(self, space: Space, credentials: Credentials, at: datetime) -> Space:
        """The space after activation: other access and e-mail on file, all else as before.

        Source: fiche §1.3 and §4.2, rules ACC-12, CRED-1, REG-1.
        """
        return replace(space, email=credentials.email, credentials=credentials, registered_at=at)

    def services_by_rubric(self, company: Company) -> list[tuple[str, list[str]]]:
        """The company's services under their headings, in the fiche's order, headings without any left out.

        Source: fiche §2, rule HOME-1.
        """
        rubrics = [
            (rubric.value, [service.label for service in company.services if service.rubric is rubric])
            for rubric in Rubric
        ]
        return [(rubric, labels) for rubric, labels in rubrics if labels]

    def chosen_file(self, companies: Sequence[Company], siren: str | None) -> Company | None:
        """The company file that the holder has chosen; None where there is no such file (HOME-N)."""
        return next((each for each in companies if each.siren == siren), None)

    def files_of_page(self, companies: Sequence[Company], page: int, per_page: int) -> Sequence[Company]:
        """The company files on a page of the list, the first page being 1 (HOME-N)."""
        return companies[(page - 1) * per_page : page * per_page]

    def has_recap(self, space: Space) -> bool:
        """Whether the space offers the recap: at any time after its registration (REG-4)."""
        return space.credentials is not None


def held_files(space: Space) -> tuple[Company, ...]:
    """The company files in which the holder has services: of a new space, none yet (HOME-0)."""
    return tuple(company for company in space.companies if company.services)
