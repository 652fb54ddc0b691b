"""The installation: every package, its files, and the libraries that it imports."""

import importlib
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from tree import PRODUCT, ROOT, imported_modules, packages, product_modules

NOT_IMPORTED = {"tzdata"}
"""Asked for without an import: the time zones, where the system has none."""


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_listed_and_every_listed_one_exists(project: dict[str, Any]) -> None:
    found = {".".join(("maquette", *folder.relative_to(ROOT).parts)) for folder in packages()}
    assert set(project["tool"]["setuptools"]["packages"]) == found


def test_every_module_lies_in_a_package() -> None:
    assert [file for file in product_modules() if file.parent not in packages()] == []


def test_every_file_that_is_no_module_is_packaged_with_its_package(project: dict[str, Any]) -> None:
    data: dict[str, list[str]] = project["tool"]["setuptools"]["package-data"]
    packaged = {
        file
        for name, patterns in data.items()
        for pattern in patterns
        for file in _folder_of(name).glob(pattern)
    }
    assert _data_files() - packaged == set()


def test_every_pattern_of_package_data_finds_something(project: dict[str, Any]) -> None:
    data: dict[str, list[str]] = project["tool"]["setuptools"]["package-data"]
    idle = [
        f"{name}: {pattern}"
        for name, patterns in data.items()
        for pattern in patterns
        if not list(_folder_of(name).glob(pattern))
    ]
    assert idle == []


def test_the_command_exists(project: dict[str, Any]) -> None:
    module, _, function = project["project"]["scripts"]["maquette"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_the_installed_version_is_the_one_that_is_written(project: dict[str, Any]) -> None:
    assert version("maquette") == project["project"]["version"]


def test_imported_libraries_and_declared_dependencies_are_the_same(project: dict[str, Any]) -> None:
    distributions = packages_distributions()
    tops = {name.partition(".")[0] for file in product_modules() for name in imported_modules(file)}
    imported = {
        distribution.lower().replace("_", "-")
        for top in tops - set(sys.stdlib_module_names) - {"maquette"}
        for distribution in distributions[top]
    }
    extras = project["project"]["optional-dependencies"]
    declared = project["project"]["dependencies"] + [
        line for name in ("browser", "load", "postgresql", "uvloop") for line in extras[name]
    ]
    names = {re.split(r"[<>=!~;\[ ]", line)[0] for line in declared}
    assert imported - {"pytest"} == names - NOT_IMPORTED  # a project that loads the plugin has pytest


def _folder_of(package: str) -> Path:
    return ROOT.joinpath(*package.split(".")[1:])


def _data_files() -> set[Path]:
    return {
        file
        for folder in PRODUCT
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix != ".py" and "__pycache__" not in file.parts
    }
