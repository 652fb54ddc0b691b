"""The documentation is true: named things exist, and existing things are documented.

The tests run examples; look up commands, options, make targets, links and anchors; and compare the generated
pages with new ones.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tree import ROOT, texts

from maquette.fixtures.personas import load_personas
from maquette.fixtures.rules import load_rules
from maquette.simulator.base.settings import Settings
from maquette.simulator.command_line.app import app
from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Reason, Refusal

DOCS = ROOT / "docs"
README = ROOT / "README.md"
REFERENCE = DOCS / "reference"
TRAINERS = DOCS / "trainers.fr.md"
PAGES = sorted(texts(".md"))
PAGE_NAMES = {page.name for page in PAGES}
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fenced(page: Path, language: str) -> list[str]:
    """The page's code blocks in that language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", read(page), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    """The command lines of the page's shell examples, continuation lines joined, variables left out."""
    lines = "\n".join(fenced(page, "sh")).replace("\\\n", " ").splitlines()
    split = [shlex.split(line.replace("$(", "").replace(")", ""), comments=True) for line in lines]
    return [[word for word in words if not re.fullmatch(r"[A-Z_]+=.*", word)] for words in split if words]


MAQUETTE_LINES = [
    (page, words[1:])
    for page in PAGES
    for words in commands(page)
    if words and words[0].rpartition("/")[2] == "maquette"
]


def test_there_are_examples_to_check() -> None:
    assert len(MAQUETTE_LINES) > 10


@pytest.mark.parametrize(
    ("page", "words"), MAQUETTE_LINES, ids=lambda value: str(getattr(value, "name", value))
)
def test_every_command_and_option_in_an_example_exists(page: Path, words: list[str]) -> None:
    command = typer.main.get_command(app)
    for word in words:
        found = getattr(command, "commands", {}).get(word)
        if found is not None:
            command = found
    assert not hasattr(command, "commands"), "no such command"
    known = {option for parameter in command.params for option in parameter.opts}
    own = words[: words.index("--")] if "--" in words else words  # behind it stands another command
    assert {word.partition("=")[0] for word in own if word.startswith("--")} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    in_examples = {
        target for words in commands(page) if words[0] == "make" for target in words[1:] if "=" not in target
    }
    in_text = set(re.findall(r"`make ([a-z]+)", read(page)))
    assert in_examples | in_text <= targets


def slug(heading: str) -> str:
    """The anchor of a heading: lower case, hyphens for blanks, no signs; as GitHub and MkDocs make it."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def without_examples(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", read(page), flags=re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[str]:
    """The targets of the page's links and pictures inside the project."""
    text = re.sub(r"`[^`]*`(?!\])", "", without_examples(page))
    return re.findall(r"\]\(((?!https?:)[^)\s]+)\)", text)


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings."""
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", without_examples(page), re.MULTILINE)}


def broken_links(page: Path) -> list[str]:
    """The page's links to a file, or to an anchor, that does not exist."""
    broken = []
    for link in links(page):
        target, _, anchor = link.partition("#")
        file = page.parent / target if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(link)
    return broken


def test_every_link_leads_to_a_file_and_to_a_heading_that_exist(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page=str(page.relative_to(ROOT))):
            assert broken_links(page) == []


def unknown_pages(file: Path) -> list[str]:
    """The pages that the file names and the project lacks; a name without a folder may be in any folder."""
    named = re.findall(r"[\w./-]*\w\.md\b", read(file))
    return [
        name
        for name in named
        if name not in PAGE_NAMES and not any((base / name).is_file() for base in (file.parent, ROOT, DOCS))
    ]


def test_every_page_that_a_file_names_is_in_the_project() -> None:
    """No docstring, comment or page cites a document that readers do not have."""
    files = texts(".py", ".md", ".toml", ".html")
    assert {str(file.relative_to(ROOT)): unknown for file in files if (unknown := unknown_pages(file))} == {}


def test_pages_of_the_site_link_to_pages_of_the_site(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        if DOCS not in page.parents:
            continue
        with subtests.test(page=str(page.relative_to(ROOT))):
            targets = [link.partition("#")[0] for link in links(page)]
            assert [link for link in targets if not (page.parent / link).resolve().is_relative_to(DOCS)] == []


def test_every_page_is_in_an_index(subtests: pytest.Subtests) -> None:
    for index in (DOCS / "README.md", REFERENCE / "README.md", DOCS / "decisions" / "README.md"):
        for page in sorted(set(index.parent.glob("*.md")) - {index}):
            with subtests.test(page=str(page.relative_to(ROOT))):
                assert f"({page.name})" in read(index)


def test_every_page_of_the_site_is_in_its_navigation() -> None:
    listed = set(re.findall(r"^ *- (?:.*: )?(\S+\.md)$", read(ROOT / "mkdocs.yml"), re.MULTILINE))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.is_relative_to(DOCS)}
    assert listed == {page for page in pages if not page.startswith(("decisions/0", "examples/"))}


def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path)
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(PAGES) / 2
    loaded = re.compile(
        r"<(?:script|img|iframe)[^>]+src=.?https?:|<link[^>]+href=.?https?:|@import|url\(.?https?:"
    )
    loading = [file for file in (*pages, *tmp_path.rglob("*.css")) if loaded.search(read(file))]
    assert loading == []


