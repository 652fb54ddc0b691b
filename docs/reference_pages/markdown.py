"""Markdown pages: headings, tables, code, and the line that says where a page comes from."""

from collections.abc import Iterable, Sequence


def page(title: str, source: str, *parts: str) -> str:
    """A generated page; `source` names what to change instead of the page."""
    note = f"*Made from {source} by `python docs/generate.py`: change it there.*"
    return "\n\n".join([f"# {title}", note, *(part for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty without rows."""
    written = [head, ["---"] * len(head), *rows]
    if len(written) == 2:
        return ""
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in written)


def code(text: str) -> str:
    """The text as code; nothing for an empty one."""
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
