"""Draws the recap: the PDF of step 4, which helps a person who has lost the password.

It draws one A4 page for any values; the domain decides its text. Its only instant is the registration, so the
same space gives the same bytes. It does not know who may fetch it (REG-5), nor the present time. Source:
fiche §5 and its picture; rules REG-2, REG-3.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepInFrame,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

from maquette.simulator.base.french import SAFETY_LINE, long_day
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.recap import Lines
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import Space

_FONT, _BOLD, _SIZE = "Helvetica", "Helvetica-Bold", 10
_BLUE, _GREY, _RULE = HexColor("#1f4e8c"), HexColor("#555555"), HexColor("#b8c7dc")
_MARGIN, _FOOT = 56, 64
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = (148, 150, 90, _WIDTH - 388)
_LONGEST = 500
_MISSING = "■"

_PAIRED = {"Civilité": "Prénom", "Nom": "Tel professionnel"}
"""The labels that the fiche's picture has two in a row; all others have a row of their own."""

_TEXT = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), _FONT, _SIZE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
    ]
)
_HEAD = TableStyle(
    [
        ("BACKGROUND", (0, 0), (0, 0), _BLUE),
        ("TEXTCOLOR", (0, 0), (0, 0), white),
        ("FONT", (0, 0), (0, 0), _BOLD, 16),
        ("LEFTPADDING", (0, 0), (0, 0), 12),
        ("TOPPADDING", (0, 0), (0, 0), 7),
        ("BOTTOMPADDING", (0, 0), (0, 0), 11),
        ("FONT", (0, 1), (0, 1), _BOLD, 12),
        ("TOPPADDING", (0, 1), (0, 1), 16),
    ],
    parent=_TEXT,
)
_GROUP = TableStyle(
    [
        ("SPAN", (0, 0), (-1, 0)),
        ("FONT", (0, 0), (-1, 0), _BOLD, 11),
        ("TEXTCOLOR", (0, 0), (-1, 0), _BLUE),
        ("LINEBELOW", (0, 0), (-1, 0), 1, _RULE),
        ("TEXTCOLOR", (0, 1), (0, -1), _GREY),
        ("TEXTCOLOR", (2, 1), (2, -1), _GREY),
    ],
    parent=_TEXT,
)
_LONG_VALUE = ParagraphStyle("long value", fontName=_FONT, fontSize=_SIZE, leading=_SIZE * 1.2)


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
    number = _drawable(space.subscriber_number)
    groups = [
        (title, tuple((label, _drawable(value)) for label, value in lines))
        for title, lines in rules.recap.groups(space, space.credentials)
    ]
    notes = ["Ce numéro d'abonné vous est personnel et doit le rester."]
    if any(_MISSING in value for _, lines in groups for _, value in lines):
        notes.append(f"{_MISSING} : caractère que ce formulaire ne peut pas reproduire.")
    content: list[Flowable] = [
        _column(
            "VOS COORDONNEES",
            "RÉCAPITULATIF",
            f"Inscription réalisée le {long_day(registered_at)} sous le numéro {number}",
            style=_HEAD,
        ),
        *(_group(title, lines) for title, lines in groups),
        _column(*notes, style=_TEXT),
    ]
    written = BytesIO()
    document = BaseDocTemplate(
        written,
        pagesize=A4,
        pageCompression=0,
        invariant=1,
        lang="fr-FR",
        title=f"Récapitulatif de l'espace abonné n° {space.subscriber_number}",
        subject="Vos coordonnées",
        author="Maquette, simulateur de formation et de test",
        creator="Maquette",
        displayDocTitle=1,
    )
    area = Frame(_MARGIN, _FOOT + 12, _WIDTH, A4[1] - _MARGIN - _FOOT - 12, 0, 0, 0, 0)
    document.addPageTemplates(
        PageTemplate(frames=[area], onPageEnd=lambda canvas, _: _finish(canvas, registered_at))
    )
    document.build([KeepInFrame(0, 0, content)])
    return written.getvalue()


def _column(*lines: str, style: TableStyle) -> Table:
    return Table([[line] for line in lines], (_WIDTH,), style=style, spaceAfter=14)


def _group(title: str, lines: Lines) -> Table:
    """Return the table of a group: its title, then its rows with one or two values."""
    rows = list(_rows(dict(lines)))
    spans = [("SPAN", (1, row), (-1, row)) for row, cells in enumerate(rows, 1) if len(cells) == 2]
    cells = [(*row, "", "")[:4] for row in [(f"{title} :", ""), *rows]]
    return Table(cells, _COLUMNS, style=TableStyle(spans, parent=_GROUP), spaceAfter=14)


def _rows(values: dict[str, str]) -> Iterator[tuple[str | Flowable, ...]]:
    for label, value in values.items():
        if right := _PAIRED.get(label):
            left = f"{label} :", _fitted(value, _COLUMNS[1] - 10)
            yield *left, f"{right} :", _fitted(values[right], _COLUMNS[3])
        elif label not in _PAIRED.values():
            yield f"{label} :", _fitted(value, _WIDTH - _COLUMNS[0])


def _fitted(value: str, width: float) -> str | Flowable:
    """Return the value itself if its lines fit; else a paragraph, which wraps but costs ten times more."""
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    lines = shown.split("\n")
    if all(stringWidth(line, _FONT, _SIZE) <= width for line in lines):
        return shown
    return Paragraph("<br/>".join(map(escape, lines)), _LONG_VALUE)


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


def _finish(canvas: Canvas, registered_at: datetime) -> None:
    """Draw the foot, and date the document at the registration."""
    canvas.setStrokeColor(_RULE)
    canvas.line(_MARGIN, _FOOT, _MARGIN + _WIDTH, _FOOT)
    canvas.setFillColor(_GREY)
    canvas.setFont(_FONT, 8.5)
    canvas.drawCentredString(A4[0] / 2, 50, SAFETY_LINE)
    offset = f"{registered_at:%z}"
    date = f"D:{registered_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    canvas.setDateFormatter(lambda *_: date)