def test_every_file_that_is_named_exists(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page=str(page.relative_to(ROOT))):
            named = re.findall(r"`((?:simulator|fixtures|scenarios|load|tests|docs)/[\w/.-]+)`", read(page))
            assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_readme_is_short() -> None:
    assert len(read(README).splitlines()) <= 150


def test_the_python_example_prints_what_it_says(tmp_path: Path) -> None:
    (example,) = fenced(DOCS / "python.md", "python")
    said = re.search(r"print\(.*\)  # (.*)", example)
    assert said is not None
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == (f"{said[1]}\n", "")


def test_trainers_hand_out_the_certificates_that_open_a_space_and_no_other() -> None:
    loops = re.findall(r"^for personne in (.*); do$", read(TRAINERS), re.MULTILINE)
    usable = {CertificateCase.VALID, CertificateCase.ENDING_SOON}
    people = load_personas(parse_instant("2011-06-09T09:00:00+02:00"))
    assert [loop.split() for loop in loops] == [[each.id for each in people if each.case in usable]]


def test_trainers_are_told_how_the_converted_space_is_entered() -> None:
    people = load_personas(parse_instant("2011-06-09T09:00:00+02:00"))
    (clemence,) = (each for each in people if each.conversion is not None)
    assert clemence.space is not None
    assert clemence.conversion is not None
    for told in (clemence.id, clemence.space.email, clemence.conversion.password):
        assert f"`{told}`" in read(TRAINERS)


def test_every_command_on_the_machine_of_a_class_names_its_folder() -> None:
    section = read(TRAINERS).partition("## Une seule machine")[2].partition("\n## ")[0]
    lines = re.findall(r"^ *maquette .*$", section, re.MULTILINE)
    assert len(lines) == 5
    assert [line for line in lines if "--data classe" not in line] == []


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated pages, generated now."""
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run([sys.executable, DOCS / "generate.py", folder], check=True, timeout=60)
    return folder


def test_the_generated_pages_are_current(generated: Path, subtests: pytest.Subtests) -> None:
    for page in sorted(generated.iterdir()):
        with subtests.test(page=page.name):
            assert read(page) == read(REFERENCE / page.name), "stale: run python docs/generate.py"


def test_every_page_of_the_reference_is_generated(generated: Path) -> None:
    by_hand = {"README.md"}
    assert {page.name for page in REFERENCE.iterdir()} == {
        page.name for page in generated.iterdir()
    } | by_hand


def test_every_rule_is_documented_and_its_group_too() -> None:
    page = read(REFERENCE / "rules.md")
    assert [rule.id for rule in load_rules() if f"| {rule.id} |" not in page] == []


def test_every_code_that_people_may_wait_for_is_documented() -> None:
    page = read(REFERENCE / "refusals.md")
    codes = [
        *(each.code for each in Refusal),
        *(each.value for each in Reason),
        *(each.code for each in Problem),
    ]
    assert [code for code in codes if f"| `{code}` |" not in page] == []


def test_every_policy_key_is_documented_with_its_default_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([a-z.]+\.[a-z_]+)` \| `([^`]+)` \|", read(REFERENCE / "policy.md"), re.MULTILINE
    )
    defaults = {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in Policy().as_keys().items()
    }
    assert dict(rows) == defaults


def test_every_screen_is_documented_and_no_other() -> None:
    shared = {"application": "creation", "new_password": "forgotten"}
    templates = {file.stem for file in (ROOT / "simulator" / "portal" / "templates").glob("[a-z]*.html")}
    screens = {shared.get(name, name).replace("_", "-") for name in templates - {"base"}}
    headings = re.findall(r"^## ([a-z-]+)$", read(REFERENCE / "screens.md"), re.MULTILINE)
    assert sorted(headings) == sorted(screens)


def test_every_setting_is_documented_with_its_variable_and_no_other() -> None:
    rows = re.findall(
        r"^\| .* \| `MAQUETTE_([A-Z_]+)`[^|]* \| `([a-z-]+)`[^|]* \|",
        read(REFERENCE / "settings.md"),
        re.MULTILINE,
    )
    assert {key for _, key in rows} == {name.replace("_", "-") for name in Settings.model_fields}
    assert [key for variable, key in rows if variable.lower().replace("_", "-") != key] == []


def test_every_operation_of_the_control_api_is_documented_and_no_other() -> None:
    page = read(REFERENCE / "control-api.md")
    documented = set(re.findall(r"^\| `([A-Z]+) (/[^`]+)` \|", page, re.MULTILINE))
    assert documented == {(operation.method, operation.path) for operation in OPERATIONS}


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_a_decision_is_short_and_says_why_what_and_what_follows(page: Path) -> None:
    lines = read(page).splitlines()
    assert len(lines) <= 40
    assert lines[0].startswith(f"# {int(page.name[:4])}. ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
    ]


def test_nothing_names_a_folder_of_somebodys_machine() -> None:
    somebodys = re.compile(r"(?<![\w.~}])/(?:home|root|Users|work|mnt|opt)/\w")
    kinds = (".py", ".md", ".toml", ".html", ".css", ".js", ".svg", "Makefile", "run", "get-chromium")
    found = [str(file.relative_to(ROOT)) for file in texts(*kinds) if somebodys.search(read(file))]
    assert found == []
