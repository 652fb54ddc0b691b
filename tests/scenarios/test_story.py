"""The words of a scenario: each tells its steps, keeps what they led to, and says why it fails."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.scenarios.story import Failure, Holdings, Person, Step, StepFailedError, Story


@pytest.fixture
def told() -> list[Step]:
    return []


@pytest.fixture
async def lila(
    control: Control, open_visitor: Callable[..., HttpVisitor], tmp_path: Path, told: list[Step]
) -> AsyncIterator[Person]:
    async with Story(control, open_visitor, tmp_path, told.append) as story:
        yield await story.person("lila")


async def test_a_step_is_told_with_its_screen_and_what_was_kept(
    lila: Person, told: list[Step], tmp_path: Path
) -> None:
    await lila.opens_home()
    await lila.clicks("Professionnel", then="access")
    assert told == [
        Step(1, "Lila opens the home page", "home", tmp_path / "01-home.txt"),
        Step(2, "Lila clicks « Professionnel »", "access", tmp_path / "02-access.txt"),
    ]
    assert all(step.evidence is not None and step.evidence.exists() for step in told)


async def test_a_wrong_screen_fails_the_step_with_both_screens(lila: Person, told: list[Step]) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.clicks("Professionnel", then="space")
    assert told[-1].failure == Failure("the screen 'space'", "the screen 'access'")
    assert told[-1].screen == "access"


async def test_a_refusal_that_was_not_expected_fails_the_step(lila: Person, told: list[Step]) -> None:
    await lila.opens_home()
    await lila.clicks("Professionnel", then="access")
    with pytest.raises(StepFailedError):
        await lila.clicks("Valider", then="access")
    assert told[-1].failure == Failure(
        "the screen 'access'", "the screen 'access' with the refusal email-missing"
    )


async def test_a_missing_label_fails_the_step_with_the_labels_there_are(
    lila: Person, told: list[Step]
) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.clicks("Se connecter", then="access")
    assert told[-1].failure is not None
    assert "« Professionnel »" in told[-1].failure.came


async def test_a_missing_sentence_fails_the_step_with_the_pages_text(lila: Person, told: list[Step]) -> None:
    await lila.opens_home()
    with pytest.raises(StepFailedError):
        await lila.reads("Mon espace", "Bienvenue")
    assert told[-1].failure is not None
    assert told[-1].failure.expected == "« Bienvenue » on the page"
    assert "Accéder à mes services en ligne" in told[-1].failure.came


async def test_a_mail_that_does_not_come_fails_the_step(lila: Person, told: list[Step]) -> None:
    lila.email = "personne@courriel.example"
    with pytest.raises(StepFailedError):
        await lila.reads_the_mail(patience=0)
    assert told[-1].failure is not None
    assert "not-sent" in told[-1].failure.came
    assert told[-1].evidence is None


async def test_another_number_or_other_services_than_before_fail_the_step(lila: Person) -> None:
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
