"""The report of a scenario run as one page.

Its order: how many scenarios passed, what failed and why, then every step with its evidence. Each picture is
in the page once, made smaller, however many steps show it.
"""

import hashlib
import io
import re
import shlex
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from inspect import getsourcefile
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image

from maquette.fixtures.control import JournalLine
from maquette.fixtures.report_page import local_time, say_in, templates_of
from maquette.fixtures.rules import Rule, load_rules
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.narration import Driver, PlayedStep, Words
from maquette.scenarios.runner import CLOCK, ScenarioResult

PAGE = "report.html"
PICTURE_WIDTH = 800
"""Pictures wider than this are made so wide; the originals stay in the folder `steps`."""

_QUALITY = 40
_CLOCK_MOVED = "clock-moved"
_LONG_FIGURE = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{8,}\b")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_PORTAL_TIME = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """What was run: the outcomes; `began` is the world's instant, `target` a running simulator's console.

    `target` is None where the run had a simulator of its own.
    """

    outcomes: Sequence[ScenarioResult]
    driver: Driver
    began: datetime
    seconds: float
    target: str | None

    @property
    def failed(self) -> list[ScenarioResult]:
        """The outcomes that did not pass."""
        return [outcome for outcome in self.outcomes if not outcome.passed]


def write_report(run: ScenarioRun, folder: Path, language: str) -> Path:
    """Write the page into the folder; the page's file. `language` is `fr` or `en`."""
    say = say_in(language)

    def instant(moment: object) -> str:
        return _portal_time(moment).strftime(say("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"))

    pictures = _Pictures()
    by_name = {rule.id: rule for rule in load_rules()}
    shown = [_Shown.of(outcome, run, by_name, pictures) for outcome in run.outcomes]
    text = (
        templates_of(Path(__file__).parent / "templates")
        .get_template("report.html")
        .render(
            run=run,
            shown=sorted(shown, key=lambda each: each.outcome.passed),
            rules=(rules := _rules_of(run.outcomes)),
            held=sum(all(each.passed for each in by) for _rule, by in rules),
            all_rules=len(by_name),
            pictures=pictures.kept,
            clock=instant(CLOCK),
            began=local_time(run.began, say),
            versions=sorted({outcome.version for outcome in run.outcomes}),
            language=language,
            say=say,
            said=lambda said: say(said.fr, said.en),
            figure=lambda number: f"{number:.1f}".replace(".", say(",", ".")),
            instant=instant,
            journal_data=_journal_data,
            sentence=lambda rule: say(rule.phrase, rule.sentence),
        )
    )
    page = folder / PAGE
    page.write_text(text, encoding="utf-8")
    return page


class Form(Enum):
    """In which form a step's evidence is shown."""

    PICTURE = "picture"
    EXTRACT = "extract"
    MAIL = "mail"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page, once for all the steps that led to it."""

    name: str
    width: int
    height: int
    data: str


@dataclass(slots=True)
class _Pictures:
    """The pictures so far, by what they show."""

    kept: dict[str, Picture] = field(default_factory=dict)

    def take(self, content: bytes) -> Picture:
        key = hashlib.sha256(content).hexdigest()
        if key not in self.kept:
            self.kept[key] = _smaller(content, f"p{len(self.kept) + 1}")
        return self.kept[key]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a step left: `text` of an extract or a mail, a `picture`, or `data` of a file.

    `same_as` is the step that left the very same before, whose evidence is not shown twice.
    """

    form: Form
    name: str
    same_as: int | None
    text: str = ""
    picture: Picture | None = None
    data: str = ""


