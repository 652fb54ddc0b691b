"""The recap, as pypdf reads it."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from sizes import sized

from maquette.simulator.base.french import SAFETY_LINE
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import (
    Civility,
    Company,
    Credentials,
    Holder,
    Service,
    Space,
)
from maquette.simulator.portal.recap import recap_file_name, recap_pdf

HOLDER = Holder(
    Civility.MADAME,
    "Rosemonde",
    "Lila",
    "01 99 00 17 10",
    "12 rue des Deux-Clochers",
    "75000",
    "Paris",
    "FRANCE",
)
COMPANY = Company(
    "123456782", "12345678200010", "SARL MARTIN DISTRIBUTION", foreign=False, services=tuple(Service)
)
SPACE = Space("20111710000303", date(2011, 1, 17), HOLDER, (COMPANY,), "avant@courriel.example")
REGISTERED_AT = parse_instant("2011-06-10T10:12:03+02:00")


def space_with(
    *,
    email: str = "lila.rosemonde@courriel.example",
    question: str = "Quel est votre surnom ?",
    answer: str = "Lilou",
    space: Space = SPACE,
    at: datetime = REGISTERED_AT,
) -> Space:
    return RULES.space.converted(space, Credentials(email, "haché", question, answer), at)


def only_page(pdf: bytes) -> PageObject:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return page


def lines_of(space: Space) -> list[str]:
    return only_page(recap_pdf(space)).extract_text().splitlines()


def value_of(label: str, space: Space) -> str:
    lines = lines_of(space)
    return lines[lines.index(f"{label} :") + 1]


@pytest.mark.rule("REG-2")
def test_the_recap_says_all_that_the_fiches_picture_says_in_its_order():
    assert lines_of(space_with()) == [
        "VOS COORDONNEES",
        "RÉCAPITULATIF",
        "Inscription réalisée le 10 juin 2011 sous le numéro 20111710000303",
        "Votre identité :",
        "Civilité :", "Madame", "Prénom :", "Lila",
        "Nom :", "Rosemonde", "Tel professionnel :", "01 99 00 17 10",
        "N° d'abonné :", "20111710000303",
        "Adresse mail professionnelle :", "lila.rosemonde@courriel.example",
        "Adresse professionnelle :", "12 rue des Deux-Clochers", "75000 Paris", "FRANCE",
        "Votre entreprise :",
        "Entreprise étrangère :", "non",
        "SIRET ou équivalent :", "12345678200010",
        "Dénomination :", "SARL MARTIN DISTRIBUTION",
        "Votre question de confiance :",
        "Question de confiance :", "Quel est votre surnom ?",
        "Réponse de confiance :", "Lilou",
        "Ce numéro d'abonné vous est personnel et doit le rester.",
        SAFETY_LINE,
    ]  # fmt: skip


def test_the_recap_never_has_the_password_nor_its_hash():
    assert b"hach" not in recap_pdf(space_with())
    assert "haché" not in "".join(lines_of(space_with()))


@pytest.mark.rule("REG-2")
def test_a_foreign_company_is_said_to_be_one():
    foreign = replace(SPACE, companies=(replace(COMPANY, foreign=True),))
    assert value_of("Entreprise étrangère", space_with(space=foreign)) == "oui"


def test_of_several_companies_the_first_is_shown_and_the_others_are_counted():
    others = tuple(replace(COMPANY, name=f"SARL {number}") for number in range(12))
    several = space_with(space=replace(SPACE, companies=(COMPANY, *others)))
    assert value_of("Dénomination", several) == "SARL MARTIN DISTRIBUTION"
    assert value_of("Autres entreprises", several) == "12"
    assert "Autres entreprises :" not in lines_of(space_with())


def test_a_space_without_company_says_so():
    none = space_with(space=replace(SPACE, companies=()))
    assert value_of("Dénomination", none) == "aucune entreprise"
    assert "SIRET ou équivalent :" not in lines_of(none)


@pytest.mark.rule("REG-1")
@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2011-06-10T21:59:59Z", "10 juin 2011"),
        ("2011-06-10T22:00:00Z", "11 juin 2011"),
        ("2012-02-29T23:30:00Z", "1er mars 2012"),
        ("2013-08-02T12:00:00Z", "2 août 2013"),
    ],
)
def test_the_day_of_registration_is_that_of_paris(at, day):
    (line,) = (text for text in lines_of(space_with(at=parse_instant(at))) if text.startswith("Inscription"))
    assert line == f"Inscription réalisée le {day} sous le numéro 20111710000303"


def test_the_documents_properties_have_its_title_and_the_registration_date():
    reader = PdfReader(BytesIO(recap_pdf(space_with())))
    assert reader.metadata is not None
    assert reader.metadata.title == "Récapitulatif de l'espace abonné n° 20111710000303"
    at = datetime(2011, 6, 10, 10, 12, 3, tzinfo=ZoneInfo("Europe/Paris"))
    assert reader.metadata.creation_date == reader.metadata.modification_date == at
    assert reader.metadata["/CreationDate"] == "D:20110610101203+02'00'"
    assert reader.root_object["/Lang"] == "fr-FR"


def test_in_winter_the_documents_date_has_winters_offset():
    reader = PdfReader(BytesIO(recap_pdf(space_with(at=parse_instant("2011-12-01T09:00:00Z")))))
    assert reader.metadata is not None
    assert reader.metadata["/CreationDate"] == "D:20111201100000+01'00'"


def test_the_same_space_gives_the_same_bytes_and_another_answer_gives_others():
    assert recap_pdf(space_with()) == recap_pdf(space_with())
    assert recap_pdf(space_with()) != recap_pdf(space_with(answer="Lila"))


def test_the_file_carries_the_number_in_its_name():
    assert recap_file_name(SPACE) == "recapitulatif-20111710000303.pdf"


def test_a_space_that_was_never_converted_has_no_recap():
    with pytest.raises(ValueError, match="20111710000303"):
        recap_pdf(SPACE)


# Characters


@pytest.mark.parametrize(
    "answer",
    [
        "Chloé d'Œuvre-Çà, « âge : 7 ½ » – 100 €",
        "ÀÂÄÇÉÈÊËÎÏÔŒÙÛÜŸàâäçéèêëîïôœùûüÿ",
        "(a\\b) <c> & 'd'",
        "ß ñ ø",
    ],
)
def test_western_characters_are_read_back_as_they_were_typed(answer):
    assert value_of("Réponse de confiance", space_with(answer=answer)) == answer


def test_an_accent_typed_as_a_mark_of_its_own_is_read_back_with_its_letter():
    assert value_of("Réponse de confiance", space_with(answer="Chloe\u0301")) == "Chloé"


def test_greek_is_drawn_without_its_accents():
    assert value_of("Réponse de confiance", space_with(answer="Γιώργος")) == "Γιωργος"


def test_an_accent_that_the_fonts_lack_goes_and_its_letter_stays():
    assert value_of("Réponse de confiance", space_with(answer="Šimůnek Erdős ﬁn")) == "Šimunek Erdos fin"


def test_a_character_that_cannot_be_drawn_is_a_square_that_the_page_explains():
    lines = lines_of(space_with(answer="Саша et 😀"))
    assert "■■■■ et ■" in lines
    assert "■ : caractère que ce formulaire ne peut pas reproduire." in lines
    assert not any("reproduire" in line for line in lines_of(space_with()))


# One page


@pytest.mark.rule("REG-3")
def test_the_page_is_one_a4_page():
    box = only_page(recap_pdf(space_with())).mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


@pytest.mark.rule("REG-3")
@pytest.mark.parametrize("size", [99, 100])
def test_the_longest_address_and_answer_are_read_back_whole(size):
    email = f"{'w' * 64}@{'m' * (size - 64 - len('@.example'))}.example"
    answer = "W" * size
    assert len(email) == size
    text = "".join(lines_of(space_with(email=email, answer=answer)))
    assert email in text
    assert answer in text


def test_a_long_answer_is_broken_at_its_blanks():
    answer = (
        "MAXIMILIENNE-ALEXANDRINE LA DEUXIÈME DU NOM, DITE MAXI, DE LA GRANDE RUE DU VIEUX VILLAGE DU BOIS"
    )
    lines = lines_of(space_with(answer=answer))
    broken = lines[lines.index("Réponse de confiance :") + 1 : -2]
    assert len(broken) == 2
    assert " ".join(broken) == answer


def drawn_lines(page: PageObject) -> list[tuple[float, float]]:
    """Right end and baseline of every line on the page, in points."""
    found: list[tuple[float, float]] = []

    def keep(text: str, page: list[float], line: list[float], font: dict[str, str], size: float) -> None:
        if text.strip():
            scale, _, _, _, left, bottom = page
            width = stringWidth(text.strip(), font["/BaseFont"].lstrip("/"), size)
            found.append((left + scale * (line[4] + width), bottom + scale * line[5]))

    page.extract_text(visitor_text=keep)
    return found


@pytest.mark.rule("REG-3")
@settings(max_examples=sized(10, 40), deadline=None)
@given(
    st.lists(st.sampled_from(["W", "i", "@", "un mot ", "é", "\n"]), min_size=11, max_size=11), st.booleans()
)
def test_whatever_the_values_are_nothing_runs_into_the_foot_or_the_margin(fillings, several):
    values = iter([filling * 600 for filling in fillings])
    holder = Holder(Civility.MONSIEUR, *(next(values) for _ in range(7)))
    company = Company("123456782", next(values), next(values), foreign=True, services=())
    space = replace(SPACE, holder=holder, companies=(company,) * (3 if several else 1))
    page = only_page(
        recap_pdf(space_with(space=space, email=next(values), question="W" * 600, answer=next(values)))
    )
    lines = drawn_lines(page)
    foot = 64
    assert sum(1 for _, y in lines if y <= foot) == 1
    assert min(y for _, y in lines if y > foot) >= foot + 12
    assert max(end for end, _ in lines) <= A4[0] - 56 + 0.01
