"""The documentation keeps its word: what it names exists, and what exists is named.

The examples in the README are run; commands, options and make targets are looked up where they are made.
"""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import typer
from cases import cases
from tree import ROOT, texts

from maquette.fixtures.personas import load_personas
from maquette.fixtures.rules import load_rules
from maquette.simulator.base.settings import Settings
from maquette.simulator.command_line.app import app
from maquette.simulator.console.api import mailpit
from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.console.problems import Problem
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Reason, Refusal

README = ROOT / "README.md"
TRAINERS = ROOT / "docs" / "trainers.fr.md"
PAGES = sorted(texts(".md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


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


@cases(("page", "words"), MAQUETTE_LINES)
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


@cases("page", PAGES)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    in_examples = {
        target for words in commands(page) if words[0] == "make" for target in words[1:] if "=" not in target
    }
    in_text = set(re.findall(r"`make ([a-z]+)", read(page)))
    assert in_examples | in_text <= targets


@cases("page", PAGES)
def test_every_link_and_picture_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@cases("page", PAGES)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`((?:simulator|fixtures|scenarios|tests|docs)/[\w/.-]+)`", read(page))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_python_example_prints_what_it_says(tmp_path: Path) -> None:
    (example,) = fenced(README, "python")
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


def test_the_generated_pages_are_current() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()
    assert {name: read(ROOT / "docs" / name) for name in pages} == pages


def test_every_rule_is_documented_and_its_group_too() -> None:
    page = read(ROOT / "docs" / "rules.md")
    assert [rule.id for rule in load_rules() if f"| {rule.id} |" not in page] == []


def test_every_code_that_people_may_wait_for_is_documented() -> None:
    page = read(ROOT / "docs" / "refusals.md")
    codes = [
        *(each.code for each in Refusal),
        *(each.value for each in Reason),
        *(each.code for each in Problem),
    ]
    assert [code for code in codes if f"| `{code}` |" not in page] == []


def test_every_policy_key_is_documented_with_its_default_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([a-z.]+\.[a-z_]+)` \| `([^`]+)` \|", read(ROOT / "docs" / "fidelity.md"), re.MULTILINE
    )
    defaults = {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in Policy().as_keys().items()
    }
    assert dict(rows) == defaults


def test_every_setting_is_documented_with_its_variable_and_its_flag_and_no_other() -> None:
    page = read(ROOT / "docs" / "reference" / "settings.md")
    rows = re.findall(r"^\| (.*?) \| `MAQUETTE_([A-Z_]+)`[^|]* \| `([a-z-]+)`[^|]* \|", page, re.MULTILINE)
    assert {key for _, _, key in rows} == {name.replace("_", "-") for name in Settings.model_fields}
    assert [key for _, variable, key in rows if variable.lower().replace("_", "-") != key] == []
    flags = {f"--{key}" for flag, _, key in rows if flag.startswith(f"`--{key}")}
    serve = getattr(typer.main.get_command(app), "commands", {})["serve"]
    assert flags == {option for parameter in serve.params for option in parameter.opts} - {"--help"}


def test_every_operation_of_the_control_api_is_documented_and_no_other() -> None:
    documented = {("GET", path) for path in re.findall(r"^\| `(/[^`]+)` \|", read(README), re.MULTILINE)}
    for methods, path in re.findall(r"^\| ((?:`[A-Z]+`, )*`[A-Z]+) (/[^`]+)` \|", read(README), re.MULTILINE):
        documented |= {(method, path) for method in re.findall("[A-Z]+", methods)}
    ours = set(OPERATIONS) - set(mailpit.OPERATIONS)
    assert documented == {(operation.method, operation.path) for operation in ours}


def test_decisions_are_numbered_and_listed() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = read(ROOT / "docs" / "decisions" / "README.md")
    assert [page.name for page in DECISIONS if f"({page.name})" not in listed] == []


@cases("page", DECISIONS)
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
