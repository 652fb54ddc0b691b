"""The recap: the PDF of step 4, by which a person gets in again after losing the password.

Decides how it fits on one A4 page, whatever the values; what it says is the domain's. Its only instant is
that of the registration, so the same space gives the same bytes. It must not know who may fetch it (REG-5),
nor the present. Source: fiche §5 and its picture; rules REG-2, REG-3.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, islice, takewhile

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from maquette.simulator.base.french import SAFETY_LINE, long_day
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.recap import Lines
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import Space

_FONT, _BOLD = "Helvetica", "Helvetica-Bold"
_BLUE, _GREY, _RULE = HexColor("#1f4e8c"), HexColor("#555555"), HexColor("#b8c7dc")
_LEFT, _RIGHT = 56.0, A4[0] - 56.0
_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
_LEADING = 1.25
_MOST_LINES = 5
_MISSING = "■"

# The picture has these four two by two, everything else on a line of its own.
_PAIRED = {"Civilité": "Prénom", "Nom": "Tel professionnel"}


@dataclass(frozen=True, slots=True)
class _Cell:
    label: str
    label_x: float
    value_x: float
    size: float
    lines: tuple[str, ...]


def recap_file_name(space: Space) -> str:
    """The name under which a browser saves the recap."""
    return f"recapitulatif-{space.subscriber_number}.pdf"


def recap_pdf(space: Space, rules: Rules = RULES) -> bytes:
    """The recap of a converted space, as a PDF of one A4 page.

    Raises ValueError for a space that has not been converted: it has no registration to recapitulate.
    """
    if space.credentials is None or space.registered_at is None:
        raise ValueError(f"no registration to recapitulate: {space.subscriber_number}")
    registered_at = space.registered_at.astimezone(PARIS)
    groups = tuple(
        (title, tuple((label, _drawable(value)) for label, value in lines))
        for title, lines in rules.recap.groups(space, space.credentials)
    )
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=0, invariant=1, lang="fr-FR")
    _describe(canvas, space.subscriber_number, registered_at)
    y = _draw_head(canvas, long_day(registered_at), _drawable(space.subscriber_number))
    for title, lines in groups:
        y = _draw_group(canvas, y, title, lines)
    _draw_foot(canvas, groups)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _describe(canvas: Canvas, number: str, registered_at: datetime) -> None:
    """Set the document's properties; its dates are the registration's, the library's own being fixed ones."""
    canvas.setTitle(f"Récapitulatif de l'espace abonné n° {number}")
    canvas.setSubject("Vos coordonnées")
    canvas.setAuthor("Maquette, simulateur de formation et de test")
    canvas.setCreator("Maquette")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    offset = f"{registered_at:%z}"
    date = f"D:{registered_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    canvas.setDateFormatter(lambda *_: date)


