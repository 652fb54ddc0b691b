"""The report of a run: one self-contained page in French or English that shows failures first."""

import io
import re
from base64 import b64decode
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import lxml.html
import pytest
import small_scenarios
from lxml.html import HtmlElement
from PIL import Image, ImageDraw

from maquette.fixtures.control import JournalLine
from maquette.fixtures.installation import Installation
from maquette.fixtures.rules import load_rules
from maquette.scenarios.narration import Driver, Failure, PlayedStep, StepFailedError, Words
from maquette.scenarios.report import PICTURE_WIDTH, ScenarioRun, write_report
from maquette.scenarios.runner import ScenarioResult, Stage, play_one
from maquette.scenarios.story import Scenario

BEGAN = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def run_of(*outcomes: ScenarioResult, target: str | None = None) -> ScenarioRun:
    return ScenarioRun(outcomes, outcomes[0].driver, BEGAN, 12.34, target)


def written(run: ScenarioRun, folder: Path, language: str = "en") -> HtmlElement:
    return lxml.html.document_fromstring(write_report(run, folder, language).read_text("utf-8"))


def words(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


async def play(scenario: Scenario, installation: Installation, folder: Path) -> ScenarioResult:
    return await play_one(scenario, Stage(Driver.HTTP, folder), installation, lambda step: None)


@pytest.fixture
async def outcomes(installation: Installation, tmp_path: Path) -> list[ScenarioResult]:
    """Results: one passed, one failed at a step, one with an error between two steps."""
    scenarios = (small_scenarios.a_day_later, small_scenarios.lost, small_scenarios.broken)
    return [await play(scenario, installation, tmp_path / "steps") for scenario in scenarios]


def at_a_browser(folder: Path, *pictures: bytes) -> ScenarioResult:
    """A scenario with a picture for each step."""
    steps = []
    for number, picture in enumerate(pictures, 1):
        file = folder / f"{number:02}-home.png"
        file.write_bytes(picture)
        steps.append(PlayedStep(number, Words(f"step {number}", f"step {number}"), None, "home", file))
    return ScenarioResult(
        small_scenarios.at_a_browser, Driver.BROWSER, "realm-1", "0.1.0", tuple(steps), None, 3.0
    )


def picture(width: int, height: int, colour: str = "white") -> bytes:
    out = io.BytesIO()
    drawn = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(drawn).line((0, 0, width, height), "blue", 3)
    drawn.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_needs_no_other_file_no_network_and_no_script(
    outcomes: list[ScenarioResult], tmp_path: Path, language: str
) -> None:
    page = written(run_of(*outcomes), tmp_path, language)
    assert page.get("lang") == language
    addresses = [str(value) for value in page.xpath("//@href | //@src | //@srcset | //@action")]
    assert addresses
    assert [each for each in addresses if not each.startswith(("#", "data:"))] == []
    assert page.xpath("//script | //link | //iframe | //@onclick") == []
    assert "url(" not in page.text_content()
    assert "@import" not in page.text_content()


def test_every_link_leads_to_somewhere_on_the_page(outcomes: list[ScenarioResult], tmp_path: Path) -> None:
    page = written(run_of(*outcomes), tmp_path)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {str(each).removeprefix("#") for each in page.xpath("//@href") if str(each).startswith("#")}
    assert targets <= set(ids)


def test_the_summary_says_how_many_passed_when_on_what_and_how_long(
    outcomes: list[ScenarioResult], tmp_path: Path
) -> None:
    page = written(run_of(*outcomes), tmp_path)
    assert page.findtext(".//title") == "Maquette · 2 of 3 scenarios failed"
    summary = words(page.find(".//header"))
    assert "1 passed, 2 failed" in summary
    assert f"{BEGAN.astimezone():%Y-%m-%d %H:%M (UTC%z)}" in summary
    assert "12.3 s" in summary
    assert "HTTP, without a browser" in summary
    assert f"Maquette {outcomes[0].version}" in summary
    assert f"1 of the 3 covered, of {len(load_rules())}" in summary


def test_the_summary_speaks_french_too(outcomes: list[ScenarioResult], tmp_path: Path) -> None:
    page = written(run_of(*outcomes), tmp_path, "fr")
    assert page.findtext(".//title") == "Maquette · 2 scénarios en échec sur 3"
    summary = words(page.find(".//header"))
    assert "12,3 s" in summary
    assert "HTTP, sans navigateur" in summary


def test_a_run_without_failures_is_summarised_in_one_line(
    outcomes: list[ScenarioResult], tmp_path: Path
) -> None:
    passed = outcomes[0]
    assert words(written(run_of(passed), tmp_path).find(".//h1")) == "The scenario passed"
    both = run_of(passed, passed)
    assert words(written(both, tmp_path, "fr").find(".//h1")) == "Les 2 scénarios sont réussis"


def test_a_failure_shows_step_expected_and_actual_result_realm_and_command_to_run_it_again(
    outcomes: list[ScenarioResult], tmp_path: Path
) -> None:
    page = written(run_of(*outcomes), tmp_path)
    boxes = [words(box) for box in page.find_class("failure")]
    lost, broken = boxes[:2]
    for part in (
        "At step 2 Lila clicks « Professionnel »",
        "Expected the screen 'space'",
        "What came the screen 'access'",
        "small_scenarios.py --driver http",
        outcomes[1].realm,
    ):
        assert part in lost
    assert "What came ZeroDivisionError: by hand In the script small_scenarios.py, line " in broken
    assert "At step" not in broken
    assert len(boxes) == 4  # each above, and where it happened


def test_a_packaged_scenario_is_run_again_by_its_name_and_a_target_is_named(tmp_path: Path) -> None:
    from maquette.scenarios.catalogue import find_scenarios

    (happy,) = find_scenarios(["happy-path"])
    failed = StepFailedError("this", "that").failure
    outcome = ScenarioResult(happy, Driver.BROWSER, "realm-1", "0.1.0", (), failed, 1.0)
    page = written(run_of(outcome, target="http://localhost:8025"), tmp_path)
    commands = {words(each) for each in page.find_class("command")}
    assert commands == {"maquette scenario run happy-path --driver browser --target http://localhost:8025"}
    assert "http://localhost:8025/realms/realm-1" in page.xpath("//@href")


def test_failed_scenarios_come_first_and_are_open(outcomes: list[ScenarioResult], tmp_path: Path) -> None:
    page = written(run_of(*outcomes), tmp_path)
    names = [words(row.find_class("name")[0]) for row in page.find(".//table").findall(".//tbody/tr")]
    assert names == ["lost", "broken", "a-day-later"]
    scenarios = page.find_class("scenario")
    assert [each.get("open") is not None for each in scenarios] == [True, True, False]


def test_steps_are_shown_under_their_chapter_beside_the_realm_s_journal(
    installation: Installation, tmp_path: Path
) -> None:
    line = JournalLine(kind="session-opened", at=datetime(2011, 6, 9, 7, tzinfo=UTC), data={"access": "certificate"})  # fmt: skip  # noqa: E501
    step = PlayedStep(
        1, Words("Elle entre", "She enters"), Words("Le but", "The aim"), "space", None, (line,)
    )
    outcome = ScenarioResult(small_scenarios.at_home, Driver.HTTP, "realm-1", "0.1.0", (step,), None, 1.0)
    page = written(run_of(outcome), tmp_path, "fr")
    (shown,) = page.xpath("//ol[@class='steps']/li")
    assert words(shown.getparent().getprevious()) == "Le but"
    assert words(shown.find_class("title")[0]) == "Elle entre → space"
    assert words(shown.find_class("journal")[0]) == "09:00:00 session-opened access=certificate"


def test_a_mail_is_shown_in_full_and_a_move_of_the_clock_stands_out(
    outcomes: list[ScenarioResult], tmp_path: Path
) -> None:
    page = written(run_of(outcomes[0]), tmp_path)
    (mail,) = page.find_class("mail")
    assert "Vous disposez d'un délai de 48h" in words(mail)
    (move,) = page.find_class("clock")
    assert words(move) == "The clock moves by PT24H 2011-06-09 09:00:00 → 2011-06-10 09:00:00"


def test_a_recap_can_be_saved_from_the_page(tmp_path: Path) -> None:
    file = tmp_path / "01-recap.pdf"
    file.write_bytes(b"%PDF-1.4 by hand")
    step = PlayedStep(1, Words("saves", "saves"), None, None, file)
    outcome = ScenarioResult(small_scenarios.at_home, Driver.HTTP, "realm-1", "0.1.0", (step,), None, 1.0)
    (link,) = written(run_of(outcome), tmp_path).xpath("//a[@download]")
    assert link.get("download") == "recap.pdf"
    assert b64decode(link.get("href").partition("base64,")[2]) == b"%PDF-1.4 by hand"


def test_a_picture_is_in_the_page_once_and_shown_once_for_steps_on_the_same_page(tmp_path: Path) -> None:
    one, other = picture(1280, 900), picture(1280, 900, "grey")
    outcome = at_a_browser(tmp_path, one, one, other, one)
    page = written(run_of(outcome, outcome), tmp_path)
    assert len(page.xpath("//symbol")) == 2
    first = page.find_class("scenario")[0]
    assert len(first.find_class("picture")) == 2
    assert [words(each) for each in first.find_class("same")] == ["The same as at step 1"] * 2


@pytest.mark.parametrize(
    ("width", "shown"), [(390, 390), (PICTURE_WIDTH, PICTURE_WIDTH), (1280, PICTURE_WIDTH)]
)
def test_a_wide_picture_is_made_smaller_and_no_other(tmp_path: Path, width: int, shown: int) -> None:
    page = written(run_of(at_a_browser(tmp_path, picture(width, 2 * width))), tmp_path)
    (image,) = page.xpath("//symbol/image")
    content = b64decode(image.get("href").partition("base64,")[2])
    with Image.open(io.BytesIO(content)) as read:
        assert (read.format, read.size) == ("WEBP", (shown, 2 * shown))


def test_rules_are_written_in_the_page_s_language(tmp_path: Path) -> None:
    outcome = ScenarioResult(small_scenarios.a_day_later, Driver.HTTP, "realm-1", "0.1.0", (), None, 1.0)
    (rule,) = (each for each in load_rules() if each.id == "ACT-5")
    for language, sentence in (("fr", rule.phrase), ("en", rule.sentence)):
        covered = written(run_of(outcome), tmp_path, language).find_class("covered")[0]
        assert words(covered) == f"ACT-5 {sentence}"


def test_texts_of_pages_and_people_cannot_break_the_page(tmp_path: Path) -> None:
    script = "</style><script>alert('\"')</script>"
    hostile = Words(script, script)
    step = PlayedStep(1, hostile, hostile, "home", None, (), Failure(hostile, hostile))
    outcome = ScenarioResult(
        small_scenarios.at_home, Driver.HTTP, "realm-1", "0.1.0", (step,), step.failure, 1.0
    )
    page = written(run_of(outcome), tmp_path)
    assert page.xpath("//script") == []
    assert page.find_class("title")[0].text_content().count("<script>") == 1


def test_a_long_unexpected_page_can_be_read_whole(tmp_path: Path) -> None:
    came = " ".join(f"word{number}" for number in range(500))
    failure = StepFailedError("this", came).failure
    outcome = ScenarioResult(small_scenarios.at_home, Driver.HTTP, "realm-1", "0.1.0", (), failure, 1.0)
    box = written(run_of(outcome), tmp_path).find_class("failure")[0]
    assert "word499" not in words(box).partition("The whole text")[0]
    assert "word499" in words(box)


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    source = (files("maquette.scenarios") / "templates" / "report.html").read_text(encoding="utf-8")
    pairs = re.findall(r'say\(\s*"([^"]*)",\s*"([^"]*)"\)', source)
    assert len(pairs) == source.count("say(")
    body = re.sub(
        r"\{[{%#].*?[}%#]\}",
        " ",
        source.partition("{% block style %}")[2].partition("{% endblock %}")[2],
        flags=re.DOTALL,
    )
    outside = set(re.findall(r"[^\W\d_]{2,}", lxml.html.fromstring(body).text_content()))
    assert outside == {"Maquette"}
