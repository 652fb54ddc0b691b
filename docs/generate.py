"""Write the pages of docs/reference/ that are made from the code.

    python docs/generate.py [FOLDER]

A test holds the pages to be current: run this after a change of what they describe, and commit the result.
"""

import sys
from pathlib import Path

from reference_pages import control_api, operation, procedure, screens, settings

REFERENCE = Path(__file__).parent / "reference"


def main(folder: Path) -> None:
    """Write every page into the folder."""
    for part in (procedure, operation, control_api, screens, settings):
        for name, text in part.everything():
            (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE)
