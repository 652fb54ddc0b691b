"""Writes files that only this user may read: keys, tokens, addresses with a token."""

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write the file with the mode 0600, whole or not at all, also in place of an older one."""
    half = file.with_name(f"{file.name}.new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    half.replace(file)
