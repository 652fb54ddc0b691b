"""Lists the project's files, packages and imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("simulator", "fixtures", "scenarios", "load")
NOT_OURS = {"__pycache__", "build", "dist", "maquette-data", "reports"}


def product_modules() -> list[Path]:
    """Every Python file of the product."""
    return sorted(file for folder in PRODUCT for file in (ROOT / folder).rglob("*.py"))


def packages() -> list[Path]:
    """Every folder that is a package of the product."""
    return sorted(file.parent for folder in PRODUCT for file in (ROOT / folder).rglob("__init__.py"))


def parse(file: Path) -> ast.Module:
    """The syntax tree of the file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imported_modules(file: Path) -> Iterator[str]:
    """The dotted names of all modules that the file imports, also inside functions."""
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                yield f"{module}.{alias.name}" if _is_ours(f"{module}.{alias.name}") else module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _is_ours(module: str) -> bool:
    top, *below = module.split(".")
    return top == "maquette" and ROOT.joinpath(*below).with_suffix(".py").is_file()


def texts(*endings: str) -> Iterator[Path]:
    """The project's files with these endings, without built files and hidden folders (except .ci)."""
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        hidden = any(part.startswith(".") for part in parts[:-1] if part != ".ci")
        if (
            file.is_file()
            and not hidden
            and not NOT_OURS & set(parts)
            and file.name.endswith(endings or ("",))
        ):
            yield file
