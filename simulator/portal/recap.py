"""Draws the recap: the PDF of step 4, which helps a person who has lost the password.

It draws one A4 page for any values; the domain decides its text. Its only instant is the registration, so the
same space gives the same bytes. It does not know who may fetch it (REG-5), nor the present time. Source:
fiche §5 and its picture; rules REG-2, REG-3.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from maquette.simulator.base.french import SAFETY_LINE, long_day
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.recap import Lines
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import Space

_FONT, _BOLD, _SIZE = "Helvetica", "Helvetica-Bold", 10
_BLUE, _GREY, _RULE = HexColor("#1f4e8c"), HexColor("#555555"), HexColor("#b8c7dc")
_MARGIN, _FOOT = 56, 64
_WIDTH, _HEIGHT = A4[0] - 2 * _MARGIN, A4[1] - _MARGIN - _FOOT - 12
_BAND = 37.2
_BETWEEN = 14
_LEADING = 1.2
_RIGHT_LABEL = 298
_VALUE, _RIGHT_VALUE = 148, 388
_LONGEST = 500
_MISSING = "■"

_PAIRED = {"Civilité": "Prénom", "Nom": "Tel professionnel"}
"""The labels that the fiche's picture has two in a row; all others have a row of their own."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines below each other. `x` is their distance from the left margin."""

    x: float
    lines: tuple[str, ...]
    font: str = _FONT
    size: float = _SIZE
    colour: Color = black


@dataclass(slots=True)
class _Column:
    """The texts and underlines of the page from the top downward, before it is known whether they fit.

    `height` is the height of what the column holds: the place of the next row.
    """

    height: float = 0
    texts: list[tuple[float, _Text]] = field(default_factory=list)
    underlines: list[float] = field(default_factory=list)

    def add(self, *row: _Text, above: float = 2, below: float = 3) -> None:
        """Add a row of texts side by side."""
        self.texts += [(self.height + above + text.size, text) for text in row]
        self.height += above + max(len(text.lines) * text.size * _LEADING for text in row) + below


def recap_file_name(space: Space) -> str:
    """Return the file name of the recap for browsers."""
    return f"recapitulatif-{space.subscriber_number}.pdf"


def recap_pdf(space: Space, rules: Rules = RULES) -> bytes:
    """Return the recap of a converted space, as a PDF of one A4 page.

    Raises ValueError for a space that is not converted: it has no registration.
    """
    if space.credentials is None or space.registered_at is None:
        raise ValueError(f"the space {space.subscriber_number} has no registration")
    registered_at = space.registered_at.astimezone(PARIS)
    groups = [
        (title, tuple((label, _drawable(value)) for label, value in lines))
        for title, lines in rules.recap.groups(space, space.credentials)
    ]
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=0, invariant=1, lang="fr-FR")
    _describe(canvas, space.subscriber_number, registered_at)
    number = _drawable(space.subscriber_number)
    _draw(
        canvas, _column(f"Inscription réalisée le {long_day(registered_at)} sous le numéro {number}", groups)
    )
    _draw_foot(canvas)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _describe(canvas: Canvas, number: str, registered_at: datetime) -> None:
    """Set the document's properties; it is dated at the registration."""
    canvas.setTitle(f"Récapitulatif de l'espace abonné n° {number}")
    canvas.setSubject("Vos coordonnées")
    canvas.setAuthor("Maquette, simulateur de formation et de test")
    canvas.setCreator("Maquette")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    offset = f"{registered_at:%z}"
    date = f"D:{registered_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    canvas.setDateFormatter(lambda *_: date)


def _column(registration: str, groups: list[tuple[str, Lines]]) -> _Column:
    column = _Column()
    column.add(_Text(12, ("VOS COORDONNEES",), _BOLD, 16, white), above=7, below=11)
    column.add(_Text(0, ("RÉCAPITULATIF",), _BOLD, 12), above=16)
    column.add(_Text(0, (registration,)))
    for title, lines in groups:
        column.height += _BETWEEN
        column.add(_Text(0, (f"{title} :",), _BOLD, 11, _BLUE))
        column.underlines.append(column.height)
        for row in _rows(dict(lines)):
            column.add(*row)
    column.height += _BETWEEN
    column.add(_Text(0, ("Ce numéro d'abonné vous est personnel et doit le rester.",)))
    if any(_MISSING in value for _, lines in groups for _, value in lines):
        column.add(_Text(0, (f"{_MISSING} : caractère que ce formulaire ne peut pas reproduire.",)))
    return column


def _rows(values: dict[str, str]) -> Iterator[tuple[_Text, ...]]:
    """Return the rows of a group, with one or two labels and their values."""
    for label, value in values.items():
        if right := _PAIRED.get(label):
            yield (
                *_labelled(label, value, 0, _VALUE, _RIGHT_LABEL - 10),
                *_labelled(right, values[right], _RIGHT_LABEL, _RIGHT_VALUE, _WIDTH),
            )
        elif label not in _PAIRED.values():
            yield _labelled(label, value, 0, _VALUE, _WIDTH)


def _labelled(label: str, value: str, left: float, value_left: float, right: float) -> tuple[_Text, _Text]:
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    lines = (each for line in shown.split("\n") for each in _fitted(line, right - value_left))
    return _Text(left, (f"{label} :",), colour=_GREY), _Text(value_left, tuple(lines))


def _fitted(line: str, width: float) -> Iterator[str]:
    """Return the line in parts that fit the width: broken at blanks, or inside a word that is too long."""
    if stringWidth(line, _FONT, _SIZE) <= width:
        yield line
        return
    for part in simpleSplit(line, _FONT, _SIZE, width):
        rest = part
        while stringWidth(rest, _FONT, _SIZE) > width:
            end = next(
                end for end in range(len(rest), 0, -1) if stringWidth(rest[:end], _FONT, _SIZE) <= width
            )
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _draw(canvas: Canvas, column: _Column) -> None:
    """Draw the column below the top margin, smaller if it is too high for the page (REG-3)."""
    canvas.saveState()
    canvas.translate(_MARGIN, A4[1] - _MARGIN)
    scale = min(1, _HEIGHT / column.height)
    canvas.scale(scale, scale)
    canvas.setFillColor(_BLUE)
    canvas.rect(0, -_BAND, _WIDTH, _BAND, stroke=0, fill=1)
    canvas.setStrokeColor(_RULE)
    for y in column.underlines:
        canvas.line(0, -y, _WIDTH, -y)
    for y, text in column.texts:
        drawn = canvas.beginText(text.x, -y)
        drawn.setFont(text.font, text.size, text.size * _LEADING)
        drawn.setFillColor(text.colour)
        drawn.textLines(text.lines)
        canvas.drawText(drawn)
    canvas.restoreState()


def _draw_foot(canvas: Canvas) -> None:
    canvas.setStrokeColor(_RULE)
    canvas.line(_MARGIN, _FOOT, _MARGIN + _WIDTH, _FOOT)
    canvas.setFillColor(_GREY)
    canvas.setFont(_FONT, 8.5)
    canvas.drawCentredString(A4[0] / 2, 50, SAFETY_LINE)


def _drawable(text: str) -> str:
    """Return the text in characters that every PDF viewer has: Western and Greek letters, common signs.

    A letter whose accent is missing there loses its accent (ő becomes o; answers are compared without
    accents). Any other character becomes a black square, which a line below the groups explains.
    """
    return "".join(map(_drawable_character, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _drawable_character(character: str) -> str:
    if character.isspace():
        return "\n" if character == "\n" else " "
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