def _draw_head(canvas: Canvas, day: str, number: str) -> float:
    top = A4[1] - 56
    canvas.setFillColor(_BLUE)
    canvas.rect(_LEFT, top - 34, _RIGHT - _LEFT, 34, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(_BOLD, 16)
    canvas.drawString(_LEFT + 12, top - 23, "VOS COORDONNEES")
    canvas.setFillColor(black)
    canvas.setFont(_BOLD, 12)
    canvas.drawString(_LEFT, top - 60, "RÉCAPITULATIF")
    canvas.setFont(_FONT, 10)
    canvas.drawString(_LEFT, top - 78, f"Inscription réalisée le {day} sous le numéro {number}")
    return top - 108


def _draw_group(canvas: Canvas, y: float, title: str, lines: Lines) -> float:
    canvas.setFillColor(_BLUE)
    canvas.setFont(_BOLD, 11)
    canvas.drawString(_LEFT, y, f"{title} :")
    canvas.setStrokeColor(_RULE)
    canvas.line(_LEFT, y - 5, _RIGHT, y - 5)
    y -= 22
    for row in _rows(lines):
        for cell in row:
            canvas.setFillColor(_GREY)
            canvas.setFont(_FONT, 10)
            canvas.drawString(cell.label_x, y, f"{cell.label} :")
            canvas.setFillColor(black)
            canvas.setFont(_FONT, cell.size)
            for place, line in enumerate(cell.lines):
                canvas.drawString(cell.value_x, y - place * cell.size * _LEADING, line)
        y -= max(cell.size * _LEADING * (len(cell.lines) - 1) for cell in row) + 17
    return y - 13


def _rows(lines: Lines) -> Iterator[tuple[_Cell, ...]]:
    values = dict(lines)
    for label, value in lines:
        if label in _PAIRED:
            right = _PAIRED[label]
            yield (
                _cell(label, value, _LEFT, _LEFT + 148, _LEFT + 288),
                _cell(right, values[right], _LEFT + 298, _LEFT + 388, _RIGHT),
            )
        elif label not in _PAIRED.values():
            yield (_cell(label, value, _LEFT, _LEFT + 148, _RIGHT),)


def _cell(label: str, value: str, label_x: float, value_x: float, end: float) -> _Cell:
    size, lines = _fitted(value, end - value_x)
    return _Cell(label, label_x, value_x, size, lines)


def _fitted(value: str, width: float) -> tuple[float, tuple[str, ...]]:
    """The largest size at which no line of the value is too long; else its lines broken.

    At most five lines, so that the page always holds them all (REG-3): they are far more than the 100
    characters of an address or an answer (CRED-3, CRED-9) ever take.
    """
    lines = tuple(value.split("\n"))
    for size in _SIZES:
        if len(lines) <= _MOST_LINES and all(stringWidth(line, _FONT, size) <= width for line in lines):
            return size, lines
    for size, most in ((9.0, 2), (_SIZES[-1], _MOST_LINES)):
        parts = (part for line in lines for part in _broken(line, size, width))
        broken = tuple(islice(parts, most + 1))
        if len(broken) <= most:
            return size, broken
    last = broken[_MOST_LINES - 1]
    while stringWidth(f"{last}…", _FONT, _SIZES[-1]) > width:
        last = last[:-1]
    return _SIZES[-1], (*broken[: _MOST_LINES - 1], f"{last}…")


def _broken(line: str, size: float, width: float) -> Iterator[str]:
    """The line in parts that fit, broken at blanks where it can be."""
    while stringWidth(line, _FONT, size) > width:
        widths = accumulate(stringWidth(character, _FONT, size) for character in line)
        end = sum(1 for _ in takewhile(lambda reached: reached <= width, widths))
        blank = line.rfind(" ", 1, end + 1)
        part = line[:blank] if blank > 0 else line[:end]
        yield part
        line = line[len(part) :].lstrip(" ")
    yield line


def _drawable(text: str) -> str:
    """The text in characters that every PDF viewer has: Western letters, Greek ones and common signs.

    An accent that is not among them goes (ő becomes o; answers are compared without accents anyway); what
    then still cannot be drawn shows as a black square, explained at the foot.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        character if character == "\n" else _drawable_character(character) for character in composed
    )


@lru_cache(maxsize=4096)
def _drawable_character(character: str) -> str:
    if character.isspace():
        return " "
    if _in_fonts(character):
        return character
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return plain if plain and all(map(_in_fonts, plain)) else _MISSING


def _in_fonts(character: str) -> bool:
    helvetica = getFont(_FONT)
    return any(_encodes(font.encName, character) for font in (helvetica, *helvetica.substitutionFonts))


def _encodes(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _draw_foot(canvas: Canvas, groups: tuple[tuple[str, Lines], ...]) -> None:
    canvas.setFillColor(black)
    canvas.setFont(_FONT, 9)
    canvas.drawString(_LEFT, 92, "Ce numéro d'abonné vous est personnel et doit le rester.")
    if any(_MISSING in value for _, lines in groups for _, value in lines):
        canvas.drawString(_LEFT, 78, f"{_MISSING} : caractère que ce formulaire ne peut pas reproduire.")
    canvas.setStrokeColor(_RULE)
    canvas.line(_LEFT, 64, _RIGHT, 64)
    canvas.setFillColor(_GREY)
    canvas.setFont(_FONT, 8.5)
    canvas.drawCentredString(A4[0] / 2, 50, SAFETY_LINE)
