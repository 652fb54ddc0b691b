"""Writes files that only this user may read: keys, tokens, addresses with a token."""

import os
import tempfile
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write the file with the mode 0600, whole or not at all, also in place of an older one."""
    descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    half = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        half.replace(file)
    except BaseException:
        half.unlink()
        raise
