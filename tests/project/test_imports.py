"""Allowed imports: the table in pyproject.toml, and the same in each package's docstring."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tree import ROOT, imported_modules, packages, parse, product_modules


def test_the_table_of_allowed_imports_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_order_of_the_folders_leaves_none_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (order,) = (each for each in contracts if each["type"] == "layers" and "containers" not in each)
    placed = {name for layer in order["layers"] for name in re.split(r" [:|] ", layer)}
    folders = {f"maquette.simulator.{each.parent.name}" for each in ROOT.glob("simulator/*/__init__.py")}
    modules = {f"maquette.fixtures.{each.stem}" for each in ROOT.glob("fixtures/[a-z]*.py")}
    assert placed == folders | modules | {"maquette.scenarios", "maquette.load"}


def test_the_domain_imports_the_standard_library_and_itself_only() -> None:
    foreign = {
        f"{file.name}: {name}"
        for file in (ROOT / "simulator" / "domain").rglob("*.py")
        for name in imported_modules(file)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not f"{name}.".startswith("maquette.simulator.domain.")
    }
    assert foreign == set()


def test_the_domain_reads_no_clock_no_file_and_no_chance() -> None:
    impure = {"random", "secrets", "os", "pathlib", "socket", "time", "io", "subprocess", "logging"}
    used = {
        f"{file.name}: {name}"
        for file in (ROOT / "simulator" / "domain").rglob("*.py")
        for name in imported_modules(file)
        if name.partition(".")[0] in impure
    }
    assert used == set()


def test_imports_are_absolute() -> None:
    relative = [
        str(file.relative_to(ROOT))
        for file in product_modules()
        for node in ast.walk(parse(file))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


RULED = ("domain", "procedure", "portal", "mail")
"""The folders that go by the rules, whatever they are."""

SAYS_SO = {"domain/journal_kinds.py", "portal/exchange.py"}
"""What hands on that defects are on, for the journal and the pages to say."""


def test_code_that_uses_the_rules_never_names_a_defect() -> None:
    naming = {
        str(file.relative_to(ROOT / "simulator"))
        for folder in RULED
        for file in (ROOT / "simulator" / folder).rglob("*.py")
        for node in ast.walk(parse(file))
        for name in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "arg", ""))
        if "defect" in str(name).lower()
    }
    assert naming == SAYS_SO


PACKAGES = [
    folder
    for folder in packages()
    if folder.parent in (ROOT, ROOT / "simulator") and folder != ROOT / "simulator"
]
"""The folders with a line on imports; what lies below one may import what that one may."""


@pytest.mark.parametrize("package", PACKAGES, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_package_says_what_it_may_import_and_imports_no_more(package: Path) -> None:
    docstring = ast.get_docstring(parse(package / "__init__.py")) or ""
    assert "May import: " in docstring, "the docstring has no line on imports"
    said = docstring.partition("May import: ")[2]
    own = ".".join(("maquette", *package.relative_to(ROOT).parts))
    imported = {
        name
        for file in package.rglob("*.py")
        for name in imported_modules(file)
        if name.startswith("maquette.") and not f"{name}.".startswith(f"{own}.")
    }
    unsaid = {name for name in imported if not any(subject in said for subject in _subjects(name))}
    assert unsaid == set()


def _subjects(module: str) -> tuple[str, ...]:
    """The names that a docstring may use: `simulator.store.database` is store, or maquette.simulator."""
    _, folder, *below = module.split(".")
    return (f"maquette.{folder}", *below[:1]) if folder == "simulator" else (f"maquette.{folder}",)