@dataclass(frozen=True, slots=True)
class _ShownStep:
    step: PlayedStep
    evidence: _Evidence | None
    moves: tuple[JournalLine, ...]
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A scenario's outcome as the page shows it."""

    outcome: ScenarioResult
    anchor: str
    again: str
    chapters: list[tuple[Words | None, list[_ShownStep]]]
    rules: list[Rule]
    failed_at: PlayedStep | None

    @classmethod
    def of(
        cls, outcome: ScenarioResult, run: ScenarioRun, rules: dict[str, Rule], pictures: _Pictures
    ) -> "_Shown":
        seen: dict[str, int] = {}
        steps = [_show(step, seen, pictures) for step in outcome.steps]
        return cls(
            outcome=outcome,
            anchor=f"{outcome.scenario.name}-{outcome.driver.value}",
            again=_command(outcome, run.target),
            chapters=[
                (chapter, list(group))
                for chapter, group in groupby(steps, key=lambda each: each.step.chapter)
            ],
            rules=[rules[each] for each in outcome.scenario.rules if each in rules],
            failed_at=next((step for step in outcome.steps if step.failure), None),
        )


def _show(step: PlayedStep, seen: dict[str, int], pictures: _Pictures) -> _ShownStep:
    clock = tuple(line for line in step.journal if line.kind == _CLOCK_MOVED and step.screen is None)
    lines = tuple(line for line in step.journal if line not in clock)
    moves = tuple(line for line in clock if line.data["from"] != line.data["to"])  # it may just have stopped
    evidence = None
    if step.evidence is not None and step.evidence.is_file():
        evidence = _evidence(step.number, step.evidence, seen, pictures)
    return _ShownStep(step, evidence, moves, lines)


def _evidence(number: int, file: Path, seen: dict[str, int], pictures: _Pictures) -> _Evidence:
    content = file.read_bytes()
    name = file.name.partition("-")[2]
    first = seen.setdefault(hashlib.sha256(content).hexdigest(), number)
    same_as = None if first == number else first
    if file.suffix == ".png":
        return _Evidence(Form.PICTURE, file.stem, same_as, picture=pictures.take(content))
    if file.suffix == ".txt":
        form = Form.MAIL if name == "mail.txt" else Form.EXTRACT
        return _Evidence(form, name, same_as, text=content.decode("utf-8", "replace"))
    kind = "application/pdf" if file.suffix == ".pdf" else "application/octet-stream"
    return _Evidence(Form.FILE, name, same_as, data=_data(kind, content))


def _smaller(content: bytes, name: str) -> Picture:
    """The picture at a width that still can be read, as WebP."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    if picture.width > PICTURE_WIDTH:
        height = round(picture.height * PICTURE_WIDTH / picture.width)
        picture = picture.resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY)
    return Picture(name, picture.width, picture.height, _data("image/webp", out.getvalue()))


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


def _command(outcome: ScenarioResult, target: str | None) -> str:
    """What plays the scenario again, from the folder where this was run."""
    name = outcome.scenario.name
    if outcome.scenario not in catalogue():
        file = Path(getsourcefile(outcome.scenario.play) or name)
        name = str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
    words = ["maquette", "scenario", "run", name, "--driver", outcome.driver.value]
    return shlex.join([*words, "--target", target] if target else words)


def _rules_of(outcomes: Sequence[ScenarioResult]) -> list[tuple[Rule, list[ScenarioResult]]]:
    """The rules that the scenarios cover, each with their outcomes."""
    covered = [(rule, [each for each in outcomes if rule.id in each.scenario.rules]) for rule in load_rules()]
    return [(rule, by) for rule, by in covered if by]


def _portal_time(moment: object) -> datetime:
    """An instant, or its text in ISO 8601, at the portal's own time."""
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return at.astimezone(_PORTAL_TIME)


def _journal_data(line: JournalLine, realm: str) -> str:
    """What a line of the journal says beside its kind, long figures shortened."""
    data = {name: value for name, value in line.data.items() if value is not None}
    if line.kind == "request":
        path = str(data.pop("path", "")).removeprefix(f"/r/{realm}")
        return " ".join(map(str, (data.pop("door", ""), data.pop("method", ""), path, *data.values())))
    return " ".join(f"{name}={_shortened(value)}" for name, value in data.items())


def _shortened(value: object) -> str:
    at_portal = _UTC.sub(lambda found: _portal_time(found[0]).isoformat(timespec="seconds"), str(value))
    return _LONG_FIGURE.sub(r"\1…", at_portal)
