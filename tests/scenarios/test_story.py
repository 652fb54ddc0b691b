"""The words of a scenario: their steps, evidence and failures."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import Certificate, HttpVisitor, Popups, Visitor
from maquette.scenarios.checks import ScenarioMistakeError
from maquette.scenarios.narration import Failure, PlayedStep, StepFailedError, Words
from maquette.scenarios.person import Holdings, Person
from maquette.scenarios.story import OpenVisitor, Story, scenario


@pytest.fixture
def steps() -> list[PlayedStep]:
    return []


@pytest.fixture
def opener(open_visitor: Callable[..., HttpVisitor]) -> OpenVisitor:
    def open_it(certificate: Certificate | None, popups: Popups, width: int | None) -> Visitor:
        return open_visitor(certificate, popups)

    return open_it


@pytest.fixture
async def story(
    control: Control, opener: OpenVisitor, tmp_path: Path, steps: list[PlayedStep]
) -> AsyncIterator[Story]:
    async with Story(control, opener, tmp_path, steps.append, people=("lila", "herve")) as story:
        yield story


@pytest.fixture
async def lila(story: Story) -> Person:
    return await story.person("lila")


async def test_a_step_records_its_screen_and_its_files(
    lila: Person, steps: list[PlayedStep], tmp_path: Path
) -> None:
    await lila.opens_home()
    await lila.clicks("Professionnel", then="access")
    assert [(step.number, step.title.en, step.screen, step.evidence) for step in steps] == [
        (1, "Lila opens the home page", "home", tmp_path / "01-home.txt"),
        (2, "Lila clicks « Professionnel »", "access", tmp_path / "02-access.txt"),
    ]
    assert [step.title.fr for step in steps] == [
        "Lila ouvre la page d'accueil",
        "Lila clique sur « Professionnel »",
    ]
    assert all(step.evidence is not None and step.evidence.exists() for step in steps)


async def test_a_step_records_its_chapter_and_the_journal_lines_of_the_realm(
    story: Story, lila: Person, steps: list[PlayedStep]
) -> None:
    await lila.opens_home()
    story.chapter("Elle entre", "She enters")
    await lila.clicks("Professionnel", then="access")
    await lila.clicks("Accéder avec mon certificat", then="space")
    assert [step.chapter for step in steps] == [None, *[Words("Elle entre", "She enters")] * 2]
    assert [line.kind for line in steps[1].journal] == ["request"]
    assert {"certificate-judged", "session-opened"} <= {line.kind for line in steps[2].journal}


async def test_without_a_folder_no_file_is_kept(control: Control, opener: OpenVisitor) -> None:
    steps: list[PlayedStep] = []
    async with Story(control, opener, None, steps.append, people=("lila",)) as story:
        await (await story.person("lila")).opens_home()
    assert [(step.screen, step.evidence, step.journal) for step in steps] == [("home", None, ())]


async def test_an_undeclared_person_cannot_take_part(story: Story) -> None:
    with pytest.raises(LookupError, match="theo takes part, and is not among the scenario's people"):
        await story.person("theo")


async def test_a_person_may_pick_another_person_s_certificate(story: Story) -> None:
    lila = await story.person("lila", certificate="herve")
    await lila.opens_the_access_page()
    await lila.is_refused_with_certificate("certificate-revoked")


async def test_the_clock_moves_only_by_the_scenario_s_steps(story: Story, steps: list[PlayedStep]) -> None:
    begun = await story.now()
    assert begun == await story.now()
    await story.clock_moves("PT1H")
    assert (await story.now() - begun).total_seconds() == 3600
    assert steps[-1].title == Words("L'horloge avance de PT1H", "The clock moves by PT1H")
    assert "clock-moved" in [line.kind for line in steps[-1].journal]


async def test_a_wrong_screen_fails_the_step_with_both_screens(lila: Person, steps: list[PlayedStep]) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.clicks("Professionnel", then="space")
    assert steps[-1].failure == Failure(
        Words("l'écran « space »", "the screen 'space'"),
        Words("l'écran « access »", "the screen 'access'"),
    )
    assert steps[-1].screen == "access"


async def test_a_refusal_that_was_not_expected_fails_the_step(lila: Person, steps: list[PlayedStep]) -> None:
    await lila.opens_home()
    await lila.clicks("Professionnel", then="access")
    with pytest.raises(StepFailedError):
        await lila.clicks("Valider", then="access")
    assert steps[-1].failure == Failure(
        Words("l'écran « access »", "the screen 'access'"),
        Words(
            "l'écran « access » avec le refus email-missing",
            "the screen 'access' with the refusal email-missing",
        ),
    )


async def test_a_missing_label_fails_the_step_with_the_labels_there_are(
    lila: Person, steps: list[PlayedStep]
) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.clicks("Se connecter", then="access")
    assert steps[-1].failure is not None
    assert "« Professionnel »" in steps[-1].failure.came.en


async def test_a_missing_sentence_fails_the_step_with_the_pages_text(
    lila: Person, steps: list[PlayedStep]
) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.reads("Mon espace", "Bienvenue")
    assert steps[-1].failure is not None
    assert steps[-1].failure.expected == Words("« Bienvenue » sur la page", "« Bienvenue » on the page")
    assert "Accéder à mes services en ligne" in steps[-1].failure.came.en


async def test_a_mail_that_does_not_come_fails_the_step(lila: Person, steps: list[PlayedStep]) -> None:
    lila.email = "personne@courriel.example"
    with pytest.raises(StepFailedError):
        await lila.reads_the_mail(patience=0)
    assert steps[-1].failure is not None
    assert "not-sent" in steps[-1].failure.came.en
    assert steps[-1].evidence is None


async def test_a_changed_number_or_changed_services_fail_the_step(lila: Person) -> None:
    await lila.enters_with_certificate()
    before = await lila.notes_number_and_services()
    await lila.finds_again(before)
    with pytest.raises(StepFailedError, match="20111710000304"):
        await lila.finds_again(Holdings("20111710000304", before.services))
    with pytest.raises(StepFailedError):
        await lila.finds_again(Holdings(before.subscriber_number, "MES SERVICES"))


async def test_a_space_in_another_state_fails_the_step(lila: Person) -> None:
    await lila.has_a_space("certificate")
    with pytest.raises(StepFailedError, match="expected the state pending; came certificate"):
        await lila.has_a_space("pending")


MISTAKES = (
    ({"rules": ("ACT-99",)}, "no rule ACT-99: there are ACC-1, "),
    ({"rules": "ACT-1"}, 'each rule is one of a tuple, as in ("ACC-1",)'),
    ({"rules": ()}, "each rule is one of a tuple"),
    ({"sections": ("33",)}, "no section of the fiche 33: there are 1.1, "),
    ({"people": ("lilla",)}, "no persona lilla: there are "),
)


@pytest.mark.parametrize(("changed", "steps"), MISTAKES)
def test_unknown_rules_sections_or_people_are_an_error(
    changed: dict[str, tuple[str, ...]], steps: str
) -> None:
    async def play(_story: Story) -> None: ...

    given = {"rules": ("ACT-1",), "sections": ("3",), "people": ("lila",), **changed}
    with pytest.raises(ScenarioMistakeError, match=re.escape(steps)):
        scenario("a-name", "Un titre", "A title", **given)(play)


def test_a_script_without_await_is_an_error() -> None:
    def plain(story: Story) -> None: ...

    async def forgetful(story: Story) -> None:
        lila = await story.person("lila")
        lila.opens_home()  # type: ignore[unused-coroutine]

    mark = scenario("a-name", "Un titre", "A title", rules=("ACT-1",), sections=("3",))
    with pytest.raises(ScenarioMistakeError, match="its function is not async"):
        mark(plain)  # type: ignore[arg-type]
    with pytest.raises(ScenarioMistakeError, match=r"line \d+: opens_home\(…\) without await"):
        mark(forgetful)
