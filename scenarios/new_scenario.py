"""The start of a new scenario, as a file that runs at once."""

import re
from keyword import iskeyword
from pathlib import Path

from maquette.scenarios.catalogue import catalogue

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_START = '''\
"""{title}."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "{name}",
    "{title} (titre en français)",
    "{title}",
    rules=("ACT-1",),
    sections=("3",),
    people=("lila",),
)
async def {function}(story: Story) -> None:
    story.chapter("Elle demande l'accès sans certificat", "She asks for access without certificate")
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.opts()
    await lila.chooses_credentials(password="Garonne2011")
    await lila.answers_the_question("Quel est votre surnom ?", "Lilou")
    await lila.reads("Vous disposez d'un délai de 48h")

    story.chapter("Le code arrive par courriel", "The code comes by e-mail")
    code = await lila.reads_the_mail()
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.has_a_space("password")
'''


class NewScenarioError(Exception):
    """The file cannot be written; the message says why."""


def write_new_scenario(name: str, folder: Path) -> Path:
    """Write the start of the scenario `name` into the folder; the file. Raises NewScenarioError."""
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise NewScenarioError(
            f"a scenario's name is made of words joined by hyphens (code-lost), not {name!r}"
        )
    if iskeyword(name):
        raise NewScenarioError(f"{name} is a word of Python's own: choose another name")
    if any(each.name == name for each in catalogue()):
        raise NewScenarioError(f"there is a scenario {name} already: choose another name")
    function = name.replace("-", "_")
    file = folder / f"{function}.py"
    title = name.replace("-", " ").capitalize()
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(_START.format(name=name, function=function, title=title))
    except FileExistsError:
        raise NewScenarioError(f"{file.name} is there already") from None
    except OSError as error:
        raise NewScenarioError(f"{file.name} cannot be written: {error.strerror}") from None
    return file
